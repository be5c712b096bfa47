"""The same work on an existing Dask cluster: a file's bytes go there, its record comes back.

Workers of the cluster need this package in the same version, and nothing else: no shared folder.
A file whose worker is lost is given to another one by the scheduler; one that takes several
workers down with it is an internal error of that file. Memory is bounded by the workers' own limit.
"""

from __future__ import annotations

import os
import tempfile
import threading
from concurrent.futures import CancelledError, ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from typing import Any

from cfp_xl.messages import Explained
from cfp_xl.verify.many import record, workers
from cfp_xl.verify.many.ledger import program_sha256
from cfp_xl.verify.result import FileResult, Options
from cfp_xl.work.sources import ExtraMissing
from cfp_xl.workbook.reading.container import MAX_FILE_BYTES

CONNECT_S = 10.0
LEAVE_S = 1.0
FILES_A_THREAD = 2
"""Files under way for each thread of the cluster, so that none waits for the network."""

_SUSPECTS = threading.Lock()
"""Held by the one file that is tried again after its worker was lost."""


class ClusterNotReached(Explained):
    """No scheduler at that address, no worker, or one with another program."""


class Cluster:
    """A connection to a Dask scheduler."""

    def __init__(self, address: str, work: workers.Work) -> None:
        try:
            self._dask = import_module("distributed")
        except ImportError as error:
            raise ExtraMissing("cli.error.cluster_missing") from error
        self.address = address
        self.work = work
        try:
            _check(address)
            self._client = self._dask.Client(address, timeout=CONNECT_S, set_as_default=False)
        except (OSError, ValueError) as error:
            why = str(error) or type(error).__name__
            raise ClusterNotReached(
                "cli.error.cluster_not_reached", address=address, why=why
            ) from error

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def slots(self, files: int) -> list[ClusterSlot]:
        """A slot for each file that the cluster works on at a time.

        Raises ClusterNotReached where there is no worker, or one that would compute otherwise.
        """
        threads = sum(self._client.nthreads().values())
        if not threads:
            raise ClusterNotReached("cli.error.cluster_empty", address=self.address)
        try:
            programs = self._client.run(_program)
        except ImportError:  # they have no such package
            programs = dict.fromkeys(self._client.nthreads(), "")
        others = sorted(w for w, program in programs.items() if program != program_sha256())
        if others:
            raise ClusterNotReached("cli.error.cluster_differs", workers=tuple(others))
        count = max(1, min(files, threads * FILES_A_THREAD))
        return [ClusterSlot(self._dask, self._client, self.work) for _ in range(count)]


def _check(address: str) -> None:
    """ValueError for what is no address: a client that fails over it would not be closed."""
    comm = import_module("distributed.comm")
    scheme, place = comm.parse_address(address, strict=True)
    comm.registry.get_backend(scheme)
    comm.parse_host_port(place)


class ClusterSlot:
    """A file at a time on the cluster."""

    def __init__(self, dask: Any, client: Any, work: workers.Work) -> None:
        self._dask = dask
        self._client = client
        self._work = work
        self._future: Any = None
        self._is_over = False

    def verify(self, file: Path, options: Options) -> FileResult:
        """The file's result. Raises ClusterNotReached where the whole cluster is lost.

        The scheduler gives up on a file in whose presence several workers died. That may have
        been another file's fault, so it gets a second chance, as with workers of our own.
        """
        try:
            is_small = file.stat().st_size <= MAX_FILE_BYTES
            content = file.read_bytes() if is_small else b""
        except OSError:
            is_small = False
        if not is_small:
            return workers.verify(file, options)  # refused here as it would be there
        try:
            answer = self._ask(file.name, content, options)
        except self._dask.KilledWorker:
            # Which of the files on the lost worker was to blame shows when each runs by itself.
            with _SUSPECTS:
                try:
                    answer = self._ask(file.name, content, options)
                except self._dask.KilledWorker as death:
                    return workers.internal_error(file, death, "died")
        return record.read(answer)

    def _ask(self, name: str, content: bytes, options: Options) -> str:
        submit = self._client.submit
        self._future = submit(verify_bytes, name, content, options, self._work, pure=False)
        if self._is_over:
            self._future.cancel()
        try:
            answer: str = self._future.result()
        except CancelledError as error:
            raise ClusterNotReached("cli.error.cluster_lost", why=str(error)) from error
        return answer

    def end(self) -> None:
        self._is_over = True
        if self._future is not None:
            self._future.cancel()


def verify_bytes(name: str, content: bytes, options: Options, work: workers.Work) -> str:
    """On the cluster: the record of a file of that name and content."""
    with tempfile.TemporaryDirectory(prefix="cfp-xl-") as folder:
        file = Path(folder, name)
        file.write_bytes(content)
        # A thread that hangs can't be ended; it is left behind, and its process soon with it.
        pool = ThreadPoolExecutor(1)
        try:
            done = pool.submit(work, file, options)
            result = done.result(options.deadline_s + workers.GRACE_S)
        except TimeoutError:
            _leave_soon()
            result = workers.late(file, options.deadline_s)
        except MemoryError:
            result = workers.internal_error(file, "MemoryError")
        finally:
            pool.shutdown(wait=False)
        return record.written(result)


def _leave_soon() -> None:
    """Ends this process when its answer is sent, if there is a nanny that starts another."""
    if import_module("distributed").get_worker().nanny:
        leaving = threading.Timer(LEAVE_S, os._exit, [1])
        leaving.daemon = True
        leaving.start()


def _program() -> str:
    """On the cluster: what would compute there."""
    return program_sha256()
