"""Which formulas may be written once for all cells that they are filled into."""

from __future__ import annotations

from collections.abc import Sequence

from cfp_xl.functions.spelling import holds_ours
from cfp_xl.workbook.formulas.tokens import Token, TokenKind, tokens

_ONLY_THIS_SHEET = frozenset(
    {
        TokenKind.TEXT,
        TokenKind.NUMBER,
        TokenKind.BOOL,
        TokenKind.NAME,
        TokenKind.FUNCTION,
        TokenKind.OPERATOR,
        TokenKind.CELL,
        TokenKind.ROWS,
        TokenKind.COLUMNS,
    }
)
_NOT_SHARED = frozenset("{}#@")
"""Array constants, spills."""
_PREFIX = "_xl"


def is_shareable(formula: str) -> bool:
    """Whether Excel itself would share it: it misreads or refuses shared formulas that refer to
    other sheets, workbooks or tables, or hold array constants, joined areas or functions of an
    add-in ([MS-XLSB] 2.5.98.98)."""
    parts = tokens(formula)
    return (
        all(
            part.kind in _ONLY_THIS_SHEET
            and part.text not in _NOT_SHARED
            and not (part.kind is TokenKind.FUNCTION and part.text.startswith(_PREFIX))
            for part in parts
        )
        and not _computes_areas(parts)
        and not holds_ours(formula)
    )


def _computes_areas(parts: Sequence[Token]) -> bool:
    """Whether a colon joins anything but two cells, or a comma is in brackets that are not a
    function's."""
    of_function: list[bool] = []
    before = None
    for part, after in zip(parts, (*parts[1:], None), strict=True):
        ends = [one.kind if one else None for one in (before, after)]
        if part.text == ":" and ends != [TokenKind.CELL, TokenKind.CELL]:
            return True
        if part.text == "(":
            of_function.append(before is not None and before.kind is TokenKind.FUNCTION)
        elif part.text == ")" and of_function:
            of_function.pop()
        elif part.text == "," and not (of_function and of_function[-1]):
            return True
        before = part
    return False
