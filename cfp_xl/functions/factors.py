"""Factors: CFP_FACTOR, CFP_FACTOR_INFO, CFP_FACTOR_SEARCH, CFP_FUEL_FACTOR, CFP_GWP."""

from __future__ import annotations

from cfp_xl.footprint import gwp as gwps
from cfp_xl.footprint.fuels import fuel_factor_kgco2_per_kg
from cfp_xl.functions.factor_info import information
from cfp_xl.functions.kinds import (
    Count,
    Factors,
    GJPerT,
    Id,
    KgCO2ePerUnit,
    KgCO2PerKg,
    Ratio,
    TCPerTJ,
    Words,
)
from cfp_xl.functions.ranges import find_factors, is_chinese, lookup
from cfp_xl.functions.registry import function
from cfp_xl.functions.values import ExcelError, Scalar, Table
from cfp_xl.messages import Lang, say

DEFAULT_LIMIT = 10


@function("CFP_FACTOR", category="factors")
def factor(id: Id, unit: Words | None = None, factors: Factors | None = None) -> KgCO2ePerUnit:
    """kgCO2e for one `unit` of what a factor counts, one of its own units when left out."""
    return lookup(factors).get(id).kgco2e_per(unit)


@function("CFP_FACTOR_INFO", category="factors")
def factor_info(id: Id, field: Words | None = None, factors: Factors | None = None) -> Scalar:
    """A property of a factor; its source where none is named."""
    return information(lookup(factors).get(id), field or "source")


@function("CFP_FACTOR_SEARCH", category="factors", spills=True)
def factor_search(
    text: Words, limit: Count | None = None, factors: Factors | None = None
) -> Table | ExcelError:
    """Rows of id, name, value, unit and source of the factors nearest to some words."""
    found, shown = find_factors(text, int(limit or DEFAULT_LIMIT), factors)
    lang: Lang = "zh" if is_chinese(text) else "en"
    rows: list[tuple[Scalar, ...]] = [
        (f.id, f.label(lang), f.value, f"{f.unit}/{f.per_unit}", str(f.source)) for f in shown
    ]
    if found.missing is not None:
        about = say("functions.no_open_factor", lang, what=found.missing)
        return Table([("", about, "", "", ""), *rows])
    return Table(rows) if rows else ExcelError.NA


@function("CFP_FUEL_FACTOR", category="factors")
def fuel_factor(ncv: GJPerT, carbon_content: TCPerTJ, oxidation: Ratio) -> KgCO2PerKg:
    """CO2 from burning 1 kg of a fuel (GB/T 32151: NCV x CC x OF x 44/12)."""
    return fuel_factor_kgco2_per_kg(ncv, carbon_content, oxidation)


@function("CFP_GWP", category="factors")
def gwp(gas: Words, set: Words) -> float:
    """GWP100 of a gas in an IPCC report, kgCO2e per kg."""
    return gwps.gwp(gas, set)
