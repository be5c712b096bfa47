"""Workbooks that are out are read for ever: those of the first template version, kept as files.

They are judged by today's code alone, through the commands, and answers also go into a product of
today's template. See data/template_1/README.md.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cfp_xl.cli import run
from tests.suppliers.test_example import (
    AMOUNT,
    ANSWERED,
    BEFORE,
    BOARD,
    LORRY,
    POWER,
    REST,
    UPSTREAM,
)

DATA = Path(__file__).parents[1] / "data" / "template_1"
PRODUCTS, ISSUED, ANSWERS, RESAVED = (
    DATA / name for name in ("products", "issued", "answers", "resaved")
)
BLANK = {("U04", "error"), ("F03", "error"), ("M05", "error"), ("B06", "error"), ("B06", "warning")}
"""B06 was made since: a blank product has no name either."""
CO2_ALONE = {("U02", "warning")}
LORRY_ALONE = {("F06", "error")}
"""The meter box counts its lorries without their fuel's upstream, which nobody asked for then:
edition 0.1 of the rules goes on passing it (below)."""
OLD_CHARTS = {("A05", "warning")}
"""Answers were taken in then without drawing the charts again."""
TO_FILL_IN = {("V10", "warning")}
"""A supplier's sheet says itself what is missing or wrong in it, which verify repeats since."""
KNOWN: dict[str, set[tuple[str, str]]] = {
    **dict.fromkeys(("product-zh", "product-zh-native", "product-en", "product-en-native"), BLANK),
    "meter-box": LORRY_ALONE,
    "meter-box-with-suppliers": LORRY_ALONE | OLD_CHARTS,
    **dict.fromkeys(("V01_P01", "V03_P03"), CO2_ALONE),
    # Full-width digits, which an intake understands and no spreadsheet program computes with.
    "V04_P04": {("N07", "error"), ("V04", "error"), *CO2_ALONE, *TO_FILL_IN},
}
"""Findings above info that these files had when they were kept, by name: no others may come,
but of rules that were made since and are right."""

CORRECTED = (74 * BOARD + 120_000 * POWER + 8_100 * LORRY) / 80_000
"""P05's answer by hand: board in t, kWh, t·km, for 80,000 cartons."""
PER_UNIT = {**ANSWERED, "P05": CORRECTED}
TOTAL_KGCO2E = sum(AMOUNT[id] * ANSWERED[id] for id in AMOUNT) + CORRECTED
TOTAL_KGCO2E += REST - UPSTREAM - 0.9e-3 * BOARD
"""The carton's own answer in place of the library's factor, one for each box; without the rows
for the upstream of the lorries' fuel, which the box has today."""


def documents(folder: Path, *command: str | Path) -> dict[str, Any]:
    """What a command says in JSON; exit code 1 says no more than its findings do."""
    target = folder / "said.json"
    code = run([*map(str, command), "--report", f"json={target}"])
    assert code in (0, 1)
    return dict(json.loads(target.read_text("utf-8")))


def above_info(findings: list[dict[str, Any]]) -> set[tuple[str, str]]:
    return {(f["code"], f["severity"]) for f in findings if f["severity"] != "info"}


@pytest.mark.parametrize(
    "path", sorted(DATA.rglob("*.xlsx")), ids=lambda path: f"{path.parent.name}/{path.stem}"
)
def test_it_verifies_as_it_did(path: Path, tmp_path: Path) -> None:
    [file] = documents(tmp_path, "verify", path)["files"]
    cells = file["cells"]
    known = set() if path.parent == ISSUED else KNOWN.get(path.stem, set())
    assert above_info(file["findings"]) <= known
    assert file["schema"] == (
        "product" if path.parent == PRODUCTS or path.stem == "bxd2-native" else "supplier"
    )
    assert cells["formulas"] > 150
    assert cells["matched"] + cells["not_computed"] == cells["formulas"]


