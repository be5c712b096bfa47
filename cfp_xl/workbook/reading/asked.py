"""What is read of a file only where one of its formulas asks for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from cfp_xl.workbook.looks import CellLooks
from cfp_xl.workbook.model import DefinedName, Sheet
from cfp_xl.workbook.pivots import Pivot
from cfp_xl.workbook.reading.container import Package
from cfp_xl.workbook.reading.looks import read_looks
from cfp_xl.workbook.reading.phonetics import double_byte_charset, read_readings
from cfp_xl.workbook.reading.pivots import read_pivots

_FUNCTIONS = re.compile(
    r"(?<![\w.])(CELL|GETPIVOTDATA|PHONETIC|(?:LEN|LEFT|RIGHT|MID|REPLACE|FIND|SEARCH)B)\(",
    re.IGNORECASE,
)


class Asked(NamedTuple):
    """Fields of a workbook; None for what no formula asks for."""

    pivots: tuple[Pivot, ...] | None
    looks: Mapping[str, CellLooks] | None
    charset: int | None
    readings: Mapping[str, str | None] | None


def read_asked(
    package: Package,
    styles: str | None,
    strings: str | None,
    sheets: Sequence[Sheet],
    names: Iterable[DefinedName],
) -> Asked:
    """Pivot tables for GETPIVOTDATA, the looks of cells for CELL, the character set for LENB and
    its kin, phonetic guides for PHONETIC; `styles` and `strings` are the parts with these."""
    texts = [run.formula.text for sheet in sheets for run in sheet.columns.layout.runs]
    texts += [name.formula for name in names]
    functions = {found.upper() for text in texts for found in _FUNCTIONS.findall(text)}
    return Asked(
        read_pivots(package, sheets) if "GETPIVOTDATA" in functions else None,
        read_looks(package, styles, sheets) if "CELL" in functions else None,
        double_byte_charset(package, styles)
        if styles and any(name.endswith("B") for name in functions)
        else None,
        read_readings(package, strings) if strings and "PHONETIC" in functions else None,
    )
