"""F03: the period of the data, as people type it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from cfp_xl.footprint.product import Period
from tests.verify.inventories import case_of, size_findings
from tests.verify.test_sizes import LAMP

PERIODS: list[tuple[str, tuple[str, str], str]] = [
    ("ISO", ("2024-01-01", "2024-12-31"), ""),
    ("Chinese", ("2024年1月1日", "2024年12月31日"), ""),
    ("the day must come first", ("31.1.2024", "31.12.2024"), ""),
    ("the same read both ways", ("01/01/2024", "12/12/2024"), ""),
    ("two readings", ("01/02/2024", "31.12.2024"), "two_readings"),
    ("reversed", ("2024-12-31", "2024-01-01"), "inverted"),
    ("no such day", ("2024-02-30", "2024-12-31"), "no_such_day"),
    ("no such month", ("2024-01-01", "31.13.2024"), "no_such_day"),
    ("twenty years", ("2004-01-01", "2024-12-31"), "long"),
]


@pytest.mark.parametrize(
    ("typed", "case"), [row[1:] for row in PERIODS], ids=[row[0] for row in PERIODS]
)
def test_periods_typed_as_text(typed: tuple[str, str], case: str) -> None:
    found = size_findings(replace(LAMP, period=typed))
    assert [f.case for f in found] == ([case] if case else [])


def test_a_day_first_date_is_a_day() -> None:
    period = case_of(replace(LAMP, period=("31.1.2024", "30.11.2024"))).product.period
    assert period is not None
    assert period.value == Period(date(2024, 1, 31), date(2024, 11, 30))
