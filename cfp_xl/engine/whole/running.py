"""Ranges that grow from cell to cell, `SUM(A$2:A2)` or `COUNTIFS(A$2:A2,A2)`: each value is taken
in once, when the range reaches it."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Sequence

from cfp_xl.engine.areas import Area
from cfp_xl.engine.builtin.aggregate import OVER_NUMBERS, total
from cfp_xl.engine.grid import as_column
from cfp_xl.engine.tree import Cells, Moves, Node
from cfp_xl.engine.whole.block import NotWhole, Whole
from cfp_xl.engine.whole.columns import Line, each, scalars
from cfp_xl.engine.whole.index import Criteria
from cfp_xl.functions.values import ExcelError, Scalar

Nodes = Sequence[Node | None]

GROWS: dict[bool, Moves] = {True: (0, 0, 1, 0), False: (0, 0, 0, 1)}
"""How a range grows with a block that goes down, and with one that goes across."""


class Running:
    """A function of the numbers of a range that grows, as `aggregate` computes it of a whole."""

    def __init__(self) -> None:
        self.error: ExcelError | None = None
        self.count = 0
        self.filled = 0
        self.largest, self.smallest = -math.inf, math.inf
        self._partials: list[float] = []

    def take(self, value: Scalar) -> None:
        if value is not None:
            self.filled += 1
        if isinstance(value, ExcelError):
            self.error = self.error or value
        elif type(value) is float:
            self.count += 1
            self.largest = max(self.largest, value)
            self.smallest = min(self.smallest, value)
            add_exactly(self._partials, value)

    def of(self, name: str) -> Scalar:
        if name == "COUNT":
            return float(self.count)
        if name == "COUNTA":
            return float(self.filled)
        if self.error is not None:
            return self.error
        if name == "MAX":
            return self.largest if self.count else 0.0
        if name == "MIN":
            return self.smallest if self.count else 0.0
        if not self.count:
            return OVER_NUMBERS[name]([])
        summed = total(self._partials)
        return summed / self.count if name == "AVERAGE" and isinstance(summed, float) else summed


RUNNING = frozenset({"SUM", "AVERAGE", "MAX", "MIN", "COUNT", "COUNTA"})


def add_exactly(partials: list[float], x: float) -> None:
    """Adds a number to partial sums that together are exact (Shewchuk 1997). Raises NotWhole
    beyond all floats."""
    kept = 0
    for y in partials:
        large, small = (x, y) if abs(x) >= abs(y) else (y, x)
        x = large + small
        if not math.isfinite(x):
            raise NotWhole
        if rest := small - (x - large):
            partials[kept] = rest
            kept += 1
    partials[kept:] = [x]


def growing(whole: Whole, node: Node | None) -> Area | None:
    """The range, as the first cell refers to it, of which only the end moves on."""
    if not isinstance(node, Cells) or node.reference.area is None or not node.moves:
        return None
    area, is_down = node.reference.area, whole.block.is_down
    width = area.columns if is_down else area.rows
    return area if node.moves[0] == GROWS[is_down] and width == 1 else None


def over_growing(whole: Whole, name: str, first: Area) -> Line:
    """The function for every cell of the block."""
    values, length = _values(whole, first)
    running, results = Running(), list[Scalar]()
    for at, value in enumerate(values, start=1):
        running.take(value)
        if at >= length:
            results.append(running.of(name))
    return as_column(results)


def _values(whole: Whole, first: Area) -> tuple[list[Scalar], int]:
    """The values of the range at its longest, and its length for the first cell."""
    more = whole.block.count - 1
    if whole.block.is_down:
        longest, length = first._replace(last_row=first.last_row + more), first.rows
    else:
        longest, length = first._replace(last_column=first.last_column + more), first.columns
    values, marked = whole.grid.column(longest)
    if marked:
        raise NotWhole
    return scalars(values), length


def by_criteria_growing(
    whole: Whole, summed: Node | None, pairs: Nodes, function: str | None
) -> Line | None:
    """COUNTIFS, SUMIFS and their kin where all ranges grow together; None where they do not."""
    nodes = [*pairs[::2], *([] if function is None else [summed])]
    areas = [growing(whole, node) for node in nodes]
    if any(area is None for area in areas):
        return None
    columns = [_values(whole, area) for area in areas if area is not None]
    if len({(len(values), length) for values, length in columns}) > 1:
        raise NotWhole
    count = len(pairs) // 2
    tests = [Criteria(values) for values, _ in columns[:count]]
    values, length = columns[-1]
    matches: dict[tuple[tuple[type, Scalar], ...], _Matches] = {}
    ends = iter(range(length, length + whole.block.count))

    def of_cell(*wanted: Scalar) -> Scalar:
        key = tuple((type(one), one) for one in wanted)
        if key not in matches:
            matches[key] = _Matches(_meeting(tests, wanted), values)
        return matches[key].until(next(ends), function)

    lines = [whole.line(node) for node in pairs[1::2]]
    lines.append(as_column([0.0] * whole.block.count))  # so that there is a column in any case
    return each(_without_last(of_cell), *lines)


def _without_last(function: Callable[..., Scalar]) -> Callable[..., Scalar]:
    return lambda *values: function(*values[:-1])


def _meeting(tests: Sequence[Criteria], wanted: Sequence[Scalar]) -> list[int]:
    """The positions that meet all criteria: of the one that fewest meet, those that the others
    meet too."""
    fewest = min(range(len(tests)), key=lambda at: len(tests[at].positions(wanted[at])))
    positions = tests[fewest].positions(wanted[fewest])
    others = [(t, w) for at, (t, w) in enumerate(zip(tests, wanted, strict=True)) if at != fewest]
    return [at for at in positions if all(at in test.set_of(one) for test, one in others)]


class _Matches:
    """The positions that meet the criteria, and what was made of the first of them."""

    def __init__(self, positions: list[int], values: Sequence[Scalar]) -> None:
        self._positions = positions
        self._values = values
        self._taken = 0
        self._running = Running()

    def until(self, end: int, function: str | None) -> Scalar:
        """For the positions before `end`, which never falls."""
        if function is None:
            return float(bisect_right(self._positions, end - 1))
        while self._taken < len(self._positions) and self._positions[self._taken] < end:
            self._running.take(self._values[self._positions[self._taken]])
            self._taken += 1
        return self._running.of(function)
