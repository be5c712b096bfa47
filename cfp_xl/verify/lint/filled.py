"""K01, K02: one cell that differs from a formula filled through the cells above and below it.

In the spirit of ExceLint (Barowy, Berger, Zorn 2018): formulas stand in blocks of one relative
formula, and the small change that would join two blocks is worth a look.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cfp_xl.findings import Finding, finding
from cfp_xl.workbook.cells import Cell
from cfp_xl.workbook.formulas.canonical import relative_key
from cfp_xl.workbook.formulas.tokens import translate
from cfp_xl.workbook.model import Sheet

LEAST_BESIDE, LEAST_IN_ALL = 2, 6
"""So many cells of one formula on either side, and in both together."""
MOST_EXCEPTIONS = 2
"""So many cells between may differ; more are no slip."""

Column = Mapping[int, Cell]


def exceptions_in_filled_columns(sheet: Sheet) -> Iterator[Finding]:
    """K01 another formula, K02 a number typed, in a column that is otherwise one formula."""
    by_column: dict[int, dict[int, Cell]] = {}
    for (row, column), cell in sheet.columns.by_position.items():
        by_column.setdefault(column, {})[row] = cell
    for column, cells in by_column.items():
        if sum(cell.formula is not None for cell in cells.values()) >= LEAST_IN_ALL:
            yield from _in_column(sheet, column, cells)


def _in_column(sheet: Sheet, column: int, cells: Column) -> Iterator[Finding]:
    runs = list(_runs(column, cells))
    for at in range(1, len(runs) - 1):
        (key, first, last), before, after = runs[at], runs[at - 1], runs[at + 1]
        is_between = before[2] == first - 1 and after[1] == last + 1
        if not is_between or before[0] != after[0] or not before[0]:
            continue
        sizes = [last - first + 1 for _, first, last in (before, after)]
        if min(sizes) < LEAST_BESIDE or sum(sizes) < LEAST_IN_ALL:
            continue
        if last - first < MOST_EXCEPTIONS and key != before[0]:
            for row in range(first, last + 1):
                yield from _exception(sheet, cells[row], cells[before[2]])


def _runs(column: int, cells: Column) -> Iterator[tuple[str, int, int]]:
    """Cells below each other with one relative formula: that, first and last row. A run of other
    cells has the key "" where they are no formulas."""
    found: tuple[str, int, int] | None = None
    for row, cell in sorted(cells.items()):
        if cell.value in (None, "") and cell.formula is None:
            continue
        key = relative_key(cell.formula, row, column) if cell.formula is not None else ""
        if found is not None and found[0] == key and found[2] == row - 1:
            found = key, found[1], row
            continue
        if found is not None:
            yield found
        found = key, row, row
    if found is not None:
        yield found


def _exception(sheet: Sheet, cell: Cell, above: Cell) -> Iterator[Finding]:
    where = sheet.ref(cell.row, cell.column)
    at = (above.row, above.column)
    expected = f"={translate(above.formula or '', at, (cell.row, cell.column))}"
    if cell.formula is not None:
        yield finding("K01", where, seen=f"={cell.formula}", expected=expected)
    elif isinstance(cell.value, float):
        yield finding("K02", where, seen=f"{cell.value:.15g}", expected=expected)
