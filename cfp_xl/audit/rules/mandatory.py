"""What a report must state, wherever it does."""

from __future__ import annotations

from collections.abc import Iterator

from cfp_xl.audit.record import ReadReport
from cfp_xl.audit.rules import report_rule
from cfp_xl.findings import Finding, finding
from cfp_xl.messages import text

MANDATORY = ("functional_units", "boundaries", "standards", "period")
WANTED = ("gwp_sets", "allocation", "cut_offs")
"""Fields of `ReadReport` (and the period among its dates): the first are warnings."""


@report_rule("R01", needs=("figures",))
def what_must_be_there_is_there(report: ReadReport) -> Iterator[Finding]:
    """R01: functional unit, boundary, standard, period, set of GWPs, allocation, cut-off."""
    for name in (*MANDATORY, *WANTED):
        if not _said(report, name):
            case = "" if name in MANDATORY else "less"
            yield finding("R01", case=case, what=text(f"audit_rules.mandatory.{name}"))


def _said(report: ReadReport, name: str) -> bool:
    if name == "period":
        return any(one.role == "period" for one in report.dates)
    return bool(getattr(report, name))
