"""Where things stand in a product workbook, found through the layout it was built from."""

from __future__ import annotations

from functools import cache

from cfp_xl.findings import CellRef
from tests.mutants.edits import Base


def cell(base: Base, region: str, column: str, row: int = 0) -> CellRef:
    """A cell of a region; rows count from 0, and -1 is the last."""
    assert base.layout is not None
    area = base.layout[region]
    at = area.first + row if row >= 0 else area.last + 1 + row
    return CellRef(area.sheet, area.at(column, at))


def heading(base: Base, region: str, column: str) -> CellRef:
    assert base.layout is not None
    area = base.layout[region]
    return CellRef(area.sheet, area.at(column, area.header))


def product(base: Base, entry: str) -> CellRef:
    assert base.layout is not None
    sheet, _, at = base.layout.product(entry).replace("$", "").partition("!")
    return CellRef(sheet.strip("'"), at)


def total(base: Base, column: str = "cfp") -> CellRef:
    return cell(base, "results", column, -1)


@cache
def _formula_cells(base: Base, sheet: str) -> tuple[CellRef, ...]:
    found = base.workbook.by_name[sheet.casefold()]
    return tuple(
        found.ref(row, column)
        for (row, column), one in sorted(found.cells.items())
        if one.formula is not None
    )


def headline(base: Base) -> CellRef:
    """The footprint on the first sheet, a text made of total and unit."""
    assert base.layout is not None
    return _formula_cells(base, base.layout.sheets["about"])[0]


def verdict(base: Base) -> CellRef:
    """The self-check on the first sheet."""
    assert base.layout is not None
    return _formula_cells(base, base.layout.sheets["about"])[1]


def top_of_results(base: Base) -> CellRef:
    """The footprint above the results."""
    assert base.layout is not None
    return _formula_cells(base, base.layout.sheets["results"])[0]


def overall(base: Base) -> CellRef:
    """The check sheet's own verdict."""
    assert base.layout is not None
    return _formula_cells(base, base.layout.sheets["checks"])[0]


def tolerance(base: Base) -> CellRef:
    assert base.layout is not None
    return CellRef(base.layout.sheets["checks"], "C3")


def total_name(base: Base) -> CellRef:
    return total(base, "stage")
