"""Working days, weeks, and parts of a year."""

from __future__ import annotations

import calendar
from collections.abc import Sequence

from cfp_xl.engine.builtin.dates import (
    LAST_DAY,
    back,
    dated,
    day_of,
    serial_in,
    serial_of,
)
from cfp_xl.engine.builtin.define import Nodes, lazy, one
from cfp_xl.engine.convert import number
from cfp_xl.engine.evaluate import Evaluator, Result
from cfp_xl.engine.operators import flat
from cfp_xl.functions.serial_dates import DAYS_TO_1904
from cfp_xl.functions.values import ExcelError, Scalar

_SATURDAY, _SUNDAY = 5, 6


def _from_monday(serial: int) -> int:
    return (serial + 5) % 7  # 1 January 1900 is a Sunday in Excel's calendar


def _weekend(given: Scalar) -> frozenset[int] | ExcelError:
    """The days off: 1 to 7 and 11 to 17, or seven signs from Monday, 1 a day off."""
    if isinstance(given, str):
        if len(given) != 7 or set(given) - set("01"):
            return ExcelError.VALUE
        return frozenset(day for day, sign in enumerate(given) if sign == "1")
    code = number(given)
    if isinstance(code, ExcelError):
        return code
    if 1 <= int(code) <= 7:
        first = (_SATURDAY + int(code) - 1) % 7
        return frozenset({first, (first + 1) % 7})
    if 11 <= int(code) <= 17:
        return frozenset({(_SUNDAY + int(code) - 11) % 7})
    return ExcelError.NUM


def _work_until(serial: int, off: frozenset[int]) -> int:
    """The days from serial number 0 to `serial`, without those off."""
    weeks, rest = divmod(serial + 1, 7)
    beyond = sum(_from_monday(weeks * 7 + day) not in off for day in range(rest))
    return weeks * (7 - len(off)) + beyond


def _between(first: int, last: int, off: frozenset[int], holidays: Sequence[int]) -> float:
    if first > last:
        return -_between(last, first, off, holidays)
    days = _work_until(last, off) - _work_until(first - 1, off)
    return float(days - sum(first <= day <= last for day in holidays))


def _after(start: int, days: int, off: frozenset[int], holidays: Sequence[int]) -> int | None:
    """The working day so many on, or back; None outside the calendar."""
    if days == 0:
        return start
    step = 1 if days > 0 else -1
    at, left = start, abs(days)
    passed = sorted(holidays, reverse=step < 0)
    while left:
        weeks, left = divmod(left - 1, 7 - len(off))
        before, at = at, at + step * weeks * 7
        left += 1
        while left and 0 <= at <= LAST_DAY:
            at += step
            left -= _from_monday(at) not in off
        if not 0 <= at <= LAST_DAY:
            return None
        low, high = (before + 1, at) if step > 0 else (at, before - 1)
        left = sum(low <= day <= high for day in passed)
    return at


def _declare(name: str, *, counts: bool, is_international: bool) -> None:
    @lazy(name, least=2, most=4 if is_international else 3)
    def function(evaluator: Evaluator, nodes: Nodes) -> Result:
        lacks = DAYS_TO_1904 if evaluator.grid.workbook.date_1904 else 0
        at_holidays = 3 if is_international else 2
        off = _weekend(one(evaluator, nodes, 2, 1.0) if is_international else 1.0)
        if isinstance(off, ExcelError):
            return off
        holidays = _holidays(evaluator, nodes[at_holidays:], lacks, off)

        def each(first: Scalar, second: Scalar) -> Scalar:
            found = _start_and_end(first, second, lacks, is_end_a_day=counts)
            if isinstance(found, ExcelError):
                return found
            if isinstance(holidays, ExcelError):
                return holidays
            start, end = found
            if counts:
                return _between(start, int(end), off, holidays)
            return _day_after(start, end, off, holidays, lacks)

        first_two = [None if n is None else evaluator.value(n) for n in nodes[:2]]
        return evaluator.each(each, first_two)


def _start_and_end(
    first: Scalar, second: Scalar, lacks: int, *, is_end_a_day: bool
) -> tuple[int, float] | ExcelError:
    """The first day, and the last one or the number of days."""
    for value in (first, second):
        if isinstance(value, ExcelError):
            return value
        if isinstance(value, bool):
            return ExcelError.VALUE
    start = serial_in(first, lacks)
    if isinstance(start, ExcelError):
        return start
    end = serial_in(second, lacks) if is_end_a_day else number(second)
    return end if isinstance(end, ExcelError) else (int(start), end)


def _day_after(
    start: int, days: float, off: frozenset[int], holidays: Sequence[int], lacks: int
) -> Scalar:
    if len(off) == 7:
        return ExcelError.VALUE
    if abs(days) > LAST_DAY:
        return ExcelError.NUM
    return back(_after(start, int(days), off, holidays), lacks)


