"""Classic comments of a sheet: their texts (comments part) and the boxes that show them (VML).

The texts are XML and edited as such. A drawing may hold what is no well-formed XML (Excel itself
writes `<br>`), so its shapes are cut out and put in as text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from copy import deepcopy

from lxml import etree

from cfp_xl.workbook.address import address, cell_position
from cfp_xl.workbook.writing.cell_editor import as_xml
from cfp_xl.workbook.writing.markup import MARKUP, attribute, encoding_of

Cell = tuple[int, int]
"""Row, column; counted from 1."""

NO_COMMENTS = (
    '<comments xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    "<authors/><commentList/></comments>"
)
AUTHOR = "cfp-xl"
HEAD = f"{AUTHOR}:\n"
"""As Excel begins a note. By it a comment of ours is known: LibreOffice keeps no authors."""
BETWEEN = "\n———\n"
"""Stands before our text where it follows someone's own."""
MAX_CHARACTERS = 2000

NEW_DRAWING = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
    ' xmlns:x="urn:schemas-microsoft-com:office:excel">'
    '<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/></o:shapelayout></xml>'
)
SHAPE_TYPE = (
    '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" '
    'path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/>'
    '<v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
SHAPE = (
    '<v:shape id="_x0000_s{id}" type="#_x0000_t202" style="position:absolute;margin-left:60pt;'
    'margin-top:2pt;width:{width_pt}pt;height:{height_pt}pt;z-index:{z};visibility:hidden" '
    'fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/>'
    '<v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
    '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
    '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
    "<x:Anchor>{anchor}</x:Anchor><x:AutoFill>False</x:AutoFill>"
    "<x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
)
WIDTH_PX = 330
LINE_PX = 18
LETTER_PX = 6.5
"""Of a comment's letters; Chinese ones are twice as wide."""
DEFAULT_COLUMN_PX = 64
DEFAULT_ROW_PX = 20
FIRST_ID = 1025

_SHAPE = re.compile(r"<v:shape\b.*?</v:shape>", re.DOTALL)
_PLACE = {name: re.compile(rf"<x:{name}>\s*(\d+)\s*</x:{name}>") for name in ("Row", "Column")}
_ID = re.compile(r"_x0000_s(\d{1,6})\b")


def annotated_cells(root: etree._Element | None) -> tuple[frozenset[Cell], frozenset[Cell]]:
    """The cells whose comment is ours alone, and those with someone's own."""
    ours: set[Cell] = set()
    others: set[Cell] = set()
    for comment in root.iter("{*}comment") if root is not None else ():
        if (cell := cell_position(comment.get("ref", ""))) is not None:
            (ours if _is_ours(comment) else others).add(cell)
    return frozenset(ours), frozenset(others)


def with_comments(root: etree._Element | None, cells: Mapping[Cell, str]) -> bytes:
    """The comments part with our comments replaced by `cells`."""
    new = deepcopy(root) if root is not None else etree.XML(NO_COMMENTS)
    namespace = f"{{{etree.QName(new).namespace}}}"
    authors, listed = (_child(new, name, namespace) for name in ("authors", "commentList"))
    theirs: dict[Cell, etree._Element] = {}
    for comment in list(listed):
        if _is_ours(comment):
            listed.remove(comment)
        elif (cell := cell_position(comment.get("ref", ""))) is not None:
            _cut_ours(comment)
            theirs[cell] = comment
    author = _author_index(authors, namespace)
    for cell in sorted(cells):
        text = HEAD + _short(cells[cell])
        if cell in theirs:
            _child(theirs[cell], "text", namespace).append(_run(BETWEEN + text, namespace))
        else:
            attributes = {"ref": address(*cell), "authorId": str(author)}
            comment = etree.SubElement(listed, f"{namespace}comment", attributes)
            etree.SubElement(comment, f"{namespace}text").append(_run(text, namespace))
    return etree.tostring(new, xml_declaration=True, encoding="UTF-8", standalone=True)


def new_boxes(cells: Mapping[Cell, str], sheet: bytes) -> bytes:
    """A drawing of its own for the boxes of these comments."""
    return with_boxes(NEW_DRAWING.encode(), cells, sheet)


def with_boxes(drawing: bytes, cells: Mapping[Cell, str], sheet: bytes) -> bytes:
    """A drawing with a box for each comment added; `sheet` tells how wide its columns are."""
    if not cells:
        return drawing
    encoding = _encoding(drawing)
    text = drawing.decode(encoding)
    sizes = _sizes(sheet)
    id = max([FIRST_ID - 1, *(int(m[1]) for m in _ID.finditer(text))]) + 1
    shapes = [] if 'id="_x0000_t202"' in text else [SHAPE_TYPE]
    shapes += [_shape(id + n, cell, cells[cell], sizes) for n, cell in enumerate(sorted(cells))]
    end = text.rfind("</")
    return (text[:end] + "".join(shapes) + text[end:]).encode(encoding)


def without_boxes(drawing: bytes, cells: Collection[Cell]) -> bytes:
    """A drawing without the boxes of the comments in these cells."""
    encoding = _encoding(drawing)

    def kept(shape: re.Match[str]) -> str:
        row, column = (_PLACE[name].search(shape[0]) for name in ("Row", "Column"))
        is_gone = row and column and (int(row[1]) + 1, int(column[1]) + 1) in cells
        return "" if is_gone else shape[0]

    return _SHAPE.sub(kept, drawing.decode(encoding)).encode(encoding)


def _encoding(drawing: bytes) -> str:
    """One in which any drawing can be read and comes out as it was; what we add is ASCII."""
    return "latin-1" if (declared := encoding_of(drawing)) == "utf-8" else declared


def _is_ours(comment: etree._Element) -> bool:
    return "".join(t.text or "" for t in comment.iter("{*}t")).startswith(HEAD)


def _author_index(authors: etree._Element, namespace: str) -> int:
    """Our place among the authors; added where it is missing."""
    names = [author.text for author in authors.iter("{*}author")]
    if AUTHOR in names:
        return names.index(AUTHOR)
    etree.SubElement(authors, f"{namespace}author").text = AUTHOR
    return len(names)


def _child(parent: etree._Element, name: str, namespace: str) -> etree._Element:
    """A child by its name; added where the part lacks it."""
    found = parent.find(f"{namespace}{name}")
    return found if found is not None else etree.SubElement(parent, f"{namespace}{name}")


def _run(text: str, namespace: str) -> etree._Element:
    _, content = as_xml(text)
    return etree.XML(f'<r xmlns="{namespace[1:-1]}"><t xml:space="preserve">{content}</t></r>')


def _cut_ours(comment: etree._Element) -> None:
    """Take off what an earlier annotation put behind someone's own text."""
    is_ours = False
    for part in comment.iter("{*}t"):
        text = part.text or ""
        if not is_ours and (is_ours := BETWEEN + HEAD in text):
            part.text = text.partition(BETWEEN + HEAD)[0]
        elif is_ours:
            part.text = ""


def _short(text: str) -> str:
    return text if len(text) <= MAX_CHARACTERS else text[: MAX_CHARACTERS - 1] + "…"


def _shape(id: int, cell: Cell, text: str, sizes: tuple[dict[int, int], dict[int, int]]) -> str:
    height_px = LINE_PX * _lines(text) + 14
    row, column = cell
    columns, rows = sizes
    right = _reached(columns, DEFAULT_COLUMN_PX, column + 1, 12 + WIDTH_PX)
    bottom = _reached(rows, DEFAULT_ROW_PX, row, 4 + height_px)
    return SHAPE.format(
        id=id,
        z=id - FIRST_ID + 1,
        width_pt=round(WIDTH_PX * 0.75),
        height_pt=round(height_px * 0.75),
        anchor=", ".join(map(str, (column, 12, row - 1, 4, *right, *bottom))),
        row=row - 1,
        column=column - 1,
    )


def _lines(text: str) -> int:
    """How many lines a comment takes at its width."""
    return sum(
        1
        + int(sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line) * LETTER_PX)
        // (WIDTH_PX - 10)
        for line in _short(text).split("\n")
    )


