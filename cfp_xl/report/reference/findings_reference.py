"""`docs/findings.md`: every code of the catalogue, in both languages. Derived, never edited."""

from __future__ import annotations

from collections.abc import Iterator

from cfp_xl.findings import Kind, kinds
from cfp_xl.messages import Lang, say
from cfp_xl.report.reference.lookups import hints

GROUPS = ("E", "V", "W", "N", "U", "B", "M", "L", "F", "G", "D", "T")
"""Letters of the codes, in the order of the reference; a letter not named here comes last."""


def findings_reference() -> str:
    """The Markdown text: English, then Chinese, for each code under its group's heading."""
    parts = [
        f"# {say('report.reference.title', 'en')} {say('report.reference.title', 'zh')}",
        say("report.reference.intro", "en"),
        say("report.reference.intro", "zh"),
    ]
    for group in _groups():
        parts.append(f"## {_both(f'report.reference.group.{group}')}")
        for code, kind in sorted(kinds().items()):
            if code[0] == group:
                parts.extend(_entry(kind))
    return "\n\n".join(parts) + "\n"


def _groups() -> list[str]:
    used = {code[0] for code in kinds()}
    return [g for g in GROUPS if g in used] + sorted(used.difference(GROUPS))


def _both(key: str) -> str:
    return f"{say(key, 'en')} {say(key, 'zh')}"


def _entry(kind: Kind) -> Iterator[str]:
    severity = say(f"report.severity.{kind.severity}", "en")
    yield f"### {kind.code} {kind.title.en} {kind.title.zh}"
    yield f"*{severity}*"
    langs: tuple[Lang, Lang] = ("en", "zh")
    for lang in langs:
        yield kind.rule.in_lang(lang)
        yield "\n".join(f"- {hint}" for hint in hints(kind, lang))
