"""Write constants into prepared cells of a workbook, and leave every other byte as it was.

What stands in a cell is replaced and its style kept; cells that the file lacks are added in their
place. Texts are inline strings: one that begins with `=` stays a text.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from cfp_xl.functions.serial_dates import serial_of
from cfp_xl.functions.values import Scalar
from cfp_xl.workbook.address import address
from cfp_xl.workbook.layout import Position
from cfp_xl.workbook.reading.container import Package
from cfp_xl.workbook.reading.read import sheet_parts
from cfp_xl.workbook.writing.cell_editor import CellXml, as_xml, edit_cells, retyped
from cfp_xl.workbook.writing.charts import redrawn
from cfp_xl.workbook.writing.markup import ATTRIBUTE
from cfp_xl.workbook.writing.patch import CellKey, by_part, patched_cell
from cfp_xl.workbook.writing.zip_copy import replace_parts

_OF_VALUE = ("cm", "vm")
"""Attributes that go with a value."""
Constant = Scalar | date
"""None and "" empty a cell; a date becomes its serial number, for the cell's own format to show."""

Values = Mapping[tuple[int, int], Constant]
"""(row, column), both from 1 → what the cell is to hold."""
Models = Mapping[tuple[int, int], tuple[int, int]]
"""A cell that the sheet may lack → the cell whose looks it is to have."""


class FormulaInTheWay(ValueError):
    """A constant would overwrite a formula: prepared cells hold none, so this is our bug."""


def write_values(
    package: Package,
    values: Mapping[str, Values],
    like: Mapping[str, Models] | None = None,
    results: Mapping[CellKey, Scalar] = MappingProxyType({}),
) -> bytes:
    """The package's bytes with these constants, by sheet name; new cells look `like` others.
    `results` are the values of formula cells that were computed with them.

    A sheet that the package lacks raises KeyError, a cell with a formula FormulaInTheWay.
    """
    part_of = {name.casefold(): part for name, part in sheet_parts(package).items()}
    constants = {part_of[sheet.casefold()]: of_sheet for sheet, of_sheet in values.items()}
    models = {part_of[sheet.casefold()]: of_sheet for sheet, of_sheet in (like or {}).items()}
    computed = by_part(package, results)
    replaced = {
        part: write_into_sheet(
            package.open(part).read(),
            constants.get(part, {}),
            models.get(part, {}),
            computed.get(part, {}),
        )
        for part in part_of.values()
        if constants.get(part) or computed.get(part)
    }
    return replace_parts(package, replaced | redrawn(package, results))


def write_into_sheet(
    xml: bytes,
    values: Values,
    like: Models = MappingProxyType({}),
    results: Mapping[Position, Scalar] = MappingProxyType({}),
) -> bytes:
    """A sheet part with these constants, and `results` as values of its formulas."""
    styles = _styles(xml, set(like.values()))

    def change(cell: CellXml) -> str:
        if cell.position not in values:
            return patched_cell(cell, results[cell.position])
        if "f" in cell.children():
            raise FormulaInTheWay(address(*cell.position))
        return _cell(cell.prefix, cell.attributes, values[cell.position])

    def add(position: Position, prefix: str) -> str:
        value = values.get(position)
        is_blank = value is None or value == ""
        style = styles.get(like.get(position, position), "")
        return "" if is_blank else _cell(prefix, f' r="{address(*position)}"{style}', value)

    return edit_cells(xml, [*values, *results.keys() - values.keys()], change, add)[0]


def _styles(xml: bytes, wanted: set[tuple[int, int]]) -> dict[tuple[int, int], str]:
    """The style attribute of each of these cells, as the part spells it."""
    styles: dict[tuple[int, int], str] = {}

    def look(cell: CellXml) -> str:
        found = (m for m in ATTRIBUTE.finditer(cell.attributes) if m[2] == "s")
        styles[cell.position] = next((m[0] for m in found), "")
        return cell.start + cell.inner

    if wanted:
        edit_cells(xml, wanted, look)
    return styles


def _cell(prefix: str, attributes: str, value: Constant) -> str:
    """A cell's XML with the attributes it had, but the type of its new value."""
    if isinstance(value, date):
        value = serial_of(value)
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"no cell can hold {value}")
    kind, content = as_xml(value)
    if not content:
        return f"<{prefix}c{retyped(attributes, '', _OF_VALUE)}/>"
    if kind == "str":
        inner = f'<{prefix}is><{prefix}t xml:space="preserve">{content}</{prefix}t></{prefix}is>'
        return f"<{prefix}c{_typed(attributes, 'inlineStr')}>{inner}</{prefix}c>"
    return f"<{prefix}c{_typed(attributes, kind)}><{prefix}v>{content}</{prefix}v></{prefix}c>"


def _typed(attributes: str, kind: str) -> str:
    """The type comes last, after the attributes that stay."""
    kept = retyped(attributes, "", _OF_VALUE)
    return f'{kept} t="{kind}"' if kind else kept
