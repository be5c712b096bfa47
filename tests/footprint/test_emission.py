"""Freight, allocation and factors whose own units are not kilograms."""

from __future__ import annotations

import pytest

from cfp_xl.footprint.allocate import allocate, allocation_share
from cfp_xl.footprint.emission import emission_kgco2e, freight_tkm, transport_kgco2e
from cfp_xl.footprint.errors import FootprintError
from cfp_xl.footprint.factors import Factor, library
from cfp_xl.messages import Text


def factor(value: float, unit: str, per_unit: str) -> Factor:
    return Factor("F", Text("", ""), "", value, unit, per_unit)


@pytest.mark.parametrize(
    ("quantity", "unit", "value", "factor_unit", "per_unit", "kgco2e"),
    [
        (1000, "kWh", 0.5703, "tCO2", "MWh", 570.3),
        (2, "t", 300, "gCO2e", "kg", 600.0),
        (3, "万度", 0.5777, "kgCO2e", "kWh", 17331.0),
        (5, "t.km", 0.1, "kgCO2e", "tonne.km", 0.5),
        (2, "m3", 0.19, "kgCO2e", "cubic metres", 0.38),
        (10, "kWh (Net CV)", 0.2, "kgCO2e", "kWh (Net CV)", 2.0),
    ],
)
def test_units_meet(
    quantity: float, unit: str, value: float, factor_unit: str, per_unit: str, kgco2e: float
) -> None:
    result = emission_kgco2e(quantity, unit, factor(value, factor_unit, per_unit))
    assert result == pytest.approx(kgco2e, rel=1e-14)


@pytest.mark.parametrize(
    ("unit", "per_unit"),
    [("kWh", "kWh (Net CV)"), ("m3", "Nm3"), ("t", "t·km"), ("km", "tonne.km")],
)
def test_units_that_only_look_alike_do_not(unit: str, per_unit: str) -> None:
    with pytest.raises(FootprintError) as failure:
        emission_kgco2e(1, unit, factor(1, "kgCO2e", per_unit))
    assert failure.value.excel == "#VALUE!"


@pytest.mark.parametrize(
    ("mass", "mass_unit", "distance", "distance_unit", "tkm"),
    [
        (2, "t", 100, "km", 200.0),
        (500, "kg", 100, "公里", 50.0),
        (1, "吨", 10, "miles", 16.09344),
        (0, "kg", 100, "km", 0.0),
    ],
)
def test_freight(
    mass: float, mass_unit: str, distance: float, distance_unit: str, tkm: float
) -> None:
    assert freight_tkm(mass, mass_unit, distance, distance_unit) == pytest.approx(tkm, rel=1e-15)


def test_transport_by_a_factor_per_tonne_kilometre() -> None:
    result = transport_kgco2e(500, "kg", 300, "km", factor(0.1, "kgCO2e", "tonne.km"))
    assert result == pytest.approx(15.0, rel=1e-15)


def test_a_factor_per_vehicle_kilometre_knows_nothing_of_the_load() -> None:
    with pytest.raises(FootprintError) as failure:
        transport_kgco2e(500, "kg", 300, "km", factor(0.8, "kgCO2e", "km"))
    assert failure.value.excel == "#VALUE!"


def test_a_mass_in_kilometres_is_a_mistake() -> None:
    with pytest.raises(FootprintError):
        transport_kgco2e(500, "km", 300, "kg", library().get("CN-ELEC-CFP-2024"))


@pytest.mark.parametrize(
    ("quantity", "basis", "total", "amount"),
    [(1000, 30, 120, 250.0), (1000, 0, 120, 0.0), (1000, 120, 120, 1000.0)],
)
def test_allocation(quantity: float, basis: float, total: float, amount: float) -> None:
    assert allocate(quantity, basis, total) == amount


@pytest.mark.parametrize("bases", [(1, 0), (121, 120), (-1, 120), (1, -120)])
def test_bases_that_cannot_share(bases: tuple[float, float]) -> None:
    with pytest.raises(FootprintError) as failure:
        allocation_share(*bases)
    assert failure.value.excel == "#NUM!"
