"""The spread that a row of activities or factors states of its figure, from its cells."""

from __future__ import annotations

from collections.abc import Mapping

from cfp_xl.footprint.cells import number, words
from cfp_xl.footprint.columns import column
from cfp_xl.footprint.errors import BAD_NUMBER, NOT_FOUND
from cfp_xl.footprint.row_kinds import listed
from cfp_xl.footprint.wording import folded, is_blank, shortened
from cfp_xl.messages import Text
from cfp_xl.study.pedigree import basic_class, pedigree_sigma, scores
from cfp_xl.study.spread import (
    Z95,
    Distribution,
    StudyError,
    Uncertainty,
    sigma_of_gsd2,
    sigma_of_percent,
)

MOST_PERCENT = 1000.0
STATING = ("distribution", "gsd2", "uncertainty_percent", "basic_class")
"""The columns of which one at least is filled in where a row states a spread."""
BOUNDED = (Distribution.UNIFORM, Distribution.TRIANGULAR)


class Gsd2BelowOne(StudyError):
    """A GSD² that would narrow."""

    excel = BAD_NUMBER


class PercentRange(StudyError):
    """A ±% that cannot be meant."""

    excel = BAD_NUMBER


class ScoresMissing(StudyError):
    """A basic class without all of the scores."""


class DistributionNotKnown(StudyError):
    """A word that names no distribution."""

    excel = NOT_FOUND


class BoundsMissing(StudyError):
    """A triangular without its mode, a uniform without its bounds: never a default."""


class BoundsOrder(StudyError):
    """Bounds that contradict each other, or the value."""

    excel = BAD_NUMBER


class BoundsNotPositive(StudyError):
    """A low bound below zero: quantities and factors are not."""

    excel = BAD_NUMBER


class SpreadTwice(StudyError):
    """GSD² and ±% in one row."""


class SpreadMissing(StudyError):
    """A distribution without its width."""


def states_spread(cells: Mapping[str, object]) -> bool:
    """Whether a row states a spread, be it one that cannot be understood."""
    return bool(cells) and not all(is_blank(cells.get(id)) for id in STATING)


def stated_spread(table: str, cells: Mapping[str, object], value: float) -> Uncertainty | None:
    """The spread of a figure of `value`; None where the row states none.

    What a row gives as GSD², ±% or bounds goes before its scores. Raises StudyError.
    """
    if not states_spread(cells):
        return None
    given = {id: cell for id, cell in cells.items() if not is_blank(cell)}
    shape = _distribution(table, given)
    if shape in BOUNDED:
        return _bounded(table, given, shape, value)
    if "gsd2" in given and "uncertainty_percent" in given:
        raise SpreadTwice()
    if "gsd2" in given:
        heading = column(table, "gsd2").heading
        gsd2 = number(given["gsd2"], heading)
        if gsd2 < 1:
            raise Gsd2BelowOne(column=heading, seen=gsd2)
        return _with_sigma(shape, sigma_of_gsd2(gsd2))
    if "uncertainty_percent" in given:
        heading = column(table, "uncertainty_percent").heading
        percent = number(given["uncertainty_percent"], heading)
        if not 0 <= percent <= MOST_PERCENT:
            raise PercentRange(column=heading, seen=percent, high=MOST_PERCENT)
        if shape is Distribution.NORMAL:
            return Uncertainty(shape, percent / 100 / Z95)
        return _with_sigma(shape, sigma_of_percent(percent))
    if spread := _by_scores(table, given):
        return spread
    if shape is not None:
        raise SpreadMissing(distribution=shape.text)
    return None


def _with_sigma(shape: Distribution | None, sigma: float) -> Uncertainty:
    return Uncertainty(shape or Distribution.LOGNORMAL, sigma)


def _distribution(table: str, given: Mapping[str, object]) -> Distribution | None:
    if "distribution" not in given:
        return None
    typed = words(given["distribution"], column(table, "distribution").heading)
    for one in Distribution:
        if folded(typed) in {folded(one.value), folded(one.text.zh)}:
            return one
    known = listed(Text(one.text.zh, one.value) for one in Distribution)
    raise DistributionNotKnown(typed=shortened(typed), known=known)


def _bounded(
    table: str, given: Mapping[str, object], shape: Distribution, value: float
) -> Uncertainty:
    needed = ["low", "high"] + (["mode_value"] if shape is Distribution.TRIANGULAR else [])
    if missing := [column(table, id).heading for id in needed if id not in given]:
        raise BoundsMissing(distribution=shape.text, missing=listed(missing))
    low, high, *rest = (number(given[id], column(table, id).heading) for id in needed)
    mode = rest[0] if rest else (low + high) / 2
    if low < 0:
        raise BoundsNotPositive(distribution=shape.text, seen=low)
    if not low <= mode <= high or low == high or not value > 0:
        raise BoundsOrder(distribution=shape.text, seen=(low, mode, high))
    return Uncertainty(shape, 0.0, low / value, mode / value, high / value)


def _by_scores(table: str, given: Mapping[str, object]) -> Uncertainty | None:
    """Scores are a spread only where the row names its basic class, else a matter of quality."""
    if "basic_class" not in given:
        return None
    if missing := [column(table, id).heading for id in scores() if id not in given]:
        raise ScoresMissing(missing=listed(missing))
    typed = words(given["basic_class"], column(table, "basic_class").heading)
    points = [number(given[id], column(table, id).heading) for id in scores()]
    sigma = pedigree_sigma(points, basic_class(typed).sigma)
    return Uncertainty(Distribution.LOGNORMAL, sigma, from_scores=True)
