"""Several workbooks put in the place of what they were: all of them, or none.

Each is replaced by a rename, and there is no rename of several files at once. So a note beside the
first says, until all are done, which are replaced and by what. A run that finds such a note knows
that another was killed meanwhile, and puts back what that one had replaced already.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from cfp_xl.outputs import write_output
from cfp_xl.workbook.reading.container import Package
from cfp_xl.workbook.writing.in_place import (
    WorkbookInUse,
    ensure_replaceable,
    kept_beside,
    put_workbook,
    refuse_if_open,
)


@dataclass(frozen=True, slots=True)
class ChangedWorkbook:
    """A workbook by its resolved path, as it was and as it is to be."""

    path: Path
    was: Package
    data: bytes


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A workbook that a killed run had replaced while others still were as before."""

    path: Path
    kept: Path
    """The workbook as it was before that run."""
    is_as_written: bool
    """False where somebody has changed it since: then it is left alone."""


def put_workbooks(changes: Sequence[ChangedWorkbook]) -> None:
    """Replaces all; where one can't be, those before it are put back, and its error goes on.

    Raises WorkbookInUse, NotWritten.
    """
    for one in changes:
        refuse_if_open(one.path)
        ensure_replaceable(one.path, one.path)
    if not changes:
        return
    note = _note_beside(changes[0].path)
    lines = [
        {"path": str(one.path), "was": one.was.sha256, "is": sha256(one.data).hexdigest()}
        for one in changes
    ]
    write_output(note, json.dumps(lines, ensure_ascii=False, indent=1).encode())
    with _held(note):
        begun: list[ChangedWorkbook] = []
        try:
            for one in changes:
                begun.append(one)
                put_workbook(one.data, one.path, one.was, one.path)
        except BaseException:
            for one in begun:
                _put_back(one)
            note.unlink()
            raise
        note.unlink()


def _put_back(one: ChangedWorkbook) -> None:
    if one.path.read_bytes() == one.data:
        write_output(one.path, one.was.data)
    with suppress(FileNotFoundError):
        kept_beside(one.path, one.was.sha256).unlink()


def unfinished(paths: Sequence[Path], *, is_put_back: bool) -> list[Unfinished]:
    """Which of these workbooks a killed run had replaced; put back, where it is asked for and all
    that the run was to replace are named.

    A note is believed only about the files named here, and only where a file of the very bytes that
    it had before lies beside it. Raises WorkbookInUse where that run still goes on, NotWritten.
    """
    found: list[Unfinished] = []
    named = {path.resolve() for path in paths}
    for note in map(_note_beside, sorted(named)):
        if not note.is_file():
            continue
        with _held(note):
            listed = _lines(note)
            ones = [_of(*line) for line in listed if line[0] in named]
            found += [one for one in ones if one is not None]
            if is_put_back and {path for path, _, _ in listed} <= named:
                for one in found:
                    if one.is_as_written:
                        write_output(one.path, one.kept.read_bytes())
                note.unlink()
    return found


def _of(path: Path, was: str, now: str) -> Unfinished | None:
    kept, current = kept_beside(path, was), _sha256(path)
    if _sha256(kept) != was or current in (was, ""):
        return None
    return Unfinished(path, kept, is_as_written=current == now)


def _lines(note: Path) -> list[tuple[Path, str, str]]:
    """What a note says; nothing where it is none of ours."""
    with suppress(OSError, ValueError, TypeError, KeyError, RecursionError):
        return [
            (Path(str(one["path"])), str(one["was"]), str(one["is"]))
            for one in json.loads(note.read_bytes())
        ]
    return []


def _note_beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.cfp-xl-unfinished")


def _sha256(path: Path) -> str:
    """ "" for a file that is not there."""
    with suppress(OSError):
        return sha256(path.read_bytes()).hexdigest()
    return ""


@contextmanager
def _held(note: Path) -> Iterator[None]:
    """Held for as long as its run goes on, and free when that has ended, however it did. Raises
    WorkbookInUse. (Windows has no such lock.)"""
    if sys.platform == "win32":
        yield
        return
    import fcntl

    with note.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise WorkbookInUse("outputs.in_use.several", path=str(note)) from error
        yield
