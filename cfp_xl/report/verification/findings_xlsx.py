"""Findings as a table to be answered in a spreadsheet program; `cfp-xl justify` reads it back."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from cfp_xl.messages import Lang, say
from cfp_xl.verify.judging.findings_table import ANSWER, COLUMNS, heading, rows_of
from cfp_xl.verify.result import Verification

HEADER_ROW = 3
WIDTHS: Mapping[str, float] = {
    "file": 20,
    "severity": 8,
    "code": 7,
    "place": 17,
    "row": 28,
    "finding": 60,
    "value_seen": 20,
    "reason": 46,
    "who": 12,
    "date": 12,
    "may_answer": 9,
    "fingerprint": 3,
}
FONT = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "top", "text_wrap": True}
LONGEST_LIST = 255
"""Characters of a list in a data validation."""


def findings_xlsx(result: Verification, lang: Lang) -> bytes:
    """The table of all files; every text in it is a text, whatever it begins with."""
    from xlsxwriter import Workbook

    target = io.BytesIO()
    book = Workbook(target, {"in_memory": True, "strings_to_formulas": False})
    # A date of its own would make two tables of one result differ.
    book.set_properties({"created": datetime(2026, 1, 1)})
    rows = [row for file in result.files for row in rows_of(file, lang)]
    sheet = book.add_worksheet(say("justify.sheet", lang))
    sheet.write_string(0, 0, say("justify.title", lang), book.add_format(_bold(15)))
    sheet.write_string(1, 0, say("justify.how", lang), book.add_format({"font_size": 10}))
    _headings(book, sheet, lang)
    _rows(book, sheet, rows)
    _choices(sheet, rows, lang)
    _on_paper(sheet, len(rows))
    book.close()
    return target.getvalue()


def _bold(size: float) -> dict[str, Any]:
    return {"font_name": "Microsoft YaHei", "bold": True, "font_size": size}


def _headings(book: Any, sheet: Any, lang: Lang) -> None:
    plain = book.add_format({**FONT, "bold": True, "bg_color": "#E3E9EE", "bottom": 1})
    asked = book.add_format({**FONT, "bold": True, "bg_color": "#FFF2CC", "bottom": 1})
    for number, column in enumerate(COLUMNS):
        form = asked if column in ANSWER else plain
        sheet.write_string(HEADER_ROW, number, heading(column).in_lang(lang), form)
        options = {"hidden": True} if column == "fingerprint" else {}
        sheet.set_column(number, number, WIDTHS[column], None, options)
    sheet.freeze_panes(HEADER_ROW + 1, COLUMNS.index("place") + 1)


def _rows(book: Any, sheet: Any, rows: Sequence[Mapping[str, str]]) -> None:
    plain = book.add_format({**FONT, "bottom": 4})
    typed = book.add_format({**FONT, "bottom": 4, "bg_color": "#FFFBEB"})
    day = book.add_format({**FONT, "bottom": 4, "bg_color": "#FFFBEB", "num_format": "yyyy-mm-dd"})
    for number, row in enumerate(rows, HEADER_ROW + 1):
        for column, name in enumerate(COLUMNS):
            is_day = name == "date"
            form = day if is_day else typed if name in ANSWER else plain
            if is_day and (when := _day(row[name])):
                sheet.write_datetime(number, column, when, form)
            elif row[name]:
                sheet.write_string(number, column, row[name], form)
            else:
                sheet.write_blank(number, column, None, form)


def _day(text: str) -> datetime | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return datetime(day.year, day.month, day.day)


def _choices(sheet: Any, rows: Sequence[Mapping[str, str]], lang: Lang) -> None:
    """Lists of what the workbooks say already, which may be typed over; and real dates."""
    last = HEADER_ROW + max(len(rows), 1)
    for name in ("reason", "who"):
        known = list(dict.fromkeys(row[name] for row in rows if row[name] and "," not in row[name]))
        while known and len(",".join(known)) > LONGEST_LIST:
            known.pop()
        if known:
            column = COLUMNS.index(name)
            sheet.data_validation(
                HEADER_ROW + 1,
                column,
                last,
                column,
                {"validate": "list", "source": known, "show_error": False},
            )
    column = COLUMNS.index("date")
    sheet.data_validation(
        HEADER_ROW + 1,
        column,
        last,
        column,
        {
            "validate": "date",
            "criteria": ">=",
            "value": datetime(2000, 1, 1),
            "error_title": heading("date").in_lang(lang),
            "error_message": say("justify.a_date", lang),
        },
    )


def _on_paper(sheet: Any, count: int) -> None:
    """Landscape, as wide as a page, the headings on each."""
    sheet.autofilter(HEADER_ROW, 0, HEADER_ROW + max(count, 1), len(COLUMNS) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEADER_ROW)
    sheet.set_footer("&L&F&R&P / &N")
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
