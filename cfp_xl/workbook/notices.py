"""What a workbook's settings give cause to say, whatever its cells hold."""

from __future__ import annotations

from collections.abc import Iterator

from cfp_xl.findings import Finding, finding
from cfp_xl.workbook.model import Workbook
from cfp_xl.workbook.reading.odd_parts import ENDINGS


def notices(workbook: Workbook) -> tuple[Finding, ...]:
    """Odd parts, an ending of another kind, macros (never run), links to other workbooks, manual
    calculation, rounding."""
    return tuple(_notices(workbook))


def _notices(workbook: Workbook) -> Iterator[Finding]:
    for odd, part in workbook.odd_parts:
        yield finding("W12", case=odd if odd != "main" else "", part=part)
    ending = workbook.path.suffix.lower()
    if ending in ENDINGS.values() and workbook.usual_ending not in ("", ending):
        yield finding("W13", seen=ending, expected=workbook.usual_ending)
    if workbook.has_macros:
        yield finding("W20")
    if workbook.external_links:
        yield finding("W21", seen=", ".join(filter(None, workbook.external_links)) or "?")
    if workbook.calculation_mode == "manual":
        yield finding("W22", seen="manual", expected="auto")
    if workbook.is_as_displayed:
        yield finding("W23")
