"""Kinds of cells that Excel computed otherwise than the engine did, one formula a line.

Sources: D Microsoft's documentation of the function, H by hand or by definition, X Excel's
documented file format or limits.
"""

from __future__ import annotations

from typing import Any

import pytest

from cfp_xl.functions.values import ExcelError, Scalar
from cfp_xl.workbook.model import DefinedName

NUM, VALUE, REF, CALC = ExcelError.NUM, ExcelError.VALUE, ExcelError.REF, ExcelError.CALC

DATA: dict[str, Any] = {
    "A1": 1, "A2": 2, "A3": 3, "B1": 4, "B2": 5, "B3": 6, "C1": "ab1", "C2": "xy22", "C3": "q",
    "2007!A1": 77, "Bob's!A1": 78, "D1": '=_xlfn.LET(_xlpm.x,"_xlfn.",_xlfn._xlws.SORT(A1:A3))',
    "D2": "=_xlfn.SINGLE(A1:A3)+SUM(_xlfn.ANCHORARRAY(A1))",
}  # fmt: skip


def named(name: str, body: str) -> DefinedName:
    return DefinedName(name, f"_xlfn.LAMBDA({body})")


NAMES = (
    named("FACTORIAL", "_xlpm.n,IF(_xlpm.n<2,1,_xlpm.n*FACTORIAL(_xlpm.n-1))"),
    named("FIB", "_xlpm.n,IF(_xlpm.n<2,_xlpm.n,FIB(_xlpm.n-1)+FIB(_xlpm.n-2))"),
    named("DEPTH", "_xlpm.n,IF(_xlpm.n=0,0,1+DEPTH(_xlpm.n-1))"),
    named("WITHOUT_END", "_xlpm.n,WITHOUT_END(_xlpm.n+1)"),
    named("ADDER", "_xlpm.a,_xlfn.LAMBDA(_xlpm.b,_xlpm.a+_xlpm.b)"),
    DefinedName("PLUS", "ADDER"),
    DefinedName("rate", "0.19"),
    named("TWICE", "_xlpm.f,_xlpm.x,_xlpm.f(_xlpm.f(_xlpm.x))"),
    named("EVEN", "_xlpm.n,IF(_xlpm.n=0,TRUE,ODD_ONE(_xlpm.n-1))"),
    named("ODD_ONE", "_xlpm.n,IF(_xlpm.n=0,FALSE,EVEN(_xlpm.n-1))"),
    *(named(f"L{n}", f"_xlpm.x,L{n + 1}(_xlpm.x)+L{n + 1}(_xlpm.x)") for n in range(101, 140)),
    named("L140", "_xlpm.x,_xlpm.x"),
)

