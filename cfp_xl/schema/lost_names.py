"""A workbook that is ours by its headings or formulas, but whose names are gone."""

from __future__ import annotations

from collections.abc import Iterator

from cfp_xl.findings import Finding, finding
from cfp_xl.footprint.columns import column_of, columns
from cfp_xl.functions.spelling import holds_ours
from cfp_xl.schema.seal import TEMPLATE, has_seal
from cfp_xl.workbook.address import MAX_COLUMNS
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
        for row, column, _, formula in sheet.columns.layout.runs:
            text = formula.text
            if any(name in text for name in OF_A_TABLE) and holds_ours(text):
                yield finding("W33", sheet.ref(row, column), case="formulas", name="cfp_activities")
                return
    if has_seal(workbook) or TEMPLATE in workbook.properties:
        yield finding("W33", case="made")


def _heading_row(sheet: Sheet) -> int | None:
    """The first row that has all headings which a table of activities must have, and a factor's."""
    needed = {column.id for column in columns("activities") if column.is_required} | {"factor_id"}
    cells = sheet.columns
    parts = list(cells.layout.parts((1, 1, ROWS_LOOKED_AT, MAX_COLUMNS)))
    end = sum((last - first + 1) * len(rows.shape.columns) for rows, first, last in parts)
    known = {
        text: column.id
        for text in set(cells.scalars[:end])
        if isinstance(text, str) and (column := column_of("activities", text))
    }
    if not needed <= set(known.values()):
        return None
    for rows, first, last in parts:
        width = len(rows.shape.columns)
        for row in range(first, last + 1):
            start = rows.number + (row - rows.first) * width
            texts = [one for one in cells.scalars[start : start + width] if isinstance(one, str)]
            if needed <= {known.get(text) for text in texts}:
                return row
    return None
