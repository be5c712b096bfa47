"""Where everything stands in the supplier's workbook; formulas and names are written from this."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from xlsxwriter.utility import xl_col_to_name

from cfp_xl.messages import text
from cfp_xl.templates.layout import HEADER_ROW, TemplateRegion, quoted
from cfp_xl.templates.supplier.fields import (
    PERSONAL,
    Field,
    Flow,
    Kind,
    Language,
    fields,
    flows,
    items,
    units,
    words,
)

SHEETS = ("readme", "fill", "activities", "summary", "example", "glossary", "lists")
ACTIVITY_COLUMNS = (
    "flow",
    "activity",
    "quantity",
    "unit",
    "reason",
    "diagnose",
    "emission_kgco2e",
    "stage",
    "process",
    "status",
    "factor_id",
    "measure",
    "in_base",
)
"""Input is activity, quantity, unit, reason; the rest is computed or fixed."""
ACTIVITY_INPUTS = ("activity", "quantity", "unit", "reason")
FACTOR_COLUMNS = (
    "flow",
    "name",
    "id",
    "value",
    "unit",
    "per_unit",
    "measure",
    "offered",
    "per_in_base",
    "category",
    "region",
    "year",
    "gwp_set",
    "source",
    "publisher",
    "date",
    "table",
    "licence",
    "confidence",
)
UNIT_COLUMNS = ("unit", "measure", "in_base")
TOTAL_COLUMNS = ("flow", "rows", "open", "kgco2e", "per_unit", "share")
MARK, QUESTION, ANSWER, UNIT, FEEDBACK, HELP, LOWEST, HIGHEST = range(8)
"""Columns of the sheet of questions."""
PROGRESS_ROW, RESULT_ROW = 2, 3
FEEDBACK_ROWS = 30
BALANCE = ("material_kg", "product_kg", "waste_kg", "balance")
PERSONAL_ROW = 5
"""0-based row of the first personal cell on the first sheet; their values stand in column C."""
NOTICE_ROW = 3
"""Says on the first sheet where the buyer's answer stands; red once there is one."""
STEPS_ROW, LEGEND_ROW, TIPS_ROW, FEEDBACK_ROW = 15, 20, 26, 33
"""Headings on the first sheet."""
SUMMARY_FLOWS_ROW = 18


