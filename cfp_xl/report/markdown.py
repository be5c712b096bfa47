"""The Markdown report, for a merge request or a wiki: the text report's content as tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cfp_xl.findings import Severity
from cfp_xl.messages import Lang, say
from cfp_xl.report.footprint_table import lines
from cfp_xl.report.order import by_sheet
from cfp_xl.verify.result import FileResult, Verification


def markdown(result: Verification, lang: Lang) -> str:
    parts = [f"**{say('report.files.summary', lang, **result.summary)}**"]
    for file in result.files:
        parts.extend(_file(file, lang))
    return "\n\n".join(parts) + "\n"


def _file(file: FileResult, lang: Lang) -> Iterator[str]:
    status = say(f"report.status.{file.status}", lang)
    yield f"## {escaped(file.path)}: {status}"
    cells = file.cells
    counted = say(
        "report.recalculation.matched", lang, matched=cells.matched, formulas=cells.formulas
    )
    yield "\n".join(
        (
            f"- {say('report.recalculation.label', lang)}: "
            f"{say(f'report.recalculation.{file.recalculation}', lang)} ({counted})",
            f"- {say('report.conformity.label', lang)}: "
            f"{say(f'report.conformity.{file.conformity}', lang)}",
        )
    )
    if file.footprint is not None:
        yield _footprint(file, lang)
    if file.findings:
        yield _findings(file, lang)


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
    unit = f"kgCO2e / {file.functional_unit}" if file.functional_unit else "kgCO2e"
    return table((say("report.footprint.stage", lang), escaped(unit)), rows, numeric=(1,))


def _findings(file: FileResult, lang: Lang) -> str:
    heads = [say(f"report.table.{k}", lang) for k in ("cell", "code", "severity", "message")]
    rows = []
    for one in by_sheet(file.findings):
        severity = say(f"report.severity.{one.severity}", lang)
        message = f"{escaped(one.message(lang))}<br>→ {escaped(one.hint(lang))}"
        if why := one.justification:
            reason = say(
                "report.findings.reason", lang, reason=why.reason, who=why.who, date=why.date
            )
            message += f"<br>{escaped(reason)}"
        if one.severity is Severity.ERROR:
            severity = f"**{severity}**"
        where = escaped(str(one.where)) if one.where else ""
        rows.append((where, one.code, severity, message))
    return table(heads, rows)


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], numeric: Sequence[int] = ()) -> str:
    """A Markdown table; `numeric` columns stand to the right."""
    rule = ["---:" if i in numeric else "---" for i in range(len(heads))]
    return "\n".join(f"| {' | '.join(row)} |" for row in [heads, rule, *rows])


def escaped(text: str) -> str:
    """Text of a workbook, so that it can't form Markdown, a table cell or HTML of its own."""
    for char in ("\\", "`", "*", "_", "[", "]", "|", "#"):
        text = text.replace(char, f"\\{char}")
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\n", " ")
