"""A custom document property written into a workbook; every other part stays byte for byte."""

from __future__ import annotations

from lxml import etree

from cfp_xl.workbook.reading.container import Package
from cfp_xl.workbook.writing.zip_copy import replace_parts

PART = "docProps/custom.xml"
KIND = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
"""The fmtid of all custom properties (ECMA-376 part 1, 22.3)."""
PROPERTIES = "{http://schemas.openxmlformats.org/officeDocument/2006/custom-properties}"
TYPES = "{http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes}"
LONGEST = 255
"""What Excel keeps of a text."""


def with_property(package: Package, name: str, value: str) -> bytes:
    """The file with this property, a text; as it is where it has no custom properties at all, which
    a workbook of ours always has."""
    if not package.has(PART):
        return package.data
    root = package.xml(PART)
    found = next((one for one in root if one.get("name") == name), None)
    if found is None:
        ids = [int(one.get("pid", "1")) for one in root if one.get("pid", "").isdigit()]
        found = etree.SubElement(root, f"{PROPERTIES}property")
        found.set("fmtid", KIND)
        found.set("pid", str(max(ids, default=1) + 1))
        found.set("name", name)
    else:
        for child in list(found):
            found.remove(child)
    etree.SubElement(found, f"{TYPES}lpwstr").text = value[:LONGEST]
    written = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return replace_parts(package, {PART: written})
