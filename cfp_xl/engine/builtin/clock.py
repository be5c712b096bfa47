"""The time and random numbers: what makes a formula volatile."""

from __future__ import annotations

import numpy as np

from cfp_xl.engine.builtin.define import Nodes, lazy, one
from cfp_xl.engine.convert import boolean, number
from cfp_xl.engine.evaluate import Evaluator, Result
from cfp_xl.engine.operators import check_size
from cfp_xl.functions.serial_dates import serial_of
from cfp_xl.functions.values import ExcelError


def _serial(evaluator: Evaluator) -> float:
    """Days since 30 December 1899, which is Excel's count from March 1900 on, or since 1904."""
    return serial_of(evaluator.moment.now, date_1904=evaluator.grid.workbook.date_1904)


@lazy("NOW")
def _now(evaluator: Evaluator, nodes: Nodes) -> Result:  # noqa: ARG001
    evaluator.trace.is_volatile = True
    return _serial(evaluator)


@lazy("TODAY")
def _today(evaluator: Evaluator, nodes: Nodes) -> Result:  # noqa: ARG001
    evaluator.trace.is_volatile = True
    return float(int(_serial(evaluator)))


@lazy("RAND")
def _rand(evaluator: Evaluator, nodes: Nodes) -> Result:  # noqa: ARG001
    return evaluator.draw()


@lazy("RANDBETWEEN", least=2)
def _randbetween(evaluator: Evaluator, nodes: Nodes) -> Result:
    low, high = number(one(evaluator, nodes, 0)), number(one(evaluator, nodes, 1))
    if isinstance(low, ExcelError):
        return low
    if isinstance(high, ExcelError):
        return high
    if low > high:
        return ExcelError.NUM
    return float(int(low) + int(evaluator.draw() * (int(high) - int(low) + 1)))


@lazy("RANDARRAY")
def _randarray(evaluator: Evaluator, nodes: Nodes) -> Result:
    given: list[float] = []
    for at, default in enumerate((1.0, 1.0, 0.0, 1.0)):
        found = number(one(evaluator, nodes, at, default))
        if isinstance(found, ExcelError):
            return found
        given.append(found)
    whole = boolean(one(evaluator, nodes, 4, False))
    rows, columns, low, high = given
    if rows < 1 or columns < 1 or low > high or isinstance(whole, ExcelError):
        return ExcelError.VALUE
    check_size(rows, columns)
    made = np.empty((int(rows), int(columns)), object)
    for position in np.ndindex(made.shape):
        drawn = low + evaluator.draw() * (high - low + (1 if whole else 0))
        made[position] = float(int(drawn)) if whole else drawn
    return made
