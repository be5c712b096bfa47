"""Ratios between two factors of one thing that are a slip of units and no other process."""

from __future__ import annotations

import math

from cfp_xl.footprint.factors import Factor
from cfp_xl.footprint.fuels import CO2_PER_C
from cfp_xl.footprint.units import same_dimension

NEAR = 0.002
"""How near a ratio must come to a known slip."""
FAR = 100.0
"""So many times above a factor of the same thing, or below, is no other process but a unit."""


def is_comparable(one: Factor, other: Factor) -> bool:
    """Whether both are above zero and per units of one kind."""
    return same_dimension(one.per_unit, other.per_unit) and one.value > 0 and other.value > 0


def slip(ratio: float) -> str:
    """The slip that a ratio looks like; "" for none."""
    for size, name in ((float(CO2_PER_C), "44/12"), (3.6, "3.6")):
        for found, shown in ((size, name), (1 / size, f"1/({name})")):
            if abs(ratio / found - 1) < NEAR:
                return shown
    power = round(math.log10(ratio))
    return f"10^{power}" if power and abs(ratio / 10.0**power - 1) < NEAR else ""


def far(ratio: float) -> str:
    """How many times, where it is too far for another process; else ""."""
    if 1 / FAR < ratio < FAR:
        return ""
    return f"{ratio:.0f}" if ratio > 1 else f"1/{1 / ratio:.0f}"
