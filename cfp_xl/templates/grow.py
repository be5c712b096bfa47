"""`cfp-xl grow`: longer tables, and rows whose formulas are missing completed.

Rows go in above a table's closing row, like the row above it. What was typed below the closing row
is moved up into the table; a filled row that lacks formulas of its columns gets them. The seal says
which these are, so that a formula somebody changed is never spread.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from cfp_xl.footprint.columns import is_closing
from cfp_xl.footprint.wording import is_blank
from cfp_xl.messages import Explained
from cfp_xl.schema.opened import Opened, opened, with_fresh_values
from cfp_xl.schema.printed import with_filled_rows_printed
from cfp_xl.schema.region import CLOSING, PREFIX
from cfp_xl.schema.sealed_tables import TableFormulas, table_formulas
from cfp_xl.schema.stray_rows import ROWS_LOOKED_BELOW
from cfp_xl.templates.typed_addresses import (
    Readdressed,
    addresses_below,
    readdressed,
    with_addresses,
)
from cfp_xl.workbook.address import address
from cfp_xl.workbook.formulas.references import references
from cfp_xl.workbook.formulas.tokens import translate
from cfp_xl.workbook.layout import Position
from cfp_xl.workbook.model import Cell, Sheet, Workbook
from cfp_xl.workbook.reading.read import sheet_parts
from cfp_xl.workbook.writing.cell_editor import CellXml, edit_cells
from cfp_xl.workbook.writing.insert_rows import NewRows, insert_rows
from cfp_xl.workbook.writing.markup import ATTRIBUTE, escape
from cfp_xl.workbook.writing.shared_formulas import apart
from cfp_xl.workbook.writing.values import Constant, write_values
from cfp_xl.workbook.writing.zip_copy import replace_parts

MOST_ROWS = 200_000
"""Of a table: the seal of a workbook covers so many formula cells."""


class CannotGrow(Explained):
    """A workbook whose tables can't be lengthened or completed, and why."""


@dataclass(frozen=True)
class Grown:
    """What was done to one table."""

    table: str
    sheet: str
    rows: int
    """So many it has now."""
    added: int = 0
    moved_in: int = 0
    completed: tuple[int, ...] = ()
    """Rows that lacked formulas."""
    addresses: tuple[Readdressed, ...] = ()
    """Cells named in texts, which the rows took along."""
    doubtful: tuple[str, ...] = ()
    """Addresses that may have meant other rows: which rows are new can't be told."""


def grow(data: bytes, path: Path, wanted: Mapping[str, int]) -> tuple[bytes, tuple[Grown, ...]]:
    """As `grown`; the bytes of the file."""
    file, done = grown(data, path, wanted)
    return file.package.data, done


def grown(
    data: bytes, path: Path, wanted: Mapping[str, int], *, is_cached: bool = True
) -> tuple[Opened, tuple[Grown, ...]]:
    """The workbook with tables of at least so many rows, and all rows complete; what was done.
    Without `wanted`, spare rows are left out of what is printed. Not `is_cached` for one that is
    computed again before it is written: cached values are old.

    Raises CannotGrow, Unreadable.
    """
    workbook = opened(data, path).workbook
    tables = _tables(workbook, path)
    for table, rows in wanted.items():
        if table not in tables:
            raise CannotGrow("templates.grow.no_table", table=table, known=tuple(tables))
        if not 0 < rows <= MOST_ROWS:
            raise CannotGrow("templates.grow.rows", rows=rows, most=MOST_ROWS)
    done = []
    for table, formulas in tables.items():
        sheet = workbook.sheet(formulas.table.sheet)
        assert sheet is not None
        is_faulty = bool(_typed_below(sheet, formulas) or _lacking(sheet, formulas))
        if not (is_faulty or table in wanted):
            continue
        data, one = _lengthened(data, path, table, wanted.get(table, 0))
        if is_faulty:
            data, one = _completed(data, path, one)
        if one.added or one.completed:
            done.append(one)
    file = opened(data, path)
    if done and is_cached:
        file = opened(with_fresh_values(file), path, file.recalculation)
    return with_filled_rows_printed(file, is_exact=not wanted), tuple(done)


