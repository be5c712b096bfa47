"""What is wrong with what a published report says, a module a subject.

A rule is one function from a `ReadReport` to its findings, declared by `@report_rule`:

    @report_rule("R02", needs=("paragraphs",))
    def nothing_left_to_fill_in(report: ReadReport) -> Iterator[Finding]:

A new rule is written in the module of its subject, its words into `data/findings/`; nothing lists
it. Where nothing of what it needs was read it does not run and is listed as not checked: a rule
on something that is missing needs only what it could have been missing from. Figures are held
against each other by `verify/declared`, not here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

from cfp_xl.audit.record import ReadReport
from cfp_xl.findings import Finding
from cfp_xl.verify.rule import REPORT, Rule, rule, rules_of

ReportRule = Rule[[ReadReport]]


def report_rule(
    *codes: str, needs: tuple[str, ...]
) -> Callable[[Callable[[ReadReport], Iterator[Finding]]], ReportRule]:
    """Declares a function as a rule on reports; `needs` are fields of `ReadReport`."""
    return rule(*codes, reads=needs, schemas=(REPORT,))


@cache
def report_rules() -> tuple[ReportRule, ...]:
    """All rules on what a report says."""
    return rules_of(__name__)


def can_look(one: ReportRule, report: ReadReport) -> bool:
    """Whether all that a rule needs was read."""
    return all(getattr(report, name) for name in one.reads)


def report_findings(report: ReadReport) -> Iterator[Finding]:
    """All findings on what a report says, rule by rule; `where` of each is a `Spot`."""
    for one in report_rules():
        if can_look(one, report):
            yield from one(report)
