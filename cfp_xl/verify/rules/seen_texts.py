"""What the reader sees of texts: units, ids, stages, reasons and declared figures can be read."""

from __future__ import annotations

from collections.abc import Iterator

from cfp_xl.engine.areas import CellKey
from cfp_xl.findings import Finding, finding
from cfp_xl.footprint.columns import tables
from cfp_xl.schema.case import Case
from cfp_xl.verify.doubtful_places import DoubtfulPlaces
from cfp_xl.verify.rule import EVERYTHING, PRODUCT, rule
from cfp_xl.verify.rules.seen import hidden_by
from cfp_xl.verify.shown_number import shows_texts
from cfp_xl.workbook.model import Cell, Sheet

NAMES = ("stage", "process", "unit")
"""Columns of our tables of results that say what a number is."""


@rule("A02", reads=(EVERYTHING,), schemas=(PRODUCT,))
def texts_are_seen(case: Case) -> Iterator[Finding]:
    """A02: what people type into our tables and the names beside results can be read."""
    if case.appearance is None:
        return
    seen: set[CellKey] = set()
    for sheet, cell in _texts(case, DoubtfulPlaces(case.appearance)):
        key = CellKey(sheet.name, cell.row, cell.column)
        if key in seen:
            continue
        seen.add(key)
        hidden = hidden_by(case.appearance, sheet, cell, is_result=False)
        formats = case.appearance.formats(sheet.name, cell.row, cell.column)
        if hidden is None and not all(shows_texts(one.code or "General") for one in formats):
            hidden = "format"
        if hidden is not None:
            where = sheet.ref(cell.row, cell.column)
            yield finding("A02", where, case=hidden, seen=f"“{cell.value}”")


def _texts(case: Case, doubtful: DoubtfulPlaces) -> Iterator[tuple[Sheet, Cell]]:
    """Texts in doubtful places: of our tables' columns, of what is said of the product, and beside
    results."""
    for table, region in case.schema.regions.items():
        top, _, bottom, _ = region.bounds
        for one in tables().get(table, ()):
            column = region.columns.get(one.id)
            if column is not None:
                values = region.sheet.columns.values_in((top, column, bottom, column))
                for row in doubtful.rows(region.sheet, column, top, bottom):
                    if isinstance(values[row - top], str):
                        yield from _text_at(region.sheet, row, column)
    for fact in case.product.facts:
        if fact.where is not None and (cell := case.cell(fact.where)) is not None:
            yield from _text_at(
                case.workbook.by_name[fact.where.sheet.casefold()], cell.row, cell.column
            )
    for found in case.template_tables("results"):
        for name in NAMES:
            if (column := found.columns.get(name)) is not None:
                for row in found.rows:
                    yield from _text_at(found.sheet, row, column)


def _text_at(sheet: Sheet, row: int, column: int) -> Iterator[tuple[Sheet, Cell]]:
    cell = sheet.cells.get((row, column))
    if cell is not None and isinstance(cell.value, str) and cell.value.strip():
        yield sheet, cell
