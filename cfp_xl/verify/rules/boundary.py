"""Rules on the system boundary: B01 its type and the stages, B03 included processes have values."""

from __future__ import annotations

from collections.abc import Iterator

from cfp_xl.findings import BLANK, CellRef, Finding, finding
from cfp_xl.footprint.boundary import boundaries
from cfp_xl.footprint.calculate import RowResult
from cfp_xl.footprint.inventory import ActivityStatus, status
from cfp_xl.footprint.stages import STAGES, Stage
from cfp_xl.footprint.wording import folded
from cfp_xl.schema.case import Case, text_of
from cfp_xl.verify.rule import PRODUCT, rule
from cfp_xl.verify.rules.rows import row_name


@rule("B01", reads=("activities", "factors", "boundary"), schemas=(PRODUCT,))
def stages_fit_the_boundary(case: Case) -> Iterator[Finding]:
    """B01: the stages that the type of boundary requires have values, those it excludes none.

    A stage left out as not applicable is a finding at its first row, so that leaving it out is
    answered for in the justifications. One with data beside a missing row is not left out: that
    row bears its own finding.
    """
    declared = case.product.boundary
    if declared is None:
        yield finding("B01", case="no_name")
        return
    text, boundary = declared.text, declared.value
    if not text:
        yield finding("B01", declared.where, case="blank", seen=BLANK)
        return
    if boundary is None:
        names = dict.fromkeys(b.name for b in boundaries().values())
        yield finding(
            "B01",
            declared.where,
            case="not_known",
            seen=text,
            known=tuple(names),
        )
        return
    for known in STAGES if case.footprint.rows else ():
        where = _first_row(case, known) or declared.where
        state = case.footprint.stages[known.id].state
        is_left_out = state == "not_applicable" or (
            state == "missing" and not _has_data(case, known)
        )
        if known.id in boundary.required and is_left_out:
            yield finding(
                "B01",
                where,
                case=f"stage_{state}",
                seen=state,
                stage=known.name,
                boundary=boundary.name,
            )
        if known.id in boundary.excluded and state in ("value", "failed"):
            yield finding("B01", where, case="excluded", stage=known.name, boundary=boundary.name)


@rule("B03", reads=("activities", "factors"), schemas=(PRODUCT,))
def included_processes_have_values(case: Case) -> Iterator[Finding]:
    """B03: a process with data has a row above zero; a true zero says so in its status."""
    by_process: dict[tuple[str | None, str], list[RowResult]] = {}
    for row in case.footprint.rows:
        by_process.setdefault((row.stage_id, folded(row.process)), []).append(row)
    for rows in by_process.values():
        if all(row.kgco2e == 0 and is_data(row) for row in rows):
            first = rows[0]
            where = case.at(first.activity, "quantity")
            yield finding("B03", where, seen="0", process=first.process or row_name(first))


def is_data(row: RowResult) -> bool:
    """Whether a row that could be calculated claims to hold data, by its status or silently."""
    written = text_of(row.activity.status)
    return not written or status(written) is ActivityStatus.DATA


def _has_data(case: Case, wanted: Stage) -> bool:
    return any(row.stage is wanted and row.state == "value" for row in case.footprint.rows)


def _first_row(case: Case, wanted: Stage) -> CellRef | None:
    for row in case.footprint.rows:
        if row.stage is wanted:
            return case.at(row.activity, "stage")
    return None
