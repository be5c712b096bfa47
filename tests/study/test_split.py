"""Direct and indirect emissions and sites, by hand.

Gas 10 Nm3 × 2 burnt in production 20; power 100 kWh × 0.5 = 50; a hub's gas 3 Nm3 × 2 for two hubs,
of which the product takes one: 3; freight burns 4 kg × 3 = 12, and says that it is its own.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from cfp_xl.footprint.assemblies import Assemblies
from cfp_xl.footprint.calculate import calculate
from cfp_xl.footprint.factor_set import FactorSet
from cfp_xl.footprint.inventory import Inventory
from cfp_xl.functions.registry import call
from cfp_xl.functions.values import Array, ExcelError
from cfp_xl.study.inputs import inputs_of
from cfp_xl.study.split import EmissionType, EmissionTypeNotKnown, by_site, by_type
from tests.study.models import Row, factor, row, table

FACTOR_ROWS = [
    factor("GAS", 2.0, "Nm3", boundary="combustion"),
    factor("POWER", 0.5, "kWh", boundary="consumer"),
    factor("DIESEL", 3.0, "kg", boundary="仅燃烧"),
]
HUB: list[Row] = [{"id": "HUB", "output": 2.0, "unit": "piece"}]
FACTORS = FactorSet.from_rows(*table(FACTOR_ROWS))
ASSEMBLIES = Assemblies.from_rows(*table(HUB))
ROWS: list[Row] = [
    row("gas", 10.0, "Nm3", "GAS", site="CN-ZJ"),
    row("power", 100.0, "kWh", "POWER", site="cn-zj"),
    row("hub", 1.0, "piece", "A-HUB", site="CN-ZJ"),
    row("hub's gas", 3.0, "Nm3", "GAS", assembly="HUB", site="VN"),
    {**row("truck", 4.0, "kg", "DIESEL"), "stage": "distribution"},
]


def split(*changes: tuple[int, str, str]) -> tuple[dict[str, float], dict[str, float]]:
    rows = [dict(one) for one in ROWS]
    for number, column, value in changes:
        rows[number][column] = value
    footprint = calculate(Inventory.from_rows(*table(rows)), FACTORS, ASSEMBLIES)
    inputs = inputs_of(footprint, FACTORS, ASSEMBLIES)
    types = {str(one): value for one, value in by_type(inputs, FACTORS).items()}
    return types, dict(by_site(inputs))


def close(**expected: float) -> dict[str, object]:
    return {id: pytest.approx(value, rel=1e-12) for id, value in expected.items()}


def test_fuel_burnt_in_production_is_direct_also_in_assemblies() -> None:
    types, sites = split()
    assert types == close(direct=23.0, indirect=62.0)
    assert sites == {"CN-ZJ": pytest.approx(70.0), "": pytest.approx(12.0), "VN": pytest.approx(3)}


def test_what_a_row_says_goes_before() -> None:
    types, _ = split((4, "emission_type", "直接"), (0, "emission_type", "Indirect"))
    assert types == close(direct=15.0, indirect=70.0)
    assert set(types) == set(EmissionType)
    with pytest.raises(EmissionTypeNotKnown, match="mine"):
        split((1, "emission_type", "mine"))


def test_a_cell_asks_for_each_by_its_word() -> None:
    """CFP_PART: the hub's gas is direct and of VN, the truck's diesel of no site."""

    def part(what: str) -> object:
        return call("CFP_PART", (sheet(ROWS), what, sheet(FACTOR_ROWS), sheet(HUB)))

    expected = {"direct": 23.0, "间接": 62.0, "site:cn-zj": 70.0, "地点：VN": 3.0}
    assert {what: part(what) for what in expected} == close(**expected)
    assert part("site:Mars") == ExcelError("#N/A")


def sheet(rows: Sequence[Row]) -> Array:
    """A range with its headings."""
    names, cells = table(rows)
    return np.array([names, *cells], dtype=object)
