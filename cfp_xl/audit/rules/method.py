"""How the study was done: functional unit, allocation, cut-off, uncertainty, gases."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cfp_xl.audit.document import Document
from cfp_xl.audit.record import ReadReport, Said
from cfp_xl.audit.rules import report_rule
from cfp_xl.audit.rules.mandatory import of_whole_reports
from cfp_xl.audit.rules.units import AMOUNT, amount_of
from cfp_xl.findings import Finding, finding

_ONE = re.compile(r"(?:one|an?|1)\s+[a-z]", re.IGNORECASE)
_MASS_UNIT = re.compile(r"^(?:吨|千克|公斤|kg|t|tonnes?)$", re.IGNORECASE)
_MASS = re.compile(
    r"(?:净重|毛重|重量|质量|重约?|mass|weigh[ts]?|weighing)[^。；;]{0,24}?\d+(?:[.,]\d+)?\s?"
    r"(?:kg|g|t|千克|公斤|克|吨)(?![a-z/])"
    r"|\d+(?:[.,]\d+)?\s?(?:kg|g|千克|公斤|克)\s?(?:/|每)?\s?"
    r"(?:台|件|个|套|只|per piece|in weight|m[23](?![a-z]))",
    re.IGNORECASE,
)
_MASS_IN_UNIT = re.compile(r"\d\s?(?:kg|g|t|千克|公斤|克|吨)(?![a-z/])", re.IGNORECASE)
_LIFE = re.compile(
    r"(?:使用寿命|寿命|使用年限|service life|lifetime|life ?span)[^。；;]{0,24}?"
    r"(?P<years>\d+(?:\.\d+)?)\s?(?:年|a\b|years?|h\b|小时|次|cycles|hours)"
    r"|(?:used|in use|use|operated) (?:for|over) (?:a (?:period|life) of )?\d+(?:\.\d+)?"
    r" ?(?:years?|h\b|hours)"
    r"|(?:for|over) \d+(?:\.\d+)? ?years? of (?:use|operation|service)"
    r"|使用(?:期限?为?)?\s?\d+(?:\.\d+)?\s?(?:年|小时)"
    r"|行驶(?:里程)?(?:为|约)?\s?\d[\d,. ]*\s?万?\s?(?:km|公里|千米)"
    r"|(?:over|for|drives?|travels?|mileage of) \d[\d,. ]* ?(?:km|kilomet\w+|miles)",
    re.IGNORECASE,
)
_FLOW = re.compile(r"基准流|参考流|reference flow", re.IGNORECASE)
_GENERIC_EXCLUSION = re.compile(
    r"生产设备|厂房|设施|建设|基础|人员|通勤|办公|生活|资本|机器|capital|infrastructure|equipment"
    r"|personnel|commut|building|machin|不准确|误差",
    re.IGNORECASE,
)
_WITH_SHARE = re.compile(
    r"[\u4e00-\u9fffA-Za-z]{2}\s?[(（](?:[^<≤()（）小不l]{0,12}[,，占 ])?\d+(?:\.\d+)?\s?%\s?[)）]"
    r"|\d\s?%\s?[(（][^()（）<≤\d]{2,40}[)）]"
    r"|[\u4e00-\u9fff]{2}(?:质量|能量|排放)?(?:占比|占)(?:为|约)?\s?\d+(?:\.\d+)?\s?%"
)
"""Something that was left out, with its share in brackets: labels (0.2 %)."""
LONGEST_SHOWN = 60
_NO_CUT_OFF = re.compile(
    r"(?:未|没有|无)(?:进行)?(?:舍去|取舍|截断|排除)"
    r"|no (?:flows?|inputs?|cut-?offs?) (?:was|were|have been)",
    re.IGNORECASE,
)


@report_rule("B06", needs=("functional_units",))
def functional_unit_is_complete(report: ReadReport) -> Iterator[Finding]:
    """B06: the mass of what is not counted by mass, its life where it is used, the reference
    flow; one unit throughout."""
    units = [one for one in report.functional_units if AMOUNT.match(one.text)]
    first = max(report.functional_units, key=lambda one: len(one.text))
    counted = units or [one for one in report.functional_units if _ONE.match(one.text)]
    if counted and not _mass_known(counted, report.document):
        lacks = finding("B06", first.spot, case="report_mass", seen=first.text)
        yield of_whole_reports(report, lacks)
    parts = frozenset[str]().union(*(b.parts for b in report.boundaries if b.form != "legend"))
    is_grave = any(b.type == "cradle_to_grave" for b in report.boundaries)
    life = next((p for p in report.document.texts if _LIFE.search(p.plain)), None)
    if (is_grave or "use" in parts) and life is None and (is_grave or first.meaning != "declared"):
        lacks = finding("B06", first.spot, case="report_life", seen=first.text)
        yield of_whole_reports(report, lacks)
    elif is_grave and life is not None and "use" not in parts and not _is_in_unit(report):
        found = _LIFE.search(life.plain)
        yield finding(
            "B06", life.spot, case="report_life_unused", seen=found.group() if found else ""
        )
    if units and not any(_FLOW.search(p.plain) for p in report.document.texts):
        yield finding("B06", first.spot, case="report_flow", seen=first.text)
    usual = amount_of(units[0]) if units else ("", "")
    for one in units[1:]:
        if usual != ("1", "") and amount_of(one) != usual:
            yield finding(
                "B06",
                one.spot,
                case="report_differs",
                seen=one.text,
                expected=units[0].text,
                other=str(units[0].spot),
            )
            break


def _is_in_unit(report: ReadReport) -> bool:
    return any(_LIFE.search(one.text) for one in report.functional_units)


def _mass_known(units: list[Said], document: Document) -> bool:
    found = AMOUNT.match(units[0].text)
    if found and _MASS_UNIT.match(found["unit"]):
        return True
    if any(_MASS_IN_UNIT.search(one.text) for one in units):
        return True
    return any(_MASS.search(one.plain) for one in document.texts)


@report_rule("L02", needs=("allocation",))
def allocation_has_numbers(report: ReadReport) -> Iterator[Finding]:
    """L02: where something is allocated, the basis and its numbers are given."""
    done = [one for one in report.allocation if one.meaning in ("mass", "physical", "economic")]
    if not done:
        if len(report.allocation) > 1 and not any(o.meaning for o in report.allocation):
            yield finding("L02", report.allocation[-1].spot, case="generic")
        return
    if any(_has_number(one.text) for one in report.allocation):
        return
    for table in report.document.tables:
        head = " ".join(cell.plain for cell in (table.rows[0] if table.rows else ()))
        title = table.caption.plain if table.caption else ""
        if re.search(r"分配|分摊|allocat", head + title, re.IGNORECASE):
            return
    yield of_whole_reports(report, finding("L02", done[-1].spot, seen=_shown(done[-1].text)))


def _shown(words: str) -> str:
    """The beginning of a long sentence."""
    return words if len(words) <= LONGEST_SHOWN else f"{words[: LONGEST_SHOWN - 1]}…"


def _has_number(text: str) -> bool:
    plain = re.sub(
        r"[(（]?\d{1,2}[)）]|ISO\s?\d+(?::\d+)?|GB/T\s?[\d\-]+|\d{4}\s?年|\d+(?:\.\d+){2,}",
        "",
        text,
    )
    return bool(re.search(r"\d", plain))


@report_rule("C01", needs=("cut_offs",))
def cut_offs_are_listed(report: ReadReport) -> Iterator[Finding]:
    """C01: who names a threshold lists what was left out, each with its share."""
    claimed = [one for one in report.cut_offs if one.meaning]
    listed = [
        one
        for one in report.exclusions
        if not _GENERIC_EXCLUSION.search(one.text)
        and not re.search(r"小于|不超过|less than|<|较小|原则", one.text)
    ]
    text = " ".join(one.text for one in report.cut_offs)
    if claimed and not listed and not _NO_CUT_OFF.search(text) and not _WITH_SHARE.search(text):
        unlisted = finding("C01", claimed[0].spot, seen=_shown(claimed[0].text))
        yield of_whole_reports(report, unlisted)
    for one in listed:
        block = report.document.blocks[one.spot.block - 1]
        words = one.spot.quote + getattr(block, "plain", "")
        if not re.search(r"\d\s?%", words) and _is_input(one.text):
            yield finding("C01", one.spot, case="no_share", seen=one.text)


def _is_input(text: str) -> bool:
    """Whether what is left out is a material, an energy or a process of its own."""
    return bool(
        re.search(
            r"包装|辅料|材料|原料|运输|耗材|能源|电力|废弃物|零件|packag|material|transport|auxiliar|waste|energy",
            text,
            re.IGNORECASE,
        )
    )


@report_rule("Q01", needs=("figures",))
def uncertainty_is_given(report: ReadReport) -> Iterator[Finding]:
    """Q01: uncertainty that is spoken of has a number."""
    said = [one for one in report.uncertainty if one.meaning != "none"]
    if not said:
        yield finding("Q01", case="missing")
    elif not any(one.meaning == "quantitative" for one in said):
        yield of_whole_reports(report, finding("Q01", said[0].spot, seen=_shown(said[0].text)))


MOST_DIGITS = 5


@report_rule("N10", needs=("figures",))
def digits_fit_the_uncertainty(report: ReadReport) -> Iterator[Finding]:
    """N10: no total of six digits where no uncertainty was worked out."""
    if any(one.meaning == "quantitative" for one in report.uncertainty):
        return
    for one in report.figures:
        digits = re.sub(r"\D", "", one.text("emission").split("E")[0].split("e")[0]).lstrip("0")
        if one.item == "total" and not one.is_uncertain and len(digits) > MOST_DIGITS:
            yield finding("N10", one.spot, seen=one.text("emission"), digits=len(digits))
            return


@report_rule("G02", needs=("gases",))
def gases_are_those_of_co2e(report: ReadReport) -> Iterator[Finding]:
    """G02: a footprint in CO2e counts more gases than CO2."""
    if {one.meaning for one in report.gases} == {"CO2"}:
        yield finding("G02", report.gases[0].spot, case="report", seen=report.gases[0].text)


@report_rule("G04", needs=("gwp_sets",))
def gwp_set_is_one_and_recent(report: ReadReport) -> Iterator[Finding]:
    """G04: one set of GWPs, of the latest assessment report or with a reason."""
    first = report.gwp_sets[0]
    other = next((one for one in report.gwp_sets if one.meaning != first.meaning), None)
    if other is not None:
        yield finding(
            "G04",
            other.spot,
            case="two",
            seen=other.meaning,
            expected=first.meaning,
            other=str(first.spot),
        )
    elif first.meaning in ("AR4", "AR5"):
        severity_case = "old" if first.meaning == "AR5" else ""
        yield finding("G04", first.spot, case=severity_case, seen=first.meaning)


_SUM_OF_BOTH = re.compile(
    r"活动(?:水平|数据)(?:数据)?\s?(?:、|和|与|及|以及)\s?(?:碳?排放)?(?:因子|系数)(?:数据)?(?:之和|的?(?:总和|加和|相加))"
    r"|sum of (?:all )?(?:the )?activity data and (?:the )?emission factors",
    re.IGNORECASE,
)


@report_rule("B10", needs=("paragraphs",))
def factors_multiply(report: ReadReport) -> Iterator[Finding]:
    """B10: a footprint is the sum of products of activity and factor, not a sum of both."""
    for one in report.document.paragraphs:
        if found := _SUM_OF_BOTH.search(one.plain):
            yield finding("B10", one.at(*found.span()), case="sum_of_both", seen=found.group())
