"""Verifying a file in a process of its own; whatever happens there becomes the file's result."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from cfp_xl.findings import finding
from cfp_xl.verify.many import PRELOADED, record
from cfp_xl.verify.result import FileResult, FileStatus, Options
from cfp_xl.work import bounded_process
from cfp_xl.work.bounded_process import BoundedProcess, ProcessDied
from cfp_xl.work.sources import sha256_of

GRACE_S = bounded_process.GRACE_S
Work = Callable[[Path, Options], FileResult]


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
    """The result of a file at which our own code failed: W99, never a pass."""
    why = finding("W99", case=case, seen=seen)
    return FileResult(file.as_posix(), sha256_of(file), FileStatus.INTERNAL_ERROR, (why,))


def late(file: Path, deadline_s: float) -> FileResult:
    """The result of a file that took longer than `deadline_s`: V07."""
    why = finding("V07", seen=f"{deadline_s:g}")
    return FileResult(file.as_posix(), sha256_of(file), FileStatus.TIMEOUT, (why,))


class VerifyWorker:
    """Verifies files one after the other in a process of its own."""

    def __init__(self, memory_mib: int, work: Work = verify) -> None:
        task = partial(_written, work)
        self._process = BoundedProcess(memory_mib, task, PRELOADED)

    def verify(self, file: Path, options: Options) -> FileResult:
        """The file's result, whatever happens to the process."""
        try:
            return record.read(self._process.run((file, options), options.deadline_s))
        except ProcessDied as death:
            return internal_error(file, death.exit_code, "died")
        except TimeoutError:
            return late(file, options.deadline_s)
        except MemoryError:
            return internal_error(file, self._process.memory_mib, "memory")

    def end(self) -> None:
        """For good, at once, from another thread."""
        self._process.end()


def _written(work: Work, job: tuple[Path, Options]) -> bytes:
    return record.written(work(*job)).encode()
