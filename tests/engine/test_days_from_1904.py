"""Workbooks whose days count from 1904: the serial numbers of Excel's documentation of the two
date systems."""

from __future__ import annotations

from typing import Any

import pytest

from cfp_xl.functions.values import ExcelError

FROM_1904 = [
    # 5 July 2011
    ("=DATE(2011,7,5)", 39267.0),
    ("=YEAR(39267)", 2011.0),
    ("=MONTH(39267)", 7.0),
    ("=DAY(39267)", 5.0),
    ('=DATEVALUE("2011-07-05")', 39267.0),
    ("=WEEKDAY(39267)", 3.0),
    ("=EOMONTH(39267,0)", 39293.0),
    ('=TEXT(39267,"yyyy-mm-dd")', "2011-07-05"),
    ("=DATE(1900,1,1)", ExcelError.NUM),
]


@pytest.mark.parametrize(("formula", "expected"), FROM_1904, ids=[f for f, _ in FROM_1904])
def test_a_workbook_that_counts_from_1904(formula: str, expected: Any, recalculated: Any) -> None:
    assert recalculated({"A1": formula}, date_1904=True)["A1"] == expected
