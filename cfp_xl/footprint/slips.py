"""Words despite a slip of typing: one letter wrong, missing, too many, or two exchanged.

Each word is kept by itself with one letter left out; a typed word meets it there. That takes a
look-up a letter and no comparison with every word.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property

SHORTEST = 4
"""Latin words below this length are too alike to be corrected; Chinese ones from 3 characters."""


class Slips:
    """Words, found despite one slip."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = frozenset(words)

    @cached_property
    def _shortened(self) -> dict[str, list[str]]:
        """Made when a word is first not known."""
        found: dict[str, list[str]] = defaultdict(list)
        for word in sorted(self._words):
            if _is_long_enough(word):
                for one in _without_one(word):
                    found[one].append(word)
        return found

    def __contains__(self, word: str) -> bool:
        return word in self._words

    def nearest(self, typed: str) -> str:
        """The word that was meant, or "" where none is near or it is one itself."""
        if not _is_long_enough(typed) or typed in self._words:
            return ""
        near = list(self._shortened.get(typed, ()))
        for one in _without_one(typed):
            near += [one] if one in self._words and _is_long_enough(one) else []
            near += self._shortened.get(one, ())
        alike = [word for word in near if _is_one_slip(word, typed)]
        return min(alike, key=lambda word: (abs(len(word) - len(typed)), word), default="")


def _is_long_enough(word: str) -> bool:
    return len(word) >= (SHORTEST if word.isascii() else 3) and not any(map(str.isdigit, word))


def _is_one_slip(word: str, typed: str) -> bool:
    """Whether words that meet with a letter left out in both differ in one, or in two exchanged."""
    if len(word) != len(typed):
        return True
    differ = [n for n in range(len(word)) if word[n] != typed[n]]
    if len(differ) == 2:
        first, second = differ
        return second == first + 1 and word[first] + word[second] == typed[second] + typed[first]
    return len(differ) == 1


def _without_one(word: str) -> set[str]:
    return {word[:n] + word[n + 1 :] for n in range(len(word))}
