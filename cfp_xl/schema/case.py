"""What the rules look at: an opened workbook with its recomputed values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from cfp_xl.engine.result import Recalculation
from cfp_xl.findings import CellRef
from cfp_xl.footprint.calculate import Footprint, RowResult
from cfp_xl.footprint.factors import Factor, Factors, library
from cfp_xl.footprint.inventory import Activity
from cfp_xl.footprint.product import Product, Row
from cfp_xl.functions.values import Scalar, shown
from cfp_xl.messages import Explained
from cfp_xl.schema.opened import Tables
from cfp_xl.schema.schema import Schema
from cfp_xl.schema.template_tables import TemplateTable, template_tables
from cfp_xl.workbook.model import Cell, Workbook
from cfp_xl.workbook.reading.appearance import Appearance

T = TypeVar("T")


@dataclass(frozen=True)
class Case:
    """A workbook of ours. All values are recomputed ones, never those saved in the file."""

    tables: Tables
    """By recomputed values; of a workbook that has a schema."""
    recalculation: Recalculation
    as_of: str | None = None
    """The day that counts as today, as YYYY-MM-DD, where somebody has named one: no rule reads a
    clock, so that an archived file keeps its verdict."""
    appearance: Appearance | None = None
    """None for a workbook that is in no file: nobody sees it."""
    _template_tables: dict[str, tuple[TemplateTable, ...]] = field(
        default_factory=dict, repr=False, compare=False
    )
    _found: dict[Callable[..., Any], Any] = field(default_factory=dict, repr=False, compare=False)
    _factors: dict[str, Factor | None] = field(default_factory=dict, repr=False, compare=False)
    """By id: 20,000 rows name a few."""
    _shipped: dict[str, Factor | None] = field(default_factory=dict, repr=False, compare=False)

    def once(self, find: Callable[[Case], T]) -> T:
        """What a function finds in this workbook, looked for once however many rules ask."""
        if find not in self._found:
            self._found[find] = find(self)
        found: T = self._found[find]
        return found

    def template_tables(self, id: str) -> tuple[TemplateTable, ...]:
        """Every table of our templates of this kind, found once: many rules go by them."""
        if id not in self._template_tables:
            self._template_tables[id] = tuple(template_tables(self.workbook, id))
        return self._template_tables[id]

    @property
    def workbook(self) -> Workbook:
        return self.tables.workbook

    @cached_property
    def schema(self) -> Schema:
        schema = self.tables.schema
        assert schema is not None
        return schema

    @cached_property
    def product(self) -> Product:
        product = self.tables.product
        assert product is not None
        return product

    @cached_property
    def footprint(self) -> Footprint:
        footprint = self.tables.footprint
        assert footprint is not None
        return footprint

    def at(self, row: Activity | Row, column: str) -> CellRef:
        """The cell of a column in a row of a table; the row's own cell where it has no such."""
        return self.schema.cell(row, column) if isinstance(row, Activity) else row.cell(column)

    def factor(self, row: RowResult) -> Factor | None:
        """The factor an activity names, if there is one of that id."""
        id = row.activity.factor_id
        if not isinstance(id, str) or not id.strip():
            return None
        if id not in self._factors:
            self._factors[id] = _found(self.schema.factors, id)
        return self._factors[id]

    @cached_property
    def factors_in_use(self) -> Sequence[tuple[Factor, Sequence[RowResult]]]:
        """The factors of activities with an emission, each with these activities, in the order of
        the rows: what is asked of a factor is asked once, not of each of its 20,000 rows."""
        found: dict[str, list[RowResult]] = {}
        for row in self.footprint.rows:
            if row.kgco2e and isinstance(id := row.activity.factor_id, str):
                found.setdefault(id, []).append(row)
        known = ((self.factor(rows[0]), rows) for rows in found.values())
        return [(factor, rows) for factor, rows in known if factor is not None]

    def shipped(self, id: str) -> Factor | None:
        """The factor of a shipped set, whatever the sheet says under the same id."""
        if id not in self._shipped:
            self._shipped[id] = _found(library(), id) if id else None
        return self._shipped[id]

    def category(self, factor: Factor) -> str:
        """A factor's category; a sheet's copy of a shipped factor need not repeat it."""
        shipped = self.shipped(factor.id)
        return factor.category or (shipped.category if shipped else "")

    def is_in_table(self, sheet: str, row: int, column: int) -> bool:
        """Whether a cell lies in one of the workbook's named tables."""
        return any(
            region.sheet.name == sheet
            and region.bounds[0] <= row <= region.bounds[2]
            and region.bounds[1] <= column <= region.bounds[3]
            for region in self.schema.regions.values()
        )

    def cell(self, where: CellRef) -> Cell | None:
        """The cell at a place; None where it is a range or holds nothing."""
        sheet, bounds = self.workbook.sheet(where.sheet), where.bounds
        is_one = bounds is not None and bounds[:2] == bounds[2:]
        return sheet.cells.get((where.row, where.column)) if sheet and is_one else None

    def value(self, where: CellRef) -> Scalar:
        sheet, bounds = self.workbook.sheet(where.sheet), where.bounds
        is_one = bounds is not None and bounds[:2] == bounds[2:]
        return sheet.columns.value(bounds[:2]) if sheet and bounds and is_one else None


def _found(factors: Factors, id: str) -> Factor | None:
    """The factor of an id; None where there is none that can be used."""
    try:
        return factors.get(id)
    except Explained:
        return None


def text_of(value: object) -> str:
    """A cell's value as text: blank is empty, whole numbers have no point."""
    return value.strip() if type(value) is str else shown(value).strip()
