"""Formulas that recompute to what the file holds and are wrong all the same: V05, N01 without seal.

Each workbook here is consistent in itself: its saved values are those its formulas give.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from cfp_xl.engine.recalculate import recalculate
from cfp_xl.findings import CellRef, Finding
from cfp_xl.verify.pipeline import verify_file
from cfp_xl.workbook.model import Cell
from cfp_xl.workbook.reading.container import open_package
from cfp_xl.workbook.reading.read import read_workbook
from cfp_xl.workbook.writing.patch import patch_values
from tests.cells import cell_of
from tests.verify.conftest import Editor


def consistent(book: Editor, tmp_path: Path) -> list[Finding]:
    """The findings after the seal is off and every saved value is what its formula gives."""
    book.break_seal()
    changed = book.save(tmp_path / "changed.xlsx")
    recalculation = recalculate(read_workbook(changed))
    values = {
        (key.sheet, key.row, key.column): computed.value
        for key, computed in recalculation.cells.items()
    }
    target = tmp_path / "bxd2.xlsx"
    patch_values(open_package(changed), target, values)
    result = verify_file(target)
    assert result.recalculation == "agrees"
    return [f for f in result.findings if f.severity == "error"]


def cell_that(book: Editor, part: str, number: int = 0) -> tuple[CellRef, Cell]:
    """A formula cell by a part of its formula."""
    return [
        (sheet.ref(row, column), cell)
        for sheet in book.workbook.sheets
        for (row, column), cell in sorted(sheet.cells.items())
        if cell.formula and part in cell.formula
    ][number]


def test_a_row_that_asks_for_another_stage(bxd2: Editor, tmp_path: Path) -> None:
    """The row of 原材料获取 shows production."""
    where, cell = cell_that(bxd2, "CFP_STAGE(A7,")
    assert cell.formula
    bxd2.set_formula(where.sheet, where.cell, cell.formula.replace("A7", "A8"))
    found = consistent(bxd2, tmp_path)
    assert ("V05", "label", where) in {(f.code, f.case, f.where) for f in found}


@pytest.mark.parametrize("guard", ['IF(1=2,"",OLD)', "IF(1=2,#N/A,OLD)", "IF(1=2,NA(),OLD)"])
def test_a_guard_hides_no_other_stage(bxd2: Editor, tmp_path: Path, guard: str) -> None:
    """The row of 原材料获取 shows production, behind a guard."""
    where, cell = cell_that(bxd2, "CFP_STAGE(A7,")
    assert cell.formula
    call = "CFP_STAGE(A8,cfp_activities,,cfp_factors)"
    bxd2.set_formula(where.sheet, where.cell, guard.replace("OLD", call))
    found = consistent(bxd2, tmp_path)
    assert ("V05", "label", where) in {(f.code, f.case, f.where) for f in found}


def test_a_stage_shown_twice_and_another_not_at_all(bxd2: Editor, tmp_path: Path) -> None:
    """The label 生产 becomes 使用: both formulas of the row follow it, and agree."""
    bxd2.set("结果", "A8", "使用")
    found = {(f.code, f.case, f.where): f for f in consistent(bxd2, tmp_path)}
    twice = found["V05", "twice", CellRef("结果", "C10")]
    assert "生产" in twice.message("zh")


@pytest.mark.parametrize("shown", ["CFP_STAGE(A7,", 'IF(1=2,"",IF(1=2,"边界外",CFP_STAGE(A7,'])
def test_a_stage_behind_conditions_is_still_checked(
    bxd2: Editor, tmp_path: Path, shown: str
) -> None:
    """The templates leave a stage blank, or call it outside the boundary, where it has no rows."""
    where, cell = cell_that(bxd2, "CFP_STAGE(A7,")
    assert cell.formula
    wrong = cell.formula.replace("CFP_STAGE(A7,", shown.replace("A7", "A8"))
    bxd2.set_formula(where.sheet, where.cell, wrong + ")" * shown.count("IF("))
    assert ("V05", "label", where) in {
        (f.code, f.case, f.where) for f in consistent(bxd2, tmp_path)
    }


def test_a_stage_whose_range_leaves_out_a_row(bxd2: Editor, tmp_path: Path) -> None:
    """SUMIFS of end of life over a range that ends one row early: 0 instead of 1.1111."""
    where, cell = cell_that(bxd2, ">0,NA(),SUMIFS(活动数据", 4)
    region = bxd2.schema.regions["activities"]
    last = bxd2.schema.inventory.activities[-1].number + region.header_row
    bottom = region.bounds[2]
    assert cell.formula
    bxd2.set_formula(where.sheet, where.cell, cell.formula.replace(f"${bottom}", f"${last - 1}"))
    found = {(f.code, f.case, f.where): f for f in consistent(bxd2, tmp_path)}
    assert found["V05", "range", where].expected == str(last)
    assert found["V05", "", where].seen == "0"
    assert found["V05", "", where].expected == "1.11109041"  # 1.9233 kWh × 0.5777


def test_a_cfp_total_over_a_shorter_range(bxd2: Editor, tmp_path: Path) -> None:
    region = bxd2.schema.regions["activities"]
    last = bxd2.schema.inventory.activities[-1].number + region.header_row
    where, cell = cell_that(bxd2, "CFP_TOTAL(")
    assert cell.formula
    shorter = f"{region.sheet.name}!$A${region.header_row}:$J${last - 1}"
    bxd2.set_formula(where.sheet, where.cell, cell.formula.replace("cfp_activities", shorter))
    found = {(f.code, f.case) for f in consistent(bxd2, tmp_path) if f.where == where}
    assert found == {("V05", ""), ("V05", "range")}


def test_an_emission_of_another_row(bxd2: Editor, tmp_path: Path) -> None:
    first, second = (cell_of(bxd2.workbook, "activities", row, "quantity").cell for row in (1, 2))
    where, cell = cell_that(bxd2, f"CFP_EMISSION({first},")
    assert cell.formula
    wrong = cell.formula.replace(f"({first},", f"({second},")
    bxd2.set_formula(where.sheet, where.cell, wrong)
    found = {(f.code, f.case, f.where): f for f in consistent(bxd2, tmp_path)}
    assert found["V05", "row", where].expected == "2.67134257"  # 4.6241 kWh × 0.5777


@pytest.mark.parametrize("formula", [None, "2.67134257", "2.67134257+0"])
def test_an_emission_typed_in(bxd2: Editor, tmp_path: Path, formula: str | None) -> None:
    where = cell_of(bxd2.workbook, "activities", 1, "emission_kgco2e")
    bxd2.set_formula(where.sheet, where.cell, formula)
    found = {(f.code, f.case, f.where) for f in consistent(bxd2, tmp_path)}
    assert found == {("N01", "unsealed", where)}


def test_a_sum_that_skips_the_error_of_a_missing_row(bxd2: Editor, tmp_path: Path) -> None:
    """AGGREGATE(9,6,…) gives a number where one activity has none."""
    quantity = bxd2.schema.cell(bxd2.schema.inventory.activities[0], "quantity")
    bxd2.set(quantity.sheet, quantity.cell, None)
    where, cell = cell_that(bxd2, "SUM(活动数据")
    assert cell.formula
    bxd2.set_formula(where.sheet, where.cell, cell.formula.replace("SUM(", "_xlfn.AGGREGATE(9,6,"))
    found = {(f.code, f.case) for f in consistent(bxd2, tmp_path) if f.where == where}
    assert ("V05", "no_value") in found


def test_a_subtotal_of_one_stage_is_right(bxd2: Editor, tmp_path: Path) -> None:
    """A plain SUM over exactly the rows of one stage leaves out nothing."""
    where, _ = cell_that(bxd2, "SUMIFS(活动数据", 2)  # distribution: rows 4 to 6
    first, last = (
        cell_of(bxd2.workbook, "activities", row, "emission_kgco2e").cell for row in (4, 6)
    )
    bxd2.set_formula(where.sheet, where.cell, f"SUM(活动数据!{first}:{last})")
    assert not consistent(bxd2, tmp_path)


def beside_a_stage(book: Editor) -> tuple[CellRef, str, str]:
    """The state of the first stage, a cell beside its result; stages and emissions of the rows."""
    where, _ = cell_that(book, "CFP_STAGE(A7,")
    last = len(book.schema.inventory.activities)
    columns = (
        (cell_of(book.workbook, "activities", row, name).cell for row in (1, last))
        for name in ("stage", "emission_kgco2e")
    )
    stages, emissions = ("活动数据!" + ":".join(ends) for ends in columns)
    return CellRef(where.sheet, where.cell.replace("C", "H")), stages, emissions


def test_rows_that_are_counted_beside_a_result_are_no_sum(bxd2: Editor, tmp_path: Path) -> None:
    where, _, emissions = beside_a_stage(bxd2)
    bxd2.set_formula(where.sheet, where.cell, f'SUMPRODUCT(--({emissions}<>""))')
    assert not [f for f in consistent(bxd2, tmp_path) if f.where == where]


def test_rows_that_are_summed_by_what_is_not_blank_are_a_sum(bxd2: Editor, tmp_path: Path) -> None:
    """All stages' emissions beside the name of one."""
    where, stages, emissions = beside_a_stage(bxd2)
    bxd2.set_formula(where.sheet, where.cell, f'SUMPRODUCT(({stages}<>"")*{emissions})')
    assert "V05" in {f.code for f in consistent(bxd2, tmp_path) if f.where == where}


def test_shares_that_are_summed_beside_the_total_are_no_footprint(
    bxd2: Editor, tmp_path: Path
) -> None:
    """The guard counts activities, the sum takes shares: 1 is right, whatever the total."""
    where, _ = cell_that(bxd2, "SUM(F7:F11)")
    top, _, bottom, _ = bxd2.schema.regions["activities"].bounds
    guard = f"COUNTA(活动数据!$A${top + 1}:$J${bottom})=0"
    bxd2.set_formula(where.sheet, where.cell, f'IF({guard},"",SUM(结果!$F$7:F11))')
    assert not consistent(bxd2, tmp_path)
