"""LET, LAMBDA and what calls a LAMBDA. An array may hold LAMBDAs; a cell shows them as #CALC!."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from cfp_xl.engine.areas import Reference
from cfp_xl.engine.builtin.define import Nodes, lazy, one
from cfp_xl.engine.convert import number
from cfp_xl.engine.evaluate import Evaluator, Lambda, Result
from cfp_xl.engine.operators import as_array, check_size
from cfp_xl.engine.tree import Binary, Call, Invoke, Name, Named, Node, walk
from cfp_xl.functions.values import ExcelError


@lazy("LET", least=3)
def _let(evaluator: Evaluator, nodes: Nodes) -> Result:
    scope = dict(evaluator.scope)
    for name, node in zip(nodes[:-1:2], nodes[1:-1:2], strict=False):
        if not isinstance(name, Name) or node is None:
            return ExcelError.NAME
        scope[name.name] = evaluator.within(dict(scope), node)
    last = nodes[-1]
    if len(nodes) % 2 == 0 or last is None:
        return ExcelError.VALUE
    return evaluator.within(scope, last)


@lazy("LAMBDA", least=1)
def _lambda(evaluator: Evaluator, nodes: Nodes) -> Result:
    *parameters, body = nodes
    names = [node.name for node in parameters if isinstance(node, Name)]
    if body is None or len(names) != len(parameters):
        return ExcelError.VALUE
    required = sum(not node.is_optional for node in parameters if isinstance(node, Name))
    return Lambda(tuple(names), body, evaluator.scope, required=required)


def function_of(evaluator: Evaluator, node: Node | None) -> Lambda | None:
    """A LAMBDA, or a function named bare as in `BYROW(A1:B2,SUM)`."""
    result = None if node is None else evaluator.result(node)
    return result if isinstance(result, Lambda) else None


class Nested(Exception):
    """An array where one value is wanted."""


def element(evaluator: Evaluator, function: Lambda, *values: Result) -> Any:
    """One element of an array: a scalar or a LAMBDA. Raises Nested."""
    result = evaluator.apply(function, values)
    if isinstance(result, Lambda):
        return result
    value = evaluator.read(result)
    if not isinstance(value, np.ndarray):
        return value
    if value.size != 1:
        raise Nested
    return value[0, 0]


def _made(shape: tuple[int, int], elements: Iterator[Any]) -> Result:
    """An array of that shape, row by row. Excel has no arrays of arrays: one makes all #CALC!."""
    check_size(*shape)
    made = np.empty(shape[0] * shape[1], object)
    try:
        for at, value in enumerate(elements):
            made[at] = value
    except Nested:
        return ExcelError.CALC
    return made.reshape(shape)


_ASK_WHERE = frozenset({
    "AREAS", "CELL", "COLUMN", "COLUMNS", "COUNTIF", "COUNTIFS", "AVERAGEIF", "FORMULATEXT",
    "ISFORMULA", "ISREF", "OFFSET", "ROW", "ROWS", "SHEET", "SUBTOTAL", "AGGREGATE", "SUMIF",
    "SUMIFS", "TRIMRANGE", "AVERAGEIFS", "COUNTBLANK", "MAXIFS", "MINIFS", "RANK", "RANK.AVG",
    "RANK.EQ", "SHEETS",
})  # fmt: skip
"""They want to know of their argument where it is, not only what it holds."""


def _asks_where(function: Lambda) -> bool:
    for node in walk(function.body):
        match node:
            case Call(function=name) if name in _ASK_WHERE:
                return True
            case Binary(operator=":" | " ") | Named() | Invoke():
                return True
    return function.name in _ASK_WHERE


class _Parts:
    """An argument of MAP and its like: its values, and what a LAMBDA gets of them, which is the
    cells themselves where it asks where they are."""

    def __init__(self, evaluator: Evaluator, node: Node | None, function: Lambda | None) -> None:
        result = None if node is None else evaluator.result(node)
        self._area = result.area if isinstance(result, Reference) else None
        self.values = as_array(evaluator.read(result))
        if function is None or not _asks_where(function) or self._area is None:
            self._area = None

    def cell(self, row: int, column: int) -> Result:
        """Beyond its end #N/A: of several arrays none is stretched."""
        if row >= self.values.shape[0] or column >= self.values.shape[1]:
            return ExcelError.NA
        if self._area is None:
            scalar: Result = self.values[row, column]
            return scalar
        return Reference((self._area.part(row + 1, column + 1),))

    def line(self, at: int, *, is_row: bool) -> Result:
        if self._area is not None:
            part = self._area.part(at + 1, 0) if is_row else self._area.part(0, at + 1)
            return Reference((part,))
        return self.values[at : at + 1, :] if is_row else self.values[:, at : at + 1]


