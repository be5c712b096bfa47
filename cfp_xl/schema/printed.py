"""Which rows of our tables are on paper: all that are filled, and what else the first page holds.

Templates print so much of each table; what a program fills in is printed too. Spare rows of a table
would else be pages of empty lines. No program makes print areas grow with what is typed, so that
`verify` names rows that are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cfp_xl.findings import CellRef
from cfp_xl.footprint.columns import is_closing
from cfp_xl.footprint.wording import is_blank
from cfp_xl.schema.opened import Opened, Tables, opened
from cfp_xl.schema.region import CLOSING, PREFIX
from cfp_xl.workbook.address import Bounds, range_address
from cfp_xl.workbook.formulas.references import references
from cfp_xl.workbook.model import Sheet
from cfp_xl.workbook.writing.print_area import PRINT_AREA, printed_down_to

FIRST_PAGE_ROWS: Mapping[str, int] = {
    "allocation": 30,
    "activities": 24,
    "assemblies": 20,
    "parts": 24,
    "answers": 12,
    "factors": 20,
    "processes": 22,
    "exclusions": 20,
    "scenarios": 20,
    "translations": 20,
    "declared": 24,
    "justifications": 20,
    "history": 12,
}
"""So many rows of each growing table are printed whether filled or not; one page holds them."""


def last_printed(table: str, header: int, closing: int, filled: int) -> int:
    """The last row that is printed of a table; `filled` is its last filled one. A
    table that is printed to its end is printed with its closing row: the area grows with it."""
    last = max(filled, header + FIRST_PAGE_ROWS[table])
    return closing if last >= closing - 1 else last


@dataclass(frozen=True)
class TableOnPaper:
    """A growing table on a sheet that has a print area."""

    table: str
    sheet: Sheet
    bounds: Bounds
    filled: int
    """The last row that holds something."""
    area: Bounds

    @property
    def should_end(self) -> int:
        """The last row that the area should hold; it is never cut shorter than somebody wanted,
        but where it holds all spare rows to the end."""
        top, _, bottom, _ = self.bounds
        wanted = last_printed(self.table, top, bottom, self.filled)
        return wanted if self.area[2] == bottom else max(wanted, self.area[2])

    @property
    def left_out(self) -> CellRef | None:
        """The filled rows below the area."""
        first = max(self.area[2], self.bounds[0]) + 1
        if self.filled < first:
            return None
        _, left, _, right = self.bounds
        return CellRef(self.sheet.name, range_address((first, left, self.filled, right)))


def printed_tables(tables: Tables) -> Iterator[TableOnPaper]:
    """Our growing tables on sheets with one print area, from first column and above the table."""
    workbook = tables.workbook
    areas = {
        name.sheet.casefold(): found[0].bounds
        for name in workbook.names
        if name.name == PRINT_AREA and name.sheet and "," not in name.formula
        if len(found := references(name.formula, "")) == 1
    }
    for name in workbook.names:
        table = name.name.casefold().removeprefix(PREFIX)
        places = references(name.formula, "") if table in CLOSING else ()
        sheet = workbook.sheet(places[0].sheet) if places else None
        if sheet is not None and (area := areas.get(sheet.name.casefold())):
            bounds = places[0].bounds
            filled = _last_filled(tables, table, sheet, bounds)
            yield TableOnPaper(table, sheet, bounds, filled, area)


def _last_filled(tables: Tables, table: str, sheet: Sheet, bounds: Bounds) -> int:
    top, left, bottom, _ = bounds
    if table == "processes":  # all of it is formulas
        shown = (sheet.columns.value((row, left)) for row in range(bottom, top, -1))
        rows = zip(range(bottom, top, -1), shown, strict=True)
        return next((r for r, v in rows if not is_blank(v) and not is_closing(v)), top)
    records = tables.schema.records(table) if tables.schema else ()
    return max((record.row for record in records), default=top)


def with_filled_rows_printed(file: Opened) -> Opened:
    """The workbook with print areas that hold the filled rows of our tables."""
    ends = {
        one.sheet.name: one.should_end
        for one in printed_tables(file.recomputed)
        if one.should_end != one.area[2]
    }
    if not ends:
        return file
    data = printed_down_to(file.package, ends)
    return opened(data, file.workbook.path, file.recalculation)
