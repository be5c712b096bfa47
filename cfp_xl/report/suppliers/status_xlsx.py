"""The buyer's status as a workbook: parts, corrections and reminders, a sheet each."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from rich.cells import cell_len

from cfp_xl.messages import Lang, say
from cfp_xl.report.suppliers.status_words import ROOM, cards
from cfp_xl.suppliers.reminders import reminders
from cfp_xl.suppliers.status import CollectionStatus, Stand

PARTS = (
    "stand",
    "supplier",
    "part",
    "due",
    "per_unit",
    "unit",
    "mass_kg",
    "kgco2e",
    "share",
    "contact",
    "doubts",
    "said",
)
WIDTHS = {
    "stand": 18,
    "supplier": 28,
    "part": 26,
    "due": 12,
    "per_unit": 16,
    "unit": 10,
    "mass_kg": 11,
    "kgco2e": 15,
    "share": 10,
    "contact": 28,
    "doubts": 30,
    "said": 50,
    "file": 30,
    "cell": 18,
    "todo": 90,
    "subject": 50,
    "text": 100,
}
NUMBERS = {
    "due": "yyyy-mm-dd",
    "share": "0.0%",
    "mass_kg": "#,##0.00##",
    **dict.fromkeys(("kgco2e", "per_unit"), "0.0000"),
}
COLOURS = {
    **dict.fromkeys((Stand.IN_USE, Stand.READY), "#1E7B4F"),
    **dict.fromkeys((Stand.OVERDUE, Stand.TO_CORRECT), "#B42318"),
    **dict.fromkeys((Stand.WAITING, Stand.LAST_PERIOD, Stand.HELD, Stand.RECEIVED), "#9A5B00"),
}
FONT = {
    "font_name": "Microsoft YaHei",
    "font_size": 10,
    "valign": "top",
    "align": "left",
    "indent": 1,
}
LINE_PT = 16

Row = Sequence[str | float | date | None]


def status_xlsx(status: CollectionStatus, lang: Lang) -> bytes:
    """The workbook; every text in it is a text, whatever it begins with."""
    from xlsxwriter import Workbook

    target = io.BytesIO()
    book = Workbook(target, {"in_memory": True})
    # A date of its own would make two files of one status differ.
    book.set_properties({"created": datetime(2026, 1, 1)})
    pages = _Pages(book, lang)
    pages.parts(status)
    corrected = [one for one in status.parts if one.findings]
    pages.table(
        "corrections",
        ("supplier", "part", "file", "cell", "todo"),
        [
            (
                one.part.supplier,
                one.part.part,
                Path(one.answer.path).name if one.answer else "",
                str(finding.where or ""),
                finding.say(lang),
            )
            for one in corrected
            for finding in one.findings
        ],
    )
    pages.table(
        "reminders",
        ("supplier", "contact", "subject", "text"),
        [(mail.supplier, mail.contact, mail.subject, mail.body) for mail in reminders(status)],
    )
    book.close()
    return target.getvalue()


class _Pages:
    """Sheets written with the formats of one workbook."""

    def __init__(self, book, lang: Lang) -> None:  # type: ignore[no-untyped-def]
        self.book, self.lang = book, lang
        self.title = book.add_format({**FONT, "bold": True, "font_size": 15})
        self.head = book.add_format(
            {**FONT, "bold": True, "bg_color": "#E3E9EE", "bottom": 1, "text_wrap": True}
        )
        self.number_head = book.add_format(
            {**FONT, "bold": True, "bg_color": "#E3E9EE", "bottom": 1, "align": "right"}
        )
        self.plain = book.add_format({**FONT, "text_wrap": True})
        self.numbers = {
            column: book.add_format({**FONT, "align": "right", "num_format": code})
            for column, code in NUMBERS.items()
        }

    def say(self, key: str, **values: object) -> str:
        return say(f"{ROOM}.{key}", self.lang, **values)

    def parts(self, status: CollectionStatus) -> None:
        """The figures of the whole, then a row for each part."""
        sheet = self.book.add_worksheet(self.say("page.parts"))
        sheet.set_row(0, 2 * LINE_PT)
        sheet.write_string(0, 0, self.say("page.title"), self.title)
        as_of = self.say("page.as_of", date=status.today)
        sheet.write_string(1, 0, f"{status.product} · {as_of}", self.book.add_format(FONT))
        for row, card in enumerate(cards(status, self.lang), start=3):
            for column, text in enumerate((card.title, card.value, card.below)):
                sheet.write_string(row, column, text, self.book.add_format(FONT))
        rows = [
            (
                self.say(f"stand.{one.stand}"),
                one.part.supplier,
                one.part.part,
                one.part.due,
                one.kgco2e_per_unit,
                one.part.unit,
                one.mass_kg,
                one.kgco2e,
                status.share(one),
                one.part.contact,
                "; ".join(filter(None, (", ".join(one.codes), one.reason))),
                "; ".join(filter(None, (one.sender, *one.notes))),
            )
            for one in status.parts
        ]
        self._rows(sheet, 8, PARTS, rows)
        for row, one in enumerate(status.parts, start=9):
            form = self.book.add_format({**FONT, "bold": True, "font_color": COLOURS[one.stand]})
            sheet.write_string(row, 0, self.say(f"stand.{one.stand}"), form)

    def table(self, id: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        sheet = self.book.add_worksheet(self.say(f"sheet.{id}"))
        self._rows(sheet, 0, columns, rows)

    def _rows(self, sheet, top: int, columns: Sequence[str], rows: Sequence[Row]) -> None:  # type: ignore[no-untyped-def]
        for at, column in enumerate(columns):
            sheet.set_column(at, at, WIDTHS[column])
            head = self.number_head if column in NUMBERS else self.head
            sheet.write_string(top, at, self.say(f"column.{column}"), head)
        for row, values in enumerate(rows, start=top + 1):
            for at, (column, value) in enumerate(zip(columns, values, strict=True)):
                form = self.numbers.get(column, self.plain)
                if isinstance(value, date):
                    sheet.write_datetime(row, at, value, form)
                elif isinstance(value, float):
                    sheet.write_number(row, at, value, form)
                else:
                    sheet.write_string(row, at, value or "", form)
            sheet.set_row(row, LINE_PT * max(map(_lines, columns, values)))
        sheet.freeze_panes(top + 1, 0)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(top)


def _lines(column: str, value: str | float | date | None) -> int:
    """How many lines a text takes in its column; programs do not fit rows to what they open."""
    if not isinstance(value, str):
        return 1
    return sum(1 + cell_len(line) // (WIDTHS[column] - 3) for line in value.split("\n"))
