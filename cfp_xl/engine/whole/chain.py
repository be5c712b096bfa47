"""Blocks whose cells refer to cells before them in the same blocks: `B3 = B2 + A3`, filled down.

They are computed cell by cell, in their order, but without a search: what does not depend on the
chain is computed as columns before, and the rest of a formula is one function of the row.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from cfp_xl.engine.areas import Area, intersection
from cfp_xl.engine.blocks import Block
from cfp_xl.engine.builtin.aggregate import OVER_NUMBERS, over_values
from cfp_xl.engine.builtin.define import SCALARS
from cfp_xl.engine.builtin.logic import JUNCTIONS, TESTS
from cfp_xl.engine.convert import boolean
from cfp_xl.engine.evaluate import Evaluator
from cfp_xl.engine.grid import Filled, Grid, as_column
from cfp_xl.engine.lexer import NotAFormula
from cfp_xl.engine.operators import BINARY, UNARY, TooLarge
from cfp_xl.engine.problems import Needs, Uncomputable
from cfp_xl.engine.tree import Binary, Call, Cells, Constant, Node, Unary, walk
from cfp_xl.engine.whole.block import ACROSS, DOWN, HANDLERS, NotWhole, Whole
from cfp_xl.engine.whole.columns import Line, is_column, scalars
from cfp_xl.engine.whole.logic import MAY_GIVE_REFERENCES
from cfp_xl.engine.whole.running import GROWS, RUNNING, Running
from cfp_xl.functions.values import ExcelError, Scalar

At: TypeAlias = Callable[[int], Scalar]
"""A value for each row (for blocks across: column) of the sheet."""

FEWEST = 3

_FAST: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
}


class _Track(NamedTuple):
    """A block seen along the way it is filled."""

    first: int
    last: int
    across: int
    """The column it is in; of a block across, the row."""


def whole_chain(
    grid: Grid, blocks: Mapping[int, Block], evaluator: Callable[[Block], Evaluator]
) -> Mapping[int, Filled] | None:
    """All cells of blocks that refer to each other, by their numbers; None where they must be
    computed by themselves."""
    first = next(iter(blocks.values()))
    if any(
        block.count < FEWEST
        or block.is_array
        or isinstance(block.tree, NotAFormula)
        or (block.is_down, block.sheet) != (first.is_down, first.sheet)
        for block in blocks.values()
    ):
        return None
    try:
        return _Chain(grid, blocks, evaluator).filled()
    except (NotWhole, Needs, Uncomputable, TooLarge, RecursionError):
        return None


class _Chain:
    def __init__(
        self, grid: Grid, blocks: Mapping[int, Block], evaluator: Callable[[Block], Evaluator]
    ) -> None:
        self._grid = grid
        self._blocks = blocks
        self._is_down = next(iter(blocks.values())).is_down
        self._wholes = {n: Whole(grid, block, evaluator(block)) for n, block in blocks.items()}
        self._tracks = {n: self._track(Area(b.sheet, *b.bounds)) for n, b in blocks.items()}
        self._values: dict[int, dict[int, Scalar]] = {}
        """By column and row: what the chain refers to of itself, as far as it is computed."""
        self._beside: dict[int, set[int]] = {number: set() for number in blocks}
        """The blocks of whose cells in the same row a block's cells take the value."""
        self._steps: set[int] = set()
        """How many rows on the chain's cells refer: to those before, or to those behind."""
        self._has_running = False

    def filled(self) -> Mapping[int, Filled]:
        functions = {n: self._compiled(n, block.tree) for n, block in self._blocks.items()}  # type: ignore[arg-type]
        if any(whole.apart for whole in self._wholes.values()):
            raise NotWhole
        is_upwards = max(self._steps, default=0) > 0
        if is_upwards and (min(self._steps) < 0 or self._has_running):
            raise NotWhole
        rows = range(
            min(track.first for track in self._tracks.values()),
            max(track.last for track in self._tracks.values()) + 1,
        )
        order = [(functions[n], *self._tracks[n]) for n in self._in_order()]
        values = self._values
        for row in reversed(rows) if is_upwards else rows:
            for function, first, last, across in order:
                if first <= row <= last:
                    value = function(row)
                    if value is None:
                        value = 0.0
                    values[across][row] = value + 0.0 if type(value) is float else value
        return {n: self._result(track) for n, track in self._tracks.items()}

    def _result(self, track: _Track) -> Filled:
        found = self._values[track.across]
        return Filled(as_column([found[row] for row in range(track.first, track.last + 1)]))

    def _in_order(self) -> Iterator[int]:
        """Within a row, a block behind those whose cells beside it takes."""
        left = dict(self._beside)
        while left:
            ready = [number for number, others in left.items() if not others & left.keys()]
            if not ready:
                raise NotWhole
            for one in ready:
                del left[one]
            yield from ready

    def _track(self, area: Area) -> _Track:
        _, top, left, bottom, right = area
        return _Track(top, bottom, left) if self._is_down else _Track(left, right, top)

    # Formulas as functions of the row

    def _compiled(self, number: int, node: Node | None) -> At:
        if node is None or not any(self._is_own(number, n) for n in walk(node)):
            return self._column(number, node)
        match node:
            case Cells():
                return self._cell(number, node)
            case Unary() if node.operator in UNARY:
                function, operand = UNARY[node.operator], self._compiled(number, node.operand)
                return lambda row: function(operand(row))
            case Binary() if node.operator in BINARY:
                left, right = (self._compiled(number, side) for side in (node.left, node.right))
                return _binary(node.operator, left, right)
            case Call():
                return self._call(number, node)
        raise NotWhole

    def _column(self, number: int, node: Node | None) -> At:
        """What does not depend on the chain."""
        line, first = self._wholes[number].line(node), self._tracks[number].first
        return _of_line(line, first)

    def _is_own(self, number: int, node: Node) -> bool:
        """Whether a reference meets the chain, from any cell of the block."""
        if not isinstance(node, Cells):
            return False
        block = self._blocks[number]
        swept = Block(block.sheet, block.row, block.column, block.count, block.is_down, node).swept
        return any(
            intersection(area, Area(other.sheet, *other.bounds))
            for area in swept
            for other in self._blocks.values()
        )

    def _cell(self, number: int, node: Cells) -> At:
        area = node.reference.area
        if area is None or not area.is_single:
            raise NotWhole
        if node.moves[:1] != ((DOWN if self._is_down else ACROSS),):
            raise NotWhole
        step = self._track(area).first - self._tracks[number].first
        values = self._taken(number, area, step)
        return lambda row: values[row + step]

    def _taken(self, number: int, first: Area, step: int) -> dict[int, Scalar]:
        """The column of a reference that ends `step` rows from its cell; what is in it beside the
        chain is read."""
        track, own = self._track(first), self._tracks[number]
        self._steps.add(step)
        last = own.last + step
        others = [n for n, other in self._tracks.items() if other.across == track.across]
        if step == 0:
            self._beside[number].update(others)
        values = self._values.setdefault(track.across, {})
        chained = {
            row for n in others for row in range(self._tracks[n].first, self._tracks[n].last + 1)
        }
        for start, end in _stretches(track.first, last, chained):
            area = (
                first._replace(first_row=start, last_row=end)
                if self._is_down
                else first._replace(first_column=start, last_column=end)
            )
            column, marked = self._grid.column(area)
            if marked:
                raise NotWhole
            values.update(zip(range(start, end + 1), scalars(column), strict=True))
        return values

    # Functions

    def _call(self, number: int, node: Call) -> At:
        name, nodes = node.function, node.arguments
        if name == "IF" and 2 <= len(nodes) <= 3:
            condition, *branches = (self._given(number, one) for one in nodes)
            return _if(condition, branches[0], branches[1] if len(branches) > 1 else _false)
        if name in ("IFERROR", "IFNA") and len(nodes) == 2:
            value, instead = (self._given(number, one) for one in nodes)
            return _instead(value, instead, None if name == "IFERROR" else ExcelError.NA)
        if name in TESTS and len(nodes) == 1:
            test, argument = TESTS[name], self._given(number, nodes[0])
            return lambda row: test(argument(row))
        if name in JUNCTIONS and nodes:
            return _junction(JUNCTIONS[name], self._parts(number, nodes))
        if name in RUNNING and len(nodes) == 1 and self._grows(nodes[0]):
            return self._running(number, name, nodes[0])  # type: ignore[arg-type]
        if name in OVER_NUMBERS and nodes:
            return _over_numbers(name, self._parts(number, nodes))
        if (scalar := SCALARS.get(name)) is not None and scalar[1] <= len(nodes) <= scalar[2]:
            arguments = [self._compiled(number, one) for one in nodes]
            return lambda row: scalar[0](*[argument(row) for argument in arguments])
        raise NotWhole

    def _given(self, number: int, node: Node | None) -> At:
        return _zero if node is None else self._compiled(number, node)

    def _parts(self, number: int, nodes: Sequence[Node | None]) -> list[tuple[bool, At]]:
        """Arguments of a function over ranges: each cell of a range, and whether it is in one."""
        parts: list[tuple[bool, At]] = []
        for node in nodes:
            match node:
                case Cells() if self._is_own(number, node):
                    parts += [(True, self._cell(number, one)) for one in self._each_cell(node)]
                case Cells():
                    whole, first = self._wholes[number], self._tracks[number].first
                    for line in whole.columns_of(node):
                        parts.append((True, _of_line(line, first)))
                case None | Constant() | Binary() | Unary():
                    parts.append((False, self._given(number, node)))
                case Call(function=name) if name in SCALARS or (
                    name in HANDLERS and name not in MAY_GIVE_REFERENCES
                ):
                    parts.append((False, self._compiled(number, node)))
                case _:
                    raise NotWhole
        return parts

    def _each_cell(self, node: Cells) -> Iterator[Cells]:
        """A range that moves on as a whole, as its cells."""
        area = node.reference.area
        if area is None or area.rows * area.columns > 50:
            raise NotWhole
        for row in range(1, area.rows + 1):
            for column in range(1, area.columns + 1):
                yield Cells(type(node.reference)((area.part(row, column),)), node.moves)

    def _grows(self, node: Node | None) -> bool:
        if not isinstance(node, Cells) or node.reference.area is None:
            return False
        area = node.reference.area
        width = area.columns if self._is_down else area.rows
        return node.moves[:1] == (GROWS[self._is_down],) and width == 1

    def _running(self, number: int, name: str, node: Cells) -> At:
        area = node.reference.area
        assert area is not None
        track = self._track(area)
        step = track.last - self._tracks[number].first
        if step > 0:
            raise NotWhole
        self._has_running = True
        values = self._taken(number, area, step)
        running, taken = Running(), [track.first]

        def of_row(row: int) -> Scalar:
            while taken[0] <= row + step:
                running.take(values[taken[0]])
                taken[0] += 1
            return running.of(name)

        return of_row


