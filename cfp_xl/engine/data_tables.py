"""What-if data tables: `TABLE(row input, column input)`, as files have them for a range of cells.

Each cell of the range shows what a formula beside the range gives where the input cell has the
value above it (row input), left of it (column input), or both. Only what depends on the input cells
is computed again, over the workbook as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np

from cfp_xl.engine.areas import Area, CellKey, Reference
from cfp_xl.engine.evaluate import Evaluator, Result
from cfp_xl.engine.grid import Grid
from cfp_xl.engine.operators import check_size, flat
from cfp_xl.engine.overlay import Overlay
from cfp_xl.engine.problems import Uncomputable
from cfp_xl.engine.result import Computed
from cfp_xl.engine.tree import Binary, Call, Named, Node, Unary, walk
from cfp_xl.functions.values import ExcelError, Scalar

_LOOK_ELSEWHERE = frozenset({"GETPIVOTDATA", "INDIRECT", "OFFSET", "TABLE"})


class Order(Protocol):
    """What computes cells in their order."""

    read: dict[CellKey, Mapping[Area, None]]

    def apart(self, grid: Grid) -> Order: ...
    def run_by_blocks(self, wanted: frozenset[int] | None = None) -> None: ...
    def settle(self, goal: CellKey) -> None: ...


def data_table(order: Order, evaluator: Evaluator, nodes: Sequence[Node | None]) -> Result:
    """The values of the whole range."""
    grid, key = evaluator.grid, evaluator.key
    if key not in grid.plan.array_refs or len(nodes) != 2:
        raise Uncomputable("E02", "TABLE", name="TABLE")
    area = grid.spill_area(key) or Area(*key, *key[1:])
    check_size(area.rows, area.columns)
    row_input, column_input = (_input(evaluator, node) for node in nodes)
    if area.first_row == 1 or area.first_column == 1 or not (row_input or column_input):
        return ExcelError.REF
    above = area._replace(first_row=area.first_row - 1, last_row=area.first_row - 1)
    left = area._replace(first_column=area.first_column - 1, last_column=area.first_column - 1)
    corner = above._replace(first_column=left.first_column, last_column=left.first_column)
    in_row, in_column = (flat(evaluator.array(Reference((one,)))) for one in (above, left))
    evaluator.array(Reference((corner,)))
    inputs = {one for one in (row_input, column_input) if one is not None}
    trial = _Trial(order, evaluator, inputs)
    made = np.empty((area.rows, area.columns), object)
    for i, j in np.ndindex(made.shape):
        values: dict[CellKey, Scalar] = {}
        if row_input is not None:
            values[row_input] = in_row[j]
        if column_input is not None:
            values[column_input] = in_column[i]
        formula = corner
        if row_input is None or column_input is None:
            formula = above.part(1, j + 1) if row_input is None else left.part(i + 1, 1)
        made[i, j] = trial.value(values, formula)
    return made


def _input(evaluator: Evaluator, node: Node | None) -> CellKey | None:
    result = None if node is None else evaluator.result(node)
    area = result.area if isinstance(result, Reference) else None
    return CellKey(*area[:3]) if area is not None and area.is_single else None


class _Trial:
    """The workbook with other values in the input cells."""

    def __init__(self, order: Order, evaluator: Evaluator, inputs: set[CellKey]) -> None:
        self._evaluator = evaluator
        self._order = order
        below = evaluator.grid
        self._is_pinned = any(key in below.formulas for key in inputs)
        self._below = below
        blocks = below.plan.blocks
        self._changing = _dependents(below, inputs)
        self._again = [
            key for number in self._changing for key in blocks[number].keys if key not in inputs
        ]
        self._values: Mapping[CellKey, Scalar] | None = None
        self._grid: Overlay | None = None

    def value(self, values: Mapping[CellKey, Scalar], cell: Area) -> Scalar:
        """What a cell gives for these inputs."""
        if self._grid is None or self._values != values:
            self._grid = self._begun(values)
            self._values = values
        order = self._order.apart(self._grid)
        key = CellKey(*cell[:3])
        if key in self._grid.formulas:
            if not self._is_pinned:
                order.run_by_blocks(self._needed(key))
            order.settle(key)
        read = self._grid.read(cell)
        trace = self._evaluator.trace
        trace.is_volatile |= read.is_volatile
        for areas in order.read.values():
            trace.read.update(areas)
        found: Scalar = read.values[0, 0]
        return found

    def _needed(self, key: CellKey) -> frozenset[int]:
        """The blocks that the formula of a cell needs and that are to be computed again."""
        plan = self._below.plan
        place = plan.find(key)
        assert place is not None
        found, todo = {place[0]}, [place[0]]
        while todo:
            for number in plan.edges[todo.pop()]:
                if number not in found:
                    found.add(number)
                    todo.append(number)
        return self._changing & found

    def _begun(self, values: Mapping[CellKey, Scalar]) -> Overlay:
        formulas = self._below.formulas
        constants = {key: value for key, value in values.items() if key not in formulas}
        pinned = {key: Computed(value) for key, value in values.items() if key in formulas}
        grid = Overlay(self._below, constants)
        grid.forget(self._again)
        if pinned:
            grid.take(constants, pinned)
        return grid


def _dependents(grid: Grid, inputs: set[CellKey]) -> frozenset[int]:
    """The blocks with cells whose values may be others, or that have none yet."""
    plan = grid.plan
    readers: dict[int, list[int]] = {}
    for number, needed in enumerate(plan.edges):
        for other in needed:
            readers.setdefault(other, []).append(number)
    found = {number for number, block in enumerate(plan.blocks) if _looks_elsewhere(block.tree)}
    for number, block in enumerate(plan.blocks):
        if any(area.holds(*key) for area in block.swept for key in inputs):
            found.add(number)
    found |= {place[0] for key in inputs if (place := plan.find(key)) is not None}
    todo = list(found)
    while todo:
        for number in readers.get(todo.pop(), ()):
            if number not in found:
                found.add(number)
                todo.append(number)
    late = (n for n, block in enumerate(plan.blocks) if not all(map(grid.has, block.keys)))
    return frozenset((*found, *late))


def _looks_elsewhere(tree: object) -> bool:
    """Whether a formula may read cells that it does not name."""
    if not isinstance(tree, Node):
        return False
    for node in walk(tree):
        match node:
            case Call(function=name) if name in _LOOK_ELSEWHERE:
                return True
            case Binary(operator=":") | Unary(operator="#") | Named():
                return True
    return False


__all__ = ["data_table"]
