"""The cells of a workbook while it is being computed: constants, results so far, spills."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import numpy as np

from cfp_xl.engine.areas import LAST_COLUMN, LAST_ROW, Area, CellKey
from cfp_xl.engine.operators import MOST_CELLS, TooLarge
from cfp_xl.engine.own_functions import OwnFunctions
from cfp_xl.engine.plan import Plan
from cfp_xl.engine.problems import Needs, Uncomputable
from cfp_xl.engine.result import Column, Computed, Failure, Way
from cfp_xl.functions.values import Array, ExcelError, Origin, Scalar, Table
from cfp_xl.workbook.address import range_bounds
from cfp_xl.workbook.cells import SheetCells
from cfp_xl.workbook.model import Workbook

CLIPPED_FROM = 50_000
"""Ranges of more cells end with the used part of the workbook, as whole rows and columns do."""

MOST_SPILLED = 1 << 18
"""Cells that the array formulas of a workbook fill together. Each has a result of its own, of some
400 bytes."""


UNREAD: Any = object()
"""Instead of a value that is to be read otherwise."""


@dataclass(frozen=True)
class Read:
    """The values of an area, and what its cells carry besides."""

    values: Array
    failures: tuple[Failure, ...]
    is_volatile: bool

    @cached_property
    def rows(self) -> list[list[Scalar]]:
        """The values as lists, made once."""
        return self.values.tolist()  # type: ignore[no-any-return]

    @cached_property
    def filled(self) -> int:
        """How many cells are not blank."""
        return self.values.size - self.values.ravel().tolist().count(None)


Made = TypeVar("Made")
Values = TypeVar("Values")


@dataclass(frozen=True, slots=True)
class Filled:
    """A block computed whole. The cells at the offsets `apart` have results of their own."""

    values: Column
    apart: frozenset[int] = frozenset()

    def at(self, offset: int) -> Scalar:
        """The value at a place counted from the first cell."""
        values = self.values
        return values[offset] if isinstance(values, list) else float(values[offset])

    def apart_in(self, offset: int, rows: int) -> Sequence[int]:
        """Those of `rows` cells from a place on that have results of their own, counted from it."""
        if rows < len(self.apart):  # thousands of rows with a fault, of which one cell is read
            return [step for step in range(rows) if offset + step in self.apart]
        return sorted(at - offset for at in self.apart if offset <= at < offset + rows)


class Grid:
    """Reads areas; a formula cell in them must have its result, else Needs is raised.

    Results are in `filled`, block by block, and in `results`, cell by cell; these win.
    """

    def __init__(self, workbook: Workbook, own_functions: OwnFunctions, plan: Plan) -> None:
        self.workbook = workbook
        self.own_functions = own_functions
        self.formulas = plan.formulas
        self.plan = plan
        self.sheet_order = {sheet.name: at for at, sheet in enumerate(workbook.sheets)}
        self.results: dict[CellKey, Computed] = {}
        self.filled: dict[int, Filled] = {}
        self._children: dict[CellKey, CellKey] = {}
        """The cells that array formulas fill beside their own, with the formula's cell."""
        self._spill: dict[CellKey, Area] = {}
        self.refused: set[CellKey] = set()
        """Array formulas that claim an absurd number of cells."""
        self._spilled: dict[CellKey, int] = {}
        self._spilled_cells = 0
        self._cells = {sheet.name.casefold(): sheet.columns for sheet in workbook.sheets}
        self._read: dict[Area, Read] = {}
        self._cells_kept = 0
        """In `_read`, which begins anew when they are too many."""
        self._columns: dict[Area, tuple[Column, frozenset[int]]] = {}
        self._made: dict[tuple[object, Area], Any] = {}
        for key, ref in plan.array_refs.items():
            self._add_spill(key, ref)
        self.unreachable: set[str] = set()
        """Linked sheets of which nothing is known: their cells are #REF!."""
        for (index, name), values in workbook.external_values.items():
            linked = f"[{index}]{name}".casefold()
            self._cells[linked] = SheetCells.constant(values or {})
            if values is None:
                self.unreachable.add(linked)

    @cached_property
    def used(self) -> tuple[int, int]:
        """The last row that any sheet uses, linked ones too, and the last column of ours."""
        sheets = [sheet.columns.layout.used for sheet in self.workbook.sheets]
        rows = [cells.layout.used[0] for cells in self._cells.values()]
        return max(rows, default=1), max((column for _, column in sheets), default=1)

    def without(self, keys: Collection[CellKey]) -> Grid:
        """The same workbook with these cells yet to be computed."""
        grid = Grid(self.workbook, self.own_functions, self.plan)
        grid.results = {key: result for key, result in self.results.items() if key not in keys}
        grid.filled = dict(self.filled)
        return grid

    def put(self, key: CellKey, result: Computed) -> None:
        """Sets or changes the result of a cell; what was read of it before is forgotten."""
        if self.results.get(key) == result:
            return
        for changed in (key, *result.children):
            for area in [area for area in self._read if area.holds(*changed)]:
                del self._read[area]
            for area in [area for area in self._columns if area.holds(*changed)]:
                del self._columns[area]
            for made in [made for made in self._made if made[1].holds(*changed)]:
                del self._made[made]
        self.results[key] = result

    def has(self, key: CellKey) -> bool:
        """Whether the formula cell has been computed."""
        return key in self.results or self._in_block(key) is not None

    def _in_block(self, key: CellKey) -> tuple[Filled, int] | None:
        found = self.plan.find(key)
        filled = None if found is None else self.filled.get(found[0])
        if found is None or filled is None or found[1] in filled.apart:
            return None
        return filled, found[1]

    def computed(self, key: CellKey) -> Computed | None:
        """The result of a formula cell, if it has one yet."""
        if (result := self.results.get(key)) is not None:
            return result
        found = self._in_block(key)
        return None if found is None else Computed(found[0].at(found[1]), way=Way.BLOCK)

    def _add_spill(self, key: CellKey, ref: str) -> None:
        bounds = range_bounds(ref)
        if bounds is None:
            return
        top, left, bottom, right = bounds
        area = Area(key.sheet, top, left, bottom, right)
        if area.is_single:
            return
        self._spill[key] = area
        if len(self._children) + area.rows * area.columns > MOST_SPILLED:
            self.refused.add(key)
            return
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                child = CellKey(key.sheet, row, column)
                if child not in self.formulas:
                    self._children.setdefault(child, key)

    def spill(self, key: CellKey, cells: int) -> None:
        """An array formula is about to fill so many cells. Raises TooLarge."""
        others = self._spilled_cells - self._spilled.get(key, 0)
        if others + cells > MOST_SPILLED:
            raise TooLarge
        self._spilled[key], self._spilled_cells = cells, others + cells

    def filled_by(self, key: CellKey) -> CellKey | None:
        """The array formula that fills a cell beside its own."""
        return self._children.get(key)

    def spill_area(self, key: CellKey) -> Area | None:
        """The range the array formula in `key` fills; None for a plain formula of one cell."""
        return self._spill.get(key)

    def clipped(self, area: Area) -> Area:
        """`area` without the empty rest below, where it is a whole column or very large.

        The used part is that of all sheets, so that columns of two sheets keep one length.
        """
        is_whole = area.rows == LAST_ROW or area.columns == LAST_COLUMN
        if area.rows * area.columns < CLIPPED_FROM and not is_whole:
            return area
        rows, columns = self.used
        return area._replace(
            last_row=max(area.first_row, min(area.last_row, rows)),
            last_column=max(area.first_column, min(area.last_column, columns)),
        )

    def missing_in(self, area: Area) -> Iterator[CellKey]:
        """The formula cells whose values `area` shows and that are yet to be computed."""
        clipped = self.clipped(area)
        for column, first, rows, number, offset in self.plan.within(clipped):
            filled = self.filled.get(number)
            for step in range(rows) if filled is None else filled.apart_in(offset, rows):
                key = CellKey(area.sheet, first + step, column)
                if key not in self.results:
                    yield key
        for owner in dict.fromkeys(self._spilling_into(clipped).values()):
            if owner not in self.results:
                yield owner

    def _spilling_into(self, area: Area) -> dict[CellKey, CellKey]:
        """The cells of `area` that array formulas elsewhere fill."""
        if not self._children:
            return {}
        if len(self._children) < area.rows * area.columns:
            return {child: owner for child, owner in self._children.items() if area.holds(*child)}
        return {
            key: owner
            for row in range(area.first_row, area.last_row + 1)
            for column in range(area.first_column, area.last_column + 1)
            if (owner := self._children.get(key := CellKey(area.sheet, row, column)))
        }

    def bare_value(self, area: Area) -> Any:
        """The value of a single cell that has no more to say, else UNREAD."""
        key = CellKey(*area[:3])
        if (found := self.plan.find(key)) is not None:
            filled = self.filled.get(found[0])
            if filled is not None and found[1] not in filled.apart:
                return UNREAD if key in self.results else filled.at(found[1])
            result = self.results.get(key)
            return UNREAD if result is None or result.has_more else result.value
        cells, name = None, key.sheet.casefold()
        if key not in self._children and name not in self.unreachable:
            cells = self._cells.get(name)
        return UNREAD if cells is None else cells.value(key[1:])

    def read(self, area: Area) -> Read:
        """The values of `area`. Raises Needs, Uncomputable, TooLarge."""
        found = self._read.get(area)
        if found is None:
            found = self._fresh_read(area, self.clipped(area))
            self._cells_kept += found.values.size
            if self._cells_kept > MOST_CELLS:
                self._read.clear()
                self._cells_kept = found.values.size
            self._read[area] = found
        return found

    def _fresh_read(self, area: Area, clipped: Area) -> Read:
        if clipped.rows * clipped.columns > MOST_CELLS:
            raise TooLarge
        if area.sheet.casefold() in self.unreachable:
            shape = clipped.rows, clipped.columns
            return Read(np.full(shape, ExcelError.REF, object), (), is_volatile=False)
        stretches = self.plan.within(clipped)
        if (whole := self._whole_block(clipped, stretches)) is not None:
            values = np.empty((clipped.rows, 1), object)
            values[:, 0] = whole
            values.flags.writeable = False
            return Read(values, (), is_volatile=False)
        values = _constants(self._cells_of(area.sheet), clipped)
        apart: dict[CellKey, CellKey] = {}
        for column, first, rows, number, offset in stretches:
            filled = self.filled.get(number)
            if filled is not None:
                at = first - clipped.first_row
                part = filled.values[offset : offset + rows]
                values[at : at + rows, column - clipped.first_column] = part
            for step in range(rows) if filled is None else filled.apart_in(offset, rows):
                key = CellKey(area.sheet, first + step, column)
                apart[key] = key
        apart.update(self._spilling_into(clipped))
        failures: dict[Failure, None] = {}
        is_volatile = False
        for key in dict.fromkeys(apart[child] for child in sorted(apart)):
            computed = self._result(key)
            for cell, value in (computed.children or {key: computed.value}).items():
                if clipped.holds(*cell):
                    position = cell.row - clipped.first_row, cell.column - clipped.first_column
                    values[position] = value
            failures.update(dict.fromkeys(computed.failures))
            is_volatile |= computed.is_volatile
        values.flags.writeable = False
        return Read(values, tuple(failures), is_volatile)

    def table(self, area: Area) -> Table:
        """The values of `area` for a function of ours, with where they are."""
        return Table(self.read(area).rows, Origin(*area[:3]))

    def kept(self, make: Callable[[Values], Made], area: Area, values: Values) -> Made:
        """What `make` makes of the values of an area, made once."""
        key = (make, area)
        if key not in self._made:
            self._made[key] = make(values)
        return self._made[key]  # type: ignore[no-any-return]

    def _cells_of(self, sheet: str) -> SheetCells:
        cells = self._cells.get(sheet.casefold())
        if cells is None:
            raise Uncomputable("E02", sheet, case="external", name=sheet)
        return cells

    def column(self, area: Area) -> tuple[Column, frozenset[int]]:
        """The values of a single column or row of cells, and the offsets of those among them that
        carry more than a value: a failure, volatility, no value at all.

        Raises Needs, Uncomputable.
        """
        if (found := self._columns.get(area)) is None:
            found = self._columns[area] = self._fresh_column(area)
        return found

    def _whole_block(
        self, area: Area, stretches: Sequence[tuple[int, int, int, int, int]]
    ) -> Column | None:
        """The values of a column that is one block computed whole, and nothing else."""
        if len(stretches) != 1 or stretches[0][2] != area.rows * area.columns or self._children:
            return None
        filled = self.filled.get(stretches[0][3])
        if filled is None or len(filled.values) != area.rows or filled.apart:
            return None
        return filled.values

    def _fresh_column(self, area: Area) -> tuple[Column, frozenset[int]]:
        cells, stretches = self._cells_of(area.sheet), self.plan.within(area)
        if (whole := self._whole_block(area, stretches)) is not None:
            return whole, frozenset()
        picked = cells.layout.pick(area[1:], constants=True)(cells.scalars)
        values: list[Scalar] = list(picked)
        apart = self._spilling_into(area)
        for column, first, rows, number, offset in stretches:
            at = first - area.first_row + column - area.first_column
            filled = self.filled.get(number)
            if filled is not None:
                part = filled.values[offset : offset + rows]
                values[at : at + rows] = part if isinstance(part, list) else part.tolist()
            for step in range(rows) if filled is None else filled.apart_in(offset, rows):
                key = CellKey(area.sheet, first + step, column)
                apart[key] = key
        marked: set[int] = set()
        for child, owner in apart.items():
            computed = self.results.get(owner)
            if computed is None:
                raise Needs(owner)
            at = child.row - area.first_row + child.column - area.first_column
            values[at] = computed.children.get(
                child, computed.value if child == owner else values[at]
            )
            if not computed.is_plain:
                marked.add(at)
        return as_column(values), frozenset(marked)

    def _result(self, key: CellKey) -> Computed:
        computed = self.computed(key)
        if computed is None:
            raise Needs(key)
        if not computed.is_computed:
            root = computed.failures[0]
            raise Uncomputable(
                "E06",
                root.what,
                root=root,
                name=str(key.ref),
                root_cell=str(root.where.ref),
                root_what=root.what,
            )
        return computed


def as_column(values: list[Scalar]) -> Column:
    """Floats as an array, anything else as it is."""
    return np.array(values, np.float64) if set(map(type, values)) == {float} else values


def _constants(cells: SheetCells, area: Area) -> Array:
    """The constants of an area, None where there is none."""
    shape, layout = (area.rows, area.columns), cells.layout
    if area.rows * area.columns <= len(layout):
        values = np.empty(area.rows * area.columns, object)
        values[:] = layout.pick(area[1:], constants=True)(cells.scalars)
        return values.reshape(shape)
    values = np.full(shape, None, object)
    for rows, first, last in layout.parts(area[1:]):
        for place, column in enumerate(rows.shape.columns):
            if area.first_column <= column <= area.last_column and place not in rows.shape.formulas:
                bounds = first, column, last, column
                part = layout.pick(bounds)(cells.scalars)
                at = slice(first - area.first_row, last - area.first_row + 1)
                values[at, column - area.first_column] = part
    return values
