"""Functions of our own in the place of the library's, and what they make of unusual arguments.

Sources: D Excel's documentation of the function, H by hand or by definition, P what two other
programs (IronCalc, LibreOffice Calc) both give, E ExcelFinancialFunctions' method and the DAX
documentation of the same function, L LibreOffice Calc, C a value that Excel cached in a public
workbook.
"""

from __future__ import annotations

import re
from typing import Any

import pytest

from cfp_xl.functions.values import ExcelError

VALUE, DIV0, NA, NUM, REF, CALC = (
    ExcelError.VALUE,
    ExcelError.DIV0,
    ExcelError.NA,
    ExcelError.NUM,
    ExcelError.REF,
    ExcelError.CALC,
)

DATA: dict[str, Any] = {
    "A1": 1, "A2": 2, "A3": 3, "B1": 4, "B2": 5, "B3": 6, "C1": "a", "C2": "b", "C3": "c",
    "D1": -100, "D2": 30, "D3": None, "D4": 40, "D5": "x", "D6": 60,
    "E1": "=1/0", "F1": "5", "F2": True,
    "G1": 44958, "G2": 44986, "G3": 45017, "G4": 45078, "G5": 45108, "G6": 45139,
}  # fmt: skip

SCALARS: list[tuple[str, Any, str]] = [
    # payments and rates
    ("=PMT(0.08/12,10,10000)", -1037.03208935916, "D"),
    ("=PMT(0.08/12,10,10000,0,1)", -1030.16432717797, "D"),
    ("=PMT(0.01,10,1000,0,2.7)", -104.53670945660528, "P: any number but 0 is 1"),
    ("=PMT(,10,1000)", -100.0, "H: no interest"),
    ("=PMT(0.1,0,100)", NUM, "H: no periods"),
    ("=PMT(1E10,1E9,1000)", NUM, "H: no float holds it"),
    ("=PV(0.08/12,12*20,500,,0)", -59777.1458511878, "D"),
    ("=FV(0.06/12,10,-200,-500,1)", 2581.40337406012, "D"),
    ("=FV(0,10,-100)", 1000.0, "H"),
    ("=NPER(0.01,-100,-1000,10000,1)", 59.6738656742946, "D"),
    ("=NPER(0,-100,1000,50,1)", 10.5, "P"),
    ("=RATE(48,-200,8000)", 0.00770147248820165, "D"),
    ("=RATE(10,-110,0)", NUM, "H: nothing is lent"),
    ("=NPV(0.1,D1:D6)", -100 / 1.1 + 30 / 1.21 + 40 / 1.331 + 60 / 1.4641, "D: no gaps"),
    ("=NPV(0.1,F1,30)", 30 / 1.1, "P: text in a range is no flow"),
    ("=IRR(D1:D6)", 0.12714748441856638, "P: gaps are no periods"),
    ("=IRR({-70000,12000,15000,18000,21000})", -0.0212448482732438, "D"),
    ("=IRR({1,2,3})", NUM, "D: no negative flow"),
    ("=CUMIPMT(1E300,1E9,1000,1,3,0)", NUM, "H: no float holds it"),
    ("=VDB(2400,0,10.5,9,10)", 150.09854687649158, "L: a life that ends within a period"),
    ("=VDB(2400,240,10.5,10,10.5,1.5)", 79.0851884277245, "L"),
    ("=VDB(2400,300,10,0,11)", NUM, "L: beyond its life"),
    ("=VDB(1000,0,10000,0,5000)", 1000 * (1 - 0.9998**5000), "H: 5000 times 2/10,000 of the rest"),
    # XIRR stops where Excel's halving does: in all digits
    (
        "=XIRR({-10000,2750,4250,3250,2750},{39448,39508,39751,39859,39904},0.1)",
        0.373362535238266,
        "D: 0.373362535, all digits as other programs' tests have them from Excel",
    ),
    ("=XIRR({-20,5,5,5,5,5},G1:G6,0.1)", 1.1859161972999572, "C"),
    ("=XIRR({-20,9,9,9,9,9},{23,23.67,123.69,400.992,500,500},0.2)", 3.131423544883728, "C"),
    ("=XIRR({-20,5,12,1,7,5},{45292,45323,45353,45386,45782,46179},2)", 0.9825324892997742, "C"),
    ("=XIRR({-100,23,30,10,20,5},G1:G6,-0.3)", -0.4135234050452709, "C"),
    ("=XIRR({-400,100,10,5,6,5},G1:G6,-0.4)", -0.9977533546974883, "C"),
    ("=XIRR({-100,105},{0,365})", 0.05, "H: beyond what is known of its search the exact rate"),
    # bonds
    ("=ACCRINT(DATE(2007,3,1),DATE(2008,8,31),DATE(2008,5,1),0.1,1000,2,0)", 116.944444444444, "E"),
    ("=ACCRINT(DATE(2008,3,1),DATE(2008,8,31),DATE(2008,5,1),0.1,1000,2,0)", 16.6666666666667, "D"),
    ("=DISC(E1,39583,97,100,2)", DIV0, "P: an error goes first"),
    ("=PRICE(39493,43054,0.0575,0.065,100,2.7,0)", 94.63436162132213, "P: frequency is cut"),
    ('=DATEDIF(1,2,"X")', NUM, "D"),
    ('=DATEDIF(DATE(2001,6,1),DATE(2002,8,15),"MD")', 14.0, "D"),
    # working days and weeks
    ("=NETWORKDAYS(DATE(2012,10,1),DATE(2013,3,1),{41235,41247,41295})", 107.0, "D"),
    ("=NETWORKDAYS(DATE(2013,3,1),DATE(2012,10,1))", -110.0, "H: backwards"),
    ('=NETWORKDAYS.INTL(DATE(2006,1,1),DATE(2006,2,1),7,{"2006/1/2","2006/1/16"})', 22.0, "D"),
    ('=NETWORKDAYS.INTL(38718,38749,"0010001",{"2006/1/2","2006/1/16"})', 20.0, "D"),
    ('=NETWORKDAYS.INTL(1,2,"1111111")', 0.0, "D: never a working day"),
    ("=NETWORKDAYS.INTL(1,2,99)", NUM, "D"),
    ('=NETWORKDAYS.INTL(1,2,"11")', VALUE, "D"),
    ("=WORKDAY(DATE(2008,10,1),151,{39778,39786,39834})", 39938.0, "D"),
    ("=WORKDAY(DATE(2008,10,1),-5)", 39715.0, "H: the Wednesday before"),
    ("=WORKDAY(DATE(2008,10,4),0)", 39725.0, "H: no day on, even from a Saturday"),
    ("=WORKDAY(DATE(2008,10,1),1E9)", NUM, "H: beyond the calendar"),
    ("=WORKDAY.INTL(DATE(2012,1,1),90,11)", 41013.0, "D"),
    ("=WORKDAY.INTL(DATE(2012,1,1),30,17)", 40944.0, "D: 5 February 2012"),
    ("=WORKDAY.INTL(DATE(2012,1,1),30,0)", NUM, "D"),
    ('=WORKDAY.INTL(DATE(2012,1,1),30,"1111111")', VALUE, "D"),
    ("=WEEKNUM(DATE(2012,1,1),21)", 52.0, "H: the Sunday before ISO's first week"),
    ("=WEEKNUM(0)", 0.0, "H: 0 January 1900"),
    ("=ISOWEEKNUM(DATE(2009,12,31))", 53.0, "H: 2009 has 53"),
    ("=YEARFRAC(DATE(2012,1,1),DATE(2012,7,30),1)", 0.576502732240437, "D"),
    ("=YEARFRAC(DATE(2004,2,29),DATE(2005,2,28),0)", 1.0, "H: both are the 30th"),
    ("=YEARFRAC(DATE(2000,1,31),DATE(2000,3,31),4)", 60 / 360, "H"),
    ("=YEARFRAC(DATE(2008,1,1),DATE(2015,3,31),1)", 2646 / 365.25, "H: the mean of eight years"),
    ("=YEARFRAC(1,2,5)", NUM, "D"),
    # pairs
    ("=CORREL({3,2,4,5,6},{9,7,12,15,17})", 0.997054485501581, "D"),
    ("=PEARSON({9,7,5,3,1},{10,6,1,5,3})", 30 / (40 * 46) ** 0.5, "D: 0.699379"),
    ("=RSQ({2,3,9,1,8,7,5},{6,5,11,7,5,4,4})", 0.0579501915708812, "D: 0.05795; digits by numpy"),
    ("=CORREL(A1:A3,{1;1;1})", DIV0, "D: one of them does not vary"),
    ("=CORREL(A1:A3,B1:B2)", NA, "D: not as many of each"),
    ("=CORREL(D1:D6,{1;2;99;4;99;6})", 382.5 / (15875 * 14.75) ** 0.5, "H: pairs of numbers"),
    # ranks
    ("=PERCENTRANK({13,12,11,8,4,3,2,1,1,1},2)", 0.333, "D"),
    ("=PERCENTRANK.INC({13,12,11,8,4,3,2,1,1,1},5)", 0.583, "D"),
    ("=PERCENTRANK.EXC({1,2,3,6,6,6,7,8,9},5.43)", 0.381, "D"),
    ("=PERCENTRANK.EXC({1,2,3,6,6,6,7,8,9},5.43,1)", 0.3, "D"),
    ("=PERCENTRANK({1,2,3},9)", NA, "H: beyond them"),
    ("=PERCENTRANK({1,2,3},2,1E15)", 0.5, "H: absurd digits take no time"),
    # what is left out between commas, and errors
    ("=NORM.DIST(42,40,1.5,)", 0.10934004978399574, "P: FALSE"),
    ("=PERCENTILE({1,2,3},)", 1.0, "P: 0"),
    ("=DEC2BIN(9,E1)", DIV0, "P"),
    # bases and bits
    ("=DEC2BIN(9,4)", "1001", "D"),
    ("=DEC2BIN(-1,5)", "1111111111", "D: places do not matter"),
    ("=DEC2BIN(512)", NUM, "D"),
    ("=DEC2BIN(9,2)", NUM, "D"),
    ("=DEC2HEX(100,4)", "0064", "D"),
    ("=DEC2HEX(-54)", "FFFFFFFFCA", "D"),
    ("=DEC2OCT(-100)", "7777777634", "D"),
    ("=BIN2HEX(1101,F1)", "0000D", "P: places from text"),
    ("=BIN2OCT(1101,TRUE)", VALUE, "P"),
    ('=BIN2DEC("12")', NUM, "D"),
    ('=HEX2BIN("F",8)', "00001111", "D"),
    ('=HEX2DEC("FFFFFFFF5B")', -165.0, "D"),
    ('=HEX2OCT("3B4E")', "35516", "D"),
    ("=OCT2DEC(7777777533)", -165.0, "D"),
    ("=OCT2HEX(7777777533)", "FFFFFFFF5B", "D"),
    ("=BITAND(13,25)", 9.0, "D"),
    ("=BITOR(23,10)", 31.0, "D"),
    ("=BITXOR(5,3)", 6.0, "D"),
    ("=BITLSHIFT(1,53)", NUM, "D: beyond 2^48-1"),
    ("=BITRSHIFT(13,2)", 3.0, "D"),
    ("=BITAND(-1,2)", NUM, "D"),
    # complex numbers, units, Roman numerals, text
    ('=IMDIV("3","1-i")', "1.5+1.5i", "P: a real number as text"),
    ('=IMSUM("3","1-i")', "4-i", "P"),
    ('=CONVERT(1,"GRT","m3")', 2.8316846592, "D: 100 cubic feet"),
    ('=ARABIC("-LVII")', -57.0, "D"),
    ('=ARABIC(" mcmxii ")', 1912.0, "D: blanks and case do not matter"),
    ("=ROMAN(499,FALSE)", "ID", "D: simplified"),
    ("=ROMAN(499,TRUE)", "CDXCIX", "D: classic"),
    ('=UPPER("straße")', "STRAßE", "H: one sign for one"),
    ("=USDOLLAR(1234.567)", "$1,234.57", "D"),
    ('=DBCS("AB 1")', "ＡＢ　１", "D: full width"),
    ('=ASC("ＡＢ")', "AB", "D: half width"),
    ("=NUMBERVALUE(\"2024-01-10\")", VALUE, "P: no dates"),
    ("=NUMBERSTRING(1203,1)", "一千二百〇三", "H"),
    ("=NUMBERSTRING(1203,2)", "壹仟贰佰零叁", "H"),
    ("=NUMBERSTRING(1203,3)", "一二〇三", "H"),
    ('=TEXT(12345678,"[DBNum2]")', "壹仟贰佰叁拾肆万伍仟陆佰柒拾捌", "H"),
    ('=TEXT(10001,"[DBNum2]General")', "壹万零壹", "H"),
    ('=TEXT(1234,"[DBNum1]0")', "一二三四", "H: digit by digit"),
    ('=TEXT(45403,"[DBNum1][$-804]yyyy年m月d日")', "二〇二四年四月二十一日", "H"),
    ('=TEXT(45403,"[$-804]dddd mmmm")', "星期日 四月", "H"),
    ('=TEXT(0.75,"[$-804]AM/PM h")', "下午 6", "H"),
    # LAMBDAs from bare names and with parameters left out
    ("=REDUCE(,A1:A3,LAMBDA(a,b,a*b))", 6.0, "H: begins at the first"),
    ("=REDUCE(0,A1:A3,_xleta.SUM)", 6.0, "D: REDUCE(…,SUM)"),
    ("=LAMBDA(_xlpm.x,_xlop.y,IF(ISOMITTED(_xlop.y),_xlpm.x,_xlop.y))(4)", 4.0, "D: ISOMITTED"),
    ('=SUBSTITUTE("hello","l","L",)', VALUE, "P: the 0th"),
    ('=IMARGUMENT("-i")', -1.5707963267948966, "P: minus a right angle"),
    ("=ARABIC(D3)", 0.0, "D: an empty text is 0"),
    # XML
    ('=FILTERXML("<a><b>1</b><b>x</b></a>","//b[2]")', "x", "D: XPath"),
    ('=FILTERXML("<a><b c=""5%""/></a>","//@c")', 0.05, "H: numbers as VALUE reads them"),
    ('=FILTERXML("<a>","//b")', VALUE, "D: no XML"),
    ('=FILTERXML("<a/>","//b")', VALUE, "H: nothing found"),
    ('=FILTERXML("<!DOCTYPE a [<!ENTITY e SYSTEM ""file:///etc/hostname"">]><a>&e;</a>","//a")',
     VALUE, "H: nothing is read from elsewhere"),
    # patterns
    ('=REGEXTEST("abc123","[0-9]+")', True, "D"),
    ('=REGEXTEST("ABC","b",1)', True, "D: 1 ignores case"),
    ('=REGEXEXTRACT("abc123x45","[0-9]+")', "123", "D"),
    ('=REGEXEXTRACT("abc","[0-9]")', NA, "D"),
    ('=REGEXREPLACE("SoniaBrown","([A-Z][a-z]+)([A-Z][a-z]+)","$2, $1")', "Brown, Sonia", "D"),
    ('=REGEXREPLACE("aXbXc","X","-",-1)', "aXb-c", "D: from the end"),
    ('=REGEXTEST("a","(")', VALUE, "H: no pattern"),
]  # fmt: skip

