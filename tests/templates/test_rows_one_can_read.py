"""Factors chosen by name, freight from mass and distance, and what contributes most.

By hand: electricity 0.5777 kgCO2e/kWh; a truck of GB/T 51366-2019 (18 t, diesel) 0.129 kgCO2e/t·km.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from cfp_xl.footprint.factor_choice import chosen_id, chosen_name
from cfp_xl.templates.build import build_workbook
from cfp_xl.verify.pipeline import verify_file
from cfp_xl.workbook.model import Sheet, Workbook
from cfp_xl.workbook.reading.container import package_of
from cfp_xl.workbook.reading.read import read_workbook
from cfp_xl.workbook.writing.values import Constant, write_values
from tests.cells import cell_of, column_number, value_of

WORKBOOKS = Path(__file__).parents[2] / "workbooks"
POWER, TRUCK = "CN-ELEC-CFP-2024", "GBT51366-HEAVY-DIESEL-TRUCK-18-T"
POWER_NAME = "全国电力平均碳足迹因子(2024年)"
HEADER = (
    "stage,process,activity,status,quantity,unit,factor_id,mass_kg,distance_km,allocation_id,"
    "bridge,bridge_unit,reason,part_id,site,row_id\n"
)
KWH = (1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 11)
"""Of eleven processes in production: two emit the same, the smallest is one of the others."""
TKM = 1380 / 1000 * 2500
"""As much as to come first: 445.05 kgCO2e."""


@pytest.fixture(scope="module", params=["cfp", "native"])
def file(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Chinese template, filled in: all factors chosen from the list."""
    folder = tmp_path_factory.mktemp(request.param)
    (folder / "product-zh").symlink_to(WORKBOOKS / "product-zh")
    case = folder / "case"
    case.mkdir()
    (case / "workbook.toml").write_text(
        f"""based_on = "product-zh"
formulas = "{request.param}"
[factors]
ids = ["{POWER}", "{TRUCK}"]
spare = 2
[rows]
activities = 14
processes = 14
allocation = 2
[product]
name = "灯"
producer = "甲"
functional_unit = "1 台"
boundary = "大门到大门"
period_start = 2024-01-01
period_end = 2024-12-31
""",
        "utf-8",
    )
    lines = [
        f"生产,过程{n},外购电力,数据,{kwh},kWh,{POWER_NAME} [kWh] | {POWER},,,,,,,,,\n"
        for n, kwh in enumerate(KWH, 1)
    ]
    lines.append(f"运输/交付,送货,公路,数据,{TKM},t·km,{TRUCK},1380,2500,,,,,,,\n")
    (case / "activities.csv").write_text(HEADER + "".join(lines), "utf-8")
    target = folder / "lamp.xlsx"
    target.write_bytes(build_workbook(case))
    return target


@pytest.fixture(scope="module")
def workbook(file: Path) -> Workbook:
    return read_workbook(file)


def test_a_name_beside_the_id_changes_nothing(workbook: Workbook, file: Path) -> None:
    second = "复核 kgCO2e" if "native" in file.parent.name else "自带公式 kgCO2e"
    for row, kwh in ((1, 1), (11, 11)):
        for way in ("emission_kgco2e", second):
            kgco2e = value_of(workbook, "activities", row, way)
            assert kgco2e == pytest.approx(kwh * 0.5777, rel=1e-12)
        assert value_of(workbook, "activities", row, "因子名称") == POWER_NAME
        assert value_of(workbook, "activities", row, "诊断") == "OK"


def test_the_list_of_factors_shows_names(file: Path, workbook: Workbook) -> None:
    shown = [value_of(workbook, "factors", row, "下拉列表显示") for row in range(1, 5)]
    assert shown[0] == f"{POWER_NAME} [kWh] | {POWER}"
    assert shown[1] == f"重型柴油货车运输(载重18t) [t·km] | {TRUCK}"
    assert shown[2:] == ["—", "—"]  # no blanks: a list opens at its first one
    sheet = workbook.sheet("活动数据")
    column = column_number(workbook, "factors", "下拉列表显示")
    assert sheet is not None
    with zipfile.ZipFile(file) as archive:
        xml = archive.read(sheet.part).decode()
    letter = cell_of(workbook, "factors", 1, "下拉列表显示").cell.rstrip("0123456789")
    assert column > 20
    assert f"因子!${letter}$7:${letter}$11</formula1>" in xml


