"""Two kettles and a lamp of one site: shared bills, one certificate, one supplier asked once.

Figures by hand; then a fault planted in each join of the files is named, and in the right file.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from math import fsum
from pathlib import Path

import pytest

from cfp_xl.cli import run
from cfp_xl.schema.opened import Opened, open_file, opened
from cfp_xl.schema.region import Record
from cfp_xl.templates.upgrade import upgrade
from cfp_xl.verify.many.joined import added_by
from cfp_xl.verify.pipeline import verify_file
from cfp_xl.verify.result import Options
from cfp_xl.verify.stated import Stated, stated_in
from cfp_xl.verify.together import together
from cfp_xl.workbook.address import cell_position
from cfp_xl.workbook.reading.container import open_package
from cfp_xl.workbook.writing.values import Constant, write_values
from tests.cli import factory as factory_of
from tests.cli.factory import (
    ANSWER,
    BOX_KWH,
    BOXES_KG,
    FURNACE_HOURS,
    GREEN_KWH,
    KWH,
    LAMP,
    MACHINE_HOURS,
    NM3,
    PAPER_T,
    PIECES,
    PRODUCTS,
    SITE,
    A,
    B,
)
from tests.cli.tutorials import BULB, GAS_KGCO2E_PER_NM3, GRID, KETTLE, PAPER

BOX_KGCO2E_PER_KG = (PAPER_T * 1000 * PAPER + BOX_KWH * GRID) / BOXES_KG
GREEN = 0.05


@pytest.fixture(scope="module")
def factory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return factory_of.made(tmp_path_factory.mktemp("factory"))


def by_hand(name: str) -> dict[str, float]:
    kwh = KWH * MACHINE_HOURS[name] / 100 / PIECES[name]
    if name == LAMP:
        green = GREEN_KWH / PIECES[name]
        return {**BULB, "production": (kwh - green) * GRID + green * GREEN}
    nm3 = NM3 * FURNACE_HOURS[name] / 100 / PIECES[name]
    box = 0.35 * (BOX_KGCO2E_PER_KG - PAPER)
    return {
        **KETTLE,
        "raw_material_acquisition": KETTLE["raw_material_acquisition"] + box,
        "production": kwh * GRID + nm3 * GAS_KGCO2E_PER_NM3,
    }


def test_each_product_passes_with_the_figures_by_hand(factory: Path) -> None:
    for name in PRODUCTS:
        study = verify_file(factory / name)
        assert [one for one in study.findings if one.severity in ("error", "warning")] == []
        assert study.footprint is not None
        stages = {id: stage.kgco2e for id, stage in study.footprint.stages.items()}
        assert stages == pytest.approx(by_hand(name), rel=1e-9), name
        assert study.footprint.total_kgco2e == pytest.approx(fsum(by_hand(name).values()))


@cache
def stated(file: Path) -> Stated:
    found = stated_in(open_file(file), file)
    assert found is not None
    return found


Typed = dict[str, Constant]


def typed(name: str, cells: Typed) -> Callable[[Path, Path], Path]:
    """The file with these cells typed over, in a folder for it."""

    def change(factory: Path, target: Path) -> Path:
        by_sheet: dict[str, dict[tuple[int, int], Constant]] = {}
        for cell, value in cells.items():
            sheet, _, at = cell.partition("!")
            position = cell_position(at)
            assert position is not None
            by_sheet.setdefault(sheet, {})[position] = value
        file = target / name
        file.write_bytes(write_values(open_package(factory / name), by_sheet))
        return file

    return change


def unanswered(factory: Path, _: Path) -> Path:
    """The second kettle as it was before the answer came."""
    return factory / "before" / B


def answered_anew(factory: Path, target: Path) -> Path:
    """The supplier's corrected sheet goes into one of the two kettles."""
    (target / B).write_bytes((factory / B).read_bytes())
    (sheet,) = (factory / "out").glob("*.xlsx")
    corrected = {**ANSWER.fields, "output": BOXES_KG * 1.1, "filled_on": date(2026, 4, 10)}
    factory_of.answer_into(target, sheet, replace(ANSWER, fields=corrected))
    line = ["intake", target / "in", "--into", target / B, "--apply", "--date", "2026-04-21"]
    assert run([str(word) for word in line]) == 0
    return target / B


