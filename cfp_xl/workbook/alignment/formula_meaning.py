"""What a formula says, wherever it stands: its references in terms of the template's own cells."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from cfp_xl.workbook.alignment.align import AlignedSheet
from cfp_xl.workbook.formulas.canonical import canonical
from cfp_xl.workbook.formulas.references import references, split_prefix
from cfp_xl.workbook.formulas.tokens import REFERENCES, Token, TokenKind, tokens

Places = Mapping[str, AlignedSheet]
"""The sheets that are known, by casefolded name."""

COLON = Token(TokenKind.OPERATOR, ":")

spelled = lru_cache(maxsize=8192)(canonical)
"""`canonical`, kept: every copy of a template asks for the same formulas."""


def meaning(formula: str, sheet: str, places: Places) -> str:
    """A formula of `sheet` in one spelling, its references as the template calls them.

    Dollars and the shape in which rows and columns were moved or put in do not show; a reference
    to another cell, sheet or file does.
    """
    items = tokens(spelled(formula))
    pieces: list[str] = []
    prefix = ""
    at = 0
    while at < len(items):
        token = items[at]
        at += 1
        if token.kind is TokenKind.PREFIX:
            prefix = token.text
            continue
        if token.kind not in REFERENCES:
            pieces.append(_named_sheet(prefix, places) + token.text)
            prefix = ""
            continue
        text = prefix + token.text
        if (
            token.kind is TokenKind.CELL
            and items[at : at + 1] == (COLON,)
            and _is_cell(items, at + 1)
        ):
            text += ":" + items[at + 1].text
            at += 2
        pieces.append(_range(text, sheet, places))
        prefix = ""
    return "".join(pieces)


def _is_cell(items: tuple[Token, ...], at: int) -> bool:
    return at < len(items) and items[at].kind is TokenKind.CELL


def _range(text: str, sheet: str, places: Places) -> str:
    reference = references(text, sheet)[0]
    place = places.get(reference.sheet.casefold())
    if reference.book is not None or reference.last_sheet is not None or place is None:
        return text
    return f"[{place.base.name}]{place.spell(reference.bounds)}"


def _named_sheet(prefix: str, places: Places) -> str:
    """The sheet before a name or function, as the template calls it."""
    if not prefix:
        return ""
    book, sheet, last = split_prefix(prefix)
    place = places.get((sheet or "").casefold())
    return (
        prefix if book is not None or last is not None or place is None else f"{place.base.name}!"
    )
