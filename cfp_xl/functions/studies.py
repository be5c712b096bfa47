"""How sure a footprint is and what matters: CFP_INTERVAL, CFP_HOTSPOTS, CFP_DQR, CFP_GSD2."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

from cfp_xl.footprint.assemblies import NO_ASSEMBLIES
from cfp_xl.footprint.cells import number
from cfp_xl.footprint.columns import column
from cfp_xl.footprint.errors import NOT_FOUND
from cfp_xl.footprint.row_kinds import listed
from cfp_xl.footprint.wording import folded, shortened
from cfp_xl.functions.identity_cache import CACHED_AT_MOST
from cfp_xl.functions.kinds import (
    Activities,
    Assemblies,
    Count,
    Factors,
    Id,
    WholeCells,
    Words,
)
from cfp_xl.functions.ranges import (
    ActivitiesRange,
    AssembliesRange,
    FactorsRange,
    footprint,
    lookup,
)
from cfp_xl.functions.registry import function
from cfp_xl.functions.values import Table
from cfp_xl.messages import Text
from cfp_xl.study.analytic import Analytic, analytic
from cfp_xl.study.inputs import Inputs, inputs_of
from cfp_xl.study.pedigree import basic_class, pedigree_sigma, scores
from cfp_xl.study.quality import PACT, rating
from cfp_xl.study.spread import StudyError, gsd2_of, sigma_of_gsd2

DEFAULT_SPOTS = 10


class EndNotKnown(StudyError):
    """A word that names nothing of an interval."""

    excel = NOT_FOUND
    text_key = "word_unknown"


class ScoresCount(StudyError):
    """More or fewer cells than there are scores."""


ENDS: Mapping[str, Callable[[Analytic], float]] = {
    "low": lambda found: found.low,
    "high": lambda found: found.high,
    "median": lambda found: found.deterministic,
    "mean": lambda found: found.mean,
    "gsd2": lambda found: found.gsd2,
}
STATED = "stated"
"""How many inputs state a spread: where none does there is no range."""


@function("CFP_INTERVAL", category="study")
def interval(
    activities: Activities,
    factors: Factors | None = None,
    what: Words | None = None,
    assemblies: Assemblies | None = None,
) -> float:
    """An end of the total's 95 % range, its median, mean or GSD², by first order; or how many
    inputs state a spread."""
    asked = folded(what or "gsd2")
    if asked == STATED:
        return float(len(study_inputs(activities, factors, assemblies).uncertain))
    if asked not in ENDS:
        known = listed(Text(name, name) for name in (*ENDS, STATED))
        raise EndNotKnown(what=shortened(asked), known=known)
    return ENDS[asked](analytic(study_inputs(activities, factors, assemblies)))


@function("CFP_HOTSPOTS", category="study", spills=True)
def hotspots(
    activities: Activities,
    n: Count | None = None,
    factors: Factors | None = None,
    assemblies: Assemblies | None = None,
) -> Table:
    """Rows of name, kgCO2e and share of the total, the largest first."""
    inputs = study_inputs(activities, factors, assemblies)
    terms = sorted(inputs.terms[""], key=lambda term: -term.counted_kgco2e)
    total = inputs.total_kgco2e
    return Table(
        [
            (term.row.activity.label, term.counted_kgco2e, term.counted_kgco2e / total)
            for term in terms[: int(n or DEFAULT_SPOTS)]
        ]
        or [("", 0.0, 0.0)]
    )


@function("CFP_DQR", category="study")
def dqr(
    activities: Activities,
    aspect: Words | None = None,
    factors: Factors | None = None,
    assemblies: Assemblies | None = None,
) -> float:
    """The emission-weighted mean of a data quality rating, 1 (best) to 5."""
    inputs, found = study_inputs(activities, factors, assemblies), lookup(factors)
    wanted = (aspect,) if aspect else PACT
    points = [rating(inputs, found, one).value for one in wanted]
    return sum(points) / len(points)


@function("CFP_GSD2", category="study")
def gsd2(scores_: WholeCells, basic: Id) -> float:
    """GSD² of a figure by its five scores and its basic class, or basic GSD²."""
    cells = list(scores_.table.flat)
    names = list(scores())
    if len(cells) != len(names):
        raise ScoresCount(seen=len(cells))
    points = [
        number(cell, column("activities", id).heading)
        for id, cell in zip(names, cells, strict=True)
    ]
    return gsd2_of(pedigree_sigma(points, _basic_sigma(basic)))


def _basic_sigma(basic: str) -> float:
    try:
        u = float(basic)
    except ValueError:
        return basic_class(basic).sigma
    return sigma_of_gsd2(u)


@lru_cache(maxsize=CACHED_AT_MOST)
def study_inputs(
    activities: ActivitiesRange,
    factors: FactorsRange | None,
    assemblies: AssembliesRange | None,
) -> Inputs:
    """Kept, because a sheet asks for several of its numbers."""
    made = assemblies.assemblies if assemblies is not None else NO_ASSEMBLIES
    return inputs_of(footprint(activities, factors, assemblies), lookup(factors), made)
