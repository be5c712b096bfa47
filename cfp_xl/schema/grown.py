"""Our tables in a workbook as they were when it was sealed, and as they are now.

People insert, delete and sort rows; programs then move names, references and what stands below.
A table keeps its headings' place and its columns; its last row says by how much it has grown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from cfp_xl.footprint.columns import is_closing
from cfp_xl.schema.region import CLOSING, PREFIX
from cfp_xl.workbook.address import Bounds
from cfp_xl.workbook.formulas.moved_rows import MoveRow, moving, with_rows_moved
from cfp_xl.workbook.formulas.references import references
from cfp_xl.workbook.model import Workbook


@dataclass(frozen=True)
class GrownTable:
    """A table on a sheet: its name's range when sealed, and its last row now."""

    sheet: str
    sealed: Bounds
    bottom: int

    @property
    def growth(self) -> int:
        return self.bottom - self.sealed[2]

    def holds(self, row: int) -> bool:
        """Whether this is now a row of the table, below its headings."""
        return self.sealed[0] < row <= self.bottom

    def held(self, row: int) -> bool:
        """Whether it was one when sealed."""
        return self.sealed[0] < row <= self.sealed[2]

    def within(self, bounds: Bounds) -> Bounds | None:
        """What of a range was in its rows when sealed."""
        top, left, bottom, right = bounds
        first, last = max(top, self.sealed[0] + 1), min(bottom, self.sealed[2])
        return (first, left, last, right) if first <= last else None

    def outside(self, bounds: Bounds) -> Iterator[Bounds]:
        """What of a range was above and below them."""
        top, left, bottom, right = bounds
        if top <= self.sealed[0]:
            yield top, left, min(bottom, self.sealed[0]), right
        if bottom > self.sealed[2]:
            yield max(top, self.sealed[2] + 1), left, bottom, right

    def now(self, row: int) -> int:
        """Where a row outside the table is now."""
        return row if row <= self.sealed[0] else row + self.growth

    def then(self, row: int) -> int:
        """Where a row was; the table's last row was its last, one within it is as good as any."""
        return row - self.growth if row >= self.bottom else row


Grown = Mapping[str, GrownTable]
"""By casefolded sheet: the sheets of our templates hold one growing table each."""


def grown_tables(workbook: Workbook, sealed: Mapping[str, str], now: Mapping[str, str]) -> Grown:
    """The growing tables by what their names referred to when sealed, and refer to now.

    A table without a closing row (of earlier templates) may have grown, but not become shorter: a
    name that lost rows might leave out some that are there.
    """
    found = {}
    for table in CLOSING:
        name = PREFIX + table
        before, after = _range(sealed.get(name)), _range(now.get(name))
        if before is None or after is None or before[0] != after[0]:
            continue
        sheet, (top, left, _, right), bounds = before[0], before[1], after[1]
        is_there = (top, left, right) == (bounds[0], bounds[1], bounds[3]) and bounds[2] > top
        if is_there and (bounds[2] >= before[1][2] or _is_closed(workbook, sheet, bounds)):
            found[sheet.casefold()] = GrownTable(sheet, before[1], bounds[2])
    return found


def _is_closed(workbook: Workbook, name: str, bounds: Bounds) -> bool:
    _, left, bottom, right = bounds
    sheet = workbook.sheet(name)
    return sheet is not None and any(
        is_closing(sheet.columns.value((bottom, column))) for column in range(left, right + 1)
    )


InRow = Callable[[int], int]
"""Within a table: a row that a formula tells from its own → the row it was told from then."""


def as_sealed(formula: str, sheet: str, grown: Grown, in_row: InRow | None = None) -> str:
    """A formula of `sheet` as it would read if no table had grown.

    In a row of a table `in_row` says what becomes of rows that are told from the row itself.
    """
    if not any(table.growth for table in grown.values()):
        return formula

    def moves(name: str) -> MoveRow | None:
        table = grown.get(name.casefold())
        if table is None or not table.growth:
            return None
        move = moving(table.then)
        if in_row is None or name.casefold() != sheet.casefold():
            return move
        told = moving(in_row)
        return lambda text: (move if text.startswith("$") else told)(text)

    return with_rows_moved(formula, sheet, moves)


def _range(formula: str | None) -> tuple[str, Bounds] | None:
    found = references(formula, "") if formula else ()
    return (found[0].sheet, found[0].bounds) if len(found) == 1 and found[0].sheet else None
