"""One choice or cause is one finding with the list of its cells."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from cfp_xl.findings import CellRef, Finding, Justification, Waiver, finding, ranges_of
from cfp_xl.verify.folding import fold
from cfp_xl.verify.judging.baseline import Baseline, baseline_text, read_baseline
from cfp_xl.verify.judging.judge import Judge
from cfp_xl.verify.judging.policy import NO_POLICY
from cfp_xl.verify.result import FileResult, FileStatus


def mixed(cell: str, seen: str = "AR5") -> Finding:
    where = CellRef("A", cell)
    return finding("G01", where, case="mixed", seen=seen, expected="AR6", factor=cell, row=cell)


def places(findings: tuple[Finding, ...]) -> list[list[str]]:
    return [[str(one.where) for one in f.each] for f in findings]


def test_rows_of_one_choice_are_one_finding() -> None:
    found = fold([mixed("G7"), mixed("G8", "AR4"), mixed("G9"), mixed("G10"), mixed("G7")])
    assert places(found) == [["A!G7", "A!G9", "A!G10"], ["A!G8"]]
    assert "A!G9:G10" in found[0].message("en")
    assert "A!G9:G10" in found[0].message("zh")


def test_what_a_reason_answers_stays_by_itself() -> None:
    reason = Justification("G01", "A!G8", "r", "w", "d", CellRef("J", "A2"))
    answered = replace(mixed("G8"), justification=reason)
    assert places(fold([mixed("G7"), answered, mixed("G9")])) == [["A!G7", "A!G9"], ["A!G8"]]


def test_codes_that_do_not_declare_it_stay_apart() -> None:
    found = [finding("U04", CellRef("A", cell), case="no_unit", seen="x") for cell in ("B1", "B2")]
    assert places(fold(found)) == [["A!B1"], ["A!B2"]]


def test_a_further_cell_is_new_to_a_baseline(tmp_path: Path) -> None:
    def result(*cells: str) -> FileResult:
        findings = fold([mixed(cell) for cell in cells])
        return FileResult((tmp_path / "a.xlsx").as_posix(), "0" * 64, FileStatus.FAILED, findings)

    path = tmp_path / "baseline.json"
    path.write_text(baseline_text([result("G7", "G9")], tmp_path), "utf-8")
    known: Baseline = read_baseline(path)
    for cells, is_known in [(("G7", "G9"), True), (("G9",), True), (("G7", "G9", "G11"), False)]:
        marked = known.marked(result(*cells), is_new_only=True)
        assert [one.is_known for one in marked.findings] == [is_known]


def test_cells_below_each_other_are_a_range() -> None:
    cells = [CellRef("A", c) for c in ("G7", "G8", "G9", "H9", "G11")]
    assert ranges_of(cells) == ["A!G7:G9", "A!H9", "A!G11"]


@pytest.mark.parametrize(
    ("waived", "left"), [(["A!G7"], ["A!G9"]), (["A!G7", "A!G9"], []), (["A!G9"], ["A!G7"])]
)
def test_a_waiver_of_one_cell_waives_no_other(
    tmp_path: Path, waived: list[str], left: list[str]
) -> None:
    path = (tmp_path / "a.xlsx").as_posix()
    result = FileResult(path, "0" * 64, FileStatus.FAILED, fold([mixed("G7"), mixed("G9")]))
    waivers = tuple(Waiver("G01", "0" * 64, cell, "r", "2099-01-01") for cell in waived)
    judged = Judge({path: replace(NO_POLICY, waivers=waivers)})(result)
    places = [str(one.where) for f in judged.findings if f.is_open for one in f.each]
    assert places == left
