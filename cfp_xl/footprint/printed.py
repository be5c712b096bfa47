"""Printed numbers: a number on paper stands for `value ± half a unit of its last digit`.

All arithmetic is decimal, so that no binary noise decides at an interval's end.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from cfp_xl.footprint.errors import FootprintError

Exact: TypeAlias = Decimal | float | int
"""A number known in full, such as a factor pinned from a factor set."""


class NotPrintedNumber(FootprintError):
    """A text that is no printed number."""

    def __init__(self, seen: object) -> None:
        super().__init__(seen=seen)
        if seen is None or not str(seen).strip():
            self.key = "footprint.not_printed_number_empty"


@dataclass(frozen=True, slots=True)
class Printed:
    """A number as printed. `17.81 %` has the value 0.1781 and half_ulp 0.00005."""

    text: str
    value: Decimal
    half_ulp: Decimal
    is_percent: bool = False

    @property
    def low(self) -> Decimal:
        return self.value - self.half_ulp

    @property
    def high(self) -> Decimal:
        return self.value + self.half_ulp


_LONGEST = 40
_NUMBER = re.compile(
    r"(?P<sign>[+-]?)(?P<whole>\d+|\d{1,3}(?:[, ]\d{3})+)?(?:\.(?P<fraction>\d*))?"
    r"(?:e(?P<exponent>[+-]?\d+)| ?[x×*·] ?10\^?(?P<power>[+-]?\d+))?"
    r" ?(?P<percent>%)?"
)


def printed(text: str | float | int) -> Printed:
    """Read a number as printed: 2.6713, 1,234.5, 17.81 %, 1.2×10⁻³, full-width digits.

    A cell that holds a number has lost its printed digits; its shortest decimal form is taken.
    A comma separates thousands, never decimals. Raises NotPrintedNumber, also for `/` and a blank.
    """
    if isinstance(text, bool) or text is None:
        raise NotPrintedNumber(text)
    if isinstance(text, int | float):
        text = _shortest(text)
    if len(text) > _LONGEST:
        raise NotPrintedNumber(f"{text[:_LONGEST]}…")
    match = _NUMBER.fullmatch(_plain(text))
    if match is None or (match["whole"] is None and not match["fraction"]):
        raise NotPrintedNumber(text)
    whole = re.sub(r"[, ]", "", match["whole"] or "")
    fraction = match["fraction"] or ""
    exponent = int(match["exponent"] or match["power"] or 0)
    if abs(exponent) > 300:
        raise NotPrintedNumber(text)
    is_percent = match["percent"] is not None
    ulp = Decimal(1).scaleb(exponent - len(fraction) - (2 if is_percent else 0))
    value = Decimal(f"{match['sign']}{whole}{fraction}") * ulp
    return Printed(text, value, ulp / 2, is_percent)


def _shortest(number: float) -> str:
    shown = repr(number)
    return shown.removesuffix(".0")


_SUPERSCRIPT_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")


def _plain(text: str) -> str:
    raised = re.sub(
        r"[⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺]+", lambda m: "^" + m.group().translate(_SUPERSCRIPT_DIGITS), text
    )
    # NFKC makes full-width digits, signs and the thin and no-break spaces plain ones.
    plain = unicodedata.normalize("NFKC", raised).strip().lower()
    return re.sub(r"[−–—]", "-", plain)


def agrees(value: Exact, reading: Printed | str | float) -> bool:
    """Whether a full-precision value rounds to the printed number (ends included)."""
    shown = reading if isinstance(reading, Printed) else printed(reading)
    # The float nearest to 2.67135 may lie a hair outside an interval that ends there.
    noise = abs(_decimal(value)) * _FLOAT_NOISE
    return abs(_decimal(value) - shown.value) <= shown.half_ulp + noise


_FLOAT_NOISE = Decimal(2) ** -50


def product_tolerance(
    emission: Printed, quantity: Printed, factor: Printed | Exact, scale: Exact = 1
) -> Decimal:
    """How far a printed E may lie from A × F × scale by rounding alone.

    ½ulp(E) + |F|·½ulp(A) + |A|·½ulp(F); the last term only for a factor known by its printed
    digits, a factor pinned from a factor set is exact. `scale` converts units exactly.
    """
    factor_value, factor_half_ulp = _value_and_half_ulp(factor)
    rounding = abs(factor_value) * quantity.half_ulp + abs(quantity.value) * factor_half_ulp
    return emission.half_ulp + rounding * abs(_decimal(scale))


def product_agrees(
    emission: Printed, quantity: Printed, factor: Printed | Exact, scale: Exact = 1
) -> bool:
    """Whether a printed row E = A × F × scale holds up to rounding."""
    factor_value, _ = _value_and_half_ulp(factor)
    difference = emission.value - quantity.value * factor_value * _decimal(scale)
    return abs(difference) <= product_tolerance(emission, quantity, factor, scale)


def sum_tolerance(parts: Iterable[Printed], total: Printed | None = None) -> Decimal:
    """How far a printed sum of n printed parts may be off: n · ½ulp.

    Where parts and total have the same last digit they differ by whole units of it, and n · ½ulp
    is the whole of what rounding can do. Where last digits differ, as in scientific notation, the
    total adds its own half unit.
    """
    half_ulps = [part.half_ulp for part in parts]
    tolerance = sum(half_ulps, Decimal(0))
    if total is not None and any(one != total.half_ulp for one in half_ulps):
        tolerance += total.half_ulp
    return tolerance


def sum_agrees(parts: Iterable[Printed], total: Printed) -> bool:
    """Whether printed parts add to a printed total up to rounding."""
    terms = tuple(parts)
    difference = sum((part.value for part in terms), Decimal(0)) - total.value
    return abs(difference) <= sum_tolerance(terms, total)


def implied_factor_interval(emission: Printed, quantity: Printed) -> tuple[Decimal, Decimal]:
    """The factors E/A that a printed row allows, lowest and highest.

    Rows with one factor must have overlapping intervals. A quantity that may be zero allows any
    factor: the upper end is then Infinity. Both numbers at or above zero.
    """
    lowest = max(emission.low, Decimal(0)) / quantity.high if quantity.high else Decimal(0)
    highest = emission.high / quantity.low if quantity.low > 0 else Decimal("Infinity")
    return lowest, highest


def _value_and_half_ulp(number: Printed | Exact) -> tuple[Decimal, Decimal]:
    if isinstance(number, Printed):
        return number.value, number.half_ulp
    return _decimal(number), Decimal(0)


def _decimal(number: Exact) -> Decimal:
    """A float by its shortest decimal form, which is what was written: 0.5777 is 0.5777."""
    return number if isinstance(number, Decimal) else Decimal(repr(float(number)))
