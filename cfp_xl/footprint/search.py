"""Finding factors by words: what was meant first, or nothing.

`search_words` says what the words mean; here it is found in the names of factors, and the rows of
several sets are put in order: how well a name fits, the kind of row (material before waste, the
grid's CO2 last), region and year of the product, a stated boundary, the newer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property

from cfp_xl.footprint.factor import Factor
from cfp_xl.footprint.factor_boundary import factor_boundaries
from cfp_xl.footprint.regions import find_region
from cfp_xl.footprint.search_words import (
    Query,
    RowKind,
    Sense,
    kinds,
    phrase,
    sizes,
    spaced,
    understood,
)
from cfp_xl.footprint.slips import Slips
from cfp_xl.footprint.units import same_dimension
from cfp_xl.footprint.wording import folded
from cfp_xl.messages import Text

WHOLE, HEAD, INSIDE, ALIAS, TYPED = 1.0, 0.97, 0.9, 0.85, 0.56
"""What a word counts: the whole of a name, the head of one, somewhere in it, in its category,
region or publisher; and of a meaning, a row that has the typed word but is none of those meant."""
WORD = 0.5
"""What a word that means nothing by itself counts beside those that do."""
STEP = 0.04
"""How much less the next text of a meaning counts."""
UNASKED = 0.03
"""How much less a row counts for each rank of a kind that nobody asked for."""
SAME_SIZE = 0.2
"""How much more a row counts that is of the very size: more than the steps of a meaning, less than
what tells it from rows that only have the typed word."""
LEAST = 0.5
REMEMBERED = 4096
"""Answers that are kept: the lines of a list ask for the same again and again."""
_CJK = re.compile(r"[\u3400-\u9fff]")
_HOME = "CN"
"""Where a search in Chinese is from, unless it is said."""


@dataclass(frozen=True, slots=True)
class Context:
    """What the factors are for: the region and the year of a product."""

    region: str = ""
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A factor that was found; `likeness` is 1 where its name is what was typed."""

    factor: Factor
    likeness: float


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What a search found; where no open factor is of it, that and the nearest."""

    hits: tuple[Hit, ...] = ()
    missing: Text | None = None
    nearest: tuple[Factor, ...] = ()

    @property
    def factors(self) -> tuple[Factor, ...]:
        return tuple(hit.factor for hit in self.hits)

    @property
    def shown(self) -> tuple[Factor, ...]:
        """What a list shows: the hits, or the nearest."""
        return self.factors or self.nearest


class SearchIndex:
    """Factors, ready to be searched; made once for a set, when it is first searched."""

    def __init__(self, factors: Sequence[Factor], behind: SearchIndex | None = None) -> None:
        """Of `factors` alone, or of one's own `behind` those of another index, which is shared."""
        others = behind._entries if behind else ()
        own = tuple(_Entry(number, factor) for number, factor in enumerate(factors, len(others)))
        self._entries: tuple[_Entry, ...] = (*others, *own)
        self._shipped = len(others) if behind else len(own)
        self._texts = [entry.own for entry in self._entries]
        self._answers: dict[tuple[Query, int, Context | None], SearchResult] = {}
        self._found: dict[str, tuple[int, ...]] = {}
        sets = dict.fromkeys(entry.factor.set_id for entry in self._entries)
        self._set_order = {id: n for n, id in enumerate(sets)}

    @cached_property
    def _all_texts(self) -> str:
        return "\n".join(self._texts)

    @cached_property
    def _vocabulary(self) -> Slips:
        """The Latin words of all names."""
        texts = (text for entry in self._entries for text in (entry.own, entry.other))
        return Slips(word for text in texts for word in text.split() if word.isalpha())

    def find(self, typed: str, limit: int = 10, context: Context | None = None) -> SearchResult:
        """The factors that are meant, best first, at most `limit`."""
        if ids := self._by_id(typed):
            return SearchResult(tuple(Hit(factor, 1.0) for factor in ids[:limit]))
        query = understood(typed, self._vocabulary, self._is_in_names)
        if query.meanings or query.words:  # other numbers are sizes: they tell no factors apart
            years = tuple(n for n in query.numbers if re.fullmatch(r"(19|20)\d\d", n))
            query = replace(query, numbers=years)
        asked = (query, limit, context)
        if asked not in self._answers:
            if len(self._answers) >= REMEMBERED:
                self._answers.clear()
            self._answers[asked] = self._answer(*asked)
        return self._with_named(typed, self._answers[asked], limit)

    def _with_named(self, typed: str, found: SearchResult, limit: int) -> SearchResult:
        """Factors of one's own whose name holds all that was typed come first."""
        name, wanted = " ".join(folded(typed).split()), phrase(folded(typed))
        own = (e for e in self._entries[self._shipped :] if wanted.strip())
        scored = [(e.score(name, wanted), e.factor) for e in own if wanted in e.own]
        named = [Hit(f, s) for s, f in sorted(scored, key=lambda one: (-one[0], one[1].id)) if s]
        if not named:
            return found
        first = {hit.factor.id for hit in named}
        rest = (hit for hit in found.hits if hit.factor.id not in first)
        return SearchResult((*named, *rest)[:limit])

    def _answer(self, query: Query, limit: int, context: Context | None) -> SearchResult:
        if (gap := query.missing) and not (own := self._own(dict(query.meanings)[gap])):
            scored = self._scored(Query(((gap, ""),)))
            ordered = self._ordered(scored, query, context or Context())
            return SearchResult((), gap.missing, tuple(hit.factor for hit in ordered[:limit]))
        scored = own if gap else self._scored(query)
        hits = self._ordered(scored, query, context or Context())
        return SearchResult(tuple(hits[:limit]))

    def _own(self, word: str) -> dict[int, float]:
        """Factors of one's own that bear the name of what no open factor is of."""
        found = self._of_word(word)
        return {number: score for number, score in found.items() if number >= self._shipped}

    def _by_id(self, typed: str) -> tuple[Factor, ...]:
        """Factors whose id is typed, or begins so at a hyphen."""
        key = folded(typed)
        if "-" not in key or _CJK.search(key):
            return ()
        same = [e.factor for e in self._entries if e.key == key]
        start = key if key.endswith("-") else f"{key}-"
        longer = [e.factor for e in self._entries if e.key.startswith(start)]
        return (*same, *sorted(longer, key=lambda f: (f.id.count("-"), -(f.year or 0))))

    def _scored(self, query: Query) -> dict[int, float]:
        """How well each entry fits, where it fits at all."""
        senses = [one for one in query.meanings if not one[0].missing] or query.meanings
        parts = [self._of_meaning(*one) for one in senses]
        words = [self._of_word(one) for one in query.words]
        known = parts + [one for one in words if one]
        asked = [self._of_kind(kind) for kind in query.kinds]
        if not known and not query.numbers:
            known, asked = asked, []
        if not known:
            known = [self._of_word(number) for number in query.numbers]
        unknown = len(words) - sum(1 for one in words if one)
        if unknown > len(known) and not parts:
            return {}
        weight = WORD if parts else 1.0
        weights = [1.0] * len(parts) + [weight] * (len(known) - len(parts)) + [1.0] * len(asked)
        total: dict[int, float] = {}
        for part, weight in zip([*known, *asked], weights, strict=True):
            for number, score in part.items():
                total[number] = total.get(number, 0.0) + score * weight
        share = 1 / max(sum(weights), 1.0)
        blame = 1 / (1 + 0.15 * unknown)
        return {n: score * share * blame for n, score in total.items() if score * share >= LEAST}

    def _of_meaning(self, meaning: Sense, typed: str) -> dict[int, float]:
        """The rows that are meant, and after them those that have the typed word in their names."""
        found: dict[int, float] = {}
        for step, text in enumerate(meaning.finds):
            for alternative in text.split("|"):
                for number in self._rows(alternative.strip()):
                    found.setdefault(number, WHOLE - STEP * step)
        for number, score in (self._of_word(typed) if typed else {}).items():
            found.setdefault(number, TYPED * score)
        if not meaning.unit:
            return found
        fits = {n: _measures(self._entries[n].factor.per_unit, meaning.unit) for n in found}
        return {n: score if fits[n] else score - STEP * 5 for n, score in found.items()}

    def _is_in_names(self, word: str) -> bool:
        return word in self._all_texts

    def _rows(self, expression: str) -> tuple[int, ...]:
        """The entries whose names hold what `&` joins and nothing after `!`; `id:` names one."""
        if expression.startswith("id:"):
            id = folded(expression.removeprefix("id:"))
            return tuple(entry.number for entry in self._entries if entry.key == id)
        if expression not in self._found:
            wanted, *unwanted = expression.split("!")
            all_of = [phrase(one) for one in wanted.split("&")]
            none_of = [phrase(one) for one in unwanted]
            self._found[expression] = tuple(
                number
                for number, text in enumerate(self._texts)
                if all_of[0] in text
                and all(one in text for one in all_of[1:])
                and not any(one in text for one in none_of)
            )
        return self._found[expression]

    def _of_word(self, word: str) -> dict[int, float]:
        """Entries that have a word in their names, or in their category, region or publisher."""
        wanted = phrase(word)
        found: dict[int, float] = {}
        for entry in self._entries:
            if score := entry.score(word, wanted):
                found[entry.number] = score
        if found or not _CJK.match(word) or len(word) < 3:
            return found
        pairs = [word[i : i + 2] for i in range(len(word) - 1)]
        for entry in self._entries:
            share = sum(pair in entry.own for pair in pairs) / len(pairs)
            if share >= LEAST:
                found[entry.number] = ALIAS * share
        return found

    def _of_kind(self, kind: RowKind) -> dict[int, float]:
        return {e.number: WHOLE for e in self._entries if e.kind is kind}

    def _ordered(self, scored: Mapping[int, float], query: Query, context: Context) -> list[Hit]:
        """Best first; among equals the kind of row, unit, region, a stated boundary, the year."""
        wish = _Wish(
            query,
            context.region or (_HOME if query.is_chinese else ""),
            context.year,
            next((one.unit for one, _ in query.meanings if one.unit), ""),
            [n for n in query.numbers if re.fullmatch(r"(19|20)\d\d", n)],
        )
        ranked = sorted(scored, key=lambda n: self._rank(self._entries[n], scored[n], wish))
        return [Hit(self._entries[n].factor, round(scored[n], 3)) for n in ranked]

    def _rank(self, entry: _Entry, score: float, wish: _Wish) -> tuple[object, ...]:
        factor = entry.factor
        order = self._set_order[factor.set_id]
        is_other = entry.kind is not None and entry.kind not in wish.query.kinds
        rank = entry.kind.rank if entry.kind and is_other else 0
        if not entry.sizes.isdisjoint(wish.query.sizes):
            score += SAME_SIZE
        return (
            bool(wish.years) and str(factor.year) not in wish.years,
            -round(score - UNASKED * rank, 3),
            rank,
            bool(wish.unit) and not _measures(factor.per_unit, wish.unit),
            entry.unit_rank,
            _distance(factor.region, wish.region),
            order if factor.fuel else len(self._set_order),
            entry.openness,
            abs((factor.year or 0) - wish.year) if wish.year else -(factor.year or 0),
            order,
            factor.region.count("-"),
            factor.id.count("-"),
            len(factor.name.en),
            factor.id,
        )


