"""What stands in the row of a cell, as a finding quotes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cfp_xl.findings import CellRef
from cfp_xl.functions.values import shown
from cfp_xl.workbook.cells import SheetCells
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
            of_rows[key] = _quote(sheets[where.sheet].columns, where.row)
        if of_rows[key]:
            found[where] = of_rows[key]
    return found


def _quote(cells: SheetCells, row: int) -> str:
    words: list[str] = []
    letters = 0
    for column, value in cells.values_of_row(row):
        if column > WIDEST or letters > LONGEST:
            break
        if value is not None and (one := " ".join(shown(value).split())):
            words.append(one)
            letters += len(one)
    return _short(" | ".join(words))


def _short(words: str) -> str:
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…"
