"""E05: a guard around constants that fail hides that a number is missing.

In any other workbook that is a warning; a number of the model made this way is no data.
"""

from __future__ import annotations

from collections.abc import Iterator

from cfp_xl.findings import CellRef, Finding, Severity, finding
from cfp_xl.schema.case import Case
from cfp_xl.verify.constant_branches import constant_guards
from cfp_xl.verify.rule import EVERYTHING, PRODUCT, rule


@rule("E05", reads=(EVERYTHING,), schemas=(PRODUCT,))
def guards_of_constants(case: Case) -> Iterator[Finding]:
    """E05: IFERROR(1/0,0) and its like; an error where it stands in one of the model's tables."""
    for one in constant_guards(case.workbook, case.recalculation):
        hides = one.severity is not Severity.INFO
        if hides and one.where is not None and _is_in_model(case, one.where):
            yield finding("E05", one.where, case="in_model", seen=one.seen)
        else:
            yield one


def _is_in_model(case: Case, where: CellRef) -> bool:
    tables = (r.bounds for r in case.schema.regions.values() if r.sheet.name == where.sheet)
    return any(
        top <= where.row <= bottom and left <= where.column <= right
        for top, left, bottom, right in tables
    )
