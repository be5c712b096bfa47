"""recalc: its reports; functions that Excel shows as #NAME? without their prefix are not healed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from cfp_xl.verify.pipeline import verify_file

CASES = Path(__file__).parent.parent / "cases" / "engine"


def run(*arguments: str | Path, stdout: int | None = subprocess.PIPE) -> int:
    command = [sys.executable, "-m", "cfp_xl", *map(str, arguments)]
    return subprocess.run(command, stdout=stdout, stderr=subprocess.DEVNULL, check=False).returncode


def test_recalc_leaves_them_as_they_are(tmp_path: Path) -> None:
    source, target = CASES / "17-unprefixed-functions.xlsx", tmp_path / "recalculated.xlsx"
    before = [f.where for f in verify_file(source).findings if f.code == "V09"]
    assert before
    assert run("recalc", source, "-o", target) == 1
    assert [f.where for f in verify_file(target).findings if f.code == "V09"] == before


def test_the_values_as_text(tmp_path: Path) -> None:
    source, text = CASES / "crash_0_LINEST.xlsx", tmp_path / "values.txt"
    assert run("recalc", source, "--report", f"text={text}") == 1
    cell, count = text.read_text("utf-8").splitlines()
    assert cell.startswith("S!A1  not computed: ")
    assert count == "formulas: 1, recalculated: 0"
    source = CASES / "08-subtotal-filtered.xlsx"
    run("recalc", source, "-o", tmp_path / "out.xlsx", "--report", f"text={text}")
    assert "S!B8  90\n" in text.read_text("utf-8")


def test_a_report_is_not_written_over_what_the_output_is_redirected_to(tmp_path: Path) -> None:
    source, target = CASES / "17-unprefixed-functions.xlsx", tmp_path / "log.txt"
    with target.open("wb") as file:
        file.write(b"kept\n")
        file.flush()
        os.lseek(file.fileno(), 0, os.SEEK_END)
        assert run("verify", source, "--report", "json=/dev/stdout", stdout=file.fileno()) == 2
    assert target.read_bytes().startswith(b"kept\n")
    with (tmp_path / "report.json").open("wb") as file:
        assert run("verify", source, "--report", "json", stdout=file.fileno()) == 1
    assert json.loads((tmp_path / "report.json").read_text("utf-8"))["files"]
