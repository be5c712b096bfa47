"""X01: freight in t·km is the mass that is carried times its distance, where a row states both."""

from __future__ import annotations

import math
from collections.abc import Iterator

from cfp_xl.findings import Finding, finding
from cfp_xl.footprint.columns import column
from cfp_xl.footprint.wording import is_blank
from cfp_xl.functions.values import shown
from cfp_xl.schema.case import Case, text_of
from cfp_xl.verify.flows import scaled
from cfp_xl.verify.limits import limits
from cfp_xl.verify.rule import PRODUCT, rule
from cfp_xl.verify.rules.rows import row_name


@rule("X01", reads=("activities", "factors"), schemas=(PRODUCT,))
def freight_is_mass_times_distance(case: Case) -> Iterator[Finding]:
    """X01: a quantity that was typed, or kept when mass or distance changed, is named; so is a mass
    or distance that is text or negative: two negative ones give a product that looks right; and one
    of them without the other, which nothing can be held against."""
    for row in case.footprint.rows:
        activity = row.activity
        stated = {c: activity.more.get(c) for c in ("mass_kg", "distance_km")}
        for id, value in stated.items():
            if not is_blank(value) and not (isinstance(value, float) and value >= 0):
                place, seen = case.at(activity, id), shown(value)
                yield finding("X01", place, case="no_amount", seen=seen, row=row_name(row))
        mass_kg, distance_km = stated.values()
        scale = scaled(text_of(activity.unit), "t·km")
        blank = [id for id, value in stated.items() if is_blank(value)]
        if scale and len(blank) == 1 and row.kgco2e:
            (there,) = (id for id in stated if id not in blank)
            yield finding(
                "X01",
                case.at(activity, there),
                case="half",
                what=column("activities", blank[0]).heading,
                row=row_name(row),
                also=[case.at(activity, blank[0])],
            )
        if not isinstance(mass_kg, float) or not isinstance(distance_km, float) or not scale:
            continue
        if not isinstance(activity.quantity, float):
            continue
        tkm = mass_kg / 1000 * distance_km
        if not math.isclose(activity.quantity * scale, tkm, rel_tol=limits("freight")["tolerance"]):
            yield finding(
                "X01",
                case.at(activity, "quantity"),
                seen=f"{activity.quantity * scale:.8g} t·km",
                expected=f"{tkm:.8g} t·km",
                row=row_name(row),
                also=[case.at(activity, id) for id in stated],
            )
