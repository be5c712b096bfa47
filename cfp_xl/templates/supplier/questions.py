"""The sheet of questions: mark, question, answer, unit, feedback, help, range."""

from __future__ import annotations

from datetime import date

from cfp_xl.templates.layout import HEADER_ROW
from cfp_xl.templates.style import DATE, KGCO2E, TEXT, Kind
from cfp_xl.templates.supplier import formulas
from cfp_xl.templates.supplier.fields import Field
from cfp_xl.templates.supplier.formulas import ASIDE, ASKED, OPTIONAL
from cfp_xl.templates.supplier.layout import (
    ANSWER,
    BALANCE,
    FEEDBACK,
    HELP,
    HIGHEST,
    LOWEST,
    MARK,
    PROGRESS_ROW,
    QUESTION,
    RESULT_ROW,
    UNIT,
)
from cfp_xl.templates.supplier.paper import ASIDE as ASIDE_LOOK
from cfp_xl.templates.supplier.paper import PaperSheet, SheetPaper

HEADINGS = ("mark", "question", "answer", "unit", "feedback", "help", "lowest", "highest")
NUMBER = "#,##0.######"


def fill(paper: SheetPaper) -> None:
    """Every question in its section, each with its own feedback; progress and result on top."""
    sheet, layout = paper.sheet("fill"), paper.layout
    is_wide = layout.lang == "both"
    sheet.widths(6, 34 if is_wide else 27, 34, 11, 36, 60, 12, 16)
    _top(sheet)
    header = paper.styles.title("header")
    sheet.sheet.set_row(HEADER_ROW, 34 if is_wide else 24)
    for column, heading in enumerate(HEADINGS):
        text = paper.paragraph(f"heading.fill.{heading}")
        sheet.sheet.write_string(HEADER_ROW, column, text, header)
    for section, row in layout.sections.items():
        sheet.section(row, f"section.{section}", HIGHEST)
    for field in layout.fields:
        _question(sheet, field)
        paper.name(field.name, layout.question(field.id))
    if layout.has_balance:
        _balance(sheet)
    first, last = HEADER_ROW + 2, max(layout.rows.values()) + 1
    sheet.colour_feedback(f"E{first}:E{last}")
    sheet.colour_feedback(f"E{PROGRESS_ROW + 1}")
    sheet.when(f"A{first}:F{last}", f'=$A{first}="{ASIDE}"', ASIDE_LOOK)
    sheet.sheet.freeze_panes(HEADER_ROW + 1, ANSWER)
    sheet.sheet.repeat_rows(HEADER_ROW)


def _top(sheet: PaperSheet) -> None:
    """Whose sheet it is, how far it is filled in, what comes out."""
    paper, styles = sheet.paper, sheet.paper.styles
    layout = paper.layout
    who = '&" · "&'.join(layout.personal(id) for id in ("supplier", "part_id", "part"))
    sheet.formula(1, 0, who, styles.title("subtitle"))
    strong = paper.form(bold=True, font_size=12, font_color="#1E5945", align="left", indent=1)
    for row, key in ((PROGRESS_ROW, "progress"), (RESULT_ROW, "result")):
        sheet.sheet.set_row(row, 24)
        sheet.sheet.write_string(row, QUESTION, paper.say(f"{key}.label"), styles.title("label"))
    sheet.formula(PROGRESS_ROW, ANSWER, formulas.progress(paper), strong)
    words_form = paper.form(bold=True, indent=1)
    sheet.formula(PROGRESS_ROW, FEEDBACK, formulas.progress_words(paper), words_form)
    number = paper.form(
        bold=True, font_size=12, font_color="#1E5945", align="left", indent=1, num_format=KGCO2E
    )
    sheet.formula(RESULT_ROW, ANSWER, formulas.result(paper), number)
    unit = f'"kgCO2e/"&{layout.personal("unit")}'
    sheet.formula(RESULT_ROW, UNIT, unit, paper.form())
    paper.name("cfp_out_kgco2e_per_unit", layout.cell("fill", RESULT_ROW, ANSWER))


