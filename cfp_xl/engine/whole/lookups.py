"""Look-ups over a block: one index of the range for all its cells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeGuard

import numpy as np
import numpy.typing as npt

from cfp_xl.engine.areas import Area
from cfp_xl.engine.builtin.lookup import find, xfind
from cfp_xl.engine.builtin.references import one_number
from cfp_xl.engine.convert import boolean, number
from cfp_xl.engine.grid import as_column
from cfp_xl.engine.operators import flat
from cfp_xl.engine.tree import Node
from cfp_xl.engine.whole.block import NotWhole, Whole, whole_of
from cfp_xl.engine.whole.columns import Line, each, each_text, is_column
from cfp_xl.engine.whole.index import Lookup
from cfp_xl.functions.values import Array, ExcelError, Scalar

Nodes = Sequence[Node | None]
Found = Callable[[Scalar], int | ExcelError]


def _number(whole: Whole, nodes: Nodes, position: int, default: float) -> float:
    """An argument that is the same number for all cells; left out between others it is 0."""
    if position >= len(nodes):
        return default
    line = whole.line(nodes[position])
    if isinstance(line, np.ndarray | list):
        raise NotWhole
    found = number(line)
    if isinstance(found, ExcelError):
        raise NotWhole
    return found


def _finder(whole: Whole, area: Area, values: list[Scalar], kind: int) -> Found:
    if kind == 0:
        return whole.grid.kept(Lookup, area, values).find
    return lambda wanted: find(wanted, values, kind)


@whole_of("MATCH")
def _match(whole: Whole, nodes: Nodes) -> Line:
    if not 2 <= len(nodes) <= 3:
        raise NotWhole
    area = whole.fixed(nodes[1])
    values = whole.values(area)
    if min(values.shape) > 1:
        raise NotWhole
    found = _finder(whole, area, flat(values), int(_number(whole, nodes, 2, 1.0)))

    def position(wanted: Scalar) -> Scalar:
        at = found(wanted)
        return at if isinstance(at, ExcelError) else float(at + 1)

    return each_text(position, whole.line(nodes[0]))


def _are_within(line: Line, count: int) -> TypeGuard[npt.NDArray[np.float64]]:
    """Whether they are positions from 1 to `count`."""
    return isinstance(line, np.ndarray) and bool(((line >= 1) & (line < count + 1)).all())


def _place(name: str, first: Callable[[Area], int], size: Callable[[Area], int], at: int) -> None:
    @whole_of(name)
    def place(whole: Whole, nodes: Nodes) -> Line:
        """ROW or COLUMN of a reference to one row or column; `at` says how it moves."""
        if len(nodes) != 1:
            raise NotWhole
        area, moves = whole.reference(nodes[0])
        if size(area) > 1:
            raise NotWhole
        start = float(first(area))
        return start + np.arange(whole.block.count, dtype=float) if moves[at] else start


_place("ROW", lambda area: area.first_row, lambda area: area.rows, 0)
_place("COLUMN", lambda area: area.first_column, lambda area: area.columns, 1)


@whole_of("INDEX")
def _index(whole: Whole, nodes: Nodes) -> Line:
    if not 2 <= len(nodes) <= 3:
        raise NotWhole
    area = whole.fixed(nodes[0])
    table = whole.values(area)
    if table.shape != (area.rows, area.columns):
        raise NotWhole  # a whole column, whose empty rest is not read
    cells = table.tolist()
    lines = [whole.line(node) if node is not None else 0.0 for node in nodes[1:]]
    if not any(map(is_column, lines)):
        raise NotWhole
    if area.columns == len(lines) == 1 and _are_within(rows := lines[0], area.rows):
        return as_column([cells[int(row) - 1][0] for row in rows.tolist()])

    def pick(row: Scalar, column: Scalar = 0.0) -> Scalar:
        r, c = number(row), number(column)
        if isinstance(r, ExcelError):
            return r
        if isinstance(c, ExcelError):
            return c
        if int(r) < 0 or int(c) < 0:
            return ExcelError.VALUE
        i, j = one_number(int(r), int(c), area.rows, area.columns, len(nodes))
        if i > area.rows or j > area.columns:
            return ExcelError.REF
        if (i == 0 and area.rows > 1) or (j == 0 and area.columns > 1):
            raise NotWhole  # a whole row or column
        value: Scalar = cells[max(i, 1) - 1][max(j, 1) - 1]
        return value

    return each(pick, *lines)


def _by_first_line(name: str, *, across: bool) -> None:
    @whole_of(name)
    def lookup(whole: Whole, nodes: Nodes) -> Line:
        if not 3 <= len(nodes) <= 4:
            raise NotWhole
        area = whole.fixed(nodes[1])
        table = whole.values(area)
        lines: Array = table if across else table.T
        which = int(_number(whole, nodes, 2, 0.0))
        ordered: Line = True if len(nodes) < 4 else whole.line(nodes[3])
        is_sorted = None if isinstance(ordered, np.ndarray | list) else boolean(ordered)
        if not isinstance(is_sorted, bool) or not 1 <= which <= len(lines):
            raise NotWhole
        first, picked = flat(lines[:1]), flat(lines[which - 1 : which])
        keys = area._replace(last_row=area.first_row) if across else area._replace(
            last_column=area.first_column
        )  # fmt: skip
        found = _finder(whole, keys, first, 1 if is_sorted else 0)

        def pick(wanted: Scalar) -> Scalar:
            at = found(wanted)
            if isinstance(at, ExcelError):
                return at
            return 0.0 if picked[at] is None else picked[at]

        return each_text(pick, whole.line(nodes[0]))


_by_first_line("VLOOKUP", across=False)
_by_first_line("HLOOKUP", across=True)


def _xfinder(whole: Whole, area: Area, values: list[Scalar], nodes: Nodes, first: int) -> Found:
    match = int(_number(whole, nodes, first, 0.0))
    search = int(_number(whole, nodes, first + 1, 1.0))
    lookup = whole.grid.kept(Lookup, area, values)

    def found(wanted: Scalar) -> int | ExcelError:
        if match == 0 and search == 1 and type(wanted) is float:
            return lookup.find(wanted)
        if match == 0 and search == 1 and isinstance(wanted, str):
            return lookup.text(wanted)
        return xfind(wanted, values, match, search)

    return found


@whole_of("XMATCH")
def _xmatch(whole: Whole, nodes: Nodes) -> Line:
    if not 2 <= len(nodes) <= 4:
        raise NotWhole
    area = whole.fixed(nodes[1])
    values = whole.values(area)
    if min(values.shape) > 1:
        raise NotWhole
    found = _xfinder(whole, area, flat(values), nodes, 2)

    def position(wanted: Scalar) -> Scalar:
        at = found(wanted)
        return at if isinstance(at, ExcelError) else float(at + 1)

    return each(position, whole.line(nodes[0]))


@whole_of("XLOOKUP")
def _xlookup(whole: Whole, nodes: Nodes) -> Line:
    if not 3 <= len(nodes) <= 6:
        raise NotWhole
    area = whole.fixed(nodes[1])
    keys, results = whole.values(area), whole.values(whole.fixed(nodes[2]))
    if min(keys.shape) > 1 or keys.shape != results.shape:
        raise NotWhole  # several values for one key
    found, picked = _xfinder(whole, area, flat(keys), nodes, 4), flat(results)
    missing = nodes[3] if len(nodes) > 3 else None
    wanted = whole.line(nodes[0])
    instead: Line = ExcelError.NA if missing is None else whole.line(missing)

    def pick(sought: Scalar, otherwise: Scalar) -> Scalar:
        at = found(sought)
        if isinstance(at, ExcelError):
            is_absent = at is ExcelError.NA and sought is not ExcelError.NA
            return otherwise if is_absent else at
        return picked[at]

    return each(pick, wanted, instead)
