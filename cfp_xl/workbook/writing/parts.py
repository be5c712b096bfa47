"""New parts of a package: their entry among the content types and the workbook's relationships.

Each is one element put before an end tag, so that taking it out again gives the former text.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection
from html import unescape

from lxml import etree

from cfp_xl.workbook.reading.container import Package
from cfp_xl.workbook.reading.read import workbook_part
from cfp_xl.workbook.reading.trees import local_name
from cfp_xl.workbook.writing.markup import MARKUP, attribute, encoding_of, quoteattr
from cfp_xl.workbook.writing.zip_copy import replace_parts

CONTENT_TYPES = "[Content_Types].xml"
RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NO_RELATIONSHIPS = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    b"</Relationships>"
)


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
    declare(package, changed, part, content_type)
    return relate(package, changed, workbook_part(package), part, link_type)


def relate(
    package: Package, changed: dict[str, bytes], source: str, target: str, link_type: str
) -> str:
    """Relate the part `source` to the part `target`; the new relationship's id."""
    folder, name = posixpath.split(source)
    rels = posixpath.join(folder, "_rels", f"{name}.rels")
    if not (rels in changed or package.has(rels)):
        changed[rels] = NO_RELATIONSHIPS
    xml = content(package, changed, rels).decode()
    number = xml.count("<Relationship ") + 1
    while f'"rId{number}"' in xml:
        number += 1
    where = posixpath.relpath(target, folder)
    link = f'<Relationship Id="rId{number}" Type="{link_type}" Target="{where}"/>'
    insert_last(package, changed, rels, "Relationships", link)
    return f"rId{number}"


def declare(package: Package, changed: dict[str, bytes], part: str, content_type: str) -> None:
    """Enter a new part into the content types."""
    override = f'<Override PartName="/{part}" ContentType="{content_type}"/>'
    insert_last(package, changed, CONTENT_TYPES, "Types", override)


def declare_extension(
    package: Package, changed: dict[str, bytes], extension: str, content_type: str
) -> None:
    """Enter a file extension into the content types, where it is not known yet.

    Defaults may stand behind overrides: the schema gives them no order (ECMA-376 part 2).
    """
    types = content(package, changed, CONTENT_TYPES)
    if f'Extension="{extension}"'.encode() not in types:
        default = f'<Default Extension="{extension}" ContentType="{content_type}"/>'
        insert_last(package, changed, CONTENT_TYPES, "Types", default)


def content(package: Package, changed: dict[str, bytes], part: str) -> bytes:
    """A part as changed so far, else as the package holds it."""
    return changed[part] if part in changed else package.open(part).read()


def with_changes(
    package: Package, changed: dict[str, bytes], *, removed: Collection[str] = ()
) -> bytes:
    """The package's bytes with what changed; parts that it lacks are added."""
    new = {part: data for part, data in changed.items() if not package.has(part)}
    old = {part: data for part, data in changed.items() if part not in new}
    return replace_parts(package, old, added=new, removed=removed)


def insert_last(
    package: Package, changed: dict[str, bytes], part: str, parent: str, element: str
) -> None:
    """Put `element` last into the element `parent` of a part."""
    end = re.compile(rf"</(?:[\w.-]+:)?{parent}\s*>".encode())
    xml = content(package, changed, part)
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


def add_sheet(
    package: Package, changed: dict[str, bytes], name: str, link_id: str, state: str = ""
) -> None:
    """Put a sheet behind the last tab; `state` where it is not shown."""
    main = workbook_part(package)
    root = package.xml(main)
    taken = [int(e.get("sheetId", "0")) for e in root.iter() if local_name(e) == "sheet"]
    entry = (
        f'<sheet xmlns="{etree.QName(root).namespace}" xmlns:r="{RELATIONSHIPS}" '
        f'name={quoteattr(name)} sheetId="{max(taken) + 1}" r:id="{link_id}"'
    )
    entry += f" state={quoteattr(state)}/>" if state else "/>"
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
