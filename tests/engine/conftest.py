"""Workbooks written as a mapping of cells, and their recalculation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from openpyxl.utils.cell import (
    column_index_from_string,
    coordinate_from_string,
    get_column_letter,
)

from cfp_xl.engine.areas import CellKey
from cfp_xl.engine.operators import Value
from cfp_xl.engine.recalculate import recalculate
from cfp_xl.engine.result import Computed, Recalculation
from cfp_xl.functions.values import Argument, ExcelError, Scalar
from cfp_xl.workbook.model import Cell, Sheet, Workbook

Content: TypeAlias = Mapping[str, Any]
MakeWorkbook: TypeAlias = Callable[..., Workbook]
Recalculate: TypeAlias = Callable[..., "Result"]


class Result:
    """A recalculation that is asked by address; the sheet is S where none is named."""

    def __init__(self, recalculation: Recalculation) -> None:
        self.recalculation = recalculation

    def cell(self, address: str) -> Computed:
        return self.recalculation.cells[key(address)]

    def __getitem__(self, address: str) -> Scalar:
        computed = self.cell(address)
        assert computed.is_computed, computed.finding and computed.finding.message("en")
        return computed.value

    def codes(self) -> list[tuple[str, str]]:
        """(code, cell) of all findings."""
        return [(f.code, f.where.cell) for f in self.recalculation.findings if f.where]


def key(address: str) -> CellKey:
    sheet, _, cell = address.rpartition("!")
    letters, row = coordinate_from_string(cell)
    return CellKey(sheet or "S", row, column_index_from_string(letters))


def workbook_of(content: Content, **settings: Any) -> Workbook:
    """`{"A1": 2, "B1": "=A1*2", "C1": ("=A1:A2", "C1:C2")}`: the second is an array formula."""
    cells: dict[str, dict[tuple[int, int], Cell]] = {"S": {}}
    is_dynamic = settings.pop("dynamic", False)
    for address, value in content.items():
        at = key(address)
        array_ref = None
        if isinstance(value, tuple):
            value, array_ref = value
        formula = None
        if isinstance(value, str) and value.startswith("="):
            formula, value = value[1:], None
        if isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        cell = Cell(
            at.row,
            at.column,
            value,
            formula,
            array_ref=array_ref,
            is_dynamic_array=is_dynamic and array_ref is not None,
        )
        cells.setdefault(at.sheet, {})[at.row, at.column] = cell
    filtered = frozenset(settings.pop("filtered_rows", ()))
    hidden = filtered | frozenset(settings.pop("hidden_rows", ()))
    sheets = tuple(
        Sheet(name, f"{name}.xml", cells=one, hidden_rows=hidden, filtered_rows=filtered)
        for name, one in cells.items()
    )
    return Workbook(Path("book.xlsx"), "0" * 64, sheets, **settings)


def misspilled(
    recalculated: Recalculate,
    data: Content,
    cases: Sequence[tuple[str, list[list[Scalar]], str]],
) -> list[str]:
    """Of formulas with the rows they give and a source, those that give other rows, in words."""
    cells, expected = dict(data), {}
    for number, (formula, rows, source) in enumerate(cases):
        at = f"Z{100 + 10 * number}"
        last = f"{get_column_letter(25 + len(rows[0]))}{99 + 10 * number + len(rows)}"
        cells[at] = (formula, f"{at}:{last}")
        expected[at] = (formula, rows, source)
    result = recalculated(cells, dynamic=True)
    wrong = []
    for at, (formula, rows, source) in expected.items():
        cell, first = result.cell(at), key(at)
        children = cell.children or {first: cell.value}
        spilled = [
            [
                children.get(first._replace(row=first.row + i, column=first.column + j))
                for j in range(len(row))
            ]
            for i, row in enumerate(rows)
        ]
        if not cell.is_computed or spilled != rows or len(children) != len(rows) * len(rows[0]):
            wrong.append(f"{formula} gives {spilled or cell.finding}, not {rows} ({source})")
    return wrong


class FailingFunctions:
    """CFP_FAIL gives #N/A, CFP_TOTAL the sum of its numbers, and each call is recorded."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, Sequence[Argument]]] = []

    def knows(self, name: str) -> bool:
        return name in ("CFP_FAIL", "CFP_TOTAL")

    def over_draws(self, *_: Any) -> None:
        return None

    def takes_column(self, name: str, position: int) -> bool:  # noqa: ARG002
        return False

    def call(self, name: str, arguments: Sequence[Argument]) -> Value:
        self.calls.append((name, arguments))
        if name == "CFP_FAIL":
            return ExcelError.NA
        return sum(
            value
            for argument in arguments
            for value in getattr(argument, "flat", [argument])
            if isinstance(value, float)
        )


@pytest.fixture
def make_workbook() -> MakeWorkbook:
    return workbook_of


@pytest.fixture
def own_functions() -> FailingFunctions:
    return FailingFunctions()


@pytest.fixture
def recalculated(own_functions: FailingFunctions) -> Recalculate:
    def compute(content: Content, deadline_s: float = 300.0, **settings: Any) -> Result:
        workbook = workbook_of(content, **settings)
        result = recalculate(workbook, deadline_s=deadline_s, functions=own_functions)
        formulas = {
            CellKey(sheet.name, *at)
            for sheet in workbook.sheets
            for at, cell in sheet.cells.items()
            if cell.formula is not None
        }
        assert set(result.cells) == formulas, "a formula cell without a result is a failure"
        return Result(result)

    return compute
