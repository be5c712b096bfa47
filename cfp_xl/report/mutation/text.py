"""How many mutants were noticed, and those that were not: as text and as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from cfp_xl.messages import Lang, say
from cfp_xl.mutate.mutation import Group
from cfp_xl.privacy import masked
from cfp_xl.report.diff import cell

if TYPE_CHECKING:
    from cfp_xl.mutate.judge import MutantVerdict
    from cfp_xl.mutate.score import Campaign, Score

FIRST = 20
"""So many survivors are listed, the largest effect first."""
WIDEST = 90
"""Of formulas, so much on both sides of what was changed."""


def mutation_text(found: Campaign, lang: Lang) -> str:
    """The score first, then by operator and check, then the survivors."""
    lines = [*_head(found, lang), ""]
    for kind, score in found.by_operator.items():
        counts = _counts(score, lang)
        lines.append(f"  {kind.code}  {_share(score.share)}  {counts}  {kind.text.in_lang(lang)}")
    lines += ["", say("report.mutation.by_check", lang)]
    for (by, what), (killed, alone) in found.by_check.items():
        only = say("report.mutation.alone", lang, count=alone) if found.asks_all else ""
        lines.append(f"  {killed:>5}  {by.text.in_lang(lang)}  {what}{only}".rstrip())
    lines += ["", say("report.mutation.survivors", lang, count=len(found.survivors))]
    for one in found.survivors[:FIRST]:
        lines += [f"  {line}" for line in _survivor(one, lang)]
    if rest := len(found.survivors) - FIRST:
        lines += [say("report.mutation.more", lang, count=rest)] if rest > 0 else []
    return masked("\n".join(map(_harmless, lines)) + "\n")


def mutation_markdown(found: Campaign, lang: Lang) -> str:
    """The same as a page."""
    first, *head = _head(found, lang)
    lines = [f"### {cell(first)}", "", *(f"- {cell(line.strip())}" for line in head), ""]
    keys = ("operator", "made", "no_effect", "killed", "score", "without_seal")
    words = [say(f"report.mutation.column.{key}", lang) for key in keys]
    lines += _table(
        words,
        (
            (
                f"{one.code} {one.text.in_lang(lang)}",
                str(score.made),
                str(score.no_effect),
                str(score.killed),
                _share(score.share),
                _share(score.share_without_seal),
            )
            for one, score in found.by_operator.items()
        ),
    )
    lines += ["", say("report.mutation.survivors", lang, count=len(found.survivors)), ""]
    keys = ("cell", "operator", "before", "after", "delta", "cure")
    words = [say(f"report.mutation.column.{key}", lang) for key in keys]
    lines += _table(words, (_row(one, lang) for one in found.survivors)) if found.survivors else []
    return masked("\n".join(lines) + "\n")


def _head(found: Campaign, lang: Lang) -> Iterator[str]:
    score = found.score
    yield say(
        "report.mutation.head",
        lang,
        file=found.file,
        score=_share(score.share),
        without=_share(score.share_without_seal),
    )
    yield say(
        "report.mutation.counts",
        lang,
        made=found.all.made,
        no_effect=found.all.no_effect,
        killed=found.all.killed,
        survive=len(found.survivors),
        seed=found.seed,
    )
    data = [one for op, one in found.by_operator.items() if op.group is Group.DATA]
    effective, killed = sum(one.effective for one in data), sum(one.killed for one in data)
    if data:
        yield say("report.mutation.data", lang, killed=killed, effective=effective)
    yield say("report.mutation.own", lang, count=found.own_checks)
    if found.total_cell is not None and found.total is not None:
        yield say(
            "report.mutation.total",
            lang,
            cell=str(found.total_cell.ref),
            value=f"{found.total:.10g}",
        )


def _counts(score: Score, lang: Lang) -> str:
    return say(
        "report.mutation.operator",
        lang,
        killed=f"{score.killed:>3}",
        effective=f"{score.effective:>3}",
        no_effect=f"{score.no_effect:>3}",
    )


def _share(share: float | None) -> str:
    return f"{share:>6.1%}" if share is not None else "     –"


def _survivor(one: MutantVerdict, lang: Lang) -> Iterator[str]:
    mutation = one.mutant.mutation
    where = f"{mutation.where.ref}  " if mutation.where is not None else ""
    delta = f"{one.delta:+.6g}" if one.delta is not None else "?"
    yield f"{where}{one.mutant.operator.text.in_lang(lang)}  Δ {delta}"
    before, after = _differing(mutation.before, mutation.after)
    yield f"    {before} → {after}"
    yield "    " + say("report.mutation.cure", lang, check=one.mutant.operator.cure.in_lang(lang))


def _row(one: MutantVerdict, lang: Lang) -> Sequence[str]:
    mutation = one.mutant.mutation
    before, after = _differing(mutation.before, mutation.after)
    return (
        str(mutation.where.ref) if mutation.where is not None else "",
        one.mutant.operator.text.in_lang(lang),
        before,
        after,
        f"{one.delta:+.6g}" if one.delta is not None else "?",
        one.mutant.operator.cure.in_lang(lang),
    )


def _differing(before: str, after: str) -> tuple[str, str]:
    """Both in short, around the place where they begin to differ."""
    if max(len(before), len(after)) <= WIDEST:
        return before, after
    pairs = enumerate(zip(before, after, strict=False))
    at = next((i for i, (a, b) in pairs if a != b), min(len(before), len(after)))
    start = max(at - WIDEST // 3, 0)
    return _cut(before, start), _cut(after, start)


def _cut(words: str, start: int) -> str:
    end = start + WIDEST
    return f"{'…' if start else ''}{words[start:end]}{'…' if end < len(words) else ''}"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield "| " + " | ".join(heads) + " |"
    yield "|" + "---|" * len(heads)
    for row in rows:
        yield "| " + " | ".join(map(cell, row)) + " |"


def _harmless(line: str) -> str:
    return "".join(char if char.isprintable() else " " for char in line).rstrip()