def _reached(sizes: Mapping[int, int], default: int, first: int, length_px: int) -> tuple[int, int]:
    """Where a length ends that begins at the left (or top) of column (or row) `first`, from 1:
    the column counted from 0, and how far into it."""
    at = first
    while (size := sizes.get(at, default)) <= length_px:
        length_px -= size
        at += 1
    return at - 1, length_px


def _sizes(sheet: bytes) -> tuple[dict[int, int], dict[int, int]]:
    """Width of columns and height of rows in pixels, where they are not the usual ones."""
    columns: dict[int, int] = {}
    rows: dict[int, int] = {}
    for tag in MARKUP.finditer(sheet.decode(encoding_of(sheet))):
        if tag["name"] == "col" and (width := attribute(tag, "width")):
            first, last = (int(_number(attribute(tag, edge) or "1")) for edge in ("min", "max"))
            size = round(_number(width) * 7) + 5 if attribute(tag, "hidden") is None else 0
            columns |= dict.fromkeys(range(first, min(last, first + 99) + 1), size)
        elif tag["name"] == "row" and (height := attribute(tag, "ht")):
            rows[int(attribute(tag, "r") or 0)] = round(_number(height) * 4 / 3)
    return columns, rows


def _number(size: str) -> float:
    """A width or height; 0 where a stranger's file says nonsense."""
    return float(size) if re.fullmatch(r"\d{1,4}(\.\d+)?", size) else 0
