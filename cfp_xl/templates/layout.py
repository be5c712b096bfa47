"""Where everything stands in a workbook of ours: sheets and the regions on them.

Formulas and names are written from these, so an address is never typed twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

from xlsxwriter.utility import quote_sheetname, xl_col_to_name

from cfp_xl.footprint.columns import ROW_ID
from cfp_xl.footprint.inventory import row_label
from cfp_xl.messages import Lang, say
from cfp_xl.schema.region import CLOSING, LABELS
from cfp_xl.schema.stray_rows import ROWS_LOOKED_BELOW
from cfp_xl.templates.source import WorkbookSource
from cfp_xl.templates.table_columns import (
    ACTIVITY_INPUTS,
    COLUMNS,
    FACTOR_SHOWN,
    SUPPLIER_TABLES,
    former,
)

SHEETS = (
    "about",
    "product",
    "allocation",
    "activities",
    "assemblies",
    "parts",
    "answers",
    "factors",
    "results",
    "exclusions",
    "scenarios",
    "declared",
    "justifications",
    "history",
    "checks",
    "report",
    "translations",
)
GROWING = frozenset(CLOSING)
FLOW = ("voucher", "medium", "month")
"""The columns of the allocation that together name one flow, whose shares add to 1."""
PRODUCT_ROWS = (
    "name",
    "model",
    "producer",
    "functional_unit",
    "function",
    "boundary",
    "period_start",
    "period_end",
    "gwp_set",
    "factor_set",
    "service_life_years",
    "allocation",
    "cut_off",
    "standard",
    "mass_kg",
    "site",
    "report_date",
    "result_unit",
    "company_ids",
    "product_ids",
    "fossil_carbon",
    "biogenic_carbon",
    "packaging_included",
    "exempted_percent",
    "primary_percent",
)
"""New entries go to the end: workbooks in use are carried over by their order."""
CHART_ROWS = 13
"""So many rows of the results the charts take."""
HOTSPOT_ROWS = 10
"""So many of the largest rows the results show; one more row is for all the others."""
KIND_ROWS = 8
"""Kinds of carbon, and what else is shown apart from the total."""
PRIMARY_ROWS = 3
"""By suppliers' data, by other factors, and the footprint as it would be without the answers."""
HEADER_ROW = 5
"""0-based row of the headings where a sheet holds one table; title, note and marks stand above."""


@dataclass(frozen=True)
class TemplateRegion:
    """A table: a header row and `rows` rows below it; all indices 0-based."""

    sheet: str
    header: int
    columns: tuple[str, ...]
    rows: int
    left: int = 0
    is_growing: bool = False
    """Whether a closing row stands below the rows: ranges over them take in the headings and it, so
    that they grow wherever a row is inserted."""
    table: str = ""

    @property
    def first(self) -> int:
        return self.header + 1

    @property
    def last(self) -> int:
        return self.header + self.rows

    @property
    def own_rows(self) -> range:
        return range(self.first, self.last + 1)

    @property
    def closing(self) -> int:
        """The row below the last one; in a growing table it says where to insert more."""
        return self.last + 1

    @property
    def _ends(self) -> tuple[int, int]:
        """The rows, from 1, that a range over the table begins and ends with."""
        if self.is_growing:
            return self.header + 1, self.closing + 1
        return self.first + 1, self.last + 1

    def index(self, column: str) -> int:
        return self.left + self.columns.index(column)

    def letter(self, column: str) -> str:
        return str(xl_col_to_name(self.index(column)))

    def at(self, column: str, row: int) -> str:
        """`G7` for formulas on the region's own sheet; `row` 0-based on the sheet."""
        return f"{self.letter(column)}{row + 1}"

    def fixed(self, column: str, row: int) -> str:
        """`活动数据!$G$7`."""
        return f"{quoted(self.sheet)}!${self.letter(column)}${row + 1}"

    def column(self, column: str) -> str:
        """The column's cells: `活动数据!$G$7:$G$30`; of a growing table from heading to end."""
        return f"{quoted(self.sheet)}!{self.own_column(column)}"

    def own_column(self, column: str) -> str:
        """The same for formulas on the region's own sheet."""
        letter, (top, bottom) = self.letter(column), self._ends
        return f"${letter}${top}:${letter}${bottom}"

    def choices(self, column: str) -> str:
        """The column's cells for a dropdown: `=因子!$A$7:$A$30`, without the heading."""
        letter = self.letter(column)
        return f"={quoted(self.sheet)}!${letter}${self.first + 1}:${letter}${self._ends[1]}"

    def down(self, column: str, last: str = "") -> str:
        """`G7:G30`: where formats and validations of the column apply; up to column `last`."""
        return f"{self.at(column, self.first)}:{self.letter(last or column)}{self._ends[1]}"

    def below(self, start: str, end: str) -> str:
        """Where rows would stand that were typed below the closing row."""
        top = self.closing + 2
        rows = f"${self.letter(start)}${top}:${self.letter(end)}${top + ROWS_LOOKED_BELOW - 1}"
        return f"{quoted(self.sheet)}!{rows}"

    def block(self, part: tuple[str, ...] | None = None) -> str:
        """Header and rows of adjoining columns: what a `cfp_…` name refers to."""
        names = part or self.columns
        start, end = self.letter(names[0]), self.letter(names[-1])
        return f"{quoted(self.sheet)}!${start}${self.header + 1}:${end}${self._ends[1]}"


