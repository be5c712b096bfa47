"""Cells, rows and columns of a sheet part, as the various programs and libraries write them."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from lxml import etree

from cfp_xl.functions.values import ExcelError, Scalar
from cfp_xl.workbook.address import (
    MAX_COLUMNS,
    MAX_ROWS,
    Bounds,
    address,
    cell_position,
    is_within_grid,
)
from cfp_xl.workbook.cells import Cell, SheetCells, is_number_text
from cfp_xl.workbook.frame import SheetFrame
from cfp_xl.workbook.layout import CellLayout, Position
from cfp_xl.workbook.lru_cache import LruCache
from cfp_xl.workbook.reading.cell_text import is_true, joined_text, number
from cfp_xl.workbook.reading.cell_values import Slots, ValueContext
from cfp_xl.workbook.reading.container import MIB, Package, Unreadable, whole_number
from cfp_xl.workbook.reading.filters import CRITERIA, filter_of_sheet
from cfp_xl.workbook.reading.regular_sheet import RegularSheet, cut, refuse_more_cells
from cfp_xl.workbook.reading.regular_text import Irregular
from cfp_xl.workbook.reading.sheet_formulas import SheetFormulas
from cfp_xl.workbook.reading.styles import Styles
from cfp_xl.workbook.reading.trees import local_name

MAX_KEPT_BYTES = MIB // 2
"""Larger sheets hardly come twice."""


@dataclass
class SheetContent:
    """What `read_sheet` finds in a sheet part."""

    cells: Mapping[Position, Cell]
    hidden_rows: frozenset[int]
    hidden_columns: frozenset[int]
    is_protected: bool
    filters: tuple[Bounds, ...] = ()
    """The ranges of filters that leave rows out."""
    is_filtered: bool = False
    """It says that rows are hidden by a filter, as also an advanced filter does."""
    frame: SheetFrame | None = None
    """None where the parser read it."""


@dataclass(frozen=True)
class _Form:
    """A sheet without its values."""

    layout: CellLayout
    slots: Slots
    around: _Surroundings
    frame: SheetFrame

    def filled(self, values: list[bytes], meaning: ValueContext) -> SheetContent:
        """Raises Irregular."""
        return self.content(self.slots.filled(values, meaning))

    def content(self, scalars: Sequence[Scalar]) -> SheetContent:
        cells = SheetCells(self.layout, [*scalars, None])
        return SheetContent(cells, **self.around.found, frame=self.frame)


_forms: LruCache[tuple[bytes, Styles, frozenset[int]], _Form] = LruCache(64 * MIB)
"""By skeleton, and what else a form depends on."""
FORM_BYTES = 10
"""A form takes about so many times the memory of its skeleton."""


class _Surroundings:
    """What stands around the cells: which rows and columns are hidden, protection."""

    def __init__(self, part: str) -> None:
        self.part = part
        self.hidden_rows: set[int] = set()
        self.hidden_columns: set[int] = set()
        self.is_protected = False
        self.is_filtered = False
        self._filter: Bounds | None = None
        self._filters: list[Bounds] = []
        self._are_rows_hidden = False

    @property
    def found(self) -> dict[str, Any]:
        """What of it a sheet's content has, by its names."""
        return {
            "hidden_rows": frozenset(self.hidden_rows),
            "hidden_columns": frozenset(self.hidden_columns),
            "is_protected": self.is_protected,
            "filters": tuple(dict.fromkeys(self._filters)),
            "is_filtered": self.is_filtered,
        }

    def is_hidden(self, element: etree._Element) -> bool:
        """Whether a row of such a tag is."""
        is_flattened = element.get("ht") is not None and number(element.get("ht")) == 0
        by_default = self._are_rows_hidden and element.get("ht") is None
        return is_flattened or is_true(element.get("hidden"), default=by_default)

    def other(self, name: str, element: etree._Element) -> None:
        """What is no row."""
        match name:
            case "col":
                self._columns(element)
            case "sheetFormatPr":
                self._are_rows_hidden = is_true(element.get("zeroHeight"))
            case "sheetProtection":
                self.is_protected = is_true(element.get("sheet"))
            case "sheetPr":
                self.is_filtered = is_true(element.get("filterMode"))
            case "autoFilter":
                self._filter = filter_of_sheet(element)
            case _ if name in CRITERIA and self._filter:
                self._filters.append(self._filter)

    def _columns(self, element: etree._Element) -> None:
        first = whole_number(element, "min", 1, self.part)
        last = whole_number(element, "max", 1, self.part)
        is_narrow = element.get("width") is not None and number(element.get("width")) == 0
        if is_narrow or is_true(element.get("hidden")):
            self.hidden_columns.update(range(max(first, 1), min(last, MAX_COLUMNS) + 1))


