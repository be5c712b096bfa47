"""Each cell's number format, for workbooks that round every number to what its format shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cfp_xl.workbook.address import cell_position
from cfp_xl.workbook.model import Formats, Sheet
from cfp_xl.workbook.reading.container import Package, whole_number
from cfp_xl.workbook.reading.number_formats import BUILTIN_FORMATS

GENERAL = "General"


def cell_formats(package: Package, styles: str | None, sheets: Iterable[Sheet]) -> Formats:
    """The formats of all cells that have another one than General; `styles` is their part."""
    codes = package.kept(styles, format_codes) if styles else ()
    return {sheet.name: _of_sheet(package, sheet.part, codes) for sheet in sheets}


def format_codes(package: Package, part: str) -> tuple[str, ...]:
    """The number formats of a styles part by the number of the cell format that has them."""
    codes = dict(BUILTIN_FORMATS)
    found: list[str] = []
    is_cell_format = False
    for _, name, element in package.stream(part):
        match name:
            case "numFmt":
                codes[whole_number(element, "numFmtId", 0, part)] = element.get("formatCode", "")
            case "cellXfs" | "cellStyleXfs":
                is_cell_format = name == "cellXfs"
            case "xf" if is_cell_format:
                found.append(codes.get(whole_number(element, "numFmtId", 0, part), GENERAL))
    return tuple(found)


def _of_sheet(package: Package, part: str, codes: tuple[str, ...]) -> Mapping[tuple[int, int], str]:
    shown: dict[tuple[int, int], str] = {}
    row = column = 0
    for _, name, element in package.stream(part):
        if name == "row":
            row, column = whole_number(element, "r", row + 1, part), 0
        elif name == "c":
            row, column = cell_position(element.get("r", "")) or (row, column + 1)
            number = whole_number(element, "s", 0, part)
            if number < len(codes) and codes[number] != GENERAL:
                shown[row, column] = codes[number]
    return shown
