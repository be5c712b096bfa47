"""LENB and its kin, which count the bytes of a text: in an Excel whose language has double bytes
two for each sign but those of ASCII, in any other one for each."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias, TypeVar

from cfp_xl.engine.builtin.criteria import wildcard_search
from cfp_xl.engine.builtin.define import Nodes, given, lazy
from cfp_xl.engine.convert import number, text
from cfp_xl.engine.evaluate import Evaluator, Result
from cfp_xl.engine.operators import LONGEST_TEXT
from cfp_xl.engine.problems import Uncomputable
from cfp_xl.functions.values import ExcelError, Scalar

Cost: TypeAlias = Callable[[str], int]
"""How many bytes a sign has."""

F = TypeVar("F", bound=Callable[..., Scalar])

_SHIFT_JIS = 128
"""The character set whose katakana of half width have one byte."""


def _cost(charset: int | None, name: str) -> Cost:
    def cost(sign: str) -> int:
        if ord(sign) < 0x80:
            return 1
        if charset is None:
            raise Uncomputable("E02", name, case="environment", name=name)
        if charset == _SHIFT_JIS and "\uff61" <= sign <= "\uff9f":
            return 1
        return 2 if ord(sign) < 0x10000 else 4

    return cost


def _in_bytes(name: str, least: int, most: int, start: int | None = None) -> Callable[[F], F]:
    """A function of a text and numbers, errors passed through; a position counts from 1."""

    def declare(function: F) -> F:
        @lazy(name, least=least, most=most)
        def builtin(evaluator: Evaluator, nodes: Nodes) -> Result:
            cost = _cost(evaluator.grid.workbook.charset, name)

            def each(*values: Scalar) -> Scalar:
                error = next((v for v in values if isinstance(v, ExcelError)), None)
                if error:
                    return error
                if start is not None and len(values) > start:
                    at = number(values[start])
                    if isinstance(at, ExcelError) or at < 1:
                        return ExcelError.VALUE
                return function(cost, *values)

            values = [evaluator.value(given(nodes, at)) for at in range(len(nodes))]
            return evaluator.each(each, values)

        return function

    return declare


def _text(value: Scalar) -> str:
    return str(text(value))


def _bytes(cost: Cost, shown: str) -> int:
    return sum(map(cost, shown))


def _cut(cost: Cost, shown: str, first: int, last: int) -> str:
    """From byte to byte; of a sign that is cut in two a blank is left."""
    kept: list[str] = []
    at = 0
    for sign in shown:
        size = cost(sign)
        inside = min(last, at + size) - max(first, at)
        if inside == size:
            kept.append(sign)
        elif inside == 1:
            kept.append(" ")
        at += size
    return "".join(kept)


@_in_bytes("LENB", 1, 1)
def _lenb(cost: Cost, value: Scalar) -> Scalar:
    return float(_bytes(cost, _text(value)))


@_in_bytes("LEFTB", 1, 2)
def _leftb(cost: Cost, value: Scalar, length: Scalar = 1.0) -> Scalar:
    count = number(length)
    if isinstance(count, ExcelError) or count < 0:
        return ExcelError.VALUE
    return _cut(cost, _text(value), 0, int(count))


@_in_bytes("RIGHTB", 1, 2)
def _rightb(cost: Cost, value: Scalar, length: Scalar = 1.0) -> Scalar:
    count, shown = number(length), _text(value)
    if isinstance(count, ExcelError) or count < 0:
        return ExcelError.VALUE
    whole = _bytes(cost, shown)
    return _cut(cost, shown, max(whole - int(count), 0), whole)


@_in_bytes("MIDB", 3, 3, start=1)
def _midb(cost: Cost, value: Scalar, position: Scalar, length: Scalar) -> Scalar:
    first, count = number(position), number(length)
    if isinstance(first, ExcelError) or isinstance(count, ExcelError) or count < 0:
        return ExcelError.VALUE
    return _cut(cost, _text(value), int(first) - 1, int(first) - 1 + int(count))


@_in_bytes("REPLACEB", 4, 4, start=1)
def _replaceb(cost: Cost, value: Scalar, position: Scalar, length: Scalar, new: Scalar) -> Scalar:
    first, count, shown = number(position), number(length), _text(value)
    if isinstance(first, ExcelError) or isinstance(count, ExcelError) or count < 0:
        return ExcelError.VALUE
    start = int(first) - 1
    rest = _cut(cost, shown, start + int(count), _bytes(cost, shown))
    made = _cut(cost, shown, 0, start) + _text(new) + rest
    return made if len(made) <= LONGEST_TEXT else ExcelError.VALUE


def _found(
    cost: Cost, wanted: Scalar, within: Scalar, position: Scalar, find: Callable[..., int | None]
) -> Scalar:
    """The byte where a text begins in another, from a byte on."""
    first, shown = number(position), _text(within)
    if isinstance(first, ExcelError):
        return first
    begins = [0]
    for sign in shown:
        begins.append(begins[-1] + cost(sign))
    if int(first) - 1 > begins[-1]:
        return ExcelError.VALUE
    start = next(at for at, byte in enumerate(begins) if byte >= int(first) - 1)
    at = find(_text(wanted), shown, start)
    return ExcelError.VALUE if at is None else float(begins[at] + 1)


@_in_bytes("FINDB", 2, 3, start=2)
def _findb(cost: Cost, wanted: Scalar, within: Scalar, position: Scalar = 1.0) -> Scalar:
    def find(pattern: str, shown: str, start: int) -> int | None:
        at = shown.find(pattern, start)
        return None if at < 0 else at

    return _found(cost, wanted, within, position, find)


@_in_bytes("SEARCHB", 2, 3, start=2)
def _searchb(cost: Cost, wanted: Scalar, within: Scalar, position: Scalar = 1.0) -> Scalar:
    """Without regard to case; `?` is one byte: `SEARCHB("?",…)` finds the first sign that has no
    second one, as many a sheet does to part Chinese from figures."""

    def find(pattern: str, shown: str, start: int) -> int | None:
        narrow = "".join(sign if cost(sign) == 1 else _WIDE for sign in shown)
        at = wildcard_search(pattern, shown, start)
        while at is not None and "?" in pattern and not _is_narrow(pattern, narrow[at:]):
            at = wildcard_search(pattern, shown, at + 1)
        return at

    return _found(cost, wanted, within, position, find)


_WIDE = "\0"


def _is_narrow(pattern: str, narrow: str) -> bool:
    """Whether the signs that `?` stands for, before any `*`, have one byte each."""
    fixed = re.findall(r"~.|[^*]", pattern.partition("*")[0])
    return all(narrow[at : at + 1] != _WIDE for at, sign in enumerate(fixed) if sign == "?")
