"""What a file says of East Asian text: phonetic guides (ECMA-376 18.4.6) and the character set."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from cfp_xl.workbook.reading.cell_text import joined_text, unescaped
from cfp_xl.workbook.reading.container import Package, whole_number
from cfp_xl.workbook.reading.trees import local_name

_DOUBLE_BYTES = frozenset({128, 129, 134, 136})
"""Japanese, Korean, Chinese (simplified and traditional)."""

_AS_WRITTEN = ("fullwidthKatakana", "noConversion")


def double_byte_charset(package: Package, styles: str) -> int | None:
    """The character set of the workbook's default font, if it is one with double bytes."""
    for _, name, font in package.stream(styles, "font"):
        if name != "font":
            continue
        found = next((child for child in font if local_name(child) == "charset"), None)
        charset = None if found is None else whole_number(found, "val", 0, styles)
        return charset if charset in _DOUBLE_BYTES else None
    return None


def read_readings(package: Package, strings: str) -> Mapping[str, str | None]:
    """The reading of each shared string that has phonetic guides; None where it has several."""
    found: dict[str, str | None] = {}
    for _, name, element in package.stream(strings, "si"):
        if name != "si":
            continue
        text = joined_text(element)
        reading = _reading(element, text, strings)
        is_known = text in found
        found[text] = reading if not is_known or found[text] == reading else None
    return found


def _reading(element: etree._Element, text: str, part: str) -> str | None:
    """The text with the guides in place of what they stand above."""
    read: list[str] = []
    at = 0
    for child in element:
        match local_name(child):
            case "rPh":
                first = whole_number(child, "sb", 0, part)
                guide = "".join(t.text or "" for t in child if local_name(t) == "t")
                read += [text[at:first], unescaped(guide)]
                at = whole_number(child, "eb", first, part)
            case "phoneticPr" if child.get("type", "fullwidthKatakana") not in _AS_WRITTEN:
                return None if read else text
    return "".join([*read, text[at:]])
