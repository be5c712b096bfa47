"""A workbook opened by real LibreOffice, computed anew and saved again, in a profile of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cfp_xl.hosts.libreoffice.extension import FILE_NAME, build_extension
from cfp_xl.hosts.libreoffice.install import LibreOfficeNotFound, NotInstalled, add, beside
from cfp_xl.messages import Explained
from cfp_xl.work.programs import libreoffice

LONGEST_S = 240
ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode">
<value>0</value></prop></item>
</oor:items>
"""
"""Calc keeps the values that an .xlsx file holds unless it is told to compute on load."""


class NotRecalculated(Explained):
    """LibreOffice ran and left no file."""


@contextmanager
def recalculated(path: Path) -> Iterator[tuple[Path, bool]]:
    """The file as Calc saves it, and whether our functions were there: LibreOffice installs no
    extension for root. The file itself is only read.

    Raises LibreOfficeNotFound, NotRecalculated.
    """
    soffice = libreoffice()
    if soffice is None:
        raise LibreOfficeNotFound("hosts.libreoffice.not_found")
    with tempfile.TemporaryDirectory() as folder:
        profile, out = Path(folder) / "profile", Path(folder) / "out"
        has_functions = _with_extension(soffice, profile, Path(folder))
        settings = profile / "user" / "registrymodifications.xcu"
        settings.parent.mkdir(parents=True, exist_ok=True)
        if not settings.exists():
            settings.write_text(ALWAYS, "utf-8")
        given = Path(folder) / "book.xlsx"
        shutil.copyfile(path, given)
        command = [soffice, f"-env:UserInstallation={profile.as_uri()}", "--headless"]
        command += ["--convert-to", "xlsx", "--outdir", str(out), str(given)]
        try:
            done = subprocess.run(
                command, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace",
                check=False, timeout=LONGEST_S,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise NotRecalculated("hosts.libreoffice.not_recalculated", why=LONGEST_S) from None
        saved = out / "book.xlsx"
        if not saved.exists():
            raise NotRecalculated("hosts.libreoffice.not_recalculated", why=done.stderr[:200])
        yield saved, has_functions


def _with_extension(soffice: str, profile: Path, folder: Path) -> bool:
    """Whether the extension could be installed into the profile."""
    unopkg = next(beside(soffice), None) or shutil.which("unopkg")
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    if unopkg is None or is_root:
        return False
    extension = folder / FILE_NAME
    extension.write_bytes(build_extension())
    try:
        add([str(unopkg)], extension, profile)
    except NotInstalled:
        return False
    return True
