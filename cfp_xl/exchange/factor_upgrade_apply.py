"""A planned replacement of factors written into the workbook: ids, the factors table, the pins.

The row of a factor that was replaced becomes that of its successor. The new workbook is
recalculated before it is written; a total that was known stays known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cfp_xl.exchange.factor_upgrade import CannotReplace, FactorUpgrade, Replacement, named_like
from cfp_xl.exchange.fill_apply import Cells, held_by_seal, put_factors, put_row, written_beside
from cfp_xl.footprint.factor_boundary import readable_row
from cfp_xl.footprint.factors import Factor, builtin_sets, library
from cfp_xl.footprint.wording import folded
from cfp_xl.functions.values import Scalar
from cfp_xl.messages import Explained, Lang
from cfp_xl.schema.entered import entered
from cfp_xl.schema.opened import Opened
from cfp_xl.schema.region import Record
from cfp_xl.schema.schema import Schema


@dataclass(frozen=True)
class WrittenUpgrade:
    """What was written where, and what the total was and is."""

    after: Opened
    before_kgco2e: float | None
    after_kgco2e: float | None
    written: Path | None = None
    kept: Path | None = None


def replaced_in(product: Opened, plan: FactorUpgrade, lang: Lang) -> WrittenUpgrade:
    """The workbook with the replacements, nothing written yet. Raises CannotReplace, CannotFill."""
    schema = product.recomputed.schema
    assert schema is not None
    held_by_seal(product, lang)
    cells: Cells = {}
    for one in plan.replaced:
        for where in one.cells:
            at = (where.row, where.column)
            typed = product.workbook.by_name[where.sheet.casefold()].columns.value(at)
            cells.setdefault(where.sheet, {})[at] = named_like(str(typed), one.new, lang)
    lacking = _put_over(cells, schema, plan, lang)
    _, left = put_factors(cells, schema, lacking, lang)
    if any(not _is_shipped(one) for one in left):
        raise CannotReplace("exchange.no_room_for_factors", count=len(left))
    _pin(cells, schema, plan)
    after = entered(product, cells)
    was, now = _total(product), _total(after)
    if was is not None and now is None:
        problems = after.recomputed.footprint.problems if after.recomputed.footprint else ()
        raise CannotReplace("exchange.total_lost", why=problems[0] if problems else "")
    return WrittenUpgrade(after, was, now)


def write_upgrade(product: Opened, made: WrittenUpgrade, destination: Path) -> WrittenUpgrade:
    """Writes it, the workbook as it was beside it where it is replaced. Raises NotWritten."""
    target, kept = written_beside(product.package, made.after.package.data, destination)
    return WrittenUpgrade(made.after, made.before_kgco2e, made.after_kgco2e, target, kept)


def _is_shipped(factor: Factor) -> bool:
    return factor.set_id in builtin_sets()


def _put_over(cells: Cells, schema: Schema, plan: FactorUpgrade, lang: Lang) -> tuple[Factor, ...]:
    """Rows of replaced factors become those of their successors; the successors left over."""
    rows = {folded(record.text("id")): record for record in schema.records("factors")}
    said = {folded(factor.id) for factor, _ in plan.without}
    lacking, placed = [], set(rows) - {folded(one.old.id) for one in plan.replaced}
    for one in plan.replaced:
        if folded(one.new.id) in placed:
            continue
        row = rows.get(folded(one.old.id))
        if row is None or _has_formula(row) or folded(one.old.id) in said:
            lacking.append(one.new)
        else:
            put_row(cells, schema, "factors", row.row, _cells_of(one, row, lang))
        placed.add(folded(one.new.id))
    return tuple(lacking)


def _cells_of(one: Replacement, row: Record, lang: Lang) -> Mapping[str, Scalar]:
    """All that the row says of a factor; what the new one does not say is emptied."""
    values = readable_row(one.new, lang)
    year = values.get("year")
    said = {**values, "year": float(year) if isinstance(year, int) else None}
    names = [name for name in row.columns if name != "row_id"]
    return {name: said.get(name) or None for name in names}


def _has_formula(row: Record) -> bool:
    cells = (row.region.sheet.cells.get((row.row, at)) for at in row.region.columns.values())
    return any(cell is not None and cell.formula is not None for cell in cells)


def _pin(cells: Cells, schema: Schema, plan: FactorUpgrade) -> None:
    """Pins the set, in its version of today, and no longer those that no row takes."""
    setting = schema.setting("factor_set")
    where = setting.where if setting else None
    if setting is None or where is None or not where.row:
        return
    typed = next((str(value) for value in setting.values if value), "")
    pins = [pin.strip() for pin in typed.replace("；", ";").replace("\n", ";").split(";")]
    gone = {plan.target.id, *_sets_left(schema, plan)}
    kept = [pin for pin in pins if pin and pin.partition("@")[0] not in gone]
    own: list[str] = [plan.target.pin] if plan.target.id in builtin_sets() else []
    cells.setdefault(where.sheet, {})[where.row, where.column] = "; ".join([*kept, *own])


def _sets_left(schema: Schema, plan: FactorUpgrade) -> set[str]:
    """Shipped sets of replaced factors, where no other factor of the table is of them."""
    replaced = {folded(one.old.id) for one in plan.replaced}
    ids = {folded(record.text("id")) for record in schema.records("factors")} - replaced
    still = {_set_of(id) for id in ids} | {_set_of(one.id) for one, _ in plan.without}
    still |= {_set_of(one.id) for one in plan.current}
    return {_set_of(id) for id in replaced} - still - {""}


def _set_of(id: str) -> str:
    try:
        return library().get(id).set_id
    except Explained:
        return ""


def _total(product: Opened) -> float | None:
    footprint = product.recomputed.footprint
    return footprint.total_kgco2e if footprint else None
