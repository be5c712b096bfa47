"""What Excel does around a function: types, blanks, errors, columns. Values by hand."""

from __future__ import annotations

from typing import Any
from unittest.mock import Mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cfp_xl.functions import ranges
from cfp_xl.functions.registry import call
from cfp_xl.functions.values import OMITTED, Array, ExcelError

NA, VALUE, NUM, DIV0, REF = (
    ExcelError.NA,
    ExcelError.VALUE,
    ExcelError.NUM,
    ExcelError.DIV0,
    ExcelError.REF,
)
GRID = "CN-ELEC-CFP-2024"  # 0.5777 kgCO2e/kWh


def table(*rows: Any) -> Array:
    array = np.empty((len(rows), len(rows[0])), dtype=object)
    array[:] = [list(row) for row in rows]
    return array


def column(*values: Any) -> Array:
    return table(*((value,) for value in values))


FACTORS = table(
    ("note", "per_unit", "id", "unit", "value"),
    (REF, "kg", "STEEL", "kgCO2e", 2.0),
    (None, "kWh", GRID, "kgCO2e", 0.5),
    (None, "t", "LIME", "tCO2", 0.44),
    (None, "kg", 1001.0, "kgCO2e", 3.0),
    (None, "kg", "BROKEN", "kgCO2e", None),
    (None, "kg", "FAILED", "kgCO2e", DIV0),
    (None, "kg", "TWICE", "kgCO2e", 1.0),
    (None, "kg", "TWICE", "kgCO2e", 2.0),
)

