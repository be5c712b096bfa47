"""What a workbook holds besides cells: input checks, links, and parts that act or lead outside."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO

from lxml import etree

from cfp_xl.workbook.address import Bounds, range_bounds
from cfp_xl.workbook.cell_text import unescaped
from cfp_xl.workbook.container import Package
from cfp_xl.workbook.trees import local_name

ACTIVE: Mapping[str, str] = {
    "vbaProject": "macro",
    "wordVbaData": "macro",
    "xlMacrosheet": "macro",
    "xlIntlMacrosheet": "macro",
    "dialogsheet": "macro",
    "attachedToolbars": "macro",
    "extensibility": "macro",
    "externalLink": "link",
    "connections": "connection",
    "queryTable": "connection",
    "dataModel": "connection",
    "oleObject": "object",
    "package": "object",
    "control": "object",
    "activeXControlBinary": "object",
    "ctrlProp": "object",
    "webextension": "object",
    "webextensiontaskpanes": "object",
}
"""Kinds of relationships by which a workbook runs, fetches or embeds something."""

_SHEET_DATA = re.compile(rb"<((?:[\w.-]+:)?)sheetData[ >].*?</\1sheetData\s*>", re.DOTALL)
"""The cells, which hold neither; in an encoding that this does not read they are walked over."""
MOST_AREAS = 20_000
"""Ranges of input checks and links that are read of one sheet; ours have a few hundred."""


@dataclass(frozen=True, slots=True)
class Validation:
    """A check of what may be typed into cells, with its formulas as written, without `=`."""

    type: str
    operator: str
    formulas: tuple[str, ...]
    areas: tuple[Bounds, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """A hyperlink on cells: to an address outside, or to a place in the workbook."""

    area: Bounds
    target: str
    is_external: bool


@dataclass(frozen=True, slots=True)
class SheetExtras:
    """What one sheet holds besides its cells."""

    validations: tuple[Validation, ...]
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Active:
    """A part or address that acts or leads outside: `macro`, `link`, `dde`, `connection`, …"""

    kind: str
    target: str


def sheet_extras(package: Package, part: str) -> SheetExtras:
    """The input checks and hyperlinks of the worksheet `part`."""
    relationships = package.relationships(part)
    validations: list[Validation] = []
    links: list[Link] = []
    areas_left = MOST_AREAS
    around = _SHEET_DATA.sub(b"", package.open(part).read(), count=1)
    for _, name, element in package.walk(BytesIO(around), part, "dataValidation", "hyperlink"):
        if areas_left <= 0:
            break
        areas_left -= 1
        if name == "dataValidation":
            validations.append(_validation(element, areas_left))
            areas_left -= len(validations[-1].areas)
        elif name == "hyperlink" and (area := range_bounds(element.get("ref", ""))):
            id = next((str(v) for k, v in element.attrib.items() if str(k).endswith("}id")), "")
            outside = relationships.get(id)
            place = element.get("location", "")
            links.append(Link(area, outside.target if outside else place, outside is not None))
    return SheetExtras(tuple(validations), tuple(links))


def active_parts(package: Package) -> Iterator[Active]:
    """What acts or leads outside, but the hyperlinks of sheets, which `sheet_extras` gives."""
    for part in package.parts:
        folder, name = posixpath.split(part)
        if posixpath.basename(folder) != "_rels" or not name.endswith(".rels"):
            continue
        source = posixpath.join(posixpath.dirname(folder), name.removesuffix(".rels"))
        for link in package.relationships(source).values():
            if kind := ACTIVE.get(link.kind):
                of_link = _link_kind(package, link.target) if kind == "link" else kind
                yield Active(of_link, link.target)
            elif link.is_external and not _is_told_elsewhere(link.kind, source):
                yield Active("link", link.target)


def _is_told_elsewhere(kind: str, source: str) -> bool:
    """Hyperlinks of sheets are told by cell, the file behind an external link by the link."""
    of_sheet = kind == "hyperlink" and posixpath.basename(posixpath.dirname(source)) == "worksheets"
    return of_sheet or kind in ("externalLinkPath", "xlPathMissing")


def _link_kind(package: Package, part: str) -> str:
    """Whether an external link is one of DDE, by which programs are run."""
    if not package.has(part):
        return "link"
    names = {name for _, name, _ in package.stream(part, "ddeLink")}
    return "dde" if "ddeLink" in names else "link"


def _validation(element: etree._Element, most_areas: int) -> Validation:
    """One check, in the usual form or in the one of Excel 2010, which has its ranges inside."""
    formulas: list[str] = []
    ranges = element.get("sqref", "")
    for child in element:
        text = "".join(str(t) for t in child.itertext()).strip()
        if local_name(child) in ("formula1", "formula2"):
            formulas.append(unescaped(text).removeprefix("="))
        elif local_name(child) == "sqref":
            ranges = text
    areas = (range_bounds(one) for one in ranges.split()[:most_areas])
    return Validation(
        element.get("type", "none"),
        element.get("operator", "between"),
        tuple(formulas),
        tuple(area for area in areas if area),
    )
