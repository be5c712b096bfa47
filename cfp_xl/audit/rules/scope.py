"""The scope: the boundary's type, its formula and legend, and what the inventory has of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cfp_xl.audit.document import Paragraph
from cfp_xl.audit.prose import place_at
from cfp_xl.audit.record import PrintedFigures, ReadReport, SaidBoundary
from cfp_xl.audit.rules import report_rule
from cfp_xl.findings import Finding, finding
from cfp_xl.footprint.wording import folded
from cfp_xl.messages import Text
from cfp_xl.verify.declared.identity import stage_id
from cfp_xl.verify.declared.names import named_parts, term_name, terms

GRAVE, GATE = "cradle_to_grave", "cradle_to_gate"
_NO = r"(?:不|无|未|忽略|排除|没有|\bno\b|\bnot\b|exclud|neglig|omitted|without)"
_USE = re.compile(
    rf"(?:使用|use (?:stage|phase))[^。；]{{0,30}}{_NO}|{_NO}[^。；]{{0,16}}(?:使用|use)", re.I
)
_OPTIONS = re.compile(
    r"gate[\"”]?,? (?:with|plus|and) (?:options|modules?|end[- ]of[- ]life)"
    r"|modules? [A-D]\d?.{0,40}\b[CD][1-4]?\b"
    r"|大门[^。；]{0,8}(?:及|和|加|带)[^。；]{0,6}(?:选项|可选|附加)",
    re.IGNORECASE,
)
"""To the gate, with what declarations of construction products add to it."""
_HIDDEN_WORDS = (
    (
        re.compile(r"现场(?:组立|组装|安装)|安装|on-?site assembly|installation", re.I),
        "installation",
    ),
    (re.compile(r"使用年限|使用寿命|service life|lifetime", re.I), "service_life"),
    (re.compile(r"仓储|储存|storage|warehous", re.I), "storage"),
    (re.compile(r"维修|维护|maintenance|repair", re.I), "maintenance"),
)
"""Parts of a life that a legend may bring in beside the stage that its symbol names."""
_OF_A_TABLE = re.compile(r"(?:不|未)(?:包含|包括)的|如表|见表|in table", re.I)
"""Says what a table shows, not why a row is empty."""
_BESIDE_MAKING = (
    re.compile(r"检验|检测|测试|试验|质检|inspect|test", re.IGNORECASE),
    re.compile(r"包装|packag|packing", re.IGNORECASE),
    re.compile(r"仓储|入库|贮存|储存|storage|storing|warehous", re.IGNORECASE),
)
"""Steps of a flow that are not the making of the product."""
_FLOW = re.compile(r"[—–\-→>]{1,2}|⟶|➔")


@report_rule("B01", needs=("boundaries",))
def type_and_list_agree(report: ReadReport) -> Iterator[Finding]:
    """B01: a footprint from cradle to grave names all stages, one to the gate neither use nor end
    of life, or the report says why."""
    listed = [b for b in report.boundaries if b.parts and b.form not in ("formula", "legend")]
    typed = next((b for b in report.boundaries if b.type in (GRAVE, GATE)), None)
    if typed is None or not listed:
        return
    named = frozenset[str]().union(*(b.parts for b in listed))
    for one in report.boundaries:
        if one.type and one.type != typed.type:
            yield finding(
                "B01",
                one.spot,
                case="report_types",
                seen=_shown_type(one),
                expected=_shown_type(typed),
                other=str(typed.spot),
            )
            return
    if typed.type == GATE:
        if any(_OPTIONS.search(_whole(report, b)) for b in report.boundaries if b.type):
            return
        if beyond := sorted(named & {"use", "end_of_life"}):
            at = next(b for b in listed if beyond[0] in b.parts)
            yield finding("B01", at.spot, case="report_beyond", stages=_names(beyond))
        return
    wanted = ("raw_material_acquisition", "production", "use", "end_of_life")
    lacks = [part for part in wanted if part not in named]
    if "use" in lacks and any(_USE.search(p.plain) for p in report.document.paragraphs):
        lacks.remove("use")
    if lacks:
        yield finding("B01", typed.spot, case="report_lacks", stages=_names(lacks))


def _shown_type(one: SaidBoundary) -> str:
    return one.spot.quote if len(one.spot.quote) < 40 else one.type.replace("_", " ")


def _names(parts: list[str]) -> tuple[Text | str, ...]:
    return tuple(term_name(part) for part in parts)


@report_rule("B10", needs=("boundaries",))
def symbols_mean_what_they_name(report: ReadReport) -> Iterator[Finding]:
    """B10: the legend of a formula's symbol explains the stage that the symbol names, and brings in
    nothing that the boundary does not name."""
    listed = [b for b in report.boundaries if b.parts and b.form not in ("formula", "legend")]
    stated = frozenset[str]().union(*(b.parts for b in listed)) if listed else frozenset()
    written = folded("".join(b.text for b in listed))
    for one in report.boundaries:
        if one.form != "legend":
            continue
        quote = _whole(report, one)
        says = re.split(r"[:：]|——|—|表示|\bis\b|=", quote, maxsplit=1)[-1]
        named = named_parts(re.sub(r"^[A-Z]{1,4}[_ ]*", "", one.symbol)) & terms().keys()
        others = [p for p in one.parts - named if p not in stated and p != "transport"]
        if others:
            yield finding("B10", one.spot, seen=one.symbol, stages=_names(sorted(others)))
        for pattern, what in _HIDDEN_WORDS:
            found = pattern.search(says)
            if found and folded(found.group()) not in written and what not in stated:
                yield finding("B10", one.spot, case="more", seen=one.symbol, words=found.group())
                break


def _whole(report: ReadReport, one: SaidBoundary) -> str:
    return getattr(report.document.blocks[one.spot.block - 1], "plain", one.spot.quote)


@report_rule("B10", needs=("boundaries",))
def formula_has_a_legend(report: ReadReport) -> Iterator[Finding]:
    """B10: where symbols of a formula are explained, all of them are."""
    legends = {part for b in report.boundaries if b.form == "legend" for part in _symbol_parts(b)}
    for one in report.boundaries:
        if one.form == "formula" and legends:
            missing = sorted(p for p in one.parts if not _covered(p, legends))
            if missing:
                yield finding("B10", one.spot, case="no_legend", stages=_names(missing))


def _symbol_parts(one: SaidBoundary) -> frozenset[str]:
    return named_parts(re.sub(r"^[A-Z]{1,4}[_ ]*", "", one.symbol))


def _covered(part: str, parts: set[str]) -> bool:
    return part in parts or (part.endswith("_transport") and "transport" in parts)


@report_rule("B03", needs=("boundaries", "figures"))
def stated_parts_have_figures(report: ReadReport) -> Iterator[Finding]:
    """B03: a part of the boundary whose inventory rows show nothing but “/”."""
    rows = [f for f in report.figures if f.item == "activity" and not f.is_uncertain]
    by_part: dict[str, list[PrintedFigures]] = {}
    for row in rows:
        words = row.text("process") or row.text("stage")
        for part in named_parts(words) & terms().keys() if words else ():
            by_part.setdefault(part, []).append(row)
        if (stage := stage_id(row.text("stage"))) and stage in terms():
            by_part.setdefault(stage, []).append(row)
    told: set[str] = set()
    for one in report.boundaries:
        for part in sorted(one.parts - told) if one.form not in ("formula", "legend") else ():
            found = by_part.get(part, [])
            if found and all(row.is_empty for row in found):
                told.add(part)
                yield finding(
                    "B03",
                    found[0].spot,
                    case="report",
                    part=term_name(part),
                    place=place_at(report.document, one.spot),
                    other=str(one.spot),
                )


@report_rule("M05", needs=("figures",))
def empty_rows_are_explained(report: ReadReport) -> Iterator[Finding]:
    """M05: “/” in an inventory row is missing data unless the text says why there is none."""
    reasons = [
        sentence
        for p in report.document.paragraphs
        for sentence in re.split(r"[。；;!！\n]|(?<=[a-z])\.\s", p.plain)
        if re.search(_NO, sentence, re.I) and not _OF_A_TABLE.search(sentence)
    ]
    for row in report.figures:
        if row.item != "activity" or not row.is_empty or row.is_uncertain:
            continue
        name = row.text("activity") or row.text("process") or row.text("stage")
        words = [w for w in (row.text("activity"), row.text("process"), row.text("stage")) if w]
        stage_only = not row.text("activity") and not row.text("process")
        if any(folded(words[0]) in folded(text) for text in reasons if words):
            continue
        case = "report_stage" if stage_only else "report"
        yield finding("M05", row.spot, case=case, seen=name or row.spot.quote)


@report_rule("B04", needs=("exclusions",))
def excluded_steps_are_no_steps(report: ReadReport) -> Iterator[Finding]:
    """B04: a step of the process flow needs what the boundary leaves out (packaging)."""
    for step, paragraph in _steps(report).items():
        one = next((e for e in report.exclusions if folded(step) in folded(e.text)), None)
        if one is not None:
            yield finding("B04", one.spot, seen=one.text, step=step, other=str(paragraph.spot))


@report_rule("B04", needs=("boundaries", "figures"))
def steps_have_rows(report: ReadReport) -> Iterator[Finding]:
    """B04, a question: steps beside the making itself (inspection, packaging, storage) have figures
    of their own, or the boundary statement names them."""
    rows = [f for f in report.figures if f.item == "activity" and not f.is_empty]
    if not rows:
        return
    counted = " ".join(f"{row.text('process')} {row.text('activity')}" for row in rows)
    listed = [b for b in report.boundaries if b.form not in ("formula", "legend", "cover")]
    stated = " ".join(b.text for b in listed)
    found: dict[Paragraph, list[str]] = {}
    for step, paragraph in _steps(report).items():
        kind = next((one for one in _BESIDE_MAKING if one.search(step)), None)
        if kind is not None and not kind.search(counted) and not kind.search(stated):
            found.setdefault(paragraph, []).append(step)
    for paragraph, steps in found.items():
        yield finding("B04", paragraph.spot, case="no_row", steps=tuple(steps))


def _steps(report: ReadReport) -> dict[str, Paragraph]:
    """The steps of process flows (A—B—C—D), with where each is."""
    steps: dict[str, Paragraph] = {}
    for paragraph in report.document.paragraphs:
        pieces = [p.strip() for p in _FLOW.split(paragraph.plain)]
        if len(pieces) >= 4 and all(1 < len(p) <= 14 for p in pieces):
            steps |= dict.fromkeys(pieces, paragraph)
    return steps
