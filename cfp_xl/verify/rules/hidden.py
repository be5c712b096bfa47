"""N07: nothing that is hidden contributes to a result."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cfp_xl.engine.areas import Area, CellKey
from cfp_xl.findings import CellRef, Finding, finding
from cfp_xl.footprint.wording import folded
from cfp_xl.schema.case import Case, text_of
from cfp_xl.verify.rule import EVERYTHING, rule
from cfp_xl.workbook.address import column_letters
from cfp_xl.workbook.layout import Position
from cfp_xl.workbook.model import Cell, Sheet

MOST_NAMED = 1000
"""Cells of one hidden column or sheet that a finding names."""


@rule("N07", reads=(EVERYTHING,))
def nothing_hidden_contributes(case: Case) -> Iterator[Finding]:
    """Each hidden sheet, row or column with a cell that a formula elsewhere uses: its first number.

    So is a number of which its format or its colour shows nothing, and then a result too.
    A row of the factors' table contributes only where an activity uses the factor. Settings,
    justifications and declared figures contribute to the verdict, so they must be seen too.
    The heading of a table's column is no content of it: templates fold away columns not yet used.
    """
    read = tuple(_read_by_the_verifier(case))
    unused = _unused_factor_rows(case)
    regions = case.schema.regions.values()
    headings = {(region.sheet.name, region.header_row) for region in regions}
    for sheet in case.workbook.sheets:
        reported: dict[tuple[str, str], tuple[Cell, list[CellRef]]] = {}
        numbers_first = sorted(
            _perhaps_hidden(sheet), key=lambda item: (not isinstance(item[1].value, float), item[0])
        )
        for (row, column), cell in numbers_first:
            hidden = _hidden_part(sheet, cell)
            if hidden is None or cell.value in (None, ""):
                continue
            if (sheet.name, row) in unused or (sheet.name, row) in headings:
                continue
            is_result = hidden[0] == "format" and cell.formula is not None
            if is_result or _is_used(case, sheet, cell, read):
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


def _perhaps_hidden(sheet: Sheet) -> Iterable[tuple[Position, Cell]]:
    """The cells of hidden sheets, rows and columns, and those whose format may show nothing."""
    cells = sheet.columns
    if sheet.state != "visible":
        return cells.items()
    found = {cells.layout.position(number) for number in cells.odd}
    for rows in cells.layout.rows:
        places = {at for at, c in enumerate(rows.shape.columns) if c in sheet.hidden_columns}
        columns = [rows.shape.columns[at] for at in sorted(places | rows.shape.looks.keys())]
        for row in range(rows.first, rows.first + rows.height):
            found.update((row, c) for c in columns)
            if row in sheet.hidden_rows:
                found.update((row, c) for c in rows.shape.columns)
    return [(at, cells[at]) for at in found]


def _is_used(case: Case, sheet: Sheet, cell: Cell, read: Iterable[Area]) -> bool:
    """Whether a formula uses a cell, or the verifier; no formula of its own sheet, if that is
    hidden: then no visible result depends on it."""
    key = CellKey(sheet.name, cell.row, cell.column)
    users = case.recalculation.reading_sheets(key)
    if any(sheet.state == "visible" or user != sheet.name for user in users):
        return True
    return any(area.holds(*key) for area in read)


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
