"""Which formula cells refer to a cell: for every block, an index of the ranges its cells refer to.

A block's cells refer to the same ranges moved on from cell to cell, so that those which meet a
changed area are always one stretch of the block, found by arithmetic.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from cfp_xl.engine.areas import Area, CellKey
from cfp_xl.engine.blocks import STAYS, Block, moved
from cfp_xl.engine.plan import Plan
from cfp_xl.engine.tree import Moves

BAND_ROWS = 64
"""Ranges are indexed by bands of so many rows, …"""
MOST_BANDS = 4
"""… or, where they are longer, by their columns alone, …"""
MOST_COLUMNS = 64
"""… or, where they are wider, by their sheet alone."""

MOST_KNOWN = 4096
"""Answers that are kept: the next change often moves the same cells."""

MOST_PIECES = 16
"""Changed cells of a block in more pieces count as one."""

Read = Mapping[CellKey, Mapping[Area, None]]


@dataclass(frozen=True, slots=True)
class _Reader:
    """The cells of a block from `first` to `last`, and a range that they refer to."""

    block: int
    first: int
    last: int
    area: Area
    """As the block's first cell refers to it."""
    moves: Moves

    def stretch(self, changed: Area) -> tuple[int, int] | None:
        """The first and last cell that refer to something in `changed`."""
        low, high = self.first, self.last
        _, top, left, bottom, right = self.area
        for edge, move, limit in (
            (top, self.moves[0], changed.last_row),
            (left, self.moves[1], changed.last_column),
        ):
            if move:
                high = min(high, limit - edge)
            elif edge > limit:
                return None
        for edge, move, limit in (
            (bottom, self.moves[2], changed.first_row),
            (right, self.moves[3], changed.first_column),
        ):
            if move:
                low = max(low, limit - edge)
            elif edge < limit:
                return None
        return (low, high) if low <= high else None


class Dependents:
    """Answers which cells depend on an area directly; `read` is what cells found besides."""

    def __init__(self, plan: Plan, read: Read) -> None:
        self._bands: dict[tuple[str, int, int], list[_Reader]] = {}
        self._columns: dict[tuple[str, int], list[_Reader]] = {}
        self._sheets: dict[str, list[_Reader]] = {}
        self.found: dict[CellKey, tuple[Area, ...]] = {}
        """By cells: ranges that are not written in them (OFFSET, INDIRECT)."""
        self._of: dict[Area, tuple[tuple[int, int, int], ...]] = {}
        for number, block in enumerate(plan.blocks):
            last = block.count - 1
            for area, moves in block.references:
                self._add(_Reader(number, 0, last, area, moves))
        for key, areas in read.items():
            found = plan.find(key)
            assert found is not None
            unwritten = unwritten_of(areas, plan.blocks[found[0]].areas(found[1]))
            if unwritten:
                self.found[key] = unwritten
            for area in unwritten:
                self._add(_Reader(found[0], found[1], found[1], area, STAYS))

    def _add(self, reader: _Reader) -> None:
        area, moves = reader.area, reader.moves
        end = moved(area, moves, reader.last)
        top, bottom = min(area.first_row, end.first_row), max(area.last_row, end.last_row)
        left = min(area.first_column, end.first_column)
        right = max(area.last_column, end.last_column)
        if right - left >= MOST_COLUMNS:
            self._sheets.setdefault(area.sheet, []).append(reader)
            return
        bands = range(top // BAND_ROWS, bottom // BAND_ROWS + 1)
        for column in range(left, right + 1):
            if len(bands) > MOST_BANDS:
                self._columns.setdefault((area.sheet, column), []).append(reader)
                continue
            for band in bands:
                self._bands.setdefault((area.sheet, column, band), []).append(reader)

    def of(self, changed: Area) -> tuple[tuple[int, int, int], ...]:
        """(block, first, last) of the cells that refer to something in a narrow area."""
        if (known := self._of.get(changed)) is None:
            known = tuple(self._found(changed))
            if len(self._of) >= MOST_KNOWN:
                self._of.clear()
            self._of[changed] = known
        return known

    def _found(self, changed: Area) -> Iterator[tuple[int, int, int]]:
        seen: set[int] = set()
        for reader in self._near(changed):
            if id(reader) in seen:
                continue
            seen.add(id(reader))
            if (stretch := reader.stretch(changed)) is not None:
                yield reader.block, *stretch

    def _near(self, changed: Area) -> Iterator[_Reader]:
        sheet = changed.sheet
        yield from self._sheets.get(sheet, ())
        first, last = changed.first_row // BAND_ROWS, changed.last_row // BAND_ROWS
        for column in range(changed.first_column, changed.last_column + 1):
            yield from self._columns.get((sheet, column), ())
            for band in range(first, last + 1):
                yield from self._bands.get((sheet, column, band), ())


def areas_of(block: Block, offsets: list[int]) -> Iterator[Area]:
    """The areas that these cells make up; where they are many pieces, one around them all."""
    if len(offsets) < 2:
        for key in map(block.key, offsets):
            yield Area(*key, *key[1:])
        return
    ordered = sorted(offsets)
    breaks = [at for at in range(1, len(ordered)) if ordered[at] != ordered[at - 1] + 1]
    if len(breaks) >= MOST_PIECES:
        breaks = []
    for start, end in pairwise([0, *breaks, len(ordered)]):
        first, last = block.key(ordered[start]), block.key(ordered[end - 1])
        yield Area(*first, *last[1:])


def unwritten_of(read: Iterable[Area], written: tuple[Area, ...]) -> tuple[Area, ...]:
    """What lies in none of the ranges written in the formula."""
    return tuple(a for a in read if a not in written and not any(_holds(w, a) for w in written))


def _holds(outer: Area, inner: Area) -> bool:
    return (
        outer.sheet == inner.sheet
        and outer.first_row <= inner.first_row
        and outer.first_column <= inner.first_column
        and outer.last_row >= inner.last_row
        and outer.last_column >= inner.last_column
    )
