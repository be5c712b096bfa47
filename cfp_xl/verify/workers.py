"""A process of its own for a stranger's file: bounded in time and memory, replaced when it dies.

Workers are forked from one server that has imported what they need (a fresh interpreter each on
Windows), and live on from file to file, so that what they have learned of a template is kept.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import ModuleType
from typing import Any

from cfp_xl.findings import finding
from cfp_xl.verify import record
from cfp_xl.verify.result import FileResult, Options, Status
from cfp_xl.verify.sources import sha256_of

MIB = 1024 * 1024
GRACE_S = 5.0
"""The recalculation keeps its own deadline and ends cleanly; this much later a worker is killed."""
START_S = 120.0
"""For a new worker to say that it is there."""
FILES_A_WORKER = 1000
"""After so many a worker is replaced: whatever a library leaks stays bounded."""
OUT_OF_MEMORY = 77
"""A worker's exit code."""

Work = Callable[[Path, Options], FileResult]

_starting = threading.Lock()
"""multiprocessing polls all children when it starts one; two threads at once would disturb it."""


class Died(Exception):
    """A worker ended in the middle of a file: `exit_code` as of `multiprocessing`."""

    def __init__(self, exit_code: int | None) -> None:
        super().__init__(exit_code)
        self.exit_code = exit_code


def verify(file: Path, options: Options) -> FileResult:
    """Verifies one file; our own failure is its result, and doesn't stop the others."""
    from cfp_xl.verify.pipeline import verify_file

    try:
        return verify_file(file, options)
    except MemoryError:
        raise
    except Exception as error:
        return internal_error(file, f"{type(error).__name__}: {error}".rstrip(": "))


def internal_error(file: Path, seen: object, case: str = "") -> FileResult:
    why = finding("W99", case=case, seen=seen)
    return FileResult(file.as_posix(), sha256_of(file), Status.INTERNAL_ERROR, (why,))


def late(file: Path, deadline_s: float) -> FileResult:
    why = finding("V07", seen=f"{deadline_s:g}")
    return FileResult(file.as_posix(), sha256_of(file), Status.TIMEOUT, (why,))


class Worker:
    """Verifies files one after the other in a process of its own."""

    def __init__(self, memory_mib: int, work: Work = verify) -> None:
        self.memory_mib = memory_mib
        self.work = work
        self._process: BaseProcess | None = None
        self._connection: Connection[Any, Any] | None = None
        self._files_left = 0
        self._is_over = False

    def verify(self, file: Path, options: Options) -> FileResult:
        """The file's result, whatever happens to the process.

        A process that dies may have been the victim of something else on the machine, so the
        file gets a second, fresh one.
        """
        try:
            answer = self._ask(file, options)
        except Died:
            try:
                answer = self._ask(file, options)
            except Died as death:
                return internal_error(file, death.exit_code, "died")
        except TimeoutError:
            return late(file, options.deadline_s)
        except MemoryError:
            return internal_error(file, self.memory_mib, "memory")
        return record.read(answer)

    def _ask(self, file: Path, options: Options) -> bytes:
        """What the worker says; Died, TimeoutError or MemoryError where it says nothing."""
        try:
            connection = self._ready()
            connection.send((file, options))
            if not connection.poll(options.deadline_s + GRACE_S):
                self.stop()
                raise TimeoutError
            return connection.recv_bytes()
        except (EOFError, ConnectionError) as end:
            exit_code = self.stop()
            if exit_code == OUT_OF_MEMORY:
                raise MemoryError from end
            raise Died(exit_code) from end

    def _ready(self) -> Connection[Any, Any]:
        if self._is_over:
            raise Died(None)
        if self._files_left == 0:
            self.stop()
        if self._connection is None:
            context = _context()
            connection, theirs = context.Pipe()
            arguments = (theirs, self.memory_mib, self.work)
            process = context.Process(target=_serve, args=arguments, daemon=True)
            try:
                with _starting, _without_main():
                    process.start()
            except (EOFError, OSError) as error:
                raise RuntimeError("a worker process does not start") from error
            self._process, self._connection = process, connection
            theirs.close()
            self._files_left = FILES_A_WORKER
            if not connection.poll(START_S) or connection.recv() != "ready":
                raise RuntimeError("a worker process does not start")
        self._files_left -= 1
        return self._connection

    def end(self) -> None:
        """For good, at once, from another thread."""
        self._is_over = True
        if process := self._process:
            process.kill()

    def stop(self) -> int | None:
        """Ends the process, whatever it does; its exit code."""
        process, connection = self._process, self._connection
        self._process = self._connection = None
        if process is None or connection is None:
            return None
        connection.close()
        with _starting:
            process.join(0.1)  # one that has ended by itself keeps its exit code
            if process.is_alive():
                process.kill()
                process.join()
            exit_code = process.exitcode
            process.close()
        return exit_code


def _context() -> Any:
    if sys.platform == "win32":
        return get_context("spawn")
    context = get_context("forkserver")
    context.set_forkserver_preload(["cfp_xl.verify.pipeline"])
    return context


@contextmanager
def _without_main() -> Iterator[None]:
    """Keeps a new process from importing the caller's main module, which it doesn't need.

    A script that verifies files without `if __name__ == "__main__"` would run again in there.
    """
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def _serve(connection: Connection[Any, Any], memory_mib: int, work: Work) -> None:
    """The worker's life: a path comes, a record goes, until the other end is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one who started us
    os.dup2(2, 1)  # standard output belongs to the reports
    _limit_memory(memory_mib)
    with suppress(EOFError, ConnectionError):  # nobody is left to work for
        connection.send("ready")
        while True:
            file, options = connection.recv()
            _set_alarm(options.deadline_s + 2 * GRACE_S)
            try:
                answer = record.written(work(file, options))
            except MemoryError:
                os._exit(OUT_OF_MEMORY)
            _set_alarm(0)
            connection.send_bytes(answer.encode())


def _limit_memory(memory_mib: int) -> None:
    """Bounds what this process may add to its address space (Linux; elsewhere the system does)."""
    if sys.platform == "linux":
        import resource

        pages = int(Path("/proc/self/statm").read_text().split()[0])
        most_bytes = pages * resource.getpagesize() + memory_mib * MIB
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        if hard == resource.RLIM_INFINITY or most_bytes < hard:
            resource.setrlimit(resource.RLIMIT_AS, (most_bytes, hard))


def _set_alarm(seconds: float) -> None:
    """Ends a worker that hangs although nobody is left to kill it."""
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_REAL, seconds)
