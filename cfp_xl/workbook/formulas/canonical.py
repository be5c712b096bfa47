"""One spelling for formulas that say the same, and one key for the copies of one formula."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from cfp_xl.functions.spelling import plain_formula
from cfp_xl.workbook.address import MAX_COLUMNS, MAX_ROWS, column_number
from cfp_xl.workbook.formulas.references import PlainReference, names, quoted_sheet, references
from cfp_xl.workbook.formulas.tokens import (
    REFERENCES,
    Token,
    TokenKind,
    cell_parts,
    rewritten,
    tokens,
    translate,
)

__all__ = [
    "PlainReference",
    "Token",
    "TokenKind",
    "canonical",
    "function_names",
    "names",
    "references",
    "relative_key",
    "tokens",
    "translate",
]

_FUTURE = re.compile(r"(?:_xlfn\.|_xlws\.|_xludf\.)+", re.IGNORECASE)
_OPENS = ("(", "{")
_CLOSES = (")", "}", "%", "#")


@lru_cache(maxsize=1024)
def canonical(formula: str) -> str:
    """One spelling for formulas that mean the same text: what a re-save by another program keeps.

    Plain function names, upper case outside of texts, sheets and tables, no space but the
    intersection, shortest numbers, sheets quoted only where they must be, whole columns as `A:A`,
    `TRUE()` as `TRUE`.
    """
    return "".join(_canonical_tokens(formula, _upper))


@lru_cache(maxsize=8192)
def relative_key(formula: str, row: int, column: int) -> str:
    """The canonical formula with its references relative to cell (row, column), as R1C1 does.

    Copies of one formula, filled down or across, share one key. Kept, as it is asked for again in
    every copy of a template.
    """

    def relative(token: Token) -> str:
        def row_offset(text: str) -> str:
            return f"R{text[1:]}" if text[0] == "$" else f"R[{int(text) - row}]"

        def column_offset(text: str) -> str:
            if text[0] == "$":
                return f"C{column_number(text[1:])}"
            return f"C[{column_number(text) - column}]"

        if token.kind is TokenKind.CELL:
            column_text, row_text = cell_parts(token.text)
            return row_offset(row_text) + column_offset(column_text)
        return rewritten(token, row_offset, column_offset)

    return "".join(_canonical_tokens(formula, relative))


@lru_cache(maxsize=8192)
def function_names(formula: str) -> tuple[str, ...]:
    """The functions a formula calls, in plain spelling and upper case."""
    return tuple(
        _FUTURE.sub("", token.text).upper()
        for token in tokens(plain_formula(formula))
        if token.kind is TokenKind.FUNCTION
    )


def _canonical_tokens(formula: str, reference: Callable[[Token], str]) -> Iterator[str]:
    items = list(_tidied(tokens(plain_formula(formula))))
    position = 0
    while position < len(items):
        token = items[position]
        match token.kind:
            case TokenKind.SPACE:
                if _is_intersection(items, position):
                    yield " "
            case TokenKind.CELL | TokenKind.ROWS | TokenKind.COLUMNS:
                yield reference(token)
            case TokenKind.PREFIX:
                yield quoted_sheet(token.text)
            case TokenKind.NUMBER:
                yield _shortest(token.text)
            case TokenKind.FUNCTION:
                name = _FUTURE.sub("", token.text).upper()
                yield name
                if name in ("TRUE", "FALSE") and _texts(items, position + 1, 2) == ["(", ")"]:
                    position += 2
            case TokenKind.NAME | TokenKind.BOOL | TokenKind.ERROR:
                yield token.text.upper()
            case _:
                yield token.text
        position += 1


def _upper(token: Token) -> str:
    return token.text.upper()


def _texts(items: list[Token], start: int, count: int) -> list[str]:
    return [token.text for token in items[start : start + count]]


def _tidied(items: tuple[Token, ...]) -> Iterator[Token]:
    """`Sheet1!A1:Sheet1!B2` without its second sheet, whole columns and rows in their short form:
    how LibreOffice and Excel differ in writing one reference."""
    kept: list[Token] = []
    for token in items:
        is_second_end = len(kept) >= 2 and kept[-1].text == ":" and kept[-2].kind is TokenKind.CELL
        is_repeated = is_second_end and kept[-3:-2] == [token] and token.kind is TokenKind.PREFIX
        if is_repeated:
            continue
        if is_second_end and token.kind is TokenKind.CELL:
            first = kept[-2]
            kept[-2:] = _short_range(first, token)
        else:
            kept.append(token)
    return iter(kept)


def _short_range(first: Token, last: Token) -> list[Token]:
    (left, top), (right, bottom) = cell_parts(first.text), cell_parts(last.text)
    if top.strip("$") == "1" and bottom.strip("$") == str(MAX_ROWS):
        return [Token(TokenKind.COLUMNS, f"{left}:{right}")]
    if left.strip("$").upper() == "A" and column_number(right.strip("$")) == MAX_COLUMNS:
        return [Token(TokenKind.ROWS, f"{top}:{bottom}")]
    return [first, Token(TokenKind.OPERATOR, ":"), last]


def _is_intersection(items: list[Token], position: int) -> bool:
    """Whether the space at `position` is the operator: operands stand on both of its sides."""
    if not 0 < position < len(items) - 1:
        return False
    before, after = items[position - 1], items[position + 1]
    operands = (
        *REFERENCES,
        TokenKind.NAME,
        TokenKind.TABLE,
        TokenKind.BOOL,
        TokenKind.NUMBER,
        TokenKind.TEXT,
        TokenKind.ERROR,
    )
    ends = before.kind in operands or before.text in _CLOSES
    starts = (
        after.kind in operands
        or after.kind in (TokenKind.PREFIX, TokenKind.FUNCTION)
        or after.text in _OPENS
    )
    return ends and starts


def _shortest(number: str) -> str:
    value = float(number)
    return str(int(value)) if value.is_integer() and value < 1e15 else repr(value).upper()
