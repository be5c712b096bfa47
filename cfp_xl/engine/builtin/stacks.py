"""Arrays beside or below each other, as one line, or made larger."""

from __future__ import annotations

import numpy as np

from cfp_xl.engine.builtin.define import Nodes, given, lazy, one
from cfp_xl.engine.convert import boolean, number
from cfp_xl.engine.evaluate import Evaluator, Result
from cfp_xl.engine.operators import check_size, check_total
from cfp_xl.functions.values import Array, ExcelError


def _stack(name: str, *, down: bool) -> None:
    @lazy(name, least=1)
    def stacked(evaluator: Evaluator, nodes: Nodes) -> Result:
        """Shorter ones are filled up with #N/A."""
        arrays: list[Array] = []
        with evaluator.arrays():
            for at in range(len(nodes)):
                arrays.append(evaluator.elements(given(nodes, at)))
                check_total(arrays)
        if not down:
            arrays = [array.T for array in arrays]
        width = max(array.shape[1] for array in arrays)
        height = sum(array.shape[0] for array in arrays)
        check_size(height, width)
        made = np.empty((height, width), object)
        made.fill(ExcelError.NA)
        top = 0
        for array in arrays:
            made[top : top + array.shape[0], : array.shape[1]] = array
            top += array.shape[0]
        return made if down else made.T


_stack("VSTACK", down=True)
_stack("HSTACK", down=False)


def _line(name: str, *, down: bool) -> None:
    @lazy(name, least=1, most=3)
    def line(evaluator: Evaluator, nodes: Nodes) -> Result:
        """Without blanks (1), errors (2) or both (3); row by row, or column by column."""
        ignored = number(one(evaluator, nodes, 1, 0.0))
        by_column = boolean(one(evaluator, nodes, 2, False))
        if isinstance(ignored, ExcelError):
            return ignored
        if isinstance(by_column, ExcelError):
            return by_column
        if int(ignored) not in range(4):
            return ExcelError.VALUE
        with evaluator.arrays():
            array = evaluator.elements(given(nodes, 0))
        values = (array.T if by_column else array).ravel().tolist()
        if int(ignored) & 1:
            values = [value for value in values if value is not None]
        if int(ignored) & 2:
            values = [value for value in values if not isinstance(value, ExcelError)]
        if not values:
            return ExcelError.CALC
        made = np.empty(len(values), object)
        made[:] = values
        return made.reshape(-1, 1) if down else made.reshape(1, -1)


_line("TOCOL", down=True)
_line("TOROW", down=False)


@lazy("EXPAND", least=2, most=4)
def _expand(evaluator: Evaluator, nodes: Nodes) -> Result:
    with evaluator.arrays():
        array = evaluator.elements(given(nodes, 0))
    size: list[int] = []
    for at, now in enumerate(array.shape, 1):
        wanted = number(one(evaluator, nodes, at, float(now)))
        if isinstance(wanted, ExcelError):
            return wanted
        if int(wanted) < now:
            return ExcelError.VALUE
        size.append(int(wanted))
    filler = one(evaluator, nodes, 3, ExcelError.NA)
    check_size(*size)
    made = np.empty(size, object)
    made.fill(filler)
    made[: array.shape[0], : array.shape[1]] = array
    return made
