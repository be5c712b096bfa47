"""Rules on single rows of a published inventory: N02 product, N08 implied factor, U01 units."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from cfp_xl.findings import Finding, finding
from cfp_xl.footprint.factors import Factor, FuelParameters
from cfp_xl.footprint.printed import (
    Printed,
    agrees,
    implied_factor_interval,
    product_agrees,
    product_tolerance,
)
from cfp_xl.footprint.units import conversion, dimension, parse
from cfp_xl.footprint.wording import folded
from cfp_xl.messages import Explained
from cfp_xl.verify.declared.figures import halves, to_kgco2e
from cfp_xl.verify.declared.table import NO_FIGURE, Declared, DeclaredEntry, place_name
from cfp_xl.verify.rule import rule

UNIT_OF: Mapping[str, str] = {
    "quantity": "unit",
    "factor": "factor_unit",
    "emission": "emission_unit",
}


@rule("U01", reads=("declared", "factors"))
def units_stated(declared: Declared) -> Iterator[Finding]:
    """U01: every printed figure has a unit, and the unit can be read."""
    for entry in declared.of("activity", "stage", "total"):
        for column, unit_column in UNIT_OF.items():
            if entry.figure(column) is None:
                continue
            unit = entry.text(unit_column)
            if not unit:
                yield _without_unit(declared, entry, column)
            elif not _is_known(halves(unit)[0] if column == "emission" else unit):
                yield finding(
                    "U01",
                    entry.where(unit_column),
                    case="declared_unknown",
                    seen=unit,
                    row=entry.name,
                    place=place_name(entry),
                )


def _without_unit(declared: Declared, entry: DeclaredEntry, column: str) -> Finding:
    factor = declared.factor(entry)
    if column == "factor" and factor is not None and (ncv := _per_energy(entry, factor)):
        return finding(
            "U01",
            entry.where(column),
            case="declared_factor_per_energy",
            seen=entry.text(column),
            expected=f"{factor.value:.8g} {factor.unit}/{factor.per_unit}",
            row=entry.name,
            place=place_name(entry),
            ncv=ncv,
        )
    return finding(
        "U01",
        entry.where(column),
        case=f"declared_{column}",
        seen=entry.text(column),
        row=entry.name,
        place=place_name(entry),
    )


def _per_energy(entry: DeclaredEntry, factor: Factor) -> str | None:
    """The heating value that turns a factor printed in tCO2/GJ into the pinned one, if so."""
    printed, fuel = entry.figure("factor"), factor.fuel
    if printed is None or fuel is None:
        return None
    kgco2_per_gj = factor.kgco2e_per() / _gj_per_unit(factor, fuel)
    return f"{fuel.ncv:g} {fuel.ncv_unit}" if agrees(kgco2_per_gj / 1000, printed) else None


def _gj_per_unit(factor: Factor, fuel: FuelParameters) -> float:
    return fuel.ncv * conversion(fuel.ncv_unit, f"GJ/{factor.per_unit}")


@rule("F01", reads=("declared", "factors"))
def factors_as_pinned(declared: Declared) -> Iterator[Finding]:
    """F01: a printed factor with its unit rounds from the factor that its row names."""
    for entry in declared.of("activity"):
        printed, pinned = entry.figure("factor"), declared.factor(entry)
        numerator, _, denominator = entry.text("factor_unit").replace("／", "/").partition("/")
        if printed is None or pinned is None or not denominator:
            continue
        try:
            value = _kgco2e_per(pinned, denominator) / to_kgco2e(numerator)
        except Explained:
            continue
        if not agrees(value, printed):
            yield finding(
                "F01",
                entry.where("factor"),
                case="declared",
                seen=f"{entry.text('factor')} {entry.text('factor_unit')}",
                expected=f"{value:.6g} {entry.text('factor_unit')}",
                row=entry.name,
                place=place_name(entry),
                factor=pinned.id,
            )


def _kgco2e_per(factor: Factor, unit: str) -> float:
    """A factor in another denominator; a fuel's also per unit of its heat."""
    try:
        return factor.kgco2e_per(unit)
    except Explained:
        if factor.fuel is None:
            raise
        return factor.kgco2e_per() / _gj_per_unit(factor, factor.fuel) * conversion(unit, "GJ")


def _is_known(unit: str) -> bool:
    try:
        dimension(unit)
    except Explained:
        return False
    return True


@dataclass(frozen=True)
class DeclaredRow:
    """An inventory row that can be recomputed: E = A × factor × scale."""

    entry: DeclaredEntry
    quantity: Printed
    emission: Printed
    factor: Printed | float
    """Exact where it is pinned from a factor set; else as printed."""
    scale: float
    """Brings A × factor to the printed unit of E."""
    to_factor_unit: float
    """Brings E / A to the unit in which rows of the same factor are compared."""

    @property
    def factor_value(self) -> float:
        return float(self.factor.value if isinstance(self.factor, Printed) else self.factor)

    @property
    def implied(self) -> tuple[float, float]:
        """The interval of E/A, in kgCO2e per unit of the factor's activity."""
        low, high = implied_factor_interval(self.emission, self.quantity)
        return float(low) * self.to_factor_unit, float(high) * self.to_factor_unit


