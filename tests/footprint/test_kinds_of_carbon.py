"""Directions, kinds of carbon and assemblies, each process worked out by hand."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pytest

from cfp_xl.footprint.allocate import allocate
from cfp_xl.footprint.assemblies import NO_ASSEMBLIES, Assemblies
from cfp_xl.footprint.calculate import Footprint, calculate
from cfp_xl.footprint.factor_set import FactorSet
from cfp_xl.footprint.inventory import Inventory

Row = Mapping[str, object]


def footprint(
    rows: Sequence[Row], factors: Sequence[Row], assemblies: Sequence[Row] = ()
) -> Footprint:
    made = Assemblies.from_rows(*table(assemblies)) if assemblies else NO_ASSEMBLIES
    required = ("stage", "quantity", "unit", "factor_id")
    return calculate(
        Inventory.from_rows(*table(rows, required)), FactorSet.from_rows(*table(factors)), made
    )


def table(rows: Sequence[Row], header: Sequence[str] = ()) -> tuple[list[str], list[list[object]]]:
    names = list(dict.fromkeys([*header, *(name for row in rows for name in row)]))
    return names, [[row.get(name) for name in names] for row in rows]


def row(quantity: object, unit: str, factor_id: str, **more: object) -> Row:
    return {
        "stage": "production",
        "quantity": quantity,
        "unit": unit,
        "factor_id": factor_id,
        **more,
    }


def factor(id: str, value: float, per_unit: str, unit: str = "kgCO2e", **more: object) -> Row:
    return {"id": id, "value": value, "unit": unit, "per_unit": per_unit, **more}


def close(value: float) -> object:
    return pytest.approx(value, rel=1e-12, abs=1e-12)


ARC_FURNACE = (
    row(1080.0, "kg", "SCRAP-C"),
    row(12.0, "kg", "COAL-C"),
    row(1.8, "kg", "ELECTRODE-C"),
    row(400.0, "kWh", "POWER"),
    row(1000.0, "kg", "STEEL-C", direction="output"),
    row(120.0, "kg", "SLAG-C", direction="碳输出"),
)
CARBON = (
    factor("SCRAP-C", 0.0018 * 44 / 12, "kg", "kgCO2"),
    factor("COAL-C", 0.80 * 44 / 12, "kg", "kgCO2"),
    factor("ELECTRODE-C", 0.99 * 44 / 12, "kg", "kgCO2"),
    factor("STEEL-C", 0.0015 * 44 / 12, "kg", "kgCO2"),
    factor("SLAG-C", 0.002 * 44 / 12, "kg", "kgCO2"),
    factor("POWER", 0.5777, "kWh"),
)


def test_an_arc_furnace_whose_carbon_leaves_in_steel_and_slag() -> None:
    """kg C: in 1.944 + 9.6 + 1.782 = 13.326, out 1.5 + 0.24 = 1.74; × 44/12; power 231.08."""
    result = footprint(ARC_FURNACE, CARBON)
    assert result.total_kgco2e == close(11.586 * 44 / 12 + 231.08)
    assert result.stages["production"].kgco2e == result.total_kgco2e
    assert [r.counted_kgco2e for r in result.rows[-2:]] == [close(-5.5), close(-0.88)]
    assert result.rows[-2].kgco2e == close(5.5)


def test_no_more_carbon_leaves_than_came_in() -> None:
    """2 t of steel hold 11 kgCO2 … of 1 kg of coal, 2.93 kgCO2; power brings no carbon."""
    rows = (
        row(1.0, "kg", "COAL-C"),
        row(400.0, "kWh", "POWER"),
        row(2000.0, "kg", "STEEL-C", direction="output"),
    )
    result = footprint(rows, CARBON)
    assert result.total_kgco2e is None
    (problem,) = result.problems
    assert (problem.key, problem.excel) == ("footprint.output_above_input", "#NUM!")
    assert problem.values["came"] == close(0.8 * 44 / 12)


def test_heat_sold_by_a_chp_is_allocated_with_its_credit_beside() -> None:
    """2000 kWh of gas × 0.202; power 700, heat 900 kWh: power's share by exergy, heat at 0.3.

    700 / (700 + 0.3 × 900) = 0.7216494845…; the credit is 900 kWh × 0.25 of a boiler."""
    share = 700 / (700 + 0.3 * 900)
    gas = allocate(2000.0, 700.0, 700 + 0.3 * 900)
    rows = (
        row(gas, "kWh", "GAS"),
        row(900.0, "kWh", "BOILER", direction="credit"),
        row(900.0, "kWh", "OWN", direction="credit", scheme="EU ETS"),
    )
    factors = (
        factor("GAS", 0.202, "kWh"),
        factor("BOILER", 0.25, "kWh"),
        factor("OWN", 0.1, "kWh"),
    )
    result = footprint(rows, factors)
    assert result.total_kgco2e == close(2000 * share * 0.202)
    assert result.parts is not None
    assert result.parts.credits == close(225.0 + 90.0)
    assert result.by_scheme_kgco2e == {"EU ETS": close(2000 * share * 0.202 - 90.0)}


def test_a_hydrogen_plant_on_natural_gas_with_a_part_of_biomethane() -> None:
    """Reformer: 3.2 kg gas × 2.75 fossil, 0.4 kg biomethane × 2.75 biogenic, 0.02 kg of leaked
    biogenic CH4 × 27, power; CO2 taken up by the biomass 1.1; dLUC of the maize 0.05; one row
    flown."""
    rows = (
        row(3.2, "kg", "CH4-C"),
        row(0.4, "kg", "CH4-C", carbon="biogenic_co2"),
        row(0.02, "kg", "CH4-GWP", carbon="生物源其他"),
        row(5.0, "kWh", "POWER"),
        row(1.1, "kg", "CO2", direction="uptake"),
        row(0.05, "kg", "CO2", carbon="land_use_change"),
        row(0.01, "t·km", "AIR", aircraft="是", stage="distribution"),
    )
    factors = (
        factor("CH4-C", 2.75, "kg", "kgCO2"),
        factor("CH4-GWP", 27.0, "kg"),
        factor("POWER", 0.5, "kWh"),
        factor("CO2", 1.0, "kg"),
        factor("AIR", 1.2, "t·km"),
    )
    result = footprint(rows, factors)
    parts = result.parts
    assert parts is not None
    assert parts.fossil == close(8.8 + 2.5 + 0.012)
    assert parts.biogenic_other == close(0.54)
    assert parts.land_use_change == close(0.05)
    assert result.total_kgco2e == parts.excluding == close(8.8 + 2.5 + 0.012 + 0.54 + 0.05)
    assert (parts.biogenic_co2, parts.uptake) == (close(1.1), close(1.1))
    assert parts.including == close(parts.excluding)
    assert parts.aircraft == close(0.012)


ASSEMBLIES = (
    {"id": "BIKE", "output": 1.0, "unit": "piece"},
    {"id": "WHEEL", "output": 2.0, "unit": "piece"},
    {"id": "HUB", "output": 100.0, "unit": "piece"},
)
BICYCLE = (
    row(1.0, "piece", "A-BIKE"),
    row(30.0, "kWh", "POWER", stage="use"),
    row(4.0, "kg", "STEEL", assembly="BIKE", stage=None),
    row(2.0, "piece", "a-wheel", assembly="bike", stage=None),
    row(3.0, "kg", "ALU", assembly="WHEEL", stage="生产"),
    row(2.0, "piece", "A-HUB", assembly="WHEEL", stage=None),
    row(25.0, "kg", "STEEL", assembly="HUB", stage=None),
    row(40.0, "kWh", "POWER", assembly="HUB", stage=None),
)
METALS = (
    factor("STEEL", 2.0, "kg", fossil=1.9, biogenic_other=0.1, biogenic_co2=0.3, uptake=-0.2),
    factor("ALU", 8.0, "kg"),
    factor("POWER", 0.5, "kWh"),
)


def test_a_bicycle_of_assemblies_three_levels_deep() -> None:
    """Hub (25×2 + 40×0.5)/100 = 0.7; wheel (3×8 + 2×0.7)/2 = 12.7; bike 4×2 + 2×12.7 = 33.4."""
    result = footprint(BICYCLE, METALS, ASSEMBLIES)
    per_unit = {id: one.kgco2e_per_unit for id, one in result.assemblies.items()}
    assert per_unit == {"BIKE": close(33.4), "WHEEL": close(12.7), "HUB": close(0.7)}
    assert result.stages["production"].kgco2e == close(33.4)
    assert result.total_kgco2e == close(48.4)
    steel_kg = 4 + 2 * (2 / 2) * 0.25
    assert result.parts is not None
    assert result.parts.uptake == close(0.2 * steel_kg)
    assert result.parts.biogenic_co2 == close(0.3 * steel_kg)
    assert result.parts.biogenic_other == close(0.1 * steel_kg)


def test_depth_is_bounded_by_nothing() -> None:
    """Each of 3,000 assemblies takes one of the next and 1 kWh of 0.5: the first has 1,500."""
    depth = 3000
    assemblies = [{"id": f"L{n}", "output": 1.0, "unit": "piece"} for n in range(depth)]
    rows = [row(1.0, "piece", "A-L0")]
    for n in range(depth):
        rows.append(row(1.0, "kWh", "POWER", assembly=f"L{n}"))
        if n + 1 < depth:
            rows.append(row(1.0, "piece", f"A-L{n + 1}", assembly=f"L{n}"))
    assert footprint(rows, METALS, assemblies).total_kgco2e == close(1500.0)


@pytest.mark.parametrize(
    ("assembly", "more", "key", "words"),
    [
        ("HUB", row(1.0, "piece", "A-BIKE"), "assembly_loop", "BIKE → WHEEL → HUB → BIKE"),
        ("HUB", row(None, "kWh", "POWER"), "assembly_failed", "HUB"),
        ("WHEEL", row(1.0, "piece", "A-NONE"), "assembly_failed", "A-NONE"),
        ("NONE", row(1.0, "kWh", "POWER"), "assembly_not_known", "BIKE, WHEEL, HUB"),
    ],
)
def test_what_is_wrong_in_an_assembly_fails_the_total_and_is_named(
    assembly: str, more: Row, key: str, words: str
) -> None:
    result = footprint((*BICYCLE, {**more, "assembly": assembly}), METALS, ASSEMBLIES)
    assert result.total_kgco2e is None
    problem = result.problems[-1] if key == "assembly_not_known" else result.problems[0]
    assert problem.key == f"footprint.{key}"
    assert words in problem.say("en")


def test_an_assembly_needs_rows_an_output_and_a_place_of_its_own() -> None:
    lone = row(1.0, "piece", "A-X")
    for assemblies, key in (
        ([{"id": "X", "output": 1.0, "unit": "piece"}], "assembly_without_rows"),
        ([{"id": "X", "output": 0.0, "unit": "piece"}], "assembly_output"),
        ([{"id": "X", "output": 1.0, "unit": "piece"}] * 2, "assembly_twice"),
    ):
        (problem,) = footprint((lone,), METALS, assemblies).problems
        assert problem.key == f"footprint.{key}"


def test_a_co_product_pair_shares_by_value_and_by_mass() -> None:
    """1000 kWh × 0.5 for 80 kg at 3.00 and 20 kg at 8.00: by value 240/400, by mass 80/100."""
    by_value = allocate(1000.0, 80 * 3.0, 80 * 3.0 + 20 * 8.0)
    by_mass = allocate(1000.0, 80.0, 100.0)
    for kwh, expected in ((by_value, 300.0), (by_mass, 400.0)):
        assert footprint((row(kwh, "kWh", "POWER"),), METALS).total_kgco2e == close(expected)


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"direction": "sideways"}, "word_not_known"),
        ({"carbon": "green"}, "word_not_known"),
        ({"aircraft": "perhaps"}, "word_not_known"),
        ({"direction": "uptake", "carbon": "fossil"}, "row_kind_unfit"),
        ({"direction": "output", "aircraft": "yes"}, "row_kind_unfit"),
        ({"factor_id": "STEEL", "unit": "kg", "carbon": "fossil"}, "factor_with_parts"),
        ({"factor_id": "STEEL", "unit": "kg", "direction": "output"}, "factor_with_parts"),
        ({"scheme": "EU ETS"}, "scheme_unfit"),
        ({"quantity": -1.0, "direction": "credit"}, "number_negative"),
    ],
)
def test_a_row_that_contradicts_itself_says_so(changes: Row, key: str) -> None:
    (problem,) = footprint(({**row(1.0, "kWh", "POWER"), **changes},), METALS).problems
    assert problem.key == f"footprint.{key}"


@pytest.mark.parametrize(
    ("parts", "is_right"),
    [
        ({"fossil": 1.9, "biogenic_other": 0.1}, True),
        ({"fossil": 1.9, "biogenic_other": 0.3}, False),
        ({"land_use_change": 0.4}, True),
        ({"land_use_change": 2.4}, False),
        ({"fossil": 1.24, "land_use_change": 0.71}, True),  # 1.95 and 2.0: rounding to a tenth
    ],
)
def test_a_factors_value_is_the_sum_of_its_parts(parts: Row, *, is_right: bool) -> None:
    result = footprint((row(1.0, "kg", "F"),), ({**factor("F", 2.0, "kg"), **parts},))
    assert (result.total_kgco2e == 2.0) is is_right
    if not is_right:
        assert result.problems[0].key == "footprint.factor_unusable"


def test_a_fuel_with_a_biogenic_share() -> None:
    """3 kg × 2.0 fossil; a fifth of the carbon is biogenic: 2 × 0.2 / 0.8 = 0.5 kg CO2 a kg beside.
    Where all is biogenic, its CO2 is to be given itself."""
    shared = {**factor("MIX", 2.0, "kg"), "biogenic_share": 0.2}
    result = footprint((row(3.0, "kg", "MIX"),), (shared,))
    assert result.parts is not None
    assert (result.total_kgco2e, result.parts.biogenic_co2) == (close(6.0), close(1.5))
    (problem,) = footprint((row(3.0, "kg", "MIX"),), ({**shared, "biogenic_share": 1.0},)).problems
    assert problem.key == "footprint.factor_unusable"


def test_a_table_without_these_columns_means_what_it_meant() -> None:
    result = footprint((row(3.0, "kWh", "POWER"), row(2.0, "kg", "ALU")), METALS)
    assert all(r.parts is None for r in result.rows)
    assert result.parts is not None
    assert result.parts.fossil == result.parts.including == math.fsum((1.5, 16.0))
