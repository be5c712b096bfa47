"""Many files: which workbooks a path means, verifying them side by side, the exit code."""

from __future__ import annotations

import glob
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path

from cfp_xl import __version__
from cfp_xl.findings import finding
from cfp_xl.messages import Explained
from cfp_xl.verify.pipeline import verify_file
from cfp_xl.verify.result import FileResult, Options, Status, Verification

Advance = Callable[[int, int], None]
"""Told at the start and after each file: how many are done, of how many."""

WORKBOOKS = frozenset({".xlsx", ".xlsm", ".xltx", ".xltm", ".xls", ".xlsb"})
"""What a folder is searched for; old and binary ones are reported as unreadable, not left out."""


class NothingToVerify(Explained):
    """A folder without a workbook, or a pattern that matches none."""


def workbooks_in(paths: Iterable[str]) -> tuple[tuple[Path, ...], tuple[NothingToVerify, ...]]:
    """The files that paths mean, each once, and the paths that mean none.

    A path is a file, a folder with those below it, or a pattern; files stand in the order of the
    paths, and by name within one. A file that does not exist is kept: verifying it says so.
    """
    files: dict[Path, None] = {}
    in_vain: list[NothingToVerify] = []
    for path in paths:
        if Path(path).is_dir():
            found, key = _in(path), "cli.error.no_workbook"
        elif glob.has_magic(path) and not Path(path).exists():
            matches = sorted(glob.glob(path, recursive=True))
            found, key = [f for match in matches for f in _in(match)], "cli.error.no_match"
        else:
            found, key = [Path(path)], ""
        files.update(dict.fromkeys(found))
        if not found:
            in_vain.append(NothingToVerify(key, path=path))
    return tuple(files), tuple(in_vain)


def _in(path: str) -> list[Path]:
    """The workbooks in a folder and those below it, or the file itself where it is a workbook."""
    given = Path(path)
    if given.is_dir():
        return sorted(p for p in given.rglob("*") if _is_workbook(p, given))
    return [given] if _is_workbook(given, given.parent) else []


def _is_workbook(path: Path, below: Path) -> bool:
    """A workbook, and not Excel's lock file (`~$…`) nor in a hidden folder."""
    hidden = any(part.startswith(".") for part in path.relative_to(below).parts)
    is_lock = path.name.startswith("~$")
    return path.suffix.lower() in WORKBOOKS and not hidden and not is_lock and path.is_file()


def verify_files(
    files: Iterable[Path],
    options: Options,
    *,
    jobs: int = 1,
    advance: Advance | None = None,
    raises: bool = False,
) -> Verification:
    """Verifies files, `jobs` at a time; the results stand in the order of the files.

    A file on which our own code fails, or dies, is an internal error and doesn't stop the others;
    with `raises` (for debugging) the exception is let through.
    """
    todo = tuple(files)
    results: list[FileResult] = []
    if advance:
        advance(0, len(todo))
    for result in _results(todo, options, jobs, raises):
        results.append(result)
        if advance:
            advance(len(results), len(todo))
    return Verification(tuple(results), __version__)


def _results(
    files: tuple[Path, ...], options: Options, jobs: int, raises: bool
) -> Iterator[FileResult]:
    if jobs == 1 or len(files) < 2:
        for file in files:
            yield _verify(file, options, raises)
        return
    # A fresh interpreter a worker: forking a program that draws a progress bar from a thread
    # may deadlock.
    with ProcessPoolExecutor(min(jobs, len(files)), get_context("spawn")) as pool:
        futures = [pool.submit(_verify, file, options, raises) for file in files]
        for file, future in zip(files, futures, strict=True):
            yield result_of(future, file, options, raises)


def result_of(future: Future[FileResult], file: Path, options: Options, raises: bool) -> FileResult:
    """A worker's result; when one dies the whole pool does, so the file gets one of its own."""
    try:
        return future.result()
    except BrokenProcessPool:
        with ProcessPoolExecutor(1, get_context("spawn")) as pool:
            try:
                return pool.submit(_verify, file, options, raises).result()
            except BrokenProcessPool as error:
                return _internal_error(file, error)


def _verify(file: Path, options: Options, raises: bool) -> FileResult:
    try:
        return verify_file(file, options)
    except Exception as error:
        if raises:
            raise
        return _internal_error(file, error)


def _internal_error(file: Path, error: Exception) -> FileResult:
    digest = sha256(file.read_bytes()).hexdigest() if file.is_file() else None
    what = f"{type(error).__name__}: {error}".rstrip(": ")
    return FileResult(file.as_posix(), digest, Status.INTERNAL_ERROR, (finding("W99", seen=what),))
