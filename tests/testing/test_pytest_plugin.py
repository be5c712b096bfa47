"""The pytest plugin, as a user's own project has it: in a pytest of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import xlsxwriter

from cfp_xl.testing import WorkbookFailed, assert_workbook

PROJECT = Path(__file__).parents[2]


def book(path: Path, saved: float = 6, formula: str = "=A1*3") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet("S")
        sheet.write("A1", 2)
        sheet.write_formula("A2", formula, None, saved)
    return path


def run_pytest(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Whether the plugin is installed or not, it is loaded once."""
    settings = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "CFP_XL_LANG": "en", "COLUMNS": "160"}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "cfp_xl.testing", "-W", "error", *arguments],
        cwd=folder,
        env={**os.environ, **settings, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_sound_workbook_gives_its_result(tmp_path: Path) -> None:
    result = assert_workbook(book(tmp_path / "a.xlsx"))
    assert result.cells.matched == 1


def test_a_failure_lists_the_cells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CFP_XL_LANG", "en")
    with pytest.raises(WorkbookFailed, match=r"(?s)a\.xlsx: failed .*\n  S!A2  V01 error  "):
        assert_workbook(book(tmp_path / "a.xlsx", saved=7))


def test_settings_and_policies_count_as_on_the_command_line(tmp_path: Path) -> None:
    near, volatile = (
        book(tmp_path / "a.xlsx", saved=6.000001),
        book(tmp_path / "b.xlsx", 1, "=NOW()"),
    )
    assert_workbook(near, tolerance=1e-6)
    assert_workbook(volatile)
    with pytest.raises(WorkbookFailed, match="V03"):
        assert_workbook(volatile, fail_on="warning")
    with pytest.raises(WorkbookFailed, match="W73"):
        assert_workbook(volatile, require_schema="product")
    (tmp_path / "cfp-xl.toml").write_text('tolerance = 1e-6\n[severity]\nV03 = "error"')
    assert_workbook(near)
    with pytest.raises(WorkbookFailed, match="V03"):
        assert_workbook(volatile)


def test_what_is_no_workbook_fails_even_where_nothing_may(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"PK")
    with pytest.raises(WorkbookFailed):
        assert_workbook(tmp_path / "a.xlsx", fail_on="never")


def test_the_fixture_and_workbooks_as_tests(tmp_path: Path) -> None:
    book(tmp_path / "books" / "good.xlsx")
    book(tmp_path / "books" / "bad.xlsx", saved=7)
    (tmp_path / "books" / "~$good.xlsx").write_bytes(b"a lock file")
    tests = tmp_path / "tests"
    tests.mkdir()
    (tests / "test_it.py").write_text(
        "def test_good(verify_workbook):\n"
        "    assert verify_workbook('books/good.xlsx').cells.formulas == 1\n"
    )
    answer = run_pytest(tmp_path, "-v", "tests", "--cfp-xl-workbooks", "books/*.xlsx")
    assert answer.returncode == 1
    assert "books/good.xlsx::verify PASSED" in answer.stdout
    assert "books/bad.xlsx::verify FAILED" in answer.stdout
    assert "S!A2  V01 error  the file holds 7, the formula gives 6" in answer.stdout
    assert "2 passed" in answer.stdout
    assert "1 failed" in answer.stdout
    assert "Traceback" not in answer.stdout


def test_a_pattern_that_means_no_workbook_is_no_pass(tmp_path: Path) -> None:
    answer = run_pytest(tmp_path, "--cfp-xl-workbooks", "books/*.xlsx")
    assert answer.returncode == pytest.ExitCode.USAGE_ERROR
    assert "books/*.xlsx" in answer.stderr


def test_loading_the_plugin_imports_nothing_heavy() -> None:
    """pytest loads it in every project of the environment."""
    code = "import sys, pytest; before = set(sys.modules); import cfp_xl.testing; "
    code += "print(*sorted({m.split('.')[0] for m in set(sys.modules) - before}))"
    answer = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert answer.stdout.split() == ["cfp_xl"]


def test_pytest_finds_the_plugin_where_the_package_is_installed() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["entry-points"]["pytest11"] == {"cfp_xl": "cfp_xl.testing"}
