"""Answers typed into LibreOffice Calc as careless suppliers type them, one a kind; and what becomes
of each. All are typed in one session of Calc.

The shell as it should be is in `tests/suppliers/returned.py`; the factor in use for it is invented.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from cfp_xl.suppliers.judge import judge
from cfp_xl.suppliers.outcomes import AnswerStatus, Judged
from tests.clients.calc_macro import MacroCalc
from tests.suppliers.returned import asked_as, layout, question, row_cell, shell

pytestmark = pytest.mark.client

SHEETS = layout().sheets
FILL, DATA = SHEETS["fill"], SHEETS["activities"]
HELD, REFUSED, ACCEPTED = AnswerStatus.HELD, AnswerStatus.REFUSED, AnswerStatus.ACCEPTED
Command = tuple[object, ...]
ASKED = asked_as(usual_kgco2e=5.0)


def put(id: str, text: str) -> Command:
    return "type", FILL, question(id).cell, text


def row(column: str, flow: str, value: object, number: int = 0) -> Command:
    how = "type" if isinstance(value, str) else "number"
    return how, DATA, row_cell(column, flow, number).cell, value


def blank(flow: str) -> list[Command]:
    return [row(column, flow, "") for column in ("activity", "quantity", "unit")]


def copied(flow: str, quantity: float) -> list[Command]:
    """The flow's first row once more, below it."""
    cells = [(row_cell(c, flow).cell, row_cell(c, flow, 1).cell) for c in ("activity", "unit")]
    return [
        *(("copy", DATA, one, other) for one, other in cells),
        row("quantity", flow, quantity, 1),
    ]


def inputs(flow: str) -> str:
    """What suppliers fill in of a flow's rows."""
    last = len(layout().flow_rows[flow]) - 1
    return f"{row_cell('activity', flow).cell}:{row_cell('reason', flow, last).cell}"


KINDS: Mapping[str, tuple[Sequence[Command], AnswerStatus, set[str]]] = {
    "steel of no material": (
        [*blank("material"), *blank("waste"), put("has_material", "没有"), put("has_waste", "无")],
        HELD,
        {"S36"},
    ),
    "ten times the pieces": (
        [("number", FILL, question("output").cell, 200000)],
        HELD,
        {"S36", "S51"},
    ),
    "MWh taken for kWh": ([row("unit", "energy", "kWh")], HELD, {"S52"}),
    "tonnes for kilograms": ([row("quantity", "material", 27100.0)], REFUSED, {"S36", "S51"}),
    "one row twice": (copied("material", 27.1), HELD, {"S36", "S40"}),
    "1.200 or 1200": ([row("quantity", "fuel", "1.200")], REFUSED, {"S31"}),
    "54,000 or 54": ([row("quantity", "energy", "54,000")], REFUSED, {"S31"}),
    "a range": ([row("quantity", "material", "27-28")], REFUSED, {"S31"}),
    "a share": ([row("quantity", "waste", "7%")], REFUSED, {"S31"}),
    "amounts of one piece": (
        [
            row("quantity", flow, quantity)
            for flow, quantity in {
                "material": 0.001355, "energy": 0.0027, "fuel": 0.06, "transport": 0.405,
                "waste": 0.000105,
            }.items()
        ],
        REFUSED,
        {"S36"},
    ),
    "two sheets copied out": (
        [("remove sheet", name) for id, name in SHEETS.items() if id not in ("fill", "activities")],
        REFUSED,
        {"S23"},
    ),
    "yes and no in other words": (
        [put("has_material", "有"), put("has_energy", "Y"), put("has_process", "没有"),
         put("has_waste", "yes"), put("has_fuel", "√")],
        ACCEPTED,
        set(),
    ),
    "rows sorted, spare ones deleted": (
        [("sort", DATA, inputs("material"), 0), ("delete rows", DATA, 37, 1),
         ("delete rows", DATA, 13, 1)],
        ACCEPTED,
        set(),
    ),
    "a note in a row": ([row("reason", "fuel", "烘道, 冬季")], ACCEPTED, set()),
}  # fmt: skip


@pytest.fixture(scope="module")
def answers(soffice: str, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Judged]:
    folder = tmp_path_factory.mktemp("kinds")
    calc = MacroCalc(soffice, folder / "profile")
    calc.start()
    for number in range(len(KINDS)):
        (folder / f"answer{number}.xlsx").write_bytes(shell())
    wanted = {
        folder / f"answer{number}.xlsx": commands
        for number, (commands, _, _) in enumerate(KINDS.values())
    }
    edited: Sequence[Path] = calc.all_edited(wanted)
    return {name: judge(path, ASKED) for name, path in zip(KINDS, edited, strict=True)}


@pytest.mark.parametrize("name", KINDS)
def test_what_becomes_of_a_careless_answer(name: str, answers: Mapping[str, Judged]) -> None:
    _, status, codes = KINDS[name]
    answer = answers[name]
    loud = {one.code for one in answer.findings if one.severity.rank}
    told = [f"{one.where} {one.code} {one.message('en')}" for one in answer.findings]
    assert (answer.status, loud) == (status, codes), told


def test_what_the_supplier_noted_is_read(answers: Mapping[str, Judged]) -> None:
    accepted = answers["a note in a row"].accepted
    assert accepted
    assert "烘道, 冬季" in {note.text for note in accepted.notes}


@pytest.mark.parametrize("name", [name for name in KINDS if KINDS[name][1] is not ACCEPTED])
def test_each_is_told_in_words_for_people(name: str, answers: Mapping[str, Judged]) -> None:
    """No formula, no figure of the buyer's."""
    for one in answers[name].findings:
        for lang in ("zh", "en"):
            words = one.supplier_message(lang)
            assert words
            for unwanted in ("IFERROR", "SUMIF", "$", "=", "#", "factor in use", "在用"):
                assert unwanted not in words, words
