"""Sheets written in the usual form, read by regular expressions instead of an XML parser.

Programs write cells in a few fixed shapes, and there are hundreds of thousands of them. A sheet is
cut into its values, the texts of all `<v>`, and its skeleton, which is all the rest. The skeleton
becomes a `Form`: where the cells are, their formulas, and what kind of value goes where. Copies of
a template have one skeleton, so that each form is made once and then filled. Most rows of a table
are one text with another number in it, and are taken apart once, too (`repeated_rows`).

The rows of a skeleton must consist of the fixed shapes and nothing else: no byte is stepped over.
What stands around them, with one of each kind of `<row …>`, goes through the XML parser as ever.
Whatever is not quite usual makes the sheet Irregular, and `sheet_xml` then reads it all with the
parser, which also says what is wrong with it. Both must give the same cells.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from cfp_xl.functions.values import Scalar
from cfp_xl.workbook.address import MAX_COLUMNS, MAX_ROWS, column_number
from cfp_xl.workbook.frame import StyledRows
from cfp_xl.workbook.layout import CellLayout, Position
from cfp_xl.workbook.reading.cell_text import unescaped
from cfp_xl.workbook.reading.cell_values import Slots, ValueContext
from cfp_xl.workbook.reading.container import MIB, Unreadable
from cfp_xl.workbook.reading.regular_text import (
    ByteStream,
    Irregular,
    checked,
    is_utf_8,
    plain_text,
    without_entities,
)
from cfp_xl.workbook.reading.repeated_rows import (
    LayoutBuilder,
    RepeatedRows,
    RowDraft,
    RowForm,
    is_plain,
    plain_formula,
)
from cfp_xl.workbook.reading.sheet_formulas import SheetFormulas
from cfp_xl.workbook.reading.styles import Styles
from cfp_xl.workbook.row_runs import Formula, Look

MAX_CELLS = 2_000_000
"""In one workbook; a footprint has thousands, and each costs some 300 bytes of memory."""
MAX_TAIL_BYTES = 16 * MIB

_VALUE = re.compile(rb"<v>([^<]++)</v>")
CUT = "#"
"""What stands in a skeleton for a value."""
_SEAM = b"<v>#</v>"
_INLINE = re.compile(rb'<is><t(?: xml:space="preserve")?>([^<]++)</t></is>')
_INLINE_VALUE = b"<is><v>%b</v></is>"
"""A text that stands in its cell, written so that it is cut out as other values are."""

_TOKEN = re.compile(
    r'<c r="([A-Z]{1,3})([1-9][0-9]{0,6})"([^>]*+)>(?:(?<=/>)|'
    r"(?:(<f[^>]*+>)(?:(?<=/>)|([^<]*+)</f>))?+"
    r"(?:(<v[^>]*+>)(?:(?<=/>)|([^<]*+)</v>))?+"
    r"(?:<is>(<v>#</v>)</is>|(<is><t[^>]*+>)(?:(?<=/>)|([^<]*+)</t>)</is>)?+</c>)"
    r"|(<row [^>]*+>)"
    r"|[ \t\r\n]++"
    r"|(.+)",
    re.DOTALL,
)
"""A cell, the start of a row, space between them, or anything else, which ends the matter: it is
all the rest, so that there is one match of it and not one a character.

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
    """The skeleton and the values of (a part of) a sheet; both together are what `data` is.

    Raises Irregular.
    """
    if b"<is>" in data:
        if b"<is><v>" in data:
            raise Irregular
        pieces = _INLINE.split(data)
        pieces[1::2] = [_INLINE_VALUE % text for text in pieces[1::2]]
        data = b"".join(pieces)
    pieces = _VALUE.split(data)
    return _SEAM.join(pieces[::2]), pieces[1::2]


def refuse_more_cells(count: int, most: int) -> None:
    """Raises Unreadable (W06) beyond the number of cells that a workbook may have."""
    if count > most:
        raise Unreadable("W06", "cells", limit=MAX_CELLS)


