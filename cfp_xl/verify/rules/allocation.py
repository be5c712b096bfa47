"""L01, L02, M04: the shares of one flow add to 1 and say how and why; bills add to their meter."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence

from cfp_xl.findings import Finding, finding
from cfp_xl.footprint.product import Row
from cfp_xl.footprint.units import conversion
from cfp_xl.footprint.wording import folded
from cfp_xl.functions.values import shown
from cfp_xl.messages import Explained
from cfp_xl.schema.case import Case, text_of
from cfp_xl.schema.template_tables import words
from cfp_xl.verify.limits import limits
from cfp_xl.verify.rule import PRODUCT, rule
from cfp_xl.verify.rules.allocated_amounts import is_own

_PLAIN = re.compile(r"[^*?~<>=]+")
_BY_VALUE = re.compile(r"经济|产值|价|营收|销售额|economic|value|revenue|price|turnover", re.I)
"""L02: the last of ISO 14067's ways to allocate, which needs its reason most."""

METER = ("month", "medium", "meter_total")
"""The columns that together name one meter's reading of a month."""
FLOW = ("month", "voucher", "medium")
"""The columns that together name one flow: a bill of a month."""


@rule("L01", reads=("allocation",), schemas=(PRODUCT,))
def shares_add_to_one(case: Case) -> Iterator[Finding]:
    """L01: the shares of one flow add to 1; each is its own basis over the whole."""
    tolerance = _tolerance()
    flows: dict[tuple[str, ...], list[tuple[Row, float]]] = {}
    for bill in case.product.rows("allocation"):
        product, total = bill.values.get("basis_product"), bill.values.get("basis_total")
        if not isinstance(product, float) or not isinstance(total, float) or total <= 0:
            continue
        if product > total:
            where = case.at(bill, "basis_product")
            yield finding(
                "L01", where, case="above_total", seen=text_of(product), expected=text_of(total)
            )
        stated = bill.value("share")
        if isinstance(stated, float) and abs(stated - product / total) > tolerance:
            where = case.at(bill, "share")
            yield finding(
                "L01", where, case="share", seen=text_of(stated), expected=f"{product / total:g}"
            )
        flow = tuple(text_of(bill.values.get(column)) for column in FLOW)
        flows.setdefault(flow, []).append((bill, product / total))
    yield from _sums_beside(case, flows)
    for flow, bills in flows.items():
        summed = sum(share for _, share in bills)
        is_own_alone = len(bills) == 1 and summed < 1 and is_own(case.product, bills[0][0])
        if abs(summed - 1) > tolerance and not is_own_alone:
            first = bills[0][0]
            column = "share" if "share" in first.columns else "basis_product"
            yield finding(
                "L01",
                case.at(first, column),
                seen=f"{summed:.7g}",
                expected="1",
                flow=" ".join(filter(None, flow)),
                rows=len(bills),
            )


def _sums_beside(
    case: Case, flows: Mapping[tuple[str, ...], Sequence[tuple[Row, float]]]
) -> Iterator[Finding]:
    """L01: the sum of shares that our template shows beside each bill is that of its flow.

    Where a name of the flow is blank or a pattern, SUMIFS counts otherwise.
    """
    region = case.schema.regions.get("allocation")
    if region is None:
        return
    columns = region.heading_columns(words("heading.allocation.flow_share"))
    for flow, bills in flows.items():
        summed = sum(share for _, share in bills)
        for bill, _ in bills if all(_PLAIN.fullmatch(text) for text in flow) else ():
            for where in (region.sheet.ref(bill.row, column) for column in columns):
                seen = case.value(where)
                is_right = isinstance(seen, float) and abs(seen - summed) <= _tolerance()
                if not is_right and isinstance(seen, float | str) and seen != "":
                    right = f"{summed:.7g}"
                    yield finding("L01", where, case="voucher", seen=shown(seen), expected=right)


def _tolerance() -> float:
    return float(limits("allocation")["tolerance"])


