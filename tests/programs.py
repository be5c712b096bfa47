"""Programs that some tests need and a machine may lack.

A test that misses one is skipped, and its reason says how to get it; in CI, which has them all, it
fails. At its end a run says on one line what was skipped (`conftest.py`).
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Iterable
from typing import NoReturn

import pytest


def missing(what: str, how: str) -> NoReturn:
    """Skips the test for want of `what`, which `how` installs; in CI the test fails."""
    if os.environ.get("CI"):
        pytest.fail(f"{what}: not installed; .ci/run must do it ({how})")
    pytest.skip(f"{what}: not installed ({how})")


def program(*commands: str, package: str) -> str:
    """The path of the first of these commands that is there."""
    found = next(filter(None, map(shutil.which, commands)), None)
    return found or missing(commands[0], f"apt-get install {package}")


def skipped_line(reasons: Iterable[str]) -> str:
    """What was skipped, by its reasons, the most frequent first: one line."""
    count = Counter(" ".join(reason.removeprefix("Skipped: ").split()) for reason in reasons)
    listed = "; ".join(f"{number} × {reason}" for reason, number in count.most_common())
    return f"skipped: {listed}"
