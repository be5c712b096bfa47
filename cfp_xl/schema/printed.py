"""Which rows of our tables are on paper: all that are filled, and what else the first page holds.

Templates print so much of each table; what a program fills in is printed too. Spare rows of a table
would else be pages of empty lines. `cfp-xl grow` leaves spare rows out altogether, and sheets whose
table is empty. No program makes print areas grow with what is typed, so that `verify` names rows
that are left out. (An area by formula holds in Excel alone; LibreOffice then prints whole sheets.)
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
from cfp_xl.workbook.reading.container import Package
from cfp_xl.workbook.writing.print_area import OFF_PAPER, PRINT_AREA, is_off_paper, printed_down_to

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


SHARED_SHEET = frozenset({"processes"})
"""Tables below others on their sheet, which is printed even where they are empty."""


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
        if self.is_off_paper:
            return wanted if self.filled > top else self.area[2]
        return wanted if self.area[2] == bottom else max(wanted, self.area[2])

    @property
    def may_end(self) -> int:
        """The same without a spare row: no row at all where none is filled. An area that neither
        the template nor we have set keeps its end."""
        top, _, bottom, _ = self.bounds
        of_template = last_printed(self.table, top, bottom, top)
        is_own = self.area[2] not in (of_template, bottom) and not self.is_off_paper
        if self.filled == top and self.table not in SHARED_SHEET:
            return max(self.area[2], OFF_PAPER) if not is_own else self.area[2]
        wanted = bottom if self.filled >= bottom - 1 else self.filled
        return max(wanted, self.area[2]) if is_own else wanted

    @property
    def is_off_paper(self) -> bool:
        """Whether the sheet is printed on no page."""
        return is_off_paper(self.area[0])

    @property
    def rows_left_out(self) -> range:
        """The filled rows below the area."""
        last = 0 if self.is_off_paper else self.area[2]
        return range(max(last, self.bounds[0]) + 1, self.filled + 1)

    @property
    def left_out(self) -> CellRef | None:
        """Where these are."""
        rows, (_, left, _, right) = self.rows_left_out, self.bounds
        if not rows:
            return None
        return CellRef(self.sheet.name, range_address((rows[0], left, rows[-1], right)))


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


def with_filled_rows_printed(file: Opened, *, is_exact: bool = False) -> Opened:
    """The workbook with print areas that hold the filled rows of our tables; `is_exact`: and no
    others."""
    data = filled_rows_printed(file.package, file.recomputed, is_exact=is_exact)
    if data is file.package.data:
        return file
    return opened(data, file.workbook.path, file.recalculation)


def filled_rows_printed(package: Package, tables: Tables, *, is_exact: bool = False) -> bytes:
    """The file of these tables with such print areas."""
    wanted = ((one, one.may_end if is_exact else one.should_end) for one in printed_tables(tables))
    ends = {one.sheet.name: end for one, end in wanted if end != one.area[2]}
    return printed_down_to(package, ends) if ends else package.data
