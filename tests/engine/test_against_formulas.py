"""Random formulas computed twice: by the engine, and by `formulas` with its own parser and graph.

Kept away from where the library is known to differ from Excel (docs/differences.md): blanks,
numeric text, ties in rounding, powers of negative numbers, `%%`.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cfp_xl.functions.values import ExcelError

VALUES = {"A1": 3.0, "A2": -1.5, "A3": 12.25, "B1": 7.0, "B2": 2.0, "B3": 0.5}

leaves = st.sampled_from([*VALUES, "2", "0.25", "10", "(1/3)", "0"])
ranges = st.sampled_from(["A1:A3", "B1:B3", "A1:B3", "A1:B1"])


def _deeper(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda t: f"({t[0]}{t[1]}{t[2]})"),
        inner.map(lambda x: f"-{x}"),
        inner.map(lambda x: f"ABS({x})"),
        inner.map(lambda x: f"({x}%)"),
        st.tuples(inner, st.sampled_from(["<", ">=", "<>"]), inner, inner, inner).map(
            lambda t: f"IF({t[0]}{t[1]}{t[2]},{t[3]},{t[4]})"
        ),
        st.tuples(st.sampled_from(["SUM", "MAX", "AVERAGE", "MEDIAN"]), ranges, inner).map(
            lambda t: f"{t[0]}({t[1]},{t[2]})"
        ),
        st.tuples(inner, inner).map(lambda t: f"IFERROR({t[0]},{t[1]})"),
        st.tuples(ranges, ranges).map(lambda t: f"SUMPRODUCT({t[0]},{t[0]})"),
    )


def stock(formula: str) -> Any:
    """The value by the library alone."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import formulas

        function = formulas.Parser().ast(formula)[1].compile()
        inputs = [
            np.array([[VALUES[f"{c}{r}"] for c in _columns(name)] for r in _rows(name)], object)
            for name in function.inputs
        ]
        return np.ravel(function(*inputs))[0]


def _columns(reference: str) -> list[str]:
    first, _, last = reference.partition(":")
    return [c for c in "AB" if first[0] <= c <= (last or first)[0]]


def _rows(reference: str) -> range:
    first, _, last = reference.partition(":")
    return range(int(first[1:]), int((last or first)[1:]) + 1)


@settings(
    max_examples=80,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(st.recursive(leaves, _deeper, max_leaves=6))
def test_the_engine_and_the_library_agree(recalculated: Any, expression: str) -> None:
    formula = f"={expression}"
    ours, theirs = recalculated(VALUES | {"D9": formula})["D9"], stock(formula)
    if isinstance(ours, ExcelError):
        assert str(theirs) == str(ours)
    else:
        assert float(theirs) == pytest.approx(float(ours), rel=1e-12, abs=1e-12)