def test_mass_and_distance_make_tonne_kilometres(workbook: Workbook) -> None:
    row = len(KWH) + 1
    assert value_of(workbook, "activities", row, "周转量 t·km") == pytest.approx(TKM, rel=1e-12)
    assert value_of(workbook, "activities", 1, "周转量 t·km") == ""


def results(workbook: Workbook) -> Sheet:
    sheet = workbook.sheet("结果")
    assert sheet is not None
    return sheet


def hotspots(sheet: Sheet) -> Iterator[tuple[object, ...]]:
    start = next(row for (row, _), c in sheet.cells.items() if c.value == "主要排放源")
    for row in range(start + 2, start + 13):
        cells = (sheet.cells.get((row, column)) for column in range(1, 6))
        yield tuple(cell.value if cell else None for cell in cells)


def test_what_contributes_most_by_hand(workbook: Workbook) -> None:
    freight = TKM * 0.129
    total = sum(KWH) * 0.5777 + freight
    by_hand = [
        ("送货 · 公路", "运输/交付", freight, 12),
        *((f"过程{n} · 外购电力", "生产", kwh * 0.5777, n) for n, kwh in (
            (11, 11), (9, 9), (10, 9), (8, 8), (7, 7), (6, 6), (5, 5), (4, 4), (3, 3))),
    ]  # fmt: skip
    *largest, others = hotspots(results(workbook))
    for shown, (name, stage, kgco2e, row) in zip(largest, by_hand, strict=True):
        assert shown == (
            name,
            stage,
            pytest.approx(kgco2e, rel=1e-12),
            pytest.approx(kgco2e / total, rel=1e-12),
            row,
        )
    left = (1 + 2) * 0.5777
    assert others[0] == "其余各行"
    assert others[2:4] == (pytest.approx(left, rel=1e-9), pytest.approx(left / total, rel=1e-9))


@pytest.mark.parametrize("file", ["cfp"], indirect=True)
def test_equals_among_the_largest_are_no_finding(file: Path) -> None:
    """The second of two equal rows is looked for below the first: that leaves no activity out."""
    assert KWH.count(9) > 1
    assert [f.where for f in verify_file(file).findings if f.code == "V05"] == []


@pytest.mark.parametrize("file", ["cfp"], indirect=True)
def test_rows_that_contradict_themselves_are_named(
    file: Path, workbook: Workbook, tmp_path: Path
) -> None:
    freight = len(KWH) + 1
    slips: dict[tuple[int, str], Constant] = {
        (1, "因子编号"): f"钢材 [kWh] | {POWER}",
        (2, "因子编号"): f"{POWER_NAME} [kWh] | NOSUCH",
        (3, "货物质量 kg"): -5.0,
        (4, "运距 km"): "10 km",
        (freight, "运距 km"): 2600.0,
    }
    values: dict[tuple[int, int], Constant] = {}
    for (row, heading), value in slips.items():
        where = cell_of(workbook, "activities", row, heading)
        values[where.row, where.column] = value
    changed = tmp_path / "changed.xlsx"
    changed.write_bytes(write_values(package_of(file.read_bytes(), file), {"活动数据": values}))
    assert found(file) == set()
    assert found(changed) == {
        ("F01", "name", str(cell_of(workbook, "activities", 1, "因子编号"))),
        ("F01", "row", str(cell_of(workbook, "activities", 2, "因子编号"))),
        ("X01", "no_amount", str(cell_of(workbook, "activities", 3, "货物质量 kg"))),
        ("X01", "no_amount", str(cell_of(workbook, "activities", 4, "运距 km"))),
        ("X01", "", str(cell_of(workbook, "activities", freight, "数量"))),
    }


def found(file: Path) -> set[tuple[str, str, str]]:
    findings = verify_file(file).findings
    return {(f.code, f.case, str(f.where)) for f in findings if f.code in ("X01", "F01")}


def test_what_is_typed_for_a_factor() -> None:
    for typed, id, name in (
        ("X-1", "X-1", ""),
        ("steel, plate [kg] | X-1", "X-1", "steel, plate"),
        ("PE [kg] | a | b", "a | b", "PE"),
        (" | ", " | ", ""),
    ):
        assert (chosen_id(typed), chosen_name(typed)) == (id, name)
