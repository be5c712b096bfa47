"""Random workbooks, clean and dirty, computed by blocks and cell by cell: no difference at all."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter

from cfp_xl.engine.recalculate import recalculate
from cfp_xl.engine.result import Computed, Recalculation, Way
from cfp_xl.engine.whole import alike, filled
from cfp_xl.functions.values import ExcelError, Scalar, Table
from cfp_xl.workbook.formulas.tokens import translate

ROWS = 9
"""Formulas in rows 2 to 9; constants in A2:D9, a list to look up in in I2:J9."""

numbers = st.one_of(
    st.sampled_from([0.0, 1.0, -2.0, 3.0, 0.1, 0.30000000000000004, 0.3, 1e-15, 1e300, 7.5]),
    st.floats(-1e6, 1e6).map(lambda x: x + 0.0),
)
dirty = st.one_of(
    numbers,
    st.sampled_from(
        [None, "", "kg", "KG", "t", "3", "1E2", "k*", "?g", "~*", ">1", "<>kg", "Straße"]
    ),
    st.sampled_from([True, False, ExcelError.NA, ExcelError.DIV0]),
)
cells = ["A2", "B2", "C2", "D2", "$A2", "B$3", "$C$4", "A3", "D1", "E2", "F2", "$E$4", "E1", "K2"]
"""Formulas stand in E2:H9, or in L2:S5: some refer to each other, or in a circle."""
rows = ["A2:D2", "$A2:C2"]
ranges = ["$A$2:$A$9", "$C$2:$C$9", "$I$2:$I$9", "$B$2:$D$9", "B2:B4", "A$2:A2"]
above = ["E1", "E$1:E1", "F$1:F1", "F1", "E1:E1", "E1:F1", "$E$1:E1", "K2", "$L2:L2", "K2:K2", "E3"]
"""Of E2 and L2: cells before it in its own block, or in the one beside."""


def _deeper(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    def built(form: str, **parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        return st.fixed_dictionaries(parts).map(lambda found: form.format(**found))

    x = {"x": inner, "y": inner, "z": inner}
    sums = st.sampled_from(
        ["SUM", "MAX", "MIN", "AVERAGE", "COUNT", "COUNTA", "PRODUCT", "AND", "OR"]
    )
    by_criteria = st.sampled_from(["SUMIFS", "AVERAGEIFS", "MAXIFS", "MINIFS"])
    tests = st.sampled_from(["ISNUMBER", "ISERROR", "ISBLANK", "ISTEXT", "NOT", "LEN", "TRIM"])
    operators = st.sampled_from(["+", "-", "*", "/", "^", "&", "=", "<", ">=", "<>"])
    some = st.sampled_from(rows + ranges)
    return st.one_of(
        built("({x}{o}{y})", o=operators, **x),
        built("-{x}", **x),
        built("{x}%", x=st.sampled_from(cells)),
        built("IF({x},{y},{z})", **x),
        built("IF({x}>{y},{z})", **x),
        built("IFERROR({x},{y})", **x),
        built("{f}({x})", f=tests, **x),
        built("ROUND({x},2)", **x),
        built("ABS({x})", **x),
        built("SQRT({x})", **x),
        built("{f}({r},{x})", f=sums, r=some, **x),
        built("{f}({r})", f=sums, r=some),
        built("COUNTBLANK({r})", r=some),
        built("COUNTA({x})", x=st.sampled_from(cells)),
        built('IF(COUNTA({r})=0,"",IF({x},{y},NA()))', r=some, **x),
        built("IF({x}>{y},CFP_HALF({z}),{y})", **x),
        built("{f}({r})", f=st.sampled_from(["ROW", "COLUMN"]), r=st.sampled_from(cells + rows)),
        built("MATCH({x},$I$2:$I$9,{k})", k=st.sampled_from(["0", "1", "-1"]), **x),
        built("INDEX($J$2:$J$9,{x})", **x),
        built("INDEX($I$2:$J$9,MATCH({x},$I$2:$I$9,0),2)", **x),
        built("VLOOKUP({x},$I$2:$J$9,2,{k})", k=st.sampled_from(["FALSE", "TRUE", "0"]), **x),
        built("XLOOKUP({x},$I$2:$I$9,$J$2:$J$9,{y})", **x),
        built("XMATCH({x},$I$2:$I$9,{k})", k=st.sampled_from(["0", "-1", "2"]), **x),
        built("SUMIFS($A$2:$A$9,$I$2:$I$9,{x})", **x),
        built("SUMIFS($A$2:$A$9,$I$2:$I$9,{x},$C$2:$C$9,{y})", **x),
        built("COUNTIF($I$2:$I$9,{x})", **x),
        built("COUNTIF(A$2:A2,{x})", **x),
        built("COUNTIFS(A$2:A2,{x},C$2:C2,{y})", **x),
        built("{f}(B$2:B2,A$2:A2,{x})", f=by_criteria, **x),
        built("{f}(B$2:B2,A$2:A2,{x},C$2:C2,{y})", f=by_criteria, **x),
        built("SUMIF(A$2:A2,{x},B$2:B2)", **x),
        built("{f}({r})", f=sums, r=st.sampled_from(above)),
        built("{f}({r},{x})", f=sums, r=st.sampled_from(above), **x),
        built("SUMIF($I$2:$I$9,{x},$A$2:$A$9)", **x),
        built("CFP_FAIL()"),
        built("CFP_TOTAL({x},{r})", r=some, **x),
        built("CFP_HALF({x})", **x),
        built("OFFSET({c},1,0)", c=st.sampled_from(["A2", "$B$3"])),
        built("RAND()*0+{x}", **x),
        built("UNKNOWN({x})", **x),
        built("CHOOSE({x},{y},{z})", **x),
    )  # fmt: skip


leaves = st.sampled_from([*cells, *above[:2], "2", "0.1", '"kg"', "$B$2:$B$9", "TRUE"])
formulas = st.recursive(leaves, _deeper, max_leaves=5)
columns = st.lists(formulas, min_size=1, max_size=4)


class Functions:
    """CFP_FAIL fails, CFP_TOTAL adds, CFP_HALF halves and takes columns."""

    def knows(self, name: str) -> bool:
        return name in ("CFP_FAIL", "CFP_TOTAL", "CFP_HALF")

    def over_draws(self, *_: Any) -> None:
        return None

    def takes_column(self, name: str, position: int) -> bool:  # noqa: ARG002
        return name == "CFP_HALF"

    def call(self, name: str, arguments: Any) -> Any:
        if name == "CFP_FAIL":
            return ExcelError.NA
        if name == "CFP_HALF":
            (given,) = arguments
            if isinstance(given, Table):
                given = np.array(given.rows, object)
            if not hasattr(given, "shape"):
                return self._half(given)
            halves = given.copy()
            for at, value in enumerate(given.flat):
                halves.flat[at] = self._half(value)
            return halves[0, 0] if halves.size == 1 else halves
        found = [v for a in arguments for v in getattr(a, "flat", [a])]
        errors = [v for v in found if isinstance(v, ExcelError)]
        return errors[0] if errors else sum(v for v in found if type(v) is float)

    def _half(self, value: Scalar) -> Scalar:
        if isinstance(value, ExcelError):
            return value
        return value / 2 if type(value) is float and value >= 0 else ExcelError.VALUE


def shown(value: Scalar) -> object:
    """A value in a form in which -0.0 is not 0.0 and 1.0 is not TRUE."""
    return struct.pack("<d", value) if type(value) is float else (type(value).__name__, value)


def everything(cell: Computed) -> tuple[object, ...]:
    children = {key: shown(value) for key, value in cell.children.items()}
    return (
        shown(cell.value), cell.state, cell.is_volatile, cell.is_stable, children, cell.failures,
        cell.masked, cell.finding,
    )  # fmt: skip


def both_ways(make_workbook: Any, content: dict[str, Any]) -> tuple[Recalculation, Recalculation]:
    workbook = make_workbook(content)
    blocks, by_cell = (
        recalculate(workbook, functions=Functions(), way=way) for way in (Way.BLOCK, Way.CELL)
    )
    assert list(blocks.cells) == list(by_cell.cells)
    for key, cell in by_cell.cells.items():
        assert everything(blocks.cells[key]) == everything(cell), (key, content)
    assert blocks.findings == by_cell.findings
    return blocks, by_cell


def workbook_of_columns(
    constants: list[Scalar], formulas: list[str], *, across: bool
) -> dict[str, Any]:
    content: dict[str, Any] = {}
    places = [f"{c}{r}" for c in "ABCDIJ" for r in range(2, ROWS + 1)]
    content.update(zip(places, constants, strict=True))
    for at, formula in enumerate(formulas):
        for step in range(ROWS - 1):
            row, column = (2 + at, 12 + step) if across else (2 + step, 5 + at)
            if not across and step and column in (9, 10):
                continue
            filled = translate(formula, (2, 12) if across else (2, 5 + at), (row, column))
            content[f"{get_column_letter(column)}{row}"] = f"={filled}"
    return content


CHECKS = settings(
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
COUNT = 6 * (ROWS - 1)


@CHECKS
@given(st.lists(numbers, min_size=COUNT, max_size=COUNT), columns, st.booleans())
def test_clean_workbooks(
    make_workbook: Any, constants: list[Scalar], formulas: list[str], across: bool
) -> None:
    both_ways(make_workbook, workbook_of_columns(constants, formulas, across=across))


@CHECKS
@given(st.lists(dirty, min_size=COUNT, max_size=COUNT), columns, st.booleans())
def test_dirty_workbooks(
    make_workbook: Any, constants: list[Scalar], formulas: list[str], across: bool
) -> None:
    both_ways(make_workbook, workbook_of_columns(constants, formulas, across=across))


@CHECKS
@given(
    st.lists(dirty, min_size=2, max_size=3).flatmap(
        lambda few: st.lists(st.sampled_from(few), min_size=COUNT, max_size=COUNT)
    ),
    columns,
    st.booleans(),
)
def test_rows_that_look_at_the_same_values(
    make_workbook: Any, constants: list[Scalar], formulas: list[str], across: bool
) -> None:
    """They are computed once in long blocks; here in all."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(filled, "MANY", 2)
        patch.setattr(alike, "FEWER", 1)
        both_ways(make_workbook, workbook_of_columns(constants, formulas, across=across))


