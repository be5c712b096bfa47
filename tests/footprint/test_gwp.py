"""GWP100 against the tables of the IPCC reports."""

from __future__ import annotations

import pytest

from cfp_xl.footprint.gwp import (
    LATEST,
    GasNotKnown,
    GwpNotGiven,
    GwpSetNotKnown,
    co2e_kg,
    gases,
    gwp,
    gwp_set,
)


@pytest.mark.parametrize(
    ("gas", "report", "value"),
    [
        ("CO2", "AR6", 1),
        ("CH4", "AR4", 25),
        ("CH4", "AR5", 28),
        ("CH4", "AR6", 27.9),
        ("CH4-fossil", "AR5", 30),
        ("CH4 fossil", "AR6", 29.8),
        ("fossil methane", "AR6", 29.8),
        ("CH4-nonfossil", "AR6", 27.0),
        ("N2O", "AR4", 298),
        ("N2O", "AR5", 265),
        ("N2O", "AR6", 273),
        ("SF6", "AR4", 22800),
        ("SF6", "AR5", 23500),
        ("SF6", "AR6", 25200),
        ("NF3", "AR6", 17400),
        ("HFC-134a", "AR5", 1300),
        ("R134a", "AR5", 1300),
        ("R-22", "AR5", 1760),
        ("甲烷", "AR6", 27.9),
        ("六氟化硫", "AR6", 25200),
        ("CH₄", "AR6", 27.9),
        ("sf6", "SAR", 23900),
    ],
)
def test_a_gwp(gas: str, report: str, value: float) -> None:
    assert gwp(gas, report) == value


@pytest.mark.parametrize(
    ("typed", "report"),
    [
        ("AR6", "AR6"),
        ("ar5", "AR5"),
        ("IPCC AR5", "AR5"),
        ("IPCC AR6 GWP100", "AR6"),
        ("AR5, 100 years", "AR5"),
        ("第六次评估报告", "AR6"),
        ("SAR", "SAR"),
        ("AR2", "SAR"),
    ],
)
def test_naming_a_report(typed: str, report: str) -> None:
    assert gwp_set(typed) == report


@pytest.mark.parametrize("typed", ["AR7", "", "AR", "GWP20", "AR6 GWP20"])
def test_a_report_that_is_none(typed: str) -> None:
    with pytest.raises(GwpSetNotKnown):
        gwp_set(typed)


def test_the_latest_report_is_meant_where_none_is_named() -> None:
    assert LATEST == "AR6"
    assert gwp("CH4") == 27.9


def test_a_gas_that_is_none_offers_the_nearest() -> None:
    with pytest.raises(GasNotKnown) as failure:
        gwp("HFC134b")
    assert "HFC134a" in failure.value.say("en")
    assert failure.value.excel == "#N/A"


def test_a_value_that_a_report_does_not_give() -> None:
    with pytest.raises(GwpNotGiven, match="AR5, AR6"):
        gwp("CH4-fossil", "AR4")


def test_half_a_tonne_of_methane() -> None:
    assert co2e_kg(0.5, "t", "CH4", "AR6") == 13950.0


def test_every_gas_has_a_source_and_a_value() -> None:
    assert len(gases()) == 108
    assert [gas.id for gas in gases().values() if not gas.source or not gas.gwp_by_set] == []
