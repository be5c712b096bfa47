"""The door of the engine: a workbook in, every formula cell's result out."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache

from cfp_xl.engine import library
from cfp_xl.engine.areas import Area, CellKey
from cfp_xl.engine.as_displayed import as_displayed
from cfp_xl.engine.bindings import Registry, plain_formula
from cfp_xl.engine.dependents import Dependents
from cfp_xl.engine.evaluate import UNDERSTOOD
from cfp_xl.engine.grid import Grid
from cfp_xl.engine.guards import guarded_constant_fails
from cfp_xl.engine.iterate import settle_circles
from cfp_xl.engine.lexer import NotAFormula
from cfp_xl.engine.magnitude import operand_magnitude
from cfp_xl.engine.operators import TooLarge
from cfp_xl.engine.outcome import ComputedCells, ReferencedRanges
from cfp_xl.engine.own_functions import OwnFunctions
from cfp_xl.engine.parse import FormulaPlace, parse
from cfp_xl.engine.plan import plan_of
from cfp_xl.engine.problems import Uncomputable
from cfp_xl.engine.result import ColumnResult, Computed, Recalculation, RecalculationTimeout, Way
from cfp_xl.engine.schedule import Schedule
from cfp_xl.engine.trace import Moment
from cfp_xl.engine.tree import Node
from cfp_xl.findings import Finding, finding
from cfp_xl.workbook.model import Workbook

CLOCK = datetime(2026, 1, 1, 12)
"""What NOW() says unless told otherwise: a result must not depend on the day it was computed."""

_OTHER_TIMES: tuple[tuple[timedelta, float, float, str, str], ...] = (
    (timedelta(days=4000, hours=7, minutes=13), 0.5, 1.0, "/mnt/other place/", "other.xlsx"),
    (timedelta(days=-3000, hours=-5, minutes=-41), 0.999, 1.0, "https://host/a/", "b (1).xlsm"),
)
"""When, with which random numbers, and where, volatile cells are computed again."""


def recalculate(
    workbook: Workbook,
    *,
    clock: datetime = CLOCK,
    deadline_s: float = 60.0,
    functions: OwnFunctions | None = None,
    way: Way = Way.BLOCK,
) -> Recalculation:
    """Computes every formula cell of `workbook` from its constants, cached results unread.

    In circles that the workbook iterates, they decide where Excel stopped (see `iterate`).

    By blocks where that gives the same as cell by cell, which `way` can demand for all; where each
    number is rounded to what its format shows, cell by cell.
    Mistakes of the workbook end as findings and as errors in cells, never as exceptions.
    Raises RecalculationTimeout after `deadline_s` seconds.
    """
    return run(workbook, clock, deadline_s, functions or Registry(), way).recalculation


@dataclass(frozen=True)
class Run:
    """A recalculation with the grid and the schedule it was made with."""

    grid: Grid
    schedule: Schedule
    moment: Moment
    recalculation: Recalculation


def run(
    workbook: Workbook, clock: datetime, deadline_s: float, functions: OwnFunctions, way: Way
) -> Run:
    """See `recalculate`."""
    tick = deadline(deadline_s)
    if workbook.is_as_displayed:
        workbook, way = as_displayed(workbook), Way.CELL

    def parsed(key: CellKey, formula: str) -> Node:
        try:
            return parse(plain_formula(formula).removeprefix("="), FormulaPlace(workbook, *key))
        except NotAFormula:
            raise
        except Exception as fault:  # one formula never ends the others
            raise NotAFormula(0) from fault

    plan, moment = plan_of(workbook, parsed, way), Moment(clock, 0.0, 0.5)
    grid = Grid(workbook, functions, plan)
    schedule = Schedule(grid, moment, tick)
    if way is Way.BLOCK:
        schedule.run_by_blocks()
    if way is Way.CELL or schedule.has_cycle:  # how a cycle is named depends on where it is entered
        grid = Grid(workbook, functions, plan)
        schedule = Schedule(grid, moment, tick)
        schedule.run_by_cells()
    if schedule.has_cycle and workbook.iterates:
        grid, schedule = settle_circles(grid, schedule)
    _note_stability(grid, clock, tick)
    return Run(grid, schedule, moment, recalculation_of(grid, schedule))


def recalculation_of(grid: Grid, schedule: Schedule) -> Recalculation:
    """What a computed grid shows."""
    plan = grid.plan

    def magnitude(key: CellKey) -> float | None:
        tree = plan.tree(key)
        if isinstance(tree, NotAFormula) or (
            key in grid.results and not grid.results[key].is_computed
        ):
            return None
        try:
            return operand_magnitude(schedule.evaluator(key), tree)
        except (Uncomputable, TooLarge):  # computed whole, and not by itself
            return None

    def fails(key: CellKey) -> bool:
        tree = plan.tree(key)
        try:
            return isinstance(tree, NotAFormula) or guarded_constant_fails(
                schedule.evaluator(key), tree
            )
        except UNDERSTOOD:
            return True

    @cache
    def dependents() -> Dependents:
        return Dependents(plan, schedule.read)

    def readers(key: CellKey) -> Iterator[CellKey]:
        for number, first, last in dependents().of(Area(*key, *key[1:])):
            block = plan.blocks[number]
            yield from (block.key(offset) for offset in range(first, last + 1))

    def reading_sheets(key: CellKey) -> Iterator[str]:
        return (plan.blocks[number].sheet for number, _, _ in dependents().of(Area(*key, *key[1:])))

    return Recalculation(
        ComputedCells(grid),
        tuple(_findings(grid)),
        ReferencedRanges(plan, schedule.read),
        magnitude,
        tuple(grid.results),
        tuple(
            ColumnResult(plan.blocks[number], filled.values, filled.apart)
            for number, filled in grid.filled.items()
        ),
        readers,
        reading_sheets,
        fails,
    )


def deadline(deadline_s: float) -> Callable[[], None]:
    """Raises RecalculationTimeout when called later than that.

    Importing the function library, once in a process, is no part of a workbook's time.
    """
    end = time.monotonic() - library.import_s() + deadline_s

    def tick() -> None:
        now = time.monotonic()
        if now > end and now - library.import_s() > end:
            raise RecalculationTimeout(deadline_s)

    return tick


def _note_stability(grid: Grid, clock: datetime, tick: Callable[[], None]) -> None:
    """Volatile cells computed at other times: `CFP_TOTAL(…)+0*RAND()` is always the same."""
    volatile = {key for key, cell in grid.results.items() if cell.is_volatile}
    stable = set(volatile)
    for at, (shift, low, high, folder, book) in enumerate(_OTHER_TIMES if volatile else (), 1):
        other = grid.without(volatile)
        moment = Moment(clock + shift, low, high, folder, book, stream=f"/{at}")
        Schedule(other, moment, tick).run_by_cells()
        stable = {key for key in stable if _is_same(grid.results[key], other.results[key])}
    for key in volatile - stable:
        grid.results[key] = replace(grid.results[key], is_stable=False)


def _is_same(a: Computed, b: Computed) -> bool:
    return (a.state, a.value, a.children) == (b.state, b.value, b.children)


def _findings(grid: Grid) -> Iterator[Finding]:
    """Of the cells that were not computed, and of those that hide a failure, in their order."""
    named = [key for key, cell in grid.results.items() if cell.finding or cell.masked]
    for key in sorted(named, key=lambda key: (grid.sheet_order[key.sheet], key.row, key.column)):
        cell = grid.results[key]
        if cell.finding is not None:
            yield cell.finding
        if cell.masked:
            first = cell.masked[0]
            yield finding(
                "E05",
                key.ref,
                case="" if first.error else "uncomputable",
                seen=grid.formulas[key].formula,
                what=first.what,
                first_cell=str(first.where.ref),
                error=str(first.error),
            )
