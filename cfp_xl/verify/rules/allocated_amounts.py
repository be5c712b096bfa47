"""M08: what a bill gives the product is what its activities take; a voucher has one total.

The allocation sheet states for each bill its total, the product's share and the amount per unit
of product. Activities name the bill they take from by `allocation_id`; where a workbook has no
such ids, a bill is held against the one activity of its medium and unit, if there is just one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from cfp_xl.findings import CellRef, Finding, finding
from cfp_xl.footprint.calculate import RowResult
from cfp_xl.footprint.product import Product, Row
from cfp_xl.footprint.units import conversion
from cfp_xl.footprint.wording import folded
from cfp_xl.messages import Explained
from cfp_xl.schema.case import Case, text_of
from cfp_xl.verify.limits import limits
from cfp_xl.verify.rule import PRODUCT, rule
from cfp_xl.verify.rules.rows import row_name


@dataclass(frozen=True)
class Bill:
    """The rows of one flow (a medium, or an id) that this product takes, by month or meter."""

    rows: tuple[Row, ...]
    unit: str
    amount_per_unit: float
    """In `unit`, for one unit of product."""

    @property
    def where(self) -> CellRef:
        return self.rows[0].cell("amount_per_unit")


@rule("M08", reads=("allocation", "activities", "factors", "product_name"), schemas=(PRODUCT,))
def allocated_amounts_are_those_of_the_activities(case: Case) -> Iterator[Finding]:
    """M08: the amounts of an allocation id add to the quantities of the activities that name it."""
    own = [row for row in case.product.rows("allocation") if is_own(case.product, row)]
    takers: dict[str, list[RowResult]] = {}
    for row in case.footprint.rows:
        if id := folded(text_of(row.activity.more.get("allocation_id"))):
            takers.setdefault(id, []).append(row)
    with_id = {folded(row.text("id")) for row in own} - {""}
    for id, rows in takers.items():
        bill = _bill([row for row in own if folded(row.text("id")) == id])
        if id not in with_id:
            where = case.at(rows[0].activity, "allocation_id")
            yield finding("M08", where, case="no_bill", seen=rows[0].activity.more["allocation_id"])
        elif bill is not None:
            yield from _difference(case, bill, rows, "")
    for id in sorted(with_id.difference(takers)):
        first = next(row for row in own if folded(row.text("id")) == id)
        yield finding("M08", first.cell("id"), case="not_taken", seen=first.text("id"))
    yield from _without_ids(case, [row for row in own if not row.text("id")])


def _without_ids(case: Case, own: Sequence[Row]) -> Iterator[Finding]:
    """A warning where medium and unit leave one activity that can be meant."""
    flows: dict[tuple[str, str], list[Row]] = {}
    for row in own:
        flows.setdefault((folded(row.text("medium")), row.text("unit")), []).append(row)
    for (medium, unit), rows in flows.items():
        bill = _bill(rows)
        takers = [row for row in case.footprint.rows if _may_take(case, row, medium, unit)]
        if bill is not None and len(takers) == 1:
            yield from _difference(case, bill, takers, "unnamed")


def _difference(
    case: Case, bill: Bill, takers: Sequence[RowResult], found_as: str
) -> Iterator[Finding]:
    quantities = [_in_unit(row, bill.unit) for row in takers]
    known = [quantity for quantity in quantities if quantity is not None]
    if len(known) < len(quantities) or not known:
        return  # units or numbers that another rule names
    taken = math.fsum(known)
    if abs(taken - bill.amount_per_unit) <= limits("allocated_amount")["tolerance"] * max(
        abs(taken), abs(bill.amount_per_unit)
    ):
        return
    yield finding(
        "M08",
        case.at(takers[0].activity, "quantity"),
        case=found_as,
        seen=f"{taken:.8g} {bill.unit}",
        expected=f"{bill.amount_per_unit:.8g} {bill.unit}",
        row=", ".join(row_name(row) for row in takers),
        also=[row.cell("amount_per_unit") for row in bill.rows],
    )


def _bill(rows: Sequence[Row]) -> Bill | None:
    """The amount per unit of product of some rows of one flow; None where it can't be said.

    Meters of one month add up. Months do not: their amounts are for the units made in that month,
    so the year's is Σ allocated ÷ Σ output, with the output that a row's own figures imply.
    """
    months: dict[str, list[Row]] = {}
    for row in rows:
        months.setdefault(folded(row.text("month")), []).append(row)
    allocated = output = 0.0
    for of_month in months.values():
        amounts = [_number(row, "amount_per_unit") for row in of_month]
        shares = [_allocated(row) for row in of_month]
        if None in amounts or None in shares:
            return None
        amount, share = math.fsum(a or 0.0 for a in amounts), math.fsum(s or 0.0 for s in shares)
        if amount <= 0 or share <= 0:
            return None
        allocated += share
        output += share / amount
    if not output:
        return None
    return Bill(tuple(rows), rows[0].text("unit"), allocated / output)


def _allocated(row: Row) -> float | None:
    """The product's part of a bill: total × basis of the product ÷ basis of all."""
    total, basis, of_all = (_number(row, c) for c in ("total", "basis_product", "basis_total"))
    if total is None or basis is None or not of_all:
        return None
    return total * basis / of_all


