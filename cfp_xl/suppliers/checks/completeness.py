"""S30 S32 S37 S38 S40 S44: every question answered within its range, every row whole."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from cfp_xl.findings import Finding, finding
from cfp_xl.footprint.units import same_dimension
from cfp_xl.functions.values import shown
from cfp_xl.messages import text
from cfp_xl.suppliers.answer import AnswerRow, Given, ReadAnswer
from cfp_xl.templates.supplier.fields import Field


def questions_are_answered(answer: ReadAnswer, declared_unit: str) -> Iterator[Finding]:
    """S30: mandatory questions; S32: numbers and dates within the range that the sheet gives.

    A cell that is not understood has its own finding and is not called missing as well.
    """
    for given in answer.given.values():
        field = given.field
        if given.value is not None:
            yield from _range(given)
        elif given.is_blank and is_needed(field, answer, declared_unit):
            case = "nothing" if given.typed else ""
            yield finding(
                "S30", given.where, case=case, field=field.label, help=field.help, seen=given.typed
            )


def is_needed(field: Field, answer: ReadAnswer, declared_unit: str) -> bool:
    """Whether a question must be answered, given the kind of data that was chosen."""
    kind = answer.text("data_kind")
    match field.need:
        case "always":
            return True
        case "activity_data" | "pcf":
            return kind == field.need
        case "unless_mass":
            return not same_dimension(declared_unit, "kg")
        case _:
            return False


def _range(given: Given) -> Iterator[Finding]:
    field, value = given.field, given.value
    low, high = field.minimum, field.maximum
    if not isinstance(value, float | date):
        return
    is_low = low is not None and value < low  # type: ignore[operator]
    is_high = high is not None and value > high  # type: ignore[operator]
    if is_low or is_high or (field.above is not None and value <= field.above):  # type: ignore[operator]
        yield finding(
            "S32", given.where, field=field.label, seen=_words(value), expected=_span(field)
        )


def _span(field: Field) -> str:
    """`> 0, ≤ 1000000`."""
    bounds = ((">", field.above), ("≥", field.minimum), ("≤", field.maximum))
    return ", ".join(f"{sign} {_words(bound)}" for sign, bound in bounds if bound is not None)


def _words(value: float | date) -> str:
    return value.isoformat() if isinstance(value, date) else f"{value:.10g}"


def rows_are_whole(answer: ReadAnswer) -> Iterator[Finding]:
    """S38: item, quantity and unit in each row; S40: the same row twice."""
    seen: dict[tuple[str, float, str], AnswerRow] = {}
    for row in answer.rows:
        for column in ("activity", "quantity", "unit"):
            if row.lacks(column):
                what = text(f"suppliers.column.{column}")
                yield finding("S38", row.cell(column), what=what)
        if row.quantity is not None and row.quantity <= 0:
            yield finding("S32", row.cell("quantity"), case="not_positive", seen=row.typed)
        if row.item is None or row.quantity is None:
            continue
        key = (row.item.factor.id, row.quantity, row.unit)
        if earlier := seen.get(key):
            yield finding(
                "S40",
                row.cell("quantity"),
                item=row.item.text,
                seen=row.typed,
                other=earlier.cell("quantity").cell,
            )
        seen.setdefault(key, row)


def rows_fit_yes_and_no(answer: ReadAnswer) -> Iterator[Finding]:
    """S37: a yes has rows of its flow, a no has none; S30: at least one row at all."""
    if answer.text("data_kind") != "activity_data":
        return
    if not answer.rows:
        where = answer.table.cell(answer.table.header_row + 1, "activity") if answer.table else None
        yield finding("S30", where, case="no_rows")
    for given in answer.given.values():
        if not given.field.flow:
            continue
        of_flow = [row for row in answer.rows if row.item and row.item.flow == given.field.flow]
        if given.value == "yes" and answer.rows and not of_flow:
            yield finding("S37", given.where, field=given.field.label)
        elif given.value == "no" and of_flow and of_flow[0].item:
            where, item = of_flow[0].cell("activity"), of_flow[0].item.text
            yield finding("S37", where, case="rows", field=given.field.label, item=item)


def one_kind_of_data(answer: ReadAnswer) -> Iterator[Finding]:
    """S44: the other kind of data is filled in too."""
    given = answer.given["data_kind"]
    pcf = answer.given["pcf_kgco2e"]
    other = (given.value == "pcf" and answer.rows) or (
        given.value == "activity_data" and pcf.value is not None
    )
    if other:
        yield finding("S44", given.where, seen=shown(given.typed))
