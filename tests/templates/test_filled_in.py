"""The product template as people fill it in: what it computes and what it says in words.

Factors by hand: electricity 0.5777 kgCO2e/kWh; diesel 42.652 × 20.2e-3 × 0.98 × 44/12 kgCO2/kg.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from cfp_xl.functions.values import ExcelError, Scalar
from cfp_xl.templates.build import build_workbook
from cfp_xl.workbook.model import Sheet, Workbook
from cfp_xl.workbook.reading.read import read_workbook
from tests.cells import value_of

TEMPLATES = Path(__file__).parents[2] / "workbooks"
ACTIVITY_HEADER = (
    "stage,process,activity,status,quantity,unit,factor_id,bridge,bridge_unit,reason\n"
)
ALLOCATION_HEADER = "month,voucher,medium,total,unit,product,basis_product,basis_total,output\n"
Fill = Callable[..., Workbook]
DIESEL_KGCO2_PER_KG = 42.652 * 20.2e-3 * 0.98 * 44 / 12
WHOLE_LIFE = """\
原材料获取,柴油发电,柴油,数据,10,L,CN-FUEL-GBT32151-DIESEL,0.84,kg/L,
生产,用电,外购电力,数据,0.02,MWh,CN-ELEC-CFP-2024,,,
生产,余热,余热回收,零,,kWh,,,,
运输/交付,成品运输,柴油,数据,2,kg,CN-FUEL-GBT32151-DIESEL,,,
使用,使用,使用,不适用,,,,,,零部件，无使用能耗
生命末期,拆解,外购电力,数据,1,kWh,CN-ELEC-CFP-2024,,,
"""
WITHOUT_USE = WHOLE_LIFE.replace("使用,使用,使用", "生产,使用,使用")
BILL = """\
2025-01,V001,电力,12000,kWh,本产品,30,100,500
2025-01,V001,电力,12000,kWh,其他,{other},100,1
"""


@pytest.fixture(params=["cfp", "native"])
def edition(request: pytest.FixtureRequest) -> str:
    """With CFP functions, and with Excel's own only: both give the same."""
    return str(request.param)


@pytest.fixture
def filled(tmp_path: Path, edition: str) -> Fill:
    """`filled(activities, allocation)` builds the Chinese template with these rows."""

    def fill(activities: str, allocation: str = "", boundary: str = "摇篮到坟墓") -> Workbook:
        shutil.copytree(TEMPLATES / "product-zh", tmp_path / "product-zh")
        case = tmp_path / "case"
        case.mkdir()
        (case / "workbook.toml").write_text(
            f'based_on = "product-zh"\nformulas = "{edition}"\n'
            f'[product]\nboundary = "{boundary}"\n',
            "utf-8",
        )
        (case / "activities.csv").write_text(ACTIVITY_HEADER + activities, "utf-8")
        (case / "allocation.csv").write_text(ALLOCATION_HEADER + allocation, "utf-8")
        file = tmp_path / "case.xlsx"
        file.write_bytes(build_workbook(case))
        return read_workbook(file)

    return fill


def sheet(workbook: Workbook, name: str) -> Sheet:
    found = workbook.sheet(name)
    assert found is not None
    return found


def value(workbook: Workbook, name: str, address: str) -> Scalar:
    return {c.address: c.value for c in sheet(workbook, name).cells.values()}[address]


def by_label(workbook: Workbook, label: str, column: int) -> Scalar:
    """A result by the stage's name, `合计` for the total."""
    results = sheet(workbook, "结果")
    row = next(
        r for (r, c), cell in sorted(results.cells.items()) if c == 1 and cell.value == label
    )
    return results.cells[row, column].value


def test_a_whole_life_adds_up(filled: Fill) -> None:
    workbook = filled(WHOLE_LIFE)
    expected = {
        "原材料获取": 10 * 0.84 * DIESEL_KGCO2_PER_KG,
        "生产": 20 * 0.5777,
        "运输/交付": 2 * DIESEL_KGCO2_PER_KG,
        "使用": 0.0,
        "生命末期": 0.5777,
    }
    for stage, kgco2e in expected.items():
        assert by_label(workbook, stage, 3) == pytest.approx(kgco2e, rel=1e-12)
        assert by_label(workbook, stage, 4) == pytest.approx(kgco2e, rel=1e-12)
    assert by_label(workbook, "合计", 3) == pytest.approx(sum(expected.values()), rel=1e-12)
    assert by_label(workbook, "使用", 8) == "不适用"
    assert by_label(workbook, "生产", 8) == "OK"
    assert value(workbook, "检查", "C4") == "OK：各项检查一致"


