"""Regions of factors and sites: what a text names, and which region holds which."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from cfp_xl.data_files import read_toml
from cfp_xl.footprint.wording import LONGEST_NAME, folded, plain
from cfp_xl.messages import Text


@dataclass(frozen=True, slots=True)
class Territory:
    """A country, a province, a grid or a group of these, as `data/regions.toml` has them."""

    code: str
    name: Text
    also: tuple[str, ...] = ()
    inside: tuple[str, ...] = ()

    @property
    def country(self) -> str:
        return self.code.partition("-")[0]

    def holds(self, other: Territory) -> bool:
        """Whether something that is true of this region may be said of the other."""
        is_inside = other.code == self.code or other.code.startswith(f"{self.code}-")
        return is_inside or not {"*", other.code, other.country}.isdisjoint(self.inside)


@cache
def regions() -> Mapping[str, Territory]:
    """All regions by their codes."""
    return {
        code: Territory(
            code,
            Text(entry["zh"], entry["en"]),
            tuple(entry.get("also", ())),
            tuple(entry.get("holds", ())),
        )
        for code, entry in read_toml("regions.toml").items()
    }


def find_region(text: str) -> Territory | None:
    """The region that a text is (CN-ZJ, 浙江, France), or names (浙江省宁波市, Lyon, France)."""
    if found := _by_spelling().get(folded(text)):
        return found
    named = _names().findall(plain(text)[:LONGEST_NAME])
    found_names = [_by_spelling()[folded(name)] for name in named]
    # An address may name its country too: the province says more.
    return max(found_names, key=lambda one: len(one.code), default=None)


@cache
def _by_spelling() -> Mapping[str, Territory]:
    return {
        folded(word): one
        for one in regions().values()
        for word in (one.code, one.name.zh, one.name.en, *one.also)
    }


@cache
def _names() -> re.Pattern[str]:
    """Names inside a text: Chinese ones anywhere, others as whole words; no codes."""
    words = [w for one in regions().values() for w in (one.name.zh, one.name.en, *one.also)]
    ordered = sorted({plain(word) for word in words if len(word) > 1}, key=len, reverse=True)
    return re.compile("|".join(_whole(word) for word in ordered))


def _whole(word: str) -> str:
    return rf"\b{re.escape(word)}\b" if word.isascii() else re.escape(word)
