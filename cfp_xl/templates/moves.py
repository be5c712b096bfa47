"""Where the cells of an earlier workbook are in the new one, and how formulas read there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cfp_xl.workbook.address import column_letters, column_number
from cfp_xl.workbook.formulas.references import quoted_sheet, split_prefix
from cfp_xl.workbook.formulas.tokens import REFERENCES, Token, TokenKind, cell_parts, tokens

Place = tuple[str, int, int]
"""Casefolded sheet, row, column."""
NewPlace = tuple[str, int, int]
"""Sheet, row, column."""


@dataclass
class Moves:
    """The old cells that have a place, and the sheets that stay as they are."""

    cells: dict[Place, NewPlace] = field(default_factory=dict)
    columns: dict[tuple[str, int], tuple[str, int]] = field(default_factory=dict)
    """Of sheets with one table: casefolded sheet and column → sheet and column."""
    sheets: Mapping[str, str] = field(default_factory=dict)
    """People's own sheets, casefolded → what they are called; their cells stay in place."""
    names: frozenset[str] = frozenset()
    """Defined names of the new workbook, casefolded."""
    is_native: bool = False
    """Whether the new workbook does without our functions."""

    def place(self, sheet: str, row: int, column: int) -> NewPlace | None:
        """Where a cell is now."""
        own = self.sheets.get(sheet.casefold())
        return (own, row, column) if own else self.cells.get((sheet.casefold(), row, column))

    def formula(self, formula: str, own: str, own_now: str) -> str | None:
        """The formula of a sheet with each cell where it is now; None where one has no place."""
        pieces: list[str] = []
        sheet, prefix, is_open = own, "", False
        for token in tokens(formula):
            if token.kind is TokenKind.PREFIX:
                book, first, last = split_prefix(token.text)
                if book is not None or last is not None or first is None:
                    return None
                sheet, prefix, is_open = first, token.text, True
            elif token.text == ":":
                pieces.append(":")
            elif token.kind not in REFERENCES:
                new = None if is_open else self._other(token)
                if new is None:
                    return None
                pieces.append(new)
                sheet, prefix = own, ""
            else:
                now, new = self._reference(token, sheet)
                if new is None or not (prefix or now == own_now):
                    return None
                if prefix and pieces[-1:] != [":"]:
                    pieces.append(quoted_sheet("'" + now.replace("'", "''") + "'!"))
                pieces.append(new)
                is_open = False
        return "".join(pieces)

    def _other(self, token: Token) -> str | None:
        """A token that is no reference; None for names and functions that are not there."""
        if token.kind is TokenKind.NAME:
            return token.text if token.text.casefold() in self.names else None
        is_ours = token.text.upper().startswith(("CFP_", "_XLDUDF_CFP_"))
        if token.kind is TokenKind.TABLE or (is_ours and self.is_native):
            return None
        return token.text

    def _reference(self, token: Token, sheet: str) -> tuple[str, str | None]:
        """The sheet where a cell, rows or columns are now, and how they are written."""
        own = self.sheets.get(sheet.casefold())
        if own is not None:
            return own, token.text
        if token.kind is TokenKind.CELL:
            column, row = cell_parts(token.text)
            at = self.place(sheet, int(row.strip("$")), column_number(column.strip("$")))
            if at is None:
                return "", None
            letters = "$" * column.startswith("$") + column_letters(at[2])
            return at[0], f"{letters}{'$' * row.startswith('$')}{at[1]}"
        if token.kind is TokenKind.COLUMNS:
            return self._columns(token.text, sheet)
        return "", None

    def _columns(self, text: str, sheet: str) -> tuple[str, str | None]:
        """Whole columns of a table that is alone on its sheet."""
        ends, now = [], ""
        for end in text.split(":"):
            found = self.columns.get((sheet.casefold(), column_number(end.strip("$"))))
            if found is None:
                return "", None
            now = found[0]
            ends.append("$" * end.startswith("$") + column_letters(found[1]))
        return now, ":".join(ends)
