"""What sentences say of the result besides its value: the largest stage, an interval, a year's
output, the number of stages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from decimal import Decimal

from cfp_xl.audit.document import Paragraph
from cfp_xl.audit.record import PrintedFigures, ReadReport
from cfp_xl.audit.rules import report_rule
from cfp_xl.findings import Finding, finding
from cfp_xl.footprint.printed import NotPrintedNumber, Printed, printed
from cfp_xl.verify.declared.figures import halves, to_kgco2e
from cfp_xl.verify.declared.numbers import CO2E_PATTERN, NUMBER_PATTERN, emission_unit
from cfp_xl.verify.declared.words import parts_in

_MOST = re.compile(
    r"(?P<zh>[\u4e00-\u9fff]{2,10}?)(?:阶段|环节)?的?(?:碳足迹|碳排放|温室气体排放|排放|贡献|占比)?(?:量|率|值)?"
    r"(?:占比|贡献)?(?:最大|最高|最多)"
    r"|(?:最大|最高|最多)的(?:阶段|环节)?(?:是|为)(?P<after>[\u4e00-\u9fff]{2,10})"
    r"|(?P<en>[a-z][a-z \-]{2,32}?)(?: stage| phase)? (?:contributes? (?:by far )?(?:the )?most\b"
    r"|(?:is|has|accounts for|makes) (?:by far )?the (?:largest|biggest|highest|main|dominant)"
    r" (?:contribut\w+|share|source|part|emission\w*)|dominates)"
    r"|(?:largest|biggest|highest|main) (?:contribut\w+|share|source)[^.;,]{0,20}?"
    r" (?:is|comes from) (?:the )?(?P<behind>[a-z][a-z \-]{2,32})",
    re.IGNORECASE,
)
_NOT_OF_ALL = re.compile(
    r"其次|第二|除|之外|仅次|下降|增长|second|after|besides|apart|except|increase|decrease", re.I
)
LEAST_STAGES = 2


@report_rule("N13", needs=("figures",))
def largest_stage_is_the_largest(report: ReadReport) -> Iterator[Finding]:
    """N13: the stage that a sentence calls the largest is the largest of the results."""
    results = _results(report)
    if len(results) < LEAST_STAGES:
        return
    largest = max(results, key=lambda id: results[id][1].value)
    for one in report.document.paragraphs:
        for found in _MOST.finditer(one.plain) if one.kind == "text" else ():
            words = next(w for w in found.groups() if w)
            named = parts_in(words)
            if len(named) != 1 or named[0] not in results or _NOT_OF_ALL.search(found.group()):
                continue
            if results[named[0]][1].high < results[largest][1].low:
                row, _ = results[largest]
                yield finding(
                    "N13",
                    one.at(*found.span()),
                    seen=results[named[0]][0].text("stage"),
                    expected=row.text("stage"),
                    other=str(row.spot),
                )
                return


def _results(report: ReadReport) -> Mapping[str, tuple[PrintedFigures, Printed]]:
    """The stages of the table or sentence that has most of them, with emission or share."""
    places: dict[tuple[str, str], dict[str, tuple[PrintedFigures, Printed]]] = {}
    for one in report.figures:
        named = parts_in(one.text("stage")) if one.item == "stage" else ()
        if len(named) != 1 or one.text("process") or one.is_uncertain:
            continue
        for column in ("emission", "share"):
            with suppress(NotPrintedNumber):
                number = printed(one.text(column))
                places.setdefault((one.place, column), {}).setdefault(named[0], (one, number))
    return max(places.values(), key=len, default={})


_INTERVAL = re.compile(
    rf"(?:置信区间|不确定性?(?:范围|区间)|confidence interval)[^。；;\d]{{0,24}}"
    rf"(?P<low>{NUMBER_PATTERN})\s?(?:{CO2E_PATTERN})?\s?(?:,|，|~|～|–|—|-|至|到|to|and)\s?"
    rf"(?P<high>{NUMBER_PATTERN})\s?[\])）]?\s?(?P<unit>{CO2E_PATTERN})",
    re.IGNORECASE,
)
_OF_A_CASE = re.compile(r"情景|场景|方案|因子|scenario|option|factor", re.IGNORECASE)
FARTHEST = 5
"""Times of the total, beyond which an interval is of something else."""


@report_rule("N13", needs=("figures",))
def interval_holds_the_result(report: ReadReport) -> Iterator[Finding]:
    """N13: the interval that is given for the result has the result inside."""
    totals = list(_totals(report))
    for one in report.document.paragraphs:
        for found in _INTERVAL.finditer(one.plain):
            if _OF_A_CASE.search(one.plain[max(0, found.start() - 40) : found.end()]):
                continue
            low, high = (_kgco2e(found[name], found["unit"]) for name in ("low", "high"))
            if low is None or high is None or not totals:
                continue
            if any(low.low <= total.high and total.low <= high.high for _, total in totals):
                continue
            row, total = totals[0]
            if total.value < low.value / FARTHEST or total.value > high.value * FARTHEST:
                continue
            yield finding(
                "N13",
                one.at(*found.span()),
                case="interval",
                seen=f"{found['low']}–{found['high']}",
                expected=row.text("emission"),
                other=str(row.spot),
            )


def _totals(report: ReadReport) -> Iterator[tuple[PrintedFigures, Printed]]:
    for one in report.figures:
        if one.item == "total" and not one.is_uncertain:
            number = _kgco2e(one.text("emission"), one.text("emission_unit"))
            if number is not None and number.value:
                yield one, number


def _kgco2e(text: str, unit: str) -> Printed | None:
    """A printed emission in kg, whatever it is per."""
    numerator = halves(emission_unit(unit) or unit)[0]
    with suppress(NotPrintedNumber, ValueError, KeyError):
        number = printed(text.replace(" ", ""))
        scale = Decimal(repr(to_kgco2e(numerator))) if numerator else Decimal(1)
        return Printed(text, number.value * scale, number.half_ulp * scale)
    return None


_OUTPUT = re.compile(
    r"(?:产量|生产)(?:了|为|共|约)*\s?(?P<zh>\d[\d,]*)\s?(?P<wan>万)?\s?(?:台|件|个|套|只|块|条|片|辆)"
    r"|(?P<en>\d[\d,]*) (?:[a-z]+ )?(?:units|pieces|products|[a-z]+s)(?: were| are)?"
    r" (?:made|produced|sold|a year|per year)",
    re.IGNORECASE,
)
_OF_ALL = re.compile(
    rf"(?P<number>{NUMBER_PATTERN})\s?(?P<unit>{CO2E_PATTERN})(?!\s?(?:/|per |每))", re.IGNORECASE
)
_OF_COMPANY = re.compile(
    r"全厂|公司|企业|组织|工厂|其他产品|\bsite\b|compan|organi[sz]ation|all products", re.IGNORECASE
)
MOST_TIMES = 3
"""Of the output times the result, beyond which a sentence is about something else."""


@report_rule("N13", needs=("figures",))
def output_times_result_is_the_years(report: ReadReport) -> Iterator[Finding]:
    """N13: what a year's output emits is the number of pieces times the footprint of one."""
    totals = list(_totals(report))
    for one in report.document.paragraphs:
        for sentence in re.finditer(r"[^。；;\n]+", one.plain):
            words = sentence.group()
            pieces, emission = _OUTPUT.search(words), _OF_ALL.search(words)
            if not totals or not pieces or not emission or _OF_COMPANY.search(words):
                continue
            said = _kgco2e(emission["number"], emission["unit"])
            count = Decimal((pieces["zh"] or pieces["en"]).replace(",", ""))
            count *= 10_000 if pieces["wan"] else 1
            if said is None or any(_is_of(said, count, total) for _, total in totals):
                continue
            row, total = totals[0]
            if not 1 / Decimal(MOST_TIMES) < said.value / (count * total.value) < MOST_TIMES:
                continue
            start = sentence.start()
            yield finding(
                "N13",
                one.at(start + pieces.start(), start + emission.end()),
                case="output",
                seen=emission.group(),
                expected=f"{count * total.value / 1000:f} tCO2e",
                pieces=f"{count:f}",
                one=row.text("emission"),
                other=str(row.spot),
            )


