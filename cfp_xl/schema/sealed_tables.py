"""The formulas of our growing tables, as the seal has them: what rows may be completed by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cfp_xl.findings import Finding
from cfp_xl.schema.grown import Grown, GrownTable, grown_tables
from cfp_xl.schema.seal import KeyOfCopies, Seal, cfp_names, read_seal, sealed_key
from cfp_xl.workbook.address import cells_of
from cfp_xl.workbook.model import Workbook


@dataclass(frozen=True)
class TableFormulas:
    """What the seal says of a growing table: its columns' formulas, each by a row that has it."""

    table: GrownTable
    columns: Mapping[int, tuple[str, int]]
    """Column → its formula, and the row in which it reads so."""
    stretched: tuple[tuple[int, int], ...]
    """Formulas that look at the row above, and now look past rows that were inserted."""


def table_formulas(workbook: Workbook) -> tuple[TableFormulas, ...]:
    """The growing tables of a sealed workbook; none where the seal is missing or damaged."""
    seal = read_seal(workbook)
    if isinstance(seal, Finding) or seal is None:
        return ()
    grown = grown_tables(workbook, seal.names, cfp_names(workbook))
    return tuple(_table_formulas(workbook, table, grown, seal) for table in grown.values())


def _table_formulas(
    workbook: Workbook, table: GrownTable, grown: Grown, seal: Seal
) -> TableFormulas:
    sheet = workbook.sheet(table.sheet)
    assert sheet is not None
    keys: dict[int, set[str]] = {}
    for bounds, key in seal.runs.get(table.sheet, ()):
        for row, column in cells_of(bounds):
            if table.held(row):
                keys.setdefault(column, set()).add(key)
    columns: dict[int, tuple[str, int]] = {}
    plain: dict[int, str] = {}
    key_of = KeyOfCopies()
    stretched = []
    for (row, column), cell in sorted(sheet.cells.items()):
        if column not in keys or not table.holds(row) or cell.formula is None:
            continue
        if column in columns and (not table.growth or key_of(cell) == plain[column]):
            continue
        if sealed_key(cell, grown, sheet, row) in keys[column]:
            if column in columns:
                stretched.append((row, column))
            else:
                columns[column], plain[column] = (cell.formula, row), key_of(cell)
    return TableFormulas(table, columns, tuple(stretched))
