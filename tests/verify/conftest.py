"""Workbooks with one thing changed in their XML, everything else left byte for byte."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from cfp_xl.schema.schema import Schema, find_schema
from cfp_xl.workbook.address import address, cell_position
from cfp_xl.workbook.model import Workbook
from cfp_xl.workbook.reading.read import read_workbook

BXD2 = Path(__file__).parent.parent.parent / "workbooks" / "bxd2.xlsx"
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


class Editor:
    """A workbook file whose parts can be edited; `save` writes a copy."""

    def __init__(self, source: Path) -> None:
        self.source = source
        self.workbook: Workbook = read_workbook(source)
        schema, _ = find_schema(self.workbook)
        assert schema is not None
        self.schema: Schema = schema
        self._parts: dict[str, etree._Element] = {}

    def part(self, name: str) -> etree._Element:
        if name not in self._parts:
            with zipfile.ZipFile(self.source) as archive:
                self._parts[name] = etree.fromstring(archive.read(name))
        return self._parts[name]

    def sheet(self, name: str) -> etree._Element:
        sheet = self.workbook.sheet(name)
        assert sheet is not None
        return self.part(sheet.part)

    def cell(self, sheet: str, cell: str) -> etree._Element:
        """The `<c>` of a cell, made (with its row) where it does not exist."""
        position = cell_position(cell)
        assert position is not None
        data = self.sheet(sheet).find(f"{MAIN}sheetData")
        assert data is not None
        row = next((r for r in data if r.get("r") == str(position[0])), None)
        if row is None:
            row = etree.SubElement(data, f"{MAIN}row", r=str(position[0]))
            data[:] = sorted(data, key=lambda r: int(r.get("r", "0")))
        for c in row:
            if c.get("r") == cell:
                return c
        made = etree.SubElement(row, f"{MAIN}c", r=address(*position))
        row[:] = sorted(row, key=lambda c: cell_position(c.get("r", "")) or (0, 0))
        return made

    def set(self, sheet: str, cell: str, value: str | float | None) -> None:
        """A constant: text, number, None for blank; a text that begins with # is the raw `<v>`."""
        element = self.cell(sheet, cell)
        element.attrib.pop("t", "")
        element[:] = []
        if isinstance(value, str) and not value.startswith("#"):
            element.set("t", "inlineStr")
            text = etree.SubElement(etree.SubElement(element, f"{MAIN}is"), f"{MAIN}t")
            text.text = value
        elif value is not None:
            shown = value.removeprefix("#") if isinstance(value, str) else repr(value)
            etree.SubElement(element, f"{MAIN}v").text = shown

    def set_formula(self, sheet: str, cell: str, formula: str | None) -> None:
        """Another formula (or none: its value stays as a constant), the cached value untouched."""
        element = self.cell(sheet, cell)
        found = element.find(f"{MAIN}f")
        assert found is not None
        if formula is None:
            element.remove(found)
        else:
            found.text = formula
            for attribute in list(found.attrib):
                del found.attrib[attribute]

    def set_cached(self, sheet: str, cell: str, value: float | None) -> None:
        element = self.cell(sheet, cell)
        found = element.find(f"{MAIN}v")
        assert found is not None
        if value is None:
            element.remove(found)
        else:
            found.text = repr(value)

    def hide_row(self, sheet: str, row: int) -> None:
        data = self.sheet(sheet).find(f"{MAIN}sheetData")
        assert data is not None
        next(r for r in data if r.get("r") == str(row)).set("hidden", "1")

    def hide_column(self, sheet: str, column: int) -> None:
        root = self.sheet(sheet)
        columns = root.find(f"{MAIN}cols")
        if columns is None:
            columns = etree.Element(f"{MAIN}cols")
            data = root.find(f"{MAIN}sheetData")
            assert data is not None
            data.addprevious(columns)
        for col in list(columns):
            if int(col.get("min", "0")) <= column <= int(col.get("max", "0")):
                columns.remove(col)
        attributes = {"min": str(column), "max": str(column), "width": "9", "hidden": "1"}
        etree.SubElement(columns, f"{MAIN}col", attributes)
        columns[:] = sorted(columns, key=lambda c: int(c.get("min", "0")))

    def hide_sheet(self, sheet: str) -> None:
        sheets = self.part("xl/workbook.xml").find(f"{MAIN}sheets")
        assert sheets is not None
        next(s for s in sheets if s.get("name") == sheet).set("state", "veryHidden")

    def set_name(self, name: str, formula: str) -> None:
        names = self.part("xl/workbook.xml").find(f"{MAIN}definedNames")
        assert names is not None
        next(n for n in names if n.get("name") == name).text = formula

    def calculate_manually(self) -> None:
        root = self.part("xl/workbook.xml")
        settings = root.find(f"{MAIN}calcPr")
        if settings is None:
            settings = etree.SubElement(root, f"{MAIN}calcPr")
        settings.set("calcMode", "manual")

    def break_seal(self) -> None:
        """Removes the seal and the template's id: a workbook that someone built by hand."""
        root = self.part("docProps/custom.xml")
        for child in list(root):
            if (child.get("name") or "").startswith("cfp_"):
                root.remove(child)

    def save(self, target: Path) -> Path:
        with zipfile.ZipFile(self.source) as old, zipfile.ZipFile(target, "w") as new:
            for item in old.infolist():
                data = old.read(item)
                if item.filename in self._parts:
                    data = etree.tostring(
                        self._parts[item.filename], xml_declaration=True, encoding="UTF-8"
                    )
                new.writestr(item, data)
        return target


@pytest.fixture
def bxd2() -> Editor:
    return Editor(BXD2)


@pytest.fixture
def changed(tmp_path: Path, bxd2: Editor) -> Callable[[Callable[[Editor], object]], Path]:
    """`changed(change)`: a copy of the worked example with one change."""

    def make(change: Callable[[Editor], object]) -> Path:
        change(bxd2)
        return bxd2.save(tmp_path / "bxd2.xlsx")

    return make
