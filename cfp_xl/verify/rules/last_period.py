"""M07: what moved far from the period before, in a workbook that was made from that of it."""

from __future__ import annotations

from collections.abc import Iterator

from cfp_xl.findings import Finding, finding
from cfp_xl.footprint.inventory import row_label
from cfp_xl.footprint.printed import NotPrintedNumber, printed
from cfp_xl.footprint.product import Row
from cfp_xl.footprint.wording import folded
from cfp_xl.schema.case import Case
from cfp_xl.schema.region import LABELS
from cfp_xl.verify.limits import limits
from cfp_xl.verify.rule import PRODUCT, rule

COMPARED = {"activities": ("quantity",), "declared": ("quantity", "emission")}
"""Of each table the columns that a column `last_<id>` stands beside, compared as they are."""
BILL = ("total", "basis_product", "basis_total", "output")


@rule("M07", reads=("activities", "allocation", "declared"), schemas=(PRODUCT,))
def values_are_near_those_of_the_last_period(case: Case) -> Iterator[Finding]:
    """M07: quantities and declared figures by themselves, bills by what falls to one product."""
    for table, fields in COMPARED.items():
        for row in case.product.rows(table):
            for field in fields:
                if f"last_{field}" in row.columns:
                    now, last = (_number(row.value(id)) for id in (field, f"last_{field}"))
                    yield from _compared(table, row, field, now, last)
    for row in case.product.rows("allocation"):
        if all(f"last_{field}" in row.columns for field in BILL):
            now, last = _per_unit(row, ""), _per_unit(row, "last_")
            yield from _compared("allocation", row, "total", now, last)


def _compared(
    table: str, row: Row, field: str, now: float | None, last: float | None
) -> Iterator[Finding]:
    """A question where both are numbers and one is far from the other."""
    if now is None or last is None or now == last:
        return
    if abs(now - last) > limits("last_period")["change"] * abs(last):
        yield finding(
            "M07",
            row.cell(field),
            case="bill" if table == "allocation" else "",
            seen=f"{now:.6g}",
            expected=f"{last:.6g}",
            row=row_label(row.text(label) for label in LABELS[table]),
            change=f"{100 * (now - last) / abs(last):+.0f} %" if last else "–",
        )


def _per_unit(row: Row, prefix: str) -> float | None:
    """What a bill comes to for one product."""
    total, share, of_all, output = (_number(row.value(f"{prefix}{field}")) for field in BILL)
    if total is None or share is None or not of_all or not output:
        return None
    return total * share / of_all / output


def _number(value: object) -> float | None:
    if isinstance(value, float):
        return value
    try:
        return float(printed(value).value) if isinstance(value, str) else None
    except NotPrintedNumber:
        return None


@rule("M07", reads=("parts", "answers"), schemas=(PRODUCT,))
def answers_are_of_this_period(case: Case) -> Iterator[Finding]:
    """M07: an answer that was there when the workbook was made is of the period before."""
    answered = {
        (folded(line.text("part_id")), line.text("sha256")) for line in case.product.rows("answers")
    }
    for part in case.product.rows("parts"):
        former = part.text("last_answer")
        if former and (folded(part.text("part_id")), former) in answered:
            yield finding("M07", part.cell("part_id"), case="answer", seen=part.text("part_id"))
