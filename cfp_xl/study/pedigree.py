"""Five scores of how a figure was obtained, as a σ (`data/pedigree.toml`)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from cfp_xl.data_files import read_toml
from cfp_xl.footprint.columns import column
from cfp_xl.footprint.errors import BAD_NUMBER, NOT_FOUND
from cfp_xl.footprint.row_kinds import listed
from cfp_xl.footprint.wording import folded, shortened
from cfp_xl.messages import Text
from cfp_xl.study.spread import StudyError, sigma_of_gsd2


class ScoreNotKnown(StudyError):
    """A score that is no whole number from 1 to 5."""

    excel = BAD_NUMBER


class ClassNotKnown(StudyError):
    """A basic class that the data file lacks."""

    excel = NOT_FOUND


@dataclass(frozen=True, slots=True)
class BasicClass:
    """A kind of figure, and how uncertain it is at best."""

    id: str
    name: Text
    sigma: float


@cache
def scores() -> Mapping[str, tuple[float, ...]]:
    """The factor U of each score, by the indicator's column."""
    return {id: tuple(values) for id, values in read_toml("pedigree.toml")["scores"].items()}


@cache
def basic_classes() -> tuple[BasicClass, ...]:
    """All of them, in the order of the file."""
    found = read_toml("pedigree.toml")["basic"].items()
    return tuple(
        BasicClass(id, Text(entry["zh"], entry["en"]), sigma_of_gsd2(entry["u"]))
        for id, entry in found
    )


def basic_class(typed: str) -> BasicClass:
    """The class that a word names; raises ClassNotKnown."""
    for one in basic_classes():
        if folded(typed) in {folded(one.id), folded(one.name.zh), folded(one.name.en)}:
            return one
    known = listed(Text(one.name.zh, one.id) for one in basic_classes())
    raise ClassNotKnown(typed=shortened(typed), known=known)


def pedigree_sigma(given: Sequence[float], basic: float) -> float:
    """σ of the five scores in the order of the file, and of the basic σ. Raises ScoreNotKnown."""
    variance = basic**2
    for (id, factors), score in zip(scores().items(), given, strict=True):
        if score not in (1, 2, 3, 4, 5):
            raise ScoreNotKnown(column=column("activities", id).heading, seen=score)
        variance += sigma_of_gsd2(factors[int(score) - 1]) ** 2
    return math.sqrt(variance)
