"""How far one figure may lie from what its cell says: distributions, and the spellings of their σ.

A cell's value is the median of a log-normal, the mean of a normal. One log-normal has three
spellings: σ of the logarithm (Brightway's `scale`), GSD = e^σ (openLCA), GSD² = e^2σ (SimaPro, the
tables of ecoinvent 2). We store σ, and show GSD².
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from statistics import NormalDist

from cfp_xl.footprint.errors import BAD_NUMBER, FootprintError
from cfp_xl.messages import Text, text

Z95 = NormalDist().inv_cdf(0.975)
"""1.959964: the 95 % range of a log-normal is its median divided and multiplied by e^(Z95 σ)."""


class StudyError(FootprintError):
    """What cannot be studied, in words of the study."""

    def __init__(self, **values: object) -> None:
        super().__init__(**values)
        self.key = f"study.{self.text_key}"


class SigmaNegative(StudyError):
    """A standard deviation below zero."""

    excel = BAD_NUMBER


class Distribution(StrEnum):
    """The shapes a figure's spread may have."""

    LOGNORMAL = "lognormal"
    NORMAL = "normal"
    UNIFORM = "uniform"
    TRIANGULAR = "triangular"

    @property
    def text(self) -> Text:
        return text(f"study.distribution.{self.value}")


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """A figure's distribution as multiples of its value: σ of ln for a log-normal, the relative
    standard deviation for a normal, bounds (and mode) for the others."""

    distribution: Distribution
    sigma: float = 0.0
    low: float = 1.0
    mode: float = 1.0
    high: float = 1.0
    from_scores: bool = False

    def __post_init__(self) -> None:
        if not self.sigma >= 0 or not math.isfinite(self.sigma):
            raise SigmaNegative(seen=self.sigma)

    @property
    def mean(self) -> float:
        match self.distribution:
            case Distribution.LOGNORMAL:
                return math.exp(self.sigma**2 / 2)
            case Distribution.NORMAL:
                return 1.0
            case Distribution.UNIFORM:
                return (self.low + self.high) / 2
            case Distribution.TRIANGULAR:
                return (self.low + self.mode + self.high) / 3

    @property
    def relative_variance(self) -> float:
        """The variance over the square of the mean."""
        match self.distribution:
            case Distribution.LOGNORMAL:
                return math.expm1(self.sigma**2)
            case Distribution.NORMAL:
                return self.sigma**2
            case Distribution.UNIFORM:
                return (self.high - self.low) ** 2 / 12 / self.mean**2
            case Distribution.TRIANGULAR:
                a, b, c = self.low, self.high, self.mode
                return (a * a + b * b + c * c - a * b - a * c - b * c) / 18 / self.mean**2

    @property
    def sigma_ln(self) -> float:
        """What the first-order formula takes: σ of the logarithm, or of one with this variance."""
        if self.distribution is Distribution.LOGNORMAL:
            return self.sigma
        return math.sqrt(math.log1p(self.relative_variance))

    def quantile(self, p: float) -> float:
        """The multiple of the value below which a part p of the distribution lies."""
        match self.distribution:
            case Distribution.LOGNORMAL:
                return math.exp(self.sigma * NormalDist().inv_cdf(p))
            case Distribution.NORMAL:
                return 1.0 + self.sigma * NormalDist().inv_cdf(p)
            case Distribution.UNIFORM:
                return self.low + p * (self.high - self.low)
            case Distribution.TRIANGULAR:
                width, left = self.high - self.low, self.mode - self.low
                if p * width <= left:
                    return self.low + math.sqrt(p * width * left)
                return self.high - math.sqrt((1 - p) * width * (width - left))


def sigma_of_gsd(gsd: float) -> float:
    """σ of openLCA's geometric standard deviation."""
    return _log(gsd)


def sigma_of_gsd2(gsd2: float) -> float:
    """σ of SimaPro's, and ecoinvent 2's, squared geometric standard deviation."""
    return _log(gsd2) / 2


def sigma_of_variance(variance: float) -> float:
    """σ of ecoSpold 2's variance of the logarithm."""
    if not variance >= 0:
        raise SigmaNegative(seen=variance)
    return math.sqrt(variance)


def sigma_of_percent(percent: float) -> float:
    """σ of ±percent, the upper end of the 95 % range lying so much above the median."""
    return math.log1p(percent / 100) / Z95


def gsd_of(sigma: float) -> float:
    """openLCA's spelling of σ."""
    return math.exp(sigma)


def gsd2_of(sigma: float) -> float:
    """SimaPro's spelling of σ."""
    return math.exp(2 * sigma)


def _log(gsd: float) -> float:
    if not gsd >= 1:
        raise SigmaNegative(seen=math.log(gsd) if gsd > 0 else gsd)
    return math.log(gsd)
