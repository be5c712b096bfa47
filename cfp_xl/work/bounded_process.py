"""A process of its own for a stranger's file: bounded in time and memory, replaced when it dies.

Processes are forked from one server that has imported what they need (a fresh interpreter each on
Windows), and live on from file to file, so that what they have learned of a template is kept.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import forkserver, get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess, current_process
from pathlib import Path
from types import ModuleType
from typing import Any

MIB = 1024 * 1024
GRACE_S = 5.0
"""The task keeps its own deadline and ends cleanly; this much later its process is killed."""
START_S = 120.0
"""For a new process to say that it is there."""
JOBS_A_PROCESS = 1000
"""After so many a process is replaced: whatever a library leaks stays bounded."""
LONGEST_FOLDER = 60
"""Bytes; of the 104 that the shortest systems allow, multiprocessing adds some thirty."""
OUT_OF_MEMORY = 77
"""A process's exit code."""
OBJECTS_A_COLLECTION = 100_000
"""Made and not yet gone, before circles among them are looked for; 700 by default."""

Task = Callable[[Any], bytes]
"""What is done with a job, and what is sent back of it."""

_starting = threading.Lock()
"""multiprocessing polls all children when it starts one; two threads at once would disturb it."""


class ProcessDied(Exception):
    """A process ended in the middle of a job: `exit_code` as of `multiprocessing`."""

    def __init__(self, exit_code: int | None) -> None:
        super().__init__(exit_code)
        self.exit_code = exit_code


class BoundedProcess:
    """Does one job after the other in a process of its own, which has imported `preloaded`."""

    def __init__(
        self, memory_mib: int, task: Task, preloaded: str, grace_s: float | None = None
    ) -> None:
        """`grace_s` is for tasks that keep a deadline of their own."""
        self.memory_mib = memory_mib
        self.grace_s = GRACE_S if grace_s is None else grace_s
        self.task = task
        self.preloaded = preloaded
        self._process: BaseProcess | None = None
        self._connection: Connection[Any, Any] | None = None
        self._jobs_left = 0
        self._over = threading.Event()

    def run(self, job: object, deadline_s: float) -> bytes:
        """What comes of the job; raises ProcessDied, TimeoutError or MemoryError where nothing
        does.

        A process that dies may have been the victim of something else on the machine, so the
        job gets a second, fresh one. In a process that is bounded itself, as the desk's are, and
        may start no other, the job is done at once within its bounds.
        """
        if current_process().daemon:
            return self.task(job)
        try:
            return self._run(job, deadline_s)
        except ProcessDied:
            return self._run(job, deadline_s)

    def _run(self, job: object, deadline_s: float) -> bytes:
        try:
            connection = self._ready()
            connection.send((job, deadline_s))
            if not connection.poll(deadline_s + self.grace_s):
                self.stop()
                raise TimeoutError
            return connection.recv_bytes()
        except (EOFError, ConnectionError) as end:
            exit_code = self.stop()
            if exit_code == OUT_OF_MEMORY:
                raise MemoryError from end
            raise ProcessDied(exit_code) from end

    def _ready(self) -> Connection[Any, Any]:
        if self._over.is_set():
            raise ProcessDied(None)
        if self._jobs_left == 0:
            self.stop()
        if self._connection is None:
            context = _context(self.preloaded)
            connection, theirs = context.Pipe()
            arguments = (theirs, self.memory_mib, self.task)
            process = context.Process(target=_serve, args=arguments, daemon=True)
            try:
                with _starting, _without_main(), _short_addresses():
                    process.start()
            except (EOFError, OSError) as error:
                raise RuntimeError("a worker process does not start") from error
            self._process, self._connection = process, connection
            theirs.close()
            if self._over.is_set():  # `end` was called while it started
                process.kill()
            self._jobs_left = JOBS_A_PROCESS
            if not connection.poll(START_S) or connection.recv() != "ready":
                raise RuntimeError("a worker process does not start")
        self._jobs_left -= 1
        return self._connection

    def end(self) -> None:
        """For good, at once, from another thread."""
        self._over.set()
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


def prepare(preloaded: str) -> None:
    """Starts the server, which imports what processes will need while the caller goes on."""
    if sys.platform != "win32":
        _context(preloaded)
        with _starting, _without_main(), _short_addresses(), suppress(OSError):
            forkserver.ensure_running()  # tried again for the first process


def _context(preloaded: str) -> Any:
    if sys.platform == "win32":
        return get_context("spawn")
    context = get_context("forkserver")
    context.set_forkserver_preload([preloaded])
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


@contextmanager
def _short_addresses() -> Iterator[None]:
    """The server listens on a socket in the temporary folder; a socket's path is short by nature.

    Where that folder's own name is too long, the system's common one is taken.
    """
    kept = tempfile.tempdir
    if len(os.fsencode(tempfile.gettempdir())) > LONGEST_FOLDER and Path("/tmp").is_dir():
        tempfile.tempdir = "/tmp"
    try:
        yield
    finally:
        tempfile.tempdir = kept


def _serve(connection: Connection[Any, Any], memory_mib: int, task: Task) -> None:
    """The process's life: a job comes, an answer goes, until the other end is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one who started us
    os.dup2(2, 1)  # standard output belongs to the reports
    _limit_memory(memory_mib)
    _collect_seldom()
    with suppress(EOFError, ConnectionError):  # nobody is left to work for
        connection.send("ready")
        while True:
            job, deadline_s = connection.recv()
            _set_alarm(deadline_s + 2 * GRACE_S)
            try:
                answer = task(job)
            except MemoryError:
                os._exit(OUT_OF_MEMORY)
            _set_alarm(0)
            connection.send_bytes(answer)


def _limit_memory(memory_mib: int) -> None:
    """Bounds what this process may add to its address space (Linux; elsewhere the system does)."""
    if sys.platform == "linux":
        import resource

        pages = int(Path("/proc/self/statm").read_text().split()[0])
        most_bytes = pages * resource.getpagesize() + memory_mib * MIB
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        if hard == resource.RLIM_INFINITY or most_bytes < hard:
            resource.setrlimit(resource.RLIMIT_AS, (most_bytes, hard))


def _collect_seldom() -> None:
    """Lets the collector of circles look less often: a workbook is millions of objects that stay
    and form none, and by default all of them are looked through again each time they have grown by
    a quarter. What the server imported is looked at no more."""
    gc.freeze()
    gc.set_threshold(OBJECTS_A_COLLECTION, 50, 50)


def _set_alarm(seconds: float) -> None:
    """Ends a process that hangs although nobody is left to kill it."""
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_REAL, seconds)
