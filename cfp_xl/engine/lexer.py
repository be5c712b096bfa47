"""A formula's tokens as the parser wants them: with their places, and refused where one is none.

The grammar of tokens is that of `workbook.tokens`, which keeps what it does not understand.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from cfp_xl.workbook.formulas.tokens import Kind
from cfp_xl.workbook.formulas.tokens import tokens as tokens_of

LONGEST_FORMULA = 32_768
"""Excel allows 8,192 characters as typed; expanded names in files may exceed it a little."""

_ROW_ZERO = re.compile(r"\$?0")


class NotAFormula(Exception):
    """The text is not a formula; `at` is the position of what is not understood, from 0."""

    def __init__(self, at: int) -> None:
        super().__init__(at)
        self.at = at


class Token(NamedTuple):
    kind: str
    text: str
    at: int


def tokens(formula: str) -> list[Token]:
    """The tokens of `formula` (without its `=`), closed by an `end` token.

    A function's name has its opening bracket. Raises NotAFormula.
    """
    if len(formula) > LONGEST_FORMULA:
        raise NotAFormula(LONGEST_FORMULA)
    found: list[Token] = []
    at = 0
    pieces = iter(tokens_of(formula))
    for kind, text in pieces:
        if kind is Kind.UNKNOWN or (kind is Kind.ROWS and _ROW_ZERO.match(text)):
            raise NotAFormula(at)
        shown = text + next(pieces).text if kind is Kind.FUNCTION else text
        found.append(Token(kind.value, shown, at))
        at += len(shown)
    return [*found, Token("end", "", at)]