@lazy("MAP", least=2)
def _map(evaluator: Evaluator, nodes: Nodes) -> Result:
    function = function_of(evaluator, nodes[-1])
    parts = [_Parts(evaluator, node, function) for node in nodes[:-1]]
    arrays = [part.values for part in parts]
    if function is None or not function.takes(len(parts)):
        return ExcelError.VALUE
    rows, columns = (max(array.shape[axis] for array in arrays) for axis in (0, 1))
    cells = np.ndindex(rows, columns)
    elements = (element(evaluator, function, *(part.cell(*at) for part in parts)) for at in cells)
    return _made((rows, columns), elements)


@lazy("REDUCE", least=3)
def _reduce(evaluator: Evaluator, nodes: Nodes) -> Result:
    function = function_of(evaluator, nodes[2])
    if function is None or not function.takes(2):
        return ExcelError.VALUE
    parts = _Parts(evaluator, nodes[1], function)
    positions = list(np.ndindex(parts.values.shape))
    value = parts.cell(*positions.pop(0)) if nodes[0] is None else evaluator.result(nodes[0])
    for position in positions:
        carried = value if isinstance(value, Lambda) else evaluator.read(value)
        value = evaluator.apply(function, [carried, parts.cell(*position)])
    return value if isinstance(value, Lambda) else evaluator.read(value)


@lazy("SCAN", least=3)
def _scan(evaluator: Evaluator, nodes: Nodes) -> Result:
    function = function_of(evaluator, nodes[2])
    if function is None or not function.takes(2):
        return ExcelError.VALUE
    parts = _Parts(evaluator, nodes[1], function)
    value: Result = None if nodes[0] is None else evaluator.result(nodes[0])
    value = value if isinstance(value, Lambda) else evaluator.read(value)
    shape = parts.values.shape

    def elements() -> Iterator[Any]:
        carried = value
        for at, position in enumerate(np.ndindex(shape)):
            is_first = at == 0 and nodes[0] is None
            carried = (
                parts.values[position]
                if is_first
                else element(evaluator, function, carried, parts.cell(*position))
            )
            yield carried

    return _made((shape[0], shape[1]), elements())


def _lines(evaluator: Evaluator, nodes: Nodes, *, rows: bool) -> Result:
    function = function_of(evaluator, nodes[1])
    if function is None or not function.takes(1):
        return ExcelError.VALUE
    parts = _Parts(evaluator, nodes[0], function)
    lines = parts.values.shape[0 if rows else 1]
    each = (parts.line(at, is_row=rows) for at in range(lines))
    elements = (element(evaluator, function, line) for line in each)
    return _made((lines, 1) if rows else (1, lines), elements)


@lazy("BYROW", least=2)
def _byrow(evaluator: Evaluator, nodes: Nodes) -> Result:
    return _lines(evaluator, nodes, rows=True)


@lazy("BYCOL", least=2)
def _bycol(evaluator: Evaluator, nodes: Nodes) -> Result:
    return _lines(evaluator, nodes, rows=False)


@lazy("MAKEARRAY", least=3)
def _makearray(evaluator: Evaluator, nodes: Nodes) -> Result:
    rows, columns = number(one(evaluator, nodes, 0)), number(one(evaluator, nodes, 1))
    function = function_of(evaluator, nodes[2])
    if isinstance(rows, ExcelError) or isinstance(columns, ExcelError):
        return rows if isinstance(rows, ExcelError) else columns
    if function is None or not function.takes(2) or rows < 1 or columns < 1:
        return ExcelError.VALUE
    shape = int(rows), int(columns)
    check_size(*shape)
    cells = ((float(i + 1), float(j + 1)) for i, j in np.ndindex(shape))
    return _made(shape, (element(evaluator, function, *at) for at in cells))


@lazy("ISOMITTED", least=1)
def _isomitted(evaluator: Evaluator, nodes: Nodes) -> Result:
    return nodes[0] is None or evaluator.result(nodes[0]) is None
