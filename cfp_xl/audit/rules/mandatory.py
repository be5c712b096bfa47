"""What a report must state, wherever it does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from cfp_xl.audit.modules import MODULE
from cfp_xl.audit.record import ReadReport
from cfp_xl.audit.rules import report_rule
from cfp_xl.findings import Finding, Severity, finding
from cfp_xl.messages import text

MANDATORY = ("functional_units", "boundaries", "standards", "period")
WANTED = ("gwp_sets", "allocation", "cut_offs")
"""Fields of `ReadReport` (and the period among its dates): the first are warnings."""
SHEET = 700
"""Words or Chinese characters; a report has thousands."""
_WORD = re.compile(r"[\u4e00-\u9fff]|[A-Za-z][\w\-]*")


@report_rule("R01", needs=("figures",))
def what_must_be_there_is_there(report: ReadReport) -> Iterator[Finding]:
    """R01: functional unit, boundary, standard, period, set of GWPs, allocation, cut-off; a sheet
    leaves most of it to its report, which is one note."""
    missing = [name for name in (*MANDATORY, *WANTED) if not _said(report, name)]
    called = {name: text(f"audit_rules.mandatory.{name}") for name in missing}
    if is_sheet(report) and len(missing) > 1:
        yield finding("R01", case="sheet", what=tuple(called.values()))
        return
    for name in missing:
        case = "" if name in MANDATORY and not is_sheet(report) else "less"
        yield of_whole_reports(report, finding("R01", case=case, what=called[name]))


def of_whole_reports(report: ReadReport, one: Finding) -> Finding:
    """What only a whole report must state is a note on a sheet without numbered sections, and on a
    declaration, whose rules ask for less."""
    is_numbered = any(one.number for one in report.document.headings)
    is_brief = is_declaration(report) or (is_sheet(report) and not is_numbered)
    return replace(one, severity=Severity.INFO) if is_brief else one


def is_declaration(report: ReadReport) -> bool:
    """Whether its results are those of modules A1 … D."""
    return any(MODULE.fullmatch(one.text("stage")) for one in report.figures)


def is_sheet(report: ReadReport) -> bool:
    """Whether it is a sheet of a page or two, which says where the report is, and no report."""
    words = sum(len(_WORD.findall(one.plain)) for one in report.document.texts)
    return words < SHEET and not report.document.contents


def _said(report: ReadReport, name: str) -> bool:
    if name == "period":
        return any(one.role == "period" for one in report.dates)
    return bool(getattr(report, name))
