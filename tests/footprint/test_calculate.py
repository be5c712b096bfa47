"""From activity rows to a footprint. The main case is meter box BXD2, worked out by hand."""

from __future__ import annotations

import math
import pickle
from enum import Enum

import pytest

from cfp_xl.footprint.calculate import (
    Footprint,
    FootprintState,
    ProcessNotKnown,
    RowResult,
    calculate,
)
from cfp_xl.footprint.errors import FootprintError
from cfp_xl.footprint.factors import library
from cfp_xl.footprint.inventory import Inventory
from cfp_xl.footprint.units import UnitNotKnown

ELECTRICITY = "CN-ELEC-CFP-2024"  # 0.5777 kgCO2e/kWh
DIESEL = "CN-FUEL-GBT32151-DIESEL"  # 42.652 × 20.2e-3 × 0.98 × 44/12 kgCO2/kg
KGCO2_PER_KG_DIESEL = 3.0959096373333333

HEADER = ("stage", "process", "activity", "status", "quantity", "unit", "factor_id", "reason")


def footprint(*rows: tuple[object, ...], header: tuple[str, ...] = HEADER) -> Footprint:
    full = [(*row, *[None] * (len(header) - len(row))) for row in rows]
    return calculate(Inventory.from_rows(header, full), library())


def row(**values: object) -> RowResult:
    """One electricity row of production, changed as told."""
    start: dict[str, object] = {
        "stage": "生产",
        "process": "电力",
        "status": "data",
        "quantity": 10.0,
        "unit": "kWh",
        "factor_id": ELECTRICITY,
    }
    cells = start | values
    return calculate(Inventory.from_rows(tuple(cells), [tuple(cells.values())]), library()).rows[0]


class Error(Enum):
    """Stands for an error cell, as rooms above have them."""

    NA = "#N/A"

    def __str__(self) -> str:
        return str(self.value)


BXD2: tuple[tuple[object, ...], ...] = (
    ("原材料获取", "电力", "electricity", None, 4.6241, "kwh", ELECTRICITY),
    ("生产", "电力", "electricity", "数据", 17.2348, "kwh", ELECTRICITY),
    ("生产", "二氧化碳气体", "CO2 gas", "不适用", "/", "kg", "/", "the report prints “/”"),
    ("运输/交付", "原材料运输", "diesel", "data", 0.3570, "kg", DIESEL),
    ("运输/交付", "成品运输", "diesel", "data", 0.0505, "kg", DIESEL),
    ("运输/交付", "仓储", None, "不适用", None, None, None, "the report prints “/”"),
    (None, None, None, None, None, None, None, None),
    ("使用", None, None, "not_applicable", None, None, None, "the report prints “/”"),
    ("生命末期", "电力", "electricity", None, 1.9233, "kwh", ELECTRICITY),
)


def test_the_meter_box_by_hand() -> None:
    result = footprint(*BXD2)
    assert {
        stage_id: (stage.state.value, stage.kgco2e) for stage_id, stage in result.stages.items()
    } == {
        "raw_material_acquisition": ("value", pytest.approx(2.67134257, abs=1e-12)),
        "production": ("value", pytest.approx(9.95654396, abs=1e-12)),
        "distribution": ("value", pytest.approx(1.105239740528 + 0.156343436685333, abs=1e-12)),
        "use": ("not_applicable", 0.0),
        "end_of_life": ("value", pytest.approx(1.11109041, abs=1e-12)),
    }
    assert result.total_kgco2e == pytest.approx(15.000560117213333, abs=1e-12)
    assert result.state is FootprintState.VALUE
    assert result.problems == ()


