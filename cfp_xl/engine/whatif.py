"""A workbook computed once, and what other inputs would make of it: only what depends on them.

    book = WhatIf(workbook)
    outcome = book.changed({CellKey("Sheet1", 3, 2): 120.0})
    outcome.moved             the formula cells with another result
    outcome.cells[key].value  any formula cell

Nothing is undone, for nothing is changed: each outcome lies over the same computed workbook. The
blocks are gone through in their order, from the changed inputs on, and a cell that comes out as it
was wakes none of those behind it. Where that could miss something – circles, the clock, OFFSET and
INDIRECT that now look elsewhere – the workbook is computed whole.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from heapq import heappop, heappush

import numpy as np

from cfp_xl.engine.areas import Area, CellKey, intersection
from cfp_xl.engine.bindings import Registry
from cfp_xl.engine.blocks import Block
from cfp_xl.engine.dependents import Dependents, areas_of, unwritten_of
from cfp_xl.engine.evaluate import Evaluator
from cfp_xl.engine.grid import Filled
from cfp_xl.engine.outcome import ComputedCells, is_same, is_same_scalar
from cfp_xl.engine.overlay import Overlay
from cfp_xl.engine.own_functions import OwnFunctions
from cfp_xl.engine.plan import components
from cfp_xl.engine.recalculate import CLOCK, deadline, run
from cfp_xl.engine.remembered import Remembered
from cfp_xl.engine.result import Column, Computed, Recalculation, Way
from cfp_xl.engine.schedule import Schedule
from cfp_xl.engine.tree import Node
from cfp_xl.engine.whole import whole_block, whole_chain
from cfp_xl.engine.whole.columns import scalars
from cfp_xl.footprint.wording import shortened
from cfp_xl.functions.values import Scalar
from cfp_xl.messages import Explained
from cfp_xl.workbook.model import Workbook

MANY_CELLS, WHOLE_FROM = 8, 20
"""A block is computed whole where all of its cells are to be computed again, or so many and at
least one in so many."""

Values = Mapping[CellKey, Scalar]


class NotAnInput(Explained):
    """A cell that can't be given another value."""


@dataclass(frozen=True)
class Outcome:
    """What a workbook gives for other inputs."""

    cells: Mapping[CellKey, Computed]
    """The result of every formula cell."""
    moved: tuple[CellKey, ...]
    """The formula cells whose result is another one, by sheets, rows, columns."""
    is_whole: bool = False
    """Whether all formula cells were computed again."""


class MustBeWhole(Exception):
    """The workbook must be computed whole."""


