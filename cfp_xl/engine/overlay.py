"""A grid over another: some cells have other values, and the one below stays as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from cfp_xl.engine.areas import Area, CellKey
from cfp_xl.engine.grid import UNREAD, Filled, Grid, Read, as_column
from cfp_xl.engine.problems import Needs, Uncomputable
from cfp_xl.engine.result import Column, Computed
from cfp_xl.functions.values import Scalar
from cfp_xl.workbook.cells import SheetCells

Made = TypeVar("Made")
Values = TypeVar("Values")


class Overlay(Grid):
    """Ranges without a changed cell are read from the grid below, and remembered there."""

    def __init__(self, below: Grid, constants: Mapping[CellKey, Scalar]) -> None:
        vars(self).update(vars(below))  # all that is the same for both
        self._below = below
        self.results = dict(below.results)
        self.filled = dict(below.filled)
        self._touched: dict[str, dict[int, dict[int, Scalar]]] = {}
        """The values that differ from those below: by sheet, column, row."""
        self._surely_touched: set[Area] = set()
        self._untouched: set[Area] = set()
        """Areas looked at since the last touch."""
        self._odd: set[CellKey] = set()
        """Touched cells that have more to say than a value, or no value yet."""
        self.take(constants, {})

    def take(
        self, constants: Mapping[CellKey, Scalar], results: Mapping[CellKey, Computed]
    ) -> None:
        """Other values for these cells; those taken before for others stay."""
        self._read, self._columns, self._made = {}, {}, {}
        self._cells = dict(self._below._cells)
        self._constants = constants
        for key, value in constants.items():
            self._touch(key, value)
        self._set_apart(key for key in results if key not in self.results)
        for key, computed in results.items():
            self._odd.discard(key)
            self.results[key] = computed
            self._touch_result(key, computed)

    def _set_apart(self, keys: Iterable[CellKey]) -> None:
        """Cells that no longer have their value in the block they are in."""
        apart: dict[int, set[int]] = {}
        for key in keys:
            if (found := self.plan.find(key)) is not None and found[0] in self.filled:
                apart.setdefault(found[0], set()).add(found[1])
        for number, offsets in apart.items():
            filled = self.filled[number]
            self.filled[number] = Filled(filled.values, filled.apart | offsets)

    def _cells_of(self, sheet: str) -> SheetCells:
        """With the changed constants, put there when first asked for."""
        cells, name = super()._cells_of(sheet), sheet.casefold()
        if cells is self._below._cells[name]:
            values = {
                (key.row, key.column): value
                for key, value in self._constants.items()
                if key.sheet.casefold() == name
            }
            self._cells[name] = cells = cells.with_values(values) if values else cells
        return cells

    # Changes

    def set_in_block(self, number: int, results: Mapping[int, Computed]) -> None:
        """Other results for some cells of a block, by their offsets."""
        block, filled = self.plan.blocks[number], self.filled.get(number)
        if filled is None:
            for offset, computed in results.items():
                self.results[block.key(offset)] = computed
                self._touch_result(block.key(offset), computed)
            return
        values = filled.values if isinstance(filled.values, list) else filled.values.tolist()
        values, apart = list(values), set(filled.apart)
        for offset, computed in results.items():
            key = block.key(offset)
            if is_bare(computed):
                values[offset] = computed.value
                apart.discard(offset)
                self.results.pop(key, None)
            else:
                apart.add(offset)
                self.results[key] = computed
            self._touch_result(key, computed)
        self.filled[number] = Filled(as_column(values), frozenset(apart))

    def set_block(self, number: int, filled: Filled, apart: Mapping[int, Computed]) -> None:
        """A block computed whole, with the new results of cells apart in it; which of its cells
        are not as before is said with `touch_in_block` and `set_in_block`."""
        block = self.plan.blocks[number]
        for offset in self.filled[number].apart - filled.apart:
            self.results.pop(block.key(offset), None)
        for offset, computed in apart.items():
            self.results[block.key(offset)] = computed
        self.filled[number] = filled

    def touch_in_block(self, number: int, offsets: Iterable[int]) -> None:
        """These cells of a block just computed whole are not as before."""
        block, filled = self.plan.blocks[number], self.filled[number]
        for offset in offsets:
            self._touch(block.key(offset), filled.at(offset))

    def forget(self, keys: Iterable[CellKey]) -> None:
        """These formula cells are yet to be computed."""
        gone = list(keys)
        self._set_apart(gone)
        for key in gone:
            before = self._below.computed(key)
            for cell in (key, *(before.children if before is not None else ())):
                self._touch(cell, None)
                self._odd.add(cell)
            self.results.pop(key, None)

    def _touch_result(self, key: CellKey, computed: Computed) -> None:
        self._touch(key, computed.value)
        for child, value in computed.children.items():
            self._touch(child, value)
        if computed.children or not computed.is_plain:
            self._odd.add(key)
            self._odd.update(computed.children)

    def _touch(self, key: CellKey, value: Scalar) -> None:
        self._touched.setdefault(key.sheet, {}).setdefault(key.column, {})[key.row] = value
        self._untouched.clear()

    # Reading

    def read(self, area: Area) -> Read:
        if not self.has_touched(area):
            return self._below.read(area)
        found = self._read.get(area)
        if found is not None:
            return found
        found = self._read[area] = self._patched(area) or super()._fresh_read(
            area, self.clipped(area)
        )
        return found

    def bare_value(self, area: Area) -> Any:
        columns = self._touched.get(area.sheet)
        if columns is not None and (rows := columns.get(area.first_column)) is not None:
            value = rows.get(area.first_row, UNREAD)
            if value is not UNREAD:
                is_odd = bool(self._odd) and area[:3] in self._odd
                return UNREAD if is_odd else value
        return self._below.bare_value(area)

    def _patched(self, area: Area) -> Read | None:
        """What is below with the changed values; None where cells carry more than values."""
        try:
            below = self._below.read(area)
        except (Needs, Uncomputable):
            return None
        if below.failures or below.is_volatile:
            return None
        values = below.values.copy()
        last_row = area.first_row + len(values) - 1
        for column, rows in self._columns_in(area):
            at = column - area.first_column
            wanted = range(area.first_row, last_row + 1)
            few: Iterable[int] = wanted if len(wanted) < len(rows) else rows
            for row in few if at < values.shape[1] else ():
                if row in wanted and row in rows:
                    if self._odd and (area.sheet, row, column) in self._odd:
                        return None
                    values[row - area.first_row, at] = rows[row]
        values.flags.writeable = False
        return Read(values, (), is_volatile=False)

    def column(self, area: Area) -> tuple[Column, frozenset[int]]:
        return super().column(area) if self.has_touched(area) else self._below.column(area)

    def kept(self, make: Callable[[Values], Made], area: Area, values: Values) -> Made:
        if self.has_touched(area):
            return super().kept(make, area, values)
        return self._below.kept(make, area, values)

    def _columns_in(self, area: Area) -> list[tuple[int, dict[int, Scalar]]]:
        columns = self._touched.get(area.sheet)
        if columns is None:
            return []
        if area.columns == 1:
            rows = columns.get(area.first_column)
            return [] if rows is None else [(area.first_column, rows)]
        first, last = area.first_column, area.last_column
        return [(column, rows) for column, rows in columns.items() if first <= column <= last]

    def has_touched(self, area: Area) -> bool:
        """Whether a cell there has another value than below."""
        sheet, row, column, last_row, last_column = area
        if row == last_row and column == last_column:
            columns = self._touched.get(sheet)
            rows = None if columns is None else columns.get(column)
            return rows is not None and row in rows
        if area in self._surely_touched:
            return True
        if area in self._untouched:
            return False
        found = self._looks_touched(area)
        (self._surely_touched if found else self._untouched).add(area)
        return found

    def _looks_touched(self, area: Area) -> bool:
        first, last = area.first_row, area.last_row
        for _, rows in self._columns_in(area):
            if last - first < len(rows):
                if any(row in rows for row in range(first, last + 1)):
                    return True
            elif any(first <= row <= last for row in rows):
                return True
        return False


def is_bare(computed: Computed) -> bool:
    """Whether a result is its value and nothing else, as those of blocks computed whole."""
    return computed.is_plain and not (computed.masked or computed.children or computed.finding)
