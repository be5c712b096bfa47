"""An intake as a person reads it: whose answers, what becomes of them, what is to be done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from pathlib import PurePath
from typing import TextIO

from cfp_xl.findings import Finding, Severity
from cfp_xl.footprint.wording import folded
from cfp_xl.messages import Lang, say
from cfp_xl.privacy import masked
from cfp_xl.report.paper import TextPaper, column_width, padded
from cfp_xl.report.verification.lines import accepted_because
from cfp_xl.report.verification.order import by_sheet
from cfp_xl.report.verification.text import write_finding
from cfp_xl.suppliers.apply import Applied
from cfp_xl.suppliers.intake import IntakeResult
from cfp_xl.suppliers.outcomes import AnswerStatus, Judged
from cfp_xl.suppliers.product_parts import RequestedPart

COLOUR = {
    AnswerStatus.ACCEPTED: "bold green",
    AnswerStatus.REPLACES: "bold green",
    AnswerStatus.UNCHANGED: "dim",
    AnswerStatus.HELD: "bold yellow",
    AnswerStatus.OLDER: "dim",
    AnswerStatus.OTHER: "bold yellow",
    AnswerStatus.OPENED: "dim",
    AnswerStatus.IGNORED: "dim",
    AnswerStatus.REFUSED: "bold red",
    AnswerStatus.UNREADABLE: "bold red",
    AnswerStatus.FAILED: "bold red",
}
COLUMNS = ("supplier", "part", "status", "figure", "usual", "change", "findings", "file")
TO_THE_RIGHT = ("figure", "usual", "change")
MOST_OF_A_KIND = 5
"""Findings of one code shown for a file; further ones are counted, and all are in the JSON."""
PLACE_WIDTH = 24


def write_intake(
    result: IntakeResult,
    applied: Applied | None,
    underway: Collection[str],
    stream: TextIO,
    lang: Lang,
) -> None:
    """The table of answers, then their findings, then the next steps save those `underway`:
    "annotate" or "status"."""
    paper = TextPaper(stream)
    product = result.product
    paper.line((masked(product.name) or product.path.name, "bold"), f"  {product.path.as_posix()}")
    counts = Counter(answer.status for answer in result.answers)
    parts = [
        say(f"suppliers.count.{standing}", lang, count=counts[standing])
        for standing in AnswerStatus
        if counts[standing]
    ]
    total = say("suppliers.count.files", lang, count=len(result.answers))
    paper.line(" · ".join((total, *parts)))
    paper.blank()
    _write_table(paper, result, lang)
    waiting = [asked.part for asked in result.waiting]
    if waiting:
        paper.blank()
        names = tuple(masked(f"{part.part_id} {part.part} ({part.supplier})") for part in waiting)
        paper.line(say("suppliers.waiting", lang, parts=names), hanging=2)
    _write_findings(paper, result, lang)
    _write_notes(paper, result, lang)
    if applied:
        _write_applied(paper, applied, lang)
    steps = list(_steps(result, applied, lang, underway))
    if steps:
        paper.heading(say("report.next.title", lang))
        for number, step in enumerate(steps, 1):
            paper.line(f"{number}. {step}", indent=2, hanging=5)


def _write_table(paper: TextPaper, result: IntakeResult, lang: Lang) -> None:
    heads = [say(f"suppliers.table.{column}", lang) for column in COLUMNS]
    rows = [_row(answer, result, lang) for answer in result.answers]
    widths = [column_width([head, *(row[n] for row in rows)]) for n, head in enumerate(heads)]

    def cells(texts: Sequence[str]) -> list[str]:
        return [
            padded(text, width, right=column in TO_THE_RIGHT) + "  "
            for text, width, column in zip(texts, widths, COLUMNS, strict=True)
        ]

    paper.line(("".join(cells(heads)), "dim"), indent=2)
    for answer, row in zip(result.answers, rows, strict=True):
        of_row = cells(row)
        status = COLUMNS.index("status")
        paper.line(
            "".join(of_row[:status]),
            (of_row[status], COLOUR[answer.status]),
            "".join(of_row[status + 1 :]),
            indent=2,
        )


def _row(answer: Judged, result: IntakeResult, lang: Lang) -> tuple[str, ...]:
    asked = result.product.by_part.get(folded(answer.part_id))
    name = (asked.part.supplier, asked.part.part) if asked else ("", "")
    errors, warnings = (answer.count(one) for one in (Severity.ERROR, Severity.WARNING))
    counts = " ".join(
        say(f"suppliers.table.{key}", lang, count=count)
        for key, count in (("errors", errors), ("warnings", warnings))
        if count
    )
    return (
        masked(f"{answer.supplier_id} {name[0]}".strip() or "–"),
        masked(f"{answer.part_id} {name[1]}".strip() or "–"),
        say(f"suppliers.status.{answer.status}", lang),
        *_figures(answer, asked),
        counts,
        PurePath(answer.path).name,
    )


def _figures(answer: Judged, asked: RequestedPart | None) -> tuple[str, str, str]:
    """The answer, what the product uses without it, and by how much the two differ."""
    accepted = answer.accepted
    figure = accepted.kgco2e_per_unit if accepted else None
    if answer.status is AnswerStatus.UNCHANGED and asked:
        figure = asked.current_kgco2e
    if figure is None or asked is None:
        return "–", "", ""
    shown = f"{figure:.4g} / {asked.part.unit}"
    usual = asked.usual_kgco2e
    if not usual:
        return shown, "–", ""
    return shown, f"{usual:.4g}", f"{figure / usual - 1:+.0%}".replace("-", "−")


def _write_findings(paper: TextPaper, result: IntakeResult, lang: Lang) -> None:
    with_findings = [answer for answer in result.answers if answer.findings]
    if not with_findings and not result.findings:
        return
    paper.heading(say("report.findings.title", lang))
    if result.findings:
        paper.line((result.product.path.as_posix(), "bold underline"), indent=2)
        _write_of_one(paper, result.findings, lang)
    for answer in with_findings:
        paper.line((answer.path, "bold underline"), indent=2)
        _write_of_one(paper, answer.findings, lang)


def _write_of_one(paper: TextPaper, findings: Sequence[Finding], lang: Lang) -> None:
    width = min(column_width([str(one.where) for one in findings if one.where]), PLACE_WIDTH)
    seen: Counter[str] = Counter()
    for one in sorted(by_sheet(findings), key=lambda one: -one.severity.rank):
        seen[one.code] += 1
        if seen[one.code] <= MOST_OF_A_KIND:
            write_finding(paper, one, width, lang)
            if one.justification:
                paper.line((accepted_because(one, lang), "dim"), indent=6, hanging=8)
    for code, count in seen.items():
        if (more := count - MOST_OF_A_KIND) > 0:
            paper.line(say("report.findings.more", lang, count=more, code=code), indent=2)


def _write_notes(paper: TextPaper, result: IntakeResult, lang: Lang) -> None:
    """Who filled in what, and what they say beside their figures."""
    new = [one for one in result.answers if one.status is not AnswerStatus.UNCHANGED]
    with_notes = [answer for answer in new if answer.notes or answer.sender.name]
    if not with_notes:
        return
    paper.heading(say("suppliers.notes.title", lang))
    for answer in with_notes:
        sender = answer.sender
        who = masked(" · ".join(filter(None, (sender.name, sender.contact, sender.site))))
        line = say("suppliers.notes.sender", lang, who=who or "–")
        if sender.filled_on:
            line += say("suppliers.notes.filled_on", lang, day=sender.filled_on)
        paper.line((PurePath(answer.path).name, "bold"), f"  {line}", indent=2, hanging=4)
        for note in answer.notes:
            place = f"{note.where}  " if note.where else ""
            words = ": ".join(filter(None, (note.about, note.text)))
            paper.line(place, masked(words), indent=4, hanging=6)


def _write_applied(paper: TextPaper, applied: Applied, lang: Lang) -> None:
    paper.heading(say("suppliers.applied.title", lang))
    if applied.written is None:
        paper.line(say("suppliers.applied.nothing", lang), indent=2)
        return
    paper.line(
        say("suppliers.applied.written", lang, file=applied.written, count=len(applied.taken)),
        indent=2,
        hanging=4,
    )
    if applied.held:
        words = say("suppliers.applied.held", lang, parts=applied.held)
        paper.line(words, indent=2, hanging=4)
    if applied.kept:
        paper.line(say("suppliers.applied.kept", lang, file=applied.kept), indent=2, hanging=4)
    before, after = applied.before_kgco2e, applied.after_kgco2e
    if before is not None and after is not None:
        words = say(
            "suppliers.applied.footprint",
            lang,
            before=f"{before:.6g}",
            after=f"{after:.6g}",
            change=f"{after / before - 1:+.1%}".replace("-", "−") if before else "–",
        )
        paper.line((words, "bold"), indent=2, hanging=4)


def _steps(
    result: IntakeResult, applied: Applied | None, lang: Lang, underway: Collection[str]
) -> Iterator[str]:
    is_forbidden = any(one.severity is Severity.ERROR for one in result.findings)
    if result.accepted and applied is None and not is_forbidden:
        count = len(result.accepted)
        yield say("suppliers.next.apply", lang, count=count)
    if held := result.held:
        codes = tuple(sorted({d.code for one in held for d in one.doubts if not d.reason}))
        yield say("suppliers.next.accept", lang, count=len(held), codes=codes)
    to_return = (AnswerStatus.REFUSED, AnswerStatus.HELD)
    refused = sum(answer.status in to_return for answer in result.answers)
    if refused and "annotate" not in underway:
        yield say("suppliers.next.annotate", lang, count=refused)
    if result.waiting and "status" not in underway:
        yield say("suppliers.next.status", lang)
    if applied and applied.written:
        yield say("suppliers.next.verify", lang, file=applied.written)
    found = dict.fromkeys(f.code for a in result.answers for f in a.findings)
    if found:
        yield say("report.next.explain_one", lang, code=next(iter(found)))
