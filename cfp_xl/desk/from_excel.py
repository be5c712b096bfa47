"""The open workbook of Excel for Windows at the desk: what the macro `CFP_Verify` asks of Python.

Excel saves a copy at the place named here, the desk takes it in, and it is removed. No shell is
between: the file's name travels as a value, whatever it holds.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path, PureWindowsPath

from cfp_xl.desk.task import PREFIX
from cfp_xl.messages import Lang, say

START_S = 120.0
WORKBOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".xltx", ".xltm", ".csv")
IS_OPEN = "/desk/#"
"""Of the address that the desk shows once it answers and has its files."""


def place_for_copy(name: str) -> str:
    """The path for a copy of the workbook of this name, in a new folder of this user alone. What is
    left of it, a desk that starts a day later removes."""
    shown = PureWindowsPath(name).name
    if not shown.lower().endswith(WORKBOOKS):
        shown += ".xlsx"  # a workbook that was never saved has no ending
    return str(Path(tempfile.mkdtemp(prefix=PREFIX)) / shown)


def open_copy(path: str, language: str) -> str:
    """Opens the desk with this copy; empty, or in words why there is no verdict."""
    lang: Lang = "zh" if language == "zh" else "en"
    copy = Path(path)
    try:
        why = _started(desk_command_line(copy, lang), copy.parent / "desk.log", lang)
    except OSError as error:
        why = str(error)
    finally:
        shutil.rmtree(copy.parent, ignore_errors=True)
    return say("desk.excel.not_started", lang, why=why) if why else ""


def desk_command_line(copy: Path, lang: Lang) -> Sequence[str]:
    """The desk for one file. `-P`: nothing is imported from the folder that it is started in."""
    desk = ("-P", "-m", "cfp_xl", "desk", "--once", "--lang", lang)
    return (sys.executable, *desk, "--", str(copy))


def _started(command: Sequence[str], log: Path, lang: Lang) -> str:
    """Empty as soon as the desk is open; else what it said."""
    with log.open("wb") as said:
        desk = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            cwd=tempfile.gettempdir(),
            env={**os.environ, "PYTHONIOENCODING": "utf-8"},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            start_new_session=True,
        )
    end_s = time.monotonic() + START_S
    while time.monotonic() < end_s:
        is_over = desk.poll() is not None
        words = log.read_text("utf-8", "replace")
        if IS_OPEN in words:
            return ""
        if is_over:
            return words.strip()
        time.sleep(0.1)
    desk.kill()
    return say("desk.excel.too_slow", lang, seconds=f"{START_S:g}")
