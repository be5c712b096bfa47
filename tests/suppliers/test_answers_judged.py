"""What suppliers answer, one thing a row: understood, or back with the cell and the reason."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cfp_xl.findings import CellRef, Severity
from cfp_xl.suppliers.fill import Used
from cfp_xl.suppliers.outcomes import AnswerStatus, Judged
from cfp_xl.suppliers.product_parts import SupplierRequests
from cfp_xl.workbook.address import address
from cfp_xl.workbook.writing.values import Constant
from tests.suppliers.returned import (
    BARS,
    DIESEL,
    FREIGHT,
    GRID,
    OF_FREIGHT,
    PCF,
    PRODUCT,
    SHELL,
    STEEL,
    answered,
    asked_as,
    issued,
    judged,
    layout,
    question,
    row_cell,
    shell,
    typed,
)

STEEL_KG, GRID_KWH = 27.1 * 2863.90131, 54_000 * 0.5777
GAS_KG, LORRY_KG, SCRAP_KG = 1200 * 2.162188809, 8100 * 0.10163, 2.1 * 4.68568
SHELL_KGCO2E = (STEEL_KG + GRID_KWH + GAS_KG + LORRY_KG + SCRAP_KG) / 20_000
"""5.61 kgCO2e a piece, by hand from the factors as published (DESNZ 2025, MEE 2025, GB/T 32151)."""


def told(answer: Judged) -> list[str]:
    return [f"{one.where} {one.code} {one.case} {one.message('en')}" for one in answer.findings]


def test_the_factor_of_the_shell_is_what_a_clerk_would_compute(tmp_path: Path) -> None:
    answer = judged(shell(), tmp_path).accepted
    assert answer
    assert answer.kgco2e_per_unit == pytest.approx(SHELL_KGCO2E, rel=1e-12)
    assert (answer.unit, answer.kind, answer.year) == ("件", "activity_data", 2025)
    assert answer.period == "2025-01-01/2025-12-31"
    steel, power, *_ = answer.lines
    assert (steel.quantity, steel.unit, steel.factor_id) == (27.1, "tonnes", STEEL)
    assert (power.quantity, power.unit, power.as_answered) == (54_000, "kWh", "54 MWh")
    assert power.cell == row_cell("quantity", "energy")
    assert sum(line.kgco2e_per_unit for line in answer.lines) == answer.kgco2e_per_unit


def test_a_haulier_answers_for_its_tonne_kilometres(tmp_path: Path) -> None:
    """15,600 kg of diesel for 520,000 t·km: 15600 × 3.0959096373 / 520000 = 0.0928773 kgCO2e."""
    data = answered(FREIGHT, OF_FREIGHT, [Used(DIESEL, 15_600, "kg")])
    answer = judged(data, tmp_path)
    assert answer.accepted, told(answer)
    assert answer.accepted.kgco2e_per_unit == pytest.approx(0.092877289, rel=1e-7)
    assert answer.accepted.unit == "t·km"


def test_a_footprint_of_the_suppliers_own(tmp_path: Path) -> None:
    answer = judged(answered(BARS, PCF, ()), tmp_path)
    assert answer.accepted, told(answer)
    assert answer.findings == ()
    assert answer.accepted.kgco2e_per_unit == 4.05
    assert [line.kind for line in answer.accepted.lines] == ["pcf"]
    assert answer.accepted.standard == "ISO 14067:2018"
    assert answer.accepted.pcf_year == 2025
    assert answer.accepted.includes_delivery is False
    assert answer.accepted.boundary == "Cradle-to-gate"


def test_a_blank_sheet_asks_for_every_answer(tmp_path: Path) -> None:
    answer = judged(issued(SHELL), tmp_path)
    assert answer.status is AnswerStatus.REFUSED
    missing = {one.where for one in answer.findings if one.code == "S30"}
    always = ("contact_name", "contact", "filled_on", "period_start", "period_end", "data_kind")
    assert {question(id) for id in (*always, "mass_kg")} <= missing
    assert question("site") not in missing


@dataclass(frozen=True)
class Case:
    """Constants typed into the shell's sheet, and what intake says of them."""

    values: dict[CellRef, Constant]
    codes: tuple[str, ...]
    where: CellRef | None = None
    status: AnswerStatus = AnswerStatus.REFUSED
    product: SupplierRequests = field(default=PRODUCT)


