"""From an inventory and factors to a footprint: rows, processes, stages, total.

A user's mistake in a row is a problem in the result, never an exception. A row that is missing
or fails fails its process, its stage and the total; nothing turns into a zero on the way.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from cfp_xl.footprint.cells import is_error, number, words
from cfp_xl.footprint.columns import column
from cfp_xl.footprint.emission import emission_kgco2e, scaled_quantity
from cfp_xl.footprint.errors import (
    BAD_NUMBER,
    NOT_FOUND,
    CellError,
    FootprintError,
    NumberMissing,
    NumberNotFinite,
    label,
)
from cfp_xl.footprint.factor import Factor, Factors, is_supplier_factor
from cfp_xl.footprint.inventory import Activity, ActivityStatus, Inventory, status
from cfp_xl.footprint.stages import STAGES, Stage, stage
from cfp_xl.footprint.wording import folded, is_blank

__all__ = ["Footprint", "FootprintState", "calculate", "emission_kgco2e"]


class FootprintState(StrEnum):
    """How a row, a process, a stage or the total came out."""

    VALUE = "value"
    NOT_APPLICABLE = "not_applicable"
    MISSING = "missing"
    FAILED = "failed"


class StageMissing(FootprintError):
    """A row that names no stage."""

    text_key = "stage_missing"


class StageWithoutRows(FootprintError):
    """A stage of which the activities hold no row at all."""

    excel = NOT_FOUND
    text_key = "stage_without_rows"


class ProcessNotKnown(FootprintError):
    """A process that its stage does not have."""

    excel = NOT_FOUND
    text_key = "process_not_known"


class NoRows(FootprintError):
    """An inventory without any row: there is nothing to add up."""

    excel = NOT_FOUND
    text_key = "no_rows"


class RowMissing(FootprintError):
    """A row whose data are missing."""

    excel = NOT_FOUND
    text_key = "row_missing"


class ReasonMissing(FootprintError):
    """A row that does not apply and does not say why."""

    text_key = "reason_missing"


class ZeroWithQuantity(FootprintError):
    """A row that says zero and gives a quantity."""

    text_key = "status_zero_with_quantity"


class NotApplicableWithQuantity(FootprintError):
    """A row that says not applicable and gives a quantity."""

    text_key = "status_not_applicable_with_quantity"


class ShareOfNothing(FootprintError):
    """A share of a total of zero."""

    excel = BAD_NUMBER
    text_key = "share_of_nothing"


@dataclass(frozen=True, slots=True)
class RowResult:
    """One activity row. `kgco2e` is 0.0 for a zero or a row that does not apply, None where the
    row is missing or failed; `problem` then says why. `stage` is None where it is not known."""

    activity: Activity
    stage: Stage | None
    process: str
    state: FootprintState
    kgco2e: float | None
    problem: FootprintError | None = None

    @property
    def stage_id(self) -> str | None:
        return self.stage.id if self.stage else None


@dataclass(frozen=True, slots=True)
class StageResult:
    """A stage, or a process of it: `kgco2e` is None unless every one of its rows is known."""

    stage: Stage
    state: FootprintState
    kgco2e: float | None
    problems: tuple[FootprintError, ...] = ()


@dataclass(frozen=True, slots=True)
class ProcessResult:
    """A process within its stage, named as its first row writes it."""

    stage: Stage
    process: str
    state: FootprintState
    kgco2e: float | None
    problems: tuple[FootprintError, ...] = ()


@dataclass(frozen=True, slots=True)
class Footprint:
    """The footprint of one functional unit, in kgCO2e.

    `stages` has all five by id, in order; one without any row is missing there, yet does not
    fail the total: whether it may be left out is a matter of the boundary, which rules check.
    """

    total_kgco2e: float | None
    state: FootprintState
    stages: Mapping[str, StageResult]
    processes: tuple[ProcessResult, ...]
    rows: tuple[RowResult, ...]
    problems: tuple[FootprintError, ...]
    """What fails the total, in the order of the rows."""
    by_suppliers_kgco2e: float | None = None
    """Of the total, what suppliers' own data give; None where no row has a supplier's factor."""

    def process(self, stage_id: str, process: str) -> ProcessResult:
        """A process of a stage; raises ProcessNotKnown with those it has."""
        of_stage = [p for p in self.processes if p.stage.id == stage_id]
        for result in of_stage:
            if folded(result.process) == folded(process):
                return result
        known = tuple(p.process for p in of_stage if p.process)
        raise ProcessNotKnown(stage=stage(stage_id).name, process=process, known=known)

    def share(self, part_kgco2e: float) -> float:
        """A part of the total, 0 to 1; raises ShareOfNothing."""
        if not self.total_kgco2e:
            raise ShareOfNothing()
        return part_kgco2e / self.total_kgco2e


def calculate(inventory: Inventory, factors: Factors) -> Footprint:
    """The footprint of an inventory. Mistakes of the user's are problems in the result."""
    rows = tuple(calculate_row(activity, factors) for activity in inventory.activities)
    stages = {s.id: _stage_result(s, [r for r in rows if r.stage is s]) for s in STAGES}
    problems = tuple(row.problem for row in rows if row.problem)
    if not rows:
        problems = (NoRows(),)
    state, total_kgco2e, overflow = _sum(rows)
    processes = _process_results(rows)
    by_suppliers_kgco2e = None if total_kgco2e is None else _by_suppliers_kgco2e(rows)
    return Footprint(
        *(total_kgco2e, state, stages, processes, rows, problems + overflow, by_suppliers_kgco2e)
    )