@rule("L02", reads=("allocation", "allocation_method"), schemas=(PRODUCT,))
def shares_say_how_and_why(case: Case) -> Iterator[Finding]:
    """L02: what is shared states by which method, and why by that one; one method for one flow.

    The method of all bills may stand on the product's sheet; a template without these columns has
    no place for the reason and is not asked for it.
    """
    stated = case.product.other_facts.get("allocation_method")
    of_all = text_of(stated.value) if stated is not None else ""
    shared = [bill for bill in case.product.rows("allocation") if is_shared(bill)]
    asked = [bill for bill in shared if has_place_for_reasons(bill)]
    yield from _together("no_method", [b for b in asked if not (b.text("method") or of_all)])
    unexplained = [b for b in asked if (b.text("method") or of_all) and not b.text("reason")]
    by_value = [b for b in unexplained if _BY_VALUE.search(b.text("method") or of_all)]
    yield from _together("by_value", by_value)
    yield from _together("no_reason", [b for b in unexplained if b not in by_value])
    methods: dict[tuple[str, ...], dict[str, Row]] = {}
    for bill in (one for one in asked if one.text("method")):
        flow = tuple(bill.text(column) for column in FLOW)
        methods.setdefault(flow, {}).setdefault(folded(bill.text("method")), bill)
    for flow, bills in methods.items():
        if len(bills) > 1:
            first, other, *_ = bills.values()
            yield finding(
                "L02",
                other.cell("method"),
                case="two_methods",
                seen=other.text("method"),
                expected=first.text("method"),
                also=[first.cell("method")],
                flow=" ".join(filter(None, flow)),
            )


def is_shared(bill: Row) -> bool:
    """Whether others than the product take from a bill: its own meter needs no method."""
    product, total = bill.values.get("basis_product"), bill.values.get("basis_total")
    return isinstance(product, float) and isinstance(total, float) and product < total


def has_place_for_reasons(bill: Row) -> bool:
    """Templates before the third have columns neither for the method nor for the reason."""
    return {"method", "reason"} <= set(bill.columns)


def _together(case: str, bills: Sequence[Row]) -> Iterator[Finding]:
    """One finding for all of them: each is answered by the same sentence."""
    if bills:
        first, *others = bills
        column = "method" if case == "no_method" else "reason"
        seen = first.text("method") or first.text("medium")
        also = [bill.cell(column) for bill in others]
        yield finding("L02", first.cell(column), case=case, rows=len(bills), seen=seen, also=also)


@rule("M04", reads=("allocation",), schemas=(PRODUCT,))
def bills_add_to_their_meter(case: Case) -> Iterator[Finding]:
    """M04: what the bills of a meter allocate in a month is what it counted: each voucher once."""
    meters: dict[tuple[str, ...], list[Row]] = {}
    for bill in case.product.rows("allocation"):
        if isinstance(bill.values.get("meter_total"), float):
            meters.setdefault(tuple(bill.text(column) for column in METER), []).append(bill)
    for bills in meters.values():
        vouchers = {bill.text("voucher") or str(bill.row): bill for bill in bills}
        totals = [_in_unit_of(bills[0], bill) for bill in vouchers.values()]
        meter = bills[0].values["meter_total"]
        if None in totals or not isinstance(meter, float):
            continue
        allocated = math.fsum(total or 0.0 for total in totals)
        if not math.isclose(allocated, meter, rel_tol=limits("allocated_amount")["tolerance"]):
            yield finding(
                "M04",
                bills[0].cell("meter_total"),
                case="more" if allocated > meter else "",
                seen=f"{allocated:.8g} {bills[0].text('unit')}",
                expected=f"{meter:.8g} {bills[0].text('unit')}",
                also=[bill.cell("total") for bill in vouchers.values()],
                flow=" ".join(filter(None, (bills[0].text("month"), bills[0].text("medium")))),
            )


def _in_unit_of(first: Row, bill: Row) -> float | None:
    total = bill.values.get("total")
    try:
        scale = conversion(bill.text("unit"), first.text("unit"))
    except Explained:
        return None
    return total * scale if isinstance(total, float) else None
