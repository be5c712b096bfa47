"""The form of a review statement: what is known is filled in, what only people can say is not."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import pytest
from docx import Document

from cfp_xl.audit.audit import AuditResult, audit_report
from cfp_xl.messages import LANGS, Lang
from cfp_xl.report.review.statement import review_of_report, review_of_workbooks
from cfp_xl.verify.pipeline import verify_file
from cfp_xl.verify.result import Verification
from tests.audit.reports import HERE, KETTLE, report

ASSURING = re.compile(
    r"verif|assur|certif|complies|compliant|conforms|valid(?!ity)|审定|核查|核证|鉴证|验证|符合(?!”)|真实|保证",
    re.IGNORECASE,
)
"""What would say more than a form may; the class "…不符合" and quoted words are taken out first."""


@pytest.fixture(scope="module")
def wrong() -> AuditResult:
    """A report whose total is not the sum of its stages."""
    return audit_report(report(KETTLE.replace("472.3966", "427.3966", 1)))


def forms(made: bytes) -> list[dict[str, str]]:
    """Its tables of two columns, by the names of their lines."""
    tables = Document(io.BytesIO(made)).tables
    return [
        {row.cells[0].text: row.cells[1].text for row in table.rows}
        for table in tables
        if len(table.columns) == 2
    ]


def rows(made: bytes, columns: int) -> list[list[str]]:
    """Of the first table with so many columns."""
    tables = (t for t in Document(io.BytesIO(made)).tables if len(t.columns) == columns)
    return [[cell.text for cell in row.cells] for row in next(tables).rows]


def test_what_only_reviewers_can_say_is_empty(wrong: AuditResult) -> None:
    made = review_of_report(wrong, "en")
    study, process, named, opinion = forms(made)
    assert study["Product"]
    assert study["File and SHA-256"].startswith("report.txt")
    assert (study["Title of the study"], study["Version of the report"]) == ("", "")
    assert process["Kind of review (internal expert, external expert, panel)"] == ""
    assert named["Standards of the review (number, year)"] == ""
    assert set(opinion.values()) == {""}
    reviewers = rows(made, 5)
    assert [set(row) for row in reviewers[1:4]] == [{""}] * 3
    conclusions = rows(made, 3)
    assert len(conclusions) == 6
    assert {cell for row in conclusions[1:] for cell in row[1:]} == {""}


@pytest.mark.parametrize("lang", LANGS)
def test_no_word_of_ours_gives_an_opinion(wrong: AuditResult, lang: Lang) -> None:
    document = Document(io.BytesIO(review_of_report(replace(wrong, findings=()), lang)))
    tables = [c.text for t in document.tables for row in t.rows for c in row.cells]
    ours = [p.text for p in document.paragraphs]
    ours += [words for words in tables if words not in KETTLE]
    assert [words for words in ours if ASSURING.search(words)] == []


def test_comments_come_with_replies_and_are_counted_by_state(wrong: AuditResult) -> None:
    total = {"code": "N03", "place": "p. 1", "finding": "sum", "impact": "45", "number": "1"}
    closed = {"class": "minor nonconformity", "closed_by": "K", "closed_on": "2026-05-02"}
    earlier = (
        {**total, **closed, "fingerprint": "gone", "reason": "corrected", "round": "2"},
        {"number": "2", "finding": "of my own", "class": "question", "impact": "-4"},
    )
    made = review_of_report(replace(wrong, findings=(), dialogue=earlier), "en")
    by_class = counted(made)
    assert by_class["minor nonconformity"] == ["0", "1", "0", "1"]
    assert by_class["question"] == ["1", "0", "0", "1"]
    assert by_class["all"] == ["1", "1", "0", "2"]
    text = "\n".join(p.text for p in Document(io.BytesIO(made)).paragraphs)
    assert "signed: -4 kgCO2e; absolute: 4 kgCO2e" in text
    annex = rows(made, 8)
    assert annex[1][2:] == [
        "N03 sum",
        "minor nonconformity",
        "45",
        "corrected",
        "",
        "K 2026-05-02",
    ]
    assert forms(made)[1]["Rounds of comments"] == "2"


def counted(made: bytes) -> dict[str, list[str]]:
    """How many comments of each class are open, closed, gone, and in all."""
    tables = [t for t in Document(io.BytesIO(made)).tables if len(t.columns) == 5]
    return {row.cells[0].text: [c.text for c in row.cells[1:]] for row in tables[1].rows}


def test_a_workbooks_facts_are_filled_in_and_bytes_are_the_same() -> None:
    file = verify_file(HERE.parents[1] / "workbooks" / "bxd2-as-published.xlsx")
    result = Verification((file,), "1.2.3")
    made = review_of_workbooks(result, "zh")
    study = forms(made)[0]
    assert (study["产品名称"], study["规格型号"]) == ("电能计量箱", "BXD2")
    assert study["数据时段"] == "2025-01-01 – 2025-12-31"
    assert float(study["所载结果（kgCO2e）"]) == pytest.approx(15.000560117)
    assert made == review_of_workbooks(result, "zh")
