"""Cells, rows and columns of a sheet part, as the various programs and libraries write them."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NoReturn

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
from cfp_xl.workbook.cell_text import (
    ERRORS,
    Strings,
    data_table,
    is_number_text,
    is_true,
    joined_text,
    number,
    serial,
    unescaped,
)
from cfp_xl.workbook.container import Package, Unreadable, whole_number
from cfp_xl.workbook.model import Cell
from cfp_xl.workbook.regular_sheet import Irregular, RegularSheet
from cfp_xl.workbook.styles import Styles
from cfp_xl.workbook.tokens import translate
from cfp_xl.workbook.trees import local_name

MAX_CELLS = 2_000_000
"""In one workbook; a footprint has thousands, and each costs some 300 bytes of memory."""


@dataclass
class SheetContent:
    """What `read_sheet` finds in a sheet part."""

    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    is_protected: bool = False


def _formula_parts(element: etree._Element) -> tuple[str, Mapping[str, str]]:
    return element.text or "", {str(name): str(text) for name, text in element.attrib.items()}


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
        new_errors: Mapping[int, ExcelError],
        styles: Styles,
        max_cells: int,
    ) -> None:
        self.part = part
        self.max_cells = max_cells
        self.strings = strings
        self.date_1904 = date_1904
        self.dynamic = dynamic
        self.new_errors = new_errors
        self.styles = styles
        self.special_styles = frozenset(
            str(index)
            for index in styles.dates | styles.unseen_above_zero | styles.unseen_below_zero
        )
        """Of cells whose number must be looked at, as the file spells them."""
        self.content = SheetContent()
        self.cells = self.content.cells
        self.row = 0
        self.column = 0
        self.are_rows_hidden = False
        self.shared: dict[str, _SharedFormula] = {}
        self.waiting: list[tuple[Cell, str]] = []
        self.empty_formulas: list[tuple[int, int]] = []
        self._shared_texts: dict[str, tuple[str, bool]] = {}

    def start_row(self, element: etree._Element) -> None:
        self.row = whole_number(element, "r", self.row + 1, self.part)
        self.column = 0
        if not 1 <= self.row <= MAX_ROWS:
            raise Unreadable("W09", part=self.part, cell=str(self.row))
        if self.is_hidden(element):
            self.content.hidden_rows.add(self.row)

    def is_hidden(self, element: etree._Element) -> bool:
        """Whether a row of such a tag is."""
        is_flattened = element.get("ht") is not None and number(element.get("ht")) == 0
        by_default = self.are_rows_hidden and element.get("ht") is None
        return is_flattened or is_true(element.get("hidden"), default=by_default)

    def other(self, name: str, element: etree._Element) -> None:
        """What stands around the rows."""
        match name:
            case "col":
                self.columns(element)
            case "sheetFormatPr":
                self.are_rows_hidden = is_true(element.get("zeroHeight"))
            case "sheetProtection":
                self.content.is_protected = is_true(element.get("sheet"))

    def check_size(self) -> None:
        if len(self.cells) > self.max_cells:
            raise Unreadable("W06", "cells", limit=MAX_CELLS)

    def shared_text(self, index: str) -> tuple[str, bool]:
        """A shared string, and whether it would be a number."""
        found = self._shared_texts.get(index)
        if found is None:
            text = self.strings.at(index, self.part)
            found = self._shared_texts[index] = text, is_number_text(text)
        return found

    def columns(self, element: etree._Element) -> None:
        first = whole_number(element, "min", 1, self.part)
        last = whole_number(element, "max", 1, self.part)
        is_narrow = element.get("width") is not None and number(element.get("width")) == 0
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
        self.take(
            row,
            column,
            element.get("t", "n"),
            value_text,
            inline,
            0 if value_text is None else whole_number(element, "s", 0, self.part),
            None if formula_element is None else _formula_parts(formula_element),
            whole_number(element, "cm", 0, self.part),
            whole_number(element, "vm", 0, self.part),
        )

    def take(
        self,
        row: int,
        column: int,
        kind: str,
        value_text: str | None,
        inline: str | None,
        style: int,
        formula: tuple[str, Mapping[str, str]] | None,
        cm: int,
        vm: int,
    ) -> None:
        """Keeps a cell: its type, the texts of `<v>`, `<is>` and `<f>` (with its attributes)."""
        value, is_present = self._value(kind, value_text, inline)
        if kind == "e" and is_present:
            value = self.new_errors.get(vm, value)
        is_finite = not (kind == "n" and value is ExcelError.NUM)
        is_unseen = is_date = False
        if isinstance(value, float):
            is_unseen = self.styles.hides(style, value)
            is_date = kind == "d" or style in self.styles.dates
        cell = Cell(
            row,
            column,
            value,
            None if formula is None else "",
            is_cached=is_present,
            is_finite=is_finite,
            is_unseen=is_unseen,
            is_date=is_date,
        )
        if formula is not None:
            self._formula(cell, *formula, cm in self.dynamic)
        elif is_present:
            is_text_number = isinstance(value, str) and is_number_text(value)
            self._keep(cell._replace(is_text_number=is_text_number))

    def _formula(
        self, cell: Cell, written: str, attributes: Mapping[str, str], is_dynamic: bool
    ) -> None:
        text = unescaped(written).strip().removeprefix("=")
        ref = attributes.get("ref", "").replace("$", "") or None
        match attributes.get("t", "normal"):
            case "shared":
                index = attributes.get("si", "")
                if text:
                    self.shared[index] = _SharedFormula(text, cell.row, cell.column)
                    self._keep(cell._replace(formula=text))
                elif index in self.shared:
                    self._keep(cell._replace(formula=self._copy(index, cell)))
                else:
                    self._keep(cell)
                    self.waiting.append((cell, index))
            case "array":
                own = ref or address(cell.row, cell.column)
                self._keep(cell._replace(formula=text, array_ref=own, is_dynamic_array=is_dynamic))
            case "dataTable":
                self._keep(cell._replace(formula=data_table(attributes), array_ref=ref))
            case _:
                self._keep(cell._replace(formula=text))
                if not text:
                    self.empty_formulas.append((cell.row, cell.column))

    def finish(self) -> SheetContent:
        """Settle what could not be known while reading: formulas whose first cell came later."""
        for cell, index in self.waiting:
            if index in self.shared:
                self.content.cells[cell.row, cell.column] = cell._replace(
                    formula=self._copy(index, cell)
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
                self.content.cells[row, column] = cell._replace(formula=None, is_cached=True)
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
                return serial(text, self.date_1904), True
            case _:
                value = number(text)
                return (value if math.isfinite(value) else ExcelError.NUM), True


def read_sheet(
    package: Package,
    part: str,
    strings: Strings,
    *,
    date_1904: bool,
    dynamic: frozenset[int],
    new_errors: Mapping[int, ExcelError],
    styles: Styles = Styles(),  # noqa: B008
    max_cells: int = MAX_CELLS,
) -> SheetContent:
    """The cells of one sheet part.

    `dynamic` are the `cm` indices that mean a dynamic array, `new_errors` the errors that `vm`
    indices stand for.
    """

    def fresh() -> _SheetReader:
        return _SheetReader(
            part,
            strings,
            date_1904=date_1904,
            dynamic=dynamic,
            new_errors=new_errors,
            styles=styles,
            max_cells=max_cells,
        )

    bytes_before = package.bytes_read
    try:
        return _read_regular(package, fresh())
    except Irregular:
        package.bytes_read = bytes_before
    reader = fresh()
    for _, name, element in package.stream(part, "c"):
        match name:
            case "c":
                reader.cell(element)
                reader.check_size()
            case "row":
                reader.start_row(element)
            case _:
                reader.other(name, element)
    return reader.finish()


def _read_regular(package: Package, reader: _SheetReader) -> SheetContent:
    """The sheet where all its cells are of the usual form. Raises Irregular."""
    sheet = RegularSheet(package.open(reader.part), reader)
    rest = sheet.read()
    kinds = iter(sheet.rows.values())
    for _, name, element in package.walk(io.BytesIO(rest), reader.part):
        if name == "row":
            if (rows := next(kinds, None)) is None:
                raise Irregular
            if reader.is_hidden(element):
                reader.content.hidden_rows.update(rows)
        elif name == "c":
            raise Irregular
        else:
            reader.other(name, element)
    return reader.finish()
