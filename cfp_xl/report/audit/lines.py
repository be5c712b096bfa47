"""What the reports of an audit share: how a finding, its place and what was read are said."""

from __future__ import annotations

from collections.abc import Iterator

from cfp_xl.audit.audit import AuditResult, statements_of
from cfp_xl.audit.document import Spot
from cfp_xl.findings import Finding, Severity
from cfp_xl.messages import Lang, say


def place_of(one: Finding) -> str:
    """Page and table or section, "" for what is about the file."""
    return str(one.where) if one.where else ""


def quote_of(one: Finding) -> str:
    """The words that it is about."""
    return one.where.quote if isinstance(one.where, Spot) else ""


def page_of(one: Finding) -> int | None:
    """None where the file has no pages."""
    return one.where.page or None if isinstance(one.where, Spot) else None


def impact_of(result: AuditResult, one: Finding, lang: Lang) -> str:
    """What the total would change by; "" where that can't be said."""
    value = result.impact_kgco2e(one)
    return "" if value is None else say("audit.impact", lang, value=f"{value:+.4g}")


def verdict(result: AuditResult, lang: Lang) -> str:
    """Errors, warnings and infos in one line; or that nothing was audited."""
    if not result.is_read:
        return say("audit.not_audited", lang)
    counts = {severity.value: result.count(severity) for severity in Severity}
    return say("audit.counts", lang, **counts)


def read_lines(result: AuditResult, lang: Lang) -> Iterator[str]:
    """What was read: pages, tables, figures, statements; what was not."""
    report = result.report
    if report is None:
        return
    statements = sum(map(len, statements_of(report).values()))
    yield say(
        "audit.read" if report.document.pages else "audit.read_unpaged",
        lang,
        pages=report.document.pages,
        tables=len(report.document.tables),
        figures=len(report.figures),
        statements=statements,
    )
    if result.not_checked:
        yield say("audit.not_checked", lang, codes=result.not_checked)
    yield say("audit.proposed", lang)