class WhatIf:
    """A computed workbook. `recalculation` is that of the workbook as it is."""

    def __init__(
        self,
        workbook: Workbook,
        *,
        clock: datetime = CLOCK,
        deadline_s: float = 60.0,
        functions: OwnFunctions | None = None,
    ) -> None:
        """`deadline_s` holds for this computation and for each that follows."""
        self.workbook = workbook
        self._clock, self.deadline_s = clock, deadline_s
        self._functions = functions or Registry()
        self.computed = run(workbook, clock, deadline_s, self._functions, Way.BLOCK)
        self.dependents = Dependents(self.computed.grid.plan, self.computed.schedule.read)
        self.remembered = Remembered(self.computed.grid.plan)

    @property
    def recalculation(self) -> Recalculation:
        return self.computed.recalculation

    @property
    def is_only_whole(self) -> bool:
        """Whether any change needs all formula cells again."""
        return self.computed.schedule.has_cycle or self.workbook.is_as_displayed

    def changed(self, values: Values) -> Outcome:
        """The outcome with other constants in some cells; None leaves a cell blank.

        Raises NotAnInput for formula cells, cells that an array formula fills, sheets that the
        workbook lacks and numbers that are not finite; RecalculationTimeout.
        """
        given = {self.input_cell(key): as_scalar(key, value) for key, value in values.items()}
        given = {key: value for key, value in given.items() if not self._is_held(key, value)}
        try:
            if self.is_only_whole or not all(map(self.is_within, given)):
                raise MustBeWhole
            spread = Spread(self, given)
            spread.run()
        except MustBeWhole:
            return self._whole(given)
        moved = tuple(sorted(spread.moved, key=self.computed.schedule.order))
        return Outcome(ComputedCells(spread.grid), moved)

    def _whole(self, values: Values) -> Outcome:
        changed = with_constants(self.workbook, values)
        cells = run(
            changed, self._clock, self.deadline_s, self._functions, Way.BLOCK
        ).recalculation.cells
        before = self.recalculation.cells
        moved = tuple(key for key in cells if not is_same(before[key], cells[key]))
        return Outcome(cells, moved, is_whole=True)

    def input_cell(self, key: CellKey) -> CellKey:
        """The cell, its sheet spelled as in the workbook. Raises NotAnInput."""
        grid = self.computed.grid
        sheet = self.workbook.sheet(key.sheet)
        if sheet is None:
            names = tuple(sheet.name for sheet in self.workbook.sheets)
            raise NotAnInput("engine.whatif.no_sheet", sheet=key.sheet, sheets=names)
        key = key._replace(sheet=sheet.name)
        if key in grid.formulas:
            formula = shortened(grid.formulas[key].formula or "")
            raise NotAnInput("engine.whatif.is_formula", cell=key.ref, formula=formula)
        if (owner := grid.filled_by(key)) is not None:
            raise NotAnInput("engine.whatif.is_spilled", cell=key.ref, formula_cell=owner.ref)
        return key

    def constant(self, key: CellKey) -> Scalar:
        """What the workbook holds in a cell that is no formula."""
        sheet = self.workbook.by_name[key.sheet.casefold()]
        return sheet.columns.value((key.row, key.column))

    def is_referred_to(self, key: CellKey) -> bool:
        """Whether any formula refers to the cell."""
        return bool(self.dependents.of(Area(*key, *key[1:])))

    def _is_held(self, key: CellKey, value: Scalar) -> bool:
        return is_same_scalar(self.constant(key), value)

    def is_within(self, key: CellKey) -> bool:
        """Whether a value there leaves the used part of the workbook as large as it is."""
        rows, columns = self.computed.grid.used
        return key.row <= rows and key.column <= columns

    @cached_property
    def ranks(self) -> tuple[list[tuple[tuple[int, ...], bool]], list[int]]:
        """The components in their order, with what OFFSET and INDIRECT found, and each block's."""
        plan, found = self.computed.grid.plan, self.dependents.found
        ordered = list(plan.components)
        if found:
            edges = [list(needed) for needed in plan.edges]
            for key, areas in found.items():
                place = plan.find(key)
                assert place is not None
                more = plan.precedents(map(self.computed.grid.clipped, areas))
                edges[place[0]] = list(dict.fromkeys((*edges[place[0]], *more)))
            ordered = list(components(edges))
        rank_of = [0] * len(plan.blocks)
        for rank, (numbers, _) in enumerate(ordered):
            for number in numbers:
                rank_of[number] = rank
        return ordered, rank_of


