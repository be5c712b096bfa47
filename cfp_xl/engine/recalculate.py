"""The door of the engine: a workbook in, every formula cell's result out."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from cfp_xl.engine.bindings import Registry, plain_formula
from cfp_xl.engine.evaluate import Moment
from cfp_xl.engine.grid import Grid, OwnFunctions
from cfp_xl.engine.lexer import NotAFormula
from cfp_xl.engine.magnitude import operand_magnitude
from cfp_xl.engine.result import CellKey, Computed, Recalculation, RecalculationTimeout
from cfp_xl.engine.schedule import Formulas, Schedule
from cfp_xl.findings import Finding, finding
from cfp_xl.workbook.model import Workbook

CLOCK = datetime(2026, 1, 1, 12)
"""What NOW() says unless told otherwise: a result must not depend on the day it was computed."""

_OTHER_TIMES = (
    (timedelta(days=4000, hours=7, minutes=13), 0.5, 1.0),
    (timedelta(days=-3000, hours=-5, minutes=-41), 0.999, 1.0),
)
"""When, and with which random numbers, volatile cells are computed again."""


def recalculate(
    workbook: Workbook,
    *,
    clock: datetime = CLOCK,
    deadline_s: float = 60.0,
    functions: OwnFunctions | None = None,
) -> Recalculation:
    """Computes every formula cell of `workbook` from its constants, cached results unread.

    Mistakes of the workbook end as findings and as errors in cells, never as exceptions.
    Raises RecalculationTimeout after `deadline_s` seconds.
    """
    tick = _deadline(deadline_s)
    grid = Grid(workbook, functions or Registry())
    formulas = Formulas(grid, plain_formula)
    schedule = Schedule(grid, formulas, Moment(clock, 0.0, 0.5), tick)
    schedule.run()
    cells = {key: grid.results[key] for key in grid.formulas}
    cells = _with_stability(cells, grid, formulas, clock, tick)

    def magnitude(key: CellKey) -> float | None:
        tree = formulas.tree(key)
        if isinstance(tree, NotAFormula) or not cells[key].is_computed:
            return None
        return operand_magnitude(schedule.evaluator(key), tree)

    return Recalculation(
        cells,
        tuple(f for key, cell in cells.items() for f in _findings(key, cell, workbook)),
        {
            key: tuple(dict.fromkeys((*formulas.areas(key), *schedule.read.get(key, ()))))
            for key in cells
        },
        magnitude,
    )


def _deadline(deadline_s: float) -> Callable[[], None]:
    end = time.monotonic() + deadline_s

    def tick() -> None:
        if time.monotonic() > end:
            raise RecalculationTimeout(deadline_s)

    return tick


def _with_stability(
    cells: dict[CellKey, Computed],
    grid: Grid,
    formulas: Formulas,
    clock: datetime,
    tick: Callable[[], None],
) -> dict[CellKey, Computed]:
    """Volatile cells computed at other times: `CFP_TOTAL(…)+0*RAND()` is always the same."""
    settled = {key: cell for key, cell in cells.items() if not cell.is_volatile}
    if len(settled) == len(cells):
        return cells
    stable = cells.keys() - settled.keys()
    for shift, low, high in _OTHER_TIMES:
        other = grid.fresh(settled)
        Schedule(other, formulas, Moment(clock + shift, low, high), tick).run()
        stable = {key for key in stable if _is_same(cells[key], other.results[key])}
    return {
        key: replace(cell, is_stable=not cell.is_volatile or key in stable)
        for key, cell in cells.items()
    }


def _is_same(a: Computed, b: Computed) -> bool:
    return (a.state, a.value, a.children) == (b.state, b.value, b.children)


def _findings(key: CellKey, cell: Computed, workbook: Workbook) -> list[Finding]:
    found = [] if cell.finding is None else [cell.finding]
    if cell.masked:
        first = cell.masked[0]
        sheet = workbook.sheet(key.sheet)
        formula = sheet.cells[key.row, key.column].formula if sheet else None
        found.append(
            finding(
                "E05",
                key.ref,
                case="" if first.error else "uncomputable",
                seen=formula,
                what=first.what,
                first_cell=str(first.where.ref),
                error=str(first.error),
            )
        )
    return found
