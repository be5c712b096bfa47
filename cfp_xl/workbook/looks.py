"""How a sheet's cells look, for workbooks with a formula that asks (CELL): widths and styles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple


class Style(NamedTuple):
    """What a cell format says of a cell."""

    number_format: str = "General"
    alignment: str = ""
    is_locked: bool = True


class ColumnLook(NamedTuple):
    """Columns from `first` to `last`."""

    first: int
    last: int
    characters: int
    """How wide, in digits of the default font, rounded."""
    is_default: bool
    style: int


@dataclass(frozen=True)
class CellLooks:
    """Widths of columns, and which of the styles a cell has: its own, its row's, its column's."""

    styles: tuple[Style, ...] = ()
    default_characters: int = 8
    columns: tuple[ColumnLook, ...] = ()
    rows: Mapping[int, int] = field(default_factory=dict)
    cells: Mapping[tuple[int, int], int] = field(default_factory=dict)

    def _column(self, column: int) -> ColumnLook | None:
        return next((one for one in self.columns if one.first <= column <= one.last), None)

    def width(self, column: int) -> tuple[int, bool]:
        """In characters, and whether it is the default."""
        found = self._column(column)
        return (self.default_characters, True) if found is None else (found[2], found[3])

    def style(self, row: int, column: int) -> Style:
        of_column = self._column(column)
        number = self.cells.get((row, column))
        if number is None:
            number = self.rows.get(row, of_column.style if of_column else 0)
        return self.styles[number] if number < len(self.styles) else Style()
