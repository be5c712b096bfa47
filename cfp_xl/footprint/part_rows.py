"""Which activities are about a part that a supplier delivers: the part itself, its transport."""

from __future__ import annotations

from collections.abc import Iterator

from cfp_xl.footprint.errors import FootprintError
from cfp_xl.footprint.inventory import Activity, ActivityStatus, Inventory, StatusNotKnown, status
from cfp_xl.footprint.units import same_dimension
from cfp_xl.footprint.wording import folded

FREIGHT = "t·km"


def rows_of_part(inventory: Inventory, part_id: str, unit: str) -> tuple[Activity, ...]:
    """The activities that are the part itself: they bear its id, in a unit that converts to its
    declared unit, and do not say that they do not apply."""
    return tuple(row for row in _with_id(inventory, part_id) if _converts(row.unit, unit))


def transport_rows(inventory: Inventory, part_id: str, unit: str) -> tuple[Activity, ...]:
    """The activities that bear a part's id and are freight, unless the part is freight itself."""
    if _converts(unit, FREIGHT):
        return ()
    return tuple(row for row in _with_id(inventory, part_id) if _converts(row.unit, FREIGHT))


def _with_id(inventory: Inventory, part_id: str) -> Iterator[Activity]:
    rows = inventory.by_part.get(folded(part_id), ())
    return (row for row in rows if not _does_not_apply(row))


def _does_not_apply(row: Activity) -> bool:
    try:
        return isinstance(row.status, str) and status(row.status) is ActivityStatus.NOT_APPLICABLE
    except StatusNotKnown:
        return False


def _converts(typed: object, unit: str) -> bool:
    try:
        return isinstance(typed, str) and same_dimension(typed, unit)
    except FootprintError:
        return False
