"""Sheets written in the usual form, read by regular expressions instead of an XML parser.

Programs write cells in a few fixed shapes, and there are hundreds of thousands of them. A sheet is
cut into its values, the texts of all `<v>`, and its skeleton, which is all the rest. The skeleton
becomes a `Form`: where the cells are, their formulas, and what kind of value goes where. Copies of
a template have one skeleton, so that each form is made once and then filled.

The rows of a skeleton must consist of the fixed shapes and nothing else: no byte is stepped over.
What stands around them, with one of each kind of `<row …>`, goes through the XML parser as ever.
Whatever is not quite usual makes the sheet Irregular, and `sheet_xml` then reads it all with the
parser, which also says what is wrong with it. Both must give the same cells.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from cfp_xl.functions.values import Scalar
from cfp_xl.workbook.address import MAX_COLUMNS, MAX_ROWS, column_number
from cfp_xl.workbook.cells import CellLayout, Formula, Look, Position
from cfp_xl.workbook.reading.cell_text import unescaped
from cfp_xl.workbook.reading.cell_values import Meaning, Slots
from cfp_xl.workbook.reading.container import MIB, Unreadable
from cfp_xl.workbook.reading.regular_text import (
    ByteStream,
    Irregular,
    checked,
    is_utf_8,
    plain_text,
    without_entities,
)
from cfp_xl.workbook.reading.sheet_formulas import SheetFormulas
from cfp_xl.workbook.reading.styles import Styles

MAX_CELLS = 2_000_000
"""In one workbook; a footprint has thousands, and each costs some 300 bytes of memory."""
MAX_TAIL_BYTES = 16 * MIB

_VALUE = re.compile(rb"<v>([^<]++)</v>")
CUT = "#"
"""What stands in a skeleton for a value."""
_SEAM = b"<v>#</v>"

_TOKEN = re.compile(
    r'<c r="([A-Z]{1,3})([1-9][0-9]{0,6})"([^>]*+)>(?:(?<=/>)|'
    r"(?:(<f[^>]*+>)(?:(?<=/>)|([^<]*+)</f>))?+"
    r"(?:(<v[^>]*+>)(?:(?<=/>)|([^<]*+)</v>))?+"
    r"(?:(<is><t[^>]*+>)(?:(?<=/>)|([^<]*+)</t>)</is>)?+</c>)"
    r"|(<row [^>]*+>)"
    r"|(</row>)"
    r"|[ \t\r\n]++"
    r"|(.+)",
    re.DOTALL,
)
"""A cell, the start or end of a row, space between them, or anything else, which ends the matter:
it is all the rest, so that there is one match of it and not one a character.

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
_ATTRIBUTE = re.compile(r' ([A-Za-z0-9]+)="([^"]*)"')


def cut(data: bytes) -> tuple[bytes, list[bytes]]:
    """The skeleton and the values of (a part of) a sheet; both together are what `data` is."""
    pieces = _VALUE.split(data)
    return _SEAM.join(pieces[::2]), pieces[1::2]


def refuse_more_cells(count: int, most: int) -> None:
    if count > most:
        raise Unreadable("W06", "cells", limit=MAX_CELLS)


class _CellTag(NamedTuple):
    kind: str
    is_dynamic: bool
    vm: int
    look: Look | None


