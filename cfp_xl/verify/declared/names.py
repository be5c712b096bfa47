"""The names a report gives to stages and processes, brought to one name each.

A report calls one thing by several names from place to place (成品运输, 成品交付); only figures and
statements about the same thing may be compared. The words live in `data/boundary_terms.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from cfp_xl.footprint.stages import STAGES, StageNotKnown, stage
from cfp_xl.footprint.wording import folded
from cfp_xl.messages import Text, read_toml

TRANSPORT = "transport"
LEGS = ("inbound_transport", "outbound_transport")
_SEPARATORS = re.compile(r"[、，,;；|\n→]+")
_QUALIFIED = re.compile(r"^(?P<name>[^(]+)\((?P<inner>[^()]+)\)$")


@dataclass(frozen=True, slots=True, order=True)
class ResultKey:
    """A named result: a stage (id, or the folded name of an unknown one) and maybe a process."""

    stage: str
    process: str = ""


@cache
def terms() -> Mapping[str, tuple[Text, tuple[str, ...]]]:
    """The parts of a product system by id: name in both languages, words that mean it."""
    return {
        id: (Text(**entry["name"]), tuple(folded(word) for word in entry["words"]))
        for id, entry in read_toml("boundary_terms.toml").items()
    }


def term(name: str) -> str:
    """The part of the product system a name means; its folded text where no word is known.

    The longest known word inside the name decides: 成品运输 is outbound transport, not transport.
    """
    text = folded(name)
    known = [(len(w), id) for id, (_, words) in terms().items() for w in words if w in text]
    return max(known, key=lambda found: found[0])[1] if known else text


def term_name(id: str) -> Text | str:
    return terms()[id][0] if id in terms() else id


def result_key(stage_name: str, process_name: str) -> ResultKey:
    """The named result of a row; `运输（成品交付）` is process 成品交付 of stage 运输."""
    id, inner = _stage(stage_name)
    process = folded(process_name).strip("/—–-") or inner
    if not process or _stage_id(process) == id:
        return ResultKey(id)
    part = term(process)
    return ResultKey(id, part if part in (*LEGS, "storage") else process)


def _stage(name: str) -> tuple[str, str]:
    text = folded(name)
    if id := _stage_id(text):
        return id, ""
    if (match := _QUALIFIED.match(text)) and (id := _stage_id(match["name"])):
        return id, match["inner"]
    return text, ""


@cache
def _stage_id(name: str) -> str | None:
    try:
        return stage(name).id
    except StageNotKnown:
        part = term(name)
        if part == TRANSPORT:
            return "distribution"
        return part if part in {s.id for s in STAGES} else None


def named_parts(statement: str) -> frozenset[str]:
    """The parts of the product system that a list of stages names."""
    return whole_transport(term(n) for n in _SEPARATORS.split(statement) if n.strip())


def whole_transport(parts: Iterable[str]) -> frozenset[str]:
    """Transport without a direction stands for the directions not named beside it."""
    named = frozenset(parts)
    if TRANSPORT not in named:
        return named
    return (named - {TRANSPORT}) | (set(LEGS) - named or set(LEGS))
