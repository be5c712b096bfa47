"""What a workbook holds besides cells: input checks, links, and parts that act or lead outside."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO

from lxml import etree

from cfp_xl.workbook.address import Bounds, range_bounds
from cfp_xl.workbook.reading.cell_text import unescaped
from cfp_xl.workbook.reading.container import Package
from cfp_xl.workbook.reading.trees import local_name

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

_ACTIVE = {kind.casefold(): active for kind, active in ACTIVE.items()}
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
    formats: tuple[Validation, ...] = ()
    """Conditional formats with formulas; of each its cells and its formulas."""


@dataclass(frozen=True, slots=True)
class Active:
    """A part or address that acts or leads outside: `macro`, `link`, `dde`, `connection`, …"""

    kind: str
    target: str


def sheet_extras(package: Package, part: str) -> SheetExtras:
    """The input checks, conditional formats and hyperlinks of the worksheet `part`."""
    relationships = package.relationships(part)
    validations: list[Validation] = []
    formats: list[Validation] = []
    links: list[Link] = []
    areas_left = MOST_AREAS
    around = _SHEET_DATA.sub(b"", package.open(part).read(), count=1)
    wanted = ("dataValidation", "conditionalFormatting", "hyperlink")
    for _, name, element in package.walk(BytesIO(around), part, *wanted):
        if areas_left <= 0:
            break
        areas_left -= 1
        if name == "dataValidation":
            validations.append(_validation(element, areas_left))
            areas_left -= len(validations[-1].areas)
        elif name == "conditionalFormatting":
            formats.append(_format(element, areas_left))
            areas_left -= len(formats[-1].areas)
        elif name == "hyperlink" and (area := range_bounds(element.get("ref", ""))):
            id = next((str(v) for k, v in element.attrib.items() if str(k).endswith("}id")), "")
            outside = relationships.get(id)
            place = element.get("location", "")
            links.append(Link(area, outside.target if outside else place, outside is not None))
    return SheetExtras(tuple(validations), tuple(links), tuple(formats))


def active_parts(package: Package) -> Iterator[Active]:
    """What acts or leads outside, but the hyperlinks of sheets, which `sheet_extras` gives."""
    for part in package.parts:
        folder, name = posixpath.split(part)
        if posixpath.basename(folder) != "_rels" or not name.endswith(".rels"):
            continue
        source = posixpath.join(posixpath.dirname(folder), name.removesuffix(".rels"))
        for link in package.relationships(source).values():
            if kind := _ACTIVE.get(link.kind.casefold()):
                of_link = _link_kind(package, link.target) if kind == "link" else kind
                yield Active(of_link, link.target)
            elif link.is_external and not _is_reported_elsewhere(link.kind, source):
                yield Active("link", link.target)


def _is_reported_elsewhere(kind: str, source: str) -> bool:
    """Hyperlinks of sheets are told by cell, the file behind an external link by the link."""
    folder = posixpath.basename(posixpath.dirname(source)).casefold()
    of_link = kind in ("externalLinkPath", "xlPathMissing") and folder == "externallinks"
    return of_link or (kind == "hyperlink" and folder == "worksheets")


def _link_kind(package: Package, part: str) -> str:
    """Whether an external link is one of DDE, by which programs are run."""
    if not package.has(part):
        return "link"
    names = {name for _, name, _ in package.stream(part, "ddeLink")}
    return "dde" if "ddeLink" in names else "link"


def _validation(element: etree._Element, most_areas: int) -> Validation:
    """One check, in the usual form or in the one of Excel 2010, which has its ranges inside."""
    texts, ranges = _texts(element, "formula1", "formula2")
    return Validation(
        element.get("type", "none"),
        element.get("operator", "between"),
        texts,
        _areas(ranges, most_areas),
    )


def _format(element: etree._Element, most_areas: int) -> Validation:
    """The conditional formats of some cells, likewise in one of two forms."""
    texts, ranges = _texts(element, "formula", "f")
    return Validation("format", "", texts, _areas(ranges, most_areas))


def _texts(element: etree._Element, *names: str) -> tuple[tuple[str, ...], str]:
    """The formulas below an element, in children of these names, and the ranges it is for."""
    formulas: list[str] = []
    ranges = element.get("sqref", "")
    for child in element.iter():
        name = local_name(child)
        if name == "sqref" or name in names:
            text = "".join(str(t) for t in child.itertext()).strip()
            if name == "sqref":
                ranges = text
            elif text:
                formulas.append(unescaped(text).removeprefix("="))
    return tuple(formulas), ranges


def _areas(ranges: str, most_areas: int) -> tuple[Bounds, ...]:
    areas = (range_bounds(one) for one in ranges.split()[:most_areas])
    return tuple(area for area in areas if area)
