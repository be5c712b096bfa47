"""The explanation for programs: `cfp-xl/why/1`, docs/why.schema.json."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cfp_xl.functions.values import ExcelError
from cfp_xl.messages import LANGS, Lang, Text
from cfp_xl.report.verification.json_report import dumps
from cfp_xl.report.why.sentence import sentence

if TYPE_CHECKING:
    from cfp_xl.why.explain import Why
    from cfp_xl.why.tree import WhyNode


def why_json(why: Why, lang: Lang) -> str:
    """The whole tree; the same in both languages."""
    del lang
    return dumps(document(why))


def document(why: Why) -> dict[str, Any]:
    """Sentence and tree. What is not known is null, never 0."""
    return {
        "schema": "cfp-xl/why/1",
        "file": why.file,
        "asked": why.asked,
        "sentence": {lang: sentence(why, lang) for lang in LANGS},
        "tree": _node(why.root),
        "unfollowed": [
            {"cell": str(where) if where else None, "why": _both(reason)}
            for where, reason in why.unfollowed
        ],
    }


def _node(node: WhyNode) -> dict[str, Any]:
    item, left_out = node.item, node.left_out
    is_error = isinstance(item.value, ExcelError)
    return {
        "id": node.id,
        "key": item.key,
        "kind": item.kind.value,
        "role": node.role.value,
        "label": _both(item.label),
        "value": None if is_error else item.value,
        "error": str(item.value) if is_error else None,
        "unit": item.unit,
        "cell": str(item.where) if item.where else None,
        "formula": item.formula,
        "contribution": node.contribution,
        "share": node.share,
        "joins": node.joins.value,
        "notes": [_both(note) for note in node.notes],
        "is_cut": node.is_cut,
        "children": [_node(child) for child in node.children],
        "left_out": left_out
        and {
            "count": left_out.count,
            "contribution": left_out.contribution,
            "share": left_out.share,
        },
    }


def _both(words: Text) -> dict[str, str]:
    return {lang: words.in_lang(lang) for lang in LANGS}
