"""The ledger: what is unchanged is not done again, and a killed run loses next to nothing."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from cfp_xl.verify.many import ledger as ledger_module
from cfp_xl.verify.many import workers
from cfp_xl.verify.many.batch import BatchRun, verify_each
from cfp_xl.verify.many.ledger import Ledger, NotALedger
from cfp_xl.verify.result import FailOn, FileResult, FileStatus, Options
from tests.verify.many import book, folder

DEFAULT = Options()
FILES = 600
"""Far more than are done between the fifth result and the signal."""


class Counting:
    """The work, counted."""

    def __init__(self) -> None:
        self.done: list[str] = []

    def __call__(self, file: Path, options: Options) -> FileResult:
        self.done.append(file.name)
        return workers.verify(file, options)


def run(ledger: Path, files: list[Path], options: Options = DEFAULT) -> tuple[list[Any], Any]:
    work = Counting()
    return list(verify_each(files, options, run=BatchRun(ledger=ledger, work=work))), work.done


def test_only_what_changed_is_done_again(tmp_path: Path) -> None:
    ledger = tmp_path / "l.sqlite"
    files = folder(tmp_path / "in", 4)
    first, done = run(ledger, files)
    assert len(done) == 4
    assert run(ledger, files) == (first, [])
    book(files[2], 99)
    again, done = run(ledger, files)
    assert done == [files[2].name]
    assert [r for r in again if r.path != files[2].as_posix()] == first[:2] + first[3:]


def test_a_file_is_known_by_its_content_not_its_name(tmp_path: Path) -> None:
    ledger = tmp_path / "l.sqlite"
    run(ledger, [book(tmp_path / "a.xlsx")])
    [result], done = run(ledger, [book(tmp_path / "copy.xlsx")])
    assert done == []
    assert result.path.endswith("copy.xlsx")


@pytest.mark.parametrize(
    ("options", "is_done_again"),
    [
        (Options(), False),
        (Options(deadline_s=5.0), False),
        (Options(tolerance=1e-6), True),
        (Options(fail_on=FailOn.WARNING), True),
    ],
)
def test_other_options_are_another_question(
    options: Options, is_done_again: bool, tmp_path: Path
) -> None:
    files = [book(tmp_path / "a.xlsx")]
    run(tmp_path / "l.sqlite", files)
    assert bool(run(tmp_path / "l.sqlite", files, options)[1]) == is_done_again


@pytest.mark.parametrize("what", ["program_sha256", "factor_sets_sha256"])
def test_another_program_or_other_factors_do_it_again(
    what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [book(tmp_path / "a.xlsx")]
    run(tmp_path / "l.sqlite", files)
    monkeypatch.setattr(ledger_module, what, lambda: "another")
    ledger_module._rest_of_key.cache_clear()
    assert run(tmp_path / "l.sqlite", files)[1] == ["a.xlsx"]
    monkeypatch.undo()
    ledger_module._rest_of_key.cache_clear()


def test_what_has_no_verdict_is_tried_again(tmp_path: Path) -> None:
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"PK\x03\x04 broken")
    for _ in range(2):
        [result], done = run(tmp_path / "l.sqlite", [broken])
        assert result.status is FileStatus.UNREADABLE
        assert done == ["broken.xlsx"]


def other_database(path: Path) -> None:
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE invoices (id)")
    database.close()


def overwritten_inside(path: Path) -> None:
    """A ledger whose pages after the first were overwritten."""
    Ledger(path).__exit__()
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    path.write_bytes(data)


def not_a_record(path: Path) -> None:
    with Ledger(path) as ledger:
        key = ("0" * 64, *ledger_module._rest_of_key(Options()))
        ledger._database.execute("INSERT INTO verified VALUES (?,?,?,?,'{}')", key)
        ledger.find("0" * 64, Options())


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda p: p.write_bytes(b"\x00\xff" * 5000), "not a cfp_xl ledger"),
        (lambda p: p.write_text("path,status\n" * 500), "not a cfp_xl ledger"),
        (other_database, "not a cfp_xl ledger"),
        (overwritten_inside, "damaged"),
        (not_a_record, "damaged"),
        (Path.mkdir, "can't be used"),
        (lambda p: (p.parent / "l").write_text(""), None),
    ],
    ids=["bytes", "csv", "other database", "pages lost", "row lost", "folder", "none yet"],
)
def test_what_is_no_ledger_is_said_so_and_left_alone(
    make: Any, said: str | None, tmp_path: Path
) -> None:
    path = tmp_path / "l.sqlite"
    if said is None:
        make(path)
        Ledger(path).__exit__()
        return
    with pytest.raises(NotALedger, match=said):  # noqa: PT012
        make(path)
        run(path, [book(tmp_path / "a.xlsx")])


def test_two_runs_may_share_a_ledger(tmp_path: Path) -> None:
    files = folder(tmp_path / "in", 4)
    with Ledger(tmp_path / "l.sqlite"):
        first, _ = run(tmp_path / "l.sqlite", files)
    assert run(tmp_path / "l.sqlite", files) == (first, [])


def command(inputs: Path, *arguments: str) -> list[str]:
    head = [sys.executable, "-m", "cfp_xl", "verify", str(inputs), "--jobs", "2"]
    return [*head, "--lang", "en", *arguments]


def known(ledger: Path) -> int:
    """Results in the ledger, as another program sees it."""
    if not ledger.exists():
        return 0
    database = sqlite3.connect(f"{ledger.as_uri()}?mode=ro", uri=True, timeout=60)
    try:
        return int(database.execute("SELECT count(*) FROM verified").fetchone()[0])
    except sqlite3.OperationalError:
        return 0  # not laid out yet
    finally:
        database.close()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no kill -9")
def test_after_kill_9_a_rerun_ends_as_an_undisturbed_run(tmp_path: Path) -> None:
    inputs, ledger = tmp_path / "in", tmp_path / "l.sqlite"
    folder(inputs, FILES)
    as_ledger = ["--ledger", str(ledger), "--report", f"jsonl={tmp_path / 'killed.jsonl'}"]
    process = subprocess.Popen(command(inputs, *as_ledger), stdout=subprocess.DEVNULL)
    until = time.monotonic() + 600
    while known(ledger) < 5 and process.poll() is None and time.monotonic() < until:
        time.sleep(0.002)
    os.kill(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL, "it was killed in the middle"
    left = known(ledger)
    assert 5 <= left < FILES
    lines = (tmp_path / "killed.jsonl").read_text("utf-8").splitlines(keepends=True)
    whole = [json.loads(line) for line in lines if line.endswith("\n")]
    assert len(whole) <= left, "a line is written after its result is kept"

    reports = {}
    for name, more in (("rerun", ["--ledger", str(ledger)]), ("undisturbed", [])):
        report = tmp_path / f"{name}.json"
        asked = command(inputs, "--report", f"json={report}", *more)
        assert subprocess.run(asked, stdout=subprocess.DEVNULL, check=False).returncode == 1
        reports[name] = report.read_bytes()
    assert reports["rerun"] == reports["undisturbed"]
    assert known(ledger) == FILES
    assert [f["path"] for f in json.loads(reports["rerun"])["files"]][: len(whole)] == [
        f["path"] for f in whole
    ]
