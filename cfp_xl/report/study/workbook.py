"""The study as a workbook: a sheet a section, with charts of the spreadsheet program's own."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from cfp_xl.messages import Lang, say
from cfp_xl.report.study.sections import ShownNumber, StudySection, edges, histogram, sections

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

    from cfp_xl.whatif.reported import Reported

LONGEST_SHEET_NAME = 31
TABLE_ROW = 2
"""The row of the headings, from 0: above it the title."""
GREEN = "#3A7D44"
TEXT_WIDTH, NUMBER_WIDTH = 42, 16


def study_xlsx(reported: Reported, lang: Lang) -> bytes:
    """The workbook; every text in it is a text, whatever it begins with."""
    from xlsxwriter import Workbook

    target = io.BytesIO()
    book = Workbook(target, {"in_memory": True, "strings_to_formulas": False})
    # A date of its own would make two files of one study differ.
    book.set_properties({"created": datetime(2026, 1, 1)})
    pages = _Pages(book, lang)
    for section in _all(reported, lang):
        pages.add(section)
    book.close()
    return target.getvalue()


def _all(reported: Reported, lang: Lang) -> Iterator[StudySection]:
    yield from sections(reported, lang)
    if reported.product is not None:
        if (found := histogram(reported.product, lang)) is not None:
            yield found
        yield edges(reported.product, lang)


class _Pages:
    """Sheets written with the formats of one workbook."""

    def __init__(self, book: Workbook, lang: Lang) -> None:
        self.book, self.lang = book, lang
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
        self.number = book.add_format({"num_format": "0.0000"})
        self.percent = book.add_format({"num_format": "0.0%"})
        self.names: set[str] = set()

    def add(self, section: StudySection) -> None:
        """A sheet: title, table, the ends of its bars, notes, and a chart of these."""
        sheet = self.book.add_worksheet(self._name(section.title))
        sheet.hide_gridlines(2)
        sheet.set_column(0, 0, TEXT_WIDTH)
        sheet.set_column(1, len(section.columns) + 1, NUMBER_WIDTH)
        sheet.write_string(0, 0, section.title, self.title)
        for at, heading in enumerate(section.columns):
            sheet.write_string(TABLE_ROW, at, heading, self.head)
        for down, row in enumerate(section.rows, TABLE_ROW + 1):
            for at, cell in enumerate(row):
                self._cell(sheet, down, at, cell)
        below = TABLE_ROW + len(section.rows) + 2
        for down, note in enumerate(section.notes, below):
            sheet.write_string(down, 0, note)
        if section.bars:
            self._chart(sheet, section, below + len(section.notes) + 1)

    def _cell(self, sheet: Worksheet, row: int, column: int, cell: str) -> None:
        if isinstance(cell, ShownNumber):
            form = self.percent if cell.endswith("%") else self.number
            sheet.write_number(row, column, cell.value, form)
        else:
            sheet.write_string(row, column, cell)

    def _chart(self, sheet: Worksheet, section: StudySection, row: int) -> None:
        """Bars from where they start: a stacked chart whose first series is not seen."""
        first, last = TABLE_ROW + 1, TABLE_ROW + len(section.bars)
        start = len(section.columns)
        for at, key in enumerate(("start", "length")):
            heading = say(f"report.study.column_{key}", self.lang)
            sheet.write_string(TABLE_ROW, start + at, heading, self.head)
        for down, (one, other) in enumerate(section.bars, first):
            sheet.write_number(down, start, min(one, other), self.number)
            sheet.write_number(down, start + 1, abs(other - one), self.number)
        kind = "column" if section.is_upright else "bar"
        chart = self.book.add_chart({"type": kind, "subtype": "stacked"})
        for at in (0, 1):
            fill = {"none": True} if at == 0 else {"color": GREEN}
            chart.add_series(
                {
                    "categories": [sheet.get_name(), first, 0, last, 0],
                    "values": [sheet.get_name(), first, start + at, last, start + at],
                    "fill": fill,
                    "gap": 40,
                }
            )
        chart.set_title({"name": section.title})
        chart.set_legend({"none": True})
        if not section.is_upright:
            chart.set_y_axis({"reverse": True})
        chart.set_size({"width": 760, "height": max(220, 60 + 26 * len(section.bars))})
        sheet.insert_chart(row, 0, chart)

    def _name(self, title: str) -> str:
        """A sheet's name: without what one may not hold, and none twice."""
        plain = re.sub(r"[\[\]:*?/\\']", " ", title).strip()[:LONGEST_SHEET_NAME].strip()
        name, number = plain, 1
        while name.casefold() in self.names:
            number += 1
            name = f"{plain[: LONGEST_SHEET_NAME - 4]} {number}"
        self.names.add(name.casefold())
        return name
