"""What value of one cell brings the total, or another cell, to a target."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cfp_xl.engine.areas import CellKey
from cfp_xl.engine.whatif import WhatIf
from cfp_xl.functions.values import shown
from cfp_xl.schema.opened import tables_with
from cfp_xl.study.monte_carlo import Draws, totals
from cfp_xl.study.solve import Solved, solve
from cfp_xl.study.spread import StudyError
from cfp_xl.whatif.scenarios import TargetNotANumber
from cfp_xl.whatif.study import ProductStudy, inputs_in
from cfp_xl.whatif.targets import find_typed

MOST_TIMES = 10.0
"""Bounds that nobody states: from 0 to so many times the value of the cell."""
LIKELY = 0.9
PRECISION = 1e-9
"""How near to the target is near enough, relative to it."""


class BoundsWrong(StudyError):
    """A lower bound that is not below the upper one."""


class NoResult(StudyError):
    """A result that is no number with some value of the lever."""


@dataclass(frozen=True)
class Sought:
    """A target, and the value of the lever that reaches it."""

    lever: CellKey
    target: float
    base: float
    bounds: tuple[float, float]
    solved: Solved
    likely: float | None = None
    """The value with which the total is at most the target with 90 % probability; None where the
    total is no straight line in it, states no uncertainty, or such a value is out of bounds."""


def seek_total(
    study: ProductStudy, lever: str, target: float, bounds: tuple[float, float] | None = None
) -> Sought:
    """The value of a cell for a product's total. Raises what `find_typed` does, TargetNotANumber,
    BoundsWrong, NoResult."""
    workbook = study.tables.workbook
    key = find_typed(study.tables, lever)
    held = workbook.by_name[key.sheet.casefold()].columns.value((key.row, key.column))
    base = _number(key, held)

    def total(x: float) -> float:
        footprint = tables_with(workbook, _given(key, x)).footprint
        if footprint is None or footprint.total_kgco2e is None:
            raise NoResult(cell=key.ref, seen=x)
        return footprint.total_kgco2e

    within = _bounds(base, bounds)
    solved = solve(total, target, base, within, _tolerance(target))
    likely = None
    if study.analytic is not None and solved.is_straight:
        likely = _likely(study, key, target, within)
    return Sought(key, target, base, within, solved, likely)


def seek_cell(
    book: WhatIf,
    lever: CellKey,
    output: CellKey,
    target: float,
    bounds: tuple[float, float] | None = None,
) -> Sought:
    """The value of an input of any workbook for one of its formula cells."""
    base = _number(lever, book.constant(lever))

    def result(x: float) -> float:
        value = book.changed({lever: x}).cells[output].value
        if not isinstance(value, float):
            raise NoResult(cell=output.ref, seen=shown(value))
        return value

    within = _bounds(base, bounds)
    solved = solve(result, target, base, within, _tolerance(target))
    return Sought(lever, target, base, within, solved)


def _number(key: CellKey, held: object) -> float:
    if not isinstance(held, float):
        raise TargetNotANumber(cell=key.ref, seen=shown(held) or '""')
    return held


def _bounds(base: float, stated: tuple[float, float] | None) -> tuple[float, float]:
    low, high = stated or (0.0, MOST_TIMES * abs(base) or 1.0)
    if not low < high:
        raise BoundsWrong(low=low, high=high)
    return low, high


def _tolerance(target: float) -> float:
    return PRECISION * max(abs(target), 1e-3)


def _given(key: CellKey, x: float) -> dict[str, dict[tuple[int, int], float | str | bool | None]]:
    return {key.sheet: {(key.row, key.column): x}}


def _likely(
    study: ProductStudy, key: CellKey, target: float, within: tuple[float, float]
) -> float | None:
    """In each draw the total is a straight line through the same two points of the lever."""
    low, high = within

    def draw(x: float) -> Draws:
        tables = tables_with(study.tables.workbook, _given(key, x))
        return totals(inputs_in(tables), study.draws, study.seed)

    middle = (low + high) / 2
    at_middle, at_high = draw(middle), draw(high)
    slope = (at_high - at_middle) / (high - middle)
    if not (slope > 0).all() and not (slope < 0).all():
        return None
    needed = middle + (target - at_middle) / slope
    part = 1 - LIKELY if slope[0] > 0 else LIKELY
    value = float(np.quantile(needed, part))
    return value if low <= value <= high else None
