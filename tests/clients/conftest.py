"""The real spreadsheet program. A machine without it skips these tests; CI never does."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

# Calc keeps an .xlsx file's cached values unless it is told to recalculate on load.
ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode">
<value>{mode}</value></prop></item>
</oor:items>
"""
RECALCULATE = {True: 0, False: 1}


@pytest.fixture(scope="session")
def soffice() -> str:
    """The path of LibreOffice's command."""
    command = shutil.which("soffice")
    if command is None:
        if os.environ.get("CI"):
            pytest.fail("LibreOffice is missing: .ci/run must install it")
        pytest.skip("LibreOffice is not installed: apt-get install libreoffice-calc")
    return command


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
                *(soffice, f"-env:UserInstallation={profile.as_uri()}", "--headless"),
                *("--convert-to", to, "--outdir", str(out), str(path)),
            ],
            check=True,
            capture_output=True,
            timeout=180,
        )
        return out / f"{path.stem}.{to.split(':')[0]}"

    return run
