"""What cells are, in words that survive inserted rows and moved columns: for fingerprints."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from cfp_xl.findings import CellRef
from cfp_xl.schema.schema import Schema
from cfp_xl.workbook.formulas.canonical import relative_key
from cfp_xl.workbook.model import Sheet, Workbook


def anchors(
    workbook: Workbook, schema: Schema | None, places: Iterable[CellRef]
) -> Mapping[CellRef, str]:
    """A name for each of these cells that has one; each name stands once in a sheet.

    In our tables that is table, row's label and column, for a setting its name; elsewhere the
    words that stand beside and above the cell, or the formula as told from the cell.
    """
    wanted = sorted(set(places), key=_position)
    of_tables = {} if schema is None else dict(_in_tables(schema, wanted))
    names = {where: of_tables[where] for where in wanted if where in of_tables}
    sheets = {sheet.name: SheetWords(sheet) for sheet in workbook.sheets}
    seen: Counter[tuple[str, str]] = Counter()
    for where in wanted:
        if where not in names and where.sheet in sheets:
            name = sheets[where.sheet].name_of(where)
            if name is not None:
                seen[where.sheet, name] += 1
                names[where] = f"{name} #{seen[where.sheet, name]}"
    return names


def _position(where: CellRef) -> tuple[str, tuple[int, ...], str]:
    return where.sheet, where.bounds or (), where.cell


def _in_tables(schema: Schema, wanted: Iterable[CellRef]) -> Iterator[tuple[CellRef, str]]:
    """The names of settings, and of those of these cells that a table has."""
    for setting in schema.settings.values():
        if setting.where:
            yield setting.where, f"cfp_{setting.name}"
    rows: defaultdict[tuple[str, int], list[CellRef]] = defaultdict(list)
    for where in wanted:
        rows[where.sheet, where.row].append(where)
    for table, region in schema.regions.items():
        name, fields = region.sheet.name, region.fields_by_column
        if not any(
            sheet == name and region.header_row < row <= region.bounds[2] for sheet, row in rows
        ):
            continue
        seen: Counter[str] = Counter()
        for record in schema.records(table):
            label = record.identity
            seen[label] += 1
            for where in rows.get((name, record.row), ()):
                field = fields.get(where.column)
                if field is not None and where == record.cell(field):
                    yield where, f"{table} {label} #{seen[label]} {field}"


class SheetWords:
    """The texts of a sheet that can name its cells: labels at the left, headings above."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet

    def name_of(self, where: CellRef) -> str | None:
        row, column = where.row, where.column
        if not row:
            return None
        label, heading = self.label(row, column), self.heading(row, column)
        if label is not None:
            return f"{label} | {heading if heading is not None else column}"
        cell = self.sheet.cells.get((row, column))
        if cell is None or cell.formula is None:
            return None
        return f"{heading or column} ={relative_key(cell.formula, row, column)}"

    def label(self, row: int, column: int) -> str | None:
        """The first text of the row, where it stands left of the column."""
        first = self._first_texts.get(row)
        return self._text(row, first) if first is not None and first < column else None

    def heading(self, row: int, column: int) -> str | None:
        """The nearest text above the cell."""
        rows = self._rows_with_text.get(column, [])
        above = bisect_left(rows, row)
        return self._text(rows[above - 1], column) if above else None

    def _text(self, row: int, column: int) -> str:
        return str(self.sheet.cells[row, column].value).strip()

    @cached_property
    def _texts(self) -> list[tuple[int, int]]:
        return [
            (row, column)
            for row, texts in sorted(self.sheet.columns.texts.items())
            for column, text in texts
            if text.strip()
        ]

    @cached_property
    def _first_texts(self) -> Mapping[int, int]:
        """The column of the first text of each row."""
        first: dict[int, int] = {}
        for row, column in self._texts:
            first.setdefault(row, column)
        return first

    @cached_property
    def _rows_with_text(self) -> Mapping[int, list[int]]:
        rows: defaultdict[int, list[int]] = defaultdict(list)
        for row, column in self._texts:
            rows[column].append(row)
        return rows
