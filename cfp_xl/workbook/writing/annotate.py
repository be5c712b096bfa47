"""Mark cells of a workbook and comment on them; the cells themselves stay as they are.

A mark is a conditional format that always holds: it lies over the cell's own style, which stays
untouched, and can be found and taken off again, also after another program has saved the file. A
comment is a classic note, which Excel, WPS and LibreOffice show alike. Annotating anew replaces
what was annotated before; all other parts of the zip stay byte for byte.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape

from cfp_xl.workbook.address import address
from cfp_xl.workbook.reading.container import Package
from cfp_xl.workbook.reading.read import sheet_parts, workbook_part
from cfp_xl.workbook.writing.comments import (
    AUTHOR,
    annotated_cells,
    new_boxes,
    with_boxes,
    with_comments,
    without_boxes,
)
from cfp_xl.workbook.writing.markup import MARKUP, encoding_of, escape
from cfp_xl.workbook.writing.parts import (
    RELATIONSHIPS,
    content,
    declare,
    declare_extension,
    number_of_new_part,
    relate,
    with_changes,
)

Cell = tuple[int, int]
"""Row, column."""

MARK = f'N("{AUTHOR}")=0'
"""By this condition, which always holds, a mark of ours is known."""
STYLE = (
    '<dxf><font><color rgb="FF9C0006"/></font>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FFFFC7CE"/><bgColor rgb="FFFFC7CE"/>'
    "</patternFill></fill><border>"
    '<left style="thin"><color rgb="FFC00000"/></left>'
    '<right style="thin"><color rgb="FFC00000"/></right>'
    '<top style="thin"><color rgb="FFC00000"/></top>'
    '<bottom style="thin"><color rgb="FFC00000"/></bottom></border></dxf>'
)
CONDITION = (
    '<conditionalFormatting sqref="{where}"><cfRule type="expression" dxfId="{style}" '
    'priority="1"><formula>{formula}</formula></cfRule></conditionalFormatting>'
)
COMMENTS = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
DRAWING = "application/vnd.openxmlformats-officedocument.vmlDrawing"
AFTER_SHEET_DATA = (
    "sheetCalcPr",
    "sheetProtection",
    "protectedRanges",
    "scenarios",
    "autoFilter",
    "sortState",
    "dataConsolidate",
    "customSheetViews",
    "mergeCells",
    "phoneticPr",
    "conditionalFormatting",
    "dataValidations",
    "hyperlinks",
    "printOptions",
    "pageMargins",
    "pageSetup",
    "headerFooter",
    "rowBreaks",
    "colBreaks",
    "customProperties",
    "cellWatches",
    "ignoredErrors",
    "smartTags",
    "drawing",
    "legacyDrawing",
    "legacyDrawingHF",
    "drawingHF",
    "picture",
    "oleObjects",
    "controls",
    "webPublishItems",
    "tableParts",
    "extLst",
)
"""The children of a worksheet behind its cells, in the order that Excel insists on (CT_Worksheet,
ECMA-376 part 1, 18.3.1.99)."""
AFTER_DXFS = ("tableStyles", "colors", "extLst")
_DXF = re.compile(r"<(?:[\w.-]+:)?dxf\b(?:[^>]*/>|.*?</(?:[\w.-]+:)?dxf>)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Element:
    """A child of a part's root: its start tag and where the whole ends."""

    name: str
    prefix: str
    start: int
    end: int


def annotate(package: Package, comments: Mapping[str, Mapping[Cell, str]]) -> bytes:
    """The package's bytes with these comments (by sheet and cell) and their cells marked.

    Comments and marks of an earlier annotation go, those of other people stay. Someone's own
    comment in a cell is kept, ours follows it. Deterministic. Raises Unreadable.
    """
    changed: dict[str, bytes] = {}
    by_sheet = {sheet.casefold(): cells for sheet, cells in comments.items()}
    style = _style_index(package, changed) if any(by_sheet.values()) else None
    for sheet, part in sheet_parts(package).items():
        cells = by_sheet.get(sheet.casefold(), {})
        _mark(package, changed, part, cells, style)
        _comment(package, changed, part, cells)
    return with_changes(package, changed)


def _mark(
    package: Package,
    changed: dict[str, bytes],
    part: str,
    cells: Mapping[Cell, str],
    style: int | None,
) -> None:
    """Take our marks off a sheet and put new ones on, before its other conditional formats."""
    xml = content(package, changed, part)
    if not cells and AUTHOR.encode() not in xml:
        return
    encoding = encoding_of(xml)
    text = xml.decode(encoding)
    for element in reversed(list(_children(text))):
        inside = unescape(text[element.start : element.end])
        if element.name == "conditionalFormatting" and MARK in inside:
            text = text[: element.start] + text[element.end :]
    if cells and style is not None:
        where = " ".join(address(*cell) for cell in sorted(cells))
        element_xml = CONDITION.format(where=where, style=style, formula=escape(MARK))
        text = _insert(text, "conditionalFormatting", element_xml)
    changed[part] = text.encode(encoding, "xmlcharrefreplace")


