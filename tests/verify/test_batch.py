"""Many files: the same results however the work is done, and no file harms another."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from itertools import islice
from pathlib import Path

import pytest

from cfp_xl.verify.many.batch import BatchRun, verify_each, verify_files
from cfp_xl.verify.result import FailOn, FileStatus, Options
from tests.verify.many import book, folder
from tests.verify.misbehaving import as_named

BXD2 = Path(__file__).parents[2] / "workbooks" / "bxd2.xlsx"
DEFAULT = Options()
ISOLATED = BatchRun(is_isolated=True, work=as_named)


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> Options:
    """A worker that hangs is killed after 5 s, in which a busy machine does what does not hang."""
    monkeypatch.setattr("cfp_xl.work.bounded_process.GRACE_S", 1.0)
    return Options(deadline_s=4.0)


def statuses(files: list[Path], run: BatchRun, options: Options = DEFAULT) -> dict[str, FileStatus]:
    return {Path(r.path).stem: r.status for r in verify_each(files, options, run=run)}


@pytest.mark.parametrize(
    "run",
    [
        BatchRun(is_isolated=True),
        BatchRun(jobs=2),
        BatchRun(jobs=8),
        BatchRun(ledger=Path("l.sqlite")),
    ],
    ids=["isolated", "two workers", "more workers than files", "with a ledger"],
)
def test_how_the_work_is_done_changes_no_result(
    run: BatchRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    files = [*folder(tmp_path, 5), tmp_path / "absent.xlsx"]
    expected = list(verify_each(files, Options()))
    assert [r.status.value for r in expected] == [
        "failed",
        "passed",
        "passed",
        "failed",
        "passed",
        "unreadable",
    ]
    assert list(verify_each(files, Options(), run=run)) == expected


@pytest.mark.parametrize(
    ("name", "status", "said"),
    [
        ("hangs", FileStatus.TIMEOUT, "4 s"),
        ("dies", FileStatus.INTERNAL_ERROR, "exit code -11"),
        ("eats-memory", FileStatus.INTERNAL_ERROR, "more than 512 MiB"),
        ("bug", FileStatus.INTERNAL_ERROR, "ZeroDivisionError"),
        ("dies-once", FileStatus.PASSED, ""),
    ],
)
def test_a_bad_file_has_its_status_and_the_others_theirs(
    name: str, status: FileStatus, said: str, short: Options, tmp_path: Path
) -> None:
    files = [book(tmp_path / f"{stem}.xlsx") for stem in ("first", name, "last")]
    run = BatchRun(is_isolated=True, memory_mib=512, work=as_named)
    results = list(verify_each(files, short, run=run))
    assert [r.status for r in results] == [FileStatus.PASSED, status, FileStatus.PASSED]
    bad = results[1]
    assert bad.sha256 == results[0].sha256, "the hash is known although nothing else is"
    assert said in " ".join(f.message("en") for f in bad.findings)
    assert bool(said) == bool(bad.findings)


def test_the_exit_code_tells_our_bug_from_a_file_that_takes_too_long(
    short: Options, tmp_path: Path
) -> None:
    late, dead = (book(tmp_path / f"{stem}.xlsx") for stem in ("hangs", "dies"))
    assert verify_files([late], short, run=ISOLATED).exit_code(FailOn.NEVER) == 2
    assert verify_files([late, dead], short, run=ISOLATED).exit_code(FailOn.NEVER) == 3


def test_results_stand_in_the_order_of_the_files(tmp_path: Path) -> None:
    files = [book(tmp_path / f"{stem}.xlsx") for stem in ("slow", "a", "b", "c")]
    run = BatchRun(jobs=2, work=as_named)
    assert list(statuses(files, run)) == ["slow", "a", "b", "c"]


def test_progress_counts_each_file_when_it_is_done(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    files = folder(tmp_path, 4)
    list(verify_each(files, Options(), advance=lambda *at: told.append(at), run=BatchRun(jobs=2)))
    assert told == [(0, 4), (1, 4), (2, 4), (3, 4), (4, 4)]


def test_what_a_worker_prints_is_not_in_the_report(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert statuses([book(tmp_path / "prints.xlsx")], ISOLATED) == {"prints": FileStatus.PASSED}
    assert "talks" not in capfd.readouterr().out


def test_who_stops_reading_stops_the_workers(tmp_path: Path) -> None:
    files = [book(tmp_path / f"{stem}.xlsx") for stem in ("a", "hangs", "b")]
    started = time.monotonic()
    results = verify_each(files, Options(), run=BatchRun(jobs=2, work=as_named))
    assert len(list(islice(results, 1))) == 1
    results.close()
    assert time.monotonic() - started < 300


def test_our_bug_is_let_through_for_debugging(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise ZeroDivisionError("in our code")

    monkeypatch.setattr("cfp_xl.verify.pipeline.verify_file", fails)
    files = [book(tmp_path / "a.xlsx")]
    assert statuses(files, BatchRun()) == {"a": FileStatus.INTERNAL_ERROR}
    with pytest.raises(ZeroDivisionError):
        statuses(files, BatchRun(jobs=2, is_isolated=True, raises=True))


def test_a_long_name_of_the_temporary_folder_is_no_obstacle(tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 30)
    folder.mkdir()
    command = [sys.executable, "-m", "cfp_xl", "verify", str(BXD2)]
    environment = {**os.environ, "TMPDIR": str(folder)}
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
    assert (ran.returncode, ran.stderr) == (0, "")