Q, R = question, row_cell
READ = AnswerStatus.ACCEPTED
HELD = AnswerStatus.HELD
STEEL_CELL, STEEL_UNIT = R("quantity", "material"), R("unit", "material")
POWER, POWER_UNIT = R("quantity", "energy"), R("unit", "energy")
NO_ITEM = R("activity", "energy")
TWICE = R("quantity", "material", 1)
LATE = Q("period_end")
SECOND: dict[CellRef, Constant] = {
    R("activity", "material", 1): "钢材（原生，取钢罐因子）",
    R("quantity", "material", 1): 27.1,
    R("unit", "material", 1): "t",
}

CASES: dict[str, Case] = {
    # Completeness
    "a name is missing": Case({Q("contact_name"): None}, ("S30",), Q("contact_name")),
    "a dash for an answer": Case({Q("contact"): "—"}, ("S30",), Q("contact")),
    "n/a for the output": Case({Q("output"): "N/A"}, ("S30",), Q("output")),
    "no kind of data": Case({Q("data_kind"): None}, ("S30",), Q("data_kind")),
    "an optional answer is missing": Case({Q("site"): None}, (), None, READ),
    "a row without unit": Case({POWER_UNIT: None}, ("S38",), POWER_UNIT),
    "a row without quantity": Case({POWER: None}, ("S38",), POWER),
    "a row without item": Case({NO_ITEM: None}, ("S38", "S37"), NO_ITEM),
    "yes without a row": Case({Q("has_process"): "有"}, ("S37",), Q("has_process")),
    "no with a row": Case({Q("has_energy"): "无"}, ("S37",), R("activity", "energy")),
    # Types and ranges
    "a word for the output": Case({Q("output"): "两万"}, ("S31",), Q("output")),
    "an ambiguous comma": Case({Q("output"): "20,000"}, ("S31",), Q("output")),
    "a range of power": Case({POWER: "50~60"}, ("S31",), POWER),
    "a choice off the list": Case({Q("data_kind"): "两者都有"}, ("S31",), Q("data_kind")),
    "a day or a month": Case({Q("filled_on"): "03/04/2026"}, ("S31",), Q("filled_on")),
    "an output of zero": Case({Q("output"): 0.0}, ("S32",), Q("output")),
    "a negative mass": Case({Q("mass_kg"): -1.25}, ("S32",), Q("mass_kg")),
    "a period long ago": Case(
        {Q("period_start"): date(2010, 1, 1), Q("period_end"): date(2010, 12, 31)},
        ("S32", "S32", "S35"),
        Q("period_start"),
    ),
    "a negative amount": Case({POWER: -54.0}, ("S32",), POWER),
    # Units
    "a unit of another kind": Case({POWER_UNIT: "kg"}, ("S33",), POWER_UNIT),
    "cubic metres of gas at no condition": Case(
        {R("unit", "fuel"): "m3"}, ("S33",), R("unit", "fuel")
    ),
    "an unknown unit": Case({POWER_UNIT: "箱"}, ("S33",), POWER_UNIT),
    "two units that differ": Case({POWER: "54 t"}, ("S33",), POWER),
    "an output in kilograms": Case({Q("output"): "25000 kg"}, ("S33",), Q("output")),
    "an item off the list": Case(
        {R("activity", "energy"): "蒸汽"}, ("S34", "S37"), R("activity", "energy")
    ),
    "an item that may be two": Case(
        {R("activity", "energy"): "外购电力"}, ("S34", "S37"), R("activity", "energy")
    ),
    # Periods
    "the end before the start": Case({LATE: date(2024, 12, 31)}, ("S35",), LATE),
    "a period in the future": Case({LATE: date(2026, 12, 31)}, ("S35",), LATE),
    "a period of one week": Case({LATE: date(2025, 1, 7)}, ("S35",), LATE, READ),
    # Slips
    "steel in g": Case({STEEL_UNIT: "g"}, ("S36",), STEEL_CELL),
    "steel in kg": Case({STEEL_UNIT: "kg"}, ("S36",), STEEL_CELL),
    "mass of a piece in g": Case({Q("mass_kg"): 1250.0}, ("S36",), STEEL_CELL),
    "half of the steel forgotten": Case({STEEL_CELL: 13.0}, ("S36",), STEEL_CELL, HELD),
    "power in kWh instead of MWh": Case({POWER_UNIT: "kWh"}, ("S52",), POWER, HELD),
    "power in MWh instead of kWh": Case({POWER: 54_000.0}, ("S52",), POWER, HELD),
    "the same row twice": Case({**SECOND, Q("output"): 40_000.0}, ("S40",), TWICE, HELD),
    "last year's was close": Case({}, (), None, READ, asked_as(last_kgco2e=5.0)),
    "last year's was a fourth": Case({}, ("S50",), Q("output"), HELD, asked_as(last_kgco2e=1.4)),
    "last year's was a thousandth": Case(
        {}, ("S50",), Q("output"), product=asked_as(last_kgco2e=0.0056)
    ),
    "the generic factor is close": Case({}, (), None, READ, asked_as(usual_kgco2e=3.6)),
    "the generic factor is far": Case({}, ("S51",), Q("output"), HELD, asked_as(usual_kgco2e=70.0)),
    "the generic factor is a thousand times": Case(
        {}, ("S51",), Q("output"), product=asked_as(usual_kgco2e=5612.0)
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_an_answer_is_judged(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    answer = judged(typed(shell(), case.values), tmp_path, case.product)
    assert sorted(one.code for one in answer.findings) == sorted(case.codes), told(answer)
    assert answer.status is case.status
    if case.where:
        assert case.where in [one.where for one in answer.findings], told(answer)
    has_error = any(one.severity is Severity.ERROR for one in answer.findings)
    assert has_error == (case.status is AnswerStatus.REFUSED)
    for one in answer.findings:
        assert all(one.message(lang) and one.hint(lang) for lang in ("zh", "en"))


SAME = [
    {Q("output"): "２００００"},
    {Q("output"): "20 000 件"},
    {Q("output"): "2万"},
    {Q("mass_kg"): "1,25"},
    {Q("mass_kg"): "1250 g"},
    {Q("mass_kg"): "１．２５千克"},
    {Q("filled_on"): "2026年3月15日"},
    {Q("filled_on"): 20260315.0},
    {Q("period_start"): "2025", Q("period_end"): "2025年"},
    {Q("data_kind"): "活动数据 / Activity data"},
    {Q("has_process"): "No"},
    {POWER: "54000", POWER_UNIT: "千瓦时"},
    {POWER: "54000 kWh", POWER_UNIT: "kWh"},
    {POWER: 5.4, POWER_UNIT: "万kWh"},
    {STEEL_CELL: "27,1"},
    {STEEL_CELL: "27100", STEEL_UNIT: "公斤"},
    {R("unit", "fuel"): "标方"},
    {R("unit", "transport"): "吨公里"},
    {R("activity", "energy"): "Grid electricity, China average 2024"},
    {R("activity", "energy"): GRID},
]


@pytest.mark.parametrize("values", SAME)
def test_other_ways_to_write_the_same_give_the_same(
    values: dict[CellRef, Constant], tmp_path: Path
) -> None:
    answer = judged(typed(shell(), values), tmp_path)
    assert answer.accepted, told(answer)
    assert answer.findings == ()
    assert answer.accepted.kgco2e_per_unit == pytest.approx(SHELL_KGCO2E, rel=1e-12)


def test_rows_below_the_table_are_read(tmp_path: Path) -> None:
    """A sixth row, below the last one of the template: 1,000 kWh more."""
    table = layout().activities
    last = max(row for rows in layout().flow_rows.values() for row in rows) + 1
    below = {
        CellRef(table.sheet, address(last + 1, table.index(column) + 1)): value
        for column, value in (("activity", GRID), ("quantity", 1000.0), ("unit", "kWh"))
    }
    answer = judged(typed(shell(), below), tmp_path)
    assert answer.accepted, told(answer)
    assert [one.code for one in answer.findings] == ["S24"]
    more = 1000 * 0.5777 / 20_000
    assert answer.accepted.kgco2e_per_unit == pytest.approx(SHELL_KGCO2E + more, rel=1e-12)


REMARKED: list[dict[CellRef, Constant]] = [
    {STEEL_CELL: "约27.1"},
    {STEEL_CELL: "27.1（含余料）"},
    {STEEL_CELL: "27100 kg"},
    {Q("output"): "20000（其中外协 300）"},
    {R("activity", "transport"): "卡车，平均"},
]


@pytest.mark.parametrize("values", REMARKED)
def test_what_stood_beside_a_number_is_told(
    values: dict[CellRef, Constant], tmp_path: Path
) -> None:
    answer = judged(typed(shell(), values), tmp_path)
    assert answer.accepted, told(answer)
    assert [one.code for one in answer.findings] == ["S39"]
    assert [one.where for one in answer.findings] == [next(iter(values))]
    assert answer.accepted.kgco2e_per_unit == pytest.approx(SHELL_KGCO2E, rel=1e-12)


OWN: list[tuple[dict[str, Any], tuple[str, ...], AnswerStatus]] = [
    ({"pcf_boundary": "gate_to_gate"}, ("S41",), AnswerStatus.REFUSED),
    ({"pcf_boundary": "cradle_to_grave"}, ("S41",), AnswerStatus.REFUSED),
    ({"pcf_verification": "none"}, ("S42",), READ),
    ({"pcf_year": 2020}, ("S43",), READ),
    ({"pcf_year": 2027}, ("S43",), AnswerStatus.REFUSED),
    ({"pcf_kgco2e": "4.05 kgCO2e/kg"}, (), READ),
    ({"pcf_kgco2e": "4050 kgCO2e/t"}, (), READ),
    ({"pcf_kgco2e": "4.05 kWh"}, ("S33",), AnswerStatus.REFUSED),
    ({"includes_delivery": "included"}, (), READ),
]


@pytest.mark.parametrize(("changed", "codes", "status"), OWN)
def test_a_suppliers_own_footprint_is_judged(
    changed: dict[str, Any], codes: tuple[str, ...], status: AnswerStatus, tmp_path: Path
) -> None:
    answer = judged(answered(BARS, {**PCF, **changed}, ()), tmp_path)
    assert tuple(one.code for one in answer.findings) == codes, told(answer)
    assert answer.status is status
    if answer.accepted:
        assert answer.accepted.kgco2e_per_unit == pytest.approx(4.05)


def test_delivery_that_the_product_counts_as_well_is_told(tmp_path: Path) -> None:
    inbound = CellRef("活动数据", "E12")
    product = asked_as(BARS, deliveries=(inbound,))
    answer = judged(answered(BARS, {**PCF, "includes_delivery": "included"}, ()), tmp_path, product)
    assert [one.code for one in answer.findings] == ["S60"]
    assert "活动数据!E12" in answer.findings[0].message("zh")


def test_both_kinds_of_data_are_told(tmp_path: Path) -> None:
    data = typed(shell(), {question("pcf_kgco2e"): 3.0})
    answer = judged(data, tmp_path)
    assert [one.code for one in answer.findings] == ["S44"]
    assert answer.accepted
    assert answer.accepted.kgco2e_per_unit == pytest.approx(SHELL_KGCO2E, rel=1e-12)