def _comment(
    package: Package, changed: dict[str, bytes], part: str, cells: Mapping[Cell, str]
) -> None:
    """Replace our comments on a sheet, and the boxes that show them."""
    links = package.relationships(part).values()
    of_kind = {link.kind: link.target for link in links if not link.is_external}
    comments, drawing = of_kind.get("comments"), of_kind.get("vmlDrawing")
    old = package.xml(comments) if comments is not None else None
    ours, others = annotated_cells(old)
    if not ours and not cells:
        return
    if comments is None:
        comments = _new_comments(package, changed, part)
    changed[comments] = with_comments(old, cells)
    sheet = content(package, changed, part)
    shown = {cell: text for cell, text in cells.items() if cell not in others}
    if drawing is None:
        _new_drawing(package, changed, part, shown)
    else:
        kept = without_boxes(content(package, changed, drawing), ours)
        changed[drawing] = with_boxes(kept, shown, sheet)


def add_notes_parts(
    package: Package,
    changed: dict[str, bytes],
    part: str,
    comments: bytes,
    shown: Mapping[Cell, str],
) -> None:
    """Give a sheet without notes a part of comments, and the boxes that show them."""
    changed[_new_comments(package, changed, part)] = comments
    _new_drawing(package, changed, part, shown)


def _new_comments(package: Package, changed: dict[str, bytes], part: str) -> str:
    comments = _new_part(package, changed, "xl/comments{}.xml")
    declare(package, changed, comments, COMMENTS)
    relate(package, changed, part, comments, f"{RELATIONSHIPS}/comments")
    return comments


def _new_drawing(
    package: Package, changed: dict[str, bytes], part: str, shown: Mapping[Cell, str]
) -> None:
    sheet = content(package, changed, part)
    drawing = _new_part(package, changed, "xl/drawings/vmlDrawing{}.vml")
    changed[drawing] = new_boxes(shown, sheet)
    declare_extension(package, changed, "vml", DRAWING)
    link = relate(package, changed, part, drawing, f"{RELATIONSHIPS}/vmlDrawing")
    element = f'<legacyDrawing xmlns:r="{RELATIONSHIPS}" r:id="{link}"/>'
    put_child(changed, part, sheet, "legacyDrawing", element)


def put_child(changed: dict[str, bytes], part: str, sheet: bytes, name: str, element: str) -> None:
    """Put an element into a sheet's part where its kind belongs."""
    encoding = encoding_of(sheet)
    text = _insert(sheet.decode(encoding), name, element)
    changed[part] = text.encode(encoding, "xmlcharrefreplace")


def _new_part(package: Package, changed: Mapping[str, bytes], template: str) -> str:
    number = number_of_new_part(package, template)
    while (part := template.format(number)) in changed:
        number += 1
    return part


def _style_index(package: Package, changed: dict[str, bytes]) -> int | None:
    """The index of the mark's style among the differential formats; added where it is missing.

    None for a workbook that has no styles at all: its cells get comments only.
    """
    links = package.relationships(workbook_part(package)).values()
    part = next((link.target for link in links if link.kind == "styles"), None)
    if part is None:
        return None
    xml = content(package, changed, part)
    encoding = encoding_of(xml)
    text = xml.decode(encoding)
    children = list(_children(text))
    prefix = children[0].prefix
    style = _prefixed(STYLE, prefix)
    dxfs = next((child for child in children if child.name == "dxfs"), None)
    known = _DXF.findall(text[dxfs.start : dxfs.end]) if dxfs else []
    if style in known:
        return known.index(style)
    later = (child.start for child in children if child.name in AFTER_DXFS)
    start, end = (dxfs.start, dxfs.end) if dxfs else (next(later, children[-1].end),) * 2
    tag, styles = f"{prefix}dxfs", "".join([*known, style])
    new = f'<{tag} count="{len(known) + 1}">{styles}</{tag}>'
    changed[part] = (text[:start] + new + text[end:]).encode(encoding, "xmlcharrefreplace")
    return len(known)


def _prefixed(xml: str, prefix: str) -> str:
    return re.sub(r"<(/?)(\w)", rf"<\1{prefix}\2", xml) if prefix else xml


def _insert(text: str, name: str, element: str) -> str:
    """Put an element into a worksheet where its kind belongs, first of its kind."""
    later = AFTER_SHEET_DATA[AFTER_SHEET_DATA.index(name) :]
    children = list(_children(text))
    at = next((child.start for child in children if child.name in later), children[-1].end)
    return text[:at] + _prefixed(element, children[0].prefix) + text[at:]


def _children(text: str) -> Iterator[_Element]:
    """The children of the root element, in their order."""
    depth = start = 0
    name = prefix = ""
    for tag in MARKUP.finditer(text):
        if not tag["name"]:
            continue
        if tag["close"]:
            depth -= 1
            if depth == 1:
                yield _Element(name, prefix, start, tag.end())
            continue
        if depth == 1:
            name, prefix, start = tag["name"], tag["prefix"], tag.start()
            if tag["empty"]:
                yield _Element(name, prefix, start, tag.end())
        if not tag["empty"]:
            depth += 1
