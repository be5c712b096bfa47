"""N11: what the report prints is what the model gives. The model: 10 kWh × 0.5777 = 5.777 kgCO2e
for 1 piece (0.5777 kgCO2e/kWh: the national electricity footprint of 2024)."""

from __future__ import annotations

from pathlib import Path

import pytest

from cfp_xl.verify.pipeline import verify_file
from tests.verify.conftest import Editor

CASES = Path(__file__).parent.parent / "cases" / "declared"
P1 = CASES / "probe-P1-declared-unlike-model-c.xlsx"
COLUMNS = (
    "item",
    "place",
    "stage",
    "process",
    "activity",
    "quantity",
    "unit",
    "factor",
    "factor_unit",
    "factor_id",
    "emission",
    "emission_unit",
    "share",
)
FIRST_ROW = 7
ID = "CN-ELEC-CFP-2024"


def n11(path: Path) -> list[str]:
    return [
        f"{f.where.cell} {f.case} {f.severity}".replace("  ", " ")
        for f in verify_file(path).findings
        if f.code == "N11" and f.where
    ]


def test_a_report_that_has_nothing_in_common_with_the_model() -> None:
    assert n11(P1) == ["F7 quantity error", "K7 error", "K8 error", "K9 error"]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        # The model's own figures, with fewer digits or in another unit.
        (f"activity,T1,production,assembly,electricity,10,kWh,,,{ID},5.777,kgCO2e/piece", []),
        (f"activity,T1,production,assembly,electricity,10.0,kWh,,,{ID},5.78,kgCO2e/piece", []),
        (f"activity,T1,production,assembly,electricity,0.010,MWh,,,{ID},5777,gCO2e/piece", []),
        ("activity,T1,production,assembly,power,10,kWh,0.578,kgCO2e/kWh,,5.78,kgCO2e/piece", []),
        ("total,T1,,,,,,,,,5.8,kgCO2e/piece", []),
        ("total,T1,,,,,,,,,0.005777,tCO2e/piece", []),
        ("total,T1,,,,,,,,,5.777,kgCO2e/functional unit", []),
        ("total,T1,,,,,,,,,57.77,kgCO2e/10 pieces", []),
        ("stage,T1,生产,,,,,,,,5.777,kgCO2e/件", []),
        # A sum of printed rows may be off by their rounding: 5.8 + 0 from 5.777.
        (
            f"activity,T1,production,assembly,electricity,10,kWh,,,{ID},5.8,kgCO2e/piece\n"
            "total,T1,,,,,,,,,5.80,kgCO2e/piece",
            [],
        ),
        # Wrong figures.
        ("total,T1,,,,,,,,,5.79,kgCO2e/piece", ["K7 error"]),
        ("total,T1,,,,,,,,,5.777,kgCO2e/t", ["L7 per error"]),
        ("total,T1,,,,,,,,,5.777,kgCO2e/10 pieces", ["K7 error"]),
        ("total,T1,,,,,,,,,5.777,tCO2e/piece", ["K7 error"]),
        ("stage,T1,production,assembly,,,,,,,5.6,kgCO2e/piece", ["K7 error"]),
        ("stage,T1,use,,,,,,,,5.6,kgCO2e/piece", ["K7 absent error"]),
        (
            f"activity,T1,production,assembly,electricity,10.1,kWh,,,{ID},5.777,kgCO2e/piece",
            ["F7 quantity error"],
        ),
        (
            f"activity,T1,production,assembly,electricity,10,kg,,,{ID},5.777,kgCO2e/piece",
            ["G7 unit error"],
        ),
        (
            "activity,T1,production,assembly,power,10,kWh,0.62,kgCO2e/kWh,,5.777,kgCO2e/piece",
            ["H7 factor error"],
        ),
        (
            "activity,T1,production,assembly,power,10,kWh,,,CN-ELEC-CFP-2023,5.777,kgCO2e/piece",
            ["J7 factor_id error"],
        ),
    ],
)
def test_figures_are_held_against_the_model(tmp_path: Path, rows: str, expected: list[str]) -> None:
    book = Editor(P1)
    for number in range(3):
        texts = rows.splitlines()[number].split(",") if number < len(rows.splitlines()) else []
        texts += [""] * (len(COLUMNS) - len(texts))
        for index, text in enumerate(texts):
            cell = f"{chr(ord('A') + index)}{FIRST_ROW + number}"
            book.set("Declared", cell, text or None)
    assert n11(book.save(tmp_path / "report.xlsx")) == expected
