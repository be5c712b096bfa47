"""The one walk over a sheet's cells that changes some and keeps every other byte.

Who edits declares what becomes of a cell (`change`) and of one that the part lacks (`add`); where
they stand, what lies between them and in which encoding is the editor's business.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Collection
from dataclasses import dataclass
from xml.sax.saxutils import escape

from cfp_xl.functions.values import ExcelError, Scalar
from cfp_xl.workbook.address import cell_position
from cfp_xl.workbook.layout import Position
from cfp_xl.workbook.writing.markup import GRID_MARKUP, attribute, children, encoding_of, end_of

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
    tag: re.Match[str]
    inner: str

    @property
    def is_empty(self) -> bool:
        """`<c …/>`"""
        return bool(self.tag["empty"])

    @property
    def prefix(self) -> str:
        return self.tag["prefix"]

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
    missing = set(wanted)
    absent = _Absent(wanted if add else (), add)
    row = column = 0
    markup = GRID_MARKUP.finditer(splices.text)
    for tag in markup:
        name = tag["name"]
        if name == "c" and not tag["close"]:
            row, column = cell_position(attribute(tag, "r") or "") or (row, column + 1)
            if add:
                splices.insert(tag.start(), absent.cells(row, before=column))
                absent.is_there(row, column)
            if (row, column) in missing:
                missing.discard((row, column))
                end = tag.end() if tag["empty"] else end_of(markup, "c")
                inner = "" if tag["empty"] else splices.text[tag.end() : end]
                new = change(CellXml((row, column), tag, inner))
                splices.replace(tag.start(), end, new)
        elif name == "row":
            if tag["close"]:
                splices.insert(tag.start(), absent.cells(row))
                continue
            row, column = int(attribute(tag, "r") or row + 1), 0
            splices.insert(tag.start(), absent.rows(before=row))
            if tag["empty"] and absent.waits_in(row):
                splices.replace(tag.start(), tag.end(), _filled(tag, absent.cells(row)))
        elif name == "sheetData":
            absent.prefix = tag["prefix"]
            if tag["close"]:
                splices.insert(tag.start(), absent.rows())
            elif tag["empty"] and absent.waits_in():
                splices.replace(tag.start(), tag.end(), _filled(tag, absent.rows()))
    return splices.xml(), sorted(missing)


def _filled(tag: re.Match[str], inside: str) -> str:
    """An element that was empty, with something inside."""
    name = tag["prefix"] + tag["name"]
    return f"<{name}{tag['attributes']}>{inside}</{name}>"


class _Absent:
    """Cells that may be lacking, until they turn up or are made."""

    def __init__(self, cells: Collection[Position], add: Add | None) -> None:
        self.prefix = ""
        self._add = add
        self._waiting: dict[int, list[int]] = {}
        for row, column in sorted(cells):
            self._waiting.setdefault(row, []).append(column)
        self._rows = deque(self._waiting)

    def waits_in(self, row: int | None = None) -> bool:
        """Whether a cell is still waiting in this row, or anywhere."""
        return bool(self._waiting) if row is None else row in self._waiting

    def is_there(self, row: int, column: int) -> None:
        waiting = self._waiting.get(row)
        if waiting and waiting[0] == column:
            del waiting[0]

    def cells(self, row: int, before: int | None = None) -> str:
        """The XML of the cells that the row lacks left of `before`, or to its end."""
        columns = self._waiting.get(row)
        if not columns or self._add is None:
            return ""
        here = [column for column in columns if before is None or column < before]
        self._waiting[row] = columns[len(here) :]
        return "".join(self._add((row, column), self.prefix) for column in here)

    def rows(self, before: int | None = None) -> str:
        """The XML of the rows that the sheet lacks above `before`, or to its end."""
        whole = []
        while self._rows and (before is None or self._rows[0] < before):
            row = self._rows.popleft()
            if cells := self.cells(row):
                whole.append(f'<{self.prefix}row r="{row}">{cells}</{self.prefix}row>')
            del self._waiting[row]
        return "".join(whole)


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
