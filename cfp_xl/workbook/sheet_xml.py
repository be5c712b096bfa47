"""Cells, rows and columns of a sheet part, as the various programs and libraries write them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, NoReturn

from lxml import etree

from cfp_xl.functions.values import ExcelError, Scalar
from cfp_xl.workbook.address import (
    MAX_COLUMNS,
    MAX_ROWS,
    address,
    cell_position,
    is_within_grid,
    range_bounds,
)
from cfp_xl.workbook.container import Package, Unreadable, local_name, whole_number
from cfp_xl.workbook.model import Cell
from cfp_xl.workbook.styles import Styles
from cfp_xl.workbook.tokens import translate

MAX_CELLS = 2_000_000
"""In one workbook; a footprint has thousands, and each costs some 300 bytes of memory."""

ERRORS = {error.value: error for error in ExcelError}
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
TEXT_NUMBER = re.compile(r"\s*[+-]?(\d[\d,]*\.?\d*|\.\d+)([eE][+-]?\d+)?\s*%?\s*")


@dataclass(frozen=True, slots=True)
class Strings:
    """The shared strings: the text of each, by its index."""

    texts: tuple[str, ...] = ()

    def at(self, index: str, part: str) -> str:
        try:
            return self.texts[int(index)]
        except (ValueError, IndexError) as error:
            raise Unreadable("W08", "string", part=part, index=index) from error


@dataclass
class SheetContent:
    """What `read_sheet` finds in a sheet part."""

    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    is_protected: bool = False


@dataclass(frozen=True, slots=True)
class _SharedFormula:
    text: str
    row: int
    column: int


class _SheetReader:
    """Walks one sheet part from its first row to its last; keeps what later cells refer back to."""

    def __init__(
        self,
        part: str,
        strings: Strings,
        *,
        date_1904: bool,
        dynamic: frozenset[int],
        styles: Styles,
    ) -> None:
        self.part = part
        self.strings = strings
        self.date_1904 = date_1904
        self.dynamic = dynamic
        self.styles = styles
        self.content = SheetContent()
        self.row = 0
        self.column = 0
        self.are_rows_hidden = False
        self.shared: dict[str, _SharedFormula] = {}
        self.waiting: list[tuple[Cell, str]] = []
        self.empty_formulas: list[tuple[int, int]] = []

    def start_row(self, element: etree._Element) -> None:
        self.row = whole_number(element, "r", self.row + 1, self.part)
        self.column = 0
        if not 1 <= self.row <= MAX_ROWS:
            raise Unreadable("W09", part=self.part, cell=str(self.row))
        is_flattened = element.get("ht") is not None and _number(element.get("ht")) == 0
        by_default = self.are_rows_hidden and element.get("ht") is None
        if is_flattened or is_true(element.get("hidden"), default=by_default):
            self.content.hidden_rows.add(self.row)

    def columns(self, element: etree._Element) -> None:
        first = whole_number(element, "min", 1, self.part)
        last = whole_number(element, "max", 1, self.part)
        is_narrow = element.get("width") is not None and _number(element.get("width")) == 0
        if is_narrow or is_true(element.get("hidden")):
            self.content.hidden_columns.update(range(max(first, 1), min(last, MAX_COLUMNS) + 1))

    def cell(self, element: etree._Element) -> None:
        reference = element.get("r")
        if reference is None:
            row, column = self.row, self.column + 1
        else:
            position = cell_position(reference)
            if position is None:
                raise Unreadable("W08", "cell", part=self.part, cell=reference)
            row, column = position
        if not is_within_grid(row, column):
            raise Unreadable("W09", part=self.part, cell=reference or address(row, column))
        self.row, self.column = row, column

        formula_element: etree._Element | None = None
        value_text: str | None = None
        inline: str | None = None
        for child in element:
            match local_name(child):
                case "f" if formula_element is None:
                    formula_element = child
                case "v" if value_text is None:
                    value_text = child.text or ""
                case "is" if inline is None:
                    inline = joined_text(child)
                case "f" | "v" | "is":
                    self._refuse_two(f"{address(row, column)} <{local_name(child)}>")
        kind = element.get("t", "n")
        value, is_present = self._value(kind, value_text, inline)
        is_finite = not (kind == "n" and value is ExcelError.NUM)
        is_unseen = is_date = False
        if isinstance(value, float):
            style = whole_number(element, "s", 0, self.part)
            is_unseen = self.styles.hides(style, value)
            is_date = kind == "d" or style in self.styles.dates
        if formula_element is None:
            if is_present:
                is_text_number = isinstance(value, str) and is_number_text(value)
                self._keep(
                    Cell(
                        row,
                        column,
                        value,
                        is_text_number=is_text_number,
                        is_finite=is_finite,
                        is_unseen=is_unseen,
                        is_date=is_date,
                    )
                )
            return
        cell = Cell(
            row,
            column,
            value,
            "",
            is_cached=is_present,
            is_finite=is_finite,
            is_unseen=is_unseen,
            is_date=is_date,
        )
        is_dynamic = whole_number(element, "cm", 0, self.part) in self.dynamic
        self._formula(cell, formula_element, is_dynamic)

    def _formula(self, cell: Cell, element: etree._Element, is_dynamic: bool) -> None:
        text = unescaped(element.text or "").strip().removeprefix("=")
        ref = (element.get("ref") or "").replace("$", "") or None
        match element.get("t", "normal"):
            case "shared":
                index = element.get("si", "")
                if text:
                    self.shared[index] = _SharedFormula(text, cell.row, cell.column)
                    self._keep(replace(cell, formula=text))
                elif index in self.shared:
                    self._keep(replace(cell, formula=self._copy(index, cell)))
                else:
                    self._keep(cell)
                    self.waiting.append((cell, index))
            case "array":
                own = ref or address(cell.row, cell.column)
                self._keep(replace(cell, formula=text, array_ref=own, is_dynamic_array=is_dynamic))
            case "dataTable":
                self._keep(replace(cell, formula=_data_table(element), array_ref=ref))
            case _:
                self._keep(replace(cell, formula=text))
                if not text:
                    self.empty_formulas.append((cell.row, cell.column))

    def finish(self) -> SheetContent:
        """Settle what could not be known while reading: formulas whose first cell came later."""
        for cell, index in self.waiting:
            if index in self.shared:
                self.content.cells[cell.row, cell.column] = replace(
                    cell, formula=self._copy(index, cell)
                )
        spills = [
            range_bounds(cell.array_ref) for cell in self.content.cells.values() if cell.array_ref
        ]
        for row, column in self.empty_formulas:
            # Excel marks cells that a formula spills into with an empty <f ca="1"/>.
            if any(
                top <= row <= bottom and left <= column <= right
                for top, left, bottom, right in filter(None, spills)
            ):
                cell = self.content.cells[row, column]
                self.content.cells[row, column] = replace(cell, formula=None, is_cached=True)
        return self.content

    def _copy(self, index: str, cell: Cell) -> str:
        first = self.shared[index]
        return translate(first.text, (first.row, first.column), (cell.row, cell.column))

    def _keep(self, cell: Cell) -> None:
        if (cell.row, cell.column) in self.content.cells:
            self._refuse_two(cell.address)
        self.content.cells[cell.row, cell.column] = cell

    def _refuse_two(self, what: str) -> NoReturn:
        """Programs differ in which of two they take, so neither can be trusted."""
        raise Unreadable("W08", "twice", part=self.part, what=what)

    def _value(self, kind: str, text: str | None, inline: str | None) -> tuple[Scalar, bool]:
        """The value and whether the file holds one; an empty text is one, an empty number not."""
        if kind == "inlineStr":
            return (inline, True) if inline is not None else (None, False)
        if text is None:
            return None, False
        if kind == "str":
            return unescaped(text), True
        if not (text := text.strip()):
            return None, False
        match kind:
            case "s":
                return self.strings.at(text, self.part), True
            case "b":
                return is_true(text), True
            case "e":
                return ERRORS.get(text, ExcelError.UNKNOWN), True
            case "d":
                return _serial(text, self.date_1904), True
            case _:
                number = _number(text)
                return (number if math.isfinite(number) else ExcelError.NUM), True


def read_sheet(
    package: Package,
    part: str,
    strings: Strings,
    *,
    date_1904: bool,
    dynamic: frozenset[int],
    styles: Styles = Styles(),  # noqa: B008
    max_cells: int = MAX_CELLS,
) -> SheetContent:
    """The cells of one sheet part; `dynamic` are the `cm` indices that mean a dynamic array."""
    reader = _SheetReader(part, strings, date_1904=date_1904, dynamic=dynamic, styles=styles)
    for _, name, element in package.stream(part, "c"):
        match name:
            case "c":
                reader.cell(element)
                if len(reader.content.cells) > max_cells:
                    raise Unreadable("W06", "cells", limit=MAX_CELLS)
            case "row":
                reader.start_row(element)
            case "col":
                reader.columns(element)
            case "sheetFormatPr":
                reader.are_rows_hidden = is_true(element.get("zeroHeight"))
            case "sheetProtection":
                reader.content.is_protected = is_true(element.get("sheet"))
    return reader.finish()


def read_strings(package: Package, part: str) -> Strings:
    """The shared strings part: runs of rich text joined, phonetic guides left out."""
    return Strings(
        tuple(
            joined_text(element) for _, name, element in package.stream(part, "si") if name == "si"
        )
    )


def link_cells(
    package: Package, part: str
) -> Iterator[tuple[int, Mapping[tuple[int, int], Scalar]]]:
    """The cells an external link caches: sheet index and values by (row, column)."""
    values: dict[tuple[int, int], Scalar] = {}
    for _, name, element in package.stream(part, "cell"):
        if name == "sheetData":
            values = {}
            yield whole_number(element, "sheetId", 0, part), values
        elif name == "cell" and (position := cell_position(element.get("r", ""))):
            text = "".join(child.text or "" for child in element if local_name(child) == "v")
            values[position] = _link_value(element.get("t", "n"), text)


def _link_value(kind: str, text: str) -> Scalar:
    match kind:
        case "str":
            return unescaped(text)
        case "b":
            return is_true(text)
        case "e":
            return ERRORS.get(text, ExcelError.UNKNOWN)
        case _:
            number = _number(text)
            return number if math.isfinite(number) else ExcelError.NUM


def joined_text(element: etree._Element) -> str:
    """The text of a string item: its `t`, or its runs' `t` joined."""
    pieces: list[str] = []
    for child in element:
        match local_name(child):
            case "t":
                pieces.append(child.text or "")
            case "r":
                pieces.extend(t.text or "" for t in child if local_name(t) == "t")
    return unescaped("".join(pieces))


