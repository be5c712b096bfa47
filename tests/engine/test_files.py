"""From a file on disk to values: reader and engine together."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook as File
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.table import Table

from cfp_xl.engine.recalculate import recalculate
from cfp_xl.workbook.reading.read import read_workbook


@pytest.fixture
def values(tmp_path: Path) -> dict[str, object]:
    file = File()
    sheet = file.active
    assert sheet is not None
    sheet.title = "活动 数据"
    for row in (["材料", "kg", "factor"], ["steel", 2.0, 1.5], ["paper", 4, 0.25]):
        sheet.append(row)
    sheet.add_table(Table(displayName="Materials", ref="A1:C3"))
    file.defined_names["masses"] = DefinedName("masses", attr_text="'活动 数据'!$B$2:$B$3")
    results = file.create_sheet("it's")
    results.defined_names["k"] = DefinedName("k", attr_text="10")
    results["A1"] = "=SUMPRODUCT(Materials[kg],Materials[factor])"
    results["A2"] = "=SUM(masses)*k"
    results["A3"] = ArrayFormula("A3:A4", "='活动 数据'!B2:B3*'活动 数据'!C2:C3")
    results["B1"] = "=SUM('it''s'!A3:A4)"
    results["B2"] = '=CFP_CONVERT(A1,"kg","t")'
    results["B3"] = '=IFERROR(_xlfn.XLOOKUP("steel",Materials[材料],Materials[kg]),"-")'
    file.save(tmp_path / "made.xlsx")
    recalculation = recalculate(read_workbook(tmp_path / "made.xlsx"))
    assert recalculation.findings == ()
    return {str(key.ref): cell.value for key, cell in recalculation.cells.items()}


def test_a_workbook_with_tables_names_and_array_formulas(values: dict[str, object]) -> None:
    assert values == {
        "it's!A1": 4.0,
        "it's!A2": 60.0,
        "it's!A3": 3.0,
        "it's!B1": 4.0,
        "it's!B2": pytest.approx(0.004, rel=1e-15),
        "it's!B3": 2.0,
    }
