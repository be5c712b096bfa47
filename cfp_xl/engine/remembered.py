"""Parts of formulas whose values are known from one change of the inputs to the next.

Of a formula that is to be computed again, most parts refer to nothing that changed: what they
gave over the workbook as it is holds. That is decided as for a whole formula: by the ranges
written in the part, and those that it found besides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from cfp_xl.engine.areas import Area, CellKey
from cfp_xl.engine.blocks import STAYS, moved
from cfp_xl.engine.evaluate import Builtin, Evaluator
from cfp_xl.engine.overlay import Overlay
from cfp_xl.engine.parse import FormulaPlace
from cfp_xl.engine.trace import Moment
from cfp_xl.engine.tree import Binary, Call, Cells, Invoke, Moves, Node, Unary, walk
from cfp_xl.engine.yields import References, Result, holds_lambdas

MOST_CELLS, MOST_VALUES = 20_000, 1 << 20
"""With more of either, all is forgotten."""


class _Part(NamedTuple):
    """What a part gave."""

    value: Any
    read: Mapping[Area, None]
    """In the order in which it read."""
    found: tuple[Area, ...]
    """What of it is not written in the part."""


class _Tree:
    """A formula: which of the references written in it stand in which of its parts."""

    def __init__(self, root: Node) -> None:
        self.root = root
        """Held, so that no other node gets the identity of one of its nodes."""
        numbers: dict[tuple[Area, Moves], int] = {}
        bits: dict[int, int] = {}
        self.parts: dict[int, int] = {}
        """Of each operator and call that refers to cells, one bit for each reference."""
        for node in reversed([*walk(root)]):  # what a node is made of comes before it
            if isinstance(node, Cells):
                every_moves = node.moves or (STAYS,) * len(node.reference.areas)
                own = 0
                for reference in zip(node.reference.areas, every_moves, strict=True):
                    own |= 1 << numbers.setdefault(reference, len(numbers))
            else:
                own = 0
                for one in _made_of(node):
                    own |= bits[id(one)]
            bits[id(node)] = own
            if own and isinstance(node, Call | Binary):
                self.parts[id(node)] = own
        self.references = tuple(numbers)


def _made_of(node: Node) -> Iterator[Node]:
    match node:
        case Unary():
            yield node.operand
        case Binary():
            yield from (node.left, node.right)
        case Call():
            yield from (one for one in node.arguments if one is not None)
        case Invoke():
            yield node.function
            yield from (one for one in node.arguments if one is not None)


class _Cell:
    """A formula in its cell, and the values of its parts over the computed workbook."""

    def __init__(self, tree: _Tree, offset: int) -> None:
        self.parts = tree.parts
        self.areas = tuple(moved(area, moves, offset) for area, moves in tree.references)
        self.values: dict[tuple[int, bool], _Part] = {}
        """By the identity of the part, and whether ranges stay whole in it."""

    def written(self, bits: int) -> Iterator[Area]:
        return (area for at, area in enumerate(self.areas) if bits >> at & 1)


class Remembered:
    """The values over one computed workbook."""

    def __init__(self) -> None:
        self._trees: dict[int, _Tree] = {}
        self._cells: dict[tuple[CellKey, int, int], _Cell] = {}
        self._values = 0

    def cell(self, key: CellKey, offset: int, root: Node) -> _Cell:
        place = key, offset, id(root)
        cell = self._cells.get(place)
        if cell is None:
            if len(self._cells) >= MOST_CELLS:
                self._forget()
            tree = self._trees.get(id(root))
            if tree is None:
                tree = self._trees[id(root)] = _Tree(root)
            cell = self._cells[place] = _Cell(tree, offset)
        return cell

    def keep(self, cell: _Cell, part: tuple[int, bool], value: Result, read: _Read) -> None:
        """Kept until there are too many."""
        if isinstance(value, np.ndarray):
            value.flags.writeable = False  # as what is read of a range
            self._values += value.size
        self._values += 1
        if self._values > MOST_VALUES:
            self._forget()
        written = set(cell.written(cell.parts[part[0]]))
        found = tuple(area for area in read if area not in written)
        cell.values[part] = _Part(value, read, found)

    def _forget(self) -> None:
        for cell in self._cells.values():
            cell.values.clear()
        self._cells.clear()
        self._trees.clear()
        self._values = 0


_Read = Mapping[Area, None]


class RememberingEvaluator(Evaluator):
    """Computes only the parts that refer to something changed."""

    def __init__(
        self,
        remembered: Remembered,
        grid: Overlay,
        place: FormulaPlace,
        moment: Moment,
        tick: Callable[[], None],
        builtins: Mapping[str, Builtin],
        *,
        is_array: bool,
        offset: int = 0,
    ) -> None:
        super().__init__(grid, place, moment, tick, builtins, is_array=is_array, offset=offset)
        self._remembered, self._overlay = remembered, grid
        self._cell: _Cell | None = None
        self._touched = 0
        """The references of the formula that have something changed in them, as bits."""

    def result(self, node: Node) -> Result:
        cell = self._cell
        if cell is None:
            cell = self._begin(node)
        bits = cell.parts.get(id(node))
        if bits is None or bits & self._touched or self._scope:
            return Evaluator.result(self, node)
        kept = cell.values.get((id(node), self.is_array))
        if kept is None:
            return self._first_result(node, cell)
        if kept.found and any(map(self._overlay.has_touched, kept.found)):
            return Evaluator.result(self, node)
        self.trace.read.update(kept.read)
        return kept.value  # type: ignore[no-any-return]

    def _begin(self, root: Node) -> _Cell:
        """The first that is asked for is the whole formula."""
        cell = self._cell = self._remembered.cell(self.key, self.offset, root)
        for at, area in enumerate(cell.areas):
            if self._overlay.has_touched(area):
                self._touched |= 1 << at
        return cell

    def _first_result(self, node: Node, cell: _Cell) -> Result:
        """Kept where there is no more to say than the value."""
        trace, before = self.trace, self.trace.read
        noted = self._noted()
        trace.read = {}
        part = id(node), self.is_array
        try:
            value = Evaluator.result(self, node)
        finally:
            read, trace.read = trace.read, before
            before.update(read)
        is_bare = noted == self._noted() and not trace.is_volatile
        is_bare = is_bare and not isinstance(value, References) and not holds_lambdas(value)
        if is_bare and not any(map(self._overlay.has_touched, read)):
            self._remembered.keep(cell, part, value, read)
        return value

    def _noted(self) -> tuple[int, int, int]:
        return len(self.trace.failures), len(self.trace.hidden), len(self.trace.asked)
