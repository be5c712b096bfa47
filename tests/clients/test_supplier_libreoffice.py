"""A supplier's sheet in LibreOffice Calc: saved again, edited as people edit, and tampered with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from cfp_xl.suppliers.fill import Used
from cfp_xl.suppliers.judge import judge
from cfp_xl.suppliers.outcomes import AnswerStatus, Judged
from tests.clients.calc_macro import MacroCalc
from tests.suppliers.returned import (
    BARS,
    DIESEL,
    FREIGHT,
    OF_FREIGHT,
    PCF,
    PRODUCT,
    answered,
    layout,
    question,
    row_cell,
    shell,
)
from tests.suppliers.returned import judged as judged_here

pytestmark = pytest.mark.client

SHEETS = layout().sheets
FILL, DATA, LISTS = SHEETS["fill"], SHEETS["activities"], SHEETS["lists"]
Command = tuple[object, ...]


def told(answer: Judged) -> list[str]:
    return [f"{one.where} {one.code} {one.case} {one.message('en')}" for one in answer.findings]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(shell, id="activity data"),
        pytest.param(lambda: answered(BARS, PCF, ()), id="a footprint"),
        pytest.param(
            lambda: answered(FREIGHT, OF_FREIGHT, [Used(DIESEL, 15_600, "kg")]), id="freight"
        ),
    ],
)
def test_a_sheet_saved_again_is_accepted_without_a_word(
    data: Callable[[], bytes], convert: Callable[..., Path], tmp_path: Path
) -> None:
    before = judged_here(data(), tmp_path)
    after = judge(convert(tmp_path / "answer.xlsx", "xlsx", recalculate=True), PRODUCT)
    assert after.findings == (), told(after)
    assert after.accepted
    assert before.accepted
    assert after.accepted.kgco2e_per_unit == before.accepted.kgco2e_per_unit


@pytest.fixture(scope="module")
def editor(soffice: str, tmp_path_factory: pytest.TempPathFactory) -> MacroCalc:
    """Calc that does what a person would do by hand."""
    calc = MacroCalc(soffice, tmp_path_factory.mktemp("calc") / "profile")
    calc.start()
    return calc


HARMLESS: dict[str, tuple[Sequence[Command], tuple[str, ...]]] = {
    "rows and columns put in, a sheet renamed": (
        [
            ("insert rows", FILL, 10, 2),
            ("insert columns", FILL, 2, 1),
            ("insert rows", DATA, 11, 1),
            ("insert columns", DATA, 3, 1),
            ("insert rows", LISTS, 25, 3),
            ("rename", FILL, "问卷"),
        ],
        ("S16",),
    ),
    "a column of data moved, cells merged, texts for numbers": (
        [
            ("type", FILL, question("output").cell, "２００００ 件"),
            ("type", DATA, row_cell("quantity", "material").cell, "27100千克"),
            ("type", DATA, row_cell("quantity", "energy").cell, "54,0"),
            ("insert columns", DATA, 6, 1),
            ("move", DATA, "C1:C60", "F1"),
            ("delete columns", DATA, 3, 1),
            ("merge", FILL, "C11:D12"),
        ],
        ("S39",),
    ),
    "a row of data put in, filled down, and filled in": (
        [
            ("number", DATA, row_cell("quantity", "energy").cell, "50"),
            ("insert rows", DATA, 16, 1),
            ("copy", DATA, "A15:M15", "A16"),
            ("number", DATA, "C16", "4"),
        ],
        (),
    ),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_what_people_do_to_a_sheet_is_understood(
    name: str, editor: MacroCalc, tmp_path: Path
) -> None:
    """Each gives the figures of the sheet as it went in."""
    commands, codes = HARMLESS[name]
    right = judged_here(shell(), tmp_path)
    after = judge(editor.edited(tmp_path / "answer.xlsx", commands), PRODUCT)
    assert tuple(one.code for one in after.findings) == codes, told(after)
    assert after.accepted
    assert right.accepted
    figures = (after.accepted.kgco2e_per_unit, right.accepted.kgco2e_per_unit)
    assert figures[0] == pytest.approx(figures[1], rel=1e-12)


def test_what_nobody_should_do_to_a_sheet_is_named(editor: MacroCalc, tmp_path: Path) -> None:
    """All of it at once, after a row was put in above; each cell as it is called by then."""
    commands: Sequence[Command] = [
        ("insert rows", FILL, 5, 1),
        ("type", FILL, "E9", "✓"),
        ("formula", FILL, "C3", "=12"),
        ("number", LISTS, "D40", "0.1"),
        ("type", LISTS, "A20", "斤"),
        ("hide rows", FILL, 13),
        ("formula", FILL, "C12", '=HYPERLINK("http://x.example";"?")'),
        ("formula", FILL, "C35", "='file:///tmp/other.xlsx'#$Sheet1.A1"),
        ("delete rows", FILL, 17, 1),
    ]
    judged_here(shell(), tmp_path)
    after = judge(editor.edited(tmp_path / "answer.xlsx", commands), PRODUCT)
    named = {(one.code, one.where and one.where.cell) for one in after.findings}
    assert {
        ("S10", "E9"),
        ("S10", "C3"),
        ("S11", "D40"),
        ("S11", "A20"),
        ("S17", "A13"),
        ("S12", "C12"),
        ("S12", "C34"),
        ("S10", "A16"),
    } <= named, told(after)
    assert "S13" in {one.code for one in after.findings}
    assert after.status is AnswerStatus.REFUSED
