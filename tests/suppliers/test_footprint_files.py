"""Suppliers' PACT and Catena-X files as answers, by files written by hand."""

from __future__ import annotations

import json
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from cfp_xl.findings import Severity
from cfp_xl.schema.opened import open_file
from cfp_xl.suppliers.apply import apply
from cfp_xl.suppliers.inbox import opened_inbox, received_in
from cfp_xl.suppliers.intake import IntakeResult, IntakeRun, intake
from cfp_xl.suppliers.outcomes import AnswerStatus, Judged
from cfp_xl.suppliers.product_parts import SupplierRequests, supplier_requests
from cfp_xl.verify.pipeline import verify_file
from tests.suppliers.answered import DAY, product

# 34 kgCO2e for 10 kg of copper: 3.4 per kg; the flight is part of the fossil emissions.
PACT: dict[str, Any] = {
    "id": "0ed5b5a0-7b1b-4f0c-9a52-0b5c47e6b6c1",
    "specVersion": "3.0.3",
    "created": "2026-03-01T08:00:00+08:00",
    "status": "Active",
    "companyName": "Copper Ltd",
    "companyIds": ["urn:pact:copper.example:company-id:1"],
    "productDescription": "bars of copper",
    "productIds": ["urn:pact:buyer.example:buyer-assigned:P-02"],
    "productNameCompany": "Bar 30×4",
    "pcf": {
        "declaredUnitOfMeasurement": "kilogram",
        "declaredUnitAmount": "10",
        "productMassPerDeclaredUnit": "10",
        "referencePeriodStart": "2025-01-01T00:00:00Z",
        "referencePeriodEnd": "2026-01-01T00:00:00Z",
        "geographyCountry": "CN",
        "pcfExcludingBiogenicUptake": "34.0",
        "pcfIncludingBiogenicUptake": "33.5",
        "fossilGhgEmissions": "33.8",
        "biogenicNonCO2Emissions": "0.2",
        "biogenicCO2Uptake": "-0.5",
        "aircraftGhgEmissions": "0.3",
        "outboundLogisticsGhgEmissions": "1.0",
        "fossilCarbonContent": "0",
        "packagingEmissionsIncluded": True,
        "ccsTechnologicalCO2CaptureIncluded": False,
        "ipccCharacterizationFactors": ["AR6"],
        "crossSectoralStandards": ["ISO14067"],
        "exemptedEmissionsPercent": "0",
        "primaryDataShare": "62.5",
        "verification": {"coverage": "product level", "providerName": "Auditors"},
    },
}
CATENA_X: dict[str, Any] = {
    "scopeOfPcfForm": [{"partialFullPcf": "Cradle-to-gate"}],
    "companyAndProductInformation": [
        {
            "companyInformation": [{"companyName": "Copper Ltd", "companyIds": ["urn:BPNL1"]}],
            "productInformation": [
                {
                    "productNameCompany": "Bar 30×4",
                    "productIds": ["urn:copper.example:product-id:401765"],
                    "declaredUnitOfMeasurement": "kilogram",
                    "declaredUnitAmount": 1000.0,
                    "productMassPerDeclaredUnit": 1000.0,
                }
            ],
        }
    ],
    "pcfAssessmentAndMethodology": [
        {
            "dataSourcesAndQuality": [{"primaryDataShare": 56.12}],
            "pcfAssessmentInformation": [
                {
                    "idAndVersion": [{"status": "Active"}],
                    "time": [
                        {
                            "referencePeriodStart": "2025-01-01T00:00:00Z",
                            "referencePeriodEnd": "2025-12-31T23:59:59Z",
                            "created": "2026-03-01T00:00:00Z",
                        }
                    ],
                }
            ],
            "pcfMethodology": [
                {
                    "standards": [{"crossSectoralStandards": ["ISO 14067"]}],
                    "gwpCharacterizationFactorDetails": [{"ipccCharacterizationFactors": "AR6"}],
                }
            ],
        }
    ],
    "productLifeCycleStagesAndEmissions": [
        {
            "productionStage": [
                {
                    "fossilGhgEmissions": 3300.0,
                    "aircraftGhgEmissions": 100.0,
                    "pcfExcludingBiogenicUptake": 3400.0,
                    "pcfIncludingBiogenicUptake": 3400.0,
                }
            ],
            "distributionStage": [{"distributionStageIncluded": False}],
            "packagingStage": [{"packagingEmissionsIncluded": True}],
        }
    ],
}


@cache
def box(folder: Path) -> Path:
    file = folder / "box.xlsx"
    file.write_bytes(product())
    return file


@cache
def requests() -> SupplierRequests:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        return supplier_requests(open_file(box(Path(folder))))


def judged(folder: Path, **files: object) -> IntakeResult:
    """Files by name (without .json), judged for the box."""
    inbox = folder / "inbox"
    inbox.mkdir()
    for name, document in files.items():
        text = document if isinstance(document, str) else json.dumps(document, ensure_ascii=False)
        (inbox / f"{name}.json").write_text(text, "utf-8")
    return of_inbox(inbox, box(folder))


def of_inbox(inbox: Path, target: Path) -> IntakeResult:
    files, _ = received_in([str(inbox)])
    with opened_inbox(files, requests()) as received:
        run = IntakeRun(is_isolated=False)
        return intake(received.sheets, open_file(target), run=run, others=received.others)


def changed(document: dict[str, Any], **values: object) -> dict[str, Any]:
    """A PACT file with other values, of the footprint where it has the field."""
    pcf = {name: value for name, value in values.items() if name in document["pcf"]}
    rest = {name: value for name, value in values.items() if name not in pcf}
    return {**document, **rest, "pcf": {**document["pcf"], **pcf}}


