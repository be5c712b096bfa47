"""S36: what goes in against what comes out, in kg; also where one of the two is empty."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cfp_xl.findings import Finding, finding
from cfp_xl.footprint.units import conversion, same_dimension
from cfp_xl.suppliers.answer import AnswerRow, ReadAnswer
from cfp_xl.suppliers.checks.figure_words import short
from cfp_xl.verify.limits import limits


@dataclass(frozen=True, slots=True)
class Balance:
    """What the masses say of an answer."""

    findings: tuple[Finding, ...] = ()
    is_sound: bool = True
    """Whether amounts for a kilogram mean anything: a wrong mass makes all of them look wrong."""
    is_of_one_unit: bool = False
    """Whether the amounts are those of one unit, not of the period."""


def made_kg(answer: ReadAnswer, declared_unit: str) -> float | None:
    """Mass of what was made in the period; None where it is not known."""
    output, unit_kg = answer.number("output"), unit_mass_kg(answer, declared_unit)
    if output is None or output <= 0 or unit_kg is None:
        return None
    return output * unit_kg


def unit_mass_kg(answer: ReadAnswer, declared_unit: str) -> float | None:
    """What one declared unit weighs; None where it is not known."""
    if same_dimension(declared_unit, "kg"):
        return float(conversion(declared_unit, "kg"))
    mass_kg = answer.number("mass_kg")
    return mass_kg if mass_kg is not None and mass_kg > 0 else None


def masses_balance(answer: ReadAnswer, declared_unit: str) -> Balance:
    """S36: product and waste weigh about as much as materials and packaging."""
    product_kg = made_kg(answer, declared_unit)
    if answer.kind != "part" or not product_kg:
        return Balance()
    materials = [row for row in answer.rows if row.item and row.item.flow == "material"]
    material_kg, waste_kg = _mass_kg(answer, "material"), _mass_kg(answer, "waste")
    if not material_kg:
        if not materials:  # one whose mass is not understood has its own finding
            where = answer.where("has_material") or answer.where("output")
            found = finding("S36", where, case="no_material", made_kg=short(product_kg))
            return Balance((found,))
        return Balance()
    made = product_kg + waste_kg
    ratio, bounds = made / material_kg, limits("supplier_mass")
    shares = tuple(_shares(answer, product_kg, material_kg, waste_kg))
    if bounds["least"] <= ratio <= bounds["most"] or shares:
        return Balance(shares)
    where = materials[0].cell("quantity")
    if is_per_unit(answer, material_kg + waste_kg, product_kg):
        output = answer.number("output") or 0.0
        found = finding(
            "S36",
            where,
            case="per_unit",
            material_kg=short(material_kg),
            made_kg=short(product_kg),
            output=short(output),
            unit_kg=short(product_kg / output),
        )
        return Balance((found,), is_sound=False, is_of_one_unit=True)
    apart = max(ratio, 1 / ratio)
    is_slip = apart >= bounds["slip"]
    found = finding(
        "S36",
        where,
        case="slip" if is_slip else "",
        material_kg=short(material_kg),
        made_kg=short(made),
        ratio=short(apart) if is_slip else f"{ratio:.0%}",
    )
    return Balance((found,), is_sound=False)


def is_per_unit(answer: ReadAnswer, given: float, in_period: float) -> bool:
    """Whether an amount is what the period's would be for one unit of many."""
    output, bounds = answer.number("output") or 0.0, limits("supplier_size")
    if output < bounds["per_unit_at_least"] or in_period <= 0 or given <= 0:
        return False
    ratio = given * output / in_period
    return bool(1 / bounds["per_unit_ratio"] <= ratio <= bounds["per_unit_ratio"])


def _shares(
    answer: ReadAnswer, product_kg: float, material_kg: float, waste_kg: float
) -> Iterator[Finding]:
    """A waste below 1 (12 %, saved as 0.12) that closes the balance as a share of the materials."""
    gap = limits("supplier_mass")["share_gap"]
    for row in answer.rows:
        if row.item is None or row.item.flow != "waste" or row.quantity is None or not row.fits:
            continue
        share, own_kg = row.quantity, _in_kg(row)
        is_fraction = 0 < share < 1 and abs(share * 100 - round(share * 100, 1)) < 1e-9
        closed = (product_kg + waste_kg - own_kg + share * material_kg) / material_kg
        if not is_fraction or own_kg / material_kg >= share * gap or abs(closed - 1) > gap:
            continue
        yield finding(
            "S36",
            row.cell("quantity"),
            case="share",
            seen=row.typed,
            share=f"{share * 100:.4g}%",
            expected=f"{short(share * material_kg)} kg",
        )


def _mass_kg(answer: ReadAnswer, flow: str) -> float:
    return sum(_in_kg(row) for row in answer.rows if row.item and row.item.flow == flow)


def _in_kg(row: AnswerRow) -> float:
    if not row.quantity or not row.fits or not same_dimension(row.unit, "kg"):
        return 0.0
    return row.quantity * float(conversion(row.unit, "kg"))
