"""A formula's text cut into tokens, and the same formula as it reads in another cell.

openpyxl's Tokenizer is not used: it splits `0.5E+3`, does not know `#SPILL!`, escapes in table
references, `@`, `A1:INDEX(…)` or tabs, takes the name `nan` for a number and loses spaces; its
Translator drops the sheet from `Sheet1!name`. Here the tokens joined are always the formula.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from openpyxl.utils import get_column_letter

from cfp_xl.functions.values import ExcelError
from cfp_xl.workbook.address import MAX_COLUMNS, MAX_ROWS, column_number


class Kind(StrEnum):
    SPACE = "space"
    TEXT = "text"
    ERROR = "error"
    PREFIX = "prefix"
    """Sheet or workbook before a reference, name or function, with its `!`."""
    ROWS = "rows"
    NUMBER = "number"
    COLUMNS = "columns"
    CELL = "cell"
    FUNCTION = "function"
    """A function's name, without its bracket."""
    BOOL = "bool"
    NAME = "name"
    TABLE = "table"
    """A table reference with its table's name, where it has one: `Sales[[#All],[Amount]]`."""
    OPERATOR = "operator"
    UNKNOWN = "unknown"
    """A character that no formula holds here; kept, so that nothing is lost."""


REFERENCES = (Kind.CELL, Kind.ROWS, Kind.COLUMNS)


class Token(NamedTuple):
    kind: Kind
    text: str


_ERRORS = "|".join(re.escape(str(error)) for error in ExcelError)
_WORD = r"(?:[^\W\d]|\\)[\w.\\?]*"
_TOKEN = re.compile(
    rf"""
    (?P<space>[ \t\r\n\u00a0\u3000]+)
  | (?P<text>"(?:[^"]|"")*")
  | (?P<error>{_ERRORS})
  | (?P<prefix>
        '(?:[^']|'')+'!
      | \[[^\[\]]+\](?:[\w.]+(?::[\w.]+)?)?!
      | (?!\$?[A-Z]{{1,3}}\$?[0-9]+:)[^\W\d][\w.]*(?::[^\W\d][\w.]*)?!
    )
  | (?P<rows>\$?[0-9]{{1,7}}:\$?[0-9]{{1,7}}(?![\w.]))
  | (?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:E[+-]?[0-9]+)?(?![\w.]))
  | (?P<columns>\$?[A-Z]{{1,3}}:\$?[A-Z]{{1,3}}(?![\w.(!\[$]))
  | (?P<cell>\$?[A-Z]{{1,3}}\$?[1-9][0-9]{{0,6}}(?![\w.(!\[?\\]))
  | (?P<table>(?:{_WORD})?\[(?:[^\[\]']|'.|\[(?:[^\[\]']|'.)*\])*\])
  | (?P<function>{_WORD}(?=\())
  | (?P<bool>(?:TRUE|FALSE)(?![\w.?\\]))
  | (?P<name>{_WORD})
  | (?P<operator><=|>=|<>|[-+*/^&=<>%@\#:(),;{{}}])
  | (?P<unknown>.)
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_CELL = re.compile(r"(\$?)([A-Za-z]+)(\$?)([0-9]+)")


@lru_cache(maxsize=4096)
def tokens(formula: str) -> tuple[Token, ...]:
    """The tokens of a formula without its `=`; joined they are the formula again."""
    return tuple(Token(Kind(str(match.lastgroup)), match[0]) for match in _TOKEN.finditer(formula))


def translate(formula: str, source: tuple[int, int], target: tuple[int, int]) -> str:
    """The formula of cell `source` as it reads after being filled to `target`; (row, column).

    Relative references that leave the grid come in again at its other edge, as Excel does it in
    shared formulas.
    """
    rows, columns = target[0] - source[0], target[1] - source[1]
    if not rows and not columns:
        return formula

    def row(text: str) -> str:
        return text if text[0] == "$" else str((int(text) + rows - 1) % MAX_ROWS + 1)

    def column(text: str) -> str:
        if text[0] == "$":
            return text
        return get_column_letter((column_number(text) + columns - 1) % MAX_COLUMNS + 1)

    return "".join(
        rewritten(token, row, column) if token.kind in REFERENCES else token.text
        for token in tokens(formula)
    )


def cell_parts(text: str) -> tuple[str, str]:
    """Column and row of a cell token, each with its `$`."""
    match = _CELL.fullmatch(text)
    assert match is not None
    return match[1] + match[2], match[3] + match[4]


def rewritten(token: Token, row: Callable[[str], str], column: Callable[[str], str]) -> str:
    """A reference token with its rows and columns (each with its `$`) passed through these."""
    if token.kind is Kind.CELL:
        column_text, row_text = cell_parts(token.text)
        return column(column_text) + row(row_text)
    part = row if token.kind is Kind.ROWS else column
    return ":".join(part(end) for end in token.text.split(":"))
