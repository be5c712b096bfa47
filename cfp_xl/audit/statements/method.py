"""How the footprint was worked out: GWP set, gases, sources, allocation, cut-off, uncertainty."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cfp_xl.audit.document import Document
from cfp_xl.audit.record import Said
from cfp_xl.audit.statements.sentences import Sentence, sentences
from cfp_xl.verify.declared.numbers import CO2E_PATTERN

_GWP_SET = (
    ("AR4", r"第四次评估报告|fourth assessment|\bAR4\b|IPCC\s?2007"),
    ("AR5", r"第五次评估报告|fifth assessment|\bAR5\b|IPCC\s?\(?201[34]"),
    ("AR6", r"第六次评估报告|sixth assessment|\bAR6\b|IPCC\s?\(?202[1-3]"),
)
_GASES = (
    ("CO2", r"二氧化碳|CO2(?!\s?(?:e|当量|-?eq))"),
    ("CH4", r"甲烷|CH4|methane"),
    ("N2O", r"氧化亚氮|N2O|nitrous oxide"),
    ("HFCs", r"氢氟碳化物|HFCs?|hydrofluorocarbons?"),
    ("PFCs", r"全氟化碳|PFCs?|perfluorocarbons?"),
    ("SF6", r"六氟化硫|SF6"),
    ("NF3", r"三氟化氮|NF3"),
)
_COUNTED = re.compile(
    r"(?:本次|本报告|本评价|本研究|核查|核算|统计|考虑|涉及)[^。；]{0,30}(?:温室气体|包括|为)[^。；]*"
    r"|(?:greenhouse gases|ghgs?) (?:considered|included|covered|are)[^.;]*",
    re.IGNORECASE,
)
_SOURCE = re.compile(
    r"(?:因子|背景数据|次级数据|上游数据|缺省值|emission factors?|background data|secondary data)"
    r"[^。；;,，]{0,24}?(?:来自|来源于?|源于|取自|引用自?|选自|from|based on|source)"
    r"[^。；;]{2,}",
    re.IGNORECASE,
)
_ALLOCATION = re.compile(r"分配|分摊|allocat", re.IGNORECASE)
_BASES = (
    ("mass", r"(?<!数据)质量|重量|mass|weight"),
    ("physical", r"物理|产量|工时|机时|体积|能量|physical|output|volume|energy content"),
    ("economic", r"经济|价值|产值|economic|revenue|price"),
    ("none", r"(?:不涉及|无需|未进行|没有)[^。]{0,12}分配|no allocation"),
    ("avoided", r"避免分配|系统扩展|扩大系统|system expansion|avoid"),
)
_DONE = re.compile(
    r"本(?:次|评价|报告|研究|项目)|实际|采用|按照?|we |was |were |is |are ", re.IGNORECASE
)
_CUT_OFF = re.compile(r"取舍|舍去|截断|忽略|可忽略|cut[- ]?off|neglect|omitted", re.IGNORECASE)
_PER_CENT = re.compile(r"(\d+(?:\.\d+)?)\s?%")
_UNCERTAINTY = re.compile(
    r"不确定性|不确定度|置信区间|蒙特卡[洛罗]|标准差|\buncertain|confidence interval|monte carlo"
    r"|standard deviation",
    re.IGNORECASE,
)
_NOT_STATED = re.compile(
    r"(?:没有|未)(?:给出|计算|进行|评估|分析|量化)|(?:states?|gives?|has) no\b"
    r"|(?:not|never) (?:been )?(?:computed|quantified|assessed|stated)",
    re.IGNORECASE,
)
_QUANTIFIED = re.compile(
    r"\d+(?:\.\d+)?\s?%|(?:区间|interval)[^。；;]{0,24}\d|±\s?\d|\+/-\s?\d|GSD"
    r"|标准差[^，。]{0,6}\d|standard deviation [^.;]{0,12}\d",
    re.I,
)

_SPREAD = re.compile(
    rf"\d\s?(?:{CO2E_PATTERN})?\s?(?:\+/-|±)\s?\d[\d.,]*[†‡*]?\s?(?:%|{CO2E_PATTERN})",
    re.IGNORECASE,
)
"""An emission with its spread: 299 kgCO2e +/- 58 kgCO2e."""


def gwp_sets(document: Document) -> Iterator[Said]:
    """Each IPCC report that the text names as source of its GWPs."""
    for sentence in sentences(document):
        for meaning, pattern in _GWP_SET:
            if found := re.search(pattern, sentence.text, re.IGNORECASE):
                yield Said(found.group(), sentence.at(*found.span()), meaning)


def gases(document: Document) -> Iterator[Said]:
    """The gases that the report says it counts."""
    for sentence in sentences(document):
        for said in _COUNTED.finditer(sentence.text):
            for meaning, pattern in _GASES:
                if found := re.search(pattern, said.group()):
                    start = said.start() + found.start()
                    spot = sentence.at(start, start + len(found.group()))
                    yield Said(found.group(), spot, meaning)


def factor_sources(document: Document) -> Iterator[Said]:
    """What the report names as the source of factors and background data."""
    for sentence in sentences(document):
        for found in _SOURCE.finditer(sentence.text):
            yield Said(found.group(), sentence.at(*found.span()))


def allocation(document: Document) -> Iterator[Said]:
    """Sentences on allocation; the basis where the sentence says what was done."""
    for sentence in sentences(document):
        is_of_it = _in_section(sentence, "分配", "allocation") and not _CUT_OFF.search(
            sentence.text
        )
        if not (_ALLOCATION.search(sentence.text) or is_of_it):
            continue
        basis = ""
        if _DONE.search(sentence.text):
            basis = next((b for b, p in _BASES if re.search(p, sentence.text, re.I)), "")
        yield Said(sentence.text.strip(), sentence.spot, basis)


def cut_offs(document: Document) -> Iterator[Said]:
    """Sentences of the cut-off rule, with the percentages in them."""
    for sentence in sentences(document):
        if _CUT_OFF.search(sentence.text) or _in_section(
            sentence, "取舍", "截断", "cut-off", "cutoff"
        ):
            yield Said(
                sentence.text.strip(), sentence.spot, ";".join(_PER_CENT.findall(sentence.text))
            )


def uncertainty(document: Document) -> Iterator[Said]:
    """Sentences on uncertainty: whether a number is given, or said that there is none."""
    for sentence in sentences(document):
        in_section = _in_section(sentence, "不确定", "uncertainty")
        in_section = in_section or _SPREAD.search(sentence.text) is not None
        if _UNCERTAINTY.search(sentence.text) or in_section:
            is_number = _QUANTIFIED.search(sentence.text) is not None
            meaning = "none" if _NOT_STATED.search(sentence.text) else "qualitative"
            yield Said(
                sentence.text.strip(), sentence.spot, "quantitative" if is_number else meaning
            )


def _in_section(sentence: Sentence, *words: str) -> bool:
    return any(word in sentence.section for word in words)
