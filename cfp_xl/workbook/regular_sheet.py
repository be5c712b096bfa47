"""Sheets written in the usual form, read by a regular expression instead of an XML parser.

Programs write cells in a few fixed shapes, and there are hundreds of thousands of them. Here the
rows of a sheet must consist of those shapes and nothing else: no byte is stepped over. The rest of
the part, with one of each kind of `<row …>` it has, goes through the XML parser as ever. Whatever
is not quite usual makes the sheet Irregular, and `sheet_xml` then reads it all with the parser,
which also says what is wrong with it. Both must give the same cells.
"""

from __future__ import annotations

import re
from typing import NamedTuple, Protocol

from cfp_xl.functions.values import Scalar
from cfp_xl.workbook.address import MAX_COLUMNS, MAX_ROWS, column_number
from cfp_xl.workbook.container import MIB
from cfp_xl.workbook.model import Cell

MAX_HEAD_BYTES = MIB
MAX_TAIL_BYTES = 16 * MIB

_TOKEN = re.compile(
    r'<c r="([A-Z]{1,3})([1-9][0-9]{0,6})"([^>]*+)>(?:(?<=/>)|'
    r"(?:(<f[^>]*+>)(?:(?<=/>)|([^<]*+)</f>))?+"
    r"(?:(<v[^>]*+>)(?:(?<=/>)|([^<]*+)</v>))?+"
    r"(?:(<is><t[^>]*+>)(?:(?<=/>)|([^<]*+)</t>)</is>)?+</c>)"
    r"|(<row [^>]*+>)"
    r"|(</row>)"
    r"|[ \t\r\n]++"
    r"|(.)",
    re.DOTALL,
)
"""A cell, the start or end of a row, space between them, or anything else, which ends the matter.

What stands in a tag is looked at once for each tag that is written alike.
"""
_ATTRIBUTES = r'((?: [A-Za-z0-9]+="[^"<&\t\n\r]*")*)'
_SPACE = r'(?: xml:space="preserve")?'
_CELL_REST = re.compile(
    r'(?: s="([0-9]{1,9})")?(?: t="([A-Za-z]{1,9})")?(?: cm="([0-9]{1,9})")?'
    r'(?: vm="([0-9]{1,9})")?/?'
)
_ROW = re.compile(r'<row r="([1-9][0-9]{0,6})"((?: [A-Za-z0-9:]+="[^"<&\t\n\r]*")*)(/?)>')
_F = re.compile(rf"<f{_SPACE}{_ATTRIBUTES}{_SPACE}/?>")
_V = re.compile(rf"<v{_SPACE}/?>")
_IS = re.compile(rf"<is><t{_SPACE}/?>")
_STRING = re.compile(r"<si>(<t[^>]*+>)(?:(?<=/>)|([^<]*+)</t>)</si>|[ \t\r\n]++|(.)", re.DOTALL)
_T = re.compile(rf"<t{_SPACE}/?>")
_ATTRIBUTE = re.compile(r' ([A-Za-z0-9]+)="([^"]*)"')
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_OTHER_ENTITY = re.compile("&(?!(?:amp|lt|gt|quot|apos);)")
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
        vm: int,
    ) -> None: ...
    def check_size(self) -> None: ...


class _CellTag(NamedTuple):
    kind: str
    style: int
    cm: int
    vm: int
    is_simple: bool
    """Neither its style nor an array formula asks for a closer look."""


