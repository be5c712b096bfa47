"""How the study was done: functional unit, allocation, cut-off, uncertainty, gases, sources."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cfp_xl.audit.document import Document
from cfp_xl.audit.numbers import CO2E_PATTERN
from cfp_xl.audit.record import ReadReport, Said
from cfp_xl.audit.rules import report_rule
from cfp_xl.findings import Finding, finding
from cfp_xl.footprint.wording import folded

_AMOUNT = re.compile(
    r"^(?:定义为|为|每|一|one|per|an?|the|\s)*(?P<number>\d+(?:[.,]\d+)?)?\s*"
    r"(?P<unit>台|件|个|吨|千克|公斤|套|只|米|平方米|立方米|升|片|支|根|双|辆|箱|瓶|kWh|kg"
    r"|t(?![a-z])|m[23]?(?![a-z])"
    r"|pieces?|units?|tonnes?|pairs?|sets?)",
    re.IGNORECASE,
)
_MASS_UNIT = re.compile(r"^(?:吨|千克|公斤|kg|t|tonnes?)$", re.IGNORECASE)
_MASS = re.compile(
    r"(?:净重|毛重|重量|质量|重约?|mass|weigh[ts]?|weighing)[^。；;]{0,24}?\d+(?:[.,]\d+)?\s?"
    r"(?:kg|g|t|千克|公斤|克|吨)(?![a-z/])"
    r"|\d+(?:[.,]\d+)?\s?(?:kg|g|千克|公斤|克)\s?(?:/|每)?\s?"
    r"(?:台|件|个|套|只|per piece|in weight)",
    re.IGNORECASE,
)
_LIFE = re.compile(
    r"(?:使用寿命|寿命|使用年限|service life|lifetime|life ?span)[^。；;]{0,24}?"
    r"(?P<years>\d+(?:\.\d+)?)\s?(?:年|a\b|years?|h\b|小时|次|cycles|hours)",
    re.IGNORECASE,
)
_FLOW = re.compile(r"基准流|参考流|reference flow", re.IGNORECASE)
_PER = re.compile(
    rf"(?:{CO2E_PATTERN})\s?/\s?(?P<unit>[\u4e00-\u9fffA-Za-z0-9]{{1,6}})", re.IGNORECASE
)
_PIECES = frozenset("台件个套只片支根双辆箱瓶")
_GENERIC_EXCLUSION = re.compile(
    r"生产设备|厂房|设施|建设|基础|人员|通勤|办公|生活|资本|机器|capital|infrastructure|equipment"
    r"|personnel|commut|building|machin|不准确|误差",
    re.IGNORECASE,
)
_NO_CUT_OFF = re.compile(
    r"(?:未|没有|无)(?:进行)?(?:舍去|取舍|截断|排除)"
    r"|no (?:flows?|inputs?|cut-?offs?) (?:was|were|have been)",
    re.IGNORECASE,
)
_FACTORS_OF_COMPANIES = re.compile(
    r"温室气体(?:排放)?核算(?:与|和|方法与?|方法和)?\s?报告(?:要求|指南)|企业温室气体(?:排放)?核算"
    r"|corporate (?:accounting|standard)|ISO 14064-1",
    re.IGNORECASE,
)
_CO2_ONLY = re.compile(
    r"(?:碳足迹因子|footprint factor)[^。；;]{0,24}?(?P<number>\d+\.\d+)\s?\$?\s?"
    r"(?P<unit>(?:k?g|t)\s?CO2(?!\s?-?e)\s?/\s?(?:kWh|MWh))",
    re.IGNORECASE,
)


@report_rule("B06", needs=("functional_units",))
def functional_unit_is_complete(report: ReadReport) -> Iterator[Finding]:
    """B06: the mass of what is not counted by mass, its life where it is used, the reference
    flow; one unit throughout."""
    units = [one for one in report.functional_units if _AMOUNT.match(one.text)]
    first = max(report.functional_units, key=lambda one: len(one.text))
    if units and not _mass_known(units, report.document):
        yield finding("B06", first.spot, case="report_mass", seen=first.text)
    parts = frozenset[str]().union(*(b.parts for b in report.boundaries if b.form != "legend"))
    is_grave = any(b.type == "cradle_to_grave" for b in report.boundaries)
    life = next((p for p in report.document.texts if _LIFE.search(p.plain)), None)
    if (is_grave or "use" in parts) and life is None and first.meaning != "declared":
        yield finding("B06", first.spot, case="report_life", seen=first.text)
    elif is_grave and life is not None and "use" not in parts:
        found = _LIFE.search(life.plain)
        yield finding(
            "B06", life.spot, case="report_life_unused", seen=found.group() if found else ""
        )
    if units and not any(_FLOW.search(p.plain) for p in report.document.texts):
        yield finding("B06", first.spot, case="report_flow", seen=first.text)
    usual = _amount(units[0]) if units else ("", "")
    for one in units[1:]:
        if usual != ("1", "") and _amount(one) != usual:
            yield finding(
                "B06",
                one.spot,
                case="report_differs",
                seen=one.text,
                expected=units[0].text,
                other=str(units[0].spot),
            )
            break


def _amount(one: Said) -> tuple[str, str]:
    found = _AMOUNT.match(one.text)
    unit = folded(found["unit"]) if found else ""
    unit = {"千克": "kg", "公斤": "kg", "吨": "t", "tonne": "t", "tonnes": "t"}.get(unit, unit)
    return ((found["number"] or "1") if found else "", unit.rstrip("s") if len(unit) > 2 else unit)


def _mass_known(units: list[Said], document: Document) -> bool:
    found = _AMOUNT.match(units[0].text)
    if found and _MASS_UNIT.match(found["unit"]):
        return True
    return any(_MASS.search(one.plain) for one in document.texts)


@report_rule("U04", needs=("functional_units",))
def results_are_per_functional_unit(report: ReadReport) -> Iterator[Finding]:
    """U04: emissions are per the piece of the functional unit, in tables and legends alike."""
    units = {_amount(one)[1] for one in report.functional_units if _AMOUNT.match(one.text)}
    if len(units) != 1 or not (unit := next(iter(units))):
        return
    spelled = {
        unit,
        *({"吨", "t"} if unit == "t" else set()),
        *({"kg", "千克", "公斤"} if unit == "kg" else set()),
    }
    if unit not in _PIECES and unit not in ("kg", "t"):
        return
    told = set[str]()
    for one in report.figures:
        per = one.text("emission_unit").partition("/")[2]
        if (
            per
            and per not in spelled
            and (per in _PIECES or per in ("t", "kg", "吨"))
            and one.place not in told
        ):
            told.add(one.place)
            yield finding(
                "U04", one.spot, case="report", seen=one.text("emission_unit"), expected=unit
            )
    legends = [b for b in report.boundaries if b.form == "legend"]
    blocks = {b.spot.block for b in legends}
    for block in sorted(blocks):
        paragraph = report.document.blocks[block - 1]
        for found in _PER.finditer(getattr(paragraph, "plain", "")):
            if found["unit"] not in spelled:
                yield finding(
                    "U04", paragraph.spot, case="report_legend", seen=found.group(), expected=unit
                )
                return


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
    yield finding("L02", done[-1].spot, seen=done[-1].text[:60])


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
    if claimed and not listed and not _NO_CUT_OFF.search(text):
        yield finding("C01", claimed[0].spot, seen=claimed[0].text[:60])
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
    if not report.uncertainty:
        yield finding("Q01", case="missing")
    elif not any(one.meaning == "quantitative" for one in report.uncertainty):
        yield finding("Q01", report.uncertainty[0].spot, seen=report.uncertainty[0].text[:60])


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


@report_rule("U02", needs=("paragraphs",))
def footprint_factors_are_in_co2e(report: ReadReport) -> Iterator[Finding]:
    """U02: a footprint factor of electricity is in CO2e."""
    for paragraph in report.document.paragraphs:
        plain = paragraph.plain.replace("\\mathrm", "").replace("{", "").replace("}", "")
        if found := _CO2_ONLY.search(plain.replace("$", "").replace("_", "")):
            yield finding(
                "U02", paragraph.spot, case="report", seen=found["unit"], number=found["number"]
            )
            return


@report_rule("F09", needs=("factor_sources",))
def factors_are_of_life_cycles(report: ReadReport) -> Iterator[Finding]:
    """F09: default values of companies' accounting count combustion only, without what is
    upstream."""
    told = set[int]()
    for one in report.factor_sources:
        if one.spot.block not in told and _FACTORS_OF_COMPANIES.search(one.text):
            told.add(one.spot.block)
            yield finding("F09", one.spot, seen=one.text[:60])
