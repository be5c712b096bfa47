"""Formulas with the values Excel gives, one a line.

Sources: D Excel's own documentation of the function (its examples), H by hand or by definition,
X behaviour of Excel that ENGINE facts or its file format documentation state.
"""

from __future__ import annotations

from typing import Any

import pytest

from cfp_xl.functions.values import ExcelError, Scalar

DATA: dict[str, Any] = {
    "A1": 10, "A2": 7, "A3": 9, "A4": 27, "A5": 2, "A6": "5", "A7": True, "A8": None,
    "B1": "raw", "B2": "use", "B3": "raw", "B4": "Raw materials", "B5": "RAW",
    "C1": 4.56e-18, "C2": 3.0, "C3": 4.0, "C4": 8.0, "C5": 6.0,
    "D1": "=1/0", "D2": "=NA()",
    "E1": 1, "F1": 2, "E2": 3, "F2": 4,
}  # fmt: skip

VALUE, DIV0, NA, NUM, REF, NULL = (
    ExcelError.VALUE,
    ExcelError.DIV0,
    ExcelError.NA,
    ExcelError.NUM,
    ExcelError.REF,
    ExcelError.NULL,
)

GOLDENS: list[tuple[str, Scalar, str]] = [
    # operators
    ("=-2^2", 4.0, "D: negation before exponentiation"),
    ("=2^3^2", 64.0, "D: left to right"),
    ("=50%%", 0.005, "H"),
    ('="a"&1.5&TRUE', "a1.5TRUE", "H"),
    ("=0.1+0.2&\"\"", "0.3", "X: 15 digits"),
    ("=1E+20&\"\"", "1E+20", "X"),
    ('="a"="A"', True, "D: comparison ignores case"),
    ('="10"=10', False, "X: text is not a number"),
    ("=0.1+0.2=0.3", True, "X: compared in 15 digits"),
    ('="5"+1', 6.0, "X: text converts under an operator"),
    ('="x"+1', VALUE, "X"),
    ('=""+1', VALUE, "X"),
    ("=A8+1", 1.0, "X: a blank is 0"),
    ("=A8", 0.0, "X: a reference to a blank shows 0"),
    ('=A8=""', True, "X"),
    ("=0^0", NUM, "D"),
    ("=1/0", DIV0, "D"),
    ("=(-8)^(1/3)", NUM, "D: no complex numbers"),
    ("=1E308*10", NUM, "H"),
    ("=4.56E-18*1", 4.56e-18, "H: constants keep their digits"),
    ("=C1", 4.56e-18, "H"),
    ("=SUM(E1:F2 F1:F2)", 6.0, "H: intersection"),
    ("=E1:E2 F1:F2", NULL, "D: #NULL! where ranges do not meet"),
    ("=SUM((E1,F2))", 5.0, "H: union"),
    ("=SUM({1,2;3,4})", 10.0, "H"),
    # sums and counts
    ("=SUM(A1:A8)", 55.0, "D: text and TRUE in ranges are ignored"),
    ('=SUM("5",15,TRUE)', 21.0, "D: SUM"),
    ("=SUM(D1:D2)", DIV0, "X: the first error"),
    ("=AVERAGE(A1:A5)", 11.0, "D: AVERAGE"),
    ("=MAX(A1:A5)", 27.0, "D: MAX"),
    ("=MIN(A1:A5,0)", 0.0, "D: MIN"),
    ("=COUNT(A1:A8)", 5.0, "H"),
    ("=COUNTA(A1:A8)", 7.0, "H"),
    ("=COUNTBLANK(A1:A8)", 1.0, "H"),
    ("=MEDIAN(C2:C5,{1,2,3},A5)", 3.0, "H: of 1 2 2 3 3 4 6 8"),
    ("=SUMPRODUCT(E1:E2*F1:F2)", 14.0, "H"),
    ("=SUMPRODUCT((B1:B5=\"raw\")*A1:A5)", 21.0, "H"),
    ("=SUBTOTAL(9,A1:A5)", 55.0, "H"),
    ("=AGGREGATE(9,6,D1:D2,A1:A5)", 55.0, "D: option 6 ignores errors"),
    # conditional sums
    ('=SUMIFS(A1:A5,B1:B5,"raw")', 21.0, "H: case does not matter"),
    ('=SUMIFS(A1:A5,B1:B5,"raw*",A1:A5,">9")', 37.0, "H"),
    ('=SUMIF(B1:B5,"r?w",A1)', 21.0, "D: the sum range takes the first one's shape"),
    ('=COUNTIF(A1:A8,5)', 1.0, "X: a number matches its text"),
    ('=COUNTIF(A1:A5,"<>7")', 4.0, "H"),
    ('=COUNTIF(B1:B5,"<>")', 5.0, "H"),
    ('=SUMIFS(A1:A5,B1:B4,"raw")', VALUE, "D: ranges of one shape"),
    ('=AVERAGEIFS(A1:A5,B1:B5,"none")', DIV0, "D"),
    ('=MAXIFS(A1:A5,B1:B5,"raw")', 10.0, "D"),
    # rounding
    ("=ROUND(2.15,1)", 2.2, "D: ROUND"),
    ("=ROUND(2.149,1)", 2.1, "D: ROUND"),
    ("=ROUND(-1.475,2)", -1.48, "D: ROUND"),
    ("=ROUND(1.005,2)", 1.01, "H: decimal tie"),
    ("=ROUND(39.995,2)", 40.0, "H: decimal tie"),
    ("=ROUND(626.3,-3)", 1000.0, "D: ROUND"),
    ("=ROUND(-50.55,-2)", -100.0, "D: ROUND"),
    ("=ROUNDUP(3.14159,3)", 3.142, "D: ROUNDUP"),
    ("=ROUNDDOWN(-3.14159,1)", -3.1, "D: ROUNDDOWN"),
    ("=INT(-8.9)", -9.0, "D: INT"),
    ("=MOD(-3,2)", 1.0, "D: MOD"),
    ("=MOD(3,0)", DIV0, "D: MOD"),
    # text
    ('=VALUE("1,234.5")', 1234.5, "D: VALUE"),
    ('=VALUE("10%")', 0.1, "H"),
    ('=VALUE("$1,000")', 1000.0, "D: VALUE"),
    ('=VALUE("16:48:00")-VALUE("12:00:00")', 0.2, "D: VALUE"),
    ('=TRIM("  a   b ")', "a b", "D: TRIM"),
    ('=REPT("-",1000000000)', VALUE, "D: 32,767 signs at most"),
    ('=TEXTJOIN(", ",TRUE,B1:B2,A8)', "raw, use", "D: TEXTJOIN"),
    ("=LEFT(A8)", "", "X: a blank is empty text"),
    ('=TEXT(1234.567,"#,##0.00")', "1,234.57", "D: TEXT"),
    ('=TEXT(0.285,"0.0%")', "28.5%", "D: TEXT"),
    ('=TEXT(-12.5,"+0.0;-0.0")', "-12.5", "H: the second section is for negative numbers"),
    ('=TEXT(45351.75,"yyyy-mm-dd hh:mm AM/PM")', "2024-02-29 06:00 PM", "H"),
    ('=TEXT(45351,"yyyy年m月d日")', "2024年2月29日", "H"),
    ('=TEXT(1234567,"0.00E+00")', "1.23E+06", "D: TEXT"),
    ('=TEXT(1234567,"#,##0,""k""")', "1,235k", "D: a comma at the end divides by 1,000"),
    ('=TEXT(15.0006,"0.00 ""kgCO2e""")', "15.00 kgCO2e", "H"),
    ('=TEXT("x","@!")', "x!", "D: @ stands for the text"),
    ('=TEXT(5,"General")', "5", "D"),
    # look-ups
    ("=INDEX(E1:F2,2,1)", 3.0, "D: INDEX"),
    ("=SUM(INDEX(E1:F2,0,2))", 6.0, "D: 0 takes the whole column"),
    ("=INDEX(E1:F2,3,1)", REF, "D: INDEX"),
    ("=SUM(A1:INDEX(A1:A5,3))", 26.0, "H: INDEX gives a reference"),
    ('=MATCH("use",B1:B5,0)', 2.0, "D: MATCH"),
    ("=MATCH(5,C2:C3,1)", 2.0, "D: largest value not above"),
    ('=VLOOKUP("use",B1:C5,2,FALSE)', 3.0, "D: VLOOKUP"),
    ('=VLOOKUP("none",B1:C5,2,FALSE)', NA, "D: VLOOKUP"),
    ('=XLOOKUP("none",B1:B5,C1:C5,"-")', "-", "D: XLOOKUP"),
    ("=XLOOKUP(5,C2:C4,B2:B4,,-1)", "raw", "D: the next smaller is 4, in row 3"),
    ("=OFFSET(A1,2,0)", 9.0, "D: OFFSET"),
    ("=SUM(OFFSET(A1,0,0,3,1))", 26.0, "H"),
    ("=OFFSET(A1,-1,0)", REF, "D: OFFSET"),
    ('=INDIRECT("A"&3)', 9.0, "D: INDIRECT"),
    ("=ROWS(A:A)", 1048576.0, "D: limits of a sheet"),
    ("=COLUMN(C1)", 3.0, "D: COLUMN"),
    # conditions
    ("=IF(FALSE,1)", False, "D: IF"),
    ("=IF(TRUE,,2)", 0.0, "X: an argument left out is 0"),
    ("=IF(A1>5,\"big\",1/0)", "big", "X: the other branch is not computed"),
    ("=IFERROR(1/0,\"-\")", "-", "D: IFERROR"),
    ("=IFNA(1/0,\"-\")", DIV0, "D: IFNA catches only #N/A"),
    ("=IFS(FALSE,1,TRUE,2)", 2.0, "D: IFS"),
    ("=SWITCH(3,1,\"a\",3,\"c\",\"z\")", "c", "D: SWITCH"),
    ("=CHOOSE(2,B1,B2)", "use", "D: CHOOSE"),
    ("=AND(TRUE,1,A1:A5)", True, "D: AND"),
    ("=NOT(0)", True, "D: NOT"),
    ("=ISNUMBER(A6)", False, "H: numeric text is text"),
    ("=ISERR(D2)", False, "D: all but #N/A"),
    # names, arrays and the library's own
    ("=LET(x,5,SUM(x,1))", 6.0, "D: LET"),
    ("=LAMBDA(x,y,x*y)(3,4)", 12.0, "D: LAMBDA"),
    ("=SUM(MAP(E1:F2,LAMBDA(v,v*v)))", 30.0, "H"),
    ("=REDUCE(0,E1:F2,LAMBDA(a,b,a+b))", 10.0, "D: REDUCE"),
    ("=SUM(SEQUENCE(4))", 10.0, "D: SEQUENCE"),
    ("=_xlfn.STDEV.S({1,2,3,4})", 1.2909944487358056, "H: sqrt(5/3)"),
    ("=DATE(2024,2,29)", 45351.0, "D: serial numbers count from 1900"),
    ("=EOMONTH(DATE(2011,1,1),1)", 40602.0, "D: EOMONTH, 28 February 2011"),
    ("=FV(0.06/12,10,-200,-500,1)", 2581.4033740601, "D: FV"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("formula", "expected", "source"), GOLDENS, ids=[formula for formula, _, _ in GOLDENS]
)
def test_value(formula: str, expected: Scalar, source: str, recalculated: Any) -> None:
    value = recalculated(DATA | {"Z1": formula})["Z1"]
    if isinstance(expected, float):
        assert isinstance(value, float), source
        assert value == pytest.approx(expected, rel=1e-12, abs=0), source
    else:
        assert value == expected, source
        assert type(value) is type(expected), source
