"""Many files: one after the other, or side by side; their results in the order of the files.

How the work is done never changes a result: in this process, in several, on a cluster, or taken
from the ledger of an earlier run, a file's result is the same record.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from cfp_xl import __version__
from cfp_xl.verify.many import record, workers
from cfp_xl.verify.many.ledger import Ledger
from cfp_xl.verify.many.spool import Spool
from cfp_xl.verify.result import FileResult, FileStatus, Options, Verification
from cfp_xl.work.sources import Source, local_copy, sha256_of, shown
from cfp_xl.work.worker_pool import Worker, WorkerPool
from cfp_xl.workbook.reading.container import Unreadable

Advance = Callable[[int, int], None]
"""Told at the start and after each file: how many are done, of how many."""


class Verifier(Worker, Protocol):
    """Who verifies one file at a time: a process, a slot of a cluster."""

    def verify(self, file: Path, options: Options) -> FileResult: ...


@dataclass(frozen=True, slots=True)
class BatchRun:
    """How the work is done."""

    jobs: int = 1
    is_isolated: bool = False
    """Each file in a worker process even where `jobs` is 1; more jobs are always processes."""
    memory_mib: int = 4096
    """What a worker may take for one file."""
    ledger: Path | None = None
    """Results of files that were verified before, by their content."""
    cluster: str | None = None
    """Address of a Dask scheduler that has the work done."""
    raises: bool = False
    """For debugging: our own failure in a file is let through."""
    work: workers.Work = workers.verify
    """What is done with a file."""


def verify_files(
    files: Iterable[Source],
    options: Options,
    *,
    advance: Advance | None = None,
    run: BatchRun = BatchRun(),
) -> Verification:
    """Verifies files; the results stand in the order of the files."""
    return Verification(Spool(verify_each(files, options, advance=advance, run=run)), __version__)


def verify_each(
    files: Iterable[Source],
    options: Options,
    *,
    advance: Advance | None = None,
    run: BatchRun = BatchRun(),
) -> Generator[FileResult, None, None]:
    """The result of each file, as soon as it and those before it are known.

    A file on which our own code fails, or dies, or finds no end, is an internal error or timed
    out, and doesn't stop the others. Raises NotALedger, ClusterNotReached, ExtraMissing.
    """
    todo = tuple(files)
    with ExitStack() as stack:
        ledger = stack.enter_context(Ledger(run.ledger)) if run.ledger else None
        done = 0
        if advance:
            advance(0, len(todo))

        def do(source: Source, verifier: Verifier) -> FileResult:
            return _verified(source, options, verifier, ledger)

        def note(result: FileResult) -> None:
            nonlocal done
            done += 1
            if ledger:
                ledger.keep(result, options)
            if advance:
                advance(done, len(todo))

        verifiers: Sequence[Verifier]
        if run.cluster:
            from cfp_xl.verify.many.cluster import Cluster

            verifiers = stack.enter_context(Cluster(run.cluster, run.work)).slots(len(todo))
        elif (run.jobs > 1 or run.is_isolated) and not run.raises:
            count = max(1, min(run.jobs, len(todo)))
            verifiers = [workers.VerifyWorker(run.memory_mib, run.work) for _ in range(count)]
        else:
            for source in todo:
                result = do(source, _Here(run))
                note(result)
                yield result
            return
        yield from stack.enter_context(WorkerPool(todo, verifiers, do, note)).results()


def _verified(
    source: Source, options: Options, verifier: Verifier, ledger: Ledger | None
) -> FileResult:
    """One file's result, from the ledger where that has it."""
    try:
        with local_copy(source) as file:
            known = ledger.find(sha256_of(file), options) if ledger else None
            result = known or verifier.verify(file, options)
    except Unreadable as refusal:
        return FileResult(shown(source), None, FileStatus.UNREADABLE, (refusal.finding,))
    return replace(result, path=shown(source))


@dataclass(frozen=True, slots=True)
class _Here:
    """This process."""

    run: BatchRun

    def verify(self, file: Path, options: Options) -> FileResult:
        if self.run.raises:
            from cfp_xl.verify.pipeline import verify_file

            return record.slim(verify_file(file, options))
        return record.slim(self.run.work(file, options))

    def end(self) -> None:
        """Nothing runs beside us."""
