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

from cfp_xl.functions.spelling import LONGEST_FORMULA
from cfp_xl.functions.values import ExcelError
from cfp_xl.workbook.address import MAX_COLUMNS, MAX_ROWS, column_letters, column_number


class TokenKind(StrEnum):
    """What a piece of a formula is, by its characters alone."""

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


REFERENCES = (TokenKind.CELL, TokenKind.ROWS, TokenKind.COLUMNS)


class Token(NamedTuple):
    """A piece of a formula, as it is written there."""

    kind: TokenKind
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
_KINDS: dict[str | None, TokenKind] = {kind.value: kind for kind in TokenKind}
_CELL = re.compile(r"(\$?)([A-Za-z]+)(\$?)([0-9]+)")


@lru_cache(maxsize=4096)
def tokens(formula: str) -> tuple[Token, ...]:
    """The tokens of a formula without its `=`; joined they are the formula again.

    What is longer than a formula can be is one unknown token.
    """
    if len(formula) > LONGEST_FORMULA:
        return (Token(TokenKind.UNKNOWN, formula),)
    return tuple([Token(_KINDS[match.lastgroup], match[0]) for match in _TOKEN.finditer(formula)])


def translate(formula: str, source: tuple[int, int], target: tuple[int, int]) -> str:
    """The formula of cell `source` as it reads after being filled to `target`; (row, column).

    Relative references that leave the grid come in again at its other edge, as Excel does it in
    shared formulas.
    """
    return fill(formula, *source).at(*target)


class Fill:
    """A formula with gaps where its relative rows and columns stand: cheap to fill anywhere."""

    __slots__ = ("_column", "_columns", "_down", "_pieces", "_row", "_rows")

    def __init__(self, formula: str, row: int, column: int) -> None:
        pieces: list[str | int] = []
        """Text, or a row's or column's number: rows count from 1, columns from -1 down."""

        def part(text: str, number: int) -> str:
            if text[0] == "$":
                return text
            pieces.append(number)
            return ""

        for token in tokens(formula):
            if token.kind not in REFERENCES:
                pieces.append(token.text)
                continue
            for at, end in enumerate(token.text.split(":")):
                pieces.append(":" if at else "")
                column_text, row_text = _ends(token.kind, end)
                pieces.append(
                    part(column_text, -column_number(column_text.strip("$"))) if column_text else ""
                )
                pieces.append(part(row_text, int(row_text.strip("$"))) if row_text else "")
        self._row, self._column = row, column
        self._pieces = pieces
        self._rows = tuple(n for n in pieces if isinstance(n, int) and n > 0)
        self._columns = tuple(-n for n in pieces if isinstance(n, int) and n < 0)
        self._down = "".join(
            "%d" if isinstance(p, int) and p > 0
            else column_letters(-p) if isinstance(p, int)
            else p.replace("%", "%%")
            for p in pieces
        )  # fmt: skip

    @property
    def row_offsets(self) -> tuple[int, ...]:
        """How far the rows that move with the cell are from its own, in the formula's order."""
        return tuple([row - self._row for row in self._rows])

    @property
    def down(self) -> str:
        """For cells of its column: the formula with `%d` for each of these rows, `%%` for `%`."""
        return self._down

    def at(self, row: int, column: int) -> str:
        """The formula as it reads in cell (`row`, `column`)."""
        rows, columns = row - self._row, column - self._column
        if not columns and (
            not self._rows or (min(self._rows) + rows >= 1 and max(self._rows) + rows <= MAX_ROWS)
        ):
            return self._down % tuple([n + rows for n in self._rows])
        return "".join(
            p if isinstance(p, str)
            else str((p - 1 + rows) % MAX_ROWS + 1) if p > 0
            else column_letters((-p - 1 + columns) % MAX_COLUMNS + 1)
            for p in self._pieces
        )  # fmt: skip


@lru_cache(maxsize=1024)
def fill(formula: str, row: int, column: int) -> Fill:
    """The formula of cell (`row`, `column`), ready to be filled down or across."""
    return Fill(formula, row, column)


def _ends(kind: TokenKind, text: str) -> tuple[str, str]:
    """Column and row of one end of a reference, each with its `$`; empty where it has none."""
    if kind is TokenKind.CELL:
        return cell_parts(text)
    return ("", text) if kind is TokenKind.ROWS else (text, "")


def cell_parts(text: str) -> tuple[str, str]:
    """Column and row of a cell token, each with its `$`."""
    match = _CELL.fullmatch(text)
    assert match is not None
    return match[1] + match[2], match[3] + match[4]


def rewritten(token: Token, row: Callable[[str], str], column: Callable[[str], str]) -> str:
    """A reference token with its rows and columns (each with its `$`) passed through these."""
    if token.kind is TokenKind.CELL:
        column_text, row_text = cell_parts(token.text)
        return column(column_text) + row(row_text)
    part = row if token.kind is TokenKind.ROWS else column
    return ":".join(part(end) for end in token.text.split(":"))
