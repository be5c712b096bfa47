"""What looks like part of a table beside its range, and what doesn't: the table of activities is
B3:H4 in each case, its quantities are column F, its units column G."""

from __future__ import annotations

from pathlib import Path

import pytest

from cfp_xl.functions.values import ExcelError, Scalar
from cfp_xl.schema.schema import find_schema
from cfp_xl.workbook.address import cell_position
from cfp_xl.workbook.model import Cell, DefinedName, Sheet, Workbook

Row = tuple[Scalar, ...]
HEADINGS: Row = ("生命周期阶段", "过程", "活动", "状态", "数量", "单位", "因子编号")
ELECTRICITY: Row = ("生产", "电力", "用电", "数据", 17.2348, "kWh", "CN-ELEC-CFP-2024")


def strays(typed: dict[str, Scalar], **names: str) -> list[tuple[str, str]]:
    """Case and cell of each finding, with these cells and tables besides."""
    cells: dict[tuple[int, int], Scalar] = {
        (row, column): value
        for row, values in ((3, HEADINGS), (4, ELECTRICITY))
        for column, value in enumerate(values, 2)
    }
    for cell, value in typed.items():
        at = cell_position(cell)
        assert at is not None
        cells[at] = value
    sheet = Sheet("S", "", cells={at: Cell(*at, value) for at, value in cells.items()})
    ranges = {"cfp_activities": "S!$B$3:$H$4", **names}
    defined = tuple(DefinedName(name, formula, None) for name, formula in ranges.items())
    _, findings = find_schema(Workbook(Path("b.xlsx"), "", (sheet,), defined))
    return [(f.case, f.where.cell) for f in findings if f.code == "W31" and f.where]


BELOW: dict[str, tuple[dict[str, Scalar], list[tuple[str, str]]]] = {
    "right below": ({"C5": "电力", "F5": 3.0}, [("", "F5")]),
    "no quantity": ({"B9": "生产", "C9": "焊接"}, [("", "B9")]),
    "a quantity of 0": ({"D9": "用电", "F9": 0.0}, [("", "F9")]),
    "a quantity that fails": ({"D9": "用电", "F9": ExcelError("#N/A")}, [("", "F9")]),
    "two, and a gap": (
        {"B6": "生产", "F6": 1.0, "B90": "使用", "F90": 2.0}, [("", "F6"), ("", "F90")],
    ),
    "the last that is looked at": ({"B204": "生产", "F204": 1.0}, [("", "F204")]),
    "far below": ({"B205": "生产", "F205": 1.0}, []),
    "a note": ({"B6": "注：抄表数为车间合计"}, []),
    "a note and a blank": ({"B6": "注：抄表数为车间合计", "F6": "  "}, []),
    "right of the columns": ({"B6": "合计", "J6": 5.0}, []),
}  # fmt: skip


@pytest.mark.parametrize("case", BELOW)
def test_rows_below(case: str) -> None:
    typed, expected = BELOW[case]
    assert strays(typed) == expected


BESIDE: dict[str, tuple[dict[str, Scalar], list[tuple[str, str]]]] = {
    "an amount beside a row": ({"J4": "外购电", "K4": 120.0, "L4": "kWh"}, [("right", "K4")]),
    "an amount and its unit alone": ({"K4": 120.0, "L4": "kWh"}, []),
    "the unit is no unit": ({"J4": "外购电", "K4": 120.0, "L4": "见附件"}, []),
    "beside the headings": ({"J3": "外购电", "K3": 120.0, "L3": "kWh"}, []),
    "a column of inputs": ({"I3": "零部件编号"}, [("column", "I3")]),
    "a column of one's own": ({"I3": "复核人"}, []),
    "a column that is there": ({"I3": "数量"}, []),
    "above the headings": (
        {"D1": "用电", "F1": 3.0, "G1": "kWh"}, [("above", "F1")],
    ),
    "a title above": ({"B1": "2025 年", "F1": 2025.0}, []),
}  # fmt: skip


@pytest.mark.parametrize("case", BESIDE)
def test_rows_and_columns_beside(case: str) -> None:
    typed, expected = BESIDE[case]
    assert strays(typed) == expected


def test_rows_of_another_table_are_its_own() -> None:
    """Allocation stands at the right with amounts and units, factors below with ids and values."""
    headings: Row = ("月份", "能源品种", "总量", "单位", "产品", "产品基数", "总基数", "产量")
    bill: Row = ("2025-01", "电力", 900.0, "kWh", "壶", 1.0, 3.0, 50.0)
    typed: dict[str, Scalar] = {
        f"{letter}{row}": value
        for row, values in ((3, headings), (4, bill))
        for letter, value in zip("JKLMNOPQ", values, strict=True)
    }
    factors: tuple[Row, ...] = (
        ("编号", "数值", "单位", "每单位"),
        ("MY-DIESEL", 3.1, "kgCO2e", "kg"),
    )
    for row, values in enumerate(factors, 7):
        typed |= {f"{letter}{row}": value for letter, value in zip("BCDE", values, strict=True)}
    assert strays(typed) != []
    ranges = {"cfp_allocation": "S!$J$3:$Q$4", "cfp_factors": "S!$B$7:$E$8"}
    assert strays(typed, **ranges) == []