class RegularSheet:
    """Reads one sheet part. `rows` then has the rows of each kind of row tag."""

    def __init__(self, source: Source, taker: Taker) -> None:
        self._source = source
        self._taker = taker
        self._is_in_row = False
        self._columns: dict[str, int] = {}
        self._tags: dict[str, _CellTag] = {}
        self._formula_tags: dict[str, dict[str, str]] = {}
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
        content = plain_text(body)
        taker = self._taker
        cells = taker.cells
        made, columns, tags = tuple.__new__, self._columns, self._tags
        before, taken = len(cells), 0
        row, row_text = 0, ""
        for (
            letters, digits, rest, f, formula, v, value, inline_tag, inline, row_tag, row_end, junk,
        ) in _TOKEN.findall(content):  # fmt: skip
            if letters:
                if digits != row_text:
                    row, row_text = _row(digits), digits
                column = columns.get(letters) or self._column(letters)
                tag = tags.get(rest) or self._tag(rest)
                if not (f or v or inline_tag):
                    continue  # a blank cell with a format
                if v == "<v>" and tag.is_simple and not inline_tag:
                    if not f:
                        if tag.kind == "s":
                            shared, is_text_number = taker.shared_text(value)
                            taken += 1
                            cells[row, column] = made(Cell, (
                                row, column, shared, None, True, None, False, is_text_number,
                                True, False, False,
                            ))  # fmt: skip
                            continue
                        if (number := _number(tag.kind, value)) is not None:
                            taken += 1
                            cells[row, column] = made(Cell, (
                                row, column, number, None, True, None, False, False,
                                True, False, False,
                            ))  # fmt: skip
                            continue
                    elif f == "<f>":
                        found, text = _formula_value(tag.kind, value), _simple_formula(formula)
                        if found is not None and text:
                            taken += 1
                            cells[row, column] = made(Cell, (
                                row, column, found, text, True, None, False, False,
                                True, False, False,
                            ))  # fmt: skip
                            continue
                size = len(cells)
                taker.take(
                    row,
                    column,
                    tag.kind or "n",
                    _checked(_V, v, value),
                    _checked(_IS, inline_tag, inline),
                    tag.style,
                    (_unescaped(formula), self._formula_tag(f)) if f else None,
                    tag.cm,
                    tag.vm,
                )
                taken += len(cells) - size
            elif row_tag:
                self._start_row(row_tag)
            elif row_end:
                if not self._is_in_row:
                    raise Irregular
                self._is_in_row = False
            elif junk:
                raise Irregular
        if len(cells) - before != taken:
            raise Irregular  # a cell stands twice

    def _start_row(self, tag: str) -> None:
        found = _ROW.fullmatch(tag)
        if found is None or self._is_in_row:
            raise Irregular
        number, attributes, end = found.groups()
        self._is_in_row = not end
        self.rows.setdefault(attributes, []).append(_row(number))

    def _column(self, letters: str) -> int:
        column = column_number(letters)
        if column > MAX_COLUMNS:
            raise Irregular
        self._columns[letters] = column
        return column

    def _tag(self, rest: str) -> _CellTag:
        found = _CELL_REST.fullmatch(rest)
        if found is None:
            raise Irregular
        style, kind, cm, vm = found.groups()
        is_simple = cm is None and (style or "") not in self._taker.special_styles
        tag = _CellTag(kind or "", int(style or 0), int(cm or 0), int(vm or 0), is_simple)
        self._tags[rest] = tag
        return tag

    def _formula_tag(self, tag: str) -> dict[str, str]:
        """Its attributes."""
        if tag not in self._formula_tags:
            found = _F.fullmatch(tag)
            if found is None:
                raise Irregular
            attributes = _ATTRIBUTE.findall(found[1])
            self._formula_tags[tag] = dict(attributes)
            if len(self._formula_tags[tag]) != len(attributes):
                raise Irregular
        return self._formula_tags[tag]


def regular_strings(source: Source) -> tuple[list[str], bytes]:
    """The shared strings of a part that has no rich text, and the part without them.

    Raises Irregular, Unreadable.
    """
    data = source.read(MAX_TAIL_BYTES + 1)
    head, opened, _ = data.partition(b"<si>")
    body, closed, tail = data[len(head) :].rpartition(b"</sst>")
    if not opened or not closed or len(data) > MAX_TAIL_BYTES or not _is_utf_8(head):
        raise Irregular
    texts: list[str] = []
    for tag, text, junk in _STRING.findall(plain_text(body)):
        if tag:
            texts.append(_checked(_T, tag, text) or "")
        elif junk:
            raise Irregular
    return texts, head + b"</sst>" + tail


def plain_text(body: bytes) -> str:
    """XML as text, if it has nothing in it that only a parser should judge."""
    try:
        content = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Irregular from error
    if _CONTROL.search(content) or "]]>" in content:
        raise Irregular
    if "&" in content and _OTHER_ENTITY.search(content):
        raise Irregular
    return content.replace("\r\n", "\n").replace("\r", "\n")  # as XML parsers do


def _checked(form: re.Pattern[str], tag: str, text: str) -> str | None:
    """The text of an element; None where there is no such element."""
    if not tag:
        return None
    if not form.fullmatch(tag):
        raise Irregular
    return _unescaped(text)


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
