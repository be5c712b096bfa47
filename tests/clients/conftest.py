"""The real programs: LibreOffice, and a browser for the add-in of Excel on Mac and the web.

A machine without one of them skips its tests; CI never does (`programs.py`).
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from cfp_xl.hosts.libreoffice.extension import FILE_NAME, build_extension
from cfp_xl.hosts.libreoffice.install import add, beside
from cfp_xl.messages import Lang
from cfp_xl.work.programs import CHOSEN
from tests.clients.desks import DeskOpener, DeskPage
from tests.clients.panes import WAIT_MS, Opener, panes
from tests.programs import missing, program

# Calc keeps an .xlsx file's cached values unless it is told to recalculate on load.
ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode">
<value>{mode}</value></prop></item>
</oor:items>
"""
RECALCULATE = {True: 0, False: 1}
HANGS_S = 900
"""Longer than anything takes on a busy machine: a program that hangs is stopped."""


MODULES = Path(__file__).parent / "officejs" / "node_modules"


def npm_file(path: str) -> Path:
    """A file of the packages in `officejs/package.json`."""
    file = MODULES / path
    if not file.exists():
        missing("npm packages", "npm install --prefix tests/clients/officejs")
    return file


@pytest.fixture(scope="session")
def soffice() -> str:
    """The path of LibreOffice's command; CFP_XL_SOFFICE names another than the usual one."""
    return os.environ.get(CHOSEN) or program("soffice", package="libreoffice-calc")


@pytest.fixture(scope="session")
def office_python(soffice: str) -> str:
    """A Python that has `uno`: the system's, or the one that LibreOffice itself brings.

    Our extension runs in it, so it must be one that we support.
    """
    own = Path(soffice).resolve().parent / "python"
    python = str(own) if own.exists() else "/usr/bin/python3"
    script = "import sys, uno; sys.exit(sys.version_info < (3, 11))"
    try:
        asked = subprocess.run(
            [python, "-c", script], capture_output=True, check=False, timeout=600
        )
        has_uno = asked.returncode == 0
    except OSError:
        has_uno = False
    if not has_uno:
        missing("LibreOffice's Python 3.11", "apt-get install python3-uno, from Debian 12 on")
    return python


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Headless Chromium; closed with its module, because it keeps an event loop of its own."""
    chromium = program("chromium", "chromium-browser", "google-chrome", package="chromium")
    arguments = ["--no-sandbox", "--disable-dev-shm-usage"]  # a container's /dev/shm is small
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=arguments, timeout=WAIT_MS
        )
        yield browser
        browser.close()


@dataclass(frozen=True)
class Served:
    """The add-in's server as `cfp-xl host serve` runs it."""

    address: str
    token: str

    @property
    def pane(self) -> str:
        """The page that Excel opens."""
        return f"{self.address}/pane/index.html?token={self.token}"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The server on a free port, without HTTPS."""
    token = "token-of-the-browser-tests"
    home = tmp_path_factory.mktemp("served")
    command = [sys.executable, "-m", "cfp_xl", "host", "serve", "--no-https", "--lang", "en"]
    command += ["--port", "0", "--token", token, "--home", str(home)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        for line in server.stdout:
            if found := re.search(r"Serving at (http://\S+);", line):
                yield Served(found[1], token)
                break
        server.terminate()


@pytest.fixture
def convert(soffice: str, tmp_path: Path) -> Callable[..., Path]:
    """`convert(path, "xlsx", recalculate=True)` saves `path` through LibreOffice; the new file."""

    def run(path: Path, to: str, *, recalculate: bool = False) -> Path:
        profile = tmp_path / f"profile-{recalculate}"
        settings = profile / "user" / "registrymodifications.xcu"
        settings.parent.mkdir(parents=True, exist_ok=True)
        settings.write_text(ALWAYS_RECALCULATE.format(mode=RECALCULATE[recalculate]), "utf-8")
        out = tmp_path / f"out-{to.split(':')[0]}-{recalculate}"
        subprocess.run(
            [
                soffice,
                f"-env:UserInstallation={profile.as_uri()}",
                "--headless",
                "--convert-to",
                to,
                "--outdir",
                str(out),
                str(path),
            ],
            check=True,
            capture_output=True,
            timeout=HANGS_S,
        )
        return out / f"{path.stem}.{to.split(':')[0]}"

    return run


@dataclass(frozen=True)
class Calc:
    """LibreOffice Calc with our extension, as a user who is not root, in a profile of its own."""

    folder: Path
    soffice: str
    as_user: tuple[str, ...]

    @property
    def profile(self) -> Path:
        return self.folder / "profile"

    def saved_by_calc(self, path: Path) -> Path:
        """A copy of the workbook, opened by Calc, computed anew and saved as .xlsx."""
        given = self.put(path.name, path.read_bytes())
        out = self.folder / "out"
        self.run(
            self.soffice,
            f"-env:UserInstallation={self.profile.as_uri()}",
            "--headless",
            "--convert-to",
            "xlsx",
            "--outdir",
            str(out),
            str(given),
        )
        return out / f"{path.stem}.xlsx"

    def put(self, name: str, content: bytes) -> Path:
        """A file that LibreOffice's user can read."""
        path = self.folder / name
        path.write_bytes(content)
        path.chmod(0o644)
        return path

    def run(self, *command: str) -> str:
        done = subprocess.run(
            [*self.as_user, *command], check=True, capture_output=True, text=True, timeout=HANGS_S
        )
        return done.stdout


