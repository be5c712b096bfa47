"""The cells of a sheet as columns: what the copies of a template share, and the values that differ.

A supplier's workbook differs from the template in its values. Where its cells are and what their
formulas say is one `Layout`, made once; a sheet adds one list of values. A `Cell` is made where
one is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, ItemsView, Iterable, Iterator, Mapping, Sequence, ValuesView
from functools import cached_property
from hashlib import blake2b
from operator import itemgetter
from typing import Any, NamedTuple, TypeAlias, TypeVar, overload

from cfp_xl.functions.values import Scalar
from cfp_xl.workbook.address import Bounds, address

Position: TypeAlias = tuple[int, int]
"""Row and column, from 1."""

Pick: TypeAlias = Callable[[Sequence[Any]], Sequence[Any]]

T = TypeVar("T")
TEXT_NUMBER = re.compile(r"\s*[+-]?(\d[\d,]*\.?\d*|\.\d+)([eE][+-]?\d+)?\s*%?\s*")
MOST_PICKED = 50_000
"""Cells of all ranges whose places a layout remembers."""


class Cell(NamedTuple):
    """One cell. `value` is its constant, or what the program that saved the file computed.

    A tuple, as there are hundreds of thousands: made and kept at a third of a dataclass's cost.
    """

    row: int
    column: int
    value: Scalar
    formula: str | None = None
    """As in the file, without the leading `=`; shared formulas written out."""
    is_cached: bool = True
    """False for a formula cell without `<v>`: there is nothing to compare with."""
    array_ref: str | None = None
    """The range an array (or spilled) formula fills, e.g. `A1:A5`, on its first cell."""
    is_dynamic_array: bool = False
    """An array formula that spills by itself; its `array_ref` is what it filled when saved."""
    is_text_number: bool = False
    """A number stored as text (`t="s"`, "4.62")."""
    is_finite: bool = True
    """False where the file holds a number that no float can (1E400); `value` is then #NUM!."""

    is_unseen: bool = False
    """A number of which its format or colour shows nothing (`;;;`, white on white)."""
    is_date: bool = False
    """A number that its format shows as a date or time: `4-6` typed for 4.6."""
    is_percent: bool = False
    """A number that its format shows as a percentage: `5%` typed, 0.05 kept."""

    @property
    def address(self) -> str:
        return address(self.row, self.column)


PLAIN = Cell(1, 1, None)[4:]
"""What a cell is that is a value, or a formula with its value, and nothing else."""


class Formula(NamedTuple):
    """A cell's formula, as `Cell` describes it."""

    text: str
    array_ref: str | None = None
    is_dynamic_array: bool = False


class Look(NamedTuple):
    """What a cell's style makes of a number in it."""

    is_date: bool
    hides_positive: bool
    hides_negative: bool
    is_percent: bool = False

    def hides(self, number: float) -> bool:
        return number != 0 and (self.hides_positive if number > 0 else self.hides_negative)


def picking(places: Sequence[int]) -> Pick:
    """Takes the values at these places, at once; an itemgetter of one place gives no tuple."""
    if len(places) > 1:
        return itemgetter(*places)
    return lambda values: [values[place] for place in places]


class CellLayout:
    """Where a sheet's cells are, and all of them that is not their value. Cells go by number."""

    def __init__(
        self,
        positions: Sequence[Position],
        formulas: Mapping[int, Formula],
        *,
        uncached: Iterable[int] = (),
        spilled: Iterable[int] = (),
        looks: Mapping[int, Look] | None = None,
    ) -> None:
        """`uncached` are formula cells without a value, `spilled` cells that a formula fills."""
        self.positions = positions
        self.formulas = formulas
        self.uncached = frozenset(uncached)
        self.spilled = frozenset(spilled)
        self.looks = looks or {}
        self._picks: dict[tuple[Bounds, bool], Pick] = {}
        self._picked = 0

    @cached_property
    def numbers(self) -> Mapping[Position, int]:
        """The number of the cell at a position."""
        return dict(zip(self.positions, range(len(self.positions)), strict=True))

    @cached_property
    def constants(self) -> Mapping[Position, int]:
        """The numbers of the cells that hold no formula."""
        formulas = self.formulas
        return {at: number for at, number in self.numbers.items() if number not in formulas}

    @cached_property
    def used(self) -> Position:
        """The last row and the last column with a cell."""
        rows, columns = map(itemgetter(0), self.positions), map(itemgetter(1), self.positions)
        return max(rows, default=1), max(columns, default=1)

    @cached_property
    def digest(self) -> bytes:
        """Of its formulas and where they stand."""
        texts = [
            "\x1e".join((*map(str, self.positions[number]), text, ref or "", str(is_dynamic)))
            for number, (text, ref, is_dynamic) in self.formulas.items()
        ]
        content = "\x1f".join(texts).encode("utf-8", "surrogatepass")
        return blake2b(content, digest_size=16).digest()

    def pick(self, bounds: Bounds, *, constants: bool = False) -> Pick:
        """Takes the values of a range, row by row, out of a sheet's; None where there is no cell.

        With `constants`, formula cells count as none.
        """
        found = self._picks.get((bounds, constants))
        if found is None:
            get = (self.constants if constants else self.numbers).get
            top, left, bottom, right = bounds
            columns = range(left, right + 1)
            places = [get((row, c), -1) for row in range(top, bottom + 1) for c in columns]
            found = picking(places)
            self._picked += len(places)
            if self._picked <= MOST_PICKED:
                self._picks[bounds, constants] = found
        return found


