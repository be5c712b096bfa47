"""What an .xlsx is to us: cells with their formulas and cached values, names, tables, settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from openpyxl.utils import get_column_letter

from cfp_xl.findings import CellRef
from cfp_xl.functions.values import Scalar


class Cell(NamedTuple):
    """One cell. `value` is its constant, or what the program that saved the file computed.

    A tuple, as there are hundreds of thousands: made and kept at a third of a dataclass's cost.
    """

    row: int
    column: int
    value: Scalar
    formula: str | None = None
    """As in the file, without the leading `=`; shared formulas written out."""
    is_cached: bool = True
    """False for a formula cell without `<v>`: there is nothing to compare with."""
    array_ref: str | None = None
    """The range an array (or spilled) formula fills, e.g. `A1:A5`, on its first cell."""
    is_dynamic_array: bool = False
    """An array formula that spills by itself; its `array_ref` is what it filled when saved."""
    is_text_number: bool = False
    """A number stored as text (`t="s"`, "4.62")."""
    is_finite: bool = True
    """False where the file holds a number that no float can (1E400); `value` is then #NUM!."""

    is_unseen: bool = False
    """A number of which its format or colour shows nothing (`;;;`, white on white)."""
    is_date: bool = False
    """A number that its format shows as a date or time: `4-6` typed for 4.6."""

    @property
    def address(self) -> str:
        return f"{get_column_letter(self.column)}{self.row}"


@dataclass(frozen=True, slots=True)
class Table:
    """An Excel table (ListObject): `ref` includes header and totals rows."""

    name: str
    sheet: str
    ref: str
    columns: tuple[str, ...]
    header_rows: int = 1
    totals_rows: int = 0


@dataclass(frozen=True, slots=True)
class DefinedName:
    """A defined name; `sheet` is None where it is known in the whole workbook."""

    name: str
    formula: str
    sheet: str | None = None
    is_hidden: bool = False


@dataclass(frozen=True)
class Sheet:
    """A worksheet. `part` is its path in the zip; cells by (row, column), from 1."""

    name: str
    part: str
    state: str = "visible"
    """`visible`, `hidden` or `veryHidden`."""
    cells: Mapping[tuple[int, int], Cell] = field(default_factory=dict)
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    is_protected: bool = False

    def ref(self, row: int, column: int) -> CellRef:
        return CellRef(self.name, f"{get_column_letter(column)}{row}")


@dataclass(frozen=True)
class Workbook:
    """A workbook as read. Sheet names are compared without regard to case, as Excel does."""

    path: Path
    sha256: str
    sheets: tuple[Sheet, ...]
    names: tuple[DefinedName, ...] = ()
    tables: tuple[Table, ...] = ()
    properties: Mapping[str, str] = field(default_factory=dict)
    """Custom document properties."""
    calculation_mode: str = "auto"
    iterates: bool = False
    is_as_displayed: bool = False
    """Excel rounds every number, for good, to what its format shows ("precision as displayed")."""
    recalculates_on_load: bool = False
    """Excel recomputes everything on opening, so that cached values need not be its own."""
    date_1904: bool = False
    has_macros: bool = False
    external_links: tuple[str, ...] = ()
    """Targets of external links, in the order of their index `[1]`, `[2]`, …"""
    external_values: Mapping[tuple[int, str], Mapping[tuple[int, int], Scalar]] = field(
        default_factory=dict
    )
    """What Excel cached of linked workbooks: (index, sheet) → (row, column) → value."""

    @cached_property
    def by_name(self) -> Mapping[str, Sheet]:
        """Sheets by casefolded name."""
        return {sheet.name.casefold(): sheet for sheet in self.sheets}

    def sheet(self, name: str) -> Sheet | None:
        return self.by_name.get(name.casefold())

    @property
    def formula_count(self) -> int:
        return sum(c.formula is not None for s in self.sheets for c in s.cells.values())
