"""TEXT: a value by a number format (ECMA-376 18.8.31), month and day names in English."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from cfp_xl.engine.builtin.define import Nodes, lazy
from cfp_xl.engine.convert import number, text, text_of_number
from cfp_xl.engine.evaluate import Evaluator, Result
from cfp_xl.engine.operators import elementwise
from cfp_xl.engine.problems import Uncomputable
from cfp_xl.functions.values import ExcelError, Scalar

_TOKEN = re.compile(
    r"""
    (?P<literal>"[^"]*"?|\\.|_.|\*.)
  | (?P<condition>\[(?:<=|>=|<>|<|>|=)-?[\d.]+\])
  | (?P<elapsed>\[(?:h+|m+|s+)\])
  | (?P<ignored>\[\$(?P<currency>[^\]-]*)(?:-[^\]]*)?\]|\[[^\]]*\])
  | (?P<general>General)
  | (?P<date>AM/PM|A/P|a{3,4}|y+|m+|d+|h+|s+(?:\.0+)?)
  | (?P<exponent>E[+-])
  | (?P<digit>[0#?])
  | (?P<sign>[.,%@/;])
  | (?P<other>.)
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)

_LAST_DAY = 2_958_466
DAYS_TO_1904 = 1462


class _Token(NamedTuple):
    kind: str
    text: str


_AS_TEXT = _Token("sign", "@")
_COMMA = _Token("sign", ",")


@dataclass(frozen=True, slots=True)
class _Section:
    tokens: tuple[_Token, ...]
    applies: Callable[[float], bool] | None

    def has(self, *kinds: str) -> bool:
        return any(token.kind in kinds for token in self.tokens)


@lazy("TEXT", least=2, most=2)
def _text(evaluator: Evaluator, nodes: Nodes) -> Result:
    days = DAYS_TO_1904 if evaluator.grid.workbook.date_1904 else 0

    def shown(value: Scalar, code: Scalar) -> Scalar:
        for one in (value, code):
            if isinstance(one, ExcelError):
                return one
        return formatted(value, str(text(code)), days)

    return elementwise(shown, [None if node is None else evaluator.value(node) for node in nodes])


def formatted(value: Scalar, code: str, days: int = 0) -> Scalar:
    """`value` as the number format `code` shows it; `days` are added to what is a date."""
    sections = _sections(code)
    if isinstance(value, bool):
        return _of_text(str(text(value)), sections)
    if isinstance(value, str):
        parsed = number(value)
        if isinstance(parsed, ExcelError):
            return _of_text(value, sections)
        value = parsed
    x = number(value)
    if isinstance(x, ExcelError):
        return x
    if not code:
        return ""
    section, is_negated = _chosen(x, sections)
    if section is None:
        return text_of_number(x)
    if section.has("date", "elapsed"):
        return _of_date(x + days, section) if 0 <= x + days < _LAST_DAY else ExcelError.VALUE
    return _of_number(-x if is_negated else x, section)


def _sections(code: str) -> list[_Section]:
    found: list[list[_Token]] = [[]]
    for match in _TOKEN.finditer(code):
        kind = str(match.lastgroup) if match.lastgroup != "currency" else "ignored"
        shown = match.group()
        if kind == "sign" and shown == ";":
            found.append([])
        elif match["currency"]:
            found[-1].append(_Token("literal", f'"{match["currency"]}"'))
        else:
            found[-1].append(_Token(kind, shown))
    return [_Section(tuple(tokens), _condition(tokens)) for tokens in found]


def _condition(tokens: list[_Token]) -> Callable[[float], bool] | None:
    for token in tokens:
        if token.kind == "condition":
            match = re.fullmatch(r"\[(<=|>=|<>|<|>|=)(-?[\d.]+)\]", token.text)
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


def _chosen(x: float, sections: list[_Section]) -> tuple[_Section | None, bool]:
    """The section for `x`, and whether it shows the amount without its sign."""
    numeric = sections[:3]
    if 1 < len(numeric) == len(sections) and _AS_TEXT in numeric[-1].tokens:
        numeric = numeric[:-1]  # the last of fewer than four is for text if it shows text
    if any(section.applies for section in numeric):
        for section in numeric:
            if section.applies is None or section.applies(x):
                return section, False
        return None, False
    if x < 0 and len(numeric) > 1:
        return numeric[1], True
    if x == 0 and len(numeric) > 2:
        return numeric[2], False
    return numeric[0], False


def _literal(token: _Token) -> str:
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


def _of_text(value: str, sections: list[_Section]) -> str:
    for section in sections[-1:]:
        if len(sections) == 4 or _AS_TEXT in section.tokens:
            return "".join(
                value if token == _AS_TEXT else _literal(token) for token in section.tokens
            )
    return value


# Numbers


def _of_number(x: float, section: _Section) -> str:
    tokens = list(section.tokens)
    if section.has("general") or _AS_TEXT in tokens:
        shown = text_of_number(abs(x))
        body = "".join(
            shown if t.kind == "general" or t == _AS_TEXT else _literal(t) for t in tokens
        )
        return ("-" if x < 0 else "") + body
    if any(t == _Token("sign", "/") for t in tokens) and section.has("digit"):
        raise Uncomputable("E02", "TEXT", case="environment", name='TEXT(…, "# ?/?")')
    if not section.has("digit"):
        return ("-" if x < 0 and section.tokens else "") + "".join(_literal(t) for t in tokens)
    amount = abs(Decimal(f"{x:.14e}"))
    amount = amount.scaleb(2 * sum(t == _Token("sign", "%") for t in tokens))
    body = _scientific(amount, tokens) if section.has("exponent") else _fixed(amount, tokens)
    is_zero = not any(sign in "123456789" for sign in body) and not section.has("literal")
    return ("-" if x < 0 and not is_zero else "") + body


def _fixed(amount: Decimal, tokens: list[_Token]) -> str:
    whole, fraction = _parted(tokens)
    whole, groups, thousands = _commas(whole)
    while fraction and fraction[-1] == _COMMA:
        fraction, thousands = fraction[:-1], thousands + 1
    amount = amount.scaleb(-3 * thousands)
    places = sum(t.kind == "digit" for t in fraction)
    rounded = amount.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    digits = f"{rounded:f}"
    integer, _, decimals = digits.partition(".")
    return _whole(integer.lstrip("0"), whole, groups) + _decimals(decimals, fraction)


def _scientific(amount: Decimal, tokens: list[_Token]) -> str:
    at = next(i for i, t in enumerate(tokens) if t.kind == "exponent")
    mantissa, after = tokens[:at], tokens[at + 1 :]
    whole, fraction = _parted(mantissa)
    width = max(sum(t.kind == "digit" for t in whole), 1)
    places = sum(t.kind == "digit" for t in fraction)
    exponent = 0
    if amount:
        exponent = (amount.adjusted() // width) * width if width > 1 else amount.adjusted()
        rounded = amount.scaleb(-exponent).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
        if rounded.adjusted() >= width:
            exponent += width
    shown = _fixed(amount.scaleb(-exponent), mantissa)
    sign = "-" if exponent < 0 else "+" if tokens[at].text[1] == "+" else ""
    letter = tokens[at].text[0]
    return shown + letter + sign + _whole(str(abs(exponent)), after, groups=False)


def _parted(tokens: list[_Token]) -> tuple[list[_Token], list[_Token]]:
    """Before the decimal point, and from it on."""
    for i, token in enumerate(tokens):
        if token == _Token("sign", "."):
            return tokens[:i], tokens[i:]
    return tokens, []


def _commas(whole: list[_Token]) -> tuple[list[_Token], bool, int]:
    """Commas between digits group them; each after the last digit divides by 1,000."""
    positions = [i for i, t in enumerate(whole) if t.kind == "digit"]
    if not positions:
        return whole, False, 0
    first, last = positions[0], positions[-1]
    groups, thousands, kept = False, 0, []
    for i, token in enumerate(whole):
        if token != _COMMA:
            kept.append(token)
        elif first < i < last:
            groups = True
        elif i > last:
            thousands += 1
        else:
            kept.append(token)
    return kept, groups, thousands


def _whole(digits: str, tokens: list[_Token], groups: bool) -> str:
    first = next((i for i, t in enumerate(tokens) if t.kind == "digit"), None)
    if first is None:
        return "".join(_literal(t) for t in tokens) + digits
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
            shown.append(_literal(token)[::-1])
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


def _decimals(decimals: str, tokens: list[_Token]) -> str:
    places = [t.text for t in tokens if t.kind == "digit"]
    signs = list(decimals)
    for i in range(len(places) - 1, -1, -1):
        if signs[i] != "0" or places[i] == "0":
            break
        signs[i] = " " if places[i] == "?" else ""
    remaining = iter(signs)
    return "".join(next(remaining) if t.kind == "digit" else _literal(t) for t in tokens)


# Dates and times

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_CHINESE_DAYS = "一二三四五六日"


def _of_date(x: float, section: _Section) -> str:
    tokens = [_Token(t.kind, t.text.lower()) if t.kind == "date" else t for t in section.tokens]
    places = max((len(t.text.partition(".")[2]) for t in tokens if t.text[:1] == "s"), default=0)
    step = Decimal(1).scaleb(-places)
    seconds = float((Decimal(repr(x)) * 86400).quantize(step, ROUND_HALF_UP))
    days = int(seconds // 86400)
    # Excel counts a 29 February 1900: days before March 1900 are one more here
    moment = datetime(1899, 12, 30) + timedelta(days=days + (days < 61))
    moment += timedelta(seconds=seconds - days * 86400)
    has_half_days = any("/p" in t.text for t in tokens if t.kind == "date")
    shown: list[str] = []
    for i, token in enumerate(tokens):
        if token.kind == "elapsed":
            unit = {"h": 3600, "m": 60, "s": 1}[token.text[1].lower()]
            shown.append(f"{int(seconds // unit):0{len(token.text) - 2}d}")
        elif token.kind == "date":
            is_minute = token.text[0] == "m" and _is_minute(tokens, i)
            shown.append(_date_part(token.text, moment, is_minute, has_half_days))
        else:
            shown.append(token.text if token.kind == "digit" else _literal(token))
    return "".join(shown)


def _is_minute(tokens: list[_Token], at: int) -> bool:
    """An m is minutes after hours or before seconds."""
    parts = [
        (i, t.text.strip("[]").lower()[0])
        for i, t in enumerate(tokens)
        if t.kind in ("date", "elapsed") and "/p" not in t.text
    ]
    where = [i for i, _ in parts].index(at)
    before = parts[where - 1][1] if where else ""
    after = parts[where + 1][1] if where + 1 < len(parts) else ""
    return before == "h" or after == "s"


def _date_part(code: str, moment: datetime, is_minute: bool, has_half_days: bool) -> str:
    if code in ("am/pm", "a/p"):
        half = "AM" if moment.hour < 12 else "PM"
        return half if code == "am/pm" else half[0]
    match code[0]:
        case "a":
            day = _CHINESE_DAYS[moment.weekday()]
            return f"星期{day}" if len(code) > 3 else day
        case "y":
            return f"{moment.year % 100:02d}" if len(code) <= 2 else f"{moment.year:04d}"
        case "d":
            name = _DAYS[moment.weekday()]
            return (str(moment.day), f"{moment.day:02d}", name[:3], name)[min(len(code), 4) - 1]
        case "h":
            hour = (moment.hour + 11) % 12 + 1 if has_half_days else moment.hour
            return f"{hour:0{min(len(code), 2)}d}"
        case "s":
            whole, _, places = code.partition(".")
            fraction = f".{moment.microsecond:06d}"[: len(places) + 1] if places else ""
            return f"{moment.second:0{min(len(whole), 2)}d}{fraction}"
    if is_minute:
        return f"{moment.minute:0{min(len(code), 2)}d}"
    name = _MONTHS[moment.month - 1]
    numbers = (str(moment.month), f"{moment.month:02d}", name[:3], name, name[0])
    return numbers[min(len(code), 5) - 1]
