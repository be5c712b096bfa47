"""Puts the extension into a user's LibreOffice."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Installed:
    """Where the extension went."""

    program: str


def install(profile: Path | None) -> Installed:
    raise NotImplementedError(profile)
