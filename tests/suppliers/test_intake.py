"""Many files taken in: each judged by itself, none written without being asked."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from cfp_xl.cli import run as cfp_xl
from cfp_xl.findings import Severity
from cfp_xl.schema.opened import open_file
from cfp_xl.suppliers.fill import TypedAnswer, Used, fill
from cfp_xl.suppliers.intake import Accepting, IntakeRun, intake
from cfp_xl.suppliers.mailing import Asking, requests
from cfp_xl.suppliers.outcomes import AnswerStatus
from cfp_xl.suppliers.parts import parts_of
from cfp_xl.suppliers.product_parts import NoParts, supplier_requests
from cfp_xl.templates.supplier.issue import Request, issue
from tests.suppliers.answered import product as product_file
from tests.suppliers.returned import GRID, OF_SHELL, PCF, STEEL
from tests.verify.conftest import Editor

HERE = IntakeRun(is_isolated=False)
OF_PART = {
    "P-01": (
        {**OF_SHELL, "has_fuel": "no", "has_transport": "no", "has_waste": "no", "output": 100_000},
        (Used(STEEL, 120, "t"), Used(GRID, 50_000, "kWh")),
    ),
    "P-02": ({**PCF, "pcf_kgco2e": 4.0}, ()),
}
"""kgCO2e/kg: the shell (120 × 2863.90131 + 50000 × 0.5777) / 100000 = 3.72553; the bars 4."""


@pytest.fixture
def box(tmp_path: Path) -> Path:
    """A product that asks two suppliers for a part each."""
    path = tmp_path / "box.xlsx"
    path.write_bytes(product_file("zh-native"))
    return path


Returning = Callable[..., Path]


@pytest.fixture
def returned(box: Path, tmp_path: Path) -> Returning:
    """`returned("P-01", "a.xlsx", output=…)`: the part's sheet as its supplier sends it back."""
    product = open_file(box).cached.product
    assert product is not None
    parts, _ = parts_of(product)
    asked, _ = requests(parts, None, Asking("Box", "", "", None, ""))
    by_part: dict[str, Request] = {one.part_id: one for one in asked}
    (tmp_path / "in").mkdir()

    def one(part_id: str, name: str, **changed: object) -> Path:
        request = by_part[part_id]
        fields, used = OF_PART[part_id]
        answer = TypedAnswer({**fields, **changed}, used)  # type: ignore[dict-item]
        path = tmp_path / "in" / name
        path.write_bytes(fill(issue(request), answer, request.lang, request.kind))
        return path

    return one


def test_answers_come_in_the_order_of_their_files(box: Path, returned: Returning) -> None:
    files = [returned("P-02", "b.xlsx"), returned("P-01", "a.xlsx")]
    result = intake(files, open_file(box), run=HERE)
    assert [a.part_id for a in result.answers] == ["P-02", "P-01"]
    assert [a.status for a in result.answers] == [AnswerStatus.ACCEPTED] * 2
    figures = [a.kgco2e_per_unit for a in result.accepted]
    assert figures == pytest.approx([4.0, (120 * 2863.90131 + 50_000 * 0.5777) / 100_000])
    assert (result.exit_code, result.waiting) == (0, ())


def test_one_bad_file_stops_no_other(box: Path, returned: Returning, tmp_path: Path) -> None:
    (tmp_path / "in" / "c.xlsx").write_bytes(b"PK\x03\x04 nothing")
    (tmp_path / "in" / "d.txt").write_text("a list")
    files = [
        *(tmp_path / "in" / name for name in ("c.xlsx", "d.txt", "absent.xlsx")),
        box,
        returned("P-01", "a.xlsx"),
    ]
    result = intake(files, open_file(box), run=IntakeRun(jobs=2))
    assert [a.status for a in result.answers] == [AnswerStatus.UNREADABLE] * 4 + [
        AnswerStatus.ACCEPTED
    ]
    assert [a.findings[0].code for a in result.answers[:4]] == ["W05", "W01", "W10", "S01"]
    assert result.exit_code == 2
    assert [asked.part.part_id for asked in result.waiting] == ["P-02"]


