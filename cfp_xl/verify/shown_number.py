"""Whether the text that a number format makes of a number shows that number."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache

from cfp_xl.engine.builtin.format_code import sections_of
from cfp_xl.engine.builtin.number_format import formatted
from cfp_xl.footprint.printed import NotPrintedNumber, printed
from cfp_xl.footprint.units import canonical, conversion
from cfp_xl.messages import Explained

PLAIN = re.compile(r"General|@|[#,]*[0#](?:\.[0#]+)?", re.IGNORECASE)
"""Formats that show a number and nothing else."""
OF_NUMBER = ("digit", "general", "date", "elapsed")
_NUMBER = re.compile(r"(?<![A-Za-z\d])[-−–—‒]?\(?\d[\d, ]*(?:\.\d+)?(?:E[+-]?\d+)?\s?%?")
_DASH = re.compile("[(−–—‒]")
_TIMES = re.compile(
    r"[xX×*·^]\s*\d|(?:[十百千]?万|亿|千)(?![克瓦米卡焦吨])|百万"
    r"|(?<![A-Za-z])(?:million|thousand|billion|mio|[kM])(?![A-Za-z])"
)
"""What a format writes beside a number that makes it another: ×10, 万, million."""
_UNIT = re.compile(r"[A-Za-z%°μ千百万吨克升度米][\w·./²³₂]*")


@cache
def is_plain(code: str) -> bool:
    """Whether a format shows every number, and nothing else."""
    return PLAIN.fullmatch(code) is not None


@cache
def shows_texts(code: str) -> bool:
    """Whether a format shows a text as it is: only a fourth section is about texts, or a lone @."""
    sections = sections_of(code)
    of_text = sections[3:4] or [one for one in sections if any(t.text == "@" for t in one.tokens)]
    return all(
        any(t.text == "@" for t in section.tokens)
        and all(t.kind == "ignored" or t.text[0] in "@_*" for t in section.tokens)
        for section in of_text
    )


def misread(
    value: float, code: str, unit: str | None = None, *, is_share: bool = True
) -> tuple[str, str] | None:
    """How a reader is misled, and what he reads; None where rounding is all that is lost.

    "": another number, or more than one; `date`; `percent` where it is no share; `unit`:
    another unit than the number has.
    """
    if is_plain(code):
        return None
    if fixed := _fixed_number(code):
        return "", fixed
    shown = formatted(value, code)
    if not isinstance(shown, str):
        return "", str(shown)
    if any(section.has("date", "elapsed") for section in sections_of(code)[:1]):
        return "date", shown
    found = _NUMBER.findall(shown)
    if len(found) != 1:
        is_left_out = not shown.strip() and value == 0
        return None if is_left_out or shown.strip() in ("-", "–", "—") else ("", shown)
    if "%" in found[0] and not is_share:
        return "percent", shown
    try:
        number = printed(_DASH.sub("-", found[0]))
    except NotPrintedNumber:
        return "", shown
    noise = abs(Decimal(repr(value))) * Decimal("1e-12")
    if abs(number.value - Decimal(repr(value))) > number.half_ulp + noise:
        return "", shown
    if _TIMES.search(shown.replace(found[0], " ", 1)):
        return "", shown
    return _of_another_unit(shown.replace(found[0], " ", 1), shown, unit)


def _fixed_number(code: str) -> str:
    """What a section shows that has digits of its own and none of the number's: for this number
    or for others it is a figure that nobody computed. A nought for 0 is none. One that
    fills the column (`0*0`) is one too."""
    for section in sections_of(code)[:3]:
        filled = [t.text for t in section.tokens if t.text[0] == "*" and t.text[1:].isdigit()]
        if filled:
            return filled[0]
        text = "".join(
            token.text.strip('"').removeprefix("\\")
            for token in section.tokens
            if token.kind in ("literal", "other") and token.text[0] not in "_*"
        )
        if not section.has(*OF_NUMBER) and any(letter in "123456789" for letter in text):
            return text
    return ""


def _of_another_unit(rest: str, shown: str, unit: str | None) -> tuple[str, str] | None:
    for text in _UNIT.findall(rest):
        if unit is not None and not (_is_same(text, unit) if unit else _is_no_unit(text)):
            return "unit", shown
    return None


def _is_no_unit(text: str) -> bool:
    try:
        canonical(text.partition("/")[0])
    except Explained:
        return True
    return False


def _is_same(text: str, unit: str) -> bool:
    """Whether a text is the unit, or none at all."""
    try:
        size = conversion(text.partition("/")[0], unit.partition("/")[0])
    except Explained as unknown:
        return "dimension" not in unknown.key
    return size == 1
