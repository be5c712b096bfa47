"""The cells of a workbook while it is being computed: constants, results so far, spills."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from cfp_xl.engine.areas import LAST_COLUMN, LAST_ROW, Area
from cfp_xl.engine.operators import MOST_CELLS, TooLarge, Value
from cfp_xl.engine.problems import Needs, Uncomputable
from cfp_xl.engine.result import CellKey, Computed, Failure
from cfp_xl.functions.values import Argument, Array, Scalar
from cfp_xl.workbook.address import range_bounds
from cfp_xl.workbook.model import Cell, Sheet, Workbook

CLIPPED_FROM = 50_000
"""Ranges of more cells end with the used part of the workbook, as whole rows and columns do."""


class OwnFunctions(Protocol):
    """The CFP_* functions, as the engine calls them."""

    def knows(self, name: str) -> bool: ...
    def call(self, name: str, arguments: Sequence[Argument]) -> Value: ...


@dataclass(frozen=True, slots=True)
class Read:
    """The values of an area, and what its cells carry besides."""

    values: Array
    failures: tuple[Failure, ...]
    is_volatile: bool


class Grid:
    """Reads areas; a formula cell in them must have its result, else Needs is raised."""

    def __init__(self, workbook: Workbook, own_functions: OwnFunctions) -> None:
        self.workbook = workbook
        self.own_functions = own_functions
        self.formulas: dict[CellKey, Cell] = {}
        self.results: dict[CellKey, Computed] = {}
        self._owner: dict[CellKey, CellKey] = {}
        self._spill: dict[CellKey, Area] = {}
        self.refused: set[CellKey] = set()
        """Array formulas that claim an absurd number of cells."""
        self._constants: dict[str, Mapping[tuple[int, int], Scalar]] = {}
        self._used = (1, 1)
        self._read: dict[Area, Read] = {}
        for sheet in workbook.sheets:
            self._add(sheet)
        for (index, name), values in workbook.external_values.items():
            self._constants[f"[{index}]{name}".casefold()] = values
            self._used = (max(self._used[0], *(row for row, _ in values), 1), self._used[1])

    def fresh(self, keep: Mapping[CellKey, Computed]) -> Grid:
        """The same workbook with only the results in `keep`."""
        grid = Grid(self.workbook, self.own_functions)
        grid.results.update(keep)
        return grid

    def _add(self, sheet: Sheet) -> None:
        constants: dict[tuple[int, int], Scalar] = {}
        for at in sorted(sheet.cells):
            cell = sheet.cells[at]
            key = CellKey(sheet.name, *at)
            if cell.formula is None:
                constants[at] = cell.value
            else:
                self.formulas[key] = cell
                self._owner[key] = key
                if cell.array_ref:
                    self._add_spill(key, cell.array_ref)
        self._constants[sheet.name.casefold()] = constants
        rows, columns = self._used
        self._used = (
            max((rows, *(row for row, _ in sheet.cells))),
            max((columns, *(column for _, column in sheet.cells))),
        )

    def _add_spill(self, key: CellKey, ref: str) -> None:
        bounds = range_bounds(ref)
        if bounds is None:
            return
        top, left, bottom, right = bounds
        area = Area(key.sheet, top, left, bottom, right)
        if area.is_single:
            return
        self._spill[key] = area
        if len(self._owner) + area.rows * area.columns > MOST_CELLS:
            self.refused.add(key)
            return
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                self._owner.setdefault(CellKey(key.sheet, row, column), key)

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
        rows, columns = self._used
        return area._replace(
            last_row=max(area.first_row, min(area.last_row, rows)),
            last_column=max(area.first_column, min(area.last_column, columns)),
        )

    def formulas_in(self, area: Area) -> Iterator[CellKey]:
        """The formula cells whose results `area` shows."""
        area = self.clipped(area)
        sheet = area.sheet
        if area.rows * area.columns <= len(self._owner):
            for row in range(area.first_row, area.last_row + 1):
                for column in range(area.first_column, area.last_column + 1):
                    if owner := self._owner.get(CellKey(sheet, row, column)):
                        yield owner
        else:
            for key, owner in self._owner.items():
                if area.holds(*key):
                    yield owner

    def read(self, area: Area) -> Read:
        """The values of `area`. Raises Needs, Uncomputable, TooLarge."""
        if found := self._read.get(area):
            return found
        clipped = self.clipped(area)
        if clipped.rows * clipped.columns > MOST_CELLS:
            raise TooLarge
        constants = self._constants.get(area.sheet.casefold())
        if constants is None:
            raise Uncomputable("E02", area.sheet, case="external", name=area.sheet)
        values = np.full((clipped.rows, clipped.columns), None, object)
        for (row, column), value in _inside(constants, clipped):
            values[row - clipped.first_row, column - clipped.first_column] = value
        failures: dict[Failure, None] = {}
        is_volatile = False
        for key in dict.fromkeys(self.formulas_in(clipped)):
            computed = self._result(key)
            for at, value in (computed.children or {key: computed.value}).items():
                if clipped.holds(*at):
                    position = at.row - clipped.first_row, at.column - clipped.first_column
                    values[position] = value
            failures.update(dict.fromkeys(computed.failures))
            is_volatile |= computed.is_volatile
        values.flags.writeable = False
        read = Read(values, tuple(failures), is_volatile)
        self._read[area] = read
        return read

    def _result(self, key: CellKey) -> Computed:
        computed = self.results.get(key)
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


def _inside(
    constants: Mapping[tuple[int, int], Scalar], area: Area
) -> Iterator[tuple[tuple[int, int], Scalar]]:
    if area.rows * area.columns <= len(constants):
        for row in range(area.first_row, area.last_row + 1):
            for column in range(area.first_column, area.last_column + 1):
                if (value := constants.get((row, column))) is not None:
                    yield (row, column), value
    else:
        for (row, column), value in constants.items():
            if (
                area.first_row <= row <= area.last_row
                and area.first_column <= column <= area.last_column
            ):
                yield (row, column), value
