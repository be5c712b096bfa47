"""The check workbook of `read`: what was read of a report, to be confirmed by a person.

Its table of figures is a declared sheet, so that `verify` checks it as it is. Each row is proposed
until its own cell or that of its block (a table, a section) says that it was confirmed; rows that
could not be read surely are left out of checks until then. Statements have a sheet of their own.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from cfp_xl.a1 import column_letters
from cfp_xl.audit.audit import statements_of
from cfp_xl.audit.declaring import ReadLine, read_lines_of
from cfp_xl.audit.record import ReadReport
from cfp_xl.footprint.columns import columns
from cfp_xl.messages import Lang, say, text
from cfp_xl.privacy import masked
from cfp_xl.verify.declared.table import ITEMS

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

CONFIRM, READING = "confirm", "reading"
HEAD_ROW = 6
"""Of the blocks, from 1."""
MARK = "✓"


@dataclass(frozen=True)
class ReadBlock:
    """Rows of one place, which one cell confirms."""

    place: str
    where: str
    rows: int
    is_uncertain: bool


def check_workbook(report: ReadReport, lang: Lang) -> bytes:
    """The workbook; every text in it is a text, whatever it begins with."""
    from xlsxwriter import Workbook

    target = io.BytesIO()
    book = Workbook(target, {"in_memory": True, "strings_to_formulas": False})
    book.set_properties({"created": datetime(2026, 1, 1)})  # two files of one report are the same
    _CheckBook(book, report, lang).write()
    book.close()
    return target.getvalue()


class _CheckBook:
    """Writes the sheets of a check workbook."""

    def __init__(self, book: Workbook, report: ReadReport, lang: Lang) -> None:
        self.book, self.report, self.lang = book, report, lang
        self.lines = list(read_lines_of(report))
        self.blocks = _blocks(self.lines)
        self.head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.wrap = book.add_format({"text_wrap": True, "valign": "top"})
        self.plain = book.add_format({"valign": "top", "num_format": "@"})
        self.input = book.add_format({"bg_color": "#FFF2CC", "border": 1, "align": "center"})

    def say(self, key: str, **values: Any) -> str:
        return say(f"audit.check.{key}", self.lang, **values)

    def write(self) -> None:
        check = self.book.add_worksheet(self.say("sheet_blocks"))
        figures = self.book.add_worksheet(self.say("sheet_figures"))
        statements = self.book.add_worksheet(self.say("sheet_statements"))
        activities = self.book.add_worksheet(self.say("sheet_activities"))
        self._blocks(check)
        self._figures(figures)
        self._statements(statements)
        self._activities(activities)

    def _blocks(self, sheet: Worksheet) -> None:
        document = self.report.document
        sheet.write_string(0, 0, self.say("title"), self.title)
        sheet.write_string(1, 0, self.say("of", path=document.path, sha256=document.sha256))
        sheet.write_string(2, 0, self.say("how"))
        unread = [
            f"{one.page or ''} {text(f'audit.unread.{one.why}').in_lang(self.lang)}".strip()
            for one in document.unread
        ]
        if unread:
            sheet.write_string(3, 0, self.say("unread", pages=tuple(unread)))
        heads = ("place", "where", "rows", "state", "confirm_block")
        for column, name in enumerate(heads):
            sheet.write_string(HEAD_ROW - 1, column, self.say(f"column_{name}"), self.head)
        for row, block in enumerate(self.blocks, HEAD_ROW):
            sheet.write_string(row, 0, masked(block.place), self.wrap)
            sheet.write_string(row, 1, block.where)
            sheet.write_number(row, 2, block.rows)
            sheet.write_string(row, 3, self._state(block.is_uncertain))
            sheet.write_blank(row, 4, None, self.input)
        last = HEAD_ROW + max(len(self.blocks), 1) - 1
        marks = {"validate": "list", "source": [MARK]}
        sheet.data_validation(HEAD_ROW, 4, last, 4, marks)
        _widths(sheet, (34, 12, 8, 12, 14))
        sheet.freeze_panes(HEAD_ROW, 0)

    def _state(self, is_uncertain: bool) -> str:
        return self.say("uncertain" if is_uncertain else "proposed")

    def _figures(self, sheet: Worksheet) -> None:
        """The declared table, then page, quote and what is to be confirmed."""
        declared = [one for one in columns("declared") if one.id != READING]
        ids = [one.id for one in declared]
        reading = next(one for one in columns("declared") if one.id == READING)
        heads = [*(one.heading.in_lang(self.lang) for one in declared)]
        heads += [reading.heading.in_lang(self.lang), self.say("column_confirm")]
        heads += [self.say("column_where"), self.say("column_quote")]
        for column, head in enumerate(heads):
            sheet.write_string(0, column, head, self.head)
        blocks = {block.place: HEAD_ROW + i + 1 for i, block in enumerate(self.blocks)}
        at = len(ids)
        for row, line in enumerate(self.lines, 1):
            for column, id in enumerate(ids):
                if shown := self._shown(line, id):
                    sheet.write_string(row, column, shown, self.plain)
            block = f"{self._block_sheet()}!$E${blocks[line.texts['place']]}"
            own = f"{column_letters(at + 2)}{row + 1}"
            states = (self.say("confirmed"), self._state(line.is_uncertain))
            formula = f'=IF(OR({own}<>"",{block}<>""),"{states[0]}","{states[1]}")'
            sheet.write_formula(row, at, formula, self.plain, states[1])
            sheet.write_blank(row, at + 1, None, self.input)
            sheet.write_string(row, at + 2, str(line.spot), self.plain)
            sheet.write_string(row, at + 3, masked(line.spot.quote), self.plain)
        last = max(len(self.lines), 1)
        sheet.data_validation(1, at + 1, last, at + 1, {"validate": "list", "source": [MARK]})
        name = self.say("sheet_figures")
        end = f"${column_letters(len(heads))}${last + 1}"
        self.book.define_name("cfp_declared", f"='{name}'!$A$1:{end}")
        _widths(sheet, (*(max(one.width or 12, 10) for one in declared), 10, 10, 22, 60))
        sheet.freeze_panes(1, 2)
        sheet.autofilter(0, 0, last, len(heads) - 1)

    def _block_sheet(self) -> str:
        return f"'{self.say('sheet_blocks')}'"

    def _shown(self, line: ReadLine, id: str) -> str:
        words = line.texts.get(id, "")
        if id == "item":
            en, zh, *_ = ITEMS[words]
            return zh if self.lang == "zh" else en
        return masked(words)

    def _statements(self, sheet: Worksheet) -> None:
        heads = ("kind", "words", "meaning", "where", "quote", "state", "confirm")
        for column, name in enumerate(heads):
            sheet.write_string(0, column, self.say(f"column_{name}"), self.head)
        row = 0
        for kind, found in statements_of(self.report).items():
            for one in found:
                row += 1
                meaning = one.meaning or str(getattr(one, "role", ""))
                cells = (self.say(f"kind_{kind}"), one.text, meaning, str(one.spot))
                for column, words in enumerate((*cells, one.spot.quote)):
                    sheet.write_string(row, column, masked(words), self.wrap)
                own = f"G{row + 1}"
                states = (self.say("confirmed"), self._state(self.report.document.is_uncertain))
                formula = f'=IF({own}<>"","{states[0]}","{states[1]}")'
                sheet.write_formula(row, 5, formula, self.plain, states[1])
                sheet.write_blank(row, 6, None, self.input)
        sheet.data_validation(1, 6, max(row, 1), 6, {"validate": "list", "source": [MARK]})
        _widths(sheet, (16, 40, 18, 16, 60, 10, 10))
        sheet.freeze_panes(1, 0)

    def _activities(self, sheet: Worksheet) -> None:
        """An empty inventory: a declared sheet alone is checked against itself."""
        shown = [one for one in columns("activities") if one.is_required]
        for column, one in enumerate(shown):
            sheet.write_string(0, column, one.heading.in_lang(self.lang), self.head)
        end = column_letters(len(shown))
        name = self.say("sheet_activities")
        self.book.define_name("cfp_activities", f"='{name}'!$A$1:${end}$2")


def _blocks(lines: Sequence[ReadLine]) -> list[ReadBlock]:
    """The places of the rows, in their order."""
    found: dict[str, list[ReadLine]] = {}
    for one in lines:
        found.setdefault(one.texts["place"], []).append(one)
    return [
        ReadBlock(place, rows[0].spot.sheet, len(rows), any(one.is_uncertain for one in rows))
        for place, rows in found.items()
    ]


def _widths(sheet: Worksheet, widths: Sequence[float]) -> None:
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
