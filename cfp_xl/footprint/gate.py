"""Which side of the factory gate a row is on: what a cradle-to-gate result holds, row by row.

GB/T 24067 puts inbound transport under distribution, ISO 14067 under raw material acquisition, so
the stage alone does not say it. The column `gate` decides where it is filled; else a row of
distribution is inbound or outbound by the words of its process and activity, or undecided.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from cfp_xl.footprint.cells import words
from cfp_xl.footprint.columns import column
from cfp_xl.footprint.parts import Parts, total_parts
from cfp_xl.footprint.row_emission import RowResult
from cfp_xl.footprint.system_parts import INBOUND, OUTBOUND, term
from cfp_xl.footprint.wording import folded
from cfp_xl.messages import text

BEFORE = ("raw_material_acquisition", "production")
DISTRIBUTION = "distribution"


class Side(StrEnum):
    """Where a row is, seen from the gate."""

    INSIDE = "inside"
    OUTBOUND = "outbound"
    """Distribution behind the gate."""
    BEYOND = "beyond"
    """Use, end of life, and what else is marked as outside."""


@dataclass(frozen=True, slots=True)
class GateCut:
    """The rows of a product on either side of its gate."""

    inside: tuple[RowResult, ...]
    outbound: tuple[RowResult, ...]
    beyond: tuple[RowResult, ...]
    undecided: tuple[RowResult, ...]

    @property
    def parts(self) -> Parts:
        """What the cradle-to-gate footprint is made of."""
        return total_parts(row.all_parts for row in self.inside)

    @property
    def outbound_kgco2e(self) -> float:
        return total_parts(row.all_parts for row in self.outbound).excluding


def cut_at_gate(rows: Iterable[RowResult]) -> GateCut:
    """The product's own rows by their side; rows of assemblies go with the rows that take them."""
    found: dict[Side | None, list[RowResult]] = {}
    for row in rows:
        if not row.assembly:
            found.setdefault(side_of(row), []).append(row)
    inside, outbound, beyond = (tuple(found.get(side, ())) for side in Side)
    return GateCut(inside, outbound, beyond, tuple(found.get(None, ())))


def side_of(row: RowResult) -> Side | None:
    """Where a row is; None where nothing says it and it adds something."""
    stage = row.stage_id
    if stage not in (*BEFORE, DISTRIBUTION):
        return Side.BEYOND
    typed = folded(words(row.activity.more.get("gate"), column("activities", "gate").heading))
    if typed:
        return _marked(typed, stage)
    if stage in BEFORE:
        return Side.INSIDE
    for name in (row.process, str(row.activity.activity or "")):
        match term(name):
            case found if found == INBOUND:
                return Side.INSIDE
            case found if found == OUTBOUND:
                return Side.OUTBOUND
    return None if row.kgco2e or row.problem else Side.OUTBOUND


def _marked(typed: str, stage: str) -> Side | None:
    """The side that the column names; None for any other word."""
    spelled = {
        folded(word): side
        for side in ("inside", "outside")
        for word in (side, text(f"footprint.gate.{side}").zh)
    }
    match spelled.get(typed):
        case "inside":
            return Side.INSIDE
        case "outside":
            return Side.OUTBOUND if stage == DISTRIBUTION else Side.BEYOND
    return None
