"""Dates as serial numbers: days from 1900 with the 29 February 1900 that Excel counts, or from
1904 where the workbook says so."""

from __future__ import annotations

import calendar
import math
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from cfp_xl.engine.builtin.define import Nodes, lazy
from cfp_xl.engine.builtin.numbers import all_numbers
from cfp_xl.engine.convert import boolean, date_and_time, number
from cfp_xl.engine.evaluate import Evaluator, Result
from cfp_xl.functions.serial_dates import DAY_0, DAYS_TO_1904, moment_of
from cfp_xl.functions.values import ExcelError, Scalar

LAST_DAY = 2_958_465


class Day(NamedTuple):
    """A date of Excel's calendar, which has a 0 January and a 29 February 1900."""

    year: int
    month: int
    day: int


def day_of(serial: int) -> Day:
    """The date of a serial number from 1900, 0 to 2,958,465."""
    if serial == 0:
        return Day(1900, 1, 0)
    if serial == 60:
        return Day(1900, 2, 29)
    real = moment_of(serial + (serial < 60))
    return Day(real.year, real.month, real.day)


def serial_of(year: int, month: int, day: int) -> int | None:
    """The serial number from 1900; months and days may run over. None outside the calendar."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    if not 1899 <= year <= 9999:
        return None
    first = (datetime(year, month, 1) - DAY_0).days
    if first <= 60:
        first -= 1
    serial = first + day - 1
    return serial if 0 <= serial <= LAST_DAY else None


Compute = Callable[..., Scalar]


def dated(
    *names: str,
    least: int,
    most: int,
    of_serials: tuple[int, ...] = (0,),
    takes_booleans: bool = True,
) -> Callable[[Compute], Compute]:
    """A function whose arguments at `of_serials` are dates, given to it as counted from 1900.

    It gets `days_1904` too: how many days the workbook's serial numbers lack.
    """

    def declare(function: Compute) -> Compute:
        def builtin(evaluator: Evaluator, nodes: Nodes) -> Result:
            lacks = DAYS_TO_1904 if evaluator.grid.workbook.date_1904 else 0

            def each(*values: Scalar) -> Scalar:
                shifted: list[Scalar] = []
                for position, value in enumerate(values):
                    if isinstance(value, ExcelError):
                        return value
                    converted: Scalar = value
                    if isinstance(value, bool) and not takes_booleans:
                        return ExcelError.VALUE
                    if position in of_serials:
                        converted = serial_in(value, lacks)
                        if isinstance(converted, ExcelError):
                            return converted
                    shifted.append(converted)
                return function(*shifted, lacks)

            values = [None if node is None else evaluator.value(node) for node in nodes]
            return evaluator.each(each, values)

        for name in names:
            lazy(name, least=least, most=most)(builtin)
        return function

    return declare


def serial_in(value: Scalar, lacks: int) -> float | ExcelError:
    """Text is read as a date, which is then counted from 1900 already."""
    serial = number(value)
    if isinstance(serial, ExcelError):
        return serial
    if not isinstance(value, str) or date_and_time(value) is None:
        serial += lacks
    return serial if 0 <= serial < LAST_DAY + 1 else ExcelError.NUM


def back(serial: int | None, lacks: int) -> Scalar:
    """A day of the calendar from 1900 in the workbook's own; #NUM! before its first."""
    if serial is None or serial < lacks:
        return ExcelError.NUM
    return float(serial - lacks)


@dated("YEAR", least=1, most=1)
def _year(serial: float, _: int) -> Scalar:
    return float(day_of(int(serial)).year)


@dated("MONTH", least=1, most=1)
def _month(serial: float, _: int) -> Scalar:
    return float(day_of(int(serial)).month)


@dated("DAY", least=1, most=1)
def _day(serial: float, _: int) -> Scalar:
    return float(day_of(int(serial)).day)


@dated("DATE", least=3, most=3, of_serials=())
def _date(year: Scalar, month: Scalar, day: Scalar, lacks: int) -> Scalar:
    """A year below 1900 counts from 1900 (from 1904 in such a workbook only up to 1904)."""
    numbers = all_numbers(year, month, day)
    if isinstance(numbers, ExcelError):
        return numbers
    if max(abs(n) for n in numbers) > 1e8:
        return ExcelError.NUM
    y, m, d = (math.floor(n) for n in numbers)
    if y < 0 or y > 9999:
        return ExcelError.NUM
    return back(serial_of(y + 1900 if y < 1900 else y, m, d), lacks)


@dated("DATEVALUE", least=1, most=1, of_serials=())
def _datevalue(value: Scalar, lacks: int) -> Scalar:
    serial = date_and_time(value) if isinstance(value, str) else None
    return ExcelError.VALUE if serial is None else back(int(serial), lacks if serial >= 1 else 0)


