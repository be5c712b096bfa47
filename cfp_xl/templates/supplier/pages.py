"""Two sheets to read: an example filled in, and what the words mean."""

from __future__ import annotations

from typing import Any

from xlsxwriter.format import Format

from cfp_xl.data_files import read_toml
from cfp_xl.footprint.units import convert
from cfp_xl.messages import Text
from cfp_xl.templates.layout import HEADER_ROW, TemplateRegion
from cfp_xl.templates.style import FILL, KGCO2E, LINE
from cfp_xl.templates.supplier.fields import Field, item_of, words
from cfp_xl.templates.supplier.layout import ACTIVITY_COLUMNS
from cfp_xl.templates.supplier.paper import SheetPaper

SHOWN = ACTIVITY_COLUMNS[:7]
TERMS = (
    "pcf",
    "co2e",
    "factor",
    "activity_data",
    "declared_unit",
    "boundary",
    "delivery",
    "allocation",
    "tkm",
    "nm3",
    "third_party",
    "code",
)


def example(paper: SheetPaper) -> None:
    """A made-up supplier's answers, question by question, then its activity data."""
    sheet, layout = paper.sheet("example"), paper.layout
    sheet.widths(20, 44, 20, 11, 40, 14, 16)
    shown = [field for field in layout.fields if field.section != "pcf"]
    header, body = paper.styles.title("header"), paper.styles.title("body")
    for column, key in enumerate(("question", "answer")):
        text = paper.say(f"heading.fill.{key}")
        sheet.sheet.write_string(HEADER_ROW - 2, column + 1, text, header)
    filled = _typed(paper)
    for row, field in enumerate(shown, HEADER_ROW - 1):
        sheet.write(row, 1, words(field.label, layout.lang), body)
        sheet.write(row, 2, _answer(paper, field), filled)
        sheet.sheet.set_row(row, 36 if layout.lang == "both" else 20)
    region = TemplateRegion(layout.sheets["example"], HEADER_ROW + len(shown) + 2, SHOWN, 0)
    sheet.header(region, "activities", {}, 50 if layout.lang == "both" else 36)
    total_kgco2e = 0.0
    row = region.header
    for row, one in enumerate(_examples(paper), region.first):
        item = item_of(one["item"], layout.kind)
        assert item is not None
        factor = item.factor
        amount = convert(one["quantity"], one["unit"], factor.per_unit)
        emission_kgco2e = amount * factor.kgco2e_per()
        total_kgco2e += emission_kgco2e
        flow = next(flow for flow in layout.flows if flow.id == item.flow)
        note = words(Text(one["note_zh"], one["note_en"]), layout.lang)
        values = (
            words(flow.text, layout.lang),
            words(item.text, layout.lang),
            float(one["quantity"]),
            one["unit"],
            note,
            "✓",
            round(emission_kgco2e, 4),
        )
        sheet.sheet.set_row(row, 36 if layout.lang == "both" else 20)
        for column, value in enumerate(values):
            look = {2: "#,##0.##", 6: KGCO2E}.get(column, "")
            is_typed = 1 <= column <= 4
            form = _typed(paper, look) if is_typed else paper.styles.cell("computed", look)
            sheet.write(row, column, value, form)
    output = float(next(f for f in layout.fields if f.id == "output").example.en)
    strong = paper.styles.cell("computed", KGCO2E, strong=True)
    sheet.write(row + 1, 4, paper.say("example.result"), paper.styles.title("label"))
    sheet.write(row + 1, 6, round(total_kgco2e / output, 4), strong)


def glossary(paper: SheetPaper) -> None:
    """The words that a supplier may not know."""
    sheet = paper.sheet("glossary", is_portrait=True)
    sheet.widths(30, 88)
    for row, term in enumerate(TERMS, HEADER_ROW - 2):
        meaning = paper.paragraph(f"term.{term}.means")
        form = paper.form(text_wrap=True, bottom=4, bottom_color="#C9D3CE", indent=1)
        label = paper.form(text_wrap=True, bold=True, bottom=4, bottom_color="#C9D3CE", indent=1)
        sheet.write(row, 0, paper.paragraph(f"term.{term}.word"), label)
        sheet.write(row, 1, meaning, form)
        sheet.fit(row, (meaning, 88), least=36 if paper.layout.lang == "both" else 24)


def _typed(paper: SheetPaper, number: str = "") -> Format:
    """Looks like an answer, and is locked: it is an example."""
    return paper.form(
        bg_color=FILL["may"], border=1, border_color=LINE, text_wrap=True, num_format=number
    )


def _answer(paper: SheetPaper, field: Field) -> str:
    for choice in field.choices:
        if choice.text == field.example:
            return words(choice.text, paper.layout.lang)
    return words(field.example, paper.layout.lang)


def _examples(paper: SheetPaper) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = read_toml("supplier_items.toml")["example"][paper.layout.kind]
    return rows
