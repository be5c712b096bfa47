"""Many draws at once give what as many single runs give, to the last bit, failures counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cfp_xl.engine import draws as module
from cfp_xl.engine.draws import DrawnOutput, Inputs, draws
from cfp_xl.engine.result import Computed
from cfp_xl.engine.whatif import NotAnInput, WhatIf
from cfp_xl.functions.values import ExcelError, Scalar
from tests.engine.conftest import key
from tests.engine.test_blocks_against_cells import (
    COUNT,
    Functions,
    columns,
    dirty,
    numbers,
    shown,
    workbook_of_columns,
)
from tests.engine.test_whatif import CHECKS, inputs

DRAWS = 5


def drawn_values(values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, list[Scalar]]]:
    return st.dictionaries(
        inputs, st.lists(values, min_size=DRAWS, max_size=DRAWS), min_size=1, max_size=4
    )


def against_single_runs(
    workbook: Any, drawn: Mapping[str, list[Scalar]], functions: Any = None
) -> Mapping[Any, DrawnOutput]:
    """All formula cells as outputs, each draw held against a run of its own."""
    book = WhatIf(workbook, functions=functions)
    outputs = list(book.recalculation.cells)
    found = draws(book, {key(cell): values for cell, values in drawn.items()}, outputs)
    count = len(next(iter(drawn.values())))
    runs = [book.changed({key(c): v[draw] for c, v in drawn.items()}) for draw in range(count)]
    for output in outputs:
        expected = [run.cells[output] for run in runs]
        values = list(found[output].values)
        assert [shown(_plain(v)) for v in values] == [shown(c.value) for c in expected], output
        assert found[output].failures == _failures(expected), output
        assert found[output].failed == sum(_failures(expected).values())
    return found


def _plain(value: object) -> Any:
    return float(value) if isinstance(value, np.floating) else value


def _failures(results: list[Computed]) -> dict[str, int]:
    found: Counter[str] = Counter()
    for result in results:
        if result.finding is not None and not result.is_computed:
            found[result.finding.code] += 1
        elif isinstance(result.value, ExcelError):
            found[str(result.value)] += 1
    return dict(found)


@CHECKS
@given(
    st.lists(numbers, min_size=COUNT, max_size=COUNT), columns, st.booleans(),
    drawn_values(numbers),
)  # fmt: skip
def test_clean_workbooks(
    make_workbook: Any,
    constants: list[Scalar],
    formulas: list[str],
    across: bool,
    drawn: dict[str, list[Scalar]],
) -> None:
    content = workbook_of_columns(constants, formulas, across=across)
    against_single_runs(make_workbook(content), drawn, Functions())


@CHECKS
@given(st.lists(dirty, min_size=COUNT, max_size=COUNT), columns, st.booleans(), drawn_values(dirty))
def test_dirty_workbooks(
    make_workbook: Any,
    constants: list[Scalar],
    formulas: list[str],
    across: bool,
    drawn: dict[str, list[Scalar]],
) -> None:
    content = workbook_of_columns(constants, formulas, across=across)
    against_single_runs(make_workbook(content), drawn, Functions())


TABLE = {f"A{r}": f"k{r}" for r in range(1, 7)} | {f"B{r}": r / 3 for r in range(1, 7)}
B2 = {"B2": [0.1, 0.2, 0.7, 1e9, -5.0]}


@pytest.mark.parametrize(
    ("content", "drawn"),
    [
        *(
            pytest.param(TABLE | {"C1": f"={formula}"}, B2, id=formula)
            for formula in (
                "INDEX(B1:B6,MATCH(\"k2\",A1:A6,0))", "INDEX(A1:B6,2,2)*2", "INDEX(B1:B6,9)",
                'VLOOKUP("k2",A1:B6,2,FALSE)', 'VLOOKUP("k9",A1:B6,2,FALSE)', "VLOOKUP(B2,B1:B6,1)",
                'XLOOKUP("k2",A1:A6,B1:B6)', 'XLOOKUP("no",A1:A6,B1:B6,B2)',
                'XLOOKUP("no",A1:A6,B1:B6)', 'SUMIFS(B1:B6,A1:A6,"k*")', 'SUMIF(A1:A6,"k2",B1:B6)',
                'SUMIF(B1:B6,">0")', 'AVERAGEIFS(B1:B6,A1:A6,"<>k3")', 'AVERAGEIF(A1:A6,"x",B1:B6)',
                'MAXIFS(B1:B6,A1:A6,"k?")', 'MINIFS(B1:B6,A1:A6,"k?")', 'COUNTIFS(B1:B6,">0.5")',
                "SUM(B1:B6)", "SUM(B:B)", "SUM(A1:B6,B2,3)", "AVERAGE(B1:B6)", "MAX(B1:B6)",
                "MIN(B1:B6)", "MEDIAN(B1:B6)", "STDEV(B1:B6)", "PRODUCT(B1:B6)", "COUNT(A1:B6)",
                "SUMPRODUCT(B1:B6,B1:B6)", "SUMPRODUCT((A1:A6=\"k2\")*B1:B6)", "LARGE(B1:B6,2)",
                "IF(B2>0.5,B2,B3)", "IF(B2>0.5,OFFSET(B1,1,0),0)", "OFFSET(B1,1,0)",
                "SUM(OFFSET(A1,0,1,6,1))", "SUM(A1:INDEX(C3:C6,2))", 'INDIRECT("B"&2)',
                "ROW(B2)+ROWS(B1:B2)", "LET(x,B2,x*x)", "ROUND(B2,1)&\"kg\"", "1/(B2-0.7)",
                "IFERROR(1/(B2-0.7),B2)", "SQRT(B2)", "B2*RAND()", "CFP_HALF(B2)", "UNKNOWN(B2)",
                "CFP_TOTAL(B1:B6)", "@B1:B6", "-B2%", "AND(B2>0,B1>0)", "TEXT(B2,\"0.0\")",
            )
        ),
        pytest.param(
            TABLE | {"C1": "=1/(B2-0.7)", "C2": "=C1*2", "C3": "=IF(ISERROR(C2),1,C2)"}, B2,
            id="an error further on",
        ),
        pytest.param(
            TABLE | {"C1": "=B1"} | {f"C{r}": f"=C{r - 1}+B{r}" for r in range(2, 7)}, B2,
            id="chain",
        ),
        pytest.param({"A1": 1, "B2": 1, "B3": "=B4+B2", "B4": "=B3"}, B2, id="circle"),
        pytest.param({"B2": 1, "B3": "=IF(B2>0.5,B4,1)", "B4": "=B3"}, B2, id="at times a circle"),
        pytest.param(
            {"B2": 1, "C1": ("=B2*{1;2;3}", "C1:C3"), "D1": "=SUM(C1:C3)"}, B2, id="array formula"
        ),
        pytest.param({"B2": 1, "C1": ("=SUM(B2:B3*2)", "C1")}, B2, id="array formula of one cell"),
        pytest.param(
            {"B2": "x", "C1": '=IF(B2="x",1,B2*2)'}, {"B2": ["x", 2.0, None, True]}, id="texts"
        ),
    ],
)  # fmt: skip
def test_as_single_runs(
    content: dict[str, Any], drawn: dict[str, list[Scalar]], make_workbook: Any
) -> None:
    against_single_runs(make_workbook(content), drawn, Functions())


def test_chunks_do_not_matter(make_workbook: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    content = TABLE | {"C1": "=SUM(B1:B6)/B2", "C2": "=1/(B2-0.7)"}
    values: Inputs = {key("B2"): np.random.default_rng(1).normal(size=50), key("B3"): [0.7] * 50}
    book = WhatIf(make_workbook(content))
    whole = draws(book, values, [key("C1"), key("C2"), key("A1"), key("Z9")])
    monkeypatch.setattr(module, "CHUNK", 7)
    pieces = draws(book, values, [key("C1"), key("C2"), key("A1"), key("Z9")])
    for output, found in whole.items():
        assert list(found.values) == list(pieces[output].values)
    assert list(whole[key("A1")].values) == ["k1"] * 50, "what no draw changes"
    assert list(whole[key("Z9")].values) == [None] * 50


def test_failing_draws_are_counted(make_workbook: Any) -> None:
    """Of 1/(x-0.7), by hand: x = 0.7 divides by zero; 1.7 gives 1."""
    book = WhatIf(make_workbook({"A1": 1, "B1": "=1/(A1-0.7)"}))
    found = draws(book, {key("A1"): [0.7, 1.7, 0.7]}, [key("B1")])[key("B1")]
    assert found.failures == {"#DIV/0!": 2}
    assert found.failed == 2
    assert np.isnan(found.numbers).tolist() == [True, False, True]
    assert found.numbers[1] == pytest.approx(1.0)


def test_what_can_not_be_drawn(make_workbook: Any) -> None:
    book = WhatIf(make_workbook({"A1": 1, "B1": "=A1"}))
    with pytest.raises(NotAnInput, match="formula"):
        draws(book, {key("B1"): [1.0]}, [key("B1")])
    with pytest.raises(NotAnInput, match="finite"):
        draws(book, {key("A1"): np.array([1.0, np.nan])}, [key("B1")])
    with pytest.raises(ValueError, match="same number"):
        draws(book, {key("A1"): [1.0], key("A2"): [1.0, 2.0]}, [key("B1")])
