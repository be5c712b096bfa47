"""The plan of a workbook: its blocks, where each formula cell is in them, and their order.

A plan depends on formulas, names and tables, not on numbers: the 200 copies of a template that
suppliers sent back share one. It is made once and kept for the process.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from cfp_xl.engine.areas import Area, CellKey, intersection
from cfp_xl.engine.blocks import Block, Parse, ParsedRuns, blocks_of, single_blocks
from cfp_xl.engine.formula_cells import FormulaCells
from cfp_xl.engine.lexer import NotAFormula
from cfp_xl.engine.result import Way
from cfp_xl.engine.tree import Node
from cfp_xl.workbook.address import range_bounds
from cfp_xl.workbook.lru_cache import LruCache
from cfp_xl.workbook.model import DefinedName, ListTable, Workbook
from cfp_xl.workbook.reading.collector import collector_paused

MOST_PLANS = 16
MOST_AREAS_KEPT = 4096
MOST_CELLS_KEPT = 200_000
"""Formula cells of all plans that are kept, a plan of few counting as a sixteenth."""

Surroundings: TypeAlias = tuple[
    tuple[str, ...],
    tuple[DefinedName, ...],
    tuple[ListTable, ...],
    tuple[tuple[tuple[str, str], str], ...],
]
"""All that a formula's meaning depends on beside its place: sheets, names, tables, linked names."""
PlanKey: TypeAlias = tuple[tuple[bytes, ...], Surroundings]
"""All that a plan depends on: the formulas of each sheet, and what surrounds them."""


@dataclass(frozen=True, slots=True)
class _Stretch:
    """The rows of one column that belong to a block."""

    first_row: int
    last_row: int
    block: int
    offset: int
    """Of its first row in the block."""


class Plan:
    """The blocks of a workbook, by number."""

    def __init__(self, blocks: Iterable[Block], formulas: FormulaCells) -> None:
        self.blocks = tuple(blocks)
        self.formulas = formulas
        self.array_refs = formulas.array_refs
        self._within: dict[Area, Sequence[tuple[int, int, int, int, int]]] = {}
        self._columns: dict[str, dict[int, list[_Stretch]]] = {}
        self._starts: dict[tuple[str, int], list[int]] = {}
        for number, block in enumerate(self.blocks):
            self._place(number, block)
        for sheet, columns in self._columns.items():
            for column, stretches in columns.items():
                stretches.sort(key=lambda stretch: stretch.first_row)
                self._starts[sheet, column] = [stretch.first_row for stretch in stretches]
        self._spills: dict[str, list[tuple[Area, int]]] = {}
        for number, block in enumerate(self.blocks):
            ref = self.array_refs.get(block.key(0))
            if ref is not None and (bounds := range_bounds(ref)):
                spill = Area(block.sheet, *bounds)
                if not spill.is_single:
                    self._spills.setdefault(block.sheet, []).append((spill, number))

    @cached_property
    def components(self) -> tuple[tuple[tuple[int, ...], bool], ...]:
        """The numbers of the blocks, those that others need before them.

        Several stand together where they refer to each other; True where a block needs itself.
        """
        return tuple(components(self.edges))

    @cached_property
    def edges(self) -> list[list[int]]:
        """Of each block the numbers of those it needs."""
        return [self.precedents(block.swept) for block in self.blocks]

    def _place(self, number: int, block: Block) -> None:
        columns = self._columns.setdefault(block.sheet, {})
        if block.is_down:
            last = block.row + block.count - 1
            columns.setdefault(block.column, []).append(_Stretch(block.row, last, number, 0))
            return
        for offset in range(block.count):
            columns.setdefault(block.column + offset, []).append(
                _Stretch(block.row, block.row, number, offset)
            )

    def find(self, key: CellKey) -> tuple[int, int] | None:
        """The number of the block that `key` is in, and its offset there."""
        starts = self._starts.get((key.sheet, key.column))
        if not starts:
            return None
        at = bisect_right(starts, key.row) - 1
        if at < 0:
            return None
        stretch = self._columns[key.sheet][key.column][at]
        if key.row > stretch.last_row:
            return None
        return stretch.block, stretch.offset + key.row - stretch.first_row

    def tree(self, key: CellKey) -> Node | NotAFormula:
        """The tree of the block that `key` is in, as seen from its first cell."""
        found = self.find(key)
        assert found is not None
        return self.blocks[found[0]].tree

    def areas(self, key: CellKey) -> tuple[Area, ...]:
        """What is written in the formula of `key`."""
        found = self.find(key)
        assert found is not None
        return self.blocks[found[0]].areas(found[1])

    def within(self, area: Area) -> Sequence[tuple[int, int, int, int, int]]:
        """The formula cells of `area`: (column, first row, rows, block, offset of the first)."""
        found = self._within.get(area)
        if found is None:
            found = tuple(self._found_within(area))
            if len(self._within) < MOST_AREAS_KEPT:
                self._within[area] = found
        return found

    def _found_within(self, area: Area) -> Iterator[tuple[int, int, int, int, int]]:
        columns = self._columns.get(area.sheet, {})
        wanted: Iterable[int] = range(area.first_column, area.last_column + 1)
        if area.columns > len(columns):
            wanted = sorted(c for c in columns if area.first_column <= c <= area.last_column)
        for column in wanted:
            stretches = columns.get(column)
            if stretches is None:
                continue
            at = max(bisect_right(self._starts[area.sheet, column], area.first_row) - 1, 0)
            while at < len(stretches) and stretches[at].first_row <= area.last_row:
                stretch = stretches[at]
                at += 1
                first = max(stretch.first_row, area.first_row)
                rows = min(stretch.last_row, area.last_row) - first + 1
                if rows > 0:
                    offset = stretch.offset + first - stretch.first_row
                    yield column, first, rows, stretch.block, offset

    def precedents(self, areas: Iterable[Area]) -> list[int]:
        """The numbers of the blocks that these areas show values of."""
        found: dict[int, None] = {}
        for area in areas:
            found.update((number, None) for _, _, _, number, _ in self.within(area))
            for spill, number in self._spills.get(area.sheet, ()):
                if intersection(area, spill):
                    found[number] = None
        return list(found)


