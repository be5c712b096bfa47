"""Catena-X and the Asset Administration Shell: by their own schemas and verifiers, and by hand."""

from __future__ import annotations

import json
import re
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from aas_core3 import jsonization, verification
from jsonschema import Draft4Validator

from cfp_xl.exchange.out.aas import write_aas
from cfp_xl.exchange.out.catena_x import write_catena_x
from cfp_xl.exchange.out.pact import write_pact
from cfp_xl.exchange.out.study import CannotExport
from tests.exchange.products import Cell, study_of, write_product

SCHEMAS = Path(__file__).parents[3] / "shared/schemas"
CATENA_X = SCHEMAS / "catena-x-pcf/Pcf-schema.json"
TEMPLATE = SCHEMAS / "idta-02023-carbon-footprint/IDTA_02023-1-0-1_Template_CarbonFootprint.json"
MORE: dict[str, Cell] = {
    "waste_incineration": "polluter pays principle",
    "mass_balancing": "no",
    "valid_until": datetime(2026, 12, 31),
}


@pytest.fixture(scope="module")
def lamp(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_product(tmp_path_factory.mktemp("catena") / "lamp.xlsx", MORE)


@pytest.fixture(scope="module")
def payload(lamp: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(write_catena_x(study_of(lamp)))
    return found


def test_the_payload_has_pact_s_totals_and_its_own_sums(
    lamp: Path, payload: dict[str, Any]
) -> None:
    pact = json.loads(write_pact(study_of(lamp)))
    (stages,) = payload["productLifeCycleStagesAndEmissions"]
    (production,) = stages["productionStage"]
    for name in ("pcfExcludingBiogenicUptake", "pcfIncludingBiogenicUptake"):
        assert production[name] == float(pact["pcf"][name])
    assert production == pytest.approx(
        {
            "pcfExcludingBiogenicUptake": 58.1,
            "pcfIncludingBiogenicUptake": 56.9,
            "fossilGhgEmissions": 57.0,
            "aircraftGhgEmissions": 0.8,
            "landUseChangeGhgEmissions": 0.25,
            "biogenicNonCO2Emissions": 0.05,
            "biogenicCO2Uptake": -1.2,
        },
        rel=1e-12,
    )
    (distribution,) = stages["distributionStage"]
    assert distribution["distributionStageIncluded"] is True
    assert distribution["distributionStagePcfExcludingBiogenicUptake"] == 1.7
    (assessment,) = payload["pcfAssessmentAndMethodology"][0]["pcfAssessmentInformation"]
    assert assessment["geography"] == [
        {
            "geographyRegionOrSubregion": "Eastern Asia",
            "geographyCountry": "CN",
            "geographyCountrySubdivision": "CN-ZJ",
        }
    ]
    (times,) = assessment["time"]
    assert times["validityPeriodEnd"] == "2027-01-01T00:00:00Z"
    assert pact["validityPeriodEnd"] == "2027-01-01T00:00:00Z"
    (method,) = payload["pcfAssessmentAndMethodology"][0]["pcfMethodology"]
    (standards,) = method["standards"]
    assert standards["crossSectoralStandards"] == ["ISO 14067", "GB/T 24067"]
    assert write_catena_x(study_of(lamp)) == write_catena_x(study_of(lamp))


def test_the_payload_fits_the_published_schema(payload: dict[str, Any]) -> None:
    if not CATENA_X.is_file():
        pytest.skip(f"no schema at {CATENA_X}")
    validator = Draft4Validator(json.loads(CATENA_X.read_text("utf-8")))
    assert [one.message for one in validator.iter_errors(payload)] == []
    assert list(validator.iter_errors({**payload, "general": "text"}))


def test_catena_x_asks_for_what_it_wants_besides(tmp_path: Path) -> None:
    """Facts that the template has no place for: each with the name that its cell must get."""
    source = write_product(tmp_path / "lamp.xlsx", {"exempted_percent": 12.0, "mass_kg": None})
    with pytest.raises(CannotExport) as refused:
        write_catena_x(study_of(source))
    said = refused.value.say("en")
    assert set(re.findall(r"cfp_\w+", said)) == {
        "cfp_waste_incineration",
        "cfp_mass_balancing",
        "cfp_valid_until",
    }
    assert "12 % of the emissions were left out; the format allows 10 % at most" in said
    assert "product!B11" in said


def test_the_shell_verifies_and_its_phases_add_to_the_total(lamp: Path) -> None:
    data = write_aas(study_of(lamp))
    assert data == write_aas(study_of(lamp))
    environment = jsonization.environment_from_jsonable(json.loads(data))
    assert [str(one.cause) for one in verification.verify(environment)] == []
    (submodel,) = json.loads(data)["submodels"]
    (footprints,) = submodel["submodelElements"]
    entries = [
        {
            one["idShort"]: one["value"] if isinstance(one["value"], str) else codes(one)
            for one in entry["value"]
        }
        for entry in footprints["value"]
    ]
    # By hand: tests/exchange/products.py; codes are those of the published lists.
    by_phase = {
        "0173-1#07-ABU208#003": "4.25",  # A1: steel 4, cleared land 0.25
        "0173-1#07-ABU209#003": "0.8",  # A2: engines by air
        "0173-1#07-ABU210#003": "53.05",  # A3: power 50, methane 0.05, motors 3
        "0173-1#07-ABU211#003": "1.7",  # A4: lorry 1.2, storage 0.5
        "0173-1#07-ACC014#001": "500",  # B1-B7
    }
    assert {entry["LifeCyclePhases"][0]: entry["PcfCO2eq"] for entry in entries} == by_phase
    assert sum((Decimal(str(entry["PcfCO2eq"])) for entry in entries), Decimal(0)) == Decimal(
        "559.8"
    )
    first = entries[0]
    assert first["PcfCalculationMethods"] == ["0173-1#07-ABU218#003"]  # ISO 14067
    assert first["ReferenceImpactUnitForCalculation"] == "0173-1#07-ABZ603#003"  # piece
    assert first["QuantityOfMeasureForCalculation"] == "1"
    assert first["PublicationDate"] == "2026-03-31T00:00:00Z"
    assert first["ExpirationDate"] == "2027-01-01T00:00:00Z"


def codes(element: dict[str, Any]) -> list[str]:
    return [one["value"] for one in element["value"]]


def test_the_shell_has_the_template_s_elements_and_meanings(lamp: Path) -> None:
    """Every element we write is in the published template, under the same meaning."""
    if not TEMPLATE.is_file():
        pytest.skip(f"no template at {TEMPLATE}")
    template = json.loads(TEMPLATE.read_text("utf-8"))
    ours = json.loads(write_aas(study_of(lamp)))
    known, written = (elements(one["submodels"][0]["submodelElements"]) for one in (template, ours))
    assert written
    assert written <= known
    listed = {
        pair["valueId"]["keys"][0]["value"].strip()
        for one in template["conceptDescriptions"]
        for pair in one["embeddedDataSpecifications"][0]["dataSpecificationContent"]
        .get("valueList", {})
        .get("valueReferencePairs", ())
    }
    written_codes = set(re.findall(r"0173-1#07-\w+#\d+", json.dumps(ours)))
    assert written_codes
    assert written_codes <= listed


def elements(many: list[dict[str, Any]]) -> set[tuple[str, str, str]]:
    found = set()
    for one in many:
        meaning = one["semanticId"]["keys"][0]["value"] if "semanticId" in one else ""
        found.add((one["modelType"], one.get("idShort", ""), meaning))
        if isinstance(one.get("value"), list):
            found |= elements([inner for inner in one["value"] if "modelType" in inner])
    return found


def test_the_shell_refuses_what_its_lists_lack(tmp_path: Path) -> None:
    facts: dict[str, Cell] = {"standard": "GB/T 24067-2024", "functional_unit": "1 t·km"}
    source = write_product(tmp_path / "lamp.xlsx", facts)
    with pytest.raises(CannotExport) as refused:
        write_aas(study_of(source))
    cells = [str(getattr(one, "where", "")) for one in refused.value.lacks]
    assert sorted(cells) == ["product!B5", "product!B9"]
