"""What must hold of every footprint, whatever the numbers."""

from __future__ import annotations

import math
from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cfp_xl.footprint.calculate import Footprint, FootprintState, calculate
from cfp_xl.footprint.emission import emission_kgco2e
from cfp_xl.footprint.factors import library
from cfp_xl.footprint.inventory import CALCULATED, Activity, Inventory
from cfp_xl.footprint.printed import agrees, printed
from cfp_xl.footprint.row_emission import RowResult, calculate_row, calculate_rows
from cfp_xl.footprint.stages import STAGES
from cfp_xl.footprint.units import conversion, convert, known_units, same_dimension
from cfp_xl.functions.values import ExcelError

quantities = st.just(0.0) | st.floats(min_value=1e-9, max_value=1e9)
pairs = [(a, b) for a in known_units() for b in known_units() if same_dimension(a, b)]
anything = st.none() | st.booleans() | st.floats() | st.text(max_size=8)


@given(st.sampled_from(pairs), quantities)
def test_a_unit_there_and_back(pair: tuple[str, str], value: float) -> None:
    there, back = conversion(*pair), conversion(pair[1], pair[0])
    assert math.isclose(there * back, 1, rel_tol=1e-15)
    assert math.isclose(convert(convert(value, *pair), pair[1], pair[0]), value, rel_tol=1e-14)


@given(quantities, st.integers(min_value=1, max_value=1000))
def test_an_emission_is_linear_in_its_quantity(quantity: float, times: int) -> None:
    factor = library().get("CN-ELEC-CFP-2024")
    once = emission_kgco2e(quantity, "kWh", factor)
    many = emission_kgco2e(quantity * times, "kWh", factor)
    assert math.isclose(many, once * times, rel_tol=1e-14)


good_rows = st.lists(
    st.builds(
        lambda stage, process, quantity: Activity(
            stage, process, "", "data", quantity, "kWh", "CN-ELEC-CFP-2024"
        ),
        st.sampled_from([stage.name.zh for stage in STAGES]),
        st.sampled_from(["电力", "蒸汽", ""]),
        quantities,
    ),
    min_size=1,
    max_size=12,
)


def of(rows: list[Activity]) -> Footprint:
    return calculate(Inventory(tuple(rows)), library())


@given(good_rows)
def test_stages_and_processes_sum_to_the_total(rows: list[Activity]) -> None:
    result = of(rows)
    assert result.total_kgco2e is not None
    for parts in (result.stages.values(), result.processes):
        total = math.fsum(part.kgco2e or 0 for part in parts)
        assert math.isclose(total, result.total_kgco2e, rel_tol=1e-14)


@given(good_rows)
def test_the_order_of_rows_does_not_matter(rows: list[Activity]) -> None:
    one, other = of(rows), of(list(reversed(rows)))
    assert one.total_kgco2e == other.total_kgco2e
    assert [s.kgco2e for s in one.stages.values()] == [s.kgco2e for s in other.stages.values()]


@given(good_rows, st.dictionaries(st.sampled_from(sorted(CALCULATED)), anything))
def test_a_row_of_anything_either_counts_or_says_why(
    rows: list[Activity], cells: dict[str, Any]
) -> None:
    """Never an exception, never a total over a row that has no value."""
    result = of([*rows, replace(Activity(), **cells)])
    strange = result.rows[-1]
    assert (strange.problem is None) == (strange.kgco2e is not None)
    assert (result.total_kgco2e is None) == (
        result.state in {FootprintState.MISSING, FootprintState.FAILED}
    )
    if strange.problem:
        assert result.total_kgco2e is None
        assert strange.problem.say("zh")
        assert strange.problem.excel in {"#N/A", "#VALUE!", "#NUM!"}


@given(st.decimals(-(10**9), 10**9, places=4), st.integers(0, 4))
def test_a_number_agrees_with_its_own_rounding(value: Decimal, places: int) -> None:
    shown = f"{value:.{places}f}"
    assert agrees(float(value), shown)
    reading = printed(shown)
    assert not agrees(float(reading.value + reading.half_ulp * 3), shown)


some_cells = st.builds(
    Activity,
    stage=st.sampled_from(["production", "生产", "use", "none of them", None, 1.0]),
    process=st.sampled_from(["welding", None, 2.0, ExcelError.NA]),
    status=st.sampled_from([None, "data", "zero", "missing", True, ExcelError.NA]),
    quantity=st.sampled_from(
        [None, 0.0, 1.0, 2.5, -1.0, 1e308, math.inf, "1", True, ExcelError.DIV0]
    ),
    unit=st.sampled_from(["kWh", "MWh", "kg", "L", None, ExcelError.REF]),
    factor_id=st.sampled_from(["CN-ELEC-CFP-2024", "cn-elec-cfp-2024", "none", None, 1.0]),
    bridge=st.sampled_from([None, 2.0, 0.0, "2"]),
    bridge_unit=st.sampled_from([None, "kWh/kg", "kg/L"]),
    direction=st.sampled_from([None, "input", "output", "credit", "uptake"]),
    carbon=st.sampled_from([None, "fossil", "biogenic_co2", "land_use_change"]),
    aircraft=st.sampled_from([None, "yes", 1.0, True]),
    assembly=st.sampled_from([None, "A1"]),
    scheme=st.sampled_from([None, "RCS"]),
)


def words_of(row: RowResult) -> list[object]:
    """A row's result with the words of what is wrong in place of it, which has no equality."""
    problem = row.problem and (type(row.problem), row.problem.say("en"), row.problem.excel)
    return [repr(replace(row, problem=None)), problem]


@given(st.lists(some_cells | good_rows.map(lambda rows: rows[0]), max_size=40))
def test_rows_together_come_to_what_each_comes_to_by_itself(rows: list[Activity]) -> None:
    together = [words_of(row) for row in calculate_rows(rows * 2, library())]
    assert together == [words_of(calculate_row(row, library())) for row in rows * 2]
