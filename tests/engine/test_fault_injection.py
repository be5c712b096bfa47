"""Every function of the engine made to fail in turn: its own cells fail, and nothing else does.

A cell that depends on them says which function failed, and where; IFERROR does not hide it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

import cfp_xl.engine.whole
from cfp_xl.engine import library
from cfp_xl.engine.bindings import Registry
from cfp_xl.engine.builtin import BUILTINS
from cfp_xl.engine.builtin.define import SCALARS, in_numbers
from cfp_xl.engine.operators import Value
from cfp_xl.engine.recalculate import recalculate
from cfp_xl.engine.result import Way
from cfp_xl.engine.whole.block import HANDLERS
from cfp_xl.functions.registry import all_functions
from cfp_xl.functions.values import Argument, ExcelError
from cfp_xl.workbook.model import Workbook
from tests.engine.conftest import Result, workbook_of

assert cfp_xl.engine.whole

LIBRARY = sorted(
    name
    for name in library._formulas().functions.get_functions()
    if name[0] != "_" and name not in BUILTINS and library.find(name)
)
ROWS = range(2, 7)


class Broken(Exception):
    """What no function may raise."""


def fail(*args: Any, **kwargs: Any) -> Any:  # noqa: ARG001
    raise Broken("made to fail")


def workbook_with(name: str) -> Workbook:
    """The function in a column, in a cell across from it and within IFERROR; and without it."""
    content: dict[str, Any] = {"J1": 3}
    for row in ROWS:
        content |= {
            f"J{row}": row,
            f"A{row}": f"={name}($J$1,J{row})",
            f"B{row}": f"=A{row}+1",
            f"C{row}": f"=J{row}*2",
        }
    content |= {"E1": f"=1-{name}(J1)", "F1": f"=IFERROR({name}(J1),0)", "G1": "=B2+B3+B6"}
    return workbook_of(content)


def check(name: str, workbook: Workbook, **how: Any) -> None:
    result = Result(recalculate(workbook, **how))
    assert [result[f"C{row}"] for row in ROWS] == [row * 2 for row in ROWS]
    found = {f.where.cell: f for f in result.recalculation.findings if f.where and f.code != "E05"}
    own = {*(f"A{row}" for row in ROWS), "E1", "F1"}
    assert {cell for cell, f in found.items() if f.code == "E04"} == own
    for cell in own:
        words = found[cell].message("en")
        assert f"{name} failed inside the engine (Broken: made to fail)" in words
    for cell, root in [*((f"B{row}", f"S!A{row}") for row in ROWS), ("G1", "S!A2")]:
        assert found[cell].code == "E06"
        assert f"{name} in {root}" in found[cell].message("en")
    assert len(found) == len(own) + len(ROWS) + 1


@pytest.mark.parametrize("name", sorted({*BUILTINS, *LIBRARY, *all_functions()}))
def test_a_function_that_fails_fails_its_cells_only(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    how: dict[str, Any] = {}
    if name in BUILTINS:
        monkeypatch.setitem(BUILTINS, name, fail)
    elif name in all_functions():
        how["functions"] = Failing(name)
    else:
        found = library.find(name)
        assert found is not None
        failing = replace(found, body=fail)
        monkeypatch.setattr(library, "find", lambda _: failing)
    if name in HANDLERS:
        monkeypatch.setitem(HANDLERS, name, fail)
    if name in SCALARS:
        monkeypatch.setitem(SCALARS, name, (fail, 0, 255))
    for way in Way:
        check(name, workbook_with(name), way=way, **how)


class Failing(Registry):
    """The registry with one function that fails."""

    def __init__(self, name: str) -> None:
        self._name = name

    def call(self, name: str, arguments: Sequence[Argument]) -> Value:
        return fail() if name == self._name else super().call(name, arguments)


@pytest.mark.parametrize("name", sorted(HANDLERS))
def test_where_only_its_whole_half_fails_cells_are_computed_by_themselves(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    workbook = workbook_with(name)
    before = dict(recalculate(workbook, way=Way.CELL).cells)
    monkeypatch.setitem(HANDLERS, name, fail)
    after = recalculate(workbook).cells
    assert {k: (c.value, c.finding) for k, c in after.items()} == {
        k: (c.value, c.finding) for k, c in before.items()
    }


@pytest.mark.parametrize("fault", [OverflowError, ZeroDivisionError, ValueError, KeyError])
@pytest.mark.parametrize("formula", ["=SUM(A1:A2)", "=ABS(A1)", "=FACT(A1)+1", "=CFP_VERSION()&A1"])
def test_a_fault_of_ours_is_never_an_error_of_excel(
    formula: str, fault: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading cells goes wrong inside: no #NUM!, no #DIV/0!, no #VALUE!."""

    def read(*args: Any) -> Any:  # noqa: ARG001
        raise fault("inside")

    monkeypatch.setattr("cfp_xl.engine.grid.Grid.read", read)
    monkeypatch.setattr("cfp_xl.engine.grid.Grid.bare_value", read)
    result = recalculate(workbook_of({"A1": 1, "A2": 2, "B1": formula}), way=Way.CELL)
    (cell,) = result.cells.values()
    assert not cell.is_computed
    assert cell.finding is not None
    assert f"{fault.__name__}: " in cell.finding.message("en")


def test_the_arithmetic_of_the_function_asked_for_is_an_error_of_excel() -> None:
    assert in_numbers(lambda: 10.0**400) is ExcelError.NUM
    assert in_numbers(lambda: 1 / 0) is ExcelError.DIV0


TEXTS = [
    ('=INDIRECT("nope!")', ExcelError.REF),
    ('=INDIRECT("S!")', ExcelError.REF),
    ('=INDIRECT("nope!A1")', ExcelError.REF),
    ('=INDIRECT("(")', ExcelError.REF),
    ('=INDIRECT("A1:")', ExcelError.REF),
    ('=INDIRECT("[1]!A1:B2")', ExcelError.REF),
    ('=INDIRECT("{")', ExcelError.REF),
    ('=INDIRECT("S!A1:nope!B2")', ExcelError.REF),
    ('=INDIRECT("LET(")', ExcelError.REF),
    ('=INDIRECT("\'")', ExcelError.REF),
    ('=INDIRECT("")', ExcelError.REF),
    ('=INDIRECT("T[")', ExcelError.REF),
    ('=INDIRECT(REPT("(",5000))', ExcelError.REF),
]


@pytest.mark.parametrize(("formula", "expected"), TEXTS)
def test_a_text_that_is_parsed_at_run_time_fails_in_its_cell(
    formula: str, expected: object, recalculated: Callable[..., Result]
) -> None:
    result = recalculated({"A1": 1, "B1": formula, "B2": "=A1+1"})
    assert result["B1"] is expected
    assert result["B2"] == 2


MALFORMED = ["nope!", "S!", "[1]!A1:B2", "1+", "(", "{1,2", "LET(x", "A1:", "T[", "SUM(1", "!"]


@pytest.mark.parametrize("formula", MALFORMED)
def test_a_formula_that_is_none_ends_no_other(formula: str) -> None:
    result = recalculate(workbook_of({"A1": 1, "B1": f"={formula}", "B2": "=A1+1"}))
    bad, good = result.cells.values()
    assert good.value == 2
    assert not bad.is_computed or isinstance(bad.value, ExcelError)
