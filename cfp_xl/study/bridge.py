"""Why a total is not that of before: its difference, split exactly.

A row's emission is a product: its quantity, the factor per unit, and how it counts (bridge, sign,
and for a row of an assembly how much of it is taken). Each of these gets what it adds on average
over all orders of changing them (Shapley), so that the parts add to the difference whatever the
order. Rows are the same row by their identity.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from cfp_xl.findings import CellRef
from cfp_xl.footprint.errors import FootprintError
from cfp_xl.footprint.factor import Factor, Factors
from cfp_xl.footprint.units import exact_conversion, same_dimension
from cfp_xl.messages import Text, text
from cfp_xl.study.inputs import Inputs, Term


class Cause(StrEnum):
    """What changed."""

    ACTIVITY = "activity"
    FACTOR = "factor"
    METHOD = "method"
    REPLACED = "replaced"
    """Another factor per another kind of unit: quantity and factor cannot be told apart."""
    ADDED = "added"
    REMOVED = "removed"

    @property
    def text(self) -> Text:
        return text(f"study.cause.{self.value}")


@dataclass(frozen=True, slots=True)
class Step:
    """One bar of the bridge."""

    cause: Cause
    label: str
    kgco2e: float
    before: CellRef | None = None
    after: CellRef | None = None
    """The row's first cell in each workbook."""


@dataclass(frozen=True, slots=True)
class Bridge:
    """From one total to another: the steps, the largest first, add to the difference."""

    before_kgco2e: float
    after_kgco2e: float
    steps: tuple[Step, ...]

    @property
    def difference(self) -> float:
        return self.after_kgco2e - self.before_kgco2e

    def by_cause(self) -> Mapping[Cause, float]:
        """The sum of the steps of each cause that has any."""
        found: dict[Cause, list[float]] = {}
        for step in self.steps:
            found.setdefault(step.cause, []).append(step.kgco2e)
        return {cause: math.fsum(found[cause]) for cause in Cause if cause in found}


@dataclass(frozen=True, slots=True)
class _Row:
    """A row with a factor, and all that it adds to the total, wherever it is taken."""

    term: Term
    factor: Factor
    kgco2e: float

    @property
    def origin(self) -> CellRef | None:
        return self.term.row.activity.origin


def bridge(before: Inputs, old_factors: Factors, after: Inputs, new_factors: Factors) -> Bridge:
    """The steps between two totals."""
    old, new = _rows(before, old_factors), _rows(after, new_factors)
    steps: list[Step] = []
    for key in dict.fromkeys((*old, *new)):
        was, now = old.get(key), new.get(key)
        label = (now or was or _never()).term.row.activity.label
        if was is None and now is not None:
            steps.append(Step(Cause.ADDED, label, now.kgco2e, None, now.origin))
        elif now is None and was is not None:
            steps.append(Step(Cause.REMOVED, label, -was.kgco2e, was.origin, None))
        elif was is not None and now is not None:
            steps += _changes(label, was, now)
    steps.sort(key=lambda step: -abs(step.kgco2e))
    return Bridge(before.total_kgco2e, after.total_kgco2e, tuple(steps))


def _never() -> _Row:
    raise AssertionError("a key of neither side")


def _rows(inputs: Inputs, factors: Factors) -> Mapping[str, _Row]:
    found: dict[str, _Row] = {}
    for term, share in inputs.leaves():
        activity = term.row.activity
        base = f"{term.row.assembly}|{activity.identity}"
        number, key = 1, base
        while key in found:
            number += 1
            key = f"{base}#{number}"
        factor = factors.get(str(activity.factor_id))
        found[key] = _Row(term, factor, share * inputs.total_kgco2e)
    return found


def _changes(label: str, was: _Row, now: _Row) -> Iterator[Step]:
    difference = now.kgco2e - was.kgco2e
    if not difference:
        return
    parted = _players(was, now)
    if parted is None:
        yield Step(Cause.REPLACED, label, difference, was.origin, now.origin)
        return
    causes = (Cause.ACTIVITY, Cause.FACTOR, Cause.METHOD)
    for cause, value in zip(causes, shapley(*parted), strict=True):
        if value:
            yield Step(cause, label, value, was.origin, now.origin)


def shapley(
    before: tuple[float, float, float], after: tuple[float, float, float]
) -> tuple[float, float, float]:
    """What each of three multipliers adds to the change of their product, averaged over orders."""
    found = []
    for own in range(3):
        one, other = (i for i in range(3) if i != own)
        a0, a1, b0, b1 = before[one], after[one], before[other], after[other]
        mean = (2 * a0 * b0 + a0 * b1 + a1 * b0 + 2 * a1 * b1) / 6
        found.append((after[own] - before[own]) * mean)
    return found[0], found[1], found[2]


def _players(
    was: _Row, now: _Row
) -> tuple[tuple[float, float, float], tuple[float, float, float]] | None:
    """Quantity, factor, and the rest of both rows in common units; None where there are none."""
    try:
        quantity_scale = _scale(now.term.row.activity.unit, was.term.row.activity.unit)
        if not same_dimension(was.factor.per_unit, now.factor.per_unit):
            return None
        per_unit = float(exact_conversion(was.factor.per_unit, now.factor.per_unit))
    except FootprintError:
        return None
    quantities = (_number(was), _number(now) * quantity_scale)
    factors = (was.factor.kgco2e_per(), now.factor.kgco2e_per() * per_unit)
    products = [quantities[i] * factors[i] for i in (0, 1)]
    if not all(products):
        return None
    rests = (was.kgco2e / products[0], now.kgco2e / products[1])
    if math.isclose(*rests, rel_tol=1e-12):
        rests = (rests[0], rests[0])
    return (quantities[0], factors[0], rests[0]), (quantities[1], factors[1], rests[1])


def _scale(unit: object, to: object) -> float:
    return float(exact_conversion(str(unit), str(to)))


def _number(row: _Row) -> float:
    quantity = row.term.row.activity.quantity
    return float(quantity) if isinstance(quantity, float | int) else 0.0
