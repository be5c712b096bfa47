"""What CELL("format") calls a number format, by the table in Microsoft's documentation of CELL."""

from __future__ import annotations

import re

_SPACING = re.compile(r"_.|\*.")
_QUOTED = re.compile(r'"[^"]*"?|\\.')
_CURRENCY = re.compile(r"[$€£¥￥]")
_BRACKET = re.compile(r"\[(?!h+\]|m+\]|s+\])[^\]]*\]", re.IGNORECASE)
_COLOUR = re.compile(
    r"\[(?:black|blue|cyan|green|magenta|red|white|yellow|colou?r\s*\d+)\]", re.IGNORECASE
)
_DECIMALS = re.compile(r"\.([0#?]+)")


def format_name(code: str) -> str:
    """`F2` for 0.00, `,0-` for #,##0 with negative numbers in colour, `D4` for m/d/yy, …"""
    sections = re.split(r';(?=(?:[^"]*"[^"]*")*[^"]*$)', code)
    negative = "-" if len(sections) > 1 and _COLOUR.search(sections[1]) else ""
    first = _SPACING.sub("", sections[0])
    around = "()" if "(" in first.replace('"', "").replace("\\", "") else ""
    return _kind(first) + negative + around


def _kind(section: str) -> str:
    bare = _BRACKET.sub("", _QUOTED.sub("", section))
    if bare.casefold() in ("general", "", "@") or ("/" in bare and re.search("[0#?]", bare)):
        return "G"
    if date := _date(bare.casefold()):
        return date
    if not re.search("[0#?]", bare):
        return "G"
    found = _DECIMALS.search(bare)
    decimals = len(found[1]) if found else 0
    if re.search(r"E[+-]", bare, re.IGNORECASE):
        return f"S{decimals}"
    if "%" in bare:
        return f"P{decimals}"
    if _CURRENCY.search(section):
        return f"C{decimals}"
    return f",{decimals}" if re.search(r"[0#?],[0#?]", bare) else f"F{decimals}"


def _date(code: str) -> str | None:
    is_half = "am/pm" in code or "a/p" in code
    plain = code.replace("am/pm", "").replace("a/p", "")
    if not re.search("[ymdhs]", plain):
        return None
    has_year, has_day, has_name = "y" in plain, "d" in plain, "mmm" in plain
    if has_year or has_day:
        if has_name:
            return "D1" if has_year and has_day else "D2" if has_day else "D3"
        return "D4" if has_year else "D5"
    if "s" in plain:
        return "D6" if is_half else "D8"
    if "h" in plain:
        return "D7" if is_half else "D9"
    return "D3" if has_name else "G"
