"""The function reference `docs/functions.md`, in both languages, made from the registry."""

from __future__ import annotations

from collections.abc import Iterator

from cfp_xl.functions.registry import all_functions, categories
from cfp_xl.functions.spec import Example, FunctionSpec
from cfp_xl.messages import LANGS, Text, say

PREAMBLE = "functions.reference"


def function_reference() -> str:
    """The whole page: an overview, then every function, Chinese and English side by side."""
    lines = [f"# {say(f'{PREAMBLE}.title', 'zh')} · {say(f'{PREAMBLE}.title', 'en')}", ""]
    for lang in LANGS:
        lines += [say(f"{PREAMBLE}.introduction", lang), ""]
    lines += _overview()
    for spec in all_functions().values():
        lines += _chapter(spec)
    return "\n".join(lines).rstrip() + "\n"


def shown(example: Example) -> str:
    """What an example gives, as the cells show it."""
    if isinstance(example.gives, tuple):
        return "\n  ".join(" | ".join(map(_cell, row)) for row in example.gives)
    return _cell(example.gives)


def _overview() -> Iterator[str]:
    for key, category in categories().items():
        yield f"**{category.zh} {category.en}**"
        yield ""
        for spec in all_functions().values():
            if spec.category == key:
                yield f"- [`{spec.signature}`](#{spec.name.lower()})"
        yield ""


def _chapter(spec: FunctionSpec) -> Iterator[str]:
    yield from ("---", "", f"## {spec.name}", "", f"`{spec.signature}`", "")
    yield from (spec.help.zh, "", spec.help.en, "")
    if spec.parameters:
        yield from _table("parameter", [(f"`{p.name}`", p.help) for p in spec.parameters])
    yield from (f"{_both('returns')}: {_pair(spec.returns)}", "")
    if spec.errors:
        yield from _table("error", [(f"`{case.error}`", case.when) for case in spec.errors])
    for example in spec.examples:
        yield from _example(example)


def _table(heading: str, rows: list[tuple[str, Text]]) -> Iterator[str]:
    yield f"| {_both(heading)} | 中文 | English |"
    yield "|---|---|---|"
    for name, words in rows:
        yield f"| {name} | {words.zh} | {words.en} |"
    yield ""


def _example(example: Example) -> Iterator[str]:
    yield from ("```", f"={example.formula}", f"→ {shown(example)}", "```", "")
    yield from (_pair(example.because), "")
    for name, rows in example.tables.items():
        yield f"`{name}`:"
        yield ""
        yield f"| {' | '.join(map(_cell, rows[0]))} |"
        yield "|" + "---|" * len(rows[0])
        yield from (f"| {' | '.join(map(_cell, row))} |" for row in rows[1:])
        yield ""


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return str(value).upper()
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _both(word: str) -> str:
    key = f"{PREAMBLE}.{word}"
    return f"{say(key, 'zh')} {say(key, 'en')}"


def _pair(words: Text) -> str:
    return words.zh if words.zh == words.en else f"{words.zh} · {words.en}"
