"""N09 M01 B06: sizes of factors and amounts, masses, required facts."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from cfp_xl.findings import CellRef, Severity
from cfp_xl.footprint.columns import column
from cfp_xl.footprint.factors import Factor, library
from cfp_xl.footprint.wording import folded
from cfp_xl.messages import LANGS, Explained, Text
from cfp_xl.verify.pipeline import verify_file
from cfp_xl.verify.rules.factor_sizes import range_of_factor
from cfp_xl.verify.unchecked_sizes import unchecked_sizes
from tests.verify.inventories import (
    Product,
    case_of,
    factor_place,
    place,
    setting_place,
    size_findings,
    template,
)
from tests.verify.plausible_products import GRID, PLAUSIBLE

LAMP = Product(
    f"""
    raw; body; steel; 1.2 kg; steel 2.9 kg
    make; assembly; electricity; 3.2 kWh; {GRID}
    ship; road; lorry; 0.45 t·km; lorry 0.1 t·km
    use; light; power of the lamp; 120 kWh; {GRID}
    end; recycling; scrap; 1.2 kg; scrap recycling 0.005 kg
    """
)


@pytest.mark.parametrize("name", PLAUSIBLE)
def test_right_products_of_any_kind_are_silent(name: str) -> None:
    found = size_findings(PLAUSIBLE[name])
    assert [(f.code, f.case, str(f.where), f.message("en")) for f in found] == []


SLIPS: list[tuple[str, Product, str, str, str]] = [
    # what is wrong, the product, code and case, severity, where
    ("MWh for kWh", LAMP.but(r2_unit="MWh"), "N09 amount", "warning", "emission_kgco2e 2"),
    (
        "3.2 kWh as 3,200",
        LAMP.but(r2_quantity=3200.0),
        "N09 dominant",
        "warning",
        "emission_kgco2e 2",
    ),
    # 6,400 MWh of a year are for 2,000 lamps
    ("a year's bill", LAMP.but(r2_quantity=6.4e6), "N09 amount", "error", "emission_kgco2e 2"),
    ("GWh in use", LAMP.but(r4_quantity=1.2e8), "N09 amount", "warning", "emission_kgco2e 4"),
    # 0.45 kg·km are 375 m for 1.2 kg
    ("kg·km for t·km", LAMP.but(r3_unit="kg·km"), "N09 amount", "warning", "emission_kgco2e 3"),
    # 450 t·km carry 1.2 kg 375,000 km, nine times round the earth
    ("t·km for kg·km", LAMP.but(r3_quantity=450.0), "N09 amount", "warning", "emission_kgco2e 3"),
    ("and of 1,200 km", LAMP.but(r3_quantity=1440.0), "N09 amount", "error", "emission_kgco2e 3"),
    (
        "650 kg of steel",
        LAMP.but(r1_quantity=650.0),
        "M01 little_waste",
        "warning",
        "emission_kgco2e 1",
    ),
    ("scrap in g as kg", LAMP.but(r5_quantity=1200.0), "M01 waste", "error", "emission_kgco2e 5"),
    ("steel in g as kg", LAMP.but(r1_unit="g"), "M01 much_waste", "warning", "emission_kgco2e 1"),
    ("scrap above mass", LAMP.but(r5_quantity=1.5), "M01 waste", "error", "emission_kgco2e 5"),
    ("a tonne of lamp", replace(LAMP, unit="1 t"), "M01 missing", "warning", "functional_unit"),
    ("20 t of lamp", replace(LAMP, unit="20 t"), "M01 missing", "error", "functional_unit"),
    ("half is missing", replace(LAMP, mass_kg=2.4), "M01 missing", "warning", "emission_kgco2e 1"),
    (
        "nearly all is missing",
        replace(LAMP, mass_kg=12.0),
        "M01 missing",
        "error",
        "emission_kgco2e 1",
    ),
    (
        "100 times its mass",
        replace(LAMP, mass_kg=0.012),
        "M01 excess",
        "warning",
        "emission_kgco2e 1",
    ),
    ("a bare bridge", LAMP.but(r2_bridge=0.5), "U03 idle_bridge", "warning", "bridge 2"),
    # 160.6 = 365 × 4 × 0.11: one of the five years
    (
        "one year of five",
        LAMP.but(r4_activity="4 times a day, 0.11 kWh each", r4_quantity=160.6),
        "B06 one_year",
        "warning",
        "quantity 4",
    ),
    (
        "一年的用量",
        LAMP.but(r4_activity="每天4次，每次0.11 kWh", r4_quantity=160.6),
        "B06 one_year",
        "warning",
        "quantity 4",
    ),
    ("年用电量", LAMP.but(r4_activity="年用电量"), "B06 one_year", "warning", "quantity 4"),
]


def cell_of(field: str, row: int) -> CellRef:
    """A cell of the activities; their emissions stand right of the named range."""
    if "emission" not in field:
        return place(field, row)
    region = template()[1].regions["activities"]
    spellings = frozenset(map(folded, column("activities", "emission_kgco2e").spellings))
    return region.sheet.ref(region.header_row + row, region.heading_columns(spellings)[0])


@pytest.mark.parametrize(
    ("product", "expected", "severity", "where"),
    [row[1:] for row in SLIPS],
    ids=[row[0] for row in SLIPS],
)
def test_a_slip_is_named_at_its_cell(
    product: Product, expected: str, severity: str, where: str
) -> None:
    assert not size_findings(LAMP)
    field, _, row = where.partition(" ")
    cell = cell_of(field, int(row)) if row else setting_place(field)
    found = [f for f in size_findings(product) if f.where == cell]
    assert (expected, severity) in [(f"{f.code} {f.case}", f.severity) for f in found]
    for one in found:
        for lang in LANGS:
            assert "{" not in one.message(lang) + one.hint(lang)


RIGHT: list[tuple[str, Product]] = [
    ("all five years", LAMP.but(r4_activity="4 a day, 0.11 kWh each", r4_quantity=803.0)),
    ("五年", LAMP.but(r4_activity="5年，每天4次，每次0.11 kWh", r4_quantity=803.0)),
    ("five years by name", LAMP.but(r4_activity="24 kWh a year for 5 years")),
    ("a year is the unit", replace(LAMP.but(r4_activity="24 kWh a year"), unit="1 台·年")),
    ("steps one after the other", LAMP.but(r5_activity="collection", r5_quantity=1.2)),
    ("a bridge with its unit", LAMP.but(r2_bridge=0.5, r2_bridge_unit="kg/件")),
    ("the mass is stated", replace(LAMP, mass_kg=1.2)),
    ("a fifth is turned off", replace(LAMP, mass_kg=1.0)),
    ("1 % of glue left out", replace(LAMP, mass_kg=1.212)),
]


@pytest.mark.parametrize("product", [row[1] for row in RIGHT], ids=[row[0] for row in RIGHT])
def test_what_is_right_stays_silent(product: Product) -> None:
    assert [(f.code, f.case, f.message("en")) for f in size_findings(product)] == []


NO_MASS = Product(
    f"""
    raw; parts; electricity of the parts; 4.6241 kWh; {GRID}
    make; assembly; electricity; 17.2348 kWh; {GRID}
    ship; road; diesel; 0.0505 kg; diesel burnt 3.1 kg
    end; shredding; electricity; 1.9233 kWh; {GRID}
    """
)


@pytest.mark.parametrize("row", [1, 2, 4])
def test_a_meter_box_in_mwh_is_named_without_any_mass(row: int) -> None:
    """The worked example's amounts (docs: 15.0 kgCO2e); 4.6241 MWh would make 2,683.7 of them."""
    assert not size_findings(NO_MASS)
    found = size_findings(NO_MASS.but(**{f"r{row}_unit": "MWh"}))
    assert {(f.case, f.where) for f in found} == {
        ("mixed_units", place("unit", row)),
        ("dominant", cell_of("emission_kgco2e", row)),
    }
    assert unchecked_sizes(case_of(NO_MASS)) == ("product_mass", "material_mass")


