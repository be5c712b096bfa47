"""A real Dask cluster on this machine: two worker processes, one of which is killed."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import dask
import pytest
from distributed import Client, LocalCluster

from cfp_xl.verify.many import cluster as cluster_module
from cfp_xl.verify.many import workers
from cfp_xl.verify.many.batch import BatchRun, verify_each
from cfp_xl.verify.many.cluster import ClusterNotReached
from cfp_xl.verify.result import FileStatus, Options
from cfp_xl.work.sources import ExtraMissing
from tests.verify.many import book, folder
from tests.verify.misbehaving import as_named


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The address of a scheduler with two workers, which gives up on a file at the third death.

    A file that only waits at a worker when it dies is counted as one that it died of.
    """
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 2}),
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as local,
    ):
        yield local.scheduler_address


def test_the_cluster_gives_what_this_process_gives(address: str, tmp_path: Path) -> None:
    files = [*folder(tmp_path, 12), tmp_path / "absent.xlsx", tmp_path]
    expected = list(verify_each(files, Options()))
    assert list(verify_each(files, Options(), run=BatchRun(cluster=address))) == expected


def test_a_worker_killed_midway_changes_no_result(address: str, tmp_path: Path) -> None:
    files = folder(tmp_path, 30)
    slow = [book(tmp_path / str(n) / "slow.xlsx", n) for n in range(6)]
    expected = list(verify_each([*files, *slow], Options()))
    with Client(address, set_as_default=False) as client:
        victim, *others = client.run(os.getpid).values()
    assert others, "two workers"
    results = verify_each([*slow, *files], Options(), run=BatchRun(cluster=address, work=as_named))
    found = [next(results)]
    os.kill(victim, signal.SIGKILL)
    found += results
    assert found == expected[-6:] + expected[:-6]


def test_a_bad_file_stops_no_other(address: str, tmp_path: Path) -> None:
    files = [book(tmp_path / f"{stem}.xlsx") for stem in ("a", "hangs", "b", "dies", "c", "bug")]
    with Client(address, set_as_default=False) as client:
        client.run(lambda: setattr(workers, "GRACE_S", 1.0))
    found = verify_each(
        files, Options(deadline_s=5.0), run=BatchRun(cluster=address, work=as_named)
    )
    assert {Path(r.path).stem: r.status for r in found} == {
        "a": FileStatus.PASSED,
        "hangs": FileStatus.TIMEOUT,
        "b": FileStatus.PASSED,
        "dies": FileStatus.INTERNAL_ERROR,
        "c": FileStatus.PASSED,
        "bug": FileStatus.INTERNAL_ERROR,
    }


def test_workers_with_another_program_are_refused(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Client(address, set_as_default=False) as client:
        client.wait_for_workers(1, timeout=120)  # those that died before are started again
    monkeypatch.setattr(cluster_module, "program_sha256", lambda: "another")
    with pytest.raises(ClusterNotReached, match="same version"):
        list(verify_each([book(tmp_path / "a.xlsx")], Options(), run=BatchRun(cluster=address)))


@pytest.mark.parametrize("place", ["tcp://127.0.0.1:9", "nowhere", "nowhere:1", "foo://x:1"])
def test_a_cluster_that_is_not_there_is_said_so(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster_module, "CONNECT_S", 0.2)
    with pytest.raises(ClusterNotReached, match=f"scheduler {place}"):
        list(verify_each([book(tmp_path / "a.xlsx")], Options(), run=BatchRun(cluster=place)))


def test_the_missing_package_is_named_with_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ExtraMissing, match=r"cfp-xl\[cluster\]"):
        list(verify_each([], Options(), run=BatchRun(cluster="tcp://127.0.0.1:9")))