def test_processes_change_no_result(box: Path, returned: Returning) -> None:
    files = [returned("P-01", "a.xlsx", output="20,000"), returned("P-02", "b.xlsx")]
    assert intake(files, open_file(box), run=HERE) == intake(
        files, open_file(box), run=IntakeRun(jobs=2)
    )


def test_of_two_different_answers_neither_is_taken(box: Path, returned: Returning) -> None:
    files = [returned("P-01", "a.xlsx"), returned("P-01", "a2.xlsx", output=90_000)]
    result = intake(files, open_file(box), run=HERE)
    assert [a.status for a in result.answers] == [AnswerStatus.REFUSED] * 2
    assert [a.findings[0].code for a in result.answers] == ["S07", "S07"]
    assert "a2.xlsx" in result.answers[0].findings[0].message("zh")


def test_of_two_copies_one_is_taken(box: Path, returned: Returning) -> None:
    first = returned("P-01", "a.xlsx")
    copy = first.with_name("a (1).xlsx")
    copy.write_bytes(first.read_bytes())
    result = intake([first, copy], open_file(box), run=HERE)
    assert [a.status for a in result.answers] == [AnswerStatus.ACCEPTED, AnswerStatus.UNCHANGED]
    assert len(result.accepted) == 1


def test_a_good_answer_before_a_refused_one_is_held_back(box: Path, returned: Returning) -> None:
    """The supplier meant the newer one; what it should have said nobody knows yet."""
    files = [
        returned("P-01", "a.xlsx", filled_on=date(2026, 3, 1)),
        returned("P-01", "b.xlsx", filled_on=date(2026, 3, 9), output="about 20"),
        returned("P-02", "c.xlsx", filled_on=date(2026, 3, 9)),
        returned("P-02", "d.xlsx", filled_on=date(2026, 3, 1), pcf_kgco2e="?"),
    ]
    found = intake(files, open_file(box), run=HERE).answers
    held, refused = AnswerStatus.HELD, AnswerStatus.REFUSED
    assert [one.status for one in found] == [held, refused, AnswerStatus.ACCEPTED, refused]
    why = found[0].findings[-1]
    assert (why.code, why.case) == ("S09", "refused")
    assert "2026-03-09" in why.message("en")
    assert "b.xlsx" in why.message("zh")
    assert "b.xlsx" not in why.supplier_message("en")
    wanted = Accepting({"S09": "agreed by phone"}, date(2026, 3, 10))
    taken = intake(files, open_file(box), run=HERE, accepting=wanted).answers[0]
    assert (taken.status, taken.findings[-1].severity) == (AnswerStatus.ACCEPTED, Severity.INFO)


def test_an_answer_held_back_is_noted_once(box: Path, returned: Returning) -> None:
    returned("P-01", "a.xlsx", filled_on=date(2026, 3, 1))
    returned("P-01", "b.xlsx", filled_on=date(2026, 3, 9), output="about 20")
    command = ["intake", str(box.parent / "in"), "--into", str(box), "--apply"]
    assert cfp_xl(command) == 1
    once = box.read_bytes()
    product = open_file(box)
    (row,) = product.cached.schema.records("history")  # type: ignore[union-attr]
    assert (row.text("action"), row.text("codes")) == ("暂缓", "S09")
    assert cfp_xl(command) == 1
    assert box.read_bytes() == once


def test_a_bad_answer_beside_a_good_one_does_no_harm(box: Path, returned: Returning) -> None:
    files = [returned("P-01", "a.xlsx"), returned("P-01", "a2.xlsx", output="n/a")]
    result = intake(files, open_file(box), run=HERE)
    assert [a.status for a in result.answers] == [AnswerStatus.ACCEPTED, AnswerStatus.REFUSED]


STRANGERS = {
    "another product": ({"product": "Another box"}, "S02"),
    "an unknown part": ({"part_id": "P-77"}, "S03"),
    "another supplier": ({"supplier_id": "SUP-X"}, "S03"),
    "another unit": ({"unit": "件"}, "S03"),
}


