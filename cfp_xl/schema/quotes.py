"""What stands in the row of a cell, as a finding quotes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cfp_xl.findings import CellRef
from cfp_xl.functions.values import shown
from cfp_xl.workbook.model import Workbook

LONGEST, WIDEST = 120, 60
"""Characters of a quote; columns of a row that are looked at."""


def quotes(workbook: Workbook, places: Iterable[CellRef]) -> Mapping[CellRef, str]:
    """The values of each cell's row, as many as a person reads."""
    sheets = {sheet.name: sheet for sheet in workbook.sheets}
    of_rows: dict[tuple[str, int], str] = {}
    found: dict[CellRef, str] = {}
    for where in places:
        if where.sheet not in sheets or not where.row:
            continue
        key = (where.sheet, where.row)
        if key not in of_rows:
            cells = sheets[where.sheet].cells
            held = (cells.get((where.row, column)) for column in range(1, WIDEST + 1))
            words = (" ".join(shown(cell.value).split()) for cell in held if cell is not None)
            of_rows[key] = _short(" | ".join(one for one in words if one))
        if of_rows[key]:
            found[where] = of_rows[key]
    return found


def _short(words: str) -> str:
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…"
