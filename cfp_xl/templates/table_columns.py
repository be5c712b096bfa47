"""The columns of each table of our workbooks in their order: the schema's, and ours beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cfp_xl.footprint.columns import ROW_ID, columns, row_id, tables
from cfp_xl.templates.style import Kind

SUPPLIER_TABLES = ("parts", "answers", "history")
"""Only where the source has `[suppliers]`; so is the column of parts in the activities."""
RESULTS = ("stage", "process", "cfp", "native", "agrees", "share", "unit", "state")


def _ids(table: str, *, computed: bool | None = None) -> tuple[str, ...]:
    """Ids of a table's columns that templates show: all, or only those that are (not) computed."""
    shown = (c for c in columns(table) if c.is_shown)
    return tuple(c.id for c in shown if computed is None or c.is_computed is computed)


def former(table: str) -> tuple[str, ...]:
    """The columns that only a workbook made from another one shows."""
    return tuple(c.id for c in columns(table) if c.is_former) if table in tables() else ()


def fills(table: str) -> dict[str, Kind]:
    """How each column of a table is filled that is not computed, in order."""
    typed = {c.id: c.fill for c in columns(table) if c.is_shown and not c.is_computed}
    return {**typed, ROW_ID: row_id().fill}


def widths(table: str, ids: Iterable[str]) -> list[float]:
    """How wide the columns of a table are shown, those of ours too that the schema lacks."""
    known = {c.id: c.width for c in (*columns(table), row_id()) if c.width is not None}
    return [known[id] if id in known else WIDTHS_BESIDES[id] for id in ids]


FACTOR_SHOWN = ("factor_name", "factor_value", "factor_source")
"""Computed beside an activity's factor: what it is called, is, and comes from."""
_CHOSEN = (
    *("stage", "process", "activity", "status", "quantity", "last_quantity", "unit", "factor_id"),
)
"""The inputs left of what is shown of the factor."""
FREIGHT = ("mass_kg", "distance_km")
"""The inputs from which `tkm`, right of them, gives the tonne-kilometres for a quantity to take."""


def _folded(table: str) -> tuple[str, ...]:
    """The columns of a table that stand in a group which is folded away."""
    return tuple(c.id for c in columns(table) if c.is_folded)


FOLDED: Mapping[str, tuple[str, ...]] = {
    table: _folded(table) for table in ("activities", "factors", "allocation", "scenarios")
}
"""Right of all other inputs, so that who needs none of them need not look past them."""


def _with_folded(table: str, ids: Iterable[str]) -> tuple[str, ...]:
    """Columns of a table and its row ids; what is folded away comes last."""
    folded = FOLDED[table]
    return (*(id for id in ids if id not in folded), ROW_ID, *folded)


ACTIVITY_INPUTS = _with_folded("activities", _ids("activities", computed=False))
WIDTHS_BESIDES: Mapping[str, float] = {
    "factor_name": 30,
    "factor_value": 20,
    "factor_source": 42,
    "tkm": 11,
    "factor_key": 30,
    "choice": 44,
    "process_key": 18,
    "process_no": 14,
    "from_unit": 14,
    "unit_ratio": 11,
    "native": 17,
    "sign": 8,
    "counts": 8,
    "plain": 17,
    "taken": 12,
    "counted": 17,
    "own": 17,
    **{f"level_{n}": 12 for n in range(1, 8)},
    **{f"use_{n}": 12 for n in range(1, 8)},
    "use": 12,
    "times": 11,
    "in_total": 17,
    "sigma": 10,
    "outcome_text": 30,
    "factor_per": 9,
    "factor_row": 9,
    "factor_kg": 11,
    "outcome": 14,
    "not_fossil": 13,
    "biogenic": 13,
    "output": 11,
    "flow_share": 15,
}
NATIVE = (
    "factor_key",
    "from_unit",
    "unit_ratio",
    "process_key",
    "process_no",
    "sign",
    "counts",
    "plain",
    "taken",
    "native",
    "counted",
    "times",
    "in_total",
    "sigma",
    "outcome_text",
    "factor_per",
    "factor_row",
    "factor_kg",
    "outcome",
)
"""Computed without any add-in: the factor's id alone, unit conversion, which process, the first row
of each; which way a row goes and whether it counts by itself, what it emits by a factor of the
sheet, how much of an assembly it takes, its emission, and what of that counts; how often the
product holds the row, what of the total depends on it, and the spread that it states. Then what
these look up or decide once for all of them: what is to be said of the row's status; the unit that
its factor is per, the factor's row on its sheet, the kg that its unit is; what the status makes of
the row. No number is left of a unit: that reads as an amount beside the table (W31)."""
LEVELS = 6
"""So deep may assemblies be, by native formulas; one level more shows that none is deeper."""
ASSEMBLY_LEVELS = ("own", *(f"level_{n}" for n in range(1, LEVELS + 2)))
ASSEMBLY_USES = (*(f"use_{n}" for n in range(1, LEVELS + 2)), "use")
"""How often the rows of an assembly are in the product: by itself, through one that takes it, …"""
FACTOR_COMPUTED = ("choice", "sigma", "not_fossil", "biogenic")
"""What the dropdown says of a factor, the spread that it states, what of its value is not fossil,
and biogenic CO2 beside it."""
_BILLS = tuple(
    id
    for id in _ids("allocation", computed=False)
    if id != "last_output" and id not in FOLDED["allocation"]
)
ALLOCATION_INPUTS = (*_BILLS, "output", "last_output", ROW_ID)
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "allocation": (
        *(*ALLOCATION_INPUTS, *_ids("allocation", computed=True), "flow_share"),
        *FOLDED["allocation"],
    ),
    "activities": (
        *_CHOSEN,
        *FACTOR_SHOWN,
        *FREIGHT,
        "tkm",
        *(id for id in ACTIVITY_INPUTS if id not in (*_CHOSEN, *FREIGHT)),
        *_ids("activities", computed=True),
        *NATIVE,
    ),
    "assemblies": (
        *_ids("assemblies", computed=False),
        *(ROW_ID, "kgco2e_per_unit", "native"),
        *ASSEMBLY_LEVELS,
        *ASSEMBLY_USES,
    ),
    "factors": (*_with_folded("factors", _ids("factors")), *FACTOR_COMPUTED),
    "results": RESULTS,
    "processes": RESULTS,
    "exclusions": (*_ids("exclusions"), ROW_ID),
    "translations": (*_ids("translations"), ROW_ID),
    "scenarios": _with_folded("scenarios", _ids("scenarios")),
    "declared": (*_ids("declared"), ROW_ID),
    "justifications": (*_ids("justifications"), ROW_ID),
    **{table: (*_ids(table), ROW_ID) for table in SUPPLIER_TABLES},
    "hotspots": ("row_of", "stage", "kgco2e", "share", "row"),
    "kinds": ("kind", "counted_as", "kgco2e", "checked", "agrees"),
    "primary": ("data", "answered", "kgco2e", "share", "unit"),
    "checks": ("number", "check", "seen", "expected", "result"),
    "units": ("unit", "base", "in_base"),
}
"""The schema's columns in its order, with ours that it does not know."""
