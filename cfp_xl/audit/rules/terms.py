"""One term for one thing: glossary, names of stages, and where a leg of transport is counted."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cfp_xl.audit.document import Spot
from cfp_xl.audit.record import ReadReport
from cfp_xl.audit.rules import report_rule
from cfp_xl.findings import Finding, finding
from cfp_xl.footprint.wording import folded
from cfp_xl.verify.declared.identity import stage_id
from cfp_xl.verify.declared.names import INBOUND, LEGS, terms

GLOSSARY = (
    ("初级数据", "原始数据", "实景数据"),
    ("次级数据", "背景数据", "二级数据"),
    ("功能单位", "声明单位"),
    ("取舍准则", "取舍原则", "取舍规则", "截断准则"),
    ("全球变暖潜势", "全球变暖潜值", "全球增温潜势"),
    ("排放因子", "排放系数"),
    ("评价", "核查"),
    ("primary data", "foreground data", "site-specific data"),
    ("functional unit", "declared unit"),
    ("emission factor", "emission coefficient"),
)
"""Words that mean the same; a report keeps to one of each."""


@report_rule("T04", needs=("paragraphs",))
def one_word_for_one_thing(report: ReadReport) -> Iterator[Finding]:
    """T04: a concept bears one term throughout."""
    paragraphs = report.document.paragraphs
    for words in GLOSSARY:
        places = {
            word: next((p for p in paragraphs if word in p.plain.casefold()), None)
            for word in words
        }
        used = [(word, at) for word, at in places.items() if at is not None]
        if len(used) > 1:
            word, at = used[1]
            start = at.plain.casefold().find(word)
            spot = at.at(max(0, start - 10), start + len(word) + 20)
            yield finding("T04", spot, seen=word, expected=used[0][0], other=str(used[0][1].spot))


@report_rule("T04", needs=("paragraphs",))
def one_name_for_one_stage(report: ReadReport) -> Iterator[Finding]:
    """T04: a stage, a leg of transport has one name in statements, formula, tables and text."""
    names: dict[str, dict[str, Spot]] = {}
    for name, spot in _names_of_stages(report):
        bare = folded(re.sub(r"(?:阶段|环节|过程)$|\s*(?:stage|phase)$", "", name))
        if id := _leg(bare) or stage_id(bare):
            names.setdefault(id, {}).setdefault(bare, spot)
    for spellings in names.values():
        first, *rest = spellings
        others = [one for one in rest if one not in first and first not in one]
        if others:
            yield finding(
                "T04",
                spellings[others[0]],
                case="stage",
                seen="”“".join(others),
                expected=first,
                other=str(spellings[first]),
            )


def _names_of_stages(report: ReadReport) -> Iterator[tuple[str, Spot]]:
    """The names of stages and processes as the report prints them, in the order of reading."""
    found: list[tuple[str, Spot]] = []
    for boundary in report.boundaries:
        pieces = re.split(r"[、，,;；]|\band\b|和|及", boundary.text)
        symbol = re.sub(r"^[A-Z]{1,4}[_ ]*", "", boundary.symbol)
        found += [(piece.strip(), boundary.spot) for piece in (*pieces, symbol) if piece.strip()]
    for one in report.figures:
        for column in ("stage", "process"):
            words = one.text(column)
            inner = re.fullmatch(r"[^(（]+[(（]([^()（）]+)[)）]", words)
            found.append((inner[1] if inner and _leg(inner[1]) else words, one.spot))
    return iter(sorted(found, key=lambda each: (each[1].block, each[1].table_row)))


def _leg(name: str) -> str:
    """The leg of transport that a name is; "" for all else."""
    return next((id for id in LEGS if folded(name) in terms()[id][1]), "")


@report_rule("T04", needs=("boundaries", "figures"))
def transport_is_counted_in_one_stage(report: ReadReport) -> Iterator[Finding]:
    """T04, a question: inbound transport is a stage of its own, or a process of one stage."""
    own = next(
        (b for b in report.boundaries if b.form != "legend" and INBOUND in _own_names(b.text)), None
    )
    row = next(
        (
            f
            for f in report.figures
            if _leg(f.text("process")) == INBOUND and stage_id(f.text("stage")) is not None
        ),
        None,
    )
    if own is not None and row is not None:
        yield finding(
            "T04",
            row.spot,
            case="grouped",
            seen=row.text("process"),
            stage=row.text("stage"),
            other=str(own.spot),
        )


def _own_names(listed: str) -> frozenset[str]:
    """The legs of transport that a list of stages names as stages of their own."""
    pieces = re.split(r"[、，,;；]|\band\b|和|及", listed)
    return frozenset(_leg(re.sub(r"(?:阶段|环节|过程)$", "", one.strip())) for one in pieces)
