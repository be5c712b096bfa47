"""Numbers that Word puts before headings and list items, and the levels of headings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from cfp_xl.workbook.reading.container import Package

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HEADING = re.compile(r"(?:heading|标题|überschrift|titre)\s*(\d)", re.IGNORECASE)
_CONTENTS = re.compile(r"(?:toc|目录|verzeichnis|tm)\s*\d", re.IGNORECASE)
CHINESE = "一二三四五六七八九十"


@dataclass(frozen=True)
class ListLevel:
    """How one level of a list is numbered."""

    form: str
    """decimal, bullet, chineseCounting, …"""
    text: str
    """%1.%2"""
    start: int


@dataclass
class Numbering:
    """Lists and heading styles of a document; counts as its paragraphs come."""

    levels: Mapping[str, Mapping[int, ListLevel]]
    """By the list's id."""
    headings: Mapping[str, int]
    """Level by style id."""
    lists_of_styles: Mapping[str, tuple[str, int]]
    contents: frozenset[str] = frozenset()
    """Ids of the styles of lines of the contents."""
    counts: dict[str, dict[int, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, package: Package) -> Numbering:
        headings, lists, contents = _styles(package)
        return cls(_lists(package), headings, lists, contents)

    def is_contents(self, paragraph: etree._Element) -> bool:
        """Whether a paragraph is a line of the table of contents."""
        return _value(paragraph.find(f"{W}pPr/{W}pStyle")) in self.contents

    def of_paragraph(self, paragraph: etree._Element) -> tuple[int, str]:
        """The level of a heading (0: none), and the number that is shown before the text."""
        properties = paragraph.find(f"{W}pPr")
        if properties is None:
            return 0, ""
        style = _value(properties.find(f"{W}pStyle"))
        level = self.headings.get(style, 0)
        outline = _value(properties.find(f"{W}outlineLvl"))
        if not level and outline.isdecimal() and int(outline) < 9:
            level = int(outline) + 1
        list_id = _value(properties.find(f"{W}numPr/{W}numId"))
        depth = _value(properties.find(f"{W}numPr/{W}ilvl"))
        of_style = self.lists_of_styles.get(style)
        if not list_id and of_style:
            list_id, at = of_style
        else:
            at = int(depth) if depth.isdecimal() and len(depth) < 3 else 0
        return level, self._next(list_id, at) if list_id else ""

    def _next(self, list_id: str, at: int) -> str:
        levels = self.levels.get(list_id, {})
        own = levels.get(at)
        if own is None or own.form in ("bullet", "none"):
            return ""
        counts = self.counts.setdefault(list_id, {})
        counts[at] = counts.get(at, own.start - 1) + 1
        for deeper in [level for level in counts if level > at]:
            del counts[deeper]
        shown = own.text
        for level, how in levels.items():
            value = counts.get(level, how.start)
            shown = shown.replace(f"%{level + 1}", _spelled(value, how.form))
        return shown.rstrip(". ") if re.fullmatch(r"[\d.]+", shown.strip()) else shown


def _spelled(value: int, form: str) -> str:
    if form.startswith(("chinese", "japanese", "ideograph")) and 0 < value < 20:
        return CHINESE[value - 1] if value <= 10 else f"十{CHINESE[value - 11]}"
    if form == "lowerLetter":
        return chr(96 + value) if value <= 26 else str(value)
    if form == "upperLetter":
        return chr(64 + value) if value <= 26 else str(value)
    return str(value)


def _value(element: etree._Element | None) -> str:
    return element.get(f"{W}val", "") if element is not None else ""


def _lists(package: Package) -> dict[str, dict[int, ListLevel]]:
    if not package.has("word/numbering.xml"):
        return {}
    root = package.xml("word/numbering.xml")
    abstract = {
        one.get(f"{W}abstractNumId", ""): {
            int(level.get(f"{W}ilvl", "0")): _level(level) for level in one.iterchildren(f"{W}lvl")
        }
        for one in root.iterchildren(f"{W}abstractNum")
    }
    return {
        one.get(f"{W}numId", ""): abstract.get(_value(one.find(f"{W}abstractNumId")), {})
        for one in root.iterchildren(f"{W}num")
    }


def _level(level: etree._Element) -> ListLevel:
    start = _value(level.find(f"{W}start"))
    return ListLevel(
        _value(level.find(f"{W}numFmt")) or "decimal",
        _value(level.find(f"{W}lvlText")),
        int(start) if start.isdecimal() and len(start) < 6 else 1,
    )


def _styles(
    package: Package,
) -> tuple[dict[str, int], dict[str, tuple[str, int]], frozenset[str]]:
    """The levels of heading styles, the lists that styles number by, and styles of contents."""
    headings: dict[str, int] = {}
    lists: dict[str, tuple[str, int]] = {}
    contents: set[str] = set()
    if not package.has("word/styles.xml"):
        return headings, lists, frozenset()
    for style in package.xml("word/styles.xml").iterchildren(f"{W}style"):
        id = style.get(f"{W}styleId", "")
        outline = _value(style.find(f"{W}pPr/{W}outlineLvl"))
        named = _HEADING.match(_value(style.find(f"{W}name")))
        if _CONTENTS.match(_value(style.find(f"{W}name"))):
            contents.add(id)
        elif named:
            headings[id] = int(named[1])
        elif outline.isdecimal() and int(outline) < 9:
            headings[id] = int(outline) + 1
        number = style.find(f"{W}pPr/{W}numPr")
        if number is not None and (list_id := _value(number.find(f"{W}numId"))):
            depth = _value(number.find(f"{W}ilvl"))
            lists[id] = (list_id, int(depth) if depth.isdecimal() and len(depth) < 3 else 0)
    return headings, lists, frozenset(contents)
