"""A product workbook whose table of parts is filled in as an accountant would."""

from __future__ import annotations

from pathlib import Path

from cfp_xl.messages import Lang
from cfp_xl.schema.schema import find_schema
from cfp_xl.templates.shipped import product_template
from cfp_xl.workbook.address import cell_position
from cfp_xl.workbook.reading.container import package_of
from cfp_xl.workbook.reading.read import read_package
from cfp_xl.workbook.writing.values import Constant, write_values

SHELL: dict[str, Constant] = {
    "part_id": "P-101",
    "part": "配电箱钢壳",
    "supplier_id": "S01",
    "supplier": "温州某某钣金有限公司",
    "amount": 1.0,
    "unit": "件",
    "mass_kg": 12.5,
    "kind": "零部件",
    "lang": "zh",
}
COPPER: dict[str, Constant] = {
    "part_id": "P-102",
    "part": "Copper bars",
    "supplier_id": "S02",
    "supplier": "Example Copper Ltd",
    "amount": 2.4,
    "unit": "kg",
    "kind": "part",
    "lang": "en",
    "due": "2026-12-31",
}
FREIGHT: dict[str, Constant] = {
    "part_id": "T-201",
    "part": "干线运输",
    "supplier_id": "S01",
    "supplier": "温州某某钣金有限公司",
    "amount": 35.0,
    "unit": "t·km",
    "kind": "运输",
    "lang": "both",
}
PARTS = (SHELL, COPPER, FREIGHT)


def product_with(
    *parts: dict[str, Constant], name: str = "配电箱", by: str = "某某电气", lang: Lang = "zh"
) -> bytes:
    """The native template with these rows of parts."""
    package = package_of(product_template(lang, is_native=True), Path("product.xlsx"))
    schema, _ = find_schema(read_package(package))
    assert schema is not None
    region = schema.regions["parts"]
    sheets: dict[str, dict[tuple[int, int], Constant]] = {
        region.sheet.name: {
            (region.header_row + 1 + number, region.columns[column]): value
            for number, part in enumerate(parts)
            for column, value in part.items()
        }
    }
    for setting, value in (("product_name", name), ("producer", by)):
        where = schema.settings[setting].where
        assert where is not None
        position = cell_position(where.cell)
        assert position is not None
        sheets.setdefault(where.sheet, {})[position] = value
    return write_values(package, sheets)
