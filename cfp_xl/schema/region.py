"""A table of ours in a sheet: a named range whose first row holds headings, in any order."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from cfp_xl.findings import CellRef, Finding, finding
from cfp_xl.footprint.columns import ROW_ID, column_of, is_closing
from cfp_xl.footprint.columns import columns as table_columns
from cfp_xl.footprint.inventory import row_label
from cfp_xl.footprint.wording import folded
from cfp_xl.functions.values import Scalar, shown
from cfp_xl.workbook.address import Bounds, address, range_address
from cfp_xl.workbook.model import Sheet

PREFIX = "cfp_"
COLUMN_PREFIX = "cfp_column_"
"""Of names that formulas of our templates have for single columns: neither tables nor settings."""
LABELS: Mapping[str, tuple[str, ...]] = {
    "activities": ("stage", "process", "activity"),
    "factors": ("id",),
    "allocation": ("month", "voucher", "medium", "product"),
    "declared": ("place", "item", "stage", "process", "activity"),
    "justifications": ("code", "cell"),
    "parts": ("part_id", "supplier_id"),
    "answers": ("part_id", "item", "factor_id"),
    "history": ("part_id", "sha256"),
    "assemblies": ("id",),
    "scenarios": ("scenario", "target"),
    "exclusions": ("item",),
    "translations": ("text",),
    "site_bills": ("voucher", "medium", "month"),
    "site_outputs": ("basis", "product", "month"),
    "site_certificates": ("certificate",),
    "site_factors": ("id",),
    "site_parts": ("part_id", "supplier_id"),
}
"""The columns that name a row of each table which has no row_id."""
CLOSING: Mapping[str, str] = {
    "activities": "stage",
    "factors": "name",
    "allocation": "month",
    "declared": "item",
    "justifications": "code",
    "parts": "part",
    "answers": "item",
    "history": "action",
    "processes": "stage",
    "assemblies": "name",
    "exclusions": "item",
    "scenarios": "scenario",
    "translations": "text",
}
"""The tables of our templates that grow, each with the column in which its closing row says so."""
FEW_ROWS = 8
"""Of one shape: so few are read cell by cell, which is faster."""


@dataclass(frozen=True)
class Region:
    """A table found in a sheet: its defined name, its bounds and the columns known by heading."""

    name: str
    sheet: Sheet
    bounds: Bounds
    columns: Mapping[str, int]
    """Column number by field id."""

    @property
    def table(self) -> str:
        """Which of our tables it is: `activities`, …"""
        return self.name.removeprefix(PREFIX)

    @property
    def where(self) -> CellRef:
        return CellRef(self.sheet.name, range_address(self.bounds))

    @property
    def header_row(self) -> int:
        return self.bounds[0]

    def has(self, field: str) -> bool:
        return field in self.columns

    def cell(self, row: int, field: str) -> CellRef:
        """The cell of a field in a row; the row's first cell where the table lacks the column."""
        return CellRef(self.sheet.name, address(row, self.columns.get(field, self.bounds[1])))

    def value(self, row: int, field: str) -> Scalar:
        """The cell's value as the file holds it; None where it is blank or has no column."""
        column = self.columns.get(field)
        return None if column is None else self.sheet.columns.value((row, column))

    def column(self, field: str) -> Sequence[Scalar]:
        """What a column holds in the used rows below the heading, from above."""
        top, _, bottom, _ = self.bounds
        bottom = min(bottom, self.sheet.columns.layout.used[0])
        if (column := self.columns.get(field)) is None or bottom <= top:
            return [None] * max(bottom - top, 0)
        return self.sheet.columns.values_in((top + 1, column, bottom, column))

    @cached_property
    def fields_from_left(self) -> Sequence[str]:
        """The fields in the order of their columns."""
        return sorted(self.columns, key=lambda field: self.columns[field])

    @cached_property
    def fields_by_column(self) -> Mapping[int, str]:
        """The field of each column."""
        return {column: field for field, column in self.columns.items()}

    def records(self, fields: Iterable[str]) -> tuple[Record, ...]:
        """The rows below the heading that hold something in one of these fields."""
        known = tuple(field for field in fields if field in self.columns)
        if known not in self._records:
            self._records[known] = self._found(known)
        return self._records[known]

    @cached_property
    def _records(self) -> dict[tuple[str, ...], tuple[Record, ...]]:
        """By their fields: rules ask for the same ones again and again."""
        return {}

    def _found(self, known: tuple[str, ...]) -> tuple[Record, ...]:
        top, _, bottom, _ = self.bounds
        return tuple(
            Record(self, row, dict(zip(known, values, strict=True)))
            for row, values in self._rows(known, top + 1, bottom)
            if row not in self.closing_rows and not all(map(is_blank, values))
        )

    def _rows(
        self, known: Sequence[str], top: int, bottom: int
    ) -> Iterator[tuple[int, Sequence[Scalar]]]:
        """What the used rows hold in these columns; rows of one shape are read column by column."""
        cells, columns = self.sheet.columns, [self.columns[field] for field in known]
        for _, first, last in cells.layout.parts((top, 1, bottom, 1)):
            if last - first < FEW_ROWS or not columns:
                for row in range(first, last + 1):
                    yield row, [cells.value((row, column)) for column in columns]
            else:
                read = [cells.values_in((first, column, last, column)) for column in columns]
                yield from zip(range(first, last + 1), zip(*read, strict=True), strict=True)

    @cached_property
    def closing_rows(self) -> frozenset[int]:
        """The row that ends the table of a template; wherever a program sorted it to."""
        column = CLOSING.get(self.table)
        if column is None or column not in self.columns:
            return frozenset()
        top, left, _, right = self.bounds
        said = [row for row, one in enumerate(self.column(column), top + 1) if is_closing(one)]
        others = [at for at in range(left, right + 1) if at != self.columns[column]]
        return frozenset(
            row
            for row in said
            if all(is_blank(self.sheet.columns.value((row, at))) for at in others)
        )

    @cached_property
    def row_ids(self) -> Mapping[int, str]:
        """What stands in the column row_id, by row; rows without one are left out."""
        typed = enumerate(self.column(ROW_ID), self.header_row + 1)
        return {row: id for row, one in typed if one is not None and (id := shown(one).strip())}

    def identity_findings(self) -> Iterator[Finding]:
        """W34: row_ids that stand at two rows, or that a formula makes: those name no row."""
        first: dict[str, int] = {}
        column = self.columns.get(ROW_ID, 0)
        for row, typed in self.row_ids.items():
            formula = self.sheet.columns.layout.formula_at((row, column))
            if formula is not None:
                seen = f"={formula.text}"
                yield finding("W34", self.cell(row, ROW_ID), case="formula", seen=seen)
            elif (known := first.setdefault(folded(typed), row)) != row:
                expected = self.cell(known, ROW_ID).cell
                where = self.cell(row, ROW_ID)
                yield finding("W34", where, seen=typed, expected=expected, name=self.name)

    def heading_columns(self, known: frozenset[str]) -> list[int]:
        """The columns on the heading row, in the table or beside it, of which a line is known."""
        texts = self.sheet.columns.texts.get(self.header_row, ())
        return [
            column
            for column, text in texts
            if any(folded(line) in known for line in text.splitlines())
        ]

    def with_rows_below(self, fields: Iterable[str], taken: Iterable[Bounds]) -> Region:
        """The table down to its last row, for one that no formula reads: any number of rows."""
        top, left, bottom, right = self.bounds
        last = max((row for row, _ in self.rows_below(fields, taken)), default=bottom)
        return replace(self, bounds=(top, left, last, right))

    def with_columns_right(self, table: str) -> Region:
        """The table with the columns of it whose headings go on right of its range.

        For tables that the program writes: what it has to keep may need more columns than a
        template had, and a name whose range grew would not be the one that was sealed.
        """
        top, left, bottom, right = self.bounds
        columns = dict(self.columns)
        while True:
            heading = self.sheet.cells.get((top, right + 1))
            text = heading.value if heading is not None and heading.formula is None else None
            known = column_of(table, text) if isinstance(text, str) else None
            if known is None or known.id in columns:
                return replace(self, bounds=(top, left, bottom, right), columns=columns)
            right += 1
            columns[known.id] = right

    def rows_below(
        self, fields: Iterable[str], taken: Iterable[Bounds]
    ) -> Iterator[tuple[int, list[str]]]:
        """Rows below the range that fill two of these columns or more, and which they fill."""
        known = [field for field in fields if field in self.columns]
        others = [bounds for bounds in taken if bounds != self.bounds]
        for row in self.sheet.columns.layout.row_numbers(self.bounds[2] + 1):
            filled = [field for field in known if not is_blank(self.value(row, field))]
            if len(filled) > 1 and not any(
                top <= row <= end and left <= self.columns[filled[0]] <= right
                for top, left, end, right in others
            ):
                yield row, filled


