"""Quantities, factors and emissions in three tables of their own, joined by the names of rows.

Reports laid out like a company's inventory print activity data, factors and results apart. Where a
name stands once in each of them, the product of the first two is the third.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from decimal import Decimal

from cfp_xl.audit.amounts import PrintedAmount, amount
from cfp_xl.audit.document import PrintedTable
from cfp_xl.audit.record import ReadReport
from cfp_xl.audit.rules import report_rule
from cfp_xl.audit.rules.listed_factors import factors_in
from cfp_xl.audit.table_heads import head_of
from cfp_xl.findings import Finding, finding
from cfp_xl.footprint.units import conversion
from cfp_xl.footprint.wording import folded
from cfp_xl.messages import Explained
from cfp_xl.verify.declared.figures import halves, to_kgco2e
from cfp_xl.verify.declared.numbers import AMOUNT, NAME, NUMBER, read_cell

LEAST_ROWS = 2
"""Joined rows that agree, before one that does not counts as wrong."""


@report_rule("N02", needs=("figures", "tables"))
def quantity_times_factor_is_the_result_of_other_tables(report: ReadReport) -> Iterator[Finding]:
    """N02: where quantities, factors and emissions stand in tables apart, each row's product is its
    emission."""
    tables = [one for one in report.document.tables if not one.is_uncertain]
    quantities = _once(one for table in tables for one in _quantities(table))
    factors = _once(
        PrintedAmount(name, one.number, one.unit, one.spot)
        for table in tables
        for names, one in factors_in(table)
        for name in names
    )
    emissions = _once(_emissions(report))
    joined = [
        (emissions[name], quantities[name], factors[name])
        for name in emissions
        if name in quantities and name in factors
    ]
    products = [(*one, _product(*one)) for one in joined]
    known = [one for one in products if one[3] is not None]
    wrong = [one for one in known if one[3] is not None and not one[3][1]]
    if len(known) - len(wrong) < max(LEAST_ROWS, len(wrong)):
        return
    for emission, quantity, factor, product in wrong:
        if product is not None:
            yield finding(
                "N02",
                emission.spot,
                case="tables",
                seen=emission.text,
                expected=f"{product[0]:f}",
                row=emission.name,
                quantity=quantity.text,
                factor=factor.text,
                quantity_cell=str(quantity.spot),
                factor_cell=str(factor.spot),
            )


def _once(amounts: Iterator[PrintedAmount]) -> Mapping[str, PrintedAmount]:
    """Amounts by their folded names, without names that come twice."""
    found: dict[str, list[PrintedAmount]] = {}
    for one in amounts:
        found.setdefault(folded(one.name), []).append(one)
    return {name: ones[0] for name, ones in found.items() if len(ones) == 1}


def _quantities(table: PrintedTable) -> Iterator[PrintedAmount]:
    """The quantities of a table that shows neither factors nor emissions."""
    head = head_of(table)
    if head is None or not head.has("quantity") or head.has("factor") or head.has("emission"):
        return
    roles = [one.role for one in head.columns]
    at = roles.index("quantity")
    for row in table.rows[head.height :]:
        if len(row) != len(roles):
            continue
        reading = read_cell(row[at].text)
        units = (row[i].plain for i, role in enumerate(roles) if role == "unit")
        unit = reading.unit or next(units, "") or head.columns[at].unit
        names = [
            cell.plain
            for cell, role in zip(row, roles, strict=True)
            if role in ("activity", "process", "stage", "") and read_cell(cell.text).kind == NAME
        ]
        if reading.kind in (NUMBER, AMOUNT) and unit:
            for name in names:
                if (one := amount(name, reading.number, unit, row[at].spot)) is not None:
                    yield one


def _emissions(report: ReadReport) -> Iterator[PrintedAmount]:
    """The emissions of rows that print neither quantity nor factor."""
    for row in report.figures:
        if row.is_prose or row.is_uncertain or row.item == "total" or row.text("quantity"):
            continue
        name = row.text("activity") or row.text("process") or row.text("stage")
        unit = row.text("emission_unit")
        if row.text("emission") and unit and not row.text("factor"):
            one = amount(name, row.text("emission"), unit, row.spots["emission"])
            if one is not None:
                yield one


def _product(
    emission: PrintedAmount, quantity: PrintedAmount, factor: PrintedAmount
) -> tuple[Decimal, bool] | None:
    """Quantity times factor in the unit of the emission, and whether the emission is that within
    the rounding of all three; None where the units do not convert."""
    numerator, per = halves(factor.unit)
    with suppress(Explained):
        scale = Decimal(repr(to_kgco2e(numerator)))
        scale /= Decimal(repr(to_kgco2e(halves(emission.unit)[0])))
        if folded(per) != folded(quantity.unit):
            scale *= Decimal(repr(conversion(quantity.unit, per)))
        a, f, e = quantity.number, factor.number, emission.number
        product = a.value * f.value * scale
        left = e.half_ulp + scale * (abs(f.value) * a.half_ulp + abs(a.value) * f.half_ulp)
        return product, abs(e.value - product) <= left
    return None