FACTORS: list[tuple[str, str, str, str]] = [
    # name value unit, amount, what is found
    ("electricity", "electricity 577.7 kWh", "3 kWh", "error"),
    ("electricity by name of stainless steel", "304 stainless 4520 kWh", "3 kWh", "error"),
    ("electricity per MWh", "electricity 577.7 MWh", "3 kWh", ""),
    ("half a gram", "electricity 0.0005777 kWh", "3 kWh", "warning"),
    ("coal power", "lignite power 1.2 kWh", "3 kWh", ""),
    ("oil shale", "oil shale power 2.1 kWh", "3 kWh", "warning"),
    ("kWh as GJ", "heat 110 MJ", "3 MJ", "error"),
    ("heat", "heat 110 GJ", "3 MJ", ""),
    ("steel in t as kg", "steel 2100 kg", "2 kg", "error"),
    ("steel in kg as t", "steel 0.0021 kg", "2 kg", "warning"),
    ("scrap that is free", "scrap steel collected 0.002 kg", "2 kg", ""),
    ("stainless", "不锈钢 7.025 kg", "2 kg", ""),
    ("304", "304不锈钢 4520 kg", "2 kg", "error"),
    ("aluminium", "电解铝 20.3 kg", "2 kg", ""),
    ("aluminium in t", "电解铝 20300 kg", "2 kg", "error"),
    ("lorry per kg·km", "lorry 0.0001 t·km", "3 t·km", "warning"),
    ("lorry in g", "lorry 85 t·km", "3 t·km", "warning"),
    ("air", "domestic air freight 4.6 t·km", "3 t·km", ""),
    ("diesel in g", "diesel burnt 3095.9 kg", "0.05 kg", "error"),
    ("diesel", "柴油 3.0959 kg", "0.05 kg", ""),
    ("a diesel engine", "diesel engine 6.2 kg", "0.05 kg", ""),
    ("fly ash", "粉煤灰 0.008 kg", "0.05 kg", ""),
    ("natural gas per kg in place of Nm3", "天然气 2162 Nm3", "0.05 Nm3", "error"),
    ("gold", "gold 31000 kg", "0.001 kg", ""),
    ("SF6", "SF6 25200 kg", "0.001 kg", ""),
    ("SF6 in g", "SF6 25200000 kg", "0.001 kg", "error"),
    ("concrete", "C30混凝土 295 m3", "0.1 m3", ""),
    ("concrete per litre", "C30混凝土 295 L", "0.1 m3", "error"),
    ("a cell per kWh of capacity", "NMC cells 66 kWh", "75 kWh", ""),
]


