"""A workbook's bytes with recomputed cached values, so that every program shows them at once."""

from __future__ import annotations

from pathlib import Path

from cfp_xl.engine.recalculate import recalculate
from cfp_xl.functions.values import Scalar
from cfp_xl.workbook.reading.container import package_of
from cfp_xl.workbook.reading.read import read_package
from cfp_xl.workbook.writing.patch import patched


def refreshed(data: bytes, path: Path) -> bytes:
    """The same file with the value of every formula that can be computed and is not volatile."""
    package = package_of(data, path)
    fresh: dict[tuple[str, int, int], Scalar] = {
        key: value
        for anchor, cell in recalculate(read_package(package)).cells.items()
        if cell.is_computed and cell.is_stable
        for key, value in (cell.children or {anchor: cell.value}).items()
    }
    return patched(package, fresh)[0]
