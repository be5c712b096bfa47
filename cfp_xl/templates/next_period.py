"""`cfp-xl new product --from OLD`: a workbook for the next period, or for a sister product.

What a product is made of stays: rows, factors, assemblies, exclusions, scenarios, formulas between
cells. What was measured goes: quantities, bills, declared figures. It stands in a grey column
beside the empty cell. Reasons lose their date, and count again when they are dated anew.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from cfp_xl.footprint.product import Period
from cfp_xl.footprint.report_texts import translation_name
from cfp_xl.footprint.wording import folded, is_blank
from cfp_xl.functions.values import Scalar
from cfp_xl.schema.region import Region
from cfp_xl.schema.schema import Schema
from cfp_xl.templates.carry import Carried, carry
from cfp_xl.templates.earlier import Earlier, blank_for, earlier
from cfp_xl.templates.grow import Grown
from cfp_xl.templates.layout import PRODUCT_ROWS
from cfp_xl.templates.own_content import filled_in, moves_of
from cfp_xl.workbook.formulas.references import references
from cfp_xl.workbook.layout import Position

EMPTIED: Mapping[str, tuple[str, ...]] = {
    "activities": ("quantity", "mass_kg"),
    "allocation": ("voucher", "total", "basis_product", "basis_total", "output", "meter_total"),
    "declared": ("quantity", "factor", "emission", "share"),
    "justifications": ("date",),
    "parts": ("due",),
}
"""What belongs to one period. A column `last_<id>` beside it takes its value."""
OF_THE_PERIOD = ("report_date", "exempted_percent", "primary_percent")
REPORT_OF_THE_PERIOD = ("report_number",)
REPORT_OF_THE_PRODUCT = ("product_description", "flow_description")
"""Texts for the report that a new period, or a sister product, has its own of."""
OF_THE_PRODUCT = ("model", "mass_kg", "product_ids", "fossil_carbon", "biogenic_carbon")
"""Entries of the product sheet that a sister product has its own of."""
EPOCH = date(1899, 12, 30)
"""Day 0 of a spreadsheet's dates."""
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


@dataclass
class Continued:
    """The new workbook, and what was done to make it."""

    data: bytes = b""
    emptied: int = 0
    """Cells whose values were of the old period."""
    formulas: int = 0
    """Of these the ones that stay, for they compute from other cells."""
    reasons: int = 0
    """Justifications to be dated anew."""
    ask_again: list[str] = field(default_factory=list)
    """Parts whose supplier has to answer for the new period."""
    left_out: tuple[str, ...] = ()
    completed: tuple[Grown, ...] = ()
    """Tables in which rows lacked formulas, with what followed the rows."""


def continued(
    data: bytes,
    path: Path,
    *,
    period: Period | None = None,
    name: str = "",
    is_native: bool | None = None,
) -> Continued:
    """The workbook of the next period, or of a sister product called `name`.

    Raises CannotUpgrade, Unreadable, RecalculationTimeout.
    """
    old = earlier(data, path)
    native = old.is_native if is_native is None else is_native
    target = blank_for(old, old.lang, is_native=native, shows_former=True)
    new = target.cached.schema
    assert new is not None
    moves = moves_of(old, target, is_native=native)
    carried = carry(old.book, old.schema, target, None, moves)
    done = Continued(completed=old.completed)
    _answers_of_the_old_period(old, new, carried, done)
    for table, ids in EMPTIED.items():
        if (region := new.region(table)) is not None:
            _emptied(table, region, ids, carried, done)
    _months(old, new, carried, period)
    _facts(new, carried, period, name)
    done.data = filled_in(old, target, carried, path).package.data
    done.left_out = tuple(carried.left_out)
    return done


def _emptied(
    table: str, region: Region, ids: tuple[str, ...], carried: Carried, done: Continued
) -> None:
    """The columns of one table, each value moved into the grey column beside it."""
    cells = carried.cells.get(region.sheet.name, {})
    formulas = carried.formulas.get(region.sheet.name, {})
    for id in (id for id in ids if region.has(id)):
        beside = region.columns.get(f"last_{id}")
        column = region.columns[id]
        for row in range(region.header_row + 1, region.bounds[2] + 1):
            value = cells.get((row, column))
            if beside is not None and (row, beside) in cells:
                cells[row, beside] = value
            if is_blank(value):
                continue
            done.emptied += table != "justifications"
            done.reasons += table == "justifications"
            formula = formulas.get((row, column))
            if formula is not None and references(formula, region.sheet.name):
                done.formulas += 1
            else:
                formulas.pop((row, column), None)
                cells[row, column] = None


