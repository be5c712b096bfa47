"""The parts of a product system that running text names, by the words in it.

One boundary statement says 原料获取及加工 where another says 原辅料获取: the longest known word
inside a name decides. The words live in `data/boundary_terms.toml`. Names of results in tables
are compared whole: see `identity`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from cfp_xl.footprint.wording import folded
from cfp_xl.messages import Text, read_toml

TRANSPORT = "transport"
LEGS = ("inbound_transport", "outbound_transport")
_SEPARATORS = re.compile(r"[、，,;；|\n→]+")


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

    Transport without a direction beside one with a direction stands for the other direction.
    """
    named = frozenset(term(n) for n in _SEPARATORS.split(statement) if n.strip())
    if TRANSPORT in named and not named.isdisjoint(LEGS):
        return (named - {TRANSPORT}) | set(LEGS)
    return named
