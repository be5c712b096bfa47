"""The print area of a sheet made longer, so that what was written below it is on paper too."""

from __future__ import annotations

import re

from cfp_xl.workbook.reading.container import Package
from cfp_xl.workbook.reading.read import sheet_parts, workbook_part
from cfp_xl.workbook.writing.markup import MARKUP, attribute, encoding_of
from cfp_xl.workbook.writing.zip_copy import replace_parts

PRINT_AREA = "_xlnm.Print_Area"
_LAST_ROW = re.compile(r"^([^,]*:\$?[A-Za-z]{1,3}\$?)(\d{1,7})\s*$")
"""Of the one area there is."""


def printed_down_to(package: Package, sheet: str, row: int) -> bytes:
    """The file with a print area of `sheet` that holds `row`; without one, all is printed."""
    part = workbook_part(package)
    xml = package.open(part).read()
    encoding = encoding_of(xml)
    text = xml.decode(encoding)
    number = str(list(sheet_parts(package)).index(sheet))
    markup = MARKUP.finditer(text)
    for tag in markup:
        if tag["name"] != "definedName" or tag["close"] or tag["empty"]:
            continue
        end = next(markup)
        area = _LAST_ROW.match(text[tag.end() : end.start()])
        is_ours = (attribute(tag, "name"), attribute(tag, "localSheetId")) == (PRINT_AREA, number)
        if is_ours and area and int(area[2]) < row:
            longer = f"{text[: tag.end()]}{area[1]}{row}{text[end.start() :]}"
            return replace_parts(package, {part: longer.encode(encoding)})
    return package.data
