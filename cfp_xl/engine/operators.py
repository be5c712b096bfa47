"""Excel's operators over scalars and arrays, and the broadcasting they share with functions."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice, repeat
from time import perf_counter
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from cfp_xl.engine.convert import compare, number, order_of_texts, text
from cfp_xl.functions.values import Array, ExcelError, Scalar

MOST_CELLS = 2 * 1_048_576
"""The largest array a formula may make, two whole columns; a result beyond it is an attack or a
slip."""

_TICK_CELLS = 512
"""After so many results at most the time is looked at, and how long their texts are; …"""
_TICK_S = 0.01
"""… of functions that take longer after fewer."""

LONGEST_TEXT = 32_767

MOST_SIGNS = 32 * 1024 * 1024
"""Of all texts of an array together, which may take four bytes each."""

Value: TypeAlias = Scalar | npt.NDArray[np.object_]


class TooLarge(Exception):
    """A formula asks for an array beyond MOST_CELLS."""


def arithmetic(compute: Callable[..., float]) -> Callable[..., Scalar]:
    """`compute` of numbers as a function of any scalars: the first error passes through; what no
    number of Excel's can be is #NUM!."""

    def operator(*values: Scalar) -> Scalar:
        numbers: list[float] = []
        for value in values:
            x = value if type(value) is float else number(value)
            if type(x) is ExcelError:
                return x
            numbers.append(x)  # type: ignore[arg-type]
        try:
            result = compute(*numbers)
        except ZeroDivisionError:
            return ExcelError.DIV0
        except (OverflowError, ValueError):
            return ExcelError.NUM
        return result + 0.0 if math.isfinite(result) else ExcelError.NUM

    return operator


def _comparison(holds: Callable[[int], bool]) -> Callable[[Scalar, Scalar], Scalar]:
    def operator(a: Scalar, b: Scalar) -> Scalar:
        if type(a) is type(b) is str:
            return holds(order_of_texts(a, b))
        if isinstance(a, ExcelError):
            return a
        if isinstance(b, ExcelError):
            return b
        return holds(compare(a, b))

    return operator


def power(x: float, y: float) -> float:
    """Raises ValueError, OverflowError, ZeroDivisionError."""
    if x == 0 and y == 0:
        raise ValueError  # #NUM! in Excel, 1 in Python
    return math.pow(x, y) if x or y > 0 else x / 0


def _join(a: Scalar, b: Scalar) -> Scalar:
    x, y = text(a), text(b)
    if isinstance(x, ExcelError):
        return x
    if isinstance(y, ExcelError):
        return y
    return x + y if len(x) + len(y) <= LONGEST_TEXT else ExcelError.VALUE


BINARY: dict[str, Callable[[Scalar, Scalar], Scalar]] = {
    "+": arithmetic(lambda x, y: x + y),
    "-": arithmetic(lambda x, y: x - y),
    "*": arithmetic(lambda x, y: x * y),
    "/": arithmetic(lambda x, y: x / y),
    "^": arithmetic(power),
    "&": _join,
    "=": _comparison(lambda order: order == 0),
    "<>": _comparison(lambda order: order != 0),
    "<": _comparison(lambda order: order < 0),
    ">": _comparison(lambda order: order > 0),
    "<=": _comparison(lambda order: order <= 0),
    ">=": _comparison(lambda order: order >= 0),
}


def _negated(value: Scalar) -> Scalar:
    x = number(value)
    return x if isinstance(x, ExcelError) else 0.0 - x


def _hundredth(value: Scalar) -> Scalar:
    x = number(value)
    return x if isinstance(x, ExcelError) else x / 100


UNARY: dict[str, Callable[[Scalar], Scalar]] = {
    "-": _negated,
    "%": _hundredth,
    "+": lambda value: value,
}


def elementwise(
    function: Callable[..., Scalar], values: Sequence[Value], tick: Callable[[], None]
) -> Value:
    """`function` of scalars, over arrays broadcast as Excel does; `tick` keeps the deadline.

    A single row or column is stretched; where shapes still differ the excess is #N/A.
    """
    arrays = [v for v in values if isinstance(v, np.ndarray)]
    if not arrays:
        return function(*values)
    shape = (max(a.shape[0] for a in arrays), max(a.shape[1] for a in arrays))
    check_size(*shape)
    result = np.empty(shape[0] * shape[1], object)
    streams = [_stream(value, shape) for value in values]
    signs = 0
    start, count = 0, 16
    while start < result.size:
        tick()
        began = perf_counter()
        part = list(map(function, *(islice(stream, count) for stream in streams)))
        signs += sum(len(one) for one in part if type(one) is str)
        if signs > MOST_SIGNS:
            raise TooLarge
        result[start : start + len(part)] = part
        start += len(part)
        is_slow = perf_counter() - began > _TICK_S
        count = max(count // 2, 1) if is_slow else min(count * 2, _TICK_CELLS)
    return result.reshape(shape)


def _stream(value: Value, shape: tuple[int, int]) -> Iterator[Scalar]:
    """The values of a scalar or array in `shape`, row by row."""
    return iter(flat(stretch(value, shape))) if isinstance(value, np.ndarray) else repeat(value)


def stretch(value: Value, shape: tuple[int, int]) -> Array:
    """`value` in `shape`: a scalar, row or column repeated, what is missing #N/A.

    Raises TooLarge.
    """
    check_size(*shape)
    if not isinstance(value, np.ndarray):
        full = np.empty(shape, object)
        full.fill(value)
        return full
    rows, columns = value.shape
    if value.shape == shape:
        return value
    target = (shape[0] if rows == 1 else rows, shape[1] if columns == 1 else columns)
    full = np.empty(shape, object)
    full.fill(ExcelError.NA)
    part = np.broadcast_to(value, target)[: shape[0], : shape[1]]
    full[: part.shape[0], : part.shape[1]] = part
    return full


def check_total(values: Iterable[object]) -> None:
    """Raises TooLarge where arrays that are held at once are too large together."""
    check_size(sum(value.size for value in values if isinstance(value, np.ndarray)) / 2)


def check_size(rows: float, columns: float = 1) -> None:
    """Raises TooLarge before an absurd array is made."""
    if rows * columns > MOST_CELLS:
        raise TooLarge


def as_array(value: Value) -> Array:
    """A scalar as a 1 × 1 array; an array as it is."""
    return value if isinstance(value, np.ndarray) else stretch(value, (1, 1))


def scalar_of(value: Value) -> Scalar:
    """The value a plain cell shows: of an array its first."""
    return value[0, 0] if isinstance(value, np.ndarray) else value


def flat(value: Value) -> list[Scalar]:
    """The scalars of `value`, row by row."""
    return list(value.ravel().tolist()) if isinstance(value, np.ndarray) else [value]


def first_error(*values: Value) -> ExcelError | None:
    """The first error in `values`, row by row."""
    for value in values:
        if isinstance(value, ExcelError):
            return value
        if isinstance(value, np.ndarray) and ExcelError in set(map(type, value.ravel())):
            return next(scalar for scalar in flat(value) if isinstance(scalar, ExcelError))
    return None
