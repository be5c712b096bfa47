"""Functions that make arrays, or take parts of one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np

from cfp_xl.engine.builtin.define import Nodes, lazy, one
from cfp_xl.engine.convert import boolean, number
from cfp_xl.engine.evaluate import Evaluator, Result
from cfp_xl.engine.operators import Value, as_array, check_size, first_error, flat
from cfp_xl.engine.tree import Node
from cfp_xl.functions.values import ExcelError


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
    lines = array.T if by_column else array
    columns = [_alike(column) for column in lines.T.tolist()]
    keys = columns[0] if len(columns) == 1 else list(zip(*columns, strict=True))
    first = dict(zip(reversed(keys), range(len(keys) - 1, -1, -1), strict=True))
    times = Counter(keys) if only_once else {}
    kept = [first[key] for key in dict.fromkeys(keys) if times.get(key, 1) == 1]
    if not kept:
        return ExcelError.CALC
    return lines[kept, :].T if by_column else lines[kept, :]


def _alike(values: Sequence[Any]) -> Sequence[Hashable]:
    """Objects that are the same for values that are: texts in any case."""
    kinds = set(map(type, values))
    if kinds == {float}:
        return values
    if kinds == {str}:
        return [value.casefold() for value in values]
    return [(type(v), v.casefold() if isinstance(v, str) else v) for v in values]


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
