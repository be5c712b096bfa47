"""Parts that no program writes so: by them a file can show one thing here and another there; and
the ending that a file's name should have by its parts."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping

from cfp_xl.workbook.reading.container import Package, part_key
from cfp_xl.workbook.reading.trees import local_name

CONTENT_TYPES = "[Content_Types].xml"
STRINGS = "spreadsheetml.sharedstrings+xml"
MACROS = "vbaproject.bin"
ENDINGS = {
    "spreadsheetml.sheet.main+xml": ".xlsx",
    "ms-excel.sheet.macroenabled.main+xml": ".xlsm",
    "spreadsheetml.template.main+xml": ".xltx",
    "ms-excel.template.macroenabled.main+xml": ".xltm",
}
"""By the declared type of the main part: Excel opens a file only under the ending of its own."""


def usual_ending(package: Package, main: str) -> str:
    """The ending that the name should have; empty where the main part is of no such type."""
    declared = _declared_types(package).get(part_key(main), "")
    return next((ending for kind, ending in ENDINGS.items() if declared.endswith(kind)), "")


def odd_parts(package: Package, main: str) -> tuple[tuple[str, str], ...]:
    """What is odd (`main`, `strings`, `macro`: a case of W12) and which part it is about.

    A workbook has one main part and one part of shared strings; programs differ in which of two
    they read. A macro part is led to by a relationship, else nobody knows what will run it.
    """
    return tuple(sorted(set(_odd_parts(package, main))))


def _odd_parts(package: Package, main: str) -> Iterator[tuple[str, str]]:
    types = _declared_types(package)
    tops = _targets(package, "", "officeDocument")
    strings = _targets(package, main, "sharedStrings")
    read, main = next(iter(strings), ""), part_key(main)
    for part in package.parts:  # as they are compared
        kind = types.get(part, "")
        if part != main and (part in tops or _is_main(kind)):
            yield "main", part
        if part != read and (part in strings or kind.endswith(STRINGS)):
            yield "strings", part
        if posixpath.basename(part) == MACROS and not _is_led_to(package, part):
            yield "macro", part


def _declared_types(package: Package) -> Mapping[str, str]:
    return package.kept(CONTENT_TYPES, _content_types) if package.has(CONTENT_TYPES) else {}


def _content_types(package: Package, part: str) -> Mapping[str, str]:
    """The declared type of each part, both without regard to case."""
    return {
        part_key(element.get("PartName", "")): element.get("ContentType", "").casefold()
        for element in package.xml(part)
        if local_name(element) == "Override"
    }


def _is_main(content_type: str) -> bool:
    """Of a workbook, with macros or without, or of a template or add-in."""
    return content_type.endswith(".main+xml") and (
        "spreadsheetml" in content_type or "ms-excel" in content_type
    )


def _targets(package: Package, source: str, kind: str) -> list[str]:
    links = package.relationships(source).values()
    return [part_key(link.target) for link in links if link.kind == kind and not link.is_external]


def _is_led_to(package: Package, part: str) -> bool:
    for rels in package.parts:
        folder, name = posixpath.split(rels)
        if posixpath.basename(folder) != "_rels" or not name.endswith(".rels"):
            continue
        source = posixpath.join(posixpath.dirname(folder), name.removesuffix(".rels"))
        links = package.relationships(source).values()
        if any(part_key(link.target) == part_key(part) for link in links):
            return True
    return False
