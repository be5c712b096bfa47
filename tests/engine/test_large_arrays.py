"""Sorting, unique values and look-ups of many values, and what they must not mix up.

By hand. That they end in time is bounded tenfold: once these took minutes.
"""

from __future__ import annotations

import time
from typing import Any

from cfp_xl.functions.values import ExcelError, Scalar

N = 20_000
MANY = f"SEQUENCE({N})"

LARGE: list[tuple[str, Scalar]] = [
    (f"=SUM(UNIQUE(MOD({MANY},1000)))", 499500.0),
    (f'=ROWS(UNIQUE(HSTACK(MOD({MANY},7),"a"&MOD({MANY},5))))', 35.0),
    (f"=INDEX(SORT({MANY},1,-1),3)", N - 2.0),
    (f"=SUM(VLOOKUP({MANY},HSTACK({MANY},{MANY}*2),2,FALSE))", N * (N + 1.0)),
    (f"=SUM(XLOOKUP({MANY},{MANY},{MANY}))", N * (N + 1) / 2),
    (f"=SUM(MATCH({MANY},{MANY},0))", N * (N + 1) / 2),
]

MIXED: list[tuple[str, Scalar]] = [
    ('=ROWS(UNIQUE({1;TRUE;"1";"a";"A";1}))', 4.0),
    ('=TEXTJOIN(",",FALSE,UNIQUE({1;TRUE;"b";"B";1},,TRUE))', "TRUE"),
    ('=TEXTJOIN(",",FALSE,SORT({"b";2;"A";TRUE;1;FALSE}))', "1,2,A,b,FALSE,TRUE"),
    ('=TEXTJOIN(",",FALSE,SORT({"b";2;"A";TRUE;1;FALSE},1,-1))', "TRUE,FALSE,b,A,2,1"),
    ('=TEXTJOIN("",FALSE,INDEX(SORT({1,"a";2,"b";1,"c";2,"d"},1,-1),0,2))', "bdac"),
    ('=TEXTJOIN("",FALSE,INDEX(SORT({1,"a";2,"b";1,"c";2,"d"},{1,2},{1,-1}),0,2))', "cadb"),
    ('=SUM(MATCH({"B","a"},{"b";"A";"a"},0))', 3.0),
    ("=SUM(XMATCH({1,2},{1;2;1},0,-1))", 5.0),
    ("=SUM(IFNA(MATCH({TRUE,1},{1;TRUE},0),99))", 3.0),
    ('=SUM(IFNA(MATCH({"1",2},{1;2},0),99))', 101.0),
    ("=SUM(MATCH({0.3,0.3},{0.1;0.2;0.3}+{0;0;0},0))", 6.0),
    ("=SUM(XMATCH({0.3,0.3},{0.1}+{0.2}))", 2.0),
    ("=SUM(IFNA(XMATCH(A1:A2,A1:A3),0))", 3.0),
    ("=INDEX(XMATCH(B1:B2,B1:B2),1)", ExcelError.NA),
]


def test_values_of_large_arrays_and_of_mixed_ones(recalculated: Any) -> None:
    cells: dict[str, Any] = {"A2": 5, "B1": "=NA()", "B2": 1}  # A1 is blank
    formulas = [*LARGE, *MIXED]
    cells |= {f"Z{at}": (formula, f"Z{at}") for at, (formula, _) in enumerate(formulas, 1)}
    began = time.process_time()
    result = recalculated(cells)
    found = [(formula, result[f"Z{at}"]) for at, (formula, _) in enumerate(formulas, 1)]
    assert found == formulas
    assert time.process_time() - began < 60
