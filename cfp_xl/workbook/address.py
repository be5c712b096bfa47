"""A1 addresses, by the name under which the rooms that read and write workbooks know them."""

from __future__ import annotations

from cfp_xl.a1 import (
    MAX_COLUMNS,
    MAX_ROWS,
    Bounds,
    address,
    cell_position,
    cells_of,
    column_letters,
    column_number,
    is_within_grid,
    range_address,
    range_bounds,
)

__all__ = [
    "MAX_COLUMNS",
    "MAX_ROWS",
    "Bounds",
    "address",
    "cell_position",
    "cells_of",
    "column_letters",
    "column_number",
    "is_within_grid",
    "range_address",
    "range_bounds",
]
