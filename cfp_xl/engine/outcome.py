"""What a recalculation shows of its grid: results and references of each cell, made when asked for.

A workbook of 100,000 rows has no object a cell: what blocks hold stays in their columns.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cfp_xl.engine.areas import Area, CellKey
from cfp_xl.engine.grid import Grid
from cfp_xl.engine.plan import Plan
from cfp_xl.engine.result import Computed
from cfp_xl.functions.values import Scalar


class ComputedCells(Mapping[CellKey, Computed]):
    """The result of every formula cell, in the order of sheets, rows, columns."""

    def __init__(self, grid: Grid) -> None:
        self._grid = grid

    def __getitem__(self, key: CellKey) -> Computed:
        computed = self._grid.computed(key)
        if computed is None:
            raise KeyError(key)
        return computed

    def __iter__(self) -> Iterator[CellKey]:
        return iter(self._grid.formulas)

    def __len__(self) -> int:
        return len(self._grid.formulas)


class ReferencedRanges(Mapping[CellKey, tuple[Area, ...]]):
    """What each formula refers to as written, then what it found while it was computed."""

    def __init__(self, plan: Plan, read: Mapping[CellKey, Mapping[Area, None]]) -> None:
        self._plan = plan
        self._read = read

    def __getitem__(self, key: CellKey) -> tuple[Area, ...]:
        found = self._plan.find(key)
        if found is None:
            raise KeyError(key)
        written = self._plan.blocks[found[0]].areas(found[1])
        return tuple(dict.fromkeys((*written, *self._read.get(key, ()))))

    def __iter__(self) -> Iterator[CellKey]:
        return iter(self._plan.formulas)

    def __len__(self) -> int:
        return len(self._plan.formulas)


def is_same(a: Computed, b: Computed) -> bool:
    """Whether two results are the same, however they were computed."""
    return (
        is_same_scalar(a.value, b.value)
        and (a.state, a.is_volatile, a.is_stable) == (b.state, b.is_volatile, b.is_stable)
        and (a.failures, a.masked, a.finding) == (b.failures, b.masked, b.finding)
        and a.children.keys() == b.children.keys()
        and all(is_same_scalar(value, b.children[key]) for key, value in a.children.items())
    )


def is_same_scalar(a: Scalar, b: Scalar) -> bool:
    """TRUE is not 1."""
    return type(a) is type(b) and a == b
