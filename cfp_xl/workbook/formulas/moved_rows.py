"""A formula as it reads where rows of a sheet are elsewhere than they were."""

from __future__ import annotations

from collections.abc import Callable

from cfp_xl.workbook.address import column_letters, column_number
from cfp_xl.workbook.formulas.references import quoted_sheet, split_prefix
from cfp_xl.workbook.formulas.tokens import REFERENCES, TokenKind, rewritten, tokens

MoveRow = Callable[[str], str]
"""A row as a reference spells it, `67` or `$67` → the row in its new place."""


def with_rows_moved(formula: str, own: str, moves: Callable[[str], MoveRow | None]) -> str:
    """The formula of a cell of sheet `own`; `moves` says for a sheet how its rows move, if at all.

    Whole columns do not change, nor references to other workbooks or to several sheets at once.
    """
    pieces: list[str] = []
    sheet: str | None = own
    for token in tokens(formula):
        text = token.text
        if token.kind is TokenKind.PREFIX:
            book, first, last = split_prefix(text)
            sheet = first if book is None and last is None else None
        elif token.kind in REFERENCES:
            if sheet is not None and (move := moves(sheet)):
                text = rewritten(token, move, str)
        elif text != ":":
            sheet = own
        pieces.append(text)
    return "".join(pieces)


MovedSheet = tuple[str, Callable[[int], int], Callable[[int], int]]
"""A sheet's other name, and where its rows and columns are."""


def with_cells_moved(formula: str, own: str, moves: Callable[[str], MovedSheet | None]) -> str:
    """The same for rows and columns at once, and for sheets of another name."""
    pieces: list[str] = []
    sheet: str | None = own
    for token in tokens(formula):
        text = token.text
        if token.kind is TokenKind.PREFIX:
            book, first, last = split_prefix(text)
            sheet = first if book is None and last is None else None
            if sheet is not None and (moved := moves(sheet)):
                text = quoted_sheet("'" + moved[0].replace("'", "''") + "'!")
        elif token.kind in REFERENCES:
            if sheet is not None and (moved := moves(sheet)):
                text = rewritten(token, moving(moved[1]), _moving_column(moved[2]))
        elif text != ":":
            sheet = own
        pieces.append(text)
    return "".join(pieces)


def _moving_column(move: Callable[[int], int]) -> Callable[[str], str]:
    def moved(column: str) -> str:
        dollar = column[: column.startswith("$")]
        return f"{dollar}{column_letters(move(column_number(column.removeprefix('$'))))}"

    return moved


def moving(move: Callable[[int], int]) -> MoveRow:
    """By the row's number; its `$` stays."""

    def moved(row: str) -> str:
        dollar = row[: row.startswith("$")]
        return f"{dollar}{move(int(row.removeprefix('$')))}"

    return moved
