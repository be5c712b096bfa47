"""The reference case from the outside: the command, its exit code and its JSON.

Expected values are worked out here by hand from the printed activity data (inventory table 4.2.1
of the BXD2 report), the national electricity footprint factor of 2024 (0.5777 kgCO2e/kWh) and the
diesel parameters of GB/T 32151.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

PROJECT = Path(__file__).parent.parent
WORKBOOKS = PROJECT / "workbooks"
ELECTRICITY_KGCO2E_PER_KWH = 0.5777
DIESEL_KGCO2_PER_KG = 42.652 * 20.2e-3 * 0.98 * 44 / 12
BY_STAGE_KGCO2E = {
    "raw_material_acquisition": 4.6241 * ELECTRICITY_KGCO2E_PER_KWH,
    "production": 17.2348 * ELECTRICITY_KGCO2E_PER_KWH,
    "distribution": (0.3570 + 0.0505) * DIESEL_KGCO2_PER_KG,
    "end_of_life": 1.9233 * ELECTRICITY_KGCO2E_PER_KWH,
}
TOTAL_KGCO2E = 15.000560117


def verify(*arguments: str | Path) -> tuple[int, dict[str, Any]]:
    """The exit code and the JSON of `cfp-xl verify`, run as a user runs it."""
    run = subprocess.run(
        [sys.executable, "-m", "cfp_xl", "verify", "--report", "json", *map(str, arguments)],
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(PROJECT), "CFP_XL_LANG": "en"},
        timeout=900,
        check=False,
    )
    assert b"Traceback" not in run.stderr, run.stderr.decode()
    return run.returncode, json.loads(run.stdout)


@pytest.fixture(scope="module")
def model() -> tuple[int, dict[str, Any]]:
    return verify(WORKBOOKS / "bxd2.xlsx")


@pytest.fixture(scope="module")
def published() -> tuple[int, dict[str, Any]]:
    return verify(WORKBOOKS / "bxd2-as-published.xlsx")


def test_json_follows_its_schema(
    model: tuple[int, dict[str, Any]], published: tuple[int, dict[str, Any]]
) -> None:
    schema = json.loads((PROJECT / "docs" / "verification.schema.json").read_text("utf-8"))
    for _, answer in (model, published):
        jsonschema.validate(answer, schema)
        for file in answer["files"]:
            cells = dict(file["cells"])
            assert cells.pop("formulas") == sum(cells.values())


def test_the_model_passes_with_the_footprint_by_hand(model: tuple[int, dict[str, Any]]) -> None:
    exit_code, answer = model
    (file,) = answer["files"]
    assert exit_code == 0
    assert (file["status"], file["recalculation"], file["conformity"]) == (
        "passed",
        "agrees",
        "conforms",
    )
    assert file["cells"]["matched"] == file["cells"]["formulas"] > 0
    footprint = file["footprint"]
    assert footprint["total_kgco2e"] == pytest.approx(TOTAL_KGCO2E, rel=1e-9)
    for stage, kgco2e in BY_STAGE_KGCO2E.items():
        assert footprint["by_stage"][stage] == {
            "state": "value",
            "kgco2e": pytest.approx(kgco2e, rel=1e-9),
        }
    assert footprint["by_stage"]["use"]["state"] == "not_applicable"
    assert sum(BY_STAGE_KGCO2E.values()) == pytest.approx(TOTAL_KGCO2E, rel=1e-9)
    by_process = {(p["stage"], p["process"]): p["kgco2e"] for p in footprint["by_process"]}
    inbound, outbound = (
        by_process["distribution", process] for process in ("原材料运输", "成品运输")
    )
    assert inbound == pytest.approx(0.3570 * DIESEL_KGCO2_PER_KG, rel=1e-9)
    assert outbound == pytest.approx(0.0505 * DIESEL_KGCO2_PER_KG, rel=1e-9)


def test_weaknesses_kept_from_the_report_stay_visible(model: tuple[int, dict[str, Any]]) -> None:
    findings = model[1]["files"][0]["findings"]
    justified = {f["code"] for f in findings if f["justified"]}
    assert {"G01", "F06", "U02", "B01"} <= justified
    assert all(f["severity"] == "info" for f in findings if f["justified"])
    assert not [f for f in findings if f["severity"] == "error"]


def seen_by_code(answer: dict[str, Any]) -> set[tuple[str, str]]:
    return {(f["code"], f["seen"]) for f in answer["files"][0]["findings"]}


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("N02", "0.1573"),  # 0.0505 kg of diesel give 0.1563
        ("N08", "0.1573"),  # 3.1108…3.1189 against 3.0949…3.0961
        ("N08", "1.1051"),
        ("N04", "0.1852"),  # 1.1111 elsewhere
        ("N06", "7.41"),  # 0.1852 is 1.23 % of 15.0014
        ("N03", "0.1852"),  # the rows add to 14.0755
        ("N05", "100.01"),
        ("U01", "0.0726"),
        ("B02", ""),
    ],
)
def test_errors_of_the_published_report(
    published: tuple[int, dict[str, Any]], code: str, words: str
) -> None:
    exit_code, answer = published
    assert exit_code == 1
    findings = [f for f in answer["files"][0]["findings"] if f["code"] == code]
    assert findings, f"{code} was not found"
    assert any(words in f"{f['seen']} {f['message']}" and f["cell"] for f in findings)
    assert not any(f["justified"] for f in findings)


@pytest.mark.parametrize("printed", ["9.9566"])
def test_mere_rounding_is_accepted(published: tuple[int, dict[str, Any]], printed: str) -> None:
    assert not [f for f in published[1]["files"][0]["findings"] if f["seen"] == printed]


def test_inbound_transport_is_accepted_as_a_product(
    published: tuple[int, dict[str, Any]],
) -> None:
    wrong_products = {f["seen"] for f in published[1]["files"][0]["findings"] if f["code"] == "N02"}
    assert "1.1051" not in wrong_products


def test_the_sum_of_shares_is_only_a_warning(published: tuple[int, dict[str, Any]]) -> None:
    shares = [f for f in published[1]["files"][0]["findings"] if f["code"] == "N05"]
    assert {f["severity"] for f in shares} == {"warning"}