def _zero(row: int) -> Scalar:  # noqa: ARG001
    return 0.0


def _false(row: int) -> Scalar:  # noqa: ARG001
    return False


def _of_line(line: Line, first: int) -> At:
    if is_column(line):
        values = scalars(line)
        return lambda row: values[row - first]
    return lambda row: line  # type: ignore[return-value]  # noqa: ARG005


def _stretches(first: int, last: int, without: set[int]) -> Iterator[tuple[int, int]]:
    """The rows from `first` to `last` that are not among `without`, in stretches."""
    start = first
    for row in range(first, last + 2):
        if row > last or row in without:
            if start < row:
                yield start, row - 1
            start = row + 1


def _binary(sign: str, left: At, right: At) -> At:
    plain = BINARY[sign]
    fast = _FAST.get(sign)
    if fast is None:
        return lambda row: plain(left(row), right(row))

    def of_row(row: int) -> Scalar:
        a, b = left(row), right(row)
        if type(a) is float and type(b) is float:
            result = fast(a, b)
            if math.isfinite(result):
                return result + 0.0
        return plain(a, b)

    return of_row


def _if(condition: At, then: At, otherwise: At) -> At:
    def of_row(row: int) -> Scalar:
        truth = boolean(condition(row))
        if isinstance(truth, ExcelError):
            return truth
        return then(row) if truth else otherwise(row)

    return of_row


def _instead(value: At, other: At, caught: ExcelError | None) -> At:
    """`caught` is the error that is replaced; None for all."""

    def of_row(row: int) -> Scalar:
        found = value(row)
        if isinstance(found, ExcelError) and caught in (None, found):
            return other(row)
        return found

    return of_row


def _junction(join: Callable[[list[bool]], bool], parts: list[tuple[bool, At]]) -> At:
    def of_row(row: int) -> Scalar:
        found: list[bool] = []
        for is_range, part in parts:
            value = part(row)
            if is_range and (value is None or isinstance(value, str)):
                continue
            truth = boolean(value)
            if isinstance(truth, ExcelError):
                return truth
            found.append(truth)
        return join(found) if found else ExcelError.VALUE

    return of_row


def _over_numbers(name: str, parts: list[tuple[bool, At]]) -> At:
    function = OVER_NUMBERS[name]
    are_ranges = [is_range for is_range, _ in parts]
    operands = [part for _, part in parts]
    return lambda row: over_values(function, [part(row) for part in operands], are_ranges)
