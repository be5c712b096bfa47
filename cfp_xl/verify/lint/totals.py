"""K07: a total that was typed, though it is the sum of what is above it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from cfp_xl.findings import Finding, finding
from cfp_xl.workbook.address import range_address
from cfp_xl.workbook.model import Sheet

_TOTAL = re.compile(r"\s*(?:sub-?|grand )?total\b|\s*sum\s*$|合计|总计|小计", re.IGNORECASE)
LEAST_ABOVE = 2
CLOSE = 5e-3
"""Relative difference that rounding of a typed total explains."""


def typed_totals(sheet: Sheet) -> Iterator[Finding]:
    """A number in a row called total that equals the sum of the numbers right above it."""
    if not sheet.columns.layout.formula_count:
        return
    for row, texts in sheet.columns.texts.items():
        first_column, first = texts[0]
        if not _TOTAL.match(first):
            continue
        for column, cell in sheet.columns.in_row(row):
            is_typed = cell.formula is None and isinstance(cell.value, float) and not cell.is_date
            if column <= first_column or not is_typed or not cell.value:
                continue
            above = _above(sheet, row, column)
            total = math.fsum(above)
            if len(above) >= LEAST_ABOVE and abs(total - cell.value) <= CLOSE * abs(cell.value):  # type: ignore[operator,arg-type]
                area = range_address((row - len(above), column, row - 1, column))
                yield finding(
                    "K07",
                    sheet.ref(row, column),
                    seen=f"{cell.value:.15g}",
                    expected=f"=SUM({area})",
                )


def _above(sheet: Sheet, row: int, column: int) -> list[float]:
    """The numbers without a gap above a cell."""
    found: list[float] = []
    while row > 1:
        row -= 1
        value = sheet.columns.value((row, column))
        if not isinstance(value, float) or isinstance(value, bool):
            break
        found.append(value)
    return found
