"""A workbook laid out as it was when it was sealed: what people put between is taken out again.

Inserting a row above a table or between settings, inserting a column, renaming a sheet are ordinary
editing; programs then move names and references. The seal knows where formulas and names were, so
the rows and columns between are found by laying the pattern of both side by side. A table's own
rows are another matter: they come and go (`grown.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial

from cfp_xl.findings import CellRef, Finding
from cfp_xl.footprint.columns import LONGEST_KEPT, column_of
from cfp_xl.schema.region import CLOSING, PREFIX
from cfp_xl.workbook.address import Bounds, address, cells_of, range_address, range_bounds
from cfp_xl.workbook.formulas.moved_rows import with_cells_moved
from cfp_xl.workbook.formulas.references import references
from cfp_xl.workbook.model import Sheet, Workbook

Runs = Mapping[str, tuple[tuple[Bounds, str], ...]]
MOST_CELLS = 100_000
"""Formulas outside growing tables: ours have a few hundred; a seal could claim whole columns."""
MOST_PAIRS = 400_000
"""A sheet with more rows than that many pairs of rows are not laid side by side."""


class _TooLarge(Exception):
    """More than is laid side by side."""


@dataclass(frozen=True)
class Places:
    """Rows or columns of a sheet now, and where each was; 0 for one put in between."""

    then: tuple[int, ...] = ()
    shift: int = 0
    """Of all behind: how much further they are now."""

    def was(self, now: int) -> int:
        return self.then[now - 1] if now <= len(self.then) else now - self.shift

    def read(self, now: int) -> int:
        """As references have it: what was put in between counts with what lies before it."""
        while now > 0 and not (then := self.was(now)):
            now -= 1
        return max(then if now > 0 else 1, 1)

    def now(self, then: int) -> int:
        last = max(self.then, default=0)
        return self.then.index(then) + 1 if then in self.then else max(then, last) + self.shift


@dataclass(frozen=True)
class Moved:
    """How a sheet was changed since."""

    name: str
    rows: Places = field(default_factory=Places)
    columns: Places = field(default_factory=Places)


@dataclass(frozen=True)
class LaidOut:
    """The workbook as it lay, and where its cells are now."""

    workbook: Workbook
    moved: Mapping[str, tuple[str, Moved]]
    """By the casefolded name of then: the name of now, and what moved."""

    def found(self, one: Finding) -> Finding:
        """A finding at the place where its cell is now."""
        return replace(one, where=self.now(one.where)) if one.where else one

    def now(self, where: CellRef) -> CellRef:
        name, moved = self.moved.get(where.sheet.casefold(), (where.sheet, Moved(where.sheet)))
        bounds = range_bounds(where.cell)
        if bounds is None:
            return CellRef(name, where.cell)
        top, left, bottom, right = bounds
        rows, columns = moved.rows, moved.columns
        corners = rows.now(top), columns.now(left), rows.now(bottom), columns.now(right)
        is_cell = (top, left) == (bottom, right)
        return CellRef(name, address(*corners[:2]) if is_cell else range_address(corners))


def as_laid_out(
    workbook: Workbook, runs: Runs, sealed: Mapping[str, str], now: Mapping[str, str]
) -> LaidOut | None:
    """The workbook as it lay when sealed, by formulas (`runs`) and names; None if nothing moved."""
    try:
        moved = _moved(workbook, runs, sealed, now)
    except _TooLarge:
        return None
    if not moved:
        return None
    places = {one.name.casefold(): (name, one) for name, one in moved.items()}
    return LaidOut(_laid_out(workbook, moved), places)


def _moved(
    workbook: Workbook, runs: Runs, sealed: Mapping[str, str], now: Mapping[str, str]
) -> dict[str, Moved]:
    """The sheets that lie otherwise now, by their names of now."""
    names = _old_names(workbook, runs, sealed, now)
    moved: dict[str, Moved] = {}
    for sheet in workbook.sheets:
        name = names.get(sheet.name, sheet.name)
        before = _Pattern.of((bounds for bounds, _ in runs.get(name, ())), name, sealed)
        formulas = sheet.columns.layout.formula_positions
        after = _Pattern.of(((*at, *at) for at in formulas), sheet.name, now)
        columns = _aligned(before.columns(), after.columns(), partial(_costs, sheet, 1))
        rows = _aligned(before.rows(Places()), after.rows(columns), partial(_costs, sheet, 0))
        one = Moved(name, rows, columns)
        if one != Moved(sheet.name):
            moved[sheet.name] = one
    return moved


def _old_names(
    workbook: Workbook, runs: Runs, sealed: Mapping[str, str], now: Mapping[str, str]
) -> dict[str, str]:
    """What sheets were called whose name the seal does not know: by a name that leads there, else
    by their turn among those that are left."""
    then = {sheet for name in sealed.values() if (sheet := _sheet_of(name))} | set(runs)
    here = {sheet.name.casefold() for sheet in workbook.sheets}
    lost = [name for name in then if name.casefold() not in here]
    known = {name.casefold() for name in then}
    found: dict[str, str] = {}
    for name, formula in sealed.items():
        before, after = _sheet_of(formula), _sheet_of(now.get(name, ""))
        if before in lost and after and after.casefold() not in known:
            found.setdefault(after, before)
    left = [name for name in runs if name in lost and name not in found.values()]
    new = [
        sheet.name
        for sheet in workbook.sheets
        if sheet.name.casefold() not in known
        and sheet.name not in found
        and any(cell.formula for cell in sheet.cells.values())
    ]
    return found | dict(zip(new, left, strict=False))


def _sheet_of(formula: str) -> str:
    found = references(formula, "") if formula else ()
    return found[0].sheet if len(found) == 1 else ""


@dataclass(frozen=True)
class _Pattern:
    """Where formulas and names are on a sheet."""

    cells: Sequence[tuple[int, int]]
    """Of the formulas above the growing table, or of all."""
    with_formulas: AbstractSet[int]
    """The columns that have formulas."""
    names: Mapping[str, tuple[int, int]]
    """The top left cell of each name that leads here."""
    top: int | None = None
    """The row of a growing table's headings: what is below moves with it."""
    right: int = 0
    """Its last column."""

    @classmethod
    def of(cls, formulas: Iterable[Bounds], sheet: str, names: Mapping[str, str]) -> _Pattern:
        leads, top, right = _names_on(sheet, names)
        cells: list[tuple[int, int]] = []
        columns: set[int] = set()
        for first, left, last, right_end in formulas:
            columns |= set(range(left, right_end + 1))
            last = last if top is None else min(last, top - 1)
            if len(cells) + (last - first + 1) * (right_end - left + 1) > MOST_CELLS:
                raise _TooLarge
            cells += cells_of((first, left, last, right_end)) if first <= last else ()
        return cls(cells, columns, leads, top, right)

    def rows(self, columns: Places) -> list[frozenset[object]]:
        """Of each row: the columns of its formulas, as they were, and its names."""
        marks: list[tuple[int, object]] = [(row, columns.was(column)) for row, column in self.cells]
        marks += [
            (row, name) for name, (row, _) in self.names.items() if row < (self.top or row + 1)
        ]
        return _by_place(marks, self.top - 1 if self.top else None)

    def columns(self) -> list[frozenset[object]]:
        """Of each column: whether it has formulas, and its names."""
        marks: list[tuple[int, object]] = [(column, True) for column in self.with_formulas]
        marks += [(left, name) for name, (_, left) in self.names.items()]
        # A table's last column counts twice, so that a column within it is more than a slip.
        return _by_place([*marks, *((self.right, side) for side in "ab" if self.right)])


