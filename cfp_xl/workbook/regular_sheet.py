"""Sheets written in the usual form, read by a regular expression instead of an XML parser.

Programs write cells in a few fixed shapes, and there are hundreds of thousands of them. Here the
rows of a sheet must consist of those shapes and nothing else: no byte is stepped over. The rest of
the part, with one of each kind of `<row …>` it has, goes through the XML parser as ever. Whatever
is not quite usual makes the sheet Irregular, and `sheet_xml` then reads it all with the parser,
which also says what is wrong with it. Both must give the same cells.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Protocol

from cfp_xl.functions.values import Scalar
from cfp_xl.workbook.address import MAX_COLUMNS, MAX_ROWS, column_number
from cfp_xl.workbook.container import MIB
from cfp_xl.workbook.model import Cell

MAX_HEAD_BYTES = MIB
MAX_TAIL_BYTES = 16 * MIB

_PLAIN = r"[^<&\x00-\x08\x0b-\x1f\ufffe\uffff]*"
_CHARS = rf"{_PLAIN}(?:&(?:amp|lt|gt|quot|apos);{_PLAIN})*"
_ATTRIBUTES = r"(?: [A-Za-z0-9:]+=\"[^\"<&\x00-\x1f\ufffe\uffff]*\")*"
_OWN_ATTRIBUTES = _ATTRIBUTES.replace("9:]", "9]")
_SPACE = r'(?: xml:space="preserve")?'
_TOKEN = re.compile(
    r'<c r="([A-Z]{1,3})([1-9][0-9]{0,6})"(?: s="([0-9]{1,9})")?(?: t="([A-Za-z]{1,9})")?'
    r'(?: cm="([0-9]{1,9})")?(?: vm="[0-9]{1,9}")?'
    rf"(?:/>|>(?:(<f){_SPACE}({_OWN_ATTRIBUTES}){_SPACE}(?:/>|>({_CHARS})</f>))?"
    rf"(?:(<v){_SPACE}(?:/>|>({_CHARS})</v>))?"
    rf"(?:(<is)><t{_SPACE}(?:/>|>({_CHARS})</t>)</is>)?</c>)"
    rf'|<row r="([1-9][0-9]{{0,6}})"({_ATTRIBUTES})(/?)>'
    r"|(</row>)"
    r"|[ \t\r\n]+"
    r"|(.)",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r' ([A-Za-z0-9:]+)="([^"]*)"')
_ENCODING = re.compile(rb"""encoding\s*=\s*["']([A-Za-z0-9._-]+)""")


class Irregular(Exception):
    """The sheet has something that is not of the usual form."""


class Source(Protocol):
    def read(self, size: int) -> bytes: ...


class Taker(Protocol):
    """What keeps the cells; the reader of `sheet_xml`."""

    cells: dict[tuple[int, int], Cell]
    special_styles: frozenset[str]

    def shared_text(self, index: str) -> tuple[str, bool]: ...
    def take(
        self,
        row: int,
        column: int,
        kind: str,
        value_text: str | None,
        inline: str | None,
        style: int,
        formula: tuple[str, dict[str, str]] | None,
        cm: int,
    ) -> None: ...
    def check_size(self) -> None: ...


