"""What a formula yields for all cells of a block, and Excel's operators over it."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from itertools import repeat
from typing import Any, TypeAlias, TypeGuard

import numpy as np
import numpy.typing as npt

from cfp_xl.engine.grid import as_column
from cfp_xl.engine.operators import BINARY, UNARY
from cfp_xl.engine.result import Column
from cfp_xl.functions.values import Scalar

Line: TypeAlias = "Scalar | Column"
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
    """The column as Python's values, one for each cell."""
    return line if isinstance(line, list) else line.tolist()


def is_column(line: Line) -> TypeGuard[Column]:
    """Whether the line has a value for each cell; else one value holds for all."""
    return isinstance(line, (np.ndarray, list))


def are_all(kind: type, line: Line) -> bool:
    """Whether a line has nothing but values of this kind."""
    return set(map(type, line)) == {kind} if is_column(line) else type(line) is kind


def streams(lines: Iterable[Line]) -> list[Iterable[Scalar]]:
    """The lines cell by cell; the column among them says how many cells there are."""
    return [
        scalars(line) if isinstance(line, np.ndarray | list) else repeat(line) for line in lines
    ]


def each(function: Callable[..., Scalar], *lines: Line) -> Line:
    """`function` of scalars, cell by cell."""
    if not any(map(is_column, lines)):
        return function(*lines)
    return as_column(list(map(function, *streams(lines))))


def each_text(function: Callable[[Scalar], Scalar], line: Line) -> Line:
    """`each` of a function that gives the same for the same text, called once for each."""
    if not is_column(line) or not are_all(str, line):
        return each(function, line)
    known = {text: function(text) for text in dict.fromkeys(line)}
    return as_column(list(map(known.__getitem__, line)))


def unary(sign: str, line: Line) -> Line:
    """A sign or percent of each value; whatever is no number goes the way of single cells."""
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
    if sign in _ORDER and (is_column(a) or is_column(b)) and are_all(str, a) and are_all(str, b):
        folded = [_folded(line) for line in (a, b)]
        return list(map(_ORDER[sign], *streams(folded)))
    return each(BINARY[sign], a, b)


def _folded(line: Any) -> Line:
    """Texts are compared without regard to case."""
    return [text.casefold() for text in line] if isinstance(line, list) else line.casefold()


def _is_fast(a: Line, b: Line) -> bool:
    """Whether both are plain floats, and one of them a column."""
    if isinstance(a, np.ndarray):
        return isinstance(b, np.ndarray) or type(b) is float
    return isinstance(b, np.ndarray) and type(a) is float


def _compared(sign: str, a: Any, b: Any) -> list[Scalar]:
    with np.errstate(all="ignore"):
        truths: list[Scalar] = _ORDER[sign](a, b).tolist()
        close = np.abs(a - b) <= _NEARLY_EQUAL * np.maximum(np.abs(a), np.abs(b))
        close &= a != b
    if close.any():
        x, y = np.broadcast_to(a, close.shape), np.broadcast_to(b, close.shape)
        for at in np.flatnonzero(close).tolist():
            truths[at] = BINARY[sign](float(x[at]), float(y[at]))
    return truths
