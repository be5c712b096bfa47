"""The explanation as text: the sentence, then the tree with branches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cfp_xl.messages import Lang, say
from cfp_xl.privacy import masked
from cfp_xl.report.why.sentence import amount, more, sentence, share

if TYPE_CHECKING:
    from cfp_xl.why.explain import Why
    from cfp_xl.why.tree import WhyNode

_MARKS = {"factor": "×", "divisor": "÷", "input": "←", "cause": "!"}


def why_text(why: Why, lang: Lang) -> str:
    """Sentence, tree, and what was not followed."""
    lines = [why.file, "", sentence(why, lang), "", *_lines(why.root, lang, "", "", "")]
    lines += ["", *_unfollowed(why, lang)]
    return masked("\n".join(_harmless(line).rstrip() for line in lines) + "\n")


def _lines(node: WhyNode, lang: Lang, first: str, rest: str, mark: str) -> Iterator[str]:
    item = node.item
    where = f"  [{item.where}]" if item.where else ""
    yield f"{first}{mark}{amount(node)}  {item.label.in_lang(lang)}{where}"
    has_below = bool(node.children or node.left_out)
    inner = f"{rest}{'│  ' if has_below else '   '}"
    if item.formula:
        yield f"{inner}={item.formula}"
    for note in (*node.notes, *node.unfollowed):
        yield f"{inner}{note.in_lang(lang)}"
    if node.is_cut:
        yield f"{inner}{say('report.why.deeper', lang)}"
    for at, child in enumerate(node.children):
        is_last = at == len(node.children) - 1 and node.left_out is None
        branch, below = ("└─ ", "   ") if is_last else ("├─ ", "│  ")
        yield from _lines(child, lang, rest + branch, rest + below, _mark(child))
    if node.left_out is not None:
        yield f"{rest}└─ {more(node.left_out, lang)}"


def _mark(node: WhyNode) -> str:
    sign = _MARKS.get(node.role.value)
    return f"{sign} " if sign else f"{share(node.share)}  ".lstrip()


def _unfollowed(why: Why, lang: Lang) -> Iterator[str]:
    if not why.unfollowed:
        yield say("report.why.all_followed", lang)
        return
    yield say("report.why.unfollowed", lang)
    for where, reason in why.unfollowed:
        yield f"  {where or ''}  {reason.in_lang(lang)}"


def _harmless(line: str) -> str:
    """Words of a workbook can't steer the terminal."""
    return "".join(char if char.isprintable() else " " for char in line)
