"""Functions that make arrays, and LET, LAMBDA and what calls a LAMBDA."""

from __future__ import annotations

import re

import numpy as np

from cfp_xl.engine.areas import Reference
from cfp_xl.engine.builtin.define import Nodes, lazy, one
from cfp_xl.engine.convert import boolean, number
from cfp_xl.engine.evaluate import Evaluator, Lambda, Result
from cfp_xl.engine.operators import Value, as_array, check_size, first_error, flat, scalar_of
from cfp_xl.engine.tree import Binary, Call, Name, Named, Node, walk
from cfp_xl.functions.values import ExcelError, Scalar


@lazy("SEQUENCE", least=1)
def _sequence(evaluator: Evaluator, nodes: Nodes) -> Result:
    given: list[float] = []
    for at in range(4):
        found = number(one(evaluator, nodes, at, 1.0))
        if isinstance(found, ExcelError):
            return found
        given.append(found)
    rows, columns, start, step = int(given[0]), int(given[1]), given[2], given[3]
    if rows < 1 or columns < 1:
        return ExcelError.CALC if rows == 0 or columns == 0 else ExcelError.VALUE
    check_size(rows, columns)
    numbers = start + np.arange(rows * columns, dtype=np.float64) * step
    return numbers.astype(object).reshape(rows, columns)


@lazy("TRANSPOSE", least=1)
def _transpose(evaluator: Evaluator, nodes: Nodes) -> Result:
    with evaluator.arrays():
        return as_array(_whole(evaluator, nodes[0])).T


@lazy("UNIQUE", least=1)
def _unique(evaluator: Evaluator, nodes: Nodes) -> Result:
    array = as_array(_whole(evaluator, nodes[0]))
    by_column, only_once = boolean(one(evaluator, nodes, 1)), boolean(one(evaluator, nodes, 2))
    if isinstance(by_column, ExcelError) or isinstance(only_once, ExcelError):
        return by_column if isinstance(by_column, ExcelError) else only_once
    rows: list[list[Scalar]] = (array.T if by_column else array).tolist()
    groups: list[list[list[Scalar]]] = []
    index: dict[tuple[object, ...], int] = {}
    for row in rows:
        key = tuple((type(s), s.casefold() if isinstance(s, str) else s) for s in row)
        if key not in index:
            index[key] = len(groups)
            groups.append([])
        groups[index[key]].append(row)
    kept = [group[0] for group in groups if not only_once or len(group) == 1]
    if not kept:
        return ExcelError.CALC
    made = np.empty((len(kept), len(kept[0])), object)
    for i, row in enumerate(kept):
        made[i, :] = row
    return made.T if by_column else made


@lazy("FILTER", least=2, most=3)
def _filter(evaluator: Evaluator, nodes: Nodes) -> Result:
    """The rows (or columns) that an array of as many conditions lets through."""
    with evaluator.arrays():
        array, include = (as_array(_whole(evaluator, nodes[at])) for at in (0, 1))
    error = first_error(include)
    if error is not None:
        return error
    truths = [boolean(condition) for condition in flat(include)]
    if any(isinstance(truth, ExcelError) for truth in truths) or min(include.shape) > 1:
        return ExcelError.VALUE
    kept = [at for at, truth in enumerate(truths) if truth]
    if not kept and len(truths) in array.shape:
        instead = nodes[2] if len(nodes) > 2 else None
        return ExcelError.CALC if instead is None else evaluator.result(instead)
    if include.shape[1] == 1 and len(truths) == array.shape[0]:
        made = array[kept, :]
    elif include.shape[0] == 1 and len(truths) == array.shape[1]:
        made = array[:, kept]
    else:
        return ExcelError.VALUE
    return made[0, 0] if made.size == 1 else made


def _cut(name: str, *, is_kept: bool) -> None:
    @lazy(name, least=2, most=3)
    def cut(evaluator: Evaluator, nodes: Nodes) -> Result:
        """Lines from the start, or from the end where the count is negative."""
        array = as_array(_whole(evaluator, nodes[0]))
        spans: list[slice] = []
        for axis in (0, 1):
            size = array.shape[axis]
            node = nodes[axis + 1] if axis + 1 < len(nodes) else None
            count = (
                float(size if is_kept else 0) if node is None else number(one(evaluator, [node], 0))
            )
            if isinstance(count, ExcelError):
                return count
            at = max(-size, min(size, int(count)))
            if is_kept:
                spans.append(slice(0, at) if at >= 0 else slice(size + at, size))
            else:
                spans.append(slice(at, size) if at >= 0 else slice(0, size + at))
        made = array[spans[0], spans[1]]
        if made.size == 0:
            return ExcelError.CALC
        return made[0, 0] if made.size == 1 else made


