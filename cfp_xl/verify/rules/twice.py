"""D01 in the activities: one thing that two rows count."""

from __future__ import annotations

from collections.abc import Iterator

from cfp_xl.findings import Finding, finding
from cfp_xl.footprint.units import parse
from cfp_xl.footprint.wording import folded
from cfp_xl.schema.case import Case, text_of
from cfp_xl.verify.flows import (
    DISTRIBUTION,
    ENERGY,
    PRODUCTION,
    RAW,
    InventoryFlow,
    InventoryFlows,
    Kind,
    flows_of,
)
from cfp_xl.verify.plausibility import has_word, plausibility
from cfp_xl.verify.rule import EVERYTHING, PRODUCT, rule
from cfp_xl.verify.rules.rows import row_name


@rule("D01", reads=(EVERYTHING,), schemas=(PRODUCT,))
def nothing_counts_twice(case: Case) -> Iterator[Finding]:
    """D01: the same row, quantity, trip, steam or part in two rows."""
    flows = flows_of(case)
    yield from _quantities(case, flows)
    yield from _fuels(case, flows)
    yield from _energy_of_suppliers(case, flows)


def _quantities(case: Case, flows: InventoryFlows) -> Iterator[Finding]:
    """No row twice; no quantity with two factors for the same part of its emissions.

    Right: combustion beside its upstream, generation beside losses, a gas beside another.
    """
    alike: dict[tuple[object, str], list[InventoryFlow]] = {}
    for flow in flows.rows:
        if flow.kgco2e > 0:
            unit = parse(flow.unit)
            key = unit.dimensions, f"{flow.quantity * float(unit.size):.9g}"
            alike.setdefault(key, []).append(flow)
    for group in alike.values():
        for index, flow in enumerate(group):
            for earlier in group[:index]:
                if problem := _same(earlier, flow):
                    yield _twice(case, problem, flow, earlier)
                    break


def _same(one: InventoryFlow, other: InventoryFlow) -> str:
    """The case of the finding that two rows of one quantity give; "" where they are two things."""
    a, b = one.row.activity, other.row.activity
    same_name = folded(text_of(a.activity)) == folded(text_of(b.activity))
    same_part = folded(text_of(a.part_id)) == folded(text_of(b.part_id))
    same_place = one.stage == other.stage and _process(one) == _process(other)
    if one.factor.id == other.factor.id:
        if same_place and same_name and same_part:
            return "identical"
        is_packaging = one.kind is Kind.MATERIAL and (
            has_word(f"{one.text} {other.text}", plausibility("words")["packaging"])
        )
        made = (RAW, PRODUCTION, DISTRIBUTION)
        is_elsewhere = one.stage != other.stage and one.stage in made and other.stage in made
        return "two_stages" if is_packaging and is_elsewhere else ""
    if not same_place or one.kind is not other.kind or one.part != other.part:
        return ""
    if same_name and text_of(a.activity):
        return "two_factors"
    return "two_factors" if one.kind in ENERGY and _is_precise(other.quantity) else ""


def _is_precise(quantity: float) -> bool:
    """Whether a number has three digits or more, so that two of them are not equal by chance."""
    return len(f"{quantity:.12g}".replace(".", "").strip("0").partition("e")[0]) >= 3


def _process(flow: InventoryFlow) -> str:
    return folded(flow.row.process)


def _fuels(case: Case, flows: InventoryFlows) -> Iterator[Finding]:
    """A lorry's fuel beside its t·km in one process; a boiler's fuel beside its steam."""
    words = plausibility("words")
    burnt = [f for f in flows.rows if f.kind is Kind.FUEL and not f.part and f.kgco2e > 0]
    for fuel in burnt:
        for other in flows.rows:
            if other.stage != fuel.stage or other.part or other.kgco2e <= 0:
                continue
            is_freight = other.kind is Kind.FREIGHT and _process(fuel) == _process(other)
            if is_freight and not has_word(fuel.text, words["not_a_truck"]):
                yield _twice(case, "fuel_and_freight", fuel, other)
                break
            if other.kind is Kind.HEAT and _is_own_steam(fuel, other):
                yield _twice(case, "fuel_and_steam", fuel, other)
                break


def _is_own_steam(fuel: InventoryFlow, heat: InventoryFlow) -> bool:
    """Whether a fuel is a boiler's and the heat is not said to be bought."""
    words = plausibility("words")
    of_boiler = has_word(fuel.text, (*words["own_heat"], *words["steam"]))
    return of_boiler and not has_word(heat.text, words["purchased"])


def _energy_of_suppliers(case: Case, flows: InventoryFlows) -> Iterator[Finding]:
    """Energy that makes a part, beside the footprint of that part from its supplier."""
    supplied = [flow for flow in flows.rows if flow.of_supplier and flow.kind is Kind.MATERIAL]
    for flow in _energy(flows):
        id = folded(text_of(flow.row.activity.part_id))
        for part in supplied:
            same_part = id and id == folded(text_of(part.row.activity.part_id))
            beside = flow.stage == part.stage == RAW and _process(flow) == _process(part)
            if same_part or (beside and not id):
                yield _twice(case, "in_supplier", flow, part)
                break


def _energy(flows: InventoryFlows) -> Iterator[InventoryFlow]:
    return (flow for flow in flows.rows if flow.kind in ENERGY and not flow.of_supplier)


def _twice(case: Case, problem: str, flow: InventoryFlow, other: InventoryFlow) -> Finding:
    return finding(
        "D01",
        case.at(flow.row.activity, "quantity"),
        case=problem,
        seen=f"{flow.quantity:.6g} {flow.unit}",
        row=row_name(flow.row),
        other=row_name(other.row),
        cell=case.at(other.row.activity, "quantity").cell,
        factor=other.factor.id,
    )