def _number(row: Row, column: str) -> float | None:
    value = row.value(column)
    return value if isinstance(value, float) else None


def _in_unit(row: RowResult, unit: str) -> float | None:
    quantity = row.activity.quantity
    if not isinstance(quantity, float):
        return None
    try:
        return quantity * conversion(text_of(row.activity.unit), unit)
    except Explained:
        return None


def is_own(product: Product, row: Row) -> bool:
    """Whether a row of the allocation is about this product: by its name, or said so."""
    named = folded(row.text("product"))
    fact = product.product_name
    name = folded(fact.text) if fact else ""
    words = [folded(word) for word in limits("words")["this_product"]]
    return not named or named in words or (bool(name) and (named in name or name in named))


def _may_take(case: Case, row: RowResult, medium: str, unit: str) -> bool:
    """Whether an activity of production could be fed by a bill of this medium and unit."""
    if row.stage_id != "production" or row.activity.more.get("allocation_id"):
        return False
    if not medium or _in_unit(row, unit) is None:
        return False
    factor = case.factor(row)
    said = [text_of(row.activity.activity), text_of(row.activity.process)]
    if factor is not None:
        said += [factor.name.zh, factor.name.en, case.category(factor)]
    words = [word for known in _media() if medium in known for word in known] or [medium]
    return any(word in folded(text) for word in words for text in said)


def _media() -> Iterable[Sequence[str]]:
    return ([folded(word) for word in words] for words in limits("media").values())


@rule("M08", reads=("allocation",), schemas=(PRODUCT,))
def a_voucher_has_one_total(case: Case) -> Iterator[Finding]:
    """M08: the rows of one voucher and medium state one total in one unit."""
    vouchers: dict[tuple[str, str], list[Row]] = {}
    for row in case.product.rows("allocation"):
        if voucher := folded(row.text("voucher")):
            vouchers.setdefault((voucher, folded(row.text("medium"))), []).append(row)
    for rows in vouchers.values():
        first = rows[0]
        for row in rows[1:]:
            if not _is_same_total(first.values, row.values):
                yield finding(
                    "M08",
                    row.cell("total"),
                    case="voucher",
                    seen=f"{row.text('total')} {row.text('unit')}",
                    expected=f"{first.text('total')} {first.text('unit')}",
                    voucher=row.text("voucher"),
                    also=[first.cell("total")],
                )


@rule("M08", reads=("allocation", "product_name"), schemas=(PRODUCT,))
def the_product_has_one_output(case: Case) -> Iterator[Finding]:
    """M08: the product's rows of one month state one output: it makes the amounts per unit.

    What other products' rows state divides amounts that this product does not take.
    """
    first: dict[str, tuple[Row, float]] = {}
    for row in case.product.rows("allocation"):
        output = _number(row, "output")
        if output is None or not is_own(case.product, row):
            continue
        before, expected = first.setdefault(folded(row.text("month")), (row, output))
        if not math.isclose(output, expected, rel_tol=1e-9):
            yield finding(
                "M08",
                row.cell("output"),
                case="output",
                seen=f"{output:.12g}",
                expected=f"{expected:.12g}",
                product=row.text("product"),
                month=row.text("month"),
                also=[before.cell("output")],
            )


@rule("M08", reads=("allocation",), schemas=(PRODUCT,))
def amounts_are_those_of_the_bill(case: Case) -> Iterator[Finding]:
    """M08: the amount per unit is the bill's total × share ÷ output, where the output is stated."""
    for row in case.product.rows("allocation"):
        allocated, amount = _allocated(row), _number(row, "amount_per_unit")
        output = _number(row, "output")
        if allocated is None or amount is None or not output:
            continue
        if not math.isclose(amount, allocated / output, rel_tol=1e-9, abs_tol=1e-15):
            yield finding(
                "M08",
                row.cell("amount_per_unit"),
                case="amount",
                seen=f"{amount:.10g}",
                expected=f"{allocated / output:.10g}",
            )


def _is_same_total(one: Mapping[str, object], other: Mapping[str, object]) -> bool:
    ours, theirs = one.get("total"), other.get("total")
    if not isinstance(ours, float) or not isinstance(theirs, float):
        return True  # what is no number is named by another rule
    try:
        scale = conversion(text_of(other.get("unit")), text_of(one.get("unit")))
    except Explained:
        return False
    return math.isclose(ours, theirs * scale, rel_tol=1e-9)
