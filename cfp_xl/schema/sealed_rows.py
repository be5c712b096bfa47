"""The rows of a growing table held against what the seal says of its columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cached_property

from cfp_xl.findings import CellRef, Finding, finding
from cfp_xl.footprint.columns import is_closing
from cfp_xl.footprint.wording import is_blank
from cfp_xl.functions.values import ExcelError
from cfp_xl.schema.formula_keys import (
    KeyedColumns,
    holds_anything,
    keyed_columns,
    runs_between,
    sealed_key,
)
from cfp_xl.schema.grown import Grown, GrownTable
from cfp_xl.workbook.address import MAX_COLUMNS, Bounds, range_address
from cfp_xl.workbook.model import Cell, Sheet
from cfp_xl.workbook.row_runs import RowRun


@dataclass(frozen=True)
class SealedRows:
    """A table, and the formulas that its columns had when it was sealed."""

    sheet: Sheet
    table: GrownTable
    grown: Grown
    sealed: Sequence[tuple[Bounds, str]]
    """Ranges of the sheet, and the key of their formulas."""
    frozen: AbstractSet[CellRef]
    """Cells whose formulas were taken out."""
    _known: dict[tuple[int, str], str | None] = field(default_factory=dict)

    def differences(self) -> Iterator[Finding]:
        """Each row, wherever it is now, has the formulas of its columns, unless blank.

        A row that has some of them was not inserted without them: the others are gone, where every
        sealed row had all; those whose formulas were frozen, to blank values, hold what they
        should.
        """
        below = (self.table.sealed[0] + 1, 1, self.table.bottom, MAX_COLUMNS)
        for rows, first, last in self.sheet.columns.layout.parts(below):
            for row in self._doubtful(rows, first, last):
                yield from self._of_row(row)

    def _doubtful(self, rows: RowRun, first: int, last: int) -> Iterable[int]:
        """Of rows of one shape those that may differ: all, unless each column has formulas."""
        shape = rows.shape
        if any(shape.places.get(column) not in shape.formulas for column in self.keys):
            return range(first, last + 1)
        odd: set[int] = set()
        for column, expected in self.keys.items():
            for run in runs_between(self._formulas, column, first, last):
                top, bottom = max(run.first, first), min(run.last, last)
                if self._sealed(column, run.key, top) not in expected:
                    odd.update(range(top, bottom + 1))
        return sorted(odd)

    def _of_row(self, row: int) -> Iterator[Finding]:
        sheet, (_, left, _, right) = self.sheet, self.table.sealed
        cells = (sheet.cells.get((row, column)) for column in range(left, right + 1))
        typed = [c.value for c in cells if c and c.formula is None and not is_blank(c.value)]
        if any(is_closing(value) for value in typed):
            return
        lacking = []
        for column, expected in self.keys.items():
            cell, where = sheet.cells.get((row, column)), sheet.ref(row, column)
            if not holds_anything(cell):
                if where not in self.frozen:
                    lacking.append(column)
                continue
            of_copies = next(runs_between(self._formulas, column, row, row), None)
            seen = self._sealed(column, of_copies.key, row) if of_copies else None
            yield from cell_difference(cell, seen, expected, where)
        if lacking and (typed or (self.is_regular and len(lacking) < len(self.keys))):
            where = sheet.ref(row, lacking[0])
            if len(lacking) > 1:
                where = CellRef(sheet.name, range_address((row, lacking[0], row, lacking[-1])))
            yield finding("W41", where, case="row", row=row, count=len(lacking))

    @cached_property
    def keys(self) -> Mapping[int, AbstractSet[str]]:
        """By column, in rising order, the keys of its formulas in the table."""
        found: dict[int, set[str]] = {}
        for (_, left, _, right), key in self._in_table:
            for column in range(left, right + 1):
                found.setdefault(column, set()).add(key)
        return dict(sorted(found.items()))

    @cached_property
    def is_regular(self) -> bool:
        """Whether every row that had a formula had all."""
        rows: dict[int, list[tuple[int, int]]] = {column: [] for column in self.keys}
        for (top, left, bottom, right), _ in sorted(self._in_table):
            for column in range(left, right + 1):
                spans = rows[column]
                if spans and spans[-1][1] >= top - 1:
                    top, bottom = spans[-1][0], max(spans.pop()[1], bottom)
                spans.append((top, bottom))
        return len({tuple(spans) for spans in rows.values()}) == 1

    @cached_property
    def _in_table(self) -> Sequence[tuple[Bounds, str]]:
        parts = ((self.table.within(bounds), key) for bounds, key in self.sealed)
        return [(bounds, key) for bounds, key in parts if bounds is not None]

    @cached_property
    def _formulas(self) -> KeyedColumns:
        return keyed_columns(self.sheet)

    def _sealed(self, column: int, key: str, row: int) -> str | None:
        """Copies share a key: what one is compared by, all are."""
        if (column, key) not in self._known:
            cell = self.sheet.cells[row, column]
            self._known[column, key] = sealed_key(cell, self.grown, self.sheet, row)
        return self._known[column, key]


def cell_difference(
    cell: Cell | None, seen: str | None, expected: AbstractSet[str], where: CellRef
) -> Iterator[Finding]:
    """What differs in a cell that was sealed with one of these keys."""
    if cell is None or not holds_anything(cell):
        yield finding("W41", where)
    elif cell.formula is None:
        yield finding("N01", where, seen=_shown(cell))
    elif seen not in expected:
        yield finding("W40", where, seen=cell.formula)


def _shown(cell: Cell) -> str:
    match cell.value:
        case bool():
            return "TRUE" if cell.value else "FALSE"
        case float():
            return f"{cell.value:.15g}"
        case ExcelError():
            return str(cell.value)
        case _:
            return f'"{cell.value}"'
