"""Read a workbook file: sheets, names, tables, settings, links. Nothing in it is run or written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree

from cfp_xl.functions.values import Scalar
from cfp_xl.workbook.model import DefinedName, ExternalValues, ListTable, Sheet, Workbook
from cfp_xl.workbook.reading.asked import read_asked
from cfp_xl.workbook.reading.cell_formats import cell_formats
from cfp_xl.workbook.reading.cell_text import is_true, link_cells, unescaped
from cfp_xl.workbook.reading.cell_values import ValueContext
from cfp_xl.workbook.reading.collector import collector_paused
from cfp_xl.workbook.reading.container import (
    Package,
    Relationship,
    Unreadable,
    open_package,
    part_key,
    whole_number,
)
from cfp_xl.workbook.reading.filters import filtered_rows
from cfp_xl.workbook.reading.list_tables import list_tables, refuse_same_names
from cfp_xl.workbook.reading.odd_parts import CONTENT_TYPES, odd_parts, usual_ending
from cfp_xl.workbook.reading.regular_sheet import MAX_CELLS
from cfp_xl.workbook.reading.rich_values import rich_errors
from cfp_xl.workbook.reading.sheet_xml import SheetContent, read_sheet
from cfp_xl.workbook.reading.strings import shared_strings, strings_part
from cfp_xl.workbook.reading.styles import Styles, read_styles
from cfp_xl.workbook.reading.trees import children, local_name

__all__ = ["ReadFile", "Unreadable", "read_workbook", "sheet_parts", "workbook_part"]

OTHER_KINDS = {
    "mimetype": "ods",
    "word/document.xml": "docx",
    "ppt/presentation.xml": "pptx",
    "index/document.iwa": "numbers",
    "xl/workbook.bin": "xlsb",
}
"""Parts that give away what another zip is, with the case of W01 that names it."""


@dataclass(frozen=True)
class ReadFile:
    """A file's bytes, and the workbook read from them: what writes into a copy needs both."""

    package: Package
    workbook: Workbook
    """As read: formula cells hold cached values."""


def read_workbook(path: Path | str) -> Workbook:
    """The workbook at `path` (.xlsx, .xlsm, .xltx, .xltm).

    Raises Unreadable, whose `finding` says what the file is and what to do.
    """
    return read_package(open_package(Path(path)))


def read_package(package: Package) -> Workbook:
    """The workbook in an opened file; raises Unreadable."""
    with collector_paused():
        return _read(package, workbook_part(package))


@dataclass(frozen=True, slots=True)
class _Tab:
    name: str
    state: str
    link_id: str


@dataclass(frozen=True, slots=True)
class _Main:
    """What the main part says by itself."""

    tabs: tuple[_Tab, ...]
    names: tuple[DefinedName, ...]
    external_ids: tuple[str, ...]
    settings: Mapping[str, str]
    """Of its calculation."""
    date_1904: bool


def _main(package: Package, part: str) -> _Main:
    root = package.xml(part)
    tabs = tuple(
        _Tab(e.get("name", ""), e.get("state", "visible"), _relationship_id(e))
        for e in children(root, "sheets", "sheet")
    )
    links = children(root, "externalReferences", "externalReference")
    return _Main(
        tabs,
        tuple(_defined_names(root, [tab.name for tab in tabs])),
        tuple(map(_relationship_id, links)),
        _attributes(root, "calcPr"),
        is_true(_attributes(root, "workbookPr").get("date1904")),
    )


