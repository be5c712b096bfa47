"""Order, cycles, names, spills, volatile cells, and failures that must not be lost."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from cfp_xl.engine.areas import CellKey
from cfp_xl.engine.recalculate import recalculate
from cfp_xl.engine.result import RecalculationTimeout
from cfp_xl.functions.values import ExcelError
from cfp_xl.workbook.model import DefinedName, ListTable

# Order and cycles


def test_a_chain_of_ten_thousand_cells(recalculated: Any) -> None:
    chain: dict[str, Any] = {f"A{row}": f"=A{row + 1}+1" for row in range(1, 10_001)}
    assert recalculated(chain | {"A10001": 1})["A1"] == 10_001.0


def test_a_formula_of_three_thousand_terms(recalculated: Any) -> None:
    assert recalculated({"A1": "=" + "+".join(["1"] * 3000)})["A1"] == 3000.0


def test_the_cells_of_a_cycle_are_named_and_their_dependents_not_computed(
    recalculated: Any,
) -> None:
    result = recalculated({"A1": "=B1+1", "B1": "=C1", "C1": "=A1", "D1": "=A1", "E1": "=1+1"})
    assert result.codes() == [("E03", "A1"), ("E03", "B1"), ("E03", "C1"), ("E06", "D1")]
    assert "S!A1 → S!B1 → S!C1 → S!A1" in result.recalculation.findings[0].message("en")
    assert result["E1"] == 2.0


def test_a_cell_that_refers_to_itself(recalculated: Any) -> None:
    assert recalculated({"A1": "=SUM(A1:A3)", "A2": 1}).codes() == [("E03", "A1")]


def test_a_reference_in_a_branch_not_taken_makes_no_cycle(recalculated: Any) -> None:
    result = recalculated({"A1": "=IF(C1=1,5,B1)", "B1": "=A1+1", "C1": 1})
    assert (result["A1"], result["B1"]) == (5.0, 6.0)


def test_what_offset_and_indirect_find_is_computed_first(recalculated: Any) -> None:
    result = recalculated(
        {"A1": "=OFFSET(B1,1,0)", "A2": '=INDIRECT("B"&3)', "B2": "=B3*2", "B3": "=C1", "C1": 4}
    )
    assert (result["A1"], result["A2"]) == (8.0, 4.0)
    dependents = {k.ref.cell for k in result.recalculation.dependents(CellKey("S", 1, 3))}
    assert dependents == {"A1", "A2", "B2", "B3"}


# Names, sheets, tables


def test_names_of_the_workbook_and_of_a_sheet(recalculated: Any) -> None:
    names = (
        DefinedName("rate", "0.5"),
        DefinedName("rate", "0.25", sheet="T"),
        DefinedName("data", "S!$A$1:$A$2"),
        DefinedName("twice", "SUM(data)*2"),
        DefinedName("left_of_me", "S!XFD1"),
        DefinedName("double", "LAMBDA(x,x*2)"),
        DefinedName("circular", "circular+1"),
        DefinedName("both", "S!$A$1,S!$A$2"),
    )
    result = recalculated(
        {
            "A1": 1, "A2": 2, "B1": "=rate", "B2": "=SUM(data)", "B3": "=TWICE",
            "B4": "=double(21)", "B5": "=circular", "B6": "=nowhere", "B7": "=T!rate",
            "B8": "=SUM(both)", "C1": 7, "D1": "=left_of_me", "T!A1": "=rate",
        },
        names=names,
    )  # fmt: skip
    assert [result[c] for c in ("B1", "B2", "B3", "B4", "B7", "D1", "T!A1")] == [
        0.5, 3.0, 6.0, 42.0, 0.25, 7.0, 0.25,
    ]  # fmt: skip
    assert result["B8"] == 3.0
    assert result.codes() == [("E02", "B5"), ("E02", "B6")]


def test_sheet_names_with_apostrophes_chinese_and_blanks(recalculated: Any) -> None:
    result = recalculated(
        {
            "It's!A1": 1,
            "活动数据!A1": 2,
            "My data!A1": 4,
            "A1": "='It''s'!A1+活动数据!A1+'my DATA'!A1",
        }
    )
    assert result["A1"] == 7.0


def test_three_dimensional_references(recalculated: Any) -> None:
    result = recalculated({"A1": "=SUM(X:Z!A1)", "X!A1": 1, "Y!A1": 2, "Z!A1": 4})
    assert result["A1"] == 7.0


def test_a_sheet_that_does_not_exist_is_a_reference_error(recalculated: Any) -> None:
    assert recalculated({"A1": "=Gone!A1+1"})["A1"] is ExcelError.REF


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("=SUM(Energy[kWh])", 30.0),
        ("=SUM(energy[[#All],[kWh]])", 60.0),
        ("=Energy[[#Totals],[kWh]]", 30.0),
        ("=Energy[[#Headers],[kWh]]", "kWh"),
        ("=Energy[[#This Row],[kWh]]*2", 20.0),
        ("=Energy[@kWh]*2", 20.0),
        ("=SUM(Energy[@[kWh]:[Price '[CNY']]])", 11.0),
        ("=SUM(Energy)", 33.0),
        ("=ROWS(Energy[])", 2.0),
        ("=Energy[none]", ExcelError.REF),
    ],
)
def test_table_references(formula: str, expected: object, recalculated: Any) -> None:
    table = ListTable("Energy", "S", "A1:B4", ("kWh", "Price [CNY]"), totals_rows=1)
    cells = {
        "A1": "kWh", "B1": "Price", "A2": 10, "B2": 1, "A3": 20, "B3": 2,
        "A4": "=SUM(A2:A3)", "D2": formula,
    }  # fmt: skip
    assert recalculated(cells, tables=(table,))["D2"] == expected


def test_external_references_take_what_the_link_cached(recalculated: Any) -> None:
    result = recalculated(
        {"A1": "=[1]Factors!$B$2*2", "A2": "=SUM('[1]Factors'!B:B)", "A3": "=[2]Other!A1"},
        external_links=("factors.xlsx", "other.xlsx"),
        external_values={(1, "Factors"): {(2, 2): 0.5777, (3, 2): 1.0}},
    )
    assert (result["A1"], result["A2"]) == (1.1554, 1.5777)
    assert result.codes() == [("E02", "A3")]


# Arrays


def test_an_array_formula_fills_all_its_cells(recalculated: Any) -> None:
    result = recalculated({"A1": 1, "A2": 2, "C1": ("=A1:A2*10", "C1:C3"), "D1": "=SUM(C1:C2)"})
    children = {k.ref.cell: v for k, v in result.cell("C1").children.items()}
    assert children == {"C1": 10.0, "C2": 20.0, "C3": ExcelError.NA}
    assert result["D1"] == 30.0


def test_a_spill_is_as_large_as_its_value(make_workbook: Any, own_functions: Any) -> None:
    """It filled B1:B3 when it was saved; now its value has two cells, then four."""
    for count in (2, 4):
        workbook = make_workbook(
            {"A1": count, "B1": ("=SEQUENCE(A1)", "B1:B3"), "B2": 2, "B3": 3, "C1": "=SUM(B1:B3)"},
            dynamic=True,
        )
        cells = recalculate(workbook, functions=own_functions).cells
        children = {k.ref.cell: v for k, v in cells[CellKey("S", 1, 2)].children.items()}
        sequence = {"B1": 1.0, "B2": 2.0, "B3": 3.0, "B4": 4.0}
        expected = {"B1": 1.0, "B2": 2.0, "B3": None} if count == 2 else sequence
        assert children == expected
        assert cells[CellKey("S", 1, 3)].value == (3.0 if count == 2 else 6.0)


def test_the_spill_operator(recalculated: Any) -> None:
    assert recalculated({"A1": ("=SEQUENCE(3)", "A1:A3"), "B1": "=SUM(A1#)"})["B1"] == 6.0


def test_a_plain_formula_takes_the_cell_in_its_own_row(recalculated: Any) -> None:
    result = recalculated(
        {"A1": 1, "A2": 2, "B2": "=A1:A3*10", "B5": "=A1:A3*10", "C2": "=ABS(A:A)", "D1": "=A1:A2"}
    )
    assert (result["B2"], result["B5"], result["C2"], result["D1"]) == (
        20.0, ExcelError.VALUE, 2.0, 1.0,
    )  # fmt: skip


# What cannot be computed


def test_one_formula_that_does_not_parse_is_one_cell(recalculated: Any) -> None:
    result = recalculated({"A1": "=1+", "A2": "=SUM(1,2", "A3": "=2*3", "A4": "=A1"})
    assert result["A3"] == 6.0
    assert result.codes() == [("E01", "A1"), ("E01", "A2"), ("E06", "A4")]


def test_an_unknown_function_behind_iferror_is_not_computed_and_masked(recalculated: Any) -> None:
    result = recalculated({"A1": "=IFERROR(UNKNOWN_FN(1),0)", "A2": "=A1+1", "A3": "=UNKNOWN_FN()"})
    assert result.codes() == [("E02", "A1"), ("E05", "A1"), ("E06", "A2"), ("E02", "A3")]
    assert "UNKNOWN_FN" in result.recalculation.findings[0].message("zh")


@pytest.mark.parametrize(
    "formula",
    [
        "=IFERROR(CFP_FAIL(),0)",
        "=IFERROR(A1,0)",
        "=IFERROR(A2*2,0)",
        "=IFNA(A1,0)",
        "=IF(ISERROR(A1),0,A1)",
        "=IF(ISNUMBER(A1),A1,0)",
        "=COUNT(A1:A3)",
        '=IFERROR(A1,"none")',
        '=IF(ISERROR(A1),"",A1)',
        "=AGGREGATE(9,6,A1:A3)",
        "=SUMPRODUCT(IFERROR(A1:A3,0))",
        "=INDEX(IFERROR(A1:A3,0),1)",
        "=CFP_TOTAL(IFERROR(A1,0),1)",
        "=LET(x,IFERROR(A1,0),x+1)",
        '=SUMIFS(A3:A4,C3:C4,IFERROR(A1,"a"))',
    ],
)
def test_masked_failures_of_our_functions(formula: str, recalculated: Any) -> None:
    result = recalculated({"A1": "=CFP_FAIL()", "A2": "=A1+1", "A3": 5, "B1": formula})
    assert not isinstance(result["B1"], ExcelError)
    assert [c for c in result.codes() if c[1] == "B1"] == [("E05", "B1")]
    assert result.cell("B1").masked[0].what == "CFP_FAIL"


@pytest.mark.parametrize(
    "formula",
    [
        "=IFERROR(1/0,0)",
        "=IFERROR(A3,A1)",
        "=INDEX(A1:A3,3)",
        '=SUMIFS(A1:A3,B1:B3,"ok")',
        "=CFP_TOTAL(A3)",
        "=CFP_TOTAL(A1:A3)",
        "=OFFSET(A1,2,0)",
        "=IF(ISERROR(A1),NA(),1)",
        '=IF(ISNUMBER(A1),"OK","not yet")',
        "=ROWS(A1:A3)",
        "=IF(TRUE,1,A1)",
        "=A1+1",
    ],
)
def test_not_masked(formula: str, recalculated: Any) -> None:
    """Errors of Excel's own, parts of ranges that are not used, what stays visible or is said."""
    cells = {"A1": "=CFP_FAIL()", "A3": 5, "B1": "failed", "B3": "ok", "D1": formula}
    assert [c for c in recalculated(cells).codes() if c[1] == "D1"] == []