def quoted(sheet: str) -> str:
    """A sheet's name as formulas write it, in apostrophes where it needs them."""
    return str(quote_sheetname(sheet))


@dataclass(frozen=True)
class ProductLayout:
    """The regions of one workbook by id, and its sheets' names by id."""

    sheets: Mapping[str, str]
    regions: Mapping[str, TemplateRegion]
    product_row: Mapping[str, int]
    """0-based row of each entry of the product sheet; its value stands in column B."""

    @property
    def activity_inputs(self) -> tuple[str, ...]:
        """The columns of the activities that people fill in."""
        return tuple(c for c in self.regions["activities"].columns if c in ACTIVITY_INPUTS)

    @property
    def activity_columns(self) -> tuple[str, ...]:
        """The columns of the activities' range: inputs, and what is shown between them."""
        shown = (*ACTIVITY_INPUTS, *FACTOR_SHOWN, "tkm")
        return tuple(c for c in self.regions["activities"].columns if c in shown)

    @property
    def typed_spans(self) -> tuple[tuple[str, str], ...]:
        """The first and last columns of each run of inputs of the activities; row ids and former
        values left out, for a row that holds nothing else is empty."""
        besides = {ROW_ID, *former("activities")}
        typed = {c for c in self.activity_inputs if c not in besides}
        runs = groupby(self.regions["activities"].columns, typed.__contains__)
        return tuple((run[0], run[-1]) for run in (tuple(r) for is_typed, r in runs if is_typed))

    @property
    def has_suppliers(self) -> bool:
        return "parts" in self.regions

    def __getitem__(self, region: str) -> TemplateRegion:
        return self.regions[region]

    def product(self, entry: str) -> str:
        """`产品!$B$9`, the cell of an entry of the product sheet."""
        return f"{quoted(self.sheets['product'])}!$B${self.product_row[entry] + 1}"

    def resolve(self, target: str, source: WorkbookSource) -> str:
        """A justified place as people write it: `activities:生产/电力/外购电力` for `activities 2`
        (its second row), `产品!B15` for `cfp_gwp_set`."""
        if target.startswith("cfp_"):
            return self.product(target.removeprefix("cfp_")).replace("$", "")
        match target.split():
            case [table, row]:
                record = source.table(table)[int(row) - 1]
                return f"{table}:{row_label(record[label] for label in LABELS[table])}"
            case _:
                return target


def lay_out(
    source: WorkbookSource, stage_count: int, check_count: int, unit_count: int
) -> ProductLayout:
    """Where each table stands in the workbook of a source, spare rows included."""
    lang: Lang = source.lang
    supplier_tables = SUPPLIER_TABLES if source.has_suppliers else ()
    sheets = {
        id: say(f"templates.sheet.{id}", lang)
        for id in SHEETS
        if id in supplier_tables or id not in SUPPLIER_TABLES
    }

    def region(id: str, rows: int, header: int = HEADER_ROW, sheet: str = "") -> TemplateRegion:
        without = () if source.shows_former else former(id)
        without += () if supplier_tables else ("part_id",)
        columns = tuple(column for column in COLUMNS[id] if column not in without)
        name = sheets[sheet or id]
        return TemplateRegion(name, header, columns, rows, is_growing=id in GROWING, table=id)

    results = region("results", stage_count + 1)
    below = results.last + 2 + CHART_ROWS
    hotspots = region("hotspots", HOTSPOT_ROWS + 1, below + 1, "results")
    kinds = region("kinds", KIND_ROWS, hotspots.last + 3, "results")
    below = kinds.last + 2
    checks = region("checks", check_count)
    of_suppliers = {id: region(id, source.supplier_rows(id)) for id in supplier_tables}
    if supplier_tables:
        of_suppliers["primary"] = region("primary", PRIMARY_ROWS, below + 1, "results")
        below = of_suppliers["primary"].last + 2
    # Last on its sheet, for it may be of any length.
    processes = region("processes", source.rows("processes"), below + 1, "results")
    return ProductLayout(
        sheets,
        {
            **of_suppliers,
            "allocation": region("allocation", source.rows("allocation")),
            "activities": region("activities", source.rows("activities")),
            "factors": region("factors", len(source.factor_ids) + source.spare_factors),
            "results": results,
            "hotspots": hotspots,
            "kinds": kinds,
            "processes": processes,
            "assemblies": region("assemblies", source.rows("assemblies")),
            "exclusions": region("exclusions", source.rows("exclusions")),
            "scenarios": region("scenarios", source.rows("scenarios")),
            "translations": region("translations", source.rows("translations")),
            "declared": region("declared", source.rows("declared")),
            "justifications": region("justifications", source.rows("justifications")),
            "checks": checks,
            "units": TemplateRegion(
                checks.sheet, checks.last + 3, COLUMNS["units"], unit_count, left=1
            ),
        },
        {entry: HEADER_ROW + 1 + i for i, entry in enumerate(PRODUCT_ROWS)},
    )
