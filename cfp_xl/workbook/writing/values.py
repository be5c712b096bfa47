"""Write constants into prepared cells of a workbook, and leave every other byte as it was.

What stands in a cell is replaced and its style kept; cells that the file lacks are added in their
place. Texts are inline strings: one that begins with `=` stays a text.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from datetime import date

from cfp_xl.functions.serial_dates import serial_of
from cfp_xl.functions.values import Scalar
from cfp_xl.workbook.address import address, cell_position
from cfp_xl.workbook.reading.container import Package
from cfp_xl.workbook.reading.read import sheet_parts
from cfp_xl.workbook.writing.markup import (
    ATTRIBUTE,
    MARKUP,
    attribute,
    children,
    encoding_of,
    end_of,
)
from cfp_xl.workbook.writing.patch import as_xml
from cfp_xl.workbook.writing.zip_copy import replace_parts

Constant = Scalar | date
"""None and "" empty a cell; a date becomes its serial number, for the cell's own format to show."""

Values = Mapping[tuple[int, int], Constant]
"""(row, column), both from 1 → what the cell is to hold."""


class FormulaInTheWay(ValueError):
    """A constant would overwrite a formula: prepared cells hold none, so this is our bug."""


def write_values(package: Package, values: Mapping[str, Values]) -> bytes:
    """The package's bytes with these constants, by sheet name.

    A sheet that the package lacks raises KeyError, a cell with a formula FormulaInTheWay.
    """
    part_of = {name.casefold(): part for name, part in sheet_parts(package).items()}
    replaced = {
        part: write_into_sheet(package.open(part).read(), of_sheet)
        for sheet, of_sheet in values.items()
        if (part := part_of[sheet.casefold()]) and of_sheet
    }
    return replace_parts(package, replaced)


def write_into_sheet(xml: bytes, values: Values) -> bytes:
    """A sheet part with these constants."""
    encoding = encoding_of(xml)
    text = xml.decode(encoding)
    pieces: list[str] = []
    copied = 0
    waiting = {row: _by_column(values, row) for row in sorted({row for row, _ in values})}
    row = column = 0
    prefix = ""
    markup = MARKUP.finditer(text)
    for tag in markup:
        match tag["name"], bool(tag["close"]):
            case "sheetData", False:
                prefix = tag["prefix"]
                if tag["empty"]:
                    pieces.append(text[copied : tag.start()] + f"<{prefix}sheetData>")
                    pieces.extend(_rows(prefix, waiting, None))
                    pieces.append(f"</{prefix}sheetData>")
                    copied = tag.end()
            case "sheetData", True:
                pieces.append(text[copied : tag.start()])
                pieces.extend(_rows(prefix, waiting, None))
                copied = tag.start()
            case "row", False:
                row, column = int(attribute(tag, "r") or row + 1), 0
                pieces.append(text[copied : tag.start()])
                pieces.extend(_rows(prefix, waiting, row))
                copied = tag.start()
                if tag["empty"] and row in waiting:
                    pieces.append(f"<{prefix}row{tag['attributes']}>")
                    pieces.extend(_cells(prefix, row, waiting.pop(row), None))
                    pieces.append(f"</{prefix}row>")
                    copied = tag.end()
            case "row", True:
                pieces.append(text[copied : tag.start()])
                pieces.extend(_cells(prefix, row, waiting.pop(row, {}), None))
                copied = tag.start()
            case "c", False:
                row, column = cell_position(attribute(tag, "r") or "") or (row, column + 1)
                end = tag.end() if tag["empty"] else end_of(markup, "c")
                if of_row := waiting.get(row):
                    pieces.append(text[copied : tag.start()])
                    pieces.extend(_cells(prefix, row, of_row, column))
                    copied = tag.start()
                    if column in of_row:
                        _refuse_formula(tag, text[tag.end() : end], row, column)
                        pieces.append(_cell(prefix, tag["attributes"], of_row.pop(column)))
                        copied = end
    pieces.append(text[copied:])
    return "".join(pieces).encode(encoding, "xmlcharrefreplace")


def _by_column(values: Values, row: int) -> dict[int, Constant]:
    return {column: values[at, column] for at, column in sorted(values) if at == row}


def _rows(
    prefix: str, waiting: dict[int, dict[int, Constant]], before: int | None
) -> Iterator[str]:
    """The rows that the sheet lacks above `before`; all that are left where it is None."""
    for row in [row for row in waiting if before is None or row < before]:
        cells = "".join(_cells(prefix, row, waiting.pop(row), None))
        if cells:
            yield f'<{prefix}row r="{row}">{cells}</{prefix}row>'


def _cells(prefix: str, row: int, of_row: dict[int, Constant], before: int | None) -> Iterator[str]:
    """The cells that the row lacks, of those left of `before`."""
    for column in [column for column in of_row if before is None or column < before]:
        value = of_row.pop(column)
        if value not in (None, ""):
            yield _cell(prefix, f' r="{address(row, column)}"', value)


def _refuse_formula(tag: re.Match[str], inner: str, row: int, column: int) -> None:
    if not tag["empty"] and "f" in children(inner):
        raise FormulaInTheWay(address(row, column))


def _cell(prefix: str, attributes: str, value: Constant) -> str:
    """A cell's XML with the attributes it had, but the type of its new value."""
    kept = ATTRIBUTE.sub(lambda m: "" if m[2] in ("t", "cm", "vm") else m[0], attributes)
    if isinstance(value, date):
        value = serial_of(value)
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"no cell can hold {value}")
    kind, content = as_xml(value)
    if not content:
        return f"<{prefix}c{kept}/>"
    if kind == "str":
        inner = f'<{prefix}is><{prefix}t xml:space="preserve">{content}</{prefix}t></{prefix}is>'
        return f'<{prefix}c{kept} t="inlineStr">{inner}</{prefix}c>'
    typed = f' t="{kind}"' if kind else ""
    return f"<{prefix}c{kept}{typed}><{prefix}v>{content}</{prefix}v></{prefix}c>"
