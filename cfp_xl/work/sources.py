"""Which workbooks a path means: files, folders, patterns, and addresses that fsspec can reach.

An address (`s3://bucket/suppliers/`, `abfs://…`, `https://…`) is listed where it lies and each
file copied to a temporary one, within a bound, when its turn comes; reports show the address.
"""

from __future__ import annotations

import glob
import hashlib
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePath, PurePosixPath
from typing import TYPE_CHECKING, Any

from cfp_xl.messages import Explained
from cfp_xl.workbook.reading.container import MAX_FILE_BYTES, MIB, Unreadable

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

WORKBOOKS = frozenset({".xlsx", ".xlsm", ".xltx", ".xltm", ".xls", ".xlsb", ".ods", ".et"})
"""What a folder is searched for; other formats are reported as unreadable, not left out."""

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+(://|::)")
"""`s3://…`, `zip::s3://…`; one letter alone is a drive of Windows."""
_FIXED = re.compile(r"(?:[^*?\[/]*/)*")
"""The folders of a pattern before its first wildcard."""
_CHUNK_BYTES = 4 * MIB


class NothingToVerify(Explained):
    """A folder without a workbook, or a pattern that matches none."""


class ExtraMissing(Explained):
    """What was asked for needs a package that an extra installs."""


class AddressNotReached(Explained):
    """An address that could not be listed."""


@dataclass(frozen=True, slots=True)
class Remote:
    """A workbook at an address."""

    url: str

    @property
    def name(self) -> str:
        return PurePosixPath(self.url.rsplit("::", 1)[0].partition("?")[0]).name or "workbook"


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A file that came inside another, or had to be converted; `file` is a temporary copy."""

    shown_as: str
    """`mail.eml/S01_P-101.xlsx`."""
    file: Path
    sha256: str = ""
    """Of what was received, where that is not the copy."""

    @property
    def name(self) -> str:
        """What it was called."""
        return PurePosixPath(self.shown_as).name


Source = Path | Remote | Unpacked
Wanted = Callable[[PurePath], bool]
"""Whether a file is among those that a folder is searched for; its path as told from the folder."""


def shown(source: Source) -> str:
    """The path that reports give."""
    match source:
        case Remote():
            return source.url
        case Unpacked():
            return source.shown_as
        case _:
            return source.as_posix()


def workbooks_in(
    paths: Iterable[str], is_wanted: Wanted | None = None
) -> tuple[tuple[Source, ...], tuple[NothingToVerify, ...]]:
    """The workbooks (or what `is_wanted`) that paths mean, each once, and the paths that mean none.

    A path is a file, a folder with those below it, a pattern, or an address of one of these;
    workbooks stand in the order of the paths, and by name within one. A file that does not exist
    is kept: verifying it says so. Raises ExtraMissing or AddressNotReached.
    """
    wanted = is_wanted or _is_workbook
    files: dict[Source, None] = {}
    in_vain: list[NothingToVerify] = []
    for path in paths:
        found: list[Source]
        if _ADDRESS.match(path) and not Path(path).exists():
            found, key = _remote(path, wanted)
        elif Path(path).is_dir():
            found, key = [*_in(path, wanted)], "cli.error.no_workbook"
        elif glob.has_magic(path) and not Path(path).exists():
            matches = sorted(glob.glob(path, recursive=True))
            found, key = [f for match in matches for f in _in(match, wanted)], "cli.error.no_match"
        else:
            found, key = [Path(path)], ""
        files.update(dict.fromkeys(found))
        if not found:
            in_vain.append(NothingToVerify(key, path=path))
    return tuple(files), tuple(in_vain)


def _in(path: str, is_wanted: Wanted) -> list[Path]:
    """The workbooks in a folder and those below it, or the file itself where it is a workbook."""
    given = Path(path)
    if given.is_dir():
        inside = (p for p in given.rglob("*") if is_wanted(p.relative_to(given)))
        return sorted(p for p in inside if not p.is_dir())
    return [given] if is_wanted(Path(given.name)) and given.is_file() else []


def _is_workbook(path: PurePath) -> bool:
    """A workbook by its name, and not Excel's lock file (`~$…`) nor in a hidden folder."""
    is_hidden = any(part.startswith(".") for part in path.parts)
    return path.suffix.lower() in WORKBOOKS and not is_hidden and not path.name.startswith("~$")


def _remote(url: str, is_wanted: Wanted) -> tuple[list[Source], str]:
    """The workbooks that an address means, and what to say if there are none."""
    files, path = _file_system(url)
    try:
        if glob.has_magic(path):
            matches, key = files.glob(path), "cli.error.no_match"
            below = _FIXED.match(path)[0]  # type: ignore[index]
        elif files.isdir(path):
            matches, key = files.find(path), "cli.error.no_workbook"
            below = path
        else:
            return [Remote(url)], ""
    except Exception as error:  # each store raises its own kinds
        raise AddressNotReached("cli.error.not_reached", url=url, why=_why(error)) from error
    inside = (m for m in matches if is_wanted(PurePosixPath(m.removeprefix(below).lstrip("/"))))
    return [Remote(_address(files, match, url)) for match in sorted(inside)], key


def _address(files: AbstractFileSystem, path: str, url: str) -> str:
    """The address of a file found below `url`; a chain (`zip::…`) keeps its outer links."""
    head, chain, rest = url.partition("::")
    if chain:
        return f"{head.partition('://')[0]}://{path}::{rest}"
    return str(files.unstrip_protocol(path))


def _file_system(url: str) -> tuple[Any, str]:
    try:
        from fsspec.core import url_to_fs
    except ImportError as error:
        raise ExtraMissing("cli.error.remote_missing", url=url) from error
    try:
        return url_to_fs(url)  # type: ignore[no-any-return]
    except ImportError as error:
        raise ExtraMissing("cli.error.store_missing", url=url, why=_why(error)) from error
    except Exception as error:  # each store raises its own kinds
        raise AddressNotReached("cli.error.not_reached", url=url, why=_why(error)) from error


@contextmanager
def local_copy(source: Source) -> Iterator[Path]:
    """The file itself, or a temporary copy of a remote one; Unreadable if it can't be had."""
    if not isinstance(source, Remote):
        yield source.file if isinstance(source, Unpacked) else source
        return
    folder = Path(tempfile.mkdtemp(prefix="cfp-xl-"))
    try:
        target = folder / source.name
        _download(source.url, target)
        yield target
    finally:
        shutil.rmtree(folder)


def _download(url: str, target: Path) -> None:
    files, path = _file_system(url)
    left_bytes = MAX_FILE_BYTES
    try:
        with files.open(path, "rb") as stream, target.open("wb") as copy:
            while data := stream.read(min(_CHUNK_BYTES, left_bytes + 1)):
                left_bytes -= len(data)
                if left_bytes < 0:
                    raise Unreadable("W06", "file", limit_mib=MAX_FILE_BYTES // MIB)
                copy.write(data)
    except Unreadable:
        raise
    except FileNotFoundError as error:
        raise Unreadable("W10", path=url) from error
    except Exception as error:  # each store raises its own kinds
        raise Unreadable("W10", "not_fetched", path=url, reason=_why(error)) from error


def sha256_of(file: Path) -> str | None:
    """The hash of a file's bytes; None where it is no file that can be read."""
    if not file.is_file():  # opening a pipe would wait for its writer
        return None
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return None


def _why(error: Exception) -> str:
    return str(error).strip() or type(error).__name__
