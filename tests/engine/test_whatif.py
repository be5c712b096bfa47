"""Other inputs for a computed workbook: what depends on them, and nothing is different from a
computation of the whole."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cfp_xl.engine.areas import CellKey
from cfp_xl.engine.recalculate import recalculate
from cfp_xl.engine.whatif import NotAnInput, WhatIf, with_constants
from cfp_xl.functions.values import ExcelError, Scalar
from tests.engine.conftest import key
from tests.engine.test_blocks_against_cells import (
    COUNT,
    Functions,
    columns,
    dirty,
    everything,
    numbers,
    workbook_of_columns,
)

CHECKS = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
inputs = st.sampled_from([f"{c}{r}" for c in "ABCDIJ" for r in range(2, 10)] + ["K2", "D1", "E1"])


def changes(values: st.SearchStrategy[Any]) -> st.SearchStrategy[list[dict[str, Scalar]]]:
    return st.lists(st.dictionaries(inputs, values, min_size=1, max_size=4), max_size=4)


def against_the_whole(
    workbook: Any, each_change: list[dict[str, Scalar]], functions: Any = None
) -> WhatIf:
    """Every change over the same computed workbook, held against a computation of the whole."""
    book = WhatIf(workbook, functions=functions)
    for change in each_change:
        values = {key(cell): value for cell, value in change.items()}
        outcome = book.changed(values)
        whole = recalculate(with_constants(workbook, values), functions=functions).cells
        assert list(outcome.cells) == list(whole)
        for cell, expected in whole.items():
            assert everything(outcome.cells[cell]) == everything(expected), (cell, change)
        before = book.recalculation.cells
        moved = [c for c in whole if everything(before[c]) != everything(whole[c])]
        assert list(outcome.moved) == moved, change
    return book


@CHECKS
@given(st.lists(numbers, min_size=COUNT, max_size=COUNT), columns, st.booleans(), changes(numbers))
def test_clean_workbooks(
    make_workbook: Any,
    constants: list[Scalar],
    formulas: list[str],
    across: bool,
    each_change: list[dict[str, Scalar]],
) -> None:
    content = workbook_of_columns(constants, formulas, across=across)
    against_the_whole(make_workbook(content), each_change, Functions())


@CHECKS
@given(st.lists(dirty, min_size=COUNT, max_size=COUNT), columns, st.booleans(), changes(dirty))
def test_dirty_workbooks(
    make_workbook: Any,
    constants: list[Scalar],
    formulas: list[str],
    across: bool,
    each_change: list[dict[str, Scalar]],
) -> None:
    content = workbook_of_columns(constants, formulas, across=across)
    against_the_whole(make_workbook(content), each_change, Functions())


COLUMN = {f"A{r}": r for r in range(1, 41)} | {f"B{r}": f"=A{r}*$D$1" for r in range(1, 41)}


@pytest.mark.parametrize(
    ("content", "change"),
    [
        pytest.param(COLUMN | {"C1": "=SUM(B1:B40)", "D1": 2}, {"A7": 9.0}, id="one row"),
        pytest.param(COLUMN | {"C1": "=SUM(B1:B40)", "D1": 2}, {"D1": 3.0}, id="every row"),
        pytest.param(COLUMN | {"C1": "=SUM(B:B)", "D1": 2}, {"A7": ExcelError.NA}, id="an error"),
        pytest.param(COLUMN | {"C1": "=SUM(B:B)", "D1": 2}, {"A7": "x"}, id="a text"),
        pytest.param(
            {"A1": 1, "B1": "=OFFSET(C1,A1,0)", "C2": "=D1", "C3": "=E1*2", "D1": 5, "E1": 6},
            {"A1": 2.0, "E1": 7.0}, id="OFFSET looks elsewhere",
        ),
        pytest.param(
            {"A1": "D1", "B1": "=INDIRECT(A1)", "D1": 5, "D2": "=D1+D3", "D3": 1},
            {"A1": "D2", "D3": 9.0}, id="INDIRECT looks elsewhere",
        ),
        pytest.param(
            {"A1": "D1", "B1": "=INDIRECT(A1)", "D1": 5, "C1": "=B1*2"}, {"D1": 9.0},
            id="what INDIRECT found changes",
        ),
        pytest.param({"A1": 1, "B1": "=A1*RAND()", "C1": "=B1+1"}, {"A1": 0.0}, id="random"),
        pytest.param({"A1": 1, "B1": "=NOW()", "C1": "=A1+1"}, {"A1": 0.0}, id="the clock beside"),
        pytest.param({"A1": 1, "B1": "=C1+A1", "C1": "=B1"}, {"A1": 2.0}, id="a circle"),
        pytest.param(
            {"A1": 0, "B1": "=IF(A1=1,C1,5)", "C1": "=B1+1"}, {"A1": 1.0}, id="now a circle"
        ),
        pytest.param(
            {"A1": 1, "B1": "=A1", "B2": "=B1+A2", "B3": "=B2+A3", "B4": "=B3+A4", "C1": "=B4"},
            {"A2": 7.0}, id="a chain on the row above",
        ),
        pytest.param(
            {"A1": 1, "A2": 2, "A3": 3, "B1": ("=A1:A3*2", "B1:B3"), "C1": "=B2+1", "C2": "=B3"},
            {"A2": 5.0}, id="an array formula",
        ),
        pytest.param({"A1": 1, "B1": "=SUM(A1:A9)"}, {"A5": 4.0}, id="a cell that was not there"),
        pytest.param({"A1": 1, "B1": "=SUM(A:A)"}, {"A50": 4.0}, id="below the used part"),
        pytest.param({"A1": 1, "B1": "=COUNTA(A1)"}, {"A1": None}, id="blank"),
        pytest.param({"A1": 1, "B1": "=A1=TRUE"}, {"A1": True}, id="TRUE for 1"),
        pytest.param(
            {"A1": 1, "B1": '=IF(A1>0,"OK","look")', "C1": "=B1&NOTHING()"}, {"A1": 3.0},
            id="stops where nothing changed",
        ),
        pytest.param(
            {"A1": 1, "A2": 2, **{f"B{r}": "=CFP_HALF(A$1)" for r in range(1, 9)}, "C1": "=B3"},
            {"A1": -1.0}, id="now they fail",
        ),
    ],
)  # fmt: skip
def test_as_the_whole(
    content: dict[str, Any], change: dict[str, Scalar], make_workbook: Any
) -> None:
    against_the_whole(make_workbook(content), [change, {}, change], Functions())


def test_a_long_chain_and_running_ranges(make_workbook: Any) -> None:
    content: dict[str, Any] = {"A1": 1, "B1": "=A1", "C1": 0}
    for r in range(2, 61):
        content |= {
            f"A{r}": r, f"B{r}": f"=B{r - 1}+A{r}",
            f"C{r}": f"=COUNTIF(A$2:A{r},A{r})+MAX(C$1:C{r - 1})",
            f"D{r}": f"=SUM(A$2:A{r})", f"E{r}": f"=SUM(A{r}:A$60)",
        }  # fmt: skip
    changes: list[dict[str, Scalar]] = [{"A2": 5.0}, {"A58": 5.0}, {"A1": "x"}, {"C1": 9.0}]
    against_the_whole(make_workbook(content), changes)


def test_parts_that_are_remembered(make_workbook: Any) -> None:
    """Other inputs in turn: what was known of a part of a formula must not outlive its inputs."""
    content: dict[str, Any] = {
        "A1": 1, "A2": 2, "A3": 3, "A4": "A2", "A5": 1,
        "B1": '=SUM(A1:A3)*A5+IF(SUMPRODUCT((A1:A3=2)*(A1:A3>0))>0,MAX(A2:A3),"none")',
        "B2": "=A5*SUM(INDIRECT(A4),1)", "B3": "=A5*SUM(OFFSET(A1,A2,0),1)",
        "B4": "=A5+IFERROR(CFP_HALF(A1)+1,7)", "B5": "=LET(x,A1*2,(x+A2)*A5)",
        "B6": "=A5&SUM(A1:A3*{1;2;3})", "C1": "=SUM(B1:B5)*A5",
    }  # fmt: skip
    one_by_one: list[dict[str, Scalar]] = [
        {"A5": 2.0}, {"A5": 3.0}, {"A2": 1.0}, {"A5": 4.0}, {"A4": "A3", "A5": 5.0},
        {"A1": -1.0}, {"A5": 6.0}, {"A1": ExcelError.NA, "A5": 7.0}, {"A3": 9.0}, {"A5": 8.0},
    ]  # fmt: skip
    against_the_whole(make_workbook(content), one_by_one, Functions())


def test_spills_that_grow(make_workbook: Any) -> None:
    content = {"A1": 2, "B1": ("=SEQUENCE(A1)", "B1:B2"), "C1": "=SUM(B1:B9)", "D1": "=SUM(B1#)"}
    workbook = make_workbook(content, dynamic=True)
    against_the_whole(workbook, [{"A1": 5.0}, {"A1": 1.0}])


def test_only_what_depends_on_it_is_computed(make_workbook: Any) -> None:
    class Counting(Functions):
        calls = 0

        def call(self, name: str, arguments: Any) -> Any:
            self.calls += 1
            return super().call(name, arguments)

    functions = Counting()
    rows = {f"B{r}": f"=CFP_TOTAL(A{r})" for r in range(1, 101)}
    book = WhatIf(
        make_workbook({f"A{r}": r for r in range(1, 101)} | rows | {"C1": "=SUM(B1:B100)"}),
        functions=functions,
    )
    functions.calls = 0
    outcome = book.changed({key("A50"): 1050.0})
    assert functions.calls == 1
    assert outcome.moved == (key("C1"), key("B50"))[::-1] or outcome.moved == (
        key("C1"),
        key("B50"),
    )
    assert outcome.cells[key("C1")].value == 5050.0 + 1000.0
    assert book.recalculation.cells[key("C1")].value == 5050.0, "the base is as it was"
    assert book.changed({}).moved == ()


@pytest.mark.parametrize(
    ("target", "says"),
    [
        (CellKey("S", 1, 2), "S!B1 holds a formula (=A1)"),
        (CellKey("S", 2, 3), "S!C2 is filled by the array formula in S!C1"),
        (CellKey("Nowhere", 1, 1), "Unknown sheet “Nowhere”. Available: S"),
    ],
)
def test_what_is_no_input(target: CellKey, says: str, make_workbook: Any) -> None:
    book = WhatIf(make_workbook({"A1": 1, "B1": "=A1", "C1": ("=A1:A2", "C1:C2")}))
    with pytest.raises(NotAnInput, match=re.escape(says)):
        book.changed({target: 1.0})
    with pytest.raises(NotAnInput):
        book.changed({CellKey("S", 1, 1): float("nan")})
