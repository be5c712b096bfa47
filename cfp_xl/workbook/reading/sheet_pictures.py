"""Pictures on a sheet with the row that they stand at, from its drawing; each checked and bounded.

What a drawing fetches from elsewhere, embeds or draws itself (charts, shapes) is no picture.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from cfp_xl.workbook.model import Sheet
from cfp_xl.workbook.reading.container import Package, Relationship
from cfp_xl.workbook.reading.raster import MOST_BYTES, NotShown, Raster, raster_of
from cfp_xl.workbook.reading.trees import local_name

MOST_PICTURES = 60
"""Of one sheet."""
MOST_BYTES_IN_ALL = 40 * 2**20
"""Of one sheet's pictures; a report with them still goes by mail."""
_GIVEN = re.compile(r"(?:picture|image|图片|图像) ?\d*", re.IGNORECASE)
"""What programs call a picture that nobody described."""
ANCHORS = ("twoCellAnchor", "oneCellAnchor", "absoluteAnchor")


@dataclass(frozen=True, slots=True)
class SheetPicture:
    """A picture at the cell that holds its upper left corner."""

    sheet: str
    row: int
    """From 1."""
    raster: Raster
    words: str
    """Its alternative text; "" where it has none."""


@dataclass(frozen=True, slots=True)
class PictureLeftOut:
    """A picture that is not taken: where it stands, and why."""

    sheet: str
    row: int
    """From 1; 0 where it stands at no cell."""
    why: str
    """`kind`, `size`, `damaged`, `turning`, `outside`, `floating`, `many`."""


def sheet_pictures(
    package: Package, sheet: Sheet
) -> tuple[tuple[SheetPicture, ...], tuple[PictureLeftOut, ...]]:
    """The sheet's pictures from its top, and those that can't be taken. Raises Unreadable."""
    found: list[SheetPicture] = []
    left_out: list[PictureLeftOut] = []
    bytes_left = MOST_BYTES_IN_ALL
    for link in package.relationships(sheet.part).values():
        if link.kind != "drawing" or link.is_external or not package.has(link.target):
            continue
        links = package.relationships(link.target)
        for anchor in package.xml(link.target):
            picture = next((e for e in anchor if local_name(e) == "pic"), None)
            if local_name(anchor) not in ANCHORS or picture is None:
                continue
            row = _row(anchor)
            try:
                if len(found) + len(left_out) >= MOST_PICTURES:
                    raise NotShown("many")
                if not row:
                    raise NotShown("floating")
                data = _bytes(package, links, picture, min(MOST_BYTES, bytes_left))
                bytes_left -= len(data)
                found.append(SheetPicture(sheet.name, row, raster_of(data), _words(picture)))
            except NotShown as why:
                left_out.append(PictureLeftOut(sheet.name, row, str(why)))
                if str(why) == "many":
                    break
    return tuple(sorted(found, key=lambda one: one.row)), tuple(left_out)


def _row(anchor: etree._Element) -> int:
    """The row of the upper left corner, from 1; 0 where it has none."""
    corner = next((e for e in anchor if local_name(e) == "from"), None)
    for element in corner if corner is not None else ():
        text = (element.text or "").strip()
        if local_name(element) == "row" and text.isascii() and text.isdigit() and len(text) < 8:
            return int(text) + 1
    return 0


def _bytes(
    package: Package, links: Mapping[str, Relationship], picture: etree._Element, most: int
) -> bytes:
    blip = next((e for e in picture.iter() if local_name(e) == "blip"), None)
    values = {} if blip is None else {str(k).rsplit("}", 1)[-1]: str(v) for k, v in blip.items()}
    link = links.get(values.get("embed", ""))
    if link is None or link.is_external or link.kind != "image" or not package.has(link.target):
        raise NotShown("outside")
    data = package.open(link.target).read(most + 1)
    if len(data) > most:
        raise NotShown("size")
    return data


def _words(picture: etree._Element) -> str:
    named = next((e for e in picture.iter() if local_name(e) == "cNvPr"), None)
    words = "" if named is None else " ".join(str(named.get("descr", "")).split())
    return "" if _GIVEN.fullmatch(words) else words
