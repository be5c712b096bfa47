"""F03 on the period itself: its days exist, can be read in one way, and follow each other; M08 on
the bills' months, which lie in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from cfp_xl.findings import CellRef, Finding, finding
from cfp_xl.footprint.product import Fact, Period, period, readings
from cfp_xl.functions.serial_dates import moment_of
from cfp_xl.schema.case import Case, text_of
from cfp_xl.verify.plausibility import plausibility
from cfp_xl.verify.rule import PRODUCT, rule
from cfp_xl.verify.rules.allocated_amounts import is_own


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


@rule("M08", reads=("allocation", "period", "product_name"), schemas=(PRODUCT,))
def bills_are_of_the_period(case: Case) -> Iterator[Finding]:
    """M08: a bill's month that names a year lies in the period, if only with some days."""
    declared = case.product.period
    if declared is None or declared.value is None:
        return

    def day_of(serial: float) -> date:
        return moment_of(int(serial), date_1904=case.workbook.date_1904).date()

    for row in case.product.rows("allocation"):
        typed = row.value("month")
        of_bill = period([typed], day_of) if is_own(case.product, row) else None
        if of_bill is None:
            continue
        if isinstance(typed, float):  # a day stands for its month
            of_bill = Period(of_bill.start.replace(day=1), of_bill.end)
        if of_bill.end < declared.value.start or of_bill.start > declared.value.end:
            yield finding(
                "M08",
                row.cell("month"),
                case="month",
                seen=_spelt(of_bill) if isinstance(typed, float) else text_of(typed),
                expected=_spelt(declared.value),
                also=[declared.where] if declared.where else (),
            )


def _spelt(one: Period) -> str:
    return f"{one.start.isoformat()} – {one.end.isoformat()}"


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
