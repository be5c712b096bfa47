"""Finding factors by words, and the ids nearest to one that does not exist."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher, get_close_matches
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from cfp_xl.footprint.wording import LONGEST_NAME, folded
from cfp_xl.messages import read_toml

if TYPE_CHECKING:
    from cfp_xl.footprint.factor import Factor

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
    plain = _plain(typed)
    words = re.findall(rf"[{_CJK}]+|[^\W\d_{_CJK}]+\d*[^\W_{_CJK}]*|\d+(?:\.\d+)?", plain)
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
    return _plain(own), _plain(others)


def _plain(typed: str) -> str:
    return unicodedata.normalize("NFKC", typed).casefold()


@cache
def _glossary() -> Mapping[str, tuple[str, ...]]:
    words = read_toml("factors", "glossary.toml")["words"]
    return {word: tuple(english) for word, english in words.items()}


def nearest_ids(typed: str, ids: Sequence[str], count: int = 3) -> tuple[str, ...]:
    """The ids most like `typed`: by the pieces they share, then by their letters."""
    return _nearest_ids(typed[:LONGEST_NAME], tuple(ids), count)


@lru_cache(maxsize=1024)
def _nearest_ids(typed: str, ids: tuple[str, ...], count: int) -> tuple[str, ...]:
    pieces = _pieces(typed)
    prepared = _prepared(ids)
    alike = [known for known in prepared if len(pieces & known.pieces) >= len(pieces) / 2]
    if not pieces or not alike:
        by_folded = {known.folded: known for known in prepared}
        close = get_close_matches(folded(typed), by_folded, n=count, cutoff=0.6)
        return tuple(by_folded[match].id for match in close)
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(folded(typed))
    scored = []
    for order, known in enumerate(alike):
        matcher.set_seq1(known.folded)
        shared = len(pieces & known.pieces) / len(pieces)
        surplus = len(known.pieces - pieces) / 100
        scored.append((surplus - shared - matcher.ratio(), order, known.id))
    return tuple(id for _, _, id in sorted(scored)[:count])


class _Known(NamedTuple):
    id: str
    folded: str
    pieces: frozenset[str]


@lru_cache(maxsize=8)
def _prepared(ids: tuple[str, ...]) -> tuple[_Known, ...]:
    return tuple(_Known(id, folded(id), _pieces(id)) for id in ids)


def _pieces(id: str) -> frozenset[str]:
    return frozenset(re.findall(r"[^\W_]+", _plain(id)))
