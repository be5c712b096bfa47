"""S36 S50 S51 S52: figures of a possible size; slips of g, kg and t, kWh and MWh, L and m³."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cfp_xl.findings import CellRef, Finding, finding
from cfp_xl.footprint.units import conversion, same_dimension
from cfp_xl.suppliers.answer import AnswerRow, ReadAnswer
from cfp_xl.suppliers.outcomes import AnswerLine
from cfp_xl.suppliers.product_parts import RequestedPart
from cfp_xl.templates.supplier.fields import units
from cfp_xl.verify.limits import limits


def made_kg(answer: ReadAnswer, declared_unit: str) -> float | None:
    """Mass of what was made in the period; None where it is not known."""
    output = answer.number("output")
    if output is None or output <= 0:
        return None
    if same_dimension(declared_unit, "kg"):
        return output * conversion(declared_unit, "kg")
    mass_kg = answer.number("mass_kg")
    return output * mass_kg if mass_kg is not None and mass_kg > 0 else None


def masses_balance(answer: ReadAnswer, declared_unit: str) -> Iterator[Finding]:
    """S36: product and waste weigh about as much as materials and packaging."""
    product_kg = made_kg(answer, declared_unit)
    material_kg, waste_kg = _mass_kg(answer, "material"), _mass_kg(answer, "waste")
    if answer.kind != "part" or not product_kg or not material_kg:
        return
    made = product_kg + waste_kg
    ratio = made / material_kg
    bounds = limits("supplier_mass")
    if bounds["least"] <= ratio <= bounds["most"]:
        return
    first = next(row for row in answer.rows if row.item and row.item.flow == "material")
    apart = max(ratio, 1 / ratio)
    is_slip = apart >= bounds["slip"]
    yield finding(
        "S36",
        first.cell("quantity"),
        case="slip" if is_slip else "",
        material_kg=_short(material_kg),
        made_kg=_short(made),
        ratio=_short(apart) if is_slip else f"{ratio:.0%}",
    )


def _mass_kg(answer: ReadAnswer, flow: str) -> float:
    return sum(
        row.quantity * conversion(row.unit, "kg")
        for row in answer.rows
        if row.item and row.item.flow == flow and row.quantity and row.fits
        if same_dimension(row.unit, "kg")
    )


def size_is_plausible(
    kgco2e_per_unit: float, lines: Sequence[AnswerLine], where: CellRef | None, asked: RequestedPart
) -> Iterator[Finding]:
    """S50 against last year's answer, S51 against the factor that the product uses now."""
    if kgco2e_per_unit <= 0:
        return
    largest = max(lines, key=lambda line: line.kgco2e_per_unit)
    for code, what, usual in (
        ("S50", "last", asked.part.last_kgco2e),
        ("S51", "factor", asked.usual_kgco2e),
    ):
        case = _far(kgco2e_per_unit / usual, what) if usual else None
        if usual and case is not None:
            yield finding(
                *(code, where),
                case=case,
                seen=_short(kgco2e_per_unit),
                expected=_short(usual),
                ratio=_ratio(kgco2e_per_unit / usual),
                unit=asked.part.unit,
                factor=asked.usual_factor or "–",
                line=f"{largest.item} ({largest.cell.cell})",
            )


def _far(ratio: float, what: str) -> str | None:
    """`slip` where a unit must be wrong, "" where somebody should look, None where it is fine."""
    bounds = limits("supplier_size")
    apart = max(ratio, 1 / ratio)
    if apart >= bounds[f"{what}_error"]:
        return "slip"
    return "" if apart > bounds[f"{what}_warning"] else None


def amounts_are_usual(answer: ReadAnswer, declared_unit: str) -> Iterator[Finding]:
    """S52: power, fuel and transport for one kilogram of product."""
    product_kg = made_kg(answer, declared_unit) if answer.kind == "part" else None
    if not product_kg:
        return
    for row in answer.rows:
        usual = limits("supplier_intensity").get(row.item.quantity) if row.item else None
        amount = _in_base(row)
        if usual is None or amount is None or row.item is None or amount <= 0:
            continue
        if not usual[0] <= amount / product_kg <= usual[1] and _is_main(row, answer):
            yield finding(
                "S52",
                row.cell("quantity"),
                item=row.item.text,
                seen=_short(amount / product_kg),
                unit=units()[row.item.quantity][0],
                expected=f"{usual[0]}–{usual[1]}",
            )


def _is_main(row: AnswerRow, answer: ReadAnswer) -> bool:
    """Whether it is the largest of its kind: many small ones beside a large one are usual."""
    assert row.item is not None
    alike = [r for r in answer.rows if r.item and r.item.quantity == row.item.quantity]
    return row is max(alike, key=lambda r: _in_base(r) or 0.0)


def _in_base(row: AnswerRow) -> float | None:
    """The quantity in the first unit of its kind."""
    if row.item is None or row.quantity is None or not row.fits:
        return None
    return row.quantity * conversion(row.unit, units()[row.item.quantity][0])


def _short(value: float) -> str:
    if 1000 <= abs(value) < 1e12:
        return f"{value:,.0f}"
    return f"{value:.4g}" if abs(value) >= 1e-4 else f"{value:.2e}"


def _ratio(ratio: float) -> str:
    return f"{ratio:.3g}" if ratio < 1e5 else f"{ratio:.1e}"
