"""N07: nothing that is hidden contributes to a result."""

from __future__ import annotations

from collections.abc import Iterator

from cfp_xl.engine.areas import Area
from cfp_xl.findings import CellRef, Finding, finding
from cfp_xl.footprint.wording import folded
from cfp_xl.schema.case import Case, text_of
from cfp_xl.verify.rule import EVERYTHING, rule
from cfp_xl.workbook.address import column_letters
from cfp_xl.workbook.model import Cell, Sheet

MOST_NAMED = 1000
"""Cells of one hidden column or sheet that a finding names."""


@rule("N07", reads=(EVERYTHING,))
def nothing_hidden_contributes(case: Case) -> Iterator[Finding]:
    """Each hidden sheet, row or column with a cell that a formula elsewhere uses: its first number.

    So is a number of which its format or its colour shows nothing, and then a result too.
    A row of the factors' table contributes only where an activity uses the factor. Settings,
    justifications and declared figures contribute to the verdict, so they must be seen too.
    """
    used = _Used(
        {
            area
            for key, areas in case.recalculation.referenced_ranges.items()
            for area in areas
            if not _is_within_hidden_sheet(case, area, key.sheet)
        }
        | set(_read_by_the_verifier(case))
    )
    unused = _unused_factor_rows(case)
    for sheet in case.workbook.sheets:
        reported: dict[tuple[str, str], tuple[Cell, list[CellRef]]] = {}
        numbers_first = sorted(
            sheet.cells.items(), key=lambda item: (not isinstance(item[1].value, float), item[0])
        )
        for (row, column), cell in numbers_first:
            hidden = _hidden_part(sheet, cell)
            if hidden is None or cell.value in (None, ""):
                continue
            if (sheet.name, row) in unused:
                continue
            is_result = hidden[0] == "format" and cell.formula is not None
            if is_result or used.holds(sheet.name, row, column):
                _, others = reported.setdefault(hidden, (cell, []))
                others.append(sheet.ref(row, column))
        for (hidden_by, name), (first, cells) in reported.items():
            yield finding(
                "N07",
                cells[0],
                case=f"hidden_{hidden_by}",
                seen=text_of(first.value),
                hidden=name,
                also=cells[1:MOST_NAMED],
            )


class _Used:
    """Cells in use: most areas are single cells, so that they are looked up and not searched."""

    def __init__(self, areas: set[Area]) -> None:
        self._cells = {(a.sheet, a.first_row, a.first_column) for a in areas if a.is_single}
        self._ranges = [area for area in areas if not area.is_single]

    def holds(self, sheet: str, row: int, column: int) -> bool:
        if (sheet, row, column) in self._cells:
            return True
        return any(area.holds(sheet, row, column) for area in self._ranges)


def _read_by_the_verifier(case: Case) -> Iterator[Area]:
    places = [fact.where for fact in case.product.facts if fact.where]
    for table in ("justifications", "declared"):
        if region := case.schema.region(table):
            places.append(region.where)
    for where in places:
        if bounds := where.bounds:
            yield Area(where.sheet, *bounds)


def _hidden_part(sheet: Sheet, cell: Cell) -> tuple[str, str] | None:
    """What hides a cell, and its name."""
    if sheet.state != "visible":
        return "sheet", sheet.name
    if cell.row in sheet.hidden_rows:
        return "row", str(cell.row)
    if cell.column in sheet.hidden_columns:
        return "column", column_letters(cell.column)
    if cell.is_unseen:
        return "format", column_letters(cell.column)
    return None


def _is_within_hidden_sheet(case: Case, area: Area, user: str) -> bool:
    """Whether a hidden sheet only uses itself: then no visible result depends on it."""
    sheet = case.workbook.sheet(area.sheet)
    return sheet is not None and sheet.state != "visible" and sheet.name == user


def _unused_factor_rows(case: Case) -> set[tuple[str, int]]:
    used = {
        folded(row.activity.factor_id)
        for row in case.footprint.rows
        if isinstance(row.activity.factor_id, str)
    }
    rows = set()
    for record in case.product.rows("factors"):
        where = case.at(record, "id")
        cell = case.cell(where)
        if cell is not None and folded(text_of(cell.value)) not in used:
            rows.add((where.sheet, cell.row))
    return rows
