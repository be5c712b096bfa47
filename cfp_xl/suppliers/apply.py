"""Takes accepted answers into a product workbook: in one piece, or not at all.

The workbook is made in memory, read back and checked, then put in place of the old one by a
rename. Whatever happens on the way leaves the old file or the new one, never something between.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cfp_xl.findings import Finding, Severity, finding
from cfp_xl.functions.serial_dates import serial_of
from cfp_xl.functions.values import Scalar
from cfp_xl.messages import Explained, Lang
from cfp_xl.schema.entered import entered
from cfp_xl.schema.opened import Opened, Tables, opened
from cfp_xl.schema.schema import Schema
from cfp_xl.schema.seal import check_seal
from cfp_xl.suppliers.outcomes import Accepted
from cfp_xl.suppliers.plan import IntakePlan, Taken, plan
from cfp_xl.templates.grow import CannotGrow, grow
from cfp_xl.workbook.model import Workbook
from cfp_xl.workbook.writing.in_place import ensure_replaceable, put_workbook
from cfp_xl.workbook.writing.values import Constant


class CannotApply(Explained):
    """A product that can't take the answers; `findings` say why. Nothing was written."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("supplier_product.apply.cannot", why=_Words(findings))
        self.findings = tuple(findings)


@dataclass(frozen=True)
class Applied:
    """What became of the answers. `written` is None where nothing had to change."""

    taken: tuple[Taken, ...]
    unchanged: tuple[str, ...]
    """Parts whose answer stood in the product already, from this very file."""
    written: Path | None
    kept: Path | None
    """Where the workbook stands as it was, if it was replaced."""
    product: Opened
    """As it is now."""
    before_kgco2e: float | None
    after_kgco2e: float | None
    held: tuple[str, ...] = ()
    """Parts whose answer is noted as held back."""


def apply(
    product: Opened,
    accepted: Sequence[Accepted],
    destination: Path,
    date_text: str,
    held: Sequence[Accepted] = (),
) -> Applied:
    """Take the answers into `product` and write it to `destination`, which may be the same file.

    In place, the earlier workbook is kept beside as `NAME.before-<sha256[:8]>.xlsx`. Answers that
    stand in it already change nothing: in place no byte is written, elsewhere it is copied as it
    is. `date_text` is the day for the history, `2026-11-23`. Of answers that are `held` back it
    says so there, and nothing else of them enters.
    Raises Unreadable, CannotApply, WorkbookInUse, NotWritten.
    """
    source, target = product.workbook.path.resolve(), destination.resolve()
    planned, after = with_answers(product, accepted, date.fromisoformat(date_text), held)
    is_written = planned.changes or target != source
    if is_written:
        ensure_replaceable(target, source)
    kept = None
    if is_written:
        kept = put_workbook(after.package.data, target, product.package, source)
    return Applied(
        taken=planned.taken,
        unchanged=planned.unchanged,
        written=target if is_written else None,
        kept=kept,
        product=after,
        before_kgco2e=_total_kgco2e(product.recomputed),
        after_kgco2e=_total_kgco2e(after.cached if planned.changes else after.recomputed),
        held=planned.held,
    )


def with_answers(
    product: Opened, accepted: Sequence[Accepted], day: date, held: Sequence[Accepted] = ()
) -> tuple[IntakePlan, Opened]:
    """The product with the answers, not yet written; itself where they change nothing.
    Raises CannotApply."""
    fitting, planned = plan_for(product, accepted, day, held)
    if planned.findings:
        raise CannotApply(planned.findings)
    return planned, _with_answers(fitting, planned) if planned.changes else product


def plan_for(
    product: Opened, accepted: Sequence[Accepted], day: date, held: Sequence[Accepted] = ()
) -> tuple[Opened, IntakePlan]:
    """What the answers would change in this product, or why they can't: for a dry run too.

    With the product, whose tables are made longer where the answers need it.
    Raises CannotApply where the product's own formulas are changed.
    """
    schema = _sound(product.workbook, product.recomputed)
    planned = plan(schema, accepted, day, held)
    if planned.rows_short and (longer := _longer(product, schema, planned.rows_short)):
        schema = _sound(longer.workbook, longer.recomputed)
        return longer, plan(schema, accepted, day, held)
    return product, planned


def _longer(product: Opened, schema: Schema, short: Mapping[str, int]) -> Opened | None:
    """The product with so many rows more in these tables; None where its template can't grow."""
    path = product.workbook.path
    wanted = {}
    for table, count in short.items():
        region = schema.regions[table]
        top, _, bottom, _ = region.bounds
        wanted[table] = bottom - top - len(region.closing_rows) + count
    try:
        return opened(grow(product.package.data, path, wanted)[0], path)
    except CannotGrow:
        return None


def _sound(workbook: Workbook, tables: Tables) -> Schema:
    """The tables of a product whose seal holds; raises CannotApply."""
    broken = [one for one in check_seal(workbook) if one.severity is Severity.ERROR]
    if broken:
        first = broken[0]
        raise CannotApply([finding("S87", first.where, seen=_Words(broken[:1]))])
    if tables.schema is None:
        raise CannotApply([finding("S87", case="tables")])
    return tables.schema


def _with_answers(product: Opened, planned: IntakePlan) -> Opened:
    """The new workbook, recalculated before it is written, and read back from its bytes.

    Its cached values are those that were computed, so that every program shows them at once.
    """
    values = {
        sheet: {at: _as_number(value, product.workbook) for at, value in cells.items()}
        for sheet, cells in planned.values.items()
    }
    after = entered(product, values, planned.like)
    for name, cells in values.items():
        read = after.workbook.by_name[name.casefold()].columns
        for at, value in cells.items():
            assert (read.value(at) or None) == (value or None), f"{name} {at} was not written"
    _sound(after.workbook, after.cached)
    return after


def _as_number(value: Constant, workbook: Workbook) -> Scalar:
    """A day as the workbook counts days; the cell's own format shows it as a date."""
    if isinstance(value, date):
        return serial_of(value, date_1904=workbook.date_1904)
    return value


def _total_kgco2e(tables: Tables) -> float | None:
    return tables.footprint.total_kgco2e if tables.footprint else None


class _Words(Explained):
    """Findings as one text."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("")
        self._findings = tuple(findings)

    def say(self, lang: Lang) -> str:
        texts = (f"{one.where or ''} {one.code} {one.message(lang)}" for one in self._findings)
        return ("；" if lang == "zh" else "; ").join(text.strip() for text in texts)
