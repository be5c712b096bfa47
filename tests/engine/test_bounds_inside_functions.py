"""A deadline holds within one formula, and arrays held at once are bounded together."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from cfp_xl.engine import library
from cfp_xl.engine.grid import MOST_SPILLED
from cfp_xl.engine.recalculate import recalculate
from cfp_xl.engine.result import Recalculation, RecalculationTimeout
from cfp_xl.engine.watch import Watch, unwatched
from cfp_xl.schema.opened import open_file
from cfp_xl.workbook.model import DefinedName
from tests.engine.conftest import workbook_of
from tests.hostile import formula, packed, parts, sheet

MILLION, TWO_MILLION = "_xlfn.SEQUENCE(1000000)", "_xlfn.SEQUENCE(2000000)"


def recalculated(tmp_path: Path, text: str, deadline_s: float) -> Recalculation:
    path = tmp_path / "a.xlsx"
    path.write_bytes(packed(parts(sheet(formula(text)))))
    return recalculate(open_file(path).workbook, deadline_s=deadline_s)


@pytest.mark.parametrize(
    "text",
    [
        f'SUMPRODUCT(LEN(TEXT({MILLION},"0.000")))',
        f"SUM(_xlfn.MAP({MILLION},_xlfn.LAMBDA(_xlpm.a,_xlpm.a)))",
        f"_xlfn.REDUCE(0,{MILLION},_xlfn.LAMBDA(_xlpm.a,_xlpm.b,_xlpm.a+_xlpm.b))",
        "SUM(_xlfn.MAKEARRAY(1000,1000,_xlfn.LAMBDA(_xlpm.a,_xlpm.b,_xlpm.a)))",
        f'SUM(LEN(_xlfn.REGEXREPLACE({MILLION}&"aaaaaaaaaaaa","a+","b")))',
        f"SUM(_xlfn._xlws.SORT({TWO_MILLION}))",
        f"SUM(_xlfn.UNIQUE({TWO_MILLION}))",
        f"SUM(_xlfn.BINOM.DIST({MILLION},10000000,0.5,TRUE))",
        f'SUM(CFP_CONVERT({MILLION},"kg","t"))',
        f"SUM(DB(1000,1,1000000,{MILLION}))",
        "SUM(_xlfn.BINOM.DIST.RANGE(60000,0.5,_xlfn.SEQUENCE(60000)))",
        "XIRR(_xlfn.SEQUENCE(60000)-30000,_xlfn.SEQUENCE(60000))",
    ],
)
def test_a_deadline_ends_one_long_formula(tmp_path: Path, text: str) -> None:
    library.find("BESSELJ")  # importing the library is not the formula's time
    began = time.process_time()
    with pytest.raises(RecalculationTimeout):
        recalculated(tmp_path, text, 0.5)
    assert time.process_time() - began < 10


def test_a_deadline_ends_names_that_call_each_other_twice() -> None:
    calls = (f"LAMBDA(x,N{n + 1}(x)+N{n + 1}(x))" for n in range(100, 160))
    names = [DefinedName(f"N{n}", body) for n, body in enumerate(calls, 100)]
    workbook = workbook_of({"A1": "=N100(1)"}, names=(*names, DefinedName("N160", "LAMBDA(x,x)")))
    with pytest.raises(RecalculationTimeout):
        recalculate(workbook, deadline_s=0.5)


def test_importing_the_library_of_functions_is_no_part_of_the_time() -> None:
    library.find("BESSELJ")
    assert library.import_s() > 0


@pytest.mark.parametrize(
    "text",
    [
        f"SUM(_xlfn.HSTACK({','.join([MILLION] * 5)}))",
        "SUM(_xlfn.SEQUENCE(2097153))",
    ],
)
def test_arrays_together_are_bounded_in_words(tmp_path: Path, text: str) -> None:
    found = recalculated(tmp_path, text, 60).findings
    assert [(one.code, one.case) for one in found] == [("E04", "too_large")]


@pytest.mark.parametrize("text", ["(" * 200_000, "{" + "1," * 100_000 + "1}", "-" * 50_000 + "1"])
def test_what_is_longer_than_a_formula_is_refused_at_once(tmp_path: Path, text: str) -> None:
    began = time.process_time()
    assert [one.code for one in recalculated(tmp_path, text, 60).findings] == ["E01"]
    assert time.process_time() - began < 3


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("MDETERM(_xlfn.MUNIT(700))", 1),
        ("SUM(MMULT(_xlfn.MUNIT(700),_xlfn.MUNIT(700)))", 700),
        ("SUM(MINVERSE(2*_xlfn.MUNIT(700)))", 350),
    ],
)
def test_large_matrices_are_computed_by_floats(tmp_path: Path, text: str, value: float) -> None:
    """Python's numbers would take minutes for 700³ products, within one call."""
    assert [cell.value for cell in recalculated(tmp_path, text, 600).cells.values()] == [value]


def test_nobody_else_is_watched(tmp_path: Path) -> None:
    """The watch ends with its formula, and leaves a profiler of somebody's alone."""
    recalculated(tmp_path, f"ROWS({MILLION})", 60)
    assert sys.getprofile() is None

    def somebodys(*_: object) -> None: ...

    sys.setprofile(somebodys)
    try:
        recalculated(tmp_path, f"ROWS({MILLION})", 60)
        assert sys.getprofile() is somebodys
    finally:
        sys.setprofile(None)


def test_what_arrays_spill_is_bounded_together() -> None:
    spills = {f"{column}1": (f"=SEQUENCE({MOST_SPILLED // 2})", f"{column}1") for column in "ABC"}
    found = recalculate(workbook_of(spills, dynamic=True))
    assert [(one.code, one.case) for one in found.findings] == [("E04", "too_large")]
    assert sum(cell.is_computed for cell in found.cells.values()) == 2


def test_calls_of_our_functions_are_not_looked_at() -> None:
    """It costs as much again as they do; other functions are watched as before."""
    watch, seen = Watch(lambda: None), []
    watch.begin()
    with unwatched():
        seen.append(sys.getprofile())
    seen.append(sys.getprofile())
    watch.end()
    assert seen == [None, watch._look]
    assert sys.getprofile() is None
