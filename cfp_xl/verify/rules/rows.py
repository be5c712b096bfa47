"""Rules on single rows: M05 missing is not zero, N07 numbers, U01 U03 units, F01 B01 names.

Why a row can't be calculated is found by `footprint.calculate`; here it gets its code and the cell
to look at. A row that fails always has a finding: what is not listed counts as M05.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cfp_xl.findings import BLANK, CellRef, Finding, finding
from cfp_xl.footprint.calculate import RowResult
from cfp_xl.footprint.places import column_of_problem
from cfp_xl.schema.case import Case, text_of
from cfp_xl.verify.rule import PRODUCT, rule

CODES: Mapping[str, str] = {
    "cell_error": "N07",
    "number_expected": "N07",
    "number_negative": "N07",
    "number_not_finite": "N07",
    "bridge_not_positive": "N07",
    "unit_missing": "U01",
    "unit_not_known": "U01",
    "unit_ambiguous": "U01",
    "bridge_without_unit": "U01",
    "dimension_mismatch": "U03",
    "bridge_needed": "U03",
    "bridge_unfit": "U03",
    "factor_not_emission": "U03",
    "factor_not_found": "F01",
    "factor_id_missing": "F01",
    "factor_ambiguous": "F01",
    "factor_unusable": "F01",
    "stage_not_known": "B01",
    "stage_missing": "B01",
}
"""By the key of the explanation: the rule that is broken; all others break M05."""


@rule("M05", "N07", "U01", "U03", "F01", "B01", reads=("activities", "factors"))
def rows_can_be_calculated(case: Case) -> Iterator[Finding]:
    """Each activity row that can't be calculated, with the reason in words."""
    if not case.footprint.rows and case.schema.kind == PRODUCT:
        yield finding("M05", case.schema.regions["activities"].where, case="no_rows")
    for row in case.footprint.rows:
        if row.problem is None:
            continue
        key = row.problem.key.removeprefix("footprint.")
        code = CODES.get(key, "M05")
        where = case.at(row.activity, column_of_problem(row.problem))
        yield finding(
            code,
            where,
            case="row",
            seen=text_of(case.value(where)) or BLANK,
            row=row_name(row),
            why=row.problem,
        )


@rule("N07", reads=("activities", "factors", "allocation"), schemas=(PRODUCT,))
def inputs_are_numbers(case: Case) -> Iterator[Finding]:
    """N07: factor values and allocation figures are numbers, finite and not below zero; what is
    shown as a date is no quantity."""
    dated = _rows_with_dates(case)
    for row in case.product.inventory if dated else ():
        for column in ("quantity", "bridge") if row.origin and row.origin.row in dated else ():
            yield from _date(case, case.at(row, column))
    for factor in case.product.rows("factors"):
        yield from _number(case, factor.cell("value"), factor.values.get("value"))
    for bill in case.product.rows("allocation"):
        for column in ("total", "basis_product", "basis_total"):
            yield from _number(case, bill.cell(column), bill.values.get(column))


def _rows_with_dates(case: Case) -> set[int]:
    """The rows of activities with a number that is shown as a date."""
    bounds = case.schema.regions["activities"].bounds
    cells = case.schema.regions["activities"].sheet.columns
    return {row for row, _ in cells.dates_in(bounds)}


def _date(case: Case, where: CellRef) -> Iterator[Finding]:
    """A spreadsheet makes a date of what is typed as 4-6 or 4/6."""
    cell = case.cell(where)
    if cell is not None and cell.is_date and isinstance(cell.value, float):
        yield finding("N07", where, case="date", seen=text_of(cell.value))


def _number(case: Case, where: CellRef, value: object) -> Iterator[Finding]:
    yield from _date(case, where)
    cell = case.cell(where)
    if isinstance(value, float) and value < 0:
        yield finding("N07", where, case="negative", seen=text_of(value))
    elif not isinstance(value, float) or (cell is not None and not cell.is_finite):
        seen = text_of(value)
        yield finding("N07", where, case="not_a_number" if seen else "blank", seen=seen or BLANK)


def row_name(row: RowResult) -> str:
    """What an activity row is called: its stage, process and activity."""
    activity = row.activity
    names = (text_of(v) for v in (activity.stage, activity.process, activity.activity))
    return " / ".join(name for name in dict.fromkeys(names) if name)
