"""How the numbers of a report are printed. Nothing else formats one.

Results have so many decimals as give the total five significant digits; smaller ones get more,
so that each shows two. Each is rounded for itself, so printed sums may differ in the last digit.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from cfp_xl.findings import CellRef
from cfp_xl.report.document.model import ReportNumber

TOTAL_DIGITS = 5
"""More would claim what no footprint is sure of."""
LEAST_DIGITS = 2
MOST_DECIMALS = 12
ENTERED_DIGITS = 9
"""Of what people enter, all digits up to so many; more come of a formula."""
COMPUTED_DIGITS = 6
SHARE_DECIMALS = (2, 1)
"""Of percentages, the usual first; more would claim what no footprint is sure of."""


@dataclass(frozen=True, slots=True)
class Numerals:
    """The notation of one report."""

    decimals: int
    """Of results in kgCO2e."""
    share_decimals: int = 2
    """Of shares of the total in percent."""

    @classmethod
    def fit(cls, total_kgco2e: float, shares: Sequence[float] = ()) -> Numerals:
        """For results of the size of a total. Its `shares` get as many decimals as let the printed
        ones add to 100, each rounded for itself; two, where none do."""
        decimals = max(0, TOTAL_DIGITS - _places(total_kgco2e))
        fitting = (n for n in SHARE_DECIMALS if _adds_to_hundred(shares, n))
        return cls(decimals, next(fitting, SHARE_DECIMALS[0]))

    def share(self, share: float) -> ReportNumber:
        """A share of the total, in percent."""
        return ReportNumber(share, f"{100 * share + 0.0:.{self.share_decimals}f}%")

    def kgco2e(self, value: float, where: CellRef | None = None) -> ReportNumber:
        """A result."""
        decimals = self.decimals
        if value and (least := LEAST_DIGITS - _places(value)) > decimals:
            decimals = min(least, MOST_DECIMALS)
        return ReportNumber(value, f"{value + 0.0:.{decimals}f}", where)


def percent(share: float, where: CellRef | None = None) -> ReportNumber:
    """A share of 1 in percent, with two decimals."""
    return ReportNumber(share, f"{100 * share + 0.0:.2f}%", where)


def entered(value: float, where: CellRef | None = None) -> ReportNumber:
    """An amount or factor: as entered, without an exponent."""
    digits = f"{value:.15g}"
    if len(digits.partition("e")[0].replace(".", "").lstrip("-0")) > ENTERED_DIGITS:
        digits = f"{value:.{COMPUTED_DIGITS}g}"
    return ReportNumber(value, f"{Decimal(digits):f}" if "e" in digits else digits, where)


def rounded(value: float, decimals: int, where: CellRef | None = None) -> ReportNumber:
    """A rating or a count."""
    return ReportNumber(value, f"{value + 0.0:.{decimals}f}", where)


def _adds_to_hundred(shares: Sequence[float], decimals: int) -> bool:
    printed = [Decimal(f"{100 * share:.{decimals}f}") for share in shares]
    return sum(printed, Decimal(0)) == 100


def _places(value: float) -> int:
    """Digits before the decimal point; 0 or less of what is below 1."""
    return math.floor(math.log10(abs(value))) + 1 if value else 1
