"""`cfp-xl verify` over many files: bounds, ledger, addresses, reports written as results come."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import fsspec
import pytest

from cfp_xl.report.progress import progress
from tests.cli.conftest import Book, Cli
from tests.verify.many import folder

SOUND = {"A1": 2, "A2": ("=A1*3", 6)}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--timeout", "0"], "positive number of seconds"),
        (["--timeout", "soon"], "positive number of seconds"),
        (["--memory", "0.5"], "whole number"),
        (["--jobs", "0"], "whole number"),
        (["--cluster", "nowhere"], "can't be reached"),
        (["--report", "parquet"], "goes to a file only"),
        (["--report", "jsonl", "--report", "csv"], "Standard output takes one report"),
        (["--report", "jsonl=/nowhere/v.jsonl"], "can't be written"),
    ],
)
def test_a_mistake_in_the_options_is_2(
    arguments: list[str], said: str, cli: Cli, book: Book
) -> None:
    answer = cli("verify", book("a.xlsx", SOUND), *arguments)
    assert answer.exit_code == 2
    assert said in answer.err


@pytest.mark.parametrize(
    ("module", "arguments", "extra"),
    [
        ("distributed", ["--cluster", "tcp://127.0.0.1:9"], "cfp-xl[cluster]"),
        ("fsspec.core", ["memory://a.xlsx"], "cfp-xl[remote]"),
        ("pyarrow", ["--report", "parquet=v.parquet"], "cfp-xl[parquet]"),
    ],
)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_missing_extra_is_named(
    *,
    module: str,
    arguments: list[str],
    extra: str,
    lang: str,
    cli: Cli,
    book: Book,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    answer = cli("verify", book("a.xlsx", SOUND), *arguments, "--lang", lang)
    assert answer.exit_code == 2
    assert extra in answer.err


def test_a_file_that_takes_too_long_is_2(cli: Cli, book: Book) -> None:
    answer = cli("verify", book("a.xlsx", SOUND), "--timeout", "1e-9", "--report", "json")
    assert answer.exit_code == 2
    assert json.loads(answer.out)["files"][0]["status"] == "timeout"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_is_no_ledger_is_2_and_stays_as_it_is(
    lang: str, cli: Cli, book: Book, tmp_path: Path
) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    answer = cli(
        "verify", book("a.xlsx", SOUND), "--ledger", tmp_path / "notes.txt", "--lang", lang
    )
    assert answer.exit_code == 2
    assert "notes.txt" in answer.err
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_a_run_from_the_ledger_reports_the_same(cli: Cli, tmp_path: Path) -> None:
    folder(tmp_path / "in", 4)
    arguments = ("verify", tmp_path / "in", "--ledger", tmp_path / "l", "--report", "json")
    first = cli(*arguments)
    assert first.exit_code == 1
    assert cli(*arguments) == first
    assert cli(*arguments, "--jobs", "2") == first


def test_lines_on_standard_output_are_nothing_but_lines(cli: Cli, tmp_path: Path) -> None:
    folder(tmp_path / "in", 4)
    answer = cli("verify", tmp_path / "in", "--jobs", "2", "--report", "jsonl")
    files = [json.loads(line) for line in answer.out.splitlines()]
    assert [Path(f["path"]).name for f in files] == [f"000{n}.xlsx" for n in range(4)]
    assert answer.err == ""


def test_an_address_is_verified_as_a_path_is(cli: Cli, book: Book) -> None:
    files = fsspec.filesystem("memory")
    files.pipe("/in/a.xlsx", book("a.xlsx", SOUND).read_bytes())
    try:
        answer = cli("verify", "memory://in", "--report", "json")
        assert answer.exit_code == 0
        assert json.loads(answer.out)["files"][0]["path"].startswith("memory://")
        nothing = cli("verify", "memory://in/*.xlsm")
        assert nothing.exit_code == 2
        assert "memory://in/*.xlsm" in nothing.err
    finally:
        files.rm("/in", recursive=True)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no SIGINT to one process")
def test_ctrl_c_ends_workers_and_keeps_what_was_written(tmp_path: Path) -> None:
    files = folder(tmp_path / "in", 80)
    for n in range(4000):  # far more than are done before the signal
        os.link(files[n % 80], tmp_path / "in" / f"again-{n:04}.xlsx")
    target = tmp_path / "v.jsonl"
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "cfp_xl",
            "verify",
            str(tmp_path / "in"),
            "--jobs",
            "2",
            "--lang",
            "en",
            "--report",
            f"jsonl={target}",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
        # A shell's job in the background ignores Ctrl-C, and what it starts would inherit that.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    )
    until = time.monotonic() + 600
    while not (target.exists() and target.stat().st_size) and time.monotonic() < until:
        time.sleep(0.005)
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=300)
    assert process.returncode == 130
    assert said.decode().strip() == "Interrupted"
    assert [json.loads(line) for line in target.read_text("utf-8").splitlines()]


@pytest.mark.parametrize(("lang", "unit"), [("en", "files/s"), ("zh", "个/秒")])
def test_the_bar_tells_how_many_and_how_fast(
    lang: str, unit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    with progress("zh" if lang == "zh" else "en") as advance:
        for done in range(11):
            advance(done, 20)
            time.sleep(0.02)
    assert "10/20" in terminal.getvalue()
    assert unit in terminal.getvalue()
