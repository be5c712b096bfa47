"""A small product with every kind of row, whose figures follow by hand, and its facts by name."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from openpyxl import Workbook
from openpyxl.workbook.defined_name import DefinedName

from cfp_xl.exchange.out.study import Audience, Study
from cfp_xl.schema.opened import open_file

Cell = str | float | datetime | None
HEADINGS: list[Cell] = [
    *("stage", "process", "activity", "quantity", "unit", "factor_id"),
    *("direction", "carbon", "aircraft", "assembly", "data_type", "gate"),
]
_R, _P, _D = "raw material acquisition", "production", "distribution"
ROWS: list[list[Cell]] = [
    [_R, "materials", "steel", 2.0, "kg", "STEEL", None, None, None, None, "secondary", None],
    [_R, "materials", "wood", 1.5, "kg", "CO2", "uptake", "biogenic_co2", *[None] * 4],
    [_R, "materials", "cleared land", 0.25, "kg", "CO2", None, "land_use_change", *[None] * 4],
    [_P, "power", "power", 100.0, "kWh", "POWER", None, None, None, None, "primary", None],
    [_P, "boiler", "wood chips", 0.3, "kg", "CO2", None, "biogenic_co2", *[None] * 4],
    [_P, "boiler", "methane", 0.05, "kg", "CO2", None, "biogenic_other", *[None] * 4],
    [_P, "assembly", "motor", 2.0, "piece", "A-M", *[None] * 6],
    [None, "winding", "copper", 3.0, "kg", "COPPER", None, None, None, "M", None, None],
    [_D, "inbound transport", "engines by air", 0.4, "t·km", "AIR", None, None, "yes", *[None] * 3],
    [_D, "outbound transport", "lorry", 12.0, "t·km", "LORRY", *[None] * 6],
    [_D, "storage", "power", 1.0, "kWh", "POWER", None, None, None, None, None, "outside"],
    ["use", "use", "power", 1000.0, "kWh", "POWER", *[None] * 6],
]
FACTORS: list[list[Cell]] = [
    ["id", "name", "value", "unit", "per_unit", "source", "date", "data_type"],
    ["STEEL", "steel", 2.0, "kgCO2e", "kg", "Steel list", "2024", None],
    ["CO2", "carbon dioxide", 1.0, "kgCO2e", "kg", "Chemistry", "2020", None],
    ["POWER", "power", 0.5, "kgCO2e", "kWh", "Our meter", "2025", "primary"],
    ["COPPER", "copper", 2.5, "kgCO2e", "kg", "Metals", "2023", None],
    ["AIR", "air freight", 2.0, "kgCO2e", "t·km", "Freight", "2025", None],
    ["LORRY", "lorry", 0.1, "kgCO2e", "t·km", "Freight", "2025", None],
]
ASSEMBLIES: list[list[Cell]] = [["id", "name", "output", "unit"], ["M", "motor", 5.0, "piece"]]
FACTS: dict[str, Cell] = {
    "product_name": "Lamp",
    "model": "L-1",
    "producer": "Lamps Ltd",
    "function": "gives light",
    "functional_unit": "1 piece",
    "boundary": "cradle-to-grave",
    "period": "2025",
    "gwp_set": "AR6",
    "standard": "ISO 14067:2018, GB/T 24067-2024",
    "site": "CN-ZJ",
    "mass_kg": 2.2,
    "report_date": datetime(2026, 3, 31),
    "company_ids": "urn:pact:lamps.example:company-id:1",
    "product_ids": "urn:gtin:4712345060507; urn:pact:lamps.example:product-id:L-1",
    "fossil_carbon": 0.1,
    "biogenic_carbon": 0.327,
    "packaging_included": "no",
    "exempted_percent": 1.5,
    "cut_off": "below 1 % each",
}
# By hand, kgCO2e per lamp inside the gate: fossil: steel 4 + power 50 + motors 2 × 3 × 2.5 / 5 = 3
# + flight 0.8 = 57.8; land use change 0.25; biogenic methane 0.05; without uptake 58.1.
# Wood takes up 1.5, burning gives back 0.3: net −1.2; with uptake 56.9.
# Behind the gate: lorry 1.2 + storage 0.5 = 1.7 outbound; use 500. Total 559.8.
# Primary: power inside, 50 of 58.1.
EXCLUDING, INCLUDING, OUTBOUND, TOTAL = 58.1, 56.9, 1.7, 559.8


def write_product(
    path: Path,
    facts: dict[str, Cell] | None = None,
    rows: list[list[Cell]] | None = None,
    headings: list[Cell] | None = None,
    products: tuple[str, ...] = (),
) -> Path:
    """The workbook; facts that are None are left blank, those of "" have no name. A bill is
    allocated to the products."""
    book = Workbook()
    book.remove(book["Sheet"])
    tables = {"activities": [headings or HEADINGS, *(rows or ROWS)], "factors": FACTORS}
    if products:
        bills: list[list[Cell]] = [["medium", "total", "unit", "product", "share"]]
        tables["allocation"] = bills + [["power", 9.0, "kWh", one, 0.5] for one in products]
    for name, lines in (*tables.items(), ("assemblies", ASSEMBLIES)):
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(line)
        block = f"{name}!$A$1:${chr(64 + len(lines[0]))}${len(lines)}"
        book.defined_names[f"cfp_{name}"] = DefinedName(f"cfp_{name}", attr_text=block)
    sheet = book.create_sheet("product")
    for row, (name, value) in enumerate({**FACTS, **(facts or {})}.items(), start=1):
        sheet.append([name, value])
        if value != "":
            target = f"product!$B${row}"
            book.defined_names[f"cfp_{name}"] = DefinedName(f"cfp_{name}", attr_text=target)
    book.save(path)
    return path


def study_of(path: Path, audience: Audience = "customer") -> Study:
    opened = open_file(path)
    return Study(opened.recomputed, opened.workbook.sha256, audience)
