"""Formulas as LibreOffice's API takes them: every spelling of our functions made its own."""

from __future__ import annotations

import re
from functools import cache

from cfp_xl.functions.registry import all_functions
from cfp_xl.functions.spelling import plain_formula
from cfp_xl.hosts.libreoffice.names import SERVICE, programmatic_name

_TEXT_OR_NAME = re.compile(r"""("(?:[^"]|"")*"|'(?:[^']|'')*')|\b(CFP_[A-Z0-9_]+)(?=\s*\()""")


def bound_formula(formula: str) -> str | None:
    """`formula` with our functions as LibreOffice knows them; None where nothing need change."""
    if "CFP" not in formula.upper():
        return None
    bound = _TEXT_OR_NAME.sub(_own_name, plain_formula(formula))
    return None if bound.upper() == formula.upper() else bound


def calls_ours(formula: str) -> bool:
    """Whether a formula, as LibreOffice's API gives it, calls one of our functions."""
    return f"{SERVICE}.".upper() in formula.upper()


def _own_name(match: re.Match[str]) -> str:
    name = match[2]
    return _programmatic_names().get(name, match[0]) if name else match[0]


@cache
def _programmatic_names() -> dict[str, str]:
    return {name: programmatic_name(name) for name in all_functions()}
