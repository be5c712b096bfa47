"""The cells of a sheet as columns: what the copies of a template share, and the values that differ.

A supplier's workbook differs from the template in its values. Where its cells are and what their
formulas say is one `CellLayout`, made once; a sheet adds one list of values. A `Cell` is made where
one is asked for.
"""

from __future__ import annotations

import re
from collections.abc import ItemsView, Iterable, Iterator, Mapping, Sequence, ValuesView
from functools import cached_property
from operator import itemgetter
from typing import NamedTuple, TypeVar, overload

from cfp_xl.footprint.wording import folded
from cfp_xl.functions.values import Scalar
from cfp_xl.workbook.address import Bounds, address
from cfp_xl.workbook.formula_runs import FormulaRun
from cfp_xl.workbook.layout import CellLayout, Position, picking
from cfp_xl.workbook.row_runs import Formula, RowRun
from cfp_xl.workbook.widened import with_cells

T = TypeVar("T")
TEXT_NUMBER = re.compile(r"\s*[+-]?(\d[\d,]*\.?\d*|\.\d+)([eE][+-]?\d+)?\s*%?\s*")


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
        ordered = sorted(cells.items(), key=itemgetter(0))
        formulas: dict[int, Formula] = {}
        odd: dict[int, Cell] = {}
        for number, (_, cell) in enumerate(ordered):
            if cell.formula is not None:
                formulas[number] = Formula(cell.formula, cell.array_ref, cell.is_dynamic_array)
            if cell[4:] != PLAIN or isinstance(cell.value, str):
                odd[number] = cell
        layout = CellLayout.of([at for at, _ in ordered], formulas)
        return cls(layout, [*[cell.value for _, cell in ordered], None], odd)

    @classmethod
    def constant(cls, values: Mapping[Position, Scalar]) -> SheetCells:
        """Cells of which only the values are known."""
        ordered = sorted(values.items(), key=itemgetter(0))
        layout = CellLayout.of([at for at, _ in ordered], {})
        return cls(layout, [*[value for _, value in ordered], None])

    def cell(self, number: int) -> Cell:
        if (odd := self.odd.get(number)) is not None:
            return odd
        return self._made(number, *self.layout.find(number))

    def _made(self, number: int, rows: RowRun, row: int, place: int) -> Cell:
        shape, value = rows.shape, self.scalars[number]
        formula = rows.formula(row, place) if place in shape.formulas else None
        if formula is None and isinstance(value, str):
            is_text_number = is_number_text(value) and number not in self.layout.spilled
            return Cell(row, shape.columns[place], value, is_text_number=is_text_number)
        look = shape.looks.get(place) if isinstance(value, float) else None
        cell = Cell(
            row,
            shape.columns[place],
            value,
            formula and formula.text,
            place not in shape.uncached,
            formula and formula.array_ref,
            formula is not None and formula.is_dynamic_array,
        )
        if look is None:
            return cell
        return cell._replace(
            is_unseen=look.hides(value),  # type: ignore[arg-type]
            is_date=look.is_date,
            is_percent=look.is_percent,
        )

    @cached_property
    def texts(self) -> Mapping[int, Sequence[tuple[int, str]]]:
        """By row, with their columns: the texts that no formula gives."""
        found: dict[int, list[tuple[int, str]]] = {}
        for rows in self.layout.rows:
            columns, width = rows.shape.columns, len(rows.shape.columns)
            typed = [at for at in range(width) if at not in rows.shape.formulas]
            for row in range(rows.first, rows.first + rows.height) if typed else ():
                start = rows.number + (row - rows.first) * width
                values = self.scalars[start : start + width]
                texts = [(columns[at], one) for at in typed if type(one := values[at]) is str]
                if texts:
                    found[row] = texts
        return found

    @cached_property
    def formula_values(self) -> Sequence[tuple[FormulaRun, Sequence[Scalar]]]:
        """Every formula, down as far as it is filled, with what its cells hold."""
        return [
            (run, self.values_in((run.row, run.column, run.row + run.height - 1, run.column)))
            for run in self.layout.runs
        ]

    def values_in(self, bounds: Bounds) -> Sequence[Scalar]:
        """What the cells of a range hold, row by row; None where there is none."""
        return picking(self.layout.places(bounds))(self.scalars)

    def dates_in(self, bounds: Bounds) -> Iterator[Position]:
        """The cells of a range that are numbers shown as dates, by the looks of whole columns."""
        top, left, bottom, right = bounds
        places: list[Position] = []
        for rows, first, last in self.layout.parts(bounds):
            for place, look in rows.shape.looks.items():
                if look.is_date:
                    column = rows.shape.columns[place]
                    places += [(row, column) for row in range(first, last + 1)]
        places += [(cell.row, cell.column) for cell in self.odd.values() if cell.is_date]
        for row, column in dict.fromkeys(places):
            if top <= row <= bottom and left <= column <= right and self[row, column].is_date:
                yield row, column

    @cached_property
    def text_places(self) -> Mapping[str, Sequence[Position]]:
        """Where each of these texts stands: rows of a table name the same few things."""
        found: dict[str, list[Position]] = {}
        for row, texts in self.texts.items():
            for column, text in texts:
                found.setdefault(text, []).append((row, column))
        return found

    @cached_property
    def folded_places(self) -> Mapping[str, Sequence[Position]]:
        """The same by what is left of a text when texts are compared."""
        found: dict[str, list[Position]] = {}
        for text, places in self.text_places.items():
            found.setdefault(folded(text), []).extend(places)
        return found

    @cached_property
    def line_places(self) -> Mapping[str, Sequence[Position]]:
        """Where a text has this line, by what is left of the line when texts are compared."""
        found: dict[str, list[Position]] = {}
        for text, places in self.text_places.items():
            for line in text.splitlines():
                found.setdefault(folded(line), []).extend(places)
        return found

    @cached_property
    def text_rows(self) -> Mapping[int, Sequence[int]]:
        """By column: the rows, from above, that have such a text there."""
        found: dict[int, list[int]] = {}
        for row, texts in self.texts.items():
            for column, _ in texts:
                found.setdefault(column, []).append(row)
        return found

    def in_row(self, row: int) -> Iterator[tuple[int, Cell]]:
        """The cells of a row with their columns."""
        for rows, _, _ in self.layout.parts((row, 1, row, 1)):
            for column in rows.shape.columns:
                yield column, self[row, column]

    def values_of_row(self, row: int) -> Iterator[tuple[int, Scalar]]:
        """The values of a row with their columns."""
        for rows, _, _ in self.layout.parts((row, 1, row, 1)):
            columns = rows.shape.columns
            start = rows.number + (row - rows.first) * len(columns)
            yield from zip(columns, self.scalars[start : start + len(columns)], strict=True)

    def value(self, at: Position) -> Scalar:
        """The value at a position; None where there is no cell."""
        return self.scalars[self.layout.number(at)]

    def with_values(
        self,
        values: Mapping[Position, Scalar],
        ranges: Iterable[tuple[Bounds, Sequence[Scalar]]] = (),
    ) -> SheetCells:
        """The same cells with other values in some, as if they had been saved with them.

        `ranges` are values of whole ranges, all of whose cells there are; `values` win.
        """
        layout, odd, scalars = self.layout, dict(self.odd), self.scalars.copy()
        added: dict[Position, Cell] = {}

        def put(number: int, value: Scalar) -> None:
            scalars[number] = value
            if number in odd or layout.is_uncached(number):
                cell = self.cell(number)
                odd[number] = cell._replace(value=value, is_cached=True, is_finite=True)

        for bounds, column in ranges:
            places = layout.places(bounds)
            if isinstance(places, slice) and self.are_all_held:
                scalars[places] = column
                continue
            numbers = range(len(scalars))[places] if isinstance(places, slice) else places
            for number, value in zip(numbers, column, strict=True):
                put(number, value)
        for at, value in values.items():
            number = layout.number(at)
            if number < 0:
                added[at] = Cell(*at, value)
            else:
                put(number, value)
        changed = SheetCells(layout, scalars, odd)
        return changed._with_cells(added) if added else changed

    def _with_cells(self, added: Mapping[Position, Cell]) -> SheetCells:
        """With constants where there are no cells."""
        layout, before = with_cells(self.layout, added)
        scalars = [self.scalars[was] for was in before]  # -1 is the None behind the last
        odd = {now: self.odd[was] for now, was in enumerate(before) if was in self.odd}
        for at, cell in added.items():
            number = layout.number(at)
            scalars[number] = cell.value
            if isinstance(cell.value, str):  # a text, even where it would be a number's
                odd[number] = cell
        return SheetCells(layout, [*scalars, None], odd)

    def is_held(self, number: int) -> bool:
        """Whether the file holds the cell's value, and one that a float can be."""
        odd = self.odd.get(number)
        if odd is not None:
            return odd.is_cached and odd.is_finite
        return not self.layout.is_uncached(number)

    @property
    def are_all_held(self) -> bool:
        return not self.odd and not self.layout.has_uncached

    @cached_property
    def by_position(self) -> Mapping[Position, Cell]:
        """All cells, made at once."""
        made: dict[Position, Cell] = {}
        odd, number = self.odd, 0
        for rows in self.layout.rows:
            columns = tuple(enumerate(rows.shape.columns))
            for row in range(rows.first, rows.first + rows.height):
                for place, column in columns:
                    cell = odd.get(number) if odd else None
                    made[row, column] = cell or self._made(number, rows, row, place)
                    number += 1
        return made

    def __getitem__(self, at: Position) -> Cell:
        number = self.layout.number(at)
        if number < 0:
            raise KeyError(at)
        return self.cell(number)

    @overload
    def get(self, at: Position, /) -> Cell | None: ...
    @overload
    def get(self, at: Position, /, default: Cell | T) -> Cell | T: ...
    def get(self, at: Position, /, default: object = None) -> object:
        number = self.layout.number(at)
        return default if number < 0 else self.cell(number)

    def __contains__(self, at: object) -> bool:
        return isinstance(at, tuple) and self.layout.number(at) >= 0

    def __iter__(self) -> Iterator[Position]:
        return iter(self.layout)

    def __len__(self) -> int:
        return len(self.layout)

    def items(self) -> ItemsView[Position, Cell]:
        return self.by_position.items()

    def values(self) -> ValuesView[Cell]:
        return self.by_position.values()


def is_number_text(text: str) -> bool:
    """Whether a text would be a number had it been typed into a cell of its own."""
    return bool(text) and TEXT_NUMBER.fullmatch(text) is not None
