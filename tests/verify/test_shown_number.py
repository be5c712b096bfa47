"""What number formats make of a number, and whether it misleads. Texts as Excel shows them."""

from __future__ import annotations

import pytest

from cfp_xl.verify.shown_number import misread


@pytest.mark.parametrize(
    ("value", "code", "unit"),
    [
        (74.660678, "General", "kgCO2e"),
        (74.660678, "0.0000", "kgCO2e"),
        (74.660678, "0", "kgCO2e"),  # 75: rounding
        (12345.678, "#,##0.00", "kgCO2e"),
        (-3.0, "#,##0.00;[Red]-#,##0.00", "kgCO2e"),
        (-3.0, "0.00_);(0.00)", "kgCO2e"),
        (74.660678, '0.00" 千克CO2e"', "kgCO2e"),
        (74.660678, "0.00* ", "kgCO2e"),
        (74.660678, '0.0000" kgCO2e"', "kgCO2e"),
        (74.660678, '0.00" kgCO2e/台"', "kgCO2e"),
        (74.660678, '"≈"0.0', "kgCO2e"),
        (3.2, '0.0" kWh"', "kWh"),
        (0.0, '0.00;-0.00;"–"', "kgCO2e"),
        (1.2e-9, "0.0E+00", "kgCO2e"),
    ],
)
def test_what_shows_the_number(value: float, code: str, unit: str) -> None:
    assert misread(value, code, unit, is_share=False) is None


@pytest.mark.parametrize(
    ("value", "code", "case", "shown"),
    [
        (15.0005601, '"1"0.0000', "", "115.0006"),
        (74.660678, "0.0,", "", "0.1"),
        (2683.7, "0.00,", "", "2.68"),
        (74.660678, '"15.0"', "", "15.0"),
        (74.660678, '0.0000"9"', "", "74.66079"),
        (74.660678, "-0.0000", "", "-74.6607"),
        (-3.0, "0.00;0.00", "", "3.00"),
        (74.660678, '[>1]"0.9";0.0000', "", "0.9"),
        (74.660678, "0.00%", "percent", "7466.07%"),
        (45000.0, "yyyy-mm-dd", "date", "2023-03-15"),
        (74.660678, '0.00" t"', "unit", "74.66 t"),
        (74.660678, '0.00" tCO2e"', "unit", "74.66 tCO2e"),
        (74.660678, '0.0" / "0.0', "", "7.4 / 6.6"),
        (74.660678, '"–"0.00', "", "–74.66"),
        (74.660678, '0.00" x10"', "", "74.66 x10"),
        (74.660678, '0.00"×10³"', "", "74.66×10³"),
        (74.660678, '0.00"万"', "", "74.66万"),
        (74.660678, '0.00" million"', "", "74.66 million"),
        (74.660678, "0*0", "", "*0"),
    ],
)
def test_what_misleads(value: float, code: str, case: str, shown: str) -> None:
    found = misread(value, code, "kgCO2e", is_share=False)
    assert found is not None
    assert found[0] == case
    if shown != "7.4 / 6.6":
        assert found[1] == shown


def test_a_share_may_be_a_percentage() -> None:
    assert misread(0.9285, "0.00%", is_share=True) is None
    assert misread(0.9285, "0%", is_share=True) is None
