"""Arrays of LAMBDAs and of references, arrays beside each other, and what they give.

Sources: D Microsoft's documentation of the function, H by hand or by definition, P what another
program's tests hold as measured in Excel 16.111 (libraz/formulon).
"""

from __future__ import annotations

from typing import Any

from cfp_xl.functions.values import ExcelError, Scalar
from tests.engine.conftest import misspilled

NA, VALUE, CALC = ExcelError.NA, ExcelError.VALUE, ExcelError.CALC

DATA: dict[str, Any] = {
    "A1": 1, "A2": 2, "A3": 3, "A4": 4, "A5": 5,
    "B1": "East", "B2": "West", "B3": "East", "B4": "North", "B5": "West",
    "C1": 10, "C2": 20, "C3": 30, "C4": 40, "C5": 50,
}  # fmt: skip

ADDERS = "_xlfn.MAP({1,2,3},_xlfn.LAMBDA(_xlpm.k,_xlfn.LAMBDA(_xlpm.y,_xlpm.k+_xlpm.y)))"

LAMBDAS: list[tuple[str, list[list[Scalar]], str]] = [
    # an array may hold LAMBDAs; what a cell shows of one is #CALC!
    (f"={ADDERS}", [[CALC, CALC, CALC]], "D: #CALC!, a LAMBDA that is not called"),
    (f"=INDEX({ADDERS},2)(5)", [[7.0]], "H"),
    (f"=_xlfn.MAP({ADDERS},_xlfn.LAMBDA(_xlpm.f,_xlpm.f(10)))", [[11.0, 12.0, 13.0]], "H"),
    ("=_xlfn.LET(_xlpm.t,_xlfn.BYROW(A1:A3,_xlfn.LAMBDA(_xlpm.r,_xlfn.LAMBDA(_xlfn.SEQUENCE(_xlpm.r)"
     "))),_xlfn.REDUCE(0,_xlpm.t,_xlfn.LAMBDA(_xlpm.a,_xlpm.f,_xlpm.a+SUM(_xlpm.f()))))",
     [[10.0]], "H: 1 + (1 + 2) + (1 + 2 + 3)"),
    ("=INDEX(_xlfn.HSTACK(_xlfn.LAMBDA(_xlpm.x,_xlpm.x+1),_xleta.SUM),1,2)(4,5)", [[9.0]], "H"),
    ("=_xlfn.DROP(_xlfn.VSTACK(_xlfn.LAMBDA(1),2),1)", [[2.0]], "H"),
    ("=_xlfn.REDUCE(_xlfn.LAMBDA(_xlpm.x,_xlpm.x),{1,2},_xlfn.LAMBDA(_xlpm.f,_xlpm.k,"
     "_xlfn.LAMBDA(_xlpm.x,_xlpm.f(_xlpm.x)+_xlpm.k)))(10)", [[13.0]], "H"),
    # functions named bare
    ("=_xlfn.BYROW(A1:C1,_xleta.COUNT)", [[2.0]], "D: a function in place of LAMBDA"),
    ("=_xlfn.SCAN(1,A1:A4,_xleta.PRODUCT)", [[1.0], [2.0], [6.0], [24.0]], "H"),
    ("=IF(TRUE,_xleta.SUM,_xleta.MAX)(1,2)", [[3.0]], "H"),
    ("=_xlfn.LAMBDA(_xlpm.f,_xlpm.f(A1:A4))(_xleta.AVERAGE)", [[2.5]], "H"),
    ("=TYPE(_xleta.SUM)", [[128.0]], "D: TYPE of a LAMBDA"),
    # optional parameters
    ("=_xlfn.LAMBDA(_xlpm.x,_xlop.y,IF(_xlfn.ISOMITTED(_xlop.y),-1,_xlop.y))(1)", [[-1.0]], "D"),
    # no arrays of arrays; of several arrays none is stretched
    ("=_xlfn.MAP({1,2},_xlfn.LAMBDA(_xlpm.x,_xlfn.SEQUENCE(_xlpm.x)))", [[CALC]], "P: one is"),
    ("=_xlfn.BYROW(A1:C2,_xlfn.LAMBDA(_xlpm.r,_xlpm.r))", [[CALC]], "P: arrays of arrays"),
    ("=_xlfn.SCAN(0,{1,2},_xlfn.LAMBDA(_xlpm.a,_xlpm.v,_xlfn.HSTACK(_xlpm.a,_xlpm.v)))", [[CALC]],
     "H: as BYROW"),
    ("=_xlfn.MAP({1,#N/A,3},_xlfn.LAMBDA(_xlpm.x,_xlpm.x*2))", [[2.0, NA, 6.0]], "H"),
    ("=_xlfn.SCAN(0,{1,#N/A,3},_xlfn.LAMBDA(_xlpm.a,_xlpm.v,_xlpm.a+_xlpm.v))", [[1.0, NA, NA]],
     "H: an error is carried on"),
    ("=_xlfn.MAKEARRAY(1,2,_xlfn.LAMBDA(_xlpm.r,_xlpm.c,IF(_xlpm.c=1,#N/A,2)))", [[NA, 2.0]], "H"),
    # as many parameters as values
    ("=_xlfn.MAP({1,2,3},{10,20},_xlfn.LAMBDA(_xlpm.a,_xlpm.b,_xlpm.a+_xlpm.b))",
     [[11.0, 22.0, NA]], "P"),
    ("=_xlfn.MAP({1,2},_xlfn.LAMBDA(_xlpm.a,_xlpm.b,_xlpm.a))", [[VALUE]], "D: MAP"),
    ("=_xlfn.MAP({1,2},_xlfn.LAMBDA(_xlpm.a,_xlop.b,_xlpm.a))", [[1.0, 2.0]], "D: optional"),
    ("=_xlfn.BYROW({1,2;3,4},_xlfn.LAMBDA(_xlpm.a,_xlpm.b,1))", [[VALUE]], "D: BYROW"),
    ("=_xlfn.REDUCE(0,{1,2},_xlfn.LAMBDA(_xlpm.a,_xlpm.a))", [[VALUE]], "D: REDUCE"),
    ("=_xlfn.MAKEARRAY(2,2,_xlfn.LAMBDA(_xlpm.a,1))", [[VALUE]], "D: MAKEARRAY"),
    ("=_xlfn.LAMBDA(_xlpm.x,_xlpm.y,_xlpm.x)(1)", [[VALUE]], "D: LAMBDA"),
    ("=_xlfn.MAP({1,2},{1},_xlfn.LAMBDA(_xlpm.a,_xlpm.b,_xlpm.a+_xlpm.b))", [[2.0, NA]], "H"),
    # what a LAMBDA gets of cells are the cells
    ("=_xlfn.LET(_xlpm.f,_xlfn.LAMBDA(_xlpm.c,ROW(_xlpm.c)),_xlfn.MAP(A4:A5,_xlfn.LAMBDA(_xlpm.x,"
     "_xlpm.f(_xlpm.x))))", [[4.0], [5.0]], "H"),
    ("=_xlfn.BYROW(A1:B2,_xlfn.LAMBDA(_xlpm.r,COLUMNS(_xlpm.r)+ROW(_xlpm.r)))",
     [[3.0], [4.0]], "H"),
]  # fmt: skip

