"""GWP100 against the tables of the IPCC reports."""

from __future__ import annotations

import pytest

from cfp_xl.data_files import read_toml
from cfp_xl.footprint.factors import builtin
from cfp_xl.footprint.gwp import (
    LATEST,
    GasNotKnown,
    GwpNotGiven,
    GwpSetNotKnown,
    circulating_gwp,
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
        # AR6 WGI Table 7.SM.7
        ("HFO-1234yf", "AR6", 0.501),
        ("R1234yf", "AR6", 0.501),
        ("HFO-1234ze(E)", "AR6", 1.37),
        ("R-1234ze(E)", "AR6", 1.37),
        ("R1234ze", "AR6", 1.37),  # the isomer in trade
        ("HFO-1234ze(Z)", "AR6", 0.315),
        ("HFO-1336mzz(Z)", "AR5", 2),
        ("HFO-1336mzz(E)", "AR6", 18),
        ("HCFO-1233zd(E)", "AR5", 1),
        ("R1233zd(E)", "AR6", 3.88),
        ("丙烷", "AR6", 0.02),
        ("R-290", "AR4", 3.3),
        ("R600", "AR6", 0.006),
        ("R744", "AR6", 1),
    ],
)
def test_a_gwp(gas: str, report: str, value: float) -> None:
    assert gwp(gas, report) == value


@pytest.mark.parametrize(
    ("blend", "report", "value"),
    [
        # Regulation (EU) No 517/2014 and the trade's tables by AR4, without decimals.
        ("R-410A", "AR4", 2088),
        ("R-404A", "AR4", 3922),
        ("R-407C", "AR4", 1774),
        ("R407F", "AR4", 1825),
        ("R507A", "AR4", 3985),
        # By hand from AR6: 0.5×771 + 0.5×3740; 0.44×3740 + 0.52×5810 + 0.04×1530; …
        ("HFC-410A", "AR6", 2255.5),
        ("R404A", "AR6", 4728.0),
        ("R-407C", "AR6", 1907.93),
        ("R454B", "AR6", 0.689 * 771 + 0.311 * 0.501),
        ("R513A", "AR6", 0.56 * 0.501 + 0.44 * 1530),
    ],
)
def test_a_blend_by_its_composition(blend: str, report: str, value: float) -> None:
    assert gwp(blend, report) == pytest.approx(value, abs=0.5 if report == "AR4" else 1e-9)


def test_blends_are_those_of_another_table() -> None:
    """DESNZ 2025 lists blends by AR5, rounded; each that both know."""
    printed = {
        factor.name.en.split(" / ")[2]: factor.value
        for factor in builtin("desnz-2025").factors.values()
        if "/ Blends /" in factor.name.en and "Total emissions" in factor.name.en
    }
    both = {id for id, gas in gases().items() if gas.is_blend and "AR5" in gas.gwp_by_set} & set(
        printed
    )
    assert len(both) >= 15
    for id in both:
        assert gwp(id, "AR5") == pytest.approx(printed[id], abs=0.51), id


def test_a_composition_adds_to_the_whole() -> None:
    for id, parts in read_toml("blends.toml").items():
        assert sum(parts.values()) == pytest.approx(100), id


def test_a_report_that_lacks_a_component_gives_no_blend() -> None:
    with pytest.raises(GwpNotGiven, match="AR6"):
        gwp("R454B", "AR5")


@pytest.mark.parametrize(
    ("gas", "report", "value"), [("SF6", "AR6", 24300), ("HFC134a", "AR6", 1526)]
)
def test_a_value_that_circulates_is_not_the_table(gas: str, report: str, value: float) -> None:
    known = circulating_gwp(gas, report)
    assert known is not None
    assert (known.value, gwp(gas, report) == value) == (value, False)
    assert circulating_gwp(gas, "AR5") is None


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
    assert len([gas for gas in gases().values() if not gas.is_blend]) == 121
    assert [gas.id for gas in gases().values() if not gas.source or not gas.gwp_by_set] == []
