"""The parts of a product system that running text names, by the words in it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from cfp_xl.data_files import read_toml
from cfp_xl.footprint.wording import folded
from cfp_xl.messages import Text

INBOUND, OUTBOUND = "inbound_transport", "outbound_transport"
LEGS = (INBOUND, OUTBOUND)


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
