"""How many rows of a long inventory a report shows where."""

from __future__ import annotations

from collections.abc import Sequence

from cfp_xl.footprint.row_emission import RowResult
from cfp_xl.report.document.source import ReportSource, is_counted

IN_TEXT = 100
"""So many of the largest rows of a long inventory are in the text; an annex has all."""
LONG = 150
"""Rows from which on an inventory is long."""
MOST_ROWS = 5_000
"""Rows of an annex; the workbook has those beyond."""


def is_long(rows: Sequence[RowResult]) -> bool:
    """Whether the text shows only the largest of the rows."""
    return len(rows) > LONG


def in_text(rows: Sequence[RowResult]) -> list[RowResult]:
    """The rows that the text shows."""
    return largest(rows, IN_TEXT) if is_long(rows) else list(rows)


def largest(rows: Sequence[RowResult], count: int) -> list[RowResult]:
    """So many of the rows, in their order."""
    if len(rows) <= count:
        return list(rows)
    chosen = {
        id(row) for row in sorted(rows, key=lambda row: -abs(row.counted_kgco2e or 0.0))[:count]
    }
    return [row for row in rows if id(row) in chosen]


def assembly_rows(source: ReportSource) -> list[RowResult]:
    """The rows that assemblies are made of."""
    return [row for row in source.footprint.rows if row.assembly and is_counted(row)]
