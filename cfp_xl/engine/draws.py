"""Many draws of the inputs of a workbook at once: what n single runs would give.

    book = WhatIf(workbook)
    outcome = draws(book, {input_cell: numbers}, [output_cell])
    outcome[output_cell].numbers

Only the formula cells between inputs and outputs are computed, each for a chunk of draws at once
(`drawn`), or draw by draw where it cannot be. Where even that could miss something – circles, the
clock, formulas that fill several cells, an OFFSET that looks at cells yet to be computed – every
draw is a run of `WhatIf.changed`. A draw that fails is counted, never left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from cfp_xl.engine import drawn_ranges
from cfp_xl.engine.areas import Area, CellKey
from cfp_xl.engine.dependents import areas_of, unwritten_of
from cfp_xl.engine.drawn import Drawn, OverDraws, listed, resolved, value_of
from cfp_xl.engine.grid import as_column
from cfp_xl.engine.lexer import NotAFormula
from cfp_xl.engine.operators import TooLarge
from cfp_xl.engine.overlay import Overlay, is_bare
from cfp_xl.engine.problems import Needs, Uncomputable
from cfp_xl.engine.recalculate import deadline
from cfp_xl.engine.result import Column, Computed
from cfp_xl.engine.schedule import Schedule
from cfp_xl.engine.tree import Node
from cfp_xl.engine.whatif import WhatIf, as_scalar
from cfp_xl.engine.whole.block import NotWhole
from cfp_xl.engine.whole.columns import Line
from cfp_xl.functions.draws import DrawnTable
from cfp_xl.functions.values import ExcelError, Scalar

_REGISTERED = drawn_ranges

CHUNK = 1000
"""So many draws are computed at once, …"""
MOST_VALUES = 2_000_000
"""… or fewer, so that there are no more values than these at any time."""
MOST_ODD = 0.05
"""A column of numbers with at most this part of others holds these apart."""

Inputs: TypeAlias = Mapping[CellKey, Sequence[Scalar] | npt.NDArray[np.float64]]


@dataclass(frozen=True)
class DrawnOutput:
    """An output over all draws, in their order."""

    values: Column
    """None where it could not be computed."""
    failures: Mapping[str, int]
    """How many draws ended in an error value or in none: by the error, or the finding's code."""

    @cached_property
    def failed(self) -> int:
        return sum(self.failures.values())

    @cached_property
    def numbers(self) -> npt.NDArray[np.float64]:
        """NaN where the value is no number."""
        if isinstance(self.values, np.ndarray):
            return self.values
        return np.array([v if type(v) is float else np.nan for v in self.values], np.float64)


