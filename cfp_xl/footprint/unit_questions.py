"""Units that count as one thing and may mean another: “ton”, “gallon”."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from cfp_xl.data_files import read_toml
from cfp_xl.footprint.units import powers, tidy


@dataclass(frozen=True, slots=True)
class UnitQuestion:
    """What a spelling is computed as, and what it may mean."""

    taken: str
    meanings: tuple[str, ...]


@lru_cache(maxsize=1024)
def unit_question(unit: str) -> UnitQuestion | None:
    """The question that a unit or a part of it raises; None where it means one thing."""
    tidied = tidy(unit)
    parts = (tidied, *(re.sub("^万·?", "", part) for part, _ in powers(tidied)))
    known = _by_spelling()
    return next((known[key] for part in parts if (key := _key(part)) in known), None)


@cache
def _by_spelling() -> Mapping[str, UnitQuestion]:
    return {
        _key(spelling): UnitQuestion(entry["taken"], tuple(entry["meanings"]))
        for entry in read_toml("unit_questions.toml").values()
        for spelling in entry["spellings"]
    }


def _key(spelling: str) -> str:
    """Without case, but for a single letter: t is the tonne, T a question."""
    return spelling if len(spelling) == 1 else spelling.casefold()