class SheetCells(Mapping[Position, Cell]):
    """A sheet's cells: their layout and their values, by number, with a None behind the last."""

    def __init__(
        self, layout: CellLayout, scalars: list[Scalar], odd: Mapping[int, Cell] | None = None
    ) -> None:
        """`odd` are cells that have more to say than layout and value."""
        self.layout = layout
        self.scalars = scalars
        self.odd = odd or {}

    @classmethod
    def of(cls, cells: Mapping[Position, Cell]) -> SheetCells:
        """The same cells, whatever holds them."""
        if isinstance(cells, SheetCells):
            return cells
        formulas: dict[int, Formula] = {}
        odd: dict[int, Cell] = {}
        for number, cell in enumerate(cells.values()):
            if cell.formula is not None:
                formulas[number] = Formula(cell.formula, cell.array_ref, cell.is_dynamic_array)
            if cell[4:] != PLAIN or isinstance(cell.value, str):
                odd[number] = cell
        layout = CellLayout(tuple(cells), formulas)
        return cls(layout, [*[cell.value for cell in cells.values()], None], odd)

    @classmethod
    def constant(cls, values: Mapping[Position, Scalar]) -> SheetCells:
        """Cells of which only the values are known."""
        return cls(CellLayout(tuple(values), {}), [*values.values(), None])

    def cell(self, number: int) -> Cell:
        if (odd := self.odd.get(number)) is not None:
            return odd
        layout, value = self.layout, self.scalars[number]
        row, column = layout.positions[number]
        formula = layout.formulas.get(number)
        look = layout.looks.get(number) if isinstance(value, float) else None
        is_text_number = (
            formula is None
            and isinstance(value, str)
            and is_number_text(value)
            and number not in layout.spilled
        )
        return Cell(
            row,
            column,
            value,
            formula and formula.text,
            number not in layout.uncached,
            formula and formula.array_ref,
            formula is not None and formula.is_dynamic_array,
            is_text_number,
            is_unseen=look is not None and look.hides(value),  # type: ignore[arg-type]
            is_date=look is not None and look.is_date,
            is_percent=look is not None and look.is_percent,
        )

    def value(self, at: Position) -> Scalar:
        """The value at a position; None where there is no cell."""
        return self.scalars[self.layout.numbers.get(at, -1)]

    def with_values(self, values: Mapping[Position, Scalar]) -> SheetCells:
        """The same cells with other values in some, as if they had been saved with them."""
        numbers, odd, scalars = self.layout.numbers, dict(self.odd), self.scalars.copy()
        added: dict[Position, Cell] = {}
        for at, value in values.items():
            number = numbers.get(at)
            if number is None:
                added[at] = Cell(*at, value)
                continue
            scalars[number] = value
            if number in odd or number in self.layout.uncached:
                cell = self.cell(number)
                odd[number] = cell._replace(value=value, is_cached=True, is_finite=True)
        changed = SheetCells(self.layout, scalars, odd)
        return SheetCells.of({**changed.by_position, **added}) if added else changed

    def is_held(self, number: int) -> bool:
        """Whether the file holds the cell's value, and one that a float can be."""
        odd = self.odd.get(number)
        if odd is not None:
            return odd.is_cached and odd.is_finite
        return number not in self.layout.uncached

    @property
    def are_all_held(self) -> bool:
        return not self.odd and not self.layout.uncached

    @cached_property
    def by_position(self) -> Mapping[Position, Cell]:
        """All cells, made at once."""
        return {at: self.cell(number) for number, at in enumerate(self.layout.positions)}

    def __getitem__(self, at: Position) -> Cell:
        return self.cell(self.layout.numbers[at])

    @overload
    def get(self, at: Position, /) -> Cell | None: ...
    @overload
    def get(self, at: Position, /, default: Cell | T) -> Cell | T: ...
    def get(self, at: Position, /, default: object = None) -> object:
        number = self.layout.numbers.get(at)
        return default if number is None else self.cell(number)

    def __contains__(self, at: object) -> bool:
        return at in self.layout.numbers

    def __iter__(self) -> Iterator[Position]:
        return iter(self.layout.positions)

    def __len__(self) -> int:
        return len(self.layout.positions)

    def items(self) -> ItemsView[Position, Cell]:
        return self.by_position.items()

    def values(self) -> ValuesView[Cell]:
        return self.by_position.values()


def is_number_text(text: str) -> bool:
    """Whether a text would be a number had it been typed into a cell of its own."""
    return bool(text) and TEXT_NUMBER.fullmatch(text) is not None
