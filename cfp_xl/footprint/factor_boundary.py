"""What of a life cycle a factor counts, from `data/factor_boundaries.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from cfp_xl.data_files import read_toml
from cfp_xl.footprint.errors import FootprintError
from cfp_xl.footprint.factor import Factor
from cfp_xl.footprint.wording import folded, shortened
from cfp_xl.messages import Lang, Text

COLUMN = "boundary"
"""The column of a factors table that states it."""


class FactorBoundaryNotKnown(FootprintError):
    """A factor's boundary in words that are none of ours."""


@dataclass(frozen=True, slots=True)
class FactorBoundary:
    """A factor's boundary: what it lacks for a life cycle, what it completes in rows beside it."""

    id: str
    name: Text
    also: tuple[str, ...] = ()
    lacks: str = ""
    completes: str = ""
    categories: tuple[str, ...] = ()

    @property
    def spellings(self) -> tuple[str, ...]:
        return (self.id, self.name.zh, self.name.en, *self.also)


@cache
def factor_boundaries() -> Mapping[str, FactorBoundary]:
    """All boundaries by their ids."""
    found = {}
    for id, entry in read_toml("factor_boundaries.toml").items():
        name = Text(entry["zh"], entry["en"])
        also, categories = (tuple(entry.get(key, ())) for key in ("also", "categories"))
        lacks, completes = (entry.get(key, "") for key in ("lacks", "completes"))
        found[id] = FactorBoundary(id, name, also, lacks, completes, categories)
    return found


def find_factor_boundary(typed: str) -> FactorBoundary:
    """The boundary that a cell names; raises FactorBoundaryNotKnown."""
    if found := _by_spelling().get(folded(typed)):
        return found
    known = tuple(factor_boundaries())
    raise FactorBoundaryNotKnown(boundary=shortened(typed), known=known)


def boundary_of_factor(factor: Factor) -> FactorBoundary:
    """What the factor counts: as its row states, or as its kind implies; else `not_stated`.

    Raises FactorBoundaryNotKnown where the row states it in unknown words.
    """
    stated = factor.more.get(COLUMN)
    if isinstance(stated, str) and stated.strip():
        return find_factor_boundary(stated)
    if factor.fuel is not None:
        return factor_boundaries()["combustion"]
    implied = _by_category().get(folded(factor.category))
    return implied or factor_boundaries()["not_stated"]


def readable_row(factor: Factor, lang: Lang) -> Mapping[str, Any]:
    """The factor as a row of a factors sheet that people read, its boundary in their words."""
    return {**factor.row(lang), COLUMN: boundary_of_factor(factor).name.in_lang(lang)}


@cache
def _by_spelling() -> Mapping[str, FactorBoundary]:
    return {folded(word): one for one in factor_boundaries().values() for word in one.spellings}


@cache
def _by_category() -> Mapping[str, FactorBoundary]:
    return {folded(word): one for one in factor_boundaries().values() for word in one.categories}
