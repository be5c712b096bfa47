"""The parts of a product system that running text names, by the words in it.

One boundary statement says 原料获取及加工 where another says 原辅料获取: the longest known word
inside a name decides. The words live in `data/boundary_terms.toml`. Names of results in tables
are compared whole: see `identity`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from cfp_xl.footprint.boundary import boundary_of
from cfp_xl.footprint.stages import StageNotKnown, stage
from cfp_xl.footprint.wording import folded
from cfp_xl.messages import Text, read_toml

TRANSPORT = "transport"
INBOUND = "inbound_transport"
LEGS = (INBOUND, "outbound_transport")
_SEPARATORS = re.compile(r"[、，,;；|\n→]+")
_AND = re.compile(r"以及|[和与及&+]|\band\b")


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
    """What a term of a published report is called; its id where it is none of those known."""
    return terms()[id][0] if id in terms() else id


def named_parts(statement: str) -> frozenset[str]:
    """The parts of the product system that a list of stages names.

    Transport without a direction beside one with a direction stands for the other direction. The
    type of a boundary (摇篮到大门) names no part.
    """
    listed = (n for part in _SEPARATORS.split(statement) if part.strip() for n in _joined(part))
    found = ((n, term(n)) for n in listed)
    named = frozenset(id for n, id in found if id in terms() or boundary_of(n) is None)
    if TRANSPORT in named and not named.isdisjoint(LEGS):
        return (named - {TRANSPORT}) | set(LEGS)
    return named


def _joined(part: str) -> list[str]:
    """原材料获取和生产 are two names, 原料获取及加工 is one."""
    pieces = [piece for piece in _AND.split(part) if piece.strip()]
    return pieces if not _is_name(part) and all(map(_is_name, pieces)) else [part]


def _is_name(text: str) -> bool:
    """Whether a text is a name of a stage or another part, and nothing else."""
    word = folded(text)
    try:
        stage(word)
    except StageNotKnown:
        return any(word in words for _, words in terms().values())
    return True
