"""Examples of Excel's documentation for functions whose values nothing else holds, and what arrays
and texts do in them.

The documentation shows rounded values; each is compared in the digits it shows. Rows marked H are
by hand or by definition.
"""

from __future__ import annotations

from typing import Any

import pytest

from cfp_xl.functions.values import ExcelError
from tests.engine.conftest import misspilled
from tests.engine.test_documented_examples import is_as_shown

VALUE, NUM, NA = ExcelError.VALUE, ExcelError.NUM, ExcelError.NA
STRENGTH = "{1345,1301,1368,1322,1310,1370,1318,1350,1303,1299}"
DATA: dict[str, Any] = {"A1": 10, "A2": 7, "A3": 9, "A4": 2, "A5": "Not available"}

EXAMPLES: list[tuple[str, Any]] = [
    # angles
    ("ACOS(-0.5)", "2.094395102"), ("ASIN(-0.5)", "-0.523598776"), ("ASINH(-2.5)", "-1.647231146"),
    ("ATAN(1)", "0.785398163"), ("ATANH(0.76159416)", "1.00000001"), ("COSH(4)", "27.308233"),
    ("COTH(2)", "1.0373"), ("CSC(15)", "1.5378"), ("CSCH(1.5)", "0.4696"),
    ("RADIANS(270)", "4.712389"), ("TANH(-2)", "-0.964028"),
    # numbers
    ("CEILING.PRECISE(4.3)", "5"), ("CEILING.PRECISE(-4.3,2)", "-4"),
    ("CEILING.PRECISE(4.3,-2)", "6"), ("FACTDOUBLE(6)", "48"), ("FACTDOUBLE(7)", "105"),
    ("MULTINOMIAL(2,3,4)", "1260"), ("PERMUTATIONA(3,2)", "9"), ("PERMUTATIONA(2,2)", "4"),
    ("PERMUTATIONA(0,1)", NUM), ("ISEVEN(-1)", False), ("ISEVEN(2.5)", True), ("ISODD(-1)", True),
    ("ISODD(2.5)", False), ("SUMX2PY2({2,3,9,1,8,7,5},{6,5,11,7,5,4,4})", "521"),
    ("SUMXMY2({2,3,9,1,8,7,5},{6,5,11,7,5,4,4})", "79"), ("PERCENTOF({1,2},{1,2,3,4})", "0.3"),
    # complex numbers
    ('IMREAL(IMCOS("1+i"))', "0.83373002513115"), ('IMAGINARY(IMCOS("1+i"))', "-0.98889770576287"),
    ('IMREAL(IMCOSH("4+3i"))', "-27.03494560307"), ('IMREAL(IMCOT("4+3i"))', "0.00490118239430"),
    ('IMREAL(IMCSC("4+3i"))', "-0.07548983291586"), ('IMREAL(IMCSCH("4+3i"))', "-0.036275889629"),
    ('IMREAL(IMEXP("1+i"))', "1.4686939399159"), ('IMREAL(IMLN("3+4i"))', "1.6094379124341"),
    ('IMAGINARY(IMLN("3+4i"))', "0.92729521800161"), ('IMREAL(IMLOG10("3+4i"))', "0.69897000434"),
    ('IMREAL(IMLOG2("3+4i"))', "2.3219280948874"), ('IMREAL(IMPOWER("2+3i",3))', "-46.000000000"),
    ('IMREAL(IMSEC("4+3i"))', "-0.06529402785795"), ('IMREAL(IMSECH("4+3i"))', "-0.036253496916"),
    ('IMREAL(IMSIN("4+3i"))', "-7.6192317203214"), ('IMREAL(IMSINH("4+3i"))', "-27.016813258004"),
    ('IMREAL(IMSQRT("1+i"))', "1.0986841134678"), ('IMREAL(IMTAN("4+3i"))', "0.00490825806750"),
    # samples
    ("AVERAGEA(A1:A5)", "5.6"), ("MAXA(0,0.2,0.5,0.4,TRUE)", "1"),
    ("MINA(FALSE,0.2,0.5,0.4,0.8)", "0"), (f"STDEV.S({STRENGTH})", "27.46391572"),
    (f"STDEV.P({STRENGTH})", "26.05455814"), (f"STDEVP({STRENGTH})", "26.05455814"),
    (f"STDEVA({STRENGTH})", "27.46391572"), (f"STDEVPA({STRENGTH})", "26.05455814"),
    (f"VAR.S({STRENGTH})", "754.27"), (f"VAR.P({STRENGTH})", "678.84"),
    (f"VAR({STRENGTH})", "754.2667"), (f"VARA({STRENGTH})", "754.26667"),
    (f"VARPA({STRENGTH})", "678.84"), ("MODE.SNGL({5.6,4,4,3,2,4})", "4"),
    ("SUM(MODE.MULT({1;2;3;4;3;2;1;2;3;5;6;1}))", "6"), ("PERCENTILE.INC({1,3,2,4},0.3)", "1.9"),
    ("QUARTILE.INC({1,2,4,7,8,9,10,12},1)", "3.5"), ("RANK.EQ(A2,A1:A4,1)", "2"),
    ("COVARIANCE.S({2,4,8},{5,11,12})", "9.666666667"),
    ("FORECAST.LINEAR(30,{6,7,9,15,21},{20,28,31,38,40})", "10.607253"),
    ("PROB({0,1,2,3},{0.2,0.3,0.1,0.4},2)", "0.1"),
    ("PROB({0,1,2,3},{0.2,0.3,0.1,0.4},1,3)", "0.8"),
    # distributions and tests
    ("BETADIST(2,8,10,1,3)", "0.6854706"), ("BETAINV(0.685470581,8,10,1,3)", "2.000000"),
    ("CHISQ.DIST.RT(18.307,10)", "0.0500006"), ("CHISQ.INV.RT(0.050001,10)", "18.306973"),
    ("CHITEST({58,35;11,25;10,23},{45.35,47.65;17.56,18.44;16.09,16.91})", "0.0003082"),
    ("CRITBINOM(6,0.5,0.75)", "4"), ("EXPONDIST(0.2,10,TRUE)", "0.86466472"),
    ("EXPONDIST(0.2,10,FALSE)", "1.35335283"), ("F.DIST.RT(15.20686486,6,4)", "0.01"),
    ("FDIST(15.20686486,6,4)", "0.01"), ("F.INV(0.01,6,4)", "0.10930991"),
    ("FINV(0.01,6,4)", "15.206865"), ("FTEST({6,7,9,15,21},{20,28,31,38,40})", "0.64831785"),
    ("GAMMADIST(10.00001131,9,2,TRUE)", "0.068094"), ("GAMMAINV(0.068094,9,2)", "10.0000112"),
    ("GAMMALN.PRECISE(4.5)", "2.453736571"), ("LOGINV(0.039084,3.5,1.2)", "4.0000252"),
    ("NORM.S.DIST(1.333333,TRUE)", "0.908788726"), ("NORM.S.DIST(1.333333,FALSE)", "0.164010148"),
    ("NORMINV(0.908789,40,1.5)", "42.000002"), ("T.DIST.RT(1.959999998,60)", "0.027322"),
    ("T.INV(0.75,2)", "0.8164966"),
    ("TTEST({3,4,5,8,9,1,2,4,5},{6,19,3,2,14,4,5,17,1},2,1)", "0.196016"),
    ("WEIBULL(105,20,100,TRUE)", "0.929581"), ("WEIBULL(105,20,100,FALSE)", "0.035589"),
    ("ZTEST({3,6,7,8,6,5,4,2,1,9},4)", "0.090574"), ("ZTEST({3,6,7,8,6,5,4,2,1,9},6)", "0.863043"),
    ("ERF.PRECISE(0.745)", "0.70792892"), ("ERFC.PRECISE(1)", "0.15729921"),
    # money
    ("COUPPCD(DATE(2011,1,25),DATE(2011,11,15),2,1)", "40497"),
    ("FVSCHEDULE(1,{0.09,0.11,0.1})", "1.33089"),
    ("ODDFYIELD(39763,44256,39736,39873,0.0575,84.5,100,2,0)", "0.077245542"),
    ("ODDLYIELD(39558,39614,39440,0.0375,99.875,100,2,0)", "0.045192"),
    ("PRICEDISC(39494,39508,0.0525,100,2)", "99.79583"),
    ("PRICEMAT(39493,39551,39397,0.061,0.061,0)", "99.98449888"),
    ("YIELDDISC(39494,39508,99.795,100,2)", "0.052823"),
    ("YIELDMAT(39522,39755,39394,0.0625,100.0123,0)", "0.060954"),
    # kinds, texts, references
    ('ISLOGICAL("TRUE")', False), ("ISLOGICAL(TRUE)", True), ("ISNA(NA())", True),
    ("ISNONTEXT(A1)", True), ("ISFORMULA(A1)", False), ("AREAS(B2:D4)", "1"),
    ("AREAS((B2:D4,E5,F6:I9))", "3"), ('VALUETOTEXT("hello",1)', "'\"hello\""),
    ('ARRAYTOTEXT({1,"a";TRUE,2},1)', "'{1,\"a\";TRUE,2}"),
    ('ARRAYTOTEXT({1,"a";TRUE,2})', "'1, a, TRUE, 2"), ('HYPERLINK("http://x","Click")', "'Click"),
    ("EFFECT(NA(),4)", NA), ("NOMINAL(1/0,4)", ExcelError.DIV0), ("IMABS(#NUM!)", NUM),
    ("FORMULATEXT(A1)", NA), ("SHEETS()", "1"),
    # H: a text that is a moment is the same number everywhere
    ('AVERAGEA(1,"12:00")', "0.75"), ('MINA(1,"12:00")', "0.5"),
    ('STANDARDIZE(1,"12:00",1)', "0.5"),
    ('NORM.INV(0.5,"1010",1)', "1010"), ('FVSCHEDULE("12:00",0)', "0.5"),
]  # fmt: skip