def components(edges: list[list[int]]) -> Iterator[tuple[tuple[int, ...], bool]]:
    """Groups of blocks that refer to each other, those they need before them (Tarjan 1972).

    With each, whether it refers to itself.
    """
    index = [-1] * len(edges)
    low = [0] * len(edges)
    is_open = [False] * len(edges)
    path: list[int] = []
    count = 0
    for root in range(len(edges)):
        if index[root] >= 0:
            continue
        work = [(root, iter(edges[root]))]
        while work:
            node, rest = work[-1]
            if index[node] < 0:
                index[node] = low[node] = count
                count += 1
                path.append(node)
                is_open[node] = True
            for other in rest:
                if index[other] < 0:
                    work.append((other, iter(edges[other])))
                    break
                if is_open[other]:
                    low[node] = min(low[node], index[other])
            else:
                work.pop()
                if work:
                    parent = work[-1][0]
                    low[parent] = min(low[parent], low[node])
                if low[node] == index[node]:
                    start = _rindex(path, node)
                    members = tuple(sorted(path[start:]))
                    del path[start:]
                    for member in members:
                        is_open[member] = False
                    yield members, len(members) > 1 or node in edges[node]


def _rindex(items: list[int], wanted: int) -> int:
    at = len(items) - 1
    while items[at] != wanted:
        at -= 1
    return at


_plans: LruCache[PlanKey, Plan] = LruCache(MOST_CELLS_KEPT)
_parsed_runs: LruCache[Surroundings, ParsedRuns] = LruCache(MOST_PLANS)
"""Where one formula changes, the others are not parsed again."""


def plan_of(workbook: Workbook, parse: Parse, way: Way = Way.BLOCK) -> Plan:
    """The plan of `workbook`, from an earlier workbook of the same formulas where there was one.

    By `way` cell, it has a block for every cell and is made anew.
    """
    with collector_paused():
        return _plan_of(workbook, parse, way)


def _plan_of(workbook: Workbook, parse: Parse, way: Way) -> Plan:
    formulas = FormulaCells(workbook)
    if way is Way.CELL:
        return Plan(single_blocks(formulas, parse), formulas)
    surroundings = (
        tuple(sheet.name for sheet in workbook.sheets),
        workbook.names,
        workbook.tables,
        tuple(workbook.external_names.items()),
    )
    key = (tuple(sheet.columns.layout.digest for sheet in workbook.sheets), surroundings)
    plan = _plans.get(key)
    if plan is None:
        runs = ((sheet.name, sheet.columns.layout.runs) for sheet in workbook.sheets)
        known = _parsed_runs.get(surroundings) or ParsedRuns()
        plan = Plan(blocks_of(runs, formulas, parse, known), formulas)
        if len(formulas) <= MOST_CELLS_KEPT // 2:  # a larger one will hardly come twice
            _plans.put(key, plan, MOST_CELLS_KEPT // MOST_PLANS + len(formulas))
            _parsed_runs.put(surroundings, known, 1)
    return plan
