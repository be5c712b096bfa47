"""What a formula yields for all cells of a block, and Excel's operators over it."""

from __future__ import annotations

import operator
from collections.abc import Callable
from itertools import repeat
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from cfp_xl.engine.grid import as_column
from cfp_xl.engine.operators import BINARY, UNARY
from cfp_xl.engine.result import Column
from cfp_xl.functions.values import Scalar

Line: TypeAlias = Scalar | Column
"""One value for all cells, or one for each."""

Floats: TypeAlias = npt.NDArray[np.float64]

_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}
_ORDER: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
_NEARLY_EQUAL = 1e-12
"""Numbers this close are compared one by one: Excel compares 15 digits."""


def scalars(line: Column) -> list[Scalar]:
    return line if isinstance(line, list) else line.tolist()


def each(function: Callable[..., Scalar], *lines: Line) -> Line:
    """`function` of scalars, cell by cell."""
    if not any(isinstance(line, np.ndarray | list) for line in lines):
        return function(*lines)
    streams = [
        scalars(line) if isinstance(line, np.ndarray | list) else repeat(line) for line in lines
    ]
    return as_column(list(map(function, *streams)))


def unary(sign: str, line: Line) -> Line:
    if isinstance(line, np.ndarray):
        match sign:
            case "+":
                return line
            case "-":
                return 0.0 - line
            case "%":
                return line / 100
    return each(UNARY[sign], line)


def binary(sign: str, a: Line, b: Line) -> Line:
    """An operator over two lines; plain floats at once."""
    if _is_fast(a, b):
        if sign in _ARITHMETIC:
            with np.errstate(all="ignore"):
                result: Floats = _ARITHMETIC[sign](a, b)
            if np.isfinite(result).all():
                return result + 0.0
        elif sign in _ORDER:
            return _compared(sign, a, b)
    return each(BINARY[sign], a, b)


def _is_fast(a: Line, b: Line) -> bool:
    """Whether both are plain floats, and one of them a column."""
    if isinstance(a, np.ndarray):
        return isinstance(b, np.ndarray) or type(b) is float
    return isinstance(b, np.ndarray) and type(a) is float


def _compared(sign: str, a: Any, b: Any) -> list[Scalar]:
    with np.errstate(all="ignore"):
        truths: list[Scalar] = _ORDER[sign](a, b).tolist()
        close = np.abs(a - b) <= _NEARLY_EQUAL * np.maximum(np.abs(a), np.abs(b))
    x, y = np.broadcast_to(a, close.shape), np.broadcast_to(b, close.shape)
    for at in np.flatnonzero(close & (x != y)).tolist():
        truths[at] = BINARY[sign](float(x[at]), float(y[at]))
    return truths
