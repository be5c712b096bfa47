"""The print areas of sheets made longer or shorter, so that on paper is what was written."""

from __future__ import annotations

import re
from collections.abc import Mapping

from cfp_xl.workbook.reading.container import Package
from cfp_xl.workbook.reading.read import sheet_parts, workbook_part
from cfp_xl.workbook.writing.markup import MARKUP, attribute, encoding_of
from cfp_xl.workbook.writing.zip_copy import replace_parts

PRINT_AREA = "_xlnm.Print_Area"
OFF_PAPER = 1_000_000
"""The row of an area of empty cells, far below any table: LibreOffice prints no page of it. Its
columns are those of the table, so that the sheet can be put on paper again."""
_ROWS = re.compile(r"^([^,]*!\$?[A-Za-z]{1,3}\$?)(\d{1,7})(:\$?[A-Za-z]{1,3}\$?)\d{1,7}\s*$")
"""The first row and the columns of the one area there is."""


def printed_down_to(package: Package, last_rows: Mapping[str, int]) -> bytes:
    """The file with print areas that end at these rows, by sheet; `OFF_PAPER` for no page at all. A
    sheet without a print area is printed whole and gets none, and one with several keeps them."""
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
        area = _ROWS.match(text[tag.end() : end.start()])
        if attribute(tag, "name") == PRINT_AREA and area and row:
            first = _first_row(int(area[2]), row)
            made += [text[at : tag.end()], area[1], first, area[3], str(row)]
            at = end.start()
    if not made:
        return package.data
    return replace_parts(package, {part: "".join((*made, text[at:])).encode(encoding)})


def _first_row(now: int, last: int) -> str:
    if last == OFF_PAPER:
        return str(OFF_PAPER)
    return "1" if is_off_paper(now) else str(now)


def is_off_paper(row: int) -> bool:
    """Whether an area that begins at this row is no paper; rows that people put in move it."""
    return row >= OFF_PAPER
