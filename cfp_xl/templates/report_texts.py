"""The sheets of what people write for the report: its texts and pictures, and translations."""

from __future__ import annotations

from cfp_xl.footprint.report_texts import ENTRIES, TEXTS, translation_name
from cfp_xl.messages import text
from cfp_xl.templates.layout import HEADER_ROW, quoted
from cfp_xl.templates.page import Book, shown_width
from cfp_xl.templates.style import MARKS, TEXT
from cfp_xl.templates.table_columns import fills, widths

WIDTHS = (30, 64, 56, 40)
COLUMNS = ("entry", "text", "translation", "help")
LINE_HEIGHT, TEXT_HEIGHT = 24, 66
"""Of a row with one line, and of one with sentences or pictures."""


def report(book: Book) -> None:
    """A form: what each text is called, the text, the text in the other language, what belongs
    there."""
    page, styles = book.page("report"), book.styles
    sheet = page.sheet
    for column, key in enumerate(COLUMNS):
        sheet.set_column(column, column, WIDTHS[column])
        heading = book.say(f"report.heading.{key}")
        sheet.write_string(HEADER_ROW, column, heading, styles.title("header"))
    sheet.set_row(HEADER_ROW, 24)
    form, said = styles.cell("may", TEXT), book.source.report
    for row, entry in enumerate(ENTRIES, HEADER_ROW + 1):
        words = [said.get(name, "") for name in (entry, translation_name(entry))]
        sheet.set_row(row, _height(entry, words))
        label = f"{MARKS['may']} {text(f'exchange_out.fact.{entry}.label').in_lang(book.lang)}"
        sheet.write_string(row, 0, label, styles.title("label"))
        for column, one in enumerate(words, 1):
            page.write(row, column, one, form)
        help = text(f"exchange_out.fact.{entry}.help").in_lang(book.lang)
        sheet.write_string(row, 3, help, styles.title("help"))
        where = quoted(book.layout.sheets["report"])
        book.name(f"cfp_{entry}", f"{where}!$B${row + 1}")
        book.name(f"cfp_{translation_name(entry)}", f"{where}!$C${row + 1}")
    sheet.repeat_rows(HEADER_ROW)
    page.freeze(HEADER_ROW + 1, 1)


def _height(entry: str, words: list[str]) -> int:
    """Room for what is written there, and in an empty sheet for a few sentences."""
    lines = (
        sum(1 + shown_width(line) // (width - 3) for line in one.splitlines())
        for one, width in zip(words, WIDTHS[1:], strict=False)
    )
    return max(TEXT_HEIGHT if entry in TEXTS else LINE_HEIGHT, 6 + 15 * max(lines, default=1))


def translations(book: Book) -> None:
    """A row for each name or text that the report in the other language prints."""
    page, region = book.page("translations"), book.layout["translations"]
    kinds = fills("translations")
    page.header(region, kinds, widths("translations", region.columns))
    records = book.source.table("translations")
    for offset, row in enumerate(region.own_rows):
        record = records[offset] if offset < len(records) else {}
        for column, kind in kinds.items():
            form = book.styles.cell(kind, TEXT)
            page.write(row, region.index(column), record.get(column, ""), form)
    for column in ("text", "translation"):
        title = book.heading("translations", column).splitlines()[0]
        page.hint(region.down(column), title, book.say(f"hint.translation_{column}"))
    page.close(region)
    book.name("cfp_translations", region.block())
    page.freeze(region.first, 1)
