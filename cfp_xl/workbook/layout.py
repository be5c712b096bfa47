"""Where a sheet's cells are, and what their formulas say: rows of one shape, one below the other.

A table of 20,000 rows is one row 20,000 times: the same columns, the same formulas but for the
row's number in them. It is kept so, and a formula's text is made where one is asked for. Copies of
a template share their layout.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from hashlib import blake2b
from operator import itemgetter
from typing import Any, TypeAlias

from cfp_xl.workbook.address import MAX_ROWS, Bounds
from cfp_xl.workbook.formula_runs import FormulaRun, formula_runs
from cfp_xl.workbook.row_runs import Formula, RowRun, RowShape

Position: TypeAlias = tuple[int, int]
"""Row and column, from 1."""

Places: TypeAlias = slice | list[int]
"""The numbers of some cells; -1 where there is none."""

Pick: TypeAlias = Callable[[Sequence[Any]], Sequence[Any]]

FEW_ROWS = 64
"""Of so few it does not matter how they are gone through."""

MOST_PICKED = 50_000
"""Cells of all ranges whose places a layout remembers."""


class CellLayout:
    """Where a sheet's cells are, and all of them that is not their value. Cells go by number, row
    by row."""

    def __init__(self, rows: Sequence[RowRun], spilled: Iterable[int] = ()) -> None:
        """`rows` are in rising order and have cells; `spilled` are cells that a formula fills."""
        self.rows = rows
        self.spilled = frozenset(spilled)
        self._firsts = [part.first for part in rows]
        self._numbers = [part.number for part in rows]
        self._picks: dict[tuple[Bounds, bool], Pick] = {}
        self._picked = 0

    @classmethod
    def of(cls, positions: Sequence[Position], formulas: Mapping[int, Formula]) -> CellLayout:
        """Of cells in rising order; formulas by their numbers."""
        rows: list[RowRun] = []
        start = 0
        while start < len(positions):
            end, row = start + 1, positions[start][0]
            while end < len(positions) and positions[end][0] == row:
                end += 1
            columns = tuple([column for _, column in positions[start:end]])
            own = {at - start: formulas[at] for at in range(start, end) if at in formulas}
            rows.append(RowRun(row, 1, start, RowShape(columns, own)))
            start = end
        return cls(rows)

    def __len__(self) -> int:
        if not self.rows:
            return 0
        _, height, number, shape = self.rows[-1]
        return number + height * len(shape.columns)

    def __iter__(self) -> Iterator[Position]:
        """The positions of all cells."""
        for first, height, _, shape in self.rows:
            for row in range(first, first + height):
                for column in shape.columns:
                    yield row, column

    def number(self, at: Position) -> int:
        """Of the cell at a position; -1 where there is none."""
        found = self._rows_of(at[0])
        place = None if found is None else found.shape.places.get(at[1])
        if found is None or place is None:
            return -1
        return found.number + (at[0] - found.first) * len(found.shape.columns) + place

    def _rows_of(self, row: int) -> RowRun | None:
        index = bisect_right(self._firsts, row) - 1
        if index < 0:
            return None
        found = self.rows[index]
        return found if row < found.first + found.height else None

    def has_row(self, row: int) -> bool:
        """Whether a row has cells."""
        return self._rows_of(row) is not None

    def find(self, number: int) -> tuple[RowRun, int, int]:
        """The rows that a cell is in, its row, and its place there."""
        rows = self.rows[bisect_right(self._numbers, number) - 1]
        offset, place = divmod(number - rows.number, len(rows.shape.columns))
        return rows, rows.first + offset, place

    def position(self, number: int) -> Position:
        """Of the cell with a number."""
        rows, row, place = self.find(number)
        return row, rows.shape.columns[place]

    def row_numbers(self, first: int = 1, last: int = MAX_ROWS) -> Iterator[int]:
        """The rows with cells between two rows, from above."""
        for _, top, bottom in self.parts((first, 1, last, 1)):
            yield from range(top, bottom + 1)

    def formulas_in_row(self, row: int) -> Iterator[tuple[int, Formula]]:
        """By column, from the left."""
        if (found := self._rows_of(row)) is not None:
            for place in sorted(found.shape.formulas):
                if (formula := found.formula(row, place)) is not None:
                    yield found.shape.columns[place], formula

    def formula_at(self, at: Position) -> Formula | None:
        found = self._rows_of(at[0])
        place = None if found is None else found.shape.places.get(at[1])
        return None if found is None or place is None else found.formula(at[0], place)

    def is_formula(self, at: Position) -> bool:
        found = self._rows_of(at[0])
        return found is not None and found.shape.places.get(at[1], -1) in found.shape.formulas

    @property
    def formula_positions(self) -> Iterator[Position]:
        """Of all formula cells, row by row."""
        for first, height, _, shape in self.rows:
            columns = [shape.columns[place] for place in sorted(shape.formulas)]
            if columns:
                for row in range(first, first + height):
                    for column in columns:
                        yield row, column

    @cached_property
    def formula_count(self) -> int:
        return sum(rows.height * len(rows.shape.formulas) for rows in self.rows)

    @cached_property
    def has_uncached(self) -> bool:
        """Whether any formula cell has no value."""
        return any(rows.shape.uncached for rows in self.rows)

    def is_uncached(self, number: int) -> bool:
        if not self.has_uncached:
            return False
        rows, _, place = self.find(number)
        return place in rows.shape.uncached

    @cached_property
    def used(self) -> Position:
        """The last row and the last column with a cell."""
        last = self.rows[-1].first + self.rows[-1].height - 1 if self.rows else 1
        return last, max((rows.shape.columns[-1] for rows in self.rows), default=1)

    @cached_property
    def runs(self) -> Sequence[FormulaRun]:
        """All formulas, each down as far as it is filled, in the order of their first cells."""
        return formula_runs(self.rows)

    @cached_property
    def digest(self) -> bytes:
        """Of its formulas and where they stand."""
        texts = [
            "\x1e".join((str(row), str(column), str(height), text, ref or "", str(is_dynamic)))
            for row, column, height, (text, ref, is_dynamic) in self.runs
        ]
        content = "\x1f".join(texts).encode("utf-8", "surrogatepass")
        return blake2b(content, digest_size=16).digest()

    def parts(self, bounds: Bounds) -> Iterator[tuple[RowRun, int, int]]:
        """The rows with cells that a range goes through: (rows, first row, last row)."""
        top, _, bottom, _ = bounds
        index = max(bisect_right(self._firsts, top) - 1, 0)
        while index < len(self.rows) and self.rows[index].first <= bottom:
            rows = self.rows[index]
            first, last = max(rows.first, top), min(rows.first + rows.height - 1, bottom)
            if first <= last:
                yield rows, first, last
            index += 1

    def places(self, bounds: Bounds, *, constants: bool = False) -> Places:
        """The numbers of the cells of a range, row by row.

        With `constants`, formula cells count as none.
        """
        top, left, bottom, right = bounds
        width = right - left + 1
        found: list[int] = [-1] * ((bottom - top + 1) * width)
        if bottom - top > FEW_ROWS and self._row_by_row is not None:
            for column in range(left, right + 1):
                of_column = self._numbers_in(column, top, bottom, constants=constants)
                found[column - left :: width] = of_column
            return found
        for rows, first, last in self.parts(bounds):
            shape, step = rows.shape, len(rows.shape.columns)
            for column in range(left, right + 1) if width < step else shape.columns:
                place = shape.places.get(column)
                if place is None or not left <= column <= right:
                    continue
                if constants and place in shape.formulas:
                    continue
                start = rows.number + (first - rows.first) * step + place
                numbers = range(start, start + (last - first + 1) * step, step)
                if len(numbers) == len(found):
                    return slice(start, numbers[-1] + 1, step)
                at = (first - top) * width + column - left
                found[at : at + (last - first) * width + 1 : width] = numbers
        return found

    @cached_property
    def _row_by_row(self) -> tuple[Any, Any, Sequence[RowShape]] | None:
        """By row, from 1: the number of its first cell, and which of the shapes it has; -1 where it
        has no cells. None where few rows share a shape, or most rows are like those above them."""
        shapes: dict[RowShape, int] = {}
        for rows in self.rows:
            shapes.setdefault(rows.shape, len(shapes))
        if len(self.rows) < FEW_ROWS or len(shapes) * 4 > len(self.rows):
            return None
        import numpy as np

        firsts = np.full(self.used[0] + 1, -1)
        which = np.full(self.used[0] + 1, -1)
        for first, height, number, shape in self.rows:
            step = len(shape.columns)
            firsts[first : first + height] = np.arange(height) * step + number
            which[first : first + height] = shapes[shape]
        return firsts, which, tuple(shapes)

    def _numbers_in(self, column: int, top: int, bottom: int, *, constants: bool) -> list[int]:
        """The numbers of a column's cells between two rows, by what shape each row has."""
        import numpy as np

        assert self._row_by_row is not None
        firsts, which, shapes = self._row_by_row
        places = np.full(len(shapes) + 1, -1)  # the last, -1, is that of a row without cells
        for at, shape in enumerate(shapes):
            place = shape.places.get(column, -1)
            places[at] = -1 if constants and place in shape.formulas else place
        rows = slice(top, bottom + 1)
        place = places[which[rows]]
        numbers: list[int] = np.where(place < 0, -1, firsts[rows] + place).tolist()
        return numbers + [-1] * (bottom - top + 1 - len(numbers))

    def pick(self, bounds: Bounds, *, constants: bool = False) -> Pick:
        """Takes the values of a range, row by row, out of a sheet's; None where there is no cell.

        With `constants`, formula cells count as none.
        """
        found = self._picks.get((bounds, constants))
        if found is None:
            places = self.places(bounds, constants=constants)
            found = picking(places)
            self._picked += 1 if isinstance(places, slice) else len(places)
            if self._picked <= MOST_PICKED:
                self._picks[bounds, constants] = found
        return found


def picking(places: Places) -> Pick:
    """Takes the values at these places, at once; an itemgetter of one place gives no tuple."""
    if isinstance(places, slice):
        return itemgetter(places)
    if len(places) > 1:
        return itemgetter(*places)
    return lambda values: [values[place] for place in places]