def _is_of(said: Printed, count: Decimal, total: Printed) -> bool:
    return abs(said.value - count * total.value) <= said.half_ulp + count * total.half_ulp


_NUMBERS = {
    **{word: n for n, word in enumerate("一二三四五六七八", start=1)},
    **{word: n for n, word in enumerate(("two", "three", "four", "five", "six", "seven"), start=2)},
    "两": 2,
}
_ONE_SIGN = "".join(word for word in _NUMBERS if len(word) == 1)
_WORDS = "|".join(word for word in _NUMBERS if len(word) > 1)
_COUNT = re.compile(
    rf"(?P<open>等)?(?:共|这)?(?P<n>[{_ONE_SIGN}2-8])个?(?:主要)?(?:生命周期)?(?:阶段|环节)"
    rf"|\b(?P<en>{_WORDS}|[2-8]) (?:main )?(?:life[ -]cycle )?(?:stages|phases)",
    re.IGNORECASE,
)
NEAR = 24
"""Characters between a list of stages and the word that says how many they are."""


@report_rule("N13", needs=("boundaries",))
def stages_are_as_many_as_said(report: ReadReport) -> Iterator[Finding]:
    """N13: a list of stages has as many as the sentence says."""
    for one in report.boundaries:
        block = report.document.blocks[one.spot.block - 1]
        if not one.text or not isinstance(block, Paragraph):
            continue
        at = block.plain.find(one.text[:20])
        window = block.plain[max(0, at - NEAR) : at + len(one.text) + NEAR]
        found = _COUNT.search(window) if at >= 0 else None
        if found is None:
            continue
        word = (found["n"] or found["en"]).casefold()
        said = _NUMBERS.get(word) or int(word)
        pieces = re.split(r"[、，,;；|→+]|\band\b|以及|及|和", one.text)
        listed = len([p for p in pieces if p.strip()])
        if listed > said or (listed < said and not found["open"]):
            yield finding(
                "N13", one.spot, case="count", seen=found.group(), listed=listed, names=one.text
            )
            return
