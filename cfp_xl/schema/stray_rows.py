"""What looks like part of a table beside its range: rows above and below, columns at the right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from cfp_xl.findings import Finding, finding
from cfp_xl.footprint.columns import column_of
from cfp_xl.footprint.errors import FootprintError
from cfp_xl.footprint.units import parse
from cfp_xl.functions.values import Scalar, shown
from cfp_xl.schema.region import Region, is_blank
from cfp_xl.workbook.address import Bounds

ROWS_LOOKED_BELOW = 200
"""How far below a range a forgotten row is looked for."""


def stray_rows(region: Region, fields: Iterable[str], taken: Iterable[Bounds]) -> Iterator[Finding]:
    """Rows of the same kind that stand below the range, where nothing sums them.

    A note below a table fills one cell; a row of the table fills two columns or more.
    """
    bottom = region.bounds[2]
    others = tuple(taken)
    for row, filled in region.rows_below(fields, others):
        if row > bottom + ROWS_LOOKED_BELOW:
            break
        yield _stray(region, row, filled, "")
    for row, filled in _rows_above(region, fields, others):
        yield _stray(region, row, filled, "above")
    yield from _right_of_it(region, others)


def _stray(region: Region, row: int, filled: Sequence[str], case: str) -> Finding:
    return finding(
        "W31",
        region.cell(row, "quantity" if "quantity" in filled else filled[0]),
        case=case,
        seen="; ".join(shown(region.value(row, field)) for field in filled[:4]),
        expected=region.where.cell,
        row=row,
        name=region.name,
    )


def _rows_above(
    region: Region, fields: Iterable[str], taken: Iterable[Bounds]
) -> Iterator[tuple[int, list[str]]]:
    """Rows above the headings that hold an activity: an amount, its unit and one field more.

    Titles, explanations and settings stand there too, and fill other columns.
    """
    if not {"quantity", "unit"} <= set(region.columns):
        return
    known = [field for field in fields if field in region.columns]
    for row in region.sheet.columns.layout.row_numbers(1, region.header_row - 1):
        filled = [field for field in known if not is_blank(region.value(row, field))]
        is_row = isinstance(region.value(row, "quantity"), float) and "unit" in filled
        column = region.columns["quantity"]
        if is_row and len(filled) > 2 and not _is_taken(row, column, taken, region.bounds):
            yield row, filled


def _right_of_it(region: Region, taken: Iterable[Bounds]) -> Iterator[Finding]:
    """Headings of inputs, and amounts with a unit, right of the table: nothing reads them."""
    if not {"quantity", "unit"} <= set(region.columns):
        return
    top, _, bottom, right = region.bounds
    others = [bounds for bounds in taken if bounds != region.bounds]
    cells = region.sheet.columns
    shapes = {rows.shape for rows, _, _ in cells.layout.parts((top, 1, bottom, 1))}
    beyond: dict[int, Sequence[Scalar]] = {}
    for column in sorted({c for shape in shapes for c in shape.columns if c > right}):
        values = list(cells.values_in((top, column, bottom, column)))
        for first, _, last, _ in (b for b in others if b[1] <= column <= b[3]):
            for row in range(max(first, top), min(last, bottom) + 1):
                values[row - top] = None
        beyond[column] = values
    for column, (value, *_) in beyond.items():
        known = None if is_blank(value) else column_of(region.table, str(value))
        if known and not known.is_computed and known.id not in region.columns:
            where, expected = region.sheet.ref(top, column), region.where.cell
            yield finding(
                "W31", where, case="column", seen=value, expected=expected, name=region.name
            )
    for row, column in sorted(_amounts(beyond).items()):
        if sum(not is_blank(values[row]) for values in beyond.values()) > 2:
            yield finding(
                "W31",
                region.sheet.ref(top + row, column),
                case="right",
                seen=f"{shown(beyond[column][row])} {beyond[column + 1][row]}",
                expected=region.where.cell,
                row=top + row,
                name=region.name,
            )


def _is_taken(row: int, column: int, taken: Iterable[Bounds], own: Bounds) -> bool:
    """Whether the cell belongs to another table."""
    others = (bounds for bounds in taken if bounds != own)
    return any(t <= row <= b and left <= column <= right for t, left, b, right in others)


def _amounts(columns: Mapping[int, Sequence[Scalar]]) -> Mapping[int, int]:
    """By row of columns beside each other, from 0: the column of its first number with a known unit
    in the next cell; the first row, of headings, is left out."""
    found: dict[int, int] = {}
    for column, numbers in columns.items():
        units = columns.get(column + 1, ())
        if any(isinstance(one, str) and _is_unit(one) for one in set(units)):
            for row, (number, unit) in enumerate(zip(numbers, units, strict=True)):
                is_amount = isinstance(number, float) and isinstance(unit, str) and _is_unit(unit)
                if row and is_amount:
                    found.setdefault(row, column)
    return found


@lru_cache(maxsize=1024)
def _is_unit(text: str) -> bool:
    try:
        parse(text)
    except FootprintError:
        return False
    return True
