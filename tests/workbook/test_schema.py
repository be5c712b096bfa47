"""Our schema is found by names and headings, wherever it stands, and keeps every cell."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from cfp_xl.findings import CellRef, Finding, Justification
from cfp_xl.functions.values import Scalar
from cfp_xl.schema.schema import Schema, find_schema
from cfp_xl.workbook.model import Cell, DefinedName, Sheet, Workbook

Row = Sequence[Scalar]
HEADINGS: Row = ("生命周期阶段", "过程", "活动", "状态", "数量", "单位", "因子编号")
ELECTRICITY: Row = ("生产", "电力", "用电", "数据", 17.2348, "kWh", "CN-ELEC-CFP-2024")
DIESEL: Row = ("运输", "成品运输", "柴油", None, 0.0505, "kg", "MY-DIESEL")
BLANK: Row = (None,) * 7


def sheet(name: str, rows: Sequence[Row], *, row: int = 3, column: int = 2) -> Sheet:
    """A sheet whose table begins at B3, or where it is told to."""
    cells = {
        (r, c): Cell(r, c, value)
        for r, values in enumerate(rows, row)
        for c, value in enumerate(values, column)
        if value is not None
    }
    return Sheet(name, "", cells=cells)


def read(
    *sheets: Sheet, names: dict[str, str], local: str | None = None
) -> tuple[Schema | None, tuple[Finding, ...]]:
    defined = tuple(DefinedName(name, formula, local) for name, formula in names.items())
    return find_schema(Workbook(Path("b.xlsx"), "", sheets, defined))


def found(*sheets: Sheet, names: dict[str, str]) -> Schema:
    schema, findings = read(*sheets, names=names)
    assert findings == ()
    assert schema is not None
    return schema


def told(findings: Sequence[Finding]) -> list[tuple[str, str | None]]:
    return [(f.code, str(f.where) if f.where else None) for f in findings]


def test_activities_with_the_cell_of_every_field() -> None:
    data = sheet("数据", [HEADINGS, ELECTRICITY, BLANK, DIESEL, BLANK])
    schema = found(data, names={"CFP_Activities": "数据!$B$3:$H$9"})
    first, second = schema.inventory
    assert (first.quantity, first.unit, first.number) == (17.2348, "kWh", 1)
    assert (second.quantity, second.status, second.number) == (0.0505, None, 3)
    assert second.origin == CellRef("数据", "B6")
    assert schema.cell(second, "quantity") == CellRef("数据", "F6")
    assert schema.cell(second, "factor_id") == CellRef("数据", "H6")


HEADING_ROWS: list[Row] = [
    ("stage", "process", "activity", "status", "quantity", "unit", "factor_id"),
    ("Stage", "PROCESS", "Activity", "Status", "Quantity ", "Ｕｎｉｔ", "Factor ID"),
    (
        "● 生命周期阶段\nstage",
        "○ 过程\nprocess",
        "活动 activity",
        "状态\nstatus",
        "● 数量\nquantity",
        "● 单位\nunit",
        "● 因子编号\nfactor_id",
    ),
    ("阶段", "过程", "活动", "状态", "数量（每台）", "单位", "因子编号"),
]


@pytest.mark.parametrize("headings", HEADING_ROWS)
def test_headings_in_both_languages(headings: Row) -> None:
    schema = found(sheet("S", [headings, ELECTRICITY]), names={"cfp_activities": "S!$B$3:$H$4"})
    (activity,) = schema.inventory
    assert (activity.stage, activity.quantity, activity.unit) == ("生产", 17.2348, "kWh")


def test_columns_in_any_order_with_others_between() -> None:
    headings = (*HEADINGS[::-1], "备注")
    rows = [headings, (*ELECTRICITY[::-1], "a note")]
    schema = found(sheet("S", rows), names={"cfp_activities": "S!$B$3:$I$4"})
    assert [activity.quantity for activity in schema.inventory] == [17.2348]


def test_whole_columns_will_do() -> None:
    data = sheet("S", [HEADINGS, ELECTRICITY], row=1)
    schema = found(data, names={"cfp_activities": "S!$B:$H"})
    assert len(schema.inventory) == 1


def test_missing_columns_are_named() -> None:
    rows: list[Row] = [("生命周期阶段", "过程", "数量"), ("生产", "电力", 5.0)]
    schema, findings = read(sheet("S", rows), names={"cfp_activities": "S!$B$3:$D$4"})
    assert schema is not None
    assert told(findings) == [("W30", "S!B3:D3")]
    assert "因子编号" in findings[0].message("zh")
    assert "factor_id" in findings[0].message("en")


def test_a_heading_that_stands_twice() -> None:
    rows = [(*HEADINGS, "quantity"), (*ELECTRICITY, 1.0)]
    _, findings = read(sheet("S", rows), names={"cfp_activities": "S!$B$3:$I$4"})
    assert told(findings) == [("W32", "S!I3")]


def test_a_row_below_the_range_is_named() -> None:
    note: Row = ("注：运输距离为估计值", *BLANK[1:])
    rows = [HEADINGS, ELECTRICITY, BLANK, note, BLANK, DIESEL]
    _, findings = read(sheet("S", rows), names={"cfp_activities": "S!$B$3:$H$4"})
    assert told(findings) == [("W31", "S!F8")]
    assert "0.0505" in findings[0].message("en")


def test_another_table_below_is_not_a_row_outside() -> None:
    factors: Row = ("id", "value", "unit", "per_unit", None, None, None)
    mine: Row = ("MY-DIESEL", 3.1, "kgCO2e", "kg", None, None, None)
    data = sheet("S", [HEADINGS, ELECTRICITY, BLANK, factors, mine])
    names = {"cfp_activities": "S!$B$3:$H$4", "cfp_factors": "S!$B$6:$E$7"}
    assert found(data, names=names).sheet_factors.get("MY-DIESEL").value == 3.1


def test_factors_of_the_sheet_come_first_and_know_their_cell() -> None:
    headings = ("编号", "名称", "数值", "单位", "每单位")
    rows: list[Row] = [
        headings,
        ("MY-DIESEL", "柴油", 3.0959, "kgCO2", "kg"),
        ("CN-ELEC-CFP-2024", "电力", 0.6, "kgCO2e", "kWh"),
    ]
    schema = found(
        sheet("A", [HEADINGS, DIESEL]),
        sheet("F", rows),
        names={"cfp_activities": "A!$B$3:$H$4", "cfp_factors": "F!$B$3:$F$9"},
    )
    assert schema.factors.get("MY-DIESEL").origin == CellRef("F", "B4")
    assert schema.factors.get("CN-ELEC-CFP-2024").value == 0.6
    assert schema.factors.get("CN-ELEC-CFP-2023").value == 0.6205  # from the shipped set
    assert [record.cell("value").cell for record in schema.records("factors")] == ["D4", "D5"]


def test_settings_are_cells_ranges_or_constants() -> None:
    product = sheet("P", [(45658.0,), (46022.0,), ("1 台",)])
    schema = found(
        sheet("A", [HEADINGS]),
        product,
        names={
            "cfp_activities": "A!$B$3:$H$3",
            "cfp_period": "P!$B$3:$B$4",
            "cfp_functional_unit": "P!$B$5",
            "cfp_boundary": "P!$B$9",
            "cfp_gwp_set": '"AR6"',
        },
    )
    settings = {key: (s.values, s.where and s.where.cell) for key, s in schema.settings.items()}
    assert settings == {
        "period": ((45658.0, 46022.0), "B3:B4"),
        "functional_unit": (("1 台",), "B5"),
        "boundary": ((), "B9"),
        "gwp_set": (("AR6",), None),
    }
    assert schema.setting("functional_unit") is schema.settings["functional_unit"]
    assert schema.setting("factor_set") is None


def test_justifications() -> None:
    rows: list[Row] = [
        ("代码", "单元格", "理由", "责任人", "日期"),
        ("G01", "产品!B15", "沿用报告", "张三", 46349.0),
        ("F06", "活动数据!G10", "同上", "张三", "2026-11-23"),
    ]
    schema = found(
        sheet("A", [HEADINGS]),
        sheet("J", rows),
        names={"cfp_activities": "A!$B$3:$H$3", "cfp_justifications": "J!$B$3:$F$20"},
    )
    assert schema.justifications[0] == Justification(
        "G01", "产品!B15", "沿用报告", "张三", "2026-11-23", CellRef("J", "B4")
    )
    assert schema.justifications[1].date == "2026-11-23"


def test_a_workbook_without_our_names_has_no_schema() -> None:
    assert read(sheet("S", [["item", "price"], ["电力", 1.0]]), names={"rate": "S!$A$1"}) == (
        None,
        (),
    )


def test_a_workbook_whose_names_are_gone_is_known_by_its_headings() -> None:
    schema, findings = read(sheet("S", [HEADINGS, ELECTRICITY]), names={})
    assert schema is None
    assert [(f.code, f.case) for f in findings] == [("W33", "headings")]


BROKEN = ["#REF!", "S!#REF!", "OFFSET(S!$A$1,0,0,9,9)", "S!$B$3:$H$4,S!$B$9", "[1]S!$B$3", "T!$A$1"]


@pytest.mark.parametrize("formula", BROKEN)
def test_a_name_that_leads_nowhere(formula: str) -> None:
    schema, findings = read(sheet("S", [HEADINGS]), names={"cfp_activities": formula})
    assert schema is None
    assert told(findings) == [("W33", None)]


def test_our_names_without_activities() -> None:
    rows: list[Row] = [("id", "value", "unit", "per_unit")]
    _, findings = read(sheet("F", rows), names={"cfp_factors": "F!$B$3:$E$9"})
    assert [(f.code, f.case) for f in findings] == [("W33", "absent")]


def test_names_of_copied_sheets() -> None:
    """Excel gives a copied sheet local names; the one of the whole workbook counts, and that the
    amount on the copy does not is said."""
    sheets = (sheet("S", [HEADINGS, ELECTRICITY]), sheet("S (2)", [HEADINGS, DIESEL]))
    names = (
        DefinedName("cfp_activities", "'S (2)'!$B$3:$H$4", "S (2)"),
        DefinedName("cfp_activities", "S!$B$3:$H$4"),
    )
    schema, findings = find_schema(Workbook(Path("b.xlsx"), "", sheets, names))
    assert schema is not None
    assert schema.regions["activities"].sheet.name == "S"
    assert [(f.code, f.case, f.where.sheet, f.seen) for f in findings if f.where] == [
        ("W31", "sheet", "S (2)", "1")
    ]
    only_local = (names[0], DefinedName("cfp_activities", "S!$B$3:$H$4", "S"))
    _, findings = find_schema(Workbook(Path("b.xlsx"), "", sheets, only_local))
    assert [(f.code, f.case) for f in findings] == [("W33", "twice"), ("W31", "sheet")]
