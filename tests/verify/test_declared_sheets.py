"""The declared sheet of a workbook, as verify reads it."""

from __future__ import annotations

from pathlib import Path

import pytest

from cfp_xl.findings import Finding, Severity
from cfp_xl.verify.pipeline import verify_file
from tests.verify.conftest import Editor

ROOT = Path(__file__).parent.parent.parent
CASES = ROOT / "tests" / "cases"
BLANK = ROOT / "workbooks" / "product-en.xlsx"
FIRST_ROW = 7
COLUMNS = {"item": "A", "place": "B", "stage": "C", "process": "D", "emission": "K", "unit": "L"}


def alarms(path: Path, sheet: str = "Declared") -> list[Finding]:
    """The warnings and errors on a sheet."""
    return [
        f
        for f in verify_file(path).findings
        if f.severity is not Severity.INFO and f.where and f.where.sheet == sheet
    ]


def of_declared_rules(path: Path) -> list[str]:
    """Those on what the report says against itself: the model is another matter."""
    own = ("N02", "N03", "N04", "N05", "N06", "N08", "U01", "B02", "T01", "W50")
    return [f"{f.code} {f.where}" for f in alarms(path) if f.code in own]


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        # 5 + 3 = 8: 壳体加工 is not all of 生产 for the 加工 in it.
        ("declared/probe-F4-cn-壳体加工-c.xlsx", []),
        ("declared/probe-P7-folding-c.xlsx", ["N03 Declared!K9"]),  # 5 + 5 is not 5
        # 4,20 + 1.73 = 5.93; 0.708 and 29,2 % are 100 %.
        ("model/43-share-fraction-and-comma.xlsx", []),
    ],
)
def test_cases(case: str, expected: list[str]) -> None:
    assert of_declared_rules(CASES / case) == expected


def test_processes_unlike_the_models_are_a_report_by_itself() -> None:
    """F4: no finding at all, and it is said that nothing was held against the model."""
    result = verify_file(CASES / "declared" / "probe-F4-cn-壳体加工-c.xlsx")
    assert [f.code for f in result.findings if f.severity is not Severity.INFO] == []
    assert "other_processes" in {one.what for one in result.not_checked}


def with_rows(target: Path, rows: list[tuple[str, str, str, str]], last: str) -> Path:
    """The blank product with rows (item, stage, process, emission) in its declared sheet."""
    book = Editor(BLANK)
    for row, (item, stage, process, emission) in enumerate(rows, FIRST_ROW):
        texts = {"item": item, "place": "T1", "stage": stage, "process": process}
        texts |= {"emission": emission, "unit": "kgCO2e/piece"}
        for column, text in texts.items():
            book.set("Declared", f"{COLUMNS[column]}{row}", text)
    book.set("Declared", f"K{FIRST_ROW + len(rows) - 1}", last)
    return book.save(target)


PARTS = [("stage", "raw material acquisition", f"part {n}", "0.125") for n in range(64)]


def test_more_rows_than_the_sheet_has_are_checked(tmp_path: Path) -> None:
    """64 × 0.125 = 8; the range of the sheet ends after 40 rows."""
    right = with_rows(tmp_path / "a.xlsx", [*PARTS, ("total", "", "", "8.000")], "8.000")
    assert not alarms(right)
    wrong = with_rows(tmp_path / "b.xlsx", [*PARTS, ("total", "", "", "9.000")], "9.000")
    assert [f"{f.code} {f.where}" for f in alarms(wrong)] == [f"N03 Declared!K{FIRST_ROW + 64}"]


def test_a_declared_sheet_is_checked_without_a_model(tmp_path: Path) -> None:
    rows = [("stage", "production", "", "4.2"), ("stage", "use", "", "1.1")]
    result = verify_file(with_rows(tmp_path / "a.xlsx", [*rows, ("total", "", "", "5.3")], "5.3"))
    found = [(f.code, f.severity) for f in result.findings if f.severity is not Severity.INFO]
    assert found == [("M05", Severity.WARNING)]  # says that there is no model; nothing else
    result = verify_file(with_rows(tmp_path / "b.xlsx", [*rows, ("total", "", "", "3.5")], "3.5"))
    assert ("N03", Severity.ERROR) in [(f.code, f.severity) for f in result.findings]


def test_nothing_declared_and_no_activity_is_an_error() -> None:
    assert "M05" in [f.code for f in verify_file(BLANK).findings if f.severity is Severity.ERROR]