def _read(package: Package, part: str) -> Workbook:
    main = package.kept(part, _main)
    relationships = package.relationships(part)
    meaning = ValueContext(
        shared_strings(package, relationships), main.date_1904, rich_errors(package, relationships)
    )
    dynamic = _dynamic_array_indices(package, relationships)
    styles = _styles(package, relationships)

    sheets: list[Sheet] = []
    tables: list[ListTable] = []
    cells_left = MAX_CELLS
    has_macro_sheets = False
    names: set[str] = set()
    for tab in main.tabs:
        if tab.name.casefold() in names:
            raise Unreadable("W08", "twice", part=part, what=tab.name)
        names.add(tab.name.casefold())
        link = relationships.get(tab.link_id)
        if link is None:
            raise Unreadable("W08", "sheet", sheet=tab.name)
        has_macro_sheets |= "macrosheet" in link.kind.lower()
        if link.kind != "worksheet":
            continue
        content = read_sheet(
            package, link.target, meaning, dynamic=dynamic, styles=styles, max_cells=cells_left
        )
        cells_left -= len(content.cells)
        own_tables = tuple(list_tables(package, link.target, tab.name))
        sheets.append(_sheet(tab, link.target, content, main.names, own_tables))
        tables.extend(own_tables)
    if not sheets:
        raise Unreadable("W08", "no_sheet")
    refuse_same_names(tables)

    styled, strings = styles_part(package, relationships), strings_part(package, relationships)
    asked = read_asked(package, styled, strings, sheets, main.names)
    targets, external_values = _external_links(package, main.external_ids, relationships)
    return Workbook(
        path=package.path,
        sha256=package.sha256,
        sheets=tuple(sheets),
        names=main.names,
        tables=tuple(tables),
        properties=_custom_properties(package),
        **_calculation(main.settings, part),
        rounded_by=None
        if is_true(main.settings.get("fullPrecision"), default=True)
        else cell_formats(package, styles_part(package, relationships), sheets),
        **asked._asdict(),
        date_1904=main.date_1904,
        has_macros=has_macro_sheets or any(p.endswith("vbaproject.bin") for p in package.parts),
        odd_parts=odd_parts(package, part),
        usual_ending=usual_ending(package, part),
        external_links=targets,
        external_values=external_values,
        external_names=_external_names(package, main.external_ids, relationships),
    )


def _calculation(settings: Mapping[str, str], part: str) -> dict[str, Any]:
    return {
        "calculation_mode": settings.get("calcMode", "auto"),
        "iterates": is_true(settings.get("iterate")),
        "iterate_count": int(_measure(settings, "iterateCount", "100", part)),
        "iterate_delta": _measure(settings, "iterateDelta", "0.001", part),
        "recalculates_on_load": is_true(settings.get("fullCalcOnLoad")),
    }


def _measure(settings: Mapping[str, str], name: str, default: str, part: str) -> float:
    """A setting that is a number, not negative; Unreadable where it is anything else."""
    text = settings.get(name, default)
    if not re.fullmatch(r"\d{1,17}(?:\.\d{0,17})?(?:[Ee][+-]?\d{1,2})?", text, re.ASCII):
        raise Unreadable("W08", "number", part=part, seen=f"{name}={text[:20]}")
    return float(text)


def sheet_parts(package: Package) -> Mapping[str, str]:
    """The part of each worksheet by the sheet's name, in the order of their tabs."""
    main = workbook_part(package)
    relationships = package.relationships(main)
    tabs = package.kept(main, _main).tabs
    links = {tab.name: relationships.get(tab.link_id) for tab in tabs}
    return {name: link.target for name, link in links.items() if link and link.kind == "worksheet"}


def workbook_part(package: Package) -> str:
    """The path of the main part, or Unreadable saying what else the zip is."""
    for link in package.relationships("").values():
        if link.kind == "officeDocument" and package.has(link.target):
            if part_key(link.target) in OTHER_KINDS:
                raise Unreadable("W01", OTHER_KINDS[part_key(link.target)])
            return _with_frame(package, link.target)
    if package.has("xl/workbook.xml"):
        return _with_frame(package, "xl/workbook.xml")
    for part, kind in OTHER_KINDS.items():
        if package.has(part):
            raise Unreadable("W01", kind)
    if any(part.startswith("xl/") for part in package.parts):
        raise Unreadable("W08", part="xl/workbook.xml")
    raise Unreadable("W01", "zip")


def _with_frame(package: Package, main: str) -> str:
    """`main`, or Unreadable where a part is absent without which no program opens the file."""
    for part in (CONTENT_TYPES, "_rels/.rels"):
        if not package.has(part):
            raise Unreadable("W08", part=part)
    return main


def _sheet(
    tab: _Tab,
    part: str,
    content: SheetContent,
    names: Sequence[DefinedName],
    tables: Sequence[ListTable],
) -> Sheet:
    return Sheet(
        name=tab.name,
        part=part,
        state=tab.state,
        cells=content.cells,
        hidden_rows=content.hidden_rows,
        filtered_rows=filtered_rows(
            content.hidden_rows,
            content.filters,
            sheet=tab.name,
            is_filtered=content.is_filtered,
            names=names,
            tables=tables,
        ),
        hidden_columns=content.hidden_columns,
        is_protected=content.is_protected,
        frame=content.frame,
    )


def _styles(package: Package, relationships: Mapping[str, Relationship]) -> Styles:
    part = styles_part(package, relationships)
    return package.kept(part, read_styles) if part else Styles()


def styles_part(package: Package, relationships: Mapping[str, Relationship]) -> str | None:
    kinds = ((link.kind, link.target) for link in relationships.values())
    return next((part for kind, part in kinds if kind == "styles" and package.has(part)), None)


