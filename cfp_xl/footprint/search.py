"""Finding factors by words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from functools import cache, lru_cache

from cfp_xl.footprint.factor import Factor
from cfp_xl.footprint.wording import plain
from cfp_xl.messages import read_toml

_CJK = "\u3400-\u9fff"


NAME, TRANSLATED, ALIAS = 1.0, 0.95, 0.9
"""What a word counts: found in the factor's own name or id, in the other language, as an alias."""


def ranked(words: str, factors: Sequence[Factor], limit: int) -> tuple[Factor, ...]:
    """The factors that match the words, in any order and either language, best first.

    Every word counts by how much of it is found in a factor's names, id, aliases or region: all
    of it, or the share of its neighbouring characters (Chinese has no spaces). Half of all words
    must be found. Numbers never exclude a factor; they put the one of that year first. Among
    equals: the sets in their order, the latest year, a country before its provinces, the general
    (`CN-ELEC-CFP-2024`) before its kinds (`CN-ELEC-CFP-2024-COAL`).
    """
    wanted, numbers = _words(words)
    if not wanted:
        wanted, numbers = numbers, ()
    if not wanted:
        return ()
    wanted = tuple(_spelt(word, tuple(factors)) for word in wanted)
    set_order = {set_id: n for n, set_id in enumerate(dict.fromkeys(f.set_id for f in factors))}
    scored = []
    for factor in factors:
        score = sum(_score(word, factor) for word in wanted) / len(wanted)
        if score < 0.5:
            continue
        has_number = sum(n == str(factor.year) or n in factor.name.en for n in numbers)
        rank = (
            -round(score, 6),
            -has_number,
            set_order[factor.set_id],
            -(factor.year or 0),
            len(factor.region),
            factor.id.count("-"),
            len(factor.name.zh),
            factor.id,
        )
        scored.append((rank, factor))
    return tuple(factor for _, factor in sorted(scored, key=lambda entry: entry[0])[:limit])


def _words(typed: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    pattern = rf"[{_CJK}]+|[^\W\d_{_CJK}]+\d*[^\W_{_CJK}]*|\d+(?:\.\d+)?"
    words = re.findall(pattern, plain(typed))
    numbers = tuple(word for word in words if word[0].isdigit())
    noise = {"年", "的", "of", "the", "for", "and", "in"}
    return tuple(w for w in words if not w[0].isdigit() and w not in noise), numbers


def _score(word: str, factor: Factor) -> float:
    """1 for the whole word in the factor's name, less in translation or as an alias; of a
    Chinese word that is not found whole, the share of its character pairs that are."""
    if (whole := _found(word, factor)) or len(word) < 2 or word.isascii():
        return whole
    pairs = [word[i : i + 2] for i in range(len(word) - 1)]
    return ALIAS * sum(_found(pair, factor) for pair in pairs) / len(pairs)


def _found(word: str, factor: Factor) -> float:
    own, others = _searchable(factor)
    if word in own:
        return NAME
    if any(english in own for english in _glossary().get(word, ())):
        return TRANSLATED
    return ALIAS if word in others else 0.0


def _spelt(word: str, factors: tuple[Factor, ...]) -> str:
    """A Latin word as the factors spell it, where a letter or two is wrong."""
    if not word.isascii() or len(word) < 4:
        return word
    vocabulary = _vocabulary(factors)
    if any(word in known for known in vocabulary):
        return word
    return next(iter(get_close_matches(word, vocabulary, n=1, cutoff=0.75)), word)


@lru_cache(maxsize=8)
def _vocabulary(factors: tuple[Factor, ...]) -> tuple[str, ...]:
    words = {
        word
        for factor in factors
        for text in _searchable(factor)
        for word in re.findall(r"[a-z]{4,}", text)
    }
    return tuple(sorted(words))


@lru_cache(maxsize=8192)
def _searchable(factor: Factor) -> tuple[str, str]:
    """A factor's own words, and those that people may use for it."""
    own = " ".join((factor.id, factor.name.zh, factor.name.en))
    others = " ".join((factor.category.replace("_", " "), factor.region, *factor.aliases))
    return plain(own), plain(others)


@cache
def _glossary() -> Mapping[str, tuple[str, ...]]:
    words = read_toml("factors", "glossary.toml")["words"]
    return {word: tuple(english) for word, english in words.items()}
