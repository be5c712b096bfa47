"""Precision as displayed. What LibreOffice 25.2 gives for the same file (checked by hand, too)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.formula import ArrayFormula

from cfp_xl.engine.as_displayed import rounded
from cfp_xl.engine.draws import draws
from cfp_xl.engine.recalculate import recalculate
from cfp_xl.engine.result import Way
from cfp_xl.engine.whatif import WhatIf
from cfp_xl.schema.opened import open_file
from cfp_xl.workbook.reading.read import read_workbook
from tests.engine.conftest import key

CASE = Path(__file__).parents[1] / "cases/engine/precision_as_displayed.xlsx"

SHOWN = [
    (1.126, "0.00", 1.13),
    (1.005, "0.00", 1.01),
    (-2.5, "0", -3),
    (1234567.891, "#,##0", 1234568),
    (0.12345, "0.0%", 0.123),
    (12345.678, "0.00E+00", 12300),
    (1234567.8, "##0.0E+0", 1200000),
    (9.999e-7, "0.0E+00", 1e-6),
    (1234.567, "0.0,", 1200),
    (1.376, "# ?/?", 1.375),
    (0.372, "# ??/100", 0.37),
    (-2.345, "0.00;(0.0)", -2.3),
    (-2.345, "#,##0.00_);[Red](#,##0.00)", -2.35),
    (1.255, "¥#,##0.0", 1.3),
    (1.2345, '0.00"kg"', 1.23),
    (1.5555, "[$-804]0.00", 1.56),
    (123.456, "[>100]0;0.00", 123),
    (12.3456, "[>100]0;0.00", 12.35),
    (1.4567e-7, "0.0000", 0),
    (0.1 + 0.2, "General", 0.3),
    (44562.75, "yyyy-mm-dd", 44562.75),
    (0.5123, "h:mm", 0.5123),
    (2.71828, ";;;", 2.71828),
    (0.0, "0.00", 0.0),
]


def test_what_a_format_leaves_of_a_number() -> None:
    for number, code, kept in SHOWN:
        assert rounded(number, code) == kept, (number, code)


def test_constants_and_results_are_rounded_before_they_are_used() -> None:
    file = open_file(CASE)
    cells = file.recalculation.cells
    assert cells[key("A2")._replace(sheet="Sheet")].value == pytest.approx(3.39, rel=1e-15)
    assert cells[key("A3")._replace(sheet="Sheet")].value == 0.33
    assert cells[key("A4")._replace(sheet="Sheet")].value == pytest.approx(0.99, rel=1e-15)
    assert file.recomputed.workbook.sheets[0].cells[1, 1].value == 1.13
    assert file.workbook.sheets[0].cells[1, 1].value == 1.126  # as the file has it


@pytest.fixture(scope="module")
def rounding(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A filled column, a spill and a constant, in a workbook that rounds."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in range(1, 9):
        sheet.cell(row, 1, 0.126 * row).number_format = "0.00"
        sheet.cell(row, 2, f"=A{row}/3").number_format = "0.0"
    sheet["C1"] = ArrayFormula("C1:C8", "=A1:A8/3")
    for row in range(1, 9):
        sheet.cell(row, 3).number_format = "0.00%"
    sheet["D1"] = "=SUM(B1:B8)"
    sheet["D2"] = "=SUM(C1:C8)"
    book.calculation.fullPrecision = False
    path = tmp_path_factory.mktemp("rounding") / "rounding.xlsx"
    book.save(path)
    return path


def test_filled_columns_and_array_formulas(rounding: Path) -> None:
    results = recalculate(read_workbook(rounding), way=Way.BLOCK)
    at = {f"{k.column}{k.row}": c for k, c in results.cells.items()}
    # A: .13 .25 .38 .50 .63 .76 .88 1.01; a third of each in tenths, and in hundredths of a percent
    assert at["41"].value == pytest.approx(0 + 0.1 + 0.1 + 0.2 + 0.2 + 0.3 + 0.3 + 0.3)
    thirds = [0.0433, 0.0833, 0.1267, 0.1667, 0.21, 0.2533, 0.2933, 0.3367]
    assert list(at["31"].children.values()) == thirds
    assert at["42"].value == pytest.approx(sum(thirds), rel=1e-15)


def test_other_inputs_are_rounded_too(rounding: Path) -> None:
    book, a1 = WhatIf(read_workbook(rounding)), key("A1")._replace(sheet="Sheet")
    total: Any = key("D1")._replace(sheet="Sheet")
    for given, expected in ((0.4449, 1.6), (0.4551, 1.7)):  # 0.44 / 3 is 0.1, 0.46 / 3 is 0.2
        assert book.changed({a1: given}).cells[total].value == pytest.approx(expected, rel=1e-15)
    drawn = draws(book, {a1: [0.4449, 0.4551]}, [total])[total]
    assert drawn.numbers == pytest.approx([1.6, 1.7], rel=1e-15)