def _holidays(
    evaluator: Evaluator, nodes: Nodes, lacks: int, off: frozenset[int]
) -> list[int] | ExcelError:
    """Those that fall on a working day, each once."""
    node = nodes[0] if nodes else None
    found: set[int] = set()
    for value in [] if node is None else flat(evaluator.whole(node)):
        if value is None:
            continue
        serial = ExcelError.VALUE if isinstance(value, bool) else serial_in(value, lacks)
        if isinstance(serial, ExcelError):
            return serial
        found.add(int(serial))
    return [day for day in found if _from_monday(day) not in off]


_declare("NETWORKDAYS", counts=True, is_international=False)
_declare("NETWORKDAYS.INTL", counts=True, is_international=True)
_declare("WORKDAY", counts=False, is_international=False)
_declare("WORKDAY.INTL", counts=False, is_international=True)


# Weeks

_STARTS = {1: 6, 2: 0, 11: 0, 12: 1, 13: 2, 14: 3, 15: 4, 16: 5, 17: 6}
"""Which day, counted from Monday as 0, begins a week in each kind of WEEKNUM."""


@dated("WEEKNUM", least=1, most=2, takes_booleans=False)
def _weeknum(serial: float, *rest: Scalar) -> Scalar:
    kind = number(rest[0]) if len(rest) > 1 else 1.0
    if isinstance(kind, ExcelError):
        return kind
    if int(kind) == 21:
        return _iso_week(int(serial))
    if int(kind) not in _STARTS:
        return ExcelError.NUM
    new_year = serial_of(day_of(int(serial)).year, 1, 1) or 1
    into_week = (_from_monday(new_year) - _STARTS[int(kind)]) % 7
    return float((int(serial) - new_year + into_week) // 7 + 1)


@dated("ISOWEEKNUM", least=1, most=1, takes_booleans=False)
def _isoweeknum(serial: float, _: int) -> Scalar:
    return _iso_week(int(serial))


def _iso_week(serial: int) -> float:
    """A week belongs to the year of its Thursday."""
    thursday = serial - _from_monday(serial) + 3
    if thursday < 1:
        return 52.0
    new_year = serial_of(day_of(thursday).year, 1, 1) or 1
    return float((thursday - new_year) // 7 + 1)


# Parts of a year


@dated("YEARFRAC", least=2, most=3, of_serials=(0, 1), takes_booleans=False)
def _yearfrac(first: float, last: float, *rest: Scalar) -> Scalar:
    basis = number(rest[0]) if len(rest) > 1 else 0.0
    if isinstance(basis, ExcelError):
        return basis
    start, end = sorted((int(first), int(last)))
    match int(basis):
        case 0:
            return _days_us(start, end) / 360
        case 1:
            return (end - start) / _year_length(start, end) if start < end else 0.0
        case 2:
            return (end - start) / 360
        case 3:
            return (end - start) / 365
        case 4:
            (y1, m1, d1), (y2, m2, d2) = day_of(start), day_of(end)
            return ((y2 - y1) * 360 + (m2 - m1) * 30 + min(d2, 30) - min(d1, 30)) / 360
    return ExcelError.NUM


def _days_us(start: int, end: int) -> int:
    """30 days a month; the last day of February counts as the 30th where the first date is one
    (D. Wheatley, "The YEARFRAC incompatibility", for ISO/IEC 29500)."""
    (y1, m1, d1), (y2, m2, d2) = day_of(start), day_of(end)
    if m1 == 2 and d1 >= calendar.monthrange(y1, 2)[1]:
        if m2 == 2 and d2 >= calendar.monthrange(y2, 2)[1]:
            d2 = 30
        d1 = 30
    elif d1 >= 30:
        d1, d2 = 30, min(d2, 30)
    return (y2 - y1) * 360 + (m2 - m1) * 30 + d2 - d1


def _year_length(start: int, end: int) -> float:
    """Of dates within a year of each other 365 or 366 days; else the mean of all years touched."""
    (y1, m1, d1), (y2, m2, d2) = day_of(start), day_of(end)
    is_within = y1 == y2 or (y2 == y1 + 1 and (m1, d1) >= (m2, d2))
    if not is_within:
        days = sum(366 if _is_leap(year) else 365 for year in range(y1, y2 + 1))
        return days / (y2 - y1 + 1)
    if y1 == y2:
        return 366 if _is_leap(y1) else 365
    has_leap_day = (_is_leap(y1) and (m1, d1) <= (2, 29)) or (_is_leap(y2) and (m2, d2) >= (2, 29))
    return 366 if has_leap_day else 365


def _is_leap(year: int) -> bool:
    return calendar.isleap(year) or year == 1900
