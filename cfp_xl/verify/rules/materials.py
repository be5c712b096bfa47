"""F06 on materials: what is bought has the factor of its making."""

from __future__ import annotations

from collections.abc import Iterator

from cfp_xl.findings import Finding, finding
from cfp_xl.schema.case import Case, text_of
from cfp_xl.verify.flows import RAW
from cfp_xl.verify.plausibility import has_word, plausibility
from cfp_xl.verify.rule import PRODUCT, rule
from cfp_xl.verify.rules.factor_boundaries import boundary_of
from cfp_xl.verify.rules.rows import row_name

DISPOSAL = ("disposal", "transport_only")


@rule("F06", reads=("activities", "factors"), schemas=(PRODUCT,))
def materials_are_made(case: Case) -> Iterator[Finding]:
    """F06: what is bought has the factor of its making, not that of getting rid of it."""
    words = plausibility("flow")["disposal"]
    for factor, rows in case.factors_in_use:
        for row in rows if boundary_of(case, factor).id in DISPOSAL else ():
            text = f"{row.process} {text_of(row.activity.activity)}"
            if row.stage_id == RAW and not has_word(text, words):
                yield finding(
                    "F06",
                    case.at(row.activity, "factor_id"),
                    case="not_made",
                    seen=factor.id,
                    row=row_name(row),
                    factor=factor.name,
                )
