"""Dates: their order, the period of the data, the time for which a report is valid."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from cfp_xl.audit.record import ReadReport, SaidDate
from cfp_xl.audit.rules import report_rule
from cfp_xl.findings import Finding, finding

MOST_YEARS_OLD, MOST_YEARS_VALID = 3, 5
SHORTEST_PERIOD = timedelta(days=363)


@report_rule("R08", needs=("dates",))
def days_are_in_order(report: ReadReport) -> Iterator[Finding]:
    """R08: the data's period ends before the report is issued; sources were out by then; what is
    signed is not signed before the period's end, nor issued before it was signed."""
    issued = next((d for d in report.dates if d.role == "issued"), None)
    periods = [d for d in report.dates if d.role == "period"]
    for one in report.dates:
        if one.first > one.last:
            yield _found(one, "backwards", one)
    for one in periods:
        if issued and one.last > issued.last:
            yield _found(issued, "issued_before_end", one)
            break
    for one in report.dates:
        if issued is None:
            break
        if one.role == "signed" and one.first > issued.last:
            yield _found(one, "signed_later", issued)
        elif one.role == "announced" and one.first > issued.last:
            yield _found(one, "source_later", issued)
        elif one.role == "valid" and one.last < issued.first:
            yield _found(one, "expired", issued)
        elif one.role == "valid" and _day(one.last) > _years_after(issued.last, MOST_YEARS_VALID):
            yield _found(one, "valid_long", issued)


@report_rule("R08", needs=("dates",))
def periods_are_whole_and_one(report: ReadReport) -> Iterator[Finding]:
    """R08: the data are of twelve months, of one period throughout, not too long ago."""
    issued = next((d for d in report.dates if d.role == "issued"), None)
    periods = [d for d in report.dates if d.role == "period" and d.first <= d.last]
    for number, one in enumerate(periods):
        if number and (one.first, one.last) != (periods[0].first, periods[0].last):
            yield _found(one, "two_periods", periods[0])
            break
    if not periods:
        return
    first = periods[0]
    length = _day(first.last) - _day(first.first)
    if length < SHORTEST_PERIOD:
        yield _found(first, "not_a_year", first, days=length.days + 1)
    if issued and _years_after(first.last, MOST_YEARS_OLD) < _day(issued.first):
        yield _found(first, "old", issued)


def _found(one: SaidDate, case: str, other: SaidDate, days: int = 0) -> Finding:
    return finding(
        "R08",
        one.spot,
        case=case,
        seen=one.text,
        expected=None if other is one else other.text,
        other=str(other.spot),
        days=days,
    )


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _years_after(text: str, years: int) -> date:
    day = _day(text)
    return day.replace(year=day.year + years, day=min(day.day, 28))
