"""Which size a figure may have, from `data/plausibility.toml`: ranges, and the words they go by."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from cfp_xl.data_files import read_toml
from cfp_xl.footprint.wording import folded
from cfp_xl.messages import Text

UNLIKELY, IMPOSSIBLE = "unlikely", "impossible"


@dataclass(frozen=True, slots=True)
class Range:
    """What is usual of one kind of figure, in one unit."""

    id: str
    name: Text
    per: str
    words: tuple[str, ...]
    is_fuel: bool
    least: float | None
    low: float | None
    high: float | None
    most: float | None

    def judge(self, value: float) -> str:
        """UNLIKELY or IMPOSSIBLE; "" where the value may well be right."""
        if (self.least is not None and value < self.least) or (
            self.most is not None and value > self.most
        ):
            return IMPOSSIBLE
        if (self.low is not None and value < self.low) or (
            self.high is not None and value > self.high
        ):
            return UNLIKELY
        return ""

    @property
    def usual(self) -> str:
        """`0.001–1.6`, `≤ 50`, `≥ 1`."""
        low = self.low if self.low is not None else self.least
        high = self.high if self.high is not None else self.most
        if low is None or high is None:
            return f"≤ {high:g}" if high is not None else f"≥ {low:g}"
        return f"{low:g}–{high:g}"


@cache
def plausibility(section: str) -> Mapping[str, Any]:
    """A section of `data/plausibility.toml`."""
    table: Mapping[str, Any] = read_toml("plausibility.toml")[section]
    return table


@cache
def ranges(section: str) -> tuple[Range, ...]:
    """The ranges of a section, in the order in which they are tried."""
    return tuple(_range(id, entry) for id, entry in plausibility(section).items())


@cache
def range_of(section: str, id: str) -> Range:
    """One range of a section. An unknown id raises StopIteration: our bug."""
    return next(one for one in ranges(section) if one.id == id)


def _range(id: str, entry: Mapping[str, Any]) -> Range:
    return Range(
        id,
        Text(**entry["name"]) if "name" in entry else Text(id, id),
        entry.get("per", entry.get("unit", "")),
        tuple(entry.get("words", ())),
        entry.get("is_fuel", False),
        *(entry.get(bound) for bound in ("least", "low", "high", "most")),
    )


def has_word(text: str, words: Iterable[str]) -> bool:
    """Whether a text holds one of the words; a Latin one counts as a whole word only."""
    return _holds(text, tuple(words))


@lru_cache(maxsize=4096)
def _holds(text: str, words: tuple[str, ...]) -> bool:
    latin, others = _understood(words)
    if latin is not None and latin.search(text):
        return True
    plain = folded(text) if others else ""
    return any(word in plain for word in others)


@lru_cache(maxsize=512)
def _understood(words: tuple[str, ...]) -> tuple[re.Pattern[str] | None, tuple[str, ...]]:
    """One expression for the Latin words, and the others folded."""
    latin = "|".join(re.escape(word) for word in words if word.isascii())
    others = tuple(folded(word) for word in words if not word.isascii())
    if not latin:
        return None, others
    return re.compile(rf"(?<![A-Za-z])(?:{latin})(?![A-Za-z])", re.IGNORECASE), others