REFERENCES: list[tuple[str, list[list[Scalar]], str]] = [
    ("=SUBTOTAL(9,OFFSET(C1,{0;2},0,2))", [[30.0], [70.0]], "H"),
    ("=SUMPRODUCT(SUBTOTAL(103,OFFSET(B1,ROW(B1:B5)-1,0)),A1:A5)", [[15.0]], "H"),
    ("=MAX(SUBTOTAL(9,OFFSET(C1,0,0,ROW(A1:A5))))", [[150.0]], "H: running totals"),
    ('=SUM(SUMIF(INDIRECT({"B1:B3","B4:B5"}),"West",INDIRECT({"C1:C3","C4:C5"})))', [[70.0]], "H"),
    ('=SUMIF(OFFSET(B1,{0;2},0,2),{"East","West"},OFFSET(C1,{0;2},0,2))',
     [[10.0, 20.0], [30.0, 0.0]], "H"),
    ('=COUNTIF(OFFSET(B1,{0;2},0,2),"East")', [[1.0], [1.0]], "H"),
    ('=SUM(SUMIFS(OFFSET(C1,{0,1},0,2),OFFSET(B1,{0,1},0,2),"West"))', [[40.0]], "H"),
    ("=COUNTBLANK(OFFSET(A4,{0,1},0,2))", [[0.0, 1.0]], "H"),
    ("=SUMPRODUCT(N(OFFSET(C1,{0;2;4},0)))", [[90.0]], "H"),
    ("=T(OFFSET(B1,{0,1},0))", [["East", "West"]], "H"),
    ("=COUNTIF(OFFSET(B1,{0;-9},0,2),\"East\")", [[1.0], [ExcelError.REF]], "H: none above row 1"),
    ("=SUM(N({1,2;TRUE,4}))", [[8.0]], "H: of an array each, of a range its first"),
    ("=N(A2:A5)", [[2.0]], "D: N of a range"),
    ("=SUM(INDEX(C1:C5,N(IF(1,{1,3}))))", [[40.0]], "H"),
    ("=SUM(_xlfn.XLOOKUP(2,A1:A5,C1:C5):_xlfn.XLOOKUP(4,A1:A5,C1:C5))", [[90.0]], "D: XLOOKUP"),
    ('=ROW(_xlfn.XLOOKUP("North",B1:B5,A1:C5))', [[4.0]], "H"),
]  # fmt: skip