def unescaped(text: str) -> str:
    """Text with `_xHHHH_` turned into the character it stands for (ECMA-376 ST_Xstring)."""
    if "_x" not in text:
        return text
    plain = ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    if any("\ud800" <= char <= "\udfff" for char in plain):
        plain = plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return plain


def is_number_text(text: str) -> bool:
    """Whether a text would be a number had it been typed into a cell of its own."""
    return bool(text) and TEXT_NUMBER.fullmatch(text) is not None


def is_true(text: str | None, *, default: bool = False) -> bool:
    return default if text is None else text.strip() in ("1", "true", "on", "t")


def _number(text: str | None) -> float:
    """The number, or NaN where there is none that a float can hold."""
    try:
        is_plain = text is not None and text.isascii() and "_" not in text
        return float(text) if text is not None and is_plain else math.nan
    except ValueError:
        return math.nan


def _serial(text: str, date_1904: bool) -> Scalar:
    """An ISO 8601 date as Excel's serial number."""
    try:
        moment = datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return ExcelError.NUM
    days = (moment - datetime(1904, 1, 1)) / timedelta(days=1)
    if date_1904:
        return days
    serial = days + 1462
    # Excel counts a 29 February 1900 that never was.
    return serial if serial > 60 else serial - 1


def _data_table(element: etree._Element) -> str:
    """A what-if table's formula as Excel shows it, `TABLE(row input, column input)`."""
    first: Any = element.get("r1") or ""
    if is_true(element.get("dt2D")):
        return f"TABLE({first},{element.get('r2') or ''})"
    return f"TABLE({first},)" if is_true(element.get("dtr")) else f"TABLE(,{first})"
