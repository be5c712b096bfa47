"""D01 in the activities: one thing that two rows count."""

from __future__ import annotations

from collections import Counter
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
        first: dict[tuple[object, ...], list[InventoryFlow]] = {}
        for flow in _perhaps_same(group):
            for earlier in _candidates(flow, first):
                if problem := _same(earlier, flow):
                    yield _twice(case, problem, flow, earlier)
                    break


def _perhaps_same(group: list[InventoryFlow]) -> list[InventoryFlow]:
    """Of rows of one quantity those that may be the same as another: energy, which needs nothing
    else in common, and rows that share their factor or their name."""
    if len(group) < 2:
        return []
    names = [folded(text_of(flow.row.activity.activity)) for flow in group]
    factors, named = Counter(flow.factor.id for flow in group), Counter(names)
    return [
        flow
        for flow, name in zip(group, names, strict=True)
        if flow.kind in ENERGY or factors[flow.factor.id] > 1 or named[name] > 1
    ]


def _candidates(
    flow: InventoryFlow, first: dict[tuple[object, ...], list[InventoryFlow]]
) -> list[InventoryFlow]:
    """The earlier rows of one quantity that may be the same as this one, which joins them.

    Of rows that are alike the first is enough, and the first of another factor: so that the time
    grows with the rows, not with their pairs.
    """
    activity = flow.row.activity
    place = flow.stage, _process(flow)
    name, part = (folded(text_of(text)) for text in (activity.activity, activity.part_id))
    is_packaging = has_word(flow.text, plausibility("words")["packaging"])
    of_kind = (*place, flow.kind, flow.part)
    keys: list[tuple[object, ...]] = [
        ("row", *place, flow.factor.id, name, part),
        ("kind", *of_kind),
        ("named", *of_kind, name),
    ]
    found = [one for key in keys for one in first.get(key, ())]
    for stage in (RAW, PRODUCTION, DISTRIBUTION):
        for packed in (True, False):
            found += first.get(("packaging", flow.factor.id, stage, packed), ())
    keys.append(("packaging", flow.factor.id, flow.stage, is_packaging))
    for key in keys:
        known = first.setdefault(key, [])
        if all(one.factor.id != flow.factor.id for one in known) and len(known) < 2:
            known.append(flow)
    return sorted(found, key=lambda one: one.row.activity.number)


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
    freight: dict[tuple[str, str], InventoryFlow] = {}
    heat: dict[str, InventoryFlow] = {}
    for other in flows.rows if burnt else ():
        if other.part or other.kgco2e <= 0:
            continue
        if other.kind is Kind.FREIGHT:
            freight.setdefault((other.stage, _process(other)), other)
        elif other.kind is Kind.HEAT and not has_word(other.text, words["purchased"]):
            heat.setdefault(other.stage, other)
    for fuel in burnt:
        trip, steam = freight.get((fuel.stage, _process(fuel))), heat.get(fuel.stage)
        if trip is not None and not has_word(fuel.text, words["not_a_truck"]):
            yield _twice(case, "fuel_and_freight", fuel, trip)
        elif steam is not None and has_word(fuel.text, (*words["own_heat"], *words["steam"])):
            yield _twice(case, "fuel_and_steam", fuel, steam)


def _energy_of_suppliers(case: Case, flows: InventoryFlows) -> Iterator[Finding]:
    """Energy that makes a part, beside the footprint of that part from its supplier."""
    by_part: dict[str, InventoryFlow] = {}
    by_process: dict[str, InventoryFlow] = {}
    for part in flows.rows:
        if part.of_supplier and part.kind is Kind.MATERIAL:
            by_part.setdefault(folded(text_of(part.row.activity.part_id)), part)
            if part.stage == RAW:
                by_process.setdefault(_process(part), part)
    for flow in _energy(flows):
        id = folded(text_of(flow.row.activity.part_id))
        beside = by_process.get(_process(flow)) if flow.stage == RAW else None
        if found := by_part.get(id) if id else beside:
            yield _twice(case, "in_supplier", flow, found)


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