@dated("TIMEVALUE", least=1, most=1, of_serials=())
def _timevalue(value: Scalar, _: int) -> Scalar:
    serial = date_and_time(value) if isinstance(value, str) else None
    # of a date with a time, the binary digits that the day takes are lost: whole milliseconds again
    return ExcelError.VALUE if serial is None else round(serial % 1 * 86_400_000) / 86_400_000 % 1


@dated("TIME", least=3, most=3, of_serials=())
def _time(hour: Scalar, minute: Scalar, second: Scalar, _: int) -> Scalar:
    numbers = all_numbers(hour, minute, second)
    if isinstance(numbers, ExcelError):
        return numbers
    if max(abs(n) for n in numbers) > 32767:
        return ExcelError.NUM
    h, m, s = (math.floor(n) for n in numbers)
    seconds = h * 3600 + m * 60 + s
    return ExcelError.NUM if seconds < 0 else seconds % 86400 / 86400


def _seconds(serial: float) -> int:
    """Seconds since midnight, to the nearest."""
    return math.floor(serial % 1 * 86400 + 0.5) % 86400


@dated("HOUR", least=1, most=1)
def _hour(serial: float, _: int) -> Scalar:
    return float(_seconds(serial) // 3600)


@dated("MINUTE", least=1, most=1)
def _minute(serial: float, _: int) -> Scalar:
    return float(_seconds(serial) // 60 % 60)


@dated("SECOND", least=1, most=1)
def _second(serial: float, _: int) -> Scalar:
    return float(_seconds(serial) % 60)


@dated("DAYS", least=2, most=2, of_serials=(0, 1))
def _days(last: float, first: float, _: int) -> Scalar:
    return float(int(last) - int(first))


@dated("DAYS360", least=2, most=3, of_serials=(0, 1))
def _days360(first: float, last: float, *rest: Scalar) -> Scalar:
    """The American method (a last day of February counts as 30), or the European one."""
    is_european = boolean(_truth(rest[0])) if len(rest) > 1 else False
    if isinstance(is_european, ExcelError):
        return is_european
    y1, m1, d1 = day_of(int(first))
    y2, m2, d2 = day_of(int(last))
    if is_european:
        d1, d2 = min(d1, 30), min(d2, 30)
    else:
        if m1 == 2 and d1 >= calendar.monthrange(y1, 2)[1]:
            d1 = 30
        if d2 == 31 and d1 >= 30:
            d2 = 30
        d1 = min(d1, 30)
    return float((y2 - y1) * 360 + (m2 - m1) * 30 + d2 - d1)


def _truth(value: Scalar) -> Scalar:
    """Text that is a number counts as one."""
    if isinstance(value, str) and isinstance(converted := number(value), float):
        return converted
    return value


@dated("EDATE", least=2, most=2, takes_booleans=False)
def _edate(serial: float, months: Scalar, lacks: int) -> Scalar:
    return _months_on(serial, months, lacks, is_end=False)


@dated("EOMONTH", least=2, most=2, takes_booleans=False)
def _eomonth(serial: float, months: Scalar, lacks: int) -> Scalar:
    return _months_on(serial, months, lacks, is_end=True)


def _months_on(serial: float, months: Scalar, lacks: int, *, is_end: bool) -> Scalar:
    count = ExcelError.VALUE if isinstance(months, bool) else number(months)
    if isinstance(count, ExcelError):
        return count
    if abs(count) > 120_000:
        return ExcelError.NUM
    year, month, day = day_of(int(serial))
    at = year * 12 + month - 1 + int(count)
    year, month = at // 12, at % 12 + 1
    if not 1900 <= year <= 9999:
        return ExcelError.NUM
    last = 29 if (year, month) == (1900, 2) else calendar.monthrange(year, month)[1]
    return back(serial_of(year, month, last if is_end else min(day, last)), lacks)


def months_on(serial: float, months: float) -> float:
    """The serial number so many months on; infinity outside the calendar."""
    moved = _months_on(serial, months, 0, is_end=False) if serial >= 0 else ExcelError.NUM
    return moved if isinstance(moved, float) else math.inf


_WEEK_STARTS = {1: 6, 2: 0, 11: 0, 12: 1, 13: 2, 14: 3, 15: 4, 16: 5, 17: 6}
"""Which day, counted from Monday as 0, is the first of the week for each kind of WEEKDAY."""


@dated("WEEKDAY", least=1, most=2)
def _weekday(serial: float, *rest: Scalar) -> Scalar:
    kind = number(rest[0]) if len(rest) > 1 else 1.0
    if isinstance(kind, ExcelError):
        return kind
    from_monday = (int(serial) + 5) % 7  # 1 January 1900 is a Sunday in Excel's calendar
    if int(kind) == 3:
        return float(from_monday)
    if int(kind) not in _WEEK_STARTS:
        return ExcelError.NUM
    return float((from_monday - _WEEK_STARTS[int(kind)]) % 7 + 1)
