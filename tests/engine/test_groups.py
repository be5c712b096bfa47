"""GROUPBY and PIVOTBY.

Sources: D Microsoft's documentation of the function, H by hand, P what another program's tests hold
as measured in Excel 16.112 (libraz/formulon), in whose language the totals had other names.
"""

from __future__ import annotations

from typing import Any

import pytest

from cfp_xl.functions.values import ExcelError, Scalar
from tests.engine.conftest import misspilled

VALUE, CALC, DIV0 = ExcelError.VALUE, ExcelError.CALC, ExcelError.DIV0

DATA: dict[str, Any] = {
    "A1": "Region", "B1": "Fruit", "C1": "Sales",
    "A2": "North", "A3": "South", "A4": "North", "A5": "South", "A6": "North",
    "B2": "Pear", "B3": "Pear", "B4": "Apple", "B5": "Apple", "B6": "Pear",
    "C2": 10, "C3": 20, "C4": 30, "C5": 40, "C6": 50,
    "D2": True, "D3": True, "D4": False, "D5": True, "D6": False,
}  # fmt: skip
"""North: Apple 30, Pear 10 and 50; South: Apple 40, Pear 20."""

SUM, COUNT, PERCENT = "_xleta.SUM", "_xleta.COUNT", "_xleta.PERCENTOF"
RANGE = "_xlfn.LAMBDA(_xlpm.x,MAX(_xlpm.x)-MIN(_xlpm.x))"