ARRAYS: list[tuple[str, list[list[Any]], str]] = [
    ("=LINEST({1;9;5;7},{0;4;2;3})", [[2.0, 1.0]], "D"),
    (
        "=LINEST({1;2;4;7},{0;1;2;3},TRUE,TRUE)",
        [[2, 0.5], [0.1**0.5, 0.35**0.5], [20 / 21, 0.5**0.5], [40, 2], [20, 1]],
        "H: residuals 0.5, -0.5, -0.5, 0.5",
    ),
    ("=LINEST({1;2;3},{1;2;3},FALSE)", [[1.0, 0.0]], "H"),
    (
        "=LOGEST({33100;47300;69000;102000;150000;220000},{11;12;13;14;15;16})",
        [[1.46327563, 495.30477]],
        "D",
    ),
    (
        "=GROWTH({33100;47300;69000;102000;150000;220000},{11;12;13;14;15;16},{17;18})",
        [[320196.7184], [468536.0542]],
        "D",
    ),
    ("=TREND({1;3;5},,{4;5})", [[7.0], [9.0]], "H: x is 1, 2, 3"),
    ("=TREND({5,8,9},{1,2,3;1,1,0},{2;2})", [[10.0]], "H: y = 3 x1 + 2 x2"),
    ("=SORT({1,2;1,1;0,5},{1,2},{-1,1})", [[1, 1], [1, 2], [0, 5]], "H: two keys"),
    ("=SORT({\"b\";1;TRUE;\"a\"})", [[1], ["a"], ["b"], [True]], "D: numbers, text, TRUE"),
    ("=SORT({3,1,2},1,-1,TRUE)", [[3, 2, 1]], "D: by columns"),
    ("=SORTBY(C1:C3,A1:A3,-1)", [["c"], ["b"], ["a"]], "D"),
    ("=SORTBY({1;2;3},{1;1;0},1,{2;1;0},1)", [[3], [2], [1]], "H"),
    ("=WRAPROWS(A1:A3,2)", [[1, 2], [3, NA]], "D"),
    ("=WRAPCOLS(A1:A3,2,0)", [[1, 3], [2, 0]], "D"),
    ("=CHOOSEROWS(A1:B3,-1,1)", [[3, 6], [1, 4]], "D"),
    ("=CHOOSECOLS(A1:B3,{2,1})", [[4, 1], [5, 2], [6, 3]], "D"),
    ("=CHOOSECOLS(A1:B3,3)", [[VALUE]], "D"),
    ("=TRIMRANGE(D1:D9)", [[-100], [30], [0], [40], ["x"], [60]], "D: blank ends go"),
    ("=BYROW(A1:B3,_xleta.SUM)", [[5], [7], [9]], "D: BYROW(…,SUM)"),
    ("=SCAN(,A1:A3,LAMBDA(a,b,a+b))", [[1], [3], [6]], "H: begins at the first"),
    ('=REGEXEXTRACT("abc123x45","[0-9]+",1)', [["123", "45"]], "D: all"),
    ('=FILTERXML("<t><s>a</s><s>2</s></t>","//s")', [["a"], [2]], "D: below each other"),
    ('=REGEXEXTRACT("a1-b2","([a-z])([0-9])",2)', [["a", "1"]], "D: groups"),
]  # fmt: skip


