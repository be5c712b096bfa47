"""A formula's text cut into tokens, after the grammar of Excel's formulas (ECMA-376 18.17.2)."""

from __future__ import annotations

import re
from typing import NamedTuple

from cfp_xl.functions.values import ExcelError

LONGEST_FORMULA = 32_768
"""Excel allows 8,192 characters as typed; expanded names in files may exceed it a little."""

_ERRORS = "|".join(re.escape(str(error)) for error in ExcelError)

_TOKEN = re.compile(
    rf"""
    (?P<space>[ \t\r\n\u00a0]+)
  | (?P<text>"(?:[^"]|"")*")
  | (?P<error>{_ERRORS})
  | (?P<prefix>
        '(?:[^']|'')+'!
      | \[[^\[\]]+\](?:[^\W\d][\w.]*)?(?::[^\W\d][\w.]*)?!
      | [^\W\d][\w.]*(?::[^\W\d][\w.]*)?!
    )
  | (?P<rows>\$?[1-9]\d{{0,6}}:\$?[1-9]\d{{0,6}}(?![\w.]))
  | (?P<number>(?:\d+\.?\d*|\.\d+)(?:E[+-]?\d+)?(?![\w.]))
  | (?P<columns>\$?[A-Z]{{1,3}}:\$?[A-Z]{{1,3}}(?![\w.(!\[]))
  | (?P<cell>\$?[A-Z]{{1,3}}\$?[1-9]\d{{0,6}}(?![\w.(!\[?\\]))
  | (?P<function>(?:[^\W\d]|\\)[\w.\\?]*\()
  | (?P<bool>(?:TRUE|FALSE)(?![\w.?\\\[]))
  | (?P<name>(?:[^\W\d]|\\)[\w.\\?]*)
  | (?P<table>\[)
  | (?P<operator><=|>=|<>|[-+*/^&=<>%@\#:(),;{{}}])
    """,
    re.VERBOSE | re.IGNORECASE,
)


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

    A table reference is one token of kind `table`, its table's name before the bracket.
    Raises NotAFormula.
    """
    if len(formula) > LONGEST_FORMULA:
        raise NotAFormula(LONGEST_FORMULA)
    found: list[Token] = []
    at = 0
    while at < len(formula):
        match = _TOKEN.match(formula, at)
        if match is None or match.lastgroup is None:
            raise NotAFormula(at)
        kind, end = match.lastgroup, match.end()
        if kind == "table" or (kind == "name" and formula[end : end + 1] == "["):
            kind, end = "table", _end_of_brackets(formula, match.end() - (kind == "table"))
        found.append(Token(kind, formula[at:end], at))
        at = end
    return [*found, Token("end", "", at)]


def _end_of_brackets(formula: str, at: int) -> int:
    """The position after the bracket that closes the one at `at`; `'` escapes the next sign."""
    start, depth = at, 0
    while at < len(formula):
        match formula[at]:
            case "'":
                at += 1
            case "[":
                depth += 1
            case "]":
                depth -= 1
                if depth == 0:
                    return at + 1
        at += 1
    raise NotAFormula(start)
