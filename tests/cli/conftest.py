"""The command line, run in this process as a user runs it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from cfp_xl.cli import run


@dataclass(frozen=True)
class Answer:
    """What a command left: its exit code, standard output and standard error."""

    exit_code: int
    out: str
    err: str


Cli = Callable[..., Answer]


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Calls `cfp-xl ARGUMENTS` in English unless `--lang` says otherwise."""
    monkeypatch.setenv("CFP_XL_LANG", "en")

    def call(*arguments: str | Path) -> Answer:
        exit_code = run([str(a) for a in arguments])
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err
        return Answer(exit_code, captured.out, captured.err)

    return call


Book = Callable[..., Path]


@pytest.fixture
def book(tmp_path: Path) -> Book:
    """Writes a workbook of one sheet: constants, and (formula, cached value) pairs, by address."""

    def write(name: str, cells: dict[str, Any]) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with xlsxwriter.Workbook(path) as workbook:
            sheet = workbook.add_worksheet("S")
            for address, content in cells.items():
                if isinstance(content, tuple):
                    sheet.write_formula(address, content[0], None, content[1])
                else:
                    sheet.write(address, content)
        return path

    return write