@dataclass(frozen=True)
class Record:
    """One row of a table, as the file holds it."""

    region: Region
    row: int
    values: Mapping[str, Scalar]

    def cell(self, field: str) -> CellRef:
        return self.region.cell(self.row, field)

    def value(self, field: str) -> Scalar:
        """Of any column that the table has, computed ones too; None where it has no such."""
        return self.region.value(self.row, field)

    def text(self, field: str) -> str:
        """The field as text without blanks around it; "" where it is blank."""
        value = self.values.get(field)
        if value is None:
            return ""
        return value.strip() if type(value) is str else shown(value).strip()

    @property
    def columns(self) -> Collection[str]:
        """The columns that the row's table has."""
        return self.region.columns

    @property
    def row_id(self) -> str:
        """What stands in the row's column row_id; "" where it has none."""
        return self.region.row_ids.get(self.row, "")

    @property
    def identity(self) -> str:
        """What names the row wherever it moves: its row_id, else the columns that label it."""
        return self.row_id or row_label(map(self.text, LABELS[self.region.table]))

    @property
    def where(self) -> CellRef:
        """The whole row, within its table."""
        _, left, _, right = self.region.bounds
        return CellRef(self.region.sheet.name, range_address((self.row, left, self.row, right)))

    @cached_property
    def first_cell(self) -> CellRef:
        """The leftmost of the row's known cells that holds something."""
        values = self.values
        return self.cell(
            next(one for one in self.region.fields_from_left if not is_blank(values.get(one)))
        )