SCALARS = [
    # A number is a number: not a text, not a logical value, not a blank.
    ("CFP_EMISSION", (2.0, "kWh", GRID), 1.1554),
    ("CFP_EMISSION", ("2", "kWh", GRID), VALUE),
    ("CFP_EMISSION", (True, "kWh", GRID), VALUE),
    ("CFP_EMISSION", (None, "kWh", GRID), VALUE),
    ("CFP_EMISSION", ("", "kWh", GRID), VALUE),
    ("CFP_EMISSION", (OMITTED, "kWh", GRID), VALUE),
    ("CFP_EMISSION", (float("inf"), "kWh", GRID), NUM),
    ("CFP_EMISSION", (float("nan"), "kWh", GRID), NUM),
    ("CFP_EMISSION", (-1.0, "kWh", GRID), NUM),
    ("CFP_EMISSION", (0.0, "kWh", GRID), 0.0),
    ("CFP_EMISSION", (1e308, "GWh", GRID), NUM),
    ("CFP_EMISSION", (1.0, None, GRID), VALUE),
    ("CFP_EMISSION", (1.0, 5.0, GRID), VALUE),
    ("CFP_EMISSION", (1.0, "kg", GRID), VALUE),
    ("CFP_EMISSION", (1.0, "kWh", None), VALUE),
    ("CFP_EMISSION", (1.0, "kWh", "CN-ELEC-2024"), NA),
    # Too few or too many arguments.
    ("CFP_EMISSION", (1.0, "kWh"), VALUE),
    ("CFP_GWP", ("CH4", "AR5", "AR6"), VALUE),
    # An error passes unchanged, the first in the order of the arguments, before other mistakes.
    ("CFP_EMISSION", (DIV0, NA, GRID), DIV0),
    ("CFP_EMISSION", ("2", NA, GRID), NA),
    ("CFP_EMISSION", (1.0, "kWh", GRID, REF), REF),
    ("CFP_EMISSION", (DIV0, "kWh", GRID, REF), DIV0),
    ("CFP_EMISSION", ("2", "kWh", GRID, REF), REF),
    ("CFP_EMISSION", (1.0, "kWh", GRID, "no range", NUM), NUM),
    ("CFP_STAGE", (NA, REF), NA),
    ("CFP_FACTOR", (GRID, NA), NA),
    # An optional argument that is blank is one left out.
    ("CFP_FACTOR", (GRID, None, None), 0.5777),
    ("CFP_FACTOR", (GRID, "", OMITTED), 0.5777),
    ("CFP_FACTOR", (GRID, "GWh"), 577_700.0),
    ("CFP_FACTOR", (" cn-elec-cfp-2024 ",), 0.5777),
    # Factors of the sheet win; what they say wrong is said when they are used.
    ("CFP_FACTOR", (GRID, None, FACTORS), 0.5),
    ("CFP_FACTOR", ("CN-ELEC-CFP-2023", None, FACTORS), 0.6205),
    ("CFP_FACTOR", ("STEEL", "t", FACTORS), 2000.0),
    ("CFP_FACTOR", ("LIME", None, FACTORS), 440.0),
    ("CFP_FACTOR", ("LIME", "kg", FACTORS), 0.44),
    ("CFP_FACTOR", (1001.0, None, FACTORS), 3.0),
    ("CFP_FACTOR", ("1001", None, FACTORS), 3.0),
    ("CFP_FACTOR", ("BROKEN", None, FACTORS), VALUE),
    ("CFP_FACTOR", ("FAILED", None, FACTORS), DIV0),
    ("CFP_FACTOR", ("TWICE", None, FACTORS), VALUE),
    ("CFP_FACTOR", ("NONE", None, FACTORS), NA),
    ("CFP_FACTOR", (GRID, None, table(("a", "b"), (1.0, 2.0))), VALUE),
    ("CFP_FACTOR", (GRID, None, "factors"), VALUE),
    # Numbers with bounds.
    ("CFP_FUEL_FACTOR", (42.652, 20.2, 1.0), 42.652 * 20.2 / 1000 * 44 / 12),
    ("CFP_FUEL_FACTOR", (42.652, 20.2, 1.01), NUM),
    ("CFP_FUEL_FACTOR", (-1.0, 20.2, 0.98), NUM),
    ("CFP_FUEL_FACTOR", (42.652, "20.2", 0.98), VALUE),
    ("CFP_ALLOCATE", (10.0, 3.0, 2.0), NUM),
    ("CFP_ALLOCATE", (10.0, 0.0, 2.0), 0.0),
    ("CFP_CONVERT", (1.0, "kWh", "kg"), VALUE),
    ("CFP_CONVERT", (-2.0, "t", "kg"), -2000.0),
    ("CFP_CONVERT", (36.0, "MJ", "kWh"), 10.0),
    ("CFP_GWP", ("CH4", "AR9"), NA),
    ("CFP_GWP", ("甲烷", "AR4"), 25.0),
    ("CFP_CO2E", (2.0, "kWh", "CH4", "AR5"), VALUE),
    ("CFP_CO2E", (2.0, "t", "N2O", "AR6"), 546_000.0),
    ("CFP_FACTOR_INFO", (GRID, "年份"), 2024.0),
    ("CFP_FACTOR_INFO", (GRID, "value"), 0.5777),
    ("CFP_FACTOR_INFO", (GRID, "colour"), NA),
    ("CFP_FACTOR_INFO", (GRID, "ncv"), NA),
    ("CFP_FACTOR_INFO", ("CN-FUEL-GBT32151-DIESEL", "ncv"), 42.652),
    ("CFP_FACTOR_INFO", ("CN-FUEL-GBT32151-DIESEL", "氧化率"), 0.98),
    ("CFP_AGREES", (9.95654396, "9.9566"), False),
    ("CFP_AGREES", (9.9566, 9.9566), True),
    ("CFP_AGREES", (9.96, 9.9566), False),
    ("CFP_AGREES", (1234.4, "1,234"), True),
    ("CFP_AGREES", (1.0, "/"), VALUE),
    ("CFP_AGREES", ("1", "1"), VALUE),
    ("CFP_FACTOR_SEARCH", (column("电", "柴油"),), VALUE),
    ("CFP_FACTOR_SEARCH", ("柴油", 1.5), NUM),
]


