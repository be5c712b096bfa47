"""What a formula yields for all cells of a block, and Excel's operators over it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import repeat
from typing import Any, TypeAlias, TypeGuard

import numpy as np

from cfp_xl.engine.array_operators import ORDER, is_text, of_floats
from cfp_xl.engine.grid import as_column
from cfp_xl.engine.operators import BINARY, UNARY
from cfp_xl.engine.result import Column
from cfp_xl.functions.values import Scalar

Line: TypeAlias = "Scalar | Column"
"""One value for all cells, or one for each."""


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
    if _is_fast(a, b) and (found := of_floats(sign, a, b)) is not None:  # type: ignore[arg-type]
        return found
    if sign in ORDER and (is_column(a) or is_column(b)) and are_all(str, a) and are_all(str, b):
        folded = [_folded(line) for line in (a, b)]
        return list(map(ORDER[sign], *streams(folded)))
    if sign in ("=", "<>") and is_column(a) and type(b) is str:
        return is_text(scalars(a), b.casefold(), is_equal=sign == "=")
    return each(BINARY[sign], a, b)


def _folded(line: Any) -> Line:
    """Texts are compared without regard to case."""
    return [text.casefold() for text in line] if isinstance(line, list) else line.casefold()


def _is_fast(a: Line, b: Line) -> bool:
    """Whether both are plain floats, and one of them a column."""
    if isinstance(a, np.ndarray):
        return isinstance(b, np.ndarray) or type(b) is float
    return isinstance(b, np.ndarray) and type(a) is float
