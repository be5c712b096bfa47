"""Which of many texts hold a word, without looking into each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

AT_ONCE = 256
"""Texts that are looked into together."""


def texts_that(hold: Callable[[str], bool], texts: Iterable[str]) -> frozenset[str]:
    """The texts that hold a word, as `hold` says of one. It is asked of many of them, a line each,
    and of single ones only where one of the lines does: most rows of a table are of no such kind.
    """
    distinct, found = [*dict.fromkeys(texts)], set[str]()
    for start in range(0, len(distinct), AT_ONCE):
        some = distinct[start : start + AT_ONCE]
        if hold("\n".join(some)):
            found.update(filter(hold, some))
    return frozenset(found)