class _CellTag(NamedTuple):
    kind: str
    is_dynamic: bool
    vm: int
    style: int
    look: Look | None


class RegularSheet:
    """Takes the rows of one sheet, in as many pieces as they come."""

    def __init__(
        self, styles: Styles, dynamic: frozenset[int], meaning: ValueContext, max_cells: int
    ) -> None:
        """`dynamic` are the `cm` indices that mean a dynamic array."""
        self._styles = styles
        self._max_cells = max_cells
        self._dynamic = dynamic
        self._meaning = meaning
        self._row = 0
        """The last row so far."""
        self._digits = ""
        """Its number as written, while it is open."""
        self._columns: dict[str, int] = {}
        self._tags: dict[str, _CellTag] = {}
        self._formula_tags: dict[str, Mapping[str, str]] = {}
        self._closer = SheetFormulas()
        """Takes formulas that are more than their text."""
        self._closed_later: list[tuple[RowDraft, int, Position]] = []
        """Cells whose formulas it has: row, place, position."""
        self._repeated = RepeatedRows()
        self._layout = LayoutBuilder()
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
        tail += source.read(MAX_TAIL_BYTES - len(tail) + 1)
        if len(tail) > MAX_TAIL_BYTES:
            raise Irregular
        rows = "".join(f"<row{attributes}/>" for attributes in self.rows).encode()
        return head + b"<sheetData>" + rows + b"</sheetData>" + tail

    def layout(self) -> CellLayout:
        """All cells, when they have been read."""
        self._closer.finish()
        for draft, place, position in self._closed_later:
            found = self._closer.found.get(position)
            if found is not None:
                draft.formulas[place] = found
            else:
                del draft.formulas[place]
                draft.uncached.discard(place)
                self._layout.spilled.add(position)
        return self._layout.made()

    @property
    def styled(self) -> Sequence[StyledRows]:
        """The styles of the cells, row by row."""
        return self._layout.styled

    def _take(self, skeleton: bytes, values: list[bytes]) -> None:
        """The cells of some rows."""
        self.slots = Slots()
        self._take_rows(plain_text(skeleton))
        if self.slots.cut != len(values):
            raise Irregular  # not all in cells
        self.scalars.extend(self.slots.filled(values, self._meaning))
        refuse_more_cells(len(self.scalars), self._max_cells)

    def _take_rows(self, content: str) -> None:
        *closed, rest = content.split("</row>")
        repeated, last, count = self._repeated, None, 0
        for row_text in closed:
            text = row_text.lstrip(" \t\r\n")
            found = repeated.find(text)
            if found is None:
                self._put(last, count)
                self._read_row(text)
                last, count = None, 0
                continue
            row, form = found
            if form is last and row == self._row + 1:
                count += 1
            else:
                self._put(last, count)
                last, count = form, 1
                self._follow(row)
            self._row = row
        self._put(last, count)
        if rest:
            draft, _ = self._draft(rest)
            if self._digits or draft.columns:
                raise Irregular

    def _follow(self, row: int) -> None:
        """A row comes that must be below all before it."""
        if not self._row < row <= MAX_ROWS:
            raise Irregular
        self._row = row

    def _put(self, form: RowForm | None, count: int) -> None:
        """So many rows of a known form, of which `_row` is the last."""
        if form is None:
            return
        first = self._row - count + 1
        if self._row > MAX_ROWS:
            raise Irregular
        self.rows.setdefault(form.attributes, []).extend(range(first, self._row + 1))
        self._layout.add(first, count, form.shape, form.styles)
        self.slots.take(form.values, count)

    def _read_row(self, text: str) -> None:
        """A row as no other before it; those after it may be like it."""
        draft, attributes = self._draft(text)
        if not self._digits:
            raise Irregular
        form = self._repeated.add(text, self._digits, attributes, draft)
        self._digits = ""
        shape = form.shape if form else draft.shape()
        self._layout.add(self._row, 1, shape, tuple(draft.styles.items()))
        self.slots.take(draft.values, 1)

    def _draft(self, text: str) -> tuple[RowDraft, str]:
        """What is in a row, and the attributes of its tag; before it may be rows without cells."""
        draft, attributes = RowDraft(), ""
        columns, tags = self._columns, self._tags
        for (
            letters, digits, rest, f, formula, v, value, cut_inline, inline_tag, inline, row_tag,
            junk,
        ) in _TOKEN.findall(text):  # fmt: skip
            if letters:
                if digits != self._digits:
                    raise Irregular
                draft.cells += 1
                column = columns.get(letters) or self._column(letters)
                kind, is_dynamic, vm, style, look = tags.get(rest) or self._tag(rest)
                draft.styles[column] = style or draft.styles.get(column, 0)
                if cut_inline or (v == "<v>" and value == CUT and not inline_tag):
                    if (kind == "inlineStr") != bool(cut_inline) or (cut_inline and v):
                        raise Irregular
                    draft.values.take("str" if cut_inline else kind, vm)
                elif not (f or v or inline_tag):
                    continue  # a blank cell with a format
                elif not self._hold(draft, kind, vm, v, value, inline_tag, inline):
                    if not f:
                        continue
                    draft.values.hold(None)
                    draft.uncached.add(len(draft.columns))
                if f:
                    at = self._row, column
                    self._formula(draft, at, f, formula, is_dynamic=is_dynamic)
                self._place(draft, column, look)
            elif row_tag:
                attributes = self._start_row(row_tag)
                draft.tags += 1
            elif junk:
                raise Irregular
        return draft, attributes

    def _place(self, draft: RowDraft, column: int, look: Look | None) -> None:
        """The cell whose value or formula the draft has taken, behind those before it."""
        if draft.columns and column <= draft.columns[-1]:
            raise Irregular
        if look is not None:
            draft.looks[len(draft.columns)] = look
        draft.columns.append(column)

    def _formula(
        self, draft: RowDraft, at: Position, f: str, formula: str, *, is_dynamic: bool
    ) -> None:
        """Of the next cell of a row."""
        place = len(draft.columns)
        attributes = self._formula_tag(f) if f != "<f>" else {}
        if f == "<f>" and is_plain(formula) and (text := plain_formula(formula)):
            draft.formulas[place] = Formula(text)
            draft.written.append(formula)
            return
        index = attributes.get("si", "")
        is_shared = attributes.get("t") == "shared"
        if is_shared and not formula and self._closer.knows(index):
            draft.formulas[place] = self._closer.shared(index)
            return
        if is_shared and self._closer.knows(index):
            self._repeated.forget()  # rows that copy what it said before
        self._closer.take(at, without_entities(formula), attributes, is_dynamic=is_dynamic)
        draft.formulas[place] = Formula("")
        draft.is_single = True
        self._closed_later.append((draft, place, at))

    def _hold(
        self,
        draft: RowDraft,
        kind: str,
        vm: int,
        v: str,
        value: str,
        inline_tag: str,
        inline: str,
    ) -> bool:
        """Whether a cell has a value that is not cut out; if so it is among those of the row."""
        if inline_tag or kind == "inlineStr":
            if v or kind != "inlineStr":
                raise Irregular
            if inline_tag:
                draft.values.hold(unescaped(checked(_IS, inline_tag, inline)))
                draft.is_single = True
            return inline_tag != ""
        if v and (text := checked(_V, v, value)):
            draft.values.write(kind, vm, text)
            draft.is_single = True
            return True
        if v and kind == "str":
            draft.values.hold("")
            return True
        return False

    def _start_row(self, tag: str) -> str:
        """Its attributes."""
        found = _ROW.fullmatch(tag)
        if found is None or self._digits:
            raise Irregular
        digits, attributes, end = found.groups()
        self._follow(int(digits))
        self._digits = "" if end else digits
        self.rows.setdefault(attributes, []).append(self._row)
        return str(attributes)

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
        number = int(style or 0)
        look = self._styles.look(number, is_date=kind == "d")
        tag = _CellTag(kind or "", int(cm or 0) in self._dynamic, int(vm or 0), number, look)
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
