"""The CFP_* functions in the engine, and in `formulas` alone."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from cfp_xl.engine.bindings import Registry, bind_into_formulas, plain_formula
from cfp_xl.engine.operators import Value
from cfp_xl.engine.recalculate import recalculate
from cfp_xl.engine.result import Way
from cfp_xl.functions.values import Argument, ExcelError, Table

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


class Recording(Registry):
    """The registry, with the tables that its functions were handed."""

    def __init__(self) -> None:
        self.tables: list[Table] = []

    def call(self, name: str, arguments: Sequence[Argument]) -> Value:
        self.tables += [a for a in arguments if isinstance(a, Table)]
        return super().call(name, arguments)


ORIGINS = [
    ("=CFP_TOTAL(S!B2:F4)", ("S", 2, 2), (2, 2, 4, 6)),
    ("=CFP_TOTAL(OFFSET(S!A1,1,1,3,5))", ("S", 2, 2), (2, 2, 4, 6)),
    ('=CFP_TOTAL(INDIRECT("S!B2:F"&(2+2)))', ("S", 2, 2), (2, 2, 4, 6)),
    ("=CFP_TOTAL(S!B:F)", ("S", 1, 2), (1, 2, 4, 6)),
    ("=IF(1,2,0)*CFP_TOTAL(IF(TRUE,S!B2:F4))/2", ("S", 2, 2), (2, 2, 4, 6)),
]


@pytest.mark.parametrize("way", Way)
@pytest.mark.parametrize(("formula", "origin", "bounds"), ORIGINS)
def test_a_range_knows_where_it_came_from(
    formula: str, origin: object, bounds: object, way: Way, make_workbook: Any
) -> None:
    header = ("stage", "activity", "quantity", "unit", "factor_id")
    row = ("production", "power", 2, "kWh", "CN-ELEC-CFP-2024")
    rows = [(2, header), (3, row), (4, row)]
    cells = {f"S!{c}{r}": v for r, line in rows for c, v in zip("BCDEF", line, strict=True)}
    functions = Recording()
    result = recalculate(make_workbook({**cells, "T!H1": formula}), functions=functions, way=way)
    (table,) = functions.tables
    assert (table.origin, table.bounds) == (origin, bounds)
    (cell,) = result.cells.values()
    expected = ExcelError.VALUE if "B:F" in formula else pytest.approx(4 * 0.5777, rel=1e-12)
    assert cell.value == expected


def test_a_column_of_calls_is_handed_the_range_with_its_place(make_workbook: Any) -> None:
    table = {"A1": "id", "B1": "value", "C1": "unit", "D1": "per_unit"}
    factor = {"A2": "X-1", "B2": 3, "C2": "kgCO2e", "D2": "kg"}
    calls = {f"F{r}": f"=CFP_EMISSION(E{r},G{r},H{r},$A$1:$D$2)" for r in range(1, 6)}
    given = {f"{c}{r}": v for c, v in (("E", 2), ("G", "kg"), ("H", "X-1")) for r in range(1, 6)}
    functions = Recording()
    result = recalculate(make_workbook({**table, **factor, **given, **calls}), functions=functions)
    assert [cell.value for cell in result.cells.values()] == [6.0] * 5
    assert {t.origin for t in functions.tables} == {("S", 1, 1)}
