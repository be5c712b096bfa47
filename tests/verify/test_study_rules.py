"""C04, C02 and Q08 to Q06: each by a small workbook with one thing wrong."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.workbook.defined_name import DefinedName

from cfp_xl.schema.case import Case
from cfp_xl.schema.opened import open_file
from cfp_xl.study.analytic import analytic
from cfp_xl.study.inputs import Inputs
from cfp_xl.study.monte_carlo import Simulated, simulate
from cfp_xl.verify.rules import model_findings, study_inputs

Cell = str | float | None
HEAD: list[Cell] = ["stage", "process", "activity", "quantity", "unit", "factor_id"]
HEAD += ["gsd2", "basic_class", "reliability", "dqr_time", "data_type"]
# 70, 20 and 10 kgCO2e of 100: the first two make the 80 % that matter.
ROWS: list[list[Cell]] = [
    ["production", "oven", "power", 140.0, "kWh", "POWER"],
    ["raw material acquisition", "steel", "steel", 10.0, "kg", "STEEL"],
    ["distribution", "truck", "diesel", 5.0, "kg", "STEEL"],
]
FACTORS: list[list[Cell]] = [
    ["id", "value", "unit", "per_unit", "gsd2"],
    ["POWER", 0.5, "kgCO2e", "kWh"],
    ["STEEL", 2.0, "kgCO2e", "kg"],
]
EXCLUSIONS: list[Cell] = ["item", "stage", "mass_percent", "energy_percent"]
EXCLUSIONS += ["ghg_percent", "reason"]
SCENARIOS: list[Cell] = ["scenario", "target", "change", "value"]
TAPE: list[Cell] = ["tape", None, 0.4, None, 0.3, "below the cut-off"]


def found(
    path: Path,
    exclusions: list[list[Cell]],
    scenarios: list[list[Cell]],
    activities: dict[str, Cell],
    factors: dict[str, Cell],
) -> set[tuple[str, str, str]]:
    """Code, case and cell of the findings of C and Q."""
    book = Workbook()
    tables: dict[str, list[list[Cell]]] = {
        "Activities": [HEAD, *ROWS],
        "Factors": FACTORS,
        "Exclusions": [EXCLUSIONS, *exclusions],
        "Scenarios": [SCENARIOS, *scenarios],
    }
    for title, rows in tables.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
        target = f"{title}!$A$1:$K${max(len(rows), 2)}"
        name = f"cfp_{title.casefold()}"
        book.defined_names[name] = DefinedName(name, attr_text=target)
    book["Sheet"]["A1"] = "each below 1 %"
    book.defined_names["cfp_cut_off"] = DefinedName("cfp_cut_off", attr_text="Sheet!$A$1")
    for sheet_name, cells in (("Activities", activities), ("Factors", factors)):
        for cell, value in cells.items():
            book[sheet_name][cell] = value
    book.save(path)
    opened = open_file(path)
    case = Case(opened.recomputed, opened.recalculation)
    return {(f.code, f.case, str(f.where)) for f in model_findings(case) if f.code[0] in "CQ"}


def test_what_was_left_out(tmp_path: Path) -> None:
    """Each < 1 %; masses together at most 5 %, emissions at most 1 %."""
    many: list[list[Cell]] = [[f"i{n}", None, 0.9, None, 0.1, "small"] for n in range(6)]
    three: list[list[Cell]] = [[f"i{n}", None, None, None, 0.4, "small"] for n in range(3)]
    cases: list[tuple[list[list[Cell]], set[tuple[str, str, str]]]] = [
        ([TAPE], set()),
        ([], {("C04", "no_list", "Sheet!A1")}),
        ([[*TAPE[:5], None]], {("C04", "", "Exclusions!F2")}),
        ([[*TAPE[:4], None, "small"]], {("C04", "ghg", "Exclusions!E2")}),
        ([["tape", None, "much", None, 0.3, "small"]], {("C04", "percent", "Exclusions!C2")}),
        ([["tape", None, 0.4, 120.0, 0.3, "small"]], {("C04", "percent", "Exclusions!D2")}),
        ([["tape", None, 0.4, None, 1.0, "small"]], {("C02", "", "Exclusions!E2")}),
        (many[:5], set()),  # 4.5 % of the mass, 0.5 % of the emissions
        (many, {("C02", "together", "Exclusions!C2")}),  # 5.4 %
        (three, {("C02", "together", "Exclusions!E2")}),  # 1.2 %
    ]
    for exclusions, expected in cases:
        assert found(tmp_path / "a.xlsx", exclusions, [], {}, {}) == expected, exclusions


def test_uncertainty_scores_and_origin(tmp_path: Path) -> None:
    """Nothing stated, nothing asked; then the two rows that make 80 % are, never the third."""
    cases: list[tuple[dict[str, Cell], dict[str, Cell], set[tuple[str, str, str]]]] = [
        ({}, {}, set()),
        ({"G2": 1.2}, {}, {("Q08", "", "Activities!D3")}),
        ({"G2": 1.2, "G3": 1.1}, {}, set()),
        ({"G2": 1.2}, {"E3": 1.1}, set()),
        ({"G4": 1.2}, {}, {("Q08", "", "Activities!D2"), ("Q08", "", "Activities!D3")}),
        ({"G2": 0.9}, {}, {("Q08", "unread", "Activities!A2")}),
        ({"H2": "material", "I2": 2.0, "I3": 2.0}, {}, {("Q08", "unread", "Activities!A2")}),
        ({"I2": 2.0, "J3": 1.5}, {}, set()),
        ({"J4": 2.0}, {}, {("Q02", "", "Activities!D2"), ("Q02", "", "Activities!D3")}),
        ({"I2": 6.0, "I3": 1.0}, {}, {("Q02", "range", "Activities!I2")}),
        (
            {"I2": 2.0, "J3": "good"},
            {},
            {("Q02", "range", "Activities!J3")} | {("Q02", "", "Activities!D3")},
        ),
        ({"I2": 2.0, "J3": 3.5}, {}, {("Q06", "", "Activities!J3")}),
        ({"I2": 2.0, "J3": 1.0, "J4": 5.0}, {}, set()),
        ({"K2": "primary", "K3": "secondary"}, {}, set()),
        ({"K2": "secondary"}, {}, {("Q03", "", "Activities!K2")}),
        ({"K3": "hearsay"}, {}, {("Q03", "word", "Activities!K3")}),
    ]
    for activities, factors, expected in cases:
        seen = found(tmp_path / "a.xlsx", [TAPE], [], activities, factors)
        assert seen == expected, activities


def test_scenarios_that_point_to_nothing(tmp_path: Path) -> None:
    cases: list[tuple[list[Cell], set[tuple[str, str, str]]]] = [
        (["less", "activities:production/oven/power", "multiply", 0.9], set()),
        (["less", "Activities!D2", None, 100.0], set()),
        (
            ["less", "activities:production/oven/gas", "multiply", 0.9],
            {("Q04", "", "Scenarios!A2")},
        ),
        (["less", "Activities!D2", "halve", 0.9], {("Q04", "", "Scenarios!A2")}),
        (["less", "Activities!F2", "multiply", 0.9], {("Q04", "", "Scenarios!A2")}),
        (["less", "Nowhere!A1", None, 1.0], {("Q04", "", "Scenarios!A2")}),
    ]
    for scenario, expected in cases:
        assert found(tmp_path / "a.xlsx", [TAPE], [scenario], {}, {}) == expected, scenario


def test_a_simulation_off_the_exact_mean_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Q05: draws that lie four standard errors too high by every seed; as drawn they agree."""
    spread: dict[str, Cell] = {"G2": 1.2, "G3": 1.1}
    path = tmp_path / "a.xlsx"
    assert found(path, [TAPE], [], spread, {}) == set()

    def too_high(inputs: Inputs, count: int, seed: int) -> Simulated:
        drawn = simulate(inputs, count, seed)
        off = analytic(inputs).mean - drawn.mean + 4 * drawn.standard_error
        return replace(drawn, values=drawn.values + off)

    monkeypatch.setattr(study_inputs, "simulate", too_high)
    assert {code for code, _, _ in found(path, [TAPE], [], spread, {})} == {"Q05"}
