"""E05: a guard around constants gives its other value always, so it hides that a number is missing.

In any other workbook that is a warning; a number of the model made this way is no data.
"""

from __future__ import annotations

from collections.abc import Iterator

from cfp_xl.findings import CellRef, Finding, finding
from cfp_xl.schema.case import Case
from cfp_xl.verify.constant_branches import always_failing
from cfp_xl.verify.rule import EVERYTHING, PRODUCT, rule


@rule("E05", reads=(EVERYTHING,), schemas=(PRODUCT,))
def guards_of_constants(case: Case) -> Iterator[Finding]:
    """E05: IFERROR(1/0,0) and its like; an error where it stands in one of the model's tables."""
    for one in always_failing(case.workbook, case.recalculation):
        if one.where is not None and _is_in_model(case, one.where):
            yield finding("E05", one.where, case="in_model", seen=one.seen)
        else:
            yield one


def _is_in_model(case: Case, where: CellRef) -> bool:
    tables = (r.bounds for r in case.schema.regions.values() if r.sheet.name == where.sheet)
    return any(
        top <= where.row <= bottom and left <= where.column <= right
        for top, left, bottom, right in tables
    )
