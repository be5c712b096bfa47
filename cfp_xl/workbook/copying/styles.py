"""Cell formats of one workbook added to those of another."""

from __future__ import annotations

from copy import deepcopy

from lxml import etree

from cfp_xl.workbook.reading.container import Package
from cfp_xl.workbook.reading.read import workbook_part
from cfp_xl.workbook.reading.trees import local_name

BUILT_IN = 164
"""Number formats below this are known to every program and not listed."""
_FONT = (
    *("b", "i", "strike", "condense", "extend", "outline", "shadow", "u", "vertAlign", "sz"),
    *("color", "name", "family", "charset", "scheme"),
)
"""The order of what a font is, which not every program keeps (CT_Font)."""
_BEFORE = {
    "numFmts": ("fonts",),
    "dxfs": ("tableStyles", "colors", "extLst"),
}
"""Where a list goes in that the part lacks."""


class AddedStyles:
    """The target's part of styles, which takes up the formats that copied cells use."""

    def __init__(self, source: Package, target: Package) -> None:
        self.part = _styles_part(target)
        self._into = deepcopy(target.xml(self.part)) if self.part else None
        from_part = _styles_part(source)
        self._from = source.xml(from_part) if from_part else None
        self._known: dict[tuple[str, int], int] = {}

    def xf(self, index: int) -> int:
        """The format of a cell, row or column."""
        return self._taken("cellXfs", index)

    def dxf(self, index: int) -> int:
        """The format of a condition."""
        return self._taken("dxfs", index)

    def xml(self) -> bytes:
        """The part with what was added."""
        assert self._into is not None
        return etree.tostring(self._into, xml_declaration=True, encoding="UTF-8", standalone=True)

    def _taken(self, name: str, index: int) -> int:
        """The place of a list's entry in the target's list; 0 where there is none."""
        if (name, index) in self._known:
            return self._known[name, index]
        listed = _list(self._from, name)
        if self._into is None or listed is None or not 0 <= index < len(listed):
            return 0
        entry = deepcopy(listed[index])
        for font in (one for one in entry.iter() if local_name(one) == "font"):
            font[:] = sorted(font, key=_place_in_font)
        if name == "cellXfs":
            for key, of in (("fontId", "fonts"), ("fillId", "fills"), ("borderId", "borders")):
                entry.set(key, str(self._taken(of, _number(entry.get(key)))))
            entry.set("numFmtId", str(self._number_format(_number(entry.get("numFmtId")))))
            entry.set("xfId", "0")
        into = _list(self._into, name)
        if into is None:
            into = self._new_list(name)
        into.append(entry)
        into.set("count", str(len(into)))
        self._known[name, index] = len(into) - 1
        return len(into) - 1

    def _number_format(self, id: int) -> int:
        if id < BUILT_IN:
            return id
        code = next((e.get("formatCode") for e in _each(self._from) if _id(e) == id), None)
        if code is None:
            return 0
        own = {e.get("formatCode"): _id(e) for e in _each(self._into)}
        if code not in own:
            own[code] = max([BUILT_IN - 1, *own.values()]) + 1
            into = _list(self._into, "numFmts")
            if into is None:
                into = self._new_list("numFmts")
            entry = etree.SubElement(into, f"{_namespace(into)}numFmt")
            entry.set("numFmtId", str(own[code]))
            entry.set("formatCode", code)
            into.set("count", str(len(into)))
        return own[code]

    def _new_list(self, name: str) -> etree._Element:
        assert self._into is not None
        new = etree.Element(f"{_namespace(self._into)}{name}")
        later = [child for child in self._into if local_name(child) in _BEFORE.get(name, ())]
        if later:
            later[0].addprevious(new)
        else:
            self._into.append(new)
        return new


def _place_in_font(element: etree._Element) -> int:
    name = local_name(element)
    return _FONT.index(name) if name in _FONT else len(_FONT)


def _styles_part(package: Package) -> str | None:
    links = package.relationships(workbook_part(package)).values()
    return next((link.target for link in links if link.kind == "styles"), None)


def _list(root: etree._Element | None, name: str) -> etree._Element | None:
    children = root if root is not None else ()
    return next((child for child in children if local_name(child) == name), None)


def _each(root: etree._Element | None) -> list[etree._Element]:
    listed = _list(root, "numFmts")
    return list(listed) if listed is not None else []


def _id(entry: etree._Element) -> int:
    return _number(entry.get("numFmtId"))


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0


def _namespace(element: etree._Element) -> str:
    return f"{{{etree.QName(element).namespace}}}"