GROUPS: list[tuple[str, list[list[Scalar]], str]] = [
    (f"GROUPBY(A2:A6,C2:C6,{SUM})", [["North", 90.0], ["South", 60.0], ["Total", 150.0]], "D"),
    (f"GROUPBY(A1:A6,C1:C6,{SUM},,0)", [["North", 90.0], ["South", 60.0]], "D: headers found"),
    ("GROUPBY(A2:A6,C2:C6,_xleta.AVERAGE,,0)", [["North", 30.0], ["South", 30.0]], "H"),
    (f"GROUPBY(A2:A6,C2:C6,{COUNT},,0)", [["North", 3.0], ["South", 2.0]], "H"),
    ("GROUPBY(A2:A6,B2:B6,_xleta.COUNTA,,0)", [["North", 3.0], ["South", 2.0]], "H"),
    ("GROUPBY(A2:A6,C2:C6,_xleta.MAX,,0)", [["North", 50.0], ["South", 40.0]], "H"),
    ("GROUPBY(A2:A6,C2:C6,_xleta.MIN,,0)", [["North", 10.0], ["South", 20.0]], "H"),
    ("GROUPBY(A2:A6,C2:C6,_xleta.MEDIAN,,0)", [["North", 30.0], ["South", 30.0]], "H"),
    ("GROUPBY(A2:A6,C2:C6,_xleta.STDEV.S,,0,-1)", [["South", 200**0.5], ["North", 20.0]], "H"),
    ("GROUPBY(A2:A6,B2:B6,_xleta.CONCAT,,0)",
     [["North", "PearApplePear"], ["South", "PearApple"]], "H"),
    ("GROUPBY(A2:A6,C2:C6,_xleta.ARRAYTOTEXT,,0)",
     [["North", "10, 30, 50"], ["South", "20, 40"]], "H"),
    (f"GROUPBY(A2:A6,C2:C6,{PERCENT})", [["North", 0.6], ["South", 0.4], ["Total", 1.0]], "D"),
    (f"GROUPBY(A2:A6,C2:C6,{RANGE})", [["North", 40.0], ["South", 20.0], ["Total", 40.0]], "D"),
    ("GROUPBY(A2:A6,C2:C6,_xlfn.LAMBDA(_xlpm.x,_xlpm.y,SUM(_xlpm.x)/SUM(_xlpm.y)),,0)",
     [["North", 0.6], ["South", 0.4]], "D: subset and total set"),
    (f'GROUPBY({{"a";"A";1}},{{1;2;4}},{SUM},,0)', [[1.0, 4.0], ["a", 3.0]], "H: in any case"),
    # several functions are labelled, beside each other or below
    (f"GROUPBY(A2:A6,C2:C6,_xlfn.HSTACK({SUM},{COUNT}),,0)",
     [["", "SUM", "COUNT"], ["North", 90.0, 3.0], ["South", 60.0, 2.0]], "D"),
    (f"GROUPBY(A2:A6,C2:C6,_xlfn.VSTACK({SUM},{COUNT}),,0)",
     [["North", "SUM", 90.0], ["North", "COUNT", 3.0], ["South", "SUM", 60.0],
      ["South", "COUNT", 2.0]], "D: row-wise"),
    (f'GROUPBY(A2:A6,C2:C6,_xlfn.VSTACK(_xlfn.HSTACK({SUM},{RANGE}),{{"t","r"}}),,0)',
     [["", "t", "r"], ["North", 90.0, 40.0], ["South", 60.0, 20.0]], "H: labels given"),
    (f"GROUPBY(A2:A6,B2:C6,_xlfn.HSTACK(_xleta.COUNTA,{SUM}),,0)",
     [["", "COUNTA", "SUM"], ["North", 3.0, 90.0], ["South", 2.0, 60.0]], "H: one a column"),
    # headers
    (f"GROUPBY(A1:A6,C1:C6,{SUM},3,0)",
     [["Region", "Sales"], ["North", 90.0], ["South", 60.0]], "D"),
    (f"GROUPBY(A1:A6,C1:C6,{SUM},1,0)", [["North", 90.0], ["South", 60.0]], "D"),
    (f"GROUPBY(A2:A6,C2:C6,{SUM},2,0)",
     [["Row Field 1", "Value 1"], ["North", 90.0], ["South", 60.0]], "P: formulas"),
    # totals
    (f"GROUPBY(A2:B6,C2:C6,{SUM},0,1)",
     [["North", "Apple", 30.0], ["North", "Pear", 60.0], ["South", "Apple", 40.0],
      ["South", "Pear", 20.0], ["Total", "", 150.0]], "D"),
    (f'GROUPBY({{"A","x";"A","y";"B","x"}},{{10;20;30}},{SUM},0,2)',
     [["A", "x", 10.0], ["A", "y", 20.0], ["A", "", 30.0], ["B", "x", 30.0], ["B", "", 30.0],
      ["Grand Total", "", 60.0]], "D, P as rows of PIVOTBY"),
    (f'GROUPBY({{"A","x";"A","y";"B","x"}},{{10;20;30}},{SUM},0,-2)',
     [["Grand Total", "", 60.0], ["A", "", 30.0], ["A", "x", 10.0], ["A", "y", 20.0],
      ["B", "", 30.0], ["B", "x", 30.0]], "D: at the top"),
    (f"GROUPBY(A2:A6,C2:C6,{SUM},0,2)", [[VALUE]], "D: subtotals need two fields"),
    # order
    (f"GROUPBY(A2:A6,C2:C6,{SUM},,0,2)", [["South", 60.0], ["North", 90.0]], "D: by the values"),
    (f"GROUPBY(B2:B6,C2:C6,{SUM},,0,-2)", [["Pear", 80.0], ["Apple", 70.0]], "D: descending"),
    (f'GROUPBY({{"A",2;"B",1;"A",3}},{{1;2;3}},{SUM},,0,-2)',
     [["A", 3.0, 3.0], ["A", 2.0, 1.0], ["B", 1.0, 2.0]], "D: within the hierarchy"),
    (f'GROUPBY({{"A",2;"B",1;"A",3}},{{1;2;3}},{SUM},,0,-2,,1)',
     [["A", 3.0, 3.0], ["A", 2.0, 1.0], ["B", 1.0, 2.0]], "D: each field by itself"),
    (f'GROUPBY({{"A",2;"B",1;"A",3}},{{1;2;3}},{SUM},,0,2,,1)',
     [["B", 1.0, 2.0], ["A", 2.0, 1.0], ["A", 3.0, 3.0]], "D: each field by itself"),
    (f'GROUPBY({{"A",2;"B",1;"A",3}},{{1;2;3}},{SUM},,0,{{-1,2}})',
     [["B", 1.0, 2.0], ["A", 2.0, 1.0], ["A", 3.0, 3.0]], "D: a vector of fields"),
    (f"GROUPBY(A2:A6,C2:C6,{SUM},,0,0)", [[VALUE]], "P"),
    (f"GROUPBY(A2:A6,C2:C6,{SUM},,0,3)", [[VALUE]], "H: no such column"),
    # filter
    (f"GROUPBY(A2:A6,C2:C6,{SUM},,0,,C2:C6>25)", [["North", 80.0], ["South", 40.0]], "D"),
    (f'GROUPBY(A1:A6,C1:C6,{SUM},3,0,,A1:A6="South")', [["Region", "Sales"], ["South", 60.0]],
     "H: as long as the data with their headers"),
    (f"GROUPBY(A2:A6,C2:C6,{SUM},,0,,D2:D5)", [[VALUE]], "D: of the same length"),
    # errors
    (f"GROUPBY(A2:A6,C2:C6,{SUM},5)", [[VALUE]], "P"),
    (f"GROUPBY(A2:A5,C2:C6,{SUM})", [[VALUE]], "H"),
    ("GROUPBY(A2:A6,C2:C6,_xlfn.LAMBDA(_xlpm.x,_xlpm.x))", [[CALC]], "H: nested arrays"),
    ("GROUPBY(A2:A6,C2:C6,_xlfn.LAMBDA(_xlpm.x,1/(SUM(_xlpm.x)-60)),,0)",
     [["North", 1 / 30], ["South", DIV0]], "H"),
]  # fmt: skip

