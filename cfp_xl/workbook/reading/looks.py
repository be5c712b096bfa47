"""Reads how cells look: widths of columns (ECMA-376 18.3.1.13) and cell formats."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from lxml import etree

from cfp_xl.workbook.address import cell_position
from cfp_xl.workbook.looks import CellLooks, ColumnLook, Style
from cfp_xl.workbook.model import Sheet
from cfp_xl.workbook.reading.cell_formats import GENERAL, format_codes
from cfp_xl.workbook.reading.cell_text import is_true
from cfp_xl.workbook.reading.container import Package, whole_number
from cfp_xl.workbook.reading.trees import local_name

DIGIT_PIXELS = 7
"""Of Calibri 11 and Arial 10, the fonts that Excel's workbooks begin with."""
_PADDING_PIXELS = 5


def read_looks(
    package: Package, styles: str | None, sheets: Iterable[Sheet]
) -> Mapping[str, CellLooks]:
    """The looks of each sheet; `styles` is the part of the cell formats."""
    known = package.kept(styles, _styles) if styles else ()
    return {sheet.name: _look(package, sheet.part, known) for sheet in sheets}


def _styles(package: Package, part: str) -> tuple[Style, ...]:
    codes = iter(format_codes(package, part))
    found: list[Style] = []
    is_cell_format = False
    for _, name, element in package.stream(part, "xf"):
        if name in ("cellXfs", "cellStyleXfs"):
            is_cell_format = name == "cellXfs"
        elif name == "xf" and is_cell_format:
            inner = {local_name(child): child for child in element}
            aligned, protected = inner.get("alignment"), inner.get("protection")
            found.append(
                Style(
                    next(codes, GENERAL),
                    "" if aligned is None else aligned.get("horizontal", ""),
                    protected is None or is_true(protected.get("locked"), default=True),
                )
            )
    return tuple(found)


def _look(package: Package, part: str, styles: tuple[Style, ...]) -> CellLooks:
    default = 8
    columns: list[ColumnLook] = []
    rows: dict[int, int] = {}
    cells: dict[tuple[int, int], int] = {}
    row = column = 0
    for _, name, element in package.stream(part):
        match name:
            case "sheetFormatPr":
                base = whole_number(element, "baseColWidth", 8, part)
                default = _characters(element.get("defaultColWidth"), base)
            case "col":
                columns.append(_column(element, default, part))
            case "row":
                row, column = whole_number(element, "r", row + 1, part), 0
                if is_true(element.get("customFormat")):
                    rows[row] = whole_number(element, "s", 0, part)
            case "c":
                row, column = cell_position(element.get("r", "")) or (row, column + 1)
                cells[row, column] = whole_number(element, "s", 0, part)
    return CellLooks(styles, default, tuple(columns), rows, cells)


def _column(element: etree._Element, default: int, part: str) -> ColumnLook:
    is_hidden = is_true(element.get("hidden"))
    return ColumnLook(
        whole_number(element, "min", 1, part),
        whole_number(element, "max", 1, part),
        0 if is_hidden else _characters(element.get("width"), default),
        not is_true(element.get("customWidth")) and not is_hidden,
        whole_number(element, "style", 0, part),
    )


def _characters(written: str | None, default: int) -> int:
    """A width of files, which holds five pixels of padding, without them."""
    if written is None or not re.fullmatch(r"\d{1,5}(?:\.\d+)?", written, re.ASCII):
        return default
    pixels = int(float(written) * DIGIT_PIXELS + 0.5)
    narrow = DIGIT_PIXELS + _PADDING_PIXELS
    wide = (pixels - _PADDING_PIXELS) / DIGIT_PIXELS
    return int((pixels / narrow if pixels < narrow else wide) + 0.5)
