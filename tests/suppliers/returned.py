"""Sheets as suppliers send them back: filled in right, then changed in one way.

The answer, by hand: 27.1 t of steel, 54 MWh, 1,200 Nm³ of gas, 8,100 t·km and 2.1 t of scrap for
20,000 pieces of 1.25 kg. Figures invented; the factors are the shipped ones.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from lxml import etree

from cfp_xl.findings import CellRef
from cfp_xl.suppliers.fill import TypedAnswer, Used, fill
from cfp_xl.suppliers.judge import judge
from cfp_xl.suppliers.outcomes import Judged
from cfp_xl.suppliers.parts import Part
from cfp_xl.suppliers.product_parts import RequestedPart, SupplierRequests
from cfp_xl.templates.supplier.issue import Request, issue
from cfp_xl.templates.supplier.layout import ANSWER, SupplierLayout
from cfp_xl.workbook.address import address
from cfp_xl.workbook.reading.container import package_of
from cfp_xl.workbook.writing.values import Constant, write_values
from tests.verify.conftest import MAIN, Editor

STEEL, GRID, GAS = "DESNZ2025-19_504_5116_15_1", "CN-ELEC-CFP-2024", "CN-FUEL-GBT32151-NATURAL-GAS"
LORRY, SCRAP, DIESEL = (
    "DESNZ2025-27_304_3140_14_1",
    "DESNZ2025-20_504_5366_15_1",
    "CN-FUEL-GBT32151-DIESEL",
)
PRODUCT_NAME = "配电箱"
SHELL = Part("P-101", "钢壳", "S01", "某某钣金厂", "件", 1.0, 1.25)
BARS = Part("P-102", "Copper bars", "S02", "Example Copper Ltd", "kg", 2.4, lang="en")
FREIGHT = Part("T-201", "干线运输", "S03", "某某物流", "t·km", 35.0, kind="transport", lang="both")
PARTS = (SHELL, BARS, FREIGHT)
REQUESTED = tuple(RequestedPart(part) for part in PARTS)
PRODUCT = SupplierRequests(Path("product.xlsx"), PRODUCT_NAME, REQUESTED, ())

FIELDS: Mapping[str, Any] = {
    "contact_name": "王芳",
    "contact": "wang@supplier.example",
    "filled_on": date(2026, 3, 15),
    "period_start": date(2025, 1, 1),
    "period_end": date(2025, 12, 31),
    "data_kind": "activity_data",
}
OF_SHELL = {
    **FIELDS,
    "output": 20000,
    "mass_kg": 1.25,
    "has_material": "yes",
    "has_energy": "yes",
    "has_fuel": "yes",
    "has_transport": "yes",
    "has_waste": "yes",
    "has_process": "no",
}
USED_FOR_SHELL = (
    Used(STEEL, 27.1, "t"),
    Used(GRID, 54, "MWh"),
    Used(GAS, 1200, "Nm3", "烘道"),
    Used(LORRY, 8100, "t·km"),
    Used(SCRAP, 2.1, "t"),
)
OF_FREIGHT = {
    **FIELDS,
    "output": 520000,
    "has_energy": "no",
    "has_fuel": "yes",
    "has_process": "no",
}
PCF = {
    **FIELDS,
    "data_kind": "pcf",
    "pcf_kgco2e": 4.05,
    "pcf_boundary": "cradle_to_gate",
    "pcf_standard": "ISO 14067:2018",
    "pcf_year": 2025,
    "pcf_verification": "third_party",
    "includes_delivery": "not_included",
}


@cache
def issued(part: Part) -> bytes:
    """A part's blank sheet."""
    return issue(
        Request(
            part.supplier_id,
            part.supplier,
            part.part_id,
            part.part,
            part.unit,
            PRODUCT_NAME,
            "某某电气",
            "buyer@example.com",
            "2026-12-31",
            part.lang,
            part.kind,
        )
    )


def answered(
    part: Part = SHELL, fields: Mapping[str, Any] = OF_SHELL, used: Sequence[Used] = USED_FOR_SHELL
) -> bytes:
    """A part's sheet, filled in."""
    return fill(issued(part), TypedAnswer(fields, used), part.lang, part.kind)


@cache
def shell() -> bytes:
    """The shell's sheet as it should come back."""
    return answered()


@cache
def freight() -> bytes:
    """The carrier's sheet as it should come back: 15.6 t of diesel for 520,000 t·km."""
    return answered(FREIGHT, OF_FREIGHT, [Used(DIESEL, 15_600, "kg")])


def layout(part: Part = SHELL) -> SupplierLayout:
    return SupplierLayout(part.lang, part.kind)


