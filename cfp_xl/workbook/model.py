"""What an .xlsx is to us: cells with their formulas and cached values, names, tables, settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TypeAlias

from cfp_xl.findings import CellRef
from cfp_xl.functions.values import Scalar
from cfp_xl.workbook.address import Bounds, address
from cfp_xl.workbook.cells import Cell, SheetCells
from cfp_xl.workbook.frame import SheetFrame
from cfp_xl.workbook.looks import CellLooks
from cfp_xl.workbook.pivots import Pivot

__all__ = ["Cell", "DefinedName", "ExternalValues", "Formats", "ListTable", "Sheet", "Workbook"]


ExternalValues: TypeAlias = Mapping[tuple[int, str], Mapping[tuple[int, int], Scalar] | None]
"""(index, sheet) → (row, column) → value; None for a sheet that Excel tried to refresh and has
nothing of: its cells are #REF!."""

Formats: TypeAlias = Mapping[str, Mapping[tuple[int, int], str]]
"""Sheet → (row, column) → number format."""


@dataclass(frozen=True, slots=True)
class ListTable:
    """An Excel table (ListObject): `ref` includes header and totals rows."""

    name: str
    sheet: str
    ref: str
    columns: tuple[str, ...]
    header_rows: int = 1
    totals_rows: int = 0
    filtered: Bounds | None = None
    """Where its filter leaves rows out; None where it does not."""


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
    filtered_rows: frozenset[int] = frozenset()
    """Those of the hidden rows that a filter hides."""
    hidden_columns: frozenset[int] = frozenset()
    is_protected: bool = False
    frame: SheetFrame | None = None
    """What its part says around the cells, where it was read in the usual form."""

    @cached_property
    def columns(self) -> SheetCells:
        """The cells with what copies of the sheet share apart from their values."""
        return SheetCells.of(self.cells)

    def ref(self, row: int, column: int) -> CellRef:
        return CellRef(self.name, address(row, column))


@dataclass(frozen=True)
class Workbook:
    """A workbook as read. Sheet names are compared without regard to case, as Excel does."""

    path: Path
    sha256: str
    sheets: tuple[Sheet, ...]
    names: tuple[DefinedName, ...] = ()
    tables: tuple[ListTable, ...] = ()
    properties: Mapping[str, str] = field(default_factory=dict)
    """Custom document properties."""
    calculation_mode: str = "auto"
    iterates: bool = False
    """Circular references are computed again and again."""
    iterate_count: int = 100
    """At most so often, …"""
    iterate_delta: float = 0.001
    """… and until no cell changes by more."""
    rounded_by: Formats | None = None
    """Where Excel rounds every number, for good, to what its format shows ("precision as
    displayed"): the formats other than General."""
    recalculates_on_load: bool = False
    """Excel recomputes everything on opening, so that cached values need not be its own."""
    date_1904: bool = False
    has_macros: bool = False
    odd_parts: tuple[tuple[str, str], ...] = ()
    """Parts that a workbook has twice, or that nothing leads to: what is odd, and the part."""
    usual_ending: str = ""
    """Of the names of such files; empty where the file doesn't say what it is."""
    external_links: tuple[str, ...] = ()
    """Targets of external links, in the order of their index `[1]`, `[2]`, …"""
    external_values: ExternalValues = field(default_factory=dict)
    """What Excel cached of linked workbooks."""
    pivots: tuple[Pivot, ...] | None = None
    """Its pivot tables, read where a formula asks for them; None where they were not understood."""
    looks: Mapping[str, CellLooks] | None = None
    """How the cells of its sheets look, read where a formula asks."""
    charset: int | None = None
    """The character set of its default font where that has double bytes (ECMA-376 18.4.1): Excel
    in an East Asian language writes it. Read where a formula asks."""
    readings: Mapping[str, str | None] | None = None
    """How texts with phonetic guides are read; None for one with several readings or one in another
    script than the guide's. Read where a formula asks."""
    external_names: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """(index, folded name) → the cells of a linked workbook, as links spell them."""

    @property
    def is_as_displayed(self) -> bool:
        return self.rounded_by is not None

    @cached_property
    def by_name(self) -> Mapping[str, Sheet]:
        """Sheets by casefolded name."""
        return {sheet.name.casefold(): sheet for sheet in self.sheets}

    def with_values(
        self,
        values: Mapping[str, Mapping[tuple[int, int], Scalar]],
        ranges: Mapping[str, Sequence[tuple[Bounds, Sequence[Scalar]]]] | None = None,
    ) -> Workbook:
        """The same workbook with other values in some cells, by sheet name.

        `ranges` are values of whole ranges, all of whose cells there are; `values` win.
        """
        of = ranges or {}
        sheets = tuple(
            replace(
                sheet,
                cells=sheet.columns.with_values(values.get(sheet.name, {}), of.get(sheet.name, ())),
            )
            if values.get(sheet.name) or of.get(sheet.name)
            else sheet
            for sheet in self.sheets
        )
        return replace(self, sheets=sheets)

    def typed_over(self, values: Mapping[str, Mapping[tuple[int, int], Scalar]]) -> Workbook:
        """As `with_values`, and a formula in one of these cells is gone."""
        sheets = tuple(_typed_over(one, values.get(one.name, {})) for one in self.sheets)
        return replace(self, sheets=sheets).with_values(values)

    def sheet(self, name: str) -> Sheet | None:
        return self.by_name.get(name.casefold())

    @property
    def formula_count(self) -> int:
        return sum(sheet.columns.layout.formula_count for sheet in self.sheets)


def _typed_over(sheet: Sheet, values: Mapping[tuple[int, int], Scalar]) -> Sheet:
    over = [at for at in values if (cell := sheet.cells.get(at)) and cell.formula is not None]
    if not over:
        return sheet
    constants = {at: Cell(*at, values[at]) for at in over}
    return replace(sheet, cells=SheetCells.of({**sheet.cells, **constants}))
