"""The text report that a person reads: verdicts, footprint, findings, what to do next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import groupby
from pathlib import PurePath
from typing import TextIO

from cfp_xl.findings import Finding, Severity
from cfp_xl.messages import Lang, say
from cfp_xl.report.paper import Span, TextPaper, column_width, padded
from cfp_xl.report.verification.footprint_table import write_footprint
from cfp_xl.report.verification.lines import accepted_because, counts, summary_of, tolerance_of
from cfp_xl.report.verification.order import by_sheet
from cfp_xl.verify.result import Agreement, Conformity, FileResult, FileStatus, Verification

COLOUR = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}
MOST_OF_A_KIND = 20
"""Findings of one code shown for a sheet; further ones are counted, and all are in the JSON."""
RECALC = "recalc"
"""Heals what a file shows that was saved where the CFP functions are not."""
MOST_THAT_FOLLOW = 2
"""So many for a sheet of what one command or one cell heals: they must not hide the rest."""
MOST_NOT_CHECKED = 5
SOUND = (FileStatus.PASSED, FileStatus.NOTHING_TO_VERIFY)
STATUS_COLOUR = {FileStatus.PASSED: "bold green", FileStatus.FAILED: "bold red"}
VERDICT_COLOUR = {
    Agreement.AGREES: "green",
    Agreement.DIFFERS: "red",
    Agreement.INCOMPLETE: "red",
    Conformity.CONFORMS: "green",
    Conformity.FINDINGS: "red",
    Conformity.NOT_CHECKED: "dim",
}


def write_text(result: Verification, stream: TextIO, lang: Lang) -> None:
    """One file in full; of several a summary, then those that did not pass."""
    paper = TextPaper(stream)
    if len(result.files) == 1:
        _write_file(paper, result.files[0], lang)
        return
    unsound = _write_summary(paper, result, lang)
    for number in unsound:
        paper.blank()
        _write_file(paper, result.files[number], lang)
    if unsound:
        paper.blank()
        paper.line((summary_of(result, lang), "bold"))


def _write_summary(paper: TextPaper, result: Verification, lang: Lang) -> list[int]:
    """One line a file; the numbers of those that did not pass. Reads the results once."""
    heads = [say(f"report.files.{k}", lang) for k in ("title", "status", "errors", "warnings")]
    statuses = [
        (file.status, file.path, file.count(Severity.ERROR), file.count(Severity.WARNING))
        for file in result.files
    ]
    rows = [
        (path, say(f"report.status.{status}", lang), str(errors), str(warnings))
        for status, path, errors, warnings in statuses
    ]
    widths = [column_width([h, *(r[i] for r in rows)]) for i, h in enumerate(heads)]
    paper.line(*[(padded(h, w + 2), "dim") for h, w in zip(heads, widths, strict=True)])
    for (status, *_), row in zip(statuses, rows, strict=True):
        colour = STATUS_COLOUR.get(status, "bold yellow")
        paper.line(
            padded(row[0], widths[0] + 2),
            (padded(row[1], widths[1] + 2), colour),
            padded(row[2], widths[2], right=True) + "  ",
            padded(row[3], widths[3], right=True),
        )
    paper.line((summary_of(result, lang), "bold"))
    return [n for n, (status, *_) in enumerate(statuses) if status not in SOUND]


def _write_file(paper: TextPaper, file: FileResult, lang: Lang) -> None:
    status = say(f"report.status.{file.status}", lang)
    paper.line((file.path, "bold"), "  ", (status, STATUS_COLOUR.get(file.status, "bold yellow")))
    if file.status in (FileStatus.PASSED, FileStatus.FAILED):
        _write_verdicts(paper, file, lang)
    if file.footprint is not None:
        paper.heading(say("report.footprint.title", lang))
        write_footprint(paper, file.footprint, file.functional_unit, lang)
        if file.factor_set:
            label = say("report.footprint.factor_set", lang)
            paper.line((f"{label}  {file.factor_set}", "dim"), indent=2)
    if compared := tolerance_of([file], lang):
        paper.line((compared, "dim"), indent=2)
    if file.policy:
        paper.line((f"{say('report.findings.policy', lang)}  {file.policy}", "dim"), indent=2)
    _write_findings(paper, [f for f in file.findings if not file.is_accepted(f)], lang)
    kinds = ("known", "justified", "waived") if file.is_new_only else ("justified", "waived")
    for kind in kinds:
        _write_accepted(paper, say(f"report.findings.{kind}", lang), getattr(file, kind), lang)
    _write_not_checked(paper, file, lang)
    _write_next(paper, file, lang)


def _write_not_checked(paper: TextPaper, file: FileResult, lang: Lang) -> None:
    """What is special to this file; what holds for any is in the JSON."""
    special = [one for one in file.not_checked if one.is_special]
    if not special:
        return
    paper.heading(say("not_checked.title", lang))
    for one in special[:MOST_NOT_CHECKED]:
        paper.line("- " + one.text.in_lang(lang), indent=2, hanging=4)


def _write_verdicts(paper: TextPaper, file: FileResult, lang: Lang) -> None:
    """The two verdicts, then what was found in all: an odd package belongs to neither verdict."""
    keys = ("recalculation", "conformity", "counts")
    labels = [say(f"report.{key}.label", lang) for key in keys]
    width = column_width(labels) + 2
    verdicts = (file.recalculation, file.conformity)
    words = [say(f"report.{k}.{v}", lang) for k, v in zip(keys[:2], verdicts, strict=True)]
    second = column_width(words) + 2
    details = (_cells(file, lang), "")
    for label, verdict, word, detail in zip(labels[:2], verdicts, words, details, strict=True):
        paper.line(
            padded(label, width),
            (padded(word, second) if detail else word, VERDICT_COLOUR[verdict]),
            (detail, "dim"),
            indent=2,
        )
    paper.line(padded(labels[2], width), counts(file, lang), indent=2)
    for one in file.witnesses:
        paper.line(say("report.recalculation.witness", lang, **asdict(one)), indent=2)


def _cells(file: FileResult, lang: Lang) -> str:
    cells = file.cells
    parts = [
        say("report.recalculation.matched", lang, matched=cells.matched, formulas=cells.formulas)
    ]
    for kind in ("mismatched", "not_computed", "not_cached", "volatile"):
        if count := getattr(cells, kind):
            parts.append(say(f"report.recalculation.{kind}", lang, count=count))
    return say("report.separator", lang).join(parts)


def _write_findings(paper: TextPaper, findings: Sequence[Finding], lang: Lang) -> None:
    if not findings:
        return
    paper.heading(say("report.findings.title", lang))
    places = [_place(f) for f in findings]
    width = min(column_width(places), 24)
    has_causes = bool(_causes(findings))
    for sheet, group in groupby(by_sheet(findings), key=lambda f: f.where and f.where.sheet):
        paper.line((sheet or say("report.findings.file", lang), "bold underline"), indent=2)
        kinds: dict[tuple[str, str], list[Finding]] = {}
        for one in group:
            same = kinds.setdefault((one.code, one.case), [])
            same.append(one)
            if len(same) <= _most(one, has_causes):
                write_finding(paper, one, width, lang)
        for first, *others in kinds.values():
            if (more := 1 + len(others) - _most(first, has_causes)) > 0:
                line = say("report.findings.more", lang, count=more, code=first.code)
                paper.line(line, indent=2)


def _most(one: Finding, has_causes: bool) -> int:
    """How many findings of its kind are shown for a sheet."""
    traits = one.traits
    is_healed = traits.healed_by == RECALC or (traits.follows and has_causes)
    return MOST_THAT_FOLLOW if is_healed else MOST_OF_A_KIND


def _causes(findings: Sequence[Finding]) -> list[Finding]:
    """The errors that name what is wrong: to be corrected first."""
    return [f for f in findings if f.severity is Severity.ERROR and f.traits.is_cause]


def write_finding(paper: TextPaper, one: Finding, width: int, lang: Lang) -> None:
    """Place, code and severity, what is wrong, and below it what to do."""
    severity = say(f"report.severity.{one.severity}", lang)
    words = column_width([say(f"report.severity.{s}", lang) for s in Severity])
    head: list[Span | str] = [
        padded(_place(one), width) + "  " if one.where else "",
        (f"{one.code} ", "bold"),
        (padded(severity, words) + "  ", COLOUR[one.severity]),
    ]
    paper.line(*head, one.message(lang), indent=2, hanging=6)
    paper.line(("→ " + one.hint(lang), "dim"), indent=6, hanging=8)
    if one.since:
        paper.line((accepted_because(one, lang), "dim"), indent=6, hanging=8)


def _place(one: Finding) -> str:
    return str(one.where) if one.where else ""


def _write_accepted(paper: TextPaper, title: str, findings: Sequence[Finding], lang: Lang) -> None:
    """Findings that don't count, each with the reason where somebody gave one."""
    if not findings:
        return
    paper.heading(f"{title} ({len(findings)})")
    for one in by_sheet(findings):
        head = f"{_place(one)}  {one.code}  " if one.where else f"{one.code}  "
        paper.line(head, one.message(lang), indent=2, hanging=6)
        if not one.is_open:
            paper.line((accepted_because(one, lang), "dim"), indent=6, hanging=8)


