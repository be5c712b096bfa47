"""Data quality, weighted by emissions: ratings as PACT has them, the five scores, primary data.

A rating of a row is the activity's, else its factor's. Rows without one are not in the mean; how
much of the footprint is rated is said beside it. Ratings are never made of scores, nor σ of them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cfp_xl.footprint.cells import number, words
from cfp_xl.footprint.columns import column
from cfp_xl.footprint.errors import BAD_NUMBER, NOT_FOUND
from cfp_xl.footprint.factor import Factor, Factors, is_supplier_factor
from cfp_xl.footprint.row_kinds import listed
from cfp_xl.footprint.wording import folded, is_blank, shortened
from cfp_xl.messages import Text
from cfp_xl.study.inputs import Inputs, SpreadInRow, Term
from cfp_xl.study.pedigree import ScoreNotKnown
from cfp_xl.study.spread import StudyError

ASPECTS: Mapping[str, str] = {
    "technology": "dqr_technology",
    "geography": "dqr_geography",
    "time": "dqr_time",
    "reliability": "reliability",
    "completeness": "completeness",
    "time_score": "time_score",
    "geography_score": "geography",
    "technology_score": "technology",
}
"""What can be asked for, and the column that holds it."""
PACT = ("technology", "geography", "time")
PRIMARY = frozenset({"primary", "初级", "初级数据", "现场数据"})


class NoScores(StudyError):
    """No row states what is asked for."""

    excel = NOT_FOUND


class AspectNotKnown(StudyError):
    """A word that names no aspect."""

    excel = NOT_FOUND
    text_key = "word_unknown"


class ShareRange(StudyError):
    """A share of primary data that is not between 0 and 1."""

    excel = BAD_NUMBER


@dataclass(frozen=True, slots=True)
class Rating:
    """An emission-weighted mean, and the part of the footprint that is rated."""

    value: float
    coverage: float


def rating(inputs: Inputs, factors: Factors, aspect: str) -> Rating:
    """The mean of an aspect over the rows that state it. Raises NoScores, AspectNotKnown."""
    if (id := ASPECTS.get(folded(aspect))) is None:
        known = listed(Text(one, one) for one in ASPECTS)
        raise AspectNotKnown(what=shortened(aspect), known=known)
    rated = [(weight, point) for weight, point in _points(inputs, factors, id)]
    weights = math.fsum(weight for weight, point in rated if point is not None)
    if not weights:
        raise NoScores(what=column("activities", id).heading)
    mean = math.fsum(weight * point for weight, point in rated if point is not None) / weights
    return Rating(mean, weights / math.fsum(weight for weight, _ in rated))


def ratings(inputs: Inputs, factors: Factors) -> Mapping[str, Rating]:
    """Each aspect that some row states."""
    found = {}
    for aspect in ASPECTS:
        try:
            found[aspect] = rating(inputs, factors, aspect)
        except NoScores:
            continue
    return found


def primary_share(inputs: Inputs, factors: Factors) -> float | None:
    """The part of the total by primary data: activity and factor primary, a supplier's answer by
    its own share. None where no row says where its data come from."""
    shares, is_said = [], False
    for term, share in inputs.leaves():
        factor = _factor(term, factors)
        of_factor = _primary_of(factor)
        typed = _said(term.row.activity.more.get("data_type"), "activities")
        is_said = is_said or bool(typed) or of_factor is not None
        if typed in PRIMARY:
            shares.append(share * (of_factor or 0.0))
    return math.fsum(shares) if is_said else None


def _primary_of(factor: Factor) -> float | None:
    """The primary share of a factor; None where it does not say."""
    stated = factor.more.get("primary_share")
    if not is_blank(stated):
        heading = column("factors", "primary_share").heading
        share = number(stated, heading)
        if not 0 <= share <= 1:
            raise ShareRange(column=heading, seen=share)
        return share
    typed = _said(factor.more.get("data_type"), "factors")
    if typed:
        return 1.0 if typed in PRIMARY else 0.0
    return 0.0 if is_supplier_factor(factor.id) else None


def _said(cell: object, table: str) -> str:
    return folded(words(cell, column(table, "data_type").heading))


def _points(inputs: Inputs, factors: Factors, id: str) -> Iterator[tuple[float, float | None]]:
    """Each row's weight, and its point where it has one."""
    heading = column("activities", id).heading
    for term, share in inputs.leaves():
        activity = term.row.activity
        cell = activity.more.get(id)
        if is_blank(cell):
            cell = _factor(term, factors).more.get(id)
        if is_blank(cell):
            yield abs(share), None
            continue
        point = number(cell, heading)
        if not 1 <= point <= 5:
            why = ScoreNotKnown(column=heading, seen=point)
            raise SpreadInRow(activity.label, why, activity.origin)
        yield abs(share), point


def _factor(term: Term, factors: Factors) -> Factor:
    return factors.get(str(term.row.activity.factor_id))
