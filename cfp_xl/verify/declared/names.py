"""The parts of a product system that running text names, by the words in it.

One boundary statement says 原料获取及加工 where another says 原辅料获取: the longest known word
inside a name decides. The words live in `data/boundary_terms.toml`. Names of results in tables
are compared whole: see `identity`.
"""

from __future__ import annotations

import re

from cfp_xl.footprint.boundary import boundary_of
from cfp_xl.footprint.stages import StageNotKnown, stage
from cfp_xl.footprint.system_parts import INBOUND, LEGS, term, terms
from cfp_xl.footprint.wording import folded
from cfp_xl.messages import Text

__all__ = ["INBOUND", "LEGS", "TRANSPORT", "named_parts", "term", "term_name", "terms"]

TRANSPORT = "transport"
_SEPARATORS = re.compile(r"[、，,;；|\n→]+")
_STAGE_END = re.compile(r"(?:阶段|过程|环节|stages?|phases?)$")
_AND = re.compile(r"以及|[和与及&+]|\band\b")


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
    word = _STAGE_END.sub("", folded(text))
    try:
        stage(word)
    except StageNotKnown:
        return any(word in words for _, words in terms().values())
    return True