class Spread:
    """One change on its way through the blocks."""

    def __init__(
        self, book: WhatIf, values: Values, pinned: Mapping[CellKey, Computed] | None = None
    ) -> None:
        """`pinned` are formula cells that have another result, whatever their formula gives."""
        below = book.computed
        self._below = below.grid
        self.grid = Overlay(below.grid, values)
        if pinned:
            self.grid.take(values, pinned)
        self._pinned = pinned or {}
        self.schedule = Schedule(self.grid, below.moment, deadline(book.deadline_s), self._remember)
        self._remembered = book.remembered
        self._dependents = book.dependents
        self._components, self._rank_of = book.ranks
        self._pending: dict[int, set[int]] = {}
        """By blocks: the offsets of cells that are to be computed again."""
        self._heap: list[int] = []
        self._looked_at: list[Area] = []
        """What cells computed so far found besides what is written in them."""
        self._current: frozenset[int] = frozenset()
        """Blocks that refer to each other and are being computed."""
        self.moved: list[CellKey] = []
        for key in (*values, *self._pinned):
            self._wake(Area(*key, *key[1:]))

    def _remember(self, evaluator: Evaluator, tree: Node) -> None:
        self._remembered.begin(evaluator, self.grid, tree)

    def run(self) -> None:
        """Raises MustBeWhole, RecalculationTimeout."""
        done = -1
        while self._heap:
            rank = heappop(self._heap)
            if rank == done:
                continue
            done = rank
            numbers, is_circular = self._components[rank]
            if is_circular:
                self._current = frozenset(numbers)
                self._compute_circle(numbers)
                self._current = frozenset()
            else:
                self._compute_block(numbers[0], sorted(self._pending.pop(numbers[0])))
            if self.schedule.has_cycle:
                raise MustBeWhole

    def _wake(self, changed: Area) -> None:
        """What refers to `changed` is to be computed again."""
        if self._looked_at and any(intersection(area, changed) for area in self._looked_at):
            raise MustBeWhole  # it was computed too early
        for number, first, last in self._dependents.of(changed):
            if number in self._current:
                continue
            if number not in self._pending:
                self._pending[number] = set()
                heappush(self._heap, self._rank_of[number])
            self._pending[number].update(range(first, last + 1))

    def _compute_block(self, number: int, offsets: list[int]) -> None:
        block, before = self.grid.plan.blocks[number], self._below.filled.get(number)
        if self._pinned and (pinned := self._pinned_in(block)):
            if not pinned.isdisjoint(offsets):
                raise MustBeWhole  # it now depends on itself
            before = None
        is_much = len(offsets) >= MANY_CELLS and len(offsets) * WHOLE_FROM >= block.count
        is_much |= len(offsets) == block.count
        if before is not None and is_much:
            filled = whole_block(self.grid, block, self.schedule.evaluator(block.key(0)))
            if filled is not None:
                self._take_block(number, filled, before, set(offsets))
                return
        self._take(number, {at: self._computed(block.key(at)) for at in offsets})

    def _pinned_in(self, block: Block) -> set[int]:
        return {at for at, key in enumerate(block.keys) if key in self._pinned}

    def _computed(self, key: CellKey) -> Computed:
        computed = self.schedule.compute(key)
        self._look_at(key, computed)
        return computed

    def _look_at(self, key: CellKey, computed: Computed) -> None:
        if computed.is_volatile:
            raise MustBeWhole
        if read := self.schedule.read.get(key):
            self._looked_at += unwritten_of(read, self._remembered.written(key))

    def _take_block(self, number: int, filled: Filled, before: Filled, offsets: set[int]) -> None:
        """A block computed whole; the cells apart by themselves, where they may have changed."""
        block = self.grid.plan.blocks[number]
        again = sorted(filled.apart - before.apart | filled.apart & offsets)
        apart = {at: self._computed(block.key(at)) for at in again}
        self.grid.set_block(number, filled, apart)
        odd = before.apart | filled.apart
        changed = [at for at in _differing(before.values, filled.values) if at not in odd]
        changed += sorted(before.apart - filled.apart)  # what they had besides their value is gone
        self.grid.touch_in_block(number, changed)
        self._note(number, changed)
        self._take(number, apart)

    def _take(self, number: int, results: Mapping[int, Computed]) -> None:
        """New results of cells of a block; those that are as before wake nothing."""
        block = self.grid.plan.blocks[number]
        changed: dict[int, Computed] = {}
        spilled: dict[CellKey, None] = {}
        for offset, computed in results.items():
            before = self._below.computed(block.key(offset))
            if before is not None and is_same(before, computed):
                continue
            changed[offset] = computed
            for children in (computed.children, {} if before is None else before.children):
                spilled.update(dict.fromkeys(children))
        if changed:
            self.grid.set_in_block(number, changed)
            self._note(number, list(changed))
        for child in spilled:
            self._wake(Area(*child, *child[1:]))

    def _note(self, number: int, offsets: list[int]) -> None:
        block = self.grid.plan.blocks[number]
        self.moved += map(block.key, offsets)
        for area in areas_of(block, offsets):
            self._wake(area)

    def _compute_circle(self, numbers: tuple[int, ...]) -> None:
        """Blocks that refer to each other, though no cell need wait for itself."""
        blocks = self.grid.plan.blocks
        if self._pinned and any(self._pinned_in(blocks[number]) for number in numbers):
            raise MustBeWhole
        dirty = self._dirty_in(numbers)
        if sum(map(len, dirty.values())) >= MANY_CELLS and self._compute_chain(numbers, dirty):
            return
        keys = [blocks[number].key(at) for number, offsets in dirty.items() for at in offsets]
        self.grid.forget(keys)
        for key in sorted(keys, key=self.schedule.order):
            self.schedule.settle(key)
        for number, offsets in dirty.items():
            results = {at: self.grid.results[blocks[number].key(at)] for at in sorted(offsets)}
            for at, computed in results.items():
                self._look_at(blocks[number].key(at), computed)
            self._take(number, results)

    def _compute_chain(self, numbers: tuple[int, ...], dirty: dict[int, set[int]]) -> bool:
        """The blocks of a circle whole, where each cell waits for some before it."""
        before = {number: self._below.filled.get(number) for number in numbers}
        blocks = {number: self.grid.plan.blocks[number] for number in numbers}
        if None in before.values():
            return False
        chained = whole_chain(
            self.grid, blocks, lambda block: self.schedule.evaluator(block.key(0))
        )
        for number, filled in (chained or {}).items():
            held = before[number]
            assert held is not None
            self._take_block(number, filled, held, dirty[number])
        return chained is not None

    def _dirty_in(self, numbers: tuple[int, ...]) -> dict[int, set[int]]:
        """The cells of a circle's blocks that depend on those to be computed again, and these."""
        blocks = self.grid.plan.blocks
        dirty: dict[int, set[int]] = {number: set() for number in numbers}
        todo = {number: self._pending.pop(number) for number in numbers if number in self._pending}
        while todo:
            number, offsets = todo.popitem()
            new = sorted(offsets - dirty[number])
            dirty[number].update(new)
            for area in areas_of(blocks[number], new):
                for other, first, last in self._dependents.of(area):
                    more = set(range(first, last + 1)) if other in dirty else set()
                    if more := more - dirty.get(other, set()):
                        todo.setdefault(other, set()).update(more)
        return dirty


