"""What a cell's style does to a number: makes a date or a percentage of it, or hides it.

Only what decides on that is read: number formats, and the colours of font and ground. Conditional
formats and the styles of tables are not looked at.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

from cfp_xl.workbook.reading.container import Package, whole_number
from cfp_xl.workbook.reading.number_formats import BUILTIN_FORMATS, is_date_format
from cfp_xl.workbook.row_runs import Look

_LITERAL = re.compile(r'"[^"]*"?|\\.|_.|\*.')
_BRACKET = re.compile(r"\[[^\]]*\]")
_WHITE = re.compile(r"\[(?:white|白色?|(?:colou?r|颜色)\s*2)\]", re.IGNORECASE)
_CONDITION = re.compile(r"\[[<>=]")
_DIGITS = re.compile(r"[0#?@]|general|通用格式|[ymdhs]", re.IGNORECASE)
WHITE, BLACK = 1.0, 0.0
LEAST_CONTRAST = 1.3
"""By WCAG 2.1's ratio, black on white is 21; readable text has 4.5, light grey on white 1.4."""


@dataclass(frozen=True, slots=True)
class Styles:
    """Indices of cell formats (a cell's `s`), by what they do to a number."""

    dates: frozenset[int] = frozenset()
    unseen_above_zero: frozenset[int] = frozenset()
    unseen_below_zero: frozenset[int] = frozenset()
    percents: frozenset[int] = frozenset()

    def hides(self, index: int, number: float) -> bool:
        """Whether a cell of this format shows nothing of the number; a zero may be left out."""
        if number == 0:
            return False
        return index in (self.unseen_above_zero if number > 0 else self.unseen_below_zero)

    def look(self, index: int, *, is_date: bool = False) -> Look | None:
        """What this format makes of numbers; None where it just shows them."""
        look = Look(
            is_date or index in self.dates,
            index in self.unseen_above_zero,
            index in self.unseen_below_zero,
            index in self.percents,
        )
        return look if any(look) else None


def read_styles(package: Package, part: str) -> Styles:
    """The cell formats of a styles part."""
    formats: dict[int, str] = dict(BUILTIN_FORMATS)
    fonts: list[float | None] = []
    grounds: list[float | None] = []
    dates: set[int] = set()
    percents: set[int] = set()
    above: set[int] = set()
    below: set[int] = set()
    index = 0
    is_cell_format = False
    for _, name, element in package.stream(part, "numFmt", "font", "fill", "xf", "dxf"):
        match name:
            case "numFmt":
                number = whole_number(element, "numFmtId", 0, part)
                formats[number] = element.get("formatCode", "")
            case "font":
                fonts.append(luminance(next(element.iter("{*}color"), None)))
            case "fill":
                grounds.append(ground_of(element))
            case "cellXfs" | "cellStyleXfs":
                is_cell_format = name == "cellXfs"
            case "xf" if is_cell_format:
                code = formats.get(whole_number(element, "numFmtId", 0, part), "General")
                font = _at(fonts, whole_number(element, "fontId", 0, part))
                ground = _at(grounds, whole_number(element, "fillId", 0, part))
                if is_date_format(code):
                    dates.add(index)
                if "%" in _LITERAL.sub("", code):
                    percents.add(index)
                for sign, unseen in ((-1, below), (1, above)):
                    colour = WHITE if _WHITE.search(_section(code, sign)) else font
                    if are_alike(colour, ground) or not shows_digits(code, sign):
                        unseen.add(index)
                index += 1
    return Styles(*map(frozenset, (dates, above, below, percents)))


def shows_digits(code: str, number: float) -> bool:
    """Whether a number format shows anything of such a number: `;;;` and `"9.99"` do not.

    Formats with conditions of their own ([>100]…) count as showing it.
    """
    if _CONDITION.search(code):
        return True
    section = _section(code, number)
    return not code or bool(_DIGITS.search(_LITERAL.sub("", _BRACKET.sub(_elapsed, section))))


def _section(code: str, number: float) -> str:
    """The part of a number format that such a number is shown by: above zero; below; …"""
    sections = _LITERAL.sub(lambda match: "" if ";" in match[0] else match[0], code).split(";")
    return sections[1] if number < 0 and len(sections) > 1 else sections[0]


def _elapsed(bracket: re.Match[str]) -> str:
    """[h], [mm], [ss] show a time; other brackets (colours, currencies) show no digit."""
    inner = bracket[0][1:-1].lower()
    return inner if inner and set(inner) <= set("hms") and len(set(inner)) == 1 else ""


def are_alike(font: float | None, ground: float | None) -> bool:
    """Whether a text can't be told from its ground: WCAG's contrast of two luminances is too
    low."""
    if font is None or ground is None:
        return False
    return (max(font, ground) + 0.05) / (min(font, ground) + 0.05) < LEAST_CONTRAST


def ground_of(fill: etree._Element) -> float | None:
    """The luminance behind a cell's text; None where it is a pattern or not known."""
    pattern = next(fill.iter("{*}patternFill"), None)
    if pattern is None:
        return None if len(fill) else WHITE
    match pattern.get("patternType"):
        case None | "none":
            return WHITE
        case "solid":
            return luminance(next(pattern.iter("{*}fgColor"), None))
    return None


def luminance(colour: etree._Element | None) -> float | None:
    """A colour's relative luminance (WCAG 2.1), 0 to 1; None for one that is not known here.

    Of a theme only the first two colours are: the light ground and the dark text.
    """
    if colour is None:
        return None
    if colour.get("theme") in ("0", "1") and colour.get("tint") in (None, "0"):
        return WHITE if colour.get("theme") == "0" else BLACK
    rgb = colour.get("rgb", "")[-6:]
    if not re.fullmatch("[0-9A-Fa-f]{6}", rgb):
        return {"0": BLACK, "8": BLACK, "1": WHITE, "9": WHITE}.get(colour.get("indexed", ""))
    parts = [int(rgb[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _at(luminances: list[float | None], index: int) -> float | None:
    return luminances[index] if index < len(luminances) else None