PIVOTS: list[tuple[str, list[list[Scalar]], str]] = [
    (f'PIVOTBY({{"A";"B"}},{{"X";"Y"}},{{1;2}},{SUM},0,0,,0)',
     [["", "X", "Y"], ["A", 1.0, ""], ["B", "", 2.0]], "P"),
    (f'PIVOTBY({{"A","P";"B","Q";"A","P"}},{{"X";"Y";"X"}},{{1;2;3}},{SUM},0)',
     [["", "", "X", "Y", "Total"], ["A", "P", 4.0, "", 4.0], ["B", "Q", "", 2.0, 2.0],
      ["Total", "", 4.0, 2.0, 6.0]], "P"),
    (f'PIVOTBY({{"A";"B";"A"}},{{"X","M";"Y","N";"X","M"}},{{1;2;3}},{SUM},0)',
     [["", "X", "Y", "Total"], ["", "M", "N", ""], ["A", 4.0, "", 4.0], ["B", "", 2.0, 2.0],
      ["Total", 4.0, 2.0, 6.0]], "P"),
    (f'PIVOTBY({{"R1","R2";"A","P";"B","Q";"A","P"}},{{"C";"X";"Y";"X"}},{{"V";1;2;3}},{SUM},3)',
     [["", "", "C", "", ""], ["", "", "X", "Y", "Total"], ["R1", "R2", "V", "V", "V"],
      ["A", "P", 4.0, "", 4.0], ["B", "Q", "", 2.0, 2.0], ["Total", "", 4.0, 2.0, 6.0]], "P"),
    (f'PIVOTBY({{"A","x";"A","y";"B","x"}},{{"X";"Y";"X"}},{{10;20;30}},{SUM},0,2)',
     [["", "", "X", "Y", "Total"], ["A", "x", 10.0, "", 10.0], ["A", "y", "", 20.0, 20.0],
      ["A", "", 10.0, 20.0, 30.0], ["B", "x", 30.0, "", 30.0], ["B", "", 30.0, "", 30.0],
      ["Grand Total", "", 40.0, 20.0, 60.0]], "P"),
    (f"PIVOTBY(A2:A6,,C2:C6,{SUM})", [["North", 90.0], ["South", 60.0], ["Total", 150.0]], "H"),
    (f"PIVOTBY(A2:A6,B2:B6,C2:C6,{SUM},0,0,-2,-1,-1)",
     [["", "Total", "Pear", "Apple"], ["North", 90.0, 60.0, 30.0], ["South", 60.0, 20.0, 40.0]],
     "D: rows by their totals, columns Z to A, their total on the left"),
    (f"PIVOTBY(A2:A6,B2:B6,C2:C6,{SUM},0,0,,0,,C2:C6<35)",
     [["", "Apple", "Pear"], ["North", 30.0, 10.0], ["South", "", 20.0]], "D"),
    # what a part is of: its column (left out), its row, all, its parent in the columns and rows
    (f"PIVOTBY(A2:A6,B2:B6,C2:C6,{PERCENT},0,0,,0)",
     [["", "Apple", "Pear"], ["North", 3 / 7, 0.75], ["South", 4 / 7, 0.25]], "D"),
    (f"PIVOTBY(A2:A6,B2:B6,C2:C6,{PERCENT},0,0,,0,,,1)",
     [["", "Apple", "Pear"], ["North", 1 / 3, 2 / 3], ["South", 2 / 3, 1 / 3]], "D"),
    (f"PIVOTBY(A2:A6,B2:B6,C2:C6,{PERCENT},0,0,,0,,,2)",
     [["", "Apple", "Pear"], ["North", 0.2, 0.4], ["South", 4 / 15, 2 / 15]], "D"),
    (f"PIVOTBY(A2:A6,B2:B6,C2:C6,{PERCENT},0,0,,0,,,3)",
     [["", "Apple", "Pear"], ["North", 1 / 3, 2 / 3], ["South", 2 / 3, 1 / 3]], "D"),
    (f"PIVOTBY(A2:B6,D2:D6,C2:C6,{PERCENT},0,0,,0,,,4)",
     [["", "", False, True], ["North", "Apple", 0.375, ""], ["North", "Pear", 0.625, 1.0],
      ["South", "Apple", "", 2 / 3], ["South", "Pear", "", 1 / 3]], "D: of the row above"),
    (f"PIVOTBY(A2:A6,B2:B6,C2:C6,{SUM},0,0,0)", [[VALUE]], "P"),
    (f"PIVOTBY(A2:A6,B2:B5,C2:C6,{SUM})", [[VALUE]], "H"),
]  # fmt: skip


