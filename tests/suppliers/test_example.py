"""The worked example: the meter box, its suppliers' answers, and its footprint with them."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from cfp_xl.findings import Severity
from cfp_xl.footprint.calculate import calculate
from cfp_xl.schema.opened import open_file
from cfp_xl.schema.schema import Schema, find_schema
from cfp_xl.suppliers.judge import judge
from cfp_xl.suppliers.outcomes import AnswerStatus, Judged
from cfp_xl.suppliers.product_parts import supplier_requests
from cfp_xl.verify.pipeline import verify_file
from cfp_xl.verify.result import FileStatus
from cfp_xl.workbook.reading.read import read_workbook

WORKBOOKS = Path(__file__).parents[2] / "workbooks"
FOLDER = WORKBOOKS / "meter-box"
BEFORE, AFTER = WORKBOOKS / "meter-box.xlsx", WORKBOOKS / "meter-box-with-suppliers.xlsx"

# kgCO2e per unit, as published: DESNZ 2025 (per tonne, t·km, litre, kg), the Chinese electricity
# footprint of 2024 (per kWh), GB/T 32151 (natural gas 389.31 GJ/10⁴Nm³ × 15.3 kgC/GJ × 99 %;
# diesel 42.652 GJ/t × 20.2 kgC/GJ × 98 %, each × 44/12).
STEEL, STEEL_RECYCLED, SCRAP_METAL = 2863.90131, 1823.90131, 3473.11953
PLASTIC, PLASTIC_RIGID, BOARD = 3172.49932, 3354.28062, 1199.72542
RECYCLING = 4.68568
LORRY, LORRY_UPSTREAM, DIESEL_L = 0.10163, 0.02359, 2.66155
POWER = 0.5777
GAS = 389.31e-4 * 15.3 * 0.99 * 44 / 12
DIESEL_KG = 42.652e-3 * 20.2 * 0.98 * 44 / 12

PER_UNIT = {
    "P01": (
        190 * STEEL,
        120 * STEEL_RECYCLED,
        96_000 * POWER,
        42_000 * GAS,
        31_000 * LORRY,
        26 * RECYCLING,
        3_200 * 1.0,
    ),
    "P03": (285 * STEEL, 420_000 * POWER, 66_000 * GAS, 22_800 * LORRY, 15 * RECYCLING),
    "P04": (158 * PLASTIC, 210_000 * POWER, 3_000 * DIESEL_KG, 47_400 * LORRY, 8 * RECYCLING),
    "P06": (165_000 * DIESEL_L, 60_000 * POWER),
}
OUTPUT = {"P01": 20_000, "P03": 600_000, "P04": 150_000, "P06": 5_200_000}
ANSWERED = {**{id: sum(PER_UNIT[id]) / OUTPUT[id] for id in PER_UNIT}, "P02": 4.05}
USUAL = {
    "P01": 14.2e-3 * STEEL,
    "P02": 1e-3 * SCRAP_METAL,
    "P03": 0.45e-3 * STEEL,
    "P04": 1e-3 * PLASTIC_RIGID,
    "P06": LORRY,
}
AMOUNT = {"P01": 1, "P02": 1.6, "P03": 1, "P04": 1.2, "P06": 5.1}
UPSTREAM = (5.1 + 2.3) * LORRY_UPSTREAM
REST = 0.9e-3 * BOARD + 2.3 * LORRY + UPSTREAM + (17.2348 + 1.9233) * POWER
"""Carton, delivery of the box, upstream of both transports' fuel, its production, end of life."""


def schema(path: Path) -> Schema:
    found, _ = find_schema(read_workbook(path))
    assert found is not None
    return found


def total_kgco2e(path: Path) -> float | None:
    found = schema(path)
    return calculate(found.inventory, found.factors).total_kgco2e


def judged(folder: str) -> list[Judged]:
    product = supplier_requests(open_file(BEFORE))
    return [judge(file, product) for file in sorted((FOLDER / folder).glob("*.xlsx"))]


def test_the_footprint_without_and_with_the_suppliers_is_as_calculated_by_hand() -> None:
    without = sum(AMOUNT[id] * USUAL[id] for id in AMOUNT) + REST
    with_them = sum(AMOUNT[id] * ANSWERED[id] for id in AMOUNT) + REST
    assert total_kgco2e(BEFORE) == pytest.approx(without, rel=1e-6)
    assert total_kgco2e(AFTER) == pytest.approx(with_them, rel=1e-6)


@pytest.mark.parametrize("path", [BEFORE, AFTER], ids=lambda path: path.stem)
def test_both_workbooks_pass(path: Path) -> None:
    found = verify_file(path)
    assert found.status is FileStatus.PASSED
    above = [one for one in found.findings if one.is_open and one.severity is not Severity.INFO]
    assert above == []


def test_an_answer_by_a_factor_on_offer_passes_by_itself() -> None:
    """V01 burnt natural gas, for which the sheet offers a factor of CO2 alone: told, no mistake."""
    found = verify_file(FOLDER / "answers" / "V01_P01.xlsx")
    assert found.status is FileStatus.PASSED
    assert {(f.code, f.severity) for f in found.findings} == {("U02", Severity.WARNING)}


def test_every_answer_is_accepted_with_the_footprint_calculated_by_hand() -> None:
    found = {one.part_id: one for one in judged("answers")}
    assert found.keys() == ANSWERED.keys()
    for part_id, one in found.items():
        assert one.accepted is not None
        assert one.accepted.kgco2e_per_unit == pytest.approx(ANSWERED[part_id], rel=1e-6)


def test_the_product_knows_each_answer_by_its_very_file() -> None:
    hashes = {one.sha256 for one in judged("answers")}
    after = schema(AFTER)
    assert {record.text("sha256") for record in after.records("answers")} == hashes
    assert {record.text("sha256") for record in after.records("history")} == hashes
    product = supplier_requests(open_file(AFTER))
    again = [judge(Path(one.path), product) for one in judged("answers")]
    assert {one.status for one in again} == {AnswerStatus.UNCHANGED}


def test_the_faulty_ones_are_refused_with_the_cell_named() -> None:
    found = {
        Path(one.path).stem: {(f.code, str(f.where)) for f in one.findings}
        for one in judged("faulty")
        if one.status is AnswerStatus.REFUSED
    }
    assert found == {
        # The pinned factor of plastics.
        "V04_P04": {("S11", "选项!D40")},
        # No transport though there is some, mass and result a thousandfold.
        "V05_P05": {("S37", "填报!C23"), ("S36", "活动数据!C7"), ("S51", "填报!C15")},
    }


def test_every_answer_says_that_it_is_invented() -> None:
    answers = tomllib.loads((FOLDER / "answers.toml").read_text("utf-8"))["answer"]
    for one in answers:
        assert {"虚构", "invented"} & {
            word for word in ("虚构", "invented") if word in one["fields"]["remarks"]
        }
