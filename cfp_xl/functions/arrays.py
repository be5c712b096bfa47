"""Ranges in numpy, as the engine and Excel's edge hold them, and as the functions take them."""

from __future__ import annotations

import numpy as np

from cfp_xl.functions.values import Argument, Array, Cells, Table


def as_cells(arg: Argument | np.generic) -> Cells:
    """An array as a table of rows, a number of numpy's as Python's; all else as it is."""
    if isinstance(arg, np.ndarray):
        return Table(np.atleast_2d(arg.astype(object, copy=False)).tolist())
    if isinstance(arg, np.generic):
        plain: Cells = arg.item()
        return plain
    return arg


def as_array(table: Table) -> Array:
    """A table as an array of its values."""
    array: Array = np.empty((table.height, table.width), dtype=object)
    array.reshape(-1)[:] = list(table.flat)
    return array
