"""Who wrote, reviewed and approved a report, and for whom."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cfp_xl.audit.record import ReadReport, SaidPerson
from cfp_xl.audit.rules import report_rule
from cfp_xl.findings import Finding, finding
from cfp_xl.footprint.wording import folded

_CERTIFIER = re.compile(r"认证|检测|检验|核查|certif|verif|inspection|testing", re.IGNORECASE)
_COLLECTED = re.compile(
    r"(?:评价|核查|工作)(?:工作)?组[^。；]{0,24}(?:数据收集|收集[^。；]{0,8}数据|建立[^。；]{0,8}模型)"
    r"|(?:verification|assessment) team (?:collected|compiled|modelled)",
    re.IGNORECASE,
)


@report_rule("R04", needs=("persons",))
def reviewers_did_not_write(report: ReadReport) -> Iterator[Finding]:
    """R04: nobody reviews or approves what he compiled; somebody reviewed it."""
    compiled = [p for p in report.persons if p.role == "compiled"]
    checked = [p for p in report.persons if p.role in ("reviewed", "approved")]
    for one in checked:
        same = next((p for p in compiled if folded(p.text) == folded(one.text)), None)
        if same is not None:
            yield finding("R04", one.spot, case=one.role, seen=one.text, other=str(same.spot))
    if compiled and not checked:
        yield finding("R04", compiled[0].spot, case="no_review", seen=compiled[0].text)


@report_rule("R04", needs=("persons",))
def nobody_has_two_roles(report: ReadReport) -> Iterator[Finding]:
    """R04: who compiled is not among those who verify; that he is of the team is a question."""
    compiled = {folded(p.text): p for p in reversed(report.persons) if p.role == "compiled"}
    told = set[tuple[str, str]]()
    for one in report.persons:
        case = {"expert": "verifies", "leader": "of_team", "member": "of_team"}.get(one.role, "")
        writer = compiled.get(folded(one.text))
        is_list = writer is not None and writer.spot.block != one.spot.block
        if (
            writer is not None
            and case
            and (is_list or case != "verifies")
            and (folded(one.text), case) not in told
        ):
            told.add((folded(one.text), case))
            yield finding("R04", one.spot, case=case, seen=one.text, other=str(writer.spot))


@report_rule("R04", needs=("persons",))
def reviewers_are_not_of_the_producer(report: ReadReport) -> Iterator[Finding]:
    """R04: an expert who verifies is not of the company whose product it is."""
    producers = {folded(o.text): o for o in report.organisations if o.role == "producer"}
    for one in report.persons:
        if one.role == "expert" and (who := producers.get(folded(one.organisation))):
            yield finding("R04", one.spot, case="of_producer", seen=one.text, other=who.text)


@report_rule("R04", needs=("organisations",))
def certifiers_do_not_compile(report: ReadReport) -> Iterator[Finding]:
    """R04, a question: the body that certifies collected the data and made the model itself."""
    issuer = next((o for o in report.organisations if o.role == "issuer"), None)
    writer: SaidPerson | None = next(
        (p for p in report.persons if p.role in ("compiled", "leader")), None
    )
    if issuer is None or not _CERTIFIER.search(issuer.text):
        return
    for paragraph in report.document.paragraphs:
        if found := _COLLECTED.search(paragraph.plain):
            at = paragraph.at(*found.span())
            yield finding("R04", at, case="own_work", seen=issuer.text)
            return
    if writer is not None:
        yield finding("R04", writer.spot, case="own_work", seen=issuer.text)
