"""Excel's operators over many values at once: the same as `operators` gives one by one."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from itertools import repeat
from typing import Any

import numpy as np
import numpy.typing as npt

from cfp_xl.engine.operators import BINARY, Value
from cfp_xl.functions.values import ExcelError, Scalar

Floats = npt.NDArray[np.float64]

_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}
ORDER: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
_NEARLY_EQUAL = 1e-12
"""Numbers this close are compared one by one: Excel compares 15 digits."""
FEW = 32
"""So few values are not worth the trouble."""


def of_floats(sign: str, a: Floats | float, b: Floats | float) -> Floats | list[Scalar] | None:
    """An operator over columns of numbers, or a number and a column; None where it has to be
    done one by one."""
    if sign in _ARITHMETIC:
        with np.errstate(all="ignore"):
            result: Floats = _ARITHMETIC[sign](a, b)
        return result + 0.0 if np.isfinite(result).all() else None
    return _compared(sign, a, b) if sign in ORDER else None


def _compared(sign: str, a: Any, b: Any) -> list[Scalar]:
    with np.errstate(all="ignore"):
        truths: list[Scalar] = ORDER[sign](a, b).tolist()
        close = np.abs(a - b) <= _NEARLY_EQUAL * np.maximum(np.abs(a), np.abs(b))
        close &= a != b
    if close.any():
        x, y = np.broadcast_to(a, close.shape), np.broadcast_to(b, close.shape)
        for at in np.flatnonzero(close).tolist():
            truths[at] = BINARY[sign](float(x[at]), float(y[at]))
    return truths


def binary(
    sign: str,
    a: Value,
    b: Value,
    each: Callable[[Callable[..., Scalar], Sequence[Value]], Value],
) -> Value:
    """An operator over two values; `each` does it one by one where it can't be done at once."""
    if not isinstance(a, np.ndarray) and not isinstance(b, np.ndarray):
        return BINARY[sign](a, b)
    found = _of_arrays(sign, a, b)
    return each(BINARY[sign], [a, b]) if found is None else found


def _of_arrays(sign: str, a: Value, b: Value) -> Value | None:
    """An operator over arrays of one shape, or an array and one value; None for any others."""
    shapes = {value.shape for value in (a, b) if isinstance(value, np.ndarray)}
    if len(shapes) != 1:
        return None
    shape = next(iter(shapes))
    if shape[0] * shape[1] < FEW:
        return None
    lines = [v.ravel().tolist() if isinstance(v, np.ndarray) else v for v in (a, b)]
    found = _of_lines(sign, *lines)
    if found is None:
        return None
    result = np.empty(shape[0] * shape[1], object)
    result[:] = found.tolist() if isinstance(found, np.ndarray) else found
    return result.reshape(shape)


def _of_lines(sign: str, a: Any, b: Any) -> Floats | list[Scalar] | None:
    kinds = _kinds(a) | _kinds(b)
    if kinds == {float} or (sign in _ARITHMETIC and kinds <= {float, bool}):
        x, y = (np.array(v, np.float64) if isinstance(v, list) else float(v) for v in (a, b))
        return of_floats(sign, x, y)
    if sign not in ORDER or ExcelError in kinds:
        return None
    if kinds == {str}:
        texts = [_folded(v) if isinstance(v, list) else repeat(v.casefold()) for v in (a, b)]
        return list(map(ORDER[sign], *texts))
    if sign in ("=", "<>") and isinstance(a, list) and type(b) is str:
        return is_text(a, b.casefold(), is_equal=sign == "=")
    return None


def _kinds(value: Any) -> set[type]:
    return set(map(type, value)) if isinstance(value, list) else {type(value)}


def _folded(texts: Sequence[str]) -> list[str]:
    return [text.casefold() for text in texts]


def is_text(values: Sequence[Scalar], text: str, *, is_equal: bool) -> list[Scalar]:
    """Which of any values are a folded text, or are not; an error is neither.

    A blank is a text without letters, a number is none.
    """
    return [
        (one.casefold() == text) is is_equal
        if type(one) is str
        else (not text) is is_equal
        if one is None
        else one
        if type(one) is ExcelError
        else not is_equal
        for one in values
    ]