def _chained(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    forms = [
        "({x}+{y})", "({x}-{y})", "({x}*{y})", "({x}/{y})", "({x}&{y})", "({x}>={y})", "-{x}",
        "{x}%", "IF({x},{y},{z})", "IF({x}>{y},{z})", "IFERROR({x},{y})", "IFNA({x},0)",
        "ISNUMBER({x})", "SUM({x},E1)", "MAX(E$1:E1)", "SUM(E$1:E1)", "MIN(F$1:F1,{x})",
        "COUNT(E$1:E1)", "COUNTA(F$1:F1)", "AVERAGE(F$1:F1)", "SUM(E1:F1)", "AND({x},{y})",
        "OR(E1,{x})", "ROUND({x},2)", "SUM($A2:$C2,{x})", "COUNTIF(A$2:A2,{x})",
        "VLOOKUP({x},$I$2:$J$9,2,FALSE)", "CFP_HALF({x})", "SUM(E1,A2:C2)",
    ]  # fmt: skip
    parts = {"x": inner, "y": inner, "z": inner}
    return st.tuples(st.sampled_from(forms), st.fixed_dictionaries(parts)).map(
        lambda found: found[0].format(**found[1])
    )


chains = st.recursive(
    st.sampled_from(["E1", "F1", "E2", "F2", "A2", "$B2", "C3", "2", "0.1", '"kg"', "$D$1"]),
    _chained,
    max_leaves=5,
)


@CHECKS
@given(
    st.lists(numbers, min_size=COUNT, max_size=COUNT),
    st.lists(chains, min_size=1, max_size=2),
    st.sampled_from([None, 1.0, "heading"]),
)
def test_chains(
    make_workbook: Any, constants: list[Scalar], formulas: list[str], heading: Scalar
) -> None:
    content = workbook_of_columns(constants, formulas, across=False)
    both_ways(make_workbook, content | {"E1": heading, "F1": 2.0})
