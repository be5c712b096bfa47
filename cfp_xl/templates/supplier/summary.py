"""The summary: one A4 page to print, sign and stamp."""

from __future__ import annotations

from cfp_xl.templates.style import DATE, KGCO2E, SHARE
from cfp_xl.templates.supplier import formulas
from cfp_xl.templates.supplier.fields import FOR
from cfp_xl.templates.supplier.layout import PROGRESS_ROW, RESULT_ROW
from cfp_xl.templates.supplier.paper import PaperSheet, SheetPaper

LINES = (
    *(("for", id) for id in ("supplier", "part", "part_id", "product", "buyer")),
    *(("in", id) for id in ("period_start", "period_end", "output", "data_kind")),
    *(("in", id) for id in ("pcf_boundary", "pcf_standard", "pcf_verification")),
)
"""What stands on top of the page, two beside each other."""
FIRST_LINE = 5


def summary(paper: SheetPaper) -> None:
    """Result, by flow, code, and room for signature and stamp."""
    sheet, layout = paper.sheet("summary", is_portrait=True), paper.layout
    sheet.widths(3, 26, 18, 18, 20, 16, 12)
    _lines(sheet)
    _totals(sheet)
    _signature(sheet)
    sheet.sheet.print_area(0, 0, layout.code_row + 16, 6)
    sheet.sheet.fit_to_pages(1, 1)


def _lines(sheet: PaperSheet) -> None:
    paper, layout = sheet.paper, sheet.paper.layout
    label = paper.form(font_color="#5B6775", indent=1, text_wrap=True)
    plain = paper.form(indent=1, align="left")
    number = paper.form(indent=1, align="left", num_format="#,##0.######")
    day = paper.form(indent=1, align="left", num_format=DATE)
    big = paper.form(
        bold=True, font_size=16, font_color="#1E5945", num_format=KGCO2E, align="left", indent=1
    )
    sheet.sheet.set_row(2, 34)
    sheet.write(2, 1, paper.say("result.label"), label)
    sheet.formula(2, 2, layout.cell("fill", RESULT_ROW, 2), big)
    sheet.formula(2, 4, f'"kgCO2e/"&{layout.personal("unit")}', plain)
    sheet.write(3, 1, paper.say("progress.label"), label)
    sheet.formula(3, 2, layout.cell("fill", PROGRESS_ROW, 2), plain)
    sheet.formula(3, 4, layout.cell("fill", PROGRESS_ROW, 4), plain)
    asked = {field.id: field for field in layout.fields}
    for place, (kind, id) in enumerate(LINES):
        row = FIRST_LINE + place
        sheet.sheet.set_row(row, 30 if layout.lang == "both" else 21)
        if kind == "for":
            sheet.write(row, 1, paper.say(f"personal.{id}"), label)
            sheet.formula(row, 2, f'{layout.personal(id)}&""', plain)
            continue
        field = asked[id]
        sheet.write(row, 1, paper.both(field.label), label)
        answer = layout.question(id)
        form = {"date": day, "number": number}.get(field.type, plain)
        sheet.formula(row, 2, f'IF({answer}="","",{answer})', form)
        if field.unit == "declared":
            sheet.formula(row, 3, f'{layout.personal("unit")}&""', plain)


def _totals(sheet: PaperSheet) -> None:
    """The sums by flow, for one unit and as shares."""
    paper, layout = sheet.paper, sheet.paper.layout
    region = layout.totals
    sheet.header(region, "totals", {}, 50 if layout.lang == "both" else 34)
    flows = [*layout.flows, None]
    figures = f"D{region.first + 1}:G{region.last + 1}"
    sheet.when(figures, f"=ISERROR(D{region.first + 1})", {"font_color": "#D9A5A1"})
    for flow, row in zip(flows, range(region.first, region.last + 1), strict=True):
        sheet.sheet.set_row(row, 30 if layout.lang == "both" else 21)
        strong = flow is None
        count = paper.styles.cell("computed", "0", strong=strong)
        mass = paper.styles.cell("computed", "#,##0.00", strong=strong)
        each = paper.styles.cell("computed", KGCO2E, strong=strong)
        share = paper.styles.cell("computed", SHARE, strong=strong)
        label = paper.both(flow.text) if flow else paper.say("total")
        sheet.write(row, 1, label, paper.styles.cell("plain", strong=strong))
        at = {column: region.at(column, row) for column in region.columns}
        up = f"{{0}}{region.first + 1}:{{0}}{region.last}"
        output = layout.question("output")
        done = f'{layout.question("output", 4)}="{formulas.OK}"'
        total = region.at("kgco2e", region.last)
        cells = {
            "rows": formulas.used_rows(paper, flow.id) if flow else "",
            "open": formulas.open_rows(paper, flow.id) if flow else "",
            "kgco2e": f"SUM({layout.of_flow('emission_kgco2e', flow.id)})" if flow else "",
        }
        for column, form in (("rows", count), ("open", count), ("kgco2e", mass)):
            formula = cells[column] or f"SUM({up.format(region.letter(column))})"
            sheet.formula(row, region.index(column), formula, form)
        per_unit = f'IF({done},{at["kgco2e"]}/{output},"")'
        sheet.formula(row, region.index("per_unit"), per_unit, each)
        part = f'IF({total}=0,"",{at["kgco2e"]}/{total})'
        sheet.formula(row, region.index("share"), part, share)


def _signature(sheet: PaperSheet) -> None:
    """What is declared, the code of the sheet, and room to sign and stamp."""
    paper, layout = sheet.paper, sheet.paper.layout
    row = layout.code_row
    label = paper.form(font_color="#5B6775", indent=1)
    code = paper.form(bold=True, indent=1, font_name="Consolas", font_size=12)
    sheet.sheet.set_row(row, 24)
    sheet.write(row, 1, paper.say("personal.code"), label)
    sheet.write(row, 2, None, code)
    sheet.write(row, 4, paper.say("code.help"), paper.form(font_color="#9AA3AD", font_size=9))
    paper.name(f"{FOR}code", layout.personal("code"))
    sheet.prose(row + 2, "declaration", 1, 6, 108)
    line = paper.form(bottom=1, bottom_color="#5B6775")
    for offset, key in enumerate(("signed", "position", "signed_on")):
        at = row + 5 + 3 * offset
        sheet.write(at, 1, paper.say(f"sign.{key}"), label)
        for column in (2, 3):
            sheet.write(at, column, None, line)
    # 盖章: an empty frame as large as a company's seal.
    frame = paper.form(
        border=4, border_color="#9AA3AD", font_color="#9AA3AD", align="center", valign="top"
    )
    sheet.sheet.merge_range(row + 4, 4, row + 13, 6, paper.say("sign.stamp"), frame)
