"""The workbooks that are measured, the measuring, and the page."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.aims import aims
from benchmarks.measure import Measurement, measure_engine, measure_process, profile_ours
from benchmarks.page import Results, Table, digits, page
from benchmarks.workloads import write_supplier, write_warm_up
from cfp_xl.verify.pipeline import verify_file
from cfp_xl.verify.result import FileStatus

PROJECT = Path(__file__).parents[2]


def test_workloads_are_right_as_cached(tmp_path: Path) -> None:
    path = tmp_path / "supplier.xlsx"
    write_supplier(path, 30, seed=1)
    result = verify_file(path)
    assert result.status is FileStatus.PASSED
    assert result.cells is not None
    assert result.cells.matched == 30 * 4 + 5 * 2 + 3


def test_workloads_differ_by_seed_and_are_the_same_again(tmp_path: Path) -> None:
    totals = [
        write_supplier(tmp_path / f"{n}.xlsx", 5, seed=seed) for n, seed in enumerate([1, 1, 2])
    ]
    assert totals[0] == totals[1] != totals[2]


def test_our_engine_is_measured_in_a_process_of_its_own(tmp_path: Path) -> None:
    warm_up, path = tmp_path / "warm-up.xlsx", tmp_path / "supplier.xlsx"
    write_warm_up(warm_up)
    total = write_supplier(path, 5, seed=3)
    measured = measure_engine("cfp-xl", warm_up, [path], timeout_s=600)
    assert measured.failure == ""
    assert measured.totals[0] == pytest.approx(total, rel=1e-12)
    assert measured.cpu_s > 0
    assert measured.peak_mb > 5


@pytest.mark.parametrize(
    ("code", "timeout_s", "failure"),
    [
        ("raise SystemExit(1)", 600, "failed (1): no message"),
        ("raise ValueError('why')", 600, "failed (1): ValueError: why"),
        ("import sys; print('No module named x', file=sys.stderr); sys.exit(69)", 600,
         "missing: No module named x"),
        ("import time; time.sleep(600)", 0.5, "more than 0.5 s"),
    ],
)  # fmt: skip
def test_what_cannot_be_measured_says_why(code: str, timeout_s: float, failure: str) -> None:
    command = [sys.executable, "-c", code]
    assert measure_process("x", command, timeout_s=timeout_s).failure == failure


def test_memory_and_cpu_are_those_of_the_process_started() -> None:
    """Measured from a small process: a child's peak counts its parent's size before it starts."""
    busy = "x = bytearray(150_000_000)\nn = sum(range(3_000_000))"
    code = (
        "import sys; from benchmarks.measure import run;"
        f"process = run([sys.executable, '-c', {busy!r}], timeout_s=600);"
        "print(process.peak_mb, process.cpu_s)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, check=True
    )
    peak_mb, cpu_s = map(float, done.stdout.split())
    assert 150 < peak_mb < 400
    assert 0.01 < cpu_s < 600


OURS = Measurement("cfp-xl", 0.5, 0.6, 100.0, (10.0, 20.0))
TABLE = Table(
    "Two workbooks",
    (
        OURS,
        Measurement("formulas", 50.0, 51.0, 400.0, (10.0, 20.0)),
        Measurement("ironcalc", 0.05, 0.05, 30.0, (10.0, 21.0)),
        Measurement("calamine read", 0.25, 0.25, 30.0, (None, None)),
        Measurement("formualizer", failure="missing: No module named 'formualizer'"),
    ),
    (10.0, 20.0),
)


def test_rows_of_a_table() -> None:
    text = page(Results((TABLE,)), "run it")
    rows = {line.split(" | ")[0].strip("| "): line for line in text.splitlines() if "|" in line}
    assert rows["cfp-xl"].endswith("| 0.500 | 0.600 | 100 | 1.0 | same |")
    assert rows["formulas"].endswith("| 50.0 | 51.0 | 400 | 100 | same |")
    assert rows["ironcalc"].endswith("| 0.10 | 1 of 2 differ |")
    assert rows["calamine read"].endswith("| 0.50 | – |")
    assert rows["formualizer"].endswith("| – | missing: No module named 'formualizer' |")


def test_where_the_time_goes(tmp_path: Path) -> None:
    warm_up = tmp_path / "warm-up.xlsx"
    write_warm_up(warm_up)
    profile = profile_ours("Small", warm_up, [warm_up], timeout_s=600)
    stages = dict(profile.stages)
    assert list(stages) == ["read_workbook", "recalculate", "find_schema", "compare"]
    assert stages["read_workbook"] > 0
    assert stages["recalculate"] > 0
    assert sum(stages.values()) < 1.01
    lines = page(Results((), profiles=(profile,)), "run it").splitlines()
    assert "### Small" in lines
    assert f"| `read_workbook` | {stages['read_workbook']:.0%} |" in lines


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.00123456, "0.00123"),
        (0.5, "0.500"),
        (12.345, "12.3"),
        (1234.5, "1,234"),
        (9.999, "10.00"),
    ],
)
def test_three_significant_digits(value: float, text: str) -> None:
    assert digits(value) == text


def test_aims_are_judged_as_they_are() -> None:
    runs = (("--jobs 1, 10 files", 1, 100), ("--jobs 1, 100 files", 3, 120),
            ("--jobs 2, 100 files", 2, 190))  # fmt: skip
    many = Table("", tuple(Measurement(name, 1, wall_s, mb) for name, wall_s, mb in runs))
    found = {aim.what: (aim.reached, aim.holds) for aim in aims(TABLE, {}, many, 100)}
    assert found == {
        "supplier workbooks: CPU of formulas by ours": ("100", True),
        "supplier workbooks: our CPU by reading with calamine": ("2", True),
        "100 files: wall of one worker by two": ("1.5", False),
        "100 files: peak memory by that of a tenth of them": ("1.2", True),
    }
