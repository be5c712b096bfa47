"""M01: what the materials weigh, what the product weighs, and what its end of life treats."""

from __future__ import annotations

from collections.abc import Iterator

from cfp_xl.findings import Finding, Severity, finding
from cfp_xl.schema.case import Case
from cfp_xl.verify.flows import (
    END_OF_LIFE,
    USE,
    InventoryFlow,
    InventoryFlows,
    Kind,
    emission_cell,
    flows_of,
)
from cfp_xl.verify.plausibility import has_word, plausibility
from cfp_xl.verify.rule import EVERYTHING, PRODUCT, rule
from cfp_xl.verify.rules.rows import row_name


@rule("M01", reads=(EVERYTHING,), schemas=(PRODUCT,))
def masses_balance(case: Case) -> Iterator[Finding]:
    """M01: materials against the product, the end of life against what went in."""
    flows = flows_of(case)
    yield from _materials(case, flows)
    yield from _end_of_life(case, flows)


def _materials(case: Case, flows: InventoryFlows) -> Iterator[Finding]:
    """Only where the product's mass is stated and that of every material is known. Materials are
    gross inputs: cut-offs may be missing, and scrap may be much."""
    materials_kg, stated_kg = flows.materials_kg, flows.stated_kg
    if not materials_kg or not stated_kg:
        return
    bounds = plausibility("balance")
    kind = "by_mass" if flows.is_by_mass else "missing"
    ratio = materials_kg / stated_kg
    largest = max(flows.materials, key=lambda flow: flow.kg or 0.0)
    if ratio < bounds[f"{kind}_warning"]:
        is_impossible, case_id = ratio < bounds[f"{kind}_error"], "missing"
    elif ratio > bounds["excess_warning"]:
        is_impossible, case_id = ratio > bounds["excess_error"], "excess"
    else:
        return
    unit = case.product.functional_unit
    yield finding(
        "M01",
        unit.where if flows.is_by_mass and unit else emission_cell(case, largest),
        case=case_id,
        seen=f"{materials_kg:.6g}",
        expected=f"{stated_kg:.6g}",
        severity=Severity.ERROR if is_impossible else Severity.WARNING,
        ratio=f"{ratio:.3g}",
    )


def _end_of_life(case: Case, flows: InventoryFlows) -> Iterator[Finding]:
    """No row of the end of life, and not all fates together, weigh more than what went in; what
    a durable product is made of comes to its end."""
    treated = [flow for flow in flows.of(END_OF_LIFE) if flow.kg]
    inputs_kg = _inputs_kg(flows)
    if not treated or not inputs_kg:
        return
    bounds = plausibility("balance")
    most_kg = inputs_kg * bounds["waste_over"]
    heavy = [flow for flow in treated if (flow.kg or 0.0) > most_kg]
    fates = [flow for flow in treated if not _is_before_treatment(flow)]
    fates_kg = sum(flow.kg or 0.0 for flow in fates or treated)
    if heavy:
        for flow in heavy:
            yield _waste(case, flow, flow.kg or 0.0, inputs_kg, Severity.ERROR)
        heaviest_kg = max(flow.kg or 0.0 for flow in heavy)
        if heaviest_kg * bounds["waste_under"] > inputs_kg:  # either unit may be the wrong one
            yield _little(case, flows, "much_waste", heaviest_kg, inputs_kg)
    elif fates and fates_kg > most_kg:
        largest = max(fates, key=lambda flow: flow.kg or 0.0)
        yield _waste(case, largest, fates_kg, inputs_kg, Severity.WARNING)
    elif flows.is_by_piece and fates_kg < inputs_kg * bounds["waste_under"]:
        yield _little(case, flows, "little_waste", fates_kg, inputs_kg)


def _little(
    case: Case, flows: InventoryFlows, problem: str, treated_kg: float, inputs_kg: float
) -> Finding:
    """At the heaviest material, whose unit may be wrong as well as that of the end of life."""
    largest = max(flows.materials, key=lambda flow: flow.kg or 0.0)
    return finding(
        "M01",
        emission_cell(case, largest),
        case=problem,
        seen=f"{inputs_kg:.6g}",
        expected=f"{treated_kg:.6g}",
        row=row_name(largest.row),
    )


def _inputs_kg(flows: InventoryFlows) -> float | None:
    """What went into the product and into its use; None where a mass is not known."""
    in_use = [flow.kg for flow in flows.of(USE, kinds=(Kind.MATERIAL,))]
    if flows.materials_kg is None or None in in_use:
        return None
    materials_kg = flows.materials_kg + sum(kg or 0.0 for kg in in_use)
    return max(materials_kg, flows.stated_kg or 0.0)


def _is_before_treatment(flow: InventoryFlow) -> bool:
    """Whether a step comes before others that treat the same mass: collection, sorting."""
    text = f"{flow.text} {flow.factor.name.zh} {flow.factor.name.en}"
    return has_word(text, plausibility("words")["before_treatment"])


def _waste(
    case: Case, flow: InventoryFlow, treated_kg: float, inputs_kg: float, severity: Severity
) -> Finding:
    return finding(
        "M01",
        emission_cell(case, flow),
        case="waste",
        seen=f"{treated_kg:.6g}",
        expected=f"{inputs_kg:.6g}",
        severity=severity,
        row=row_name(flow.row),
    )
