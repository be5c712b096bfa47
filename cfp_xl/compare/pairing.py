"""Which sheet, row and column of the new workbook is which of the old one."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from cfp_xl.compare.table_ranges import as_ranges, data_rows, has_tables
from cfp_xl.engine.areas import CellKey
from cfp_xl.workbook.alignment.align import JOIN, AlignedSheet, Axis, place, tidied
from cfp_xl.workbook.alignment.formula_meaning import meaning
from cfp_xl.workbook.model import ListTable, Sheet, Workbook

ALIKE = 0.5
"""Part of their texts by which sheets of different names are one that was renamed."""


Placed = tuple[str, CellKey]
"""A formula, and the cell that it is in."""

_RUNS = rf"\d+(?::\d+)?(?:{JOIN}\d+(?::\d+)?)*"
_RANGE = re.compile(rf"\[(?P<sheet>[^\]]*)\]R(?P<rows>{_RUNS})C(?P<columns>{_RUNS})")
_NONE: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Pairing:
    """Two workbooks side by side."""

    old: Workbook
    new: Workbook
    sheets: tuple[AlignedSheet, ...]
    added: tuple[Sheet, ...]
    removed: tuple[Sheet, ...]

    def said_before(self, formula: str, sheet: str) -> str:
        """A formula of the old workbook in one spelling, without what was taken out since."""
        said = meaning(formula, sheet, self._old_places)
        return _RANGE.sub(self._left, said) if self._gone else said

    def is_same(self, before: Placed, after: Placed) -> bool:
        """Whether two formulas say the same: a table and the range it covers are one."""
        (old, was), (new, now) = before, after
        if self.said_before(old, was.sheet) == self.says_now(new, now.sheet):
            return True
        if not has_tables(old) and not has_tables(new):
            return False
        old, new = as_ranges(old, self.old, was), as_ranges(new, self.new, now)
        return self.said_before(old, was.sheet) == self.says_now(new, now.sheet)

    @property
    def shorter_tables(self) -> Iterator[tuple[ListTable, ListTable]]:
        """Tables that no longer cover rows that are still there: `Goods[kg]` leaves these out."""
        now = {one.name.casefold(): one for one in self.new.tables}
        sheets = {one.base.name.casefold(): one for one in self.sheets}
        for old in self.old.tables:
            new, place = now.get(old.name.casefold()), sheets.get(old.sheet.casefold())
            if new is None or place is None or place.sheet.name.casefold() != new.sheet.casefold():
                continue
            were, are = data_rows(old), data_rows(new)
            left = (place.rows.to.get(row) if place.rows.to else row for row in were)
            if any(row is not None and row not in are for row in left):
                yield old, new

    def _left(self, found: re.Match[str]) -> str:
        gone_rows, gone_columns = self._gone.get(found["sheet"], (_NONE, _NONE))
        rows, columns = _without(found["rows"], gone_rows), _without(found["columns"], gone_columns)
        return f"[{found['sheet']}]R{rows}C{columns}"

    @cached_property
    def _gone(self) -> Mapping[str, tuple[frozenset[int], frozenset[int]]]:
        """Rows and columns that were taken out, by the old sheet's name."""
        found = {}
        for one in self.sheets:
            rows = frozenset(row for row, _ in one.base.cells) - one.rows.to.keys()
            columns = frozenset(column for _, column in one.base.cells) - one.columns.to.keys()
            if one.rows.to and (rows or columns):
                found[one.base.name] = rows, columns
        return found

    def says_now(self, formula: str, sheet: str) -> str:
        """A formula of the new workbook in the cells of the old one."""
        return meaning(formula, sheet, self._new_places)

    @cached_property
    def _old_places(self) -> Mapping[str, AlignedSheet]:
        return {one.name.casefold(): AlignedSheet.of_itself(one) for one in self.old.sheets}

    @cached_property
    def _new_places(self) -> Mapping[str, AlignedSheet]:
        return {one.sheet.name.casefold(): one for one in self.sheets}


def _without(runs: str, gone: frozenset[int]) -> str:
    """The runs `2:5` without some numbers in them: `2;4:5`; as they are where nothing is left."""
    left: list[str] = []
    for run in runs.split(JOIN):
        first, _, last = run.partition(":")
        start, end = int(first), int(last or first)
        for number in sorted(n for n in gone if start <= n <= end):
            if start < number:
                left.append(_run(start, number - 1))
            start = number + 1
        if start <= end:
            left.append(_run(start, end))
    return JOIN.join(left) or runs


def _run(first: int, last: int) -> str:
    return f"{first}" if first == last else f"{first}:{last}"


def paired(old: Workbook, new: Workbook) -> Pairing:
    """Sheets by name, then by their texts; rows and columns by their texts."""
    pairs: dict[str, Sheet] = {}
    left = {sheet.name.casefold(): sheet for sheet in new.sheets}
    for sheet in old.sheets:
        if (same := left.pop(sheet.name.casefold(), None)) is not None:
            pairs[sheet.name] = same
    for sheet in old.sheets:
        if sheet.name in pairs or not left:
            continue
        best = max(left.values(), key=lambda other: _likeness(sheet, other))
        if _likeness(sheet, best) >= ALIKE:
            pairs[sheet.name] = left.pop(best.name.casefold())
    aligned = tuple(
        _aligned(sheet, pairs[sheet.name]) for sheet in old.sheets if sheet.name in pairs
    )
    removed = tuple(sheet for sheet in old.sheets if sheet.name not in pairs)
    return Pairing(old, new, aligned, tuple(left.values()), removed)


def _aligned(old: Sheet, new: Sheet) -> AlignedSheet:
    labels = {
        position: text
        for position, cell in old.cells.items()
        if cell.formula is None and (text := tidied(cell.value))
    }
    rows = max((row for row, _ in old.cells), default=1)
    columns = max((column for _, column in old.cells), default=1)
    found = place(old, new, labels, (rows, columns))
    last = [max((at[side] for at in new.cells), default=1) for side in (0, 1)]
    labelled = [{at[side] for at in labels} for side in (0, 1)]
    across = _with_neighbours(found.columns, columns, last[1])
    return replace(
        found,
        rows=_in_place(found.rows, labelled[0], rows, last[0]),
        columns=_in_place(across, labelled[1], columns, last[1]),
    )


def _in_place(axis: Axis, labelled: Collection[int], count: int, last: int) -> Axis:
    """All of them where they were, if that is so of those that texts tell and none are more."""
    if count == last and all(axis.to.get(at, at) == at for at in labelled):
        return Axis({at: at for at in range(1, count + 1)})
    return axis


def _with_neighbours(axis: Axis, count: int, last: int) -> Axis:
    """Columns that no text tells, or another text now, beside their neighbour as before."""
    to = dict(axis.to)
    taken = set(to.values())
    for here in range(1, count + 1):
        there = to.get(here - 1, here - 1) + 1
        if here not in to and there <= max(last, count) and there not in taken:
            to[here] = there
            taken.add(there)
    return Axis(to)


def _likeness(one: Sheet, other: Sheet) -> float:
    first, second = _texts(one), _texts(other)
    return len(first & second) / len(first | second) if first | second else 0.0


def _texts(sheet: Sheet) -> frozenset[str]:
    found = (tidied(cell.value) for cell in sheet.cells.values() if cell.formula is None)
    return frozenset(text for text in found if text)
