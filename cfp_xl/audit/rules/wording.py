"""Words: claims and comparisons, text of other kinds of reports, one term for one thing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cfp_xl.audit.document import Paragraph
from cfp_xl.audit.record import ReadReport
from cfp_xl.audit.rules import report_rule
from cfp_xl.audit.rules.standards import known_standards
from cfp_xl.findings import Finding, finding
from cfp_xl.footprint.wording import folded

_COMPARES = re.compile(
    r"(?:优于|低于|少于|小于|好于|领先于?|比)[^。；，,]{0,14}(?:同类|同行业?|行业平均|竞品|竞争对手|传统产品|其他品牌)"
    r"|(?:同类|行业|业内)[^。；，,]{0,8}(?:最低|领先水平|最环保|最优)"
    r"|(?:lower|better|less|smaller) than (?:the )?(?:that of )?(?:comparable|competing"
    r"|competitors?|similar|conventional|other (?:products|brands)|industry average)"
    r"|best in (?:its )?class|lowest (?:carbon )?footprint",
    re.IGNORECASE,
)
_MEANS_TO = re.compile(
    r"同类产品对标|与其他产品的?[^。；]{0,10}(?:对比|比较)|comparison with other products",
    re.IGNORECASE,
)
_NEUTRAL_LATER = re.compile(
    r"(?:建立|打造|树立|创建|塑造)[^。；，,]{0,8}(?:碳中和|零碳|净零)[^。；，,]{0,4}(?:品牌|形象|产品)"
    r"|实现[^。；，,]{0,8}(?:碳中和|零碳|净零)[^。；，,]{0,6}(?:提供|依据|支撑|支持|准备)"
    r"|(?:build|establish|create|support)[^.;,]{0,20}(?:carbon|climate)[- ]neutral(?:ity)?"
    r"[^.;,]{0,9}(?:brand|claim|label)",
    re.IGNORECASE,
)
"""What the report is to serve, not what it claims."""
_NEUTRAL = re.compile(
    r"(?:已|实现了?|达到了?|为|是)[^。；，,]{0,6}(?:碳中和|零碳|净零)(?:产品)?(?![^。；]{0,6}(?:品牌|目标|提供|准备))"
    r"|\b(?:is|are|a|certified) (?:carbon|climate)[- ]neutral|net[- ]zero product",
    re.IGNORECASE,
)
_PURPOSES = ((_MEANS_TO, "purpose"), (_NEUTRAL_LATER, "neutral_purpose"))
_COMPANY_REPORT = re.compile(
    r"温室气体(?:排放)?(?:年度)?报告(?:的)?(?:核查|文档|编制)|年度温室气体(?:排放)?报告"
    r"|温室气体排放量核查|温室气体年度报告|向主管部门(?:汇报|报告)|碳排放(?:配额|履约)|报告主体|组织边界|运行边界"
    r"|法人边界|organi[sz]ational boundar|operational boundar"
    r"|GHG inventory of the (?:company|organi[sz]ation)"
    r"|(?:annual|corporate) (?:GHG|greenhouse gas) (?:report|inventory)",
    re.IGNORECASE,
)
_SCOPES = re.compile(r"范围[一二三123](?:的)?排放|scope [123] emissions?", re.IGNORECASE)
_CLAIM = re.compile(
    r"高度认可|广泛(?:的)?(?:应用|认可|使用)|经过严格审查|国际领先"
    r"|widely (?:recogni[sz]ed|accepted|used)|strictly reviewed|highly recogni[sz]ed",
    re.IGNORECASE,
)
_DATABASE = re.compile(r"(?:数据库|databases?)", re.IGNORECASE)
_NAMED_DATABASE = re.compile(
    r"ecoinvent|CLCD|CPCD|GaBi|Sphera|ELCD|HiQLCD|TianGong|天工|AusLCI|USLCI|IDEMAT|(?:DEFRA|DESNZ)[^。；;.]{0,24}(?:因子|factor)|EFDB|IPCC[^，,。；;.]{0,10}(?:数据库|database)"
    r"|中国产品全生命周期温室气体排放系数库|因子库",
    re.IGNORECASE,
)


@report_rule("R06", needs=("paragraphs",))
def nothing_is_compared(report: ReadReport) -> Iterator[Finding]:
    """R06: a comparison with other products needs equal rules, unit, boundary and data; a footprint
    is no claim of neutrality."""
    for one in report.document.paragraphs:
        for pattern, case in ((_COMPARES, ""), (_NEUTRAL, "neutral"), *_PURPOSES):
            if found := pattern.search(one.plain):
                yield finding("R06", one.at(*found.span()), case=case, seen=found.group())


@report_rule("R09", needs=("paragraphs",))
def text_is_of_a_product_report(report: ReadReport) -> Iterator[Finding]:
    """R09: nothing in a product's report is of a company's yearly inventory or verification."""
    for one in report.document.texts:
        for pattern, case in ((_COMPANY_REPORT, ""), (_SCOPES, "scopes")):
            if found := pattern.search(one.plain):
                at = one.at(*found.span()) if isinstance(one, Paragraph) else one.spot
                yield finding("R09", at, case=case, seen=found.group())


@report_rule("R09", needs=("standards",))
def basis_is_of_products(report: ReadReport) -> Iterator[Finding]:
    """R09: a standard for companies' accounting is no basis of a product's footprint."""
    for one in report.standards:
        known = known_standards().get(one.number) or known_standards().get(one.number.split(".")[0])
        if one.role == "basis" and known is not None and known.purpose == "organisation":
            yield finding("R09", one.spot, case="standard", seen=one.text)
            return


@report_rule("T02", needs=("paragraphs",))
def claims_have_evidence(report: ReadReport) -> Iterator[Finding]:
    """T02, a question: what is called recognised or reviewed is shown; a database has a name."""
    text = " ".join(one.plain for one in report.document.texts)
    for one in report.document.paragraphs:
        if found := _CLAIM.search(one.plain):
            yield finding("T02", one.at(*found.span()), seen=found.group())
    first = next((p for p in report.document.paragraphs if _DATABASE.search(p.plain)), None)
    if first is not None and not _NAMED_DATABASE.search(text):
        found = _DATABASE.search(first.plain)
        at = first.at(*found.span()) if found else first.spot
        yield finding("T02", at, case="database", seen=found.group() if found else "")


@report_rule("T06", needs=("models",))
def one_model_and_number(report: ReadReport) -> Iterator[Finding]:
    """T06: the product's model, and the report's number, are the same wherever they are given."""
    for case, group in (("", report.models), ("number", report.numbers_of_report)):
        for one in group[1:]:
            if folded(one.text) != folded(group[0].text):
                yield finding(
                    "T06",
                    one.spot,
                    case=case,
                    seen=one.text,
                    expected=group[0].text,
                    other=str(group[0].spot),
                )
                break
