"""Sums and counts over a block: of ranges that stay, of each cell's own row, by criteria."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from cfp_xl.engine.areas import Area
from cfp_xl.engine.builtin.aggregate import OVER_NUMBERS, over_values
from cfp_xl.engine.builtin.criteria import like
from cfp_xl.engine.operators import flat
from cfp_xl.engine.tree import Call, Cells, Constant, Node
from cfp_xl.engine.whole.block import NotWhole, Whole, whole_of
from cfp_xl.engine.whole.columns import Line, each, is_column
from cfp_xl.engine.whole.index import Criteria, positions_of_all
from cfp_xl.engine.whole.logic import value_line
from cfp_xl.engine.whole.running import RUNNING, by_criteria_growing, growing, over_growing
from cfp_xl.functions.values import ExcelError, Scalar

Nodes = Sequence[Node | None]


def is_the_same_in_all(nodes: Nodes) -> bool:
    """Whether arguments are constants and ranges that stay."""
    return all(isinstance(n, Constant) or (isinstance(n, Cells) and not n.moves) for n in nodes)


def once(whole: Whole, name: str, nodes: Nodes) -> Line:
    """A function whose arguments stay, computed for the first cell."""
    trace = whole.cell.trace
    value = whole.cell.value(Call(name, tuple(nodes)))
    if trace.failures or trace.hidden or trace.asked or trace.is_volatile:
        raise NotWhole
    if isinstance(value, np.ndarray):
        raise NotWhole
    return value


def _over_numbers(name: str, function: Callable[[Sequence[float]], Scalar]) -> None:
    @whole_of(name)
    def aggregate(whole: Whole, nodes: Nodes) -> Line:
        if not nodes:
            raise NotWhole
        if is_the_same_in_all(nodes):
            return once(whole, name, nodes)
        if name in RUNNING and len(nodes) == 1 and (area := growing(whole, nodes[0])):
            return over_growing(whole, name, area)
        parts: list[tuple[bool, Line]] = []
        for node in nodes:
            if isinstance(node, Cells):
                parts += [(True, line) for line in whole.columns_of(node)]
            else:
                parts.append((False, value_line(whole, node)))
        if len(parts) > MOST_PARTS:
            raise NotWhole
        are_ranges = [is_range for is_range, _ in parts]

        def of_row(*values: Scalar) -> Scalar:
            return over_values(function, values, are_ranges)

        return each(of_row, *[line for _, line in parts])


MOST_PARTS = 500
"""A range that stays beside one that moves is read again for every cell."""

for _name, _function in OVER_NUMBERS.items():
    _over_numbers(_name, _function)


def _constant(name: str) -> None:
    @whole_of(name)
    def constant(whole: Whole, nodes: Nodes) -> Line:
        if nodes and is_the_same_in_all(nodes):
            return once(whole, name, nodes)
        raise NotWhole


for _name in ("ROWS", "COLUMNS", "SUMPRODUCT"):
    _constant(_name)


def _counting(name: str, counts: Callable[[Scalar], bool]) -> None:
    def of_line(line: Line) -> npt.NDArray[np.float64] | float:
        if isinstance(line, np.ndarray):
            return float(counts(0.0))  # none of them tells numbers apart
        if not isinstance(line, list):
            return float(counts(line))
        if line.count(None) == len(line):
            return float(counts(None))
        return np.fromiter(map(counts, line), np.float64, len(line))

    def of_rows(lines: Sequence[Line]) -> npt.NDArray[np.float64] | float:
        """How many of them count, row by row."""
        length = next((len(line) for line in lines if is_column(line)), None)
        return sum(map(of_line, lines), 0.0 if length is None else np.zeros(length))

    @whole_of(name)
    def counting(whole: Whole, nodes: Nodes) -> Line:
        if nodes and is_the_same_in_all(nodes):
            return once(whole, name, nodes)
        if name in RUNNING and len(nodes) == 1 and (area := growing(whole, nodes[0])):
            return over_growing(whole, name, area)
        columns = [whole.columns_of(node) for node in nodes]
        if not 1 <= sum(map(len, columns)) <= MOST_PARTS:
            raise NotWhole
        if name == "COUNTBLANK" and len(nodes) > 1:
            raise NotWhole
        counted = [
            whole.made_of(of_rows, node, lines) for node, lines in zip(nodes, columns, strict=True)
        ]
        return sum(counted[1:], counted[0])


_counting("COUNT", lambda value: type(value) is float)
_counting("COUNTA", lambda value: value is not None)
_counting("COUNTBLANK", lambda value: value is None or value == "")


# By criteria


def _conditional(name: str, function: str | None) -> None:
    @whole_of(name)
    def conditional(whole: Whole, nodes: Nodes) -> Line:
        pairs = nodes if function is None else nodes[1:]
        if len(pairs) < 2 or len(pairs) % 2:
            raise NotWhole
        found = by_criteria_growing(whole, nodes[0], pairs, function)
        if found is not None:
            return found
        summed = None if function is None else whole.fixed(nodes[0])
        tested = [whole.fixed(node) for node in pairs[::2]]
        return _by_criteria(whole, summed, tested, pairs[1::2], function)


for _name, _of in {
    "SUMIFS": "SUM",
    "AVERAGEIFS": "AVERAGE",
    "MAXIFS": "MAX",
    "MINIFS": "MIN",
    "COUNTIFS": None,
    "COUNTIF": None,
}.items():
    _conditional(_name, _of)


def _single(name: str, function: str) -> None:
    @whole_of(name)
    def conditional(whole: Whole, nodes: Nodes) -> Line:
        if not 2 <= len(nodes) <= 3:
            raise NotWhole
        values = nodes[2] if len(nodes) > 2 else nodes[0]
        found = by_criteria_growing(whole, values, nodes[:2], function)
        if found is not None:
            return found
        tested = summed = whole.fixed(nodes[0])
        if len(nodes) > 2 and nodes[2] is not None:
            summed = like(whole.grid.clipped(tested), whole.fixed(nodes[2]))
        return _by_criteria(whole, summed, [tested], nodes[1:2], function)


_single("SUMIF", "SUM")
_single("AVERAGEIF", "AVERAGE")


def _by_criteria(
    whole: Whole, summed: Area | None, tested: list[Area], criteria: Nodes, function: str | None
) -> Line:
    arrays = [whole.values(area) for area in tested]
    values = arrays[0] if summed is None else whole.values(summed)
    if len({array.shape for array in (values, *arrays)}) > 1:
        raise NotWhole
    line = flat(values)
    tests = [
        whole.grid.kept(Criteria, area, flat(a)) for area, a in zip(tested, arrays, strict=True)
    ]
    known: dict[tuple[tuple[type, Scalar], ...], Scalar] = {}

    def of_row(*wanted: Scalar) -> Scalar:
        key = tuple((type(one), one) for one in wanted)
        if key not in known:
            positions = positions_of_all(tests, wanted)
            known[key] = _result([line[at] for at in positions], function)
        return known[key]

    return each(of_row, *[whole.line(node) for node in criteria])


def _result(picked: list[Scalar], function: str | None) -> Scalar:
    if function is None:
        return float(len(picked))
    for value in picked:
        if isinstance(value, ExcelError):
            return value
    return OVER_NUMBERS[function]([v for v in picked if type(v) is float])
