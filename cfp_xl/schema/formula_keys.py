"""What copies of a formula have in common, as the seal keeps it, and where in a sheet they are."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from operator import attrgetter
from typing import NamedTuple
from weakref import WeakKeyDictionary

from cfp_xl.schema.grown import Grown, as_sealed
from cfp_xl.workbook.formulas.canonical import relative_key
from cfp_xl.workbook.layout import CellLayout
from cfp_xl.workbook.model import Cell, Sheet

HASH_LENGTH = 12


class KeyedRun(NamedTuple):
    """Formula cells of a column, one below the other, with one key."""

    first: int
    last: int
    key: str


KeyedColumns = Mapping[int, Sequence[KeyedRun]]
"""By column, from above."""

_of_layouts: WeakKeyDictionary[CellLayout, KeyedColumns] = WeakKeyDictionary()


def keyed_columns(sheet: Sheet) -> KeyedColumns:
    """All formulas of a sheet; the copies of a template share them."""
    layout = sheet.columns.layout
    if (known := _of_layouts.get(layout)) is not None:
        return known
    found: dict[int, list[KeyedRun]] = {}
    for row, column, height, formula in layout.runs:
        key = digest(relative_key(formula.text, row, column))
        runs = found.setdefault(column, [])
        before = runs[-1] if runs else None
        if before is not None and before.key == key and before.last == row - 1:
            runs[-1] = before._replace(last=row + height - 1)
        else:
            runs.append(KeyedRun(row, row + height - 1, key))
    return _of_layouts.setdefault(layout, found)


def digest(text: str) -> str:
    """As the seal writes it."""
    return hashlib.sha256(text.encode()).hexdigest()[:HASH_LENGTH]


def sealed_key(cell: Cell, grown: Grown, sheet: Sheet, row: int) -> str | None:
    """The key of a cell's formula, told from `row`, as if no table had grown.

    A formula of a table that looks at the row above it looks further up once rows without formulas
    were inserted between: that is no change of it.
    """
    if cell.formula is None:
        return None
    table = grown.get(sheet.name.casefold())
    if table is None or not table.holds(cell.row):
        formula = as_sealed(cell.formula, sheet.name, grown)
        return digest(relative_key(formula, row, cell.column))

    def told(other: int) -> int:
        between = range(other + 1, cell.row)
        is_above = other < cell.row - 1 and not any(
            holds_anything(sheet.cells.get((r, cell.column))) for r in between
        )
        return cell.row - 1 if is_above else other

    return digest(relative_key(as_sealed(cell.formula, sheet.name, grown, told), row, cell.column))


def holds_anything(cell: Cell | None) -> bool:
    """Whether there is a formula, or a value that is not blank."""
    return cell is not None and (cell.formula is not None or cell.value not in (None, ""))


def runs_between(columns: KeyedColumns, column: int, first: int, last: int) -> Iterator[KeyedRun]:
    """The formulas of a column between two rows."""
    runs = columns.get(column, ())
    at = max(bisect_right(runs, first, key=attrgetter("first")) - 1, 0)
    while at < len(runs) and runs[at].first <= last:
        if runs[at].last >= first:
            yield runs[at]
        at += 1
