"""The one walk over a sheet's cells that changes some and keeps every other byte.

Who edits declares what becomes of a cell (`change`) and of one that the part lacks (`add`); where
they stand, what lies between them and in which encoding is the editor's business.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from cfp_xl.functions.values import ExcelError, Scalar
from cfp_xl.workbook.address import column_number
from cfp_xl.workbook.layout import Position
from cfp_xl.workbook.writing.markup import (
    ATTRIBUTE,
    CELL_MARKUP,
    ROW_MARKUP,
    attribute,
    children,
    encoding_of,
    end_of,
    escape,
)

MOST_FORMS = 512
"""Of rows in one sheet; they begin anew when they are more."""
_MARK = "\0"
"""Stands for a row's number in its text; no XML holds it."""
_LETTERS = re.compile("[A-Za-z]{1,3}")
_UNSAFE = re.compile(r"[\x00-\x08\x0b\x0c\x0d\x0e-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")


class Splices:
    """A part's text, some pieces of which are replaced from front to back."""

    def __init__(self, xml: bytes) -> None:
        self._encoding = encoding_of(xml)
        self._pieces: list[str] = []
        self._copied = 0
        self.text = xml.decode(self._encoding)

    def replace(self, start: int, end: int, new: str) -> None:
        self._pieces += [self.text[self._copied : start], new]
        self._copied = end

    def insert(self, at: int, new: str) -> None:
        if new:
            self.replace(at, at, new)

    def xml(self) -> bytes:
        """The part in its own encoding; what that can't spell becomes a character reference."""
        whole = "".join([*self._pieces, self.text[self._copied :]])
        return whole.encode(self._encoding, "xmlcharrefreplace")


@dataclass(frozen=True, slots=True)
class CellXml:
    """A cell as the part spells it: its start tag, and what follows up to its end tag's end."""

    position: Position
    start: str
    attributes: str
    prefix: str
    is_empty: bool
    """`<c …/>`"""
    inner: str

    def children(self) -> dict[str, tuple[int, int]]:
        """Where in `inner` each child element stands."""
        return {} if self.is_empty else children(self.inner)


Change = Callable[[CellXml], str]
"""A cell → its new XML."""
Add = Callable[[Position, str], str]
"""Position and namespace prefix of a cell that the part lacks → its XML, "" for none."""


def edit_cells(
    xml: bytes, wanted: Collection[Position], change: Change, add: Add | None = None
) -> tuple[bytes, list[Position]]:
    """The sheet part with each wanted cell changed; and those of them that it lacks.

    With `add` these are made, each in its place, and their rows where there are none.
    """
    splices = Splices(xml)
    text = splices.text
    rows = _EditedRows(wanted, change, add)
    has_comments = "<!--" in text or "<![CDATA[" in text
    row = at = 0
    while tag := ROW_MARKUP.search(text, at):
        at = tag.end()
        if tag["name"] == "sheetData":
            rows.prefix = tag["prefix"]
            if tag["close"]:
                splices.insert(tag.start(), rows.lacking())
            elif tag["empty"] and (cells := rows.lacking()):
                splices.replace(tag.start(), tag.end(), _filled(tag, cells))
        elif tag["name"] == "row" and not tag["close"]:
            row = int(attribute(tag, "r") or row + 1)
            if not tag["empty"]:
                at = _end_of_row(tag, has_comments=has_comments)
            splices.insert(tag.start(), rows.lacking(before=row))
            if rows.holds(row):
                splices.replace(tag.start(), at, rows.edited(row, tag, text[tag.start() : at]))
    return splices.xml(), sorted([*rows.missing, *rows.left])


def _end_of_row(tag: re.Match[str], *, has_comments: bool) -> int:
    """After the end tag of the row that this tag begins."""
    if has_comments:
        return end_of(ROW_MARKUP.finditer(tag.string, tag.end()), "row")
    return tag.string.index(">", tag.string.index(f"</{tag['prefix']}row", tag.end())) + 1


def _filled(tag: re.Match[str], inside: str) -> str:
    """An element that was empty, with something inside."""
    name = tag["prefix"] + tag["name"]
    return f"<{name}{tag['attributes']}>{inside}</{name}>"


class _CellPlace(NamedTuple):
    """Where a cell lies in the text of its row."""

    column: int
    start: int
    attributes: tuple[int, int]
    inner: int
    end: int
    prefix: str
    is_empty: bool


class _RowForm:
    """A row taken apart: where its cells lie in its text, and in that of rows written alike whose
    numbers have as many digits."""

    __slots__ = ("cells", "columns", "end")

    def __init__(self, text: str) -> None:
        self.end = text.rindex("</")
        self.cells: list[_CellPlace] = []
        column = 0
        markup = CELL_MARKUP.finditer(text)
        for tag in markup:
            if tag["name"] and not tag["close"]:
                letters = _LETTERS.match(attribute(tag, "r") or "")
                column = column_number(letters[0].upper()) if letters else column + 1
                is_empty = bool(tag["empty"])
                end = tag.end() if is_empty else end_of(markup, "c")
                attributes = tag.span("attributes")
                self.cells.append(
                    _CellPlace(
                        column, tag.start(), attributes, tag.end(), end, tag["prefix"], is_empty
                    )
                )
        self.columns = frozenset(cell.column for cell in self.cells)


