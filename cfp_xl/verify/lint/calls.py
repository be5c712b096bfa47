"""Calls in a formula's text, with the ranges that their arguments are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cfp_xl.workbook.address import Bounds
from cfp_xl.workbook.formulas.references import PlainReference, references
from cfp_xl.workbook.formulas.tokens import Token, TokenKind, tokens


@dataclass(frozen=True)
class WrittenCall:
    """A function's name in capitals, and the text of each argument."""

    function: str
    arguments: tuple[str, ...]
    depth: int
    """How many brackets it stands in."""


def calls(formula: str) -> Iterator[WrittenCall]:
    """All calls of a formula, inner ones too."""
    items = tokens(formula)
    depth = 0
    for at, token in enumerate(items):
        if token.kind is TokenKind.FUNCTION:
            given = _arguments(items, at)
            yield WrittenCall(token.text.upper().removeprefix("_XLFN."), tuple(given), depth)
        if token.kind is TokenKind.OPERATOR:
            depth += (token.text == "(") - (token.text == ")")


def _arguments(items: Sequence[Token], function: int) -> list[str]:
    found: list[str] = []
    depth, start = 0, function + 2
    for at in range(function + 1, len(items)):
        text = items[at].text if items[at].kind is TokenKind.OPERATOR else ""
        if text in ("(", "{"):
            depth += 1
        elif text in (")", "}"):
            depth -= 1
            if not depth:
                found.append("".join(t.text for t in items[start:at]).strip())
                return found
        elif text == "," and depth == 1:
            found.append("".join(t.text for t in items[start:at]).strip())
            start = at + 1
    return found


def as_range(argument: str, sheet: str) -> PlainReference | None:
    """The range that an argument is, and nothing else."""
    found = references(argument, sheet)
    kinds = {t.kind for t in tokens(argument)}
    if len(found) != 1 or found[0].book or found[0].last_sheet:
        return None
    is_plain = kinds <= {TokenKind.PREFIX, TokenKind.CELL, TokenKind.OPERATOR}
    return found[0] if is_plain and argument.count(":") <= 1 and "(" not in argument else None


def is_column(bounds: Bounds) -> bool:
    """Whether it is a part of one column."""
    return bounds[1] == bounds[3] and bounds[2] > bounds[0]
