"""Justifications: what answers a finding, and what can't."""

from __future__ import annotations

import pytest

from cfp_xl.findings import CellRef, Finding, Justification, Severity, finding
from cfp_xl.verify.judging.justify import justify

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
    assert [f.code for f in about_answers] == complaints
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
    both = [open_finding("F06"), open_finding("F06", CellRef("活动数据", "G11"))]
    answered, about_answers = justify(both, [answer("F06", "活动数据!G10:G11")], {})
    assert all(f.justification for f in answered)
    assert not about_answers
