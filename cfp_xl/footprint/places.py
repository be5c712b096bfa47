"""Which column of the activities to look at for what is wrong with a row."""

from __future__ import annotations

from collections.abc import Mapping

from cfp_xl.footprint.columns import column
from cfp_xl.footprint.errors import label
from cfp_xl.messages import Explained, Text

COLUMNS: Mapping[str, str] = {
    "reason_missing": "reason",
    "status_not_known": "status",
    "status_zero_with_quantity": "status",
    "status_not_applicable_with_quantity": "status",
    "unit_missing": "unit",
    "unit_not_known": "unit",
    "unit_ambiguous": "unit",
    "dimension_mismatch": "unit",
    "bridge_needed": "unit",
    "bridge_unfit": "bridge_unit",
    "bridge_without_unit": "bridge_unit",
    "bridge_not_positive": "bridge",
    "factor_not_emission": "factor_id",
    "factor_not_found": "factor_id",
    "factor_id_missing": "factor_id",
    "factor_ambiguous": "factor_id",
    "factor_unusable": "factor_id",
    "stage_not_known": "stage",
    "stage_missing": "stage",
    "factor_with_parts": "factor_id",
    "scheme_unfit": "scheme",
    "assembly_not_known": "assembly",
    "assembly_twice": "factor_id",
    "assembly_without_rows": "factor_id",
    "assembly_output": "factor_id",
    "assembly_loop": "factor_id",
    "assembly_failed": "factor_id",
}
"""By the key of the explanation; all others are about the quantity."""

NAMED = ("quantity", "unit", "factor_id", "bridge", "bridge_unit")
"""The columns that explanations name themselves, …"""
HEADED = ("direction", "carbon", "aircraft")
"""… and those that they name by their heading alone."""


def column_of_problem(problem: Explained) -> str:
    """The column that an explanation names, else the one that its kind is about."""
    named = problem.values.get("column")
    if isinstance(named, Text):
        for id in NAMED:
            if named in (label(id), column("activities", id).heading):
                return id
        for id in HEADED:
            if named == column("activities", id).heading:
                return id
    return COLUMNS.get(problem.key.removeprefix("footprint."), "quantity")