def question(id: str, part: Part = SHELL, column: int = ANSWER) -> CellRef:
    """The cell of a question's answer."""
    of = layout(part)
    return CellRef(of.sheets["fill"], address(of.rows[id] + 1, column + 1))


def row_cell(column: str, flow: str, number: int = 0, part: Part = SHELL) -> CellRef:
    """A cell of the activity data: the n-th row of a flow, from 0."""
    of = layout(part)
    region = of.activities
    return CellRef(region.sheet, address(of.flow_rows[flow][number] + 1, region.index(column) + 1))


def typed(data: bytes, values: Mapping[CellRef, Constant]) -> bytes:
    """The same file with other constants in these cells."""
    sheets: dict[str, dict[tuple[int, int], Constant]] = {}
    for where, value in values.items():
        from cfp_xl.workbook.address import cell_position

        position = cell_position(where.cell)
        assert position is not None
        sheets.setdefault(where.sheet, {})[position] = value
    return write_values(package_of(data, Path("answer.xlsx")), sheets)


def judged(
    data: bytes, folder: Path, product: SupplierRequests = PRODUCT, name: str = "answer.xlsx"
) -> Judged:
    """What intake makes of a file with these bytes."""
    path = folder / name
    path.write_bytes(data)
    return judge(path, product)


def asked_as(part: Part = SHELL, **known: Any) -> SupplierRequests:
    """The product with something known of a part: last year's figure, the factor in use, …"""
    of_part = {k: v for k, v in known.items() if k in Part.__slots__}
    of_asked = {k: v for k, v in known.items() if k not in Part.__slots__}
    return replace(
        PRODUCT,
        parts=tuple(
            RequestedPart(replace(part, **of_part), **of_asked) if one.part == part else one
            for one in PRODUCT.parts
        ),
    )


class Returned(Editor):
    """A returned file whose XML can be changed, and to which parts can be added."""

    def __init__(self, source: Path) -> None:
        super().__init__(source)
        self.added: dict[str, bytes] = {}

    def save(self, target: Path) -> Path:
        super().save(target)
        with zipfile.ZipFile(target, "a") as archive:
            for name, data in self.added.items():
                archive.writestr(name, data)
        return target

    def put_formula(self, where: CellRef, formula: str, value: str = "1") -> None:
        """A formula with its cached value, whatever stood in the cell."""
        element = self.cell(where.sheet, where.cell)
        element.attrib.pop("t", "")
        element[:] = []
        etree.SubElement(element, f"{MAIN}f").text = formula
        etree.SubElement(element, f"{MAIN}v").text = value

    def relate(self, part: str, kind: str, target: str, *, is_external: bool = False) -> None:
        """A relationship of an existing part, which has its .rels already."""
        folder, _, name = part.rpartition("/")
        root = self.part(f"{folder}/_rels/{name}.rels")
        base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
        link = etree.SubElement(
            root, "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
        )
        for key, text in (("Id", f"rIdX{len(root)}"), ("Type", base + kind), ("Target", target)):
            link.set(key, text)
        if is_external:
            link.set("TargetMode", "External")

    def add_sheet(self, name: str, rows: str, rest: str = "", rels: str = "") -> None:
        """One more worksheet, with these rows of XML."""
        self.added["xl/worksheets/sheet99.xml"] = (
            '<?xml version="1.0" encoding="UTF-8"?>'
            f'<worksheet xmlns="{MAIN[1:-1]}" '
            'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
            f"<sheetData>{rows}</sheetData>{rest}</worksheet>"
        ).encode()
        if rels:
            self.added["xl/worksheets/_rels/sheet99.xml.rels"] = (
                '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
                f'relationships">{rels}</Relationships>'
            ).encode()
        self.relate("xl/workbook.xml", "worksheet", "worksheets/sheet99.xml")
        id = self.part("xl/_rels/workbook.xml.rels")[-1].get("Id", "")
        sheets = self.part("xl/workbook.xml").find(f"{MAIN}sheets")
        assert sheets is not None
        sheet = etree.SubElement(sheets, f"{MAIN}sheet", name=name, sheetId="99")
        sheet.set("{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id", id)


Change = Callable[[Returned], CellRef | None]
"""Changes one thing; returns the cell that must be named, None where the file as such is."""


def with_change(
    change: Change, folder: Path, data: bytes | None = None
) -> tuple[bytes, CellRef | None]:
    """A filled-in sheet with one change."""
    source = folder / "before.xlsx"
    source.write_bytes(data or shell())
    book = Returned(source)
    where = change(book)
    target = book.save(folder / "changed.xlsx")
    return target.read_bytes(), where


def rebuilt(data: bytes, replaced: Mapping[str, bytes]) -> bytes:
    """The package with other parts."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for item in old.infolist():
            new.writestr(item, replaced.get(item.filename, old.read(item)))
    return out.getvalue()
