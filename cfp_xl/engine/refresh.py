"""A workbook's bytes with recomputed cached values, so that every program shows them at once."""

from __future__ import annotations

from pathlib import Path

from cfp_xl.engine.recalculate import recalculate
from cfp_xl.engine.result import Recalculation
from cfp_xl.functions.values import Scalar
from cfp_xl.workbook.reading.container import package_of
from cfp_xl.workbook.reading.read import read_package
from cfp_xl.workbook.writing.patch import patched


def refreshed(data: bytes, path: Path) -> bytes:
    """The same file with the value of every formula that can be computed and is not volatile."""
    package = package_of(data, path)
    return patched(package, lasting_values(recalculate(read_package(package))))[0]


def lasting_values(recalculation: Recalculation) -> dict[tuple[str, int, int], Scalar]:
    """What may be saved as cached values: all that was computed and does not change by itself."""
    return {
        key: value
        for anchor, cell in recalculation.cells.items()
        if cell.is_computed and cell.is_stable
        for key, value in (cell.children or {anchor: cell.value}).items()
    }
