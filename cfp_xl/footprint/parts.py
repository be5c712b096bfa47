"""What an amount of CO2e is made of: kinds of carbon, credits beside it, what flew, whose data."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cache
from operator import attrgetter

from cfp_xl.footprint.errors import NOT_FOUND, FootprintError
from cfp_xl.footprint.row_kinds import CarbonKind, listed
from cfp_xl.footprint.wording import folded, shortened
from cfp_xl.messages import Text, text


class PartNotKnown(FootprintError):
    """A word that names no part."""

    excel = NOT_FOUND


@dataclass(frozen=True, slots=True)
class Parts:
    """Parts of a footprint in kgCO2e, or of a factor in its unit, each where it counts.

    `excluding` is fossil + land use change + biogenic other, and what a total is. Emissions of
    biogenic CO2, uptake (positive where CO2 is taken up) and credits lie beside it; aircraft and
    suppliers' data are parts of it.
    """

    excluding: float = 0.0
    fossil: float = 0.0
    land_use_change: float = 0.0
    biogenic_other: float = 0.0
    biogenic_co2: float = 0.0
    uptake: float = 0.0
    credits: float = 0.0
    aircraft: float = 0.0
    by_suppliers: float = 0.0

    @property
    def including(self) -> float:
        """With biogenic CO2, emitted and taken up."""
        return math.fsum((self.excluding, self.biogenic_co2, -self.uptake))

    def times(self, amount: float) -> Parts:
        return Parts(*(amount * part for part in _each(self)))


def of_kind(kind: CarbonKind, kgco2e: float) -> Parts:
    """An amount that is of one kind."""
    if kind is CarbonKind.BIOGENIC_CO2:
        return Parts(biogenic_co2=kgco2e)
    return Parts(excluding=kgco2e, **{kind.value: kgco2e})


def total_parts(many: Iterable[Parts | float]) -> Parts:
    """The sum, each part correctly rounded whatever the order; a number is plainly fossil. Raises
    OverflowError."""
    excluding, fossil, *others = columns = [list[float]() for _ in fields(Parts)]
    for one in many:
        if isinstance(one, float):
            excluding.append(one)
            fossil.append(one)
        else:
            for column, part in zip(columns, _each(one), strict=True):
                column.append(part)
    return Parts(*map(math.fsum, (excluding, fossil, *others)))


_each = attrgetter(*(one.name for one in fields(Parts)))
"""All parts, in their order: `astuple` makes copies of copies."""


NAMES = (
    "fossil",
    "land_use_change",
    "biogenic_other",
    "biogenic_co2",
    "uptake",
    "credits",
    "aircraft",
    "excluding",
    "including",
)
"""What can be asked for, in the order of a report."""


def to_show(parts: Parts) -> dict[str, float]:
    """The parts that a report names beside a total: none where all of it is plainly fossil."""
    found = {id: part_of(parts, id) for id in NAMES if id != "excluding"}
    besides = {
        id: value for id, value in found.items() if value and id not in ("fossil", "including")
    }
    return {id: value for id, value in found.items() if value} if besides else {}


def part_name(id: str) -> Text:
    """A part's name in words."""
    group = "carbon" if id in {kind.value for kind in CarbonKind} else "part"
    return text(f"footprint.{group}.{id}")


def part_of(parts: Parts, what: str) -> float:
    """The part that a word names, by its id or in Chinese or English; raises PartNotKnown."""
    if (id := _by_spelling().get(_key(what))) is None:
        known = listed(Text(part_name(one).zh, one) for one in NAMES)
        raise PartNotKnown(what=shortened(what), known=known)
    part: float = getattr(parts, id)
    return part


@cache
def _by_spelling() -> Mapping[str, str]:
    return {_key(word): id for id in NAMES for word in (id, part_name(id).zh, part_name(id).en)}


def _key(word: str) -> str:
    return folded(word).replace("_", "").replace("-", "")
