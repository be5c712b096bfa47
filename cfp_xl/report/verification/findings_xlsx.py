"""Findings as a table to be answered in a spreadsheet program; `cfp-xl justify` reads it back."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from math import ceil
from typing import Any

from cfp_xl.a1 import column_letters
from cfp_xl.messages import Lang, say
from cfp_xl.report.verification.findings_foot import number_in, write_foot
from cfp_xl.verify.judging.dialogue import CLASSES, TableRow, joined
from cfp_xl.verify.judging.findings_table import COLUMNS, FILLED_IN, heading, rows_of
from cfp_xl.verify.result import Verification

HEADER_ROW = 3
WIDTHS: Mapping[str, float] = {
    "number": 6,
    "file": 16,
    "code": 7,
    "severity": 8,
    "class": 13,
    "place": 15,
    "row": 22,
    "quote": 34,
    "finding": 50,
    "value_seen": 14,
    "impact": 11,
    "question": 34,
    "clause": 18,
    "reason": 36,
    "who": 10,
    "date": 12,
    "evidence": 18,
    "round": 6,
    "closed_by": 10,
    "closed_on": 12,
    "state": 9,
    "may_answer": 9,
    "fingerprint": 3,
}
OF_WORKBOOKS = ("file", "row", "value_seen", "may_answer")
"""Columns that the table of a report does not need: they are hidden there."""
DAYS, NUMBERS = ("date", "closed_on"), ("number", "impact", "round")
FONT = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "top", "text_wrap": True}
CELL = {**FONT, "bottom": 4, "right": 4, "right_color": "#C0C0C0"}
LONGEST_LIST = 255
"""Characters of a list in a data validation."""
LINE, MOST_LINES = 14.5, 20
"""Points of a line; programs do not fit rows by themselves where a file gives no height."""
FREE_ROWS = 15
"""Empty rows below the findings, for those of a person."""


def findings_xlsx(result: Verification, lang: Lang) -> bytes:
    """The table of all files; every text in it is a text, whatever it begins with."""
    totals = [file.footprint.total_kgco2e for file in result.files if file.footprint]
    total = totals[0] if len(totals) == 1 else None
    return findings_workbook(table_of(result, lang), lang, total=total)


def table_of(result: Verification, lang: Lang) -> list[TableRow]:
    """The rows of all files, with what an earlier table holds of them."""
    rows = [row for file in result.files for row in rows_of(file, lang)]
    return joined(rows, result.dialogue, lang)


def findings_workbook(
    rows: Sequence[TableRow], lang: Lang, *, total: float | None, of_report: bool = False
) -> bytes:
    """The workbook of a table; `total` is what its impacts are held against."""
    from xlsxwriter import Workbook

    target = io.BytesIO()
    book = Workbook(target, {"in_memory": True, "strings_to_formulas": False})
    # A date of its own would make two tables of one result differ.
    book.set_properties({"created": datetime(2026, 1, 1)})
    sheet = book.add_worksheet(say("justify.sheet", lang))
    title, how = ("of_report", "how_report") if of_report else ("title", "how")
    sheet.write_string(0, 0, say(f"justify.{title}", lang), book.add_format(_bold(15)))
    sheet.write_string(1, 0, say(f"justify.{how}", lang), book.add_format({"font_size": 10}))
    _headings(book, sheet, lang, OF_WORKBOOKS if of_report else ())
    _rows(book, sheet, rows)
    _choices(sheet, rows, lang)
    write_foot(book, sheet, rows, lang, header=HEADER_ROW, free=FREE_ROWS, total=total)
    _on_paper(sheet, len(rows))
    book.close()
    return target.getvalue()


def _bold(size: float) -> dict[str, Any]:
    return {"font_name": "Microsoft YaHei", "bold": True, "font_size": size}


def _headings(book: Any, sheet: Any, lang: Lang, unused: Sequence[str]) -> None:
    plain = book.add_format({**FONT, "bold": True, "bg_color": "#E3E9EE", "bottom": 1})
    asked = book.add_format({**FONT, "bold": True, "bg_color": "#FFF2CC", "bottom": 1})
    for number, column in enumerate(COLUMNS):
        form = asked if column in FILLED_IN else plain
        sheet.write_string(HEADER_ROW, number, heading(column).in_lang(lang), form)
        options = {"hidden": True} if column in ("fingerprint", *unused) else {}
        sheet.set_column(number, number, WIDTHS[column], None, options)
    sheet.set_row(HEADER_ROW, 2 * LINE)
    sheet.freeze_panes(HEADER_ROW + 1, COLUMNS.index("code") + 1)


def _rows(book: Any, sheet: Any, rows: Sequence[TableRow]) -> None:
    plain = book.add_format(CELL)
    middle = book.add_format({**CELL, "align": "center"})
    typed = book.add_format({**CELL, "bg_color": "#FFFBEB"})
    day = book.add_format({**CELL, "bg_color": "#FFFBEB", "num_format": "yyyy-mm-dd"})
    free: list[TableRow] = [{}] * FREE_ROWS
    for number, row in enumerate([*rows, *free], HEADER_ROW + 1):
        sheet.set_row(number, LINE * _lines(row))
        for column, name in enumerate(COLUMNS):
            value = row.get(name, "")
            form = day if name in DAYS else typed if name in FILLED_IN else plain
            form = middle if name in ("number", "code") else form
            if name in DAYS and (when := _day(value)):
                sheet.write_datetime(number, column, when, form)
            elif name in NUMBERS and (amount := number_in(value)) is not None:
                sheet.write_number(number, column, amount, form)
            elif value:
                sheet.write_string(number, column, value, form)
            else:
                sheet.write_blank(number, column, None, form)


def _lines(row: TableRow) -> int:
    """How many lines the longest text of a row takes; a Chinese character is two letters wide."""
    needed = [
        ceil(sum(2 if ord(c) > 0x2E7F else 1 for c in row.get(name, "")) / (width * 0.95))
        for name, width in WIDTHS.items()
        if name not in ("file", "fingerprint")
    ]
    return min(max(1, *needed), MOST_LINES)


def _day(text: str) -> datetime | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return datetime(day.year, day.month, day.day)


def _choices(sheet: Any, rows: Sequence[TableRow], lang: Lang) -> None:
    """Lists of what the workbooks say already, which may be typed over; and real dates."""
    first, last = HEADER_ROW + 1, HEADER_ROW + len(rows) + FREE_ROWS
    choices = {"class": [say(f"justify.class.{one}", lang) for one in CLASSES]}
    for name in ("reason", "who", "closed_by"):
        written = (row.get(name, "") for row in rows)
        choices[name] = list(dict.fromkeys(text for text in written if text and "," not in text))
    for name, known in choices.items():
        while known and len(",".join(known)) > LONGEST_LIST:
            known.pop()
        if known:
            column = COLUMNS.index(name)
            chosen = {"validate": "list", "source": known, "show_error": name == "class"}
            sheet.data_validation(first, column, last, column, chosen)
    for name in DAYS:
        column = COLUMNS.index(name)
        is_day = {
            "validate": "date",
            "criteria": ">=",
            "value": datetime(2000, 1, 1),
            "error_title": heading(name).in_lang(lang),
            "error_message": say("justify.a_date", lang),
        }
        sheet.data_validation(first, column, last, column, is_day)


def _on_paper(sheet: Any, count: int) -> None:
    """Landscape, as wide as a page, the headings on each."""
    last = COLUMNS.index("state")
    sheet.autofilter(HEADER_ROW, 0, HEADER_ROW + count + FREE_ROWS, len(COLUMNS) - 1)
    sheet.print_area(f"A1:{column_letters(last + 1)}{HEADER_ROW + count + FREE_ROWS + 10}")
    sheet.set_landscape()
    sheet.set_paper(8)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEADER_ROW)
    sheet.set_footer("&L&F&R&P / &N")
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
