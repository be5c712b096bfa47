"""The command that the macro `CFP_Verify` leads to, run until a browser shows the verdict."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from cfp_xl.desk import from_excel
from cfp_xl.messages import say
from tests.clients.panes import WAIT_MS
from tests.hostile import formula, packed, parts, sheet

pytestmark = pytest.mark.client

NAME = "--port 杯 子's %TEMP% & calc;$(touch x)`touch y`.xlsx"
"""What a shell would take for options, commands or variables."""


def test_the_page_opens_with_the_verdict_whatever_the_files_name(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opener, shown = tmp_path / "opener.py", tmp_path / "address"
    opener.write_text(
        "import os, sys\n"
        f"open({str(tmp_path / 'new')!r}, 'w').write(sys.argv[1])\n"
        f"os.replace({str(tmp_path / 'new')!r}, {str(shown)!r})\n"
    )
    monkeypatch.setenv("BROWSER", f"{sys.executable} {opener} %s")
    monkeypatch.setattr(from_excel, "START_S", WAIT_MS / 1000)
    started: list[subprocess.Popen[bytes]] = []

    def recorded(command: Sequence[str], **settings: Any) -> subprocess.Popen[bytes]:
        assert "shell" not in settings
        started.append(popen(command, **settings))
        return started[0]

    popen = subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", recorded)
    copy = Path(from_excel.place_for_copy(NAME))
    copy.write_bytes(packed(parts(sheet(formula("1+1", "2")))))
    page = browser.new_page(locale="zh-CN")
    try:
        assert from_excel.open_copy(str(copy), "zh") == ""
        assert not copy.parent.exists()
        while not shown.exists():
            assert started[0].poll() is None
            time.sleep(0.05)
        page.goto(shown.read_text())
        expect(page.locator("main h2")).to_have_text(NAME, timeout=WAIT_MS)
        passed = say("desk.page.standing.passed", "zh")
        expect(page.locator(".files .badge")).to_have_text(passed, timeout=WAIT_MS)
        expect(page.locator("main .verdict").first).to_be_visible(timeout=WAIT_MS)
    finally:
        page.close()
        for one in started:
            one.terminate()
            one.wait()
    assert {one.name for one in tmp_path.iterdir()} == {"opener.py", "address"}
