"""D01: one thing that two rows count, and what belongs together."""

from __future__ import annotations

from pathlib import Path

import pytest

from cfp_xl.messages import LANGS
from cfp_xl.verify.pipeline import verify_file
from tests.verify.inventories import Product, case_of, place, size_findings
from tests.verify.plausible_products import GRID, RIGHT_SUMS

CASES = Path(__file__).parents[1] / "cases" / "model"
BODY = "raw; body; steel; 12 kg; steel 2.9 kg\n"
"""Row 1 of every product here."""


def product(rows: str) -> Product:
    return Product(BODY + rows, boundary="cradle-to-gate")


@pytest.mark.parametrize("name", RIGHT_SUMS)
def test_what_belongs_together_is_silent(name: str) -> None:
    one = product(RIGHT_SUMS[name])
    assert case_of(one).footprint.total_kgco2e
    assert [(f.code, f.case, f.message("en")) for f in size_findings(one)] == []


TWICE: list[tuple[str, str, str, int]] = [
    # what counts twice, its rows, the case, the row that is named
    (
        "a row that is repeated",
        f"make; line; power; 3 kWh; {GRID}\nmake; line; power; 3 kWh; {GRID}",
        "identical",
        3,
    ),
    (
        "the same in another unit and spelling",
        f"make; line; Power; 3 kWh; {GRID}\nmake; line; power; 3000 Wh; {GRID}",
        "identical",
        3,
    ),
    (
        "power by two factors",
        f"make; line; power; 3 kWh; {GRID}\nmake; line; power; 3 kWh; grid power 0.55 kWh",
        "two_factors",
        3,
    ),
    (
        "an exact amount by two factors",
        f"make; line; grid; 31.7 kWh; {GRID}\nmake; line; power; 31.7 kWh; grid power 0.55 kWh",
        "two_factors",
        3,
    ),
    (
        "diesel burnt twice",
        "make; line; diesel; 1.25 kg; CN-FUEL-GBT32151-DIESEL\n"
        "make; line; diesel; 1.25 kg; diesel burnt 3.1 kg",
        "two_factors",
        3,
    ),
    (
        "steel by two factors",
        "raw; lid; steel; 1.25 kg; steel 2.2 kg\nraw; lid; steel; 1.25 kg; steel sheet 2.7 kg",
        "two_factors",
        3,
    ),
    (
        "freight by two factors",
        "ship; road; lorry; 3.7 t·km; lorry 0.1 t·km\nship; road; lorry; 3.7 t·km; van 0.6 t·km",
        "two_factors",
        3,
    ),
    (
        "a carton in two stages",
        "raw; packaging; carton; 0.35 kg; carton 0.95 kg\n"
        "ship; packing; carton box; 0.35 kg; carton 0.95 kg",
        "two_stages",
        3,
    ),
    (
        "diesel beside its t·km",
        "ship; truck; diesel; 0.9 kg; CN-FUEL-GBT32151-DIESEL\n"
        "ship; truck; road freight; 50 t·km; lorry 0.1 t·km",
        "fuel_and_freight",
        2,
    ),
    (
        "柴油与周转量",
        "raw; 进厂运输; 货车柴油; 0.9 kg; CN-FUEL-GBT32151-DIESEL\n"
        "raw; 进厂运输; 公路运输; 50 t·km; 货车 0.1 t·km",
        "fuel_and_freight",
        2,
    ),
    (
        "a boiler beside its steam",
        "make; boiler; natural gas; 4.3 Nm3; CN-FUEL-GBT32151-NATURAL-GAS\n"
        "make; drying; steam; 50 kg; steam 0.2 kg",
        "fuel_and_steam",
        2,
    ),
    (
        "锅炉天然气与蒸汽",
        "make; 锅炉; 天然气; 4.3 Nm3; CN-FUEL-GBT32151-NATURAL-GAS\n"
        "make; 烘干; 蒸汽; 50 kg; 自产蒸汽 0.2 kg",
        "fuel_and_steam",
        2,
    ),
]


@pytest.mark.parametrize(
    ("rows", "case", "row"), [row[1:] for row in TWICE], ids=[row[0] for row in TWICE]
)
def test_what_counts_twice_is_named(rows: str, case: str, row: int) -> None:
    (found,) = (f for f in size_findings(product(rows)) if f.code == "D01")
    assert (found.case, found.severity, found.where) == (case, "warning", place("quantity", row))
    for lang in LANGS:
        assert "{" not in found.message(lang) + found.hint(lang)


SUPPLIED = (
    "raw; board; board; 1 piece; board 5 piece\n"
    f"raw; board; power; 3 kWh; {GRID}\n"
    f"make; line; power; 2 kWh; {GRID}\n"
)


def of_supplier(rows: str = SUPPLIED, **changes: str) -> Product:
    """Row 2 is a supplier's part, with its footprint."""
    one = product(rows).but(r2_part_id="P1", r2_factor_id="S-P1", **changes)
    return one.but(**{"factors 2 id": "S-P1"})


def test_power_beside_a_suppliers_footprint_is_named() -> None:
    (found,) = (f for f in size_findings(of_supplier()) if f.code == "D01")
    assert (found.case, found.where) == ("in_supplier", place("quantity", 3))


def test_power_with_a_suppliers_part_is_named() -> None:
    found = [f for f in size_findings(of_supplier(r4_part_id="P1")) if f.code == "D01"]
    assert place("quantity", 4) in {f.where for f in found if f.case == "in_supplier"}


def test_power_of_ones_own_process_is_not() -> None:
    moved = of_supplier(r3_stage="production")
    assert not [f for f in size_findings(moved) if f.code == "D01"]


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("36-double-counting", {"identical E9", "fuel_and_freight E11"}),
        ("36b-duplicate-only", {"identical E9"}),
    ],
)
def test_cases_are_named(file: str, expected: set[str]) -> None:
    found = verify_file(CASES / f"{file}.xlsx").findings
    assert {f"{f.case} {f.where.cell}" for f in found if f.code == "D01" and f.where} == expected
