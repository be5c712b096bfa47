"""Rules on single rows of a published inventory: N02 product, N08 implied factor, U01 units."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cfp_xl.findings import Finding, finding
from cfp_xl.footprint.calculate import emission_kgco2e
from cfp_xl.footprint.factors import Factor
from cfp_xl.footprint.printed import Printed
from cfp_xl.footprint.units import conversion, dimension
from cfp_xl.messages import Explained
from cfp_xl.verify.declared.figures import to_kgco2e
from cfp_xl.verify.declared.names import folded
from cfp_xl.verify.declared.table import Declared, Entry, place_name

UNIT_OF: Mapping[str, str] = {
    "quantity": "unit",
    "factor": "factor_unit",
    "emission": "emission_unit",
}


def units_stated(declared: Declared) -> Iterator[Finding]:
    """U01: every printed figure has a unit, and the unit can be read."""
    for entry in declared.of("activity", "stage", "total"):
        for column, unit_column in UNIT_OF.items():
            if entry.figure(column) is None:
                continue
            unit = entry.text(unit_column)
            if not unit:
                yield _without_unit(declared, entry, column)
            elif unknown := next((u for u in unit_parts(unit) if not _is_known(u)), None):
                yield finding(
                    "U01",
                    entry.where(unit_column),
                    case="declared_unknown",
                    seen=unknown,
                    row=entry.name,
                    place=place_name(entry),
                )


def _without_unit(declared: Declared, entry: Entry, column: str) -> Finding:
    factor = declared.factor(entry)
    if column == "factor" and factor is not None and (read_as := _per_energy(entry, factor)):
        return finding(
            "U01",
            entry.where(column),
            case="declared_factor_per_energy",
            seen=entry.text(column),
            expected=f"{factor.value:.7g} {factor.unit}/{factor.per_unit}",
            row=entry.name,
            place=place_name(entry),
            ncv=read_as,
        )
    return finding(
        "U01",
        entry.where(column),
        case=f"declared_{column}",
        seen=entry.text(column),
        row=entry.name,
        place=place_name(entry),
    )


def _per_energy(entry: Entry, factor: Factor) -> float | None:
    """The heating value (GJ/t) that turns the printed tCO2/GJ into the pinned factor, if so."""
    printed = entry.figure("factor")
    if printed is None or factor.fuel is None or factor.fuel.ncv_gj_per_t is None:
        return None
    ncv_gj_per_t = factor.fuel.ncv_gj_per_t
    is_so = abs(float(printed.value) * ncv_gj_per_t - factor.value) <= (
        float(printed.half_ulp) * ncv_gj_per_t
    )
    return ncv_gj_per_t if is_so else None


def unit_parts(unit: str) -> tuple[str, ...]:
    """The units of a fraction: kgCO2e/台 gives both; a unit that is known whole stays whole."""
    return (unit,) if _is_known(unit) else tuple(unit.replace("／", "/").split("/"))


def _is_known(unit: str) -> bool:
    try:
        dimension(unit)
    except Explained:
        return False
    return True


@dataclass(frozen=True)
class Row:
    """An inventory row whose printed figures can be multiplied: E kgCO2e = A × factor."""

    entry: Entry
    quantity: Printed
    emission: Printed
    to_kgco2e: float
    """What one printed unit of emission is in kgCO2e."""
    factor_kgco2e: float
    """kgCO2e for one printed unit of the activity."""
    factor_half_ulp_kgco2e: float
    """0 for a pinned factor, which is exact."""

    @property
    def implied(self) -> tuple[float, float]:
        """The interval of E/A, in kgCO2e per printed unit of the activity."""
        a, da = float(self.quantity.value), float(self.quantity.half_ulp)
        e, de = float(self.emission.value), float(self.emission.half_ulp)
        return ((e - de) / (a + da) * self.to_kgco2e, (e + de) / (a - da) * self.to_kgco2e)


def readable_rows(declared: Declared) -> Iterator[Row]:
    """The inventory rows that print both quantity and emission and whose factor is known."""
    for entry in declared.of("activity"):
        quantity, emission = entry.figure("quantity"), entry.figure("emission")
        if quantity is None or emission is None:
            continue
        known = _factor(declared, entry)
        if known is not None:
            yield Row(entry, quantity, emission, to_kgco2e(entry.text("emission_unit")), *known)


def _factor(declared: Declared, entry: Entry) -> tuple[float, float] | None:
    """kgCO2e per printed unit of the activity, and half a unit of its last printed digit."""
    pinned = declared.factor(entry)
    try:
        if pinned is not None:
            return emission_kgco2e(1.0, entry.text("unit"), pinned), 0.0
        printed = entry.figure("factor")
        if printed is None:
            return None
        scale = _printed_factor_scale(entry)
        return float(printed.value) * scale, float(printed.half_ulp) * scale
    except Explained:
        return None


def _printed_factor_scale(entry: Entry) -> float:
    """Brings a factor printed as kgCO2e/MWh to the row's own unit; 1 where it has no unit."""
    numerator, _, denominator = entry.text("factor_unit").replace("／", "/").partition("/")
    if not denominator:
        return 1.0
    return to_kgco2e(numerator) * conversion(entry.text("unit"), denominator)


