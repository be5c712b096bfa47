"""Where cells are: one, and references as values (rectangles of cells, not yet read)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple

from cfp_xl.findings import CellRef
from cfp_xl.workbook.address import address

LAST_ROW = 1_048_576
LAST_COLUMN = 16_384


class CellKey(NamedTuple):
    """A cell: sheet name as the workbook spells it, row and column from 1."""

    sheet: str
    row: int
    column: int

    @property
    def ref(self) -> CellRef:
        return CellRef(self.sheet, address(self.row, self.column))


class Area(NamedTuple):
    """A rectangle of cells, rows and columns from 1.

    `sheet` is the sheet's name as the workbook spells it; of a linked workbook, `[1]name`.
    """

    sheet: str
    first_row: int
    first_column: int
    last_row: int
    last_column: int

    @property
    def rows(self) -> int:
        return self.last_row - self.first_row + 1

    @property
    def columns(self) -> int:
        return self.last_column - self.first_column + 1

    @property
    def is_single(self) -> bool:
        return self.first_row == self.last_row and self.first_column == self.last_column

    @property
    def is_external(self) -> bool:
        return self.sheet.startswith("[")

    def holds(self, sheet: str, row: int, column: int) -> bool:
        return (
            sheet == self.sheet
            and self.first_row <= row <= self.last_row
            and self.first_column <= column <= self.last_column
        )

    def moved(self, rows: int, columns: int) -> Area:
        return Area(
            self.sheet,
            self.first_row + rows,
            self.first_column + columns,
            self.last_row + rows,
            self.last_column + columns,
        )

    @property
    def is_in_grid(self) -> bool:
        return (
            1 <= self.first_row <= self.last_row <= LAST_ROW
            and 1 <= self.first_column <= self.last_column <= LAST_COLUMN
        )

    def part(self, row: int, column: int) -> Area:
        """The cell at `row`, `column` of the area, from 1; 0 takes the whole column or row."""
        first_row = self.first_row + max(row - 1, 0)
        first_column = self.first_column + max(column - 1, 0)
        return Area(
            self.sheet,
            first_row,
            first_column,
            self.last_row if row == 0 else first_row,
            self.last_column if column == 0 else first_column,
        )

    def beside(self, row: int, column: int) -> Area:
        """What of a row or column of cells lies in that row and column, if anything does."""
        found = self
        if self.columns > 1:
            own = self._replace(first_column=column, last_column=column)
            found = intersection(found, own) or self
        if self.rows > 1:
            own = self._replace(first_row=row, last_row=row)
            found = intersection(found, own) or self
        return found


@dataclass(frozen=True, slots=True)
class Reference:
    """One area, or the several of a union or a 3-D reference."""

    areas: tuple[Area, ...]

    @property
    def area(self) -> Area | None:
        """The only area; None where there are several."""
        return self.areas[0] if len(self.areas) == 1 else None

    def lies_in(self, sheets: Collection[str]) -> bool:
        """Whether it has cells of one of the sheets, whose names are casefolded."""
        return any(area.sheet.casefold() in sheets for area in self.areas)


def span(a: Area, b: Area) -> Area | None:
    """`a:b`, the smallest rectangle over both; None over two sheets."""
    if a.sheet != b.sheet:
        return None
    return Area(
        a.sheet,
        min(a.first_row, b.first_row),
        min(a.first_column, b.first_column),
        max(a.last_row, b.last_row),
        max(a.last_column, b.last_column),
    )


def intersection(a: Area, b: Area) -> Area | None:
    """The cells in both; None where there are none."""
    common = Area(
        a.sheet,
        max(a.first_row, b.first_row),
        max(a.first_column, b.first_column),
        min(a.last_row, b.last_row),
        min(a.last_column, b.last_column),
    )
    return common if a.sheet == b.sheet and common.rows > 0 and common.columns > 0 else None
