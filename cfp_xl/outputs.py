"""The files that a command writes: what they must not replace, and how nothing is lost meanwhile.

A command asks `ensure_output` about each of its files before it begins its work. `write_output`
and `OutputFile` write beside the target and rename at the end: whatever happens on the way, there
is the old file or the new one, whole.
"""

from __future__ import annotations

import errno
import os
import re
import stat
import sys
import tempfile
import unicodedata
import zipfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

from cfp_xl.messages import Explained, Text, text

if sys.platform != "win32":
    import fcntl

PREFIX, SUFFIX = ".cfp-xl-", ".part"
_PART = re.compile(rf"{re.escape(PREFIX)}\w+{re.escape(SUFFIX)}")
"""Names of files that are being written; nobody else gives a file such a name."""
ANY_READ_ONLY = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH
WORKBOOKS = frozenset(
    {".xlsx", ".xlsm", ".xltx", ".xltm", ".xlam", ".xls", ".xlsb", ".ods", ".et", ".ett"}
)
"""Files that a report never replaces; those of another name are known by what is in them."""
OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How an .xls, or a workbook with a password, begins."""
REASONS = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT), "full"),
    **dict.fromkeys((errno.EACCES, errno.EPERM, errno.EROFS, errno.ETXTBSY), "read_only"),
    **dict.fromkeys((errno.ENOENT, errno.ENOTDIR), "no_folder"),
    **dict.fromkeys((errno.EFBIG,), "too_big"),
    **dict.fromkeys((errno.ENAMETOOLONG,), "name_too_long"),
    **dict.fromkeys((errno.EISDIR,), "folder"),
    **dict.fromkeys((errno.EEXIST,), "not_a_folder"),
    **dict.fromkeys((errno.EIO,), "device_failed"),
}
"""What the system says, in our words."""


class NotWritten(Explained):
    """An output that can't be written, and why."""


class WouldOverwrite(NotWritten):
    """An output in whose place stands what must not be lost."""


def ensure_output(output: Path, inputs: Iterable[Path] = (), *, is_workbook: bool = False) -> None:
    """Refuses an output that would replace what must not be lost, or that can't be written.

    `inputs` are the files that the command reads (or writes besides this one). A report never
    replaces a workbook; with `is_workbook` the output is one itself, and replaces nothing else.
    Also clears away what runs that were killed have left in the output's folder. Raises NotWritten.
    """
    place = _place(output)
    try:
        _refuse_place(output, place)
    except OSError as error:
        raise not_written(output, error) from error
    for given in inputs:
        if is_same_file(place, given):
            raise WouldOverwrite("outputs.over_input", file=output)
    if is_workbook != _is_workbook(place) and _holds_something(place):
        kind = "over_other" if is_workbook else "over_workbook"
        raise WouldOverwrite(f"outputs.{kind}", file=output)
    remove_leftovers(place.parent)


def ensure_workbook(output: Path, ending: str, inputs: Iterable[Path] = ()) -> None:
    """`ensure_output` for a workbook whose content is of the kind that has this ending: Excel opens
    no file that has the ending of another kind. Raises NotWritten."""
    endings = {ending.lower(), output.suffix.lower()}
    if len(endings) == 2 and endings <= WORKBOOKS:
        raise NotWritten("outputs.other_ending", file=output, ending=ending)
    ensure_output(output, inputs, is_workbook=True)


def ensure_output_folder(folder: Path, inputs: Iterable[Path] = ()) -> None:
    """Makes a folder for a command's files, or refuses one in which they would replace what the
    command reads. Raises NotWritten."""
    place = _place(folder)
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise not_written(folder, error) from error
    if not os.access(place, os.W_OK):
        raise NotWritten("outputs.not_written", file=folder, why=reason("read_only"))
    if any(_place(given).parent == place for given in inputs):
        raise WouldOverwrite("outputs.among_inputs", folder=folder)
    remove_leftovers(place)


def ensure_outputs(outputs: Iterable[Path], inputs: Iterable[Path] = ()) -> None:
    """`ensure_output` for several reports, each of which has a file of its own."""
    read = tuple(inputs)
    known: list[Path] = []
    for output in outputs:
        ensure_output(output, read)
        if any(is_same_file(output, other) for other in known):
            raise WouldOverwrite("outputs.twice", file=output)
        known.append(output)


def write_output(
    output: Path, content: bytes | Iterable[bytes], *, is_private: bool = False
) -> None:
    """Writes a file whole or not at all. Raises NotWritten.

    A new file has the user's usual permissions, one that is replaced keeps its own; with
    `is_private` only the user may read it.
    """
    pieces = [content] if isinstance(content, bytes) else content
    try:
        with OutputFile(output, is_private=is_private) as file:
            file.writelines(pieces)
    except OSError as error:
        raise not_written(output, error) from error


def not_written(output: Path, error: OSError) -> NotWritten:
    """The system's refusal as the user is to read it."""
    name = REASONS.get(error.errno or 0)
    why = reason(name) if name else error.strerror or str(error)
    return NotWritten("outputs.not_written", file=output, why=why)