def test_the_meter_box_by_process() -> None:
    result = footprint(*BXD2)
    assert [(p.stage.id, p.process, p.state.value) for p in result.processes] == [
        ("raw_material_acquisition", "电力", "value"),
        ("production", "电力", "value"),
        ("production", "二氧化碳气体", "not_applicable"),
        ("distribution", "原材料运输", "value"),
        ("distribution", "成品运输", "value"),
        ("distribution", "仓储", "not_applicable"),
        ("use", "", "not_applicable"),
        ("end_of_life", "电力", "value"),
    ]
    inbound = result.process("distribution", "原材料运输").kgco2e
    assert inbound == pytest.approx(0.3570 * KGCO2_PER_KG_DIESEL, rel=1e-15)
    with pytest.raises(ProcessNotKnown, match="原材料运输, 成品运输, 仓储"):
        result.process("distribution", "航空")


@pytest.mark.parametrize(
    ("changed", "state", "kgco2e"),
    [
        ({}, "value", 5.777),
        ({"quantity": 0}, "value", 0.0),
        ({"quantity": 0.01, "unit": "MWh"}, "value", 5.777),
        ({"quantity": 36, "unit": "MJ"}, "value", 5.777),
        ({"quantity": 10, "status": None}, "value", 5.777),
        ({"status": "zero", "quantity": None}, "value", 0.0),
        ({"status": "零", "quantity": 0, "unit": None, "factor_id": None}, "value", 0.0),
        ({"status": "不适用", "quantity": None, "reason": "none used"}, "not_applicable", 0.0),
        ({"status": "Not applicable", "quantity": "/", "reason": "…"}, "not_applicable", 0.0),
        ({"quantity": None}, "missing", None),
        ({"quantity": None, "status": None}, "missing", None),
        ({"quantity": "  "}, "missing", None),
        ({"status": "缺失", "quantity": None}, "missing", None),
        ({"status": "missing"}, "missing", None),
    ],
)
def test_what_a_row_gives(changed: dict[str, object], state: str, kgco2e: float | None) -> None:
    result = row(**changed)
    assert result.state.value == state
    assert result.kgco2e == (None if kgco2e is None else pytest.approx(kgco2e, rel=1e-15))
    assert (result.problem is not None) == (kgco2e is None)


@pytest.mark.parametrize(
    ("changed", "problem", "excel"),
    [
        ({"quantity": None}, "NumberMissing", "#VALUE!"),
        ({"status": "missing"}, "RowMissing", "#N/A"),
        ({"quantity": "4.62"}, "NumberExpected", "#VALUE!"),
        ({"quantity": "/"}, "NumberExpected", "#VALUE!"),
        ({"quantity": True}, "NumberExpected", "#VALUE!"),
        ({"quantity": -1}, "NumberNegative", "#NUM!"),
        ({"quantity": math.inf}, "NumberNotFinite", "#NUM!"),
        ({"quantity": math.nan}, "NumberNotFinite", "#NUM!"),
        ({"quantity": Error.NA}, "CellError", "#N/A"),
        ({"quantity": 1e308, "unit": "GWh"}, "NumberNotFinite", "#NUM!"),
        ({"unit": None}, "UnitMissing", "#VALUE!"),
        ({"unit": "kWhh"}, "UnitNotKnown", "#VALUE!"),
        ({"unit": "kg"}, "BridgeNeeded", "#VALUE!"),
        ({"factor_id": None}, "FactorIdMissing", "#VALUE!"),
        ({"factor_id": "CN-ELEC-2024"}, "FactorNotFound", "#N/A"),
        ({"status": "maybe"}, "StatusNotKnown", "#VALUE!"),
        ({"status": "zero"}, "ZeroWithQuantity", "#VALUE!"),
        ({"status": "zero", "quantity": "4"}, "NumberExpected", "#VALUE!"),
        ({"status": "不适用", "reason": "…"}, "NotApplicableWithQuantity", "#VALUE!"),
        ({"status": "不适用", "quantity": None}, "ReasonMissing", "#VALUE!"),
        ({"status": "不适用", "quantity": None, "reason": " "}, "ReasonMissing", "#VALUE!"),
        ({"status": "不适用", "quantity": Error.NA, "reason": "…"}, "CellError", "#N/A"),
        ({"stage": "生产x"}, "StageNotKnown", "#N/A"),
        ({"stage": None}, "StageMissing", "#VALUE!"),
        ({"stage": Error.NA}, "CellError", "#N/A"),
        ({"stage": "生产x", "status": "不适用", "reason": "…"}, "StageNotKnown", "#N/A"),
        ({"bridge": "0.84"}, "NumberExpected", "#VALUE!"),
    ],
)
def test_what_is_wrong_with_a_row(changed: dict[str, object], problem: str, excel: str) -> None:
    result = row(**changed)
    assert type(result.problem).__name__ == problem
    assert isinstance(result.problem, FootprintError)
    assert result.problem.excel == excel
    assert result.kgco2e is None
    assert result.problem.say("zh")
    assert result.problem.say("en")


