"""How the words and numbers of a study are spelled in exchange formats."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache

from cfp_xl.data_files import read_toml
from cfp_xl.footprint.factor import Factor
from cfp_xl.footprint.product import FunctionalUnit
from cfp_xl.footprint.units import UnitMissing, UnitNotKnown, canonical, conversion, same_dimension
from cfp_xl.privacy import masked

DIGITS = 12
"""Significant digits of a number that goes out: more is noise of its computation."""
WITHOUT_MASS = frozenset(
    {"kilowatt hour", "megajoule", "ton kilometer", "hour", "megabit second", "square meter"}
)
"""Declared units of energy and services, whose product may weigh nothing."""


@cache
def _words() -> Mapping[str, Mapping[str, str]]:
    return read_toml("exchange_terms.toml")


def decimal_of(value: float) -> Decimal:
    """A number as it goes out; sums of such numbers are exact."""
    return Decimal(f"{value:.{DIGITS}g}") + 0


def digits(value: float | Decimal) -> str:
    """A number as plain digits, never with an exponent."""
    exact = value if isinstance(value, Decimal) else decimal_of(value)
    text = format(exact, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def declared_unit(unit: FunctionalUnit) -> tuple[str, float] | None:
    """The declared unit that a functional unit is, and how many of it; None for any other."""
    try:
        spelled = canonical(unit.unit)
        names = [name for name, ours in _words()["units"].items() if same_dimension(spelled, ours)]
    except (UnitNotKnown, UnitMissing):
        return None
    if not names:
        return None
    ours = _words()["units"]
    exact = [one for one in names if spelled == ours[one] or spelled.endswith(ours[one][1:])]
    name = (exact or names)[0]
    return name, unit.amount * conversion(spelled, ours[name])


def standards_in(text: str) -> list[str]:
    """The cross-sectoral standards that a text names."""
    found = _words()["standards"].items()
    return [name for name, pattern in found if re.search(pattern, text, re.IGNORECASE)]


def urns(text: str) -> list[str] | None:
    """The URNs in a cell, semicolons or commas between; None where one of them is none."""
    found = [one.strip() for one in re.split(r"[;；,，\s]+", text) if one.strip()]
    is_urn = all(re.fullmatch(r"(?i)urn:[a-z0-9][a-z0-9.-]{0,127}:\S+", one) for one in found)
    return list(dict.fromkeys(found)) if found and is_urn else None


def moment(day: date) -> str:
    """The first second of a day."""
    return f"{day.isoformat()}T00:00:00Z"


def spelled(table: str, word: str) -> str:
    """How a format spells a word of ours; "" where it has none for it."""
    return _words()[table].get(word, "")


def table(name: str) -> Mapping[str, str]:
    """All words of a table."""
    return _words()[name]


def un_region(country: str) -> str:
    """The region of the United Nations that a country is in; "" where it is not known."""
    found = (name for name, codes in _words()["un_regions"].items() if country in codes.split())
    return next(found, "")


def factor_sources(factors: Iterable[Factor]) -> list[tuple[str, str]]:
    """Titles and versions of the sources that factors come from, each once, sorted."""
    found = {
        (
            masked(one.source.title or one.source.publisher or one.id),
            one.source.date or (str(one.year) if one.year else "unversioned"),
        )
        for one in factors
    }
    return sorted(found)


def by_stage(named: Sequence[tuple[str, str]]) -> str:
    """Processes as one text, those of a stage together: `生产: 电力, 焊接; …`."""
    stages: dict[str, list[str]] = {}
    for stage, process in named:
        of_stage = stages.setdefault(stage, [])
        if process and process not in of_stage:
            of_stage.append(process)
    said = (f"{stage}: {', '.join(of)}" if of else stage for stage, of in stages.items())
    return masked("; ".join(said))