_cut("TAKE", is_kept=True)
_cut("DROP", is_kept=False)


def _whole(evaluator: Evaluator, node: Node | None) -> Value:
    return None if node is None else evaluator.whole(node)


# Names within a formula


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
    return Lambda(tuple(names), body, evaluator.scope)


def _function(evaluator: Evaluator, node: Node | None, takes: int = 1) -> Lambda | None:
    """A LAMBDA, or one made of a function's bare name: `BYROW(A1:B2,SUM)`."""
    if isinstance(node, Name) and (bare := _BARE.fullmatch(node.name)):
        names = tuple(f"value {at}" for at in range(takes))
        return Lambda(names, Call(bare[1].upper(), tuple(map(Name, names))), {})
    result = None if node is None else evaluator.result(node)
    return result if isinstance(result, Lambda) else None


_BARE = re.compile(r"_xleta\.([\w.]+)", re.IGNORECASE)


def _called(evaluator: Evaluator, function: Lambda, *values: Result) -> Scalar:
    return scalar_of(evaluator.read(evaluator.apply(function, values)))


_ASK_WHERE = frozenset({
    "AREAS", "CELL", "COLUMN", "COLUMNS", "COUNTIF", "COUNTIFS", "AVERAGEIF", "FORMULATEXT",
    "ISFORMULA", "ISREF", "OFFSET", "ROW", "ROWS", "SHEET", "SUBTOTAL", "AGGREGATE", "SUMIF",
    "SUMIFS", "TRIMRANGE",
})  # fmt: skip
"""They want to know of their argument where it is, not only what it holds."""


def _asks_where(function: Lambda) -> bool:
    for node in walk(function.body):
        match node:
            case Call(function=name) if name in _ASK_WHERE:
                return True
            case Binary(operator=":" | " ") | Named():
                return True
    return False


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
    function = _function(evaluator, nodes[-1], len(nodes) - 1)
    parts = [_Parts(evaluator, node, function) for node in nodes[:-1]]
    arrays = [part.values for part in parts]
    if function is None or len({array.shape for array in arrays}) > 1:
        return ExcelError.VALUE
    made = np.empty(arrays[0].shape, object)
    for position in np.ndindex(made.shape):
        made[position] = _called(evaluator, function, *(part.cell(*position) for part in parts))
    return made


@lazy("REDUCE", least=3)
def _reduce(evaluator: Evaluator, nodes: Nodes) -> Result:
    function = _function(evaluator, nodes[2], 2)
    if function is None:
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
    function = _function(evaluator, nodes[2], 2)
    if function is None:
        return ExcelError.VALUE
    parts = _Parts(evaluator, nodes[1], function)
    array = parts.values
    made = np.empty(array.shape, object)
    value: Result = _whole(evaluator, nodes[0])
    for at, position in enumerate(np.ndindex(made.shape)):
        if at == 0 and nodes[0] is None:
            value = made[position] = array[position]
        else:
            value = made[position] = _called(evaluator, function, value, parts.cell(*position))
    return made


def _lines(evaluator: Evaluator, nodes: Nodes, *, rows: bool) -> Result:
    function = _function(evaluator, nodes[1])
    if function is None:
        return ExcelError.VALUE
    parts = _Parts(evaluator, nodes[0], function)
    made = np.empty(parts.values.shape[0 if rows else 1], object)
    for at in range(len(made)):
        made[at] = _called(evaluator, function, parts.line(at, is_row=rows))
    return made.reshape(-1, 1) if rows else made.reshape(1, -1)


@lazy("BYROW", least=2)
def _byrow(evaluator: Evaluator, nodes: Nodes) -> Result:
    return _lines(evaluator, nodes, rows=True)


@lazy("BYCOL", least=2)
def _bycol(evaluator: Evaluator, nodes: Nodes) -> Result:
    return _lines(evaluator, nodes, rows=False)


@lazy("MAKEARRAY", least=3)
def _makearray(evaluator: Evaluator, nodes: Nodes) -> Result:
    rows, columns = number(one(evaluator, nodes, 0)), number(one(evaluator, nodes, 1))
    function = _function(evaluator, nodes[2], 2)
    if isinstance(rows, ExcelError) or isinstance(columns, ExcelError):
        return rows if isinstance(rows, ExcelError) else columns
    if function is None or rows < 1 or columns < 1:
        return ExcelError.VALUE
    check_size(rows, columns)
    made = np.empty((int(rows), int(columns)), object)
    for i, j in np.ndindex(made.shape):
        made[i, j] = _called(evaluator, function, float(i + 1), float(j + 1))
    return made


@lazy("ISOMITTED", least=1)
def _isomitted(evaluator: Evaluator, nodes: Nodes) -> Result:
    return nodes[0] is None or evaluator.result(nodes[0]) is None
