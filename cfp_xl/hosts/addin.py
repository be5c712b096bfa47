"""Macro workbooks made without Excel: the add-in `cfp.xlam`, and a workbook with macros of its own.

pyOpenVBA writes the VBA project into the package; the rest of the workbook stays as it is. The
same sources give the same bytes: no date, path or name of the machine gets in.
"""

from __future__ import annotations

import io
import re
import struct
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cfp_xl import __version__
from cfp_xl.hosts.vba import addin_modules, modules, workbook_events
from cfp_xl.messages import Explained
from cfp_xl.workbook.reading.container import DAMAGE, open_package
from cfp_xl.workbook.writing.zip_copy import replace_parts

ADDIN = "cfp.xlam"
PLAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
WITH_MACROS = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
CORE = "docProps/core.xml"
CORE_XML = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"\
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"\
 xmlns:dcmitype="http://purl.org/dc/dcmitype/"\
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\
<dc:title>CFP functions {version}</dc:title><dc:creator>cfp_xl</dc:creator></cp:coreProperties>"""
"""The title is what Excel's list of add-ins shows."""


class NoMacroWriter(Explained):
    """pyOpenVBA, which writes VBA into workbooks, is not installed."""


class DamagedMacros(Explained):
    """A VBA project that can't be read."""


def build_addin() -> bytes:
    """The add-in: its functions are known in every workbook that Excel opens."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / ADDIN
        _writer().create_new(path).close()
        put_modules(path, addin_modules())
        package = open_package(path)
        return replace_parts(package, {CORE: CORE_XML.format(version=__version__).encode()})


def with_macros(workbook: bytes) -> bytes:
    """A workbook (.xlsx) that brings the functions along (.xlsm); its cells stay as they are."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.xlsm"
        path.write_bytes(as_macro_workbook(workbook))
        put_modules(path, modules())
        return path.read_bytes()


def put_modules(path: Path, sources: Mapping[str, str]) -> None:
    """Write VBA modules into the add-in or macro workbook at `path`."""
    with _writer()(path) as book:
        if path.suffix == ".xlam":
            project = book.vba_project()
            project.delete_module("Module1")
        else:
            project = book.add_vba_project()
        for name, source in sources.items():
            project.add_module(name, _lines(source))
        head = project.get_module("ThisWorkbook").source
        book.set_module("ThisWorkbook", head + _lines(workbook_events()))
        book.save(path)


def _lines(source: str) -> str:
    return source.replace("\r\n", "\n").replace("\n", "\r\n")


def as_macro_workbook(workbook: bytes) -> bytes:
    """The same package, declared as one that may hold macros."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(target, "w") as new:
        for info in old.infolist():
            part = old.read(info)
            if info.filename == "[Content_Types].xml":
                part = re.sub(re.escape(PLAIN).encode(), WITH_MACROS.encode(), part)
            new.writestr(info, part)
    return target.getvalue()


def _writer() -> Any:
    """pyOpenVBA's class for Excel files."""
    try:
        from pyopenvba import ExcelFile
    except ModuleNotFoundError as error:
        raise NoMacroWriter("excel.no_macro_writer") from error
    return ExcelFile


def read_modules(path: Path) -> Mapping[str, str]:
    """The VBA modules of an add-in or macro workbook by name; DamagedMacros where they can't be
    read."""
    open_book = _writer()
    from pyopenvba.exceptions import PyOpenVBAError

    try:
        with open_book(path) as book:
            project = book.vba_project()
            return {name: project.get_module(name).source for name in project.module_names()}
    except (PyOpenVBAError, *DAMAGE, LookupError, struct.error, TypeError, MemoryError) as error:
        # Whatever its decoders raise over bytes that are no VBA project.
        raise DamagedMacros("excel.macros_damaged", path=path) from error
