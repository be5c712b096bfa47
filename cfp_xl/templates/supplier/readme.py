"""The first sheet: who asks and why, three steps, what colours mean, and what the buyer answers."""

from __future__ import annotations

from cfp_xl.templates.style import BAD, FILL, MARKS
from cfp_xl.templates.supplier.fields import FEEDBACK, FOR, PERSONAL
from cfp_xl.templates.supplier.layout import (
    FEEDBACK_ROW,
    LEGEND_ROW,
    NOTICE_ROW,
    PERSONAL_ROW,
    STEPS_ROW,
    TIPS_ROW,
)
from cfp_xl.templates.supplier.paper import PaperSheet, SheetPaper

MARK_WIDTH, LABEL_WIDTH, TEXT_WIDTH = 6, 26, 70
STEPS, TIPS = 3, 5
LEGEND = (("must", MARKS["must"]), ("may", MARKS["may"]), ("computed", MARKS["computed"]))


def readme(paper: SheetPaper) -> None:
    """One page that a stranger reads in a minute."""
    sheet = paper.sheet("readme", is_portrait=True)
    sheet.widths(MARK_WIDTH, LABEL_WIDTH, TEXT_WIDTH)
    sheet.prose(2, "letter", 0, 2, MARK_WIDTH + LABEL_WIDTH + TEXT_WIDTH)
    _personal(sheet)
    sheet.section(STEPS_ROW, "section.steps", 2)
    circle = paper.form(bold=True, font_color="#FFFFFF", bg_color="#1E5945", align="center")
    for number in range(1, STEPS + 1):
        row = STEPS_ROW + number
        sheet.sheet.write_number(row, 0, number, circle)
        sheet.prose(row, f"step.{number}", 1, 2, LABEL_WIDTH + TEXT_WIDTH)
    sheet.section(LEGEND_ROW, "section.legend", 2)
    for offset, (kind, mark) in enumerate(LEGEND, 1):
        row = LEGEND_ROW + offset
        form = paper.form(bg_color=FILL[kind], align="center", border=1, border_color="#C9D3CE")  # type: ignore[index]
        sheet.sheet.write_string(row, 0, mark, form)
        sheet.prose(row, f"legend.{kind}", 1, 2, LABEL_WIDTH + TEXT_WIDTH)
    row = LEGEND_ROW + len(LEGEND) + 1
    signs = paper.form(align="center", bold=True)
    sheet.sheet.write_string(row, 0, "✓ ▶ ✗", signs)
    sheet.prose(row, "legend.signs", 1, 2, LABEL_WIDTH + TEXT_WIDTH)
    sheet.section(TIPS_ROW, "section.tips", 2)
    for number in range(1, TIPS + 1):
        sheet.sheet.write_string(TIPS_ROW + number, 0, "·", signs)
        sheet.prose(TIPS_ROW + number, f"tip.{number}", 1, 2, LABEL_WIDTH + TEXT_WIDTH)
    _feedback(sheet)
    sheet.sheet.print_area(0, 0, FEEDBACK_ROW - 1, 2)
    sheet.sheet.fit_to_pages(1, 1)


def _personal(sheet: PaperSheet) -> None:
    """What differs from supplier to supplier; filled in when the workbook is issued."""
    paper, layout = sheet.paper, sheet.paper.layout
    sheet.section(PERSONAL_ROW - 1, "section.personal", 2)
    form = paper.form(text_wrap=True, bold=True, indent=1, bottom=1, bottom_color="#C9D3CE")
    label = paper.form(font_color="#5B6775", indent=1, bottom=1, bottom_color="#C9D3CE")
    for row, id in enumerate((id for id in PERSONAL if id != "code"), PERSONAL_ROW):
        sheet.sheet.set_row(row, 22)
        sheet.write(row, 0, None, label)
        sheet.write(row, 1, paper.say(f"personal.{id}"), label)
        sheet.write(row, 2, None, form)
        paper.name(FOR + id, layout.personal(id))


def _feedback(sheet: PaperSheet) -> None:
    """Rows kept free for what the buyer has to say about an answer."""
    paper, region = sheet.paper, sheet.paper.layout.feedback
    sheet.section(FEEDBACK_ROW, "section.feedback", 2)
    for column in region.columns:
        text = paper.say(f"heading.feedback.{column}")
        header = paper.styles.title("header")
        sheet.sheet.write_string(region.header, region.index(column), text, header)
    form = paper.form(text_wrap=True, indent=1, bottom=4, bottom_color="#C9D3CE")
    for row in range(region.first, region.last + 1):
        sheet.sheet.set_row(row, 48)  # three lines: what to do is a sentence or two
        for column in region.columns:
            sheet.write(row, region.index(column), None, form)
    notice = paper.say("feedback_notice").format(row=region.first + 1)
    sheet.sheet.write_string(NOTICE_ROW, 0, notice, paper.form(font_color="#9AA3AD", indent=1))
    written = f"$C${region.first + 1}:$C${region.last + 1}"
    sheet.when(f"A{NOTICE_ROW + 1}:C{NOTICE_ROW + 1}", f'=COUNTIF({written},"?*")>0', BAD)
    paper.name(FEEDBACK, region.block().replace(f"${region.header + 1}:", f"${region.first + 1}:"))
