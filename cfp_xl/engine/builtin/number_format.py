"""TEXT: a value by a number format (ECMA-376 18.8.31), names of months and days in English or
Chinese."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from math import floor, log10
from typing import NamedTuple

from cfp_xl.engine.builtin.chinese_numerals import PLAIN, digits, of_day, spelled
from cfp_xl.engine.builtin.define import Nodes, lazy
from cfp_xl.engine.builtin.format_code import (
    AS_TEXT,
    COMMA,
    DECIMAL_POINT,
    PERCENT,
    SLASH,
    FormatToken,
    Section,
    literal,
    sections_of,
    whole_digits,
)
from cfp_xl.engine.builtin.fraction_format import of_fraction
from cfp_xl.engine.convert import number, text, text_of_number
from cfp_xl.engine.evaluate import Evaluator, Result
from cfp_xl.engine.grid import Grid
from cfp_xl.functions.serial_dates import DAYS_TO_1904, moment_of
from cfp_xl.functions.values import ExcelError, Scalar

_LAST_DAY = 2_958_466


@lazy("TEXT", least=2, most=2)
def _text(evaluator: Evaluator, nodes: Nodes) -> Result:
    return evaluator.each(
        shown_in(evaluator.grid),
        [None if node is None else evaluator.value(node) for node in nodes],
    )


def shown_in(grid: Grid) -> Callable[[Scalar, Scalar], Scalar]:
    """TEXT of a value and a number format, by the workbook's date system."""
    days = DAYS_TO_1904 if grid.workbook.date_1904 else 0

    def shown(value: Scalar, code: Scalar) -> Scalar:
        for one in (value, code):
            if isinstance(one, ExcelError):
                return one
        return formatted(value, str(text(code)), days)

    return shown


def formatted(value: Scalar, code: str, days: int = 0) -> Scalar:
    """`value` as the number format `code` shows it; `days` are added to what is a date."""
    sections = sections_of(code)
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
    section, is_negated = chosen(x, sections)
    if section is None:
        return general(x)
    if section.has("elapsed"):  # a length of time, wherever dates count from
        is_before = x < 0 and days > 0  # which only a workbook of 1904 shows
        shown = formatted(-x, code) if is_before else _in_time(x, section, 0)
        return f"-{shown}" if is_before else shown
    if section.has("date"):
        return _in_time(x, section, days)
    shown = _of_number(-x if is_negated else x, section)
    if not section.numerals:
        return shown
    if section.has("digit"):
        return digits(shown, section.numerals)
    amount = general(x) if not section.has("general") else shown
    return spelled(amount, section.numerals)


def _in_time(x: float, section: Section, days: int) -> Scalar:
    return _of_date(x + days, section) if 0 <= x + days < _LAST_DAY else ExcelError.VALUE


def chosen(x: float, sections: Sequence[Section]) -> tuple[Section | None, bool]:
    """The section for `x`, and whether it shows the amount without its sign."""
    numeric = sections[:3]
    if 1 < len(numeric) == len(sections) and AS_TEXT in numeric[-1].tokens:
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


def _of_text(value: str, sections: Sequence[Section]) -> str:
    for section in sections[-1:]:
        if len(sections) == 4 or AS_TEXT in section.tokens:
            return "".join(
                value if token == AS_TEXT else literal(token) for token in section.tokens
            )
    return value


# Numbers


def _of_number(x: float, section: Section) -> str:
    tokens = list(section.tokens)
    if section.has("general") or AS_TEXT in tokens:
        shown = general(abs(x)) if section.has("general") else text_of_number(abs(x))
        body = "".join(shown if t.kind == "general" or t == AS_TEXT else literal(t) for t in tokens)
        return ("-" if x < 0 else "") + body
    if not section.has("digit"):
        return ("-" if x < 0 and section.tokens else "") + "".join(literal(t) for t in tokens)
    amount = abs(Decimal(f"{x:.14e}"))
    if section.has("exponent"):
        body = _scientific(amount, tokens)
    else:
        amount = amount.scaleb(2 * sum(t == PERCENT for t in tokens))
        body = of_fraction(amount, tokens) if SLASH in tokens else _fixed(amount, tokens)
    return ("-" if x < 0 else "") + body  # also where it rounds to 0: -0.4 shows as -0


_GENERAL_WIDTH = 11