def completed(data: bytes, path: Path) -> tuple[bytes, tuple[Grown, ...]]:
    """The bytes of a workbook with the formulas that filled rows lack, and nothing else; of one
    without an intact seal as they are."""
    workbook = opened(data, path).workbook
    done = []
    for table, formulas in _tables_there(workbook).items():
        sheet = workbook.sheet(formulas.table.sheet)
        assert sheet is not None
        if _lacking(sheet, formulas):
            data, one = _completed(data, path, Grown(table, sheet.name, 0))
            done.append(one)
    return data, tuple(done)


def _tables(workbook: Workbook, path: Path) -> dict[str, TableFormulas]:
    found = _tables_there(workbook)
    if not found:
        raise CannotGrow("templates.grow.no_seal", path=str(path))
    return found


def _tables_there(workbook: Workbook) -> dict[str, TableFormulas]:
    """The growing tables by their ids, in the order of the sheets."""
    by_sheet = {one.table.sheet.casefold(): one for one in table_formulas(workbook)}
    found = {}
    for name in workbook.names:
        id = name.name.casefold().removeprefix(PREFIX)
        places = references(name.formula, "") if id in CLOSING else ()
        if places and places[0].sheet.casefold() in by_sheet:
            found[id] = by_sheet[places[0].sheet.casefold()]
    return found


def _opened(data: bytes, path: Path, table: str) -> tuple[Opened, Sheet, TableFormulas]:
    book = opened(data, path)
    formulas = _tables_there(book.workbook)[table]
    sheet = book.workbook.sheet(formulas.table.sheet)
    assert sheet is not None
    return book, sheet, formulas


def _lengthened(data: bytes, path: Path, table: str, rows: int) -> tuple[bytes, Grown]:
    """With rows above the closing row: as many as wanted, and one for each row typed below it."""
    book, sheet, formulas = _opened(data, path, table)
    top, bottom = formulas.table.sealed[0], formulas.table.bottom
    now = Grown(table, sheet.name, bottom - top - 1)
    closing = bottom if _is_closing(sheet, formulas, bottom) else None
    if closing is None:
        if rows > bottom - top:
            raise CannotGrow("templates.grow.no_closing_row", sheet=sheet.name)
        return data, replace(now, rows=bottom - top)
    below = _typed_below(sheet, formulas)
    count = max(0, rows - now.rows, len(below))
    if not count:
        return data, now
    above = {
        column: translate(formula, (row, column), (closing - 1, column))
        for column, (formula, row) in formulas.columns.items()
    }
    data = insert_rows(book.package, NewRows(sheet.name, closing, count, above))
    if below:
        values: dict[Position, Constant] = {}
        for number, row in enumerate(below):
            for column in range(formulas.table.sealed[1], formulas.table.sealed[3] + 1):
                cell = sheet.cells.get((row, column))
                if cell is not None and cell.formula is None and column not in formulas.columns:
                    values[closing + number, column] = cell.value
                    values[row + count, column] = None
        data = write_values(opened(data, path).package, {sheet.name: values})
    into = {row: closing + number for number, row in enumerate(below)}

    def moved(row: int) -> int:
        return into.get(row, row + count * (row >= closing))

    addresses = readdressed(book.cached.schema, sheet.name, moved)
    data = with_addresses(data, path, addresses)
    now = replace(now, rows=now.rows + count, added=count, moved_in=len(below))
    return data, replace(now, addresses=addresses)


def _is_closing(sheet: Sheet, formulas: TableFormulas, row: int) -> bool:
    return any(is_closing(cell.value) for cell in _of_row(sheet, formulas, row))


def _typed_below(sheet: Sheet, formulas: TableFormulas) -> list[int]:
    """The rows right below the table that hold constants in two of its columns or more."""
    bottom = formulas.table.bottom
    near = range(bottom + 1, bottom + 1 + ROWS_LOOKED_BELOW)
    return [row for row in near if len(_constants(sheet, formulas, row)) > 1]


