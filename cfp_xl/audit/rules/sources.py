"""Where factors come from: for companies or for life cycles, of which year, named alike."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cfp_xl.audit.document import Spot
from cfp_xl.audit.prose import place_at
from cfp_xl.audit.record import ReadReport
from cfp_xl.audit.rules import report_rule
from cfp_xl.findings import Finding, Severity, finding
from cfp_xl.footprint.wording import folded

_FACTORS_OF_COMPANIES = re.compile(
    r"温室气体(?:排放)?核算(?:与|和|方法与?|方法和)?\s?报告(?:要求|指南)|企业温室气体(?:排放)?核算"
    r"|corporate (?:accounting|standard)|ISO 14064-1",
    re.IGNORECASE,
)
_OF_YEAR = re.compile(
    r"(?P<zh>20\d{2})\s?年度?[^。；;,，、]{0,12}?(?:电力|电网)[^。；;,，、]{0,14}?因子"
    r"|(?P<en>20\d{2}) (?:grid|electricity)[^.;,]{0,24}factor"
    r"|(?:grid|electricity)[^.;,]{0,24}factors? (?:for|of) (?P<of>20\d{2})",
    re.IGNORECASE,
)
_TITLE = re.compile(r"《([^》]{4,80})》")
_NOTICE = re.compile(r"关于(?:发布)?([^。；;,，]{4,40}?)的?(?:公告|通知)")
_DATABASE = re.compile(
    r"ecoinvent|CLCD|CPCD|GaBi|Sphera|ELCD|HiQLCD|TianGong|天工|AusLCI|USLCI|IDEMAT|DEFRA|DESNZ|EPA\b",
    re.IGNORECASE,
)
_SERIES = re.compile(
    r"(?:[^，。；;,、（）()《》自于]{0,12})(?P<series>核算方法[与和]报告指南|核算[与和]报告要求|国家温室气体清单指南"
    r"|ecoinvent|CLCD|CPCD|GaBi|Sphera|ELCD|天工|DEFRA|DESNZ)",
    re.IGNORECASE,
)
"""Series of standards, and databases, that give factors of all kinds."""
_OF_ONE_FACTOR = re.compile(
    r"(?:电力|电网|运输|柴油|天然气|蒸汽|热力|钢|铝|塑料|包装)[^，。；;]{0,8}(?:排放|碳足迹)?因子"
    r"|(?:electricity|grid|transport|diesel|gas|steel|alumin\w+|packaging)[^.;,]{0,20}factor",
    re.IGNORECASE,
)
_SUMMARY = ("摘要", "abstract", "summary")
MOST_YEARS = 1
"""Between a factor and the data that it is used on, without a warning."""


@report_rule("F09", needs=("factor_sources",))
def factors_are_of_life_cycles(report: ReadReport) -> Iterator[Finding]:
    """F09: default values of companies' accounting count combustion only, without what is
    upstream."""
    told = set[int]()
    for one in report.factor_sources:
        if one.spot.block not in told and _FACTORS_OF_COMPANIES.search(one.text):
            told.add(one.spot.block)
            yield finding("F09", one.spot, seen=one.text[:60])


@report_rule("F03", needs=("dates",))
def electricity_is_of_the_period(report: ReadReport) -> Iterator[Finding]:
    """F03: the factor of electricity is of the year of the data, or the nearest that there is."""
    period = next((d for d in report.dates if d.role == "period" and d.first <= d.last), None)
    if period is None:
        return
    first, last = int(period.first[:4]), int(period.last[:4])
    nearest: tuple[int, int, Spot] | None = None
    for one in report.document.paragraphs:
        for found in _OF_YEAR.finditer(one.plain):
            year = int(found["zh"] or found["en"] or found["of"])
            apart = max(first - year, year - last, 0)
            if nearest is None or apart < nearest[0]:
                nearest = (apart, year, one.at(*found.span()))
    if nearest is None or nearest[0] == 0:
        return
    years, year, at = nearest
    severity = Severity.INFO if years <= MOST_YEARS else Severity.WARNING
    yield finding(
        "F03",
        at,
        case="report",
        severity=severity,
        seen=year,
        expected=period.text,
        years=years,
    )


@report_rule("F10", needs=("factor_sources",))
def sources_are_named_alike(report: ReadReport) -> Iterator[Finding]:
    """F10, a question: what the summary names as the sources of factors is all that the report
    names."""
    front: dict[str, Spot] = {}
    rest: dict[str, Spot] = {}
    for one in report.factor_sources:
        place = folded(place_at(report.document, one.spot))
        named = front if any(word in place for word in _SUMMARY) else rest
        for name in _names(one.text):
            named.setdefault(name, one.spot)
    more = [name for name in rest if name not in front]
    if front and more:
        at = next(iter(front.values()))
        yield finding(
            "F10",
            at,
            seen=", ".join(front),
            expected=", ".join(more),
            other=str(rest[more[0]]),
        )


@report_rule("F10", needs=("factor_sources",))
def sources_are_the_same_everywhere(report: ReadReport) -> Iterator[Finding]:
    """F10, a question: two places that say where the factors as a whole are from name the same
    standards for it: guidelines here and another series there are two sources."""
    first: tuple[frozenset[str], str, Spot] | None = None
    for one in report.factor_sources:
        named = frozenset(found.group("series") for found in _SERIES.finditer(one.text))
        if not named or _OF_ONE_FACTOR.search(one.spot.quote):
            continue
        text = next(found.group() for found in _SERIES.finditer(one.text)).lstrip("来自《 ")
        if first is None:
            first = (named, text, one.spot)
        elif named.isdisjoint(first[0]):
            yield finding(
                "F10", one.spot, case="places", seen=text, expected=first[1], other=str(first[2])
            )
            return


def _names(text: str) -> Iterator[str]:
    """The documents and databases that a sentence names, as they are compared."""
    if found := _NOTICE.search(text):
        yield re.sub(r"\s", "", found[1])
        text = text[: found.start()]
    yield from (re.sub(r"\s", "", found[1]) for found in _TITLE.finditer(text))
    yield from (found.group() for found in _DATABASE.finditer(text))
