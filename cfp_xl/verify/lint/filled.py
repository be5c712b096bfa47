"""K01, K02: one cell that differs from a formula filled through the cells above and below it.

In the spirit of ExceLint (Barowy, Berger, Zorn 2018): formulas stand in blocks of one relative
formula, and the small change that would join two blocks is worth a look.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from heapq import merge
from operator import itemgetter

from cfp_xl.findings import Finding, finding
from cfp_xl.schema.formula_keys import KeyedRun, keyed_columns
from cfp_xl.workbook.cells import Cell
from cfp_xl.workbook.formulas.tokens import translate
from cfp_xl.workbook.model import Sheet

LEAST_BESIDE, LEAST_IN_ALL = 2, 6
"""So many cells of one formula on either side, and in both together."""
MOST_EXCEPTIONS = 2
"""So many cells between may differ; more are no slip."""

Column = Mapping[int, Cell]
Run = tuple[str, int, int]
"""The key of a relative formula, its first and its last row."""


def exceptions_in_filled_columns(sheet: Sheet) -> Iterator[Finding]:
    """K01 another formula, K02 a number typed, in a column that is otherwise one formula.

    A row in which several columns have another formula, and none goes on, is a row of another
    kind: a subtotal, another case.
    """
    keyed = keyed_columns(sheet)
    by_column: dict[int, dict[int, Cell]] = {}
    for (row, column), cell in sheet.columns.by_position.items():
        by_column.setdefault(column, {})[row] = cell
    found: list[tuple[Cell, Cell]] = []
    going_on: set[int] = set()
    for column, cells in by_column.items():
        formulas = keyed.get(column, ())
        if sum(last - first + 1 for first, last, _ in formulas) >= LEAST_IN_ALL:
            runs = list(_runs(formulas, cells))
            for _, first, last in (run for run in runs if run[0]):
                going_on.update(range(first + 1, last))
            found += _in_column(cells, runs)
    departing = Counter(cell.row for cell, _ in found if cell.formula is not None)
    for cell, above in found:
        is_own_kind = departing[cell.row] > 1 and cell.row not in going_on
        if cell.formula is None or not is_own_kind:
            yield from _exception(sheet, cell, above)


def _in_column(cells: Column, runs: Sequence[Run]) -> Iterator[tuple[Cell, Cell]]:
    """Each exception, with the last cell of the formula above it."""
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
                yield cells[row], cells[before[2]]


def _runs(formulas: Sequence[KeyedRun], cells: Column) -> Iterator[Run]:
    """Cells below each other with one relative formula. A run of other cells has the key "" where
    they are no formulas."""
    of_formulas = ((key, first, last) for first, last, key in formulas)
    typed = sorted(row for row, cell in cells.items() if cell.formula is None)
    others = (("", row, row) for row in typed if cells[row].value not in (None, ""))
    found: Run | None = None
    for key, first, last in merge(of_formulas, others, key=itemgetter(1)):
        if found is not None and found[0] == key and found[2] == first - 1:
            found = key, found[1], last
            continue
        if found is not None:
            yield found
        found = key, first, last
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
