"""Formulas that are filled down, each with how far: a table of 20,000 rows has twenty of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import NamedTuple

from cfp_xl.workbook.formulas.tokens import fill
from cfp_xl.workbook.row_runs import FilledDown, Formula, RowRun


class FormulaRun(NamedTuple):
    """A formula filled down through `height` cells, as the first of them has it."""

    row: int
    column: int
    height: int
    formula: Formula


def formula_runs(parts: Sequence[RowRun]) -> list[FormulaRun]:
    """All formulas of a sheet, in the order of their first cells."""
    runs: list[FormulaRun] = []
    lowest: dict[int, _LowestRun] = {}
    for rows in parts:
        is_even = _is_even(rows.first - 2, rows.first + rows.height - 1)
        for place, written in rows.shape.formulas.items():
            column = rows.shape.columns[place]
            above = lowest.get(column)
            if above is not None and above.goes_on(rows, column, written, is_even=is_even):
                continue
            for run in _runs_in(rows, place):
                if above is not None and above.takes(run):
                    continue
                if above is not None:
                    runs.append(above.run)
                above = lowest[column] = _LowestRun(run, written)
    runs += [one.run for one in lowest.values()]
    return sorted(runs, key=itemgetter(0, 1))


def _runs_in(rows: RowRun, place: int) -> Iterator[FormulaRun]:
    """The formula at a place of rows: one run, if it is filled down through all of them."""
    first, height, _, shape = rows
    column = shape.columns[place]
    formula = rows.formula(first, place)
    assert formula is not None
    written = shape.formulas[place]
    if height == 1 or isinstance(written, Formula):
        yield FormulaRun(first, column, height, formula)
        return
    filled = fill(formula.text, first, column)
    if all(filled.at(n, column) == written.at(n, column) for n in _telling(first, height)):
        yield FormulaRun(first, column, height, formula)
        return
    for row in range(first, first + height):
        yield FormulaRun(row, column, 1, Formula(written.at(row, column)))


def _telling(first: int, height: int) -> Iterator[int]:
    """The rows in which two ways of writing a row's number agree only if they do in all.

    Each is digits around numbers that rise by one from row to row; while none of these gets longer,
    two that agree twice are the same. They get longer near the powers of ten.
    """
    last = first + height - 1
    yield last
    for power in range(1, len(str(last + 1))):
        for row in range(10**power - 2, 10**power + 2):
            if first < row < last:
                yield row


class _LowestRun:
    """The last run of a column so far, which the rows below may go on."""

    __slots__ = ("_alike", "_end", "_filled", "_first", "_written")

    def __init__(self, first: FormulaRun, written: Formula | FilledDown) -> None:
        self._first, self._end = first, first.row + first.height
        self._written, self._alike = written, first.height
        """How its last rows are written, and how many of them."""
        self._filled = None if first.formula.array_ref else fill(first.formula.text, *first[:2])

    @property
    def run(self) -> FormulaRun:
        return self._first._replace(height=self._end - self._first.row)

    def goes_on(
        self, rows: RowRun, column: int, written: Formula | FilledDown, *, is_even: bool
    ) -> bool:
        """Whether rows right below are filled down from it; then it goes through them, too.

        Where two of its rows are written like these, and no number gets longer, they are.
        """
        if self._filled is None or rows.first != self._end:
            return False
        is_alike = written is self._written or written == self._written
        if not (is_alike and is_even and self._alike > 1) and not self._agrees(
            rows, column, written
        ):
            return False
        self._written, self._alike = written, rows.height + (self._alike if is_alike else 0)
        self._end += rows.height
        return True

    def takes(self, run: FormulaRun) -> bool:
        """Whether a run right below is filled down from it; then it is part of it."""
        if self._filled is None or run.row != self._end or run.formula.array_ref is not None:
            return False
        if self._filled.at(run.row, run.column) != run.formula.text:
            return False
        self._alike = 0
        self._end += run.height
        return True

    def _agrees(self, rows: RowRun, column: int, written: Formula | FilledDown) -> bool:
        filled, first = self._filled, rows.first
        if filled is None or isinstance(written, Formula):
            return False
        telling = (first, *_telling(first, rows.height))
        return all(filled.at(n, column) == written.at(n, column) for n in telling)


def _is_even(first: int, last: int) -> bool:
    """Whether no number of a row, or of one beside it, gets longer between two rows."""
    power = 10 ** len(str(last + 2)) // 10
    return not (first <= power + 1 and last >= power - 2)
