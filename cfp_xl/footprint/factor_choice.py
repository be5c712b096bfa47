"""How a row names its factor: by its id, or by `name [unit] | id` as a template's dropdown has it.

The name is for people, the id decides; `verify` holds the one against the other.
"""

from __future__ import annotations

import re

CHOICE = " | "
"""Between name and id where a dropdown shows both: `steel [kg] | GBT51366-D-STEEL`."""


def chosen_id(typed: str) -> str:
    """The id in what a row names its factor by: the id itself, or `name | id`."""
    return typed.partition(CHOICE)[2] or typed


def chosen_name(typed: str) -> str:
    """The name beside the id in `name [unit] | id`; "" where only an id is typed."""
    name, stroke, _ = typed.partition(CHOICE)
    return re.sub(r"\s*\[[^]]*\]\s*$", "", name) if stroke else ""