GOOD = ("生产", "电力", "a", "data", 10, "kWh", ELECTRICITY)
NOT_APPLICABLE = ("使用", "", "b", "不适用", None, None, None, "sold as is")


@pytest.mark.parametrize(
    ("bad", "stage_state", "total_state"),
    [
        (("生产", "电力", "b", "data", None, "kWh", ELECTRICITY), "missing", "missing"),
        (("生产", "电力", "b", "data", "4.62", "kWh", ELECTRICITY), "failed", "failed"),
        (("使用", "电力", "b", "data", "4.62", "kWh", ELECTRICITY), "value", "failed"),
        (("生产x", "电力", "b", "data", 10, "kWh", ELECTRICITY), "value", "failed"),
        ((None, None, "only a name"), "value", "failed"),
    ],
)
def test_one_bad_row_fails_its_stage_and_the_total(
    bad: tuple[object, ...], stage_state: str, total_state: str
) -> None:
    result = footprint(GOOD, bad)
    production = result.stages["production"]
    assert production.state.value == stage_state
    assert production.kgco2e == (5.777 if stage_state == "value" else None)
    assert result.state.value == total_state
    assert result.total_kgco2e is None
    assert len(result.problems) == 1


def test_a_stage_without_rows_is_missing_and_says_so() -> None:
    use = footprint(GOOD).stages["use"]
    assert (use.state.value, use.kgco2e) == ("missing", None)
    assert use.problems[0].excel == "#N/A"
    assert use.problems[0].say("zh") == "活动数据中没有“使用”阶段的行"


def test_a_stage_left_out_does_not_fail_the_total() -> None:
    """Cradle to gate has no use stage; whether that is right is a matter of the boundary."""
    assert footprint(GOOD).total_kgco2e == 5.777


def test_a_stage_of_which_nothing_applies_is_zero() -> None:
    result = footprint(GOOD, NOT_APPLICABLE)
    assert (result.stages["use"].state.value, result.stages["use"].kgco2e) == (
        "not_applicable",
        0.0,
    )
    assert result.total_kgco2e == 5.777


def test_an_inventory_without_rows_has_no_footprint() -> None:
    result = footprint((None,) * 8)
    assert (result.total_kgco2e, result.state.value) == (None, "missing")
    assert result.problems[0].excel == "#N/A"


BRIDGED = (*HEADER, "bridge", "bridge_unit")


