"""Printed numbers as rounding intervals; the figures are those of the BXD2 report."""

from __future__ import annotations

from decimal import Decimal

import pytest

from cfp_xl.footprint.printed import (
    NotPrintedNumber,
    agrees,
    implied_factor_interval,
    printed,
    product_agrees,
    product_tolerance,
    sum_agrees,
    sum_tolerance,
)


@pytest.mark.parametrize(
    ("text", "value", "half_ulp"),
    [
        ("2.6713", "2.6713", "0.00005"),
        ("15", "15", "0.5"),
        ("15.0", "15.0", "0.05"),
        ("0.0", "0", "0.05"),
        ("17.81 %", "0.1781", "0.00005"),
        ("100%", "1", "0.005"),
        ("１７．８１％", "0.1781", "0.00005"),
        ("1,234.5", "1234.5", "0.05"),
        ("1，234.5", "1234.5", "0.05"),
        ("1 234 567", "1234567", "0.5"),
        (" -3.20 ", "-3.20", "0.005"),
        ("−3.20", "-3.20", "0.005"),
        ("1.2e-3", "0.0012", "0.00005"),
        ("1.2×10⁻³", "0.0012", "0.00005"),
        ("1.2x10^3", "1200", "50"),
        (".5", "0.5", "0.05"),
        (9.9566, "9.9566", "0.00005"),
        (15.0, "15", "0.5"),
        (1e-05, "0.00001", "0.000005"),
    ],
)
def test_reading_a_printed_number(text: str | float, value: str, half_ulp: str) -> None:
    reading = printed(text)
    assert (reading.value, reading.half_ulp) == (Decimal(value), Decimal(half_ulp))


@pytest.mark.parametrize(
    "text", ["/", "", "—", "1,23", "1.2.3", "abc", "4 kg", "%", "nan", "inf", "-", True]
)
def test_what_is_no_printed_number(text: str) -> None:
    with pytest.raises(NotPrintedNumber):
        printed(text)


@pytest.mark.parametrize(
    ("value", "text", "expected"),
    [
        (9.95654396, "9.9566", False),  # rounds to 9.9565: the product rule accepts it, not this
        (9.95654396, "9.9565", True),
        (2.67134257, "2.6713", True),
        (15.000560117, "15.0014", False),
        (15.000560117, "15.0006", True),
        (0.178083, "17.81 %", True),
        (17.81, "17.81 %", False),
        (2.67135, "2.6713", True),  # half way: either rounding is right
        (2.67135, "2.6714", True),
        (0.0655, "0.07", True),
    ],
)
def test_agreement_with_a_printed_number(value: float, text: str, expected: bool) -> None:
    assert agrees(value, text) is expected


DIESEL_KGCO2_PER_KG = 42.652 * 20.2e-3 * 0.98 * 44 / 12


@pytest.mark.parametrize(
    ("emission", "quantity", "factor", "expected"),
    [
        ("2.6713", "4.6241", 0.5777, True),
        ("9.9566", "17.2348", 0.5777, True),  # 9.95654 ± 0.00003 may print as 9.9566
        ("1.1051", "0.3570", DIESEL_KGCO2_PER_KG, True),
        ("0.1573", "0.0505", DIESEL_KGCO2_PER_KG, False),
        ("0.1573", "0.0508", DIESEL_KGCO2_PER_KG, True),
        ("1.1111", "1.9233", 0.5777, True),
        ("0.1852", "1.9233", 0.5777, False),
        ("9.96", "17.2348", "0.58", True),  # a factor known by its digits brings its own rounding
        ("9.96", "17.2348", 0.58, False),
    ],
)
def test_a_printed_row(emission: str, quantity: str, factor: str | float, expected: bool) -> None:
    given = printed(factor) if isinstance(factor, str) else factor
    assert product_agrees(printed(emission), printed(quantity), given) is expected


def test_the_tolerance_of_a_row_is_the_sum_of_its_roundings() -> None:
    emission, quantity = printed("9.9566"), printed("17.2348")
    assert product_tolerance(emission, quantity, 0.5777) == Decimal("0.00005") + Decimal(
        "0.5777"
    ) * Decimal("0.00005")
    assert product_tolerance(emission, quantity, printed("0.5777")) == Decimal("0.00005") + (
        Decimal("0.5777") * Decimal("0.00005") + Decimal("17.2348") * Decimal("0.00005")
    )


STAGES = ("2.6713", "1.1051", "9.9566", "0.1573")


@pytest.mark.parametrize(
    ("parts", "total", "expected"),
    [
        ((*STAGES, "1.1111"), "15.0014", True),
        ((*STAGES, "0.1852"), "15.0014", False),
        ((*STAGES, "0.1852"), "14.0755", True),
        (("33.33", "33.33", "33.33"), "100.00", True),  # 1 unit off, 1.5 allowed
        (("33.33", "33.33", "33.33"), "100.01", False),
        (("2.6713", "9.9566"), "12.6", True),  # a coarser total brings its own rounding
        (("17.81 %", "7.37 %", "66.37 %", "1.05 %", "7.41 %"), "100 %", True),
    ],
)
def test_a_printed_sum(parts: tuple[str, ...], total: str, expected: bool) -> None:
    assert sum_agrees([printed(part) for part in parts], printed(total)) is expected


def test_a_sum_of_n_parts_may_be_off_by_n_half_units() -> None:
    parts = [printed(part) for part in STAGES]
    assert sum_tolerance(parts, printed("13.8903")) == 4 * Decimal("0.00005")


def test_the_two_diesel_rows_imply_factors_that_cannot_both_hold() -> None:
    inbound = implied_factor_interval(printed("1.1051"), printed("0.3570"))
    outbound = implied_factor_interval(printed("0.1573"), printed("0.0505"))
    assert [round(end, 4) for end in inbound] == [Decimal("3.0949"), Decimal("3.0961")]
    assert [round(end, 4) for end in outbound] == [Decimal("3.1108"), Decimal("3.1189")]


def test_a_quantity_that_may_be_zero_allows_any_factor() -> None:
    assert implied_factor_interval(printed("0.1"), printed("0.0"))[1] == Decimal("Infinity")
