"""What-if data tables: ECMA-376 18.3.1.40 (`t="dataTable"`), values by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cfp_xl.engine.areas import CellKey
from cfp_xl.engine.whatif import WhatIf
from cfp_xl.functions.values import ExcelError, Scalar
from cfp_xl.verify.pipeline import verify_file
from tests.engine.conftest import workbook_of
from tests.hostile import packed, parts, sheet

MODEL: dict[str, Any] = {"A1": 2, "A2": 3, "B1": "=A1*A2*100", "B2": "=B1+1"}

TABLES: dict[str, tuple[dict[str, Any], list[list[Scalar]]]] = {
    "a column of inputs": (
        {"D2": "=B2", "C3": 5, "C4": 10, "D3": ("=TABLE(,A1)", "D3:D4")},
        [[1501.0], [3001.0]],
    ),
    "two formulas": (
        {"D2": "=B2", "E2": "=A1", "C3": 5, "C4": 10, "D3": ("=TABLE(,A1)", "D3:E4")},
        [[1501.0, 5.0], [3001.0, 10.0]],
    ),
    "a row of inputs": (
        {"C3": "=B2", "D2": 1, "E2": 4, "D3": ("=TABLE(A2,)", "D3:E3")},
        [[201.0, 801.0]],
    ),
    "two inputs": (
        {"C2": "=B2", "D2": 1, "E2": 4, "C3": 5, "C4": 6, "D3": ("=TABLE(A2,A1)", "D3:E4")},
        [[501.0, 2001.0], [601.0, 2401.0]],
    ),
    "an input that is a formula": (
        {"D2": "=B2", "C3": 7, "D3": ("=TABLE(,B1)", "D3")},
        [[8.0]],
    ),
    "a blank, and errors": (
        {"D2": "=100/A1", "C3": None, "C4": "=NA()", "D3": ("=TABLE(,A1)", "D3:D4")},
        [[ExcelError.DIV0], [ExcelError.NA]],
    ),
    "what OFFSET finds": (
        {"D2": "=OFFSET(A1,1,0)+OFFSET(B1,1,0)", "C3": 9, "D3": ("=TABLE(,A2)", "D3")},
        [[9.0 + 1801.0]],
    ),
    "a block of cells in between": (
        {**{f"G{row}": f"=$A$1*{1}+H{row}" for row in range(1, 31)}, "D2": "=SUM(G1:G30)",
         "C3": 2, "D3": ("=TABLE(,A1)", "D3")},
        [[60.0]],
    ),
    "an input that was deleted": (
        {"D2": "=B2", "C3": 7, "D3": ("=TABLE(,)", "D3")},
        [[ExcelError.REF]],
    ),
}  # fmt: skip


def test_what_each_table_shows(recalculated: Any) -> None:
    for name, (cells, expected) in TABLES.items():
        cell = recalculated(MODEL | cells).cell("D3")
        assert cell.is_computed, name
        shown = {
            CellKey("S", 3 + i, 4 + j): value
            for i, row in enumerate(expected)
            for j, value in enumerate(row)
        }
        assert (cell.children or {CellKey("S", 3, 4): cell.value}) == shown, name


def test_a_table_in_a_file(tmp_path: Path) -> None:
    """Only its first cell says that it is one; each value of it is compared."""
    cells = (
        '<row r="1"><c r="A1"><v>2</v></c></row>'
        '<row r="2"><c r="D2"><f>A1*10</f><v>20</v></c></row>'
        '<row r="3"><c r="C3"><v>5</v></c><c r="D3"><f t="dataTable" ref="D3:D4" dt2D="0" dtr="0"'
        ' r1="A1"/><v>50</v></c></row>'
        '<row r="4"><c r="C4"><v>6</v></c><c r="D4"><v>61</v></c></row>'
    )
    path = tmp_path / "table.xlsx"
    path.write_bytes(packed(parts(sheet(cells))))
    result = verify_file(path)
    (found,) = [f for f in result.findings if f.code == "V01"]
    assert (found.where and found.where.cell, found.seen, found.expected) == ("D3", "61", "60")


def test_cells_that_read_a_table_come_after_it(recalculated: Any) -> None:
    cells = {"D2": "=B2", "C3": 5, "C4": 10, "D3": ("=TABLE(,A1)", "D3:D4"), "B9": "=SUM(D3:D4)"}
    assert recalculated(MODEL | cells)["B9"] == 4502


def test_a_formula_that_needs_its_own_table_is_a_circle(recalculated: Any) -> None:
    cells = {"D2": "=D3+A1", "C3": 5, "D3": ("=TABLE(,A1)", "D3")}
    assert recalculated(MODEL | cells).codes() == [("E03", "D2"), ("E03", "D3")]


def test_outside_of_a_table_there_is_no_such_function(recalculated: Any) -> None:
    assert recalculated({"A1": 1, "D3": "=TABLE(,A1)"}).codes() == [("E02", "D3")]


def test_other_inputs_change_what_a_table_shows() -> None:
    """Another constant in the cone of the table's formula, though the formula itself keeps its
    value: at A1 = 2 it is A1, at 5 it is A2."""
    cells = {"A1": 2, "A2": 3, "D2": "=IF(A1>4,A2,A1)", "C3": 5, "D3": ("=TABLE(,A1)", "D3:D4")}
    book = WhatIf(workbook_of(cells))
    key = CellKey("S", 3, 4)
    assert book.recalculation.cells[key].value == 3
    assert book.changed({CellKey("S", 2, 1): 8}).cells[key].value == 8
