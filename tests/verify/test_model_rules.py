"""The rules on the model, each by the smallest change to the worked example that breaks it.

Expected: code, case and place of a finding that was not there before.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from cfp_xl.footprint.factors import library
from cfp_xl.functions.values import ExcelError
from cfp_xl.messages import LANGS
from cfp_xl.verify.pipeline import verify_file
from tests.verify.model_changes import (
    COPY,
    DIESEL,
    NEW,
    Changes,
    activity,
    baseline,
    bill,
    findings,
    keys,
    own_factor,
    pinned,
    place,
)

CASES = Path(__file__).parents[1] / "cases"

BROKEN: list[tuple[str, Changes, str, str]] = [
    # what is found, the change, code and case, where
    ("no quantity", {"activities 1 quantity": None}, "M05 row", "activities 1 quantity"),
    ("no reason", {"activities 3 reason": None}, "M05 row", "activities 3 reason"),
    ("zero with 5", {"activities 1 status": "零"}, "M05 row", "activities 1 status"),
    ("missing", {"activities 1 status": "缺失"}, "M05 row", "activities 1 quantity"),
    ("text number", {"activities 1 quantity": "4.6241"}, "N07 row", "activities 1 quantity"),
    ("negative", {"activities 1 quantity": -1.0}, "N07 row", "activities 1 quantity"),
    ("error", {"activities 1 quantity": ExcelError.REF}, "N07 row", "activities 1 quantity"),
    ("negative factor", own_factor(value=-0.1), "N07 negative", "factors 10 value"),
    ("factor a dash", own_factor(value="-"), "N07 not_a_number", "factors 10 value"),
    ("bill a text", bill(1, total="1,000"), "N07 not_a_number", "allocation 1 total"),
    ("no unit", {"activities 1 unit": None}, "U01 row", "activities 1 unit"),
    ("unknown unit", {"activities 1 unit": "kWatt"}, "U01 row", "activities 1 unit"),
    ("factor's unit", own_factor(per_unit="MJoule"), "U01 factor", "factors 10 per_unit"),
    ("bill's unit", bill(1, unit="千瓦"), "U01 allocation", "allocation 1 unit"),
    ("which ton", {"activities 4 unit": "ton"}, "U01 which", "activities 4 unit"),
    ("which T", own_factor(per_unit="T"), "U01 which", "factors 10 per_unit"),
    ("which gallon", bill(1, unit="gallon"), "U01 which", "allocation 1 unit"),
    ("kg of power", {"activities 1 unit": "kg"}, "U03 row", "activities 1 unit"),
    (
        "CO2 as CO2e",
        activity(unit="kg", factor_id=DIESEL),
        "U02 ",
        f"activities {NEW} factor_id",
    ),
    ("no functional unit", {"functional_unit": None}, "U04 blank", "functional_unit"),
    ("amount only", {"functional_unit": "1"}, "U04 no_unit", "functional_unit"),
    ("zero pieces", {"functional_unit": "0 台"}, "U04 no_unit", "functional_unit"),
    ("other result unit", {"结果!G7": "kgCO2e/件·年"}, "U04 ", "结果!G7"),
    ("10 times", {"factors 1 value": 5.777}, "U06 ", "factors 1 value"),
    ("kWh as MJ", {"factors 1 value": 0.5777 / 3.6}, "U06 ", "factors 1 value"),
    ("no boundary", {"boundary": None}, "B01 blank", "boundary"),
    ("unknown boundary", {"boundary": "摇篮"}, "B01 not_known", "boundary"),
    ("gate with end of life", {"boundary": "摇篮到大门"}, "B01 excluded", "activities 8 stage"),
    ("no such stage", {"activities 1 stage": "原材料荻取"}, "B01 row", "activities 1 stage"),
    ("zero as data", activity(quantity=0.0), "B03 ", f"activities {NEW} quantity"),
    ("factor off by 1e-6", {"factors 1 value": 0.5777006}, "F01 ", "factors 1 value"),
    ("factor's year", {"factors 1 year": 2020.0}, "F01 column", "factors 1 year"),
    ("factor's source", {"factors 1 source": "网络"}, "F01 column", "factors 1 source"),
    ("factor's date", {"factors 1 date": 45929.0}, "F01 column", "factors 1 date"),
    ("diesel's NCV", {"factors 2 ncv": 43.33}, "F01 column", "factors 2 ncv"),
    ("no source", own_factor(source=None), "F01 no_source", "factors 10 source"),
    ("no id", own_factor(id=None), "F01 no_id", "factors 10 id"),
    ("unknown factor", {"activities 1 factor_id": "X-1"}, "F01 row", "activities 1 factor_id"),
    ("two values", own_factor(id="CN-ELEC-CFP-2024"), "F01 row", "activities 1 factor_id"),
    ("no pin", {"factor_set": None}, "F01 no_pin", "factor_set"),
    ("unreadable pin", {"factor_set": "cn-2026"}, "F01 bad_pin", "factor_set"),
    (
        "unknown set",
        pinned("eu-2030@1 sha256:0123456789abcdef"),
        "F01 unknown_set",
        "factor_set",
    ),
    (
        "another hash",
        pinned("cn-2026@1 sha256:0123456789abcdef"),
        "F01 other_set",
        "factor_set",
    ),
    (
        "a set without pin",
        activity(unit="t", factor_id="DESNZ2025-1_100_1000_15_1"),
        "F01 set_not_pinned",
        "factor_set",
    ),
    ("no period", {"period": None, "产品!B14": None}, "F03 no_period", "period"),
    ("half a period", {"产品!B14": None}, "F03 half_period", "period"),
    (
        "period that ends first",
        {"产品!B13": 46022.0, "产品!B14": 45658.0},
        "F03 inverted",
        "period",
    ),
    (
        "grid CO2 in disguise",
        {"factors 2 category": "electricity_footprint"},
        "F01 column",
        "factors 2 category",
    ),
    (
        "grid CO2",
        activity(factor_id="CN-GRID-CO2-2023-AVG-CN"),
        "F06 grid_co2",
        f"activities {NEW} factor_id",
    ),
    ("fuel alone", activity(unit="kg", factor_id=DIESEL), "F06 ", f"activities {NEW} factor_id"),
    ("GWP set blank", {"gwp_set": None}, "G01 blank", "gwp_set"),
    ("GWP set unknown", {"gwp_set": "AR9"}, "G01 not_known", "gwp_set"),
    (
        "mixed GWP",
        {**own_factor(gwp_set="AR6"), **activity(unit="MJ", factor_id="OWN-1")},
        "G01 mixed",
        f"activities {NEW} factor_id",
    ),
    ("no CH4", activity(unit="kg", factor_id=DIESEL), "G02 ", f"activities {NEW} factor_id"),
    # methane in AR5 is 28 (fossil 30), not 25
    ("GWP", own_factor(name="CH4", value=25.0, per_unit="kg"), "G03 ", "factors 10 value"),
    # Two products that share the bill: a quarter and a half of it leave a quarter to nobody.
    (
        "shares of a bill",
        {**bill(1, product="电能计量箱"), **bill(2, product="其他", basis_product=2.0)},
        "L01 ",
        "allocation 1 share",
    ),
    ("more than all", bill(1, basis_product=5.0), "L01 above_total", "allocation 1 basis_product"),
    (
        "stated share",
        {**bill(1, basis_product=4.0), "allocation 1 share": 0.9},
        "L01 share",
        "allocation 1 share",
    ),
    ("no method", {**bill(1), "allocation_method": None}, "L02 no_method", "allocation 1 method"),
    ("no reason", bill(1, method="按工时"), "L02 no_reason", "allocation 1 reason"),
    ("by value alone", bill(1, method="按产值"), "L02 by_value", "allocation 1 reason"),
    (
        "two methods for one bill",
        {**bill(1, method="按质量"), **bill(2, method="按工时", basis_product=3.0)},
        "L02 two_methods",
        "allocation 2 method",
    ),
    (
        "a copy under another name, with another value",
        own_factor(**COPY, name="厂内电力", value=0.2888),
        "F01 not_in_source",
        "factors 10 value",
    ),
    (
        "a copy with another unit",
        own_factor(**{**COPY, "value": 0.5777, "per_unit": "MWh"}),
        "F01 not_in_source",
        "factors 10 per_unit",
    ),
    ("offset", activity(activity="购买碳信用"), "D02 ", f"activities {NEW} quantity"),
    ("offset in English", activity(activity="carbon offset"), "D02 ", f"activities {NEW} quantity"),
]


@pytest.mark.parametrize(
    ("changes", "expected", "where"), [row[1:] for row in BROKEN], ids=[row[0] for row in BROKEN]
)
def test_a_broken_rule_names_its_cell(changes: Changes, expected: str, where: str) -> None:
    code, _, case = expected.partition(" ")
    found = findings(changes)
    assert (code, case, place(where)) in keys(found) - keys(findings({}))
    for one in found:
        for lang in LANGS:
            assert "{" not in one.message(lang) + one.hint(lang)


KEPT: list[tuple[str, Changes, str]] = [
    # what is fine, the change, the code that must not appear anew
    ("printing is no offset", activity(activity="offset printing"), "D02"),
    # The other products that share the bill need not be listed: 1 of 4 is a quarter.
    ("one's own share alone", bill(1, product="电能计量箱"), "L01"),
    (
        "CO2 that is bought",
        own_factor(name="CO2", value=0.8, per_unit="kg", category="chemicals"),
        "G03",
    ),
    ("a true zero", activity(status="零", quantity=None), "B03"),
    ("a row of several missing", activity(status="缺失", quantity=None), "B01"),
    ("a bridge", activity(unit="L", factor_id=DIESEL, bridge=0.84, bridge_unit="kg/L"), "U03"),
    ("the library's value per MWh", {"factors 1 value": 577.7, "factors 1 per_unit": "MWh"}, "F01"),
    ("the library's value in t", {"factors 1 value": 5.777e-4, "factors 1 unit": "tCO2e"}, "F01"),
    ("a date that the spreadsheet made a number", {"factors 1 date": 45928.0}, "F01"),
    ("a copy without date and table", {"factors 1 date": None, "factors 1 table": None}, "F01"),
    ("an own factor", own_factor(), "F01"),
    ("a copy by another id", own_factor(**COPY, value=0.5777), "F01"),
    ("a copy in MWh, rounded", own_factor(**{**COPY, "value": 578.0, "per_unit": "MWh"}), "F01"),
    ("an own factor near no slip", own_factor(), "U06"),
    ("AR6", {"gwp_set": "IPCC AR6"}, "G01"),
    ("AR5 methane", own_factor(name="CH4", value=28.0, per_unit="kg"), "G03"),
    ("AR5 fossil methane", own_factor(name="甲烷", value=30.0, per_unit="kg"), "G03"),
    ("SF6", own_factor(name="SF6", value=25200.0, per_unit="kg", gwp_set="AR6"), "G03"),
    ("R-410A", own_factor(name="R410A", value=2256.0, per_unit="kg", gwp_set="AR6"), "G03"),
    ("no value in AR5", own_factor(name="R-1234yf", value=1.0, per_unit="kg"), "G03"),
    ("a whole bill", {**bill(1), **bill(2, product="另一产品", basis_product=3.0)}, "L01"),
    ("a method and its reason", bill(1, method="按产值", reason="副产品无物理用途"), "L02"),
    ("a meter of its own", {**bill(1, basis_product=4.0), "allocation_method": None}, "L02"),
    ("another spelling of the unit", {"结果!G7": "kgCO2e/件"}, "U04"),
    ("English boundary", {"boundary": "Cradle-to-Grave"}, "B01"),
    ("RECycled material", activity(activity="RECYCLED steel"), "D02"),
]


@pytest.mark.parametrize(
    ("changes", "code"), [row[1:] for row in KEPT], ids=[row[0] for row in KEPT]
)
def test_what_is_right_is_not_reported(changes: Changes, code: str) -> None:
    new = keys(findings(changes)) - keys(findings({}))
    assert not {key for key in new if key[0] == code}


@pytest.mark.parametrize(
    ("year", "severity"), [(2024, "info"), (2023, "warning"), (2022, "warning"), (2021, "error")]
)
def test_year_gap(year: int, severity: str) -> None:
    """From 2025: up to 1 year info, up to 3 a warning, then an error (data/limits.toml)."""
    changes = {
        **own_factor(year=float(year)),
        **activity(unit="MJ", factor_id="OWN-1"),
    }
    (found,) = (f for f in findings(changes) if f.where == place("factors 10 year"))
    assert (found.code, found.severity) == ("F03", severity)


def test_a_factor_of_the_period_has_no_gap() -> None:
    changes = {**own_factor(), **activity(unit="MJ", factor_id="OWN-1")}
    assert not [f for f in findings(changes) if f.where == place("factors 10 year")]


def test_upstream_in_the_same_process_completes_a_fuel() -> None:
    """A fuel's well-to-tank factor beside its combustion: F06 is met."""
    diesel = activity(unit="kg", factor_id=DIESEL)
    upstream = next(f for f in library().search("WTT diesel", 50) if f.per_unit == "tonnes")
    wtt = {
        key.replace(f" {NEW} ", f" {NEW + 1} "): value
        for key, value in activity(unit="kg", factor_id=upstream.id).items()
    }
    where = place(f"activities {NEW} factor_id")
    assert ("F06", "", where) in keys(findings(diesel))
    assert ("F06", "", where) not in keys(findings({**diesel, **wtt}))