@pytest.mark.parametrize(("formula", "expected"), EXAMPLES, ids=[f for f, _ in EXAMPLES])
def test_example(formula: str, expected: Any, recalculated: Any) -> None:
    assert is_as_shown(recalculated(DATA | {"Z9": f"={formula}"})["Z9"], expected)


SPILLED: list[tuple[str, list[list[Any]], str]] = [
    # functions of the Analysis ToolPak take arrays one by one, but no ranges
    ("=ISODD(_xlfn.SEQUENCE(3))", [[True], [False], [True]], "H"),
    ("=ISEVEN({1,2;3,4})", [[False, True], [False, True]], "H"),
    ("=IMABS({\"3+4i\",\"6+8i\"})", [[5.0, 10.0]], "H"),
    ("=GESTEP({5,4,3},4)", [[1.0, 1.0, 0.0]], "H"),
    ("=COMPLEX({1,2},3)", [["1+3i", "2+3i"]], "H"),
    ("=DELTA({1;2},A4)", [[0.0], [1.0]], "H"),
    ("=ISODD(A1:A4)", [[VALUE]], "H"),
    ("=_xlfn.FILTER({1;2;3},ISODD({1;2;3}))", [[1.0], [3.0]], "H"),
    # of arrays of several sizes nothing is stretched but single lines
    ("=_xlfn.EXPON.DIST({0,0;0,0},{1,2,3},FALSE)", [[1.0, 2.0, NA], [1.0, 2.0, NA]], "H: e^0"),
    ("=FREQUENCY({79,85,78,85,50,81,95,88,97},{70;79;89})", [[1.0], [2.0], [4.0], [2.0]], "D"),
    ("=FREQUENCY({3;1;3;2},{3;1;3;2})", [[2.0], [1.0], [0.0], [1.0], [0.0]], "H: any order"),
    ("=FREQUENCY({1;2},A5:A6)", [[2.0]], "D: no bins"),
    ("=_xlfn.TOCOL({1,2;3,4})", [[1.0], [2.0], [3.0], [4.0]], "D"),
    ("=_xlfn.TOROW({1,2;3,4},0,TRUE)", [[1.0, 3.0, 2.0, 4.0]], "D"),
    ("=_xlfn.VSTACK({1,2},{3})", [[1.0, 2.0], [3.0, NA]], "D"),
    ("=_xlfn.BYCOL({1,2;3,4},_xleta.MAX)", [[3.0, 4.0]], "D"),
    ("=_xlfn.MAKEARRAY(2,3,_xlfn.LAMBDA(_xlpm.r,_xlpm.c,_xlpm.r*_xlpm.c))",
     [[1.0, 2.0, 3.0], [2.0, 4.0, 6.0]], "D"),
]  # fmt: skip


def test_what_each_formula_spills(recalculated: Any) -> None:
    wrong = misspilled(recalculated, DATA, SPILLED)
    assert not wrong, "\n".join(wrong)