def test_an_error_remembers_the_call_it_comes_from(recalculated: Any) -> None:
    result = recalculated({"A1": "=CFP_FAIL()", "A2": "=A1*2", "A3": "=1/0"})
    assert [f.where.ref.cell for f in result.cell("A2").failures] == ["A1"]
    assert result.cell("A3").failures == ()


def test_our_functions_get_ranges_blanks_errors_and_omissions(
    recalculated: Any, own_functions: Any
) -> None:
    recalculated({"A1": 1, "A2": None, "A3": "=1/0", "B1": "=CFP_TOTAL(A1:A3,,A2,TRUE)"})
    ((_, arguments),) = own_functions.calls
    assert arguments[0].rows == [[1.0], [None], [ExcelError.DIV0]]
    assert str(arguments[1]) == "Omitted.OMITTED"
    assert arguments[2] is None
    assert arguments[3] is True


# Volatile


def test_volatile_cells_and_whether_they_are_stable(recalculated: Any) -> None:
    result = recalculated(
        {
            "A1": "=NOW()",
            "A2": "=A1*0+5",
            "A3": "=RANDBETWEEN(1,2)",
            "A4": "=5+0*RAND()",
            "A5": "=5",
        }
    )
    seen = {c: (result.cell(c).is_volatile, result.cell(c).is_stable) for c in
            ("A1", "A2", "A3", "A4", "A5")}  # fmt: skip
    assert seen == {
        "A1": (True, False), "A2": (True, True), "A3": (True, False),
        "A4": (True, True), "A5": (False, True),
    }  # fmt: skip