def readable_rows(declared: Declared) -> Iterator[DeclaredRow]:
    """The inventory rows that print both quantity and emission and whose factor is known."""
    for entry in declared.of("activity"):
        quantity, emission = entry.figure("quantity"), entry.figure("emission")
        if quantity is None or emission is None:
            continue
        if _is_count(quantity, entry.text("unit")):
            quantity = replace(quantity, half_ulp=Decimal(0))
        try:
            factor, scale, per_factor_unit = _factor(declared, entry)
        except Explained:
            continue
        unit = to_kgco2e(entry.text("emission_unit"))
        yield DeclaredRow(entry, quantity, emission, factor, scale / unit, unit * per_factor_unit)


def _is_count(quantity: Printed, unit: str) -> bool:
    """Whether a quantity is a whole number of pieces: `1 件` is no 1.4 rounded."""
    if quantity.value != quantity.value.to_integral_value():
        return False
    try:
        return parse(unit).dimensions == parse("piece").dimensions
    except Explained:
        return False


class NoFactor(Explained):
    """A row that names no factor and prints none."""


def _factor(declared: Declared, entry: DeclaredEntry) -> tuple[Printed | float, float, float]:
    """The row's factor; what brings quantity × factor to kgCO2e; printed units in its unit."""
    pinned = declared.factor(entry)
    if pinned is not None:
        in_printed_unit = pinned.kgco2e_per(entry.text("unit"))
        return in_printed_unit, 1.0, 1 / conversion(entry.text("unit"), pinned.per_unit)
    printed = entry.figure("factor")
    if printed is None:
        raise NoFactor("footprint.factor_id_missing")
    return printed, _printed_factor_scale(entry), 1.0


def _printed_factor_scale(entry: DeclaredEntry) -> float:
    """Brings a factor printed as kgCO2e/MWh to the row's own unit; 1 where it has no unit."""
    numerator, _, denominator = entry.text("factor_unit").replace("／", "/").partition("/")
    if not denominator:
        return 1.0
    return to_kgco2e(numerator) * conversion(entry.text("unit"), denominator)


@rule("N02", reads=("declared", "factors"))
def row_products(declared: Declared) -> Iterator[Finding]:
    """N02: |E - A·F| <= ½ulp(E) + |F|·½ulp(A) + |A|·½ulp(F)."""
    checked = set()
    for row in readable_rows(declared):
        checked.add(row.entry.row)
        numbers = (row.emission, row.quantity, row.factor, row.scale)
        if product_agrees(*numbers):
            continue
        factor = row.factor_value * row.scale
        product = float(row.quantity.value) * factor
        yield finding(
            "N02",
            row.entry.where("emission"),
            seen=row.entry.text("emission"),
            expected=f"{product:.6g} ± {product_tolerance(*numbers):.1g}",
            row=row.entry.name,
            quantity=f"{row.entry.text('quantity')} {row.entry.text('unit')}".strip(),
            factor=f"{factor:.8g}",
            fitting=f"{float(row.emission.value) / factor:.4g}" if factor else "–",
        )
    for entry in declared.of("activity"):
        if _is_none(entry):
            continue
        if entry.figure("emission") is not None and entry.row not in checked:
            yield finding(
                "N02",
                entry.where("emission"),
                case="not_checked",
                seen=entry.text("emission"),
                row=entry.name,
            )


def _is_none(entry: DeclaredEntry) -> bool:
    """Whether a row says that there is no activity, and prints 0 for it: 使用 | — | — | 0."""
    emission, quantity = entry.figure("emission"), entry.text("quantity").casefold()
    return emission is not None and not emission.value and bool(quantity) and quantity in NO_FIGURE


@rule("N08", reads=("declared", "factors"))
def implied_factors(declared: Declared) -> Iterator[Finding]:
    """N08: rows of one factor imply values E/A whose rounding intervals overlap."""
    by_factor: dict[tuple[str, ...], list[DeclaredRow]] = {}
    for row in readable_rows(declared):
        by_factor.setdefault(_factor_and_unit(row.entry), []).append(row)
    for rows in by_factor.values():
        highest = max(rows, key=lambda row: row.implied[0])
        lowest = min(rows, key=lambda row: row.implied[1])
        for row in rows:
            low, high = row.implied
            if highest.implied[0] > high:
                other = highest
            elif lowest.implied[1] < low:
                other = lowest
            else:
                continue
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


def _factor_and_unit(entry: DeclaredEntry) -> tuple[str, ...]:
    """What rows of one factor share: its id, or else its printed digits and their unit."""
    if id := entry.text("factor_id"):
        return (folded(id),)
    return tuple(folded(entry.text(c)) for c in ("factor", "factor_unit", "unit"))


def interval(low: float, high: float) -> str:
    """The bounds of a printed figure, for a message."""
    return f"[{low:.5g}, {high:.5g}]"
