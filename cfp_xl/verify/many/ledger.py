"""The ledger: what was verified before, so that an unchanged file is not verified again.

An SQLite file. A result is found by the hashes of the file's content, the shipped factor sets,
the options and this program; where any of them differs, the file is verified anew. Only verdicts
are kept: what was unreadable, timed out or failed by our fault is tried again. Each result is
written when it is known, so that a run that is killed loses only what was being worked on.
"""

from __future__ import annotations

import sqlite3
import threading
from contextlib import suppress
from dataclasses import replace
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from cfp_xl import __version__
from cfp_xl.messages import Explained
from cfp_xl.verify.many import record
from cfp_xl.verify.result import FileResult, FileStatus, Options

MAGIC = b"SQLite format 3\0"
APPLICATION = 0x43465058  # "CFPX", in the file's header
LAYOUT = 1
ARITHMETIC = ("formulas", "numpy")
"""Libraries whose version may change a result."""
WAIT_S = 30.0
"""For another run that writes at the same moment."""

_TABLE = """
CREATE TABLE IF NOT EXISTS verified (
    content TEXT NOT NULL,
    factors TEXT NOT NULL,
    options TEXT NOT NULL,
    program TEXT NOT NULL,
    result TEXT NOT NULL,
    PRIMARY KEY (content, factors, options, program)
) WITHOUT ROWID
"""


class NotALedger(Explained):
    """A file that can't be used as a ledger: something else, damaged, or not writable."""


class Ledger:
    """Results by content and options."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        try:
            self._database = self._open()
        except (sqlite3.Error, OSError) as error:
            raise self._unusable(error) from error

    def _open(self) -> sqlite3.Connection:
        if self.path.is_file():
            with self.path.open("rb") as file:
                if file.read(len(MAGIC)) not in (b"", MAGIC):
                    raise NotALedger("cli.error.not_a_ledger", file=self.path)
        database = sqlite3.connect(
            self.path, timeout=WAIT_S, isolation_level=None, check_same_thread=False
        )
        try:
            application = database.execute("PRAGMA application_id").fetchone()[0]
            layout = database.execute("PRAGMA user_version").fetchone()[0]
            is_new = not database.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
            if not is_new and (application, layout) != (APPLICATION, LAYOUT):
                raise NotALedger("cli.error.not_a_ledger", file=self.path)
            if database.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
                raise NotALedger("cli.error.ledger_damaged", file=self.path)
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = NORMAL")
            database.execute(f"PRAGMA application_id = {APPLICATION}")
            database.execute(f"PRAGMA user_version = {LAYOUT}")
            database.execute(_TABLE)
        except BaseException:
            database.close()
            raise
        return database

    def find(self, content_sha256: str | None, options: Options) -> FileResult | None:
        """What was found in a file of this content, under its path of then."""
        query = (
            "SELECT result FROM verified"
            " WHERE content = ? AND factors = ? AND options = ? AND program = ?"
        )
        with self._lock:
            try:
                row = self._database.execute(
                    query, (content_sha256, *_rest_of_key(options))
                ).fetchone()
                return record.read(row[0]) if row else None
            except (sqlite3.Error, record.NotARecord) as error:
                raise self._unusable(error) from error

    def keep(self, result: FileResult, options: Options) -> None:
        """Writes a result down for good, if it is a verdict."""
        if result.status not in (FileStatus.PASSED, FileStatus.FAILED):
            return
        row = (result.sha256, *_rest_of_key(options), record.written(result))
        with self._lock:
            try:
                self._database.execute("INSERT OR IGNORE INTO verified VALUES (?,?,?,?,?)", row)
            except sqlite3.Error as error:
                raise self._unusable(error) from error

    def _unusable(self, error: Exception) -> NotALedger:
        is_damage = isinstance(error, (sqlite3.DatabaseError, record.NotARecord))
        is_damage &= not isinstance(error, sqlite3.OperationalError)
        key = "ledger_damaged" if is_damage else "ledger_not_opened"
        return NotALedger(f"cli.error.{key}", file=self.path, why=error)

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(sqlite3.Error):
            self._database.close()


@cache
def _rest_of_key(options: Options) -> tuple[str, str, str]:
    # How long a file may take does not change what comes out.
    timeless = replace(options, deadline_s=0.0)
    return factor_sets_sha256(), record.digest(timeless), program_sha256()


@cache
def factor_sets_sha256() -> str:
    """The shipped factor sets, by their own hashes."""
    from cfp_xl.footprint.factors import builtin, builtin_sets

    pins = [f"{id}@{builtin(id).version} {builtin(id).sha256}" for id in builtin_sets()]
    return sha256("\n".join(pins).encode()).hexdigest()


@cache
def program_sha256() -> str:
    """This program's version, its files, and the libraries that compute."""
    digest = sha256(__version__.encode())
    for name in ARITHMETIC:
        digest.update(f"\n{name} {version(name)}".encode())
    for path, file in sorted(_files(files("cfp_xl"), "")):
        digest.update(f"\n{path} {sha256(file.read_bytes()).hexdigest()}".encode())
    return digest.hexdigest()


def _files(folder: Traversable, path: str) -> list[tuple[str, Traversable]]:
    found = []
    for entry in folder.iterdir():
        if entry.is_dir() and entry.name != "__pycache__":
            found += _files(entry, f"{path}{entry.name}/")
        elif entry.is_file():
            found.append((path + entry.name, entry))
    return found
