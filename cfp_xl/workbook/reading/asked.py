"""What is read of a file only where one of its formulas asks for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cfp_xl.workbook.looks import CellLooks
from cfp_xl.workbook.model import DefinedName, Sheet
from cfp_xl.workbook.pivots import Pivot
from cfp_xl.workbook.reading.container import Package
from cfp_xl.workbook.reading.looks import read_looks
from cfp_xl.workbook.reading.pivots import read_pivots

_FUNCTIONS = re.compile(r"(?<![\w.])(CELL|GETPIVOTDATA)\(", re.IGNORECASE)


@dataclass(frozen=True)
class Asked:
    """None for what no formula asks for."""

    pivots: tuple[Pivot, ...] | None
    looks: Mapping[str, CellLooks] | None


def read_asked(
    package: Package, styles: str | None, sheets: Sequence[Sheet], names: Iterable[DefinedName]
) -> Asked:
    """Pivot tables for GETPIVOTDATA, the looks of cells for CELL; `styles` is their part."""
    texts = [run.formula.text for sheet in sheets for run in sheet.columns.layout.runs]
    texts += [name.formula for name in names]
    functions = {found.upper() for text in texts for found in _FUNCTIONS.findall(text)}
    return Asked(
        read_pivots(package, sheets) if "GETPIVOTDATA" in functions else None,
        read_looks(package, styles, sheets) if "CELL" in functions else None,
    )