def general(x: float) -> str:
    """A number in 11 signs, as the format General shows it: PI() is 3.141592654."""
    amount = abs(x)
    sign = "-" if x < 0 else ""
    if amount == 0:
        return "0"
    magnitude = floor(log10(amount))
    if -4 <= magnitude <= -1:
        return sign + _trimmed(f"{amount:.9f}")
    plain = _trimmed(f"{amount:.12f}")
    if len(plain) <= _GENERAL_WIDTH and float(plain):
        return sign + plain
    if 0 <= magnitude <= 10:
        return sign + _trimmed(f"{amount:.{max(9 - magnitude, 0)}f}")
    mantissa, _, exponent = f"{amount:.5e}".partition("e")
    return f"{sign}{_trimmed(mantissa)}E{int(exponent):+03d}"


def _trimmed(shown: str) -> str:
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


_ALL_DIGITS = Context(prec=40_000)
"""A number has up to 309 digits before the point, a format as many after it as a text has signs:
Python's own 28 are too few."""


def quantized(amount: Decimal, places: int) -> Decimal:
    """Rounded to so many decimal places, halves away from zero."""
    return amount.quantize(Decimal((0, (1,), -places)), ROUND_HALF_UP, _ALL_DIGITS)


def _fixed(amount: Decimal, tokens: list[FormatToken]) -> str:
    whole, fraction, groups, thousands = without_commas(tokens)
    amount = amount.scaleb(-3 * thousands)
    rounded = quantized(amount, digits_of(fraction))
    digits = f"{rounded:f}"
    integer, _, decimals = digits.partition(".")
    return whole_digits(integer.lstrip("0"), whole, groups) + _decimals(decimals, fraction)


def _scientific(amount: Decimal, tokens: list[FormatToken]) -> str:
    """With an exponent a percent sign is only shown, and a comma at an end means nothing.

    The exponent is a multiple of the digits before the point; its sign stands right before it.
    """
    at = next(i for i, t in enumerate(tokens) if t.kind == "exponent")
    mantissa, after = tokens[:at], [t for t in tokens[at + 1 :] if t != COMMA]
    while mantissa and mantissa[-1] == COMMA:
        mantissa = mantissa[:-1]
    whole, fraction = parted(mantissa)
    exponent = exponent_of(amount, whole, fraction)
    if not amount:
        zeros = [FormatToken("digit", "0") if t.kind == "digit" else t for t in whole]
        mantissa = zeros + fraction
    shown = _fixed(amount.scaleb(-exponent), mantissa)
    sign = "-" if exponent < 0 else "+" if tokens[at].text[1] == "+" else ""
    letter = tokens[at].text[0]
    first = next((i for i, t in enumerate(after) if t.kind == "digit"), len(after))
    before = "".join(literal(t) for t in after[:first])
    return shown + letter + before + sign + whole_digits(str(abs(exponent)), after[first:], False)


