"""Arrays put into another order or shape."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cfp_xl.engine.areas import Reference
from cfp_xl.engine.builtin.define import Nodes, given, lazy, one
from cfp_xl.engine.convert import boolean, number
from cfp_xl.engine.evaluate import Evaluator, Result
from cfp_xl.engine.operators import as_array, check_size, flat
from cfp_xl.functions.values import Array, ExcelError, Scalar


def _array(evaluator: Evaluator, nodes: Nodes, position: int) -> Array:
    with evaluator.arrays():
        return as_array(evaluator.whole(given(nodes, position)))


def _numbers(evaluator: Evaluator, nodes: Nodes, position: int) -> list[float] | ExcelError:
    """An argument of one number or several; 1 where it is left out."""
    if position >= len(nodes) or nodes[position] is None:
        return [1.0]
    found = [number(value) for value in flat(_array(evaluator, nodes, position))]
    error = next((n for n in found if isinstance(n, ExcelError)), None)
    return error or [n for n in found if isinstance(n, float)]


def in_order(lines: int, keys: Sequence[tuple[Sequence[Scalar], float]]) -> list[int]:
    """The numbers of the lines by their keys, blanks and errors last, equals as they were."""
    order = list(range(lines))
    for values, direction in reversed(keys):
        places = list(map(_place, values))
        groups: tuple[list[int], ...] = ([], [], [])
        for at in order:
            groups[_last(values[at])].append(at)
        groups[0].sort(key=places.__getitem__, reverse=direction < 0)  # equals stay as they were
        order = [*groups[0], *groups[1], *groups[2]]
    return order


def _place(value: Scalar) -> tuple[int, float | str]:
    """Numbers before texts before FALSE before TRUE."""
    if isinstance(value, str):
        return 1, value.casefold()
    if isinstance(value, bool):
        return 2, value
    return (0, value) if isinstance(value, float) else (3, 0.0)


def _last(value: Scalar) -> int:
    return 2 if value is None else 1 if isinstance(value, ExcelError) else 0


@lazy("SORT", least=1, most=4)
def _sort(evaluator: Evaluator, nodes: Nodes) -> Result:
    array = _array(evaluator, nodes, 0)
    by_column = boolean(one(evaluator, nodes, 3, False))
    indices, directions = (_numbers(evaluator, nodes, at) for at in (1, 2))
    for found in (by_column, indices, directions):
        if isinstance(found, ExcelError):
            return found
    assert isinstance(indices, list)
    assert isinstance(directions, list)
    lines = array.T if by_column else array
    if len(directions) == 1:
        directions = directions * len(indices)
    is_fit = len(directions) == len(indices) and set(directions) <= {1.0, -1.0}
    if not is_fit or not all(1 <= index < lines.shape[1] + 1 for index in indices):
        return ExcelError.VALUE
    keys = [(lines[:, int(i) - 1].tolist(), d) for i, d in zip(indices, directions, strict=True)]
    made = lines[in_order(len(lines), keys), :]
    return made.T if by_column else made


@lazy("SORTBY", least=2)
def _sortby(evaluator: Evaluator, nodes: Nodes) -> Result:
    array = _array(evaluator, nodes, 0)
    keys: list[tuple[Sequence[Scalar], float]] = []
    is_row = False
    for at in range(1, len(nodes), 2):
        by, direction = _array(evaluator, nodes, at), _numbers(evaluator, nodes, at + 1)
        if isinstance(direction, ExcelError):
            return direction
        is_column = by.shape == (array.shape[0], 1)
        is_row = not is_column
        if (not is_column and by.shape != (1, array.shape[1])) or abs(direction[0]) != 1:
            return ExcelError.VALUE
        keys.append((flat(by), direction[0]))
    lines = array.T if is_row else array
    if any(len(values) != len(lines) for values, _ in keys):
        return ExcelError.VALUE
    made = lines[in_order(len(lines), keys), :]
    return made.T if is_row else made


def _wrapped(name: str, *, is_rows: bool) -> None:
    @lazy(name, least=2, most=3)
    def function(evaluator: Evaluator, nodes: Nodes) -> Result:
        vector = _array(evaluator, nodes, 0)
        width = number(one(evaluator, nodes, 1, 0.0))
        filler = one(evaluator, nodes, 2, ExcelError.NA)
        if isinstance(width, ExcelError):
            return width
        if min(vector.shape) > 1:
            return ExcelError.VALUE
        if int(width) < 1:
            return ExcelError.NUM
        wide = min(int(width), vector.size)
        lines = -(-vector.size // wide)
        made = np.empty(lines * wide, object)
        made.fill(filler)
        made[: vector.size] = vector.ravel()
        return made.reshape(lines, wide) if is_rows else made.reshape(lines, wide).T


_wrapped("WRAPROWS", is_rows=True)
_wrapped("WRAPCOLS", is_rows=False)


def _chosen(name: str, axis: int) -> None:
    @lazy(name, least=2)
    def function(evaluator: Evaluator, nodes: Nodes) -> Result:
        """Lines by their numbers; a negative one counts from the end."""
        array = _array(evaluator, nodes, 0)
        wanted: list[int] = []
        for position in range(1, len(nodes)):
            found = _numbers(evaluator, nodes, position)
            if isinstance(found, ExcelError):
                return found
            wanted += [int(n) for n in found]
        size = array.shape[axis]
        if not all(1 <= abs(n) <= size for n in wanted):
            return ExcelError.VALUE
        check_size(len(wanted), array.shape[1 - axis])
        lines = [n - 1 if n > 0 else size + n for n in wanted]
        made = array[lines, :] if axis == 0 else array[:, lines]
        return made[0, 0] if made.size == 1 else made


_chosen("CHOOSEROWS", 0)
_chosen("CHOOSECOLS", 1)


@lazy("TRIMRANGE", least=1, most=3)
def _trimrange(evaluator: Evaluator, nodes: Nodes) -> Result:
    """Without the blank lines at its start (1), end (2) or both (3)."""
    return _trim(evaluator, nodes, [number(one(evaluator, nodes, at, 3.0)) for at in (1, 2)])


def _trim_operator(name: str, mode: float) -> None:
    @lazy(name, least=1, most=1)
    def function(evaluator: Evaluator, nodes: Nodes) -> Result:
        return _trim(evaluator, nodes, [mode, mode])


_trim_operator("_TRO_LEADING", 1.0)
_trim_operator("_TRO_TRAILING", 2.0)
_trim_operator("_TRO_ALL", 3.0)


def _trim(evaluator: Evaluator, nodes: Nodes, modes: Sequence[float | ExcelError]) -> Result:
    result = evaluator.result(given(nodes, 0))
    array = as_array(evaluator.read(result))
    area = result.area if isinstance(result, Reference) else None
    ends: list[tuple[int, int]] = []
    for axis, mode in enumerate(modes):
        if isinstance(mode, ExcelError):
            return mode
        lines = array if axis == 0 else array.T
        filled = [at for at, line in enumerate(lines) if any(v is not None for v in line.flat)]
        if not filled:
            return ExcelError.REF
        first = filled[0] if int(mode) & 1 else 0
        last = filled[-1] if int(mode) & 2 else array.shape[axis] - 1
        ends.append((first, last))
    (top, bottom), (left, right) = ends
    if area is None:
        return array[top : bottom + 1, left : right + 1]
    return Reference(
        (
            area._replace(
                first_row=area.first_row + top, first_column=area.first_column + left,
                last_row=area.first_row + bottom, last_column=area.first_column + right,
            ),
        )
    )  # fmt: skip
