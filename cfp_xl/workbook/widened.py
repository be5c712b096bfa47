"""Further cells in a sheet whose rows stay of few shapes: constants typed into blank ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from cfp_xl.workbook.layout import CellLayout, Position
from cfp_xl.workbook.row_runs import RowRun, RowShape

Columns = tuple[int, ...]
NO_CELLS = RowShape(())


def with_cells(layout: CellLayout, added: Iterable[Position]) -> tuple[CellLayout, list[int]]:
    """The layout with constants where it has no cells, and by the new numbers those that the cells
    had before, -1 for the added."""
    by_row: dict[int, list[int]] = {}
    for row, column in sorted(added):
        by_row.setdefault(row, []).append(column)
    shapes: dict[tuple[RowShape, Columns], tuple[RowShape, Sequence[int]]] = {}
    parts: list[RowRun] = []
    before: list[int] = []
    for first, height, number, shape, more in _stretches(layout, by_row):
        if (shape, more) not in shapes:
            shapes[shape, more] = _widened(shape, more)
        wider, places = shapes[shape, more]
        parts.append(RowRun(first, height, len(before), wider))
        width = len(shape.columns)
        for start in range(number, number + height * width, width) if width else [0] * height:
            before += [start + place if place >= 0 else -1 for place in places]
    spilled = [now for now, was in enumerate(before) if was in layout.spilled]
    return CellLayout(parts, spilled), before


def _stretches(
    layout: CellLayout, by_row: Mapping[int, Sequence[int]]
) -> Iterator[tuple[int, int, int, RowShape, Columns]]:
    """Rows of one shape to which the same columns are added: first row, height, first number."""
    new = sorted(row for row in by_row if not layout.has_row(row))
    apart = [(row, 1, 0, NO_CELLS) for row in new]
    for first, height, number, shape in sorted([*layout.rows, *apart], key=lambda one: one[0]):
        row = first
        of_rows = groupby(range(first, first + height), lambda at: tuple(by_row.get(at, ())))
        for more, rows in of_rows:
            count = sum(1 for _ in rows)
            yield row, count, number + (row - first) * len(shape.columns), shape, more
            row += count


def _widened(shape: RowShape, more: Columns) -> tuple[RowShape, Sequence[int]]:
    """The shape with more columns, and the places that its cells had before; -1 for the added."""
    if not more:
        return shape, range(len(shape.columns))
    columns = tuple(sorted((*shape.columns, *more)))
    now = {shape.places[column]: at for at, column in enumerate(columns) if column in shape.places}
    wider = RowShape(
        columns,
        {now[place]: formula for place, formula in shape.formulas.items()},
        frozenset(now[place] for place in shape.uncached),
        {now[place]: look for place, look in shape.looks.items()},
    )
    return wider, [shape.places.get(column, -1) for column in columns]
