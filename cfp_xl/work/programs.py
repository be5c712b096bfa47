"""Programs of others that files are handed to, where they are installed."""

from __future__ import annotations

import os
import shutil

CHOSEN = "CFP_XL_SOFFICE"
"""The environment's name for the `soffice` that is meant, where there are several."""


def libreoffice() -> str | None:
    """The `soffice` to run; None where there is none."""
    return os.environ.get(CHOSEN) or shutil.which("soffice") or shutil.which("libreoffice")
