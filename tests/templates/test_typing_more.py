"""Without any wizard: what is typed into the next free row of a product takes part at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from cfp_xl.footprint.calculate import calculate
from cfp_xl.schema.opened import refreshed
from cfp_xl.schema.schema import Schema, find_schema
from cfp_xl.templates.shipped import product_template
from cfp_xl.workbook.reading.container import package_of
from cfp_xl.workbook.reading.read import read_package
from cfp_xl.workbook.writing.values import Constant, write_values

PATH = Path("product.xlsx")
Row = dict[str, Constant]


def typed(table: str, *rows: Row, into: bytes) -> bytes:
    """These rows typed below what the table holds already, and everything recalculated."""
    package = package_of(into, PATH)
    schema, _ = find_schema(read_package(package))
    assert schema is not None
    region = schema.regions[table]
    first = max((record.row for record in schema.records(table)), default=region.header_row) + 1
    cells = {
        (number, region.columns[column]): value
        for number, row in enumerate(rows, first)
        for column, value in row.items()
    }
    return refreshed(write_values(package, {region.sheet.name: cells}), PATH)


def read(product: bytes) -> tuple[Schema, dict[str, list[object]]]:
    """The product's schema, and by label each row of its results."""
    workbook = read_package(package_of(product, PATH))
    schema, _ = find_schema(workbook)
    results = workbook.sheet("结果")
    assert schema is not None
    assert results is not None
    rows: dict[int, list[object]] = {}
    for (row, _), cell in sorted(results.cells.items()):
        rows.setdefault(row, []).append(cell.value)
    return schema, {str(row[0]): row for row in rows.values()} | {
        f"{row[0]}/{row[1]}": row for row in rows.values() if len(row) > 1
    }


def activity(stage: str, process: str, quantity: float) -> Row:
    return {
        "stage": stage,
        "process": process,
        "activity": "外购电力",
        "status": "数据",
        "quantity": quantity,
        "unit": "kWh",
        "factor_id": "CN-ELEC-CFP-2024",
    }


@pytest.fixture(scope="module")
def started() -> bytes:
    blank = product_template("zh", is_native=True)
    return typed("activities", activity("生产", "钣金", 10.0), into=blank)


def test_a_process(started: bytes) -> None:
    """Its name alone is enough: the results gain a row for it."""
    _, before = read(started)
    _, after = read(typed("activities", activity("生产", "喷涂", 4.0), into=started))
    assert "生产/喷涂" not in before
    assert any(
        value == pytest.approx(4 * 0.5777)
        for value in after["生产/喷涂"]
        if isinstance(value, float)
    )


def test_a_stage(started: bytes) -> None:
    """All five stages are summed from the start: one begins with its first activity."""
    grown = typed("activities", activity("生命末期", "拆解", 2.0), into=started)
    schema, after = read(grown)
    stage = after["生命末期"]
    assert any(v == pytest.approx(2 * 0.5777) for v in stage if isinstance(v, float))
    assert len(calculate(schema.inventory, schema.factors).rows) == 2


def test_a_part(started: bytes) -> None:
    shell: Row = {
        "part_id": "P-9", "part": "钢壳", "supplier_id": "S9", "supplier": "某厂",
        "amount": 1.0, "unit": "件",
    }  # fmt: skip
    schema, _ = read(typed("parts", shell, into=started))
    assert [record.text("part_id") for record in schema.records("parts")] == ["P-9"]


def test_a_factor(started: bytes) -> None:
    """Typed below the pinned ones, it counts for the activities that name it."""
    own: Row = {"id": "OWN-STEEL", "value": 2.0, "unit": "kgCO2e", "per_unit": "kg"}
    grown = typed("factors", own, into=started)
    steel = activity("原材料获取", "钢板", 3.0) | {"unit": "kg", "factor_id": "OWN-STEEL"}
    _, after = read(typed("activities", steel, into=grown))
    assert 6.0 in after["原材料获取/钢板"]
