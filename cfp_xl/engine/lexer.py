"""A formula's tokens as the parser wants them: with their places, and refused where one is none.

The grammar of tokens is that of `workbook.tokens`, which keeps what it does not understand.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from cfp_xl.engine.tree import INTERSECTION
from cfp_xl.functions.spelling import LONGEST_FORMULA
from cfp_xl.workbook.formulas.tokens import TokenKind
from cfp_xl.workbook.formulas.tokens import tokens as tokens_of

_ROW_ZERO = re.compile(r"\$?0")


class NotAFormula(Exception):
    """The text is not a formula; `at` is the position of what is not understood, from 0."""

    def __init__(self, at: int) -> None:
        super().__init__(at)
        self.at = at


class Lexeme(NamedTuple):
    """A piece of a formula, and the offset it begins at."""

    kind: str
    text: str
    at: int


def tokens(formula: str) -> list[Lexeme]:
    """The tokens of `formula` (without its `=`), closed by an `end` token.

    A function's name has its opening bracket. Raises NotAFormula.
    """
    if len(formula) > LONGEST_FORMULA:
        raise NotAFormula(LONGEST_FORMULA)
    found: list[Lexeme] = []
    at = 0
    pieces = iter(tokens_of(formula))
    for kind, text in pieces:
        if kind is TokenKind.UNKNOWN or (kind is TokenKind.ROWS and _ROW_ZERO.match(text)):
            raise NotAFormula(at)
        shown = text + next(pieces).text if kind is TokenKind.FUNCTION else text
        found.append(Lexeme(kind.value, shown, at))
        at += len(shown)
    return _significant([*found, Lexeme("end", "", at)])


def _significant(found: list[Lexeme]) -> list[Lexeme]:
    """Spaces go, save those between two operands: there they are the intersection operator."""
    starts = {"cell", "columns", "rows", "name", "table", "prefix", "function"}
    ends = {"cell", "columns", "rows", "name", "table"}
    kept: list[Lexeme] = []
    for i, token in enumerate(found):
        if token.kind != "space":
            kept.append(token)
        elif (
            kept
            and (kept[-1].kind in ends or kept[-1].text == ")")
            and (found[i + 1].kind in starts or found[i + 1].text == "(")
        ):
            kept.append(Lexeme("operator", INTERSECTION, token.at))
    return kept
