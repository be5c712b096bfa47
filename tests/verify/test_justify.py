"""Justifications: what answers a finding, and what can't."""

from __future__ import annotations

from pathlib import Path

import pytest

from cfp_xl.findings import CellRef, Finding, Justification, Severity, finding
from cfp_xl.verify.judging.justify import justify
from cfp_xl.verify.pipeline import verify_file
from cfp_xl.verify.result import FileStatus

CASES = Path(__file__).parents[1] / "cases" / "attacks"

G10 = CellRef("活动数据", "G10")
GWP = CellRef("产品", "B15")
SETTINGS = {"cfp_gwp_set": GWP}


def answer(code: str, cell: str, **other: str) -> Justification:
    usual = {"reason": "保留报告的做法", "who": "核算人", "date": "2026-11-23"}
    where = CellRef("保留意见", "A7")
    return Justification(code, cell, **{**usual, **other}, where=where)


def open_finding(code: str, where: CellRef | None = G10) -> Finding:
    return finding(code, where, severity=Severity.ERROR)


@pytest.mark.parametrize(
    ("code", "where", "given", "complaints"),
    [
        ("F06", G10, answer("F06", "活动数据!G10"), []),
        ("F06", G10, answer("f06", "'活动数据'!$G$10"), []),
        ("F06", G10, answer("F06", "活动数据！G9:G11"), []),
        ("G01", GWP, answer("G01", "cfp_gwp_set"), []),
        ("G01", GWP, answer("G01", "CFP_GWP_SET"), []),
        ("F06", G10, answer("U02", "活动数据!G10"), ["W61"]),
        ("F06", G10, answer("F06", "活动数据!G11"), ["W61"]),
        ("F06", G10, answer("F06", "其他!G10"), ["W61"]),
        ("F06", G10, answer("F06", "G10"), ["W60"]),  # on which sheet?
        ("F06", G10, answer("F06", ""), ["W60"]),
        ("F06", G10, answer("F06", "活动数据!G10", reason=" "), ["W60"]),
        ("F06", G10, answer("F06", "活动数据!G10", who=""), ["W60"]),
        ("F06", G10, answer("F06", "活动数据!G10", date=""), ["W60"]),
        ("V01", G10, answer("V01", "活动数据!G10"), ["W60"]),
        ("E05", G10, answer("E05", "活动数据!G10"), ["W60"]),
        ("N01", G10, answer("N01", "活动数据!G10"), ["W60"]),
        ("W43", None, answer("W43", "活动数据!G10"), ["W60"]),
        ("F06", G10, answer("X99", "活动数据!G10"), ["W60"]),
    ],
)
def test_what_answers_a_finding(
    code: str, where: CellRef | None, given: Justification, complaints: list[str]
) -> None:
    (found,), about_answers = justify([open_finding(code, where)], [given], SETTINGS)
    assert [f.code for f in about_answers] == complaints  # no W62: nothing is seen that may change
    is_answered = not complaints
    assert (found.justification is given) is is_answered
    assert found.severity is (Severity.INFO if is_answered else Severity.ERROR)


@pytest.mark.parametrize("case", ["blank", "not_known"])
def test_what_is_not_stated_is_not_answered(case: str) -> None:
    """The reason for AR5 must not pass for one to an emptied cell."""
    found = finding("G01", GWP, case=case)
    (open_one,), complaints = justify([found], [answer("G01", "产品!B15")], {})
    assert open_one.justification is None
    assert open_one.severity is Severity.ERROR
    assert [f.code for f in complaints] == ["W61"]


def test_one_answer_may_answer_several_findings() -> None:
    both = [
        finding("F06", CellRef("活动数据", cell), seen="OWN", severity=Severity.ERROR)
        for cell in ("G10", "G11")
    ]
    answered, about_answers = justify(both, [answer("F06", "活动数据!G10:G11")], {})
    assert all(f.justification for f in answered)
    assert [f.code for f in about_answers] == ["W62"]  # it does not say for which value


@pytest.mark.parametrize(
    ("code", "seen", "value_seen", "reason", "is_answered"),
    [
        ("G01", "AR5", "AR5", "x", True),
        ("G01", "AR5", " ar5 ", "x", True),
        ("G01", "AR4", "AR5", "x", False),
        ("G01", "SAR", "AR5", "AR5 or SAR", False),
        ("G01", "AR4", "", "the factors are in AR5", False),
        ("G01", "SAR", "", "报告采用IPCC AR5，保留", False),
        ("G01", "AR5", "", "the factors are in AR5", True),
        ("G01", "AR4", "", "the factors of the report", True),  # nothing tells
        ("F03", "2022", "2021", "x", True),  # nearer to the period
        ("F03", "2020", "2021", "x", False),
        ("F06", "OWN-DIESEL", "OWN-DIESEL", "x", True),
        ("F06", "OWN-OIL", "OWN-DIESEL", "x", False),
    ],
)
def test_a_reason_answers_the_value_it_was_written_for(
    code: str, seen: str, value_seen: str, reason: str, is_answered: bool
) -> None:
    found = finding(code, G10, seen=seen, severity=Severity.ERROR)
    given = answer(code, "活动数据!G10", value_seen=value_seen, reason=reason)
    (after,), about = justify([found], [given], {})
    assert (after.justification is not None) is is_answered
    cases = {(f.code, f.case) for f in about}
    assert cases == (
        {("W62", "changed")} if not is_answered else set() if value_seen else {("W62", "")}
    )


@pytest.mark.parametrize(
    ("cell", "is_answered"),
    [
        ("活动数据!G7:G106", True),  # 100 cells of one column
        ("活动数据!G7:G107", False),
        ("活动数据!A10:K10", True),
        ("活动数据!F9:G11", False),
        ("活动数据!A1:Z99", False),
        ("活动数据!A1:XFD1048576", False),
        ("活动数据!G1:G1048576", False),
    ],
)
def test_a_reason_covers_a_bounded_range(cell: str, is_answered: bool) -> None:
    (found,), about = justify([open_finding("F06")], [answer("F06", cell)], {})
    assert (found.justification is not None) is is_answered
    assert [(f.code, f.case) for f in about] == ([] if is_answered else [("W60", "too_wide")])


def test_no_reason_answers_for_a_lowered_factor() -> None:
    lowered = finding("F01", G10, case="lower", seen="0.1", expected="0.5777")
    (found,), _ = justify([lowered], [answer("F01", "活动数据!G10", value_seen="0.1")], {})
    assert found.justification is None


@pytest.mark.parametrize(
    ("file", "code", "case", "cell"),
    [
        ("r09-gwp-AR4-under-AR5-answer", "G01", "", "B15"),
        ("r11-blanket-justification", "W60", "too_wide", "A15"),
        ("r11-blanket-justification", "F01", "lower", "D7"),
    ],
)
def test_cases(file: str, code: str, case: str, cell: str) -> None:
    result = verify_file(CASES / f"{file}.xlsx")
    assert result.status is FileStatus.FAILED
    found = {f.where.cell for f in result.findings if (f.code, f.case) == (code, case) and f.where}
    assert found & {cell}
