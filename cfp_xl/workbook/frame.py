"""What a sheet's part says around its cells, and their styles: kept as it is until somebody asks
how cells look."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

Styles: TypeAlias = tuple[tuple[int, int], ...]
"""Column and style of each cell of a row, blank ones too."""


class StyledRows(NamedTuple):
    """`height` rows from `first` on, whose cells stand in the same columns in the same styles."""

    first: int
    height: int
    styles: Styles


class StyleRun(NamedTuple):
    """Cells of a column, one below the other, of one style."""

    first: int
    last: int
    style: int


class ColumnStyles:
    """The styles of a sheet's cells, column by column."""

    def __init__(self, rows: Iterable[StyledRows] = ()) -> None:
        self._runs: dict[int, list[StyleRun]] = {}
        self._firsts: dict[int, list[int]] = {}
        for first, height, styles in rows:
            for column, style in styles:
                self.add(first, first + height - 1, column, style)

    def add(self, first: int, last: int, column: int, style: int) -> None:
        """Cells of a column that stand below all before them."""
        runs = self._runs.setdefault(column, [])
        if runs and runs[-1].style == style and runs[-1].last == first - 1:
            runs[-1] = StyleRun(runs[-1].first, last, style)
            return
        runs.append(StyleRun(first, last, style))
        self._firsts.setdefault(column, []).append(first)

    def at(self, row: int, column: int) -> int:
        """The style of a cell; 0 where there is none."""
        found = next(self.along(column, row, row), None)
        return found.style if found else 0

    def along(self, column: int, first: int, last: int) -> Iterator[StyleRun]:
        """The styles of the cells of a column between two rows."""
        runs: Sequence[StyleRun] = self._runs.get(column, ())
        at = max(bisect_right(self._firsts[column], first) - 1, 0) if runs else 0
        while at < len(runs) and runs[at].first <= last:
            if runs[at].last >= first:
                yield runs[at]
            at += 1


@dataclass(frozen=True, eq=False)
class SheetFrame:
    """A sheet's part without its cells; copies of a template share it."""

    xml: bytes
    """With one row tag of each kind in place of all rows."""
    rows: tuple[Sequence[int], ...]
    """The rows of each kind."""
    styled: Sequence[StyledRows]
