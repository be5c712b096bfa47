"""PACT: a study as a footprint of version 3, and files of any origin held against its rules."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from openpyxl import load_workbook

from cfp_xl.cli import run
from cfp_xl.exchange.out.pact import content_id, write_pact
from cfp_xl.exchange.out.study import CannotExport
from cfp_xl.exchange.pact_rules import breaches
from cfp_xl.footprint.gate import cut_at_gate
from cfp_xl.schema.opened import open_file
from tests.exchange.products import (
    EXCLUDING,
    INCLUDING,
    OUTBOUND,
    ROWS,
    TOTAL,
    Cell,
    study_of,
    write_product,
)

PROJECT = Path(__file__).parents[2]
SCHEMA = PROJECT.parent / "shared/schemas/pact-conformance-service/openapi_v3_0.yaml"
WORKBOOKS = PROJECT / "workbooks"


@pytest.fixture(scope="module")
def lamp(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    study = study_of(write_product(tmp_path_factory.mktemp("pact") / "lamp.xlsx"))
    assert study.footprint.total_kgco2e == pytest.approx(TOTAL, rel=1e-12)
    document: dict[str, Any] = json.loads(write_pact(study))
    return document


def test_the_footprint_is_that_of_the_hand_calculation(lamp: dict[str, Any]) -> None:
    pcf = lamp["pcf"]
    numbers = {
        "declaredUnitAmount": "1",
        "productMassPerDeclaredUnit": "2.2",
        "pcfExcludingBiogenicUptake": "58.1",
        "pcfIncludingBiogenicUptake": "56.9",
        "fossilGhgEmissions": "57.8",
        "landUseChangeGhgEmissions": "0.25",
        "biogenicCO2Uptake": "-1.2",
        "biogenicNonCO2Emissions": "0.05",
        "aircraftGhgEmissions": "0.8",
        "outboundLogisticsGhgEmissions": "1.7",
        "fossilCarbonContent": "0.1",
        "biogenicCarbonContent": "0.327",
        "exemptedEmissionsPercent": "1.5",
    }
    assert {name: pcf[name] for name in numbers} == numbers
    assert float(pcf["primaryDataShare"]) == pytest.approx(100 * 50 / EXCLUDING, rel=1e-9)
    assert (EXCLUDING, INCLUDING, OUTBOUND) == (58.1, 56.9, 1.7)
    assert pcf["declaredUnitOfMeasurement"] == "piece"
    assert pcf["referencePeriodStart"] == "2025-01-01T00:00:00Z"
    assert pcf["referencePeriodEnd"] == "2026-01-01T00:00:00Z"  # exclusive: the day after
    assert pcf["geographyCountrySubdivision"] == "CN-ZJ"
    assert "geographyCountry" not in pcf
    assert pcf["crossSectoralStandards"] == ["ISO14067", "GB/T24067"]
    assert pcf["ipccCharacterizationFactors"] == ["AR6"]
    assert pcf["packagingEmissionsIncluded"] is False
    assert {"name": "Metals", "version": "2023"} in pcf["secondaryEmissionFactorSources"]
    assert "dqi" not in pcf  # no row is rated
    assert lamp["created"] == "2026-03-31T00:00:00Z"
    assert lamp["productNameCompany"] == "Lamp L-1"
    assert len(lamp["productIds"]) == 2
    assert breaches(lamp) == ()


def test_what_is_written_fits_the_published_schema(lamp: dict[str, Any]) -> None:
    if not SCHEMA.is_file():
        pytest.skip(f"no schema at {SCHEMA}")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    components = yaml.load(SCHEMA.read_text("utf-8"), loader)["components"]
    whole = {"$ref": "#/components/schemas/ProductFootprint", "components": components}
    validator = Draft202012Validator(whole, format_checker=Draft202012Validator.FORMAT_CHECKER)
    assert [one.message for one in validator.iter_errors(lamp)] == []
    two_places = {**lamp, "pcf": {**lamp["pcf"], "geographyCountry": "CN"}}
    assert list(validator.iter_errors(two_places))  # the schema is that of version 3


def test_the_gate_of_the_meter_box_holds_its_inbound_transport() -> None:
    """Reference figures of BXD2: raw 2.67134, inbound 1.10524, production 9.95654; 0.15634 out."""
    footprint = open_file(WORKBOOKS / "bxd2.xlsx").recomputed.footprint
    assert footprint is not None
    cut = cut_at_gate(footprint.rows)
    assert [row.process for row in cut.inside if row.stage_id == "distribution"] == ["原材料运输"]
    assert cut.inside[-1].kgco2e == pytest.approx(1.10524, abs=5e-6)
    assert cut.parts.excluding == pytest.approx(2.67134 + 1.10524 + 9.95654, abs=1.5e-5)
    assert cut.outbound_kgco2e == pytest.approx(0.15634, abs=5e-6)
    assert cut.undecided == ()


Change = Callable[[dict[str, Any]], object]
WRONG: dict[str, tuple[str, str, Change]] = {
    "exponent": (
        "pcf.fossilGhgEmissions",
        "number",
        lambda one: one["pcf"].update(fossilGhgEmissions="5.78e1"),
    ),
    "decimal comma": (
        "pcf.declaredUnitAmount",
        "number",
        lambda one: one["pcf"].update(declaredUnitAmount="1,5"),
    ),
    "null": ("pcf.dqi", "null", lambda one: one["pcf"].update(dqi=None)),
    "two geographies": (
        "pcf.geographyCountrySubdivision",
        "two_places",
        lambda one: one["pcf"].update(geographyCountry="CN"),
    ),
    "fossil emissions of land management counted twice": (
        "pcf.pcfExcludingBiogenicUptake",
        "sum",
        lambda one: one["pcf"].update(
            landManagementFossilGhgEmissions="0.5",
            pcfExcludingBiogenicUptake="58.6",
            pcfIncludingBiogenicUptake="57.4",
        ),
    ),
    "valid for three years and a day": (
        "validityPeriodEnd",
        "valid_long",
        lambda one: one.update(validityPeriodEnd="2029-01-02T00:00:00Z"),
    ),
    "a rating of 0": (
        "pcf.dqi.temporalDQR",
        "bounds",
        lambda one: one["pcf"].update(
            dqi={"technologicalDQR": "2", "geographicalDQR": "1.5", "temporalDQR": "0"}
        ),
    ),
    "a number that is none": (
        "pcf.declaredUnitAmount",
        "number_not_text",
        lambda one: one["pcf"].update(declaredUnitAmount=1),
    ),
    "text for a number": (
        "pcf.exemptedEmissionsPercent",
        "number",
        lambda one: one["pcf"].update(exemptedEmissionsPercent="banana"),
    ),
    "uptake above zero": (
        "pcf.biogenicCO2Uptake",
        "bounds",
        lambda one: one["pcf"].update(biogenicCO2Uptake="1.2"),
    ),
    "uptake left out of the total": (
        "pcf.pcfIncludingBiogenicUptake",
        "sum",
        lambda one: one["pcf"].update(pcfIncludingBiogenicUptake="58.1"),
    ),
    "packaging although excluded": (
        "pcf.packagingGhgEmissions",
        "flag_false",
        lambda one: one["pcf"].update(packagingGhgEmissions="0.1"),
    ),
    "no share of primary data": (
        "pcf.primaryDataShare",
        "missing",
        lambda one: one["pcf"].pop("primaryDataShare"),
    ),
    "a field of version 2": (
        "pcf.dLucGhgEmissions",
        "old_name",
        lambda one: one["pcf"].update(dLucGhgEmissions="0"),
    ),
    "valid before the period is over": (
        "validityPeriodStart",
        "valid_early",
        lambda one: one.update(validityPeriodStart="2025-06-01T00:00:00Z"),
    ),
    "a day without zone": (
        "created",
        "not_moment",
        lambda one: one.update(created="2026-03-31T00:00:00"),
    ),
    "no URN": ("productIds[0]", "not_urn", lambda one: one.update(productIds=["4711"])),
    "no mass": (
        "pcf.productMassPerDeclaredUnit",
        "weighs",
        lambda one: one["pcf"].update(productMassPerDeclaredUnit="0"),
    ),
    "empty text": (
        "productDescription",
        "not_text",
        lambda one: one.update(productDescription=" "),
    ),
    "its own predecessor": (
        "precedingPfIds",
        "itself",
        lambda one: one.update(precedingPfIds=[one["id"]]),
    ),
    "an AR without number": (
        "pcf.ipccCharacterizationFactors[0]",
        "pattern",
        lambda one: one["pcf"].update(ipccCharacterizationFactors=["AR"]),
    ),
}


def test_wrong_files_are_refused_with_the_field(lamp: dict[str, Any]) -> None:
    for name, (field, rule, change) in WRONG.items():
        wrong = copy.deepcopy(lamp)
        change(wrong)
        assert [(one.field, one.rule) for one in breaches(wrong)] == [(field, rule)], name


def test_rounded_numbers_add_up(lamp: dict[str, Any]) -> None:
    """Each of three parts is off by up to half a unit of its last digit, and so is the sum."""
    rounded = copy.deepcopy(lamp)
    parts = {"fossilGhgEmissions": "1.3", "landUseChangeGhgEmissions": "0.3"}
    rounded["pcf"].update(parts, biogenicNonCO2Emissions="0", biogenicCO2Uptake="0")
    for total, fits in (("1.6", True), ("1.7", True), ("1.8", False)):
        totals = dict.fromkeys(("pcfExcludingBiogenicUptake", "pcfIncludingBiogenicUptake"), total)
        rounded["pcf"].update(totals)
        assert (breaches(rounded) == ()) is fits, total


def test_a_file_from_anywhere_is_checked(
    tmp_path: Path, lamp: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "many.json"
    wrong = {**lamp, "status": "active"}
    file.write_text(json.dumps({"data": [lamp, wrong]}), "utf-8")
    assert run(["export", str(file), "--check", "--lang", "zh"]) == 1
    assert capsys.readouterr().out.startswith("[1] status：“active”不在允许的值中")
    file.write_text(json.dumps(lamp), "utf-8")
    assert run(["export", str(file), "--check", "--lang", "en"]) == 0
    capsys.readouterr()
    for bad, why in {
        "{": "line 1, character 2",
        '{"a": NaN}': "NaN is not a number",
        "[" * 100_000: "nested too deeply",
        '{"a": {"b": 1, "b": 2}}': "“b” is there twice",
        "9" * 5000: "too many digits",
        "\ud800": "UTF-8",
    }.items():
        file.write_bytes(bad.encode("utf-8", "surrogatepass"))
        assert run(["export", str(file), "--check", "--lang", "en"]) == 2, bad[:9]
        assert why in capsys.readouterr().err, bad[:9]


LACKING: dict[str, tuple[str, Cell]] = {
    "mass_kg": ("product!B11", None),
    "period": ("product!B7", None),
    "site": ("product!B10", None),
    "fossil_carbon": ("product!B15", "some"),
    "packaging_included": ("product!B17", "perhaps"),
    "product_ids": ("product!B14", "4711"),
    "boundary": ("product!B6", "gate-to-gate"),
    "functional_unit": ("product!B5", "1 year of light"),
    "standard": ("product!B9", "own method"),
    "report_date": ("product!B12", "01/02/2026"),
    "gwp_set": ("product!B8", None),
}


def test_what_lacks_is_refused_with_its_cell(tmp_path: Path) -> None:
    """All of it at once; a name that the workbook lacks is said with how to make it."""
    facts = {name: value for name, (_, value) in LACKING.items()}
    path = write_product(tmp_path / "lacking.xlsx", {**facts, "company_ids": ""})
    with pytest.raises(CannotExport) as refused:
        write_pact(study_of(path))
    cells = {str(where) for one in refused.value.lacks if (where := getattr(one, "where", None))}
    assert cells == {cell for cell, _ in LACKING.values()}
    assert "cfp_company_ids" in refused.value.say("en")
    assert "“单位产品质量 kg”未填" in refused.value.say("zh")


def test_rows_that_leave_the_gate_open_are_refused(tmp_path: Path) -> None:
    """Transport without a direction, storage, uptake not counted; a study made too early."""
    rows = [list(row) for row in ROWS]
    rows[9][1], rows[10][11] = "transport", None
    rows[1][3] = 0.1
    path = write_product(tmp_path / "open.xlsx", {"report_date": "2025-12-31"}, rows)
    with pytest.raises(CannotExport) as refused:
        write_pact(study_of(path))
    said = {one.key.rpartition(".")[2]: str(one) for one in refused.value.lacks}
    assert said.keys() == {"gate", "biogenic", "made_early"}
    gate = [str(getattr(one, "where", "")) for one in refused.value.lacks if "gate" in one.key]
    assert gate == ["activities!A11", "activities!A12"]
    assert "0.2 kg" in said["biogenic"]


def test_the_share_of_primary_data_is_computed_or_stated_or_refused(tmp_path: Path) -> None:
    """Rows that say it go first; without any the product sheet; nothing is taken for 0 %."""
    source = write_product(tmp_path / "lamp.xlsx", {"primary_percent": 40.0})
    share = json.loads(write_pact(study_of(source)))["pcf"]["primaryDataShare"]
    assert float(share) == pytest.approx(100 * 50 / EXCLUDING, rel=1e-9)
    book = load_workbook(source)
    for sheet, column in (("activities", "K"), ("factors", "H")):
        for row in range(2, 14):
            book[sheet][f"{column}{row}"] = None
    book.save(source)
    assert json.loads(write_pact(study_of(source)))["pcf"]["primaryDataShare"] == "40"
    del book.defined_names["cfp_primary_percent"]
    book.save(source)
    with pytest.raises(CannotExport, match="cfp_primary_percent"):
        write_pact(study_of(source))


def test_the_id_follows_from_the_content_and_the_replaced_one_is_deprecated(
    tmp_path: Path,
) -> None:
    source = WORKBOOKS / "meter-box-with-suppliers.xlsx"
    files = [tmp_path / name for name in ("old.json", "again.json", "new.json")]
    old, again, new = files
    for file in (old, again):
        assert run(["export", str(source), "--to", "pact", "-o", str(file)]) == 0
    assert old.read_bytes() == again.read_bytes()
    document = json.loads(old.read_bytes())
    assert document["id"] == str(content_id(document))
    earlier = {**document, "comment": "of last year"}
    earlier["id"] = str(content_id(earlier))
    assert earlier["id"] != document["id"]
    old.write_text(json.dumps(earlier), "utf-8")
    line = ["export", str(source), "--to", "pact", "-o", str(new), "--previous", str(old)]
    assert run(line) == 0
    assert json.loads(new.read_bytes())["precedingPfIds"] == [earlier["id"]]
    assert json.loads(old.read_bytes()) == {**earlier, "status": "Deprecated"}
    before = new.read_bytes(), old.read_bytes()
    assert run(line) == 0
    assert (new.read_bytes(), old.read_bytes()) == before
    other = {**earlier, "productIds": ["urn:gtin:1"]}
    old.write_text(json.dumps(other), "utf-8")
    assert run(line) == 2  # the footprint of another product


def test_a_workbook_with_errors_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, out = PROJECT / "tests/cases/model/pbr.xlsx", tmp_path / "out.json"
    assert run(["export", str(source), "--to", "pact", "-o", str(out), "--lang", "en"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("Not exported: the workbook has errors")
    assert not out.exists()
    assert run(["export", str(source), "--to", "pact", "-o", str(out), "--draft"]) == 2