def test_nearest_factor_is_offered() -> None:
    (found,) = (
        f
        for f in findings({"activities 1 factor_id": "CN-ELEC-2024"})
        if f.where == place("activities 1 factor_id")
    )
    assert "CN-ELEC-CFP-2024" in found.message("en")
    assert "CN-ELEC-CFP-2024" in found.message("zh")


@pytest.mark.parametrize(("row", "is_found"), [(7, True), (29, False)])
def test_a_hidden_row_counts_only_where_it_holds_something(row: int, is_found: bool) -> None:
    found = findings({}, hidden_rows=frozenset({row}))
    assert any(f.case == "hidden_row" for f in found) is is_found


def test_an_empty_inventory_is_missing_data() -> None:
    _, _, schema = baseline()
    region = schema.regions["activities"]
    blank: Changes = {
        f"activities {a.number} {column}": None
        for a in schema.inventory.activities
        for column in region.columns
    }
    assert {f.code for f in findings(blank)} >= {"M05"}


def test_british_and_us_units_of_a_workbook_are_known() -> None:
    """Coal in six units: the two that may mean another are asked about, none is unknown."""
    found = verify_file(CASES / "model" / "33-short-tons.xlsx").findings
    units = {(str(one.where), one.case) for one in found if one.code == "U01"}
    assert units == {("Activities!F8", "which"), ("Activities!F13", "which")}
