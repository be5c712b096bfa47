"""What changed between two workbooks as one page, without scripts or anything from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING

from cfp_xl.messages import Lang, say
from cfp_xl.privacy import masked
from cfp_xl.report.diff import FIRST, change_words, total_lines

if TYPE_CHECKING:
    from cfp_xl.compare.changes import DiffChange
    from cfp_xl.compare.diff import WorkbookDiff

_STYLE = """
:root{--line:#d8d8d8;--soft:#5c5c5c;--more:#b5652b;--less:#3a7d44;--back:#fff;--ink:#1c1c1c}
@media(prefers-color-scheme:dark){:root{--line:#3c3c3c;--soft:#a4a4a4;--more:#d98a4f;--less:#5faa6b;
--back:#161616;--ink:#ddd}}
body{font:15px/1.55 system-ui,"Microsoft YaHei","Noto Sans CJK SC",sans-serif;max-width:72em;
margin:2em auto;padding:0 1em;background:var(--back);color:var(--ink)}
h1{font-size:1.15em}
table{border-collapse:collapse;width:100%;margin:1em 0}
th,td{border-bottom:1px solid var(--line);padding:.3em .6em;text-align:left;vertical-align:top;
overflow-wrap:anywhere}
th{color:var(--soft);font-weight:400;white-space:nowrap}
.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.bar{display:inline-block;height:.7em;background:var(--more);margin-left:.6em}
.less{background:var(--less)}
del{color:var(--soft)}ins{text-decoration:none;font-weight:600}
summary{cursor:pointer}.note{color:var(--soft)}
"""
BAR_EM = 12
"""The widest bar."""


def diff_html(found: WorkbookDiff, lang: Lang) -> str:
    """The page in one language: totals with their bridge, the first changes, the others folded."""
    language = {"zh": "zh-CN", "en": "en"}[lang]
    title = escape(masked(f"{found.old} → {found.new}"))
    body = [f"<h1>{title}</h1>", *_totals(found, lang)]
    counts = "; ".join(f"{kind.text.in_lang(lang)} {n}" for kind, n in found.by_kind.items())
    body.append(f"<p>{escape(counts or say('report.diff.none', lang))}</p>")
    body += _table(found.changes[:FIRST], lang)
    if rest := found.changes[FIRST:]:
        more = escape(say("report.diff.more", lang, count=len(rest)))
        body += [f"<details><summary>{more}</summary>", *_table(rest, lang), "</details>"]
    body.append(f'<p class="note">{escape(say("report.diff.not_compared", lang))}</p>')
    return (
        f'<!doctype html>\n<html lang="{language}"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{title}</title>'
        f"<style>{_STYLE}</style>\n" + "\n".join(body) + "\n</html>\n"
    )


def _totals(found: WorkbookDiff, lang: Lang) -> Iterator[str]:
    """The totals, and a bar for each cause."""
    if found.bridge is None:
        return
    yield f"<p>{escape(next(iter(total_lines(found, lang))))}</p>"
    causes = found.bridge.by_cause()
    widest = max((abs(value) for value in causes.values()), default=0.0) or 1.0
    rows = "".join(
        f"<tr><th>{escape(cause.text.in_lang(lang))}</th>"
        f'<td class="number">{value:+.6g}</td><td>{_bar(value, widest)}</td></tr>'
        for cause, value in causes.items()
    )
    yield f"<table>{rows}</table>"


def _bar(value: float, widest: float) -> str:
    kind = "bar less" if value < 0 else "bar"
    return f'<span class="{kind}" style="width:{BAR_EM * abs(value) / widest:.2f}em"></span>'


def _table(changes: tuple[DiffChange, ...], lang: Lang) -> Iterator[str]:
    if not changes:
        return
    keys = ("where", "kind", "what", "change")
    heads = [*(say(f"report.diff.{key}", lang) for key in keys), "kgCO2e"]
    yield "<table><tr>" + "".join(f"<th>{escape(head)}</th>" for head in heads) + "</tr>"
    for one in changes:
        where, kind, what, before, after, effect = change_words(one, lang)
        cells = "".join(f"<td>{escape(masked(words))}</td>" for words in (where, kind, what))
        edit = f"<del>{escape(masked(before))}</del> → <ins>{escape(masked(after))}</ins>"
        yield f'<tr>{cells}<td>{edit}</td><td class="number">{escape(effect)}</td></tr>'
    yield "</table>"
