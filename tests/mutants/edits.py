"""One change in a workbook's XML, made in memory: everything else stays byte for byte."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from pathlib import Path

from lxml import etree

from cfp_xl.findings import CellRef
from cfp_xl.schema.opened import Opened, opened
from cfp_xl.schema.schema import Schema
from cfp_xl.templates.layout import ProductLayout
from cfp_xl.workbook.address import cell_position
from cfp_xl.workbook.model import Cell, Workbook
from tests.verify.conftest import MAIN, Editor

R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
RELS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"


@dataclass(frozen=True, eq=False)
class Base:
    """A right workbook, opened once; `layout` where it is one of our templates."""

    name: str
    data: bytes
    layout: ProductLayout | None = None

    @cached_property
    def parts(self) -> Mapping[str, bytes]:
        with zipfile.ZipFile(BytesIO(self.data)) as archive:
            return {item.filename: archive.read(item) for item in archive.infolist()}

    @cached_property
    def opened(self) -> Opened:
        return opened(self.data, Path(f"{self.name}.xlsx"))

    @property
    def workbook(self) -> Workbook:
        return self.opened.workbook

    @property
    def schema(self) -> Schema:
        schema = self.opened.recomputed.schema
        assert schema is not None
        return schema

    def cell(self, where: CellRef) -> Cell | None:
        position = cell_position(where.cell)
        assert position is not None
        return self.workbook.by_name[where.sheet.casefold()].cells.get(position)

    def number(self, where: CellRef) -> float:
        cell = self.cell(where)
        assert cell is not None
        assert isinstance(cell.value, float), where
        return cell.value

    def text(self, where: CellRef) -> str:
        cell = self.cell(where)
        return str(cell.value) if cell is not None and cell.value is not None else ""

    def formula(self, where: CellRef) -> str:
        cell = self.cell(where)
        assert cell is not None
        assert cell.formula, where
        return cell.formula


class Book(Editor):
    """A base being changed; `bytes` is the result, `touches_values` whether a recalculation may
    give anything else than the base's."""

    def __init__(self, base: Base) -> None:
        self.base = base
        self.source = Path(f"{base.name}.xlsx")
        self.workbook = base.workbook
        self._parts: dict[str, etree._Element] = {}
        self._added: dict[str, bytes] = {}
        self._dropped: set[str] = set()
        self.touches_values = False

    def part(self, name: str) -> etree._Element:
        if name not in self._parts:
            self._parts[name] = etree.fromstring(self.base.parts[name])
        return self._parts[name]

    def bytes(self) -> bytes:
        out = BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
            for name, data in {**self.base.parts, **self._added}.items():
                if name in self._parts:
                    data = etree.tostring(self._parts[name], xml_declaration=True, encoding="UTF-8")
                if name not in self._dropped:
                    archive.writestr(name, data)
        return out.getvalue()

    # Values and formulas

    def set(self, sheet: str, cell: str, value: str | float | None) -> None:
        self.touches_values = True
        super().set(sheet, cell, value)

    def put(self, where: CellRef, value: str | float | None) -> CellRef:
        """A constant in place of whatever the cell holds."""
        self.set(where.sheet, where.cell, value)
        return where

    def type_over(self, where: CellRef, value: str | float | None = None) -> CellRef:
        """The formula becomes a constant: its value, unless another is given."""
        cell = self.base.cell(where)
        assert cell is not None
        constant = value if value is not None else cell.value
        assert constant is None or isinstance(constant, str | float | int)
        return self.put(where, constant)

    def formula(self, where: CellRef, formula: str, cached: float | None = None) -> CellRef:
        """Another formula; the cached value stays, unless another is given."""
        self.touches_values = True
        element = self.cell(where.sheet, where.cell)
        found = element.find(f"{MAIN}f")
        if found is None:
            element[:] = [] if element.get("t") == "inlineStr" else list(element)
            found = etree.Element(f"{MAIN}f")
            element.insert(0, found)
        for attribute in list(found.attrib):
            del found.attrib[attribute]
        found.text = formula
        if cached is not None:
            element.attrib.pop("t", "")
            value = element.find(f"{MAIN}v")
            if value is None:
                value = etree.SubElement(element, f"{MAIN}v")
            value.text = repr(cached)
        return where

    def cached(self, where: CellRef, value: float | None) -> CellRef:
        self.touches_values = True
        self.set_cached(where.sheet, where.cell, value)
        return where

    def rename(self, name: str, formula: str) -> None:
        """What a defined name refers to."""
        self.touches_values = True
        self.set_name(name, formula)

    def delete_row(self, sheet: str, row: int) -> None:
        """The content of a row is gone; nothing moves."""
        self.touches_values = True
        data = self.sheet(sheet).find(f"{MAIN}sheetData")
        assert data is not None
        for element in [r for r in data if r.get("r") == str(row)]:
            data.remove(element)

    # Looks

    def restyle(self, where: CellRef, **changes: str) -> CellRef:
        """The cell's own format with attributes of its `xf` changed (numFmtId, fontId, fillId)."""
        cells = self.part("xl/styles.xml").find(f"{MAIN}cellXfs")
        assert cells is not None
        element = self.cell(where.sheet, where.cell)
        old = cells[int(element.get("s", "0"))]
        new = etree.fromstring(etree.tostring(old))
        for name, value in changes.items():
            new.set(name, value)
            new.set(
                {"numFmtId": "applyNumberFormat", "fontId": "applyFont"}.get(name, "applyFill"), "1"
            )
        cells.append(new)
        cells.set("count", str(len(cells)))
        element.set("s", str(len(cells) - 1))
        return where

    def number_format(self, where: CellRef, code: str) -> CellRef:
        styles = self.part("xl/styles.xml")
        formats = styles.find(f"{MAIN}numFmts")
        if formats is None:
            formats = etree.Element(f"{MAIN}numFmts")
            styles.insert(0, formats)
        id = str(300 + len(formats))
        etree.SubElement(formats, f"{MAIN}numFmt", numFmtId=id, formatCode=code)
        formats.set("count", str(len(formats)))
        return self.restyle(where, numFmtId=id)

    def font(self, where: CellRef, xml: str) -> CellRef:
        """A font of these elements: `<color rgb="FFFFFFFF"/>`, `<sz val="1"/>`."""
        fonts = self.part("xl/styles.xml").find(f"{MAIN}fonts")
        assert fonts is not None
        fonts.append(etree.fromstring(f'<font xmlns="{MAIN[1:-1]}">{xml}</font>'))
        fonts.set("count", str(len(fonts)))
        return self.restyle(where, fontId=str(len(fonts) - 1))

    def conditional(self, where: CellRef, dxf: str, formula: str = "TRUE") -> CellRef:
        """A conditional format that always shows the cell so."""
        styles = self.part("xl/styles.xml")
        known = styles.find(f"{MAIN}dxfs")
        if known is None:
            known = etree.Element(f"{MAIN}dxfs")
            at = styles.find(f"{MAIN}cellStyles")
            assert at is not None
            at.addnext(known)
        known.append(etree.fromstring(f'<dxf xmlns="{MAIN[1:-1]}">{dxf}</dxf>'))
        known.set("count", str(len(known)))
        root = self.sheet(where.sheet)
        place = etree.Element(f"{MAIN}conditionalFormatting", sqref=where.cell)
        rule = etree.SubElement(place, f"{MAIN}cfRule", type="expression", priority="1")
        rule.set("dxfId", str(len(known) - 1))
        etree.SubElement(rule, f"{MAIN}formula").text = formula
        self._insert(
            root,
            place,
            (
                "sheetData",
                "sheetCalcPr",
                "sheetProtection",
                "protectedRanges",
                "scenarios",
                "autoFilter",
                "sortState",
                "dataConsolidate",
                "customSheetViews",
                "mergeCells",
                "phoneticPr",
            ),
        )
        return where

    def merge(self, sheet: str, area: str) -> None:
        root = self.sheet(sheet)
        merged = root.find(f"{MAIN}mergeCells")
        if merged is None:
            merged = etree.Element(f"{MAIN}mergeCells")
            self._insert(
                root,
                merged,
                (
                    "sheetData",
                    "sheetCalcPr",
                    "sheetProtection",
                    "protectedRanges",
                    "scenarios",
                    "autoFilter",
                    "sortState",
                ),
            )
        etree.SubElement(merged, f"{MAIN}mergeCell", ref=area)

    @staticmethod
    def _insert(root: etree._Element, new: etree._Element, after: tuple[str, ...]) -> None:
        """In the schema's order: behind the last of these elements."""
        last = [child for child in root if etree.QName(child).localname in after][-1]
        last.addnext(new)

    def row(self, where: CellRef, **attributes: str) -> CellRef:
        """Attributes of the cell's row: hidden, ht, customHeight."""
        element = self.cell(where.sheet, where.cell).getparent()
        assert element is not None
        for name, value in attributes.items():
            element.set(name, value)
        return where

    def column(self, where: CellRef, **attributes: str) -> CellRef:
        """The cell's column alone gets these attributes: hidden, width."""
        position = cell_position(where.cell)
        assert position is not None
        root, number = self.sheet(where.sheet), position[1]
        columns = root.find(f"{MAIN}cols")
        if columns is None:
            columns = etree.Element(f"{MAIN}cols")
            data = root.find(f"{MAIN}sheetData")
            assert data is not None
            data.addprevious(columns)
        kept = []
        for one in list(columns):
            low, high = int(one.get("min", "0")), int(one.get("max", "0"))
            for first, last in ((low, min(high, number - 1)), (max(low, number + 1), high)):
                if first <= last:
                    copy = etree.fromstring(etree.tostring(one))
                    copy.set("min", str(first))
                    copy.set("max", str(last))
                    kept.append(copy)
        own = {"min": str(number), "max": str(number), "width": "9", "customWidth": "1"}
        kept.append(etree.Element(f"{MAIN}col", {**own, **attributes}))
        columns[:] = sorted(kept, key=lambda c: int(c.get("min", "0")))
        return where

    # The package

    def properties(self, beginning: str) -> None:
        """Custom document properties whose name begins so are gone."""
        root = self.part("docProps/custom.xml")
        for child in list(root):
            if (child.get("name") or "").startswith(beginning):
                root.remove(child)

    def charts(self) -> Iterator[tuple[str, etree._Element]]:
        for name in self.base.parts:
            if name.startswith("xl/charts/chart"):
                yield name, self.part(name)

    def external_link(self, target: str) -> None:
        """Workbook [1] of formulas is another file."""
        main = MAIN[1:-1]
        self._added["xl/externalLinks/externalLink1.xml"] = (
            f'<?xml version="1.0" encoding="UTF-8"?><externalLink xmlns="{main}" '
            f'xmlns:r="{R[1:-1]}"><externalBook r:id="rId1"><sheetNames><sheetName val="S"/>'
            "</sheetNames></externalBook></externalLink>"
        ).encode()
        self._added["xl/externalLinks/_rels/externalLink1.xml.rels"] = (
            f'<Relationships xmlns="{RELS[1:-1]}"><Relationship Id="rId1" Target="{target}" '
            f'Type="{R[1:-1]}/externalLinkPath" TargetMode="External"/></Relationships>'
        ).encode()
        rels = self.part("xl/_rels/workbook.xml.rels")
        etree.SubElement(
            rels,
            f"{RELS}Relationship",
            Id="rIdX1",
            Type=f"{R[1:-1]}/externalLink",
            Target="externalLinks/externalLink1.xml",
        )
        types = self.part("[Content_Types].xml")
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.externalLink+xml"
        etree.SubElement(
            types,
            f"{TYPES}Override",
            PartName="/xl/externalLinks/externalLink1.xml",
            ContentType=kind,
        )
        book = self.part("xl/workbook.xml")
        links = etree.Element(f"{MAIN}externalReferences")
        etree.SubElement(links, f"{MAIN}externalReference").set(f"{R}id", "rIdX1")
        sheets = book.find(f"{MAIN}sheets")
        assert sheets is not None
        sheets.addnext(links)
