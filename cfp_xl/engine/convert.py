"""How Excel turns one kind of value into another: text to number, number to text, anything to
bool, and what order values of different kinds have."""

from __future__ import annotations

import math
import re
from datetime import datetime
from functools import lru_cache
from typing import cast

from cfp_xl.functions.serial_dates import DAY_0
from cfp_xl.functions.values import ExcelError, Scalar

BLANKS = " \t\n\r\v\f"
"""What may stand around a number in a text. Python's own strip() takes every Unicode blank."""

_LONGEST_NUMBER = 20
"""A number that needs more signs than this in plain digits is written as 1.5E-12."""

_CURRENCY = r"[$€£¥￥]?"
_PLAIN = re.compile(
    rf"(?P<open>\()?(?P<sign>[-+]?){_CURRENCY}(?P<sign2>[-+]?)"
    r"(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d*)?|\d+\.?\d*|\.\d+)"
    r"(?P<exponent>E[-+]?\d+)?(?P<percent>[ ]*%)?(?P<close>\))?",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
_MIXED = re.compile(r"(?P<sign>[-+]?)(?P<whole>\d+) (?P<above>\d+)/(?P<below>[1-9]\d*)")

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAMED = (
    r"(?P<{}>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_YEAR = r"(?P<year>\d{4}|\d{2})"
_DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})",
        r"(?P<year>\d{4})年(?P<month>\d{1,2})月(?P<day>\d{1,2})日",
        rf"(?P<month>\d{{1,2}})[-/](?P<day>\d{{1,2}})[-/]{_YEAR}",
        rf"(?P<day>\d{{1,2}})[-/ ]?{_NAMED.format('name')}[-/, ]\s*{_YEAR}",
        rf"{_NAMED.format('name')}[- ](?P<day>\d{{1,2}}),\s*(?P<year>\d{{4}})",
        rf"{_NAMED.format('name')}[- ,/]\s*(?P<year>\d{{4}})",
        r"(?P<year>\d{4})[-/](?P<month>\d{1,2})",
    )
)
"""As Excel reads them in English (United States); a year of two digits is 1930 to 2029."""

_TIME = re.compile(
    r"(?P<hour>\d{1,4}):(?P<minute>\d{1,2})(?::(?P<second>\d{1,2}(?:\.\d+)?))?\s*(?P<half>[AP]M?)?"
    r"|(?P<full>\d{1,2})\s+(?P<full_half>[AP]M?)",
    re.IGNORECASE,
)
_DATE_AND_TIME = re.compile(
    r"(?P<date>.*?[\d日])[ ]+(?P<time>\d{1,4}(?::|\s+[AP]).*)", re.IGNORECASE
)


def number(value: Scalar) -> float | ExcelError:
    """`value` where an operator or function wants a number; text that is none gives #VALUE!."""
    if type(value) is float:
        return value
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
    if not _DIGIT.search(text):
        return ExcelError.VALUE
    stripped = text.strip(BLANKS)  # a non-breaking blank makes it a text, as in Excel
    if match := _PLAIN.fullmatch(stripped):
        if bool(match["open"]) != bool(match["close"]):
            return ExcelError.VALUE
        parsed = float(match["digits"].replace(",", "") + (match["exponent"] or ""))
        if not math.isfinite(parsed):
            return ExcelError.VALUE
        is_negative = (match["sign"] + match["sign2"]) == "-" or bool(match["open"])
        return (-parsed if is_negative else parsed) / (100 if match["percent"] else 1)
    if match := _MIXED.fullmatch(stripped):
        amount = int(match["whole"]) + int(match["above"]) / int(match["below"])
        return -amount if match["sign"] == "-" else amount
    # blanks around a number are passed over, around a date they are not
    serial = date_and_time(text)
    return ExcelError.VALUE if serial is None else serial


@lru_cache(maxsize=4096)
def date_and_time(text: str) -> float | None:
    """The serial number of a date, a time or both; None where `text` is none."""
    if (serial := _date_serial(text)) is not None:
        return serial
    if both := _DATE_AND_TIME.fullmatch(text):
        day, fraction = _date_serial(both["date"].rstrip(", ")), _time_fraction(both["time"])
        if day is not None and fraction is not None:
            return day + fraction
    return _time_fraction(text)


def _date_serial(text: str) -> float | None:
    found = next((m for pattern in _DATES if (m := pattern.fullmatch(text))), None)
    if found is None:
        return None
    parts = found.groupdict()
    year = int(parts["year"])
    if len(parts["year"]) == 2:
        year += 2000 if year < 30 else 1900
    name = parts.get("name")
    month = _MONTHS.index(name[:3].lower()) + 1 if name else int(parts["month"] or 0)
    day_of_month = int(parts.get("day") or 1)
    if (year, month, day_of_month) == (1900, 2, 29):
        return 60.0  # the day that Excel counts though it never was
    try:
        days = (datetime(year, month, day_of_month) - DAY_0).days
    except ValueError:
        return None
    return None if year < 1900 else float(days if days > 60 else days - 1)


def _time_fraction(text: str) -> float | None:
    found = _TIME.fullmatch(text)
    if found is None:
        return None
    hour, minute = int(found["hour"] or found["full"]), int(found["minute"] or 0)
    second = float(found["second"] or 0)
    if minute > 59 or second >= 60:
        return None
    if half := found["half"] or found["full_half"]:
        if not 0 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half.upper().startswith("P") else 0)
    return (hour * 3600 + minute * 60 + second) / 86400


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


_NEARLY_EQUAL = 1e-12


def compare(a: Scalar, b: Scalar) -> int:
    """-1, 0 or 1: numbers before text before FALSE before TRUE; a blank is 0, "" or FALSE.

    Numbers that agree in 15 significant digits are equal, as in Excel; texts without regard to
    case. Neither may be an error.
    """
    if type(a) is type(b) is float:
        return _order(a, b)
    a, b = _blank_like(a, b), _blank_like(b, a)
    kind_a, kind_b = _kind(a), _kind(b)
    if kind_a != kind_b:
        return -1 if kind_a < kind_b else 1
    if isinstance(a, str) and isinstance(b, str):
        return order_of_texts(a, b)
    return _order(cast(float, number(a)), cast(float, number(b)))


def order_of_texts(a: str, b: str) -> int:
    """As `compare`."""
    a, b = a.casefold(), b.casefold()
    return (a > b) - (a < b)


def _order(x: float, y: float) -> int:
    if x == y:
        return 0
    is_near = abs(x - y) <= _NEARLY_EQUAL * max(abs(x), abs(y))  # writing digits takes its time
    if is_near and f"{x:.14e}" == f"{y:.14e}":
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
