"""Blocks: runs of cells that hold one formula, filled down or to the right.

A column of 20,000 products is one formula written 20,000 times. It is parsed twice, at the first
and at the last cell of the run: a reference that stays between the two is fixed, one that moves as
far as the cells do moves with them, and whatever else (it cannot be filled so) makes the run fall
apart into single cells. That holds for names and tables too, whatever they stand for.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from cfp_xl.engine.areas import Area, CellKey, Reference
from cfp_xl.engine.lexer import NotAFormula
from cfp_xl.engine.tree import (
    ArrayConstant,
    Binary,
    Call,
    Cells,
    Constant,
    Invoke,
    Moves,
    Name,
    Node,
    Unary,
    walk,
)
from cfp_xl.functions.values import ExcelError
from cfp_xl.workbook.address import Bounds
from cfp_xl.workbook.formula_runs import FormulaRun
from cfp_xl.workbook.formulas.tokens import fill
from cfp_xl.workbook.model import Cell

Parse = Callable[[CellKey, str], Node]
Arguments = tuple[Node | None, ...]


class ToLast(NamedTuple):
    """From the first cell of a block to its last."""

    rows: int
    columns: int
    made: dict[tuple[tuple[Area, ...], tuple[Moves, ...]], Cells]
    """References that move, each once."""


"""Rows and columns from the first cell of a block to its last."""
"""The tree of a formula in a cell. Raises NotAFormula."""

STAYS: Moves = (0, 0, 0, 0)
MOST_RUNS_KEPT = 20_000
"""Of workbooks alike; then the memory starts anew."""


@dataclass(frozen=True)
class Block:
    """`count` cells from (`row`, `column`) down or to the right, all with one relative formula."""

    sheet: str
    row: int
    column: int
    count: int
    is_down: bool
    tree: Node | NotAFormula
    """Of the first cell, its references marked with how they move."""
    is_array: bool = False
    """An array formula; it is a block of its own."""

    def key(self, offset: int) -> CellKey:
        if self.is_down:
            return CellKey(self.sheet, self.row + offset, self.column)
        return CellKey(self.sheet, self.row, self.column + offset)

    @property
    def bounds(self) -> Bounds:
        last = self.count - 1
        down, right = (last, 0) if self.is_down else (0, last)
        return self.row, self.column, self.row + down, self.column + right

    @property
    def keys(self) -> Iterator[CellKey]:
        return (self.key(offset) for offset in range(self.count))

    def has_any_of(self, keys: Collection[CellKey]) -> bool:
        """Whether one of these cells is of the block; asked of the cells on the shorter side."""
        if len(keys) >= self.count:
            return any(key in keys for key in self.keys)
        top, left, bottom, right = self.bounds
        return any(
            left <= key.column <= right and top <= key.row <= bottom and key.sheet == self.sheet
            for key in keys
        )

    @cached_property
    def references(self) -> tuple[tuple[Area, Moves], ...]:
        """The areas the first cell refers to as written, each once, and how they move."""
        if isinstance(self.tree, NotAFormula):
            return ()
        found = [
            (area, node.moves[i] if node.moves else STAYS)
            for node in walk(self.tree)
            if isinstance(node, Cells)
            for i, area in enumerate(node.reference.areas)
        ]
        return tuple(dict.fromkeys(found))

    def areas(self, offset: int) -> tuple[Area, ...]:
        """What the cell at `offset` refers to."""
        if not offset:
            return self._areas
        return tuple(dict.fromkeys(moved(a, m, offset) for a, m in self.references))

    @cached_property
    def _areas(self) -> tuple[Area, ...]:
        return tuple(dict.fromkeys(area for area, _ in self.references))

    @cached_property
    def swept(self) -> tuple[Area, ...]:
        """What all its cells together refer to."""
        last = self.count - 1
        return tuple(
            Area(
                area.sheet,
                min(area.first_row, end.first_row),
                min(area.first_column, end.first_column),
                max(area.last_row, end.last_row),
                max(area.last_column, end.last_column),
            )
            for area, moves in self.references
            for end in (moved(area, moves, last),)
        )


def moved(area: Area, moves: Moves, offset: int) -> Area:
    """`area` as the cell `offset` further on refers to it."""
    if not offset or moves == STAYS:
        return area
    top, left, bottom, right = moves
    return Area(
        area.sheet,
        area.first_row + top * offset,
        area.first_column + left * offset,
        area.last_row + bottom * offset,
        area.last_column + right * offset,
    )


def reference_at(node: Cells, offset: int) -> Reference:
    """What a reference in a block's tree means `offset` cells further on."""
    if not offset or not node.moves:
        return node.reference
    return Reference(
        tuple(moved(a, m, offset) for a, m in zip(node.reference.areas, node.moves, strict=True))
    )


def blocks_of(
    runs: Iterable[tuple[str, Sequence[FormulaRun]]],
    formulas: Mapping[CellKey, Cell],
    parse: Parse,
    known: ParsedRuns,
) -> Iterator[Block]:
    """Every formula cell in exactly one block. `runs` are those of each sheet."""
    for sheet, of_sheet in runs:
        for run in _joined_across([_run(sheet, run) for run in of_sheet]):
            yield from known.blocks(run, formulas, parse)


def single_blocks(formulas: Mapping[CellKey, Cell], parse: Parse) -> Iterator[Block]:
    """Every formula cell as a block of its own."""
    for key, cell in formulas.items():
        run = _Run(key, cell.formula or "", can_grow=cell.array_ref is None)
        yield from _parsed(run, formulas, parse)


