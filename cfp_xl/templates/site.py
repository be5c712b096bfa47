"""The site workbook: one factory's bills, meters, outputs, certificates, own factors and parts.

Its formulas are those of any spreadsheet program, and it is not sealed: people insert, sort and
delete rows as they like, and `cfp-xl` reads what they typed, not what the sheet makes of it.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.utility import quote_sheetname, xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from cfp_xl.footprint.columns import Column, columns
from cfp_xl.functions.values import Scalar
from cfp_xl.messages import Lang, say
from cfp_xl.schema.site import KINDS, PREFIX
from cfp_xl.templates.style import MARKS, TEXT, Kind, TemplateStyles
from cfp_xl.templates.writer import finished, new_writer, put_formula, set_properties

VERSION = "1"
TEMPLATE = "cfp_site_template"
"""The document property with the version of this template."""
ROWS: Mapping[str, int] = {
    "bills": 60,
    "outputs": 300,
    "certificates": 30,
    "factors": 40,
    "parts": 80,
}
"""Prepared rows; what is typed below them counts too."""
SHOWN: Mapping[str, tuple[str, ...]] = {
    "factors": (
        *("id", "name", "value", "unit", "per_unit", "region", "year", "gwp_set"),
        *("source", "publisher", "boundary"),
    ),
    "parts": (
        *("part_id", "part", "supplier_id", "supplier", "unit", "mass_kg", "kind"),
        *("contact", "lang", "due"),
    ),
}
"""Of tables that a product has too, the columns that a site fills in; of others all."""
SETTINGS = ("name", "region", "period")
KINDS_SHOWN: tuple[Kind, ...] = ("must", "may", "computed")
HEADER, FIRST = 4, 5
"""Rows of the headings and of the first line, from 0."""
FURTHEST = 5000
"""Down to this row the sums look: rows typed below the prepared ones are in them."""
Cached = Callable[[str, int, int], Scalar]


def build_site(lang: Lang) -> bytes:
    """The blank workbook; the same bytes always."""
    from cfp_xl.schema.opened import opened

    draft = opened(_write(lang, lambda *_: None), Path("site.xlsx"))
    computed = draft.recalculation.cells
    values = {tuple(key): cell.value for key, cell in computed.items() if cell.is_computed}
    return _write(lang, lambda *key: values.get(key))


def _write(lang: Lang, cached: Cached) -> bytes:
    target = io.BytesIO()
    writer = new_writer(target, say("site.title", lang), say("site.subject", lang))
    set_properties(writer, {TEMPLATE: VERSION})
    book = _SiteBook(writer, lang, cached, TemplateStyles(writer))
    book.first()
    for table in KINDS:
        book.table(table)
    return finished(writer, target)


def _shown(table: str) -> tuple[Column, ...]:
    known = {one.id: one for one in columns(KINDS[table])}
    return tuple(known[id] for id in SHOWN.get(table, tuple(known)))


@dataclass(frozen=True)
class _SiteBook:
    """One workbook being written."""

    writer: Workbook
    lang: Lang
    cached: Cached
    styles: TemplateStyles

    def say(self, key: str) -> str:
        return say(f"site.{key}", self.lang)

    def sheet_name(self, table: str) -> str:
        return self.say(f"sheet.{table}")

    def _page(self, id: str, title: str, note: str) -> Worksheet:
        sheet = self.writer.add_worksheet(self.sheet_name(id))
        sheet.hide_gridlines(2)
        sheet.set_default_row(20)
        sheet.set_row(0, 32)
        sheet.write_string(0, 0, title, self.styles.title("title"))
        sheet.write_string(1, 0, note, self.styles.title("subtitle"))
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
        sheet.set_footer(f"&L&8{self.say('title')}&C&8&A&R&8&P / &N")
        return sheet

    def first(self) -> None:
        """What the workbook is for, the site's own facts, its sheets and colours."""
        sheet = self._page("site", self.say("title"), self.say("subject"))
        sheet.set_column(0, 0, 22)
        sheet.set_column(1, 1, 92)
        row = 3
        for name in SETTINGS:
            sheet.write_string(row, 0, self.say(f"setting.{name}"), self.styles.title("label"))
            kind: Kind = "must" if name == "name" else "may"
            sheet.write_blank(row, 1, None, self.styles.cell(kind, TEXT))
            place = f"={quote_sheetname(self.sheet_name('site'))}!$B${row + 1}"
            self.writer.define_name(f"{PREFIX}{name}", place)
            row += 1
        row = self._section(sheet, row + 1, "how")
        for number, step in enumerate(self.say("steps").splitlines(), start=1):
            sheet.write_number(row, 0, number, self.styles.title("label"))
            sheet.write_string(row, 1, step, self.styles.title("body"))
            sheet.set_row(row, 34)
            row += 1
        row = self._section(sheet, row + 1, "sheets")
        for table in KINDS:
            name = self.sheet_name(table)
            sheet.write_url(row, 0, f"internal:'{name}'!A1", self.styles.title("link"), name)
            sheet.write_string(row, 1, self.say(f"note.{table}"), self.styles.title("body"))
            row += 1
        row = self._section(sheet, row + 1, "colours")
        for kind in KINDS_SHOWN:
            sheet.write_string(
                row, 0, f"{MARKS[kind]} {self.say(f'kind.{kind}')}", self.styles.mark(kind)
            )
            sheet.write_string(row, 1, self.say(f"legend.{kind}"), self.styles.title("body"))
            row += 1
        sheet.set_portrait()

    def _section(self, sheet: Worksheet, row: int, key: str) -> int:
        form = self.styles.title("section")
        sheet.write_string(row, 0, self.say(f"section.{key}"), form)
        sheet.write_blank(row, 1, None, form)
        return row + 1

    def table(self, table: str) -> None:
        """A sheet with headings, prepared rows, hints and formulas."""
        sheet = self._page(table, self.sheet_name(table), self.say(f"note.{table}"))
        sheet.set_landscape()
        sheet.set_row(HEADER, 34)
        shown = _shown(table)
        last = FIRST + ROWS[table] - 1
        for at, column in enumerate(shown):
            kind = self._kind(table, column)
            sheet.set_column(at, at, column.width or 12)
            mark = f"{MARKS[kind]} {self.say(f'kind.{kind}')}"
            sheet.write_string(HEADER - 1, at, mark, self.styles.mark(kind))
            sheet.write_string(HEADER, at, self._heading(column), self.styles.title("header"))
            number = "#,##0.######" if column.is_number or column.is_computed else TEXT
            form = self.styles.cell(kind, number)
            for row in range(FIRST, last + 1):
                if column.is_computed:
                    formula = self._formula(column.id, shown, row)
                    value = self.cached(self.sheet_name(table), row + 1, at + 1)
                    put_formula(sheet, row, at, formula, form, value)
                else:
                    sheet.write_blank(row, at, None, form)
            self._help(sheet, table, column, at, last)
        name = quote_sheetname(self.sheet_name(table))
        right = xl_col_to_name(len(shown) - 1)
        area = f"$A${HEADER + 1}:${right}${last + 1}"
        self.writer.define_name(f"{PREFIX}{table}", f"={name}!{area}")
        sheet.freeze_panes(FIRST, 1)
        sheet.repeat_rows(HEADER)
        sheet.print_area(0, 0, min(last, FIRST + 39), len(shown) - 1)

    def _kind(self, table: str, column: Column) -> Kind:
        if column.is_computed:
            return "computed"
        is_must = column.is_required or (table not in SHOWN and column.fill == "must")
        return "must" if is_must else "may"

    def _heading(self, column: Column) -> str:
        """As the product's templates have it: one that people would not write keeps its id."""
        if self.lang == "zh":
            return f"{column.heading.zh}\n{column.heading.en}"
        plain = column.heading.en.replace("_", " ")
        is_plain = plain == column.heading.en
        shown = plain[:1].upper() + plain[1:]
        return shown if is_plain else f"{shown}\n{column.heading.en}"

    def _formula(self, id: str, shown: Sequence[Column], row: int) -> str:
        """Of a bill: its basis over all products, and what its meters say more."""
        at = {one.id: f"{xl_col_to_name(n)}{row + 1}" for n, one in enumerate(shown)}
        if id == "difference":
            meter, bill = at["meter_total"], at["total"]
            return f'IF(OR({meter}="",{bill}=""),"",{meter}-{bill})'
        outputs = [one.id for one in _shown("outputs")]
        name = quote_sheetname(self.sheet_name("outputs"))

        def down(column: str) -> str:
            letter = xl_col_to_name(outputs.index(column))
            return f"{name}!${letter}${FIRST + 1}:${letter}${FURTHEST}"

        of_basis = f"{down('amount')},{down('basis')},{at['basis']},{down('month')}"
        of_month = f"SUMIFS({of_basis},{at['month']})"
        of_period = f'SUMIFS({of_basis},"=")'
        return f'IF({at["basis"]}="","",IF({of_month}>0,{of_month},{of_period}))'

    def _help(self, sheet: Worksheet, table: str, column: Column, at: int, last: int) -> None:
        letter = xl_col_to_name(at)
        where = f"{letter}{FIRST + 1}:{letter}{last + 1}"
        title = self._heading(column).splitlines()[0][:32]
        if column.id == "complete":
            sheet.data_validation(
                where,
                {
                    "validate": "list",
                    "source": [self.say("yes"), self.say("no")],
                    "input_title": title,
                    "input_message": self.say("hint.complete"),
                },
            )
        elif column.is_number and table != "factors":
            sheet.data_validation(
                where,
                {
                    "validate": "decimal",
                    "criteria": ">=",
                    "value": 0,
                    "error_message": self.say("hint.number"),
                },
            )
        elif column.id in ("basis", "month", "product", "medium") and table not in SHOWN:
            message = self.say(f"hint.{table}_{column.id}")
            settings = {"validate": "any", "input_title": title, "input_message": message}
            sheet.data_validation(where, settings)
