"""Where a sheet's cells are, and what their formulas say: rows of one shape, one below the other.

A table of 20,000 rows is one row 20,000 times: the same columns, the same formulas but for the
row's number in them. It is kept so, and a formula's text is made where one is asked for. Copies of
a template share their layout.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b
from operator import itemgetter
from typing import Any, NamedTuple, Protocol, TypeAlias

from cfp_xl.workbook.address import MAX_ROWS, Bounds
from cfp_xl.workbook.formulas.tokens import fill

Position: TypeAlias = tuple[int, int]
"""Row and column, from 1."""

Places: TypeAlias = slice | list[int]
"""The numbers of some cells; -1 where there is none."""

Pick: TypeAlias = Callable[[Sequence[Any]], Sequence[Any]]

MOST_PICKED = 50_000
"""Cells of all ranges whose places a layout remembers."""


class Formula(NamedTuple):
    """A cell's formula, as `Cell` describes it."""

    text: str
    array_ref: str | None = None
    is_dynamic_array: bool = False


class FilledDown(Protocol):
    """A formula that several rows have, as it reads in each."""

    def at(self, row: int, column: int, /) -> str: ...


class Look(NamedTuple):
    """What a cell's style makes of a number in it."""

    is_date: bool
    hides_positive: bool
    hides_negative: bool
    is_percent: bool = False

    def hides(self, number: float) -> bool:
        return number != 0 and (self.hides_positive if number > 0 else self.hides_negative)


@dataclass(frozen=True, eq=False, slots=True)
class RowShape:
    """The cells of a row, by their place in it, apart from values."""

    columns: tuple[int, ...]
    """In rising order."""
    formulas: Mapping[int, Formula | FilledDown] = field(default_factory=dict)
    """Of a shape that several rows have, each is FilledDown."""
    uncached: Collection[int] = ()
    """Formula cells without a value."""
    looks: Mapping[int, Look] = field(default_factory=dict)
    places: Mapping[int, int] = field(init=False)
    """By column."""

    def __post_init__(self) -> None:
        places = dict(zip(self.columns, range(len(self.columns)), strict=True))
        object.__setattr__(self, "places", places)


class RowRun(NamedTuple):
    """`height` rows of one shape from row `first` on; `number` is that of their first cell."""

    first: int
    height: int
    number: int
    shape: RowShape

    def formula(self, row: int, place: int) -> Formula | None:
        found = self.shape.formulas.get(place)
        if found is None or isinstance(found, Formula):
            return found
        return Formula(found.at(row, self.shape.columns[place]))


class FormulaRun(NamedTuple):
    """A formula filled down through `height` cells, as the first of them has it."""

    row: int
    column: int
    height: int
    formula: Formula


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
        runs: list[FormulaRun] = []
        lowest: dict[int, _LowestRun] = {}
        for rows in self.rows:
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
