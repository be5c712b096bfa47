"""Cells of our tables by their headings: a test that types an address breaks with every new column.

`cell_of(workbook, "activities", 3, "quantity")` is the quantity of the third row of activities.
"""

from __future__ import annotations

from cfp_xl.findings import CellRef
from cfp_xl.footprint.columns import column_of
from cfp_xl.functions.values import Scalar
from cfp_xl.schema.schema import find_schema
from cfp_xl.workbook.address import address
from cfp_xl.workbook.model import Workbook


def column_number(workbook: Workbook, table: str, heading: str) -> int:
    """The column by its id or a line of its heading; columns of formulas beside a table too."""
    schema, _ = find_schema(workbook)
    assert schema is not None
    region = schema.regions[table]
    headings = {
        column: str(cell.value)
        for (row, column), cell in region.sheet.cells.items()
        if row == region.header_row
    }
    known = {column: column_of(table, text) for column, text in headings.items()}
    found = [
        column
        for column, text in headings.items()
        if heading in text.splitlines() or ((known_as := known[column]) and known_as.id == heading)
    ]
    assert len(found) == 1, f"{heading!r} heads {len(found)} of {sorted(headings.values())}"
    return found[0]


def cell_of(workbook: Workbook, table: str, row: int, heading: str) -> CellRef:
    """The cell of a table's row, counted from 1 below the headings."""
    schema, _ = find_schema(workbook)
    assert schema is not None
    region = schema.regions[table]
    at = address(region.header_row + row, column_number(workbook, table, heading))
    return CellRef(region.sheet.name, at)


def value_of(workbook: Workbook, table: str, row: int, heading: str) -> Scalar:
    """What that cell shows."""
    where = cell_of(workbook, table, row, heading)
    sheet = workbook.sheet(where.sheet)
    assert sheet is not None
    return next(c.value for c in sheet.cells.values() if c.address == where.cell)
