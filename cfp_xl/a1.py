"""A1 addresses: columns as letters and numbers, cells, plain ranges, the edges of the grid."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

MAX_ROWS = 1_048_576
MAX_COLUMNS = 16_384

Bounds = tuple[int, int, int, int]
"""First row, first column, last row, last column; all counted from 1 and included."""

_CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,10})")


@lru_cache(maxsize=20_000)
def column_number(letters: str) -> int:
    """`A` is 1, `XFD` is 16384."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


@lru_cache(maxsize=20_000)
def column_letters(number: int) -> str:
    """1 is `A`, 16384 is `XFD`."""
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def address(row: int, column: int) -> str:
    """The cell as `G10`; `row` and `column` from 1."""
    return f"{column_letters(column)}{row}"


def cell_position(text: str) -> tuple[int, int] | None:
    """(row, column) of `B7` or `$B$7`; None where the text is no cell. May lie beyond the grid."""
    match = _CELL.fullmatch(text)
    return (int(match[2]), column_number(match[1])) if match else None


def is_within_grid(row: int, column: int) -> bool:
    """Whether Excel has a cell there: 1,048,576 rows and 16,384 columns."""
    return 1 <= row <= MAX_ROWS and 1 <= column <= MAX_COLUMNS


def range_bounds(text: str) -> Bounds | None:
    """The bounds of `A1:B7` or `$A$1`, corners in any order; None where it is no range."""
    first_text, _, last_text = text.partition(":")
    first = cell_position(first_text)
    last = cell_position(last_text) if last_text else first
    if first is None or last is None:
        return None
    (top, bottom), (left, right) = sorted((first[0], last[0])), sorted((first[1], last[1]))
    return top, left, bottom, right


def range_address(bounds: Bounds) -> str:
    """`A1:B7`, or `A1` where the range is one cell."""
    top, left, bottom, right = bounds
    first, last = address(top, left), address(bottom, right)
    return first if first == last else f"{first}:{last}"


def cells_of(bounds: Bounds) -> Iterator[tuple[int, int]]:
    """The cells of a range, row by row."""
    top, left, bottom, right = bounds
    return ((row, column) for row in range(top, bottom + 1) for column in range(left, right + 1))
