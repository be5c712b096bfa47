"""A number format code (ECMA-376 18.8.31) cut into sections and tokens."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

_TOKEN = re.compile(
    r"""
    (?P<literal>"[^"]*"?|\\.|_.|\*.)
  | (?P<condition>\[(?:<=|>=|<>|<|>|=)\s*-?[\d.]+\])
  | (?P<elapsed>\[(?:h+|m+|s+(?=\]\.0))\](?:(?<=s\])\.0+)?|\[s+\])
  | (?P<ignored>\[\$(?P<currency>[^\]-]*)(?:-[^\]]*)?\]|\[[^\]]*\])
  | (?P<general>General)
  | (?P<exponent>E[+-])
  | (?P<date>AM/PM|A/P|a{3,4}|y+|m+|d+|h+|s+(?:\.0+)?|e+)
  | (?P<digit>[0#?])
  | (?P<sign>[.,%@/;])
  | (?P<other>.)
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)


_NUMERALS = re.compile(r"\[DBNum([1-3])\]", re.IGNORECASE)
_CHINESE = re.compile(r"\[\$[^\]-]*-(?:0*|[0-9A-F]{3,4}0)804\]|\[\$-zh-CN[^\]]*\]", re.IGNORECASE)


class FormatToken(NamedTuple):
    """A piece of a number format's code: what kind it is, and its characters."""

    kind: str
    text: str


AS_TEXT = FormatToken("sign", "@")
COMMA = FormatToken("sign", ",")
DECIMAL_POINT = FormatToken("sign", ".")
PERCENT = FormatToken("sign", "%")
SLASH = FormatToken("sign", "/")


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a format code between semicolons, and the numbers it is for (None: the rest)."""

    tokens: tuple[FormatToken, ...]
    applies: Callable[[float], bool] | None

    def has(self, *kinds: str) -> bool:
        return any(token.kind in kinds for token in self.tokens)

    @property
    def numerals(self) -> int:
        """1 to 3 for Chinese numerals, `[DBNum1]` to `[DBNum3]`; else 0."""
        found = (_NUMERALS.fullmatch(t.text) for t in self.tokens if t.kind == "ignored")
        return next((int(match[1]) for match in found if match), 0)

    @property
    def is_chinese(self) -> bool:
        """Whether it asks for the names of months and days in Chinese: `[$-804]`."""
        return any(_CHINESE.fullmatch(t.text) for t in self.tokens if t.kind == "ignored")


@lru_cache(maxsize=256)
def sections_of(code: str) -> Sequence[Section]:
    """What stands between semicolons: for numbers above, below and at zero, and for text."""
    found: list[list[FormatToken]] = [[]]
    for match in _TOKEN.finditer(code):
        kind = str(match.lastgroup) if match.lastgroup != "currency" else "ignored"
        shown = match.group()
        if kind == "sign" and shown == ";":
            found.append([])
        elif match["currency"]:
            found[-1].append(FormatToken("literal", f'"{match["currency"]}"'))
        else:
            found[-1].append(FormatToken(kind, shown))
    return tuple(Section(tuple(tokens), _condition(tokens)) for tokens in found)


def _condition(tokens: list[FormatToken]) -> Callable[[float], bool] | None:
    for token in tokens:
        if token.kind == "condition":
            match = re.fullmatch(r"\[(<=|>=|<>|<|>|=)\s*(-?[\d.]+)\]", token.text)
            if match is None:
                return None
            return _test(match[1], float(match[2]))
    return None


def _test(sign: str, limit: float) -> Callable[[float], bool]:
    tests: dict[str, Callable[[float], bool]] = {
        "<": lambda x: x < limit,
        "<=": lambda x: x <= limit,
        ">": lambda x: x > limit,
        ">=": lambda x: x >= limit,
        "=": lambda x: x == limit,
        "<>": lambda x: x != limit,
    }
    return tests[sign]


def literal(token: FormatToken) -> str:
    """What a token that is no placeholder shows."""
    if token.kind == "literal":
        match token.text[0]:
            case '"':
                return token.text[1:].removesuffix('"')
            case "\\":
                return token.text[1:]
            case "_":
                return " "
        return ""
    return token.text if token.kind in ("other", "sign", "date", "general") else ""


def whole_digits(digits: str, tokens: Sequence[FormatToken], groups: bool) -> str:
    """`digits` put into placeholders from the right; what is left over goes to the first."""
    first = next((i for i, t in enumerate(tokens) if t.kind == "digit"), None)
    if first is None:
        return "".join(literal(t) for t in tokens) + digits
    shown: list[str] = []  # from right to left
    count = 0

    def put(sign: str, pad: str = ",") -> None:
        nonlocal count
        if groups and count and count % 3 == 0:
            shown.append(pad)
        shown.append(sign)
        count += 1

    for i in range(len(tokens) - 1, -1, -1):
        token = tokens[i]
        if token.kind != "digit":
            shown.append(literal(token)[::-1])
            continue
        if digits:
            put(digits[-1])
            digits = digits[:-1]
        elif token.text == "0":
            put("0")
        elif token.text == "?":
            put(" ", " ")
        if i == first:
            for digit in reversed(digits):
                put(digit)
    return "".join(shown)[::-1]
