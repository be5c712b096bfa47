"""`cfp-xl intake --into A --into B`: one answer into every product that asks for its part."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cfp_xl.cli.options import UsageMistake
from cfp_xl.messages import Lang, say

if TYPE_CHECKING:
    from cfp_xl.schema.opened import Opened
    from cfp_xl.suppliers.intake import Accepting, IntakeResult, IntakeRun
    from cfp_xl.work.sources import Source


@dataclass(frozen=True)
class _Into:
    """A product with what the answers come to in it."""

    product: Opened
    result: IntakeResult


def intake_many(
    lang: Lang,
    paths: Sequence[str],
    into: Sequence[Path],
    run: IntakeRun,
    accepting: Accepting | None,
    today: date,
    *,
    is_applied: bool,
) -> int:
    """All products take their answers, or none does: exit code 1 where one of them can't."""
    from cfp_xl.outputs import ensure_output
    from cfp_xl.suppliers.inbox import received_in

    if len({file.resolve() for file in into}) < len(into):
        raise UsageMistake("suppliers.many.twice")
    received, in_vain = received_in(paths)
    files = [f for f in received if not any(is_product(f, one) for one in into)]
    read = [file for file in files if isinstance(file, Path)]
    for file in into if is_applied else ():
        ensure_output(file, read, is_workbook=True)
    _said_unfinished(into, lang, is_applied=is_applied)
    with ExitStack() as stack:
        found = [_judged(stack, one, files, run, accepting) for one in into]
    found = _of_their_own(found)
    is_whole = _said(found, today, lang)
    for path in in_vain:
        click.echo(path.say(lang), err=True)
    if not is_whole or in_vain:
        click.echo(say("suppliers.many.none", lang), err=True)
        return max(1, *(one.result.exit_code_for("error") for one in found), 2 if in_vain else 0)
    if not is_applied:
        click.echo(say("suppliers.many.dry", lang))
        return 0
    for file in _written(found, today):
        click.echo(say("suppliers.many.written", lang, file=file))
    return 0


def is_product(file: Source, into: Path) -> bool:
    """The product itself, or a copy of it from before an intake, among the answers' files."""
    if not isinstance(file, Path):
        return False
    is_beside = file.absolute().parent == into.absolute().parent
    is_kept = file.name.startswith(f"{into.stem}.before-") and file.suffix == into.suffix
    return is_beside and (file.name == into.name or is_kept)


def _judged(
    stack: ExitStack,
    into: Path,
    files: Sequence[Source],
    run: IntakeRun,
    accepting: Accepting | None,
) -> _Into:
    from cfp_xl.schema.opened import open_file
    from cfp_xl.suppliers import intake as room
    from cfp_xl.suppliers.inbox import opened_inbox
    from cfp_xl.suppliers.product_parts import supplier_requests

    product = open_file(into)
    inbox = stack.enter_context(opened_inbox(tuple(files), supplier_requests(product)))
    result = room.intake(inbox.sheets, product, run=run, accepting=accepting, others=inbox.others)
    return _Into(product, result)


def _of_their_own(found: Sequence[_Into]) -> list[_Into]:
    """Each result without the answers for parts that only other products ask for."""
    from cfp_xl.footprint.wording import folded

    asked = [set(one.result.product.by_part) for one in found]
    somewhere = set().union(*asked)
    return [
        replace(
            one,
            result=replace(
                one.result,
                answers=tuple(
                    answer
                    for answer in one.result.answers
                    if folded(answer.part_id) in own or folded(answer.part_id) not in somewhere
                ),
            ),
        )
        for one, own in zip(found, asked, strict=True)
    ]


def _said(found: Sequence[_Into], today: date, lang: Lang) -> bool:
    """A line for each answer in each product, and why one can't be taken; whether all can."""
    from cfp_xl.suppliers.apply import CannotApply, plan_for

    is_whole = True
    for one in found:
        name = one.product.workbook.path.name
        for answer in one.result.answers:
            is_taken = answer.is_fine
            is_whole &= is_taken
            key = "takes" if is_taken else "refuses"
            why = next((f.message(lang) for f in answer.findings if f.is_open), "–")
            values = {"product": name, "file": answer.path, "part": answer.part_id or "–"}
            click.echo(say(f"suppliers.many.{key}", lang, **values, why=why))
        try:
            planned = plan_for(one.product, one.result.accepted, today)[1]
            problems = planned.findings
        except CannotApply as refusal:
            problems = refusal.findings
        for problem in problems:
            click.echo(f"{name}  {problem.code} {problem.message(lang)}")
            is_whole = False
    return is_whole


def _written(found: Sequence[_Into], today: date) -> list[Path]:
    """Writes all products, or none."""
    from cfp_xl.suppliers.apply import with_answers
    from cfp_xl.workbook.writing.several import ChangedWorkbook, put_workbooks

    changes = []
    for one in found:
        planned, after = with_answers(one.product, one.result.accepted, today)
        if planned.changes:
            path = one.product.workbook.path.resolve()
            changes.append(ChangedWorkbook(path, one.product.package, after.package.data))
    put_workbooks(changes)
    return [one.product.workbook.path for one in found]


def _said_unfinished(into: Sequence[Path], lang: Lang, *, is_applied: bool) -> None:
    """What a run that was killed had written is put back before this one reads it."""
    from cfp_xl.workbook.writing.several import unfinished

    for one in unfinished(into, is_put_back=is_applied):
        kind = "unfinished" if is_applied else "unfinished_dry"
        key = kind if one.is_as_written else "unfinished_changed"
        click.echo(say(f"suppliers.many.{key}", lang, file=one.path.name, kept=one.kept), err=True)
