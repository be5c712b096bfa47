"""Numbers in Chinese: the number formats [DBNum1] to [DBNum3], and NUMBERSTRING."""

from __future__ import annotations

import re

from cfp_xl.engine.builtin.define import scalar
from cfp_xl.engine.builtin.numbers import all_numbers
from cfp_xl.functions.values import ExcelError, Scalar

PLAIN, CAPITAL, WIDE = 1, 2, 3
"""Everyday numerals, those of cheques, digits of full width."""

_DIGITS = {
    PLAIN: "〇一二三四五六七八九",
    CAPITAL: "零壹贰叁肆伍陆柒捌玖",
    WIDE: "０１２３４５６７８９",
}
_TENS = {
    PLAIN: ("", "十", "百", "千"),
    CAPITAL: ("", "拾", "佰", "仟"),
    WIDE: ("", "十", "百", "千"),
}
_FOURS = ("", "万", "亿", "万亿")
_NUMBER = re.compile(r"\d+")


def digits(shown: str, style: int) -> str:
    """Each digit of a text by itself: 2024 is 二〇二四."""
    return shown.translate({ord("0") + n: sign for n, sign in enumerate(_DIGITS[style])})


def spelled(number: str, style: int) -> str:
    """The whole numbers in a text as they are read: 1203 is 一千二百〇三."""
    whole, point, decimals = number.partition(".")
    return _NUMBER.sub(lambda found: _whole(int(found[0]), style), whole) + digits(
        point + decimals, style
    )


def _whole(number: int, style: int) -> str:
    if number == 0:
        return _DIGITS[style][0]
    zero, pieces, has_gap = _DIGITS[style][0], "", False
    for at in range((len(str(number)) - 1) // 4, -1, -1):
        four = number // 10_000**at % 10_000
        if four == 0:
            has_gap = bool(pieces)
            continue
        pieces += zero if pieces and (has_gap or four < 1000) else ""
        pieces += _four(four, style) + _FOURS[min(at, 3)]
        has_gap = False
    return pieces


def _four(number: int, style: int) -> str:
    shown = ""
    for at in range(3, -1, -1):
        digit = number // 10**at % 10
        if digit:
            shown += _DIGITS[style][digit] + _TENS[style][at]
        elif shown and number % 10**at and not shown.endswith(_DIGITS[style][0]):
            shown += _DIGITS[style][0]
    return shown


def of_day(number: int, style: int) -> str:
    """A month or day: everyday numerals say 十二, not 一十二."""
    shown = _whole(number, style)
    return shown[1:] if style == PLAIN and 10 <= number < 20 else shown


@scalar("NUMBERSTRING", least=2, most=2)
def _numberstring(value: Scalar, kind: Scalar) -> Scalar:
    """Spelled (1), for cheques (2), or digit by digit (3)."""
    numbers = all_numbers(value, kind)
    if isinstance(numbers, ExcelError):
        return numbers
    number, way = numbers
    if number < 0 or number >= 1e15 or int(way) not in (1, 2, 3):
        return ExcelError.NUM
    shown = str(round(number))
    return digits(shown, PLAIN) if int(way) == 3 else spelled(shown, int(way))