def agrees(value: Any, expected: Any) -> bool:
    if isinstance(expected, int | float) and not isinstance(expected, bool):
        return isinstance(value, float) and value == pytest.approx(expected, rel=1e-9, abs=1e-12)
    return bool(value == expected) and type(value) is type(expected)


@pytest.mark.parametrize(("formula", "expected", "source"), SCALARS, ids=[f for f, *_ in SCALARS])
def test_scalar(formula: str, expected: Any, source: str, recalculated: Any) -> None:
    value = recalculated(DATA | {"Z9": formula})["Z9"]
    assert agrees(value, expected), (value, source)


@pytest.mark.parametrize(("formula", "expected", "source"), ARRAYS, ids=[f for f, *_ in ARRAYS])
def test_array(formula: str, expected: list[list[Any]], source: str, recalculated: Any) -> None:
    cell = recalculated(DATA | {"Z9": (formula, "Z9:Z9")}, dynamic=True).cell("Z9")
    shown = list(cell.children.values()) or [cell.value]
    flat = [one for row in expected for one in row]
    digits = 1e-7 if re.match("=(LOGEST|GROWTH)", formula) else 1e-9
    assert len(shown) == len(flat), source
    for value, wanted in zip(shown, flat, strict=True):
        if isinstance(wanted, float) and digits > 1e-9:
            assert value == pytest.approx(wanted, rel=digits), source
        else:
            assert agrees(value, wanted), (value, wanted, source)


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("=WORKDAY(DATE(2008,10,1),151)", 39933.0 - 1462),
        ("=NETWORKDAYS(DATE(2012,10,1),DATE(2013,3,1))", 110.0),
        ("=COUPNCD(DATE(2011,1,25),DATE(2011,11,15),2,1)", 40678.0 - 1462),
        ("=PRICE(DATE(2008,2,15),DATE(2017,11,15),0.0575,0.065,100,2,0)", 94.63436162132213),
        ('=DATEDIF(DATE(2001,6,1),DATE(2002,8,15),"D")', 440.0),
        ("=YEARFRAC(DATE(2012,1,1),DATE(2012,7,30))", 0.5805555555555556),
        ("=WEEKNUM(DATE(2012,3,9))", 10.0),
    ],
)
def test_the_same_dates_in_a_workbook_that_counts_from_1904(
    formula: str, expected: float, recalculated: Any
) -> None:
    """The documented examples; serial numbers are 1,462 less."""
    assert agrees(recalculated({"A1": formula}, date_1904=True)["A1"], expected)


def test_where_the_file_lies_is_unknown_but_the_name_of_a_sheet_is_not(recalculated: Any) -> None:
    filename = 'CELL("filename",A1)'
    result = recalculated(
        {"A1": f"={filename}", "A2": f'=MID({filename},FIND("]",{filename})+1,255)'}
    )
    assert not result.cell("A1").is_stable
    assert (result["A2"], result.cell("A2").is_stable) == ("S", True)


def test_a_pattern_that_would_never_end_is_not_begun(recalculated: Any) -> None:
    pattern = '=REGEXTEST(REPT("a",40)&"!","(a+)+$")'
    assert recalculated({"A1": pattern}).codes() == [("E04", "A1")]
