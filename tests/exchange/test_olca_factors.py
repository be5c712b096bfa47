"""openLCA JSON-LD in: system processes by their category, results as they stand; by hand."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from cfp_xl.cli import run
from cfp_xl.exchange.listing import ListNotRead
from cfp_xl.exchange.olca_factors import read_olca

KG = {"@id": "kg", "name": "kg"}


def flow(id: str, kind: str = "ELEMENTARY_FLOW") -> dict[str, str]:
    return {"@id": id, "name": id, "flowType": kind}


def exchange(id: str, amount: float, *, kind: str = "ELEMENTARY_FLOW", **more: object) -> object:
    return {"flow": flow(id, kind), "amount": amount, "unit": KG, **more}


PRODUCT = exchange("steel", 2.0, kind="PRODUCT_FLOW", isQuantitativeReference=True)
CLIMATE = {
    "@id": "c",
    "name": "Climate change",
    "refUnit": "kg CO2 eq",
    "impactFactors": [
        {"flow": flow("CO2"), "value": 1.0, "unit": KG},
        {"flow": flow("CH4"), "value": 29.8, "unit": KG},
    ],
}
SYSTEM = {
    "@id": "p1",
    "name": "steel, at plant",
    "exchanges": [PRODUCT, exchange("CO2", 3.0), exchange("CH4", 0.1), exchange("water", 5.0)],
}
UNIT = {
    "@id": "p2",
    "name": "steel, unit process",
    "exchanges": [PRODUCT, exchange("power", 4.0, kind="PRODUCT_FLOW", isInput=True)],
}
RESULT = {
    "@id": "r1",
    "name": "brass rod",
    "impactResults": [
        {"indicator": {"@id": "c", "name": "Climate change"}, "amount": 8.2},
        {"indicator": {"@id": "a", "name": "Acidification"}, "amount": 0.1},
    ],
    "flowResults": [{"isRefFlow": True, "flow": flow("brass"), "amount": 2.0, "unit": KG}],
}


def package(folder: Path, **entities: list[Any]) -> Path:
    file = folder / "x.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("olca-schema.json", '{"version": 2}')
        for name, many in entities.items():
            for one in many:
                archive.writestr(f"{name}/{one['@id']}.json", json.dumps(one))
    return file


def test_factors_of_results_and_system_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CFP_XL_HOME", str(tmp_path / "home"))
    file = package(tmp_path, lcia_categories=[CLIMATE], processes=[SYSTEM, UNIT], results=[RESULT])
    listing, problems = read_olca(file)
    values = {line.cells[1]: line.cells[2] for line in listing.lines}
    # (3 + 0.1 x 29.8) / 2 kg; 8.2 / 2 kg
    assert values == pytest.approx({"steel, at plant": 2.99, "brass rod": 4.1})
    assert [one.key for one in problems] == ["exchange.olca_unit_process"]
    assert run(["factors", "import", str(file), "-o", str(tmp_path / "own.csv"), "--lang", "en"])
    said = capsys.readouterr().out
    assert "unit process with inputs of products" in said
    assert "2 factors" in said


def test_what_gives_no_factor_is_said(tmp_path: Path) -> None:
    other = {**CLIMATE, "@id": "d", "name": "GWP100"}
    with pytest.raises(ListNotRead, match="several climate categories"):
        read_olca(package(tmp_path, lcia_categories=[CLIMATE, other], processes=[SYSTEM]))
    for entities, key in (
        ({"processes": [SYSTEM]}, "exchange.olca_no_category"),
        (
            {"processes": [SYSTEM], "lcia_categories": [{**CLIMATE, "refUnit": "mol H+"}]},
            "olca_unit",
        ),
        ({"results": [{**RESULT, "flowResults": []}]}, "exchange.olca_no_reference"),
        ({"results": [{**RESULT, "impactResults": []}]}, "exchange.olca_impacts"),
    ):
        listing, problems = read_olca(package(tmp_path, **entities))
        assert listing.lines == ()
        assert [one.key.endswith(key) for one in problems] == [True]
