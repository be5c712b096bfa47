"""A workbook that is ours by its headings or formulas, but whose names are gone."""

from __future__ import annotations

from collections.abc import Iterator

from cfp_xl.findings import Finding, finding
from cfp_xl.footprint.columns import column_of, columns
from cfp_xl.functions.spelling import holds_ours
from cfp_xl.workbook.model import Sheet, Workbook

ROWS_LOOKED_AT = 100
"""A table's headings stand near the top of its sheet."""
OF_A_TABLE = ("CFP_TOTAL", "CFP_STAGE", "CFP_STATUS")
"""Functions over a whole inventory: who uses them has one."""


def lost_names(workbook: Workbook) -> Iterator[Finding]:
    """Says, where the names `cfp_…` are gone, by what the workbook seems to be one of ours."""
    for sheet in workbook.sheets:
        if (row := _heading_row(sheet)) is not None:
            yield finding("W33", sheet.ref(row, 1), case="headings", name="cfp_activities")
            return
    for sheet in workbook.sheets:
        for (row, column), cell in sheet.cells.items():
            formula = cell.formula
            if formula and any(name in formula for name in OF_A_TABLE) and holds_ours(formula):
                yield finding("W33", sheet.ref(row, column), case="formulas", name="cfp_activities")
                return


def _heading_row(sheet: Sheet) -> int | None:
    """The first row that has all headings which a table of activities must have, and a factor's."""
    needed = {column.id for column in columns("activities") if column.is_required} | {"factor_id"}
    found: dict[int, set[str]] = {}
    for row, column in sheet.cells:
        if row <= ROWS_LOOKED_AT:
            value = sheet.columns.value((row, column))
            if isinstance(value, str) and (known := column_of("activities", value)):
                found.setdefault(row, set()).add(known.id)
    return min((row for row, ids in found.items() if needed <= ids), default=None)
