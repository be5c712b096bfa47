"""The tree of a block → its column."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import ClassVar, TypeAlias, TypeVar

import numpy as np

from cfp_xl.engine import library
from cfp_xl.engine.areas import Area
from cfp_xl.engine.blocks import Block, moved
from cfp_xl.engine.builtin import BUILTINS
from cfp_xl.engine.builtin.define import SCALARS
from cfp_xl.engine.evaluate import Evaluator
from cfp_xl.engine.grid import Grid, as_column
from cfp_xl.engine.operators import BINARY, UNARY
from cfp_xl.engine.problems import Uncomputable
from cfp_xl.engine.tree import Binary, Call, Cells, Constant, Moves, Node, Unary
from cfp_xl.engine.whole.columns import Line, binary, each, scalars, unary
from cfp_xl.functions.values import OMITTED, Argument, Array, ExcelError, Scalar

Made = TypeVar("Made")

Handler: TypeAlias = "Callable[[Whole, Sequence[Node | None]], Line]"

HANDLERS: dict[str, Handler] = {}
"""Built-in functions that can be computed for a whole block too, beside those of scalars."""

STAYS: Moves = (0, 0, 0, 0)
DOWN: Moves = (1, 0, 1, 0)
ACROSS: Moves = (0, 1, 0, 1)


class NotWhole(Exception):
    """The block must be computed cell by cell."""


def whole_of(*names: str) -> Callable[[Handler], Handler]:
    """The other half of the built-in functions of these names: for a block what they give for a
    cell. `tests/engine/test_pairs.py` holds each pair against each other."""

    def declare(function: Handler) -> Handler:
        if unknown := set(names) - BUILTINS.keys():
            raise LookupError(f"no built-in function {sorted(unknown)} to be the other half of")
        HANDLERS.update(dict.fromkeys(names, function))
        return function

    return declare


class Whole:
    """Computes the nodes of one block."""

    keeps_made: ClassVar[bool] = True
    """Whether what is made of a column's cells holds for other blocks too."""

    def __init__(self, grid: Grid, block: Block, cell: Evaluator) -> None:
        self.grid = grid
        self.block = block
        self.cell = cell
        self.apart: set[int] = set()
        """Offsets of cells that must be computed by themselves."""
        self.repeated: dict[int, int] = {}
        """The nodes that the formula has more than once, each with the number of its likes."""
        self._known: dict[tuple[int, bool], tuple[Line, set[int]]] = {}
        """What they yield, and the cells they set apart."""
        self.keeps_ranges = False
        self.of_alike_rows: Callable[[Node], Line] | None = None
        """Computes a node for one row of each kind; None where it can't."""

    @contextmanager
    def ranges_kept(self) -> Iterator[None]:
        """Inside, a range does not give the cell beside the formula, as in array functions."""
        before, self.keeps_ranges = self.keeps_ranges, True
        yield
        self.keeps_ranges = before

    @contextmanager
    def taken_where(self, truths: Sequence[Scalar], truth: bool) -> Iterator[None]:
        """Inside, a branch is computed that only cells with this truth take: what would set
        another cell apart there is none of its business."""
        before, self.apart = self.apart, set()
        yield
        self.apart = before | {at for at in self.apart if truths[at] is truth}

    def line(self, node: Node | None) -> Line:
        """What `node` yields; an argument left out is blank. Raises NotWhole and others."""
        if (number := self.repeated.get(id(node))) is None:
            return self._computed(node)
        key = number, self.keeps_ranges
        if key not in self._known:
            before, self.apart = self.apart, set()
            self._known[key] = self._computed(node), self.apart
            self.apart = before
        line, apart = self._known[key]
        self.apart |= apart
        return line

    def _computed(self, node: Node | None) -> Line:
        if self.of_alike_rows is not None and isinstance(node, Unary | Binary | Call):
            found = self.of_alike_rows(node)
            if found is not None:
                return found
        match node:
            case None:
                return None
            case Constant():
                return node.value
            case Cells():
                return self._cells(node)
            case Unary() if node.operator in UNARY:
                return unary(node.operator, self.line(node.operand))
            case Binary() if node.operator in BINARY:
                return self._binary(node)
            case Call():
                return self._call(node)
        raise NotWhole

    def _binary(self, node: Binary) -> Line:
        chain: list[Binary] = []
        left: Node = node
        while isinstance(left, Binary):  # a sum of a thousand terms must not recurse
            if left.operator not in BINARY:
                raise NotWhole
            chain.append(left)
            left = left.left
        result = self.line(left)
        for one in reversed(chain):
            result = binary(one.operator, result, self.line(one.right))
        return result

    # References

    def reference(self, node: Node | None) -> tuple[Area, Moves]:
        """The one area that `node` refers to, and how it moves."""
        if not isinstance(node, Cells) or node.reference.area is None:
            raise NotWhole
        if node.reference.area.sheet.casefold() in self.grid.unreachable:
            raise NotWhole
        return node.reference.area, node.moves[0] if node.moves else STAYS

    def fixed(self, node: Node | None) -> Area:
        """The area that `node` refers to from every cell of the block."""
        area, moves = self.reference(node)
        if moves != STAYS:
            raise NotWhole
        return area

    def values(self, area: Area) -> Array:
        """The values of a fixed area, which carry nothing else."""
        read = self.grid.read(area)
        if read.failures or read.is_volatile:
            raise NotWhole
        return read.values

    def _cells(self, node: Cells) -> Line:
        area, moves = self.reference(node)
        if moves == STAYS:
            if area.is_single:
                value: Scalar = self.values(area)[0, 0]
                return value
            return self._beside(area)
        if area.is_single and moves == (DOWN if self.block.is_down else ACROSS):
            return self._column(area)
        raise NotWhole

    def _beside(self, area: Area) -> Line:
        """Implicit intersection: each cell takes the one of the range in its own row or column."""
        block = self.block
        last = block.key(block.count - 1)
        row, column = block.row, block.column
        if block.is_down and area.columns == 1:
            is_beside = area.first_row <= row and last.row <= area.last_row
            column = area.first_column
        else:
            is_beside = not block.is_down and area.rows == 1
            is_beside = (
                is_beside and area.first_column <= column and last.column <= area.last_column
            )
            row = area.first_row
        if self.keeps_ranges or not is_beside:
            raise NotWhole
        return self._column(Area(area.sheet, row, column, row, column))

    def _column(self, first: Area) -> Line:
        """The values of the cells that the block's cells refer to, the first to `first`."""
        values, marked = self.grid.column(self.swept(first))
        self.apart |= marked
        return values

    def swept(self, first: Area) -> Area:
        """What the cells of the block refer to together, the first of them to `first`."""
        last = moved(first, DOWN if self.block.is_down else ACROSS, self.block.count - 1)
        return first._replace(last_row=last.last_row, last_column=last.last_column)

    def columns_of(self, node: Node | None) -> list[Line]:
        """The cells of a range, row by row: what each is for every cell of the block.

        The range stays, or moves on with the cells without overlapping itself.
        """
        area, moves = self.reference(node)
        if moves == STAYS:
            return [*self.values(area).ravel().tolist()]
        if self.block.is_down and moves == DOWN and area.rows == 1:
            cells = [area.part(1, column) for column in range(1, area.columns + 1)]
        elif not self.block.is_down and moves == ACROSS and area.columns == 1:
            cells = [area.part(row, 1) for row in range(1, area.rows + 1)]
        else:
            raise NotWhole
        return [self._column(cell) for cell in cells]

    def made_of(
        self, make: Callable[[Sequence[Line]], Made], node: Node | None, lines: Sequence[Line]
    ) -> Made:
        """What `make` makes of the cells of a range, as `columns_of` gives them: once for all
        blocks, whose formulas often begin with the same."""
        area, moves = self.reference(node)
        if moves == STAYS or not self.keeps_made:
            return make(lines)
        return self.grid.kept(make, self.swept(area), lines)

    # Functions

    def _call(self, node: Call) -> Line:
        name = node.function
        if (own := HANDLERS.get(name)) is not None:
            return own(self, node.arguments)
        if (scalar := SCALARS.get(name)) is not None:
            function, least, most = scalar
            if not least <= len(node.arguments) <= most:
                raise NotWhole
            return each(function, *[self.line(argument) for argument in node.arguments])
        if name in BUILTINS:
            raise NotWhole
        if self.grid.own_functions.knows(name):
            return self._own_function(node)
        return self._library(node)

    def _own_function(self, node: Call) -> Line:
        """A CFP_* function takes columns; a row in which it fails is followed by itself."""
        arguments: list[Argument] = []
        is_whole = False
        with self.ranges_kept():
            for position, argument in enumerate(node.arguments):
                if isinstance(argument, Cells) and not argument.moves:
                    area = self.fixed(argument)
                    self.values(area)
                    arguments.append(self.grid.table(area))
                    continue
                if argument is None:
                    arguments.append(OMITTED)
                    continue
                line = self.line(argument)
                if isinstance(line, np.ndarray | list):
                    if not self.grid.own_functions.takes_column(node.function, position):
                        raise NotWhole
                    is_whole = True
                    arguments.append(_as_array(line))
                else:
                    arguments.append(line)
        if not is_whole:
            raise NotWhole
        value = self.grid.own_functions.call(node.function, arguments)
        if not isinstance(value, np.ndarray) or value.shape != (self.block.count, 1):
            raise NotWhole
        values: list[Scalar] = value[:, 0].tolist()
        self.apart.update(at for at, one in enumerate(values) if isinstance(one, ExcelError))
        return as_column(values)

    def _library(self, node: Call) -> Line:
        """An element-wise function of `formulas`, called for each cell."""
        function = library.find(node.function)
        if function is None or function.array_arguments is None:
            raise NotWhole
        lines: list[Line] = []
        for position, argument in enumerate(node.arguments):
            if argument is None or function.takes_array(position):
                raise NotWhole
            lines.append(self.line(argument))

        def call(*arguments: Scalar) -> Scalar:
            self.cell.tick()
            try:
                value = library.call(function, arguments)
            except Uncomputable as fault:
                raise NotWhole from fault
            if isinstance(value, np.ndarray):
                raise NotWhole
            return value

        return each(call, *lines)


def _as_array(line: Iterable[Scalar]) -> Array:
    values = scalars(line)  # type: ignore[arg-type]
    array = np.empty((len(values), 1), object)
    array[:, 0] = values
    return array
