"""Products as a few lines of text, put into an empty template: for rules that look at a model.

A row is `stage; process; activity; amount unit; factor`. A factor is a shipped id, or `name value
per_unit`: one of the product's own, in kgCO2e.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from cfp_xl.findings import CellRef, Finding
from cfp_xl.footprint.product import Fact
from cfp_xl.functions.values import Scalar
from cfp_xl.schema.case import Case
from cfp_xl.schema.opened import Opened, Tables, open_file
from cfp_xl.schema.schema import Schema
from cfp_xl.verify.rules import model_findings
from cfp_xl.workbook.address import cell_position
from cfp_xl.workbook.model import Cell

TEMPLATE = Path(__file__).parents[2] / "workbooks" / "product-en.xlsx"
STAGES = {
    "raw": "raw material acquisition",
    "make": "production",
    "ship": "distribution",
    "use": "use",
    "end": "end of life",
}
OF_SIZE = {"N09", "M01", "B06", "D01", "U03"}
OF_PERIOD = {"two_readings", "no_such_day", "inverted", "long"}


@dataclass(frozen=True)
class Product:
    """A product study in short."""

    rows: str
    unit: str = "1 piece"
    boundary: str = "cradle-to-grave"
    period: tuple[Scalar, Scalar] = (45658.0, 46022.0)
    life: float | None = 5.0
    mass_kg: float | None = None
    function: str | None = "serves its user"
    name: str | None = "P-1"
    producer: str | None = "Works Ltd"
    changes: Mapping[str, Scalar] = field(default_factory=dict)
    """Cells of the activities (`3 quantity`) or of its own factors (`factors 1 ncv`), from 1."""

    def but(self, **changes: Scalar) -> Product:
        """With other cells: `but(r3_quantity=5.0)`."""
        named = {key.removeprefix("r").replace("_", " ", 1): v for key, v in changes.items()}
        return replace(self, changes={**self.changes, **named})


@cache
def template() -> tuple[Opened, Schema]:
    opened = open_file(TEMPLATE)
    schema = opened.recomputed.schema
    assert schema is not None
    return opened, schema


def case_of(product: Product) -> Case:
    """The product in the template, its model computed (its formulas are not looked at)."""
    opened, _ = template()
    book = opened.recomputed.workbook
    sheets = {sheet.name: dict(sheet.cells) for sheet in book.sheets}
    for where, value in _cells(product):
        position = cell_position(where.cell.partition(":")[0])
        assert position is not None
        sheets[where.sheet][position] = Cell(*position, value)
    changed = replace(
        book, sheets=tuple(replace(sheet, cells=sheets[sheet.name]) for sheet in book.sheets)
    )
    case = Case(Tables(changed), opened.recalculation)
    if product.mass_kg is not None:
        mass: Fact[object] = Fact(product.mass_kg, f"{product.mass_kg:g}", (product.mass_kg,))
        facts = {**case.product.other_facts, "mass": mass}
        vars(case)["product"] = replace(case.product, other_facts=facts)
    return case


def size_findings(product: Product) -> list[Finding]:
    """The findings of the rules on sizes, required facts and double counting."""
    found = model_findings(case_of(product))
    return [f for f in found if f.code in OF_SIZE or f.case in OF_PERIOD]


def place(field: str, row: int) -> CellRef:
    """A cell of the activities, rows from 1."""
    _, schema = template()
    region = schema.regions["activities"]
    return region.cell(region.header_row + row, field)


def setting_place(name: str) -> CellRef:
    _, schema = template()
    where = schema.settings[name].where
    assert where is not None
    return where


def factor_place(field: str, row: int) -> CellRef:
    """A cell of the product's own factors, rows from 1."""
    _, schema = template()
    region = schema.regions["factors"]
    return region.cell(region.header_row + len(schema.records("factors")) + row, field)


def _cells(product: Product) -> Iterator[tuple[CellRef, Scalar]]:
    _, schema = template()
    settings = {
        "product_name": product.name,
        "producer": product.producer,
        "functional_unit": product.unit,
        "boundary": product.boundary,
    }
    for name, text in settings.items():
        where = schema.settings[name].where
        assert where is not None
        yield where, text
    entries: dict[str, Scalar] = {
        "Data period: from": product.period[0],
        "Data period: to": product.period[1],
        "Service life (years)": product.life,
        "Function": product.function,
    }
    for label, value in entries.items():
        yield _right_of(label), value
    lines = [line.strip() for line in product.rows.strip().splitlines() if line.strip()]
    factors: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        stage, process, activity, amount, factor = (part.strip() for part in line.split(";"))
        quantity, _, unit = amount.partition(" ")
        values: dict[str, Scalar] = {
            "stage": STAGES[stage],
            "process": process,
            "activity": activity,
            "status": "data",
            "quantity": float(quantity),
            "unit": unit,
            "factor_id": factor if " " not in factor else _own(factors, factor),
        }
        for column, value in values.items():
            yield place(column, number), value
    yield from _factor_rows(factors)
    for key, value in product.changes.items():
        *_, row, column = key.split()
        is_factor = key.startswith("factors")
        yield (factor_place if is_factor else place)(column, int(row)), value


def _own(factors: dict[str, str], text: str) -> str:
    return factors.setdefault(text, f"OWN-{len(factors) + 1}")


def _factor_rows(factors: Mapping[str, str]) -> Iterator[tuple[CellRef, Scalar]]:
    for row, (text, id) in enumerate(factors.items(), 1):
        name, value, per_unit = text.rsplit(" ", 2)
        cells: dict[str, Scalar] = {
            "id": id,
            "name": name,
            "category": "own",
            "value": float(value),
            "unit": "kgCO2e",
            "per_unit": per_unit,
            "region": "CN",
            "year": 2025.0,
            "source": "inventory",
            "publisher": "own",
        }
        for column, cell in cells.items():
            yield factor_place(column, row), cell


def _right_of(label: str) -> CellRef:
    """The cell right of a label on the sheet of the product."""
    opened, schema = template()
    where = schema.settings["functional_unit"].where
    assert where is not None
    sheet = opened.recomputed.workbook.sheet(where.sheet)
    assert sheet is not None
    (found,) = (
        sheet.ref(row, column + 1)
        for (row, column), cell in sheet.cells.items()
        if isinstance(cell.value, str) and cell.value.partition(" ")[2] == label
    )
    return found