Found = set[tuple[str, str, str]]
IN_ALL = [(one, "J02", "") for one in PRODUCTS]
FAULTS: dict[str, tuple[Callable[[Path, Path], Path], Found]] = {
    "another total": (typed(A, {"分摊!E7": 4.1e6}), {(A, "J01", "")}),
    "another unit": (typed(A, {"分摊!F7": "MWh"}), {(A, "J01", "")}),
    "another month": (
        typed(B, {"分摊!B7": "2024"}),
        {(B, "J01", "flow"), (B, "J06", "unknown"), (SITE, "J02", "incomplete")},
    ),
    "too large a share": (
        typed(B, {"分摊!H7": 40.0}),
        {*IN_ALL, (B, "J06", "")},
    ),
    "too small a share": (
        typed(B, {"分摊!H7": 20.0}),
        {(SITE, "J02", "incomplete"), (B, "J06", "")},
    ),
    "another value of the own factor": (typed(B, {"因子!D32": 7.2}), {(B, "J03", "")}),
    "the lamp's certificate in a kettle too": (
        typed(
            A,
            {
                "分摊!B11": "2025",
                "分摊!C11": "GEC-7",
                "分摊!D11": "绿电",
                "分摊!E11": GREEN_KWH,
                "分摊!F11": "kWh",
                "分摊!G11": factory_of.NAMES[A],
                "分摊!H11": 1.0,
                "分摊!I11": 1.0,
                "分摊!J11": PIECES[A],
            },
        ),
        {(A, "J04", ""), (LAMP, "J04", ""), (A, "J06", "")},
    ),
    "another answer in one kettle": (answered_anew, {(B, "J05", "")}),
    "the answer in one kettle only": (unanswered, {(B, "J05", "missing")}),
    "another voucher": (
        typed(A, {"分摊!C9": "G-2024"}),
        {(A, "J06", "unknown"), (SITE, "J02", "incomplete")},
    ),
    "no voucher": (
        typed(A, {"分摊!C9": None}),
        {(A, "J06", "no_voucher"), (SITE, "J02", "incomplete")},
    ),
    "the site's bill corrected later": (
        typed(SITE, {"Bills!D6": 3.9e6}),
        {(one, code, case) for one in PRODUCTS for code, case in (("J01", ""), ("J06", "state"))},
    ),
}


def found(files: Sequence[Stated]) -> Found:
    by_path = together(files)
    return {(Path(path).name, f.code, f.case) for path, ones in by_path.items() for f in ones}


def test_a_fault_in_each_join_is_named_and_nothing_else(factory: Path, tmp_path: Path) -> None:
    files = {name: stated(factory / name) for name in (*PRODUCTS, SITE)}
    assert found(list(files.values())) == set()
    for number, (fault, (change, expected)) in enumerate(FAULTS.items()):
        target = tmp_path / str(number)
        target.mkdir()
        changed = change(factory, target)
        seen = found([*{**files, changed.name: stated(changed)}.values()])
        assert seen == expected, fault
    (tmp_path / "broken.xlsx").write_text("x")
    add = added_by([factory / A, tmp_path / "broken.xlsx"], Options(), 0, is_here=True)
    assert [one.code for one in add(verify_file(factory / A)).findings if one.code[0] == "J"] == [
        "J07"
    ]


def test_what_an_intake_noted_goes_into_another_language(factory: Path) -> None:
    """Who filled the sheet in, and when, lies right of the history, in columns of no template."""
    made = upgrade((factory / A).read_bytes(), factory / A, lang="en", native=True)
    assert made.left_out == ()
    (noted,) = histories(opened(made.data, factory / A))
    assert (noted.text("contact"), noted.text("part_id")) == ("Li · li@boxes.example", "P-BOX")
    assert [noted.values] == [one.values for one in histories(open_file(factory / A))]


def histories(file: Opened) -> list[Record]:
    assert file.recomputed.schema is not None
    return list(file.recomputed.schema.records("history"))


def test_the_supplier_was_asked_once(factory: Path) -> None:
    assert [file.name for file in (factory / "out").glob("*.xlsx")] == ["S01_P-BOX.xlsx"]
    answers = [stated(factory / name).answers for name in (A, B)]
    assert [[one.part_id for one in ones] for ones in answers] == [["P-BOX"]] * 2
    assert [one.kgco2e for ones in answers for one in ones] == [
        pytest.approx(BOX_KGCO2E_PER_KG)
    ] * 2