@pytest.mark.parametrize("name", STRANGERS)
def test_a_sheet_for_somebody_else_is_refused(name: str, box: Path, tmp_path: Path) -> None:
    changed, code = STRANGERS[name]
    product = open_file(box).cached.product
    assert product is not None
    request = requests(parts_of(product)[0], None, Asking("Box", "", "", None, ""))[0][0]
    other = replace(request, **changed)  # type: ignore[arg-type]
    path = tmp_path / "a.xlsx"
    path.write_bytes(fill(issue(other), TypedAnswer(*OF_PART["P-01"]), other.lang, other.kind))
    (answer,) = intake([path], open_file(box), run=HERE).answers
    assert answer.status is AnswerStatus.REFUSED
    assert code in [one.code for one in answer.findings if one.severity is Severity.ERROR]


def test_a_workbook_without_parts_asks_nobody() -> None:
    bxd2 = Path(__file__).parents[2] / "workbooks" / "bxd2.xlsx"
    with pytest.raises(NoParts):
        intake([], open_file(bxd2), run=HERE)


def test_the_product_says_what_its_parts_give_by_now(box: Path) -> None:
    """Of the shell: 2 kWh/kg × 0.5777; its freight of 3.1 t·km is the row that delivers it."""
    shell, bars = supplier_requests(open_file(box)).parts
    assert shell.usual_kgco2e == pytest.approx(2 * 0.5777)
    assert bars.usual_kgco2e == pytest.approx(5 * 0.5777)
    assert shell.usual_factor == GRID
    assert len(shell.deliveries) == 1
    assert bars.deliveries == ()


# The command


def answers_in(folder: Path, box: Path, *more: str) -> tuple[int, dict[str, Any]]:
    report = box.with_name("report.json")
    code = cfp_xl(["intake", str(folder), "--into", str(box), "--report", f"json={report}", *more])
    return code, json.loads(report.read_text("utf-8"))


