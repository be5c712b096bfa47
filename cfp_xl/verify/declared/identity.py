"""Which rows of the declared table state one and the same result.

A name is compared whole: 壳体加工 is not 生产 for the 加工 in it. What two places call by synonyms,
such as 成品运输 and 运输（成品交付）, is one result where the join is one to one; two rows of one
table are never one result because of a word they share.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from cfp_xl.footprint.stages import StageNotKnown, stage
from cfp_xl.footprint.wording import folded
from cfp_xl.verify.declared.names import INBOUND, LEGS, terms

TOTAL = "total"
WHOLE = frozenset({"合计", "小计", "总计", "subtotal", "sub-total", "total", "sum"})
"""As a process's name: the stage itself. As a total's: no name of its own."""
OF_WHICH = ("其中", "ofwhich", "thereof", "davon", "dont")
"""Begins the name of a row that shows a part of the row above, and not all of its parts."""
SCENARIOS = ("情景", "场景", "敏感", "scenario", "sensitivity")
"""Words in the name of a total that is not the footprint as it is."""
KINDS_OF_CARBON = ("化石", "生物", "土地", "航空", "fossil", "biogen", "landuse", "luc", "aircraft")
"""Words in the name of a total that is one of the kinds of carbon, not a sum of rows."""

_QUALIFIED = re.compile(r"^(?P<name>[^(]+)\((?P<inner>[^()]+)\)$")
_NUMBERING = re.compile(r"^\(?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[).、](?!\d)")
_NEUTRAL_END = re.compile(
    r"(?:阶段|过程|环节|的?(?:温室气体|碳)?排放量?|的?碳足迹|小计|合计"
    r"|stage|phase|process(?:es)?|emissions?|subtotal|total)$"
)
_TWO_SCRIPTS = re.compile(
    r"^([^a-z]+?)[/|·-]*([a-z][a-z,&/-]+)$|^([a-z][a-z,&/-]+?)[/|·-]*([^a-z]+)$"
)


@dataclass(frozen=True, slots=True, order=True)
class ResultKey:
    """A named result: a stage (id, or the folded name of an unknown one) and maybe a process.

    The total has the stage `total`, and as process the words that tell it from another total.
    """

    stage: str
    process: str = ""


@dataclass(frozen=True, slots=True)
class RowName:
    """What a row is called: the words of its place, and which place and kind of row that is."""

    place: str
    item: str
    stage: str
    process: str


def result_keys(names: Sequence[RowName]) -> list[ResultKey]:
    """The named result of each row, in the same order."""
    whole = [_whole(name) for name in names]
    at: dict[tuple[str, str], set[ResultKey]] = {}
    for name, key in zip(names, whole, strict=True):
        at.setdefault((name.place, name.item), set()).add(key)
    shared = {
        meaning
        for keys in at.values()
        for meaning, count in Counter(map(_meaning, keys)).items()
        if count > 1
    }
    totals = _told_apart(names)
    stages = {
        folded(n.stage): key.stage for n, key in zip(names, whole, strict=True) if n.item != TOTAL
    }
    with_legs = {n.place for n in names if _leg(folded(n.stage)) == INBOUND}
    found = []
    for name, key in zip(names, whole, strict=True):
        meaning = _meaning(key)
        if name.item == TOTAL:
            key = _total_key(folded(name.stage + name.process), totals, stages)
        elif name.place in with_legs and (leg := _leg(folded(name.stage))) and not key.process:
            key = ResultKey("distribution", leg)  # 产品运输 beside 原材料运输 is a leg, no stage
        elif meaning not in shared and not _is_part(key, meaning, at[name.place, name.item]):
            key = meaning
        found.append(key)
    return found


def _total_key(words: str, totals: Container[str], stages: Mapping[str, str]) -> ResultKey:
    """A total of its own name, the total, or what a row elsewhere is called: 生产合计, A1-A3."""
    if id := stage_id(words) or stages.get(_trimmed(words)):
        return ResultKey(id)
    is_other = shows_a_part(words) or any(word in words for word in SCENARIOS)
    return ResultKey(TOTAL, words if words in totals or is_other else "")


def shows_a_part(name: str) -> bool:
    """Whether a total is a part of the total above it: 其中：化石, of which biogenic."""
    words = folded(name)
    return words.startswith(OF_WHICH) or any(word in words for word in KINDS_OF_CARBON)


def is_sum(name: RowName) -> bool:
    """Whether a row of a table is called 合计 or the like, and nothing else."""
    return folded(name.stage) in WHOLE and folded(name.process) in ("", *WHOLE)


def _is_part(key: ResultKey, meaning: ResultKey, beside: Iterable[ResultKey]) -> bool:
    """Whether a process that is called like its stage is one of several processes of it."""
    return bool(key.process and not meaning.process) and any(
        other.stage == key.stage and other != key for other in beside
    )


def _told_apart(names: Iterable[RowName]) -> frozenset[str]:
    """The words of totals that stand beside another total at some place."""
    by_place: dict[str, set[str]] = {}
    for name in names:
        if name.item == TOTAL:
            by_place.setdefault(name.place, set()).add(folded(name.stage + name.process))
    several = [words for words in by_place.values() if len(words) > 1]
    return frozenset(word for words in several for word in words if word not in WHOLE)


def _whole(name: RowName) -> ResultKey:
    """A row's own name, whole: the stage as our stages know it, the process as it is written."""
    id, inner = _stage(name.stage)
    process = folded(name.process).strip("/—–-")
    if process in WHOLE:
        process = ""
    return ResultKey(id, process or inner)


def _meaning(key: ResultKey) -> ResultKey:
    """What another place may call the same: a leg of transport, storage, the stage itself."""
    if leg := _leg(key.process or key.stage):
        return ResultKey(key.stage if key.process else "distribution", leg)
    if key.process and stage_id(key.process) == key.stage:
        return ResultKey(key.stage)
    return key


@cache
def _leg(name: str) -> str | None:
    """The leg of transport, or storage, that a whole name means."""
    legs = (*LEGS, "storage")
    return next((id for id in legs if _trimmed(name) in terms()[id][1]), None)


@cache
def _stage(typed: str) -> tuple[str, str]:
    text = folded(typed)
    if id := stage_id(text):
        return id, ""
    if (match := _QUALIFIED.match(text)) and (id := stage_id(match["name"])):
        return id, match["inner"]
    return text, ""


@cache
def stage_id(typed: str) -> str | None:
    """The stage that a whole name means; 1. 生产阶段 and 生产 Production are whole names too."""
    text = _trimmed(folded(typed))
    if id := _known(text):
        return id
    if match := _TWO_SCRIPTS.match(text):
        ids = {_known(part) for part in match.groups() if part}
        return ids.pop() if len(ids) == 1 else None
    return None


def _known(text: str) -> str | None:
    try:
        return stage(text).id
    except StageNotKnown:
        return None


def _trimmed(text: str) -> str:
    """A folded name without its numbering and the words that every name could bear."""
    text = _NUMBERING.sub("", text)
    while (shorter := _NEUTRAL_END.sub("", text)) and shorter != text and not _known(text):
        text = shorter
    return text
