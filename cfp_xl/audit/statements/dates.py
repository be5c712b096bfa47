"""Days and periods, with what they are the day of."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator

from cfp_xl.audit.document import Document, Spot
from cfp_xl.audit.record import SaidDate
from cfp_xl.audit.statements.sentences import key_values, sentences

_MONTHS = {name.casefold(): number for number, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name.casefold(): number for number, name in enumerate(calendar.month_abbr) if name}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DAY = (
    r"(?:(?:19|20)\d{2}\s?年\s?\d{1,2}\s?月(?:\s?\d{1,2}\s?[日号])?"
    r"|(?<!\d)(?:19|20)\d{2}\s?[-./]\s?(?:0?[1-9]|1[0-2])\s?[-./]\s?(?:[12]\d|3[01]|0?[1-9])(?!\d)"
    r"|(?<![\d.])(?:0?[1-9]|[12]\d|3[01])[./](?:0?[1-9]|1[0-2])[./](?:19|20)\d{2}(?!\d)"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?\s(?:{_MONTH})\.?,?\s(?:19|20)\d{{2}}"
    rf"|(?:{_MONTH})\.?\s(?:\d{{1,2}},?\s)?(?:19|20)\d{{2}})"
)
_PERIOD = re.compile(
    rf"(?P<first>{_DAY})\s?(?:-|–|—|~|～|至|到|to|until|through)+\s?(?P<last>{_DAY})", re.IGNORECASE
)
_MONTHS_OF = re.compile(
    r"(?P<year>(?:19|20)\d{2})\s?年\s?(?P<from>\d{1,2})\s?月?\s?(?:-|–|—|~|～|至|到)\s?(?P<to>\d{1,2})\s?月"
)
"""2025年1月至12月: the second month is of the same year."""
_SINGLE = re.compile(_DAY, re.IGNORECASE)
_YEAR = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d{2})\s?年度?(?!\s?\d{1,2}\s?月)"
    r"|\b(?:calendar |financial )?year (?P<en>20\d{2})\b"
)
_OF_PERIOD = re.compile(r"时间范围|时间边界|数据期间|统计期|reference period|time period")
"""In the title of a section: the years in it are those of the data."""
ROLES = (
    ("issued", r"签发|发布日期|报告日期|编制日期|出具|issue|date of (?:report|publication)"),
    ("signed", r"签字|签名|盖章|公章|signed|signature"),
    ("valid", r"有效期|valid"),
    ("announced", r"公告|通知|announce|notice"),
    (
        "period",
        r"周期为|统计周期|时间范围|期间|统计期|数据年份|核算期|基准年"
        r"|period|data from|collected|(?:reference|calendar|financial) year",
    ),
)


def dates(document: Document) -> Iterator[SaidDate]:
    """Every day and period in keys' values, sentences and lines of their own."""
    seen: set[tuple[int, int, int]] = set()
    for one in key_values(document):
        role = one.key if one.key in ("issued", "valid", "period") else ""
        for said in _in(one.value, one.spot, role):
            if said.role:
                seen.add((one.spot.block, one.spot.table_row, 0))
                yield said
    last_words = ""
    for sentence in sentences(document):
        spot = sentence.spot
        if (spot.block, spot.table_row, 0) in seen:
            continue
        text = sentence.text.strip()
        role = _role(text, last_words if len(text) < 24 else "")
        yield from _in(text, spot, role or "other")
        last_words = text
        for found in _YEAR.finditer(text) if not _SINGLE.search(text) else ():
            around = text[max(0, found.start() - 40) : found.end() + 10]
            if _role(around, "") != "period" and not _OF_PERIOD.search(sentence.section):
                continue
            year = found["year"] or found["en"]
            at = sentence.at(found.start(), found.end())
            yield SaidDate(found.group(), at, "", f"{year}-01-01", f"{year}-12-31", "period")


def _in(text: str, spot: Spot, role: str) -> Iterator[SaidDate]:
    covered: list[tuple[int, int]] = []
    for found in _PERIOD.finditer(text):
        first, last = _day(found["first"], False), _day(found["last"], True)
        if first and last:
            covered.append(found.span())
            kind = role if role in ("valid",) else "period"
            yield SaidDate(found.group(), spot, "", first, last, kind)
    for found in _MONTHS_OF.finditer(text):
        if any(a <= found.start() < b for a, b in covered):
            continue
        first = _day(f"{found['year']}年{found['from']}月", False)
        last = _day(f"{found['year']}年{found['to']}月", True)
        if first and last:
            covered.append(found.span())
            yield SaidDate(found.group(), spot, "", first, last, "period")
    for found in _SINGLE.finditer(text):
        if any(a <= found.start() < b for a, b in covered):
            continue
        first, last = _day(found.group(), False), _day(found.group(), True)
        if first and last:
            around = text[max(0, found.start() - 24) : found.end() + 24]
            said = _role(around, "") or role
            if said == "period" and first == last:
                said = "other"  # a day is no period
            yield SaidDate(found.group(), spot, "", first, last, said)


def _role(words: str, before: str) -> str:
    text = f"{before} {words}"
    return next((r for r, p in ROLES if re.search(p, text, re.IGNORECASE)), "")


def _day(text: str, is_end: bool) -> str:
    """YYYY-MM-DD of a day; of a month its first or last day. "" where there is no such day."""
    words = text.casefold()
    named = next((n for name, n in _MONTHS.items() if re.search(rf"\b{name}\b", words)), 0)
    numbers = [int(n) for n in re.findall(r"\d+", words)]
    if named:
        year = next((n for n in numbers if n > 1000), 0)
        days = [n for n in numbers if n <= 31]
        year, month, day = year, named, days[0] if days else 0
    else:
        year, month, day = (*numbers, 0, 0)[:3]
        if year < 32:  # 31.12.2024
            year, day = day, year
    if not 1 <= month <= 12:
        return ""
    longest = calendar.monthrange(year, month)[1]
    if day > longest:
        return ""
    return f"{year:04d}-{month:02d}-{day or (longest if is_end else 1):02d}"
