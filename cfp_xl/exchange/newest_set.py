"""The factor set a workbook is put on where nobody names one: the newest of the kind that it pins.

Sets are of one kind whose ids differ in the year only: `cn-2026` and `cn-2027`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from cfp_xl.exchange.factor_upgrade import CannotReplace
from cfp_xl.footprint.factors import FactorSet
from cfp_xl.footprint.product import Product
from cfp_xl.footprint.wording import folded

_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True)
class NewestSet:
    """The set, what the workbook pins of its kind, and the other sets that it pins."""

    target: FactorSet
    pinned: str
    others: tuple[str, ...]


def newest_set(product: Product, sets: Iterable[FactorSet]) -> NewestSet:
    """Of the kind that has a newer set; where none has, of the first set that is pinned.

    Raises CannotReplace where several kinds have newer ones, or no set is pinned or known.
    """
    there = tuple(sets)
    known = tuple(one.id for one in there)
    fact = product.factor_set
    pins = (fact.value if fact else None) or ()
    newest = {}
    for pin in pins:
        alike = [one for one in there if _kind(one.id) == _kind(pin.id)]
        if alike:
            newest[pin.id] = max(alike, key=lambda one: (_year(one.id), one.version))
    if not newest:
        raise CannotReplace("exchange.no_set_pinned", known=known)
    newer = [id for id, one in newest.items() if _year(one.id) > _year(id)]
    if len(newer) > 1:
        found = tuple(newest[id].id for id in newer)
        raise CannotReplace("exchange.several_newer_sets", found=found, known=known)
    chosen = (newer or list(newest))[0]
    others = tuple(pin.id for pin in pins if pin.id != chosen)
    return NewestSet(newest[chosen], chosen, others)


def _kind(id: str) -> str:
    return _YEAR.sub("", folded(id))


def _year(id: str) -> int:
    return max(map(int, _YEAR.findall(id)), default=0)
