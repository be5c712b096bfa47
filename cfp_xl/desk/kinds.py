"""What a file is that somebody drops on the desk, and what it says of itself: for a first look."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Any

from cfp_xl.schema.opened import Opened, open_file
from cfp_xl.suppliers.file_kinds import FileKind, kind_of
from cfp_xl.workbook.reading.container import Unreadable


class DeskKind(StrEnum):
    """The kinds of files that the desk can do something with."""

    PRODUCT = "product"
    SUPPLIER = "supplier"
    """A supplier's sheet, filled in or not."""
    WORKBOOK = "workbook"
    """Any other workbook."""
    REPORT = "report"
    FOOTPRINT = "footprint"
    """A PACT or Catena-X footprint."""
    BUNDLE = "bundle"
    """A mail or an archive, with answers in it perhaps."""
    OTHER = "other"


REPORTS = (".pdf", ".docx", ".html", ".htm", ".txt", ".md")
_BY_FILE = {
    FileKind.FOOTPRINT: DeskKind.FOOTPRINT,
    FileKind.MAIL: DeskKind.BUNDLE,
    FileKind.ARCHIVE: DeskKind.BUNDLE,
    FileKind.OPEN_DOCUMENT: DeskKind.BUNDLE,
}


def look(file: Path) -> dict[str, Any]:
    """The kind of a file; of a workbook with tables of ours also its product and what it asks of
    suppliers. One that can't be opened is a workbook: its verification says what is wrong."""
    kind = kind_of(file)
    if kind is FileKind.WORKBOOK:
        try:
            return _look_into(open_file(file))
        except Unreadable:
            return _said(DeskKind.WORKBOOK)
    if file.suffix.lower() in REPORTS:
        return _said(DeskKind.REPORT)
    return _said(_BY_FILE.get(kind, DeskKind.OTHER))


def _look_into(opened: Opened) -> dict[str, Any]:
    """By the values saved in the file: nothing is computed for a first look."""
    schema, product = opened.cached.schema, opened.cached.product
    if schema is None or product is None:
        return _said(DeskKind.WORKBOOK)
    if schema.kind != "product":
        return _said(DeskKind.SUPPLIER)
    fact = product.product_name
    return _said(DeskKind.PRODUCT, fact.text if fact else "", asks="parts" in schema.regions)


def _said(kind: DeskKind, name: str = "", *, asks: bool = False) -> dict[str, Any]:
    return {"kind": kind.value, "name": name, "asks_suppliers": asks}