CASES: list[tuple[str, Scalar, str]] = [
    # names of LET that functions have too: Excel marks its own with _xlpm.
    ("=_xlfn.LET(_xlpm.sum,SUM(A1:A3),_xlpm.sum*2)", 12.0, "H"),
    ("=_xlfn.LET(_xlpm.max,_xlfn.LAMBDA(_xlpm.a,_xlpm.a*3),_xlpm.max(4)+MAX(A1:A3))", 15.0, "H"),
    ("=_xlfn.LET(_xlpm.if,2,IF(_xlpm.if=2,_xlpm.if,0))", 2.0, "H"),
    ("=LET(sum,SUM(A1:A3),sum*2)", 12.0, "H"),
    ('=_xlfn.LET(_xlpm.x,"_xlpm.y",_xlpm.x)', "_xlpm.y", "H"),
    # LAMBDAs with a name
    ("=FACTORIAL(10)", 3628800.0, "H"),
    ("=FIB(15)", 610.0, "H"),
    ("=DEPTH(400)", 400.0, "X: some 500 levels"),
    ("=EVEN(7)", False, "H"),
    ("=ROUND(RATE(10,-100,700)+rate,6)", 0.260728, "D: RATE; a name beside it is no function"),
    ("=PLUS(3)(4)", 7.0, "H: a name for a name"),
    ("=ADDER(3)(4)", 7.0, "D: LAMBDA"),
    ("=TWICE(_xlfn.LAMBDA(_xlpm.x,_xlpm.x+1),5)", 7.0, "H"),
    ("=SUM(_xlfn.MAP(A1:A3,_xlfn.LAMBDA(_xlpm.x,FACTORIAL(_xlpm.x))))", 9.0, "H"),
    ("=_xlfn.MAP(A1:A2,_xlfn.LAMBDA(_xlpm.x,_xlfn.LAMBDA(_xlpm.y,1)))", CALC, "D: MAP"),
    ("=_xlfn.REDUCE(_xlfn.LAMBDA(_xlpm.a,_xlpm.a),A1:A3,"
     "_xlfn.LAMBDA(_xlpm.f,_xlpm.x,_xlfn.LAMBDA(_xlpm.a,_xlpm.f(_xlpm.a)+_xlpm.x)))(10)", 16.0,
     "H: a LAMBDA carried along"),
    # MAP and its like give their LAMBDA the cells
    ("=SUM(_xlfn.BYROW(A1:B3,_xlfn.LAMBDA(_xlpm.r,ROW(_xlpm.r))))", 6.0, "H"),
    ("=SUM(_xlfn.BYCOL(A1:B3,_xlfn.LAMBDA(_xlpm.c,COLUMN(_xlpm.c))))", 3.0, "H"),
    ("=SUM(_xlfn.MAP(A1:A3,_xlfn.LAMBDA(_xlpm.c,OFFSET(_xlpm.c,0,1))))", 15.0, "H"),
    ("=SUM(_xlfn.MAP(A1:A3,_xlfn.LAMBDA(_xlpm.c,SUM(A1:_xlpm.c))))", 10.0, "H: 1 + 3 + 6"),
    ('=SUM(_xlfn.BYROW(A1:B3,_xlfn.LAMBDA(_xlpm.r,COUNTIF(_xlpm.r,">2"))))', 4.0, "H"),
    ("=SUM(_xlfn.MAP(A1:A3,_xlfn.LAMBDA(_xlpm.c,SUBTOTAL(103,_xlpm.c))))", 3.0, "H"),
    ("=_xlfn.REDUCE(0,A1:A3,_xlfn.LAMBDA(_xlpm.a,_xlpm.c,_xlpm.a+ROW(_xlpm.c)))", 6.0, "H"),
    ("=SUM(_xlfn.SCAN(0,A1:A3,_xlfn.LAMBDA(_xlpm.a,_xlpm.c,_xlpm.a+ROW(_xlpm.c))))", 10.0, "H"),
    ("=_xlfn.MAP(A2,_xlfn.LAMBDA(_xlpm.c,ISREF(_xlpm.c)))", True, "H"),
    # references in text, and texts of formulas
    ('=INDIRECT("2007!A1")', 77.0, "X: a text needs no apostrophes"),
    ("=INDIRECT(\"Bob's!A1\")", 78.0, "X"),
    ('=INDIRECT("2008!A1")', REF, "D: INDIRECT"),
    ("=_xlfn.FORMULATEXT(D1)", '=LET(x,"_xlfn.",SORT(A1:A3))', "D: as in the formula bar"),
    ("=_xlfn.FORMULATEXT(D2)", "=@A1:A3+SUM(A1#)", "D"),
    # trimmed references
    ("=ROWS(A1.:.A9)", 3.0, "D: TRIMRANGE"),
    ("=ROWS(A1:.A9)", 3.0, "D"),
    ("=ROWS(A1.:A9)", 9.0, "D"),
    ("=SUM('2007'!A1:.A9)", 77.0, "D"),
    ("=ROWS(_xlfn._TRO_TRAILING(A:A))", 3.0, "X: so in files"),
    ('=LEN("A1:.A9")', 6.0, "H"),
    # distributions and counts
    ("=_xlfn.NORM.S.DIST(-30,TRUE)", 4.906713927148187e-198, "H: in 30 digits"),
    ("=NORMSDIST(-8.3)", 5.205569744890254e-17, "H: in 30 digits"),
    ("=ROUND(1E8*GAMMALN(1.0000001),12)", -5.772155829919, "H: -γz + ζ(2)z²/2"),
    ("=ROUND(1E8*_xlfn.GAMMALN.PRECISE(1.9999999),12)", -4.227843030986, "H: ln(1-z) + γz + …"),
    ("=GAMMALN(0)", NUM, "D: x ≤ 0"),
    ("=NORMDIST(42,40,1.5,TRUE)", 0.9087887802741321, "D: NORMDIST"),
    ("=NORMDIST(42,40,1.5,FALSE)", 0.10934004978399577, "D: NORMDIST"),
    ("=POISSON(2,5,TRUE)", 0.12465201948308113, "D: POISSON"),
    ("=PERMUT(100,3)", 970200.0, "D: PERMUT"),
    ("=PERMUT(3,4)", NUM, "D: fewer than are chosen"),
    ("=PERMUT(0,0)", NUM, "D: none to choose from"),
    ("=_xlfn.COMBINA(4,3)", 20.0, "D: COMBINA"),
    ("=_xlfn.COMBINA(10,3)", 220.0, "D: COMBINA"),
    ("=_xlfn.COMBINA(3.9,2.9)", 6.0, "D: each is cut to a whole number"),
    # depreciation
    ("=DB(0,0,5,1)", 0.0, "H: of what cost nothing"),
    ("=DDB(0,100,5,1)", 0.0, "H"),
    ("=DB(1000000,100000,6,7,7)", 15845.098473848071, "D: DB"),
    ("=DDB(2400,300,10,10)", 22.122547200000156, "D: DDB"),
    # bases
    ("=DEC2BIN(9,4)", "1001", "D: DEC2BIN"),
    ("=DEC2BIN(5,2)", NUM, "D: too few places"),
    ("=DEC2BIN(5,-1)", NUM, "D: negative places"),
    ('=DEC2BIN(5,"x")', VALUE, "D: places that are no number"),
    ("=DEC2HEX(-54,1)", "FFFFFFFFCA", "D: places do not matter to negative numbers"),
    ("=HEX2OCT(\"F\",3)", "017", "D: HEX2OCT"),
    # matrices, kinds
    ("=MDETERM(5)", 5.0, "H: a scalar is a matrix"),
    ("=MINVERSE(4)", 0.25, "H"),
    ("=MDETERM({3,6,1;1,1,0;3,10,2})", 1.0, "D: MDETERM"),
    ('=MDETERM({1,"a";2,3})', VALUE, "D: text"),
    ("=MINVERSE({1,2;2,4})", NUM, "D: no inverse"),
    ("=TYPE({1,2;3,4})", 64.0, "D: TYPE"),
    ("=TYPE(A1)", 1.0, "D"),
    ('=TYPE(2+"Smith")', 16.0, "D"),
    ("=TYPE(_xlfn.LAMBDA(_xlpm.x,1))", 128.0, "D"),
    # regular expressions in look-ups
    ('=_xlfn.XMATCH("^q$",C1:C3,3)', 3.0, "D: XMATCH, match mode 3"),
    ('=_xlfn.XLOOKUP("[a-z]+\\d\\d",C1:C3,A1:A3,"none",3)', 2.0, "D: XLOOKUP"),
    ('=_xlfn.XLOOKUP("\\d",C1:C3,A1:A3,"none",3,-1)', 2.0, "D: from the end"),
    ('=_xlfn.XLOOKUP("z",C1:C3,A1:A3,"none",3)', "none", "D"),
    # what PCRE2 has and Python has not
    ('=_xlfn.REGEXTEST("a1","^[[:alpha:]][[:digit:]]$")', True, "D: PCRE2, POSIX classes"),
    ('=_xlfn.REGEXTEST("日本","^\\p{Han}+$")', True, "D: PCRE2, scripts"),
    ('=_xlfn.REGEXREPLACE("abc","(?<l>b)","[${l}]")', "a[b]c", "D: PCRE2, named groups"),
    ('=_xlfn.REGEXEXTRACT("x=42;","(?<=x=)\\p{Nd}+")', "42", "D: PCRE2"),
    ('=_xlfn.REGEXTEST("a","\\p{Nowhere}")', VALUE, "D: no regular expression"),
    ('=_xlfn.XMATCH("(",C1:C3,3)', VALUE, "D: no regular expression"),
]  # fmt: skip


