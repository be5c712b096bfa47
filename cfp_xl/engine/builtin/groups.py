"""GROUPBY and PIVOTBY: what their arguments say, and the table that they make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from cfp_xl.engine.builtin.define import Nodes, given, lazy, one
from cfp_xl.engine.builtin.group_axes import BadArgument, GroupAxis, Key, axis_of
from cfp_xl.engine.builtin.lambdas import Nested, element
from cfp_xl.engine.convert import boolean, number
from cfp_xl.engine.evaluate import Evaluator, Lambda, Result
from cfp_xl.engine.operators import as_array, check_size, flat
from cfp_xl.engine.problems import Uncomputable
from cfp_xl.functions.values import Array, ExcelError, Scalar

_OF_TWO = frozenset({"PERCENTOF"})
"""Functions that, named bare, also get what their part is part of."""


@dataclass(frozen=True)
class _Functions:
    """What values are aggregated with: one function, or several beside or below each other."""

    each: tuple[Lambda, ...]
    labels: tuple[Scalar, ...]
    is_down: bool = False

    @property
    def are_several(self) -> bool:
        return len(self.each) > 1


@dataclass(frozen=True)
class _Column:
    """A column of results under each key of the columns: values, and what aggregates them."""

    values: int
    function: int


class _Table:
    """The groups of the data and the aggregates of each."""

    def __init__(
        self,
        evaluator: Evaluator,
        rows: GroupAxis,
        columns: GroupAxis,
        values: Array,
        functions: _Functions,
        relative_to: int,
    ) -> None:
        self._evaluator = evaluator
        self.rows, self.columns = rows, columns
        self.values = values
        self.functions = functions
        self._relative_to = relative_to
        self._found: dict[tuple[Key, Key, int, int], Scalar] = {}
        self._members = _members(rows, columns, len(values))
        self._parts: dict[tuple[Key, Key, int], Array] = {}

    def aggregate(self, row: Key, column: Key, of: _Column) -> Scalar:
        """Of the rows of data of both groups; of none, an empty text. Raises Nested."""
        key = row, column, of.values, of.function
        if key not in self._found:
            self._found[key] = self._computed(row, column, of) if self._has(row, column) else ""
        return self._found[key]

    def _has(self, row: Key, column: Key) -> bool:
        return (row, column) in self._members

    def _computed(self, row: Key, column: Key, of: _Column) -> Scalar:
        function = self.functions.each[of.function]
        arguments = [self._part(row, column, of.values)]
        if function.name in _OF_TWO or len(function.parameters) > 1:
            arguments.append(self._part(*self._whole(row, column), of.values))
        value: Scalar = element(self._evaluator, function, *arguments)
        return ExcelError.CALC if isinstance(value, Lambda) else value

    def _whole(self, row: Key, column: Key) -> tuple[Key, Key]:
        """The groups that a part is put in relation to."""
        match self._relative_to:
            case 0:
                return (), column
            case 1:
                return row, ()
            case 3:
                return row, column[:-1]
            case 4:
                return row[:-1], column
        return (), ()

    def _part(self, row: Key, column: Key, values: int) -> Array:
        key = row, column, values
        if key not in self._parts:
            self._evaluator.tick()
            members = self._members[row, column]
            self._parts[key] = self.values[members, values].reshape(-1, 1)
        return self._parts[key]


def _members(rows: GroupAxis, columns: GroupAxis, size: int) -> dict[tuple[Key, Key], list[int]]:
    """The rows of data of each pair of groups, the groups of groups too."""
    found: dict[tuple[Key, Key], list[int]] = {}
    for at in range(size):
        row, column = rows.keys[at], columns.keys[at]
        for i, j in product(range(len(row) + 1), range(len(column) + 1)):
            found.setdefault((row[:i], column[:j]), []).append(at)
    return found


# What the arguments say


def _functions_of(evaluator: Evaluator, nodes: Nodes, position: int) -> _Functions | ExcelError:
    """One function, a row or a column of them, or two such lines: functions and their labels."""
    array = evaluator.elements(given(nodes, position))
    lines = [list(line) for line in array]
    is_down = array.shape[0] > 1 and isinstance(lines[1][0], Lambda)
    if is_down:
        lines = [list(line) for line in array.T]
    functions = [value for value in lines[0] if isinstance(value, Lambda)]
    if len(functions) != len(lines[0]) or len(lines) > 2:
        error = next((v for v in flat(array) if isinstance(v, ExcelError)), None)
        return error or ExcelError.VALUE
    return _Functions(
        tuple(functions), tuple(lines[1] if lines[1:] else _labels(functions)), is_down
    )


def _labels(functions: Sequence[Lambda]) -> list[Scalar]:
    """A function's name; LAMBDAs are CUSTOM, of several numbered."""
    own = [function for function in functions if not function.name]
    names = iter(["CUSTOM"] if len(own) == 1 else [f"CUSTOM{n + 1}" for n in range(len(own))])
    return [function.name or next(names) for function in functions]


