"""How a sheet is printed, taken over from another workbook's sheet where somebody set it.

Only what is the sheet's own: paper, orientation, margins, header and footer. Scale, areas and
breaks go by rows and columns, which are others there.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from copy import deepcopy
from math import isclose
from pathlib import Path

from lxml import etree

from cfp_xl.footprint.wording import folded
from cfp_xl.workbook.reading.container import Package, package_of
from cfp_xl.workbook.reading.read import sheet_parts
from cfp_xl.workbook.reading.trees import local_name
from cfp_xl.workbook.writing.parts import with_changes

MARGINS = ("left", "right", "top", "bottom")
PAPER = ("orientation", "paperSize")
_CODE = re.compile(r"&(?:[0-9]{1,3}|[A-Za-z])")
"""Of page, sheet, side, size of letters."""


def carry_page_setup(
    source: Package, part: str, data: bytes, path: Path, sheet: str, usual: Collection[str]
) -> bytes:
    """The workbook with the page of one sheet set up as the source's part has it; `usual` are words
    that no one set, folded."""
    package = package_of(data, path)
    into_part = sheet_parts(package)[sheet]
    was, now = source.xml(part), deepcopy(package.xml(into_part))
    is_changed = _margins(_child(was, "pageMargins"), _child(now, "pageMargins"))
    is_changed |= _paper(_child(was, "pageSetup"), _child(now, "pageSetup"))
    is_changed |= _header_and_footer(
        _child(was, "headerFooter"), _child(now, "headerFooter"), usual
    )
    if not is_changed:
        return data
    xml = etree.tostring(now, xml_declaration=True, encoding="UTF-8", standalone=True)
    return with_changes(package, {into_part: xml})


def _child(root: etree._Element, name: str) -> etree._Element | None:
    return next((child for child in root if local_name(child) == name), None)


def _margins(was: etree._Element | None, now: etree._Element | None) -> bool:
    """In inches; programs write more digits or fewer."""
    is_changed = False
    for side in MARGINS if was is not None and now is not None else ():
        assert was is not None
        assert now is not None
        one, other = was.get(side), now.get(side)
        if one and other and not isclose(float(one), float(other), abs_tol=0.006):
            now.set(side, one)
            is_changed = True
    return is_changed


def _paper(was: etree._Element | None, now: etree._Element | None) -> bool:
    is_changed = False
    for key in PAPER if was is not None and now is not None else ():
        assert was is not None
        assert now is not None
        if (one := was.get(key)) and one not in (now.get(key), "default"):
            now.set(key, one)
            is_changed = True
    return is_changed


def _header_and_footer(
    was: etree._Element | None, now: etree._Element | None, usual: Collection[str]
) -> bool:
    if was is None or now is None or _said(was) == _said(now):
        return False
    words = {folded(part) for text in _said(was).values() for part in _CODE.split(text)}
    if words <= {"", "/", *usual}:
        return False
    for child in list(now):
        now.remove(child)
    for name, text in _said(was).items():
        if text:
            etree.SubElement(now, f"{{{etree.QName(now).namespace}}}{name}").text = text
    return True


def _said(element: etree._Element) -> dict[str, str]:
    """What head and foot say; LibreOffice puts a blank behind the size of the letters."""
    texts = {local_name(child): child.text or "" for child in element}
    return {
        name: texts.get(name, "").replace("&8 ", "&8").strip()
        for name in ("oddHeader", "oddFooter")
    }
