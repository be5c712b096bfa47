"""A number as a fraction: formats such as `# ?/?`, `# ??/100` and `#/#`."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import takewhile
from math import floor
from typing import NamedTuple

from cfp_xl.engine.builtin.format_code import SLASH, FormatToken, literal, whole_digits

_MOST_DIGITS = 7
"""More placeholders below the bar ask for no finer fraction (15 digits are all there is)."""


class _Parts(NamedTuple):
    whole: list[FormatToken]
    """Up to the last placeholder of the integer part; empty where there is none."""
    gap: list[FormatToken]
    above: list[FormatToken]
    bar: list[FormatToken]
    """The slash and the literals around it."""
    below: list[FormatToken]
    after: list[FormatToken]


def of_fraction(amount: Decimal, tokens: Sequence[FormatToken]) -> str:
    """`amount` ≥ 0 by a code with a slash.

    Without an integer part the fraction may be above 1. A fraction of 0, and an integer part of 0
    before a fraction, are left out, or blanked where a `?` keeps the columns in line.
    """
    parts = _parted(list(tokens))
    integer, rest = _split(amount, parts)
    above, below = _over(rest, parts.below)
    shown = "".join(literal(t) for t in parts.after)
    fraction = (
        whole_digits(str(above), parts.above, False)
        + "".join(literal(t) for t in parts.bar)
        + _below(below, parts.below)
    )
    gap = "".join(literal(t) for t in parts.gap)
    if not _digits(parts.whole):
        return "".join(literal(t) for t in parts.whole) + gap + fraction + shown
    keeps_columns = _has(parts.whole + parts.above, "?")
    if above == 0 and not _has(parts.above, "0"):
        blanks = " " * len(gap + fraction)
        if not keeps_columns and not _has(parts.below, "?"):
            blanks = ""
        return whole_digits(str(integer), parts.whole, False) + blanks + shown
    is_shown = _has(parts.whole, "0") or (above == 0 and _has(parts.whole, "?"))
    if integer == 0 and not is_shown:
        gap = " " * len(gap) if keeps_columns else ""
        return whole_digits("", parts.whole, False) + gap + fraction + shown
    return whole_digits(str(integer), parts.whole, False) + gap + fraction + shown


def nearest_fraction(amount: Decimal, tokens: Sequence[FormatToken]) -> Fraction:
    """The number that a code with a slash shows of `amount` ≥ 0."""
    integer, rest = _split(amount, _parted(list(tokens)))
    return integer + rest


def _split(amount: Decimal, parts: _Parts) -> tuple[int, Fraction]:
    """The integer and the fraction that are shown."""
    exact = Fraction(amount)
    integer = floor(exact) if _digits(parts.whole) else 0
    rest = _nearest(exact - integer, parts.below)
    if rest == 1 and _digits(parts.whole):
        return integer + 1, Fraction(0)
    return integer, rest


def _parted(tokens: list[FormatToken]) -> _Parts:
    slash = tokens.index(SLASH)
    first_below = slash + 1
    while first_below < len(tokens) and not _is_below(tokens[first_below]):
        first_below += 1
    below = list(takewhile(_is_below, tokens[first_below:]))
    last_above = slash
    while last_above and tokens[last_above - 1].kind != "digit":
        last_above -= 1
    first_above = last_above
    while first_above and tokens[first_above - 1].kind == "digit":
        first_above -= 1
    end_of_whole = first_above
    while end_of_whole and tokens[end_of_whole - 1].kind != "digit":
        end_of_whole -= 1
    return _Parts(
        tokens[:end_of_whole],
        tokens[end_of_whole:first_above],
        tokens[first_above:last_above],
        tokens[last_above:first_below],
        below,
        tokens[first_below + len(below) :],
    )


def _is_below(token: FormatToken) -> bool:
    return token.kind == "digit" or token.text.isdecimal()


def _digits(tokens: Sequence[FormatToken]) -> int:
    return sum(t.kind == "digit" for t in tokens)


def _has(tokens: Sequence[FormatToken], placeholder: str) -> bool:
    return any(t.kind == "digit" and t.text == placeholder for t in tokens)


def _fixed(below: Sequence[FormatToken]) -> int | None:
    """The denominator that the code names, as in `# ?/8`."""
    written = "".join(t.text for t in below)
    return int(written) if written.isdecimal() and int(written) else None


def _nearest(exact: Fraction, below: Sequence[FormatToken]) -> Fraction:
    if fixed := _fixed(below):
        return Fraction(floor(exact * fixed + Fraction(1, 2)), fixed)
    return exact.limit_denominator(10 ** min(max(len(below), 1), _MOST_DIGITS) - 1)


def _over(fraction: Fraction, below: Sequence[FormatToken]) -> tuple[int, int]:
    if fixed := _fixed(below):
        return int(fraction * fixed), fixed
    return fraction.numerator, fraction.denominator


def _below(denominator: int, below: Sequence[FormatToken]) -> str:
    """Zeros fill on the left, a `?` is blank on the right."""
    if _fixed(below):
        return str(denominator)
    least = len(list(takewhile(lambda t: t.text == "0", below)))
    shown = str(denominator).rjust(least, "0")
    missing = below[len(shown) :]
    return shown + " " * sum(t.text == "?" for t in missing)
