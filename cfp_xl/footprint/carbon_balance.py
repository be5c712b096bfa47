"""Carbon that leaves in product, slag or dust is never more than came in."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from cfp_xl.footprint.errors import BAD_NUMBER, FootprintError
from cfp_xl.footprint.factor import Factor, Factors
from cfp_xl.footprint.factor_boundary import boundary_of_factor
from cfp_xl.footprint.row_emission import FootprintState, RowResult
from cfp_xl.footprint.row_kinds import Direction
from cfp_xl.footprint.units import same_dimension

ROUNDING = 1e-9
"""Sums of the same carbon in another order differ by less, relative to them."""
BURNT = "combustion"
STATED_OTHERWISE = frozenset({"not_stated", BURNT})


class OutputAboveInput(FootprintError):
    """More carbon leaves a stage than came into it."""

    excel = BAD_NUMBER


def with_balance(rows: Sequence[RowResult], factors: Factors) -> Iterable[RowResult]:
    """The rows of the product or of one assembly; outputs that are too much fail.

    Carbon comes in by the inputs of the same stage and kind of carbon whose factor is in kgCO2 or
    counts combustion only: electricity and what materials cause before them bring none.
    """
    outputs = [row for row in rows if row.direction is Direction.OUTPUT]
    problems: dict[int, FootprintError] = {}
    for stage, carbon in dict.fromkeys((row.stage, row.carbon) for row in outputs):
        group = [row for row in rows if row.stage is stage and row.carbon is carbon]
        gone = [row for row in group if row.direction is Direction.OUTPUT and row.kgco2e]
        came = [
            row.kgco2e or 0.0
            for row in group
            if row.direction is Direction.INPUT and _brings_carbon(row, factors)
        ]
        if any(row.state is FootprintState.FAILED for row in group):
            continue  # the stage has no value anyway
        gone_kgco2, came_kgco2 = math.fsum(row.kgco2e or 0.0 for row in gone), math.fsum(came)
        if gone_kgco2 > came_kgco2 * (1 + ROUNDING):
            problem = OutputAboveInput(gone=gone_kgco2, came=came_kgco2)
            problems |= {id(row): problem for row in gone}
    return [row.failed(problems[id(row)]) if id(row) in problems else row for row in rows]


def _brings_carbon(row: RowResult, factors: Factors) -> bool:
    if not row.kgco2e or not isinstance(row.activity.factor_id, str):
        return False
    factor = factors.get(row.activity.factor_id)
    return factor.parts is None and _is_of_carbon(factor)


def _is_of_carbon(factor: Factor) -> bool:
    try:
        boundary = boundary_of_factor(factor).id
    except FootprintError:
        return False
    if boundary == BURNT:
        return True
    is_freight = same_dimension(factor.per_unit, "t·km")
    return boundary in STATED_OTHERWISE and factor.is_co2_only and not is_freight