def _columns_of(values: Array, functions: _Functions, name: str) -> list[_Column]:
    """Each function over the values, or each over its own column of them."""
    width, count = values.shape[1], len(functions.each)
    if functions.is_down or count == 1:
        return [_Column(at, 0) for at in range(width)]
    if width == 1:
        return [_Column(0, at) for at in range(count)]
    if width == count:
        return [_Column(at, at) for at in range(count)]
    raise _undocumented(name)


def _undocumented(name: str) -> Uncomputable:
    return Uncomputable("E02", name, case="layout", name=name)


def _whole_number(evaluator: Evaluator, nodes: Nodes, position: int, default: int | None) -> Any:
    """Raises BadArgument."""
    if position >= len(nodes) or nodes[position] is None:
        return default
    found = number(one(evaluator, nodes, position))
    if isinstance(found, ExcelError):
        raise BadArgument(found)
    return int(found)


def _order(evaluator: Evaluator, nodes: Nodes, position: int) -> tuple[int, ...]:
    if position >= len(nodes) or nodes[position] is None:
        return ()
    found = [number(value) for value in flat(evaluator.whole(given(nodes, position)))]
    error = next((value for value in found if isinstance(value, ExcelError)), None)
    if error:
        raise BadArgument(error)
    return tuple(int(value) for value in found if isinstance(value, float))


def _chosen(evaluator: Evaluator, nodes: Nodes, position: int, size: int, first: int) -> list[int]:
    """The rows of data that the filter lets through, after the headers."""
    if position >= len(nodes) or nodes[position] is None:
        return list(range(first, size))
    with evaluator.arrays():
        conditions = flat(as_array(evaluator.whole(given(nodes, position))))
    if len(conditions) != size:
        raise BadArgument(ExcelError.VALUE)
    chosen: list[int] = []
    for at in range(first, size):
        truth = boolean(conditions[at])
        if isinstance(truth, ExcelError):
            raise BadArgument(truth)
        if truth:
            chosen.append(at)
    if not chosen:
        raise BadArgument(ExcelError.CALC)
    return chosen


@dataclass(frozen=True)
class _Headers:
    are_given: bool
    are_shown: bool

    def of(self, array: Array, what: str) -> list[Scalar]:
        if self.are_given:
            return list(array[0])
        return [f"{what} {at + 1}" for at in range(array.shape[1])]


def _headers(said: int | None, values: Array, levels: int) -> _Headers:
    """Whether the data have headers, and whether the table shows them; left out, they are headers
    where a text stands above a number, and shown where an axis has several fields."""
    if said is None:
        above, below = values[0, 0], values[1, 0] if len(values) > 1 else None
        are_given = isinstance(above, str) and isinstance(below, float)
        return _Headers(are_given, are_given and levels > 1)
    if not 0 <= said <= 3:
        raise BadArgument(ExcelError.VALUE)
    return _Headers(said in (1, 3), said >= 2)


# The table


def _written(
    table: _Table, columns: Sequence[_Column], header_lines: Sequence[Sequence[Scalar]]
) -> Array:
    """Headers above the groups of rows, each with the aggregates of all groups of columns."""
    lines = [list(line) for line in header_lines]
    functions = table.functions
    downwards = range(len(functions.each)) if functions.is_down else (None,)
    width = len(columns) * len(table.columns.shown)
    check_size(len(table.rows.shown) * len(downwards), width + len(table.rows.names))
    for row in table.rows.shown:
        for down in downwards:
            label: list[Scalar] = [] if down is None else [functions.labels[down]]
            line = [*table.rows.label(row), *label]
            for column in table.columns.shown:
                for of in columns:
                    used = of if down is None else _Column(of.values, down)
                    line.append(table.aggregate(row, column, used))
            lines.append(line)
    made = np.empty((len(lines), len(lines[0])), object)
    for at, line in enumerate(lines):
        made[at, :] = line
    return made


