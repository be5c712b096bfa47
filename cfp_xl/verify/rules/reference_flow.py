"""B06: what a functional unit weighs is known, and a service life is one, and possible."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cfp_xl.findings import CellRef, Finding, finding
from cfp_xl.schema.case import Case, text_of
from cfp_xl.verify.flows import PRODUCTION, RAW, flows_of, scaled
from cfp_xl.verify.limits import limits
from cfp_xl.verify.plausibility import has_word, plausibility
from cfp_xl.verify.rule import EVERYTHING, PRODUCT, rule
from cfp_xl.verify.rules.product_facts import labelled, service_life_cell, service_life_years

_YEARS = re.compile(
    r"(?<![\d.])(?P<first>\d{1,3}(?:\.\d+)?)\s*(?:(?:[-–—~～至到]|to)\s*(?P<last>\d{1,3})\s*)?"
    r"(?:年(?!度|产|用|均)|years?\b|yrs?\b)",
    re.IGNORECASE,
)


@rule("B06", reads=("activities", "factors", "functional_unit", "mass_kg"), schemas=(PRODUCT,))
def the_reference_flow_is_known(case: Case) -> Iterator[Finding]:
    """B06: of a functional unit that is not one piece, something says how much it is: the mass of
    the product, or what goes into it. Energy weighs nothing. Two masses are one."""
    unit, mass = case.product.functional_unit, case.product.other_facts.get("mass_kg")
    if unit is None or unit.value is None or mass is None:
        return  # nothing to read, or no place for the mass
    by_mass, stated = scaled(unit.value.unit, "kg"), mass.value
    if isinstance(stated, float):
        if by_mass and abs(unit.value.amount * by_mass - stated) > 0.005 * stated:
            yield finding(
                "B06",
                mass.where,
                case="two_masses",
                seen=f"{stated:g} kg",
                expected=unit.text,
                also=[unit.where] if unit.where else [],
            )
        return
    is_measured = any(scaled(unit.value.unit, one) for one in ("kg", "km", "m2", "L"))
    is_service = any(scaled(unit.value.unit, one) for one in ("kWh", "t·km"))
    is_one = unit.value.amount == 1 and not is_measured
    if not is_one and not is_service and not _has_weights(case):
        yield finding("B06", unit.where, case="no_mass", seen=unit.text)


def _has_weights(case: Case) -> bool:
    """Whether something that goes into the product is weighed or measured by volume."""
    flows = flows_of(case)
    inside = flows.of(RAW, PRODUCTION)
    is_measured = any(flow.amount("kg") or flow.amount("L") for flow in inside)
    return is_measured or any(flow.kg for flow in flows.materials)


@rule("B06", reads=(EVERYTHING,), schemas=(PRODUCT,))
def a_service_life_is_one_and_possible(case: Case) -> Iterator[Finding]:
    """B06: the service life is a number of years that things last, and what the function and the
    functional unit say of it is the same."""
    where, years = service_life_cell(case), service_life_years(case)
    typed = case.value(where) if where else None
    if where is not None and typed not in (None, "") and years is None:
        yield finding("B06", where, case="no_years", seen=text_of(typed))
    bounds = limits("service_life")
    texts = tuple(_lives(case))
    longest = [(cell, max(last for _, last in lives)) for cell, lives in texts]
    for cell, value in (*([(where, years)] if where and years else []), *longest):
        if not bounds["least_years"] <= value <= bounds["most_years"]:
            most = f"{bounds['most_years']:g}"
            yield finding("B06", cell, case="long_life", seen=f"{value:g}", expected=most)
    for cell, lives in texts:
        if years and not any(first <= years <= last for first, last in lives):
            seen = "、".join(f"{first:g}" for first, _ in lives)
            yield finding(
                "B06", where, case="two_lives", seen=f"{years:g}", expected=seen, also=[cell]
            )


def _lives(case: Case) -> Iterator[tuple[CellRef, list[tuple[float, float]]]]:
    """The spans of years that the function and the functional unit speak of, by cell; a guarantee
    is no life."""
    unit, function = case.product.functional_unit, labelled(case, "function")
    for cell in (unit.where if unit else None, function):
        text = text_of(case.value(cell)) if cell else ""
        found = []
        for match in _YEARS.finditer(text):
            before = text[max(0, match.start() - 12) : match.start()]
            if not has_word(before, plausibility("words")["no_life"]):
                first = float(match["first"])
                found.append((first, float(match["last"] or first)))
        if cell and found:
            yield cell, found
