"""Sheets saved as OpenDocument (.ods), converted by LibreOffice where it is installed."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from cfp_xl.work.programs import libreoffice

DEADLINE_S = 120.0
MAX_BYTES = 32 * 1024 * 1024
_FILTER = "xlsx:Calc MS Excel 2007 XML"


def as_workbook(file: Path, folder: Path) -> Path | None:
    """A copy of the sheet as .xlsx in `folder`; None where nothing here can make one.

    LibreOffice starts with a profile of its own, in which macros of unknown origin do not run.
    """
    office = libreoffice()
    if office is None or file.stat().st_size > MAX_BYTES:
        return None
    with tempfile.TemporaryDirectory(prefix="cfp-xl-") as profile:
        source = Path(profile) / f"{file.stem}.ods"
        shutil.copyfile(file, source)
        command = [
            office,
            "--headless",
            "--norestore",
            "--nolockcheck",
            f"-env:UserInstallation={Path(profile, 'user').as_uri()}",
            "--convert-to",
            _FILTER,
            "--outdir",
            str(folder),
            str(source),
        ]
        try:
            subprocess.run(command, capture_output=True, timeout=DEADLINE_S, check=False)
        except (OSError, subprocess.TimeoutExpired):
            return None
    made = folder / f"{file.stem}.xlsx"
    return made if made.is_file() else None