def _differing(before: Column, now: Column) -> list[int]:
    """Where two columns of one block have different values."""
    if isinstance(before, np.ndarray) and isinstance(now, np.ndarray):
        places: list[int] = np.flatnonzero(before != now).tolist()
        return places
    pairs = enumerate(zip(scalars(before), scalars(now), strict=True))
    return [at for at, (a, b) in pairs if a is not b and not is_same_scalar(a, b)]


def with_constants(workbook: Workbook, values: Values) -> Workbook:
    """The workbook as it would be with other constants in some cells."""
    by_sheet: dict[str, dict[tuple[int, int], Scalar]] = {}
    for key, value in values.items():
        by_sheet.setdefault(key.sheet.casefold(), {})[key.row, key.column] = value
    sheets = tuple(
        replace(sheet, cells=sheet.columns.with_values(by_sheet[sheet.name.casefold()]))
        if sheet.name.casefold() in by_sheet
        else sheet
        for sheet in workbook.sheets
    )
    return replace(workbook, sheets=sheets)


def as_scalar(key: CellKey, value: Scalar) -> Scalar:
    """The value as a cell holds it: numbers are floats, -0 is 0. Raises NotAnInput for
    infinities."""
    if isinstance(value, float | int) and not isinstance(value, bool):
        if not math.isfinite(value):
            raise NotAnInput("engine.whatif.not_finite", cell=key.ref)
        return float(value) + 0.0
    return value