@pytest.mark.parametrize(("formula", "expected", "source"), CASES, ids=[c for c, _, _ in CASES])
def test_value(formula: str, expected: Scalar, source: str, recalculated: Any) -> None:
    value = recalculated(DATA | {"Z1": formula}, names=NAMES)["Z1"]
    if isinstance(expected, float):
        assert isinstance(value, float), source
        assert value == pytest.approx(expected, rel=1e-14, abs=0), source
    else:
        assert value == expected, source
        assert type(value) is type(expected), source


def test_names_that_double_are_not_expanded(recalculated: Any) -> None:
    """Each of 40 names calls the next twice: written out, a billion calls of text. They are parsed
    once, and calling them keeps the deadline (test_bounds_inside_functions)."""
    assert recalculated({"Z1": "=L130(1)"}, names=NAMES)["Z1"] == 1024


def test_a_name_that_calls_itself_for_ever(recalculated: Any) -> None:
    result = recalculated({"Z1": "=WITHOUT_END(1)", "Z2": "=1+1"}, names=NAMES)
    assert (result.cell("Z1").finding.code, result.cell("Z1").finding.case) == ("E04", "too_deep")
    assert result["Z2"] == 2


def test_a_pattern_that_takes_too_long_is_stopped(
    recalculated: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cfp_xl.engine.builtin import patterns

    monkeypatch.setattr(patterns, "LONGEST_S", 0.05)
    text = r'=_xlfn.REGEXTEST(REPT("ab",40)&"!","^(\p{L}|\p{L}\p{L})+\p{Nd}$")'
    finding = recalculated({"Z1": text}).cell("Z1").finding
    assert (finding.code, finding.case) == ("E04", "slow_pattern")


RESIDUES = [
    ("=AVERAGE(0.1,0.2,-0.3)", 0.2),
    ("=AVERAGE(A5:A7)", 0.2),
    ("=SUBTOTAL(9,A5:A7)", 0.6),
    ("=SUBTOTAL(101,A5:A7)", 0.2),
    ("=NPV(0,A5:A7)", 0.6),
    ("=SUM(A5:A7)", 0.6),
    ("=SUBTOTAL(4,A5:A7)", None),
    ("=A5*A6", None),
]


@pytest.mark.parametrize(("formula", "magnitude"), RESIDUES)
def test_how_large_the_operands_are(
    formula: str, magnitude: float | None, recalculated: Any
) -> None:
    """A difference of 2⁻⁵⁰ of that is what is left of a cancellation, in means as in sums."""
    from tests.engine.conftest import key

    result = recalculated({"A5": 0.1, "A6": 0.2, "A7": -0.3, "Z1": formula})
    assert result.recalculation.operand_magnitude(key("Z1")) == (
        magnitude if magnitude is None else pytest.approx(magnitude)
    )


ELAPSED = [
    ('=TEXT(1.5,"[h]:mm")', "36:00", "36:00"),
    ('=TEXT(1.5,"[mm]")', "2160", "2160"),
    ('=TEXT(0.001,"[s]")', "86", "86"),
    ('=TEXT(-0.5,"[h]:mm")', VALUE, "-12:00"),
    ('=TEXT(1,"yyyy-mm-dd")', "1900-01-01", "1904-01-02"),
]


@pytest.mark.parametrize(("formula", "from_1900", "from_1904"), ELAPSED)
def test_lengths_of_time_do_not_count_from_a_day(
    formula: str, from_1900: Scalar, from_1904: Scalar, recalculated: Any
) -> None:
    """Microsoft Support, "Date systems in Excel": only workbooks of 1904 show negative times."""
    assert recalculated({"Z1": formula})["Z1"] == from_1900
    assert recalculated({"Z1": formula}, date_1904=True)["Z1"] == from_1904


FORMATTED = [
    # the two days that never were, and weekdays that go on over them
    ('=TEXT(60,"yyyy-mm-dd")', "1900-02-29"),
    ('=TEXT(0,"yyyy-mm-dd")', "1900-01-00"),
    ('=TEXT(1,"dddd")', "Sunday"),
    ('=TEXT(61,"ddd d mmm")', "Thu 1 Mar"),
    ('=TEXT(44562,"e")', "2022"),
    ('=TEXT(12200000,"0.00E+00")', "1.22E+07"),
    ('=TEXT(1000000,"0.0,,\\M")', "1.0M"),
    ('=DATEDIF(37043,37483,"d")', 440.0),
    ('=DATEDIF(37043,37483,"MD")', 14.0),
    ('=DATEDIF(DATE(2012,1,31),DATE(2012,3,1),"md")', -1.0),
    ('=TIMEVALUE("22-Aug-2011 6:35 AM")', 0.2743055555555556),
]


def test_days_and_formats(recalculated: Any) -> None:
    """ECMA-376 18.8.31 and 18.17.4.1; DATEDIF's and TIMEVALUE's examples."""
    result = recalculated({f"Z{at}": formula for at, (formula, _) in enumerate(FORMATTED, 1)})
    found = [(formula, result[f"Z{at}"]) for at, (formula, _) in enumerate(FORMATTED, 1)]
    assert found == FORMATTED