def reason(name: str) -> Text:
    """Why a file could not be written, in words, by the reason's name in the catalogue."""
    return text(f"outputs.why.{name}")


class OutputFile:
    """A file that takes the output's place when it has been written whole and is on the disk.

    A link stays, and what it leads to is replaced. Raises OSError, or NotWritten where there is
    no place for a file.
    """

    def __init__(self, output: Path, *, is_private: bool = False) -> None:
        self.place = _place(output)
        _refuse_place(output, self.place)
        self._mode = 0o600 if is_private else _mode_for(self.place)
        self._part, self.stream = _part_in(self.place.parent)

    def __enter__(self) -> BinaryIO:
        return self.stream

    def __exit__(self, kind: type[BaseException] | None, *_: Any) -> None:
        if kind is None:
            self.keep()
        else:
            self.drop()

    def keep(self) -> None:
        """Gives it the output's name. It has reached the disk before, and the new name has when
        this returns: a power cut leaves the old file or the new one too."""
        try:
            self.stream.flush()
            os.fsync(self.stream.fileno())
            if sys.platform == "win32":
                self.stream.close()  # an open file can't be renamed there
            self._part.chmod(self._mode)
            self._part.replace(self.place)
            self.stream.close()
        except BaseException:
            self.drop()
            raise
        _sync_folder(self.place.parent)

    def drop(self) -> None:
        """Leaves the output as it was, or as `keep` has made it."""
        with suppress(OSError):
            self.stream.close()
        self._part.unlink(missing_ok=True)


def remove_leftovers(folder: Path) -> None:
    """Removes the unfinished files of runs that were killed.

    Who writes one holds a lock on it, which ends with the process however that ends (Windows
    refuses to remove a file that is open): what is locked belongs to a run that goes on.
    """
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if _PART.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                with suppress(OSError):
                    _remove_if_left(Path(entry.path))


def _remove_if_left(part: Path) -> None:
    if sys.platform != "win32":
        with part.open("rb") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            part.unlink()
    else:
        part.unlink()


def _part_in(folder: Path) -> tuple[Path, BinaryIO]:
    """A new file, locked for as long as it is open."""
    while True:
        handle, name = tempfile.mkstemp(prefix=PREFIX, suffix=SUFFIX, dir=folder)
        stream = os.fdopen(handle, "wb")
        if sys.platform != "win32":
            with suppress(OSError):  # not every network drive has locks
                fcntl.flock(stream, fcntl.LOCK_EX)
            if not os.fstat(stream.fileno()).st_nlink:  # another run saw it before the lock
                stream.close()
                continue
        return Path(name), stream


def is_same_file(place: Path, other: Path) -> bool:
    """Whether two paths mean one file: by a link, too, or where letters' case doesn't count."""
    with suppress(OSError):
        if place.samefile(other):
            return True
    one, two = _place(place), _place(other)
    return one.parent == two.parent and _folded(one.name) == _folded(two.name)


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _place(output: Path) -> Path:
    """Where the output's bytes lie, or will: at the end of all links."""
    return Path(os.path.realpath(output))


def _refuse_place(output: Path, place: Path) -> None:
    """Raises NotWritten or OSError where a file can't be, or must not be replaced."""

    def refused(name: str) -> NotWritten:
        return NotWritten("outputs.not_written", file=output, why=reason(name))

    if Path(os.path.abspath(output)).parts[1:2] in (("dev",), ("proc",)):
        # /dev/stdout leads to a regular file where the output is redirected: it would be replaced.
        raise refused("device")
    try:
        mode = place.stat().st_mode
    except FileNotFoundError:
        if not place.parent.is_dir():
            raise refused("no_folder") from None
    else:
        if stat.S_ISDIR(mode):
            raise refused("folder")
        if not stat.S_ISREG(mode):
            raise refused("device")
        if not mode & ANY_READ_ONLY or not os.access(place, os.W_OK):
            raise refused("read_only")
    if not os.access(place.parent, os.W_OK):
        raise refused("read_only")


def _is_workbook(place: Path) -> bool:
    if not place.is_file():
        return False
    if place.suffix.lower() in WORKBOOKS:
        return True
    with suppress(OSError, zipfile.BadZipFile):
        with place.open("rb") as stream:
            if stream.read(len(OLD_EXCEL)) == OLD_EXCEL:
                return True
        with zipfile.ZipFile(place) as archive:
            return any(name.startswith("xl/") for name in archive.namelist())
    return False


def _holds_something(place: Path) -> bool:
    return place.is_file() and place.stat().st_size > 0


def _mode_for(place: Path) -> int:
    """Who may read and write it: as until now, or as any new file of the user."""
    if place.exists():
        return place.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _sync_folder(folder: Path) -> None:
    """Makes a rename reach the disk, where the system has a call for it."""
    if sys.platform == "win32":
        return
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
