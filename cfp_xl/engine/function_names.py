"""Which functions a formula cell calls, by their plain upper-case names."""

from __future__ import annotations

from cfp_xl.engine.areas import CellKey
from cfp_xl.engine.bindings import plain_formula
from cfp_xl.workbook.formulas.tokens import TokenKind, tokens
from cfp_xl.workbook.model import Workbook

_MARKS = ("_XLFN.", "_XLWS.", "_XLUDF.", "_XLL.")


def functions_in(workbook: Workbook, key: CellKey) -> frozenset[str]:
    """The functions that the cell's own formula names."""
    cell = workbook.by_name[key.sheet.casefold()].cells[key.row, key.column]
    found = tokens(plain_formula(cell.formula or ""))
    return frozenset(_plain(one.text.upper()) for one in found if one.kind is TokenKind.FUNCTION)


def _plain(name: str) -> str:
    for mark in _MARKS:
        name = name.replace(mark, "")
    return name
