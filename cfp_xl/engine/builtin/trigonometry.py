"""Trigonometric functions as Excel computes them: with π of 64 bits.

Excel reduces an angle by multiples of π rounded to 64 bits, and so gives SIN(PI()) as
1.22514845490862E-16 where mathematics has 1.2246467991473532E-16. Near the zeros and poles that
is all there is of the value.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

from cfp_xl.engine import library
from cfp_xl.engine.builtin.define import scalar
from cfp_xl.engine.convert import number
from cfp_xl.engine.operators import flat
from cfp_xl.functions.values import ExcelError, Scalar

_HALF_PI = Fraction(0xC90FDAA22168C235, 2**63)
_LARGEST_ANGLE = 2.0**27
"""SIN, COS and TAN of a larger angle are #NUM!."""


def _reduced(x: float) -> tuple[float, int]:
    """The angle within a quarter turn, from -π/4 to π/4, and how many quarter turns were cut."""
    exact = Fraction(x)
    quarters = round(exact / _HALF_PI)
    return float(exact - quarters * _HALF_PI), quarters % 4


def sine(x: float) -> float:
    """Of radians, by the angle's distance from the nearest quarter turn: sin(π) is as Excel's."""
    rest, quarters = _reduced(x)
    value = math.cos(rest) if quarters % 2 else math.sin(rest)
    return -value if quarters >= 2 else value


def cosine(x: float) -> float:
    """Of radians, reduced as `sine`."""
    rest, quarters = _reduced(x)
    value = math.sin(rest) if quarters % 2 else math.cos(rest)
    return -value if quarters in (1, 2) else value


def tangent(x: float) -> float:
    """Of radians, reduced as `sine`; never a division by 0, for no float is π/2."""
    return sine(x) / cosine(x)


def _angle(x: float) -> float:
    if abs(x) >= _LARGEST_ANGLE:
        raise ValueError
    return x


def _arccotangent(x: float) -> float:
    return math.atan(1 / x) + (math.pi if x < 0 else 0.0) if x else math.pi / 2


def _of_angle(name: str, compute: Callable[[float], float]) -> None:
    @scalar(name)
    def function(value: Scalar) -> Scalar:
        x = number(value)
        if isinstance(x, ExcelError):
            return x
        try:
            return compute(x) + 0.0
        except ZeroDivisionError:
            return ExcelError.DIV0
        except (ValueError, OverflowError):
            return ExcelError.NUM


for _name, _compute in {
    "SIN": lambda x: sine(_angle(x)),
    "COS": lambda x: cosine(_angle(x)),
    "TAN": lambda x: tangent(_angle(x)),
    "COT": lambda x: 1 / tangent(_angle(x)),
    "SEC": lambda x: 1 / cosine(_angle(x)),
    "CSC": lambda x: 1 / sine(_angle(x)),
    "SINH": math.sinh,
    "COSH": math.cosh,
    "TANH": math.tanh,
    "COTH": lambda x: 1 / math.tanh(x),
    "SECH": lambda x: 1 / math.cosh(x) if abs(x) < 700 else 0.0,
    "CSCH": lambda x: 1 / math.sinh(x) if abs(x) < 700 else 0.0,
    "ASIN": math.asin,
    "ACOS": math.acos,
    "ATAN": math.atan,
    "ACOT": _arccotangent,
    "ASINH": math.asinh,
    "ACOSH": math.acosh,
    "ATANH": math.atanh,
    "ACOTH": lambda x: math.atanh(1 / x) if x else _no_number(),
    "DEGREES": math.degrees,
    "RADIANS": math.radians,
}.items():
    _of_angle(_name, _compute)


def _no_number() -> float:
    raise ValueError


@scalar("IMARGUMENT")
def _imargument(value: Scalar) -> Scalar:
    """The angle of a complex number; the library's parts of it, as it misreads `-i`."""
    parts: list[float] = []
    for name in ("IMREAL", "IMAGINARY"):
        function = library.find(name)
        assert function is not None
        part = flat(library.call(function, [value]))[0]
        if not isinstance(part, float):
            return part
        parts.append(part)
    return ExcelError.DIV0 if parts == [0.0, 0.0] else math.atan2(parts[1], parts[0])