def _answers_of_the_old_period(
    old: Earlier, new: Schema, carried: Carried, done: Continued
) -> None:
    """What each supplier answered stands by its part, with the digest of the answer's file: as long
    as that answer is the part's, it is of the old period."""
    parts = new.region("parts")
    if parts is None:
        return
    digests = {
        folded(one.text("part_id")): one.text("sha256") for one in old.schema.records("answers")
    }
    values = {
        folded(one.text("part_id")): one.value("kgco2e_per_unit")
        for one in old.schema.records("parts")
    }
    cells = carried.cells.setdefault(parts.sheet.name, {})
    for row in range(parts.header_row + 1, parts.bounds[2] + 1):
        part = cells.get((row, parts.columns["part_id"]))
        digest = digests.get(folded(part)) if isinstance(part, str) else None
        cells[row, parts.columns["last_answer"]] = digest
        if digest and isinstance(part, str):
            value = values.get(folded(part))
            cells[row, parts.columns["last_kgco2e"]] = value if isinstance(value, float) else None
            done.ask_again.append(part)


def _months(old: Earlier, new: Schema, carried: Carried, period: Period | None) -> None:
    """The months of bills, as many years later as the period is; none where that can't be told."""
    region = new.region("allocation")
    if region is None or period is None or not region.has("month"):
        return
    declared = old.book.recomputed.product
    was = declared.period.value if declared and declared.period else None
    later = period.start.year - was.start.year if was else None
    cells = carried.cells.get(region.sheet.name, {})
    for row in range(region.header_row + 1, region.bounds[2] + 1):
        at: Position = (row, region.columns["month"])
        if not is_blank(cells.get(at)):
            cells[at] = _later(cells[at], later)  # type: ignore[arg-type]


def _later(month: Scalar, years: int | None) -> Scalar:
    if years is None or not isinstance(month, str):
        return None
    return _YEAR.sub(lambda year: str(int(year[0]) + years), month)


def _facts(new: Schema, carried: Carried, period: Period | None, name: str) -> None:
    """Period, name, and what was true of the old ones only."""
    unit = new.setting("functional_unit")
    assert unit is not None
    assert unit.where is not None
    cells = carried.cells[unit.where.sheet]
    top = unit.where.row - PRODUCT_ROWS.index("functional_unit")
    at = {entry: (top + n, unit.where.column) for n, entry in enumerate(PRODUCT_ROWS)}
    for entry in (*OF_THE_PERIOD, *(OF_THE_PRODUCT if name else ())):
        cells[at[entry]] = None
        carried.formulas.get(unit.where.sheet, {}).pop(at[entry], None)
    _report_texts(new, carried, (*REPORT_OF_THE_PERIOD, *(REPORT_OF_THE_PRODUCT if name else ())))
    if period is not None:
        cells[at["period_start"]] = float((period.start - EPOCH).days)
        cells[at["period_end"]] = float((period.end - EPOCH).days)
    if name:
        _renamed(new, carried, cells.get(at["name"]), name)
        cells[at["name"]] = name


def _report_texts(new: Schema, carried: Carried, entries: tuple[str, ...]) -> None:
    """Texts of the old period or product go, with their translations."""
    for name in (one for entry in entries for one in (entry, translation_name(entry))):
        setting = new.setting(name)
        if setting is not None and setting.where is not None:
            where = setting.where
            carried.cells.setdefault(where.sheet, {})[where.row, where.column] = None
            carried.formulas.get(where.sheet, {}).pop((where.row, where.column), None)


def _renamed(new: Schema, carried: Carried, was: object, name: str) -> None:
    """The sister product's name where the bills say whose share a row is."""
    region = new.region("allocation")
    if region is None or not region.has("product") or not isinstance(was, str):
        return
    cells = carried.cells.get(region.sheet.name, {})
    for (row, column), value in list(cells.items()):
        is_said = column == region.columns["product"] and isinstance(value, str)
        if is_said and folded(str(value)) == folded(was):
            cells[row, column] = name
