"""Reports that are written as results come, and the table they hold."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from cfp_xl.cli.options import Report
from cfp_xl.findings import CellRef, finding
from cfp_xl.outputs import NotWritten
from cfp_xl.report.verification.stream import Streams
from cfp_xl.report.verification.table import COLUMNS, harmless, table
from cfp_xl.verify.result import CellCounts, FileResult, FileStatus

WRONG = finding("T01", CellRef("S", "P3"), seen="=HYPERLINK(1)", expected="电能计量箱", place="3.1")
FILES = (
    FileResult(
        "坏.xlsx", "0" * 64, FileStatus.FAILED, (WRONG, WRONG), cells=CellCounts(mismatched=2)
    ),
    FileResult("好.xlsx", "1" * 64, FileStatus.PASSED, (), cells=CellCounts(matched=5)),
)


def write(format: str, file: Path | None, results: Iterator[FileResult] | None = None) -> None:
    with Streams([Report(format, file)], "en") as streams:
        assert streams.others == ()
        for _ in streams.through(results or iter(FILES)):
            pass


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("  =1", "'  =1"),
        ("＝1", "'＝1"),
        ("-", "'-"),
        ("-5", "-5"),
        ("+5.25e-3", "+5.25e-3"),
        (-5.0, -5.0),
        ("a=b", "a=b"),
        ("", ""),
        (None, None),
        (True, True),
    ],
)
def test_no_cell_of_a_csv_is_a_formula(value: object, cell: object) -> None:
    """As OWASP advises on CSV injection; numbers stay numbers."""
    assert harmless(value) == cell


def test_csv_has_a_row_a_finding_and_one_for_a_sound_file(tmp_path: Path) -> None:
    write("csv", tmp_path / "v.csv")
    data = (tmp_path / "v.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf"), "Excel takes it for UTF-8"
    rows = list(csv.DictReader(data.decode("utf-8-sig").splitlines()))
    assert list(rows[0]) == list(COLUMNS)
    assert [(r["path"], r["status"], r["code"]) for r in rows] == [
        ("坏.xlsx", "failed", "T01"),
        ("坏.xlsx", "failed", "T01"),
        ("好.xlsx", "passed", ""),
    ]
    assert rows[0]["seen"] == "'=HYPERLINK(1)"
    assert (rows[0]["formulas"], rows[2]["matched"], rows[2]["total_kgco2e"]) == ("2", "5", "")


def test_parquet_holds_the_same_table_with_types(tmp_path: Path) -> None:
    write("parquet", tmp_path / "v.parquet")
    read = pd.read_parquet(tmp_path / "v.parquet")
    assert [p.name for p in tmp_path.iterdir()] == ["v.parquet"]
    assert read.astype(table(FILES, "en").dtypes.to_dict()).equals(table(FILES, "en"))
    assert read["formulas"].tolist() == [2, 2, 5]
    assert read["seen"].tolist()[0] == "=HYPERLINK(1)", "a parquet file has no formulas"


def test_no_result_is_an_empty_table(tmp_path: Path) -> None:
    write("parquet", tmp_path / "v.parquet", iter(()))
    assert list(pd.read_parquet(tmp_path / "v.parquet").columns) == list(COLUMNS)
    assert len(table((), "zh")) == 0


@pytest.mark.parametrize("format", ["jsonl", "csv"])
def test_a_result_is_on_disk_before_the_next_is_computed(format: str, tmp_path: Path) -> None:
    target = tmp_path / f"v.{format}"

    def results() -> Iterator[FileResult]:
        for before, file in zip(("", "坏.xlsx"), FILES, strict=True):
            assert before in target.read_text("utf-8")
            assert file.path not in target.read_text("utf-8")
            yield file

    write(format, target, results())
    assert FILES[1].path in target.read_text("utf-8")


def test_jsonl_has_a_line_a_file_as_in_the_json_report(tmp_path: Path) -> None:
    write("jsonl", tmp_path / "v.jsonl")
    lines = [json.loads(line) for line in (tmp_path / "v.jsonl").read_text("utf-8").splitlines()]
    assert [line["status"] for line in lines] == ["failed", "passed"]
    assert lines[0]["findings"][0]["cell"] == "P3"


@pytest.mark.parametrize("format", ["jsonl", "csv"])
def test_lines_may_go_to_standard_output(format: str, capsys: pytest.CaptureFixture[str]) -> None:
    write(format, None)
    assert "好.xlsx" in capsys.readouterr().out


@pytest.mark.parametrize("format", ["jsonl", "csv", "parquet"])
def test_a_file_name_that_is_no_text_is_spelled_out(format: str, tmp_path: Path) -> None:
    odd = FileResult("\udcff.xlsx", None, FileStatus.UNREADABLE, ())
    write(format, tmp_path / "v", iter([odd]))
    assert b"udcff.xlsx" in (tmp_path / "v").read_bytes()


def test_what_breaks_off_leaves_lines_but_no_half_parquet(tmp_path: Path) -> None:
    def results() -> Iterator[FileResult]:
        yield FILES[1]
        raise RuntimeError("our bug")

    for format in ("parquet", "jsonl"):
        with pytest.raises(RuntimeError):
            write(format, tmp_path / f"v.{format}", results())
    assert [p.name for p in tmp_path.iterdir()] == ["v.jsonl"]
    assert "好.xlsx" in (tmp_path / "v.jsonl").read_text("utf-8")


@pytest.mark.parametrize("format", ["jsonl", "csv", "parquet"])
def test_a_target_that_cannot_be_written_is_said_so_before_any_work(
    format: str, tmp_path: Path
) -> None:
    with pytest.raises(NotWritten, match="nowhere"):
        write(format, tmp_path / "nowhere" / "v", iter([]))


def test_parquet_says_what_it_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(NotWritten, match=r"cfp-xl\[parquet\]"):
        write("parquet", tmp_path / "v.parquet")
    assert not list(tmp_path.iterdir())
