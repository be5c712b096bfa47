"""Small files that went wrong, and what each must give (tests/cases/README.md); and their kin."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from cfp_xl.engine.recalculate import recalculate
from cfp_xl.functions.values import ExcelError
from cfp_xl.hosts.doctor import examine_workbook
from cfp_xl.verify.pipeline import verify_file
from cfp_xl.verify.result import Agreement, FileStatus
from cfp_xl.workbook.formulas.newer import NEWER, unprefixed
from cfp_xl.workbook.reading.read import read_workbook
from tests.engine.conftest import Result, workbook_of
from tests.hostile import packed, parts, sheet

CASES = Path(__file__).parent.parent / "cases"

COMPUTED = [
    ("engine/08-subtotal-filtered", "S!B8", 90),
    ("engine/08-subtotal-filtered", "S!B9", 90),
    ("engine/08-subtotal-filtered", "S!B10", 150),
    ("engine/08-subtotal-filtered", "S!B11", 3),
    ("engine/08-subtotal-filtered", "Manual!A5", 7),
    ("engine/08-subtotal-filtered", "Manual!A6", 5),
    ("engine/08b-subtotal-table-filter", "S!G1", 40),
    ("engine/08b-subtotal-table-filter", "S!G2", 40),
    ("engine/08b-subtotal-table-filter", "S!G3", 20),
    ("engine/08b-subtotal-table-filter", "S!G4", 2),
    ("engine/08b-subtotal-table-filter", "S!G5", 30),
    ("engine/13-own-row-not-circular", "S!A2", 10),
    ("engine/13-own-row-not-circular", "S!A4", 3),
    ("engine/13-own-row-not-circular", "S!B12", 15),
    ("engine/16-distributions", "S!A1", ExcelError.NUM),
    ("engine/16-distributions", "S!A2", ExcelError.NUM),
    ("engine/18c-nbsp", "S!C1", ExcelError.VALUE),
    ("engine/18c-nbsp", "S!C2", 0),
    ("engine/18c-nbsp", "S!C4", 100),
    ("engine/18c-nbsp", "S!C7", 0),
    ("engine/crash_4_INDIRECT", "S!A1", ExcelError.REF),
    ("engine/indirect_computed_nope", "S!C1", ExcelError.REF),
    ("attacks/h03-SUBSTITUTE", "S!A2", ExcelError.VALUE),
]


@pytest.mark.parametrize(("file", "cell", "value"), COMPUTED)
def test_a_cell_of_a_case(file: str, cell: str, value: object) -> None:
    assert Result(recalculate(read_workbook(CASES / f"{file}.xlsx")))[cell] == value


FOUND: list[tuple[str, Agreement, set[tuple[str, str]]]] = [
    ("engine/13-own-row-not-circular", Agreement.AGREES, set()),
    (
        "engine/17-unprefixed-functions",
        Agreement.INCOMPLETE,
        {("V09", f"Bare!{cell}") for cell in ("B1", "B2", "B4", "B5", "B6")},
    ),
    (
        "engine/17c-bare-name-error",
        Agreement.INCOMPLETE,
        {("V09", f"S!{cell}") for cell in ("B1", "B2", "B3")},
    ),
    ("engine/18c-nbsp", Agreement.AGREES, {("V04", f"S!{cell}") for cell in ("C1", "C3", "C8")}),
    (
        "engine/23b-shared-master-lost",
        Agreement.INCOMPLETE,
        {("E01", f"S!{cell}") for cell in ("B2", "B3", "B5")},
    ),
    (
        "engine/cellname_tampered",
        Agreement.DIFFERS,
        {("V01", "a_Contents!U3"), *(("V03", f"a_Contents!U{row}") for row in (2, 4, 5))},
    ),
    ("engine/crash_0_LINEST", Agreement.INCOMPLETE, {("E02", "S!A1")}),
    ("engine/crash_2_GROWTH", Agreement.INCOMPLETE, {("E02", "S!A1")}),
    ("engine/crash_4_INDIRECT", Agreement.INCOMPLETE, {("V02", "S!A1")}),
    ("engine/indirect_computed_nope", Agreement.INCOMPLETE, {("V02", "S!C1")}),
    (
        "engine/rand_sort",
        Agreement.AGREES,
        {("V03", "Sheet!A1"), ("V02", "Sheet!C1"), ("V03", "Sheet!C1"), ("V04", "Sheet!C1")},
    ),
    (
        "engine/precision_as_displayed",
        Agreement.INCOMPLETE,
        {("W23", ""), *(("V02", f"Sheet!A{row}") for row in (2, 3, 4))},
    ),
    ("attacks/h01-FIXED", Agreement.DIFFERS, {("V01", "S!A1")}),
]


@pytest.mark.parametrize(("file", "agreement", "found"), FOUND, ids=[file for file, _, _ in FOUND])
def test_what_verify_says_of_a_case(
    file: str, agreement: Agreement, found: set[tuple[str, str]]
) -> None:
    result = verify_file(CASES / f"{file}.xlsx")
    assert {(f.code, str(f.where or "")) for f in result.findings} == found
    assert result.recalculation is agreement
    assert (result.status is FileStatus.PASSED) == (not found or {c for c, _ in found} == {"V04"})


def test_the_words_for_a_lost_shared_formula() -> None:
    result = verify_file(CASES / "engine/23b-shared-master-lost.xlsx")
    assert "shared by several cells" in result.findings[0].message("en")
    assert "共用" in result.findings[0].message("zh")


def test_the_doctor_names_functions_that_excel_does_not_know() -> None:
    checks = {
        c.id: c for c in examine_workbook(read_workbook(CASES / "engine/17c-bare-name-error.xlsx"))
    }
    assert not checks["newer"].is_well
    assert "TEXTJOIN" in checks["newer"].say("en")
    assert "S!B1" in checks["newer"].say("zh")


# Further cases of each kind

SPELLED = [
    ("IFS(A1>2,1)", ("IFS",)),
    ("_xlfn.IFS(A1>2,1)", ()),
    ("_xlfn._xlws.SORT(A1:A3)", ()),
    ('CONCATENATE("XOR(",A1)', ()),
    ("'IFS('!A1+1", ()),
    ("ifs(1,2)+Xor(1)+IFS(1,3)", ("IFS", "XOR")),
    ("IFERROR(MAXIFS(A:A,B:B,1),0)", ("MAXIFS",)),
    ("SUMIFS(A:A,B:B,1)+IFERROR(1,2)+NETWORKDAYS.INTL(1,2)", ()),
    ("CFP_TOTAL(A1:B2)", ()),
]


@pytest.mark.parametrize(("formula", "functions"), SPELLED)
def test_which_functions_lack_their_prefix(formula: str, functions: tuple[str, ...]) -> None:
    assert unprefixed(formula) == functions


def test_functions_of_2007_need_no_prefix() -> None:
    assert not NEWER & {"SUMIFS", "COUNTIFS", "AVERAGEIF", "IFERROR", "CUBEVALUE", "STDEV", "MODE"}


BLANKS = [
    ("\u00a012", ExcelError.VALUE),
    ("12\u00a0", ExcelError.VALUE),
    ("\u300012", ExcelError.VALUE),
    ("\u200312", ExcelError.VALUE),
    ("12\u00a0%", ExcelError.VALUE),
    ("\u202f12", ExcelError.VALUE),
    (" 12 ", 12),
    ("12 %", 0.12),
]


@pytest.mark.parametrize(("text", "value"), BLANKS)
@pytest.mark.parametrize("formula", ["=A1+0", "=VALUE(A1)", "=--A1", "=A1*1"])
def test_blanks_around_a_number(
    text: str, value: object, formula: str, recalculated: Callable[..., Result]
) -> None:
    assert recalculated({"A1": text, "B1": formula})["B1"] == value


def test_a_number_behind_a_non_breaking_blank_meets_no_criterion(
    recalculated: Callable[..., Result],
) -> None:
    cells = {"A1": "\u00a05", "A2": " 5", "A3": 5, "B1": "=COUNTIF(A1:A3,5)"}
    rows = {f"C{r}": f"=COUNTIF($A$1:$A$3,A{r})" for r in range(1, 4)}
    result = recalculated(cells | rows)
    assert result["B1"] == 2
    assert [result[cell] for cell in rows] == [1, 2, 2]


COUNTS_BELOW_0 = [
    "BINOM.DIST(-1E-10,10,0.5,TRUE)", "BINOMDIST(-1E-10,10,0.5,TRUE)",
    "BINOM.DIST(1,-1E-9,0.5,TRUE)",
    "NEGBINOM.DIST(-1E-10,10,0.5,TRUE)", "NEGBINOMDIST(-1E-10,10,0.5)",
    "POISSON.DIST(-1E-10,2,TRUE)",
    "POISSON(-1E-10,2,TRUE)", "HYPGEOM.DIST(-1E-10,4,8,20,TRUE)", "HYPGEOMDIST(1,4,-1E-10,20)",
]  # fmt: skip


@pytest.mark.parametrize("formula", COUNTS_BELOW_0)
def test_a_count_a_little_below_0(formula: str, recalculated: Callable[..., Result]) -> None:
    assert recalculated({"A1": f"={formula}"})["A1"] is ExcelError.NUM


FILTERED = [
    ("SUBTOTAL(9,A1:A4)", 5, 5, 7),
    ("SUBTOTAL(109,A1:A4)", 5, 5, 5),
    ("SUBTOTAL(2,A1:A4)", 2, 2, 3),
    ("SUBTOTAL(1,A1:A4)", 2.5, 2.5, 7 / 3),
    ("SUBTOTAL(4,A1:A4)", 4, 4, 4),
    ("SUBTOTAL(5,A1:A4)", 1, 1, 1),
    ("SUBTOTAL(6,A1:A4)", 4, 4, 8),
    ("SUM(A1:A4)", 7, 7, 7),
]


@pytest.mark.parametrize(("formula", "filtered", "both", "by_hand"), FILTERED)
def test_rows_out_of_sight(
    formula: str, filtered: float, both: float, by_hand: float, recalculated: Callable[..., Result]
) -> None:
    """1, 2 and 4, of which a filter or a hand hid the 2."""
    cells = {"A1": 1, "A2": 2, "A3": 4, "B1": f"={formula}"}
    assert recalculated(cells, filtered_rows={2})["B1"] == pytest.approx(filtered)
    assert recalculated(cells, filtered_rows={2}, hidden_rows={2})["B1"] == pytest.approx(both)
    assert recalculated(cells, hidden_rows={2})["B1"] == pytest.approx(by_hand)


def external(values: Any) -> dict[str, Any]:
    return {"external_values": {(1, "Sheet1"): values}, "external_links": ("other.xlsx",)}


LINKED = ["=[1]Sheet1!A1", "=[1]Sheet1!A1+1", "=SUM([1]Sheet1!A1:A3)", "=MAX([1]Sheet1!A:B)"]
LINKED += ['=SUMIF([1]Sheet1!A1:A3,">0")', '=SUMIFS(B1:B3,[1]Sheet1!A1:A3,"x")', "=[1]Sheet1!A1&1"]
HIDING = ["=IFERROR([1]Sheet1!A1,0)", "=COUNT([1]Sheet1!A1:A3)", "=AGGREGATE(9,6,[1]Sheet1!A1:A3)"]


@pytest.mark.parametrize("formula", LINKED)
def test_a_link_of_which_nothing_is_known_is_never_0(
    formula: str, recalculated: Callable[..., Result]
) -> None:
    rows = {f"A{row}": formula for row in range(1, 6)}
    result = recalculated(rows, **external(None))
    assert {result[cell] for cell in rows} == {ExcelError.REF}
    known = recalculated({"A1": "=[1]Sheet1!A1", "A2": "=[1]Sheet1!A9"}, **external({(1, 1): 3.0}))
    assert (known["A1"], known["A2"]) == (3, 0)


def test_what_makes_a_number_of_a_lost_link_hides_it(recalculated: Callable[..., Result]) -> None:
    rows = {
        f"{column}{row}": f for column, f in zip("ABC", HIDING, strict=True) for row in (1, 2, 3)
    }
    found = recalculated(rows, **external(None)).recalculation.findings
    assert {(f.code, f.where.cell) for f in found if f.where} == {("E05", cell) for cell in rows}
    assert "[1]Sheet1 in S!A1 gives #REF!" in found[0].message("en")


RANDOM = [
    ("=RAND()", False),
    ("=RAND()<2", True),
    ("=CFP_TOTAL(2)+0*RAND()", True),
    ("=SORTBY(SEQUENCE(5),RANDARRAY(5))", False),
    ("=INDEX(SORTBY({1;2;3;4;5;6;7;8;9},RANDARRAY(9)),1)", False),
    ("=YEAR(NOW())", False),
]


@pytest.mark.parametrize(("formula", "is_stable"), RANDOM)
def test_what_changes_with_the_draw(
    formula: str, is_stable: bool, recalculated: Callable[..., Result]
) -> None:
    cell = recalculated({"A1": (formula, "A1:A5")}).cell("A1")
    assert (cell.is_volatile, cell.is_stable) == (True, is_stable)


def test_the_same_draws_on_every_run() -> None:
    workbook = workbook_of({"A1": "=RAND()", "A2": "=RANDBETWEEN(1,1000000)"})
    first, second = (recalculate(workbook, clock=datetime(2026, 1, 1)) for _ in range(2))
    assert [c.value for c in first.cells.values()] == [c.value for c in second.cells.values()]


def test_names_that_excel_does_not_know(tmp_path: Path) -> None:
    """A name is #NAME? with what its formula calls, and so is a name that uses it."""
    defined = {"pick": "SORT(S!$B$1)", "other": "pick+1", "fine": "_xlfn._xlws.SORT(S!$B$1)"}
    names = "".join(f'<definedName name="{n}">{f}</definedName>' for n, f in defined.items())
    cells = "".join(
        f'<row r="{row}"><c r="A{row}"><f>{formula}</f><v>{value}</v></c></row>'
        for row, (formula, value) in enumerate(
            (("pick", 0), ("other", 1), ("fine", 0), ("SUM(TRIMRANGE(B1:B2))", 0)), 1
        )
    )
    file = tmp_path / "names.xlsx"
    file.write_bytes(packed(parts(sheet(cells), f"<definedNames>{names}</definedNames>")))
    found = {
        str(f.where): f.message("en").split(" without ")[0] for f in verify_file(file).findings
    }
    assert found == {
        "S!A1": "pick → SORT",
        "S!A2": "other → pick → SORT",
        "S!A4": "TRIMRANGE",
    }


@pytest.mark.parametrize(
    "formula",
    [
        "SUM(OFFSET(A1,{1;2},0))",
        'MAX(INDIRECT({"A1:A2","A3:A4"}))',
        "SUBTOTAL(9,SUM(OFFSET(A1,{1;2},0)))",
    ],
)
def test_several_references_at_once_are_not_taken_for_the_first(formula: str) -> None:
    computed = recalculate(workbook_of({"A1": 1.0, "A2": 2.0, "A3": 3.0, "B9": f"={formula}"}))
    cell = next(iter(computed.cells.values()))
    assert not cell.is_computed
    assert cell.finding is not None
    assert (cell.finding.code, cell.finding.case) == ("E02", "references")