class _EditedRows:
    """The rows with wanted cells, until they turn up or are made.

    Most rows of a long table are written alike but for their number: those are taken apart once.
    """

    def __init__(self, wanted: Collection[Position], change: Change, add: Add | None) -> None:
        self.prefix = ""
        self.missing: list[Position] = []
        self._change, self._add = change, add
        self._columns: dict[int, list[int]] = {}
        for row, column in wanted:
            self._columns.setdefault(row, []).append(column)
        self._waiting = deque(sorted(self._columns) if add else ())
        self._forms: dict[tuple[int, str], _RowForm] = {}

    @property
    def left(self) -> Iterator[Position]:
        """The wanted cells of rows that did not turn up."""
        return ((row, column) for row, columns in self._columns.items() for column in columns)

    def holds(self, row: int) -> bool:
        return row in self._columns

    def edited(self, row: int, tag: re.Match[str], text: str) -> str:
        """A row of the sheet with its wanted cells changed."""
        columns = sorted(self._columns.pop(row))
        if tag["empty"]:
            self.missing += ((row, column) for column in columns)
            cells = self._made(row, columns)
            return _filled(tag, cells) if cells else text
        digits = str(row)
        key = len(digits), text.replace(digits, _MARK)
        form = self._forms.get(key)
        if form is None:
            if len(self._forms) >= MOST_FORMS:
                self._forms.clear()
            form = self._forms[key] = _RowForm(text)
        lacking = [column for column in columns if column not in form.columns]
        self.missing += ((row, column) for column in lacking)
        return self._filled_in(row, form, text, set(columns), deque(lacking))

    def _filled_in(
        self, row: int, form: _RowForm, text: str, wanted: set[int], lacking: deque[int]
    ) -> str:
        pieces: list[str] = []
        copied = 0
        for column, start, (first, last), inner, end, prefix, is_empty in form.cells:
            if lacking and lacking[0] < column:
                before = [lacking.popleft() for one in tuple(lacking) if one < column]
                pieces += text[copied:start], self._made(row, before)
                copied = start
            if column in wanted:
                wanted.discard(column)  # of two cells in one place the first
                cell = CellXml(
                    (row, column),
                    text[start:inner],
                    text[first:last],
                    prefix,
                    is_empty,
                    "" if is_empty else text[inner:end],
                )
                pieces += text[copied:start], self._change(cell)
                copied = end
        pieces += text[copied : form.end], self._made(row, lacking), text[form.end :]
        return "".join(pieces)

    def _made(self, row: int, columns: Iterable[int]) -> str:
        """The XML of cells that the row lacks."""
        add = self._add
        return "" if add is None else "".join([add((row, one), self.prefix) for one in columns])

    def lacking(self, before: int | None = None) -> str:
        """The XML of the rows that the sheet lacks above `before`, or to its end."""
        whole = []
        while self._waiting and (before is None or self._waiting[0] < before):
            row = self._waiting.popleft()
            if (columns := self._columns.pop(row, None)) is not None:
                columns.sort()
                self.missing += ((row, column) for column in columns)
                if cells := self._made(row, columns):
                    whole.append(f'<{self.prefix}row r="{row}">{cells}</{self.prefix}row>')
        return "".join(whole)


def retyped(attributes: str, kind: str, dropped: tuple[str, ...] = ()) -> str:
    """A cell's attributes with another type, "" for none, and without those `dropped`."""
    address = ""
    if attributes.startswith(' r="'):  # what follows is alike in most cells of a column
        end = attributes.index('"', 4) + 1
        address, attributes = attributes[:end], attributes[end:]
    return address + _retyped(attributes, kind, dropped)


@lru_cache(maxsize=1024)
def _retyped(attributes: str, kind: str, dropped: tuple[str, ...]) -> str:
    has_type = any(match[2] == "t" for match in ATTRIBUTE.finditer(attributes))
    typed = f't="{kind}"' if kind else ""

    def one(match: re.Match[str]) -> str:
        if match[2] == "t":
            return f"{match[1]}{typed}" if typed else ""
        return "" if match[2] in dropped else match[0]

    return ATTRIBUTE.sub(one, attributes) + (f" {typed}" if typed and not has_type else "")


def value_xml(prefix: str, content: str) -> str:
    """`<v>` with this text."""
    if not content:
        return f"<{prefix}v/>"
    # Excel trims a text without this attribute.
    keep = ' xml:space="preserve"' if content != content.strip() else ""
    return f"<{prefix}v{keep}>{content}</{prefix}v>"


def as_xml(value: Scalar) -> tuple[str, str | None]:
    """The `t` attribute ("" for a number, which needs none) and the text of `<v>`."""
    match value:
        case None:
            return "", None
        case bool():
            return "b", "1" if value else "0"
        case ExcelError():
            return "e", escape(value.value)
        case str():
            return "str", escape(_UNSAFE.sub(lambda m: f"_x{ord(m[0]):04X}_", value))
        case _:
            number = float(value)
            is_short = number.is_integer() and abs(number) < 1e15
            return "", str(int(number)) if is_short else repr(number)
