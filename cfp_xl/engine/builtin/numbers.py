"""Rounding on decimal digits as Excel shows them, and integer functions with bounds.

1.005 is stored a little below; Excel still rounds it to 1.01, for it rounds the 15 digits it
shows. The library rounds the binary number.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Decimal
from typing import cast

from cfp_xl.engine import library
from cfp_xl.engine.areas import Reference
from cfp_xl.engine.builtin.define import Nodes, given, lazy, one, scalar, whole
from cfp_xl.engine.convert import number, text
from cfp_xl.engine.evaluate import Evaluator, Result
from cfp_xl.engine.operators import Value, arithmetic, flat, power
from cfp_xl.engine.tree import Node
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


def round_to(x: float, places: int) -> float:
    """`x` rounded to decimal places as ROUND does it; before the point where negative."""
    return cast(float, _rounded(x, float(places), ROUND_HALF_UP))


@scalar("ROUND", most=2)
def _round(value: Scalar, digits: Scalar = None) -> Scalar:
    return _rounded(value, digits, ROUND_HALF_UP)


@scalar("ROUNDUP", most=2)
def _roundup(value: Scalar, digits: Scalar = None) -> Scalar:
    return _rounded(value, digits, ROUND_UP)


@scalar("ROUNDDOWN", "TRUNC", most=2)
def _rounddown(value: Scalar, digits: Scalar = None) -> Scalar:
    return _rounded(value, digits, ROUND_DOWN)


def _of_numbers(
    name: str, compute: Callable[..., float], *, count: int = 1, takes_booleans: bool = True
) -> None:
    """Functions that came with the Analysis ToolPak refuse TRUE and FALSE."""
    computed = arithmetic(compute)

    @scalar(name, least=count, most=count)
    def function(*values: Scalar) -> Scalar:
        if not takes_booleans and any(isinstance(value, bool) for value in values):
            return ExcelError.VALUE
        return computed(*values)


for _name, _compute in {
    "ABS": math.fabs,
    "INT": lambda x: float(math.floor(x)),
    "SIGN": lambda x: float((x > 0) - (x < 0)),
    "SQRT": math.sqrt,
    "EXP": math.exp,
    "LN": math.log,
    "LOG10": math.log10,
    "FACT": lambda x: float(math.factorial(_small(int(x), 170))),
}.items():
    _of_numbers(_name, _compute)


def _small(n: int, most: int) -> int:
    """Beyond it the result is no number of Excel's, and computing it would take forever."""
    if not 0 <= n <= most:
        raise ValueError
    return n


def _repeated_combinations(n: int, k: int) -> float:
    return 1.0 if n == k == 0 else _combinations(n + k - 1, k)


def _combinations(x: float, y: float) -> float:
    n, k = int(x), int(y)
    if n < 0 or k < 0 or k > n:
        raise ValueError
    return float(math.comb(n, _small(min(k, n - k), 1030)))


def _permutations(n: int, k: int) -> float:
    if n <= 0 or k > n:
        raise ValueError
    return float(math.perm(n, _small(k, 1030)))


_LARGEST_QUOTIENT = 1_125_900_000_000
"""Beyond it MOD is #NUM!."""


def _modulo(x: float, y: float) -> float:
    if abs(x / y) >= _LARGEST_QUOTIENT:
        raise ValueError
    return x - y * math.floor(x / y)


_of_numbers("MOD", _modulo, count=2)
_of_numbers("QUOTIENT", lambda x, y: float(math.trunc(x / y)), count=2, takes_booleans=False)
_of_numbers("POWER", power, count=2)
_of_numbers("COMBIN", _combinations, count=2)
_of_numbers("COMBINA", lambda n, k: _repeated_combinations(int(n), int(k)), count=2)
_of_numbers("PERMUT", lambda n, k: _permutations(int(n), int(k)), count=2)


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


@lazy("N", least=1, most=1, for_each=True)
def _n(evaluator: Evaluator, nodes: Nodes) -> Result:
    """Of a range its first cell."""
    return evaluator.each(_number_of, [first_of_range(evaluator, given(nodes, 0))])


def first_of_range(evaluator: Evaluator, node: Node) -> Value:
    """The first cell of a range; any other value as it is."""
    result = evaluator.result(node)
    value = evaluator.read(result)
    return flat(value)[0] if isinstance(result, Reference) else value


