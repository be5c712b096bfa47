"""The work of `verify` grows with the rows of a table, not with their pairs.

Counted are calls, not seconds: twice as many further rows cost twice as many further calls.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from cfp_xl.schema.opened import opened, refreshed
from cfp_xl.verify.pipeline import verify_opened
from cfp_xl.verify.result import Options
from cfp_xl.workbook.writing.values import Constant, write_values
from tests.verify.inventories import template

STEEL = "DESNZ2025-19_504_5116_15_1"


def filled(rows: int) -> bytes:
    """The template with so many activities."""
    blank, schema = template()
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
    region = template()[1].regions["activities"]
    most = (region.bounds[2] - region.header_row - 2) // 3
    assert most > 10
    calls_of(filled(10))  # what is read and made once in a process
    one, two, three = (calls_of(filled(most * times)) for times in (1, 2, 3))
    assert three - two < 1.2 * (two - one)
    assert three - two > 0.5 * (two - one)
