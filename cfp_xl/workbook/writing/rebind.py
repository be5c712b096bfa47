"""Our functions as another spreadsheet program spells them: only the formulas' texts change.

A program knows a function by the spelling in the file, which is not the same for an add-in, a
macro in the workbook, Office.js or LibreOffice. A function of an add-in is written with the
index of an external link; that link is added where the file has none. It names the add-in in
Excel's start folder, without a path, so that it holds on every machine.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from html import unescape
from pathlib import Path

from lxml import etree

from cfp_xl.functions.spelling import SPELLINGS, holds_ours, respelled_formula
from cfp_xl.outputs import ensure_workbook, write_output
from cfp_xl.workbook.reading.container import Package
from cfp_xl.workbook.reading.read import ReadFile, sheet_parts, workbook_part
from cfp_xl.workbook.writing.cell_editor import Splices
from cfp_xl.workbook.writing.markup import MARKUP, escape
from cfp_xl.workbook.writing.parts import add_part, number_of_new_part
from cfp_xl.workbook.writing.shared_formulas import regrouped
from cfp_xl.workbook.writing.zip_copy import replace_parts

ADDIN = "cfp.xlam"
HOLD_FORMULAS = frozenset(
    (
        "f",
        "formula",
        "formula1",
        "formula2",
        "definedName",
        "calculatedColumnFormula",
        "totalsRowFormula",
    )
)
"""Elements whose text is a formula: cells, formats, validations, names, tables."""

LINK_TYPE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLink"
LINK_CONTENT = "application/vnd.openxmlformats-officedocument.spreadsheetml.externalLink+xml"
IN_START_FOLDER = (
    "http://schemas.microsoft.com/office/2006/relationships/xlExternalLinkPath/xlStartup"
)
"""The kind of link whose target lies in Excel's start folder (MS-OI29500)."""


def rebind(file: ReadFile, destination: Path, to: str) -> int:
    """Write a copy of the workbook in the spelling of the host `to`; the number of texts changed.

    Raises WouldOverwrite, NotWritten.
    """
    package, links = file.package, file.workbook.external_links
    ensure_workbook(destination, package.path.suffix, [package.path])
    index = _link_index(links)
    template = SPELLINGS[to]
    changed: dict[str, bytes] = {}
    names: set[str] = set()
    count = 0

    def spelled(plain: str) -> str:
        names.add(plain)
        return template.format(plain, index=index or len(links) + 1)

    for part in _parts_with_formulas(package):
        old = package.open(part).read()
        if to == "xlam":  # Excel refuses functions of another workbook in shared formulas
            old = regrouped(old, lambda _, filled: None if holds_ours(filled.down) else 0)
        new, in_part = respelled_part(old, spelled)
        if in_part:
            changed[part] = new
            count += in_part
    added: dict[str, bytes] = {}
    if to == "xlam" and count and index is None:
        _link_addin(package, changed, added, sorted(names))
    write_output(destination, replace_parts(package, changed, added=added))
    return count


def respelled_part(xml: bytes, spell: Callable[[str], str]) -> tuple[bytes, int]:
    """A part with the formulas in it respelled, and how many of them changed."""
    splices = Splices(xml)
    text = splices.text
    count = 0
    for tag in MARKUP.finditer(text):
        if tag["name"] not in HOLD_FORMULAS or tag["close"] or tag["empty"]:
            continue
        end = text.find("<", tag.end())
        old = unescape(text[tag.end() : end])
        new = respelled_formula(old, spell)
        if new != old:
            splices.replace(tag.end(), end, escape(new))
            count += 1
    return splices.xml(), count


def _parts_with_formulas(package: Package) -> Iterator[str]:
    yield workbook_part(package)
    for part in sheet_parts(package).values():
        yield part
        for link in package.relationships(part).values():
            if link.kind == "table" and package.has(link.target):
                yield link.target


def _link_index(links: Sequence[str]) -> int | None:
    """The index of the link to our add-in, in whatever folder it was."""
    for index, target in enumerate(links, start=1):
        if re.split(r"[\\/]", target)[-1].casefold() == ADDIN:
            return index
    return None


def _link_addin(
    package: Package, changed: dict[str, bytes], added: dict[str, bytes], names: list[str]
) -> None:
    """Add the link to the add-in, after those the workbook has."""
    number = number_of_new_part(package, "xl/externalLinks/externalLink{}.xml")
    part = f"xl/externalLinks/externalLink{number}.xml"
    known = "".join(f'<definedName name="{name}"/>' for name in names)
    added[part] = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        '<externalBook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/'
        'relationships" r:id="rId1"><sheetNames><sheetName val="Sheet1"/></sheetNames>'
        f"<definedNames>{known}</definedNames></externalBook></externalLink>"
    ).encode()
    added[f"xl/externalLinks/_rels/externalLink{number}.xml.rels"] = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{IN_START_FOLDER}" Target="{ADDIN}" '
        'TargetMode="External"/></Relationships>'
    ).encode()
    link_id = add_part(package, changed, part, LINK_TYPE, LINK_CONTENT)
    main = workbook_part(package)
    xml = changed.get(main) or package.open(main).read()
    namespace = etree.QName(package.xml(main)).namespace
    reference = (
        f'<externalReference xmlns="{namespace}" xmlns:r="http://schemas.openxmlformats.org/'
        f'officeDocument/2006/relationships" r:id="{link_id}"/>'
    )
    if b"</externalReferences>" in xml:
        changed[main] = xml.replace(
            b"</externalReferences>", reference.encode() + b"</externalReferences>", 1
        )
    else:
        after = re.compile(
            rb"</(?:[\w.-]+:)?sheets>(?:\s*<(?:[\w.-]+:)?functionGroups.*?"
            rb"(?:/>|</(?:[\w.-]+:)?functionGroups>))?",
            re.DOTALL,
        )
        whole = f'<externalReferences xmlns="{namespace}">{reference}</externalReferences>'
        changed[main] = after.sub(lambda m: m[0] + whole.encode(), xml, count=1)
