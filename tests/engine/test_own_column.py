"""Totals by criteria that stand in the very column they add up: no circle where the criteria leave
out the formula and all that depends on it."""

from __future__ import annotations

from typing import Any

import pytest

from cfp_xl.engine.result import CellState

LEVELS = 6


def outline(function: str, criterion: str) -> dict[str, Any]:
    """Six levels in one column: each row totals the rows one level below it, the last are data.

    A: level; B: value, of which rows of level 1 to 6 are formulas over the whole column.
    """
    cells: dict[str, Any] = {}
    for level in range(1, LEVELS + 1):
        cells |= {f"A{level}": level, f"B{level}": function.format(criterion.format(level + 1))}
    return cells | {"A10": 7, "B10": 5, "A11": 7, "B11": 3}


FUNCTIONS = [
    ("=SUMIF(A1:A20,{},B1:B20)", 8),
    ("=SUMIFS(B1:B20,A1:A20,{})", 8),
    ("=SUMIFS(B:B,A:A,{})", 8),
    ("=AVERAGEIF(A1:A20,{},B1:B20)", 4),
    ("=AVERAGEIFS(B:B,A:A,{})", 4),
    ("=MAXIFS(B1:B20,A1:A20,{})", 5),
    ("=MINIFS(B1:B20,A1:A20,{})", 3),
]


@pytest.mark.parametrize("criterion", ["{}", '"={}"', "1+{}-1"])
@pytest.mark.parametrize(("function", "value"), FUNCTIONS)
def test_six_levels(function: str, value: float, criterion: str, recalculated: Any) -> None:
    result = recalculated(outline(function, criterion))
    assert [result[f"B{level}"] for level in range(1, LEVELS + 1)] == [value] * LEVELS
    assert result.codes() == []


def test_six_levels_upside_down(recalculated: Any) -> None:
    cells: dict[str, Any] = {f"A{r}": r for r in range(1, 8)} | {"B1": 2}
    cells |= {f"B{r}": f"=SUMIFS(B:B,A:A,{r - 1})*2" for r in range(2, 8)}
    result = recalculated(cells)
    assert [result[f"B{r}"] for r in range(1 + 1, 8)] == [4, 8, 16, 32, 64, 128]


def test_counts_ask_the_range_they_stand_in_last_and_where_the_others_hold(
    recalculated: Any,
) -> None:
    cells = {"A1": "x", "A2": "total", "A3": "x", "A4": "x", "B1": 1, "B3": -1, "B4": 2}
    for formula in ('COUNTIFS(A1:A4,"x",B1:B4,">0")', 'COUNTIFS(B1:B4,">0",A1:A4,"x")'):
        assert recalculated({**cells, "B2": f"={formula}"})["B2"] == 2


def test_a_cell_that_depends_on_the_formula_through_others_may_stand_in_the_range(
    recalculated: Any,
) -> None:
    """B3 is left out by its criterion, though it depends on the total."""
    cells = {"A1": "x", "A2": "total", "A3": "share", "A4": "x", "B1": 1, "B4": 3}
    result = recalculated({**cells, "B2": '=SUMIFS(B1:B4,A1:A4,"x")', "B3": "=B1/C1", "C1": "=B2"})
    assert (result["B2"], result["B3"]) == (4, 0.25)


CIRCLES = [
    {"A2": "x", "B2": '=SUMIFS(B1:B4,A1:A4,"x")'},
    {"A3": "x", "B2": '=SUMIF(A1:A4,"x",B1:B4)', "B3": "=C1", "C1": "=B2+1"},
    {"B2": "=COUNTIF(B1:B4,1)"},
    {"A2": "x", "B2": '=COUNTIFS(A1:A4,"x",B1:B4,">0")'},
    {"A1": "y", "A2": "x", "B1": '=SUMIF(A1:A4,"x",B1:B4)', "B2": '=SUMIF(A1:A4,"y",B1:B4)'},
]


@pytest.mark.parametrize("cells", CIRCLES)
def test_what_the_criterion_takes_in_is_a_circle_still(
    cells: dict[str, Any], recalculated: Any
) -> None:
    result = recalculated({"B4": 4, **cells})
    assert {code for code, _ in result.codes()} <= {"E03", "E06"}
    assert "E03" in {code for code, _ in result.codes()}
    computed = result.recalculation.cells.values()
    assert all(cell.state is CellState.NOT_COMPUTED for cell in computed)


def test_an_error_that_the_criterion_takes_in_is_never_passed_over(recalculated: Any) -> None:
    cells = {"A1": "x", "A2": "total", "A3": "x", "B1": 1, "B3": "=1/0"}
    result = recalculated({**cells, "B2": '=SUMIFS(B1:B3,A1:A3,"x")'})
    assert str(result["B2"]) == "#DIV/0!"