def _write_next(paper: TextPaper, file: FileResult, lang: Lang) -> None:
    steps = list(_steps(file, lang))
    if steps:
        paper.heading(say("report.next.title", lang))
        for number, step in enumerate(steps, 1):
            paper.line(f"{number}. {step}", indent=2, hanging=5)


def _steps(file: FileResult, lang: Lang) -> Iterator[str]:
    open_findings = [f for f in file.findings if not file.is_accepted(f)]
    urgent = [f for f in by_sheet(open_findings) if f.severity is not Severity.INFO]
    if not urgent or file.status not in (FileStatus.PASSED, FileStatus.FAILED):
        return
    is_uncomputed = any(f.traits.healed_by == RECALC for f in urgent)
    if is_uncomputed:
        path = PurePath(file.path)
        copy = path.with_name(f"{path.stem}-recalc{path.suffix}").as_posix()
        yield say("report.next.recalc", lang, path=file.path, copy=copy)
    errors = [f for f in urgent if f.severity is Severity.ERROR]
    causes = _causes(errors)
    others = [f for f in errors if f not in causes]
    others_left = [f for f in others if f.traits.healed_by != RECALC]
    if causes and others_left and all(f.traits.follows for f in others_left):
        yield _first(causes, ("cause", "causes"), lang)
    elif others_left:
        yield _first([*causes, *others], ("one_error", "errors"), lang)
    elif causes:
        yield _first(causes, ("one_error", "errors"), lang)
    gravest_first = [*causes, *sorted(urgent, key=lambda f: -f.severity.rank)]
    codes = list(dict.fromkeys(f.code for f in gravest_first))
    if len(codes) == 1:
        yield say("report.next.explain_one", lang, code=codes[0])
    else:
        yield say("report.next.explain", lang, code=codes[0], others=tuple(codes[1:]))
    if file.conformity is Conformity.FINDINGS and file.schema != "supplier":
        yield say("report.next.justify", lang)
    if file.status is FileStatus.FAILED:
        yield say("report.next.again", lang, path=file.path)


def _first(errors: Sequence[Finding], keys: tuple[str, str], lang: Lang) -> str:
    """Where to start, in the words for one error or for several."""
    located = next((f.where for f in errors if f.where), None)
    if located is None:
        return say("report.next.file", lang)
    key = keys[0] if len(errors) == 1 else keys[1]
    return say(f"report.next.{key}", lang, count=len(errors), cell=located)
