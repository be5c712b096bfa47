"""The footprint that a new one replaces: the new one names its id, and it becomes Deprecated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cfp_xl.exchange.json_file import read_json
from cfp_xl.exchange.out.pact import json_bytes
from cfp_xl.exchange.pact_rules import breaches
from cfp_xl.messages import Explained, Lang


class PreviousUnfit(Explained):
    """A file that is not an earlier footprint of the product."""

    def __init__(self, key: str, *why: Explained, **values: object) -> None:
        super().__init__(f"exchange_out.{key}", **values)
        self.why = why

    def say(self, lang: Lang) -> str:
        return "\n".join([super().say(lang), *(f"  {one.say(lang)}" for one in self.why)])


def read_previous(file: Path) -> Mapping[str, Any]:
    """The footprint in a file. Raises JsonNotRead, PreviousUnfit."""
    document = read_json(file)
    if wrong := breaches(document):
        raise PreviousUnfit("previous_wrong", *wrong, file=file)
    assert isinstance(document, Mapping)
    return document


def ids_of(previous: Mapping[str, Any]) -> tuple[str, ...]:
    """Its id and those of what it replaced, the latest first."""
    return (previous["id"], *previous.get("precedingPfIds", ()))


def ensure_same_product(
    previous: Mapping[str, Any], product_ids: Sequence[str], file: Path
) -> None:
    """Raises PreviousUnfit where the two footprints share no product id."""
    if set(previous["productIds"]).isdisjoint(product_ids):
        raise PreviousUnfit("previous_other", file=file, seen=tuple(previous["productIds"]))


def deprecated(previous: Mapping[str, Any]) -> bytes:
    """The same footprint as one that is no longer valid."""
    return json_bytes({**previous, "status": "Deprecated"})
