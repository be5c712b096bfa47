"""A file on the desktop that starts the desk: for people who open no terminal."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

from cfp_xl.messages import Explained, Lang, say
from cfp_xl.outputs import write_output

DESKTOPS = ("Desktop", "桌面", "OneDrive/Desktop", "OneDrive/桌面")
"""Where a user's desktop is, in the home folder."""
ENDINGS = {"win32": ".cmd", "darwin": ".command"}
OTHERWISE = ".desktop"


class NoDesktop(Explained):
    """A home folder without a desktop."""


def make_shortcut(home: Path, lang: Lang, platform: str = sys.platform) -> Path:
    """Writes the shortcut for the Python that runs this; its path. Raises NoDesktop, NotWritten."""
    desktop = next((home / one for one in DESKTOPS if (home / one).is_dir()), None)
    if desktop is None:
        raise NoDesktop("desk.serve.no_desktop")
    name = say("desk.page.title", lang)
    file = desktop / f"{name}{ENDINGS.get(platform, OTHERWISE)}"
    write_output(file, shortcut_text(sys.executable, name, platform).encode())
    if platform != "win32":
        file.chmod(0o755)
    return file


def shortcut_text(python: str, name: str, platform: str) -> str:
    """What the file holds; the window that it opens ends the desk when it is closed."""
    if platform == "win32":
        # Only with this code page does the command processor read other than ASCII letters.
        lines = ("@echo off", "chcp 65001 >nul", f'"{python}" -m cfp_xl desk')
        return "".join(f"{line}\r\n" for line in (*lines, "if errorlevel 1 pause"))
    if platform == "darwin":
        return f"#!/bin/sh\nexec {shlex.quote(python)} -m cfp_xl desk\n"
    quoted = python.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return (
        "[Desktop Entry]\nType=Application\n"
        f'Name={name}\nExec="{quoted}" -m cfp_xl desk\nTerminal=true\n'
    )
