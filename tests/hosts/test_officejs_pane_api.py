"""What the pane asks of the server, and what it is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cfp_xl.cli import run
from cfp_xl.footprint.factors import builtin
from cfp_xl.functions.registry import call
from tests.hosts.conftest import Client

ACTIVITIES = [
    ["stage", "process", "status", "quantity", "unit", "factor_id"],
    ["production", "assembly", "data", 10, "kWh", "CN-ELEC-CFP-2024"],
    ["use", "operation", None, None, "kWh", "CN-ELEC-CFP-2024"],
    ["distribution", "lorry", "data", 3, "kWh", "NOTHING-LIKE-IT"],
    ["production", "heat", "data", {"error": "#REF!"}, "kWh", "CN-ELEC-CFP-2024"],
]


def answer(client: Client, path: str, body: dict[str, Any]) -> dict[str, Any]:
    given = client.post(path, json=body)
    assert given.status_code == 200, given.text
    document: dict[str, Any] = given.json()
    return document


@pytest.mark.parametrize("words", ["全国电力平均", "national average electricity"])
def test_factors_are_found_in_either_language_with_their_source(client: Client, words: str) -> None:
    found = client.get("/api/factors", params={"q": words, "lang": "zh", "limit": 1}).json()
    [factor] = found["factors"]
    assert found["has_more"]
    assert factor["id"].startswith("CN-ELEC-CFP-20")
    assert factor["source"]["publisher"] == "生态环境部 国家统计局 国家能源局"
    assert factor == client.get(f"/api/factors/{factor['id']}", params={"lang": "zh"}).json()


def test_a_formula_of_a_factor_is_one_that_can_be_typed(client: Client) -> None:
    factor = client.get("/api/factors/CN-ELEC-CFP-2024").json()
    assert factor["formula"] == '=CFP_FACTOR("CN-ELEC-CFP-2024","kWh")'


def test_no_words_find_nothing_and_an_unknown_id_is_said(client: Client) -> None:
    assert client.get("/api/factors").json() == {
        "factors": [],
        "has_more": False,
        "missing": None,
    }
    unknown = client.get("/api/factors/CN-ELEC-CFP-2042", params={"lang": "en"})
    assert unknown.status_code == 422
    assert unknown.json()["error"]["code"] == "factor_not_found"
    assert "CN-ELEC-CFP-2024" in unknown.json()["error"]["message"]


@pytest.mark.parametrize(
    ("header", "row"),
    [
        (["编号", "数值", "单位", "每单位"], ["CN-ELEC-CFP-2024", 0.5777, "kgCO2e", "kWh"]),
        (["per unit", "unit", "note", "value", "id", None], None),
        (["年份", "GWP版本", "id", "value", "unit", "per_unit"], None),
    ],
)
def test_a_factor_becomes_a_row_below_any_header(
    client: Client, header: list[Any], row: list[Any] | None
) -> None:
    given = answer(client, "/api/factor-row", {"id": "CN-ELEC-CFP-2024", "header": header})["row"]
    known = {
        "per unit": "kWh",
        "unit": "kgCO2e",
        "value": 0.5777,
        "id": "CN-ELEC-CFP-2024",
        "per_unit": "kWh",
        "年份": 2024,
    }
    assert given == (row or [known.get(heading) for heading in header])


def test_a_header_that_lacks_columns_is_said(client: Client) -> None:
    body = {"id": "CN-ELEC-CFP-2024", "header": ["id"]}
    given = client.post("/api/factor-row?lang=en", json=body)
    error = given.json()["error"]
    assert (given.status_code, error["code"]) == (422, "in_table")
    assert "cfp_factors" in error["message"]
    assert "the header row lacks: value" in error["message"]


@pytest.mark.parametrize(
    ("foreign", "plain"),
    [
        ("=[1]!CFP_FACTOR(A1)", "=CFP_FACTOR(A1)"),
        (r"='C:\Users\me\cfp.xlam'!CFP_TOTAL(A1:J9)", "=CFP_TOTAL(A1:J9)"),
        ("=1+_xldudf_CFP_GWP(A1,B1)", "=1+CFP_GWP(A1,B1)"),
        ("=ORG.CFPXL.FUNCTIONS.CFPFACTORINFO(A1)", "=CFP_FACTOR_INFO(A1)"),
        ('=SUM(A1:A9)&"[1]!CFP_FACTOR(A1)"', '=SUM(A1:A9)&"[1]!CFP_FACTOR(A1)"'),
        ("", ""),
    ],
)
def test_foreign_spellings_become_what_is_typed(client: Client, foreign: str, plain: str) -> None:
    [given] = answer(client, "/api/rebind", {"formulas": [foreign]})["formulas"]
    assert given == {"text": plain, "is_changed": foreign != plain}


def test_the_overview_has_every_stage_and_every_problem(client: Client) -> None:
    given = answer(client, "/api/footprint?lang=en", {"activities": ACTIVITIES})
    stages = {stage["id"]: stage for stage in given["stages"]}
    assert list(stages) == [
        "raw_material_acquisition",
        "production",
        "distribution",
        "use",
        "end_of_life",
    ]
    assert given["total_kgco2e"] is None
    assert stages["production"]["kgco2e"] is None, "one of its rows holds an error"
    assert [(p["row"], p["state"]) for p in given["problems"]] == [
        (2, "missing"),
        (3, "failed"),
        (4, "failed"),
    ]
    assert all(problem["message"] for problem in given["problems"])


def test_the_overview_takes_the_sheets_factors(client: Client) -> None:
    body = {
        "activities": [ACTIVITIES[0], ["production", "x", "data", 10, "kWh", "OWN"]],
        "factors": [["id", "value", "unit", "per_unit"], ["OWN", 0.25, "kgCO2e", "kWh"]],
    }
    given = answer(client, "/api/footprint", body)
    assert given["total_kgco2e"] == 2.5
    assert [stage["share"] for stage in given["stages"]] == [None, 1, None, None, None]


@pytest.mark.parametrize(
    ("change", "state"),
    [
        (lambda _: None, "not_pinned"),
        (lambda _: "  ", "not_pinned"),
        (lambda _: "my factors", "not_understood"),
        (lambda pin: pin, "same"),
        (lambda pin: f"{pin}; {builtin('desnz-2025').pin}", "same"),
        (lambda pin: pin.replace("@1", "@0"), "differs"),
        (lambda pin: pin[:-1] + ("0" if pin[-1] != "0" else "1"), "differs"),
        (lambda pin: pin.replace("cn-2026", "cn-1999"), "differs"),
    ],
    ids=["none", "blank", "words", "same", "both", "version", "hash", "unknown"],
)
def test_the_pinned_set_is_held_against_the_shipped_one(
    client: Client, change: Any, state: str
) -> None:
    pin = change(builtin("cn-2026").pin)
    assert answer(client, "/api/factor-set", {"pin": pin})["state"] == state


def test_search_gives_the_same_in_the_pane_in_a_cell_and_on_the_command_line(
    client: Client,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Own factors too: silicone, which no shipped set has, comes before the sets."""
    rows: list[list[Any]] = [
        ["id", "name", "value", "unit", "per_unit", "source"],
        ["OWN-SEAL", "silicone seal", 6.2, "kgCO2e", "kg", "supplier's declaration"],
    ]
    (tmp_path / "own.csv").write_text("\n".join(",".join(map(str, row)) for row in rows), "utf-8")
    monkeypatch.setenv("CFP_XL_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    assert run(["factors", "import", "own.csv", "--lang", "en"]) == 0
    for words, first in (
        ("silicone", "OWN-SEAL"),
        ("silicone seal", "OWN-SEAL"),
        ("stainless steel", "MOENV-STAINLESS-STEEL-COLD-ROLLED-COIL-2025"),
    ):
        capsys.readouterr()
        assert run(["factors", "search", words, "--limit", "5", "--lang", "en"]) == 0
        typed = [line.split()[0] for line in capsys.readouterr().out.splitlines()[:5]]
        cells = call("CFP_FACTOR_SEARCH", (words, 5.0, np.array(rows, dtype=object)))
        body = {"words": words, "factors": rows}
        shown = answer(client, "/api/factor-search?lang=en", body)["factors"][:5]
        assert isinstance(cells, np.ndarray)
        in_cells = [row[0] for row in cells.tolist()]
        assert in_cells[0] == first
        assert in_cells == [one["id"] for one in shown] == typed[: len(in_cells)]
    assert not shown[0]["is_own"]
    own = answer(client, "/api/factor-search", {"words": "silicone", "factors": rows})["factors"]
    assert own[0]["formula"] == '=CFP_FACTOR("OWN-SEAL","kg",cfp_factors)'
