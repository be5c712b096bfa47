"""The seal outlives a save by LibreOffice, which spells formulas and properties its own way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import Workbook as NewWorkbook
from openpyxl import load_workbook

from cfp_xl.schema.seal import check_seal, has_seal, make_seal
from cfp_xl.workbook.reading.read import read_workbook

pytestmark = pytest.mark.client
WORKBOOKS = Path(__file__).parents[2] / "workbooks"

FORMULAS = [
    "=SUM($A$1:A3)*0.50+1E-3",
    "=IF(A1>=2,TRUE,FALSE)",
    "=SUM(A:A)+SUM('It''s 2'!1:2)",
    "='It''s 2'!A1&\" a  b \"&活动!$A1",
    "=SUM(A1:B3 A2:A9)",
    '=CFP_FACTOR("CN-ELEC-CFP-2024",,A1:B2)',
    "=IFERROR(INDEX(A1:A3,MATCH(2,A1:A3,0)),NA())",
    '=SUMIFS(A1:A9,B1:B9,"<>"&A1)-(-A1)%^2',
    '=SUMPRODUCT({1,2;3,4}*(A1:B2<>""))',
]


def test_a_sealed_template_saved_again(convert: Callable[..., Path]) -> None:
    source = WORKBOOKS / "bxd2.xlsx"
    assert has_seal(read_workbook(source))
    saved = read_workbook(convert(source, "xlsx"))
    assert has_seal(saved)
    assert check_seal(saved) == ()


def test_a_constant_typed_over_a_formula_is_found_after_saving_again(
    convert: Callable[..., Path], tmp_path: Path
) -> None:
    workbook = read_workbook(WORKBOOKS / "bxd2.xlsx")
    cells = [(s, c) for s in workbook.sheets for c in s.cells.values() if c.formula is not None]
    sheet, cell = cells[-1]
    typed_over = tmp_path / "typed_over.xlsx"
    book = load_workbook(WORKBOOKS / "bxd2.xlsx")
    book[sheet.name][cell.address] = 4.62
    book.save(typed_over)
    found = check_seal(read_workbook(convert(typed_over, "xlsx")))
    assert [(f.code, f.where) for f in found] == [("N01", sheet.ref(cell.row, cell.column))]


def test_formulas_of_every_spelling_keep_their_seal(
    convert: Callable[..., Path], tmp_path: Path
) -> None:
    book = NewWorkbook()
    book.create_sheet("It's 2")
    book.create_sheet("活动")
    first = book.worksheets[0]
    for row, formula in enumerate(FORMULAS, start=1):
        first.cell(row, 1, row)
        first.cell(row, 4, formula)
    path = tmp_path / "spellings.xlsx"
    book.save(path)
    saved = read_workbook(convert(path, "xlsx"))
    found = check_seal(replace(saved, properties=make_seal(read_workbook(path))))
    # The seal holds; that the book names no template, which it never had, is another matter.
    assert [(one.code, one.case) for one in found] == [("W42", "no_template")]
