"""New parts of a package: their entry among the content types and the workbook's relationships.

Each is one element put before an end tag, so that taking it out again gives the former text.
"""

from __future__ import annotations

import posixpath
import re
from html import unescape
from xml.sax.saxutils import quoteattr

from lxml import etree

from cfp_xl.workbook.container import Package, local_name
from cfp_xl.workbook.markup import MARKUP, attribute, encoding_of
from cfp_xl.workbook.read import workbook_part

CONTENT_TYPES = "[Content_Types].xml"
RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def number_of_new_part(package: Package, template: str) -> int:
    """The first number for which the package has no part of this name."""
    number = 1
    while package.has(template.format(number)):
        number += 1
    return number


def add_part(
    package: Package, changed: dict[str, bytes], part: str, link_type: str, content_type: str
) -> str:
    """Declare the new `part` and relate it to the workbook; its relationship id.

    `changed` holds the parts that differ from the package's, and takes up what changes here.
    """
    main = workbook_part(package)
    folder, name = posixpath.split(main)
    rels = posixpath.join(folder, "_rels", f"{name}.rels")
    taken = package.relationships(main)
    number = len(taken) + 1
    while (link_id := f"rId{number}") in taken:
        number += 1
    target = posixpath.relpath(part, folder)
    link = f'<Relationship Id="{link_id}" Type="{link_type}" Target="{target}"/>'
    declared = f'<Override PartName="/{part}" ContentType="{content_type}"/>'
    insert_last(package, changed, rels, "Relationships", link)
    insert_last(package, changed, CONTENT_TYPES, "Types", declared)
    return link_id


def insert_last(
    package: Package, changed: dict[str, bytes], part: str, parent: str, element: str
) -> None:
    """Put `element` last into the element `parent` of a part."""
    xml = changed.get(part) or package.open(part).read()
    end = re.compile(rf"</(?:[\w.-]+:)?{parent}\s*>".encode())
    changed[part] = end.sub(lambda m: element.encode() + m[0], xml, count=1)


def remove_part(
    package: Package, changed: dict[str, bytes], kind: str, target: str | None = None
) -> tuple[str, ...]:
    """Take out the part of this kind that the workbook relates to; the parts to leave out."""
    main = workbook_part(package)
    folder, name = posixpath.split(main)
    rels = posixpath.join(folder, "_rels", f"{name}.rels")
    for link_id, link in package.relationships(main).items():
        if link.kind != kind or (target is not None and link.target != target):
            continue
        _drop(package, changed, rels, "Relationship", "Id", link_id)
        _drop(package, changed, CONTENT_TYPES, "Override", "PartName", f"/{link.target}")
        below, part = posixpath.split(link.target)
        own = posixpath.join(below, "_rels", f"{part}.rels")
        return (link.target, own) if package.has(own) else (link.target,)
    return ()


def add_sheet(package: Package, changed: dict[str, bytes], name: str, link_id: str) -> None:
    """Put a sheet behind the last tab."""
    main = workbook_part(package)
    root = package.xml(main)
    taken = [int(e.get("sheetId", "0")) for e in root.iter() if local_name(e) == "sheet"]
    entry = (
        f'<sheet xmlns="{etree.QName(root).namespace}" xmlns:r="{RELATIONSHIPS}" '
        f'name={quoteattr(name)} sheetId="{max(taken) + 1}" r:id="{link_id}"/>'
    )
    insert_last(package, changed, main, "sheets", entry)


def remove_sheet(package: Package, changed: dict[str, bytes], name: str) -> None:
    """Take the tab of a sheet out of the workbook's list."""
    _drop(package, changed, workbook_part(package), "sheet", "name", name)


def _drop(
    package: Package, changed: dict[str, bytes], part: str, element: str, key: str, value: str
) -> None:
    """Take out the empty element whose attribute `key` has this value."""
    xml = changed.get(part) or package.open(part).read()
    encoding = encoding_of(xml)
    text = xml.decode(encoding)
    for tag in MARKUP.finditer(text):
        if tag["name"] == element and unescape(attribute(tag, key) or "") == value:
            end = tag.end() if tag["empty"] else text.index(">", text.index("</", tag.end())) + 1
            changed[part] = (text[: tag.start()] + text[end:]).encode(encoding)
            return