def _constants(sheet: Sheet, formulas: TableFormulas, row: int) -> list[object]:
    cells = _of_row(sheet, formulas, row)
    return [cell.value for cell in cells if cell.formula is None and not is_blank(cell.value)]


def _of_row(sheet: Sheet, formulas: TableFormulas, row: int) -> list[Cell]:
    _, left, _, right = formulas.table.sealed
    cells = (sheet.cells.get((row, column)) for column in range(left, right + 1))
    return [cell for cell in cells if cell is not None]


def _lacking(sheet: Sheet, formulas: TableFormulas) -> dict[Position, str]:
    """The formulas that filled rows lack, by their cells."""
    lacking: dict[Position, str] = {}
    last = formulas.table.bottom
    for row in range(formulas.table.sealed[0] + 1, last + 1):
        typed = _constants(sheet, formulas, row)
        if not typed or any(is_closing(value) for value in typed):
            continue
        for column, (formula, source) in formulas.columns.items():
            cell = sheet.cells.get((row, column))
            if cell is None or (cell.formula is None and cell.value in (None, "")):
                lacking[row, column] = translate(formula, (source, column), (row, column))
    return lacking


def _completed(data: bytes, path: Path, so_far: Grown) -> tuple[bytes, Grown]:
    """With the formulas that filled rows lack; cells named by addresses follow the rows that
    somebody inserted, where these are known."""
    book, sheet, formulas = _opened(data, path, so_far.table)
    lacking = _lacking(sheet, formulas)
    if not lacking:
        return data, so_far
    rows = tuple(sorted({row for row, _ in lacking}))
    inserted = _without_formulas(sheet, formulas)
    for row, column in formulas.stretched:
        formula, source = formulas.columns[column]
        lacking[row, column] = translate(formula, (source, column), (row, column))
    part = sheet_parts(book.package)[sheet.name]

    def change(cell: CellXml) -> str:
        kept = ATTRIBUTE.sub(lambda m: "" if m[2] == "t" else m[0], cell.attributes)
        return _cell(cell.prefix, kept, lacking[cell.position])

    def add(position: Position, prefix: str) -> str:
        return _cell(prefix, f' r="{address(*position)}"', lacking[position])

    xml, _ = edit_cells(apart(book.package.open(part).read(), lacking), lacking, change, add)
    data = replace_parts(book.package, {part: xml})
    done = replace(so_far, completed=rows)
    if not formulas.table.growth or not inserted:
        return data, done
    schema = book.cached.schema
    if len(inserted) != formulas.table.growth:
        return data, replace(done, doubtful=addresses_below(schema, sheet.name, inserted[0]))
    addresses = readdressed(schema, sheet.name, lambda row: _after(row, inserted))
    return with_addresses(data, path, addresses), replace(
        done, addresses=so_far.addresses + addresses
    )


def _without_formulas(sheet: Sheet, formulas: TableFormulas) -> list[int]:
    """The rows that have none: as some programs insert them. Those of the template had all."""
    return [
        row
        for row in range(formulas.table.sealed[0] + 1, formulas.table.bottom + 1)
        if not _is_closing(sheet, formulas, row)
        and not any(
            cell is not None and cell.formula is not None
            for cell in (sheet.cells.get((row, column)) for column in formulas.columns)
        )
    ]


def _after(row: int, inserted: Sequence[int]) -> int:
    """Where a row is, once these rows are there."""
    for one in inserted:
        row += one <= row
    return row


def _cell(prefix: str, attributes: str, formula: str) -> str:
    return f"<{prefix}c{attributes}><{prefix}f>{escape(formula)}</{prefix}f></{prefix}c>"


def rows_wanted(texts: Sequence[str]) -> dict[str, int]:
    """`activities=500,parts=200` as tables and rows; raises CannotGrow."""
    wanted = {}
    for item in (item for text in texts for item in text.split(",")):
        table, equals, rows = item.partition("=")
        if not equals or not rows.strip().isdecimal():
            raise CannotGrow("templates.grow.unread", seen=item)
        wanted[table.strip().casefold()] = int(rows)
    return wanted