def _names_on(
    sheet: str, names: Mapping[str, str]
) -> tuple[dict[str, tuple[int, int]], int | None, int]:
    found: dict[str, tuple[int, int]] = {}
    top, right = None, 0
    for name, formula in names.items():
        leads = references(formula, "") if formula else ()
        if len(leads) == 1 and leads[0].sheet.casefold() == sheet.casefold():
            found[name] = leads[0].bounds[:2]
            if name.removeprefix(PREFIX) in CLOSING:
                top, right = leads[0].bounds[0], leads[0].bounds[3]
    return found, top, right


def _by_place(
    marks: Iterable[tuple[int, object]], count: int | None = None
) -> list[frozenset[object]]:
    found: dict[int, set[object]] = {}
    for place, mark in marks:
        found.setdefault(place, set()).add(mark)
    last = max(found, default=0) if count is None else count
    return [frozenset(found.get(place, ())) for place in range(1, last + 1)]


def _aligned(
    then: Sequence[frozenset[object]],
    now: Sequence[frozenset[object]],
    costs_of: Callable[[int], Sequence[int]],
) -> Places:
    """What was put in between or taken away, at the least cost; `costs_of` so many places now."""
    if then == now:
        return Places()
    if len(then) * len(now) > MOST_PAIRS:
        raise _TooLarge
    put_in = costs_of(len(now))
    costs = [[0] * (len(now) + 1) for _ in range(len(then) + 1)]
    for i in range(len(then) + 1):
        for j in range(len(now) + 1):
            if i or j:
                costs[i][j] = min(_ways(costs, then, now, put_in, i, j))[0]
    places: list[int] = []
    i, j = len(then), len(now)
    while i or j:
        _, way = min(_ways(costs, then, now, put_in, i, j))
        if way != TAKEN_AWAY:
            places.append(i if way == SAME else 0)
        i, j = i - (way != PUT_IN), j - (way != TAKEN_AWAY)
    return Places(tuple(reversed(places)), len(now) - len(then))


