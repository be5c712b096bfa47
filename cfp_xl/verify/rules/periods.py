"""F03 on the period itself: its days exist, can be read in one way, and follow each other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from cfp_xl.findings import CellRef, Finding, finding
from cfp_xl.footprint.product import Fact, Period, readings
from cfp_xl.schema.case import Case
from cfp_xl.verify.plausibility import plausibility
from cfp_xl.verify.rule import PRODUCT, rule


@rule("F03", reads=("period",), schemas=(PRODUCT,))
def the_period_is_plain(case: Case) -> Iterator[Finding]:
    """F03: dates typed as text; those that are dates to the spreadsheet can't be misread."""
    declared = case.product.period
    if declared is None:
        return
    days: list[date] = []
    for cell, value in zip(_cells(case, declared), declared.typed, strict=True):
        meant = readings(value) if isinstance(value, str) else None
        if meant is None:
            continue
        if not meant:
            yield finding("F03", cell, case="no_such_day", seen=value)
        elif len(meant) > 1:
            both = " / ".join(day.isoformat() for day in meant)
            yield finding("F03", cell, case="two_readings", seen=value, expected=both)
        else:
            days += meant
    if len(days) == 2 == len(declared.typed) and days[0] > days[1]:
        yield finding("F03", declared.where, case="inverted")
    elif declared.value and (length := _length(declared.value)) > _longest():
        yield finding("F03", declared.where, case="long", seen=length)


def _cells(case: Case, declared: Fact[Period]) -> list[CellRef | None]:
    """The cell of each value, row by row; the one place of a name that holds a constant."""
    where = declared.where
    sheet = case.workbook.sheet(where.sheet) if where else None
    if where is None or where.bounds is None or sheet is None:
        return [where] * len(declared.typed)
    top, left, bottom, right = where.bounds
    cells: list[CellRef | None] = [
        sheet.ref(row, column)
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
    ]
    return cells if len(cells) == len(declared.typed) else [where] * len(declared.typed)


def _length(period: Period) -> int:
    return (period.end - period.start).days + 1


def _longest() -> int:
    return int(plausibility("period")["longest_days"])