@dataclass(frozen=True, slots=True)
class _Wish:
    """What rows that fit equally well are put in order by."""

    query: Query
    region: str
    year: int | None
    unit: str
    years: Sequence[str]


class _Entry:
    """A factor with its texts as they are searched."""

    __slots__ = (
        "factor",
        "head",
        "key",
        "kind",
        "number",
        "openness",
        "other",
        "own",
        "sizes",
        "unit_rank",
    )

    def __init__(self, number: int, factor: Factor) -> None:
        self.number = number
        self.factor = factor
        self.key = folded(factor.id)
        names = dict.fromkeys((factor.translation, factor.name.zh, factor.name.en))
        self.own = "\n".join(spaced(name) for name in names if name)
        parts = (part for name in names for part in name.split(" / "))
        self.head = {spaced(re.split(r"[(（,，:：]", part)[0]).strip() for part in parts}
        self.sizes = frozenset(size for name in names for size in sizes(name))
        self.other = spaced(" ".join(_beside(factor)))
        self.kind = _kind(factor, self.own)
        self.openness = _openness(factor.more.get("boundary"))
        self.unit_rank = _unit_rank(factor.per_unit)

    def score(self, word: str, wanted: str) -> float:
        """How well a word fits a name; of one Chinese character, the whole name only."""
        if word in self.head:
            return WHOLE
        if wanted in self.own:
            is_head = any(f" {one} ".startswith(wanted) or one.endswith(word) for one in self.head)
            return 0.0 if len(word) == 1 and _CJK.match(word) else HEAD if is_head else INSIDE
        return ALIAS if wanted in self.other else 0.0


