"""Which column to look at for what is wrong with a row of activities."""

from __future__ import annotations

import pytest

from cfp_xl.footprint.calculate import calculate
from cfp_xl.footprint.columns import columns
from cfp_xl.footprint.factors import library
from cfp_xl.footprint.inventory import Inventory
from cfp_xl.footprint.places import COLUMNS, column_of_problem
from cfp_xl.messages import catalogue

HEADER = ["stage", "status", "quantity", "unit", "factor_id", "bridge", "bridge_unit", "reason"]
GOOD = dict(
    zip(HEADER, ["use", "data", 1.0, "kWh", "CN-ELEC-CFP-2024", None, None, None], strict=True)
)


@pytest.mark.parametrize(
    ("wrong", "column"),
    [
        ({"quantity": "12"}, "quantity"),
        ({"quantity": -1.0}, "quantity"),
        ({"status": "missing", "quantity": None}, "quantity"),
        ({"unit": None}, "unit"),
        ({"unit": "kWhh"}, "unit"),
        ({"unit": "kg"}, "unit"),
        ({"unit": 5.0}, "unit"),
        ({"factor_id": "CN-ELEC-CFP-2099"}, "factor_id"),
        ({"factor_id": None}, "factor_id"),
        ({"unit": "kg", "bridge": 2.0}, "bridge_unit"),
        ({"unit": "kg", "bridge": -2.0, "bridge_unit": "kWh/kg"}, "bridge"),
        ({"unit": "kg", "bridge": "two", "bridge_unit": "kWh/kg"}, "bridge"),
        ({"status": "perhaps"}, "status"),
        ({"status": "zero"}, "status"),
        ({"status": "not_applicable", "quantity": None}, "reason"),
        ({"stage": "Mars"}, "stage"),
        ({"stage": None}, "stage"),
    ],
    ids=str,
)
def test_the_column_to_look_at(wrong: dict[str, object], column: str) -> None:
    row = {**GOOD, **wrong}
    found = calculate(Inventory.from_rows(HEADER, [[row[name] for name in HEADER]]), library())
    [problem] = found.problems
    assert column_of_problem(problem) == column


def test_every_explanation_and_column_exists() -> None:
    assert {f"footprint.{key}" for key in COLUMNS} <= set(catalogue())
    assert set(COLUMNS.values()) <= {column.id for column in columns("activities")}
