"""Small changes to the worked example, and what the rules on the model then find.

A change is `(place, value)`; a place is a setting (`boundary`), `table row column` (rows from 1
below the heading) or a cell.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import TypeAlias

from cfp_xl.engine.result import Recalculation
from cfp_xl.findings import CellRef, Finding
from cfp_xl.functions.values import Scalar
from cfp_xl.schema.case import Case
from cfp_xl.schema.opened import Tables, open_file
from cfp_xl.schema.schema import Schema
from cfp_xl.verify.rules import model_findings
from cfp_xl.workbook.address import cell_position
from cfp_xl.workbook.model import Cell, Workbook
from tests.verify.conftest import BXD2

Changes: TypeAlias = dict[str, Scalar]
NEW = 15
"""An empty row of the table of activities."""
OWN_FACTOR: Changes = {
    "id": "OWN-1",
    "name": "自测蒸汽",
    "value": 0.11,
    "unit": "kgCO2e",
    "per_unit": "MJ",
    "region": "CN",
    "year": 2025.0,
    "source": "蒸汽监测报告",
    "publisher": "本公司",
}
COPY: Changes = {
    "source": "关于发布2024年电力碳足迹因子的公告（附件）",
    "publisher": "生态环境部 国家统计局 国家能源局",
    "per_unit": "kWh",
}
"""Of the source of the electricity footprint of 2024: 0.5777 kgCO2e/kWh in all of China."""
DIESEL = "CN-FUEL-GBT32151-DIESEL"


def new_row(table: str, number: int, values: Mapping[str, Scalar]) -> Changes:
    return {f"{table} {number} {column}": value for column, value in values.items()}


def activity(**values: Scalar) -> Changes:
    """A further activity: 1 kWh in production, unless said otherwise."""
    usual: dict[str, Scalar] = {
        "stage": "生产",
        "process": "喷涂",
        "activity": "外购电力",
        "status": "数据",
        "quantity": 1.0,
        "unit": "kWh",
        "factor_id": "CN-ELEC-CFP-2024",
    }
    return new_row("activities", NEW, {**usual, **values})


def own_factor(**values: Scalar) -> Changes:
    return new_row("factors", 10, {**OWN_FACTOR, **values})


def bill(number: int, **values: Scalar) -> Changes:
    usual: dict[str, Scalar] = {
        "month": "2025-01",
        "voucher": "A1",
        "medium": "电",
        "total": 1000.0,
        "unit": "kWh",
        "basis_product": 1.0,
        "basis_total": 4.0,
    }
    return new_row("allocation", number, {**usual, **values})


@cache
def baseline() -> tuple[Workbook, Recalculation, Schema]:
    opened = open_file(BXD2)
    schema = opened.recomputed.schema
    assert schema is not None
    return opened.recomputed.workbook, opened.recalculation, schema


def place(name: str) -> CellRef:
    _, _, schema = baseline()
    if "!" in name:
        sheet, _, cell = name.partition("!")
        return CellRef(sheet, cell)
    match name.split():
        case [setting]:
            found = schema.settings[setting].where
            assert found is not None
            return found
        case [table, row, column]:
            region = schema.regions[table]
            assert region.has(column), f"{table} has no column {column}"
            return region.cell(region.header_row + int(row), column)
        case _:
            raise ValueError(name)


def findings(changes: Changes, *, hidden_rows: frozenset[int] = frozenset()) -> list[Finding]:
    workbook, recalculation, _ = baseline()
    sheets = {sheet.name: dict(sheet.cells) for sheet in workbook.sheets}
    for name, value in changes.items():
        where = place(name)
        position = cell_position(where.cell.partition(":")[0])
        assert position is not None
        sheets[where.sheet][position] = Cell(*position, value)
    changed = replace(
        workbook,
        sheets=tuple(
            replace(
                sheet,
                cells=sheets[sheet.name],
                hidden_rows=hidden_rows if sheet.name == "活动数据" else frozenset(),
            )
            for sheet in workbook.sheets
        ),
    )
    return list(model_findings(Case(Tables(changed), recalculation)))


def keys(found: list[Finding]) -> set[tuple[str, str, CellRef | None]]:
    return {(f.code, f.case, f.where) for f in found}


def pinned(pin: str) -> Changes:
    return {"factor_set": pin}
