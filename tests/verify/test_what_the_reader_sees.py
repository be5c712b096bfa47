"""Attacks on what a reader sees, and names that look like others, in the cases' own files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cfp_xl.findings import Severity
from cfp_xl.verify.pipeline import verify_file
from cfp_xl.verify.rules.look_alikes import odd_characters
from tests.verify.conftest import Editor

ATTACKS = Path(__file__).parent.parent / "cases" / "attacks"


@pytest.mark.parametrize(
    ("file", "named"),
    [
        ("r12-format-1-before.xlsx", {("A01", "结果!C3")}),
        ("r14-heading-tCO2e.xlsx", {("A03", "活动数据!K6")}),
        ("r10-lookalike-factor.xlsx", {("A06", "活动数据!G8"), ("A06", "因子!A16")}),
    ],
)
def test_cases(file: str, named: set[tuple[str, str]]) -> None:
    found = {
        (f.code, str(f.where))
        for f in verify_file(ATTACKS / file).findings
        if f.severity is Severity.ERROR
    }
    assert named <= found


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("CN-ELEC-CFP-2024", 0),
        ("运输（原材料运输）", 0),  # full-width brackets are Chinese punctuation
        ("μg", 0),
        ("kgCO₂e/m²", 0),
        ("CN-ELEC-\u0421FP-2024", 1),  # Cyrillic С
        ("CN-\u200bELEC", 1),
        ("CN\u00ad-ELEC", 1),
        ("ｋＷｈ", 3),
        ("\u0435", 0),  # a text wholly in another script deceives nobody
    ],
)
def test_odd_characters(text: str, count: int) -> None:
    assert len(odd_characters(text)) == count


def test_a_note_with_another_footprint_is_named(
    changed: Callable[[Callable[[Editor], object]], Path],
) -> None:
    """15.0006 kgCO2e is the result: 15.0 and 15 state it, 12.3 and 0.015 g do not."""

    def notes(book: Editor) -> None:
        for row, text in enumerate(
            ("about 15.0 kgCO2e", "12.3 kgCO2e after offsets", "0.0150 tCO2e a piece"), 40
        ):
            book.set("结果", f"J{row}", text)

    found = [f for f in verify_file(changed(notes)).findings if f.code == "A04"]
    assert [str(f.where) for f in found] == ["结果!J41"]


def test_words_of_the_results_sheet_that_mean_something_else(
    changed: Callable[[Callable[[Editor], object]], Path],
) -> None:
    """The figures stay: another column, part or unit of reference is read into them."""
    words = {
        "A3": "每吨产品碳足迹",
        "C6": "上年",
        "F6": "不确定度",
        "B12": "仅电力",
        "D3": "tCO2e/台",
    }

    def edit(book: Editor) -> None:
        for cell, text in words.items():
            book.set("结果", cell, text)

    found = {
        f.where.cell for f in verify_file(changed(edit)).findings if f.code == "A03" and f.where
    }
    assert found == set(words)


def test_a_copied_factor_says_no_more_than_its_source(
    changed: Callable[[Callable[[Editor], object]], Path],
) -> None:
    """The announcement of the electricity factor names no GWP set."""
    path = changed(lambda book: book.set("因子", "I7", "AR6"))
    found = [f for f in verify_file(path).findings if f.code == "F01"]
    assert [(str(f.where), f.case) for f in found] == [("因子!I7", "column")]
