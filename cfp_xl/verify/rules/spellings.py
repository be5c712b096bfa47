"""B01 F01: stages and factor ids are spelt as the formulas of our templates compare them.

The CFP functions understand aliases and leave out blanks around a name; SUMIFS and COUNTIF do not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from cfp_xl.findings import Finding, finding
from cfp_xl.footprint.assemblies import ASSEMBLY_PREFIX
from cfp_xl.footprint.calculate import RowResult
from cfp_xl.footprint.factor_choice import chosen_id
from cfp_xl.footprint.wording import folded
from cfp_xl.functions.values import shown
from cfp_xl.schema.case import Case
from cfp_xl.verify.rule import PRODUCT, rule
from cfp_xl.verify.rules.rows import row_name
from cfp_xl.verify.rules.shown_results import result_rows


@rule("B01", reads=("activities", "factors", "results"), schemas=(PRODUCT,))
def stages_are_spelt_as_in_the_results(case: Case) -> Iterator[Finding]:
    """B01: a stage that only the functions recognise lacks in the sums of the results sheet."""
    names = _stages_of_results(case)
    rows = (row for row in case.footprint.rows if row.stage_id in names)
    for typed, same in _by_text(rows, "stage").items():
        right = names[same[0].stage_id]
        if typed.casefold() != right.casefold():
            yield finding(
                "B01",
                case.at(same[0].activity, "stage"),
                case="spelling",
                seen=typed,
                expected=right,
                also=[case.at(row.activity, "stage") for row in same[1:]],
                row=row_name(same[0]),
            )


def _stages_of_results(case: Case) -> Mapping[str | None, str]:
    """The stages as the first table of results that sums them by their names has them."""
    found: dict[str | None, str] = {}
    for table, row, asked in result_rows(case):
        cell = table.cell(row, "stage")
        native = table.cell(row, "native")
        is_of_stage = asked.stage_id and not asked.process
        is_summed = native is not None and native.formula is not None
        if is_of_stage and is_summed and cell is not None and isinstance(cell.value, str):
            found.setdefault(asked.stage_id, cell.value)
    return found


@rule("F01", reads=("activities", "factors", "results"), schemas=(PRODUCT,))
def ids_are_spelt_as_on_the_factors_sheet(case: Case) -> Iterator[Finding]:
    """F01: an id that only the functions find: for its blanks, or since the sheet lacks it."""
    if not _stages_of_results(case):
        return
    listed = [(factor, shown(factor.values.get("id"))) for factor in case.product.rows("factors")]
    literal = {id.casefold() for _, id in listed}
    like = {folded(id): (factor, id) for factor, id in listed}
    for typed, rows in _by_text(case.footprint.rows, "factor_id").items():
        id, cells = chosen_id(typed), [case.at(row.activity, "factor_id") for row in rows]
        if (
            case.factor(rows[0]) is None
            or id.startswith(ASSEMBLY_PREFIX)
            or id.casefold() in literal
        ):
            continue
        factor, right = like.get(folded(id), (None, ""))
        if factor is not None and right != right.strip():  # the sheet's id has the blanks
            id, right, cells = right, right.strip(), [factor.cell("id")]
        yield finding(
            "F01",
            cells[0],
            case="spelling" if right else "not_on_sheet",
            seen=id,
            expected=right,
            also=cells[1:],
            row=row_name(rows[0]),
        )


def _by_text(rows: Iterable[RowResult], field: str) -> Mapping[str, list[RowResult]]:
    """The rows by what is typed in one of their columns, blanks around it included."""
    found: dict[str, list[RowResult]] = {}
    for row in rows:
        if isinstance(typed := getattr(row.activity, field), str) and typed.strip():
            found.setdefault(typed, []).append(row)
    return found