def _by_suppliers_kgco2e(rows: Iterable[RowResult]) -> float | None:
    supplied = [row.kgco2e or 0.0 for row in rows if is_supplier_factor(row.activity.factor_id)]
    return math.fsum(supplied) if supplied else None


def calculate_row(activity: Activity, factors: Factors) -> RowResult:
    """One row's emission, or what is wrong with it."""
    found_stage: Stage | None = None
    process = ""
    try:
        found_stage = _stage_of(activity)
        process = _words(activity, "process")
        state, kgco2e = _emission(activity, factors)
    except FootprintError as problem:
        is_missing = isinstance(problem, RowMissing | NumberMissing) and found_stage is not None
        failed = FootprintState.MISSING if is_missing else FootprintState.FAILED
        return RowResult(activity, found_stage, process, failed, None, problem)
    return RowResult(activity, found_stage, process, state, kgco2e)


def _stage_of(activity: Activity) -> Stage:
    written = _words(activity, "stage")
    if not written:
        raise StageMissing()
    return stage(written)


def _emission(activity: Activity, factors: Factors) -> tuple[FootprintState, float]:
    row_status = _status_of(activity)
    match row_status:
        case ActivityStatus.MISSING:
            raise RowMissing()
        case ActivityStatus.ZERO:
            if not is_blank(activity.quantity):
                quantity = number(activity.quantity, label("quantity"))
                if quantity != 0:
                    raise ZeroWithQuantity(seen=quantity)
            return FootprintState.VALUE, 0.0
        case ActivityStatus.NOT_APPLICABLE:
            if not _is_placeholder(activity.quantity):
                raise NotApplicableWithQuantity(seen=activity.quantity)
            if not _words(activity, "reason"):
                raise ReasonMissing()
            return FootprintState.NOT_APPLICABLE, 0.0
        case ActivityStatus.DATA:
            return FootprintState.VALUE, _product(activity, factors)


def _status_of(activity: Activity) -> ActivityStatus:
    """A blank status means data where there is a quantity, and missing where there is none."""
    if written := _words(activity, "status"):
        return status(written)
    return ActivityStatus.MISSING if is_blank(activity.quantity) else ActivityStatus.DATA


def _is_placeholder(quantity: object) -> bool:
    """Blank, or a mark that people put where nothing belongs; an error passes through."""
    if is_error(quantity):
        raise CellError(label("quantity"), str(quantity))
    return is_blank(quantity) or (isinstance(quantity, str) and quantity.strip() in "/-—–无")


def _product(activity: Activity, factors: Factors) -> float:
    quantity = number(activity.quantity, label("quantity"))
    return emission_kgco2e(quantity, *_apart_from_quantity(activity, factors))


def _apart_from_quantity(
    activity: Activity, factors: Factors
) -> tuple[str, Factor, float | None, str]:
    """Unit, factor, bridge and the bridge's unit."""
    unit = _words(activity, "unit")
    factor = factors.get(_words(activity, "factor_id"))
    bridge = None if is_blank(activity.bridge) else number(activity.bridge, label("bridge"))
    return unit, factor, bridge, _words(activity, "bridge_unit")


def scaled_by_quantity(
    activity: Activity, factors: Factors
) -> tuple[Callable[[float], float], float] | None:
    """A row with data as a function of its quantity, to be multiplied by the value of its factor,
    and that value; its own quantity is not looked at. None where it is no such row."""
    try:
        if status(_words(activity, "status") or ActivityStatus.DATA) is not ActivityStatus.DATA:
            return None
        unit, factor, bridge, bridge_unit = _apart_from_quantity(activity, factors)
        return scaled_quantity(unit, factor, bridge, bridge_unit), factor.value
    except FootprintError:
        return None


def _words(activity: Activity, name: str) -> str:
    return words(getattr(activity, name), column("activities", name).heading)


def _stage_result(of: Stage, rows: list[RowResult]) -> StageResult:
    if not rows:
        return StageResult(of, FootprintState.MISSING, None, (StageWithoutRows(stage=of.name),))
    state, kgco2e, overflow = _sum(rows)
    problems = tuple(row.problem for row in rows if row.problem)
    return StageResult(of, state, kgco2e, problems + overflow)


def _process_results(rows: Iterable[RowResult]) -> tuple[ProcessResult, ...]:
    """Every process of every stage, stages in their order, processes as they first appear."""
    groups: dict[tuple[str, str], list[RowResult]] = {}
    for row in rows:
        if row.stage:
            groups.setdefault((row.stage.id, folded(row.process)), []).append(row)
    results = []
    for of in STAGES:
        for (stage_id, _), members in groups.items():
            if stage_id == of.id:
                state, kgco2e, overflow = _sum(members)
                problems = tuple(row.problem for row in members if row.problem)
                name = members[0].process
                results.append(ProcessResult(of, name, state, kgco2e, problems + overflow))
    return tuple(results)


def _sum(
    rows: Iterable[RowResult],
) -> tuple[FootprintState, float | None, tuple[FootprintError, ...]]:
    """State and sum of rows, correctly rounded whatever their order; no rows are missing."""
    members = tuple(rows)
    states = {row.state for row in members}
    if FootprintState.FAILED in states:
        return FootprintState.FAILED, None, ()
    if FootprintState.MISSING in states or not members:
        return FootprintState.MISSING, None, ()
    if states == {FootprintState.NOT_APPLICABLE}:
        return FootprintState.NOT_APPLICABLE, 0.0, ()
    try:
        return FootprintState.VALUE, math.fsum(row.kgco2e or 0.0 for row in members), ()
    except OverflowError:
        problem = NumberNotFinite(column=label("emission"), seen=math.inf)
        return FootprintState.FAILED, None, (problem,)