@dataclass(frozen=True)
class SupplierLayout:
    """The places of one edition; rows and columns from 0."""

    lang: Language
    kind: Kind

    @cached_property
    def sheets(self) -> Mapping[str, str]:
        """Sheet names by id."""
        return {
            id: words(text(f"supplier_template.sheet.{id}"), self.lang).replace(" / ", " ")
            for id in SHEETS
        }

    @property
    def fields(self) -> tuple[Field, ...]:
        return fields(self.kind)

    @property
    def flows(self) -> tuple[Flow, ...]:
        return flows(self.kind)

    @cached_property
    def sections(self) -> Mapping[str, int]:
        """The row of each section's heading among the questions."""
        starts = list(dict.fromkeys(f.section for f in self.fields))
        return {
            id: HEADER_ROW + 1 + n + sum(f.section in starts[:n] for f in self.fields)
            for n, id in enumerate(starts)
        }

    @cached_property
    def rows(self) -> Mapping[str, int]:
        """The row of each question, by its id, and of the balance of masses below them."""
        starts = list(self.sections)
        asked = {
            f.id: HEADER_ROW + 2 + starts.index(f.section) + number
            for number, f in enumerate(self.fields)
        }
        below = max(asked.values()) + 2
        balance = BALANCE if self.has_balance else ()
        return {**asked, **{id: below + n for n, id in enumerate(balance)}}

    @property
    def has_balance(self) -> bool:
        """Whether what goes in can be weighed against what comes out."""
        return self.kind == "part"

    def question(self, id: str, column: int = ANSWER) -> str:
        """`填报!$C$9`: a cell in the row of a question."""
        return self.cell("fill", self.rows[id], column)

    def questions(self, column: int) -> str:
        """All cells of a column of the questions: `填报!$E$7:$E$40`."""
        last = max(self.rows[f.id] for f in self.fields)
        start, end = HEADER_ROW + 2, last + 1
        letter = xl_col_to_name(column)
        return f"{quoted(self.sheets['fill'])}!${letter}${start}:${letter}${end}"

    def personal(self, id: str) -> str:
        """The cell of something that differs from supplier to supplier."""
        if id == "code":
            return self.cell("summary", self.code_row, 2)
        return self.cell("readme", PERSONAL_ROW + PERSONAL.index(id), 2)

    @property
    def feedback(self) -> TemplateRegion:
        """The rows for what the buyer has to say: place and what to do."""
        region = (self.sheets["readme"], FEEDBACK_ROW + 1, ("place", "todo"))
        return TemplateRegion(*region, FEEDBACK_ROWS, left=1)

    @property
    def activities(self) -> TemplateRegion:
        rows = sum(flow.rows for flow in self.flows)
        return TemplateRegion(self.sheets["activities"], HEADER_ROW, ACTIVITY_COLUMNS, rows)

    @cached_property
    def flow_rows(self) -> Mapping[str, range]:
        """The rows of activity data that each flow has."""
        rows: dict[str, range] = {}
        start = self.activities.first
        for flow in self.flows:
            rows[flow.id] = range(start, start + flow.rows)
            start += flow.rows
        return rows

    def of_flow(self, column: str, flow: str) -> str:
        """A flow's cells in a column of the activity data."""
        letter, rows = self.activities.letter(column), self.flow_rows[flow]
        sheet = quoted(self.activities.sheet)
        return f"{sheet}!${letter}${rows[0] + 1}:${letter}${rows[-1] + 1}"

    @property
    def totals(self) -> TemplateRegion:
        """The sums by flow on the summary."""
        region = (self.sheets["summary"], SUMMARY_FLOWS_ROW, TOTAL_COLUMNS)
        return TemplateRegion(*region, len(self.flows) + 1, left=1)

    @property
    def code_row(self) -> int:
        return self.totals.last + 2

    @cached_property
    def choice_rows(self) -> Mapping[str, int]:
        """The row of the lists that holds a question's choices, from column B on."""
        with_choices = [field.id for field in self.fields if field.choices]
        return {id: HEADER_ROW + 1 + number for number, id in enumerate(with_choices)}

    def choices(self, field: Field) -> str:
        row, last = self.choice_rows[field.id] + 1, xl_col_to_name(len(field.choices))
        return f"{quoted(self.sheets['lists'])}!$B${row}:${last}${row}"

    def choice(self, field: Field, id: str) -> str:
        """The cell of one word to choose from."""
        column = 1 + [choice.id for choice in field.choices].index(id)
        return self.cell("lists", self.choice_rows[field.id], column)

    @cached_property
    def units(self) -> TemplateRegion:
        count = sum(len(those) for those in units().values())
        header = max(self.choice_rows.values()) + 3
        return TemplateRegion(self.sheets["lists"], header, UNIT_COLUMNS, count)

    @cached_property
    def unit_rows(self) -> Mapping[str, range]:
        """The rows of the units of each kind of quantity."""
        rows: dict[str, range] = {}
        start = self.units.first
        for measure, those in units().items():
            rows[measure] = range(start, start + len(those))
            start += len(those)
        return rows

    def units_of(self, measure: str) -> str:
        rows, letter = self.unit_rows[measure], self.units.letter("unit")
        return f"{quoted(self.sheets['lists'])}!${letter}${rows[0] + 1}:${letter}${rows[-1] + 1}"

    @cached_property
    def factors(self) -> TemplateRegion:
        header = self.units.last + 3
        return TemplateRegion(self.sheets["lists"], header, FACTOR_COLUMNS, len(items(self.kind)))

    def items_of(self, flow: str) -> str:
        """The names of a flow's items, which its dropdown offers."""
        ids = [item.flow for item in items(self.kind)]
        first = self.factors.first + ids.index(flow)
        last, letter = first + ids.count(flow) - 1, self.factors.letter("name")
        return f"{quoted(self.sheets['lists'])}!${letter}${first + 1}:${letter}${last + 1}"

    def cell(self, sheet: str, row: int, column: int) -> str:
        return f"{quoted(self.sheets[sheet])}!${xl_col_to_name(column)}${row + 1}"
