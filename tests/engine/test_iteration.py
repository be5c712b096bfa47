"""Circular references of workbooks that ask for iterative calculation.

Expected values are solved by hand: a linear circle has one solution, whatever the order.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from cfp_xl.engine.areas import CellKey
from cfp_xl.engine.recalculate import recalculate
from cfp_xl.engine.result import Recalculation
from cfp_xl.findings import Severity
from cfp_xl.verify.compare import compare
from cfp_xl.workbook.model import Cell, Sheet, Workbook

INTEREST = {"A1": 1000, "A2": 0.05, "B1": "=A1-B2", "B2": "=B1*A2", "C1": "=B2*2"}
"""Interest on what remains after it: B1 = 1000 / 1.05, B2 = 50 / 1.05."""
SOLUTION = {"B1": 1000 / 1.05, "B2": 50 / 1.05, "C1": 100 / 1.05}


def with_cached(workbook: Workbook, cached: dict[str, Any]) -> Workbook:
    """The workbook with what a spreadsheet program left in its formula cells."""
    sheet = workbook.sheets[0]
    cells = {
        at: cell._replace(value=cached[cell.address]) if cell.address in cached else cell
        for at, cell in sheet.cells.items()
    }
    return replace(workbook, sheets=(Sheet(sheet.name, sheet.part, cells=cells),))


def iterated(make: Any, content: dict[str, Any], cached: dict[str, Any], **more: Any) -> Any:
    workbook = with_cached(make(content, iterates=True, **more), cached)
    result = recalculate(workbook)
    return workbook, result


def value(result: Recalculation, address: str) -> Any:
    at = Cell(int(address[1:]), ord(address[0]) - 64, None)
    return result.cells[CellKey("S", at.row, at.column)].value


def codes(result: Recalculation) -> list[str]:
    return [f"{f.code}{f.case and '.'}{f.case}" for f in result.findings]


def test_without_cached_values_the_solution_is_found_from_zero(make_workbook: Any) -> None:
    _, result = iterated(make_workbook, INTEREST, {})
    for address, expected in SOLUTION.items():
        assert value(result, address) == pytest.approx(expected, rel=1e-12)
    assert codes(result) == ["E07.differs"]


def test_where_excel_stopped_near_it_its_values_stand_and_dependents_follow(
    make_workbook: Any,
) -> None:
    # four passes from 0 in Excel's order: 1000, 50; 950, 47.5; 952.5, 47.625; 952.375, 47.61875
    cached = {"B1": 952.38125, "B2": 47.6190625, "C1": 95.238125}
    workbook, result = iterated(make_workbook, INTEREST, cached)
    assert [value(result, address) for address in cached] == list(cached.values())
    counts, findings = compare(workbook, result, 1e-9, is_ours=True)
    assert (counts.matched, counts.formulas, findings) == (3, 3, ())
    (said,) = result.findings
    assert (said.code, said.severity) == ("E07", Severity.INFO)
    assert "0.000" in said.message("en")


@pytest.mark.parametrize(
    "cached",
    [
        {"B1": 952.0, "B2": 47.6, "C1": 95.2},  # one more pass moves B1 by 0.4
        {"B1": 952.38125, "B2": 47.63, "C1": 95.26},
        {"B1": 0.0, "B2": 0.0, "C1": 0.0},
    ],
)
def test_values_that_excel_would_not_have_stopped_at_do_not_match(
    cached: dict[str, float], make_workbook: Any
) -> None:
    workbook, result = iterated(make_workbook, INTEREST, cached)
    counts, _ = compare(workbook, result, 1e-9, is_ours=True)
    assert counts.matched == 0
    assert counts.mismatched == 3


def test_small_numbers_are_not_waved_through_by_a_limit_in_absolute_terms(
    make_workbook: Any,
) -> None:
    """One more pass moves nothing by 0.001; yet the value is twice the solution 1E-5 / 1.05."""
    small = INTEREST | {"A1": 1e-5}
    cached = {"B1": 1.9e-5, "B2": 1e-6, "C1": 2e-6}
    workbook, result = iterated(make_workbook, small, cached)
    assert compare(workbook, result, 1e-9, is_ours=True)[0].matched == 0
    assert value(result, "B1") == pytest.approx(1e-5 / 1.05, rel=1e-12)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ({"A1": "=A1+1"}, "counts up for ever"),
        ({"A1": "=2*B1+1", "B1": "=A1"}, "grows without end"),
        ({"A1": "=1-A1"}, "swings between 0 and 1"),
        ({"A1": "=1/B1", "B1": "=A1"}, "is an error from the first pass on"),
        ({"A1": "=0.99*A1+1"}, "creeps: Excel stops at 99.9, the solution is 100"),
    ],
)
def test_a_circle_that_does_not_settle_is_not_computed(
    content: dict[str, Any], why: str, make_workbook: Any
) -> None:
    cached = dict.fromkeys(content, 99.9)
    _, result = iterated(make_workbook, content | {"D1": "=A1"}, cached)
    assert set(codes(result)) == {"E03.iterative", "E06"}, why


def test_where_any_value_is_a_solution_only_what_grows_from_zero_matches(
    make_workbook: Any,
) -> None:
    """A cell that is itself keeps what somebody once put there."""
    workbook, result = iterated(make_workbook, {"A1": "=B1", "B1": "=A1"}, {"A1": 5.0, "B1": 5.0})
    assert compare(workbook, result, 1e-9, is_ours=True)[0].matched == 0


def test_circles_that_need_each_other_and_words_in_them(make_workbook: Any) -> None:
    content = {
        "A1": "=0.5*A2+1", "A2": "=A1", "A3": '=IF(A1>1,"high","low")',  # A1 = 2
        "B1": "=0.25*B1+A1+LEN(A3)", "C1": "=B1*3",  # B1 = (2 + 4) / 0.75
    }  # fmt: skip
    _, result = iterated(make_workbook, content, {})
    assert value(result, "A3") == "high"
    assert value(result, "B1") == pytest.approx(8.0, rel=1e-12)
    assert value(result, "C1") == pytest.approx(24.0, rel=1e-12)


def test_without_iteration_a_circle_stays_one(make_workbook: Any) -> None:
    workbook = with_cached(make_workbook(INTEREST), SOLUTION)
    assert codes(recalculate(workbook)) == ["E03", "E06", "E03"]
