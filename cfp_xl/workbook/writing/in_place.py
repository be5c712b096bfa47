"""A workbook put in the place of what it was: in one piece or not at all, and never over a version
that another program has open or has just saved."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from cfp_xl.messages import Explained
from cfp_xl.outputs import ensure_workbook, write_output
from cfp_xl.workbook.reading.container import Package

LOCKS = ("~${name}", ".~lock.{name}#")
"""Files that Excel and WPS, and LibreOffice, keep beside a workbook that is open."""


class WorkbookInUse(Explained):
    """A workbook that is open in, or was just changed by, another program."""


def ensure_replaceable(target: Path, source: Path, others: Iterable[Path] = ()) -> None:
    """Refuses a target that can't be written or would replace another input. Raises NotWritten."""
    read = [*others, *([source] if target != source else [])]
    ensure_workbook(target, source.suffix, read)


def put_workbook(data: bytes, target: Path, was: Package, source: Path) -> Path | None:
    """Writes the changed workbook `was` of `source`; where it was kept, if it was replaced.

    The earlier workbook is kept beside as `NAME.before-<sha256[:8]>.xlsx`.
    Raises WorkbookInUse, NotWritten.
    """
    refuse_if_open(target)
    if target != source:
        write_output(target, data)
        return None
    kept = kept_beside(source, was.sha256)
    write_output(kept, was.data)
    with _alone(target):
        if target.read_bytes() != was.data:
            raise WorkbookInUse("outputs.in_use.changed", path=str(target))
        write_output(target, data)
    return kept


def kept_beside(source: Path, sha256: str) -> Path:
    """Where a workbook of this hash is kept when it is replaced."""
    return source.with_name(f"{source.stem}.before-{sha256[:8]}{source.suffix}")


def refuse_if_open(target: Path) -> None:
    """A program that has the file open would write its own version over ours."""
    for pattern in LOCKS:
        lock = target.with_name(pattern.format(name=target.name))
        if lock.exists():
            raise WorkbookInUse("outputs.in_use.open", path=str(target), lock=lock.name)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Keeps a second writer from the moment between looking at a file and replacing it.

    The lock is on the file that is about to go: who waited for it finds another in its place. It
    ends with the process, however that ends. Windows has no such lock; there it is left to the
    look just before.
    """
    if sys.platform == "win32":
        yield
        return
    import fcntl

    with path.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
