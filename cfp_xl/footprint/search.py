"""Finding factors by words, and the ids nearest to one that does not exist."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher, get_close_matches
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from cfp_xl.footprint.wording import folded
from cfp_xl.messages import read_toml

if TYPE_CHECKING:
    from cfp_xl.footprint.factor import Factor

_CJK = "\u3400-\u9fff"


def ranked(words: str, factors: Sequence[Factor], limit: int) -> tuple[Factor, ...]:
    """The factors that match the words, in any order and either language, best first.

    Every word counts by how much of it is found in a factor's names, id, aliases or region: all
    of it, or the share of its neighbouring characters (Chinese has no spaces). Numbers never
    exclude a factor; they only put the one of that year before its neighbours.
    """
    wanted, numbers = _words(words)
    if not wanted and not numbers:
        return ()
    if not wanted:
        wanted, numbers = numbers, ()
    texts = [_searchable(factor) for factor in factors]
    wanted = tuple(_spelt(word, factors) for word in wanted)
    scored = []
    for order, (factor, text) in enumerate(zip(factors, texts, strict=True)):
        scores = [_score(word, text) for word in wanted]
        total = sum(scores) / len(scores)
        if total < 0.5 or not any(scores):
            continue
        year = sum(number in text for number in numbers)
        brevity = 1 / (1 + len(factor.name.en) + len(factor.name.zh))
        scored.append((-total, -year, -(factor.year or 0), -brevity, order, factor))
    return tuple(entry[-1] for entry in sorted(scored, key=lambda entry: entry[:-1])[:limit])


def _words(typed: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    plain = unicodedata.normalize("NFKC", typed).casefold()
    words = re.findall(rf"[{_CJK}]+|[^\W\d_{_CJK}]+\d*[^\W_{_CJK}]*|\d+(?:\.\d+)?", plain)
    numbers = tuple(word for word in words if word[0].isdigit())
    noise = {"年", "的", "of", "the", "for", "and", "in"}
    return tuple(w for w in words if not w[0].isdigit() and w not in noise), numbers


def _score(word: str, text: str) -> float:
    """1 for the whole word (in either language), else the share of its character pairs found."""
    if word in text or any(other in text for other in _glossary().get(word, ())):
        return 1.0
    if not re.match(rf"[{_CJK}]", word) or len(word) < 2:
        return 0.0
    pairs = [word[i : i + 2] for i in range(len(word) - 1)]
    found = sum(
        pair in text or any(other in text for other in _glossary().get(pair, ())) for pair in pairs
    )
    return 0.9 * found / len(pairs)


def _spelt(word: str, factors: Sequence[Factor]) -> str:
    """A Latin word as the factors spell it, where a letter or two is wrong."""
    if not word.isascii() or len(word) < 4:
        return word
    vocabulary = _vocabulary(tuple(factors))
    if any(word in known for known in vocabulary):
        return word
    return next(iter(get_close_matches(word, vocabulary, n=1, cutoff=0.75)), word)


@lru_cache(maxsize=8)
def _vocabulary(factors: tuple[Factor, ...]) -> tuple[str, ...]:
    words = {word for factor in factors for word in re.findall(r"[a-z]{4,}", _searchable(factor))}
    return tuple(sorted(words))


@lru_cache(maxsize=8192)
def _searchable(factor: Factor) -> str:
    parts = (factor.id, factor.name.zh, factor.name.en, factor.category, factor.region)
    joined = " ".join((*parts, *factor.aliases))
    return unicodedata.normalize("NFKC", joined).casefold().replace("_", " ")


@cache
def _glossary() -> Mapping[str, tuple[str, ...]]:
    words = read_toml("factors", "glossary.toml")["words"]
    return {word: tuple(english) for word, english in words.items()}


@lru_cache(maxsize=1024)
def _nearest(typed: str, ids: tuple[str, ...], count: int) -> tuple[str, ...]:
    wanted = folded(typed)
    pieces = set(_pieces(typed))
    scored = []
    for order, known in enumerate(ids):
        theirs = set(_pieces(known))
        shared = len(pieces & theirs) / max(len(pieces), 1)
        matcher = SequenceMatcher(None, wanted, folded(known), autojunk=False)
        if shared == 0 and matcher.real_quick_ratio() < 0.6:
            continue
        extra = len(theirs - pieces) / 100
        score = shared + matcher.ratio() - extra
        if shared >= 0.5 or matcher.ratio() >= 0.6:
            scored.append((-score, order, known))
    return tuple(known for _, _, known in sorted(scored)[:count])


def nearest_ids(typed: str, ids: Sequence[str], count: int = 3) -> tuple[str, ...]:
    """The ids most like `typed`: by the pieces they share, then by their letters."""
    return _nearest(typed, tuple(ids), count)


def _pieces(id: str) -> list[str]:
    return re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", id).casefold())
