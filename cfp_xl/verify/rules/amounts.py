"""N09 on amounts: what rows use for one kilogram of product, and the footprint as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from operator import itemgetter

from cfp_xl.findings import Finding, finding
from cfp_xl.schema.case import Case
from cfp_xl.verify.flows import (
    DISTRIBUTION,
    END_OF_LIFE,
    ENERGY,
    PRODUCTION,
    RAW,
    USE,
    InventoryFlow,
    InventoryFlows,
    Kind,
    emission_cell,
    flows_of,
    scaled,
)
from cfp_xl.verify.plausibility import plausibility, range_of
from cfp_xl.verify.rule import EVERYTHING, PRODUCT, rule
from cfp_xl.verify.rules.factor_sizes import severity_of
from cfp_xl.verify.rules.rows import row_name

WITHOUT_USE = (RAW, PRODUCTION, DISTRIBUTION, END_OF_LIFE)


@rule("N09", reads=(EVERYTHING,), schemas=(PRODUCT,))
def amounts_have_a_possible_size(case: Case) -> Iterator[Finding]:
    """N09: rows and total against the mass of the product, and rows of energy among themselves."""
    flows = flows_of(case)
    yield from _rows(case, flows)
    yield from _deliveries(case, flows)
    yield from _total(case, flows)
    yield from _dominant(case, flows)
    yield from _mixed_units(case, flows)


def _rows(case: Case, flows: InventoryFlows) -> Iterator[Finding]:
    """Each row against the mass of the product; in the use stage bounds are far wider."""
    product_kg = flows.product_kg
    if not product_kg:
        return
    for flow in flows.rows:
        found = _range_id(flow, flows)
        unit = range_of("amount", found).per if found else ""
        amount = flow.kgco2e if unit == "kgCO2e" else flow.amount(unit) if unit else None
        if flow.kind is Kind.FREIGHT and unit:
            amount = flow.amount("kg·km")
        elif flow.kind is Kind.MATERIAL and unit:
            amount = flow.kg
        if amount is not None:
            yield from _judged(case, flow, found, amount / product_kg, product_kg)


def _range_id(flow: InventoryFlow, flows: InventoryFlows) -> str:
    """Which range a row falls under; "" where there is none."""
    in_use = "use_" if flow.stage == USE else ""
    match flow.kind:
        case Kind.ELECTRICITY | Kind.FUEL:
            return f"{in_use}{flow.kind}"
        case Kind.FREIGHT:
            return "distance" if not in_use else ""
        case Kind.MATERIAL:
            return "material" if flows.stated_kg and not in_use else ""
        case Kind.HEAT | Kind.WATER:
            return str(flow.kind) if not in_use else ""
        case _:
            return ""


def _judged(
    case: Case, flow: InventoryFlow, found: str, value: float, product_kg: float
) -> Iterator[Finding]:
    usual = range_of("amount", found)
    if judged := usual.judge(value):
        yield finding(
            "N09",
            emission_cell(case, flow),
            case="amount",
            seen=f"{value:.4g}",
            expected=usual.usual,
            severity=severity_of(judged),
            row=row_name(flow.row),
            kind=usual.name,
            unit=usual.per if usual.per == "km" else f"{usual.per}/kg",
            product_kg=f"{product_kg:.6g}",
        )


def _deliveries(case: Case, flows: InventoryFlows) -> Iterator[Finding]:
    """All freight of a stage, over the mass that it carries, is a distance above nothing."""
    for stage, id, mass_kg in (
        (DISTRIBUTION, "delivery", flows.product_kg),
        (RAW, "inbound", flows.materials_kg),
    ):
        freight = flows.of(stage, kinds=(Kind.FREIGHT,))
        amounts = [flow.amount("kg·km") for flow in freight]
        if not mass_kg or not freight or any(amount is None for amount in amounts):
            continue
        largest = max(freight, key=lambda flow: flow.kgco2e)
        distance = sum(amount or 0.0 for amount in amounts) / mass_kg
        if distance > 0:
            yield from _judged(case, largest, id, distance, mass_kg)


def _total(case: Case, flows: InventoryFlows) -> Iterator[Finding]:
    """All stages but use, for one kilogram; too little only where materials are inside."""
    product_kg, total = flows.product_kg, case.footprint.total_kgco2e
    counted = flows.of(*WITHOUT_USE)
    if not product_kg or not total or not counted:
        return
    value = sum(flow.kgco2e for flow in counted) / product_kg
    usual = range_of("amount", "total")
    judged = usual.judge(value)
    is_low = usual.low is not None and value < usual.low
    if not judged or (is_low and not _materials_are_inside(flows)):
        return
    largest = max(counted, key=lambda flow: flow.kgco2e)
    yield from _judged(case, largest, "total", value, product_kg)


def _materials_are_inside(flows: InventoryFlows) -> bool:
    boundary = flows.case.product.boundary
    return bool(boundary and boundary.value and RAW in boundary.value.required)


def _dominant(case: Case, flows: InventoryFlows) -> Iterator[Finding]:
    """Of a product counted in pieces, with its materials, one row of energy outside the use stage
    does not outweigh all else by far; this needs no mass."""
    bounds = plausibility("dominant")
    counted = [flow for flow in flows.of(*WITHOUT_USE) if flow.kgco2e > 0]
    if not flows.is_by_piece or not _materials_are_inside(flows):
        return
    if len(counted) <= bounds["fewest_others"]:
        return
    largest = max(counted, key=lambda flow: flow.kgco2e)
    others = sum(flow.kgco2e for flow in counted if flow is not largest)
    if largest.kind in ENERGY and not largest.of_supplier:
        ratio = largest.kgco2e / others
        if ratio > bounds["ratio"]:
            yield finding(
                "N09",
                emission_cell(case, largest),
                case="dominant",
                seen=f"{largest.kgco2e:.6g}",
                expected=f"{others:.6g}",
                row=row_name(largest.row),
                ratio=f"{ratio:.4g}",
            )


def _mixed_units(case: Case, flows: InventoryFlows) -> Iterator[Finding]:
    """Energy of one factor in kWh here and in MWh there, and far more of it there."""
    bounds = plausibility("mixed_units")
    energy = [flow for flow in flows.of(*WITHOUT_USE, kinds=ENERGY) if flow.kgco2e > 0]
    smallest = _smallest_so_far(energy)
    for flow in energy:
        found: list[tuple[int, InventoryFlow, float]] = []
        for unit, others in smallest[flow.factor.id].items():
            scale = scaled(flow.unit, unit)
            if scale is None or scale < bounds["sizes"]:
                continue
            enough = (
                (at, other, flow.quantity * scale / other.quantity)
                for at, other in others
                if flow.quantity * scale >= bounds["amounts"] * other.quantity
            )
            found += islice(enough, 1)
        if found:
            _, other, ratio = min(found, key=itemgetter(0))
            yield finding(
                "N09",
                case.at(flow.row.activity, "unit"),
                case="mixed_units",
                seen=flow.unit,
                expected=other.unit,
                row=row_name(flow.row),
                other=row_name(other.row),
                ratio=f"{ratio:.4g}",
            )


def _smallest_so_far(
    flows: list[InventoryFlow],
) -> Mapping[str, Mapping[str, list[tuple[int, InventoryFlow]]]]:
    """By factor and unit, with their positions: the flows smaller than all of these before them.

    The first of all flows that is small enough is always one of these.
    """
    found: dict[str, dict[str, list[tuple[int, InventoryFlow]]]] = {}
    for at, flow in enumerate(flows):
        records = found.setdefault(flow.factor.id, {}).setdefault(flow.unit, [])
        if not records or flow.quantity < records[-1][1].quantity:
            records.append((at, flow))
    return found
