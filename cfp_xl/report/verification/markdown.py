"""The Markdown report, for a merge request or a wiki: the text report's content as tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from cfp_xl.findings import Finding, Severity
from cfp_xl.messages import Lang, say
from cfp_xl.privacy import masked
from cfp_xl.report.verification.footprint_table import lines
from cfp_xl.report.verification.lines import accepted_because, counts, summary_of, tolerance_of
from cfp_xl.report.verification.order import by_sheet
from cfp_xl.verify.result import FileResult, FileStatus, Verification

MOST_OF_A_KIND = 20
"""Findings of one code shown for a file; further ones are counted."""
MOST_IN_FULL = 50
"""Files shown in full: a job's summary on GitHub holds a megabyte."""
MOST_IN_LIST = 1000


def markdown(result: Verification, lang: Lang) -> str:
    """One file in full; of several a table, then those that did not pass."""
    summary = f"**{summary_of(result, lang)}**"
    return "\n\n".join((summary, *_files(result, lang))) + "\n"


def _files(result: Verification, lang: Lang) -> Iterator[str]:
    if len(result.files) == 1:
        yield from _file(result.files[0], lang)
        return
    # The worst first, so that what is left out is what passed.
    ranks = sorted((RANKS.index(file.status), number) for number, file in enumerate(result.files))
    if not ranks:
        return
    heads = [say(f"report.files.{k}", lang) for k in ("title", "status", "errors", "warnings")]
    listed = [_row(result.files[number], lang) for _, number in ranks[:MOST_IN_LIST]]
    yield table(heads, listed, numeric=(2, 3))
    if (more := len(ranks) - len(listed)) > 0:
        yield say("report.files.more", lang, count=more)
    unsound = [number for rank, number in ranks if RANKS[rank] not in SOUND]
    for number in unsound[:MOST_IN_FULL]:
        yield from _file(result.files[number], lang)


SOUND = (FileStatus.PASSED, FileStatus.NOTHING_TO_VERIFY)
RANKS = (
    FileStatus.INTERNAL_ERROR,
    FileStatus.TIMEOUT,
    FileStatus.UNREADABLE,
    FileStatus.FAILED,
    FileStatus.NOTHING_TO_VERIFY,
    FileStatus.PASSED,
)


def _row(file: FileResult, lang: Lang) -> tuple[str, str, str, str]:
    status = say(f"report.status.{file.status}", lang)
    shown = status if file.status is FileStatus.PASSED else f"**{status}**"
    errors, warnings = file.count(Severity.ERROR), file.count(Severity.WARNING)
    return escaped(file.path), shown, str(errors), str(warnings)


def _file(file: FileResult, lang: Lang) -> Iterator[str]:
    status = say(f"report.status.{file.status}", lang)
    yield f"## {escaped(file.path)}: {status}"
    if file.status in (FileStatus.PASSED, FileStatus.FAILED):
        yield _verdicts(file, lang)
    if file.footprint is not None:
        yield _footprint(file, lang)
    if file.findings:
        yield from _findings(file, lang)


def _verdicts(file: FileResult, lang: Lang) -> str:
    cells = file.cells
    counted = say(
        "report.recalculation.matched", lang, matched=cells.matched, formulas=cells.formulas
    )
    lines = [
        f"- {say('report.recalculation.label', lang)}: "
        f"{say(f'report.recalculation.{file.recalculation}', lang)} ({counted})",
        f"- {say('report.conformity.label', lang)}: "
        f"{say(f'report.conformity.{file.conformity}', lang)}",
        f"- {say('report.counts.label', lang)}: {counts(file, lang)}",
    ]
    if compared := tolerance_of([file], lang):
        lines.append(f"- {compared}")
    if file.policy:
        lines.append(f"- {say('report.findings.policy', lang)}: {escaped(file.policy)}")
    return "\n".join(lines)


def _footprint(file: FileResult, lang: Lang) -> str:
    assert file.footprint is not None
    rows = [
        (
            row.name if row.is_stage else f"&nbsp;&nbsp;{escaped(row.name)}",
            f"{row.kgco2e:.4f}"
            if row.kgco2e is not None and row.state == "value"
            else say(f"report.footprint.{row.state}", lang),
        )
        for row in lines(file.footprint, lang)
    ]
    total = file.footprint.total_kgco2e
    shown = (
        say(f"report.footprint.{file.footprint.state}", lang) if total is None else f"{total:.4f}"
    )
    rows.append((f"**{say('report.footprint.total', lang)}**", f"**{shown}**"))
    unit = f"kgCO2e / {masked(file.functional_unit)}" if file.functional_unit else "kgCO2e"
    return table((say("report.footprint.stage", lang), escaped(unit)), rows, numeric=(1,))


def _findings(file: FileResult, lang: Lang) -> Iterator[str]:
    """What counts as a table, what is accepted behind a fold."""
    ordered = by_sheet(file.findings)
    open_findings = [f for f in ordered if not file.is_accepted(f)]
    accepted = [f for f in ordered if file.is_accepted(f)]
    if open_findings:
        yield _finding_table(open_findings, lang)
    if accepted:
        title = say("report.findings.accepted", lang, count=len(accepted))
        inside = _finding_table(accepted, lang)
        yield f"<details><summary>{title}</summary>\n\n{inside}\n\n</details>"


def _finding_table(findings: Sequence[Finding], lang: Lang) -> str:
    heads = [say(f"report.table.{k}", lang) for k in ("cell", "code", "severity", "message")]
    shown: Counter[str] = Counter()
    rows = []
    for one in findings:
        shown[one.code] += 1
        if shown[one.code] > MOST_OF_A_KIND:
            continue
        severity = say(f"report.severity.{one.severity}", lang)
        message = f"{escaped(one.message(lang))}<br>→ {escaped(one.hint(lang))}"
        if reason := accepted_because(one, lang):
            message += f"<br>{escaped(reason)}"
        if one.severity is Severity.ERROR:
            severity = f"**{severity}**"
        where = escaped(str(one.where)) if one.where else ""
        rows.append((where, one.code, severity, message))
    more = [
        say("report.findings.more", lang, count=count - MOST_OF_A_KIND, code=code)
        for code, count in shown.items()
        if count > MOST_OF_A_KIND
    ]
    return "\n\n".join((table(heads, rows), *more))


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], numeric: Sequence[int] = ()) -> str:
    """A Markdown table; `numeric` columns stand to the right."""
    rule = ["---:" if i in numeric else "---" for i in range(len(heads))]
    return "\n".join(f"| {' | '.join(row)} |" for row in [heads, rule, *rows])


def escaped(text: str) -> str:
    """Text of a workbook, so that it can't form Markdown, a table cell or HTML of its own."""
    for char in ("\\", "`", "*", "_", "[", "]", "|", "#"):
        text = text.replace(char, f"\\{char}")
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\n", " ")
