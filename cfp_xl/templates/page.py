"""The paper our sheets are written on: XlsxWriter with our styles, texts and cached values."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from cfp_xl.footprint.columns import column as schema_column
from cfp_xl.footprint.factors import Factor, Library, builtin, pin_text
from cfp_xl.footprint.inventory import ActivityStatus
from cfp_xl.footprint.wording import is_blank
from cfp_xl.functions.values import Scalar
from cfp_xl.messages import Lang, Text, catalogue, say, text
from cfp_xl.schema.printed import last_printed
from cfp_xl.schema.region import CLOSING
from cfp_xl.templates.layout import HEADER_ROW, ProductLayout, TemplateRegion
from cfp_xl.templates.source import Record, WorkbookSource
from cfp_xl.templates.style import MARKS, Kind, TemplateStyles
from cfp_xl.templates.table_columns import widths
from cfp_xl.templates.writer import put, put_formula

OPEN = frozenset(CLOSING) - {"answers", "history"} | {"report"}
"""Sheets whose table people lengthen, or onto which they put pictures: a protected one lets nobody
insert, sort or delete rows that hold formulas. The seal and `verify` guard these.
What a program writes stays protected."""
PRINTED_TO = {"activities": "diagnose", "assemblies": "native", "factors": "boundary"}
"""Of wide tables the last column on paper; right of it are ids and workings."""
Cached = Callable[[str, int, int], Scalar]
"""(sheet, row, column), both from 1 → the value to store with the formula there; None: no value."""


@dataclass(frozen=True)
class Book:
    """One workbook being written."""

    book: Workbook
    source: WorkbookSource
    layout: ProductLayout
    library: Library
    cached: Cached
    styles: TemplateStyles

    @property
    def lang(self) -> Lang:
        return self.source.lang

    @property
    def is_native(self) -> bool:
        """Whether its formulas do without CFP functions; its words then differ in places."""
        return self.source.is_native

    @property
    def factors(self) -> tuple[Factor, ...]:
        """The factors that the workbook pins, in its order."""
        return tuple(self.library.get(id) for id in self.source.factor_ids)

    @property
    def pin(self) -> str:
        """The factor sets they come from, by version and hash."""
        return pin_text(builtin(set_id) for set_id in dict.fromkeys(f.set_id for f in self.factors))

    def say(self, key: str, **values: object) -> str:
        own = f"templates.native.{key}"
        is_own = self.is_native and own in catalogue()
        return say(own if is_own else f"templates.{key}", self.lang, **values)

    def status(self, status: ActivityStatus) -> str:
        """The word that the status column holds."""
        return status.text.zh if self.lang == "zh" else status.value

    def heading(self, sheet: str, column: str) -> str:
        """A column's heading; one that people would not write keeps its id on a second line."""
        both = _heading(sheet, column, is_native=self.is_native)
        if self.lang == "zh":
            return f"{both.zh}\n{both.en}"
        plain = both.en.replace("_", " ")
        shown = plain if plain.startswith("kg") else plain[:1].upper() + plain[1:]
        return shown if plain == both.en else f"{shown}\n{both.en}"

    def page(self, id: str) -> Page:
        """A new sheet with its title, its note, protection and print set-up."""
        sheet = self.book.add_worksheet(self.layout.sheets[id])
        page = Page(self, id, sheet)
        page.set_up()
        return page

    def name(self, name: str, refers_to: str) -> None:
        self.book.define_name(name, f"={refers_to}")