def test_a_dry_run_writes_nothing(
    box: Path, returned: Returning, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = returned("P-01", "a.xlsx").parent
    before = box.read_bytes()
    code, report = answers_in(folder, box, "--lang", "zh")
    assert (code, box.read_bytes(), report["applied"]) == (0, before, None)
    shown = capsys.readouterr().out
    assert "✓ 可接收" in shown
    assert "3.726 / kg" in shown
    assert "--apply" in shown


def test_the_report_in_json(box: Path, returned: Returning) -> None:
    returned("P-02", "b.xlsx")
    folder = returned("P-01", "a.xlsx", output="20,000").parent
    code, report = answers_in(folder, box)
    assert code == 1
    assert report["schema"] == "cfp-xl/intake/1"
    first, second = report["answers"]
    assert (first["part_id"], first["status"], first["kgco2e_per_unit"]) == (
        "P-01",
        "refused",
        None,
    )
    assert set(first["findings"][0]) == {
        "code",
        "severity",
        "justified",
        "sheet",
        "cell",
        "message",
        "seen",
        "expected",
        "hint",
        "fingerprint",
    }
    assert (second["status"], second["kgco2e_per_unit"], second["unit"], second["kind"]) == (
        "accepted",
        4.0,
        "kg",
        "pcf",
    )


def test_applied_twice_changes_nothing_the_second_time(box: Path, returned: Returning) -> None:
    """5.2 kg of shell by its supplier: 19.185417 − 5.2 × (2 × 0.5777 − 3.72553…) kgCO2e."""
    folder = returned("P-01", "a.xlsx").parent
    code, report = answers_in(folder, box, "--apply", "--date", "2026-11-23")
    applied = report["applied"]
    assert code == 0
    shell = (120 * 2863.90131 + 50_000 * 0.5777) / 100_000
    assert applied["after_kgco2e"] == pytest.approx(19.185417 - 5.2 * (2 * 0.5777 - shell))
    once = box.read_bytes()
    code, report = answers_in(folder, box, "--apply")
    assert (code, box.read_bytes()) == (0, once)
    assert [a["status"] for a in report["answers"]] == ["unchanged"]


def test_a_corrected_answer_replaces_and_the_former_one_stays_out(
    box: Path, returned: Returning
) -> None:
    folder = returned("P-01", "a.xlsx").parent
    assert answers_in(folder, box, "--apply")[0] == 0
    returned("P-01", "a2.xlsx", output=90_000)
    code, report = answers_in(folder, box, "--apply")
    assert code == 0
    assert [a["status"] for a in report["answers"]] == ["unchanged", "replaces"]
    once = box.read_bytes()
    code, report = answers_in(folder, box, "--apply")
    assert (code, box.read_bytes()) == (0, once)
    old = report["answers"][0]
    assert (old["status"], old["findings"][0]["code"]) == ("unchanged", "S08")


def test_files_to_send_back_and_the_status_are_written(box: Path, returned: Returning) -> None:
    folder = returned("P-01", "a.xlsx", output="20,000").parent
    back, page = box.with_name("back"), box.with_name("status.html")
    code, _ = answers_in(folder, box, "--annotate", str(back), "--status", str(page))
    assert code == 1
    assert [path.name for path in back.iterdir()] == ["a.xlsx"]
    assert "P-02" in page.read_text("utf-8")


def test_a_next_step_is_not_one_that_is_being_taken(
    box: Path, returned: Returning, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(returned("P-01", "a.xlsx", output="20,000").parent)
    asked = ("--annotate", str(box.with_name("back"))), ("--status", str(box.with_name("s.html")))
    for given in ((), *((one,) for one in asked), asked):
        capsys.readouterr()
        cfp_xl(["intake", folder, "--into", str(box), "--lang", "en", *chain.from_iterable(given)])
        shown = capsys.readouterr().out
        assert [f"{name} " in shown for name, _ in asked] == [pair not in given for pair in asked]


def test_a_new_copy_is_written_beside_the_product(box: Path, returned: Returning) -> None:
    folder = returned("P-01", "a.xlsx").parent
    before, copy = box.read_bytes(), box.with_name("copy.xlsx")
    code, report = answers_in(folder, box, "--apply", "-o", str(copy))
    assert (code, box.read_bytes(), report["applied"]["kept"]) == (0, before, None)
    known = supplier_requests(open_file(copy)).by_part["p-01"]
    assert known.current_kgco2e == pytest.approx(3.725531572)


def test_a_product_that_was_tampered_with_takes_nothing(box: Path, returned: Returning) -> None:
    """Its own formulas are sealed, and a dry run tells it already."""
    folder = returned("P-01", "a.xlsx").parent
    editor = Editor(box)
    where = next(
        sheet.ref(*position)
        for sheet in editor.workbook.sheets
        for position, cell in sorted(sheet.cells.items())
        if cell.formula and isinstance(cell.value, float)
    )
    editor.set_formula(where.sheet, where.cell, None)
    editor.save(box.with_name("changed.xlsx")).replace(box)
    before = box.read_bytes()
    for more in ([], ["--apply"]):
        code, report = answers_in(folder, box, *more)
        assert (code, [one["code"] for one in report["findings"]]) == (1, ["S87"])
        assert (report["applied"], box.read_bytes()) == (None, before)


def test_the_product_may_lie_among_the_answers(box: Path, returned: Returning) -> None:
    answer = returned("P-01", "a.xlsx")
    (box.parent / "a.xlsx").write_bytes(answer.read_bytes())
    answer.unlink()
    for status in ("accepted", "unchanged"):
        code, report = answers_in(box.parent, box, "--apply")
        assert (code, [a["status"] for a in report["answers"]]) == (0, [status])
    assert len(list(box.parent.glob("box.before-*.xlsx"))) == 1


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["intake", "nowhere/", "--into", "box.xlsx"], 2),
        (["intake", "in", "--into", "absent.xlsx"], 2),
        (["intake", "in", "--into", "in/a.xlsx"], 2),
        (["intake", "in"], 2),
        (["intake", "in", "--into", "box.xlsx", "-o", "new.xlsx"], 2),
        (["intake", "in", "--into", "box.xlsx", "--date", "someday"], 2),
    ],
)
def test_usage(
    arguments: list[str],
    code: int,
    box: Path,
    returned: Returning,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    returned("P-01", "a.xlsx")
    monkeypatch.chdir(box.parent)
    assert cfp_xl(arguments) == code
