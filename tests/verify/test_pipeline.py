"""Whole files through the pipeline: workbooks of others, files that are none, results as such."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from cfp_xl.findings import CellRef, Severity, finding
from cfp_xl.verify.pipeline import verify_file
from cfp_xl.verify.result import CellCounts, FailOn, FileResult, FileStatus, Options, Verification


def foreign(path: Path, **saved: float | str) -> Path:
    """A workbook that knows nothing of us: A1 = 2, A2 = A1*3, A3 = 1/0."""
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("Data")
    sheet.write_number("A1", 2)
    sheet.write_formula("A2", "=A1*3", None, saved.get("A2", 6))
    if "A3" in saved:
        sheet.write_formula("A3", "=A1/0", None, saved["A3"])
    if "A4" in saved:
        sheet.write_formula("A4", saved["A4"], None, 0)
    book.close()
    return path


def test_a_workbook_of_others_is_recomputed_and_compared(tmp_path: Path) -> None:
    result = verify_file(foreign(tmp_path / "a.xlsx"))
    assert result.status is FileStatus.PASSED
    assert (result.schema, result.conformity) == ("none", "not_checked")
    assert result.recalculation == "agrees"
    assert result.cells == CellCounts(matched=1)
    assert result.footprint is None
    assert result.exit_code(FailOn.WARNING) == 0


def test_a_wrong_saved_value_in_it(tmp_path: Path) -> None:
    result = verify_file(foreign(tmp_path / "a.xlsx", A2=6.000001))
    (found,) = result.findings
    assert (found.code, found.where) == ("V01", CellRef("Data", "A2"))
    assert (found.seen, found.expected) == ("6.000001", "6")
    assert result.recalculation == "differs"
    assert result.exit_code(FailOn.ERROR) == 1
    assert result.exit_code(FailOn.NEVER) == 0
    assert result.status is FileStatus.FAILED


@pytest.mark.parametrize(("tolerance", "status"), [(1e-9, "failed"), (1e-6, "passed")])
def test_tolerance_is_relative(tmp_path: Path, tolerance: float, status: str) -> None:
    path = foreign(tmp_path / "a.xlsx", A2=6.000001)  # off by 1.7e-7
    assert verify_file(path, Options(tolerance=tolerance)).status == status


def test_equal_errors_are_a_warning_in_it(tmp_path: Path) -> None:
    path = foreign(tmp_path / "a.xlsx", A3="#DIV/0!")
    result = verify_file(path)
    assert [(f.code, f.severity) for f in result.findings] == [("V04", Severity.WARNING)]
    assert result.status is FileStatus.PASSED
    assert verify_file(path, Options(fail_on=FailOn.WARNING)).status is FileStatus.FAILED


def test_a_masked_failure_in_it(tmp_path: Path) -> None:
    result = verify_file(foreign(tmp_path / "a.xlsx", A4='=IFERROR(CFP_FACTOR("NO-SUCH"),0)'))
    assert "E05" in {f.code for f in result.findings}
    assert result.status is FileStatus.FAILED


def test_values_never_computed_are_not_cached(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"] = "=1+1"
    book.save(tmp_path / "a.xlsx")
    result = verify_file(tmp_path / "a.xlsx")
    assert (result.recalculation, result.cells.not_cached) == ("incomplete", 1)
    assert [f.code for f in result.findings] == ["V02"]
    assert result.status is FileStatus.FAILED


def test_no_formula_at_all(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.save(tmp_path / "a.xlsx")
    result = verify_file(tmp_path / "a.xlsx")
    assert [f.code for f in result.findings] == ["W11"]
    assert (result.status, result.exit_code(FailOn.NEVER)) == (FileStatus.UNREADABLE, 2)


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"PK\x03\x04", b"a,b\n1,2\n"])
def test_no_workbook(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    result = verify_file(path)
    assert result.status is FileStatus.UNREADABLE
    assert result.sha256 is not None
    assert result.cells.formulas == 0
    assert (result.recalculation, result.conformity) == ("incomplete", "not_checked")


def test_no_file(tmp_path: Path) -> None:
    result = verify_file(tmp_path / "none.xlsx")
    assert (result.status, result.sha256) == (FileStatus.UNREADABLE, None)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.xlsx")
    result = verify_file(tmp_path / "a.xlsx")
    assert (result.status, result.sha256) == (FileStatus.UNREADABLE, None)
    assert result.exit_code(FailOn.NEVER) == 2


def test_too_slow(tmp_path: Path) -> None:
    result = verify_file(foreign(tmp_path / "a.xlsx"), Options(deadline_s=0.0))
    assert (result.status, result.exit_code(FailOn.NEVER)) == (FileStatus.TIMEOUT, 2)
    assert [f.code for f in result.findings] == ["V07"]


def result_of(status: FileStatus, *severities: Severity) -> FileResult:
    found = tuple(finding("V01", severity=severity) for severity in severities)
    return FileResult("a.xlsx", None, status, found)


@pytest.mark.parametrize(
    ("files", "fail_on", "code"),
    [
        ([result_of(FileStatus.PASSED)], FailOn.ERROR, 0),
        ([result_of(FileStatus.PASSED, Severity.WARNING)], FailOn.ERROR, 0),
        ([result_of(FileStatus.FAILED, Severity.WARNING)], FailOn.WARNING, 1),
        ([result_of(FileStatus.FAILED, Severity.ERROR)], FailOn.NEVER, 0),
        (
            [result_of(FileStatus.FAILED, Severity.ERROR), result_of(FileStatus.UNREADABLE)],
            FailOn.NEVER,
            2,
        ),
        ([result_of(FileStatus.UNREADABLE), result_of(FileStatus.INTERNAL_ERROR)], FailOn.NEVER, 3),
        ([], FailOn.NEVER, 2),
    ],
)
def test_the_highest_exit_code_wins(files: list[FileResult], fail_on: FailOn, code: int) -> None:
    assert Verification(tuple(files), "0").exit_code(fail_on) == code


def test_summary_counts_every_file_once() -> None:
    files = tuple(result_of(status) for status in FileStatus)
    assert Verification(files, "0").summary == {
        "files": 6,
        "passed": 1,
        "failed": 1,
        "unreadable": 3,
        "nothing_to_verify": 1,
    }


def test_fingerprints_follow_the_row_and_not_its_address() -> None:
    before, after = CellRef("活动数据", "G10"), CellRef("活动数据", "G11")
    one = result_of(FileStatus.FAILED)
    row = "activities 运输/柴油 #1 factor_id"
    old = dataclasses.replace(one, anchors={before: row})
    new = dataclasses.replace(one, anchors={after: row})
    assert old.fingerprint(finding("F06", before)) == new.fingerprint(finding("F06", after))
    assert one.fingerprint(finding("F06", before)) != one.fingerprint(finding("F06", after))
    assert old.fingerprint(finding("F06", before)) != old.fingerprint(finding("U02", before))
