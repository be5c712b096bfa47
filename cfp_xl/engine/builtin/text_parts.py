"""Finding, replacing and cutting text, and codes of signs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import floor

import numpy as np

from cfp_xl.engine.builtin.criteria import wildcard_search
from cfp_xl.engine.builtin.define import Nodes, given, lazy, one, scalar
from cfp_xl.engine.builtin.numbers import all_numbers
from cfp_xl.engine.convert import boolean, number, text
from cfp_xl.engine.evaluate import Evaluator, Result
from cfp_xl.engine.operators import LONGEST_TEXT, Value, flat
from cfp_xl.functions.values import ExcelError, Scalar


def _text(value: Scalar) -> str:
    """The text of a value that is no error (errors have been passed through already)."""
    return str(text(value))


def _start(position: Scalar, within: str) -> int | ExcelError:
    at = number(position)
    if isinstance(at, ExcelError):
        return at
    return int(at) - 1 if at >= 1 and int(at) - 1 <= len(within) else ExcelError.VALUE


@scalar("FIND", least=2, most=3)
def _find(wanted: Scalar, within: Scalar, position: Scalar = 1.0) -> Scalar:
    shown = _text(within)
    start = _start(position, shown)
    if isinstance(start, ExcelError):
        return start
    at = shown.find(_text(wanted), start)
    return ExcelError.VALUE if at < 0 else float(at + 1)


@scalar("SEARCH", least=2, most=3)
def _search(wanted: Scalar, within: Scalar, position: Scalar = 1.0) -> Scalar:
    """Without regard to case, with wildcards."""
    shown = _text(within)
    start = _start(position, shown)
    if isinstance(start, ExcelError):
        return start
    at = wildcard_search(_text(wanted), shown, start)
    return ExcelError.VALUE if at is None else float(at + 1)


@scalar("REPLACE", least=4, most=4)
def _replace(value: Scalar, position: Scalar, length: Scalar, new: Scalar) -> Scalar:
    start, count = number(position), number(length)
    if isinstance(start, ExcelError):
        return start
    if isinstance(count, ExcelError):
        return count
    if start < 1 or count < 0:
        return ExcelError.VALUE
    shown, first = _text(value), int(start) - 1
    return _bounded(shown[:first] + _text(new) + shown[first + int(count) :])


@scalar("SUBSTITUTE", least=3, most=4)
def _substitute(value: Scalar, old: Scalar, new: Scalar, *which: Scalar) -> Scalar:
    shown, wanted, other = _text(value), _text(old), _text(new)
    if not which:
        if not wanted:
            return shown
        grown = shown.count(wanted) * (len(other) - len(wanted))
        if len(shown) + grown > LONGEST_TEXT:  # known before it is built
            return ExcelError.VALUE
        return shown.replace(wanted, other)
    nth = number(which[0])
    if isinstance(nth, ExcelError):
        return nth
    if nth < 1:
        return ExcelError.VALUE
    if not wanted:
        return shown
    at = -1
    for _ in range(int(nth)):
        at = shown.find(wanted, at + 1 if at < 0 else at + len(wanted))
        if at < 0:
            return shown
    return _bounded(shown[:at] + other + shown[at + len(wanted) :])


def _bounded(result: str) -> Scalar:
    return result if len(result) <= LONGEST_TEXT else ExcelError.VALUE


@scalar("PROPER")
def _proper(value: Scalar) -> Scalar:
    """A letter after a sign that is no letter is upper-case, all others lower-case."""
    shown = _text(value)
    return "".join(
        sign.upper() if i == 0 or not shown[i - 1].isalpha() else sign.lower()
        for i, sign in enumerate(shown)
    )


@scalar("CLEAN")
def _clean(value: Scalar) -> Scalar:
    """Without the first 32 signs of ASCII."""
    return re.sub(r"[\x00-\x1f]", "", _text(value))


# Codes: of Windows-1252, with the five places that it leaves open as they are.


@scalar("CHAR")
def _char(value: Scalar) -> Scalar:
    code = number(value)
    if isinstance(code, ExcelError):
        return code
    if not 1 <= int(code) <= 255:
        return ExcelError.VALUE
    byte = bytes([int(code)])
    try:
        return byte.decode("cp1252")
    except UnicodeDecodeError:
        return byte.decode("latin-1")


@scalar("CODE")
def _code(value: Scalar) -> Scalar:
    """A sign that Windows-1252 lacks counts as a question mark."""
    shown = _text(value)
    if not shown:
        return ExcelError.VALUE
    first = shown[0]
    if "\x80" <= first <= "\x9f":
        return float(ord(first))
    return float(first.encode("cp1252", "replace")[0])


@scalar("UNICHAR")
def _unichar(value: Scalar) -> Scalar:
    code = number(value)
    if isinstance(code, ExcelError):
        return code
    n = int(code)
    if not 1 <= n <= 0x10FFFF:
        return ExcelError.VALUE
    return ExcelError.NA if 0xD800 <= n <= 0xDFFF or n & 0xFFFE == 0xFFFE else chr(n)


@scalar("UNICODE")
def _unicode(value: Scalar) -> Scalar:
    shown = _text(value)
    return float(ord(shown[0])) if shown else ExcelError.VALUE


@scalar("ENCODEURL")
def _encodeurl(value: Scalar) -> Scalar:
    from urllib.parse import quote

    return quote(_text(value), safe="-_.~!*'()")


# TEXTBEFORE, TEXTAFTER and TEXTSPLIT


def _delimiters(value: Value) -> list[str] | ExcelError:
    found: list[str] = []
    for scalar_value in flat(value):
        shown = text(scalar_value)
        if isinstance(shown, ExcelError):
            return shown
        found.append(shown)
    return found


def _pattern(delimiters: Sequence[str], *, ignores_case: bool) -> re.Pattern[str]:
    longest_first = sorted(delimiters, key=len, reverse=True)
    return re.compile(
        "|".join(re.escape(d) for d in longest_first), re.IGNORECASE if ignores_case else 0
    )


def _part(name: str, *, is_before: bool) -> None:
    @lazy(name, least=2, most=6)
    def part(evaluator: Evaluator, nodes: Nodes) -> Result:
        """Of the n-th delimiter, from the end where n is negative; with `match_end` the end of
        the text (from behind: its start) counts as one."""
        delimiters = _delimiters(evaluator.whole(given(nodes, 1)))
        modes = all_numbers(*(one(evaluator, nodes, at, default) for at, default in _DEFAULTS))
        if isinstance(delimiters, ExcelError):
            return delimiters
        if isinstance(modes, ExcelError):
            return modes
        which, ignores_case, takes_end = (floor(mode) for mode in modes)
        if not (ignores_case in (0, 1) and takes_end in (0, 1)):
            return ExcelError.VALUE
        cut = _Cut(
            delimiters,
            _pattern(delimiters, ignores_case=bool(ignores_case)),
            which,
            is_counted=len(nodes) > 2 and nodes[2] is not None,
            takes_end=bool(takes_end),
            is_before=is_before,
        )
        result = evaluator.each(cut, [evaluator.value(given(nodes, 0))])
        if _NOT_FOUND not in flat(result):
            return result
        instead: Scalar = ExcelError.NA
        if len(nodes) > 5 and nodes[5] is not None:
            instead = one(evaluator, nodes, 5)
            instead = "" if instead is None else instead
        return evaluator.each(lambda v: instead if v == _NOT_FOUND else v, [result])


@dataclass(frozen=True, slots=True)
class _Cut:
    """Cuts a text before or after one of its delimiters."""

    delimiters: Sequence[str]
    pattern: re.Pattern[str]
    which: int
    is_counted: bool
    """The number of the delimiter is given."""
    takes_end: bool
    is_before: bool

    def __call__(self, value: Scalar) -> Scalar:
        shown = text(value)
        if isinstance(shown, ExcelError):
            return shown
        if "" in self.delimiters:
            return shown if self.is_before == (self.which < 0) else ""
        longest = max(len(delimiter) for delimiter in self.delimiters)
        least = max(abs(self.which), longest)
        if self.which == 0 or (self.is_counted and least > len(shown)):
            return ExcelError.VALUE
        spans = [match.span() for match in self.pattern.finditer(shown)]
        if self.takes_end and self.which > 0:
            spans.append((len(shown), len(shown)))
        elif self.takes_end:
            spans.insert(0, (0, 0))
        at = self.which - 1 if self.which > 0 else len(spans) + self.which
        if not 0 <= at < len(spans):
            return _NOT_FOUND
        return shown[: spans[at][0]] if self.is_before else shown[spans[at][1] :]


_DEFAULTS = ((2, 1.0), (3, 0.0), (4, 0.0))
_NOT_FOUND = "\0not found"
"""No text of a workbook: XML has no NUL."""

_part("TEXTBEFORE", is_before=True)
_part("TEXTAFTER", is_before=False)


@lazy("TEXTSPLIT", least=2, most=6)
def _textsplit(evaluator: Evaluator, nodes: Nodes) -> Result:
    """Into columns and rows; short rows are filled with #N/A or what is asked for."""
    value = text(one(evaluator, nodes, 0))
    by_column = _cutter(evaluator, nodes, 1)
    by_row = _cutter(evaluator, nodes, 2)
    skips_empty = boolean(one(evaluator, nodes, 3, False))
    pad = one(evaluator, nodes, 5, ExcelError.NA)
    for part in (value, by_column, by_row, skips_empty):
        if isinstance(part, ExcelError):
            return part
    assert isinstance(value, str)
    if by_column is None and by_row is None:
        return ExcelError.VALUE
    rows = [
        [p for p in _cut(row, by_column) if p or not skips_empty]
        for row in _cut(value, by_row)
        if row or not skips_empty
    ]
    rows = [row for row in rows if row]
    if not rows:
        return ExcelError.CALC
    made = np.empty((len(rows), max(len(row) for row in rows)), object)
    made.fill(pad)
    for i, row in enumerate(rows):
        made[i, : len(row)] = row
    return made[0, 0] if made.size == 1 else made


def _cutter(
    evaluator: Evaluator, nodes: Nodes, position: int
) -> re.Pattern[str] | ExcelError | None:
    node = nodes[position] if position < len(nodes) else None
    if node is None:
        return None
    delimiters = _delimiters(evaluator.whole(node))
    ignores_case = boolean(one(evaluator, nodes, 4, False))
    if isinstance(delimiters, ExcelError):
        return delimiters
    if isinstance(ignores_case, ExcelError) or "" in delimiters:
        return ExcelError.VALUE
    return _pattern(delimiters, ignores_case=ignores_case)


def _cut(value: str, by: re.Pattern[str] | ExcelError | None) -> list[str]:
    return by.split(value) if isinstance(by, re.Pattern) else [value]
