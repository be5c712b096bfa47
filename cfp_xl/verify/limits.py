"""The thresholds and words of the rules, from `data/limits.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from cfp_xl.messages import read_toml


@cache
def limits(section: str) -> Mapping[str, Any]:
    table: Mapping[str, Any] = read_toml("limits.toml")[section]
    return table