class RegularSheet:
    """Reads one sheet part. `rows` then has the rows of each kind of row tag."""

    def __init__(self, source: Source, taker: Taker) -> None:
        self._source = source
        self._taker = taker
        self._is_in_row = False
        self._columns: dict[str, int] = {}
        self.rows: dict[str, list[int]] = {}

    def read(self) -> bytes:
        """Takes all cells; the part without them, a row tag of each kind in their place.

        Raises Irregular, Unreadable.
        """
        buffer = self._source.read(MAX_HEAD_BYTES)
        head, opened, buffer = buffer.partition(b"<sheetData>")
        if not opened or not _is_utf_8(head):
            raise Irregular
        is_last = False
        while not is_last:
            body, closed, tail = buffer.partition(b"</sheetData>")
            is_last = bool(closed)
            if not is_last:
                more = self._source.read(MIB)
                if not more:
                    raise Irregular
                end = buffer.rfind(b"</row>") + len(b"</row>")
                body, buffer = (buffer[:end], buffer[end:]) if end > 5 else (b"", buffer)
                buffer += more
                if len(buffer) > MAX_TAIL_BYTES:
                    raise Irregular
            self._take(body)
            self._taker.check_size()
        if self._is_in_row:
            raise Irregular
        tail += self._source.read(MAX_TAIL_BYTES - len(tail) + 1)
        if len(tail) > MAX_TAIL_BYTES:
            raise Irregular
        rows = "".join(f"<row{attributes}/>" for attributes in self.rows).encode()
        return head + b"<sheetData>" + rows + b"</sheetData>" + tail

    def _take(self, body: bytes) -> None:
        try:
            content = body.decode("utf-8")
        except UnicodeDecodeError as error:
            raise Irregular from error
        if "]]>" in content:
            raise Irregular
        if "\r" in content:
            content = content.replace("\r\n", "\n").replace("\r", "\n")  # as XML parsers do
        taker = self._taker
        cells, special = taker.cells, taker.special_styles
        made, columns = tuple.__new__, self._columns
        before, taken = len(cells), 0
        row, row_text = 0, ""
        for (
            letters, digits, style, kind, cm, f, attributes, formula, v, value, has_inline, inline,
            new_row, row_attributes, row_end, row_close, junk,
        ) in _TOKEN.findall(content):  # fmt: skip
            if letters:
                taken += 1
                if digits != row_text:
                    row, row_text = _row(digits), digits
                column = columns.get(letters) or self._column(letters)
                if not (v or f or has_inline):
                    taken -= 1  # a blank cell with a format
                    continue
                if v and style not in special and not has_inline and not cm:
                    if f:
                        found = _formula_value(kind, value)
                        text = _simple_formula(formula) if not attributes else ""
                        if found is not None and text:
                            cells[row, column] = made(Cell, (
                                row, column, found, text, True, None, False, False,
                                True, False, False,
                            ))  # fmt: skip
                            continue
                    elif kind == "s":
                        shared, is_text_number = taker.shared_text(value)
                        cells[row, column] = made(Cell, (
                            row, column, shared, None, True, None, False, is_text_number,
                            True, False, False,
                        ))  # fmt: skip
                        continue
                    elif (number := _number(kind, value)) is not None:
                        cells[row, column] = made(Cell, (
                            row, column, number, None, True, None, False, False,
                            True, False, False,
                        ))  # fmt: skip
                        continue
                taken -= 1
                size = len(cells)
                taker.take(
                    row,
                    column,
                    kind or "n",
                    _unescaped(value) if v else None,
                    _unescaped(inline) if has_inline else None,
                    int(style or 0),
                    (_unescaped(formula), _mapping(attributes)) if f else None,
                    int(cm or 0),
                )
                taken += len(cells) - size
            elif new_row:
                if self._is_in_row:
                    raise Irregular
                self._is_in_row = not row_end
                self.rows.setdefault(row_attributes, []).append(_row(new_row))
            elif row_close:
                if not self._is_in_row:
                    raise Irregular
                self._is_in_row = False
            elif junk:
                raise Irregular
        if len(cells) - before != taken:
            raise Irregular  # a cell stands twice

    def _column(self, letters: str) -> int:
        column = column_number(letters)
        if column > MAX_COLUMNS:
            raise Irregular
        self._columns[letters] = column
        return column


def _is_utf_8(head: bytes) -> bool:
    """Whether the part says nothing else."""
    declaration = head[: head.find(b"?>") + 2] if head.startswith(b"<?xml") else b""
    if not declaration and not head.startswith(b"<"):
        return False
    encoding = _ENCODING.search(declaration)
    return encoding is None or encoding[1].lower() == b"utf-8"


def _row(digits: str) -> int:
    row = int(digits)
    if row > MAX_ROWS:
        raise Irregular
    return row


def _number(kind: str, text: str) -> float | None:
    """The number of a cell; None where it is not simply one."""
    if kind not in ("", "n") or "_" in text or not text.isascii():
        return None
    try:
        number = float(text)
    except ValueError:
        return None
    return number if number - number == 0 else None


def _formula_value(kind: str, text: str) -> Scalar:
    """What a formula gave, where it is a number or a text without anything special."""
    if kind == "str":
        return text if "&" not in text and "_x" not in text else None
    return _number(kind, text)


def _simple_formula(text: str) -> str:
    """The formula; empty where it needs more than entities to be replaced."""
    return "" if "_x" in text else _unescaped(text).strip().removeprefix("=")


def _unescaped(text: str) -> str:
    if "&" not in text:
        return text
    for entity, sign in _ENTITIES:
        text = text.replace(entity, sign)
    return text


_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&"))


def _mapping(attributes: str) -> dict[str, str]:
    found: Iterator[tuple[str, str]] = iter(_ATTRIBUTE.findall(attributes))
    mapping = dict(found)
    if len(mapping) != attributes.count('="'):
        raise Irregular
    return mapping
