"""Days as people write them in China and elsewhere (GB/T 7408-2005 and ISO 8601 among them)."""

from __future__ import annotations

from datetime import date

import pytest

from cfp_xl.functions.values import ExcelError, Scalar
from cfp_xl.schema.understand import NotUnderstood
from cfp_xl.suppliers.days import day

DAYS = [
    ("2025-03-31", date(2025, 3, 31)),
    ("2025-3-31", date(2025, 3, 31)),
    ("2025/3/31", date(2025, 3, 31)),
    ("2025.3.31", date(2025, 3, 31)),
    ("2025年3月31日", date(2025, 3, 31)),
    ("2025 年 3 月 31 日", date(2025, 3, 31)),
    ("２０２５年３月３１日", date(2025, 3, 31)),
    ("20250331", date(2025, 3, 31)),
    ("2025-03-31T00:00:00", date(2025, 3, 31)),
    ("2025-03-31 00:00:00", date(2025, 3, 31)),
    ("31.03.2025", date(2025, 3, 31)),
    ("3.4.2025", date(2025, 4, 3)),
    ("31/03/2025", date(2025, 3, 31)),
    ("03/31/2025", date(2025, 3, 31)),
    ("05/05/2025", date(2025, 5, 5)),
    ("31 March 2025", date(2025, 3, 31)),
    ("March 31, 2025", date(2025, 3, 31)),
    ("31st Mar 2025", date(2025, 3, 31)),
    # Excel counts days from 1899-12-30: 45658 is 2025-01-01 (its own DATE function).
    (45658.0, date(2025, 1, 1)),
    (45747.5, date(2025, 3, 31)),
    (20250331.0, date(2025, 3, 31)),
]


@pytest.mark.parametrize(("typed", "found"), DAYS)
def test_a_day_is_read(typed: Scalar, found: date) -> None:
    assert day(typed, "start") == found
    assert day(typed, "end") == found


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("2025", date(2025, 1, 1), date(2025, 12, 31)),
        (2025.0, date(2025, 1, 1), date(2025, 12, 31)),
        ("2025年", date(2025, 1, 1), date(2025, 12, 31)),
        ("2025年度", date(2025, 1, 1), date(2025, 12, 31)),
        ("2025年3月", date(2025, 3, 1), date(2025, 3, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("202502", date(2025, 2, 1), date(2025, 2, 28)),
        (202502.0, date(2025, 2, 1), date(2025, 2, 28)),
        ("Mar 2025", date(2025, 3, 1), date(2025, 3, 31)),
        ("2025Q1", date(2025, 1, 1), date(2025, 3, 31)),
        ("Q4 2025", date(2025, 10, 1), date(2025, 12, 31)),
        ("2025年第二季度", date(2025, 4, 1), date(2025, 6, 30)),
    ],
)
def test_a_month_or_year_means_its_first_or_last_day(
    typed: Scalar, first: date, last: date
) -> None:
    assert day(typed, "start") == first
    assert day(typed, "end") == last


def test_days_of_a_sheet_that_counts_from_1904() -> None:
    # Excel's own note: a date of the 1904 system is 1,462 days less.
    assert day(45658.0 - 1462, "start", date_1904=True) == date(2025, 1, 1)


@pytest.mark.parametrize("typed", [None, "", "无", "n/a"])
def test_nothing_is_no_day(typed: Scalar) -> None:
    assert day(typed, "start") is None


@pytest.mark.parametrize(
    "typed",
    [
        "03/04/2025",
        "3-4-2025",
        "25年3月",
        "3月31日",
        "2025-13-01",
        "2025-02-30",
        "last year",
        "去年",
        "1899-01-01",
        "2025年5季度",
        12.0,
        -3.0,
        1e9,
        True,
        ExcelError.NA,
    ],
)
def test_what_is_no_day_or_two_is_refused(typed: Scalar) -> None:
    with pytest.raises(NotUnderstood):
        day(typed, "start")
