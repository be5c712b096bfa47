"""Shares in a scenario: what becomes of an amount by several ways, which add to 1.

At the end of life a product's mass goes to recycling, incineration, landfill: each way is a row of
activities. A scenario gives each its share of what these rows are together in the base.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from cfp_xl.engine.areas import CellKey
from cfp_xl.footprint.cells import number, words
from cfp_xl.footprint.columns import column
from cfp_xl.footprint.units import convert
from cfp_xl.schema.opened import Tables
from cfp_xl.schema.schema import Record
from cfp_xl.study.quality import ShareRange
from cfp_xl.study.spread import StudyError
from cfp_xl.whatif.targets import TargetNotKnown, find_typed

SUM = 1e-6
"""How near to 1 the shares of one scenario are: they are typed with few digits."""


class ShareSum(StudyError):
    """Shares of one scenario that do not add to 1."""


@dataclass(frozen=True)
class Route:
    """One way, with its share."""

    record: Record
    target: Record
    """The row of activities."""
    key: CellKey
    """Its quantity."""
    share: float
    amount: float
    unit: str


def route_of(tables: Tables, record: Record) -> Route:
    """A scenario's row as a way. Raises FootprintError."""
    heading = column("scenarios", "value").heading
    share = number(record.values.get("value"), heading)
    if not 0 <= share <= 1:
        raise ShareRange(column=heading, seen=share)
    typed = record.text("target")
    key = find_typed(tables, typed)
    target = target_row(tables, typed)
    if target is None:
        raise TargetNotKnown(target=typed, nearest=("activities:…",))
    amount = number(target.values.get("quantity"), column("activities", "quantity").heading)
    unit = words(target.values.get("unit"), column("activities", "unit").heading)
    return Route(record, target, key, share, amount, unit)


def target_row(tables: Tables, typed: str) -> Record | None:
    """The row of activities that a target names."""
    head, _, rest = typed.replace("：", ":").partition(":")
    return tables.schema.row("activities", (rest or head).strip()) if tables.schema else None


def problems(routes: Sequence[Route]) -> Iterator[tuple[Record, StudyError]]:
    """B08: the shares of one scenario add to 1."""
    whole = math.fsum(one.share for one in routes)
    if routes and abs(whole - 1) > SUM:
        yield routes[-1].record, ShareSum(seen=f"{whole:.6g}")


def quantities(routes: Sequence[Route]) -> Mapping[CellKey, float]:
    """What each way has of the amounts of all together."""
    if not routes:
        return {}
    first = routes[0].unit
    whole = math.fsum(convert(one.amount, one.unit, first) for one in routes)
    return {one.key: convert(one.share * whole, first, one.unit) for one in routes}