SAME, PUT_IN, TAKEN_AWAY = range(3)


def _ways(
    costs: Sequence[Sequence[int]],
    then: Sequence[frozenset[object]],
    now: Sequence[frozenset[object]],
    put_in: Sequence[int],
    i: int,
    j: int,
) -> Iterator[tuple[int, int]]:
    """What it costs that place j of now is place i of then, is new, or that i is gone."""
    if i and j:
        yield costs[i - 1][j - 1] + min(4, len(then[i - 1] ^ now[j - 1])), SAME
    if j:
        yield costs[i][j - 1] + put_in[j - 1] + 3 * len(now[j - 1]), PUT_IN
    if i:
        yield costs[i - 1][j] + 6 + 3 * len(then[i - 1]), TAKEN_AWAY


def _costs(sheet: Sheet, axis: int, count: int) -> list[int]:
    """How unlikely each row (axis 0) or column (1) was put in: a blank one is likely, one with a
    heading of ours is not."""
    costs = [1] * count
    for at, cell in sheet.cells.items():
        if at[axis] <= count and (cell.formula is not None or cell.value not in (None, "")):
            is_ours = axis == 1 and isinstance(cell.value, str) and _is_heading(cell.value)
            costs[at[axis] - 1] = max(costs[at[axis] - 1], 5 if is_ours else 2)
    return costs


def _is_heading(text: str) -> bool:
    kept = len(text) <= LONGEST_KEPT
    return (_names_a_column if kept else _names_a_column.__wrapped__)(text)


@lru_cache(maxsize=4096)
def _names_a_column(text: str) -> bool:
    return any(column_of(table, text) for table in CLOSING if table != "processes")


def _laid_out(workbook: Workbook, moved: Mapping[str, Moved]) -> Workbook:
    """The workbook with these sheets as they were, and all references to them."""
    by_name = {name.casefold(): one for name, one in moved.items()}

    def told(formula: str, sheet: str) -> str:
        return with_cells_moved(
            formula,
            sheet,
            lambda name: (
                (one.name, one.rows.read, one.columns.read)
                if (one := by_name.get(name.casefold()))
                else None
            ),
        )

    sheets = []
    for sheet in workbook.sheets:
        one = moved.get(sheet.name, Moved(sheet.name))
        cells = {}
        for (row, column), cell in sheet.cells.items():
            at = one.rows.was(row), one.columns.was(column)
            if all(at):
                formula = told(cell.formula, sheet.name) if cell.formula is not None else None
                cells[at] = cell._replace(row=at[0], column=at[1], formula=formula)
        sheets.append(replace(sheet, name=one.name, cells=cells))
    names = (replace(name, formula=told(name.formula, "")) for name in workbook.names)
    return replace(workbook, sheets=tuple(sheets), names=tuple(names))
