"""The print areas of sheets made longer or shorter, so that on paper is what was written."""

from __future__ import annotations

import re
from collections.abc import Mapping

from cfp_xl.workbook.reading.container import Package
from cfp_xl.workbook.reading.read import sheet_parts, workbook_part
from cfp_xl.workbook.writing.markup import MARKUP, attribute, encoding_of
from cfp_xl.workbook.writing.zip_copy import replace_parts

PRINT_AREA = "_xlnm.Print_Area"
_LAST_ROW = re.compile(r"^([^,]*:\$?[A-Za-z]{1,3}\$?)(\d{1,7})\s*$")
"""Of the one area there is."""


def printed_down_to(package: Package, last_rows: Mapping[str, int]) -> bytes:
    """The file with print areas that end at these rows, by sheet. A sheet without a print area is
    printed whole and gets none, and one with several keeps them."""
    part = workbook_part(package)
    xml = package.open(part).read()
    encoding = encoding_of(xml)
    text = xml.decode(encoding)
    names = list(sheet_parts(package))
    ends = {str(names.index(sheet)): row for sheet, row in last_rows.items()}
    made, at = [], 0
    markup = MARKUP.finditer(text)
    for tag in markup:
        if tag["name"] != "definedName" or tag["close"] or tag["empty"]:
            continue
        end = next(markup)
        row = ends.get(attribute(tag, "localSheetId") or "")
        area = _LAST_ROW.match(text[tag.end() : end.start()])
        if attribute(tag, "name") == PRINT_AREA and area and row:
            made += [text[at : tag.end()], area[1], str(row)]
            at = end.start()
    if not made:
        return package.data
    return replace_parts(package, {part: "".join((*made, text[at:])).encode(encoding)})
