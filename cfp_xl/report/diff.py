"""What changed between two workbooks: as text, as Markdown for a pull request, as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING, Any

from cfp_xl.messages import LANGS, Lang, say
from cfp_xl.privacy import masked
from cfp_xl.report.verification.json_report import dumps

if TYPE_CHECKING:
    from cfp_xl.compare.changes import DiffChange
    from cfp_xl.compare.diff import WorkbookDiff

FIRST = 10
"""So many changes of a page are shown, the others folded."""
NOT_COMPARED = ("formats", "charts")


def diff_text(found: WorkbookDiff, lang: Lang) -> str:
    """One line a change, the largest effect first."""
    lines = [f"{found.old} → {found.new}", *total_lines(found, lang), ""]
    for one in found.changes:
        effect = "" if one.effect_kgco2e is None else f"  {one.effect_kgco2e:+.6g} kgCO2e"
        kind, what = one.kind.text.in_lang(lang), one.what.in_lang(lang)
        lines.append(f"{one.where or ''}  [{kind}] {what}: {_change(one)}{effect}".strip())
    if not found.changes:
        lines.append(say("report.diff.none", lang))
    lines += ["", say("report.diff.not_compared", lang)]
    return masked("\n".join(_harmless(line).rstrip() for line in lines) + "\n")


def diff_markdown(found: WorkbookDiff, lang: Lang) -> str:
    """A page for a pull request: totals, counts, the first changes, the others folded."""
    lines = [f"### {cell(found.old)} → {cell(found.new)}", ""]
    lines += [f"- {cell(line)}" for line in total_lines(found, lang)]
    counts = ", ".join(
        f"{kind.text.in_lang(lang)} {count}" for kind, count in found.by_kind.items()
    )
    lines += [f"- {cell(counts or say('report.diff.none', lang))}", ""]
    lines += _table(found.changes[:FIRST], lang)
    if rest := found.changes[FIRST:]:
        more = say("report.diff.more", lang, count=len(rest))
        lines += ["", f"<details><summary>{escape(more)}</summary>", ""]
        lines += [*_table(rest, lang), "", "</details>"]
    lines += ["", say("report.diff.not_compared", lang)]
    return masked("\n".join(lines) + "\n")


def _table(changes: tuple[DiffChange, ...], lang: Lang) -> Iterator[str]:
    if not changes:
        return
    heads = [say(f"report.diff.{key}", lang) for key in ("where", "kind", "what", "change")]
    yield "| " + " | ".join([*heads, "kgCO2e"]) + " |"
    yield "|---|---|---|---|---:|"
    for one in changes:
        *words, _, _, effect = change_words(one, lang)
        yield "| " + " | ".join(map(cell, (*words, _change(one), effect))) + " |"


def diff_json(found: WorkbookDiff, lang: Lang) -> str:
    """`cfp-xl/diff/1`, docs/diff.schema.json; the same in both languages."""
    del lang
    return dumps(document(found))


def document(found: WorkbookDiff) -> dict[str, Any]:
    """All changes, and the totals where both workbooks have one."""
    bridge = found.bridge
    return {
        "schema": "cfp-xl/diff/1",
        "old": found.old,
        "new": found.new,
        "totals": bridge
        and {
            "before": bridge.before_kgco2e,
            "after": bridge.after_kgco2e,
            "by_cause": {cause.value: value for cause, value in bridge.by_cause().items()},
        },
        "changes": [
            {
                "kind": one.kind.value,
                "cell": str(one.where) if one.where else None,
                "what": {lang: one.what.in_lang(lang) for lang in LANGS},
                "before": one.before,
                "after": one.after,
                "effect_kgco2e": one.effect_kgco2e,
            }
            for one in found.changes
        ],
        "not_compared": list(NOT_COMPARED),
    }


def total_lines(found: WorkbookDiff, lang: Lang) -> Iterator[str]:
    """The totals in one line, then a line a cause; nothing where there is no bridge."""
    bridge = found.bridge
    if bridge is None:
        return
    values = {"before": bridge.before_kgco2e, "after": bridge.after_kgco2e}
    yield say("report.diff.total", lang, **values, difference=f"{bridge.difference:+.6g}")
    for cause, value in bridge.by_cause().items():
        yield f"  {cause.text.in_lang(lang)}: {value:+.6g}"


def change_words(one: DiffChange, lang: Lang) -> tuple[str, str, str, str, str, str]:
    """Place, kind, what it is, before, after, effect."""
    effect = "" if one.effect_kgco2e is None else f"{one.effect_kgco2e:+.6g}"
    kind, what = one.kind.text.in_lang(lang), one.what.in_lang(lang)
    return str(one.where or ""), kind, what, one.before, one.after, effect


def _change(one: DiffChange) -> str:
    return f"{one.before or '∅'} → {one.after or '∅'}"


def _harmless(line: str) -> str:
    return "".join(char if char.isprintable() else " " for char in line)


def cell(words: str) -> str:
    """A workbook's words as words: nothing in them is Markdown or HTML."""
    plain = escape(" ".join(words.split()), quote=False)
    return "".join(f"\\{char}" if char in "\\`*_[]|#" else char for char in plain)
