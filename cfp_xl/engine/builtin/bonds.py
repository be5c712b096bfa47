"""Interest accrued on a bond between its coupons.

Coupon by coupon from the first one back, each part by the days of its own period: so Excel does
it, as ExcelFinancialFunctions found and tested over many values (fsprojects, bonds.fs).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cfp_xl.engine.builtin.dates import dated, day_of, months_on
from cfp_xl.engine.builtin.numbers import all_numbers
from cfp_xl.engine.convert import boolean
from cfp_xl.functions.values import ExcelError, Scalar


def _is_end_of_month(serial: int) -> bool:
    return day_of(serial + 1).day == 1


def _is_end_of_february(serial: int) -> bool:
    return day_of(serial).month == 2 and _is_end_of_month(serial)


def days_30_us(start: int, end: int, *, cuts_both: bool = False) -> int:
    """Days of 30-day months, by the American rule for their last days."""
    (y1, m1, d1), (y2, m2, d2) = day_of(start), day_of(end)
    if _is_end_of_february(end) and (_is_end_of_february(start) or cuts_both):
        d2 = 30
    if d2 == 31 and (d1 >= 30 or cuts_both):
        d2 = 30
    if d1 == 31 or _is_end_of_february(start):
        d1 = 30
    return (y2 - y1) * 360 + (m2 - m1) * 30 + d2 - d1


def _days_30_eu(start: int, end: int) -> int:
    (y1, m1, d1), (y2, m2, d2) = day_of(start), day_of(end)
    return (y2 - y1) * 360 + (m2 - m1) * 30 + min(d2, 30) - min(d1, 30)


_Days = Callable[[int, int], float]


@dataclass(frozen=True, slots=True)
class _Coupons:
    first: int
    per_year: int
    basis: int

    def moved(self, serial: int, periods: int) -> int:
        """A coupon's date so many periods on; at a month's end where the first one is."""
        moved = int(months_on(serial, periods * 12 // self.per_year))
        while _is_end_of_month(self.first) and not _is_end_of_month(moved):
            moved += 1
        return moved

    def elapsed(self, start: int, end: int) -> float:
        """Days that count as passed."""
        if self.basis == 0:
            return days_30_us(start, end)
        return _days_30_eu(start, end) if self.basis == 4 else end - start

    def period(self, start: int, end: int) -> float:
        """Days of the coupon period from `start` to `end`, that in which the bond was issued."""
        match self.basis:
            case 0:
                return days_30_us(start, end, cuts_both=True)
            case 2:
                return days_30_us(start, end)
            case 3:
                return 365 / self.per_year
            case 4:
                return _days_30_eu(start, end)
        return end - start

    def regular(self) -> float:
        """Days of the period before the first coupon."""
        match self.basis:
            case 0 | 2 | 4:
                return 360 / self.per_year
            case 3:
                return 365 / self.per_year
        return self.first - self.moved(self.first, -1)

    def accrued(self, issue: int, settlement: int, *, counts_all: bool) -> float:
        """How many coupons' worth of interest."""
        last = self.moved(self.first, -1)
        if settlement > self.first and counts_all:
            last = self.first
            while (following := self.moved(last, 1)) < settlement:
                last = following
        found = self.elapsed(max(issue, last), settlement) / self.regular()
        while last > issue:
            end, last = last, self.moved(last, -1)
            if issue <= last:
                found += counts_all
            else:
                found += self.elapsed(issue, end) / self.period(last, end)
        return found


@dated("ACCRINT", least=6, most=8, of_serials=(0, 1, 2))
def _accrint(issue: float, first_interest: float, settlement: float, *rest: Scalar) -> Scalar:
    """Interest on a bond that pays in periods, from its issue or the last coupon on."""
    *given, _ = rest
    numbers = all_numbers(*given[:4])
    counts_all = boolean(given[4]) if len(given) > 4 else True
    if isinstance(numbers, ExcelError):
        return numbers
    if isinstance(counts_all, ExcelError):
        return counts_all
    rate, par, per_year, basis = numbers if len(numbers) > 3 else [*numbers, 0.0]
    if rate <= 0 or par <= 0 or int(per_year) not in (1, 2, 4) or not 0 <= int(basis) <= 4:
        return ExcelError.NUM
    if int(issue) >= int(settlement):
        return ExcelError.NUM
    coupons = _Coupons(int(first_interest), int(per_year), int(basis))
    share = coupons.accrued(int(issue), int(settlement), counts_all=counts_all)
    return par * rate / int(per_year) * share
