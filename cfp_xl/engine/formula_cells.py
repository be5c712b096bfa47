"""The formula cells of a workbook, each made where it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cfp_xl.engine.areas import CellKey
from cfp_xl.workbook.model import Cell, Workbook


class FormulaCells(Mapping[CellKey, Cell]):
    """By sheets, rows, columns, without values."""

    def __init__(self, workbook: Workbook) -> None:
        self._layouts = {sheet.name: sheet.columns.layout for sheet in workbook.sheets}
        self._made: dict[CellKey, Cell] = {}
        self._count = sum(layout.formula_count for layout in self._layouts.values())
        self.array_refs = {
            CellKey(sheet, run.row, run.column): run.formula.array_ref
            for sheet, layout in self._layouts.items()
            for run in layout.runs
            if run.formula.array_ref
        }
        """The ranges of array formulas."""

    def __getitem__(self, key: CellKey) -> Cell:
        found = self._made.get(key)
        if found is None:
            sheet, row, column = key
            formula = self._layouts[sheet].formula_at((row, column))
            if formula is None:
                raise KeyError(key)
            text, ref, is_dynamic = formula
            found = Cell(row, column, None, text, array_ref=ref, is_dynamic_array=is_dynamic)
            self._made[key] = found
        return found

    def __contains__(self, key: object) -> bool:
        if not isinstance(key, tuple):
            return False
        layout = self._layouts.get(key[0])
        return layout is not None and layout.is_formula(key[1:])

    def __iter__(self) -> Iterator[CellKey]:
        for sheet, layout in self._layouts.items():
            for row, column in layout.formula_positions:
                yield CellKey(sheet, row, column)

    def __len__(self) -> int:
        return self._count