@pytest.fixture(scope="session")
def calc(soffice: str, office_python: str) -> Iterator[Calc]:
    """Calc with the extension installed by `unopkg`, which refuses to work for root."""
    del office_python  # the extension needs it
    is_root = sys.platform != "win32" and os.geteuid() == 0
    # root's own temporary folder may be closed to the user that Calc then runs as.
    folder = Path(mkdtemp(prefix="calc-", dir="/tmp" if is_root else None))
    as_user: tuple[str, ...] = ()
    if is_root:
        from pwd import getpwnam

        nobody = getpwnam("nobody")
        identity = f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups"
        as_user = ("setpriv", *identity, "env", f"HOME={folder}")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    program = Calc(folder, soffice, as_user)
    extension = program.put(FILE_NAME, build_extension())
    unopkg = next(beside(soffice))
    add([*as_user, str(unopkg)], extension, program.profile)
    yield program
    shutil.rmtree(folder)


@pytest.fixture
def pane(browser: Browser, served: Served) -> Iterator[Opener]:
    """Opens the task pane over the worked example."""
    with panes(browser, served.address, served.token) as opener:
        yield opener


@pytest.fixture(scope="session")
def desk_address() -> Iterator[str]:
    """Where `cfp-xl desk` says that it is."""
    command = [sys.executable, "-m", "cfp_xl", "desk", "--no-browser", "--lang", "en"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        for line in server.stdout:
            if found := re.search(r"http://\S+/desk/#\S+", line):
                yield found[0]
                break
        server.terminate()


@pytest.fixture
def desk(browser: Browser, desk_address: str) -> Iterator[DeskOpener]:
    """Opens the desk's page; at its end it has complained of nothing."""
    opened: list[DeskPage] = []

    def open_page(lang: Lang, **settings: Any) -> DeskPage:
        expect.set_options(timeout=WAIT_MS)
        context = browser.new_context(
            locale={"zh": "zh-CN", "en": "en-GB"}[lang], accept_downloads=True, **settings
        )
        page = context.new_page()
        page.set_default_timeout(WAIT_MS)
        desk = DeskPage(page, lang)
        opened.append(desk)
        page.goto(desk_address)
        desk.shows(desk.say("welcome.heading"))
        return desk

    yield open_page
    for one in opened:
        one.page.context.close()
        assert one.complaints == []
