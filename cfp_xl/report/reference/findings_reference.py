"""`docs/findings.md`: every code of the catalogue, in both languages. Derived, never edited."""

from __future__ import annotations

from collections.abc import Iterator

from cfp_xl.findings import FindingKind, kinds
from cfp_xl.messages import Lang, catalogue, say
from cfp_xl.report.reference.all_rules import rules_of_code
from cfp_xl.report.reference.lookups import KINDS, hints
from cfp_xl.schema.region import PREFIX
from cfp_xl.verify.rule import EVERYTHING, REPORT

GROUP = "report.reference.group."
"""Messages: the headings of the groups, in the order of the reference."""


def findings_reference() -> str:
    """The Markdown text: English, then Chinese, for each code under its group's heading."""
    parts = [
        f"# {say('report.reference.title', 'en')} {say('report.reference.title', 'zh')}",
        say("report.reference.intro", "en"),
        say("report.reference.intro", "zh"),
    ]
    for heading in (key for key in catalogue() if key.startswith(GROUP)):
        parts.append(f"## {_both(heading)}")
        for _, kind in sorted(kinds().items()):
            if kind.group == heading.removeprefix(GROUP):
                parts.extend(_entry(kind))
    return "\n\n".join(parts) + "\n"


def _both(key: str) -> str:
    return f"{say(key, 'en')} {say(key, 'zh')}"


def _entry(kind: FindingKind) -> Iterator[str]:
    yield f"### {kind.code} {kind.title.en} {kind.title.zh}"
    yield " · ".join(f"*{trait}*" for trait in _declared(kind))
    langs: tuple[Lang, Lang] = ("en", "zh")
    for lang in langs:
        yield kind.rule.in_lang(lang)
        yield "\n".join(f"- {hint}" for hint in hints(kind, lang))


def _declared(kind: FindingKind) -> Iterator[str]:
    """Severity, whether it may be justified, and where its rules look."""
    yield say(f"report.severity.{kind.severity}", "en")
    if kind.traits.clause:
        yield kind.traits.clause
    if kind.traits.justifiable:
        yield _both("report.reference.justifiable")
    rules = rules_of_code(kind.code)
    schemas = [known for known in KINDS if any(known in rule.schemas for rule in rules)]
    if len(schemas) == 1:
        yield _both(f"report.reference.only.{schemas[0]}")
    elif 1 < len(schemas) < len(KINDS) and REPORT in schemas:
        yield "; ".join(_both(f"report.explain.of.{one}") for one in schemas)
    in_workbooks = [rule for rule in rules if REPORT not in rule.schemas]
    reads = dict.fromkeys(name for rule in in_workbooks for name in rule.reads)
    if EVERYTHING in reads:
        yield _both("report.reference.all_tables")
    elif reads:
        yield ", ".join(f"`{PREFIX}{name}`" for name in reads)
