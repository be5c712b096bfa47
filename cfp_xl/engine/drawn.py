"""The tree of one cell over many draws of the inputs: what a column is to a block, here is a
draw to a cell.

A reference that no draw changes is a value; one that draws change is a column of values, one for
each draw. All else is as in `whole`: the same operators, the same functions, and NotWhole where the
cell must be computed draw by draw. Ranges of which draws change some cells have forms of their own
here: a look-up that always finds the same place, a sum of which most terms stay.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from cfp_xl.engine.areas import Area, CellKey, Reference
from cfp_xl.engine.blocks import Block, reference_at
from cfp_xl.engine.evaluate import Evaluator
from cfp_xl.engine.grid import Grid, as_column
from cfp_xl.engine.operators import flat
from cfp_xl.engine.result import Column, Computed
from cfp_xl.engine.tree import (
    Binary,
    Call,
    Cells,
    Invoke,
    Moves,
    Node,
    Unary,
    walk,
)
from cfp_xl.engine.whole.block import NotWhole, Whole
from cfp_xl.engine.whole.columns import Line, is_column, scalars
from cfp_xl.functions.draws import EMISSION, DrawnCells, DrawnTable, DrawnValues
from cfp_xl.functions.values import OMITTED, Array, ExcelError, Scalar

Nodes = Sequence[Node | None]

IS_DRAWN: tuple[Moves, ...] = ((-1, -1, -1, -1),)
"""How a reference with cells that draws change is marked: it does not stay the same."""

Form: TypeAlias = "Callable[[OverDraws, Nodes], Line | None]"

FORMS: dict[str, Form] = {}
"""Functions over ranges that draws change in places (drawn_ranges); None where one can't say."""

REFERENCES_ONLY = frozenset({"COLUMN", "COLUMNS", "ROW", "ROWS"})
"""They look at where a reference is, not at what is in it."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A cell over the draws."""

    values: Line
    """One value for all draws, or one for each."""
    apart: Mapping[int, Computed]
    """The draws in which it is more than a value: a failure, no value at all."""

    def at(self, draw: int) -> Computed:
        computed = self.apart.get(draw)
        return computed if computed is not None else Computed(value_of(self.values, draw))


def value_of(line: Line, draw: int) -> Scalar:
    """The value of one draw; a line that is no column is the same in all."""
    if isinstance(line, np.ndarray):
        return float(line[draw])
    return line[draw] if isinstance(line, list) else line


def listed(line: Line, count: int) -> list[Scalar]:
    """A value for each draw."""
    return scalars(line) if is_column(line) else [line] * count  # type: ignore[list-item]


Columns: TypeAlias = Mapping[CellKey, Drawn]


