"""Results that nothing seals are held against the model, whatever their formulas: V05, V10, N01.

Each case changes one formula of a workbook whose seal and template id are gone; every value saved
is the one its formulas give. The right figures are those of the worked example: 15.0006 in all,
2.6713 for raw materials, 9.9565 for production.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from cfp_xl.findings import CellRef, Finding, Severity
from cfp_xl.verify.pipeline import verify_file
from cfp_xl.verify.result import FileResult, FileStatus
from tests.verify.conftest import Editor
from tests.verify.test_independent import consistent

CASES = Path(__file__).parents[1] / "cases"
WORKBOOKS = Path(__file__).parents[2] / "workbooks"
OLD = "OLD"

RESULTS = [
    ("C8", f"{OLD}/2"),
    ("D8", f"-{OLD}"),
    ("C12", f"IF({OLD}>0,{OLD}*0.9,{OLD})"),
    ("D12", f"ROUNDDOWN({OLD},0)"),
    ("C43", f"MIN({OLD},0.001)"),
    ("D43", f"{OLD}-0.5"),
    ("C7", f"_xlfn.LET(_xlpm.x,{OLD},_xlpm.x*0.9)"),
    ("C12", "C8"),
    ("C3", f"{OLD}*10"),
    ("F8", f"{OLD}*0.5"),
    ("F12", f"{OLD}-0.1"),
    ("F54", f"ROUNDDOWN({OLD},1)"),
]


def replaced(book: Editor, sheet: str, cell: str, pattern: str) -> None:
    row_column = CellRef(sheet, cell)
    old = book.workbook.by_name[sheet].cells[row_column.row, row_column.column].formula
    book.set_formula(sheet, cell, pattern.replace(OLD, f"({old})"))


@pytest.mark.parametrize(("cell", "pattern"), RESULTS, ids=[f"{c} {p}" for c, p in RESULTS])
def test_a_figure_that_the_activities_do_not_give(
    bxd2: Editor, tmp_path: Path, cell: str, pattern: str
) -> None:
    replaced(bxd2, "结果", cell, pattern)
    found = {(f.code, f.where) for f in consistent(bxd2, tmp_path)}
    assert ("V05", CellRef("结果", cell)) in found


@pytest.mark.parametrize(
    ("sheet", "cell", "pattern", "code"),
    [
        ("说明", "B8", '"7.5 "&(OLD)', "V05"),
        ("说明", "B8", 'SUBSTITUTE(OLD,"kg","t")', "V05"),
        ("说明", "B9", 'IF(TRUE,"OK",OLD)', "V05"),
        ("检查", "C8", f"{OLD}/2", "V10"),
        ("检查", "E8", f'IF(TRUE,"OK",{OLD})', "V05"),
        ("检查", "E8", 'IF(C7>1000,"请检查","不错")', "V10"),
        ("检查", "C4", 'IF(C7>0,"请检查",C7)', "V10"),
        ("结果", "H8", f'IFERROR(1/0,IF({OLD}="x","","OK"))', "V05"),
    ],
)
def test_a_word_or_check_that_nothing_gives(
    bxd2: Editor, tmp_path: Path, sheet: str, cell: str, pattern: str, code: str
) -> None:
    replaced(bxd2, sheet, cell, pattern)
    where = CellRef(sheet, cell)
    found = {(f.code, f.where.sheet, f.where.row) for f in consistent(bxd2, tmp_path) if f.where}
    assert (code, where.sheet, where.row) in found


TYPED = [
    *(("结果", c) for c in ("C3", "C8", "D12", "E8", "F8", "G8", "H8", "A54", "B55")),
    ("说明", "B8"),
    ("说明", "B9"),
    ("检查", "C4"),
    ("检查", "C7"),
    ("检查", "E9"),
    ("活动数据", "AM7"),
    ("活动数据", "AQ8"),
    ("活动数据", "AT9"),
]


@pytest.mark.parametrize(("sheet", "cell"), TYPED)
def test_a_value_typed_over_its_formula(
    bxd2: Editor, tmp_path: Path, sheet: str, cell: str
) -> None:
    """The value is right today, and stays when the inputs change."""
    bxd2.set_formula(sheet, cell, None)
    found = {(f.code, f.where) for f in consistent(bxd2, tmp_path)}
    assert ("N01", CellRef(sheet, cell)) in found


@pytest.mark.parametrize(("sheet", "cell"), [*TYPED[:7], *TYPED[9:]])
def test_a_formula_that_is_gone(bxd2: Editor, tmp_path: Path, sheet: str, cell: str) -> None:
    bxd2.set(sheet, cell, None)
    found = {f.where for f in consistent(bxd2, tmp_path) if f.code in ("V05", "W41")}
    assert CellRef(sheet, cell) in found


@pytest.mark.parametrize(
    "name", ["bxd2", "bxd2-native", "meter-box", "meter-box-with-suppliers", "product-zh"]
)
def test_an_untouched_workbook_lacks_its_seal_alone(name: str, tmp_path: Path) -> None:
    before = verify_file(WORKBOOKS / f"{name}.xlsx")
    book = Editor(WORKBOOKS / f"{name}.xlsx")
    book.break_seal()
    after = verify_file(book.save(tmp_path / "unsealed.xlsx"))
    assert {(f.code, f.case) for f in new(before, after)} == {("W42", "none")}


def new(before: FileResult, after: FileResult) -> list[Finding]:
    known = [(f.code, f.where, f.case) for f in before.findings]
    return [
        f
        for f in after.findings
        if f.severity != Severity.INFO and (f.code, f.where, f.case) not in known
    ]


def test_a_seal_without_its_template(bxd2: Editor, tmp_path: Path) -> None:
    root = bxd2.part("docProps/custom.xml")
    for child in [c for c in root if (c.get("name") or "").startswith("cfp_template")]:
        root.remove(child)
    found = verify_file(bxd2.save(tmp_path / "book.xlsx")).findings
    assert [(f.case, f.severity) for f in found if f.code == "W42"] == [
        ("no_template", Severity.WARNING)
    ]


@pytest.mark.parametrize(
    ("file", "code", "case", "cells"),
    [
        ("attacks/r02-noseal-everything-halved", "V05", "", ["C7", "C8", "C9", "C11", "C12"]),
        ("attacks/r05-noseal-headline", "V05", "headline", ["C3"]),
        ("model/manyr", "V05", "rows_missing", ["A35"]),
        ("model/manyr", "V10", "differ", ["E9"]),
    ],
)
def test_cases(file: str, code: str, case: str, cells: list[str]) -> None:
    result = verify_file(CASES / f"{file}.xlsx")
    found = {f.where.cell for f in result.findings if (f.code, f.case) == (code, case) and f.where}
    assert result.status is FileStatus.FAILED
    assert set(cells) <= found


def test_all_missing_processes_are_named() -> None:
    """26 processes, 20 rows: parts 31 to 36 of the kettle are left out."""
    result = verify_file(CASES / "model" / "manyr.xlsx")
    (found,) = [f for f in result.findings if f.case == "rows_missing"]
    assert (found.seen, found.expected) == ("20", "26")
    assert all(f"零件{n}" in found.message("zh") for n in range(31, 37))


CONSTANTS = [
    *(("C3", value, "tolerance") for value in (0.05, 10.0, 2e-6, -1e-9, "1e-9", None)),
    *(("D23", value, "unit") for value in (0.28055556, 0.0277777, 3.6, None, "0.2777")),
    ("B23", "MWh", "unit"),
    ("C24", "MJ", "unit"),
    ("B31", "kWhh", "unit_unknown"),
    ("D10", 0.9, ""),
    ("D13", 2.0, ""),
    ("D17", 1.0, ""),
]


@pytest.mark.parametrize(("cell", "value", "case"), CONSTANTS)
def test_a_constant_of_the_template_is_that_of_the_library(
    bxd2: Editor, tmp_path: Path, cell: str, value: str | float | None, case: str
) -> None:
    """Also in a sealed workbook: its seal covers formulas only. 1 MJ = 1/3.6 kWh."""
    bxd2.set("检查", cell, value)
    found = verify_file(bxd2.save(tmp_path / "book.xlsx")).findings
    rows = {f.where.row for f in found if (f.code, f.case) == ("V11", case) and f.where}
    assert rows == {CellRef("检查", cell).row}