def _question(sheet: PaperSheet, field: Field) -> None:
    paper, styles = sheet.paper, sheet.paper.styles
    row = paper.layout.rows[field.id]
    help = paper.both(field.help)
    label = paper.both(field.label)
    sheet.fit(row, (help, 62), (label, 34 if paper.layout.lang == "both" else 27), least=24)
    kind: Kind = "may" if field.need == "never" else "must"
    centred = styles.cell("plain", centre=True)
    if (changing := formulas.mark(paper, field)) is not None:
        sheet.formula(row, MARK, changing, centred)
    else:
        sheet.write(row, MARK, OPTIONAL if field.need == "never" else ASKED, centred)
    sheet.write(row, QUESTION, label, paper.form(bold=True, text_wrap=True, indent=1))
    numbers = {"number": "0" if field.id == "pcf_year" else NUMBER, "date": DATE, "text": TEXT}
    form = styles.cell(kind, numbers.get(field.type, ""))
    sheet.write(row, ANSWER, None, form)
    plain = paper.form(font_color="#5B6775")
    if field.unit == "declared":
        sheet.formula(row, UNIT, f'{paper.layout.personal("unit")}&""', plain)
    else:
        sheet.write(row, UNIT, field.unit, plain)
    feedback = paper.form(text_wrap=True, bold=True, indent=1)
    sheet.formula(row, FEEDBACK, formulas.feedback(paper, field), feedback)
    sheet.write(row, HELP, help, styles.title("help"))
    for column, bound in zip((LOWEST, HIGHEST), formulas.bounds(field), strict=True):
        if bound is not None:
            look = DATE if isinstance(bound, date) else "#,##0"
            if field.id == "pcf_year":
                look = "0"
            bounds = paper.form(font_color="#9AA3AD", num_format=look, align="right")
            sheet.write(row, column, bound, bounds)
    _validation(sheet, field, row, label, help)


def _validation(sheet: PaperSheet, field: Field, row: int, label: str, help: str) -> None:
    """A dropdown for choices; elsewhere a hint only: the feedback judges, nothing is refused."""
    cell = f"C{row + 1}"
    title = label.replace("\n", " ")
    if field.choices:
        sheet.dropdown(cell, sheet.paper.layout.choices(field), title, help)
    else:
        sheet.sheet.data_validation(
            cell,
            {"validate": "any", "input_title": title[:32], "input_message": help[:255]},
        )


def _balance(sheet: PaperSheet) -> None:
    """What went in and what came out, in kg, and whether that can be."""
    paper, styles = sheet.paper, sheet.paper.styles
    layout = paper.layout
    sheet.section(layout.rows[BALANCE[0]] - 1, "section.balance", HIGHEST)
    for id in BALANCE:
        row = layout.rows[id]
        label = paper.paragraph(f"balance.{id}")
        sheet.fit(row, (label, 27), least=24)
        sheet.write(row, QUESTION, label, paper.form(bold=True, text_wrap=True, indent=1))
        if id == "balance":
            sheet.write(row, HELP, paper.paragraph("balance.help"), styles.title("help"))
            sheet.fit(row, (paper.paragraph("balance.help"), 62), least=24)
            form = paper.form(text_wrap=True, bold=True, indent=1)
            sheet.formula(row, FEEDBACK, formulas.balance(paper, id), form)
            bounds = zip((LOWEST, HIGHEST), formulas.BALANCE_BOUNDS, strict=True)
            for column, bound in bounds:
                form = paper.form(font_color="#9AA3AD", num_format="0%", align="right")
                sheet.write(row, column, bound, form)
        else:
            form = styles.cell("computed", "#,##0.##")
            sheet.formula(row, ANSWER, formulas.balance(paper, id), form)
            sheet.write(row, UNIT, "kg", paper.form(font_color="#5B6775"))
