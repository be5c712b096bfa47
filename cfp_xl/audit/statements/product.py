"""Which product a report is about, and who makes it: names, models, functional unit, companies."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cfp_xl.audit.document import Document
from cfp_xl.audit.record import Said, SaidOrganisation
from cfp_xl.audit.statements.sentences import Sentence, key_values, sentences

_GOAL = re.compile(
    r"(?:评估|评价|核算|量化|计算|得到|assess|quantify|evaluate|calculate)(?:了|得到)?\s*"
    r"(?:(?:the )?(?:product )?carbon footprint of )?(?P<name>[^，。；,;、()（）]{2,40}?)\s*"
    r"(?:\([^()]{1,20}\))?\s*(?:产品)?(?:在[^，。；]{2,16})?的\s*(?:产品)?碳足迹"
)
_GOAL_EN = re.compile(
    r"footprint of\s+(?:the |a |an |one |1 )?(?P<name>[A-Za-z][\w \-/]{2,50}?)"
    r"(?=[,.;()]|\s+(?:is|was|from|over|in accordance|according|manufactured|produced|in)\b)",
    re.IGNORECASE,
)
_UNIT = re.compile(
    r"(?<!per )(?<!每)(?P<kind>功能单位|声明单位|functional unit|declared unit)"
    r"[^，。；,;:：]{0,16}?"
    r"(?:定义为|为|是|采用|选取|:|：|is defined as|is|was)\s*(?:定义为)?[:：]?\s*"
    r"(?P<unit>[^，。；;\n]{1,60}?(?=[，。；;\n]|,\s|\.(?:\s|$)|$))",
    re.IGNORECASE,
)
_COMPANY = re.compile(
    r"[\u4e00-\u9fffA-Za-z()（）]{2,30}?(?:有限责任公司|股份有限公司|有限公司|研究院|集团)"
    r"|\b[A-Z][\w&.\- ]{1,40}? (?:Co\.,? ?Ltd\.?|GmbH|Inc\.|Ltd\.?|AG|S\.p\.A\.|LLC|Corporation)"
)
_GENERIC = re.compile(
    r"^(?:本|该|此|某|其|这|各|所有|一个|单位|整个|企业|公司|项目|组织)"
    r"|^(?:the )?(?:product|company)s?$|生命周期|阶段|系统|结果|标准|方法"
    r"|数据|因子|全球|目标|the following|products?$",
    re.IGNORECASE,
)
_OF_THIS = re.compile(
    r"本(?:次)?(?:评价|报告|研究|核算|项目|评估)|this (?:study|report|assessment)", re.IGNORECASE
)
_LEADING = re.compile(
    r"^(?:了|得到|科学地|准确地|客观地|评估|评价|计算|量化|核算|[\d\s]+[台件个吨套只]|1\s?)+"
)


def products(document: Document) -> Iterator[Said]:
    """Names of the product: where it is named, where the goal says what was evaluated."""
    for one in key_values(document):
        if one.key == "product" and len(one.value) <= 60 and not one.value[0].isdigit():
            yield Said(one.value, one.spot, "cover" if one.spot.table_row == 0 else "table")
    for sentence in sentences(document):
        for pattern in (_GOAL, _GOAL_EN):
            for found in pattern.finditer(sentence.text):
                name = _cleaned(found["name"])
                if name:
                    spot = sentence.at(found.start("name"), found.end("name"))
                    yield Said(name, spot, _where(sentence))


def _cleaned(name: str) -> str:
    name = _LEADING.sub("", name)
    name = name.strip(" “”\"'的")
    is_name = 2 <= len(name) <= 40 and not _GENERIC.search(name)
    return name if is_name else ""


def _where(sentence: Sentence) -> str:
    title = sentence.section
    if any(word in title for word in ("目的", "目标", "goal", "purpose", "objective")):
        return "goal"
    return "goal" if _OF_THIS.search(sentence.text) else "text"


def models(document: Document) -> Iterator[Said]:
    """Model names of the product."""
    for one in key_values(document):
        if one.key == "model" and len(one.value) <= 60:
            yield Said(one.value, one.spot)


def functional_units(document: Document) -> Iterator[Said]:
    """The functional or declared unit, wherever it is given."""
    for one in key_values(document):
        if one.key in ("functional_unit", "declared_unit") and len(one.value) <= 100:
            yield Said(one.value, one.spot, one.key.removesuffix("_unit"))
    for sentence in sentences(document):
        for found in _UNIT.finditer(sentence.text):
            declared = found["kind"].casefold().startswith(("声明", "declared"))
            spot = sentence.at(found.start(), found.end())
            meaning = "declared" if declared else "functional"
            yield Said(found["unit"].strip(" “”\"'"), spot, meaning)


def organisations(document: Document) -> Iterator[SaidOrganisation]:
    """Companies and bodies, with the role that a form gives them; others as they come."""
    known: set[str] = set()
    for one in key_values(document):
        if one.key in ("producer", "issuer", "client") and one.value not in ("/", "—"):
            known.add(one.value)
            yield SaidOrganisation(one.value, one.spot, role=one.key)
    for sentence in sentences(document):
        for found in _COMPANY.finditer(sentence.text):
            name = re.sub(r"^(?:由|与|和|及|对|为|受|根据|标准的要求)+", "", found.group().strip())
            if name not in known:
                known.add(name)
                yield SaidOrganisation(name, sentence.at(found.start(), found.end()), role="other")


def report_numbers(document: Document) -> Iterator[Said]:
    """The number of the report."""
    for one in key_values(document):
        if one.key == "report_number" and len(one.value) <= 40:
            yield Said(one.value, one.spot)
