"""Regular expressions: Excel's are those of PCRE2, of which Python's are the greater part; the
package `regex` has most of the others."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import lru_cache
from typing import Any

import numpy as np

from cfp_xl.engine.builtin.define import Nodes, lazy, one, scalar
from cfp_xl.engine.builtin.pattern_cost import MOST_STEPS, TooSlow, open_repeats
from cfp_xl.engine.convert import number, text
from cfp_xl.engine.evaluate import Evaluator, Result
from cfp_xl.engine.operators import LONGEST_TEXT
from cfp_xl.engine.problems import Uncomputable
from cfp_xl.functions.values import ExcelError, Scalar

_GROUP = re.compile(r"\$(?:(\d+)|\{(\w+)\}|(\$))")


_BEYOND_PYTHON = re.compile(r"\[:\^?\w+:\]|\\[pPRXhHK]|\(\?<(?![=!])|\(\?[|R&1-9]")
"""What Python takes for something else: [[:digit:]], \\p{Han}, (?<name>…), (?|…), (?1) …"""

LONGEST_S = 2.0
"""The time for one match of a pattern of which it is not known how long it may take."""


class _Bounded:
    """A pattern of the package `regex`, which can be stopped."""

    def __init__(self, source: str, flags: int) -> None:
        import regex  # type: ignore[import-untyped]

        try:
            self._pattern = regex.compile(source, flags)
        except regex.error as fault:
            raise re.error(str(fault)) from None

    def search(self, within: str) -> Any:
        return _in_time(lambda: self._pattern.search(within, timeout=LONGEST_S))

    def finditer(self, within: str) -> Iterator[Any]:
        found = self._pattern.finditer(within, timeout=LONGEST_S)
        return iter(_in_time(lambda: list(found)))


def _in_time(match: Callable[[], Any]) -> Any:
    try:
        return match()
    except TimeoutError:
        raise Uncomputable("E04", "", case="slow_pattern") from None


@lru_cache(maxsize=256)
def _pattern(source: str, *, ignores_case: bool) -> tuple[re.Pattern[str] | _Bounded, int] | None:
    """The pattern, and how many of its parts may each match any number of signs."""
    try:
        if _BEYOND_PYTHON.search(source):
            return _Bounded(source, int(re.IGNORECASE) if ignores_case else 0), 0
        compiled = re.compile(source, re.IGNORECASE if ignores_case else 0)
        return compiled, open_repeats(source)
    except re.error:
        return None
    except TooSlow:
        raise Uncomputable("E04", "", case="slow_pattern") from None


def _asked(
    subject: Scalar, pattern: Scalar, case: Scalar
) -> tuple[str, re.Pattern[str] | _Bounded] | ExcelError:
    within, source, kind = text(subject), text(pattern), number(case)
    for value in (within, source, kind):
        if isinstance(value, ExcelError):
            return value
    if kind not in (0.0, 1.0):
        return ExcelError.VALUE
    found = _pattern(str(source), ignores_case=kind == 1)
    if found is None:
        return ExcelError.VALUE
    compiled, repeats = found
    if repeats > 1 and len(str(within)) ** (repeats + 1) > MOST_STEPS:
        raise Uncomputable("E04", "", case="slow_pattern")
    return str(within), compiled


@scalar("REGEXTEST", least=2, most=3)
def matches(subject: Scalar, pattern: Scalar, case: Scalar = 0.0) -> Scalar:
    """Whether the pattern is found anywhere in the text."""
    asked = _asked(subject, pattern, case)
    return asked if isinstance(asked, ExcelError) else asked[1].search(asked[0]) is not None


@lazy("REGEXEXTRACT", least=2, most=4)
def _regexextract(evaluator: Evaluator, nodes: Nodes) -> Result:
    """The first match (0), all in a row (1), or the groups of the first in a row (2)."""
    subject, pattern = (one(evaluator, nodes, at) for at in (0, 1))
    mode = number(one(evaluator, nodes, 2, 0.0))
    asked = _asked(subject, pattern, one(evaluator, nodes, 3, 0.0))
    if isinstance(mode, ExcelError):
        return mode
    if isinstance(asked, ExcelError):
        return asked
    within, compiled = asked
    matches = list(compiled.finditer(within))
    if not matches:
        return ExcelError.NA
    if mode == 0:
        return str(matches[0][0])
    found = [m[0] for m in matches] if mode == 1 else [g or "" for g in matches[0].groups()]
    if mode not in (1, 2) or not found:
        return ExcelError.VALUE
    row = np.empty((1, len(found)), object)
    row[0, :] = found
    return row


@scalar("REGEXREPLACE", least=3, most=5)
def _regexreplace(
    subject: Scalar,
    pattern: Scalar,
    replacement: Scalar,
    occurrence: Scalar = 0.0,
    case: Scalar = 0.0,
) -> Scalar:
    """All matches, or the n-th, from the end where n is negative; `$1` is the first group."""
    asked, put, which = _asked(subject, pattern, case), text(replacement), number(occurrence)
    for value in (asked, put, which):
        if isinstance(value, ExcelError):
            return value
    assert isinstance(asked, tuple)
    assert isinstance(which, float)
    within, compiled = asked
    matches = list(compiled.finditer(within))
    if int(which):
        at = int(which) - 1 if which > 0 else len(matches) + int(which)
        matches = matches[at : at + 1] if at >= 0 else []
    pieces, end, left = [], 0, LONGEST_TEXT
    for match in matches:
        for piece in (within[end : match.start()], *_filled(str(put), match)):
            left -= len(piece)
            if left < 0:
                return ExcelError.VALUE
            pieces.append(piece)
        end = match.end()
    replaced = "".join([*pieces, within[end:]])
    return replaced if len(replaced) <= LONGEST_TEXT else ExcelError.VALUE


def _filled(template: str, match: re.Match[str]) -> Iterator[str]:
    """The pieces of a replacement, with what the groups matched."""
    end = 0
    for found in _GROUP.finditer(template):
        yield template[end : found.start()]
        end = found.end()
        if found[3]:
            yield "$"
            continue
        name: int | str = int(found[1]) if found[1] else found[2]
        with suppress(IndexError):
            yield match[name] or ""
    yield template[end:]