@pytest.mark.parametrize(
    ("factor", "amount", "severity"), [row[1:] for row in FACTORS], ids=[row[0] for row in FACTORS]
)
def test_factors_by_kind_and_unit(factor: str, amount: str, severity: str) -> None:
    product = Product(f"raw; part; part; {amount}; {factor}", boundary="cradle-to-gate")
    found = [f for f in size_findings(product) if f.case == "factor"]
    assert [f.severity for f in found] == ([Severity(severity)] if severity else [])


def test_shipped_factors_lie_in_the_ranges() -> None:
    """1,600 published values; a range that one of them leaves is too narrow."""
    case = case_of(LAMP)
    outside = {}
    for id in library().ids():
        factor = library().get(id)
        found = range_of_factor(case, factor)
        value = factor.kgco2e_per(found.per) if found and factor.value else 0.0
        if found and value and found.judge(value):
            outside[f"{id} {factor.name.en}"] = f"{value:g} per {found.per}, {found.usual}"
    assert outside == {}


REFERENCE = Path(__file__).parents[2].parent / "shared" / "reference"


@pytest.mark.skipif(not REFERENCE.exists(), reason="reference tables lie beside the project")
@pytest.mark.parametrize("file", ["moenv-cfp-p-02", "gbt-51366-2019", "epa-ghg-hub-2025"])
def test_published_tables_lie_in_the_ranges(file: str) -> None:
    case = case_of(LAMP)
    outside = {}
    with (REFERENCE / f"{file}.csv").open(encoding="utf-8") as table:
        for row in csv.DictReader(table):
            name = row.get("name_zh") or row.get("name_zh_hant") or row.get("name_en") or ""
            try:
                value, per_unit = float(row["value"]), row["per_unit"]
                factor = Factor(
                    "X", Text(name, row.get("name_en", "")), "", value, row["unit"], per_unit
                )
                found = range_of_factor(case, factor)
                value = factor.kgco2e_per(found.per) if found and value else 0.0
            except (ValueError, Explained):
                continue
            if found and value and found.judge(value):
                outside[name] = f"{value:g} per {found.per}, {found.id} {found.usual}"
    assert outside == {}


FUELS: list[tuple[str, dict[str, float | str], str]] = [
    # what is typed, where a finding stands
    ("98 for 98 %", {"oxidation": 98.0}, "oxidation"),
    ("kJ/kg as GJ/t", {"ncv": 42652.0, "ncv_unit": "GJ/t"}, "ncv"),
    ("tC/GJ as tC/TJ", {"carbon_content": 0.0202}, "carbon_content"),
    ("kJ/kg as such", {"ncv": 42652.0, "ncv_unit": "kJ/kg"}, ""),
    (
        "diesel of GB/T 32151",
        {"ncv": 42.652, "ncv_unit": "GJ/t", "carbon_content": 20.2, "oxidation": 0.98},
        "",
    ),
]


