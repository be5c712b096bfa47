"""Which row, column and sheet of a returned workbook is which of the template's.

Suppliers insert rows, move columns and rename sheets. The texts that nobody is meant to change
tell where everything went; what a formula refers to is then said in the template's own rows and
columns, so that a moved formula is not taken for a changed one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property

from cfp_xl.functions.values import Scalar
from cfp_xl.workbook.address import Bounds
from cfp_xl.workbook.model import Sheet

Positions = Mapping[str, frozenset[tuple[int, int]]]
"""Cells by the name of their sheet, as (row, column)."""
Signature = tuple[str, ...]
"""The texts of a row or column by which it is known again; () for one that has none."""
MOST_PUT_IN = 2000
"""Rows or columns that a supplier may put in; what lies further out is not looked for."""
ALIKE = 0.5
"""Share of its texts by which a row or column with a changed text is still known."""


@dataclass(frozen=True)
class Axis:
    """Rows, or columns: `to` gives the returned number by the template's, where it is left."""

    to: Mapping[int, int]

    @cached_property
    def back(self) -> Mapping[int, int]:
        return {there: here for here, there in self.to.items()}

    @cached_property
    def is_same(self) -> bool:
        """Whether nothing was moved, put in or taken out."""
        return all(here == there for here, there in self.to.items())

    def origin(self, there: int) -> int | None:
        """The template's number of a returned one; None for what was put in.

        What lies beyond the last known one moved along with it.
        """
        if self.is_same and there not in self.back:
            return there
        found = self.back.get(there)
        if found is not None or not self.to:
            return found
        last = max(self.back)
        return there - last + self.back[last] if there > last else None

    def origins(self, first: int, last: int) -> tuple[tuple[int, int], ...]:
        """The runs of the template's numbers that a range of returned ones covers."""
        if self.is_same:
            return ((first, last),)
        beyond = max(self.back, default=0)
        inside = [self.origin(n) for n in range(first, min(last, beyond) + 1)]
        runs = _runs(sorted(n for n in inside if n is not None))
        if last <= beyond:
            return runs
        # One run for all that lies below or to the right, however far it goes.
        start, end = self.origin(max(first, beyond + 1)), self.origin(last)
        assert start is not None
        assert end is not None
        return _joined([*runs, (start, end)])


JOIN = ";"
"""Between the runs of a range that has gaps; in a formula no semicolon follows a reference."""


@dataclass(frozen=True)
class AlignedSheet:
    """A returned sheet beside the template's sheet that it was made from."""

    base: Sheet
    sheet: Sheet
    rows: Axis
    columns: Axis
    table: tuple[int, int] | None = None
    """The template's rows of a table that people sort, shorten and lengthen: where it is given, a
    range of several of them means the table, whichever it names."""

    @classmethod
    def of_itself(cls, sheet: Sheet) -> AlignedSheet:
        """A sheet of the template in its own place."""
        return cls(sheet, sheet, Axis({}), Axis({}))

    def cell(self, row: int, column: int) -> tuple[int, int] | None:
        """Where a cell of the template stands now; None where its row or column is gone."""
        there = self.rows.to.get(row), self.columns.to.get(column)
        return None if there[0] is None or there[1] is None else (there[0], there[1])

    def origin(self, row: int, column: int) -> tuple[int, int] | None:
        """The template's cell that a returned one is; None in a row or column put in."""
        here = self.rows.origin(row), self.columns.origin(column)
        return None if here[0] is None or here[1] is None else (here[0], here[1])

    def spell(self, bounds: Bounds) -> str:
        """A returned range as it is called in the template."""
        top, left, bottom, right = bounds
        rows, columns = self.rows.origins(top, bottom), self.columns.origins(left, right)
        return f"R{self._spelled_rows(rows, top, bottom)}C{_spelled(columns)}"

    def _spelled_rows(self, rows: Sequence[tuple[int, int]], top: int, bottom: int) -> str:
        if self.table is None or top == bottom:
            return _spelled(rows)
        first, last = self.table
        above = [(start, min(end, first - 1)) for start, end in rows if start < first]
        below = [(max(start, last + 1), end) for start, end in rows if end > last]
        is_in_table = any(start <= last and end >= first for start, end in rows)
        table = ["table"] if is_in_table or not rows else []
        return JOIN.join(
            [*filter(None, [_spelled(above)]), *table, *filter(None, [_spelled(below)])]
        )