def _number_of(value: Scalar) -> Scalar:
    if isinstance(value, ExcelError):
        return value
    return 0.0 if value is None or isinstance(value, str) else float(value)


def all_numbers(*values: Scalar) -> list[float] | ExcelError:
    """Each value as a number, a blank as 0; or the first error."""
    numbers = [number(value) for value in values]
    error = next((n for n in numbers if isinstance(n, ExcelError)), None)
    return error or [n for n in numbers if isinstance(n, float)]


def numbers_only(values: Iterable[Scalar]) -> list[float] | ExcelError:
    """Each value as a number, numeric text too; blanks are left out. Or the first error."""
    found: list[float] = []
    for value in values:
        if value is None:
            continue
        converted = ExcelError.VALUE if isinstance(value, bool) else number(value)
        if isinstance(converted, ExcelError):
            return converted
        found.append(converted)
    return found


_LARGEST_INTEGER = 2.0**53
_LARGEST_LOGARITHM = 710.0
"""Of what a number can hold; a larger binomial is not computed first."""


def _divisors(name: str, join: Callable[[int, int], int]) -> None:
    @lazy(name, least=1)
    def function(evaluator: Evaluator, nodes: Nodes) -> Result:
        if any(node is None for node in nodes):
            return ExcelError.NA
        numbers = numbers_only(s for node in nodes for s in flat(evaluator.whole(node)))  # type: ignore[arg-type]
        if isinstance(numbers, ExcelError):
            return numbers
        if not numbers or any(not 0 <= n < _LARGEST_INTEGER for n in numbers):
            return ExcelError.NUM if numbers else ExcelError.VALUE
        joined = 0 if name == "GCD" else 1
        for n in numbers:
            joined = join(joined, int(n))
        return float(joined) if joined < _LARGEST_INTEGER else ExcelError.NUM


@whole("MULTINOMIAL")
def _multinomial(*values: Value) -> Result:
    """(a+b+…)! / (a! b! …), as a product of binomials."""
    counts = numbers_only(scalar for value in values for scalar in flat(value))
    if isinstance(counts, ExcelError):
        return counts
    if any(not 0 <= count < _LARGEST_INTEGER for count in counts):
        return ExcelError.NUM
    size, ways = 0, 1
    for count in sorted(map(int, counts), reverse=True):
        size += count
        logarithm = math.lgamma(size + 1) - math.lgamma(count + 1) - math.lgamma(size - count + 1)
        if logarithm > _LARGEST_LOGARITHM:
            return ExcelError.NUM
        ways *= math.comb(size, count)
    return float(ways)


@scalar("PERMUTATIONA", least=2, most=2)
def _permutationa(total: Scalar, chosen: Scalar) -> Scalar:
    numbers = all_numbers(total, chosen)
    if isinstance(numbers, ExcelError):
        return numbers
    base, exponent = map(math.trunc, numbers)
    if base < 0 or exponent < 0 or (base == 0 and exponent > 0):
        return ExcelError.NUM
    return float(base) ** exponent


_divisors("GCD", math.gcd)
_divisors("LCM", math.lcm)


def _away(x: float, first: int) -> float:
    """Away from zero to the next of first, first + 2, …"""
    steps = math.ceil((abs(x) - first) / 2)
    return math.copysign(float(max(steps, 0) * 2 + first), x) if x or first else 0.0


_of_numbers("EVEN", lambda x: _away(x, 0))
_of_numbers("ODD", lambda x: _away(x, 1))
_of_numbers("SQRTPI", lambda x: math.sqrt(x * math.pi), takes_booleans=False)
_of_numbers(
    "FACTDOUBLE",
    lambda x: 1.0 if -1 <= x < 0 else float(math.prod(range(_small(int(x), 300), 1, -2))),
    takes_booleans=False,
)


# Multiples: the quotient is rounded to 15 digits first, so that 0.3 is three times 0.1.


def _steps(x: float, step: float) -> float:
    return float(f"{x / step:.14e}")


def _ceiling(x: float, step: float) -> float:
    if x > 0 > step:
        raise ValueError
    return math.ceil(_steps(x, step)) * step if x and step else 0.0


def _floor(x: float, step: float) -> float:
    if x > 0 > step:
        raise ValueError
    if x == 0:
        return 0.0
    return math.floor(_steps(x, step)) * step


def _mround(x: float, step: float) -> float:
    if x * step < 0:
        raise ValueError
    if not x or not step:
        return 0.0
    return math.floor(_steps(x, step) + 0.5) * step


