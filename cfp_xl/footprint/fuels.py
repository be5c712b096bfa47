"""Fuels: the CO2 of burning one unit, from calorific value, carbon content and oxidation."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from cfp_xl.footprint.errors import (
    BAD_NUMBER,
    FootprintError,
    NumberMissing,
    NumberNotFinite,
    label,
)
from cfp_xl.footprint.units import exact_conversion

CO2_PER_C = Fraction(44, 12)
"""kg of CO2 from a kg of carbon, by molar masses as the standards round them."""


class FuelParameterNegative(FootprintError):
    """A calorific value or carbon content below zero."""

    excel = BAD_NUMBER


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
        ncv_gj = _as_written(self.ncv) * exact_conversion(self.ncv_unit, f"GJ/{per_unit}")
        if self.ef_tco2_per_tj is not None:
            return float(ncv_gj * _as_written(self.ef_tco2_per_tj))
        if self.carbon_content_tc_per_tj is None or self.oxidation is None:
            raise NumberMissing(column=label("carbon_content"))
        carbon = _as_written(self.carbon_content_tc_per_tj) * _as_written(self.oxidation)
        return float(ncv_gj * carbon * CO2_PER_C)


def fuel_factor_kgco2_per_kg(
    ncv_gj_per_t: float, carbon_content_tc_per_tj: float, oxidation: float
) -> float:
    """kgCO2 from burning 1 kg of a fuel: NCV × CC × OF × 44/12 (GB/T 32151).

    NCV in GJ/t (= MJ/kg), carbon content in tC/TJ (= gC/MJ), oxidation 0 to 1.
    """
    for name, value in (("ncv", ncv_gj_per_t), ("carbon_content", carbon_content_tc_per_tj)):
        if not math.isfinite(value):
            raise NumberNotFinite(column=label(name), seen=value)
        if value < 0:
            raise FuelParameterNegative(column=label(name), seen=value)
    if not 0 <= oxidation <= 1:
        raise OxidationOutOfRange(seen=oxidation)
    per_t = FuelParameters(ncv_gj_per_t, "GJ/t", carbon_content_tc_per_tj, oxidation)
    try:
        return per_t.kgco2_per("kg")
    except OverflowError:
        raise NumberNotFinite(column=label("factor_value"), seen=math.inf) from None


def _as_written(value: float) -> Fraction:
    """A float as the decimal it was written as: 42.652 is exactly 42652/1000.

    So the product is rounded once, at its end, and does not depend on the order of its terms.
    """
    return Fraction(repr(float(value)))
