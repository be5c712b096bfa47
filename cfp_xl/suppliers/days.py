"""Days as suppliers type them: 2025年3月, 2025/3/31, 20250331, 31.12.2025, a date of the sheet."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from typing import Literal

from cfp_xl.footprint.wording import shortened
from cfp_xl.functions.serial_dates import moment_of
from cfp_xl.functions.values import ExcelError, Scalar
from cfp_xl.schema.understand import NotUnderstood, plain, says_nothing

Edge = Literal["start", "end"]
"""Which day a month or a year means: its first or its last."""

EARLIEST, LATEST = 1990, 2100
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_MARK = r"\s*[-/.年]\s*"
_YEAR_FIRST = re.compile(rf"(\d{{4}}){_MARK}(\d{{1,2}})(?:\s*[-/.月]\s*(\d{{1,2}}))?\s*[月日号]?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})?")
_YEAR = re.compile(r"(\d{4})\s*(?:年|年度|年全年|全年)?")
_QUARTER = re.compile(
    r"(\d{4})\s*[-年]?\s*(?:q([1-4])|第?([1-4一二三四])季度?)|q([1-4])[ -]*(\d{4})"
)
_DAY_FIRST = re.compile(r"(\d{1,2})\s*([./-])\s*(\d{1,2})\s*[./-]\s*(\d{4})")
_WORDS = re.compile(
    r"(?:(?P<day>\d{1,2})(?:st|nd|rd|th)?\.?\s+)?(?P<month>[a-z]{3})[a-z]*\.?,?\s+"
    r"(?:(?P<day_after>\d{1,2})(?:st|nd|rd|th)?,?\s+)?(?P<year>\d{4})"
)
_TIME = re.compile(r"[t ]00:00(?::00(?:\.0+)?)?$")


def day(value: Scalar, edge: Edge, *, date_1904: bool = False) -> date | None:
    """The day in a cell; None where it says nothing. Raises NotUnderstood.

    A number is a date of the sheet, or a year, month or day written as one (2025, 202503,
    20250331). `03/04/2025` may be March or April and is refused.
    """
    if says_nothing(value):
        return None
    if isinstance(value, bool | ExcelError):
        raise NotUnderstood("day", seen=str(value))
    if isinstance(value, str):
        return _of_text(value, edge)
    number = float(value or 0.0)
    if number.is_integer() and (EARLIEST <= number <= LATEST or number >= EARLIEST * 100):
        return _of_text(str(int(number)), edge)
    if not 0 < number < 200_000:
        raise NotUnderstood("day", seen=f"{number:.15g}")
    found = moment_of(int(number), date_1904=date_1904).date()
    if not _is_near(found):
        raise NotUnderstood("day", seen=f"{number:.15g}")
    return found


def _of_text(typed: str, edge: Edge) -> date:
    seen = shortened(typed)
    text = _TIME.sub("", plain(typed[:100]).lower())
    parts = _parts(text, seen)
    if parts is None:
        raise NotUnderstood("day", seen=seen)
    year, first_month, last_month, day_of_month = parts
    month = first_month if edge == "start" else last_month
    if not 1 <= month <= 12 or not EARLIEST <= year <= LATEST:
        raise NotUnderstood("day", seen=seen)
    days = monthrange(year, month)[1]
    if day_of_month is None:
        day_of_month = 1 if edge == "start" else days
    if not 1 <= day_of_month <= days:
        raise NotUnderstood("day", seen=seen)
    return date(year, month, day_of_month)


def _parts(text: str, seen: str) -> tuple[int, int, int, int | None] | None:
    """Year, first and last month, and the day where one is given."""
    if match := _YEAR.fullmatch(text):
        return int(match[1]), 1, 12, None
    if match := _QUARTER.fullmatch(text):
        named = match[2] or match[3] or match[4]
        quarter = "一二三四".find(named) + 1 or int(named)
        return int(match[1] or match[5]), 3 * quarter - 2, 3 * quarter, None
    if match := _YEAR_FIRST.fullmatch(text) or _COMPACT.fullmatch(text):
        month = int(match[2])
        return int(match[1]), month, month, int(match[3]) if match[3] else None
    if match := _WORDS.fullmatch(text):
        if match["month"] not in MONTHS:
            return None
        month = MONTHS.index(match["month"]) + 1
        day_text = match["day"] or match["day_after"]
        return int(match["year"]), month, month, int(day_text) if day_text else None
    if match := _DAY_FIRST.fullmatch(text):
        return _day_first(int(match[1]), match[2], int(match[3]), int(match[4]), seen)
    return None


def _day_first(
    one: int, mark: str, other: int, year: int, seen: str
) -> tuple[int, int, int, int | None]:
    """`31/12/2025` and `12/31/2025` say which is the day; points are written day first."""
    if mark == "." or one > 12 or one == other:
        return year, other, other, one
    if other > 12:
        return year, one, one, other
    raise NotUnderstood("day_or_month", seen=seen, one=one, other=other, year=year)


def _is_near(found: date) -> bool:
    return EARLIEST <= found.year <= LATEST
