"""The CFP_* functions in the engine, and in `formulas` alone."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

from cfp_xl.engine.bindings import Registry, bind_into_formulas, plain_formula
from cfp_xl.engine.recalculate import recalculate
from cfp_xl.functions.values import ExcelError

CASES = [
    ("=CFP_FUEL_FACTOR(42.652,20.2,0.98)", 42.652 / 1000 * 20.2 * 0.98 * 44 / 12),
    ('=CFP_CONVERT(1.5,"t","kg")', 1500.0),
    ('=CFP_FACTOR("CN-ELEC-CFP-2024","MWh")', 577.7),
    ("=2*CFP_ALLOCATE(100,1,4)", 50.0),
    ('=CFP_FACTOR("NO-SUCH-FACTOR")', ExcelError.NA),
]


@pytest.mark.parametrize(("formula", "expected"), CASES)
def test_in_the_engine(formula: str, expected: object, make_workbook: Any) -> None:
    workbook = make_workbook({"A1": formula})
    (cell,) = recalculate(workbook, functions=Registry()).cells.values()
    assert cell.value == (
        pytest.approx(expected, rel=1e-12) if isinstance(expected, float) else expected
    )


@pytest.mark.parametrize(("formula", "expected"), CASES)
def test_in_formulas_alone(formula: str, expected: object) -> None:
    bind_into_formulas()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import formulas

        value = np.ravel(formulas.Parser().ast(formula)[1].compile()())[0]
    if isinstance(expected, float):
        assert float(value) == pytest.approx(expected, rel=1e-12)
    else:
        assert str(value) == str(expected)


@pytest.mark.parametrize(
    "formula",
    ['[1]!CFP_CONVERT(1,"t","kg")', '_xll.CFP_CONVERT(1,"t","kg")', 'cfp_convert(1,"t","kg")'],
)
def test_spellings(formula: str, make_workbook: Any) -> None:
    assert plain_formula(formula) == 'CFP_CONVERT(1,"t","kg")'
    (cell,) = recalculate(make_workbook({"A1": f"={formula}"})).cells.values()
    assert cell.value == 1000.0