def _header_lines(
    table: _Table, columns: Sequence[_Column], headers: _Headers, value_names: Sequence[Scalar]
) -> list[list[Scalar]]:
    """The fields of the columns, their groups, the functions, the fields of rows and values."""
    functions = table.functions
    blanks: list[Scalar] = [""] * (len(table.rows.names) + functions.is_down)
    keys = [(key, of) for key in table.columns.shown for of in columns]
    lines: list[list[Scalar]] = []
    if table.columns.names:
        if headers.are_shown:
            fields = ", ".join(str(name) for name in table.columns.names)
            lines.append([*blanks, fields, *[""] * (len(keys) - 1)])
        labels = [table.columns.label(key) for key, _ in keys]
        lines += [[*blanks, *level] for level in zip(*labels, strict=True)]
    if functions.are_several and not functions.is_down:
        lines.append([*blanks, *(functions.labels[of.function] for _, of in keys)])
    if headers.are_shown:
        down: list[Scalar] = [""] if functions.is_down else []
        lines.append([*table.rows.names, *down, *(value_names[of.values] for _, of in keys)])
    return lines


@dataclass(frozen=True)
class _Places:
    """Where a function has its optional arguments."""

    headers: int
    row_depth: int
    row_order: int
    column_depth: int
    column_order: int
    chosen: int
    relationship: int
    relative_to: int


_NOWHERE = 99
_GROUPBY = _Places(3, 4, 5, _NOWHERE, _NOWHERE, 6, 7, _NOWHERE)
_PIVOTBY = _Places(4, 5, 6, 7, 8, 9, _NOWHERE, 10)


@lazy("GROUPBY", least=3, most=8)
def _groupby(evaluator: Evaluator, nodes: Nodes) -> Result:
    row, values, function = nodes[:3]
    return _grouped(evaluator, nodes, _GROUPBY, "GROUPBY", (row, None, values, function))


@lazy("PIVOTBY", least=4, most=11)
def _pivotby(evaluator: Evaluator, nodes: Nodes) -> Result:
    return _grouped(evaluator, nodes, _PIVOTBY, "PIVOTBY", nodes[:4])


def _grouped(
    evaluator: Evaluator, nodes: Nodes, places: _Places, name: str, wanted: Nodes
) -> Result:
    if wanted[0] is None or wanted[2] is None or wanted[3] is None:
        raise _undocumented(name)
    with evaluator.arrays():
        fields = as_array(evaluator.whole(given(wanted, 0)))
        values = as_array(evaluator.whole(given(wanted, 2)))
        across = np.empty((len(fields), 0), object)
        if wanted[1] is not None:
            across = as_array(evaluator.whole(given(wanted, 1)))
    functions = _functions_of(evaluator, wanted, 3)
    if isinstance(functions, ExcelError):
        return functions
    if not len(fields) == len(values) == len(across):
        return ExcelError.VALUE
    try:
        return _from_arguments(evaluator, nodes, places, name, (fields, across, values), functions)
    except BadArgument as bad:
        return bad.error
    except Nested:
        return ExcelError.CALC


def _from_arguments(
    evaluator: Evaluator,
    nodes: Nodes,
    places: _Places,
    name: str,
    data: tuple[Array, Array, Array],
    functions: _Functions,
) -> Result:
    fields, across, values = data
    headers = _headers(
        _whole_number(evaluator, nodes, places.headers, None),
        values,
        max(f.shape[1] for f in data[:2]),
    )
    chosen = _chosen(evaluator, nodes, places.chosen, len(fields), int(headers.are_given))
    relationship = _whole_number(evaluator, nodes, places.relationship, 0)
    relative_to = _whole_number(evaluator, nodes, places.relative_to, 0)
    if relationship not in (0, 1) or not 0 <= relative_to <= 4:
        return ExcelError.VALUE
    columns = _columns_of(values, functions, name)
    rows = axis_of(
        fields[chosen],
        headers.of(fields, "Row Field"),
        depth=_whole_number(evaluator, nodes, places.row_depth, 1),
        order=_order(evaluator, nodes, places.row_order),
        others=len(columns),
        is_table=bool(relationship),
    )
    columns_axis = axis_of(
        across[chosen],
        headers.of(across, "Column Field"),
        depth=_whole_number(evaluator, nodes, places.column_depth, 1 if across.shape[1] else 0),
        order=_order(evaluator, nodes, places.column_order),
        others=len(columns),
    )
    is_guess = headers.are_shown and functions.are_several
    if is_guess or (columns_axis.names and columns_axis.depth and len(columns) > 1):
        raise _undocumented(name)
    table = _Table(evaluator, rows, columns_axis, values[chosen], functions, relative_to)
    rows.arrange(lambda key, at: table.aggregate(key, (), columns[at]))
    columns_axis.arrange(lambda key, at: table.aggregate((), key, columns[at]))
    lines = _header_lines(table, columns, headers, headers.of(values, "Value"))
    return _written(table, columns, lines)
