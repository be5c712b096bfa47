"""The study as a workbook: a sheet a section, with charts of the spreadsheet program's own."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from cfp_xl.messages import Lang, say
from cfp_xl.report.study.sections import ShownNumber, StudySection, edges, histogram, sections

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from cfp_xl.whatif.reported import Reported

LONGEST_SHEET_NAME = 31
TABLE_ROW = 2
"""The row of the headings, from 0: above it the title."""
FILLS = {"start": {"none": True}, "length": {"color": "#B5652B"}, "fall": {"color": "#3A7D44"}}
"""By series: what emits more is brown, what emits less green."""
UPRIGHT = 320
"""Pixels of a chart of columns."""
TEXT_WIDTH, NUMBER_WIDTH = 42, 20
LONGEST_PAGE = 40
"""A table of more rows goes over several pages."""


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


def _scale(bars: Sequence[tuple[float, float]]) -> dict[str, Any]:
    """The axis of values: from 0 where bars begin there, else from near the lowest end. Said, as
    LibreOffice cuts bars off below their ends otherwise: a tenth less looked like half."""
    ends = [end for bar in bars for end in bar]
    low, high = min(ends), max(ends)
    lines = {"major_gridlines": {"visible": True, "line": {"color": "#DDDDDD"}}}
    if low == 0:
        return {**lines, "min": 0}
    if low < 0 or high <= low:
        return lines
    step = 10.0 ** math.floor(math.log10(high - low))
    return {**lines, "min": math.floor(low / step) * step, "num_format": "General"}


def _named(series: str, section: StudySection) -> str:
    """What a series of bars is called: a bar's length means another thing in each kind of chart."""
    if series != "length":
        return series
    if all(min(bar) == 0 for bar in section.bars):
        return "bar"
    return "rise" if section.is_upright else "width"


def _is_of_numbers(section: StudySection, column: int) -> bool:
    """Whether a column holds a number in any row: then its ranges and dashes stand like these."""
    cells = [row[column] for row in section.rows if column < len(row)]
    return column > 0 and any(
        isinstance(cell, ShownNumber) or " … " in cell or " ± " in cell for cell in cells
    )


class _Pages:
    """Sheets written with the formats of one workbook."""

    def __init__(self, book: Workbook, lang: Lang) -> None:
        self.book, self.lang = book, lang
        self.title = book.add_format({"bold": True, "font_size": 14})
        heading = {"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom"}
        self.head = book.add_format(heading)
        self.head_right = book.add_format({**heading, "align": "right"})
        self.text_right = book.add_format({"align": "right"})
        self.number = book.add_format({"num_format": "0.0###"})
        self.whole = book.add_format({"num_format": "0"})
        self.percent = book.add_format({"num_format": "0.0%"})
        self.names: set[str] = set()

    def add(self, section: StudySection) -> None:
        """A sheet: title, table, the ends of its bars, notes, and a chart of these."""
        sheet = self.book.add_worksheet(self._name(section.title))
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0 if len(section.rows) > LONGEST_PAGE else 1)
        sheet.set_column(0, 0, TEXT_WIDTH)
        sheet.set_column(1, len(section.columns) + 2, NUMBER_WIDTH)
        sheet.write_string(0, 0, section.title, self.title)
        for at, heading in enumerate(section.columns):
            form = self.head_right if at and _is_of_numbers(section, at) else self.head
            sheet.write_string(TABLE_ROW, at, heading, form)
        for down, row in enumerate(section.rows, TABLE_ROW + 1):
            for at, cell in enumerate(row):
                self._cell(sheet, down, at, cell, to_right=_is_of_numbers(section, at))
        below = TABLE_ROW + len(section.rows) + 2
        for down, note in enumerate(section.notes, below):
            sheet.write_string(down, 0, note)
        if section.bars:
            self._chart(sheet, section, below + len(section.notes) + 1)

    def _cell(self, sheet: Worksheet, row: int, column: int, cell: str, *, to_right: bool) -> None:
        if isinstance(cell, ShownNumber):
            form = self.percent if cell.endswith("%") else self._number(cell.value)
            sheet.write_number(row, column, cell.value, form)
        else:
            sheet.write_string(row, column, cell, self.text_right if to_right else None)

    def _number(self, value: float) -> Format:
        return self.whole if value.is_integer() else self.number

    def _chart(self, sheet: Worksheet, section: StudySection, row: int) -> None:
        """Bars from where they start: a stacked chart whose first series is not seen, with another
        colour where a bar goes down."""
        first, last = TABLE_ROW + 1, TABLE_ROW + len(section.bars)
        series = {
            "start": [min(bar) for bar in section.bars],
            "length": [max(other - one, 0.0) for one, other in section.bars],
            "fall": [max(one - other, 0.0) for one, other in section.bars],
        }
        chart = self.book.add_chart(
            {"type": "column" if section.is_upright else "bar", "subtype": "stacked"}
        )
        seen = {key: values for key, values in series.items() if any(values)}
        for at, (key, values) in enumerate(seen.items(), len(section.columns)):
            heading = say(f"report.study.column_{_named(key, section)}", self.lang)
            sheet.write_string(TABLE_ROW, at, heading, self.head_right)
            for down, value in enumerate(values, first):
                sheet.write_number(down, at, value, self._number(value))
            chart.add_series(
                {
                    "categories": [sheet.get_name(), first, 0, last, 0],
                    "values": [sheet.get_name(), first, at, last, at],
                    "fill": FILLS[key],
                    "gap": 40,
                }
            )
        chart.set_title({"name": section.title, "name_font": {"size": 12}})
        chart.set_legend({"none": True})
        names = {
            "label_position": "low",
            "reverse": not section.is_upright,
            "num_format": "0",  # of a histogram the categories are numbers
        }
        if not section.is_upright:
            names |= {"interval_unit": 1, "num_font": {"size": 9}}  # a name at every bar
        axes = (names, _scale(section.bars))
        chart.set_x_axis(axes[0 if section.is_upright else 1])
        chart.set_y_axis(axes[1 if section.is_upright else 0])
        height = UPRIGHT if section.is_upright else max(220, 60 + 34 * len(section.bars))
        chart.set_size({"width": 760, "height": height})
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
