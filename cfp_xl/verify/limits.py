"""The thresholds and words of the rules, from `data/limits.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from cfp_xl.data_files import read_toml


@cache
def limits(section: str) -> Mapping[str, Any]:
    """A section of `data/limits.toml`: bounds of rules, each with its reason there."""
    table: Mapping[str, Any] = read_toml("limits.toml")[section]
    return table
