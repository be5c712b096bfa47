"""Pictures on a sheet, put onto a sheet of another workbook where their cells are there."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

from lxml import etree

from cfp_xl.workbook.copying.parts import CopiedParts
from cfp_xl.workbook.model import Sheet
from cfp_xl.workbook.reading.container import Package, package_of
from cfp_xl.workbook.reading.read import sheet_parts
from cfp_xl.workbook.reading.trees import local_name
from cfp_xl.workbook.writing.annotate import put_child
from cfp_xl.workbook.writing.parts import RELATIONSHIPS, content, declare, relate, with_changes

DRAWING = "application/vnd.openxmlformats-officedocument.drawing+xml"
NEW = (
    '<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"/>'
)
ANCHORS = ("twoCellAnchor", "oneCellAnchor", "absoluteAnchor")
PLACED = "graphicFrame"
"""What holds a chart: the templates have theirs on the sheet of results."""

Place = Callable[[str, int, int], "tuple[str, int, int] | None"]


def carry_pictures(
    source: Package, sheet: Sheet, data: bytes, path: Path, name: str, place: Place
) -> tuple[bytes, list[str]]:
    """The workbook with the pictures of `sheet` on the sheet `name`; and what is not there."""
    drawing = next(
        (
            link.target
            for link in source.relationships(sheet.part).values()
            if link.kind == "drawing" and source.has(link.target)
        ),
        None,
    )
    if drawing is None:
        return data, []
    anchors = [e for e in source.xml(drawing) if local_name(e) in ANCHORS]
    pictures = [e for e in anchors if _has(e, "pic") and not _has(e, PLACED)]
    package = package_of(data, path)
    part = sheet_parts(package)[name]
    own = next(
        (k.target for k in package.relationships(part).values() if k.kind == "drawing"), None
    )
    others = [e for e in anchors if e not in pictures and (own is None or not _has(e, PLACED))]
    left_out = [f"{sheet.name} ({local_name(e[-2] if len(e) > 1 else e)})" for e in others]
    if not pictures:
        return data, left_out
    changed: dict[str, bytes] = {}
    into = own or _new_drawing(package, changed, part)
    root = etree.fromstring(content(package, changed, into))
    parts = CopiedParts(source, package, changed, lambda _, same: same)
    for anchor in pictures:
        copy = deepcopy(anchor)
        _move(copy, sheet.name, place)
        for element in copy.iter():
            for key in [k for k in element.attrib if str(k).startswith(f"{{{RELATIONSHIPS}}}")]:
                link = source.relationships(drawing).get(str(element.get(key)))
                if link is None or link.is_external or link.kind != "image":
                    del element.attrib[key]
                    continue
                image = parts.copy(link.target, "image")
                id = relate(package, changed, into, image, f"{RELATIONSHIPS}/image")
                element.set(key, id)
        root.append(copy)
    changed[into] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return with_changes(package, changed), left_out


def _new_drawing(package: Package, changed: dict[str, bytes], part: str) -> str:
    number = 1
    while package.has(name := f"xl/drawings/drawing{number}.xml"):
        number += 1
    changed[name] = NEW.encode()
    declare(package, changed, name, DRAWING)
    id = relate(package, changed, part, name, f"{RELATIONSHIPS}/drawing")
    element = f'<drawing xmlns:r="{RELATIONSHIPS}" r:id="{id}"/>'
    put_child(changed, part, content(package, changed, part), "drawing", element)
    return name


def _has(anchor: etree._Element, name: str) -> bool:
    return any(local_name(element) == name for element in anchor.iter())


def _move(anchor: etree._Element, sheet: str, place: Place) -> None:
    """Its corners by as many rows and columns as the cell of the first one moved."""
    by: tuple[int, int] | None = None
    for corner in (e for e in anchor if local_name(e) in ("from", "to")):
        at = {local_name(e): e for e in corner}
        if "row" not in at or "col" not in at:
            continue
        row, column = int(at["row"].text or 0), int(at["col"].text or 0)
        if by is None:
            now = place(sheet, row + 1, column + 1)
            by = (now[1] - row - 1, now[2] - column - 1) if now else (0, 0)
        at["row"].text, at["col"].text = str(max(0, row + by[0])), str(max(0, column + by[1]))
