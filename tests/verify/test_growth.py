"""The work of `verify` grows with the rows of a table, not with their pairs.

Counted are calls, not seconds: twice as many further rows cost twice as many further calls.
"""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from typing import Any

from cfp_xl.schema.opened import Opened, opened, refreshed
from cfp_xl.templates.grow import grow
from cfp_xl.verify.pipeline import verify_opened
from cfp_xl.verify.result import Options
from cfp_xl.workbook.writing.values import Constant, write_values
from tests.verify.inventories import TEMPLATE

STEEL = "DESNZ2025-19_504_5116_15_1"
STEP = 80
"""Rows: enough that most numbers of rows stand nowhere else in a formula, where a reader has to
look closer."""


@cache
def template() -> Opened:
    """The template with a table of activities for three steps and a few rows more."""
    longer, _ = grow(TEMPLATE.read_bytes(), TEMPLATE, {"activities": 3 * STEP + 20})
    return opened(longer, TEMPLATE)


def filled(rows: int) -> bytes:
    """The template with so many activities."""
    blank = template()
    schema = blank.cached.schema
    assert schema is not None
    region = schema.regions["activities"]
    columns = region.columns
    cells: dict[tuple[int, int], Constant] = {}
    for number in range(rows):
        row = region.header_row + 1 + number
        values: dict[str, Constant] = {
            "stage": ("raw material acquisition", "production")[number % 2],
            "process": f"process {number % 5}",
            "activity": f"part {rows} {number}",
            "status": "data",
            "quantity": rows + number / 8,
            "unit": "kg",
            "factor_id": STEEL,
        }
        cells |= {(row, columns[field]): value for field, value in values.items()}
    return refreshed(write_values(blank.package, {region.sheet.name: cells}), Path("a.xlsx"))


def calls_of(data: bytes) -> int:
    """How many functions are called while a workbook is opened, recalculated and verified."""
    count = 0

    def counted(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        verify_opened(opened(data, Path("a.xlsx")), Path("a.xlsx"), Options())
    finally:
        sys.setprofile(before)
    return count


def test_calls_grow_with_the_rows() -> None:
    calls_of(filled(10))  # what is read and made once in a process
    one, two, three = (calls_of(filled(STEP * times)) for times in (1, 2, 3))
    assert three - two < 1.2 * (two - one)
    assert three - two > 0.5 * (two - one)
