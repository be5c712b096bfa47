"""The sheet of activity data: prepared rows by flow, with only the items and units that fit."""

from __future__ import annotations

from collections.abc import Mapping

from cfp_xl.templates.style import BAD, KGCO2E, Kind
from cfp_xl.templates.supplier import formulas
from cfp_xl.templates.supplier.fields import Flow
from cfp_xl.templates.supplier.layout import ACTIVITY_INPUTS, FEEDBACK, PROGRESS_ROW
from cfp_xl.templates.supplier.paper import ASIDE, PaperSheet, SheetPaper

KINDS: Mapping[str, Kind] = {
    **dict.fromkeys(("activity", "quantity", "unit"), "must"),
    "reason": "may",
    **dict.fromkeys(("emission_kgco2e", "stage", "process", "status", "factor_id"), "computed"),
}
WIDTHS = (20, 44, 16, 11, 28, 34, 16, 10, 14, 9, 28, 10, 14)
INTERNAL = ("measure", "in_base")
"""Steps of a calculation that nobody has to look at."""
NUMBERS = {"quantity": "#,##0.######", "emission_kgco2e": KGCO2E, "in_base": "#,##0.######"}


def activities(paper: SheetPaper) -> None:
    """A few rows for each flow; what is computed stands to the right."""
    sheet, region, layout = paper.sheet("activities"), paper.layout.activities, paper.layout
    sheet.widths(*WIDTHS)
    sheet.header(region, "activities", KINDS, 50 if layout.lang == "both" else 36)
    progress = paper.form(bold=True, indent=1)
    sheet.formula(2, 1, layout.cell("fill", PROGRESS_ROW, FEEDBACK), progress)
    sheet.colour_feedback("B3")
    for flow in layout.flows:
        _rows_of_flow(paper, sheet, flow)
    _rules(paper, sheet)
    paper.name("cfp_activities", region.block())
    sheet.sheet.freeze_panes(region.first, 2)
    sheet.sheet.repeat_rows(region.header)


def _rows_of_flow(paper: SheetPaper, sheet: PaperSheet, flow: Flow) -> None:
    region, layout = paper.layout.activities, paper.layout
    for number, row in enumerate(layout.flow_rows[flow.id]):
        at = {column: region.at(column, row) for column in region.columns}
        label = paper.form(
            bold=number == 0,
            font_color="#1E5945" if number == 0 else "#B9C4BE",
            top=1 if number == 0 else 0,
            top_color="#1E5945",
            indent=1,
            text_wrap=True,
        )
        sheet.sheet.set_row(row, 34 if layout.lang == "both" else 22)
        sheet.write(row, 0, paper.both(flow.text), label)
        for column in ACTIVITY_INPUTS:
            # A flow that occurs fills one row at least; the others are there if needed.
            kind = KINDS[column] if number == 0 else "may"
            form = paper.styles.cell(kind, NUMBERS.get(column, ""))
            sheet.write(row, region.index(column), None, form)
        words = paper.form(bold=True, indent=1, text_wrap=True)
        sheet.formula(
            row, region.index("diagnose"), formulas.row(paper, "diagnose", at, flow.id), words
        )
        for column in region.columns[6:]:
            form = paper.styles.cell("computed", NUMBERS.get(column, ""))
            if column in INTERNAL:
                form = paper.form(font_color="#B9C4BE", num_format=NUMBERS.get(column, ""))
            formula = formulas.row(paper, column, at, flow.id)
            sheet.formula(row, region.index(column), formula, form)
    rows = layout.flow_rows[flow.id]
    cells = f"B{rows[0] + 1}:B{rows[-1] + 1}"
    title = paper.say("heading.activities.activity")
    sheet.dropdown(cells, layout.items_of(flow.id), title, paper.paragraph("hint.item"))


def _rules(paper: SheetPaper, sheet: PaperSheet) -> None:
    """Choices of units, hints, and colours that depend on what was filled in."""
    region = paper.layout.activities
    first, last = region.first + 1, region.last + 1
    measure = region.letter("measure")
    sheet.dropdown(
        f"D{first}:D{last}",
        f'INDIRECT("cfp_units_"&${measure}{first})',
        paper.say("heading.activities.unit"),
        paper.paragraph("hint.unit"),
    )
    sheet.sheet.data_validation(
        f"C{first}:C{last}",
        {
            "validate": "any",
            "input_title": paper.say("heading.activities.quantity")[:32],
            "input_message": paper.paragraph("hint.quantity")[:255],
        },
    )
    sheet.colour_feedback(f"F{first}:F{last}")
    sheet.when(f"A{first}:F{last}", f'=$F{first}="{formulas.ASIDE}"', ASIDE)
    sheet.when(f"G{first}:G{last}", f"=ISERROR(G{first})", {**BAD, "font_color": "#D9A5A1"})