def exponent_of(amount: Decimal, whole: list[FormatToken], fraction: list[FormatToken]) -> int:
    """The exponent that a mantissa of so many digits is shown with."""
    if not amount:
        return 0
    width = max(digits_of(whole), 1)
    exponent = (amount.adjusted() // width) * width
    rounded = quantized(amount.scaleb(-exponent), digits_of(fraction))
    return exponent + width if rounded.adjusted() >= width else exponent


def parted(tokens: list[FormatToken]) -> tuple[list[FormatToken], list[FormatToken]]:
    """Before the decimal point, and from it on."""
    for i, token in enumerate(tokens):
        if token == DECIMAL_POINT:
            return tokens[:i], tokens[i:]
    return tokens, []


def without_commas(
    tokens: list[FormatToken],
) -> tuple[list[FormatToken], list[FormatToken], bool, int]:
    """Before the decimal point, and from it on; whether digits are grouped, and how often the
    number is divided by 1,000."""
    whole, fraction = parted(tokens)
    whole, groups, thousands = _commas(whole)
    last = max((at for at, token in enumerate(fraction) if token.kind == "digit"), default=0)
    thousands += fraction[last:].count(COMMA)
    fraction = fraction[:last] + [token for token in fraction[last:] if token != COMMA]
    return whole, fraction, groups, thousands


def digits_of(tokens: list[FormatToken]) -> int:
    """How many digits they show, or one in their place."""
    return sum(token.kind == "digit" for token in tokens)


def _commas(whole: list[FormatToken]) -> tuple[list[FormatToken], bool, int]:
    """Commas between digits group them; each after the last digit divides by 1,000."""
    positions = [i for i, t in enumerate(whole) if t.kind == "digit"]
    if not positions:
        return whole, False, 0
    first, last = positions[0], positions[-1]
    groups, thousands, kept = False, 0, []
    for i, token in enumerate(whole):
        if token != COMMA:
            kept.append(token)
        elif first < i < last:
            groups = True
        elif i > last:
            thousands += 1
        else:
            kept.append(token)
    return kept, groups, thousands


def _decimals(decimals: str, tokens: list[FormatToken]) -> str:
    places = [t.text for t in tokens if t.kind == "digit"]
    signs = list(decimals)
    for i in range(len(places) - 1, -1, -1):
        if signs[i] != "0" or places[i] == "0":
            break
        signs[i] = " " if places[i] == "?" else ""
    remaining = iter(signs)
    return "".join(next(remaining) if t.kind == "digit" else literal(t) for t in tokens)


# Dates and times

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_CHINESE_DAYS = "一二三四五六日"
_CHINESE_HALF_DAYS = ("上午", "下午")


class _Instant(NamedTuple):
    """A date as Excel counts: 0 January and 29 February 1900 are days too, and weekdays go on."""

    year: int
    month: int
    day: int
    weekday: int
    """From Monday, 0."""
    hour: int
    minute: int
    second: int
    microsecond: int

    @classmethod
    def of(cls, seconds: float) -> _Instant:
        days = int(seconds // 86400)
        moment = moment_of(days + (days < 61))
        moment += timedelta(seconds=seconds - days * 86400)
        date = {0: (1900, 1, 0), 60: (1900, 2, 29)}.get(days, moment.timetuple()[:3])
        time = moment.hour, moment.minute, moment.second, moment.microsecond
        return cls(*date, (days - 2) % 7, *time)


def _of_date(x: float, section: Section) -> str:
    tokens = [_lower(t) for t in section.tokens]
    places = max(
        (len(t.text.partition(".")[2]) for t in tokens if t.kind in ("date", "elapsed")), default=0
    )
    seconds = float(quantized(Decimal(repr(x)) * 86400, places))
    moment = _Instant.of(seconds)
    has_half_days = any("/p" in t.text.lower() for t in tokens if t.kind == "date")
    shown: list[str] = []
    for i, token in enumerate(tokens):
        if token.kind == "elapsed":
            code, _, fraction = token.text.partition(".")
            unit = {"h": 3600, "m": 60, "s": 1}[code[1].lower()]
            shown.append(f"{int(seconds // unit):0{len(code) - 2}d}")
            shown.append(f"{seconds % 1:.{len(fraction)}f}"[1:] if fraction else "")
        elif token.kind == "date":
            is_minute = token.text[0] == "m" and _is_minute(tokens, i)
            part = _date_part(token.text, moment, is_minute, has_half_days, section.is_chinese)
            shown.append(_in_numerals(part, token.text, section.numerals))
        else:
            shown.append(token.text if token.kind == "digit" else literal(token))
    return "".join(shown)


def _lower(token: FormatToken) -> FormatToken:
    """Date codes in any case; only A/P shows its letters as they are written."""
    if token.kind != "date" or token.text.lower() == "a/p":
        return token
    return FormatToken("date", token.text.lower())


def _is_minute(tokens: list[FormatToken], at: int) -> bool:
    """An m is minutes after hours or before seconds."""
    parts = [
        (i, t.text.strip("[]").lower()[0])
        for i, t in enumerate(tokens)
        if t.kind in ("date", "elapsed") and "/p" not in t.text.lower()
    ]
    where = [i for i, _ in parts].index(at)
    before = parts[where - 1][1] if where else ""
    after = parts[where + 1][1] if where + 1 < len(parts) else ""
    return before == "h" or after == "s"


def _in_numerals(part: str, code: str, numerals: int) -> str:
    """A part of a date in Chinese numerals: a year digit by digit, the others as they are read."""
    if not numerals or not part.isdigit():
        return part
    return digits(part, numerals) if code[0] == "y" else of_day(int(part), numerals)


def _date_part(
    code: str, moment: _Instant, is_minute: bool, has_half_days: bool, is_chinese: bool
) -> str:
    if code == "am/pm":
        names = _CHINESE_HALF_DAYS if is_chinese else ("AM", "PM")
        return names[moment.hour >= 12]
    if "/" in code:
        return code[0 if moment.hour < 12 else 2]
    match code[0]:
        case "a":
            day = _CHINESE_DAYS[moment.weekday]
            return f"星期{day}" if len(code) > 3 else day
        case "e":
            return f"{moment.year:04d}"
        case "y":
            return f"{moment.year % 100:02d}" if len(code) <= 2 else f"{moment.year:04d}"
        case "d":
            name = _DAYS[moment.weekday]
            if is_chinese and len(code) > 2:
                return ("周" if len(code) == 3 else "星期") + _CHINESE_DAYS[moment.weekday]
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
    if is_chinese and len(code) in (3, 4):
        return f"{moment.month if len(code) == 3 else of_day(moment.month, PLAIN)}月"
    name = _MONTHS[moment.month - 1]
    numbers = (str(moment.month), f"{moment.month:02d}", name[:3], name, name[0])
    return numbers[min(len(code), 5) - 1]