STACKS: list[tuple[str, list[list[Scalar]], str]] = [
    ("=_xlfn.VSTACK(A1:A2,{7,8})", [[1.0, NA], [2.0, NA], [7.0, 8.0]], "D: VSTACK"),
    ("=_xlfn.HSTACK(A1:A2,C1)", [[1.0, 10.0], [2.0, NA]], "D: HSTACK"),
    ("=_xlfn.TOCOL(A4:A7,1)", [[4.0], [5.0]], "D: TOCOL without blanks"),
    ("=_xlfn.TOROW({1,2;3,4},0,TRUE)", [[1.0, 3.0, 2.0, 4.0]], "D: TOROW by column"),
    ("=_xlfn.TOCOL(A6:A7,1)", [[CALC]], "D: nothing left"),
    ("=_xlfn.TOCOL({1,#N/A},3)", [[1.0]], "D"),
    ("=_xlfn.TOCOL(A1,4)", [[VALUE]], "D"),
    ('=_xlfn.EXPAND({1;2},3,2,"-")', [[1.0, "-"], [2.0, "-"], ["-", "-"]], "D: EXPAND"),
    ("=_xlfn.EXPAND({1;2},,2)", [[1.0, NA], [2.0, NA]], "D"),
    ("=_xlfn.EXPAND({1;2},1)", [[VALUE]], "D: fewer rows than the array has"),
]


def test_what_each_formula_spills(recalculated: Any) -> None:
    wrong = misspilled(recalculated, DATA, [*LAMBDAS, *REFERENCES, *STACKS])
    assert not wrong, "\n".join(wrong)


def test_a_function_that_takes_no_lambda_gives_no_value(recalculated: Any) -> None:
    formulas = {"Z1": "=COVAR(_xleta.SUM,A1:A2)", "Z9": "=COVAR(_xlfn.HSTACK(_xleta.SUM),A1:A2)"}
    assert recalculated({**DATA, **formulas}).codes() == [("E02", "Z1"), ("E02", "Z9")]
