"""Rows of one's own list beside each other: like names and a slip of units between their values.

What no shipped set has can still be held against its neighbours: of two coatings one of which is a
thousand times the other, one is in grams.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping

from cfp_xl.exchange.unit_slips import far, is_comparable, slip
from cfp_xl.footprint.factors import Factor
from cfp_xl.footprint.wording import folded, plain_text
from cfp_xl.messages import Explained

_BRACKETS = re.compile(r"[(\[【][^)\]】]*[)\]】]")
_SPECIFICATION = re.compile(
    r"(?<![a-z0-9-])[0-9][0-9.,×*x/]*(?:mm|cm|um|μm|m|kg|g|t|v|w|kv|kw|%|#|年)?"
)
SHORTEST = 2
"""Letters that a name must share with a longer one which ends or begins with it; of Latin ones
twice as many."""


def doubts_between(factors: Iterable[Factor], doubted: Collection[str]) -> Iterator[Explained]:
    """Rows whose value is a slip of units away from that of a like row; `doubted` ids are in
    doubt already."""
    groups: defaultdict[str, list[Factor]] = defaultdict(list)
    for factor in factors:
        if factor.value > 0 and (key := _key(factor)):
            groups[key].append(factor)
    for key, group in groups.items():
        like = [*group, *_others(key, groups)]
        for factor in group:
            near = [one for one in like if is_comparable(one, factor)]
            known = _middle(near)
            if known is factor or {factor.id, known.id} & set(doubted):
                continue
            ratio = factor.kgco2e_per() / known.kgco2e_per(factor.per_unit)
            if found := slip(ratio) or far(ratio):
                said = {"id": factor.id, "seen": factor.value, "known": known.id, "slip": found}
                yield Explained("exchange.doubt_neighbour", **said)


def _key(factor: Factor) -> str:
    """A name without brackets, sizes and years: what the thing is. PA66 is called by its number."""
    name = plain_text(factor.name.zh or factor.name.en).casefold()
    bare = folded(_SPECIFICATION.sub("", _BRACKETS.sub("", name)))
    return "".join(one for one in bare if one.isalnum())


def _others(key: str, groups: Mapping[str, list[Factor]]) -> Iterator[Factor]:
    """The rows whose names this one begins or ends with: 冷轧钢板 is a 钢板."""
    for length in range(SHORTEST * (2 if key.isascii() else 1), len(key)):
        if not (key[length - 1].isdigit() and key[length].isdigit()):
            yield from groups.get(key[:length], ())
        yield from groups.get(key[-length:], ())


def _middle(factors: list[Factor]) -> Factor:
    """The one that the others are held against; of two the lower."""
    per = factors[0].per_unit
    ordered = sorted(factors, key=lambda one: one.kgco2e_per(per))
    return ordered[(len(ordered) - 1) // 2]