def find_columns(
    name: str, table: str, sheet: Sheet, bounds: Bounds
) -> tuple[Region, tuple[Finding, ...]]:
    """The table at `bounds`, its columns found by their headings (`data/columns.toml`)."""
    top, left, _, right = bounds
    columns: dict[str, int] = {}
    findings: list[Finding] = []
    for column, cell in sheet.columns.in_row(top):
        if not left <= column <= right:
            continue
        heading = cell.value
        known = column_of(table, heading) if isinstance(heading, str) else None
        if known is None:
            continue
        if known.id not in columns:
            columns[known.id] = column
            continue
        findings.append(
            finding(
                "W32",
                sheet.ref(top, column),
                seen=" ".join(str(heading).split()),
                expected=address(top, columns[known.id]),
                name=name,
            )
        )
    missing = [c.heading for c in table_columns(table) if c.is_required and c.id not in columns]
    if missing:
        expected = "; ".join(f"{heading.zh} {heading.en}" for heading in missing)
        headings = CellRef(sheet.name, range_address((top, left, top, right)))
        findings.append(finding("W30", headings, expected=expected, name=name))
    return Region(name, sheet, bounds, columns), tuple(findings)


def is_blank(value: Scalar) -> bool:
    """Whether nothing is to be seen in a cell: empty, or blanks only."""
    return value is None or (isinstance(value, str) and not value.strip())
