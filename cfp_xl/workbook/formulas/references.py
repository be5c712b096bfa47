"""What a formula's text refers to: ranges of cells, sheets, defined names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from cfp_xl.workbook.address import MAX_COLUMNS, MAX_ROWS, Bounds, column_number
from cfp_xl.workbook.formulas.tokens import REFERENCES, Token, TokenKind, cell_parts, tokens

LONGEST_KEPT = 200
"""Of longer formulas, which seldom come twice, the references are not kept."""
_BARE_SHEET = re.compile(r"[^\W\d][\w.]*")


@dataclass(frozen=True, slots=True)
class PlainReference:
    """A plain reference in a formula: cell, range, whole rows or whole columns of a sheet."""

    sheet: str
    bounds: Bounds
    last_sheet: str | None = None
    """The other end of a 3-D reference, `Jan:Dec!A1`."""
    book: str | None = None
    """What stands in `[…]` before a sheet of another workbook: a link's index, or its path."""
    is_absolute: bool = False
    """Whether every part is `$`: the reference stays when the formula is filled elsewhere."""


def references(formula: str, sheet: str) -> tuple[PlainReference, ...]:
    """The references of a formula that stands on `sheet`, from left to right.

    Table references and names are not among them, nor what INDIRECT or OFFSET compute.
    """
    find = _references if len(formula) <= LONGEST_KEPT else _references.__wrapped__
    return find(formula, sheet)


@lru_cache(maxsize=4096)
def _references(formula: str, sheet: str) -> tuple[PlainReference, ...]:
    found: list[PlainReference] = []
    items = [token for token in tokens(formula) if token.kind is not TokenKind.SPACE]
    position = 0
    while position < len(items):
        prefix = items[position].text if items[position].kind is TokenKind.PREFIX else ""
        start = position + bool(prefix)
        position = start + 1
        if start >= len(items) or items[start].kind not in REFERENCES:
            continue
        first = last = items[start]
        # `A1:Sheet1!B2` is a range too; its second sheet can only be the first.
        if items[position : position + 1] == [Token(TokenKind.OPERATOR, ":")]:
            other = position + 1
            if other < len(items) and items[other].kind is TokenKind.PREFIX:
                other += 1
            if other < len(items) and items[other].kind is TokenKind.CELL:
                last = items[other]
                position = other + 1
        found.append(_reference(prefix, first, last, sheet))
    return tuple(found)


def names(formula: str) -> tuple[str, ...]:
    """The defined names a formula uses, as written, with their sheet where it is given."""
    items = tokens(formula)
    return tuple(
        (items[position - 1].text if _follows_prefix(items, position) else "") + token.text
        for position, token in enumerate(items)
        if token.kind is TokenKind.NAME
    )


def split_prefix(prefix: str) -> tuple[str | None, str | None, str | None]:
    """(book, sheet, last sheet) of `'[1]Sheet 1:Sheet 3'!`; None for what is not there."""
    text = prefix.removesuffix("!")
    if text.startswith("'"):
        text = text[1:-1].replace("''", "'")
    folder, bracket, rest = text.rpartition("[")
    book: str | None = None
    if bracket and "]" in rest:
        file, _, text = rest.partition("]")
        book = folder + file
    first, _, last = text.partition(":")
    return book, first or None, last or None


def quoted_sheet(prefix: str) -> str:
    """A prefix with its quotes only where it needs them."""
    text = prefix.removesuffix("!")
    if text.startswith("'"):
        bare = text[1:-1].replace("''", "'")
        book, first, last = split_prefix(prefix)
        sheets = [sheet for sheet in (first, last) if sheet is not None]
        is_plain_book = book is None or book.isdigit()
        if is_plain_book and all(_needs_no_quotes(sheet) for sheet in sheets):
            text = bare
    elif any(not _needs_no_quotes(sheet) for sheet in split_prefix(prefix)[1:] if sheet):
        text = "'" + text.replace("'", "''") + "'"
    return text + "!"


def _needs_no_quotes(sheet: str) -> bool:
    """Whether a sheet's name can stand bare: a word that is no cell address or R1C1 reference."""
    is_address = re.fullmatch(r"[A-Za-z]{1,3}[0-9]+|[RrCc][0-9]*([Cc][0-9]*)?", sheet)
    return _BARE_SHEET.fullmatch(sheet) is not None and is_address is None


def _reference(prefix: str, first: Token, last: Token, sheet: str) -> PlainReference:
    book, first_sheet, last_sheet = split_prefix(prefix) if prefix else (None, sheet, None)
    top_left, bottom_right = _corners(first), _corners(last)
    rows = sorted((top_left[0], top_left[2], bottom_right[0], bottom_right[2]))
    columns = sorted((top_left[1], top_left[3], bottom_right[1], bottom_right[3]))
    text = first.text + ":" + last.text
    dollars = 2 if first.kind is TokenKind.CELL else 1
    return PlainReference(
        sheet=first_sheet or sheet,
        bounds=(rows[0], columns[0], rows[-1], columns[-1]),
        last_sheet=last_sheet,
        book=book,
        is_absolute=all(end.count("$") == dollars for end in text.split(":")),
    )


def _corners(token: Token) -> Bounds:
    ends = token.text.replace("$", "").split(":")
    if token.kind is TokenKind.ROWS:
        return int(ends[0]), 1, int(ends[1]), MAX_COLUMNS
    if token.kind is TokenKind.COLUMNS:
        return 1, column_number(ends[0]), MAX_ROWS, column_number(ends[1])
    column_text, row_text = cell_parts(ends[0])
    row, column = int(row_text), column_number(column_text)
    return row, column, row, column


def _follows_prefix(items: tuple[Token, ...], position: int) -> bool:
    return position > 0 and items[position - 1].kind is TokenKind.PREFIX
