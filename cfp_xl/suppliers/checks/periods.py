"""S35 S43: data of a past period, long enough and not too old."""

from __future__ import annotations

from collections.abc import Iterator

from cfp_xl.findings import Finding, finding
from cfp_xl.suppliers.answer import ReadAnswer
from cfp_xl.verify.limits import limits


def period_is_sound(answer: ReadAnswer) -> Iterator[Finding]:
    """S35: the period ends after it begins and before the day the sheet was filled in."""
    start, end = answer.day("period_start"), answer.day("period_end")
    filled_on = answer.day("filled_on")
    where = answer.where("period_end")
    if end and filled_on:
        if end > filled_on:
            yield finding("S35", where, case="future", seen=end, expected=filled_on)
        elif (filled_on - end).days > limits("supplier_period")["oldest_days"]:
            yield finding("S35", where, case="old", seen=end, expected=filled_on)
    if start and end:
        days = (end - start).days + 1
        if days <= 1:
            yield finding("S35", where, seen=end, expected=start)
        elif days > limits("supplier_period")["longest_days"]:
            yield finding("S35", where, case="long", days=days)
        elif days < limits("supplier_period")["shortest_days"]:
            yield finding("S35", where, case="short", days=days)


def footprint_is_recent(answer: ReadAnswer) -> Iterator[Finding]:
    """S43: a supplier's own footprint of the last three years."""
    year, filled_on = answer.number("pcf_year"), answer.day("filled_on")
    if answer.text("data_kind") != "pcf" or year is None or filled_on is None:
        return
    where = answer.where("pcf_year")
    if year > filled_on.year:
        yield finding("S43", where, case="future", seen=int(year), expected=filled_on.year)
    elif year < filled_on.year - 3:
        yield finding("S43", where, seen=int(year), expected=filled_on.year)
