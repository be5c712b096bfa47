"""Single activities: CFP_EMISSION, CFP_TRANSPORT, CFP_CO2E, CFP_ALLOCATE, CFP_CONVERT."""

from __future__ import annotations

import math
from collections.abc import Callable

from cfp_xl.footprint import gwp, units
from cfp_xl.footprint.allocate import allocate as share_out
from cfp_xl.footprint.emission import emission_kgco2e, scaled_quantity, transport_kgco2e
from cfp_xl.functions.kinds import Assemblies, Factors, Id, KgCO2e, NonNegative, Number, Words
from cfp_xl.functions.ranges import AssembliesRange, FactorsRange, lookup
from cfp_xl.functions.registry import function


def emissions_of(
    unit: str,
    factor_id: str,
    factors: FactorsRange | None,
    bridge: float | None,
    bridge_unit: str | None,
    assemblies: AssembliesRange | None,
) -> Callable[[float], float | None]:
    """CFP_EMISSION as a function of the quantity."""
    found = lookup(factors, assemblies).get(factor_id)
    amount = scaled_quantity(unit, found, bridge, bridge_unit)

    def of(quantity: float) -> float | None:
        kgco2e = amount(quantity) * found.value
        return kgco2e + 0.0 if math.isfinite(kgco2e) else None

    return of


@function("CFP_EMISSION", category="emissions", prepared=emissions_of)
def emission(
    quantity: NonNegative,
    unit: Words,
    factor_id: Id,
    factors: Factors | None = None,
    bridge: NonNegative | None = None,
    bridge_unit: Words | None = None,
    assemblies: Assemblies | None = None,
) -> KgCO2e:
    """kgCO2e of a quantity by a factor: AD x EF (GB/T 24067)."""
    found = lookup(factors, assemblies).get(factor_id)
    return emission_kgco2e(quantity, unit, found, bridge, bridge_unit)


@function("CFP_TRANSPORT", category="emissions")
def transport(
    mass: NonNegative,
    mass_unit: Words,
    distance: NonNegative,
    distance_unit: Words,
    factor_id: Id,
    factors: Factors | None = None,
) -> KgCO2e:
    """kgCO2e of moving a mass over a distance, by a factor per tonne-kilometre."""
    found = lookup(factors).get(factor_id)
    return transport_kgco2e(mass, mass_unit, distance, distance_unit, found)


@function("CFP_CO2E", category="emissions")
def co2e(mass: NonNegative, unit: Words, gas: Words, set: Words) -> KgCO2e:
    """kgCO2e of a mass of a gas, by its GWP100 in an IPCC report."""
    return gwp.co2e_kg(mass, unit, gas, set)


@function("CFP_ALLOCATE", category="emissions")
def allocate(quantity: Number, product_basis: NonNegative, total_basis: NonNegative) -> float:
    """A product's part of a shared quantity, in the quantity's unit."""
    return share_out(quantity, product_basis, total_basis)


@function("CFP_CONVERT", category="emissions")
def convert(value: Number, from_: Words, to: Words) -> float:
    """A number in another unit of the same dimension."""
    return units.convert(value, from_, to)
