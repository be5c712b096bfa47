"""S50 S51 S52: figures of a possible size; slips of kWh and MWh, L and m³, one unit and many."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cfp_xl.findings import CellRef, Finding, finding
from cfp_xl.footprint.units import conversion
from cfp_xl.suppliers.answer import AnswerRow, ReadAnswer
from cfp_xl.suppliers.checks.balance import is_per_unit, made_kg
from cfp_xl.suppliers.checks.figure_words import short, times
from cfp_xl.suppliers.outcomes import AnswerLine
from cfp_xl.suppliers.product_parts import RequestedPart
from cfp_xl.templates.supplier.fields import units
from cfp_xl.verify.limits import limits


def size_is_plausible(
    kgco2e_per_unit: float,
    lines: Sequence[AnswerLine],
    where: CellRef | None,
    asked: RequestedPart,
    answer: ReadAnswer,
) -> Iterator[Finding]:
    """S50 against last year's answer, S51 against the factor that the product uses now."""
    unit = asked.part.unit
    if kgco2e_per_unit <= 0:
        yield finding("S51", where, case="nothing", seen=short(kgco2e_per_unit), unit=unit)
        return
    largest = max(lines, key=lambda line: line.kgco2e_per_unit)
    is_of_rows = lines[0].kind == "activity_data"
    for code, what, usual in (
        ("S50", "last", asked.part.last_kgco2e),
        ("S51", "factor", asked.usual_kgco2e),
    ):
        case = _far(kgco2e_per_unit / usual, what) if usual else None
        if not usual or case is None:
            continue
        is_of_one = is_of_rows and is_per_unit(answer, kgco2e_per_unit, usual)
        yield finding(
            "S51" if is_of_one else code,
            where,
            case="per_unit" if is_of_one else case,
            seen=short(kgco2e_per_unit),
            expected=short(usual),
            ratio=times(kgco2e_per_unit / usual),
            unit=unit,
            factor=asked.usual_factor or "–",
            line=f"{largest.item} ({largest.cell.cell})",
            output=short(answer.number("output") or 0.0),
        )
        if is_of_one:
            return


def _far(ratio: float, what: str) -> str | None:
    """`slip` where a unit must be wrong, "" where somebody should look, None where it is fine."""
    bounds = limits("supplier_size")
    apart = max(ratio, 1 / ratio)
    if apart >= bounds[f"{what}_error"]:
        return "slip"
    return "" if apart > bounds[f"{what}_warning"] else None


def amounts_are_usual(answer: ReadAnswer, declared_unit: str) -> Iterator[Finding]:
    """S52: power, fuel and transport for one kilogram of product; none at all for anything."""
    if not any(row.item and row.item.flow in ("energy", "fuel") for row in answer.rows):
        yield finding("S52", answer.where("has_energy"), case="no_energy")
    product_kg = made_kg(answer, declared_unit) if answer.kind == "part" else None
    if not product_kg:
        return
    for row in answer.rows:
        usual, amount = _usual(row), _in_base(row)
        if usual is None or amount is None or row.item is None or amount <= 0:
            continue
        if not usual[0] <= amount / product_kg <= usual[1] and _is_main(row, answer):
            yield finding(
                "S52",
                row.cell("quantity"),
                item=row.item.text,
                seen=short(amount / product_kg),
                unit=units()[row.item.quantity][0],
                expected=f"{short(usual[0])}–{short(usual[1])}",
            )


def _usual(row: AnswerRow) -> tuple[float, float] | None:
    """The usual amounts for a kilogram; materials and waste have their balance instead."""
    if row.item is None or (row.item.quantity == "mass" and row.item.flow != "fuel"):
        return None
    found = limits("supplier_intensity").get(row.item.quantity)
    return None if found is None else (found[0], found[1])


def _is_main(row: AnswerRow, answer: ReadAnswer) -> bool:
    """Whether it is the largest of its kind: many small ones beside a large one are usual."""
    alike = [
        other
        for other in answer.rows
        if other.item and row.item
        if (other.item.quantity, other.item.flow) == (row.item.quantity, row.item.flow)
    ]
    return row is max(alike, key=lambda one: _in_base(one) or 0.0)


def _in_base(row: AnswerRow) -> float | None:
    """The quantity in the first unit of its kind."""
    if row.item is None or row.quantity is None or not row.fits:
        return None
    return row.quantity * float(conversion(row.unit, units()[row.item.quantity][0]))
