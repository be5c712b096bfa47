"""The workbook that is mutated: its values made current first, its total, what leads to it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from cfp_xl.engine.areas import Area, CellKey
from cfp_xl.engine.whatif import WhatIf
from cfp_xl.functions.values import Scalar
from cfp_xl.messages import Explained
from cfp_xl.schema.anchors import SheetWords
from cfp_xl.schema.opened import Opened, as_saved
from cfp_xl.schema.schema import Schema
from cfp_xl.schema.template_tables import template_tables
from cfp_xl.whatif.targets import find_cell
from cfp_xl.workbook.cells import Cell
from cfp_xl.workbook.formulas.tokens import Token, tokens
from cfp_xl.workbook.model import Workbook

_TOTAL = re.compile(r"(?<![a-z])(?:grand )?total(?![a-z])|合计|总计|总量", re.IGNORECASE)
MOST_ENDS = 200
"""So many results are looked at for a total."""


class TotalNotANumber(Explained):
    """A total that is no formula with a number."""


@dataclass(frozen=True)
class FormulaSite:
    """A formula cell that may be changed."""

    key: CellKey
    formula: str
    value: Scalar

    @property
    def tokens(self) -> tuple[Token, ...]:
        return tokens(self.formula)


@dataclass(frozen=True)
class Subject:
    """A workbook with recomputed values in all formula cells, as a program saves it."""

    opened: Opened
    book: WhatIf
    asked_total: str = ""

    @classmethod
    def of(cls, file: Opened, total: str = "") -> Subject:
        """Of a file as it lies; raises RecalculationTimeout, TotalNotANumber, TargetNotKnown."""
        book = WhatIf(file.workbook, deadline_s=file.deadline_s)
        current, _ = as_saved(file.workbook, book.recalculation)
        now = replace(file, workbook=current, already=book.recalculation)
        vars(now)["appearance"] = file.appearance
        subject = cls(now, book, total)
        subject.total  # noqa: B018  (raises)
        return subject

    @property
    def workbook(self) -> Workbook:
        return self.opened.workbook

    @property
    def schema(self) -> Schema | None:
        return self.opened.recomputed.schema

    @cached_property
    def total(self) -> CellKey | None:
        """The result that effects are measured in; None where the workbook names none."""
        if self.asked_total:
            key = find_cell(self.opened.recomputed, self.asked_total)
            if not isinstance(self.result(key), float):
                raise TotalNotANumber("mutate.error.no_total", cell=key.ref)
            return key
        for table in template_tables(self.workbook, "results"):
            column = table.columns.get("cfp")
            if column is not None and table.rows:
                return CellKey(table.sheet.name, table.rows[-1], column)
        return self._likely_total

    @property
    def _likely_total(self) -> CellKey | None:
        """Of the results called total (where there is none, of those that no formula refers to)
        the one that most cells lead to."""
        numbers = [
            key
            for key, computed in self.book.recalculation.cells.items()
            if isinstance(computed.value, float)
        ]
        words = {sheet.name: SheetWords(sheet) for sheet in self.workbook.sheets}
        called = [
            key
            for key in numbers
            if _TOTAL.search(words[key.sheet].label(key.row, key.column) or "")
        ]
        ends = called or [key for key in numbers if not self.book.is_referred_to(key)]
        return max(ends[:MOST_ENDS], key=lambda key: len(self.leading_to(key)), default=None)

    def result(self, key: CellKey) -> Scalar:
        computed = self.book.recalculation.cells.get(key)
        return computed.value if computed is not None else None

    @cached_property
    def sites(self) -> Sequence[FormulaSite]:
        """All plain formula cells, in the workbook's order."""
        refs = self.book.computed.grid.plan.array_refs
        return [
            FormulaSite(CellKey(sheet.name, *at), cell.formula, cell.value)
            for sheet in self.workbook.sheets
            for at, cell in sheet.columns.by_position.items()
            if cell.formula and CellKey(sheet.name, *at) not in refs
        ]

    @cached_property
    def inputs(self) -> Sequence[tuple[CellKey, Cell]]:
        """The constants that formulas refer to."""
        return [
            (key, cell)
            for sheet in self.workbook.sheets
            for at, cell in sheet.columns.by_position.items()
            if cell.formula is None and cell.value not in (None, "")
            for key in (CellKey(sheet.name, *at),)
            if self.book.is_referred_to(key)
        ]

    @cached_property
    def leading(self) -> frozenset[CellKey]:
        """The cells that the total comes from, its own too."""
        return self.leading_to(self.total) if self.total is not None else frozenset()

    def leading_to(self, goal: CellKey) -> frozenset[CellKey]:
        """Formula cells and constants that a result depends on."""
        ranges = self.book.recalculation.referenced_ranges
        found, seen, todo = {goal}, set[Area](), [goal]
        while todo:
            for area in ranges.get(todo.pop(), ()):
                if area in seen:
                    continue
                seen.add(area)
                new = [key for key in self._within(area) if key not in found]
                found.update(new)
                todo.extend(new)
        return frozenset(found)

    def _within(self, area: Area) -> Iterator[CellKey]:
        sheet = self.workbook.sheet(area.sheet)
        for rows, low, high in sheet.columns.layout.parts(area[1:]) if sheet else ():
            columns = [c for c in rows.shape.columns if area.first_column <= c <= area.last_column]
            for row in range(low, high + 1):
                yield from (CellKey(area.sheet, row, column) for column in columns)

    def value(self, key: CellKey) -> Scalar:
        """What a cell shows."""
        sheet = self.workbook.sheet(key.sheet)
        return sheet.columns.value((key.row, key.column)) if sheet else None


def with_cells(workbook: Workbook, cells: Mapping[CellKey, Cell]) -> Workbook:
    """The workbook with other cells in some places."""
    by_sheet: dict[str, dict[tuple[int, int], Cell]] = {}
    for key, cell in cells.items():
        by_sheet.setdefault(key.sheet, {})[key.row, key.column] = cell
    sheets = tuple(
        replace(sheet, cells={**sheet.columns.by_position, **by_sheet[sheet.name]})
        if sheet.name in by_sheet
        else sheet
        for sheet in workbook.sheets
    )
    return replace(workbook, sheets=sheets)
