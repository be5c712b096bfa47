"""The functions put in place for one user of Excel on Windows, without administrator's rights.

Three files: the add-in in Excel's start folder (opened with Excel, and trusted without asking),
our settings for xlwings, and the module with the functions. The settings have a file of their
own, so that other xlwings projects of the user keep theirs.

Never run in a real Excel so far: the places are those of Microsoft's and xlwings' documentation.
"""

from __future__ import annotations

import csv
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath

from cfp_xl.hosts.addin import ADDIN, build_addin
from cfp_xl.hosts.excel import render_udfs
from cfp_xl.hosts.vba import SETTINGS
from cfp_xl.messages import Explained
from cfp_xl.outputs import NotWritten, ensure_output_folder, write_output

UDF_MODULE = "cfp_udfs"
ON_WINDOWS = os.name == "nt"
CODE_PAGE = "mbcs" if ON_WINDOWS else "UTF-8"
"""VBA reads a settings file in the machine's own code page."""
MAX_SETTINGS_BYTES = 64 * 1024
"""More is no settings file; the rest is not looked at."""
BYTE_ORDER_MARKS = {b"\xef\xbb\xbf": "UTF-8-SIG", b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}
"""What editors put before a text. VBA takes them for letters of the first key."""


class NoExcelHere(Explained):
    """Not Windows, and no user's folder named."""


class FileInUse(Explained):
    """A file that Excel holds open."""


@dataclass(frozen=True, slots=True)
class ExcelPlaces:
    """Where the files go below a user's folder (`C:\\Users\\me`)."""

    home: Path

    @property
    def addin(self) -> Path:
        return self.home / "AppData" / "Roaming" / "Microsoft" / "Excel" / "XLSTART" / ADDIN

    @property
    def settings(self) -> Path:
        return self.home / f".{SETTINGS}" / f"{SETTINGS}.conf"

    @property
    def udfs(self) -> Path:
        return self.home / f".{SETTINGS}" / f"{UDF_MODULE}.py"


def user_home(home: Path | None) -> Path:
    """The folder of the user to install for; NoExcelHere off Windows unless one is named."""
    if home is not None:
        return home
    if not ON_WINDOWS:
        raise NoExcelHere("excel.not_windows")
    return Path(os.environ["USERPROFILE"])


def installed_addin() -> Path | None:
    """The add-in of this user, on Windows."""
    addin = ExcelPlaces(user_home(None)).addin if ON_WINDOWS else None
    return addin if addin is not None and addin.is_file() else None


def install(home: Path, interpreter: str) -> tuple[Path, ...]:
    """Put add-in, settings and functions in place; the files written.

    `interpreter` is the Python that has cfp_xl; settings that are not ours are kept.
    Raises FileInUse, NotWritten, NoMacroWriter.
    """
    places = ExcelPlaces(home)
    addin = build_addin()
    settings = {**read_settings(places.settings).values, **_settings(interpreter, str(home))}
    lines = "".join(f'"{key}","{value}"\r\n' for key, value in settings.items())
    contents = {
        places.addin: addin,
        places.settings: lines.encode(CODE_PAGE, "replace"),
        places.udfs: render_udfs().encode(),
    }
    for path, content in contents.items():
        ensure_output_folder(path.parent)
        try:
            write_output(path, content)
        except NotWritten as why:
            if isinstance(why.__cause__, PermissionError):
                raise FileInUse("excel.in_use", path=path) from why
            raise
    return tuple(contents)


@dataclass(frozen=True, slots=True)
class SettingsFile:
    """A settings file as it lies there."""

    values: Mapping[str, str]
    encoding: str
    """What it is written in."""
    is_legible: bool
    """Whether VBA reads what is meant: letters beyond ASCII only in the machine's code page."""


def read_settings(path: Path) -> SettingsFile:
    """The settings in a file as xlwings' VBA reads them, `"KEY","value"` a line, whatever encoding
    an editor has saved them in. Raises OSError."""
    data = path.read_bytes()[:MAX_SETTINGS_BYTES] if path.is_file() else b""
    text, encoding = _decoded(data)
    rows = (row for line in text.splitlines() for row in csv.reader([line.replace("\0", "")]))
    values = {row[0].upper(): row[1] for row in rows if len(row) == 2}
    return SettingsFile(values, encoding, encoding in ("ASCII", CODE_PAGE))


def _decoded(data: bytes) -> tuple[str, str]:
    """The text, and the encoding in which these bytes are one."""
    for mark, encoding in BYTE_ORDER_MARKS.items():
        if data.startswith(mark):
            return data.decode(encoding, "replace"), encoding
    for encoding in ("ASCII", CODE_PAGE, "UTF-8", "GBK"):
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    return data.decode("ASCII", "replace"), "?"


def _settings(interpreter: str, home: str) -> Mapping[str, str]:
    return {
        "INTERPRETER_WIN": from_home(interpreter, home),
        "PYTHONPATH": f"%USERPROFILE%\\.{SETTINGS}",
        "UDF MODULES": UDF_MODULE,
        # Python files that lie beside a stranger's workbook are not to be imported.
        "ADD_WORKBOOK_TO_PYTHONPATH": "false",
        "SHOW CONSOLE": "False",
    }


def from_home(path: str, home: str) -> str:
    """A path without the user's name, which may hold letters that a settings file can't."""
    inside = PureWindowsPath(path)
    if inside.is_relative_to(PureWindowsPath(home)):
        return str(PureWindowsPath("%USERPROFILE%") / inside.relative_to(PureWindowsPath(home)))
    return path


def this_interpreter() -> str:
    """The Python that runs now, without a console window where there is one."""
    python = Path(sys.executable)
    quiet = python.with_name("pythonw.exe")
    return str(quiet if quiet.is_file() else python)
