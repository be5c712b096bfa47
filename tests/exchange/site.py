"""A small factory, by hand: two kettles and a lamp share bills, a certificate and a factor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from openpyxl import Workbook, load_workbook
from openpyxl.packaging.custom import StringProperty
from openpyxl.workbook.defined_name import DefinedName

from cfp_xl.schema.opened import refreshed
from cfp_xl.templates.shipped import site_template

PRODUCTS = ("Kettle A", "Kettle B", "Lamp")
Line = Sequence[str | float | None]
BILLS: tuple[Line, ...] = (
    # voucher, month, medium, total, unit, basis, all products, meter, meter total, id
    ("E-01", "2025", "electricity", 10_000.0, "kWh", "machine hours", "yes", "M1", 10_020.0, "E"),
    ("G-01", "2025", "natural gas", 800.0, "Nm3", "output", "yes", None, None, None),
)
OUTPUTS: tuple[Line, ...] = (
    # basis, month, product, amount, unit
    *(("output", None, name, 1000.0, "piece") for name in PRODUCTS),
    ("machine hours", None, "Kettle A", 50.0, "h"),
    ("machine hours", None, "Kettle B", 30.0, "h"),
    ("machine hours", None, "Lamp", 20.0, "h"),
)
CERTIFICATES: tuple[Line, ...] = (
    # certificate, month, medium, quantity, unit, basis, only for product, id
    ("GEC-7", "2025", "green power", 1000.0, "kWh", None, "Lamp", "GP"),
)
FACTORS: tuple[Line, ...] = (
    # id, name, value, unit, per unit, region, year, GWP, source
    ("OWN-STEEL", "own steel", 2.1, "kgCO2e", "kg", "CN", 2025.0, "AR6", "weighed in 2025"),
)
PARTS: tuple[Line, ...] = (
    ("P-1", "screw", "S01", "Screws Ltd", "piece", 0.01, None, "s@example.com"),
)
FIRST = 6
"""The first row below the headings of each sheet of the template."""


def write_site(path: Path, tables: Mapping[str, Sequence[Line]] | None = None) -> Path:
    """The blank site workbook in English, filled in."""
    path.write_bytes(site_template("en"))
    book = load_workbook(path)
    lines = {
        "Bills": BILLS,
        "Outputs": OUTPUTS,
        "Certificates": CERTIFICATES,
        "Own factors": FACTORS,
        "Parts": PARTS,
        **(tables or {}),
    }
    book["Site"]["B4"] = "Example factory"
    for sheet, rows in lines.items():
        for down, line in enumerate(rows, FIRST):
            for at, value in enumerate(line, 1):
                book[sheet].cell(down, at, value)
    book.save(path)
    path.write_bytes(refreshed(path.read_bytes(), path))
    return path


HEADINGS = (
    *("id", "month", "voucher", "medium", "total", "unit", "product", "basis_product"),
    *("basis_total", "output", "share", "amount_per_unit"),
)


def small_product(path: Path, name: str) -> Path:
    """A product with one activity and room for ten bills."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Product"
    sheet.append(["product", name])
    sheet.append(["stage", "activity", "quantity", "unit", "factor_id"])
    sheet.append(["production", "power", 5.0, "kWh", "CN-ELEC-CFP-2024"])
    bills = book.create_sheet("Allocation")
    bills.append(HEADINGS)
    for row in range(2, 12):
        bills[f"K{row}"] = f'=IF(H{row}="","",H{row}/I{row})'
        bills[f"L{row}"] = f'=IF(H{row}="","",E{row}*K{row}/J{row})'
    for key, area in (
        ("product_name", "Product!$B$1"),
        ("activities", "Product!$A$2:$E$3"),
        ("allocation", "Allocation!$A$1:$L$11"),
    ):
        book.defined_names[f"cfp_{key}"] = DefinedName(f"cfp_{key}", attr_text=area)
    book.custom_doc_props.append(StringProperty(name="by", value="hand"))  # type: ignore[attr-defined]
    book.save(path)
    return path
