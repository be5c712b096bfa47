"""The formulas of our growing tables, as the seal has them: what rows may be completed by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cfp_xl.findings import Finding
from cfp_xl.schema.formula_keys import keyed_columns, runs_between, sealed_key
from cfp_xl.schema.grown import Grown, GrownTable, grown_tables
from cfp_xl.schema.seal import Seal, cfp_names, read_seal
from cfp_xl.schema.sealed_rows import SealedRows
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
    keys = SealedRows(sheet, table, grown, seal.runs.get(table.sheet, ()), frozenset()).keys
    columns: dict[int, tuple[str, int]] = {}
    stretched: list[tuple[int, int]] = []
    for column, expected in keys.items():
        plain = ""
        for run in runs_between(keyed_columns(sheet), column, table.sealed[0] + 1, table.bottom):
            if column in columns and (not table.growth or run.key == plain):
                continue
            for row in range(max(run.first, table.sealed[0] + 1), min(run.last, table.bottom) + 1):
                cell = sheet.cells[row, column]
                if sealed_key(cell, grown, sheet, row) not in expected:
                    continue
                if column in columns:
                    stretched.append((row, column))
                    continue
                columns[column], plain = (cell.formula or "", row), run.key
                break  # the others of the run are its copies
    return TableFormulas(table, columns, tuple(sorted(stretched)))
