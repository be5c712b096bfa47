"""Parts of formulas whose values are known from one change of the inputs to the next.

Of a formula that is to be computed again, most parts refer to nothing that changed: what they
gave over the workbook as it is holds. That is decided as for a whole formula: by the ranges
written in the part, and those that it found besides. Calls that look at ranges, or that only the
function library and the registry know, are worth it; what joins them is computed faster than found.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from cfp_xl.engine.areas import Area, CellKey, Reference
from cfp_xl.engine.blocks import STAYS, moved
from cfp_xl.engine.builtin import BUILTINS
from cfp_xl.engine.compiled import InCell, Run
from cfp_xl.engine.evaluate import Evaluator
from cfp_xl.engine.overlay import Overlay
from cfp_xl.engine.plan import Plan
from cfp_xl.engine.tree import Binary, Call, Cells, Invoke, Moves, Node, Unary, walk
from cfp_xl.engine.yields import References, Result, holds_lambdas
from cfp_xl.functions.values import Scalar

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
        numbers: dict[tuple[Area, Moves], int] = {}
        bits: dict[Node, int] = {}
        looks: dict[Node, bool] = {}
        self.parts: dict[Node, int] = {}
        """Of each call that is worth it and refers to cells, one bit for each reference."""
        self.cells: list[tuple[int, Node]] = []
        for node in reversed([*walk(root)]):  # what a node is made of comes before it
            own, is_look = 0, False
            if isinstance(node, Cells):
                every_moves = node.moves or (STAYS,) * len(node.reference.areas)
                for reference in zip(node.reference.areas, every_moves, strict=True):
                    own |= 1 << numbers.setdefault(reference, len(numbers))
                    is_look |= not reference[0].is_single
                self.cells.append((own, node))
            for one in _made_of(node):
                own |= bits[one]
                is_look |= looks[one]
            if isinstance(node, Call):
                is_look |= node.function not in BUILTINS
                if own and is_look:
                    self.parts[node] = own
            bits[node], looks[node] = own, is_look
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
    """A formula in its cell, and what of it is known over the computed workbook."""

    def __init__(self, tree: _Tree, offset: int) -> None:
        self.tree = tree
        self.areas = tuple(moved(area, moves, offset) for area, moves in tree.references)
        self.references: dict[Cells, Reference] = {}
        self.known: dict[Node, Scalar] = {}
        self.values: dict[tuple[Node, bool], _Part] = {}
        """By the part, and whether ranges stay whole in it."""

    def written(self, bits: int) -> Iterator[Area]:
        return (area for at, area in enumerate(self.areas) if bits >> at & 1)


class Remembered:
    """The values over one computed workbook."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._written: dict[CellKey, tuple[Area, ...]] = {}
        self._trees: dict[Node, _Tree] = {}
        self._cells: dict[tuple[CellKey, Node], _Cell] = {}
        self._values = 0

    def begin(self, evaluator: Evaluator, overlay: Overlay, root: Node) -> None:
        """A formula is about to be computed in a cell."""
        place = evaluator.key, root
        cell = self._cells.get(place)
        if cell is None:
            if len(self._cells) >= MOST_CELLS:
                self._forget()
            tree = self._trees.get(root)
            if tree is None:
                tree = self._trees[root] = _Tree(root)
            cell = self._cells[place] = _Cell(tree, evaluator.offset)
        memory = CellMemory(self, cell, overlay)
        evaluator.memory = memory
        evaluator.references = cell.references
        evaluator.known = memory.known()

    def written(self, key: CellKey) -> tuple[Area, ...]:
        """What is written in the formula of a cell."""
        found = self._written.get(key)
        if found is None:
            found = self._written[key] = self._plan.areas(key)
        return found

    def keep(self, cell: _Cell, part: tuple[Node, bool], value: Result, read: _Read) -> None:
        """Kept until there are too many."""
        if isinstance(value, np.ndarray):
            value.flags.writeable = False  # as what is read of a range
            self._values += value.size
        self._values += 1
        if self._values > MOST_VALUES:
            self._forget()
        written = set(cell.written(cell.tree.parts[part[0]]))
        found = tuple(area for area in read if area not in written)
        cell.values[part] = _Part(value, read, found)

    def _forget(self) -> None:
        for cell in self._cells.values():
            cell.values.clear()
        self._cells.clear()
        self._written.clear()
        self._trees.clear()
        self._values = 0


_Read = Mapping[Area, None]


class CellMemory:
    """What is known of a formula in its cell for one change of the inputs."""

    def __init__(self, remembered: Remembered, cell: _Cell, overlay: Overlay) -> None:
        self._remembered, self._cell, self._overlay = remembered, cell, overlay
        self.parts: Mapping[Node, int] = cell.tree.parts
        self._touched = 0
        """The references of the formula that have something changed in them, as bits."""
        bit = 1
        for area in cell.areas:
            if overlay.has_touched(area):
                self._touched |= bit
            bit <<= 1

    def known(self) -> dict[Node, Scalar]:
        """The values of single cells that are as they were."""
        known, touched = self._cell.known.copy(), self._touched
        if known:
            for bits, node in self._cell.tree.cells:
                if bits & touched:
                    known.pop(node, None)
        return known

    def note(self, node: Cells, value: Scalar) -> None:
        """A single cell's value, which is as it was unless it is touched."""
        area = self._cell.references.get(node, node.reference).areas[0]
        if not self._overlay.has_touched(area):
            self._cell.known[node] = value

    def result(self, evaluator: InCell, node: Node, compute: Run) -> Result:
        """What a part gives, from memory where that holds."""
        if self.parts[node] & self._touched:
            return compute(evaluator)
        kept = self._cell.values.get((node, evaluator.is_array))
        if kept is None:
            return self._first_result(evaluator, node, compute)
        if kept.found and any(map(self._overlay.has_touched, kept.found)):
            return compute(evaluator)
        evaluator.trace.read.update(kept.read)
        return kept.value  # type: ignore[no-any-return]

    def _first_result(self, evaluator: InCell, node: Node, compute: Run) -> Result:
        """Kept where there is no more to say than the value."""
        trace, before = evaluator.trace, evaluator.trace.read
        noted = trace.noted
        trace.read = {}
        try:
            value = compute(evaluator)
        finally:
            read, trace.read = trace.read, before
            before.update(read)
        is_bare = noted == trace.noted and not trace.is_volatile
        is_bare = is_bare and not isinstance(value, References) and not holds_lambdas(value)
        if is_bare and not any(map(self._overlay.has_touched, read)):
            self._remembered.keep(self._cell, (node, evaluator.is_array), value, read)
        return value