def _dynamic_array_indices(
    package: Package, relationships: Mapping[str, Relationship]
) -> frozenset[int]:
    """The values of a cell's `cm` attribute that mean: this formula spills by itself.

    `cm` counts the entries of `cellMetadata` from 1; an entry's `t` counts `metadataTypes` from 1.
    """
    for link in relationships.values():
        if link.kind != "sheetMetadata" or not package.has(link.target):
            continue
        return package.kept(link.target, _spilling_indices)
    return frozenset()


def _spilling_indices(package: Package, part: str) -> frozenset[int]:
    root = package.xml(part)
    types = [e.get("name") for e in children(root, "metadataTypes", "metadataType")]
    indices = set()
    for number, entry in enumerate(children(root, "cellMetadata", "bk"), start=1):
        for record in entry:
            kind = whole_number(record, "t", 0, part)
            if 1 <= kind <= len(types) and types[kind - 1] == "XLDAPR":
                indices.add(number)
    return frozenset(indices)


def _defined_names(root: etree._Element, sheet_names: list[str]) -> Iterator[DefinedName]:
    for element in children(root, "definedNames", "definedName"):
        position = element.get("localSheetId")
        is_local = position is not None and position.isdigit() and int(position) < len(sheet_names)
        yield DefinedName(
            name=element.get("name", ""),
            formula=unescaped(element.text or "").strip().removeprefix("="),
            sheet=sheet_names[int(position)] if position is not None and is_local else None,
            is_hidden=is_true(element.get("hidden")),
        )


def _custom_properties(package: Package) -> Mapping[str, str]:
    for link in package.relationships("").values():
        if link.kind == "custom-properties" or link.kind == "customProperties":
            if not package.has(link.target):
                return {}
            return package.kept(link.target, _properties)
    return {}


def _properties(package: Package, part: str) -> Mapping[str, str]:
    return {
        element.get("name", ""): unescaped("".join(child.text or "" for child in element))
        for element in package.xml(part)
        if local_name(element) == "property"
    }


def _external_links(
    package: Package, ids: Sequence[str], relationships: Mapping[str, Relationship]
) -> tuple[tuple[str, ...], ExternalValues]:
    """Where links lead, by their index in formulas, and what Excel cached of each."""
    targets: list[str] = []
    values: dict[tuple[int, str], Mapping[tuple[int, int], Scalar] | None] = {}
    for index, link_id in enumerate(ids, start=1):
        link = relationships.get(link_id)
        if link is None or not package.has(link.target):
            targets.append("")
            continue
        books = [r for r in package.relationships(link.target).values() if r.is_external]
        targets.append(books[0].target if books else "")
        sheet_names = [
            sheet.get("val", "")
            for _, name, sheet in package.stream(link.target, "sheetName")
            if name == "sheetName"
        ]
        failed = set()
        for position, cells, has_failed in link_cells(package, link.target):
            if position < len(sheet_names):
                values[index, sheet_names[position]] = cells
                failed |= {(index, sheet_names[position])} if has_failed else set()
        for key in failed:
            values[key] = values[key] or None
    return tuple(targets), values


_EXTERNAL_CELLS = re.compile(r"=?(?:'((?:[^']|'')+)'|([\w.]+))!([$A-Za-z0-9:]+)")


def _external_names(
    package: Package, ids: Sequence[str], relationships: Mapping[str, Relationship]
) -> Mapping[tuple[str, str], str]:
    """The names of linked workbooks that stand for cells."""
    names: dict[tuple[str, str], str] = {}
    for index, link_id in enumerate(ids, start=1):
        link = relationships.get(link_id)
        if link is None or not package.has(link.target):
            continue
        for _, kind, element in package.stream(link.target, "definedName"):
            cells = _EXTERNAL_CELLS.fullmatch(element.get("refersTo", ""))
            if kind == "definedName" and cells:
                sheet = cells[1] or cells[2]
                key = str(index), element.get("name", "").casefold()
                names[key] = f"'[{index}]{sheet}'!{cells[3]}"
    return names


def _attributes(root: etree._Element, name: str) -> Mapping[str, str]:
    for child in root:
        if local_name(child) == name:
            return {str(key): str(value) for key, value in child.attrib.items()}
    return {}


def _relationship_id(element: etree._Element) -> str:
    """The `r:id` attribute, in the usual or the strict namespace, under any prefix."""
    for key, value in element.attrib.items():
        if str(key).endswith("}id"):
            return str(value)
    return ""