@pytest.mark.parametrize(("name", "args", "expected"), SCALARS)
def test_one_value(name: str, args: tuple[Any, ...], expected: Any) -> None:
    result = call(name, args)
    if isinstance(expected, float):
        assert result == pytest.approx(expected, rel=1e-12, abs=1e-300)
        assert type(result) is float
    else:
        assert result is expected


SPREADS = [
    ("a column", column(1.0, 2.0), "t", "kg", [[1000.0], [2000.0]]),
    ("a row", table((1.0, 2.0)), "t", "kg", [[1000.0, 2000.0]]),
    ("1 x 1 is a value", table((1.0,)), "t", "kg", 1000.0),
    ("column by column", column(1.0, 1.0), column("t", "g"), "kg", [[1000.0], [0.001]]),
    (
        "column by row",
        column(1.0, 2.0),
        "t",
        table(("t", "kg")),
        [[1.0, 1000.0], [2.0, 2000.0]],
    ),
    (
        "what lies beyond is #N/A",
        column(1.0, 2.0),
        column("t", "t", "t"),
        "t",
        [[1.0], [2.0], [NA]],
    ),
    (
        "each its own error",
        column(1.0, DIV0, None, "2", 4.0),
        "t",
        "t",
        [[1.0], [DIV0], [VALUE], [VALUE], [4.0]],
    ),
]


@pytest.mark.parametrize(("what", "value", "source", "target", "expected"), SPREADS)
def test_columns_in_columns_out(
    what: str, value: Any, source: Any, target: Any, expected: Any
) -> None:
    result = call("CFP_CONVERT", (value, source, target))
    shown = result.tolist() if isinstance(result, np.ndarray) else result
    assert shown == expected, what


def test_words_come_in_columns_too() -> None:
    result = call("CFP_DIAGNOSE", (column(1.0, None, DIV0), "kWh", GRID, None, "en"))
    assert isinstance(result, np.ndarray)
    fine, blank, failed = result[:, 0]
    assert fine == "OK"
    assert "blank" in blank
    assert "#DIV/0!" in failed


def test_a_search_spills_rows_and_the_nearest_comes_first() -> None:
    result = call("CFP_FACTOR_SEARCH", ("全国 电力 平均 2024", 3.0))
    assert isinstance(result, np.ndarray)
    assert result.shape == (3, 5)
    id, name, value, unit, source = result[0]
    assert (id, value, unit) == (GRID, 0.5777, "kgCO2e/kWh")
    assert "全国" in name
    assert "生态环境部" in source


def test_a_search_answers_in_the_language_of_its_words() -> None:
    result = call("CFP_FACTOR_SEARCH", ("diesel", 1.0))
    assert isinstance(result, np.ndarray)
    assert "diesel" in result[0, 1].lower()


def test_one_call_serves_a_column_of_twenty_thousand_rows() -> None:
    rows = 20_000
    args = (column(*[1.5] * rows), column(*["MWh"] * rows), column(*[GRID] * rows))
    result = call("CFP_EMISSION", args)
    assert isinstance(result, np.ndarray)
    assert result.tolist() == [[pytest.approx(866.55)]] * rows


def test_a_range_given_row_by_row_is_read_once_and_a_changed_one_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    factors = table(("id", "value", "unit", "per_unit"), ("ONCE", 1.0, "kgCO2e", "kg"))
    kept = ranges._kept_factors
    read = kept._make
    reads = Mock(side_effect=read)
    monkeypatch.setattr(kept, "_make", reads)
    for _ in range(100):
        assert call("CFP_EMISSION", (2.0, "kg", "ONCE", factors.copy())) == 2.0
    assert reads.call_count == 1
    factors[1, 1] = 3.0
    assert call("CFP_EMISSION", (2.0, "kg", "ONCE", factors)) == 6.0
    factors[1, 1] = True
    assert call("CFP_EMISSION", (2.0, "kg", "ONCE", factors)) is VALUE
    assert reads.call_count == 3


