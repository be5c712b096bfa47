"""A workbook that is ours by its headings or formulas, but whose names are gone."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from cfp_xl.findings import Finding, finding
from cfp_xl.footprint.columns import LONGEST_KEPT, column_of, columns
from cfp_xl.functions.spelling import holds_ours
from cfp_xl.functions.values import Scalar
from cfp_xl.schema.seal import TEMPLATE, has_seal
from cfp_xl.workbook.address import MAX_COLUMNS
from cfp_xl.workbook.model import Sheet, Workbook

ROWS_LOOKED_AT = 100
"""A table's headings stand near the top of its sheet."""
OF_A_TABLE = ("CFP_TOTAL", "CFP_STAGE", "CFP_STATUS")
"""Functions over a whole inventory: who uses them has one."""

MOST_TEXTS = 4096
"""Of which it is remembered whether they are headings."""


class _Headings(dict[Scalar, str | None]):
    """The id of the column of activities that a text names; None of anything else."""

    def __missing__(self, value: Scalar) -> str | None:
        if not isinstance(value, str):
            return None
        column = column_of("activities", value)
        if len(value) <= LONGEST_KEPT:
            if len(self) >= MOST_TEXTS:
                self.clear()
            self[value] = column.id if column else None
        return column.id if column else None


_headings = _Headings()


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


def copied_activities(
    workbook: Workbook, own: str, with_tables: Collection[str]
) -> Iterator[Finding]:
    """W31: activities on a sheet without our tables, such as a copy: nothing there counts."""
    for sheet in workbook.sheets:
        row = None if sheet.name in with_tables else _heading_row(sheet)
        if row is None:
            continue
        headings = ((c, _headings[text]) for c, text in sheet.columns.texts.get(row, ()))
        column = next((c for c, id in headings if id == "quantity"), 0)
        below = sheet.columns.values_in((row + 1, column, row + ROWS_LOOKED_AT, column))
        amounts = sum(isinstance(value, float) for value in below) if column else 0
        if amounts:
            where = sheet.ref(row, column)
            yield finding("W31", where, case="sheet", seen=amounts, expected=own)


def _heading_row(sheet: Sheet) -> int | None:
    """The first row that has all headings which a table of activities must have, and a factor's."""
    needed = {column.id for column in columns("activities") if column.is_required} | {"factor_id"}
    cells = sheet.columns
    parts = list(cells.layout.parts((1, 1, ROWS_LOOKED_AT, MAX_COLUMNS)))
    end = sum((last - first + 1) * len(rows.shape.columns) for rows, first, last in parts)
    if not needed.issubset(map(_headings.__getitem__, cells.scalars[:end])):
        return None
    for rows, first, last in parts:
        width = len(rows.shape.columns)
        for row in range(first, last + 1):
            start = rows.number + (row - rows.first) * width
            if needed.issubset(map(_headings.__getitem__, cells.scalars[start : start + width])):
                return row
    return None
