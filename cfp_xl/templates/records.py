"""The sheets that hold words and printed figures: about, declared, justifications."""

from __future__ import annotations

from cfp_xl.templates.page import Book, Page
from cfp_xl.templates.style import FONT, KGCO2E, MARKS, STAGE_COLOURS, TEXT, Kind
from cfp_xl.templates.table_columns import fills, widths
from cfp_xl.templates.verdicts import OVERALL_ROW

ITEMS = {
    "zh": ("活动", "阶段", "合计", "边界", "产品"),
    "en": ("activity", "stage", "total", "boundary", "product"),
}
ABOUT_WIDTH = 96.0
COLOURS: tuple[Kind, ...] = ("must", "may", "computed", "pinned", "former")


def about(book: Book) -> None:
    """What this workbook is, its answer, its sheets, its colours."""
    page, styles = book.page("about"), book.styles
    sheet = page.sheet
    sheet.set_column(0, 0, 20)
    sheet.set_column(1, 1, ABOUT_WIDTH)
    row = 3
    sheet.write_string(row, 0, book.say("about.purpose"), styles.title("label"))
    for paragraph in book.source.settings["about"].strip().splitlines():
        sheet.write_string(row, 1, paragraph, styles.title("body"))
        page.fit_row(row, {1: paragraph}, {1: ABOUT_WIDTH})
        row += 1
    row = _answers(page, row + 1)
    row = _section(page, row, "sheets")
    for id, name in book.layout.sheets.items():
        if id == "about":
            continue
        sheet.write_url(row, 0, f"internal:'{name}'!A1", styles.title("link"), name)
        sheet.write_string(row, 1, book.say(f"about.sheet.{id}"), styles.title("body"))
        row += 1
    row = _section(page, row + 1, "colours")
    for kind in COLOURS if book.source.shows_former else COLOURS[:-1]:
        label = f"{MARKS[kind]} {book.say(f'kind.{kind}')}"
        sheet.write_string(row, 0, label, styles.mark(kind))
        sheet.write_string(row, 1, book.say(f"legend.{kind}"), styles.title("body"))
        row += 1
    row += 1
    for topic in ("addin", "protection", "verify"):
        text = book.say(f"about.{topic}_text")
        sheet.write_string(row, 0, book.say(f"about.{topic}"), styles.title("label"))
        sheet.write_string(row, 1, text, styles.title("body"))
        page.fit_row(row, {1: text}, {1: ABOUT_WIDTH})
        row += 1
    template = f"{book.source.id} · {book.source.settings['version']}"
    sheet.write_string(row, 0, book.say("about.template"), styles.title("label"))
    sheet.write_string(row, 1, template, styles.title("body"))
    sheet.set_portrait()


def _answers(page: Page, row: int) -> int:
    """Result and overall check, so that the first sheet already answers."""
    book, results = page.book, page.book.layout["results"]
    large = book.book.add_format(
        {
            **FONT,
            "font_size": 16,
            "bold": True,
            "font_color": STAGE_COLOURS[0],
            "align": "left",
            "indent": 1,
            "num_format": KGCO2E,
        }
    )
    total, unit = (results.fixed(c, results.last) for c in ("cfp", "unit"))
    label = book.styles.title("label")
    page.sheet.set_row(row, 28)
    page.sheet.write_string(row, 0, book.say("about.result"), label)
    page.formula(row, 1, f'IF({total}="","",TEXT({total},"0.0000")&" "&{unit})', large)
    page.sheet.write_string(row + 1, 0, book.say("about.checks"), label)
    overall = f"{book.layout['checks'].fixed('seen', OVERALL_ROW)}"
    page.formula(row + 1, 1, overall, book.styles.title("body"))
    return row + 3


def _section(page: Page, row: int, key: str) -> int:
    form = page.book.styles.title("section")
    page.sheet.write_string(row, 0, page.book.say(f"about.{key}"), form)
    page.sheet.write_blank(row, 1, None, form)
    return row + 1


def declared(book: Book) -> None:
    """Figures of a published report, as text so that their digits survive."""
    page, region = book.page("declared"), book.layout["declared"]
    _records(page, "declared")
    page.choice(region.down("item"), ITEMS[book.lang], book.say("hint.printed"))
    for column in ("quantity", "factor", "emission", "share"):
        heading = book.heading("declared", column).splitlines()[0]
        page.hint(region.down(column), heading, book.say("hint.printed"))
    book.name("cfp_declared", region.block())
    page.freeze(region.first, 2)


def justifications(book: Book) -> None:
    """Written answers to findings; in a worked example their cells are given by name."""
    page, region = book.page("justifications"), book.layout["justifications"]
    _records(page, "justifications")
    book.name("cfp_justifications", region.block())
    page.freeze(region.first, 0)


def _records(page: Page, id: str) -> None:
    """Headings and rows of texts."""
    book, region = page.book, page.book.layout[id]
    kinds, wide = fills(id), widths(id, region.columns)
    page.header(region, kinds, wide)
    records = book.source.table(id)
    for offset, row in enumerate(range(region.first, region.last + 1)):
        record = dict(records[offset]) if offset < len(records) else {}
        if "cell" in record:
            record["cell"] = book.layout.resolve(record["cell"], book.source)
        for column in region.columns:
            form = book.styles.cell(kinds[column], TEXT)
            page.write(row, region.index(column), record.get(column, ""), form)
        texts = {region.index(column): record.get(column, "") for column in region.columns}
        page.fit_row(row, texts, dict(enumerate(wide)))
    page.close(region)
