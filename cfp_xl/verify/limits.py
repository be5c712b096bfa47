"""The thresholds and words of the rules, from `data/limits.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from cfp_xl.footprint.wording import folded
from cfp_xl.messages import Text, read_toml


@dataclass(frozen=True, slots=True)
class Boundary:
    """A type of system boundary: stages it must have, and stages it must not have."""

    id: str
    name: Text
    required: tuple[str, ...]
    excluded: tuple[str, ...]


@cache
def limits(section: str) -> Mapping[str, Any]:
    table: Mapping[str, Any] = read_toml("limits.toml")[section]
    return table


@cache
def boundaries() -> Mapping[str, Boundary]:
    """Boundary types by each of their spellings, folded."""
    return {
        folded(word): Boundary(
            id, Text(**entry["name"]), tuple(entry["required"]), tuple(entry["excluded"])
        )
        for id, entry in limits("boundary").items()
        for word in entry["words"]
    }
