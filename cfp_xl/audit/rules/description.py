"""What a report says of the product itself: where it is used, its parts, where it is made."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cfp_xl.audit.document import Paragraph, Spot
from cfp_xl.audit.record import ReadReport
from cfp_xl.audit.rules import report_rule
from cfp_xl.audit.statements.sentences import key_values, sentences
from cfp_xl.findings import Finding, finding

_INDOORS = re.compile(r"[户室]内(?!机|温度|空气)|\bindoors?\b(?! unit| air)", re.IGNORECASE)
_OUTDOORS = re.compile(
    r"(?<!半)[户室]外(?!机|温度|空气)|[户室]内外|(?<!semi-)\boutdoors?\b(?! unit| air)",
    re.IGNORECASE,
)
_OF_USE = re.compile(
    r"使用|安装|用于|适用|场景|定位|环境|寿命|敷设|\buse[ds]?\b|install|suitab|environment|\blife",
    re.IGNORECASE,
)
_OF_COMPANY = re.compile(r"公司|企业|集团|compan|corporat", re.IGNORECASE)


@report_rule("B11", needs=("paragraphs",))
def place_of_use_is_one(report: ReadReport) -> Iterator[Finding]:
    """B11, a question: a product is said to be for indoors, for outdoors, or for both, not the one
    here and the other there."""
    inside: tuple[str, Spot] | None = None
    outside: tuple[str, Spot] | None = None
    for one in sentences(report.document):
        if not _OF_USE.search(one.text) or _OF_COMPANY.search(one.text):
            continue
        within, without = _INDOORS.search(one.text), _OUTDOORS.search(one.text)
        if within and without:
            return
        if within and inside is None:
            inside = (within.group(), one.at(*within.span()))
        if without and outside is None:
            outside = (without.group(), one.at(*without.span()))
    if inside and outside:
        first, then = sorted((inside, outside), key=lambda each: (each[1].block, each[1].start))
        yield finding("B11", then[1], seen=then[0], expected=first[0], other=str(first[1]))


_SAME_PARTS = (
    "断路器 开关 空开 breaker switch",
    "熔断器 保险丝 fuse",
    "继电器 接触器 relay contactor",
    "互感器 变压器 transformer",
    "端子 接线排 terminal",
    "插座 插头 socket plug",
    "电缆 线束 导线 电源线 cable wire",
    "电池 battery cell",
    "电机 马达 motor",
    "风扇 风机 fan blower",
    "水泵 油泵 pump",
    "阀门 阀体 电磁阀 valve",
    "轴承 bearing",
    "齿轮 gear",
    "弹簧 spring",
    "铰链 hinge",
    "门锁 锁具 lock",
    "把手 手柄 handle",
    "视窗 观察窗 透明窗 玻璃窗 window",
    "面板 盖板 panel cover",
    "挡板 隔板 绝缘板 baffle",
    "背板 安装板 底板 backplate",
    "支架 bracket",
    "导轨 滑轨 rail",
    "壳体 外壳 箱体 机壳 housing casing enclosure",
    "显示屏 屏幕 液晶 display screen",
    "键盘 keyboard",
    "摄像头 camera",
    "传感器 sensor",
    "电路板 线路板 主板 circuit board",
    "密封圈 密封条 垫圈 gasket seal",
    "螺栓 螺钉 螺丝 紧固件 bolt screw fastener",
    "铜排 母线 busbar",
    "压缩机 compressor",
    "换热器 冷凝器 蒸发器 exchanger condenser",
    "加热管 发热管 加热器 heater",
    "滤芯 过滤器 filter",
)
"""Names of parts that many products have; those on one line may be the same part."""
_PARTS = tuple(tuple(line.split()) for line in _SAME_PARTS)
_NAMED = tuple(
    re.compile(
        "|".join(rf"\b{word}s?\b" if word.isascii() else word for word in words)
        + (r"|(?<![A-Za-z])[A-Z]{2,4}\s?窗" if "window" in words else ""),
        re.IGNORECASE,
    )
    for words in _PARTS
)
_FIRST = re.compile(r"[\u4e00-\u9fff]{1,2}$|\b[a-z]+ $", re.IGNORECASE)
"""Before the name of a part, what kind of it this is."""
_BEFORE = re.compile(
    r"^[有用带含设装配的与和及或由为在]+|^(?:the|an?|with|and|of|its) ", re.IGNORECASE
)
_DESCRIBES = re.compile(
    r"产品(?:的)?(?:介绍|简介|功能|特点|特性|结构|描述|概述|概况|信息)|(?:简介|介绍)$"
    r"|product (?:description|information|features?|structure)|description of the product",
    re.IGNORECASE,
)
_DESCRIBES_NO_MORE = re.compile(
    r"工艺|流程|图片|目标|目的|范围|边界|数据|清单|公司|企业|厂区"
    r"|process|goal|scope|boundar|data|inventory|compan|method|result",
    re.IGNORECASE,
)
LEAST_PARTS = 3
"""Parts in the report's own list, before one that it lacks is asked about: else it lists
materials."""


@report_rule("M02", needs=("components",))
def parts_described_are_listed(report: ReadReport) -> Iterator[Finding]:
    """M02, a question: the parts that the description of the product names are among those listed
    as its components, or in the inventory."""
    listed = [one.text for one in report.components]
    if sum(any(name.search(text) for name in _NAMED) for text in listed) < LEAST_PARTS:
        return
    counted = " ".join([*listed, *(f.text("activity") for f in report.figures)])
    missing: dict[str, Spot] = {}
    for paragraph in _description(report):
        for name in _NAMED:
            if name.search(counted):
                continue
            for found in name.finditer(paragraph.plain):
                kind = _FIRST.search(paragraph.plain[: found.start()][-16:])
                words = f"{kind.group() if kind else ''}{found.group()}"
                missing.setdefault(_BEFORE.sub("", words), paragraph.at(*found.span()))
    if missing:
        yield finding(
            "M02",
            next(iter(missing.values())),
            case="described",
            parts=tuple(missing),
            other=str(report.components[0].spot),
        )


def _description(report: ReadReport) -> Iterator[Paragraph]:
    """The paragraphs that describe the product."""
    is_inside = False
    for one in report.document.paragraphs:
        if one.kind != "heading":
            if is_inside and not _OF_COMPANY.search(one.plain):
                yield one
        elif _DESCRIBES_NO_MORE.search(one.title):
            is_inside = False
        elif _DESCRIBES.search(one.title):
            is_inside = True


_SITES = re.compile(
    r"(?:两|二|双|三|四|五|多|[2-9])\s?(?:大|个|处|座)?(?:现代化|生产|制造|产业|研发|智能)*(?:基地|厂区|工厂|生产线所在地)"
    r"|\b(?:two|three|four|five|several|both) (?:[a-z]+ )?(?:sites|plants|factories|facilities)\b",
    re.IGNORECASE,
)
_SITE = re.compile(
    r"(?:本|该)?(?:产品|型号|数据)[^。；;]{0,24}?(?:在|由|于|来自|来源于|采集自|取自)[^。；;，,]{0,16}(?:基地|厂区|工厂|车间)"
    r"|(?:基地|厂区|工厂)[^。；;，,]{0,8}(?:生产的?|制造的?)(?:本|该)?产品"
    r"|(?:product|data)[^.;]{0,40}\b(?:is|are|was|were) (?:made|manufactured|produced|collected)"
    r" (?:at|in|from)\b|production sites?\b|place of production"
    r"|manufactur(?:ing|ed) (?:site|at|in)\b",
    re.IGNORECASE,
)


@report_rule("B09", needs=("paragraphs",))
def site_is_named(report: ReadReport) -> Iterator[Finding]:
    """B09, a question: where a company has several sites, the report says at which the product is
    made and whose data these are."""
    if any(one.key == "site" for one in key_values(report.document)):
        return
    if any(_SITE.search(one.plain) for one in report.document.texts):
        return
    for one in sentences(report.document):
        if found := _SITES.search(one.text):
            yield finding("B09", one.at(*found.span()), seen=found.group())
            return
