"""The audit as Markdown and as a page of html, without scripts and links."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from cfp_xl.audit.audit import AuditResult
from cfp_xl.findings import Finding
from cfp_xl.messages import Lang, say
from cfp_xl.privacy import masked
from cfp_xl.report.audit.lines import impact_of, place_of, quote_of, read_lines, verdict
from cfp_xl.report.verification.markdown import escaped, table

COLUMNS = ("place", "quote", "code", "severity", "finding", "ask", "impact")
_STYLE = """
body{font:15px/1.5 system-ui,"Microsoft YaHei","Noto Sans CJK SC",sans-serif;margin:2em;
color:#1c1c1c}
table{border-collapse:collapse;width:100%}
th,td{border:1px solid #d8d8d8;padding:.35em .5em;text-align:left;vertical-align:top}
th{background:#f3f3f3}
.error{color:#a40000;font-weight:600}.warning{color:#8a6100;font-weight:600}.info{color:#1f5f8b}
.quote{color:#5c5c5c}
.short{white-space:nowrap}
.narrow{width:9em}
.error,.warning,.info{white-space:nowrap}
@media print{body{margin:0;font-size:11px}thead{display:table-header-group}tr{break-inside:avoid}}
"""


def audit_markdown(result: AuditResult, lang: Lang) -> str:
    """A table of findings in the order of pages."""
    heads = [say(f"audit.column.{name}", lang) for name in COLUMNS]
    rows = [tuple(escaped(cell) for cell in _cells(result, f, lang)) for f in result.findings]
    parts = [f"## {escaped(result.path)}", f"**{verdict(result, lang)}**"]
    parts += list(read_lines(result, lang))
    if rows:
        parts.append(table(heads, rows))
    return "\n\n".join(parts) + "\n"


def audit_html(result: AuditResult, lang: Lang) -> str:
    """The same as a page."""
    language = {"zh": "zh-CN", "en": "en"}[lang]
    title = escape(masked(say("audit.title", lang, path=result.path)))
    said = "".join(f"<p>{escape(line)}</p>" for line in read_lines(result, lang))
    heads = "".join(f"<th>{escape(say(f'audit.column.{name}', lang))}</th>" for name in COLUMNS)
    rows = "".join(_row(result, one, lang) for one in result.findings)
    return (
        f'<!doctype html>\n<html lang="{language}"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{title}</title>'
        f"<style>{_STYLE}</style><h1>{title}</h1><p><b>{escape(verdict(result, lang))}</b></p>"
        f"{said}<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></html>\n"
    )


def _row(result: AuditResult, one: Finding, lang: Lang) -> str:
    classes = ("narrow", "quote", "short", one.severity.value, "", "", "")
    cells = zip(_cells(result, one, lang), classes, strict=True)
    return f"<tr>{''.join(_td(text, kind) for text, kind in cells)}</tr>"


def _td(text: str, kind: str) -> str:
    return f'<td class="{kind}">{escape(text)}</td>' if kind else f"<td>{escape(text)}</td>"


def _cells(result: AuditResult, one: Finding, lang: Lang) -> Iterator[str]:
    """The columns of a finding."""
    yield place_of(one)
    yield masked(quote_of(one))
    yield one.code
    yield say(f"report.severity.{one.severity}", lang)
    yield one.message(lang)
    yield one.hint(lang)
    yield impact_of(result, one, lang)