BAD_ROWS = [
    pytest.param("缺失,,kWh,CN-ELEC-CFP-2024,,,", "缺失", id="missing"),
    pytest.param("不适用,,,,,,", "理由", id="not applicable without a reason"),
    pytest.param("不适用,3,kWh,,,,有理由", "矛盾", id="not applicable with a quantity"),
    pytest.param("零,3,kWh,,,,", "矛盾", id="a zero that is none"),
    pytest.param("数据,,kWh,CN-ELEC-CFP-2024,,,", "数量", id="no quantity"),
    pytest.param("数据,3,kWh,CN-ELEC-2024,,,", "CN-ELEC-CFP-2024", id="unknown factor"),
    pytest.param("数据,3,kg,CN-ELEC-CFP-2024,,,", "kWh", id="unit of another kind"),
    pytest.param("数据,3,L,CN-FUEL-GBT32151-DIESEL,,,", "kg", id="litres without a density"),
]


NATIVE_WORDS = {"CN-ELEC-CFP-2024": "没有这个编号", "kWh": "每单位不符"}
"""Native formulas can't tell the nearest id, nor which unit would fit."""


@pytest.mark.parametrize(("row", "word"), BAD_ROWS)
def test_a_bad_row_fails_its_stage_and_the_total_and_says_why(
    filled: Fill, edition: str, row: str, word: str
) -> None:
    workbook = filled(WHOLE_LIFE + f"生产,照明,外购电力,{row}\n")
    assert isinstance(value_of(workbook, "activities", 7, "emission_kgco2e"), ExcelError)
    words = value_of(workbook, "activities", 7, "diagnose")
    assert isinstance(words, str)
    assert (NATIVE_WORDS.get(word, word) if edition == "native" else word) in words
    for column in (3, 4):  # by CFP functions, by native formulas
        assert isinstance(by_label(workbook, "生产", column), ExcelError)
        assert isinstance(by_label(workbook, "合计", column), ExcelError)
    assert by_label(workbook, "生产", 8) != "OK"
    assert by_label(workbook, "运输/交付", 3) == pytest.approx(2 * DIESEL_KGCO2_PER_KG)
    assert value(workbook, "检查", "C4") == "请检查：见“检查”表"


def test_a_stage_without_a_row_is_missing(filled: Fill) -> None:
    workbook = filled(WITHOUT_USE)
    assert by_label(workbook, "使用", 3) is ExcelError.NA
    assert value(workbook, "检查", "C4") == "请检查：见“检查”表"


def test_a_stage_beyond_the_gate_is_outside(filled: Fill) -> None:
    workbook = filled(WITHOUT_USE, boundary="摇篮到大门")
    assert [by_label(workbook, "使用", column) for column in range(3, 7)] == [
        "边界外",
        "边界外",
        "OK",
        "边界外",
    ]
    assert by_label(workbook, "合计", 6) == pytest.approx(1.0)
    assert value(workbook, "检查", "C4") == "OK：各项检查一致"


def test_production_is_never_outside(filled: Fill) -> None:
    workbook = filled(WHOLE_LIFE.replace("生产,", "使用,"), boundary="摇篮到大门")
    assert by_label(workbook, "生产", 3) is ExcelError.NA


def test_bills_are_shared_out_to_one_unit(filled: Fill) -> None:
    """12,000 kWh, 30 of 100 hours for this product, 500 pieces: 7.2 kWh each."""
    rows = (
        "2025-01,V001,电力,12000,kWh,本产品,30,100,500\n2025-01,V001,电力,12000,kWh,其他,70,100,1\n"
    )
    workbook = filled(WHOLE_LIFE, rows)
    assert value_of(workbook, "allocation", 1, "share") == pytest.approx(0.3)
    assert value_of(workbook, "allocation", 1, "amount_per_unit") == pytest.approx(7.2)
    assert value_of(workbook, "allocation", 1, "voucher total") == pytest.approx(1.0)
    assert value(workbook, "检查", "E17") == "OK"


def test_shares_that_do_not_add_to_1_are_seen(filled: Fill) -> None:
    rows = (
        "2025-01,V001,电力,12000,kWh,本产品,30,100,500\n2025-01,V001,电力,12000,kWh,其他,60,100,1\n"
    )
    workbook = filled(WHOLE_LIFE, rows)
    assert value_of(workbook, "allocation", 1, "voucher total") == pytest.approx(0.9)
    assert value(workbook, "检查", "E17") == "请检查"
    assert value(workbook, "检查", "C4") == "请检查：见“检查”表"


def test_a_row_of_no_known_stage_is_in_no_sum(filled: Fill) -> None:
    workbook = filled(WHOLE_LIFE + "回收,拆解,外购电力,数据,1,kWh,CN-ELEC-CFP-2024,,,\n")
    assert isinstance(by_label(workbook, "合计", 3), ExcelError)
    assert by_label(workbook, "生产", 3) == pytest.approx(20 * 0.5777)
    assert value(workbook, "检查", "C4") == "请检查：见“检查”表"