@dataclass(frozen=True)
class Page:
    """One sheet being written; rows and columns from 0."""

    book: Book
    id: str
    sheet: Worksheet

    def set_up(self) -> None:
        sheet, styles = self.sheet, self.book.styles
        sheet.hide_gridlines(2)
        sheet.set_default_row(20)
        sheet.set_row(0, 32)
        title = self.book.source.settings["title"]
        if self.id != "about":
            title = self.book.say(f"title.{self.id}")
        sheet.write_string(0, 0, title, styles.title("title"))
        sheet.write_string(1, 0, self.book.say(f"note.{self.id}"), styles.title("subtitle"))
        if note := self.book.source.notes.get(self.id):
            sheet.write_string(2, 0, note, styles.title("subtitle"))
        if self.id not in OPEN:
            sheet.protect(
                "",
                {
                    "format_columns": True,
                    "format_rows": True,
                    "select_locked_cells": True,
                    "select_unlocked_cells": True,
                },
            )
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
        sheet.set_footer(f"&L&8{self.book.source.settings['title']}&C&8&A&R&8&P / &N")

    def header(
        self, region: TemplateRegion, kinds: Mapping[str, Kind], widths: Sequence[float]
    ) -> None:
        """Headings of a table, above each the mark of its kind; panes and print titles follow."""
        styles = self.book.styles
        texts = [self.book.heading(self.id, column) for column in region.columns]
        lines = [lines_of(text, width) for text, width in zip(texts, widths, strict=False)]
        self.sheet.set_row(region.header, 4 + 15 * max(lines, default=2))
        for offset, column in enumerate(region.columns):
            kind = kinds.get(column, "computed")
            index = region.left + offset
            if kind != "plain":
                mark = f"{MARKS[kind]} {self.book.say(f'kind.{kind}')}"
                self.sheet.write_string(region.header - 1, index, mark, styles.mark(kind))
            self.sheet.write_string(region.header, index, texts[offset], styles.title("header"))
            if offset < len(widths):
                self.sheet.set_column(index, index, widths[offset])
        if region.header == HEADER_ROW and self.id != "results":  # which has several tables
            self.sheet.repeat_rows(region.header)

    def fold(
        self, region: TemplateRegion, columns: Sequence[str], rows: Sequence[Record] = ()
    ) -> None:
        """Groups adjoining columns and folds them away, unless a row fills one of them; the +
        stands above the next column."""
        is_used = any(row.get(column) for row in rows for column in columns)
        wide = widths(self.id, region.columns)
        for column in columns:
            index = region.index(column)
            of_group = {"level": 1, "hidden": not is_used}
            self.sheet.set_column(index, index, wide[index - region.left], None, of_group)
        after = region.index(columns[-1]) + 1
        width = wide[after - region.left] if after - region.left < len(wide) else 9
        self.sheet.set_column(after, after, width, None, {"collapsed": not is_used})

    def close(self, region: TemplateRegion, say: str = "closing") -> None:
        """The last row of a growing table, which its ranges take in: rows go in above it."""
        form = self.book.styles.title("closing")
        self.sheet.set_row(region.closing, 20)
        for column in region.columns:
            self.sheet.write_blank(region.closing, region.index(column), None, form)
        at = region.index(CLOSING[region.table])
        self.sheet.write_string(region.closing, at, self.book.say(say), form)
        self._print(region)

    def _print(self, region: TemplateRegion) -> None:
        """On paper are the filled rows and what else the first page holds."""
        table = region.table
        filled = len(self.book.source.table(table))
        if table == "factors":
            filled = len(self.book.factors)
        elif table == "processes":
            shown = (self.book.cached(region.sheet, row + 1, 1) for row in region.own_rows)
            filled = sum(not is_blank(value) for value in shown)
        last = last_printed(table, region.header, region.closing, region.header + filled)
        self.sheet.print_area(0, 0, last, region.index(PRINTED_TO.get(table, region.columns[-1])))

    def freeze(self, row: int, column: int = 0) -> None:
        self.sheet.freeze_panes(row, column)

    def write(self, row: int, column: int, value: Scalar | date, form: Format) -> None:
        """A constant; None leaves a formatted blank."""
        put(self.sheet, row, column, value, form)

    def formula(self, row: int, column: int, formula: str, form: Format) -> None:
        """A formula with the value that the second pass of the build knows for it."""
        value = self.book.cached(self.sheet.get_name(), row + 1, column + 1)
        put_formula(self.sheet, row, column, formula, form, value)

    def fit_row(self, row: int, texts: Mapping[int, str], widths: Mapping[int, float]) -> None:
        """Makes a row high enough for wrapped texts; spreadsheet programs don't do it on load."""
        lines = (
            1 + int(shown_width(text) / (widths[column] - 2)) for column, text in texts.items()
        )
        self.sheet.set_row(row, 6 + 15 * max(lines, default=1))

    def choice(
        self,
        where: str,
        values: str | Sequence[str],
        message: str,
        *,
        title: str = "",
        else_ask: str = "",
    ) -> None:
        """A dropdown over a range (`=…`) or a list, with an input message; anything else is
        refused, or asked about by `else_ask`."""
        self.sheet.data_validation(
            where,
            {
                "validate": "list",
                "source": values if isinstance(values, str) else list(values),
                "input_title": title or self.book.say("choose"),
                "input_message": message,
                "error_title": self.book.say("not_in_list_title"),
                "error_type": "warning" if else_ask else "stop",
                "error_message": else_ask or self.book.say("not_in_list"),
            },
        )

    def hint(self, where: str, title: str, message: str) -> None:
        """An input message without any restriction."""
        self.sheet.data_validation(
            where, {"validate": "any", "input_title": title, "input_message": message}
        )


def lines_of(text: str, width: float) -> int:
    """So many lines a wrapped text takes in a column so wide, two at least; bold letters are
    wider."""
    wrapped = (max(1, math.ceil(shown_width(line) * 1.1 / width)) for line in text.splitlines())
    return max(2, sum(wrapped))


def shown_width(text: str) -> int:
    """Columns a text takes: a Chinese character takes two."""
    return sum(2 if ord(character) > 0x2E7F else 1 for character in text)


def _heading(sheet: str, column: str, *, is_native: bool) -> Text:
    """Our own heading where we have one, else the schema's."""
    own = f"templates.heading.{sheet}.{column}"
    edition = f"templates.native.heading.{sheet}.{column}"
    if is_native and edition in catalogue():
        return text(edition)
    return text(own) if own in catalogue() else schema_column(sheet, column).heading