def _beside(factor: Factor) -> Iterator[str]:
    yield from (factor.category.replace("_", " "), *factor.aliases, factor.set_id.replace("-", " "))
    if place := find_region(factor.region):
        yield from (place.name.zh, place.name.en)


def _kind(factor: Factor, own: str) -> RowKind | None:
    boundary = factor.more.get("boundary")
    return next(
        (
            kind
            for kind in kinds()
            if factor.category in kind.categories
            or boundary in kind.boundaries
            or any(name in own for name in _named(kind))
        ),
        None,
    )


def _openness(boundary: object) -> int:
    """2 where the boundary is not stated, 1 where a part of the life cycle is left out."""
    if boundary in (None, "", "not_stated"):
        return 2
    known = factor_boundaries().get(str(boundary))
    return 1 if known and known.lacks else 0


@cache
def _named(kind: RowKind) -> tuple[str, ...]:
    return tuple(phrase(name) for name in kind.names)


@cache
def _measures(per_unit: str, unit: str) -> bool:
    return same_dimension(per_unit, unit)


@cache
def _unit_rank(per_unit: str) -> int:
    """Amounts that bills of material state come before areas and lengths."""
    for rank, unit in enumerate(("kg", "kWh", "t·km", "Nm3", "L")):
        if _measures(per_unit, unit):
            return 0 if rank < 4 else 1
    return 2


@cache
def _distance(region: str, wanted: str) -> int:
    """0 for the region itself, 1 inside it or around it, 2 elsewhere."""
    if not wanted or region == wanted:
        return 0
    place, home = find_region(region), find_region(wanted)
    if place and home and (home.holds(place) or place.holds(home)):
        return 1
    return 2
