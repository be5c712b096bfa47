"""A block → the values of its cells."""

from __future__ import annotations

import numpy as np

from cfp_xl.engine.blocks import Block
from cfp_xl.engine.evaluate import Evaluator
from cfp_xl.engine.grid import Filled, Grid, as_column
from cfp_xl.engine.lexer import NotAFormula
from cfp_xl.engine.result import RecalculationTimeout
from cfp_xl.engine.tree import repeated
from cfp_xl.engine.whole.alike import MANY, AlikeRows
from cfp_xl.engine.whole.block import Whole

LONG = 64
"""In a block of so many cells, what its formula says twice is computed once."""


def whole_block(grid: Grid, block: Block, cell: Evaluator) -> Filled | None:
    """All cells of `block` at once, or None where they must be computed one by one.

    `cell` computes its first cell. The cells left `apart` have no value here.
    """
    if isinstance(block.tree, NotAFormula):
        return None
    try:
        whole = Whole(grid, block, cell)
        if block.count >= LONG:
            whole.repeated = repeated(block.tree)
        if block.count >= MANY:
            whole.of_alike_rows = AlikeRows(whole, block.tree).line
        line = whole.line(block.tree)
    except RecalculationTimeout:
        raise
    except Exception:
        return None  # NotWhole, or computed one by one each cell gets its value or its own reason
    values = line if isinstance(line, np.ndarray | list) else [line] * block.count
    if isinstance(values, list):
        values = as_column([0.0 if value is None else value for value in values])
    if isinstance(values, np.ndarray):
        values = values + 0.0  # there is no negative zero in a sheet
    else:
        values = [value + 0.0 if type(value) is float else value for value in values]
    return Filled(values, frozenset(whole.apart))
