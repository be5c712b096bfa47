"""The explanation as a page that folds, without scripts and without anything from elsewhere."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from cfp_xl.messages import Lang, say
from cfp_xl.privacy import masked
from cfp_xl.report.why.sentence import amount, more, sentence, share

if TYPE_CHECKING:
    from cfp_xl.why.explain import Why
    from cfp_xl.why.tree import WhyNode

OPEN_LEVELS = 3
"""So many levels are unfolded at first."""
_SIGNS = {"factor": "×", "divisor": "÷", "input": "←", "cause": "!"}
_STYLE = """
:root{--line:#d8d8d8;--soft:#5c5c5c;--bar:#3a7d44;--back:#fff;--ink:#1c1c1c}
@media(prefers-color-scheme:dark){:root{--line:#3c3c3c;--soft:#a4a4a4;--bar:#5faa6b;--back:#161616;
--ink:#ddd}}
body{font:15px/1.55 system-ui,"Microsoft YaHei","Noto Sans CJK SC",sans-serif;max-width:64em;
margin:2em auto;padding:0 1em;background:var(--back);color:var(--ink)}
h1{font-size:1em;font-weight:400;color:var(--soft)}
.said{font-size:1.25em;margin:.4em 0 1.2em}
ul{list-style:none;margin:0;padding-left:1.3em;border-left:1px solid var(--line)}
.tree>ul{border:0;padding:0}
li{margin:.15em 0}
.row{display:grid;grid-template-columns:4.6em 5em minmax(9em,auto) 1fr auto;gap:.7em;
align-items:baseline}
summary{cursor:pointer;list-style-position:outside}
summary>.row{display:inline-grid;width:calc(100% - 1.2em)}
li>.row{padding-left:1.05em}
.part{text-align:right;font-variant-numeric:tabular-nums}
.bar{background:linear-gradient(var(--bar),var(--bar)) left/var(--w) .5em no-repeat;
height:.9em;align-self:center}
.value{font-variant-numeric:tabular-nums;font-weight:600}
.cell{color:var(--soft);font-size:.85em}
.note,.formula{color:var(--soft);font-size:.85em;margin:.1em 0 .1em 11.5em;overflow-wrap:anywhere}
.formula{font-family:ui-monospace,Consolas,monospace}
@media(max-width:40em){.row{grid-template-columns:4em 1fr}.bar{display:none}.note,.formula{
margin-left:1em}}
"""


def why_html(why: Why, lang: Lang) -> str:
    """The page in one language."""
    language = {"zh": "zh-CN", "en": "en"}[lang]
    title = escape(masked(say("report.why.page", lang, file=why.file)))
    unfollowed = "".join(
        f"<li>{escape(str(where or ''))} {escape(reason.in_lang(lang))}</li>"
        for where, reason in why.unfollowed
    )
    heading = "unfollowed" if unfollowed else "all_followed"
    return (
        f'<!doctype html>\n<html lang="{language}"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{title}</title>'
        f"<style>{_STYLE}</style><h1>{title}</h1>"
        f'<p class="said">{escape(masked(sentence(why, lang)))}</p>'
        f'<div class="tree"><ul>{_node(why.root, lang, 1)}</ul></div>'
        f"<p>{escape(say(f'report.why.{heading}', lang))}</p><ul>{unfollowed}</ul></html>\n"
    )


def _node(node: WhyNode, lang: Lang, level: int) -> str:
    row, notes = _row(node, lang), _notes(node, lang)
    below = "".join(_node(child, lang, level + 1) for child in node.children)
    if node.left_out is not None:
        words = escape(more(node.left_out, lang))
        below += f'<li><div class="note">{words}</div></li>'
    if not below:
        return f'<li id="{node.id}">{row}{notes}</li>'
    unfolded = " open" if level <= OPEN_LEVELS else ""
    return (
        f'<li id="{node.id}"><details{unfolded}><summary>{row}</summary>{notes}'
        f"<ul>{below}</ul></details></li>"
    )


def _row(node: WhyNode, lang: Lang) -> str:
    item = node.item
    sign = _SIGNS.get(node.role.value)
    width = min(max(abs(node.share or 0.0), 0.0), 1.0) if sign is None else 0.0
    part = sign or share(node.share)
    label = escape(masked(item.label.in_lang(lang)))
    return (
        f'<div class="row"><span class="part">{escape(part)}</span>'
        f'<span class="bar" style="--w:{width:.1%}"></span>'
        f'<span class="value">{escape(masked(amount(node)))}</span><span>{label}</span>'
        f'<span class="cell">{escape(str(item.where or ""))}</span></div>'
    )


def _notes(node: WhyNode, lang: Lang) -> str:
    item = node.item
    found = f'<div class="formula">={escape(masked(item.formula))}</div>' if item.formula else ""
    words = [note.in_lang(lang) for note in (*node.notes, *node.unfollowed)]
    if node.is_cut:
        words.append(say("report.why.deeper", lang))
    return found + "".join(f'<div class="note">{escape(masked(word))}</div>' for word in words)
