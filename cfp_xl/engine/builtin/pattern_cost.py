"""How long a regular expression may take: Python's matcher goes back and tries again, and cannot be
stopped while it does.

A repeat within a repeat, or one of alternatives that begin alike, can double the work with every
sign of the text: such patterns are refused. Of the others each open repeat multiplies it by the
text's length at most.
"""

from __future__ import annotations

from collections.abc import Iterable
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

MOST_STEPS = 10**9
"""What takes the matcher some seconds."""

_LONG = 16
"""A repeat of more than so many is open."""

_REPEATS = (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT)


class TooSlow(Exception):
    """The pattern may take longer than any deadline, on a text of 40 signs."""


def open_repeats(source: str) -> int:
    """How many open repeats a pattern has. Raises TooSlow, re.error."""
    return _count(_parser.parse(source), within=False)


def _count(parts: Iterable[tuple[Any, Any]], *, within: bool) -> int:
    """`within` a repeat, where nothing else may vary in length."""
    count = 0
    for code, argument in parts:
        if code in _REPEATS:
            least, most, inner = argument
            is_open = most > _LONG
            if within and least != most:
                raise TooSlow
            count += is_open + _count(inner, within=within or most > 1) * min(int(most), _LONG)
        elif code is codes.BRANCH:
            branches = argument[1]
            if within and not _begin_differently(branches):
                raise TooSlow
            count += max(_count(branch, within=within) for branch in branches)
        elif code is codes.SUBPATTERN:
            count += _count(argument[-1], within=within)
        elif code is codes.ATOMIC_GROUP:
            count += _count(argument, within=within)
        elif code in (codes.ASSERT, codes.ASSERT_NOT):
            count += _count(argument[1], within=within)
        elif code is codes.GROUPREF_EXISTS:
            count += sum(_count(branch, within=within) for branch in argument[1:] if branch)
        elif code is codes.GROUPREF and within:
            raise TooSlow
    return count


def _begin_differently(branches: Iterable[Any]) -> bool:
    first = [branch[0] if len(branch) else None for branch in branches]
    literals = [one[1] for one in first if one is not None and one[0] is codes.LITERAL]
    return len(set(literals)) == len(first)
