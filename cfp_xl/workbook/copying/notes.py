"""Notes of a sheet, read and written."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from lxml import etree

from cfp_xl.workbook.address import address, cell_position
from cfp_xl.workbook.reading.container import Package, package_of
from cfp_xl.workbook.reading.read import sheet_parts
from cfp_xl.workbook.writing.annotate import add_notes_parts
from cfp_xl.workbook.writing.comments import NO_COMMENTS
from cfp_xl.workbook.writing.parts import with_changes

Cell = tuple[int, int]
Note = tuple[str, str]
"""Author, text."""


def note_cells(source: Package, part: str) -> dict[tuple[int, int], tuple[str, str]]:
    """The notes of a sheet by cell: author and text."""
    links = source.relationships(part).values()
    comments = next((link.target for link in links if link.kind == "comments"), None)
    if comments is None or not source.has(comments):
        return {}
    root = source.xml(comments)
    authors = [element.text or "" for element in root.iter("{*}author")]
    found = {}
    for comment in root.iter("{*}comment"):
        at = cell_position(comment.get("ref", ""))
        number = comment.get("authorId", "")
        who = authors[int(number)] if number.isdecimal() and int(number) < len(authors) else ""
        if at is not None:
            found[at] = (who, "".join(t.text or "" for t in comment.iter("{*}t")))
    return found


def put_notes(data: bytes, path: Path, notes: Mapping[str, Mapping[Cell, Note]]) -> bytes:
    """The workbook with these notes, by sheet and cell, on sheets that have none."""
    if not any(notes.values()):
        return data
    package = package_of(data, path)
    parts = sheet_parts(package)
    changed: dict[str, bytes] = {}
    for sheet, of_sheet in notes.items():
        texts = {at: text for at, (_, text) in of_sheet.items()}
        add_notes_parts(package, changed, parts[sheet], _comments(of_sheet), texts)
    return with_changes(package, changed)


def _comments(notes: Mapping[Cell, Note]) -> bytes:
    root = etree.XML(NO_COMMENTS)
    namespace = f"{{{etree.QName(root).namespace}}}"
    authors, listed = root[0], root[1]
    names = list(dict.fromkeys(who for who, _ in notes.values()))
    for name in names:
        etree.SubElement(authors, f"{namespace}author").text = name
    for at in sorted(notes):
        who, text = notes[at]
        attributes = {"ref": address(*at), "authorId": str(names.index(who))}
        comment = etree.SubElement(listed, f"{namespace}comment", attributes)
        run = etree.SubElement(etree.SubElement(comment, f"{namespace}text"), f"{namespace}r")
        words = etree.SubElement(run, f"{namespace}t")
        words.text = text
        words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
