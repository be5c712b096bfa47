"""Why the functions don't work in Excel: the known illnesses, each with its cure.

Looks at files only: the add-in, the settings, Python, a workbook. Nothing is changed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from cfp_xl.functions.spelling import holds_ours, respelled_formula
from cfp_xl.functions.values import ExcelError
from cfp_xl.hosts.addin import ADDIN, NoMacroWriter
from cfp_xl.hosts.addin_health import examine_addin
from cfp_xl.hosts.excel import render_udfs
from cfp_xl.hosts.excel_install import ON_WINDOWS, ExcelPlaces, read_settings
from cfp_xl.inputs import why_not_read
from cfp_xl.messages import Lang, Text, fill_masked, text
from cfp_xl.workbook.address import address
from cfp_xl.workbook.formulas.newer import cells_excel_does_not_know
from cfp_xl.workbook.model import Workbook

_DLL = re.compile(r"xlwings64-([\w.]+)\.dll")


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at; its words are `excel.doctor.<id>.<state>`: `ok`, or what is wrong, with
    the cure."""

    id: str
    state: str
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_well(self) -> bool:
        return self.state == "ok"

    def say(self, lang: Lang) -> str:
        words = text(f"excel.doctor.{self.id}.{self.state}")
        return fill_masked(words, lang, self.values)


def _check(id: str, is_well: bool, **values: Any) -> Check:
    return Check(id, "ok" if is_well else "ill", values)


def examine_installation(home: Path) -> Iterator[Check]:
    """The add-in, its settings, the functions and Python, for the user whose folder is `home`."""
    places = ExcelPlaces(home)
    yield from _of_addin(places)
    yield _of_udfs(places.udfs)
    try:
        settings = read_settings(places.settings)
    except OSError as error:
        yield Check("settings", "not_opened", {"path": places.settings, "why": _why(error)})
        return
    python = settings.values.get("INTERPRETER_WIN", "").strip()
    yield _check("settings", bool(python), path=places.settings)
    if not settings.is_legible:
        yield Check("encoding", "ill", {"path": places.settings, "encoding": settings.encoding})
    if python:
        found = Path(python.replace("%USERPROFILE%", str(home)).replace("\\", os.sep))
        yield _check("python", found.is_file(), path=python)
        if ON_WINDOWS:
            yield _check("dll", _has_dll(found, version("xlwings")), path=found.parent)


def _of_addin(places: ExcelPlaces) -> Iterator[Check]:
    path = places.addin
    try:
        addin = examine_addin(path, was_installed=places.settings.is_file())
    except NoMacroWriter as error:
        yield Check("addin", "not_read", {"path": path, "why": error})
        return
    yield Check("addin", addin.state, addin.values)
    if path.is_file():
        yield _check("blocked", not _is_blocked(path), path=path)
    if addin.modules:
        wanted = _DLL.search(addin.modules["xlwings"])
        seen, installed = wanted[1] if wanted else "?", version("xlwings")
        yield _check("xlwings", seen == installed, seen=seen, installed=installed)


def _of_udfs(path: Path) -> Check:
    try:
        is_current = path.is_file() and path.read_bytes() == render_udfs().encode()
    except OSError as error:
        return Check("udfs", "not_opened", {"path": path, "why": _why(error)})
    return _check("udfs", is_current, path=path)


def _why(error: OSError) -> Text | str:
    return why_not_read(error)


def examine_workbook(workbook: Workbook) -> Iterator[Check]:
    """What in a workbook keeps Excel from knowing the functions."""
    calls = [
        cell
        for sheet in workbook.sheets
        for cell in sheet.cells.values()
        if cell.formula is not None and holds_ours(cell.formula)
    ]
    yield _check("calls", bool(calls), count=len(calls))
    links = [n for n, t in enumerate(workbook.external_links, 1) if t.lower().endswith(ADDIN)]
    known = ["{}", *(f"[{index}]!{{}}" for index in links)]
    foreign = [c for c in calls if not _is_spelled(c.formula or "", known)]
    cell = f"{foreign[0].address}: ={foreign[0].formula}" if foreign else ""
    yield _check("spelling", not foreign, count=len(foreign), cell=cell)
    paths = [t for t in workbook.external_links if t.lower().endswith(ADDIN) and t != ADDIN]
    yield _check("path", not paths, path=paths[0] if paths else "")
    unknown = [c for c in calls if c.value is ExcelError.NAME]
    yield _check("name", not unknown, count=len(unknown))
    newer = cells_excel_does_not_know(workbook)
    first = next(iter(newer), None)
    where = f"{first[0]}!{address(*first[1:])}" if first else ""
    functions = ", ".join(newer[first]) if first else ""
    yield _check("newer", not newer, count=len(newer), cell=where, functions=functions)


def _is_spelled(formula: str, known: Sequence[str]) -> bool:
    return any(respelled_formula(formula, spell.format) == formula for spell in known)


def _is_blocked(path: Path) -> bool:
    """Whether Windows remembers that the file came from the internet."""
    return os.path.isfile(f"{path}:Zone.Identifier")


def _has_dll(python: Path, xlwings: str) -> bool:
    """xlwings looks beside Python and in the folder above (a virtual environment)."""
    name = f"xlwings64-{xlwings}.dll"
    return any((folder / name).is_file() for folder in (python.parent, python.parent.parent))