def test_whole_columns_are_cut_at_the_last_used_row() -> None:
    quantities = np.full((1_048_576, 1), None, dtype=object)
    quantities[:3, 0] = [1.0, None, 3.0]
    result = call("CFP_CONVERT", (quantities, "t", "kg"))
    assert isinstance(result, np.ndarray)
    assert result.tolist() == [[1000.0], [VALUE], [3000.0]]
    result = call("CFP_CONVERT", (quantities, column("t", "t", "t", "t"), "kg"))
    assert isinstance(result, np.ndarray)
    assert result.tolist() == [[1000.0], [VALUE], [3000.0], [VALUE]]

    activities = np.full((1_048_576, 5), None, dtype=object)
    activities[0] = ["stage", "status", "quantity", "unit", "factor_id"]
    activities[1] = ["use", "data", 2.0, "kWh", GRID]
    assert call("CFP_TOTAL", (activities,)) == pytest.approx(1.1554)


def test_blank_rows_of_an_ordinary_column_stay() -> None:
    result = call("CFP_CONVERT", (column(1.0, None, None), "t", "kg"))
    assert isinstance(result, np.ndarray)
    assert result.tolist() == [[1000.0], [VALUE], [VALUE]]


cells = st.one_of(
    st.none(), st.booleans(), st.floats(), st.text(max_size=6), st.sampled_from(ExcelError)
)


@settings(max_examples=200)
@given(st.lists(cells, min_size=3, max_size=3), st.sampled_from(ExcelError), st.integers(0, 2))
def test_an_error_in_is_an_error_out(args: list[Any], error: ExcelError, at: int) -> None:
    args[at] = error
    first = next(arg for arg in args if isinstance(arg, ExcelError))
    assert call("CFP_EMISSION", args) is first
    assert call("CFP_FUEL_FACTOR", args) is first


@settings(max_examples=200)
@given(st.lists(cells, min_size=1, max_size=5))
def test_whatever_stands_in_the_cells_a_number_or_an_error_comes_back(args: list[Any]) -> None:
    for name in ("CFP_EMISSION", "CFP_CONVERT", "CFP_ALLOCATE", "CFP_CO2E", "CFP_FACTOR"):
        result = call(name, args)
        assert type(result) in (float, ExcelError)
    assert isinstance(call("CFP_DIAGNOSE", args + [None] * (3 - len(args))), str)


@settings(max_examples=100)
@given(st.lists(st.floats(0, 1e12), min_size=2, max_size=20))
def test_a_column_is_its_cells_one_by_one(quantities: list[float]) -> None:
    spread = call("CFP_EMISSION", (column(*quantities), "MWh", GRID))
    assert isinstance(spread, np.ndarray)
    assert spread[:, 0].tolist() == [call("CFP_EMISSION", (q, "MWh", GRID)) for q in quantities]


CELLS = [None, "", " ", 0.0, 1.0, 2.0, -1.0, 1e308, True, "1", "kg", "kWh", "STEEL", GRID, NA, DIV0]


@given(st.data())
def test_a_column_gives_what_its_rows_give_one_by_one(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(["CFP_EMISSION", "CFP_DIAGNOSE"]))
    rows = data.draw(
        st.lists(
            st.tuples(*[st.sampled_from(one) for one in (CELLS, CELLS, CELLS)])
            | st.tuples(st.floats(), st.sampled_from(["kg", "t"]), st.just("STEEL")),
            min_size=2,
            max_size=20,
        )
    )
    factors: Any = data.draw(st.sampled_from([FACTORS, OMITTED, NA]))
    found = call(name, [*(column(*cells) for cells in zip(*rows, strict=True)), factors])
    assert isinstance(found, np.ndarray)
    alone = [call(name, [*row, factors]) for row in rows]
    assert list(map(repr, found[:, 0])) == list(map(repr, alone))
