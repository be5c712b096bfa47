"""Why the functions don't work in Excel: the known illnesses, each with its cure.

Looks at files only: the add-in, the settings, Python, a workbook. Nothing is changed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from cfp_xl.functions.spelling import holds_ours, respelled_formula
from cfp_xl.functions.values import ExcelError
from cfp_xl.hosts.addin import ADDIN, read_module
from cfp_xl.hosts.excel import render_udfs
from cfp_xl.hosts.excel_install import ON_WINDOWS, ExcelPlaces, read_settings
from cfp_xl.messages import Lang, say
from cfp_xl.workbook.model import Workbook

_DLL = re.compile(r"xlwings64-([\w.]+)\.dll")


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at; its words are `excel.doctor.<id>.ok` or, with the cure, `.ill`."""

    id: str
    is_well: bool
    values: dict[str, Any] = field(default_factory=dict)

    def say(self, lang: Lang) -> str:
        return say(f"excel.doctor.{self.id}.{'ok' if self.is_well else 'ill'}", lang, **self.values)


def examine_installation(home: Path) -> Iterator[Check]:
    """The add-in, its settings, the functions and Python, for the user whose folder is `home`."""
    places = ExcelPlaces(home)
    yield Check("addin", places.addin.is_file(), {"path": places.addin})
    if places.addin.is_file():
        yield Check("blocked", not _is_blocked(places.addin), {"path": places.addin})
        wanted = _DLL.search(read_module(places.addin, "xlwings"))
        seen, installed = wanted[1] if wanted else "?", version("xlwings")
        yield Check("xlwings", seen == installed, {"seen": seen, "installed": installed})
    yield Check("udfs", _is_current(places.udfs), {"path": places.udfs})
    python = read_settings(places.settings).get("INTERPRETER_WIN", "")
    yield Check("settings", bool(python), {"path": places.settings})
    if python:
        found = Path(python.replace("%USERPROFILE%", str(home)).replace("\\", os.sep))
        yield Check("python", found.is_file(), {"path": python})
        if ON_WINDOWS:
            yield Check("dll", _has_dll(found, version("xlwings")), {"path": found.parent})


def examine_workbook(workbook: Workbook) -> Iterator[Check]:
    """What in a workbook keeps Excel from knowing the functions."""
    calls = [
        cell
        for sheet in workbook.sheets
        for cell in sheet.cells.values()
        if cell.formula is not None and holds_ours(cell.formula)
    ]
    yield Check("calls", bool(calls), {"count": len(calls)})
    links = [n for n, t in enumerate(workbook.external_links, 1) if t.lower().endswith(ADDIN)]
    known = ["{}", *(f"[{index}]!{{}}" for index in links)]
    foreign = [c for c in calls if not _is_spelled(c.formula or "", known)]
    cell = f"{foreign[0].address}: ={foreign[0].formula}" if foreign else ""
    yield Check("spelling", not foreign, {"count": len(foreign), "cell": cell})
    paths = [t for t in workbook.external_links if t.lower().endswith(ADDIN) and t != ADDIN]
    yield Check("path", not paths, {"path": paths[0] if paths else ""})
    unknown = [c for c in calls if c.value is ExcelError.NAME]
    yield Check("name", not unknown, {"count": len(unknown)})


def _is_spelled(formula: str, known: Sequence[str]) -> bool:
    return any(respelled_formula(formula, spell.format) == formula for spell in known)


def _is_blocked(path: Path) -> bool:
    """Whether Windows remembers that the file came from the internet."""
    return os.path.isfile(f"{path}:Zone.Identifier")


def _is_current(udfs: Path) -> bool:
    return udfs.is_file() and udfs.read_text("utf-8") == render_udfs()


def _has_dll(python: Path, xlwings: str) -> bool:
    """xlwings looks beside Python and in the folder above (a virtual environment)."""
    name = f"xlwings64-{xlwings}.dll"
    return any((folder / name).is_file() for folder in (python.parent, python.parent.parent))
