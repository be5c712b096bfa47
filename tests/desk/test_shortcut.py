"""The shortcut on the desktop: for each system, with the Python that made it."""

from __future__ import annotations

import configparser
import os
import shlex
import sys
from pathlib import Path

import pytest

from cfp_xl.cli import run
from cfp_xl.desk.shortcut import NoDesktop, make_shortcut, shortcut_text

PYTHON = "/opt/张 three/bin/python3"


def test_each_system_gets_a_file_that_it_runs(tmp_path: Path) -> None:
    (tmp_path / "桌面").mkdir()
    endings = {"win32": ".cmd", "darwin": ".command", "linux": ".desktop"}
    for platform, ending in endings.items():
        made = make_shortcut(tmp_path, "zh", platform)
        assert made == tmp_path / "桌面" / f"产品碳足迹工作台{ending}"
        assert sys.executable in made.read_text("utf-8")
        assert platform == "win32" or os.access(made, os.X_OK)


def test_a_path_with_blanks_and_chinese_is_one_word() -> None:
    macos = shortcut_text(PYTHON, "Desk", "darwin").splitlines()
    assert shlex.split(macos[1]) == ["exec", PYTHON, "-m", "cfp_xl", "desk"]
    entry = configparser.RawConfigParser()
    entry.read_string(shortcut_text(PYTHON, "Desk", "linux"))
    assert shlex.split(entry["Desktop Entry"]["Exec"]) == [PYTHON, "-m", "cfp_xl", "desk"]
    windows = shortcut_text(PYTHON, "Desk", "win32").split("\r\n")
    assert f'"{PYTHON}" -m cfp_xl desk' in windows
    assert windows.index("chcp 65001 >nul") == 1, "before the path is read"


def test_a_home_without_a_desktop_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(NoDesktop):
        make_shortcut(tmp_path, "en")
    assert run(["desk", "--shortcut", "--home", str(tmp_path), "--lang", "en"]) == 2
    assert "--home" in capsys.readouterr().err
    (tmp_path / "Desktop").mkdir()
    assert run(["desk", "--shortcut", "--home", str(tmp_path), "--lang", "en"]) == 0
    assert len(list((tmp_path / "Desktop").iterdir())) == 1
