"""Rows of a block that look at the same values: what a formula makes of them is computed once.

A table of 20,000 rows has a few hundred different factors, units and stages. A part of a formula
that looks at such columns only is computed for one row of each kind, and its result repeated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from cfp_xl.engine.areas import Area
from cfp_xl.engine.builtin.define import SCALARS
from cfp_xl.engine.result import Column
from cfp_xl.engine.tree import Binary, Call, Cells, Constant, Moves, Node, Unary, walk
from cfp_xl.engine.whole.block import ACROSS, DOWN, HANDLERS, STAYS, NotWhole, Whole
from cfp_xl.engine.whole.columns import Line

MANY = 256
"""In a block of so many cells like rows are looked for."""
FEWER = 4
"""Only so many times fewer rows are worth the trouble."""

BY_PLACE = frozenset({"COLUMN", "COLUMNS", "ROW", "ROWS"})
"""They look at where a reference is, not at what is in it."""

Places: TypeAlias = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Kinds:
    """The rows of a block by what some columns have in them."""

    first: Places
    """A row of each kind."""
    of_row: Places
    """The kind of each row."""


class AlikeRows:
    """Computes nodes of one block for a row of each kind."""

    def __init__(self, whole: Whole, tree: Node) -> None:
        self._whole = whole
        self._looks_at = _columns_of_nodes(tree, DOWN if whole.block.is_down else ACROSS)
        self._computing: dict[frozenset[Area], _OneOfEach | None] = {}

    def line(self, node: Node) -> Line:
        """What `node` yields for each row; None where it can't be said so."""
        columns = self._looks_at.get(id(node))
        if not columns:
            return None
        if columns not in self._computing:
            kinds = self._kinds(sorted(columns))
            self._computing[columns] = None if kinds is None else _OneOfEach(self._whole, kinds)
        one_of_each = self._computing[columns]
        if one_of_each is None:
            return None
        try:
            line = one_of_each.computed(node)
        except NotWhole:
            self._looks_at[id(node)] = None
            return None
        return _repeated(line, one_of_each.kinds.of_row)

    def _kinds(self, columns: Sequence[Area]) -> Kinds | None:
        """None where there are too many kinds."""
        most = self._whole.block.count // FEWER
        combined, count = np.zeros(self._whole.block.count, np.intp), 1
        for column in columns:
            found = self._kinds_in(column)
            if found is None:
                return None
            places, number = found
            if number == 1:
                continue
            combined = combined * number + places
            count *= number
            if count > most:
                different, combined = np.unique(combined, return_inverse=True)
                count = len(different)
            if count > most:
                return None
        _, first, of_row = np.unique(combined, return_index=True, return_inverse=True)
        return Kinds(first, of_row)

    def _kinds_in(self, first: Area) -> tuple[Places, int] | None:
        area = self._whole.swept(first)
        values, marked = self._whole.grid.column(area)
        if marked:
            return None
        return self._whole.grid.kept(kinds_of, area, values)


def kinds_of(values: Column) -> tuple[Places, int] | None:
    """The values by numbers, equal for equal ones, and how many there are; None where there are
    too many, or some are equal only to Python."""
    most = len(values) // FEWER
    if isinstance(values, np.ndarray):
        if len(set(values[:MANY].tolist())) > MANY // 2:
            return None
        different, places = np.unique(values, return_inverse=True)
        return (places, len(different)) if len(different) <= most else None
    known = dict.fromkeys(values)
    if len(known) > most or {bool, float} <= set(map(type, known)):
        return None
    numbers = {value: number for number, value in enumerate(known)}
    return np.fromiter(map(numbers.__getitem__, values), np.intp, len(values)), len(numbers)


def _repeated(line: Line, of_row: Places) -> Line:
    if isinstance(line, np.ndarray):
        return line[of_row]
    return list(map(line.__getitem__, of_row.tolist())) if isinstance(line, list) else line


class _OneOfEach(Whole):
    """Computes nodes for the first row of each kind only."""

    keeps_made = False

    def __init__(self, whole: Whole, kinds: Kinds) -> None:
        super().__init__(whole.grid, whole.block, whole.cell)
        self.kinds = kinds
        self.repeated = whole.repeated
        self._of_all = whole

    def computed(self, node: Node) -> Line:
        self.keeps_ranges = self._of_all.keeps_ranges
        line = self.line(node)
        if self.apart:
            raise NotWhole
        return line

    def _column(self, first: Area) -> Line:
        return _repeated(super()._column(first), self.kinds.first)

    def _beside(self, area: Area) -> Line:  # noqa: ARG002
        raise NotWhole  # a column that was not looked at


def _columns_of_nodes(tree: Node, onwards: Moves) -> dict[int, frozenset[Area] | None]:
    """The columns, by their first cells, that each operator and call looks at, by its identity;
    None where it looks at anything else, or at the row itself."""
    found: dict[int, frozenset[Area] | None] = {}

    def together(nodes: Sequence[Node | None]) -> frozenset[Area] | None:
        all_columns: set[Area] = set()
        for node in nodes:
            if node is None:
                continue
            if (columns := found[id(node)]) is None:
                return None
            all_columns |= columns
        return frozenset(all_columns)

    for node in reversed([*walk(tree)]):  # what a node is made of comes before it
        columns: frozenset[Area] | None = None
        match node:
            case Constant():
                columns = frozenset()
            case Cells():
                columns = _columns_of(node, onwards)
            case Unary():
                columns = together([node.operand])
            case Binary():
                columns = together([node.left, node.right])
            case Call(function=name) if _is_by_row(name):
                columns = together(node.arguments)
        found[id(node)] = columns
    return found


def _is_by_row(function: str) -> bool:
    """Whether a function gives the same for the same values, wherever they are."""
    return function in SCALARS or (function in HANDLERS and function not in BY_PLACE)


def _columns_of(node: Cells, onwards: Moves) -> frozenset[Area] | None:
    area, moves = node.reference.area, node.moves[0] if node.moves else STAYS
    if area is None or moves not in (STAYS, onwards):
        return None
    if moves == STAYS:
        return frozenset()
    if onwards == DOWN and area.rows == 1:
        return frozenset(area.part(1, column) for column in range(1, area.columns + 1))
    if onwards == ACROSS and area.columns == 1:
        return frozenset(area.part(row, 1) for row in range(1, area.rows + 1))
    return None