_of_numbers("CEILING", _ceiling, count=2)
_of_numbers("FLOOR", _floor, count=2)
_of_numbers("MROUND", _mround, count=2, takes_booleans=False)


def _math_multiples(name: str, cut: Callable[[float], int], other: Callable[[float], int]) -> None:
    @scalar(name, most=3)
    def function(value: Scalar, step: Scalar = 1.0, mode: Scalar = 0.0) -> Scalar:
        """The sign of the step does not matter; a mode rounds negative numbers the other way."""
        numbers = all_numbers(value, 1.0 if step is None else step, mode)
        if isinstance(numbers, ExcelError):
            return numbers
        x, size, turned = numbers
        if not size:
            return 0.0
        rounding = other if turned and x < 0 and name.endswith("MATH") else cut
        return rounding(_steps(x, abs(size))) * abs(size) + 0.0


_math_multiples("CEILING.MATH", math.ceil, math.floor)
_math_multiples("FLOOR.MATH", math.floor, math.ceil)
_math_multiples("CEILING.PRECISE", math.ceil, math.floor)
_math_multiples("ISO.CEILING", math.ceil, math.floor)
_math_multiples("FLOOR.PRECISE", math.floor, math.ceil)


_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@scalar("BASE", least=2, most=3)
def _base(value: Scalar, radix: Scalar, width: Scalar = 0.0) -> Scalar:
    numbers = all_numbers(value, radix, width)
    if isinstance(numbers, ExcelError):
        return numbers
    n, base, least = (int(x) for x in numbers)
    if not (0 <= n < 2**53 and 2 <= base <= 36 and 0 <= least <= 255):
        return ExcelError.NUM
    shown = ""
    while n:
        n, digit = divmod(n, base)
        shown = _DIGITS[digit] + shown
    return shown.rjust(max(least, 1), "0")


@scalar("DECIMAL", least=2, most=2)
def _decimal(value: Scalar, radix: Scalar) -> Scalar:
    base = number(radix)
    if isinstance(base, ExcelError):
        return base
    digits = str(text(value)).strip().upper()
    if len(digits) > 255:
        return ExcelError.VALUE
    total = 0
    for sign in digits:
        digit = _DIGITS.find(sign)
        if not 2 <= int(base) <= 36 or not 0 <= digit < int(base):
            return ExcelError.NUM
        total = total * int(base) + digit
    return float(total)


@lazy("SERIESSUM", least=4, most=4)
def _seriessum(evaluator: Evaluator, nodes: Nodes) -> Result:
    """a1·x^n + a2·x^(n+m) + …"""
    numbers = numbers_only([one(evaluator, nodes, at, 0.0) or 0.0 for at in range(3)])
    factors = numbers_only(flat(evaluator.whole(given(nodes, 3))))
    if isinstance(numbers, ExcelError):
        return numbers
    if isinstance(factors, ExcelError):
        return factors
    x, first, step = numbers
    try:
        summed = sum(factor * power(x, first + i * step) for i, factor in enumerate(factors))
    except (ValueError, OverflowError, ZeroDivisionError):
        return ExcelError.NUM
    return float(summed)


_BINARY_PREFIX = re.compile("([kMGTPEZY]i)(bit|byte)")


@scalar("CONVERT", least=3, most=3)
def _convert(value: Scalar, from_unit: Scalar, to_unit: Scalar) -> Scalar:
    """The library's, with register tons, and binary prefixes, which it misreads."""
    if isinstance(value, bool):
        return ExcelError.VALUE
    amount = number(value)
    if isinstance(amount, ExcelError):
        return amount
    plain_from, up = _plain_unit(str(text(from_unit)))
    plain_to, down = _plain_unit(str(text(to_unit)))
    function = library.find("CONVERT")
    assert function is not None
    converted = flat(library.call(function, [amount, plain_from, plain_to]))[0]
    return converted * up / down if isinstance(converted, float) else converted


def _plain_unit(unit: str) -> tuple[str, float]:
    """A unit that the library knows, and how many of it the given one is."""
    if unit in ("GRT", "regton"):
        return "ft^3", 100.0
    found = _BINARY_PREFIX.fullmatch(unit)
    if found is None:
        return unit, 1.0
    return found[2], 1024.0 ** ("kMGTPEZY".index(found[1][0]) + 1)