def cases(answer: Judged) -> set[tuple[str, str]]:
    return {(one.code, one.case) for one in answer.findings}


def test_a_pact_file_is_an_answer_per_unit_of_the_part(tmp_path: Path) -> None:
    (answer,) = judged(tmp_path, footprint=PACT).answers
    assert (answer.status, answer.part_id) == (AnswerStatus.ACCEPTED, "P-02")
    accepted = answer.accepted
    assert accepted is not None
    assert accepted.kgco2e_per_unit == pytest.approx(3.4, rel=1e-12)
    assert (accepted.unit, accepted.kind, accepted.year) == ("kg", "pcf", 2025)
    assert accepted.period == "2025-01-01/2025-12-31"
    assert accepted.verification
    assert ("S42", "") not in cases(answer)  # it is verified
    assert {case for code, case in cases(answer) if code == "S73"} == {
        "uptake",
        "primary",
        "outbound",
    }
    said = " ".join(one.message("en") for one in answer.findings)
    assert "-0.05 kgCO2e per unit" in said
    assert "62.5 %" in said
    assert accepted.notes[0].text == "PACT: 34.0 kgCO2e / 10 kg Bar 30×4"


def test_a_catena_x_file_in_an_archive_is_known_by_its_name(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    with zipfile.ZipFile(inbox / "answers.zip", "w") as archive:
        archive.writestr("SUP-B_P-02 footprint.json", json.dumps(CATENA_X))
    result = of_inbox(inbox, box(tmp_path))
    (answer,) = [one for one in result.answers if one.status is not AnswerStatus.OPENED]
    assert (answer.status, answer.part_id) == (AnswerStatus.ACCEPTED, "P-02")
    assert answer.accepted is not None
    assert answer.accepted.kgco2e_per_unit == pytest.approx(3.4, rel=1e-12)
    assert ("S42", "") in cases(answer)  # nothing says that it is verified


def test_the_product_takes_the_footprint_in_and_verifies(tmp_path: Path) -> None:
    result = judged(tmp_path, footprint=PACT)
    target = box(tmp_path)
    apply(open_file(target), result.accepted, target, DAY)
    opened = open_file(target)
    found = opened.recomputed
    assert found.product is not None
    assert found.footprint is not None
    factor = found.product.factors.get("S-P-02")
    assert factor.value == pytest.approx(3.4, rel=1e-12)
    assert (factor.gwp_set, factor.year) == ("AR6", 2025)
    (bars,) = [row for row in found.footprint.rows if row.activity.part_id == "P-02"]
    assert bars.kgco2e == pytest.approx(1.1 * 3.4, rel=1e-12)  # 1100 g
    codes = {one.code for one in verify_file(target).findings if one.severity is Severity.ERROR}
    assert not {code for code in codes if code.startswith("S")}
    (again,) = of_inbox(tmp_path / "inbox", target).answers
    assert again.status is AnswerStatus.UNCHANGED


WRONG: dict[str, tuple[object, AnswerStatus, tuple[str, str]]] = {
    "does_not_add_up": (
        changed(PACT, pcfExcludingBiogenicUptake="36.0", pcfIncludingBiogenicUptake="35.5"),
        AnswerStatus.REFUSED,
        ("S71", ""),
    ),
    "pieces": (
        changed(PACT, declaredUnitOfMeasurement="piece"),
        AnswerStatus.REFUSED,
        ("S71", "unit"),
    ),
    "deprecated": (changed(PACT, status="Deprecated"), AnswerStatus.REFUSED, ("S71", "deprecated")),
    "nobody": (
        changed(PACT, productIds=["urn:gtin:4712345060507"]),
        AnswerStatus.REFUSED,
        ("S71", "part"),
    ),
    "of_others": (changed(PACT, companyName="Brass Works"), AnswerStatus.HELD, ("S72", "")),
    "too_small": (
        changed(
            PACT,
            pcfExcludingBiogenicUptake="0.0034",
            pcfIncludingBiogenicUptake="0.0034",
            fossilGhgEmissions="0.0034",
            biogenicNonCO2Emissions="0",
            biogenicCO2Uptake="0",
        ),
        AnswerStatus.REFUSED,
        ("S51", "slip"),
    ),
    "other_json": ({"name": "settings"}, AnswerStatus.OTHER, ("S70", "unknown")),
    "broken": ("{", AnswerStatus.OTHER, ("S70", "unknown")),
    "P-02_grave": (
        {**CATENA_X, "scopeOfPcfForm": [{"partialFullPcf": "Cradle-to-grave"}]},
        AnswerStatus.REFUSED,
        ("S41", ""),
    ),
    "P-02_without_time": (
        {**CATENA_X, "pcfAssessmentAndMethodology": [{}]},
        AnswerStatus.REFUSED,
        ("S71", ""),
    ),
}


def test_what_is_wrong_with_a_file_is_named(tmp_path: Path) -> None:
    for name, (document, status, code) in WRONG.items():
        folder = tmp_path / name
        folder.mkdir()
        (answer,) = judged(folder, **{name: document}).answers
        assert answer.status is status, name
        assert code in cases(answer), name
        assert all(one.message("zh") and one.hint("zh") for one in answer.findings), name
    (answer,) = of_inbox(tmp_path / "does_not_add_up/inbox", box(tmp_path)).answers
    (said,) = [one for one in answer.findings if one.code == "S71"]
    assert str(said.where) == "JSON!pcf.pcfExcludingBiogenicUptake"
    assert "36.0 is not the sum of its parts, 34.0" in said.message("en")