def test_what_each_formula_spills(recalculated: Any) -> None:
    cases = [(f"=_xlfn.{formula}", rows, source) for formula, rows, source in [*GROUPS, *PIVOTS]]
    wrong = misspilled(recalculated, DATA, cases)
    assert not wrong, "\n".join(wrong)


UNDOCUMENTED = [
    f"GROUPBY(A1:A6,C1:C6,_xlfn.HSTACK({SUM},{COUNT}),3)",
    f"GROUPBY(A2:A6,_xlfn.HSTACK(C2:C6,C2:C6,C2:C6),_xlfn.HSTACK({SUM},{COUNT}))",
    f"GROUPBY(,C2:C6,{SUM})",
    "GROUPBY(A2:A6,,)",
    f"PIVOTBY(,B2:B6,C2:C6,{SUM})",
    f"PIVOTBY(A2:A6,B2:B6,_xlfn.HSTACK(C2:C6,C2:C6),{SUM})",
]


@pytest.mark.parametrize("formula", UNDOCUMENTED)
def test_a_layout_that_is_not_documented_is_not_guessed(formula: str, recalculated: Any) -> None:
    finding = recalculated(DATA | {"Z1": f"=_xlfn.{formula}"}).cell("Z1").finding
    assert (finding.code, finding.case) == ("E02", "layout")


def test_groups_of_many_rows_take_linear_time(recalculated: Any) -> None:
    """2,000 groups of 20,000 rows, with what each is a part of."""
    formula = (
        "=SUM(_xlfn.DROP(_xlfn.GROUPBY(MOD(_xlfn.SEQUENCE(20000),2000),_xlfn.SEQUENCE(20000),"
        f"{PERCENT},0,0),0,1))"
    )
    assert recalculated({"A1": formula}, deadline_s=20.0)["A1"] == pytest.approx(1)
