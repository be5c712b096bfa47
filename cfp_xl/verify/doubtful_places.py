"""Where a number may be shown otherwise than it is, or not at all: found by the styles of columns,
so that of 20,000 figures in plain cells none has to be looked at."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from cfp_xl.verify.shown_number import is_plain
from cfp_xl.workbook.layout import Position
from cfp_xl.workbook.model import Cell, Sheet
from cfp_xl.workbook.reading.appearance import Appearance, CellFormat


@dataclass(frozen=True)
class DoubtfulPlaces:
    """All but columns of plain, readable formats with nothing that hides or merges their cells."""

    appearance: Appearance
    _numbers: dict[str, Sequence[tuple[Position, Cell, float]]] = field(default_factory=dict)
    _odd_rows: dict[str, tuple[list[int], list[int]]] = field(default_factory=dict)

    def is_any(self, sheet: Sheet, column: int, first: int, last: int) -> bool:
        """Whether a cell of the column, between two rows, is one."""
        look = self.appearance.sheet(sheet.name)
        if column in sheet.hidden_columns or column in look.narrow_columns:
            return True
        if sheet.state != "visible" or self._has_odd_rows(sheet, first, last):
            return True
        formats = self.appearance.formats_along(sheet.name, column, first, last)
        return not all(map(_shows_numbers, formats))

    def numbers(self, sheet: Sheet) -> Sequence[tuple[Position, Cell, float]]:
        """The formulas there that give a number."""
        if sheet.name not in self._numbers:
            self._numbers[sheet.name] = tuple(self._found_in(sheet))
        return self._numbers[sheet.name]

    def _found_in(self, sheet: Sheet) -> Iterator[tuple[Position, Cell, float]]:
        for run, values in sheet.columns.formula_values:
            if self.is_any(sheet, run.column, run.row, run.row + run.height - 1):
                for row, value in enumerate(values, run.row):
                    if isinstance(value, float):
                        yield (row, run.column), sheet.cells[row, run.column], value

    def _has_odd_rows(self, sheet: Sheet, first: int, last: int) -> bool:
        """Whether a row is hidden or flat there, or a merged area goes through it."""
        if sheet.name not in self._odd_rows:
            self._odd_rows[sheet.name] = self._odd_rows_of(sheet)
        tops, bottoms = self._odd_rows[sheet.name]
        at = bisect_right(tops, last) - 1
        return at >= 0 and bottoms[at] >= first

    def _odd_rows_of(self, sheet: Sheet) -> tuple[list[int], list[int]]:
        """Their first rows in rising order, and the last row of any that begins so far up."""
        look = self.appearance.sheet(sheet.name)
        rows = [(row, row) for row in sheet.hidden_rows | look.flat_rows]
        merged = [(top, bottom) for top, _, bottom, _ in look.merged]
        tops: list[int] = []
        bottoms: list[int] = []
        for top, bottom in sorted(rows + merged):
            tops.append(top)
            bottoms.append(max(bottom, bottoms[-1]) if bottoms else bottom)
        return tops, bottoms


@lru_cache(maxsize=4096)
def _shows_numbers(look: CellFormat) -> bool:
    return look.is_readable and is_plain(look.code or "General")
