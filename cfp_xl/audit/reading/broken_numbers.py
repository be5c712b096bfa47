"""Numbers of a table that a narrow column broke over two rows: `1.78E` above `-03`, `1.78×10` above
`-3`, or with the raised exponent on the line before."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from cfp_xl.audit.reading.raw import RawCell, RawTable, RawText
from cfp_xl.footprint.wording import plain_text

_NUMBER = r"[<+\-−–]?\s?\d+(?:[.,]\d+)?"
_OPEN = re.compile(rf"{_NUMBER}\s?(?:[eE]\s?[+\-−–]?|[x×*·]\s?10\s?\^?\s?[+\-−–]?)")
"""A number whose exponent, or part of it, lacks."""
_POWER = re.compile(rf"{_NUMBER}\s?[x×*·]\s?10")
_EXPONENT = re.compile(r"[+\-−–]?\s?\d{1,3}")
_SIGN = re.compile(r"[\-−–]")
_SCIENTIFIC = re.compile(r"\d+(?:[.,]\d+)?\s?[eE]\s?[+\-−–]?\s?\d{1,3}")
"""A number whose sign may stand on the line above; above others "-" says that there is none."""

Row = tuple[RawCell, ...]


def mended(table: RawTable) -> RawTable:
    """The table with such numbers whole; rows that held nothing else are gone."""
    rows = [(row, index) for index, row in enumerate(table.rows)]
    at = 1
    while at < len(rows):
        upper, lower = rows[at - 1], rows[at]
        if (row := _whole(upper[0], lower[0])) is not None:
            rows[at - 1 : at + 1] = [(row, upper[1])]
        elif (row := _raised(upper[0], lower[0])) is not None:
            rows[at - 1 : at + 1] = [(row, lower[1])]
        else:
            at += 1
    if len(rows) == len(table.rows):
        return table
    kept = [index for _, index in rows]
    return replace(
        table,
        rows=tuple(row for row, _ in rows),
        lines=tuple(table.lines[i] for i in kept) if table.lines else (),
        row_pages=tuple(table.row_pages[i] for i in kept) if table.row_pages else (),
    )


def _whole(row: Row, exponents: Row) -> Row | None:
    """A row with the exponents of the next one, which holds nothing but them."""
    return _joined(row, exponents, _OPEN, _EXPONENT, "{0}{1}")


def _raised(exponents: Row, row: Row) -> Row | None:
    """A row with the exponents, or the signs, of the one before it."""
    powers = _joined(row, exponents, _POWER, _EXPONENT, "{0}{1}")
    return powers or _joined(row, exponents, _SCIENTIFIC, _SIGN, "{1}{0}")


def _joined(
    row: Row, pieces: Row, wants: re.Pattern[str], fits: re.Pattern[str], form: str
) -> Row | None:
    """Each piece with the cell of its column, or, where a row has lost its empty cells, with the
    cell of its turn among those that want one; None unless every piece has its cell."""
    found = {i: text for i, cell in enumerate(pieces) if (text := _text(cell))}
    if not found or not all(fits.fullmatch(text) for text in found.values()):
        return None
    wanting = [i for i, cell in enumerate(row) if wants.fullmatch(_text(cell))]
    if not set(found) <= set(wanting) and len(wanting) == len(found) and len(pieces) < len(row):
        found = dict(zip(wanting, found.values(), strict=True))
    if not set(found) <= set(wanting):
        return None
    return tuple(
        replace(cell, text=form.format(_text(cell), found[i])) if i in found else cell
        for i, cell in enumerate(row)
    )


def _text(cell: RawCell) -> str:
    return "" if cell.copy else plain_text(cell.text)


def with_whole_numbers(blocks: Iterable[RawText | RawTable]) -> Iterator[RawText | RawTable]:
    """The blocks, their tables mended."""
    for one in blocks:
        yield mended(one) if isinstance(one, RawTable) else one
