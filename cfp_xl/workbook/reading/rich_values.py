"""Errors newer than the file format: #CALC!, #SPILL! and others are stored as #VALUE! with a note.

The note of a cell, its attribute `vm`, leads through the metadata part to a rich value, whose
structure says that it is an error and which one ([MS-XLSX] 2.3.6).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml import etree

from cfp_xl.functions.values import ExcelError
from cfp_xl.workbook.reading.container import Package, Relationship, whole_number
from cfp_xl.workbook.reading.trees import local_name

_ERROR_TYPES = {
    8: ExcelError.SPILL,
    9: ExcelError.CONNECT,
    10: ExcelError.BLOCKED,
    11: ExcelError.UNKNOWN,
    12: ExcelError.FIELD,
    13: ExcelError.CALC,
}


def rich_errors(
    package: Package, relationships: Mapping[str, Relationship]
) -> Mapping[int, ExcelError]:
    """The error that each number of a `vm` attribute stands for, where it stands for one."""
    parts = {link.kind: link.target for link in relationships.values()}
    metadata, values, structures = (
        parts.get(kind) for kind in ("sheetMetadata", "rdRichValue", "rdRichValueStructure")
    )
    if metadata is None or values is None or structures is None:
        return {}
    if not all(package.has(part) for part in (metadata, values, structures)):
        return {}
    errors = list(_errors(package, values, structures))
    root = package.xml(metadata)
    kinds = [e.get("name") for e in _all(root, "metadataType")]
    blocks = [
        whole_number(entry, "i", 0, metadata)
        for part in _all(root, "futureMetadata")
        if part.get("name") == "XLRICHVALUE"
        for entry in _all(part, "rvb")
    ]
    found: dict[int, ExcelError] = {}
    records = [entry for part in _all(root, "valueMetadata") for entry in _all(part, "rc")]
    for number, record in enumerate(records, start=1):
        kind, at = (whole_number(record, name, 0, metadata) for name in ("t", "v"))
        if not (1 <= kind <= len(kinds) and kinds[kind - 1] == "XLRICHVALUE" and at < len(blocks)):
            continue
        error = errors[blocks[at]] if blocks[at] < len(errors) else None
        if error is not None:
            found[number] = error
    return found


def _errors(package: Package, values: str, structures: str) -> Iterator[ExcelError | None]:
    """Each rich value of the file as an error; None where it is none."""
    positions = [_error_position(e) for e in _all(package.xml(structures), "s")]
    for value in _all(package.xml(values), "rv"):
        structure = whole_number(value, "s", 0, values)
        at = positions[structure] if structure < len(positions) else None
        texts = [entry.text or "" for entry in _all(value, "v")]
        is_known = at is not None and at < len(texts) and texts[at].isdigit()
        yield _ERROR_TYPES.get(int(texts[at])) if is_known and at is not None else None


def _error_position(structure: etree._Element) -> int | None:
    """Which of an error's values says what error it is; None for a structure of another kind."""
    keys = [key.get("n") for key in _all(structure, "k")]
    is_error = structure.get("t") == "_error" and "errorType" in keys
    return keys.index("errorType") if is_error else None


def _all(element: etree._Element, name: str) -> list[etree._Element]:
    return [e for e in element.iter(etree.Element) if local_name(e) == name and e is not element]
