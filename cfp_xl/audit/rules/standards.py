"""Standards: their editions (`data/standards.toml`), numbers, and that all places name the same."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from cfp_xl.audit.document import Paragraph
from cfp_xl.audit.prose import place_at
from cfp_xl.audit.record import ReadReport, SaidStandard
from cfp_xl.audit.rules import report_rule
from cfp_xl.data_files import read_toml
from cfp_xl.findings import Finding, finding
from cfp_xl.footprint.wording import folded

NEVER = 9999
"""The year of what has not happened."""


@dataclass(frozen=True)
class KnownStandard:
    """An entry of `data/standards.toml`."""

    number: str
    purpose: str
    editions: tuple[int, ...]
    """Years; none where they are not known."""
    withdrawn_by: str = ""
    withdrawn_in: int = NEVER


@cache
def known_standards() -> Mapping[str, KnownStandard]:
    """The standards whose editions are known, by number."""
    entries = read_toml("standards.toml")
    return {number: _known(number, entry) for number, entry in entries.items()}


def _known(number: str, entry: Mapping[str, Any]) -> KnownStandard:
    successor = entry.get("withdrawn", {})
    return KnownStandard(
        number,
        entry["for"],
        tuple(entry.get("editions", ())),
        successor.get("by", ""),
        successor.get("year", NEVER),
    )


_PART = re.compile(r"第\s?[\d一二三四五六七八九十]{1,3}\s?部分|\bpart \d", re.IGNORECASE)
_JOINED = re.compile(
    r"GB/T\s?\d{4,5}-(?:19|20)\d{2}\s?/\s?(?:ISO|IEC)(?:/T[SR])?\s?\d{4,5}[-:](?:19|20)\d{2}"
)


@report_rule("R03", needs=("standards",))
def editions_are_current(report: ReadReport) -> Iterator[Finding]:
    """R03: a standard that the report follows exists in the edition that it names, and was not
    superseded when the report was issued."""
    issued = max((int(d.last[:4]) for d in report.dates if d.role == "issued"), default=NEVER)
    judged: set[tuple[str, str]] = set()
    for one in _followed(report):
        if (one.number, one.edition) in judged:
            continue
        judged.add((one.number, one.edition))
        known = known_standards().get(one.number)
        if known is None:
            if likely := _likely_number(one):
                yield finding("R03", one.spot, case="number", seen=one.number, expected=likely)
        elif known.withdrawn_in < issued:
            yield finding(
                "R03", one.spot, case="withdrawn", seen=_name(one), expected=known.withdrawn_by
            )
        elif one.edition and known.editions and int(one.edition) not in known.editions:
            editions = ", ".join(map(str, known.editions))
            yield finding("R03", one.spot, case="edition", seen=_name(one), expected=editions)
        elif newer := _newer(known, one.edition, issued):
            yield finding("R03", one.spot, case="superseded", seen=_name(one), expected=newer)


@report_rule("R03", needs=("standards",))
def one_edition_of_each(report: ReadReport) -> Iterator[Finding]:
    """R03: a standard is named in one edition throughout the report."""
    first: dict[str, SaidStandard] = {}
    for one in report.standards:
        if not one.edition or one.role == "company":
            continue
        other = first.setdefault(one.number, one)
        if other.edition != one.edition:
            yield finding(
                "R03",
                one.spot,
                case="two_editions",
                seen=_name(one),
                expected=_name(other),
                other=str(other.spot),
            )


@report_rule("R03", needs=("standards",))
def each_is_a_document_of_its_own(report: ReadReport) -> Iterator[Finding]:
    """R03: two standards are not written as one (GB/T 24067-2024/ISO 14067:2018), and a part of a
    series has the number of its series."""
    told = set[str]()
    for one in report.standards:
        if not one.number and one.title not in told and _PART.search(one.title):
            title = re.sub(r"\s", "", one.title)
            if title not in told:
                yield finding("R03", one.spot, case="no_number", seen=one.title)
            told |= {one.title, title}
    for paragraph in report.document.texts:
        if found := _JOINED.search(paragraph.plain):
            at = paragraph.at(*found.span()) if isinstance(paragraph, Paragraph) else paragraph.spot
            yield finding("R03", at, case="joined", seen=found.group())
            return


_REFERENCE = re.compile(
    r"(?P<gb>GB(?:/T)?\s?\d{4,5}(?:\.\d+)?(?:-(?:19|20)\d{2})?)"
    r"(?:\s?/\s?(?:ISO|IEC)(?:/T[SR])?\s?\d{4,5}(?:[-:](?:19|20)\d{2})?)?"
    r"|(?P<iso>(?:ISO|IEC)(?:/T[SR])?\s?\d{4,5}(?:[-:](?:19|20)\d{2})?)"
)
_BY_ISO = re.compile(
    r"(?:国际标准化组织|\bISO\b(?![\s/]*(?:T[SR]\s*)?\d))[^。；;,，]{0,12}(?:编制|制定|制订|发布|颁布)"
    r"|(?:issued|published|developed|prepared) by (?:the )?"
    r"(?:ISO\b(?!\s?\d)|International Organi[sz]ation for Standardi[sz]ation)",
    re.IGNORECASE,
)
_BY_STATE = re.compile(
    r"(?:国家标准化管理委员会|国家标准委|国家市场监督管理总局)[^。；;,，]{0,20}(?:编制|制定|制订|发布|颁布)"
    r"|(?:issued|published) by (?:the )?(?:SAC\b|Standardi[sz]ation Administration of China)",
    re.IGNORECASE,
)


@report_rule("R03", needs=("standards",))
def standards_are_of_their_bodies(report: ReadReport) -> Iterator[Finding]:
    """R03: a national standard is not said to be ISO's, nor the other way round: by the standard
    that a sentence names last before it says who issued it."""
    for paragraph in report.document.paragraphs:
        for pattern, foreign, case in ((_BY_ISO, "gb", "by_iso"), (_BY_STATE, "iso", "by_state")):
            if (issued := pattern.search(paragraph.plain)) is None:
                continue
            start = max(paragraph.plain.rfind(mark, 0, issued.start()) for mark in "。；;")
            named = list(_REFERENCE.finditer(paragraph.plain, start + 1, issued.start()))
            if named and named[-1][foreign]:
                at = paragraph.at(named[-1].start(), issued.end())
                yield finding("R03", at, case=case, seen=named[-1].group(), words=issued.group())


PLACES = {
    "cover": (),
    "summary": ("摘要", "abstract", "summary"),
    "goal": ("目的", "goal", "objective", "purpose"),
}
"""Where a report says which standards it follows; the cover is what is before the first of them."""


@report_rule("R03", needs=("standards",))
def all_places_name_the_same(report: ReadReport) -> Iterator[Finding]:
    """R03: cover, summary and goal say that the report follows the same standards."""
    by_place: dict[str, list[SaidStandard]] = {}
    for one in _followed(report):
        if place := _place(report, one):
            by_place.setdefault(place, []).append(one)
    if len(by_place) < 2:
        return
    places = iter(by_place.values())
    usual = next(places)
    for others in places:
        named, expected = ({o.number for o in group} for group in (others, usual))
        if named == expected:
            continue
        more, fewer = sorted(named - expected), sorted(expected - named)
        at = next((o for o in others if o.number in more), others[0])
        yield finding(
            "R03",
            at.spot,
            case="places",
            seen=", ".join(sorted(named)),
            expected=", ".join(sorted(expected)),
            place=place_at(report.document, at.spot),
            other=str(usual[0].spot),
            different=", ".join([*more, *fewer]),
        )
        return


def _followed(report: ReadReport) -> Iterator[SaidStandard]:
    """What the report is based on; a mention of what exists is none of it."""
    return (one for one in report.standards if one.number and one.role in ("basis", "mention"))


def _place(report: ReadReport, one: SaidStandard) -> str:
    if one.role != "basis":
        return ""
    block = report.document.blocks[one.spot.block - 1]
    section = report.document.section_of(block)
    title = folded(section.heading.title) if section else ""
    for place, words in PLACES.items():
        if any(word in title for word in words):
            return place
    front = next(
        (
            s.first
            for s in report.document.sections
            if any(w in folded(s.heading.title) for w in PLACES["summary"])
        ),
        -1,
    )
    return "cover" if one.spot.block - 1 < front or not section else ""


def _newer(known: KnownStandard, edition: str, issued: int) -> str:
    """The latest edition of a year before the report's, where it is not this one."""
    latest = max((year for year in known.editions if year < issued), default=0)
    mark = "-" if known.number.startswith("GB") else ":"
    return f"{known.number}{mark}{latest}" if edition and latest > int(edition) else ""


def _likely_number(one: SaidStandard) -> str:
    """The standard that a number which does not exist was meant to be: its digits under another
    body (GB/T 14067), or its title under other digits."""
    digits = one.number.split()[-1]
    bodies = [n for n in known_standards() if n.split()[-1] == digits]
    if bodies and one.number.partition(" ")[0] in ("GB/T", "ISO", "GB", "PAS"):
        return bodies[0]
    title = folded(one.title)
    of_title = {"产品碳足迹量化要求": "GB/T 24067", "商品和服务在生命周期内": "PAS 2050"}
    found = next((number for words, number in of_title.items() if words in title), "")
    return found if found and digits != found.split()[-1] else ""


def _name(one: SaidStandard) -> str:
    return (
        f"{one.number}-{one.edition}"
        if one.number.startswith("GB")
        else (f"{one.number}:{one.edition}" if one.edition else one.number)
    )