class RegularSheet:
    """Takes the rows of one sheet, in as many pieces as they come."""

    def __init__(
        self, styles: Styles, dynamic: frozenset[int], meaning: Meaning, max_cells: int
    ) -> None:
        """`dynamic` are the `cm` indices that mean a dynamic array."""
        self._styles = styles
        self._max_cells = max_cells
        self._dynamic = dynamic
        self._meaning = meaning
        self._is_in_row = False
        self._columns: dict[str, int] = {}
        self._tags: dict[str, _CellTag] = {}
        self._formula_tags: dict[str, Mapping[str, str]] = {}
        self._closer = SheetFormulas()
        """Takes formulas that are more than their text."""
        self._formulas: dict[int, Formula | Position] = {}
        self._positions: list[Position] = []
        self._uncached: list[int] = []
        self._looks: dict[int, Look] = {}
        self.scalars: list[Scalar] = []
        self.slots = Slots()
        """Of the last piece of the rows."""
        self.rows: dict[str, list[int]] = {}
        """The rows of each kind of row tag."""

    def read(self, begin: bytes, source: ByteStream) -> bytes:
        """Takes all cells of a part that begins with `begin`; the part without them, a row tag of
        each kind in their place.

        Raises Irregular, Unreadable.
        """
        head, opened, buffer = begin.partition(b"<sheetData>")
        if not opened or not is_utf_8(head):
            raise Irregular
        is_last = False
        while not is_last:
            body, closed, tail = buffer.partition(b"</sheetData>")
            is_last = bool(closed)
            if not is_last:
                more = source.read(MIB)
                if not more:
                    raise Irregular
                end = buffer.rfind(b"</row>") + len(b"</row>")
                body, buffer = (buffer[:end], buffer[end:]) if end > 5 else (b"", buffer)
                buffer += more
                if len(buffer) > MAX_TAIL_BYTES:
                    raise Irregular
            self._take(*cut(body))
        if self._is_in_row:
            raise Irregular
        tail += source.read(MAX_TAIL_BYTES - len(tail) + 1)
        if len(tail) > MAX_TAIL_BYTES:
            raise Irregular
        rows = "".join(f"<row{attributes}/>" for attributes in self.rows).encode()
        return head + b"<sheetData>" + rows + b"</sheetData>" + tail

    def layout(self) -> CellLayout:
        """All cells, when they have been read. Raises Irregular."""
        self._closer.finish()
        formulas: dict[int, Formula] = {}
        for number, formula in self._formulas.items():
            if isinstance(formula, Formula):
                formulas[number] = formula
            elif (found := self._closer.found.get(formula)) is not None:
                formulas[number] = found
        without = frozenset(n for n in self._formulas if n not in formulas)
        layout = CellLayout(
            self._positions,
            formulas,
            uncached=(n for n in self._uncached if n not in without),
            spilled=without,
            looks=self._looks,
        )
        if len(layout.numbers) != len(self._positions):
            raise Irregular  # a cell stands twice
        return layout

    def _take(self, skeleton: bytes, values: list[bytes]) -> None:
        """The cells of some rows."""
        self.slots = Slots()
        self._cells(plain_text(skeleton), self.slots)
        if self.slots.cut != len(values):
            raise Irregular  # not all in cells
        self.scalars.extend(self.slots.filled(values, self._meaning))
        refuse_more_cells(len(self.scalars), self._max_cells)

    def _cells(self, content: str, slots: Slots) -> None:  # noqa: C901
        positions, formulas, looks = self._positions, self._formulas, self._looks
        columns, tags, made = self._columns, self._tags, tuple.__new__
        row, row_text = 0, ""
        for (
            letters, digits, rest, f, formula, v, value, inline_tag, inline, row_tag, row_end, junk,
        ) in _TOKEN.findall(content):  # fmt: skip
            if letters:
                if digits != row_text:
                    row, row_text = _row(digits), digits
                at = row, columns.get(letters) or self._column(letters)
                kind, is_dynamic, vm, look = tags.get(rest) or self._tag(rest)
                if v == "<v>" and value == CUT and not inline_tag and kind != "inlineStr":
                    slots.take(kind, vm)
                    is_cached = True
                elif f or v or inline_tag:
                    is_cached = self._hold(slots, kind, vm, v, value, inline_tag, inline)
                    if not is_cached and not f:
                        continue
                    if not is_cached:
                        slots.hold(None)
                        self._uncached.append(len(positions))
                else:
                    continue  # a blank cell with a format
                if f == "<f>" and "_x" not in formula and (text := _plain_formula(formula)):
                    formulas[len(positions)] = made(Formula, (text, None, False))
                elif f:
                    formulas[len(positions)] = at
                    written, attributes = without_entities(formula), self._formula_tag(f)
                    self._closer.take(at, written, attributes, is_dynamic=is_dynamic)
                if look is not None:
                    looks[len(positions)] = look
                positions.append(at)
            elif row_tag:
                self._start_row(row_tag)
            elif row_end:
                if not self._is_in_row:
                    raise Irregular
                self._is_in_row = False
            elif junk:
                raise Irregular

    def _hold(
        self, slots: Slots, kind: str, vm: int, v: str, value: str, inline_tag: str, inline: str
    ) -> bool:
        """Whether a cell has a value that is not cut out; if so it is among `slots`."""
        if inline_tag or kind == "inlineStr":
            if v or kind != "inlineStr":
                raise Irregular
            if inline_tag:
                slots.hold(unescaped(checked(_IS, inline_tag, inline)))
            return inline_tag != ""
        if v and (text := checked(_V, v, value)):
            slots.write(kind, vm, text)
            return True
        if v and kind == "str":
            slots.hold("")
            return True
        return False

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
        look = self._styles.look(int(style or 0), is_date=kind == "d")
        tag = _CellTag(kind or "", int(cm or 0) in self._dynamic, int(vm or 0), look)
        self._tags[rest] = tag
        return tag

    def _formula_tag(self, tag: str) -> Mapping[str, str]:
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


def _row(digits: str) -> int:
    row = int(digits)
    if row > MAX_ROWS:
        raise Irregular
    return row


def _plain_formula(text: str) -> str:
    return without_entities(text).strip().removeprefix("=")