class OverDraws(Whole):
    """Computes the nodes of one cell for `count` draws."""

    keeps_made = False

    def __init__(
        self,
        grid: Grid,
        block: Block,
        cell: Evaluator,
        columns: Columns,
        count: int,
        tables: dict[Area, DrawnTable],
    ) -> None:
        super().__init__(grid, replace(block, count=count, is_down=True), cell)
        self.columns = columns
        self.count = count
        self.tables = tables
        """Ranges for functions of ours, made once for all cells of the draws."""

    def _cells(self, node: Cells) -> Line:
        area = node.reference.area
        if area is None:
            raise NotWhole
        if not area.is_single:
            beside = None if self.keeps_ranges else self.cell.own_cell(node.reference)
            if not isinstance(beside, Reference) or beside.area is None:
                raise NotWhole
            area = beside.area
        return self.drawn(area)

    def drawn(self, cell: Area) -> Line:
        """A single cell over the draws."""
        column = self.columns.get(CellKey(*cell[:3]))
        if column is None:
            value: Scalar = self.values(cell)[0, 0]
            return value
        self.apart.update(column.apart)
        return column.values

    def columns_of(self, node: Node | None) -> list[Line]:
        area, _ = self.reference(node)
        return self.lines_in(area)

    def lines_in(self, area: Area) -> list[Line]:
        """The cells of a range over the draws, row by row."""
        lines: list[Line] = list(flat(self._undrawn(area)))
        width = self.grid.clipped(area).columns
        for key, column in self.columns_in(area):
            at = (key.row - area.first_row) * width + key.column - area.first_column
            self.apart.update(column.apart)
            lines[at] = column.values
        return lines

    def _undrawn(self, area: Area) -> Array:
        """The values of a range that draws change in places; these carry nothing that counts."""
        read = self.grid.read(area)
        if read.is_volatile or read.failures:
            raise NotWhole
        return read.values

    def columns_in(self, area: Area) -> list[tuple[CellKey, Drawn]]:
        if area.rows * area.columns < len(self.columns):
            keys = (
                CellKey(area.sheet, row, column)
                for row in range(area.first_row, area.last_row + 1)
                for column in range(area.first_column, area.last_column + 1)
            )
            return [(key, self.columns[key]) for key in keys if key in self.columns]
        return [(key, column) for key, column in self.columns.items() if area.holds(*key)]

    def _call(self, node: Call) -> Line:
        name = node.function
        if name in REFERENCES_ONLY or not is_drawn(node):
            return self.once(node)
        if (form := FORMS.get(name)) is not None:
            found = form(self, node.arguments)
            if found is not None:
                return found
        return super()._call(node)

    def _own_function(self, node: Call) -> Line:
        areas = [one.reference.area for one in node.arguments if isinstance(one, Cells)]
        are_ranges = any(a and not a.is_single and self.columns_in(a) for a in areas)
        if not are_ranges and node.function != EMISSION:
            return super()._own_function(node)
        arguments: list[DrawnCells] = []
        with self.ranges_kept():
            for argument in node.arguments:
                given = OMITTED if argument is None else self._argument(argument)
                is_line = isinstance(given, np.ndarray | list)
                arguments.append(DrawnValues(scalars(given)) if is_line else given)  # type: ignore[arg-type]
        found = self.grid.own_functions.over_draws(node.function, arguments, self.count)
        if found is None and not are_ranges:
            return super()._own_function(node)
        if found is None:
            raise NotWhole
        self.apart.update(at for at, one in enumerate(found) if isinstance(one, ExcelError))
        return as_column(found)

    def _argument(self, node: Node) -> DrawnCells | Column:
        area = node.reference.area if isinstance(node, Cells) else None
        if area is None or area.is_single:
            return self.line(node)
        self._undrawn(area)
        columns = self.columns_in(area)
        for _, column in columns:
            self.apart.update(column.apart)
        if not columns:
            return self.grid.table(area)
        if area not in self.tables:
            cells = {
                (key.row - area.first_row, key.column - area.first_column): listed(
                    column.values, self.count
                )
                for key, column in columns
            }
            self.tables[area] = DrawnTable(self.grid.table(area), cells)
        return self.tables[area]

    def once(self, node: Node) -> Scalar:
        """What no draw changes, computed for the cell."""
        trace = self.cell.trace
        value = self.cell.value(node)
        if trace.failures or trace.hidden or trace.asked or trace.is_volatile:
            raise NotWhole
        if isinstance(value, np.ndarray) or any(map(self.columns_in, trace.read)):
            raise NotWhole  # or it looked, by OFFSET, at what draws change
        return value


def is_drawn(node: Node) -> bool:
    """Whether draws change something that `node` refers to."""
    return any(isinstance(one, Cells) and one.moves for one in walk(node))


def resolved(node: Node, offset: int, is_changed: Callable[[Area], bool]) -> Node:
    """A block's tree for the cell at `offset`, its references marked where draws change them."""

    def one(inner: Node) -> Node:
        return resolved(inner, offset, is_changed)

    def each(nodes: Nodes) -> tuple[Node | None, ...]:
        return tuple(None if inner is None else one(inner) for inner in nodes)

    match node:
        case Cells():
            reference = reference_at(node, offset)
            marks = IS_DRAWN if any(map(is_changed, reference.areas)) else ()
            return Cells(reference, marks)
        case Unary():
            return Unary(node.operator, one(node.operand))
        case Binary():
            return Binary(node.operator, one(node.left), one(node.right))
        case Call():
            return Call(node.function, each(node.arguments))
        case Invoke():
            return Invoke(one(node.function), each(node.arguments))
    return node