@pytest.mark.parametrize(
    ("typed", "column"), [row[1:] for row in FUELS], ids=[row[0] for row in FUELS]
)
def test_parameters_of_a_fuel(typed: dict[str, float | str], column: str) -> None:
    product = Product("make; boiler; boiler; 3 kg; diesel 3.1 kg", boundary="cradle-to-gate")
    changes = {f"factors 1 {name}": value for name, value in typed.items()}
    found = [f for f in size_findings(replace(product, changes=changes)) if f.case == "parameter"]
    assert [f.where for f in found] == ([factor_place(column, 1)] if column else [])


BRIDGES: list[tuple[str, float, str, str]] = [
    ("diesel, kg/L", 0.84, "kg/L", ""),
    ("diesel in kg/m³", 840.0, "kg/m3", ""),
    ("84 for 0.84", 84.0, "kg/L", "error"),
    ("kg/m³ as kg/L", 840.0, "kg/L", "error"),
    ("a gas's density", 0.0008, "kg/L", "error"),
]


@pytest.mark.parametrize(
    ("value", "unit", "severity"), [row[1:] for row in BRIDGES], ids=[row[0] for row in BRIDGES]
)
def test_densities_of_a_fuel(value: float, unit: str, severity: str) -> None:
    product = Product("make; truck; diesel; 3 L; diesel 3.1 kg", boundary="cradle-to-gate")
    found = size_findings(product.but(r1_bridge=value, r1_bridge_unit=unit))
    assert [(f.case, f.severity) for f in found if f.case == "bridge"] == (
        [("bridge", Severity(severity))] if severity else []
    )


BLANKS: list[tuple[str, Product, list[str]]] = [
    ("name", replace(LAMP, name=None), ["error"]),
    ("producer", replace(LAMP, producer=None), ["warning"]),
    ("life of what uses power", replace(LAMP, life=None), ["warning"]),
    ("function", replace(LAMP, function=None), ["info"]),
    ("to the gate", replace(LAMP, life=None, function=None, boundary="cradle-to-gate"), []),
]


@pytest.mark.parametrize(
    ("product", "severities"), [row[1:] for row in BLANKS], ids=[row[0] for row in BLANKS]
)
def test_what_must_be_stated(product: Product, severities: list[str]) -> None:
    found = [f for f in size_findings(product) if f.code == "B06"]
    assert [(f.case, f.severity) for f in found] == [("blank", Severity(s)) for s in severities]


CASES = Path(__file__).parents[1] / "cases" / "model"


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("32-factor-in-g-as-kg", "N09 Factors!D20"),
        ("32a-magnitude-variant", "N09 Factors!D20"),
        ("47-period-text-dates", "F03 Product!B13"),
        ("pbr", "B06 产品!B7"),
    ],
)
def test_cases_are_named(file: str, expected: str) -> None:
    found = verify_file(CASES / f"{file}.xlsx").findings
    assert expected in {f"{f.code} {f.where}" for f in found if f.severity.rank}


def test_the_kettle_conforms() -> None:
    result = verify_file(CASES / "kettle.xlsx")
    assert result.footprint is not None
    assert result.footprint.total_kgco2e == pytest.approx(472.3966, abs=5e-5)
    assert not [f for f in result.findings if f.severity.rank]


ONLY_POWER = Product(
    f"""
    make; assembly; electricity; 3.2 kWh; {GRID}
    """,
    boundary="gate-to-gate",
)


@pytest.mark.parametrize(
    ("product", "cases"),
    [
        (replace(LAMP, unit="10 pieces"), []),  # its materials weigh 1.2 kg
        (replace(LAMP, unit="1 t"), ["M01"]),
        (ONLY_POWER, []),
        (replace(ONLY_POWER, unit="10 pieces"), ["no_mass"]),
        (replace(ONLY_POWER, unit="1 t"), ["no_mass"]),
        (replace(ONLY_POWER, unit="100 m"), ["no_mass"]),
        (replace(ONLY_POWER, unit="1000 kWh"), []),
        (replace(LAMP, life=300.0), ["long_life"]),
        (replace(LAMP, function="gives light for 300 years"), ["long_life", "two_lives"]),
        (replace(LAMP, function="gives light for 5 years, guaranteed 2 years"), []),
        (replace(LAMP, function="照明 2～5 年"), []),
        (replace(LAMP, function="照明 8 年"), ["two_lives"]),
        (replace(LAMP, unit="1 piece, used for 30 years"), ["two_lives"]),
    ],
)
def test_mass_and_life(product: Product, cases: list[str]) -> None:
    found = size_findings(product)
    seen = [f.case for f in found if f.code == "B06"] + [f.code for f in found if f.code == "M01"]
    assert sorted(seen) == sorted(cases)
