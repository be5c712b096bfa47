"""Rounding on decimal digits as Excel shows them, and integer functions with bounds.

1.005 is stored a little below; Excel still rounds it to 1.01, for it rounds the 15 digits it
shows. The library rounds the binary number.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Decimal

from cfp_xl.engine.builtin.define import scalar
from cfp_xl.engine.convert import number
from cfp_xl.functions.values import ExcelError, Scalar

_MOST_DIGITS = 400


def _rounded(value: Scalar, digits: Scalar, rounding: str) -> Scalar:
    x, n = number(value), number(digits)
    if isinstance(x, ExcelError):
        return x
    if isinstance(n, ExcelError):
        return n
    places = max(-_MOST_DIGITS, min(_MOST_DIGITS, int(n)))
    shown = Decimal(f"{x:.14e}")
    if shown.adjusted() + places > 15:  # no digit to cut
        return x
    step = Decimal(1).scaleb(-places)
    return float((shown / step).to_integral_value(rounding) * step) + 0.0


@scalar("ROUND", most=2)
def _round(value: Scalar, digits: Scalar = None) -> Scalar:
    return _rounded(value, digits, ROUND_HALF_UP)


@scalar("ROUNDUP", most=2)
def _roundup(value: Scalar, digits: Scalar = None) -> Scalar:
    return _rounded(value, digits, ROUND_UP)


@scalar("ROUNDDOWN", "TRUNC", most=2)
def _rounddown(value: Scalar, digits: Scalar = None) -> Scalar:
    return _rounded(value, digits, ROUND_DOWN)


def _of_number(name: str, compute: Callable[[float], float]) -> None:
    @scalar(name)
    def function(value: Scalar) -> Scalar:
        x = number(value)
        if isinstance(x, ExcelError):
            return x
        try:
            result = compute(x)
        except (ValueError, OverflowError):
            return ExcelError.NUM
        return result + 0.0 if math.isfinite(result) else ExcelError.NUM


for _name, _compute in {
    "ABS": math.fabs,
    "INT": lambda x: float(math.floor(x)),
    "SIGN": lambda x: float((x > 0) - (x < 0)),
    "SQRT": math.sqrt,
    "EXP": math.exp,
    "LN": math.log,
    "LOG10": math.log10,
    "FACT": lambda x: float(math.factorial(_small(int(x), 170))),
    "FACTDOUBLE": lambda x: float(math.prod(range(_small(int(x), 300), 1, -2))),
}.items():
    _of_number(_name, _compute)


def _small(n: int, most: int) -> int:
    """Beyond it the result is no number of Excel's, and computing it would take forever."""
    if not 0 <= n <= most:
        raise ValueError
    return n


def _of_two(name: str, compute: Callable[[float, float], float | ExcelError]) -> None:
    @scalar(name, least=2, most=2)
    def function(first: Scalar, second: Scalar) -> Scalar:
        x, y = number(first), number(second)
        if isinstance(x, ExcelError):
            return x
        if isinstance(y, ExcelError):
            return y
        try:
            result = compute(x, y)
        except ZeroDivisionError:
            return ExcelError.DIV0
        except (ValueError, OverflowError):
            return ExcelError.NUM
        if isinstance(result, ExcelError):
            return result
        return result + 0.0 if math.isfinite(result) else ExcelError.NUM


def _combinations(x: float, y: float) -> float:
    n, k = int(x), int(y)
    if n < 0 or k < 0 or k > n:
        raise ValueError
    return float(math.comb(n, _small(min(k, n - k), 1030)))


def _power(x: float, y: float) -> float:
    if x == 0 and y == 0:
        raise ValueError
    return math.pow(x, y) if x or y > 0 else x / 0


_of_two("MOD", lambda x, y: x - y * math.floor(x / y))
_of_two("QUOTIENT", lambda x, y: float(math.trunc(x / y)))
_of_two("POWER", _power)
_of_two("COMBIN", _combinations)
_of_two("COMBINA", lambda n, k: 1.0 if n == k == 0 else _combinations(n + k - 1, k))
_of_two("PERMUT", lambda n, k: float(math.perm(int(n), _small(int(k), 1030))))


@scalar("LOG", most=2)
def _log(value: Scalar, base: Scalar = 10.0) -> Scalar:
    x, b = number(value), number(base)
    if isinstance(x, ExcelError):
        return x
    if isinstance(b, ExcelError):
        return b
    if x <= 0 or b <= 0:
        return ExcelError.NUM
    if b == 1:
        return ExcelError.DIV0
    return math.log10(x) if b == 10 else math.log(x) / math.log(b)


@scalar("N", sees_errors=True)
def _n(value: Scalar) -> Scalar:
    if isinstance(value, ExcelError):
        return value
    return 0.0 if value is None or isinstance(value, str) else float(value)
