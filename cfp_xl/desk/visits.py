"""Who visits the desk: a folder each, the files dropped there, and what is being done with them.

All of it lies below one temporary folder and is removed when the page closes, when nothing was
heard of it for a while, and when the server ends.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from cfp_xl.desk.task import PREFIX
from cfp_xl.hosts.officejs.guard import Refusal

IDLE_S = 15 * 60.0
"""A page asks at least once a minute while it is open."""
STALE_S = 24 * 3600.0
"""A folder of a server that was killed is left alone so long."""
MAX_VISITS = 200
MAX_FILES = 2000
MAX_VISIT_BYTES = 2 * 1024**3
AT_ONCE = 3
"""Jobs of one visit that run side by side: a folder of files leaves room for other visits."""
NAME_BYTES = 180
RESERVED = frozenset('<>:"/\\|?*')
WAITING, RUNNING, CANCELLED = "waiting", "running", "cancelled"


@dataclass(frozen=True, slots=True)
class DeskFile:
    """A file that came, or one that an action made and the visitor kept."""

    id: str
    name: str
    """Its own, with the folders it was dropped in."""
    path: Path


@dataclass
class DeskJob:
    """An action under way or done. `outcome` is what `work.performed` gave."""

    id: str
    action: str
    files: tuple[str, ...]
    folder: Path
    names: tuple[str, ...] = ()
    """The files' names as the action gets them."""
    state: str = WAITING
    seconds: float = 0.0
    outcome: dict[str, Any] = field(default_factory=dict)
    task: asyncio.Task[None] | None = None

    @property
    def outputs(self) -> Path:
        return self.folder / "out"

    def cancel(self) -> None:
        """Stops it, which frees its process at once."""
        if self.task is not None and self.state in (WAITING, RUNNING):
            self.task.cancel()

    def document(self) -> dict[str, Any]:
        """For the page."""
        return {
            "id": self.id,
            "action": self.action,
            "files": [*self.files],
            "names": [*self.names],
            "state": self.state,
            "seconds": round(self.seconds, 1),
            **self.outcome,
        }


@dataclass(eq=False)
class Visit:
    """One open page."""

    id: str
    folder: Path
    seen_s: float
    files: dict[str, DeskFile] = field(default_factory=dict)
    jobs: dict[str, DeskJob] = field(default_factory=dict)
    bytes: int = 0
    turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    _numbers: int = 0

    def number(self) -> str:
        """A name of its own for a file or a job."""
        self._numbers += 1
        return str(self._numbers)

    def place_for(self, name: str) -> DeskFile:
        """A new file, for its bytes to be written to `path`. Raises Refusal."""
        if len(self.files) >= MAX_FILES:
            raise Refusal(413, "desk_files", most=MAX_FILES)
        shown = safe_name(name)
        id = self.number()
        folder = self.folder / f"file-{id}"
        folder.mkdir()
        return DeskFile(id, shown, folder / PurePosixPath(shown).name)

    def remove(self, file: DeskFile) -> None:
        """Forgets a file."""
        self.files.pop(file.id, None)
        if file.path.exists():
            self.bytes -= file.path.stat().st_size
        shutil.rmtree(file.path.parent, ignore_errors=True)

    def remove_folder(self) -> None:
        """All there is of it on the disk."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def lay_out(self, job: DeskJob) -> None:
        """Puts the job's files into its own folder, under their own names."""
        (job.folder / "in").mkdir(parents=True)
        job.outputs.mkdir()
        names: list[str] = []
        for file in (self.files[id] for id in job.files):
            name = _unlike(file.path.name, names)
            names.append(name)
            _put(file.path, job.folder / "in" / name)
        job.names = tuple(names)


class Visits:
    """All that are here."""

    def __init__(self) -> None:
        _remove_stale()
        self.root = Path(tempfile.mkdtemp(prefix=PREFIX))
        self.by_id: dict[str, Visit] = {}
        self.left_s = time.monotonic()
        """When the last page was closed, or the server started."""

    def begin(self) -> Visit:
        """A new one. Raises Refusal."""
        self.sweep()
        if len(self.by_id) >= MAX_VISITS:
            raise Refusal(503, "desk_full")
        id = secrets.token_urlsafe(18)
        folder = self.root / f"visit-{len(self.by_id)}-{secrets.token_hex(4)}"
        folder.mkdir(mode=0o700)
        visit = self.by_id[id] = Visit(id, folder, time.monotonic())
        return visit

    def get(self, id: str) -> Visit:
        """Raises Refusal where it is over."""
        visit = self.by_id.get(id)
        if visit is None:
            raise Refusal(404, "desk_over")
        visit.seen_s = time.monotonic()
        return visit

    def end(self, visit: Visit) -> None:
        """Removes all there was of it."""
        self.by_id.pop(visit.id, None)
        self.left_s = time.monotonic()
        for job in visit.jobs.values():
            job.cancel()
            if job.task is not None and not job.task.done():  # its process may still write there
                job.task.add_done_callback(lambda _: visit.remove_folder())
        visit.remove_folder()

    def is_left(self, for_s: float) -> bool:
        """Whether no page is open, nor was within `for_s`: one that is loaded anew comes back."""
        now = time.monotonic()
        here = any(now - one.seen_s < IDLE_S for one in list(self.by_id.values()))
        return not here and now - self.left_s > for_s

    def sweep(self) -> None:
        """Ends visits that nothing was heard of."""
        os.utime(self.root)
        late = time.monotonic() - IDLE_S
        for visit in [one for one in self.by_id.values() if one.seen_s < late]:
            self.end(visit)

    def close(self) -> None:
        """Ends all, for good."""
        self.by_id.clear()
        shutil.rmtree(self.root, ignore_errors=True)


def safe_name(name: str) -> str:
    """A name as it was given, folders too, without what a file's name can't hold."""
    parts = [part for part in name.replace("\\", "/").split("/") if part.strip(". ")]
    return "/".join(_safe_part(part) for part in parts[-8:]) or "file"


def _safe_part(part: str) -> str:
    plain = "".join("_" if c in RESERVED or not c.isprintable() else c for c in part).strip(" .")
    stem, dot, suffix = plain.rpartition(".")
    if len(plain.encode(errors="replace")) <= NAME_BYTES:
        return plain
    short = (stem or plain).encode(errors="replace")[: NAME_BYTES - 20].decode(errors="ignore")
    return f"{short}{dot}{suffix[:16]}" if stem else short


def _unlike(name: str, others: Sequence[str]) -> str:
    """A name that none of the others has, on systems that ignore case too."""
    taken = {other.casefold() for other in others}
    path, number, unlike = PurePosixPath(name), 1, name
    while unlike.casefold() in taken:
        number += 1
        unlike = f"{path.stem} ({number}){path.suffix}"
    return unlike


def _put(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # a file system without links
        shutil.copyfile(source, target)


def _remove_stale() -> None:
    """What a server left behind that was killed."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        try:
            if time.time() - folder.stat().st_mtime > STALE_S:
                shutil.rmtree(folder, ignore_errors=True)
        except OSError:
            continue
