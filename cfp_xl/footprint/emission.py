"""One emission: a quantity times a factor, units made to meet, by a bridge where they must."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache

from cfp_xl.footprint.cells import number_not_negative
from cfp_xl.footprint.errors import BAD_NUMBER, FootprintError, NumberNotFinite, label
from cfp_xl.footprint.factor import Factor
from cfp_xl.footprint.units import (
    UnitMissing,
    canonical,
    conversion,
    dimension,
    exact_conversion,
    parse,
    same_dimension,
)


class BridgeNeeded(FootprintError):
    """Quantity and factor measure different things and nothing joins them."""


class BridgeUnfit(FootprintError):
    """A bridge whose unit does not lead from the quantity to the factor."""


class BridgeWithoutUnit(FootprintError):
    """A bridge that does not say what it is per what."""


class BridgeNotPositive(FootprintError):
    """A density or heating value of zero or less."""

    excel = BAD_NUMBER


def emission_kgco2e(
    quantity: float,
    unit: str,
    factor: Factor,
    bridge: float | None = None,
    bridge_unit: str | None = None,
) -> float:
    """kgCO2e of a quantity: quantity × factor, in whatever units the two are given.

    Where they measure different things (L of a fuel whose factor is per kg), the bridge, a
    density or heating value with its unit, multiplies or divides, whichever makes the units meet
    (0.84 kg/L joins litres to kg and kg to litres). Where they meet without it, it is not used.
    A factor in kgCO2 counts 1:1 as kgCO2e. Raises FootprintError.
    """
    number_not_negative(quantity, label("quantity"))
    result = scaled_quantity(unit, factor, bridge, bridge_unit)(quantity) * factor.value
    if not math.isfinite(result):
        raise NumberNotFinite(column=label("emission"), seen=result)
    return result


def scaled_quantity(
    unit: str, factor: Factor, bridge: float | None = None, bridge_unit: str | None = None
) -> Callable[[float], float]:
    """What a factor's value is multiplied by, as a function of the quantity: for as many
    quantities, and values of the factor, as there are."""
    if not unit.strip():
        raise UnitMissing()
    if same_dimension(unit, factor.per_unit):
        scale = _scale(unit, factor.per_unit, factor.exact_kg_per_unit_of_value())
        return lambda quantity: quantity * scale
    amount = _bridged(unit, factor.per_unit, bridge, bridge_unit)
    kg_per_unit = float(factor.exact_kg_per_unit_of_value())
    return lambda quantity: amount(quantity) * kg_per_unit


@lru_cache(maxsize=4096)
def _scale(unit: str, per_unit: str, kg_per_unit: Fraction) -> float:
    """One exact fraction for both conversions: tCO2/MWh on kWh is a factor of exactly 1."""
    return float(exact_conversion(unit, per_unit) * kg_per_unit)


def _bridged(
    unit: str, per_unit: str, bridge: float | None, bridge_unit: str | None
) -> Callable[[float], float]:
    """A quantity in `per_unit`, by way of the bridge."""
    wanted = f"{canonical(per_unit)}/{canonical(unit)}"
    if bridge is None:
        raise BridgeNeeded(
            unit=unit,
            unit_dimension=dimension(unit),
            per_unit=per_unit,
            per_dimension=dimension(per_unit),
        )
    if not bridge_unit or not bridge_unit.strip():
        raise BridgeWithoutUnit(bridge=bridge, wanted=wanted)
    if not math.isfinite(bridge) or bridge <= 0:
        raise BridgeNotPositive(seen=bridge)
    source, target, joint = parse(unit), parse(per_unit), parse(bridge_unit)
    if (source * joint).dimensions == target.dimensions:
        scale = float(source.size * joint.size / target.size)
        return lambda quantity: quantity * bridge * scale
    if (source / joint).dimensions == target.dimensions:
        scale = float(source.size / joint.size / target.size)
        return lambda quantity: quantity / bridge * scale
    raise BridgeUnfit(bridge_unit=bridge_unit, unit=unit, per_unit=per_unit, wanted=wanted)


def freight_tkm(mass: float, mass_unit: str, distance: float, distance_unit: str) -> float:
    """Tonne-kilometres of a mass carried over a distance, each in any unit of its kind."""
    mass_t = number_not_negative(mass, label("mass")) * conversion(mass_unit, "t")
    distance_km = number_not_negative(distance, label("distance")) * conversion(distance_unit, "km")
    return mass_t * distance_km


def transport_kgco2e(
    mass: float, mass_unit: str, distance: float, distance_unit: str, factor: Factor
) -> float:
    """kgCO2e of carrying a mass over a distance, by a factor per t·km (or another mass × length).

    A factor per km of a vehicle does not fit: it knows nothing of the load.
    """
    return emission_kgco2e(freight_tkm(mass, mass_unit, distance, distance_unit), "t·km", factor)
