"""Formulas whose way is decided by constants, so that what they seem to compute never counts."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from cfp_xl.engine.guards import GUARDS
from cfp_xl.engine.result import Recalculation
from cfp_xl.findings import CellRef, Finding, finding
from cfp_xl.workbook.address import range_address
from cfp_xl.workbook.formulas.tokens import REFERENCES, Token, TokenKind, tokens
from cfp_xl.workbook.model import Workbook

MOVING = frozenset((*REFERENCES, TokenKind.NAME, TokenKind.TABLE))


def constant_guards(workbook: Workbook, recalculation: Recalculation) -> Iterator[Finding]:
    """E05: IFERROR or ISERROR around constants: `needless` where they do not fail.

    Of a column of copies each is named by the range that they fill.
    """
    places = [(key, key.ref) for key in recalculation.by_themselves]
    places += [
        (block.key(0), CellRef(block.sheet, range_address(block.bounds)))
        for block in (column.block for column in recalculation.columns)
    ]
    for first, where in places:
        cell = workbook.by_name[first.sheet.casefold()].cells[first.row, first.column]
        formula = cell.formula or ""
        is_guarded = any(f"{name}(" in formula.upper() for name in GUARDS)
        if is_guarded and takes_one_way(formula, GUARDS):
            fails = recalculation.guarded_constant_fails(first)
            yield finding("E05", where, case="constant" if fails else "needless", seen=formula)


def takes_one_way(formula: str, functions: Collection[str]) -> bool:
    """Whether a branch of the formula is decided by constants: IF(TRUE,…), IFERROR(1/0,…)."""
    items = [token for token in tokens(formula) if token.kind is not TokenKind.SPACE]
    for at, token in enumerate(items):
        is_branch = token.kind is TokenKind.FUNCTION and token.text.upper() in functions
        if is_branch and not any(one.kind in MOVING for one in _first_argument(items[at + 2 :])):
            return True
    return False


def _first_argument(items: Sequence[Token]) -> Iterator[Token]:
    depth = 0
    for token in items:
        if depth == 0 and token.text in (",", ")"):
            return
        depth += (token.text == "(") - (token.text == ")")
        yield token
