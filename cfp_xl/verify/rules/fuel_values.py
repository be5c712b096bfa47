"""N12: a fuel's own factor is what its own calorific value and carbon content give."""

from __future__ import annotations

import math
from collections.abc import Iterator

from cfp_xl.findings import Finding, finding
from cfp_xl.footprint.factor import Factor
from cfp_xl.footprint.factor_parts import SHARE
from cfp_xl.footprint.units import conversion
from cfp_xl.messages import Explained
from cfp_xl.schema.case import Case, text_of
from cfp_xl.verify.limits import limits
from cfp_xl.verify.rule import rule


@rule("N12", reads=("factors",))
def fuel_values_are_their_parameters(case: Case) -> Iterator[Finding]:
    """N12: NCV × carbon content × oxidation × 44/12, or NCV × emission factor (GB/T 32151), per
    unit of fuel; a shipped factor's copy is held against its set (F01) instead."""
    tolerance = limits("fuel_value")["tolerance"]
    for record in case.product.rows("factors"):
        id = text_of(record.values.get("id"))
        try:
            factor = case.product.factors.get(id)
            if factor.fuel is None or case.shipped(id) is not None:
                continue
            kgco2 = factor.fuel.kgco2_per(factor.per_unit) * (1 - _biogenic_share(factor))
            stated = factor.kgco2e_per()
            unit_kg = conversion(factor.unit, "kgCO2e")
        except Explained:
            continue  # what can't be read is named where the factor is used
        if not math.isclose(stated, kgco2, rel_tol=tolerance):
            yield finding(
                "N12",
                record.cell("value"),
                seen=f"{factor.value:.8g} {factor.unit}/{factor.per_unit}",
                expected=f"{kgco2 / unit_kg:.8g} {factor.unit}/{factor.per_unit}",
                factor=id,
            )


def _biogenic_share(factor: Factor) -> float:
    """Of its carbon: that part of the CO2 lies beside the value."""
    share = factor.more.get(SHARE)
    return share if isinstance(share, float) else 0.0
