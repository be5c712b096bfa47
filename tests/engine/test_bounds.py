"""Formulas that a hostile file could ask for: they end in seconds, with a value or with words."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable

import pytest

from cfp_xl.engine import library
from cfp_xl.engine.result import RecalculationTimeout
from cfp_xl.functions.values import ExcelError
from tests.engine.conftest import Result

FULL = 'REPT("a",32767)'
SECONDS = 20
"""Of the processor, which a busy machine does not change; each takes one or two."""

ENDED = [
    (f'=SUBSTITUTE({FULL},"a",{FULL})', ExcelError.VALUE),
    ('=SUBSTITUTE("aba","a","xy")', "xybxy"),
    (f'=SUBSTITUTE({FULL},"a","bb")', ExcelError.VALUE),
    (f'=LEN(SUBSTITUTE({FULL},"a","b"))', 32767),
    ('=REPT("ab",1E12)', ExcelError.VALUE),
    ('=REPT("ab",16384)', ExcelError.VALUE),
    (f'=REGEXREPLACE({FULL},"a",{FULL})', ExcelError.VALUE),
    (f'=REGEXREPLACE({FULL},"(a+)",REPT("$1",16000))', ExcelError.VALUE),
    ('=REGEXREPLACE("2026-01","(\\d+)-(\\d+)","$2/$1$$")', "01/2026$"),
    (f'=TEXTJOIN("",TRUE,{FULL},{FULL})', ExcelError.VALUE),
    (f'=TEXTJOIN({FULL},FALSE,A1:C9)', ExcelError.VALUE),
    (f'=CONCAT({FULL},"a")', ExcelError.VALUE),
    ("=FIXED(1E20,12)", "100,000,000,000,000,000,000.000000000000"),
    ("=FIXED(1E300,2,TRUE)", "1" + "0" * 300 + ".00"),
    ("=FIXED(-12345678901234567890,20,TRUE)", "-12345678901234600000." + "0" * 20),
    ("=FIXED(1.5,127,TRUE)", "1.5" + "0" * 126),
    ("=DOLLAR(1E30,1)", "$1" + ",000" * 10 + ".0"),
    ("=DOLLAR(-1E30,0)", "($1" + ",000" * 10 + ")"),
    ('=TEXT(1E30,"0.00")', "1" + "0" * 30 + ".00"),
    ('=TEXT(1/3,"0.' + "0" * 40 + '")', "0.333333333333333" + "0" * 25),
    ('=TEXT(1E-30,"0.' + "0" * 32 + '")', "0." + "0" * 29 + "100"),
    ('=TEXT(1E25,"#,##0.00%")', "1" + ",000" * 9 + ".00%"),
    ('=TEXT(1.5E30,"0.' + "0" * 35 + 'E+00")', "1.5" + "0" * 34 + "E+30"),
    ('=TEXT(1E20,"# ?/?")', "100000000000000000000    "),
    ('=COUNTIF(D1,REPT("*a",200)&"b")', 0),
    (f'=SEARCH("a*b",{FULL})', ExcelError.VALUE),
    (f'=SEARCH(REPT("a*",100)&"b",{FULL})', ExcelError.VALUE),
]  # fmt: skip


@pytest.mark.parametrize(("formula", "value"), ENDED, ids=[f[:40] for f, _ in ENDED])
def test_ends_with_its_value(
    formula: str, value: object, recalculated: Callable[..., Result]
) -> None:
    started = time.process_time()
    result = recalculated({"D1": "a" * 32767, "E1": formula}, deadline_s=60)
    assert result["E1"] == value
    assert time.process_time() - started < SECONDS


REFUSED = [
    f'=REGEXTEST({FULL},"(a+)+b")',
    '=REGEXTEST(REPT("a",40),"(a|a)*b")',
    '=REGEXTEST(REPT("a",40),"(a|aa)+$b")',
    '=REGEXTEST(REPT("a",40),"(a?){40}b")',
    '=REGEXTEST(REPT("a",40),"(?:a{1,9}){1,9}b")',
    '=REGEXTEST(REPT("a",40),"(\\w\\w|\\w)+!")',
    '=REGEXTEST(REPT("a",40),"((a)\\2?)*b")',
    '=REGEXTEST(REPT("a",5000),"a*a*a*a*b")',
    '=REGEXEXTRACT(REPT("a",3000),"(.*)(.*)(.*)x")',
    "=DB(1000,1,1E9,1E9)",
    "=DB(1000,1,2E9,1.5E9,3)",
    "=VDB(1E6,1E3,1E9,0,5E8)",
    '=REPT("a",SEQUENCE(4000,1,32767,0))',
    '=SUBSTITUTE(SEQUENCE(2000)&REPT("a",32000),"b","c")',
    "=SEQUENCE(1E6,1E6)",
    "=MUNIT(1E5)",
]


@pytest.mark.parametrize("formula", REFUSED)
def test_refused_in_words(formula: str, recalculated: Callable[..., Result]) -> None:
    library.find("DB")  # it is imported late
    started = time.process_time()
    tracemalloc.start()
    cell = recalculated({"A1": formula, "B1": "=IFERROR(A1,0)"}, deadline_s=60).cell("A1")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert not cell.is_computed
    assert cell.finding is not None
    assert cell.finding.code == "E04"
    assert cell.finding.message("zh") != cell.finding.message("en")
    assert time.process_time() - started < SECONDS
    assert peak < 256 * 1024 * 1024


DEPRECIATED = [
    # cost, salvage, life 6, as in Microsoft's documentation of DB, in units a thousand times larger
    ("=DB(1000000000,100000000,6,1,7)", 186083333.33),
    ("=AMORDEGRC(2400000,DATE(2008,8,19),DATE(2008,12,31),300000,1,0.15,1)", 775900),
]


@pytest.mark.parametrize(("formula", "value"), DEPRECIATED)
def test_large_costs_are_no_periods(
    formula: str, value: float, recalculated: Callable[..., Result]
) -> None:
    assert recalculated({"A1": formula})["A1"] == pytest.approx(value, rel=1e-3)


PLAIN_PATTERNS = [
    ('=REGEXEXTRACT("kWh 12.5 (2026)","\\d+\\.\\d+")', "12.5"),
    ('=REGEXTEST("a@b.example","^[\\w.]+@[\\w.]+\\.\\w+$")', True),
    ('=REGEXREPLACE("1,234,567","(,)(\\d{3})","$2")', "1234567"),
    ('=REGEXTEST("abcdab","^(ab|cd)+$")', True),
]


@pytest.mark.parametrize(("formula", "value"), PLAIN_PATTERNS)
def test_ordinary_patterns_are_computed(
    formula: str, value: object, recalculated: Callable[..., Result]
) -> None:
    assert recalculated({"A1": formula})["A1"] == value


def test_the_deadline_holds_within_one_formula(recalculated: Callable[..., Result]) -> None:
    # Twenty times what a quick machine does in the time given: speed never decides this test.
    cells = {f"A{row}": "a" * 32000 for row in range(1, 20_001)}
    formula = '=COUNTIF(A1:A20000,"*"&REPT("?",15000)&"b")'
    started = time.process_time()
    with pytest.raises(RecalculationTimeout):
        recalculated({**cells, "B1": formula}, deadline_s=0.5)
    assert time.process_time() - started < 3 * SECONDS