def row_products(declared: Declared) -> Iterator[Finding]:
    """N02: |E - A·F| <= ½ulp(E) + |F|·½ulp(A) + |A|·½ulp(F)."""
    checked = set()
    for row in readable_rows(declared):
        checked.add(row.entry.row)
        quantity, emission = float(row.quantity.value), float(row.emission.value)
        product = quantity * row.factor_kgco2e / row.to_kgco2e
        tolerance = (
            float(row.emission.half_ulp)
            + row.factor_kgco2e / row.to_kgco2e * float(row.quantity.half_ulp)
            + quantity * row.factor_half_ulp_kgco2e / row.to_kgco2e
        )
        if abs(emission - product) > tolerance * (1 + 1e-12):
            yield finding(
                "N02",
                row.entry.where("emission"),
                seen=row.entry.text("emission"),
                expected=f"{product:.6g} ± {tolerance:.1g}",
                row=row.entry.name,
                quantity=f"{row.entry.text('quantity')} {row.entry.text('unit')}".strip(),
                factor=row.factor_kgco2e,
                fitting=emission * row.to_kgco2e / row.factor_kgco2e,
            )
    for entry in declared.of("activity"):
        if entry.figure("emission") is not None and entry.row not in checked:
            yield finding(
                "N02",
                entry.where("emission"),
                case="not_checked",
                seen=entry.text("emission"),
                row=entry.name,
            )


def implied_factors(declared: Declared) -> Iterator[Finding]:
    """N08: rows of one factor imply values E/A whose rounding intervals overlap."""
    by_factor: dict[tuple[str, str], list[Row]] = {}
    for row in readable_rows(declared):
        if float(row.quantity.value) > float(row.quantity.half_ulp):
            by_factor.setdefault(_factor_and_unit(row.entry), []).append(row)
    for rows in by_factor.values():
        for row in rows:
            low, high = row.implied
            other = next((r for r in rows if r.implied[0] > high or r.implied[1] < low), None)
            if other is not None:
                yield finding(
                    "N08",
                    row.entry.where("emission"),
                    seen=interval(low, high),
                    expected=interval(*other.implied),
                    row=row.entry.name,
                    emission=row.entry.text("emission"),
                    other_emission=other.entry.text("emission"),
                    other=other.entry.where("emission"),
                    other_row=other.entry.name,
                    factor=row.entry.text("factor_id") or row.entry.text("factor"),
                )


def _factor_and_unit(entry: Entry) -> tuple[str, str]:
    factor = entry.text("factor_id") or f"{entry.text('factor')} {entry.text('factor_unit')}"
    return folded(factor), folded(entry.text("unit"))


def interval(low: float, high: float) -> str:
    return f"[{low:.4f}, {high:.4f}]"
