"""Fuels: the CO2 of burning one unit, from calorific value, carbon content and oxidation."""

from __future__ import annotations

import math
from dataclasses import dataclass

from cfp_xl.footprint.errors import BAD_NUMBER, FootprintError, NumberNotFinite, label
from cfp_xl.footprint.units import exact_conversion


class FuelParameterNegative(FootprintError):
    """A calorific value or carbon content below zero."""

    excel = BAD_NUMBER
    text_key = "fuel_parameter_negative"


class OxidationOutOfRange(FootprintError):
    """An oxidation ratio outside 0 to 1."""

    excel = BAD_NUMBER
    text_key = "oxidation_range"


@dataclass(frozen=True, slots=True)
class FuelParameters:
    """What a fuel's factor is computed from.

    `ncv` in `ncv_unit` (GJ/t, GJ/1e4Nm3); either carbon content (tC/TJ) with the oxidation ratio
    (0 to 1), or `ef_tco2_per_tj` as the IPCC gives it.
    """

    ncv: float
    ncv_unit: str
    carbon_content_tc_per_tj: float | None = None
    oxidation: float | None = None
    ef_tco2_per_tj: float | None = None

    def kgco2_per(self, per_unit: str) -> float:
        """kgCO2 from burning one `per_unit` (kg, Nm3) of the fuel, in full precision."""
        # GJ per 1000 per_unit, so that GJ/t enters the method's formula as it stands.
        ncv = self.ncv * float(1000 * exact_conversion(self.ncv_unit, f"GJ/{per_unit}"))
        if self.ef_tco2_per_tj is not None:
            return ncv * self.ef_tco2_per_tj / 1000
        assert self.carbon_content_tc_per_tj is not None
        assert self.oxidation is not None
        return fuel_factor_kgco2_per_kg(ncv, self.carbon_content_tc_per_tj, self.oxidation)


def fuel_factor_kgco2_per_kg(
    ncv_gj_per_t: float, carbon_content_tc_per_tj: float, oxidation: float
) -> float:
    """kgCO2 from burning 1 kg of a fuel: NCV × CC × OF × 44/12 (GB/T 32151).

    NCV in GJ/t (= MJ/kg), carbon content in tC/TJ (= gC/MJ), oxidation 0 to 1. A calorific value
    in GJ per 1000 Nm3 gives kgCO2 per Nm3 in the same way.
    """
    for name, value in (("ncv", ncv_gj_per_t), ("carbon_content", carbon_content_tc_per_tj)):
        if not math.isfinite(value):
            raise NumberNotFinite(column=label(name), seen=value)
        if value < 0:
            raise FuelParameterNegative(column=label(name), seen=value)
    if not 0 <= oxidation <= 1:
        raise OxidationOutOfRange(seen=oxidation)
    factor = ncv_gj_per_t * carbon_content_tc_per_tj * oxidation * 44 / 12 / 1000
    if not math.isfinite(factor):
        raise NumberNotFinite(column=label("factor_value"), seen=factor)
    return factor
