"""Suppliers' answers on the desk: judged, accepted with a reason, taken into a new product file."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from cfp_xl.desk.task import DeskOutcome, DeskWork, Download, write_reports
from cfp_xl.report.formats import INTAKE
from cfp_xl.schema.opened import open_file
from cfp_xl.suppliers import intake as room
from cfp_xl.suppliers.apply import Applied, CannotApply, apply, plan_for
from cfp_xl.suppliers.doubts import reasons_of
from cfp_xl.suppliers.inbox import opened_inbox, received_in
from cfp_xl.suppliers.product_parts import supplier_requests


def take_in(work: DeskWork) -> DeskOutcome:
    """A dry run, or with the option `apply` a product with the answers, beside the one given."""
    product = open_file(work.first)
    today = date.fromisoformat(work.option("day"))
    reasons = reasons_of([f"{code}={why}" for code, why in _reasons(work).items()], "")
    accepting = room.Accepting(reasons, today) if reasons else None
    files, _ = received_in(work.names[1:])
    with opened_inbox(files, supplier_requests(product)) as inbox:
        result = room.intake(
            inbox.sheets,
            product,
            run=room.IntakeRun(is_isolated=False),  # this process is bounded already
            accepting=accepting,
            others=inbox.others,
        )
    applied: Applied | None = None
    try:
        if work.options.get("apply"):
            target = work.outputs / f"{work.first.stem}-with-answers{work.first.suffix}"
            applied = apply(product, result.accepted, target, today.isoformat(), result.held)
        elif result.accepted or result.held:
            planned = plan_for(product, result.accepted, today, result.held)[1]
            result = replace(result, findings=(*result.findings, *planned.findings))
    except CannotApply as why:
        result = replace(result, findings=(*result.findings, *why.findings))
    made = write_reports(
        INTAKE, work.outputs, work.first.stem, ("csv",), work.lang, result, applied, ()
    )
    if applied is not None and applied.written is not None:
        made = (Download(applied.written.name, "product"), *made)
    return DeskOutcome(downloads=made, has_document=True)


def _reasons(work: DeskWork) -> dict[str, str]:
    given = work.options.get("reasons")
    return {str(k): str(v) for k, v in given.items()} if isinstance(given, dict) else {}
