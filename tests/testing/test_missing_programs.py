"""A machine without the programs that some tests need: skipped and said, in CI a failure."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.programs import skipped_line

PROJECT = Path(__file__).parents[2]
TEST = "tests/clients/test_officejs_npm.py::test_the_manifest_is_read_as_meant"


def run_without_node(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """The README's command on one test, where the path leads to no program."""
    kept = {name: value for name, value in os.environ.items() if name != "CI"}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-n", "1", "-p", "no:cacheprovider", TEST],
        cwd=PROJECT,
        env={**kept, "PATH": str(folder), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_what_is_missing_is_said_on_one_line_with_how_to_get_it(tmp_path: Path) -> None:
    run = run_without_node(tmp_path)
    assert run.returncode == 0, run.stdout + run.stderr
    line = "skipped: 1 × node: not installed (apt-get install nodejs npm)"
    assert run.stdout.splitlines().count(line) == 1, run.stdout


def test_in_ci_what_is_missing_fails(tmp_path: Path) -> None:
    run = run_without_node(tmp_path, CI="true")
    assert run.returncode == 1, run.stdout + run.stderr
    assert "node: not installed; .ci/run" in run.stdout


def test_reasons_stand_once_the_most_frequent_first() -> None:
    reasons = [
        "Skipped: a is not\n installed (get a)",
        *["Skipped: b is not installed (get b)"] * 2,
    ]
    assert skipped_line(reasons) == (
        "skipped: 2 × b is not installed (get b); 1 × a is not installed (get a)"
    )