def place(
    base: Sheet, sheet: Sheet, labels: Mapping[tuple[int, int], str], size: tuple[int, int]
) -> AlignedSheet:
    """Aligns two sheets by the template's `labels`; `size` is its last row and column."""
    words = frozenset(labels.values())
    found = {
        (row, column): text
        for (row, column), cell in sheet.cells.items()
        if row <= size[0] + MOST_PUT_IN and column <= size[1] + MOST_PUT_IN
        if cell.formula is None and (text := tidied(cell.value)) in words
    }
    last = (max((r for r, _ in found), default=0), max((c for _, c in found), default=0))
    axes = []
    for side in (0, 1):
        ours = _signatures(labels, side, size[side])
        theirs = _signatures(found, side, max(last[side], size[side]))
        axes.append(Axis(align(ours, theirs)))
    return AlignedSheet(base, sheet, axes[0], axes[1])


def tidied(value: Scalar) -> str:
    """A text without what programs change in saving: line ends, blanks at its ends."""
    return " ".join(value.split()) if isinstance(value, str) else ""


def align(ours: Sequence[Signature], theirs: Sequence[Signature]) -> dict[int, int]:
    """Pairs the template's rows (or columns, counted from 1) with the returned ones.

    In their order as far as it was kept, then those that stand elsewhere, then those that lost a
    text or got another.
    """
    if list(ours) == list(theirs[: len(ours)]) and not any(theirs[len(ours) :]):
        return {n: n for n in range(1, len(ours) + 1)}
    pairs: dict[int, int] = {}
    known = set(ours) & set(theirs)
    matcher = SequenceMatcher(None, ours, theirs, autojunk=False)
    for kind, start, end, other, other_end in matcher.get_opcodes():
        is_changed = kind == "replace" and end - start == other_end - other
        if kind == "equal" or (
            is_changed and known.isdisjoint({*ours[start:end], *theirs[other:other_end]})
        ):
            pairs.update(zip(range(start, end), range(other, other_end), strict=True))
    _pair_moved(pairs, ours, theirs)
    _pair_alike(pairs, ours, theirs)
    return {here + 1: there + 1 for here, there in sorted(pairs.items())}


def _pair_moved(
    pairs: dict[int, int], ours: Sequence[Signature], theirs: Sequence[Signature]
) -> None:
    waiting: dict[Signature, list[int]] = {}
    for there in _left(theirs, pairs.values()):
        waiting.setdefault(theirs[there], []).append(there)
    for here in _left(ours, pairs):
        if ours[here] and waiting.get(ours[here]):
            pairs[here] = waiting[ours[here]].pop(0)
    # One without texts follows the one before it.
    taken = set(pairs.values())
    for here in _left(ours, pairs):
        there = pairs.get(here - 1, -2) + 1
        if not ours[here] and 0 <= there < len(theirs) and not theirs[there] and there not in taken:
            pairs[here] = there
            taken.add(there)


def _pair_alike(
    pairs: dict[int, int], ours: Sequence[Signature], theirs: Sequence[Signature]
) -> None:
    left = [there for there in _left(theirs, pairs.values()) if theirs[there]]
    for here in _left(ours, pairs):
        if not ours[here] or not left:
            continue
        best = max(left, key=lambda there: _likeness(ours[here], theirs[there]))
        if _likeness(ours[here], theirs[best]) >= ALIKE:
            pairs[here] = best
            left.remove(best)


def _left(signatures: Sequence[Signature], taken: Iterable[int]) -> list[int]:
    is_taken = set(taken)
    return [n for n in range(len(signatures)) if n not in is_taken]


def _likeness(one: Signature, other: Signature) -> float:
    first, second = set(one), set(other)
    return len(first & second) / len(first | second)


def _signatures(
    texts: Mapping[tuple[int, int], str], side: int, count: int
) -> tuple[Signature, ...]:
    """By row (`side` 0) or column (1): its texts, from left to right or from top to bottom."""
    found: list[list[str]] = [[] for _ in range(count)]
    for position in sorted(texts, key=lambda p: (p[side], p[1 - side])):
        found[position[side] - 1].append(texts[position])
    return tuple(tuple(one) for one in found)


def _runs(numbers: Sequence[int]) -> tuple[tuple[int, int], ...]:
    return _joined([(number, number) for number in numbers])


def _joined(runs: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    joined: list[tuple[int, int]] = []
    for start, end in runs:
        if joined and start == joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return tuple(joined)


def _spelled(runs: Sequence[tuple[int, int]]) -> str:
    return JOIN.join(f"{start}" if start == end else f"{start}:{end}" for start, end in runs)
