"""What was made of the latest things, as long as it is the very same thing again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

Thing = TypeVar("Thing")
Made = TypeVar("Made")

CACHED_AT_MOST = 32
"""How many are remembered; a workbook has a handful of ranges."""


class IdentityCache(Generic[Thing, Made]):
    """`make` of things that never change, found again without a look at what is in them."""

    def __init__(self, make: Callable[[Thing], Made]) -> None:
        self._make = make
        self._made: dict[int, tuple[Thing, Made]] = {}
        """By id, which is the thing's own as long as it is held here."""

    def __call__(self, thing: Thing) -> Made:
        known = self._made.get(id(thing))
        if known is not None:
            return known[1]
        made = self._make(thing)
        while len(self._made) >= CACHED_AT_MOST:
            self._made.pop(next(iter(self._made)), None)
        self._made[id(thing)] = thing, made
        return made