def test_by_the_rules_of_then_no_error_is_new(tmp_path: Path) -> None:
    """`rules = "0.1"`: what has been asked since is info, and no file that passed fails."""
    policy = tmp_path / "cfp-xl.toml"
    policy.write_text('rules = "0.1"\n', "utf-8")
    files = documents(tmp_path, "verify", PRODUCTS, "--policy", policy)["files"]
    errors = {
        Path(file["path"]).stem: {f["code"] for f in file["findings"] if f["severity"] == "error"}
        for file in files
    }
    blank = {name: {"U04", "F03", "M05"} for name in KNOWN if name.startswith("product-")}
    examples = ("bxd2", "bxd2-native", "meter-box", "meter-box-with-suppliers")
    assert errors == blank | {name: set[str]() for name in examples}
    passed = {Path(file["path"]).stem for file in files if file["status"] == "passed"}
    assert passed == set(examples)


@pytest.mark.parametrize(
    ("product", "status", "known", "upstream"),
    [
        (PRODUCTS / "meter-box.xlsx", "failed", LORRY_ALONE, 0.0),
        (BEFORE, "passed", set[tuple[str, str]](), UPSTREAM),
    ],
    ids=["of then", "of now"],
)
@pytest.mark.parametrize("answers", [ANSWERS, RESAVED], ids=lambda path: path.name)
def test_answers_are_taken_in(
    answers: Path,
    product: Path,
    status: str,
    known: set[tuple[str, str]],
    upstream: float,
    tmp_path: Path,
) -> None:
    """Each with the figure that its data give by hand, and the footprint that follows."""
    files = sorted(answers.glob("V*.xlsx"))
    out = tmp_path / "out.xlsx"
    said = documents(
        tmp_path, "intake", *files, "--into", product, "--apply", "-o", out, "--date", "2026-04-20"
    )
    assert above_info(said["findings"]) == set()
    assert {one["part_id"]: one["kgco2e_per_unit"] for one in said["answers"]} == pytest.approx(
        PER_UNIT
    )
    for one in said["answers"]:
        assert (one["status"], above_info(one["findings"])) == ("accepted", set()), one["path"]
    [file] = documents(tmp_path, "verify", out)["files"]
    assert (file["status"], above_info(file["findings"])) == (status, known)
    assert file["footprint"]["total_kgco2e"] == pytest.approx(TOTAL_KGCO2E + upstream)
    again = documents(tmp_path, "intake", *files, "--into", out)
    assert again["summary"]["unchanged"] == len(PER_UNIT)


def test_a_blank_sheet_is_asked_to_be_filled_in_not_refused_as_changed(tmp_path: Path) -> None:
    """What is missing is named; nothing is called tampered with (S10 … S19)."""
    said = documents(
        tmp_path, "intake", *sorted(ISSUED.glob("*.xlsx")), "--into", PRODUCTS / "meter-box.xlsx"
    )
    assert said["summary"]["refused"] == said["summary"]["files"] == 4
    codes = {f["code"] for one in said["answers"] for f in one["findings"]}
    assert codes
    assert not {code for code in codes if code.startswith("S1")}


def test_the_example_with_its_suppliers_takes_in_a_later_answer(tmp_path: Path) -> None:
    """A product that was written into before: the fifth part's answer comes later."""
    product, out = PRODUCTS / "meter-box-with-suppliers.xlsx", tmp_path / "out.xlsx"
    said = documents(
        tmp_path, "intake", ANSWERS / "V05_P05.xlsx", "--into", product, "--apply", "-o", out
    )
    assert [one["status"] for one in said["answers"]] == ["accepted"]
    [file] = documents(tmp_path, "verify", out)["files"]
    assert (file["status"], above_info(file["findings"])) == ("failed", LORRY_ALONE)
    assert file["footprint"]["total_kgco2e"] == pytest.approx(TOTAL_KGCO2E)
