"""The audit as text: findings in the order of pages, with quote, impact and what to ask."""

from __future__ import annotations

from itertools import groupby
from typing import TextIO

from cfp_xl.audit.audit import AuditResult
from cfp_xl.findings import Severity
from cfp_xl.messages import Lang, say
from cfp_xl.privacy import masked
from cfp_xl.report.audit.lines import impact_of, place_of, quote_of, read_lines, verdict
from cfp_xl.report.paper import TextPaper

COLOUR = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}


def audit_text(result: AuditResult, stream: TextIO, lang: Lang) -> None:
    """Verdict, what was read, then the findings."""
    paper = TextPaper(stream)
    colour = "bold green" if result.exit_code() == 0 else "bold red"
    paper.line((result.path, "bold"), "  ", (verdict(result, lang), colour))
    for line in read_lines(result, lang):
        paper.line((line, "dim"), indent=2, hanging=4)
    for place, group in groupby(result.findings, key=place_of):
        paper.blank()
        paper.line((place or say("report.findings.file", lang), "bold"), indent=2)
        last = ""
        for one in group:
            if (quote := quote_of(one)) and quote != last:
                paper.line((f"“{masked(quote)}”", "italic"), indent=4, hanging=5)
            last = quote
            severity = say(f"report.severity.{one.severity}", lang)
            head = [(f"{one.code} ", "bold"), (f"{severity}  ", COLOUR[one.severity])]
            paper.line(*head, one.message(lang), indent=4, hanging=8)
            if impact := impact_of(result, one, lang):
                paper.line((impact, "dim"), indent=8)
            paper.line((f"→ {one.hint(lang)}", "dim"), indent=8, hanging=10)
