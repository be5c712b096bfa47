"""Where a number may be shown otherwise than it is, or not at all: found by the styles of columns,
so that of 20,000 figures in plain cells none has to be looked at."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from operator import itemgetter

from cfp_xl.verify.shown_number import is_plain
from cfp_xl.workbook.layout import Position
from cfp_xl.workbook.model import Cell, Sheet
from cfp_xl.workbook.reading.appearance import Appearance, CellFormat


@dataclass(frozen=True)
class DoubtfulPlaces:
    """All but columns of plain, readable formats with nothing that hides or merges their cells."""

    appearance: Appearance
    _numbers: dict[str, Sequence[tuple[Position, Cell, float]]] = field(default_factory=dict)
    _odd_rows: dict[str, Sequence[tuple[int, int]]] = field(default_factory=dict)

    def rows(self, sheet: Sheet, column: int, first: int, last: int) -> Iterable[int]:
        """The rows of these cells of the column, from above."""
        if self._is_odd_column(sheet, column, first, last):
            return range(first, last + 1)
        return list(self._odd_between(sheet, first, last))

    def _is_odd_column(self, sheet: Sheet, column: int, first: int, last: int) -> bool:
        look = self.appearance.sheet(sheet.name)
        if column in sheet.hidden_columns or column in look.narrow_columns:
            return True
        if sheet.state != "visible":
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
            for row in self.rows(sheet, run.column, run.row, run.row + run.height - 1):
                if isinstance(value := values[row - run.row], float):
                    yield (row, run.column), sheet.cells[row, run.column], value

    def _odd_between(self, sheet: Sheet, first: int, last: int) -> Iterator[int]:
        apart = self._odd_rows_of(sheet)
        for top, bottom in apart[bisect_left(apart, first, key=itemgetter(1)) :]:
            if top > last:
                return
            yield from range(max(top, first), min(bottom, last) + 1)

    def _odd_rows_of(self, sheet: Sheet) -> Sequence[tuple[int, int]]:
        """First and last of the rows that are hidden or flat, or that a merged area goes through,
        from above."""
        if sheet.name not in self._odd_rows:
            look = self.appearance.sheet(sheet.name)
            rows = [(row, row) for row in sheet.hidden_rows | look.flat_rows]
            merged = [(top, bottom) for top, _, bottom, _ in look.merged]
            apart: list[tuple[int, int]] = []
            for top, bottom in sorted(rows + merged):
                if apart and top <= apart[-1][1] + 1:
                    apart[-1] = apart[-1][0], max(bottom, apart[-1][1])
                else:
                    apart.append((top, bottom))
            self._odd_rows[sheet.name] = apart
        return self._odd_rows[sheet.name]


@lru_cache(maxsize=4096)
def _shows_numbers(look: CellFormat) -> bool:
    return look.is_readable and is_plain(look.code or "General")