class _SheetReader:
    """Walks one sheet part from its first row to its last; keeps what later cells refer back to."""

    def __init__(
        self, part: str, styles: Styles, dynamic: frozenset[int], meaning: ValueContext
    ) -> None:
        self.part = part
        self.styles = styles
        self.dynamic = dynamic
        self.meaning = meaning
        self.around = _Surroundings(part)
        self.cells: dict[Position, Cell] = {}
        self.formulas = SheetFormulas()
        self.row = 0
        self.column = 0

    def start_row(self, element: etree._Element) -> None:
        self.row = whole_number(element, "r", self.row + 1, self.part)
        self.column = 0
        if not 1 <= self.row <= MAX_ROWS:
            raise Unreadable("W09", part=self.part, cell=str(self.row))
        if self.around.is_hidden(element):
            self.around.hidden_rows.add(self.row)

    def cell(self, element: etree._Element) -> None:
        """Takes a cell that holds a value or a formula; raises Unreadable."""
        self.row, self.column = row, column = self._place(element.get("r"))
        formula_element, value_text, inline = self._children(element)
        kind, vm = element.get("t", "n"), whole_number(element, "vm", 0, self.part)
        cm = whole_number(element, "cm", 0, self.part)
        value: Scalar
        if kind == "inlineStr":
            value, is_present = inline, inline is not None
        else:
            value, is_present = self.meaning.value(kind, value_text, vm, self.part)
        style = 0 if value_text is None else whole_number(element, "s", 0, self.part)
        if formula_element is not None:
            attributes = {str(name): str(text) for name, text in formula_element.attrib.items()}
            text = formula_element.text or ""
            self.formulas.take((row, column), text, attributes, is_dynamic=cm in self.dynamic)
        elif not is_present:
            return
        if (row, column) in self.cells:
            self._refuse_two(address(row, column))
        is_unseen = is_date = is_percent = False
        if isinstance(value, float) and (look := self.styles.look(style, is_date=kind == "d")):
            is_unseen = look.hides(value)
            is_date, is_percent = look.is_date, look.is_percent
        self.cells[row, column] = Cell(
            row,
            column,
            value,
            is_cached=is_present,
            is_text_number=formula_element is None
            and isinstance(value, str)
            and is_number_text(value),
            is_finite=not (kind == "n" and value is ExcelError.NUM),
            is_unseen=is_unseen,
            is_date=is_date,
            is_percent=is_percent,
        )

    def _place(self, reference: str | None) -> Position:
        """Row and column; right of the cell before it where no address is written."""
        if reference is None:
            row, column = self.row, self.column + 1
        elif position := cell_position(reference):
            row, column = position
        else:
            raise Unreadable("W08", "cell", part=self.part, cell=reference)
        if not is_within_grid(row, column):
            raise Unreadable("W09", part=self.part, cell=reference or address(row, column))
        return row, column

    def _children(
        self, element: etree._Element
    ) -> tuple[etree._Element | None, str | None, str | None]:
        """Formula, value and text of a cell; each at most once."""
        formula: etree._Element | None = None
        value: str | None = None
        inline: str | None = None
        for child in element:
            match local_name(child):
                case "f" if formula is None:
                    formula = child
                case "v" if value is None:
                    value = child.text or ""
                case "is" if inline is None:
                    inline = joined_text(child)
                case "f" | "v" | "is":
                    self._refuse_two(f"{address(self.row, self.column)} <{local_name(child)}>")
        return formula, value, inline

    def finish(self) -> SheetContent:
        """Settles what could not be known while reading."""
        cells = self.cells
        for at in self.formulas.finish():
            cells[at] = cells[at]._replace(is_cached=True)
        for at, (text, ref, is_dynamic) in self.formulas.found.items():
            cells[at] = cells[at]._replace(formula=text, array_ref=ref, is_dynamic_array=is_dynamic)
        return SheetContent(cells, **self.around.found)

    def _refuse_two(self, what: str) -> NoReturn:
        """Programs differ in which of two they take, so neither can be trusted."""
        raise Unreadable("W08", "twice", part=self.part, what=what)


def read_sheet(
    package: Package,
    part: str,
    meaning: ValueContext,
    *,
    dynamic: frozenset[int],
    styles: Styles,
    max_cells: int,
) -> SheetContent:
    """The cells of one sheet part.

    `dynamic` are the `cm` indices that mean a dynamic array. Raises Unreadable.
    """
    bytes_before = package.bytes_read
    try:
        return _read_regular(package, part, meaning, dynamic, styles, max_cells)
    except Irregular:
        package.bytes_read = bytes_before
    reader = _SheetReader(part, styles, dynamic, meaning)
    for _, name, element in package.stream(part, "c"):
        match name:
            case "c":
                reader.cell(element)
                refuse_more_cells(len(reader.cells), max_cells)
            case "row":
                reader.start_row(element)
            case _:
                reader.around.other(name, element)
    return reader.finish()


def _read_regular(
    package: Package,
    part: str,
    meaning: ValueContext,
    dynamic: frozenset[int],
    styles: Styles,
    max_cells: int,
) -> SheetContent:
    """The sheet where all its cells are of the usual form. Raises Irregular, Unreadable."""
    source = package.open(part)
    begin = source.read(MIB)
    skeleton, values = cut(begin) if len(begin) <= MAX_KEPT_BYTES else (b"", [])
    key = skeleton, styles, dynamic
    if skeleton and (form := _forms.get(key)):
        refuse_more_cells(len(form.layout), max_cells)
        return form.filled(values, meaning)
    sheet = RegularSheet(styles, dynamic, meaning, max_cells)
    rest = sheet.read(begin, source)
    around = _Surroundings(part)
    kinds = iter(sheet.rows.values())
    for _, name, element in package.walk(io.BytesIO(rest), part):
        if name == "row":
            if (rows := next(kinds, None)) is None:
                raise Irregular
            if around.is_hidden(element):
                around.hidden_rows.update(rows)
        elif name == "c":
            raise Irregular
        else:
            around.other(name, element)
    frame = SheetFrame(rest, tuple(sheet.rows.values()), sheet.styled)
    form = _Form(sheet.layout(), sheet.slots, around, frame)
    if skeleton and sheet.slots.cut == len(values):
        _forms.put(key, form, FORM_BYTES * len(skeleton))
    return form.content(sheet.scalars)
