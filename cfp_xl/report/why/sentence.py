"""The answer in one sentence, and the words for single numbers of the tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cfp_xl.functions.values import ExcelError
from cfp_xl.messages import Lang, say
from cfp_xl.messages import shown as in_words

if TYPE_CHECKING:
    from cfp_xl.why.explain import Why
    from cfp_xl.why.tree import Unshown, WhyNode


def sentence(why: Why, lang: Lang) -> str:
    """What the number is and what it mostly comes from; of an error, where it began."""
    from cfp_xl.why.explain import factors_of, main_part
    from cfp_xl.why.tree import Joins

    root = why.root
    label, value = root.item.label.in_lang(lang), amount(root)
    if why.is_error:
        return _error(why, lang, label, value)
    main = main_part(root)
    said = say("report.why.value", lang, label=label, value=value)
    if main.node.share is not None and main.node.share < 1 and main.node is not root:
        names = [one.item.label.in_lang(lang) for one in main.above]
        place = say("report.why.place", lang, place=" / ".join(names)) if names else ""
        of = main.node.item.label.in_lang(lang)
        shares = {"share": share(main.node.share), "main": of, "place": place}
        said = say("report.why.mostly", lang, label=label, value=value, **shares)
    factors = "".join(
        f"{'' if at == 0 else f' {sign} '}{amount(child)}"
        for at, (sign, child) in enumerate(factors_of(main.node))
    )
    if factors:
        return say("report.why.by", lang, said=said, factors=factors)
    if root.joins is Joins.READS:
        return say("report.why.reads", lang, said=said)
    if root.joins is Joins.NOTHING and root.item.where is not None and not root.item.formula:
        return say("report.why.typed", lang, said=said)
    return said


def _error(why: Why, lang: Lang, label: str, value: str) -> str:
    from cfp_xl.why.explain import error_path

    path = error_path(why.root)
    last = path[-1]
    where = next((node.item.where for node in reversed(path) if node.item.where), None)
    notes = "; ".join(note.in_lang(lang) for note in last.notes)
    if last is why.root:
        said = say("report.why.error_here", lang, label=label, value=value)
    else:
        began = (
            f"{where} {last.item.label.in_lang(lang)}" if where else last.item.label.in_lang(lang)
        )
        said = say("report.why.error", lang, label=label, value=value, where=began)
    return say("report.why.by", lang, said=said, factors=notes) if notes else said


def amount(node: WhyNode) -> str:
    """A value with its unit."""
    item = node.item
    if isinstance(item.value, float):
        return f"{item.value:.6g} {item.unit}".rstrip()
    if isinstance(item.value, ExcelError):
        return str(item.value)
    return '""' if item.value in (None, "") else str(in_words(item.value, "en"))


def share(part: float | None) -> str:
    """A part of the whole as a percentage; small ones as such."""
    if part is None:
        return ""
    return "< 0.1%" if 0 < abs(part) < 0.0005 else f"{part:.1%}"


def more(left_out: Unshown, lang: Lang) -> str:
    """“and 12 more, 0.4%”"""
    if left_out.share is None:
        return say("report.why.and_more", lang, count=left_out.count)
    part = share(left_out.share)
    return say("report.why.and_more_share", lang, count=left_out.count, share=part)
