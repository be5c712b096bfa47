"""Puts the extension into a user's LibreOffice, with LibreOffice's own `unopkg`."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from cfp_xl.hosts.libreoffice.extension import FILE_NAME, build_extension
from cfp_xl.messages import Explained
from cfp_xl.work.programs import CHOSEN

USUAL_PLACES = (
    "/Applications/LibreOffice.app/Contents/MacOS/unopkg",
    r"C:\Program Files\LibreOffice\program\unopkg.com",
    r"C:\Program Files (x86)\LibreOffice\program\unopkg.com",
)
"""Where it is on systems that put it on no search path."""


class LibreOfficeNotFound(Explained):
    """There is no `unopkg` here."""


class RootRefused(Explained):
    """LibreOffice installs no user's extension as root."""


class NotInstalled(Explained):
    """`unopkg` failed, and what it said."""


@dataclass(frozen=True, slots=True)
class Installed:
    """Where the extension went."""

    program: Path
    profile: Path | None
    """None is the user's own."""


def install(profile: Path | None = None) -> Installed:
    """Install the extension for the current user; one already there is replaced."""
    unopkg = next(_unopkgs(), None)
    if unopkg is None and CHOSEN in os.environ:
        raise LibreOfficeNotFound("hosts.libreoffice.chosen_not_found", soffice=os.environ[CHOSEN])
    if unopkg is None:
        raise LibreOfficeNotFound("hosts.libreoffice.not_found")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        raise RootRefused("hosts.libreoffice.root")
    with tempfile.TemporaryDirectory() as folder:
        extension = Path(folder) / FILE_NAME
        extension.write_bytes(build_extension())
        add([str(unopkg)], extension, profile)
    return Installed(unopkg, profile)


def add(unopkg: Sequence[str], extension: Path, profile: Path | None) -> None:
    """Have `unopkg`, a command with what goes before it, add an extension to a user profile."""
    where = [f"-env:UserInstallation={profile.resolve().as_uri()}"] if profile else []
    command = [*unopkg, "add", "--force", "--suppress-license", str(extension), *where]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines() or [f"exit {done.returncode}"]
        raise NotInstalled("hosts.libreoffice.failed", why="\n".join(said[:4]))


def _unopkgs() -> Iterator[Path]:
    if chosen := os.environ.get(CHOSEN):
        yield from beside(chosen)
        return
    if found := shutil.which("unopkg"):
        yield Path(found)
    if office := shutil.which("soffice"):
        yield from beside(office)
    yield from filter(Path.is_file, map(Path, USUAL_PLACES))


def beside(soffice: str) -> Iterator[Path]:
    """The `unopkg` of a LibreOffice whose `soffice` is known; on Windows it is a `.com`."""
    program = Path(soffice).resolve().parent
    return filter(Path.is_file, (program / "unopkg", program / "unopkg.com"))
