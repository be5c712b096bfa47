"""Days as Excel counts them: from 1900, or in a workbook that says so, from 1904."""

from __future__ import annotations

from datetime import date, datetime, timedelta

DAY_0 = datetime(1899, 12, 30)
"""As serial numbers count from March 1900 on: before, Excel has a 29 February that never was."""
DAY_0_OF_1904 = datetime(1904, 1, 1)
DAYS_TO_1904 = (DAY_0_OF_1904 - DAY_0).days


def serial_of(when: date, *, date_1904: bool = False) -> float:
    """The number of a day, with its time as a fraction where `when` has one."""
    is_moment = isinstance(when, datetime)
    moment = when if is_moment else datetime(when.year, when.month, when.day)
    return (moment - day_0(date_1904=date_1904)) / timedelta(days=1)


def moment_of(serial: float, *, date_1904: bool = False) -> datetime:
    """The moment of a serial number; raises OverflowError beyond the year 9999."""
    return day_0(date_1904=date_1904) + timedelta(days=serial)


def day_0(*, date_1904: bool = False) -> datetime:
    """The day that has the number 0."""
    return DAY_0_OF_1904 if date_1904 else DAY_0
