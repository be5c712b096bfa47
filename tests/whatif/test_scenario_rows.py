"""Scenarios whose rows belong together: ways of disposal by shares, green power by certificates.

By hand, the base: 100 kWh × 0.5777 = 57.77; waste 8 kg recycled × 0.02, 2 kg burnt × 1.5, and 0.3
t·km of haulage × 0.1: 3.19. Together 60.96.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.workbook.defined_name import DefinedName

from cfp_xl.schema.case import Case
from cfp_xl.schema.opened import Opened, open_file
from cfp_xl.verify.rules import model_findings
from cfp_xl.whatif.scenarios import ScenarioInRow
from cfp_xl.whatif.study import ProductStudy, study_of

Cell = str | float | datetime | None
Rows = Sequence[Sequence[Cell]]
ACTIVITIES: Rows = [
    ["stage", "process", "activity", "quantity", "unit", "factor_id"],
    ["production", "line", "power", "=50*2", "kWh", "CN-ELEC-CFP-2024"],
    ["end_of_life", "recycling", "steel", 8.0, "kg", "SHRED"],
    ["end_of_life", "burning", "rest", 2000.0, "g", "BURN"],
    ["end_of_life", "haulage", "truck", 0.3, "t·km", "TRUCK"],
]
FACTORS: Rows = [
    ["id", "value", "unit", "per_unit"],
    ["SHRED", 0.02, "kgCO2e", "kg"],
    ["BURN", 1.5, "kgCO2e", "kg"],
    ["TRUCK", 0.1, "kgCO2e", "t·km"],
]
HEAD = ("scenario", "target", "change", "value", "unit", "note", "factor_id", "certificate", "year")
POWER = "activities:production/line/power"
STEEL, REST = (f"activities:end_of_life/{way}" for way in ("recycling/steel", "burning/rest"))
BASE = 57.77 + 3.19
WIND, LOSSES = 0.0324, 0.0327


def shares(*of_each: float, note: str | None = "cut-off") -> Rows:
    targets = (STEEL, REST)
    return [["ways", t, "share", v, None, note] for t, v in zip(targets, of_each, strict=True)]


def green(volume: float, certificate: str | None = "GEC-1", year: float | None = 2025.0) -> Rows:
    factor = "CN-ELEC-CFP-2024-WIND"
    return [["green", POWER, "绿电", volume, None, "n", factor, certificate, year]]


def book(folder: Path, scenarios: Rows, activities: Rows = ACTIVITIES) -> Opened:
    made = Workbook()
    made.remove(made["Sheet"])
    tables = {"activities": activities, "factors": FACTORS, "scenarios": [HEAD, *scenarios]}
    for title, rows in tables.items():
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
        target = f"{title}!$A$1:$I${len(rows)}"
        made.defined_names[f"cfp_{title}"] = DefinedName(f"cfp_{title}", attr_text=target)
    period = made.create_sheet("facts")
    period.append([datetime(2025, 1, 1), datetime(2025, 12, 31)])
    made.defined_names["cfp_period"] = DefinedName("cfp_period", attr_text="facts!$A$1:$B$1")
    path = folder / "a.xlsx"
    made.save(path)
    return open_file(path)


def study(folder: Path, scenarios: Rows) -> ProductStudy:
    found = study_of(book(folder, scenarios), 100)
    assert found is not None
    assert found.inputs.total_kgco2e == pytest.approx(BASE, rel=1e-12)
    return found


@pytest.mark.parametrize(
    ("scenarios", "expected"),
    [
        (shares(0.95, 0.05), 57.77 + 9.5 * 0.02 + 0.5 * 1.5 + 0.03),
        (shares(0.0, 1.0), 57.77 + 10 * 1.5 + 0.03),
        (green(100.0), 100 * (WIND + LOSSES) + 3.19),
        (green(40.0), 40 * (WIND + LOSSES) + 60 * 0.5777 + 3.19),
        ([[*green(0.04)[0][:4], "MWh", *green(0.04)[0][5:]]], BASE + 40 * (WIND + LOSSES - 0.5777)),
        ([*green(30.0), *green(30.0, "GEC-2")], BASE + 60 * (WIND + LOSSES - 0.5777)),
        (
            [*green(40.0), ["green", POWER, "factor_id", "CN-ELEC-CFP-2024-COAL"]],
            40 * (WIND + LOSSES) + 60 * 0.9240 + 3.19,
        ),
    ],
)
def test_by_hand(tmp_path: Path, scenarios: Rows, expected: float) -> None:
    (found,) = study(tmp_path, scenarios).scenarios
    assert found.total_kgco2e == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("scenarios", "codes", "is_refused"),
    [
        (shares(0.8, 0.2), set(), False),
        (shares(0.8, 0.1), {("B08", "")}, True),
        (shares(0.8, 0.2, note=None), {("B08", "method")}, False),
        (shares(1.2, -0.2), {("Q04", "")}, True),
        (green(100.0), set(), False),
        (green(60.0), {("F08", "rest")}, False),
        (green(100.1), {("F08", "")}, True),
        ([*green(60.0), *green(60.0, "GEC-2")], {("F08", "")}, True),
        ([*green(30.0), *green(30.0)], {("F08", ""), ("F08", "rest")}, True),
        (green(100.0, year=2023.0), {("F08", "")}, True),
        (green(100.0, certificate=None), {("F08", "not_stated")}, False),
        ([["green", "facts!A1", "绿电", 1.0]], {("Q04", "")}, True),
        ([["green", POWER, "绿电", 1.0, None, None, "SHRED"]], {("Q04", "")}, True),
    ],
)
def test_what_contradicts_itself(
    tmp_path: Path, scenarios: Rows, codes: set[tuple[str, str]], *, is_refused: bool
) -> None:
    opened = book(tmp_path, scenarios)
    findings = model_findings(Case(opened.recomputed, opened.recalculation))
    assert {(f.code, f.case) for f in findings if f.code in {"B08", "F08", "Q04"}} == codes
    found = study_of(opened, 100)
    assert found is not None
    if is_refused:
        with pytest.raises(ScenarioInRow):
            _ = found.scenarios
    else:
        assert found.scenarios[0].total_kgco2e is not None


def test_waste_that_nobody_carries(tmp_path: Path) -> None:
    opened = book(tmp_path, shares(0.8, 0.2), ACTIVITIES[:-1])
    findings = model_findings(Case(opened.recomputed, opened.recalculation))
    assert ("B08", "transport") in {(f.code, f.case) for f in findings}


def test_location_based_beside(tmp_path: Path) -> None:
    (found,) = study(tmp_path, green(100.0)).scenarios
    assert found.location_based_kgco2e == pytest.approx(BASE, rel=1e-12)
    (ways,) = study(tmp_path, shares(0.8, 0.2)).scenarios
    assert ways.location_based_kgco2e is None


def test_arithmetic_typed_for_a_number_is_a_target_like_a_number(tmp_path: Path) -> None:
    """It depends on no other cell; a formula that refers to one is refused with what to do."""
    halved: Rows = [["less", POWER, "multiply", 0.5], ["none", POWER, "value", 0.0]]
    typed: list[list[Cell]] = [list(row) for row in ACTIVITIES]
    at = next(n for n, row in enumerate(typed) if row[2] == "power")
    typed[at][3] = 100.0
    plain = study_of(book(tmp_path, halved, typed), 100)
    assert plain is not None
    before = plain.scenarios
    typed[at][3] = "=(40+10)*200%"
    opened = book(tmp_path, halved, typed)
    found = study_of(opened, 100)
    assert found is not None
    totals = [one.total_kgco2e for one in found.scenarios]
    assert found.inputs.total_kgco2e == pytest.approx(BASE, rel=1e-12)
    assert totals == pytest.approx([one.total_kgco2e for one in before], rel=1e-12)
    assert totals[1] == pytest.approx(3.19, rel=1e-12)
    typed[at][3] = "=D3+92"
    other = study_of(book(tmp_path, halved, typed), 100)
    assert other is not None
    with pytest.raises(ScenarioInRow, match="name an input cell"):
        _ = other.scenarios