def draws(
    book: WhatIf, inputs: Inputs, outputs: Sequence[CellKey], *, deadline_s: float = 600.0
) -> Mapping[CellKey, DrawnOutput]:
    """The outputs for n draws, `inputs` having n values for each cell.

    Raises NotAnInput, ValueError for values of different number, RecalculationTimeout.
    """
    given = {book.input_cell(key): _column(key, values) for key, values in inputs.items()}
    counts = {len(values) for values in given.values()}
    if len(counts) != 1:
        raise ValueError(f"every input needs the same number of values: {sorted(counts)}")
    (count,) = counts
    tick = deadline(deadline_s)
    try:
        path = _Path(book, list(given), outputs)
        size = max(1, min(CHUNK, MOST_VALUES // (len(path.order) + len(given))))
        parts = [
            _Chunk(path, {k: v[at : at + size] for k, v in given.items()}, tick).outputs(outputs)
            for at in range(0, count, size)
        ]
    except _Singly:
        parts = list(_singly(book, given, count, outputs, tick))
    return {key: _output([part[key] for part in parts]) for key in outputs}


class _Singly(Exception):
    """Each draw must be a run of its own."""


def _column(key: CellKey, values: Sequence[Scalar] | npt.NDArray[np.float64]) -> Column:
    listed = values.tolist() if isinstance(values, np.ndarray) else values
    return as_column([as_scalar(key, value) for value in listed])


_Part: TypeAlias = tuple[Line, Mapping[int, Computed], int]
"""An output over some of the draws: values, those that are more than a value, how many."""


def _singly(
    book: WhatIf,
    given: Mapping[CellKey, Column],
    count: int,
    outputs: Sequence[CellKey],
    tick: Callable[[], None],
) -> Iterator[Mapping[CellKey, _Part]]:
    for draw in range(count):
        tick()
        outcome = book.changed({key: value_of(values, draw) for key, values in given.items()})
        yield {key: (None, {0: outcome.cells[key]}, 1) for key in outputs}


def _output(parts: Sequence[_Part]) -> DrawnOutput:
    values: list[Scalar] = []
    failures: Counter[str] = Counter()
    for line, apart, count in parts:
        found = [*listed(line, count)]
        for draw, computed in apart.items():
            found[draw] = computed.value
            if not computed.is_computed:
                failures[computed.finding.code if computed.finding else ""] += 1
        failures.update(str(value) for value in found if isinstance(value, ExcelError))
        values += found
    return DrawnOutput(as_column(values), dict(failures))


class _Path:
    """The formula cells between inputs and outputs, those that others need before them."""

    def __init__(self, book: WhatIf, inputs: Sequence[CellKey], outputs: Sequence[CellKey]) -> None:
        self.book = book
        self.below = book.computed.grid
        self.schedule = book.computed.schedule
        if book.is_only_whole:
            raise _Singly
        self.inputs = inputs
        self._reached = self._reached_from(inputs)
        self.precedents: dict[CellKey, list[CellKey]] = {}
        """By cells: the cells, inputs too, that draws change and that they refer to."""
        self.order = list(self._ordered(outputs))
        self.trees = {key: self._tree(key) for key in self.order}
        self.roams = {key for key in self.order if key in book.dependents.found}
        """Cells with OFFSET or INDIRECT: what they find is known when they are computed."""

    def _reached_from(self, inputs: Sequence[CellKey]) -> dict[int, set[int]]:
        """By blocks: the offsets of all cells that depend on an input."""
        blocks, reached = self.below.plan.blocks, dict[int, set[int]]()
        todo = [Area(*key, *key[1:]) for key in inputs]
        while todo:
            for number, first, last in self.book.dependents.of(todo.pop()):
                known = reached.setdefault(number, set())
                new = [at for at in range(first, last + 1) if at not in known]
                known.update(new)
                todo += areas_of(blocks[number], new)
                if new and self.below.spill_area(blocks[number].key(0)) is not None:
                    raise _Singly
        return reached

    def _ordered(self, outputs: Sequence[CellKey]) -> Iterator[CellKey]:
        done: set[CellKey] = set()
        is_open: set[CellKey] = set()
        for output in outputs:
            stack = [(output, iter(self._needed(output)))] if self._is_reached(output) else []
            is_open.update(key for key, _ in stack)
            while stack:
                key, rest = stack[-1]
                ahead = next((k for k in rest if k not in done), None)
                if ahead in is_open:
                    raise _Singly  # a circle, if a branch of it were taken
                if ahead is not None:
                    is_open.add(ahead)
                    stack.append((ahead, iter(self._needed(ahead))))
                    continue
                stack.pop()
                is_open.discard(key)
                if key not in done:
                    done.add(key)
                    yield key

    def _is_reached(self, key: CellKey) -> bool:
        found = self.below.plan.find(key)
        return found is not None and found[1] in self._reached.get(found[0], ())

    def _needed(self, key: CellKey) -> list[CellKey]:
        """The formula cells that draws change and that `key` refers to."""
        cells: dict[CellKey, None] = {}
        inputs: list[CellKey] = []
        for area in self.schedule.areas(key):
            clipped = self.below.clipped(area)
            inputs += [key for key in self.inputs if clipped.holds(*key)]
            for column, first, rows, number, offset in self.below.plan.within(clipped):
                if (reached := self._reached.get(number)) is not None:
                    for step in range(rows):
                        if offset + step in reached:
                            cells[CellKey(area.sheet, first + step, column)] = None
        self.precedents[key] = [*dict.fromkeys(inputs), *cells]
        return list(cells)

    def written(self, key: CellKey) -> tuple[Area, ...]:
        found = self.below.plan.find(key)
        assert found is not None
        return self.below.plan.blocks[found[0]].areas(found[1])

    def _tree(self, key: CellKey) -> Node | None:
        """The cell's tree for `OverDraws`; None where it must be computed draw by draw."""
        plan = self.below.plan
        found = plan.find(key)
        assert found is not None
        block = plan.blocks[found[0]]
        if isinstance(block.tree, NotAFormula) or block.is_array:
            return None
        changed = self.precedents[key]
        return resolved(
            block.tree, found[1], lambda area: any(area.holds(*cell) for cell in changed)
        )


class _Chunk:
    """Some of the draws, computed together."""

    def __init__(
        self, path: _Path, inputs: Mapping[CellKey, Column], tick: Callable[[], None]
    ) -> None:
        self._path = path
        self._tick = tick
        self._count = len(next(iter(inputs.values())))
        self._columns = {key: Drawn(values, {}) for key, values in inputs.items()}
        self._inputs = set(inputs)
        self._tables: dict[Area, DrawnTable] = {}

    def outputs(self, outputs: Sequence[CellKey]) -> Mapping[CellKey, _Part]:
        """Raises _Singly, RecalculationTimeout."""
        for key in self._path.order:
            self._tick()
            self._columns[key] = self._computed(key)
        return {key: self._part(key) for key in outputs}

    def _part(self, key: CellKey) -> _Part:
        column = self._columns.get(key)
        if column is not None:
            return column.values, column.apart, self._count
        grid = self._path.below
        computed = grid.computed(key)
        if computed is None:  # a constant, or blank
            area = Area(*key, *key[1:])
            return grid.read(area).values[0, 0], {}, self._count
        return None, dict.fromkeys(range(self._count), computed), self._count

    def _computed(self, key: CellKey) -> Drawn:
        path = self._path
        tree = path.trees[key]
        if tree is None or key in path.roams:
            return _drawn(None, self._draw_by_draw(key, range(self._count)), self._count)
        found = path.below.plan.find(key)
        assert found is not None
        cell = path.schedule.evaluator(key)
        cell.offset = 0  # the tree is that of the cell itself
        block = path.below.plan.blocks[found[0]]
        over = OverDraws(path.below, block, cell, self._columns, self._count, self._tables)
        try:
            line = over.line(tree)
        except (NotWhole, Needs, Uncomputable, TooLarge, RecursionError):
            return _drawn(None, self._draw_by_draw(key, range(self._count)), self._count)
        return _drawn(line, self._draw_by_draw(key, sorted(over.apart)), self._count)

    def _draw_by_draw(self, key: CellKey, draws: Sequence[int]) -> dict[int, Computed]:
        """The cell for some draws, each by itself."""
        if not draws:
            return {}
        path, roams = self._path, key in self._path.roams
        needed = list(self._columns) if roams else path.precedents[key]
        overlay = Overlay(path.below, {})
        if roams:
            overlay.forget(other for other in path.order if other not in self._columns)
        found: dict[int, Computed] = {}
        for draw in draws:
            self._tick()
            now = {cell: self._columns[cell].at(draw) for cell in needed}
            overlay.take(
                {cell: result.value for cell, result in now.items() if cell in self._inputs},
                {cell: result for cell, result in now.items() if cell not in self._inputs},
            )
            schedule = Schedule(overlay, path.schedule.moment, self._tick)
            try:
                found[draw] = computed = schedule.compute(key)
            except Needs as needs:
                raise _Singly from needs
            if computed.is_volatile or computed.children:
                raise _Singly
            if not roams and unwritten_of(schedule.read.get(key, ()), path.written(key)):
                raise _Singly
        return found


def _drawn(line: Line, apart: dict[int, Computed], count: int) -> Drawn:
    """As a sheet shows it: no blank, no negative zero. Odd ones among numbers stand apart."""
    if isinstance(line, np.ndarray):
        return Drawn(line + 0.0, apart)
    if len(apart) == count:
        values = [computed.value for computed in apart.values()]
        if all(is_bare(computed) for computed in apart.values()):
            line, apart = values, {}
        else:
            return Drawn(0.0, apart)
    if not isinstance(line, list):
        return Drawn(_shown(line), apart)
    shown = list(map(_shown, line))
    odd = [at for at, value in enumerate(shown) if type(value) is not float and at not in apart]
    if len(odd) <= MOST_ODD * count:
        apart = apart | {at: Computed(shown[at]) for at in odd}
        shown = [0.0 if type(value) is not float else value for value in shown]
    return Drawn(as_column(shown), apart)


def _shown(value: Scalar) -> Scalar:
    if value is None:
        return 0.0
    return value + 0.0 if type(value) is float else value
