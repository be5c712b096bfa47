"""Types of system boundary: the words that name them, the stages that they have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from cfp_xl.data_files import read_toml
from cfp_xl.footprint.wording import folded
from cfp_xl.messages import Text


@dataclass(frozen=True, slots=True)
class Boundary:
    """A type of system boundary: stages it must have, and stages it must not have."""

    id: str
    name: Text
    required: tuple[str, ...]
    excluded: tuple[str, ...]


@cache
def boundaries() -> Mapping[str, Boundary]:
    """Boundary types by each of their spellings, folded."""
    return {
        folded(word): Boundary(
            id, Text(**entry["name"]), tuple(entry["required"]), tuple(entry["excluded"])
        )
        for id, entry in read_toml("limits.toml")["boundary"].items()
        for word in entry["words"]
    }


def boundary_of(text: str) -> Boundary | None:
    """The type a text means: exactly, or by the one type that it names."""
    key = folded(text).replace("-", "")
    known = {spelling.replace("-", ""): b for spelling, b in boundaries().items()}
    if key in known:
        return known[key]
    named = {b.id: b for spelling, b in known.items() if spelling in key}
    return next(iter(named.values())) if len(named) == 1 else None
