"""What became of the add-in's file: sound, or what an antivirus, a copy or a disk made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cfp_xl.hosts.addin import DamagedMacros, read_modules
from cfp_xl.hosts.vba import addin_modules, modules
from cfp_xl.workbook.reading.container import Package, Unreadable, open_package

BOOK, VBA = "xl/workbook.xml", "xl/vbaProject.bin"
FUNCTIONS = "CFP_Functions"


@dataclass(frozen=True, slots=True)
class Addin:
    """The add-in's file. `state` names the words that say what is wrong; "ok" where nothing is."""

    state: str
    values: Mapping[str, Any] = field(default_factory=dict)
    modules: Mapping[str, str] = field(default_factory=dict)
    """The VBA modules by name, where they could be read."""


def examine_addin(path: Path, *, was_installed: bool) -> Addin:
    """The add-in at `path`; `was_installed` where settings say that it was put there once.

    Raises NoMacroWriter.
    """
    try:
        package = open_package(path)
    except Unreadable as unreadable:
        return _not_opened(path, unreadable, was_installed)
    if not package.has(BOOK):
        return Addin("replaced", {"path": path})
    if not _is_whole(package, BOOK):
        return Addin("truncated", {"path": path})
    if not package.has(VBA):
        return Addin("no_vba", {"path": path})
    if not _is_whole(package, VBA):
        return Addin("truncated", {"path": path})
    return _macros(path)


def _not_opened(path: Path, unreadable: Unreadable, was_installed: bool) -> Addin:
    match unreadable.finding.code, unreadable.finding.case:
        case "W10", "":
            return Addin("quarantined" if was_installed else "ill", {"path": path})
        case "W10", _:
            return Addin("not_opened", {"path": path, "why": unreadable})
        case "W04", _:
            return Addin("empty", {"path": path})
        case "W05" | "W06", _:
            return Addin("truncated", {"path": path})
    return Addin("replaced", {"path": path})


def _is_whole(package: Package, part: str) -> bool:
    try:
        package.open(part).read()
    except Unreadable:
        return False
    return True


def _macros(path: Path) -> Addin:
    try:
        found = read_modules(path)
    except DamagedMacros:
        return Addin("vba_damaged", {"path": path})
    wanted = addin_modules()
    absent = tuple(name for name in wanted if not found.get(name))
    if absent and not set(absent) & set(modules()):
        return Addin("earlier", {"path": path, "modules": absent})
    if absent:
        return Addin("vba_gone", {"path": path, "modules": absent})
    is_current = found[FUNCTIONS].splitlines() == wanted[FUNCTIONS].splitlines()
    return Addin("ok" if is_current else "outdated", {"path": path}, found)
