"""From an inventory and factors to a footprint: rows, processes, stages, total.

A user's mistake in a row is a problem in the result, never an exception. A row that is missing
or fails fails its process, its stage and the total; nothing turns into a zero on the way.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from cfp_xl.footprint.assembled import AssemblyResult, assembled
from cfp_xl.footprint.assemblies import NO_ASSEMBLIES, Assemblies
from cfp_xl.footprint.carbon_balance import with_balance
from cfp_xl.footprint.errors import (
    BAD_NUMBER,
    NOT_FOUND,
    FootprintError,
    NumberNotFinite,
    label,
)
from cfp_xl.footprint.factor import Factors, is_supplier_factor
from cfp_xl.footprint.inventory import Inventory
from cfp_xl.footprint.parts import Parts, total_parts
from cfp_xl.footprint.row_emission import (
    FootprintState,
    RowResult,
    calculate_row,
    calculate_rows,
)
from cfp_xl.footprint.stages import STAGES, Stage, stage
from cfp_xl.footprint.wording import folded

__all__ = [
    "Footprint",
    "FootprintState",
    "RowResult",
    "calculate",
    "calculate_row",
    "calculate_rows",
]


class StageWithoutRows(FootprintError):
    """A stage of which the activities hold no row at all."""

    excel = NOT_FOUND


class ProcessNotKnown(FootprintError):
    """A process that its stage does not have."""

    excel = NOT_FOUND


class NoRows(FootprintError):
    """An inventory without any row: there is nothing to add up."""

    excel = NOT_FOUND


class ShareOfNothing(FootprintError):
    """A share of a total of zero."""

    excel = BAD_NUMBER


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
    parts: Parts | None = None
    """What the total is made of and what lies beside it; None where there is no total."""
    by_scheme_kgco2e: Mapping[str, float] = field(default_factory=dict)
    """The total as another scheme counts it, which deducts the credits that name it."""
    assemblies: Mapping[str, AssemblyResult] = field(default_factory=dict)
    """By id as its table gives it; rows with an id that is given twice take neither."""

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


def calculate(
    inventory: Inventory, factors: Factors, assemblies: Assemblies = NO_ASSEMBLIES
) -> Footprint:
    """The footprint of an inventory. Mistakes of the user's are problems in the result."""
    rows, made = _rows(inventory, factors, assemblies)
    own = tuple(row for row in rows if not row.assembly)
    stages = {s.id: _stage_result(s, [r for r in own if r.stage is s]) for s in STAGES}
    problems = tuple(row.problem for row in own if row.problem)
    if not own:
        problems = (NoRows(),)
    state, total_kgco2e, overflow = _sum(own)
    parts = None if total_kgco2e is None else total_parts(row.addend for row in own)
    return Footprint(
        total_kgco2e,
        state,
        stages,
        _process_results(own),
        rows,
        problems + overflow,
        _by_suppliers(rows, parts),
        parts,
        _by_scheme(total_kgco2e, own),
        made,
    )


def _by_suppliers(rows: Iterable[RowResult], parts: Parts | None) -> float | None:
    is_asked = any(is_supplier_factor(row.activity.factor_id) for row in rows)
    return parts.by_suppliers if parts and is_asked else None


def _rows(
    inventory: Inventory, factors: Factors, assemblies: Assemblies
) -> tuple[tuple[RowResult, ...], Mapping[str, AssemblyResult]]:
    """Every row in its order, and what the rows of each assembly make."""
    if not assemblies and not any(row.assembly is not None for row in inventory):
        rows = tuple(calculate_rows(inventory, factors))
        return tuple(with_balance(rows, factors)), {}
    return assembled(inventory, factors, assemblies)


def _by_scheme(total_kgco2e: float | None, rows: Iterable[RowResult]) -> dict[str, float]:
    if total_kgco2e is None:
        return {}
    deducted: dict[str, list[float]] = {}
    for row in rows:
        if row.scheme and row.kgco2e is not None:
            deducted.setdefault(row.scheme, []).append(-row.kgco2e)
    return {scheme: math.fsum([total_kgco2e, *d]) for scheme, d in deducted.items()}


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
        return FootprintState.VALUE, math.fsum(row.counted_kgco2e or 0.0 for row in members), ()
    except OverflowError:
        problem = NumberNotFinite(column=label("emission"), seen=math.inf)
        return FootprintState.FAILED, None, (problem,)
