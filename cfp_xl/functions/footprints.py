"""Footprints of all activities: CFP_STAGE, CFP_TOTAL, CFP_SHARE, CFP_PART, CFP_STATUS; and of
assemblies: CFP_ASSEMBLY."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from cfp_xl.footprint.calculate import (
    Footprint,
    NoRows,
    ProcessResult,
    RowResult,
    StageResult,
    StageWithoutRows,
    calculate_rows,
)
from cfp_xl.footprint.cells import words
from cfp_xl.footprint.columns import column
from cfp_xl.footprint.errors import FootprintError
from cfp_xl.footprint.factors import Factor, FactorIdMissing
from cfp_xl.footprint.inventory import Activity
from cfp_xl.footprint.parts import Parts, part_of
from cfp_xl.footprint.stages import Stage
from cfp_xl.footprint.stages import stage as stage_of
from cfp_xl.footprint.units import parse
from cfp_xl.functions.explain import joined, language, range_in_words
from cfp_xl.functions.identity_cache import CACHED_AT_MOST
from cfp_xl.functions.kinds import (
    Activities,
    ActivitiesOrMistake,
    Anything,
    Assemblies,
    Factors,
    Id,
    KgCO2e,
    KgCO2ePerUnit,
    Share,
    Words,
)
from cfp_xl.functions.ranges import ActivitiesRange, MistakenRange, footprint, lookup
from cfp_xl.functions.registry import function
from cfp_xl.functions.studies import study_inputs
from cfp_xl.functions.values import ExcelError
from cfp_xl.messages import Lang, Text, say
from cfp_xl.study.split import is_of_split, split_part


@function("CFP_STAGE", category="footprint")
def stage(
    stage: Words,
    activities: Activities,
    process: Id | None = None,
    factors: Factors | None = None,
    assemblies: Assemblies | None = None,
) -> KgCO2e:
    """kgCO2e of a life cycle stage, or of one process in it."""
    return _known(_part(footprint(activities, factors, assemblies), stage, process))


@function("CFP_TOTAL", category="footprint")
def total(
    activities: Activities,
    factors: Factors | None = None,
    assemblies: Assemblies | None = None,
) -> KgCO2e:
    """kgCO2e of all stages."""
    return _total(footprint(activities, factors, assemblies))


@function("CFP_SHARE", category="footprint")
def share(
    stage: Words,
    activities: Activities,
    process: Id | None = None,
    factors: Factors | None = None,
    assemblies: Assemblies | None = None,
) -> Share:
    """The part of the total that a stage, or one process in it, makes up, 0 to 1."""
    whole = footprint(activities, factors, assemblies)
    part_kgco2e = _known(_part(whole, stage, process))
    _total(whole)
    return whole.share(part_kgco2e)


@function("CFP_PART", category="footprint")
def part(
    activities: Activities,
    what: Words,
    factors: Factors | None = None,
    assemblies: Assemblies | None = None,
) -> KgCO2e:
    """kgCO2e of one kind of carbon, of aircraft, of uptake or of credits, in all stages; or what of
    the total is direct, indirect, or of a site."""
    whole = footprint(activities, factors, assemblies)
    _total(whole)
    if is_of_split(what):
        return split_part(study_inputs(activities, factors, assemblies), lookup(factors), what)
    return part_of(whole.parts or Parts(), what)


@function("CFP_ASSEMBLY", category="footprint")
def assembly(
    id: Id, activities: Activities, factors: Factors | None, assemblies: Assemblies
) -> KgCO2ePerUnit:
    """kgCO2e of one unit of an assembly, by the rows that belong to it."""
    one = assemblies.assemblies.get(id)
    made = footprint(activities, factors, assemblies).assemblies[one.id]
    if made.factor is None:
        assert made.problem is not None
        raise made.problem
    return made.factor.value


@function("CFP_STATUS", category="footprint", explains=True)
def status(activities: ActivitiesOrMistake, stage: Anything = None, lang: Anything = None) -> str:
    """What the activities lack, row by row in words; `OK` when nothing.

    A row is judged by itself. Whether its factor exists and fits is CFP_DIAGNOSE's to say:
    the factors are not among the arguments here.
    """
    spoken = language(lang, activities)
    if isinstance(activities, MistakenRange):
        return range_in_words("activities", activities, spoken)
    try:
        wanted = stage_of(_stage_name(stage)) if _stage_name(stage) else None
    except FootprintError as mistake:
        return mistake.say(spoken)
    return joined(_lacking(_rows_alone(activities), wanted, spoken), spoken)


def _part(whole: Footprint, stage: str, process: str | None) -> StageResult | ProcessResult:
    of = stage_of(stage)
    return whole.process(of.id, process) if process else whole.stages[of.id]


def _known(part: StageResult | ProcessResult) -> float:
    """A stage's or process's kgCO2e, or the first of its problems, in the order of its rows."""
    if part.kgco2e is None:
        raise part.problems[0]
    return part.kgco2e


def _total(whole: Footprint) -> float:
    if whole.total_kgco2e is None:
        raise whole.problems[0]
    return whole.total_kgco2e


@lru_cache(maxsize=256)
def _fitting(per_unit: str) -> Factor:
    return Factor("*", Text("*", "*"), "", 1.0, "kgCO2e", per_unit)


@dataclass(frozen=True)
class _AnyFactor:
    """A factor that fits every unit: it leaves only what is wrong with the row itself."""

    per_unit: str

    def get(self, id: str) -> Factor:
        if not id.strip():
            raise FactorIdMissing()
        parse(self.per_unit)
        return _fitting(self.per_unit)

    def ids(self) -> tuple[str, ...]:
        return ()

    def search(self, words: str, limit: int = 10) -> tuple[Factor, ...]:
        raise NotImplementedError


@lru_cache(maxsize=CACHED_AT_MOST)
def _rows_alone(activities: ActivitiesRange) -> tuple[RowResult, ...]:
    """Every row by itself; kept, because a sheet asks stage by stage."""
    by_unit: dict[str, list[Activity]] = {}
    for activity in activities.inventory:
        by_unit.setdefault(_unit(activity), []).append(activity)
    found = (calculate_rows(rows, _AnyFactor(unit)) for unit, rows in by_unit.items())
    return tuple(sorted(chain.from_iterable(found), key=lambda row: row.activity.number))


def _lacking(rows: tuple[RowResult, ...], wanted: Stage | None, lang: Lang) -> Iterator[str]:
    """A sentence for every row of the stage that is missing or fails."""
    found = False
    for result in rows:
        if wanted is not None and result.stage is not wanted:
            continue
        found = True
        if result.problem:
            why = result.problem
            yield say("functions.status_row", lang, row=result.activity.label, why=why)
    if not found:
        nothing: FootprintError = StageWithoutRows(stage=wanted.name) if wanted else NoRows()
        yield nothing.say(lang)


def _unit(activity: Activity) -> str:
    try:
        return words(activity.unit, column("activities", "unit").heading)
    except FootprintError:
        return ""


def _stage_name(stage: object) -> str:
    if isinstance(stage, ExcelError):
        return str(stage)
    return words(stage, column("activities", "stage").heading)
