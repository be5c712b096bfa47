"""Circular references of a workbook that asks for iterative calculation.

Excel computes the cells of a circle again and again, sheet by sheet, row by row, until no value
changes by as much as `iterateDelta`, or `iterateCount` times (Microsoft Learn, "Excel performance:
tips for optimizing performance obstructions", circular references with iteration). It begins at
the values it has, so its result need not be reproducible. Ours begins at 0 and goes on until
nothing changes any more: that is the solution, found without the cached values. Only where those
lie as close to it as Excel's own stopping rule explains do they stand, so that what depends on the
circle is computed from the numbers that Excel had.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from cfp_xl.engine.areas import CellKey
from cfp_xl.engine.grid import Grid
from cfp_xl.engine.plan import components
from cfp_xl.engine.result import Computed
from cfp_xl.engine.schedule import Schedule, named_in_short
from cfp_xl.findings import finding
from cfp_xl.functions.values import ExcelError, Scalar

MOST_PASSES = 1000
"""A circle that still moves after so many is not computed. Excel's own default is 100."""

STILL = 1e-14
"""A circle has settled when nothing moves by this part of its largest number."""

SLOWEST = 0.9
"""Each pass must leave at most this part of the last one's change: a circle that settles more
slowly stops too far from its solution for anything to be said of the value it stopped at."""

MOST_APART = 1e-3
"""Whatever `iterateDelta` allows, a cached value this part of itself off its solution is wrong."""

_IN_CIRCLES = frozenset({"E03", "E06"})


@dataclass(frozen=True, slots=True)
class _Settled:
    """The solution of a circle, and how far from it Excel's rule may stop."""

    values: Mapping[CellKey, Computed]
    within: float


def settle_circles(grid: Grid, schedule: Schedule) -> tuple[Grid, Schedule]:
    """The same recalculation with its circles iterated, and what depends on them computed."""
    before = {
        key: result
        for key, result in grid.results.items()
        if result.finding is not None and result.finding.code in _IN_CIRCLES
    }
    grid = grid.without(before)
    schedule = schedule.going_on(grid)
    keys = sorted(before, key=schedule.order)
    numbers = {key: at for at, key in enumerate(keys)}
    edges = [
        [numbers[other] for area in schedule.areas(key) for other in grid.missing_in(area)]
        for key in keys
    ]
    for members, is_circular in components(edges):
        circle = [keys[at] for at in members]
        if is_circular:
            settled = _solution(grid, schedule, circle)
            results = before if settled is None else _accepted(grid, schedule, settled)
            for key in circle:
                grid.put(key, results[key])
        else:
            schedule.settle(circle[0])
    return grid, schedule


def _solution(grid: Grid, schedule: Schedule, circle: list[CellKey]) -> _Settled | None:
    """Where the circle settles from 0; None where it does not, or only in an error."""
    for key in circle:
        grid.put(key, Computed(0.0))
    changes: list[float] = []
    for _ in range(MOST_PASSES):
        change, is_same = 0.0, True
        for key in circle:
            last, now = grid.results[key], schedule.compute(key)
            if not now.is_computed:
                return None
            grid.put(key, now)
            for a, b in _pairs(last, now):
                if isinstance(a, float) and isinstance(b, float):
                    change = max(change, abs(a - b))
                else:
                    is_same &= a == b and type(a) is type(b)
        values = {key: grid.results[key] for key in circle}
        largest = max((abs(v) for v in _numbers(values.values())), default=0.0)
        if is_same and change <= STILL * largest:
            rate = _rate(changes, STILL * largest)
            is_value = not any(isinstance(c.value, ExcelError) for c in values.values())
            if rate > SLOWEST or not is_value:
                return None
            return _Settled(values, grid.workbook.iterate_delta / (1 - rate))
        changes.append(change if is_same else float("inf"))
    return None


def _rate(changes: list[float], noise: float) -> float:
    """By how much the changes of the last passes shrank from one to the next, at the least."""
    steps = [(a, b) for a, b in pairwise(changes) if noise < a < float("inf")]
    return max((b / a for a, b in steps[-5:]), default=0.0)


def _accepted(grid: Grid, schedule: Schedule, settled: _Settled) -> Mapping[CellKey, Computed]:
    """The cached values if they all lie near the solution and one more pass moves none of them by
    more than Excel's limit; else the solution. The first cell says what was done."""
    cached = _cached(grid, settled)
    if cached is None or not _stands(grid, schedule, cached):
        return _noted(grid, settled, dict(settled.values), "differs")
    return _noted(grid, settled, cached, "")


def _cached(grid: Grid, settled: _Settled) -> dict[CellKey, Computed] | None:
    found: dict[CellKey, Computed] = {}
    for key, solved in settled.values.items():
        sheet = grid.workbook.by_name[key.sheet.casefold()]
        cell = sheet.cells[key.row, key.column]
        is_held = cell.is_cached and cell.is_finite
        if not is_held or solved.children or not _is_near(cell.value, solved.value, settled.within):
            return None
        found[key] = replace(solved, value=cell.value)
    return found


def _is_near(seen: Scalar, solved: Scalar, within: float) -> bool:
    if isinstance(seen, float) and isinstance(solved, float):
        return abs(seen - solved) <= min(within, MOST_APART * abs(solved))
    return type(seen) is type(solved) and seen == solved


def _stands(grid: Grid, schedule: Schedule, cached: Mapping[CellKey, Computed]) -> bool:
    for key, result in cached.items():
        grid.put(key, result)
    limit = grid.workbook.iterate_delta
    return all(
        abs(a - b) <= limit if isinstance(a, float) and isinstance(b, float) else a == b
        for key, result in cached.items()
        for a, b in _pairs(result, schedule.compute(key))
    )


def _noted(
    grid: Grid, settled: _Settled, results: dict[CellKey, Computed], case: str
) -> dict[CellKey, Computed]:
    """`results` with a finding at the first cell: which circle, and how far off they may be."""
    first = next(iter(results))
    apart = [
        abs(a - b)
        for key, solved in settled.values.items()
        for a, b in _pairs(solved, results[key])
        if isinstance(a, float) and isinstance(b, float)
    ]
    noted = finding(
        "E07", first.ref, case=case, seen=grid.formulas[first].formula,
        cells=named_in_short(list(results)), count=grid.workbook.iterate_count,
        apart=f"{max(apart, default=0.0):.3g}", tolerance=f"{settled.within:.3g}",
        part=f"{MOST_APART:.1%}",
    )  # fmt: skip
    results[first] = replace(results[first], finding=noted)
    return results


def _pairs(a: Computed, b: Computed) -> Iterator[tuple[Scalar, Scalar]]:
    yield a.value, b.value
    for key in a.children.keys() | b.children.keys():
        yield a.children.get(key, 0.0), b.children.get(key, 0.0)


def _numbers(results: Iterable[Computed]) -> Iterator[float]:
    for result in results:
        for value in (result.value, *result.children.values()):
            if isinstance(value, float):
                yield value