@pytest.mark.parametrize(
    ("quantity", "unit", "bridge", "bridge_unit", "kg_diesel"),
    [
        (100, "L", 0.84, "kg/L", 84.0),
        (100, "L", 0.84, "t/m3", 84.0),
        (100, "L", 1.25, "L/kg", 80.0),  # the other way round divides
        (4.2652, "GJ", 42.652, "GJ/t", 100.0),
        (4265.2, "MJ", 42.652, "MJ/kg", 100.0),
        (100, "kg", 0.84, "kg/L", 100.0),  # units meet without it: not used
        (0.1, "t", None, None, 100.0),
        (2, "台", 1.5, "kg/件", 3.0),
    ],
)
def test_a_bridge_joins_a_quantity_to_a_factor_per_kg(
    quantity: float, unit: str, bridge: float | None, bridge_unit: str | None, kg_diesel: float
) -> None:
    cells = ("生产", "锅炉", "柴油", "data", quantity, unit, DIESEL, None, bridge, bridge_unit)
    result = footprint(cells, header=BRIDGED)
    assert result.total_kgco2e == pytest.approx(kg_diesel * KGCO2_PER_KG_DIESEL, rel=1e-14)


@pytest.mark.parametrize(
    ("bridge", "bridge_unit", "problem", "excel"),
    [
        (None, None, "BridgeNeeded", "#VALUE!"),
        (0.84, None, "BridgeWithoutUnit", "#VALUE!"),
        (0.84, "kg", "BridgeUnfit", "#VALUE!"),
        (0.84, "kg/kWh", "BridgeUnfit", "#VALUE!"),
        (0.84, "kg/foo", "UnitNotKnown", "#VALUE!"),
        (0, "kg/L", "BridgeNotPositive", "#NUM!"),
        (-1, "kg/L", "BridgeNotPositive", "#NUM!"),
        ("0.84", "kg/L", "NumberExpected", "#VALUE!"),
    ],
)
def test_a_bridge_that_does_not_hold(
    bridge: object, bridge_unit: object, problem: str, excel: str
) -> None:
    cells = ("生产", "锅炉", "柴油", "data", 100, "L", DIESEL, None, bridge, bridge_unit)
    result = footprint(cells, header=BRIDGED).rows[0].problem
    assert type(result).__name__ == problem
    assert result is not None
    assert result.excel == excel


def test_a_missing_bridge_names_both_sides_and_what_would_join_them() -> None:
    problem = footprint(("生产", "", "", "data", 1, "L", DIESEL)).rows[0].problem
    assert problem is not None
    assert "L (volume)" in problem.say("en")
    assert "kg (mass)" in problem.say("en")
    assert "换算系数" in problem.say("zh")


def test_shares_of_the_total() -> None:
    result = footprint(*BXD2)
    production = result.stages["production"].kgco2e
    assert production is not None
    assert result.share(production) == pytest.approx(0.663745, abs=1e-6)


def test_a_row_has_a_name() -> None:
    activities = Inventory.from_rows(HEADER, [(None,) * 8, (*GOOD, None), (None, "p", *[None] * 6)])
    assert [activity.label for activity in activities] == ["a (#2)", "p (#3)"]


def test_a_result_travels_between_processes() -> None:
    """`verify --jobs` sends results, problems included, through pickle."""
    result = footprint(*BXD2, ("生产", "", "", "data", 1, "kWhh", ELECTRICITY), ("生产x",))
    copy = pickle.loads(pickle.dumps(result))
    assert copy.total_kgco2e is None
    assert [p.say("zh") for p in copy.problems] == [p.say("zh") for p in result.problems]
    assert len(copy.problems) == 2


def test_a_wrong_name_costs_no_search_until_someone_reads_of_it() -> None:
    """A search for the nearest names takes milliseconds: thousands of rows would take minutes."""
    rows = [("生产", "", "", "data", 1, f"kWh{n}", f"CN-{n}") for n in range(3)]
    result = footprint(*rows)
    assert ["nearest" in vars(problem) for problem in result.problems] == [False] * 3
    assert result.problems[0].say("en")
    assert ["nearest" in vars(problem) for problem in result.problems] == [True, False, False]


@pytest.mark.parametrize("unit", ["t·" * 200 + "t", "kWh" * 10_000, "/" * 50, "1e4" * 30])
def test_absurd_units_are_just_not_known(unit: str) -> None:
    assert isinstance(row(unit=unit).problem, UnitNotKnown)