@dataclass(slots=True)
class _Run:
    first: CellKey
    text: str
    is_down: bool = True
    count: int = 1
    can_grow: bool = True

    def takes(self, key: CellKey, text: str) -> bool:
        """Whether the cell continues the run; if so it is in it."""
        if not self.can_grow:
            return False
        fits = fill(self.text, self.first.row, self.first.column).at(key.row, key.column) == text
        self.count += fits
        return fits


class ParsedRuns:
    """The blocks of the runs seen so far in workbooks of the same sheets, names and tables.

    A run's first text says all of its texts: the others are it, filled down or to the right.
    """

    def __init__(self) -> None:
        self._blocks: dict[tuple[CellKey, str, bool, int, bool], tuple[Block, ...]] = {}

    def blocks(
        self, run: _Run, formulas: Mapping[CellKey, Cell], parse: Parse
    ) -> tuple[Block, ...]:
        key = (run.first, run.text, run.is_down, run.count, run.can_grow)
        found = self._blocks.get(key)
        if found is None:
            found = tuple(_parsed(run, formulas, parse))
            if len(self._blocks) >= MOST_RUNS_KEPT:
                self._blocks.clear()
            self._blocks[key] = found
        return found


def _run(sheet: str, run: FormulaRun) -> _Run:
    row, column, count, formula = run
    key = CellKey(sheet, row, column)
    return _Run(key, formula.text, count=count, can_grow=formula.array_ref is None)


def _joined_across(runs: list[_Run]) -> Iterator[_Run]:
    """What is left alone, in runs to the right.

    `runs` are in the order of their first cells, so neighbours in a row follow each other.
    """
    before: _Run | None = None
    for run in runs:
        if run.count > 1 or not run.can_grow:
            yield run
            continue
        if before is not None:
            last = before.first.column + before.count
            is_next = (before.first.sheet, before.first.row, last) == run.first
            if is_next and before.takes(run.first, run.text):
                continue
            yield before
        run.is_down = False
        before = run
    if before is not None:
        yield before


def _parsed(run: _Run, formulas: Mapping[CellKey, Cell], parse: Parse) -> Iterator[Block]:
    key, is_array = run.first, not run.can_grow
    try:
        tree: Node | NotAFormula = parse(key, run.text)
    except NotAFormula as error:
        tree = error
    block = Block(key.sheet, key.row, key.column, run.count, run.is_down, tree, is_array)
    if run.count == 1:
        yield block
        return
    last = block.key(run.count - 1)
    try:
        end = parse(last, formulas[last].formula or "")
        if not isinstance(tree, NotAFormula) and not _may_differ_between(run.text, tree):
            further = run.count - 1
            step = ToLast(further, 0, {}) if run.is_down else ToLast(0, further, {})
            yield replace(block, tree=_with_moves(tree, end, step))
            return
    except (NotAFormula, _NotFilled, RecursionError):
        pass
    for key in block.keys:
        yield from _parsed(_Run(key, formulas[key].formula or ""), formulas, parse)


def _may_differ_between(text: str, tree: Node) -> bool:
    """A table's row that neither end of the run is in may be one of a cell between them."""
    return "[" in text and any(
        isinstance(node, Constant) and node.value is ExcelError.REF for node in walk(tree)
    )


class _NotFilled(Exception):
    """The two ends of a run say different things."""


def _with_moves(first: Node, last: Node, step: ToLast) -> Node:
    """The tree of the first cell with how each of its references moves on its way to the last."""
    match first, last:
        case (Cells(), Cells()):
            return _cells(first, last, step)
        case (Constant(), Constant()) if type(first.value) is type(last.value):
            if first.value == last.value:
                return first
        case (ArrayConstant(), ArrayConstant()):
            if first.values.tolist() == last.values.tolist():
                return first
        case (Name(), Name()) if first.name == last.name:
            return first
        case (Unary(), Unary()) if first.operator == last.operator:
            return Unary(first.operator, _with_moves(first.operand, last.operand, step))
        case (Binary(), Binary()) if first.operator == last.operator:
            left = _with_moves(first.left, last.left, step)
            return Binary(first.operator, left, _with_moves(first.right, last.right, step))
        case (Call(), Call()) if first.function == last.function:
            return Call(first.function, _each(first.arguments, last.arguments, step))
        case (Invoke(), Invoke()):
            function = _with_moves(first.function, last.function, step)
            return Invoke(function, _each(first.arguments, last.arguments, step))
    raise _NotFilled


def _each(first: Arguments, last: Arguments, step: ToLast) -> Arguments:
    if [node is None for node in first] != [node is None for node in last]:
        raise _NotFilled
    return tuple(
        None if a is None or b is None else _with_moves(a, b, step)
        for a, b in zip(first, last, strict=True)
    )


def _cells(first: Cells, last: Cells, step: ToLast) -> Cells:
    ends = first.reference.areas, last.reference.areas
    if len(ends[0]) != len(ends[1]):
        raise _NotFilled
    moves = tuple(_moves(a, b, step) for a, b in zip(*ends, strict=True))
    if all(m == STAYS for m in moves):
        return first
    return step.made.setdefault((first.reference.areas, moves), Cells(first.reference, moves))


def _moves(a: Area, b: Area, step: ToLast) -> Moves:
    if a.sheet != b.sheet:
        raise _NotFilled
    rows, columns, _ = step
    found = []
    for before, after, distance in zip(a[1:], b[1:], (rows, columns, rows, columns), strict=True):
        if after not in (before, before + distance):
            raise _NotFilled
        found.append(int(after != before))
    top, left, bottom, right = found
    return top, left, bottom, right
