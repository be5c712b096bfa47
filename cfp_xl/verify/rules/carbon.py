"""Assemblies and uptake: M10 every assembly is counted, M11 what is taken up stays somewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from cfp_xl.findings import Finding, finding
from cfp_xl.footprint.fuels import CO2_PER_C
from cfp_xl.footprint.wording import folded
from cfp_xl.schema.case import Case
from cfp_xl.verify.rule import PRODUCT, rule

CARBON = "biogenic_carbon"
NOISE = 1e-9


@rule("M10", reads=("activities", "factors", "assemblies"), schemas=(PRODUCT,))
def assemblies_are_counted(case: Case) -> Iterator[Finding]:
    """M10: an assembly is taken by a row that counts, and bears no factor's name."""
    rows = case.footprint.rows
    members = Counter(folded(row.assembly) for row in rows if row.assembly)
    taken = _taken(case)
    factors = {folded(one.text("id")): one for one in case.product.rows("factors")}
    for record in case.product.rows("assemblies"):
        id = record.text("id")
        key = folded(id)
        if key and key not in taken and members[key]:
            yield finding("M10", record.cell("id"), assembly=id, count=members[key])
        if key and (factor := factors.get(folded(f"A-{id}"))) is not None:
            where = factor.cell("id")
            yield finding("M10", where, case="in_factors", factor=factor.text("id"), assembly=id)


def _taken(case: Case) -> set[str]:
    """The keys of the assemblies that rows of the product take, themselves or through others."""
    takes: dict[str, set[str]] = {}
    for row in case.footprint.rows:
        key = case.product.assemblies.key_of_factor(row.activity.factor_id)
        if key is not None:
            takes.setdefault(folded(row.assembly), set()).add(key)
    found: set[str] = set()
    ahead = set(takes.get("", ()))
    while ahead:
        found |= ahead
        ahead = {key for one in ahead for key in takes.get(one, ())} - found
    return found


@rule("M11", reads=("activities", "factors", CARBON), schemas=(PRODUCT,))
def uptake_stays_somewhere(case: Case) -> Iterator[Finding]:
    """M11: CO2 taken up is emitted again, or its carbon stays in what is stated."""
    parts = case.footprint.parts
    if parts is None or not parts.uptake:
        return
    first = next((row for row in case.footprint.rows if row.all_parts.uptake), None)
    if first is None:
        return
    fact = case.product.other_facts.get(CARBON)
    stated = fact.value if fact else None
    carbon_kg = stated if isinstance(stated, float) and stated >= 0 else None
    accounted = parts.biogenic_co2 + (carbon_kg or 0.0) * float(CO2_PER_C)
    if parts.uptake <= accounted * (1 + NOISE):
        return
    seen, expected = f"{parts.uptake:.6g}", f"{accounted:.6g}"
    where = case.at(first.activity, "quantity")
    case_ = "" if carbon_kg is not None else "not_stated"
    yield finding("M11", where, case=case_, seen=seen, expected=expected)