def test_the_clock_is_the_one_given(make_workbook: Any, own_functions: Any) -> None:
    workbook = make_workbook({"A1": "=TODAY()"})
    (cell,) = recalculate(
        workbook, clock=datetime(2024, 2, 29, 18), functions=own_functions
    ).cells.values()
    assert cell.value == 45351.0


# Cancellation, limits


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("=0.1+0.2-0.3", 0.6),
        ("=SUM(A1:A2)", 7.0),
        ("=SUM(A1:A2)-A1", 10.0),
        ("=-(A1-A2)", 7.0),
        ("=A1*A2", None),
        ("=ROUND(A1-A2,2)", None),
    ],
)
def test_operand_magnitude(formula: str, expected: float | None, recalculated: Any) -> None:
    result = recalculated({"A1": 3, "A2": -4, "B1": formula})
    magnitude = result.recalculation.operand_magnitude(CellKey("S", 1, 2))
    assert magnitude == (expected if expected is None else pytest.approx(expected, rel=1e-15))


@pytest.mark.parametrize(
    "formula",
    ["=SUM(SEQUENCE(1000000,1000000))", "=SUM(MUNIT(100000))", "=SUM(A1:XFD1*A1:A1048576)"],
)
def test_absurd_arrays_are_refused(formula: str, recalculated: Any) -> None:
    result = recalculated({"B1": (formula, "B1:B1")})
    assert result.codes() in ([("E04", "B1")], [("E03", "B1")])


def test_an_absurd_array_formula_is_refused(recalculated: Any) -> None:
    assert recalculated({"A1": ("=1", "A1:XFD1048576")}).codes() == [("E04", "A1")]


def test_a_hostile_wildcard_ends(recalculated: Any) -> None:
    cells = {"A1": "a" * 30_000, "B1": '=COUNTIF(A1,REPT("*a",200)&"*b")'}
    assert recalculated(cells, deadline_s=60)["B1"] == 0.0


def test_a_workbook_that_takes_too_long_is_stopped(recalculated: Any) -> None:
    formula = "=SUM(MAP(SEQUENCE(1000,1000),LAMBDA(v,v*2)))"
    with pytest.raises(RecalculationTimeout):
        recalculated({"A1": formula}, deadline_s=0.2)


def test_hidden_rows_and_other_subtotals(recalculated: Any) -> None:
    cells = {"A1": 1, "A2": 2, "A3": "=SUBTOTAL(9,A1:A2)", "A4": "=SUBTOTAL(9,A1:A3)",
             "A5": "=SUBTOTAL(109,A1:A2)"}  # fmt: skip
    result = recalculated(cells, hidden_rows=(2,))
    assert (result["A4"], result["A5"]) == (3.0, 1.0)
