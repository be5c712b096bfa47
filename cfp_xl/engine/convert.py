"""How Excel turns one kind of value into another: text to number, number to text, anything to
bool, and what order values of different kinds have."""

from __future__ import annotations

import math
import re
from datetime import date
from typing import cast

from cfp_xl.functions.values import ExcelError, Scalar

_LONGEST_NUMBER = 20
"""A number that needs more signs than this in plain digits is written as 1.5E-12."""

_CURRENCY = r"[$€£¥￥]?"
_PLAIN = re.compile(
    rf"(?P<open>\()?(?P<sign>[-+]?){_CURRENCY}(?P<sign2>[-+]?)"
    r"(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d*)?|\d+\.?\d*|\.\d+)"
    r"(?P<exponent>E[-+]?\d+)?(?P<percent>\s*%)?(?P<close>\))?",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"(?P<year>\d{4})[-/](?P<month>\d{1,2})[-/](?P<day>\d{1,2})"
    r"|(?P<cyear>\d{4})年(?P<cmonth>\d{1,2})月(?P<cday>\d{1,2})日"
)
_TIME = re.compile(r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}(?:\.\d+)?))?")


def number(value: Scalar) -> float | ExcelError:
    """`value` where an operator or function wants a number; text that is none gives #VALUE!."""
    match value:
        case ExcelError():
            return value
        case None:
            return 0.0
        case str():
            return number_in_text(value)
        case _:
            return float(value)


def number_in_text(text: str) -> float | ExcelError:
    """The number a text stands for, as VALUE reads it: 1,234.5, 10%, (3), 1E3, dates, times."""
    stripped = text.strip()
    if match := _PLAIN.fullmatch(stripped):
        if bool(match["open"]) != bool(match["close"]):
            return ExcelError.VALUE
        parsed = float(match["digits"].replace(",", "") + (match["exponent"] or ""))
        if not math.isfinite(parsed):
            return ExcelError.VALUE
        is_negative = (match["sign"] + match["sign2"]) == "-" or bool(match["open"])
        return (-parsed if is_negative else parsed) / (100 if match["percent"] else 1)
    day, _, time = stripped.partition(" ")
    if found := _DATE.fullmatch(day):
        fraction = _time_fraction(time.strip()) if time.strip() else 0.0
        serial = _date_serial(found)
        return ExcelError.VALUE if serial is None or fraction is None else serial + fraction
    fraction = _time_fraction(stripped)
    return ExcelError.VALUE if fraction is None else fraction


def _date_serial(found: re.Match[str]) -> float | None:
    year, month, day = (int(part) for part in found.groups() if part)
    try:
        days = (date(year, month, day) - date(1899, 12, 30)).days
    except ValueError:
        return None
    # Excel counts a 29 February 1900, so days before March 1900 are one less.
    return None if year < 1900 else float(days if days > 60 else days - 1)


def _time_fraction(text: str) -> float | None:
    found = _TIME.fullmatch(text)
    if found is None:
        return None
    seconds = int(found["hour"]) * 3600 + int(found["minute"]) * 60 + float(found["second"] or 0)
    return seconds / 86400


def text(value: Scalar) -> str | ExcelError:
    """`value` where an operator or function wants text."""
    match value:
        case ExcelError():
            return value
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case str():
            return value
        case _:
            return text_of_number(float(value))


def text_of_number(value: float) -> str:
    """A number as Excel writes it into text: 15 significant digits, no trailing zeros."""
    if value == 0:
        return "0"
    mantissa, _, exponent_text = f"{value:.14e}".partition("e")
    digits = mantissa.lstrip("-").replace(".", "").rstrip("0")
    exponent, sign = int(exponent_text), "-" if value < 0 else ""
    if exponent >= len(digits) - 1:
        plain = digits + "0" * (exponent - len(digits) + 1)
    elif exponent >= 0:
        plain = f"{digits[: exponent + 1]}.{digits[exponent + 1 :]}"
    else:
        plain = "0." + "0" * (-exponent - 1) + digits
    if len(plain) <= _LONGEST_NUMBER:
        return sign + plain
    fraction = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{sign}{digits[0]}{fraction}E{exponent:+03d}"


def boolean(value: Scalar) -> bool | ExcelError:
    """`value` as a condition: numbers other than 0 are true; text that is neither is #VALUE!."""
    match value:
        case ExcelError() | bool():
            return value
        case None:
            return False
        case str():
            folded = value.casefold()
            return folded == "true" if folded in ("true", "false") else ExcelError.VALUE
        case _:
            return value != 0


def compare(a: Scalar, b: Scalar) -> int:
    """-1, 0 or 1: numbers before text before FALSE before TRUE; a blank is 0, "" or FALSE.

    Numbers that agree in 15 significant digits are equal, as in Excel; texts without regard to
    case. Neither may be an error.
    """
    a, b = _blank_like(a, b), _blank_like(b, a)
    kind_a, kind_b = _kind(a), _kind(b)
    if kind_a != kind_b:
        return -1 if kind_a < kind_b else 1
    if isinstance(a, str) and isinstance(b, str):
        a, b = a.casefold(), b.casefold()
        return (a > b) - (a < b)
    x, y = cast(float, number(a)), cast(float, number(b))
    if x == y or f"{x:.14e}" == f"{y:.14e}":
        return 0
    return -1 if x < y else 1


def _blank_like(value: Scalar, other: Scalar) -> Scalar:
    if value is not None:
        return value
    if isinstance(other, str):
        return ""
    return False if isinstance(other, bool) else 0.0


def _kind(value: Scalar) -> int:
    if isinstance(value, bool):
        return 2
    return 1 if isinstance(value, str) else 0
