"""The paper that the supplier's sheets are written on: one or two languages, our styles."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from xlsxwriter import Workbook as Writer
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from cfp_xl.footprint.columns import column_of, columns, tables
from cfp_xl.functions.values import Scalar
from cfp_xl.messages import Text, catalogue, text
from cfp_xl.templates.layout import TemplateRegion
from cfp_xl.templates.page import shown_width
from cfp_xl.templates.style import BAD, FONT, GOOD, MARKS, Kind, TemplateStyles
from cfp_xl.templates.supplier.fields import words
from cfp_xl.templates.supplier.layout import SupplierLayout
from cfp_xl.templates.writer import put, put_formula

Cached = Callable[[str, int, int], Scalar]
"""(sheet, row, column), both from 1 → the value to store with the formula there."""

WAITING = {"font_color": "#8A5A00", "bg_color": "#FFF3D6", "bold": True}
ASIDE = {"font_color": "#9AA3AD", "bg_color": "#F4F6F7"}
"""For a question that need not be answered."""


@dataclass(frozen=True)
class SheetPaper:
    """One edition being written."""

    writer: Writer
    layout: SupplierLayout
    cached: Cached
    styles: TemplateStyles

    def text(self, key: str) -> Text:
        """A text of ours; an edition for carriage may have its own."""
        own = f"supplier_template.{self.layout.kind}.{key}"
        return text(own if own in catalogue() else f"supplier_template.{key}")

    def say(self, key: str) -> str:
        """A short text on one line."""
        return words(self.text(key), self.layout.lang)

    def paragraph(self, key: str) -> str:
        """A longer text; in two languages each begins a line of its own."""
        return self.both(self.text(key))

    def both(self, of: Text) -> str:
        lang = self.layout.lang
        if lang != "both":
            return of.in_lang(lang)
        return of.zh if of.zh == of.en else f"{of.zh}\n{of.en}"

    def quoted(self, key: str) -> str:
        """A short text as a formula holds it."""
        return '"' + self.say(key).replace('"', '""') + '"'

    def quoted_word(self, key: str) -> str:
        """A word that is read by our schema, which knows no two languages at once."""
        return f'"{self.text(key).in_lang("zh" if self.layout.lang == "zh" else "en")}"'

    def heading(self, table: str, column: str) -> str:
        """A column's heading; one that a reader would not know has the column's id below it."""
        shown = self.both(self.text(f"heading.{table}.{column}"))
        ids = [known.id for known in columns(table)] if table in tables() else []
        known = column_of(table, shown) if ids else None
        is_plain = column not in ids or (known is not None and known.id == column)
        return shown if is_plain else f"{shown}\n{column}"

    def sheet(self, id: str, *, is_portrait: bool = False) -> PaperSheet:
        """A new sheet with its title, protection and print set-up."""
        sheet = PaperSheet(self, id, self.writer.add_worksheet(self.layout.sheets[id]))
        sheet.set_up(is_portrait=is_portrait)
        return sheet

    def name(self, name: str, refers_to: str) -> None:
        self.writer.define_name(name, f"={refers_to}")

    def form(self, **properties: object) -> Format:
        return self.writer.add_format({**FONT, "valign": "vcenter", **properties})


@dataclass(frozen=True)
class PaperSheet:
    """One sheet being written; rows and columns from 0."""

    paper: SheetPaper
    id: str
    sheet: Worksheet

    def set_up(self, *, is_portrait: bool) -> None:
        sheet, paper = self.sheet, self.paper
        sheet.hide_gridlines(2)
        sheet.set_default_row(20)
        sheet.set_row(0, 32)
        sheet.write_string(0, 0, paper.say(f"title.{self.id}"), paper.styles.title("title"))
        if self.id != "fill":  # where the second line says whose sheet it is
            sheet.write_string(1, 0, paper.say(f"note.{self.id}"), paper.styles.title("subtitle"))
        sheet.protect(
            "",
            {
                "format_columns": True,
                "format_rows": True,
                "select_locked_cells": True,
                "select_unlocked_cells": True,
            },
        )
        if is_portrait:
            sheet.set_portrait()
        else:
            sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
        sheet.set_footer(f"&L&8{paper.say('title.readme')}&R&8&P / &N")

    def widths(self, *widths: float) -> None:
        for column, width in enumerate(widths):
            self.sheet.set_column(column, column, width)

    def write(self, row: int, column: int, value: Scalar | date, form: Format) -> None:
        put(self.sheet, row, column, value, form)

    def formula(self, row: int, column: int, formula: str, form: Format) -> None:
        value = self.paper.cached(self.sheet.get_name(), row + 1, column + 1)
        put_formula(self.sheet, row, column, formula, form, value)

    def section(self, row: int, key: str, last: int) -> None:
        """A heading across the columns up to `last`."""
        form = self.paper.styles.title("section")
        self.sheet.write_string(row, 0, self.paper.say(key), form)
        for column in range(1, last + 1):
            self.sheet.write_blank(row, column, None, form)

    def prose(self, row: int, key: str, first: int, last: int, width: float) -> None:
        """A paragraph across columns `first` to `last`, which are `width` wide together."""
        written = self.paper.paragraph(key)
        form = self.paper.styles.title("body")
        self.sheet.merge_range(row, first, row, last, written, form)
        self.fit(row, (written, width))

    def fit(self, row: int, *texts: tuple[str, float], least: float = 22) -> None:
        """Makes a row high enough for wrapped texts, each with the width it has."""
        lines = (
            sum(1 + int(shown_width(line) / (width - 2)) for line in written.split("\n"))
            for written, width in texts
        )
        self.sheet.set_row(row, max(least, 6 + 15 * max(lines)))

    def header(
        self, region: TemplateRegion, table: str, kinds: Mapping[str, Kind], height: float
    ) -> None:
        """Headings of a table, above each the mark of its kind of cell."""
        styles = self.paper.styles
        self.sheet.set_row(region.header, height)
        for column in region.columns:
            at = region.index(column)
            if kind := kinds.get(column):
                mark = f"{MARKS[kind]} {self.paper.say(f'kind.{kind}')}"
                self.sheet.write_string(region.header - 1, at, mark, styles.mark(kind))
            heading = self.paper.heading(table, column)
            self.sheet.write_string(region.header, at, heading, styles.title("header"))

    def dropdown(self, cells: str, source: str, title: str, message: str) -> None:
        """A list to choose from, which lets nothing else in."""
        self.sheet.data_validation(
            cells,
            {
                "validate": "list",
                "source": f"={source}",
                "input_title": title[:32],
                "input_message": message[:255],
                "error_title": self.paper.say("not_in_list_title")[:32],
                "error_message": self.paper.say("not_in_list"),
            },
        )

    def colour_feedback(self, cells: str) -> None:
        """✓ green, ▶ amber, ✗ and ? red."""
        first = cells.partition(":")[0]
        for sign, look in (("✓", GOOD), ("▶", WAITING), ("✗", BAD), ("？", BAD)):
            self.when(cells, f'=LEFT({first},1)="{sign}"', look)

    def when(self, cells: str, criteria: str, look: Mapping[str, object]) -> None:
        form = self.paper.writer.add_format(dict(look))
        self.sheet.conditional_format(
            cells, {"type": "formula", "criteria": criteria, "format": form}
        )
