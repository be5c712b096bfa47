"""A copy of the worked example in which one thing is wrong never passes.

Everything else, saved values too, is left as it was; a finding must name the cell, or one that
depends on it. Cells are found through the schema and by what their formulas call.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from lxml import etree

from cfp_xl.engine.areas import CellKey
from cfp_xl.engine.recalculate import recalculate
from cfp_xl.findings import CellRef, Severity
from cfp_xl.verify.pipeline import verify_file
from cfp_xl.verify.result import FailOn, FileResult, FileStatus
from cfp_xl.workbook.address import address, cell_position
from cfp_xl.workbook.reading.read import read_workbook
from tests.verify.conftest import BXD2, MAIN, Editor

Change: TypeAlias = Callable[[Editor], CellRef]
"""Makes one change; returns the cell that is now wrong."""


def formula_cell(book: Editor, beginning: str, number: int = 0) -> CellRef:
    """A formula cell by how its formula begins, but for the template's guard of complete rows."""
    begins = re.compile(r"(IF\([^,]*>0,NA\(\),)?" + re.escape(beginning))
    found = [
        sheet.ref(row, column)
        for sheet in book.workbook.sheets
        for (row, column), cell in sorted(sheet.cells.items())
        if cell.formula and begins.match(cell.formula) and cell.value not in ("", None)
    ]
    return found[number]


def value(book: Editor, where: CellRef) -> float:
    sheet, position = book.workbook.sheet(where.sheet), cell_position(where.cell)
    assert sheet is not None
    assert position is not None
    number = sheet.cells[position].value
    assert isinstance(number, float)
    return number


def formula_of(book: Editor, where: CellRef) -> str:
    sheet, position = book.workbook.sheet(where.sheet), cell_position(where.cell)
    assert sheet is not None
    assert position is not None
    formula = sheet.cells[position].formula
    assert formula is not None
    return formula


def input_cell(book: Editor, field: str, row: int = 0) -> CellRef:
    """The cell of a field in the activities, rows counted from 0."""
    return book.schema.cell(book.schema.inventory.activities[row], field)


def factor_cell(book: Editor, field: str, id: str = "CN-ELEC-CFP-2024") -> CellRef:
    records = book.schema.records("factors")
    return next(record.cell(field) for record in records if record.text("id") == id)


def typed_over(beginning: str) -> Change:
    def change(book: Editor) -> CellRef:
        where = formula_cell(book, beginning)
        book.set_formula(where.sheet, where.cell, None)
        return where

    return change


def saved_value_moved(beginning: str) -> Change:
    def change(book: Editor) -> CellRef:
        where = formula_cell(book, beginning)
        book.set_cached(where.sheet, where.cell, value(book, where) + 1e-6)
        return where

    return change


def input_becomes(field: str, new: str | float | None, row: int = 0) -> Change:
    def change(book: Editor) -> CellRef:
        where = input_cell(book, field, row)
        book.set(where.sheet, where.cell, new)
        return where

    return change


def guarded_quantity(guard: str) -> Change:
    """The right quantity, so that nothing else is wrong, as what a guard of 1/0 gives instead."""

    def change(book: Editor) -> CellRef:
        where = input_cell(book, "quantity", 0)
        element = book.cell(where.sheet, where.cell)
        quantity = element.findtext(f"{MAIN}v") or ""
        element.insert(0, etree.Element(f"{MAIN}f"))
        element[0].text = guard.replace("VALUE", quantity)
        return where

    return change


def factor_becomes(field: str, new: str | float) -> Change:
    def change(book: Editor) -> CellRef:
        where = factor_cell(book, field)
        book.set(where.sheet, where.cell, new)
        return where

    return change


def formula_becomes(beginning: str, new: str) -> Change:
    """`new` with the old formula for OLD and the saved value for VALUE."""

    def change(book: Editor) -> CellRef:
        where = formula_cell(book, beginning)
        formula = new.replace("OLD", formula_of(book, where))
        book.set_formula(
            where.sheet, where.cell, formula.replace("VALUE", repr(value(book, where)))
        )
        return where

    return change


def row_below_the_table(book: Editor) -> CellRef:
    """An eighth electricity row typed under the range that the names and sums cover."""
    region = book.schema.regions["activities"]
    row = region.bounds[2] + 1
    first = book.schema.inventory.activities[0]
    for field in ("stage", "process", "activity", "unit", "factor_id"):
        text = getattr(first, field)
        book.set(region.sheet.name, region.cell(row, field).cell, text)
    where = region.cell(row, "quantity")
    book.set(where.sheet, where.cell, 3.0)
    return where


def sum_stops_short(book: Editor) -> CellRef:
    """The native total leaves out the last activity."""
    region = book.schema.regions["activities"]
    where = next(
        cell
        for cell in (formula_cell(book, "SUM(", n) for n in range(20))
        if region.sheet.name in formula_of(book, cell)
    )
    last = max(a.number for a in book.schema.inventory.activities) + region.header_row
    formula = formula_of(book, where).replace(f"${region.bounds[2]}", f"${last - 1}")
    book.set_formula(where.sheet, where.cell, formula)
    return where


def name_stops_short(book: Editor) -> CellRef:
    """cfp_activities leaves out the last activity."""
    region = book.schema.regions["activities"]
    last = book.schema.inventory.activities[-1]
    row = last.number + region.header_row
    name = next(n for n in book.workbook.names if n.name == "cfp_activities")
    book.set_name("cfp_activities", name.formula.replace(f"${region.bounds[2]}", f"${row - 1}"))
    return book.schema.cell(last, "quantity")


def hidden_row(book: Editor) -> CellRef:
    where = input_cell(book, "quantity")
    position = cell_position(where.cell)
    assert position is not None
    book.hide_row(where.sheet, position[0])
    return where


def hidden_column(book: Editor) -> CellRef:
    where = input_cell(book, "quantity")
    position = cell_position(where.cell)
    assert position is not None
    book.hide_column(where.sheet, position[1])
    return where


def hidden_sheet(book: Editor) -> CellRef:
    where = factor_cell(book, "value")
    book.hide_sheet(where.sheet)
    return where


def stale_under_manual_calculation(book: Editor) -> CellRef:
    book.calculate_manually()
    where = input_cell(book, "quantity")
    book.set(where.sheet, where.cell, 4.7241)
    return where


def no_saved_value(beginning: str) -> Change:
    def change(book: Editor) -> CellRef:
        where = formula_cell(book, beginning)
        book.set_cached(where.sheet, where.cell, None)
        return where

    return change


ONE_THING: dict[str, tuple[Change, str]] = {
    "total typed over": (typed_over("CFP_TOTAL"), "N01"),
    "stage typed over": (typed_over("CFP_STAGE"), "N01"),
    "native sum typed over": (typed_over("SUMIFS"), "N01"),
    "share typed over": (typed_over("CFP_SHARE"), "N01"),
    "saved total moved by 1e-6": (saved_value_moved("CFP_TOTAL"), "V01"),
    "saved stage moved by 1e-6": (saved_value_moved("CFP_STAGE"), "V01"),
    "saved native sum moved by 1e-6": (saved_value_moved("SUMIFS"), "V01"),
    "factor edited": (factor_becomes("value", 0.5778), "F01"),
    "factor per MWh": (factor_becomes("per_unit", "MWh"), "F01"),
    "factor of another year": (factor_becomes("year", 2023.0), "F01"),
    "kWh becomes MWh": (input_becomes("unit", "MWh"), "V01"),
    "unit blank": (input_becomes("unit", None), "U01"),
    "unit of another kind": (input_becomes("unit", "kg"), "U03"),
    "quantity blank": (input_becomes("quantity", None), "M05"),
    "quantity a text": (input_becomes("quantity", "4.6241"), "N07"),
    "quantity a stroke": (input_becomes("quantity", "/"), "N07"),
    "quantity a guard's other value": (guarded_quantity("IFERROR(1/0,VALUE)"), "E05"),
    "quantity where 1/0 fails": (guarded_quantity("IF(ISERROR(1/0),VALUE,0)"), "E05"),
    "quantity negative": (input_becomes("quantity", -4.6241), "N07"),
    "quantity beyond any number": (input_becomes("quantity", "#1E400"), "N07"),
    "stage misspelt": (input_becomes("stage", "原材料荻取"), "B01"),
    "stage by another name": (input_becomes("stage", "原材料"), "B01"),
    "stage and a blank": (input_becomes("stage", "原材料获取 "), "B01"),
    "factor id and a blank": (input_becomes("factor_id", "CN-ELEC-CFP-2024 "), "F01"),
    "factor id of the library alone": (input_becomes("factor_id", "CN-ELEC-CFP-2024-WIND"), "F01"),
    "factor id misspelt": (input_becomes("factor_id", "CN-ELEC-2024"), "F01"),
    "status misspelt": (input_becomes("status", "有数"), "M05"),
    "reason deleted": (input_becomes("reason", None, row=2), "M05"),
    "row below the table": (row_below_the_table, "W31"),
    "native total stops short": (sum_stops_short, "V05"),
    "name stops short": (name_stops_short, "W43"),
    "failing function masked": (
        formula_becomes("CFP_TOTAL", 'IFERROR(CFP_FACTOR("NO-SUCH"),VALUE)'),
        "E05",
    ),
    "masked in a sum": (
        formula_becomes("CFP_TOTAL", 'OLD+IFERROR(CFP_FACTOR("NO-SUCH"),0)'),
        "E05",
    ),
    "unknown function": (formula_becomes("CFP_TOTAL", "MY_TOTAL(cfp_activities)"), ""),
    "unknown function masked": (
        formula_becomes("CFP_TOTAL", "IFERROR(MY_TOTAL(cfp_activities),VALUE)"),
        "",
    ),
    "volatile disguise of a wrong value": (
        formula_becomes("CFP_TOTAL", "OLD+1+0*RAND()"),
        "V01",
    ),
    "no saved value": (no_saved_value("CFP_TOTAL"), "V02"),
    "hidden row": (hidden_row, "N07"),
    "hidden column": (hidden_column, "N07"),
    "hidden sheet": (hidden_sheet, "N07"),
    "stale under manual calculation": (stale_under_manual_calculation, "V01"),
}


def errors_of(result: FileResult) -> set[tuple[str, CellRef | None]]:
    return {(f.code, f.where) for f in result.findings if f.severity is Severity.ERROR}


def dependent(path: Path, where: CellRef) -> set[CellRef]:
    position = cell_position(where.cell)
    assert position is not None
    recalculation = recalculate(read_workbook(path))
    return {key.ref for key in recalculation.dependents(CellKey(where.sheet, *position))}


@pytest.mark.parametrize("thing", ONE_THING)
def test_one_thing_wrong_never_passes(thing: str, bxd2: Editor, tmp_path: Path) -> None:
    change, code = ONE_THING[thing]
    where = change(bxd2)
    path = bxd2.save(tmp_path / "bxd2.xlsx")
    result = verify_file(path)
    assert result.status is FileStatus.FAILED
    assert result.exit_code(FailOn.ERROR) == 1
    errors = errors_of(result)
    assert any(code in ("", found) for found, _ in errors), errors
    named = {cell for _, cell in errors}
    assert where in named or named & dependent(path, where), errors


@pytest.mark.parametrize(
    ("value", "found"), [(0.6, []), (5.777, [("neighbours", Severity.WARNING)])]
)
def test_an_own_factor_is_near_the_librarys_of_the_same_thing(
    value: float, found: list[tuple[str, Severity]], bxd2: Editor, tmp_path: Path
) -> None:
    """Electricity in the library: 0.0036 to 0.92 kgCO2e/kWh; 5.777 is six times the most."""
    new: dict[str, str | float] = {"id": "OWN-POWER", "name": "外购电力", "value": value}
    places = {field: factor_cell(bxd2, field) for field in new}
    for field, content in new.items():
        bxd2.set(places[field].sheet, places[field].cell, content)
    for row, activity in enumerate(bxd2.schema.inventory.activities):
        if activity.factor_id == "CN-ELEC-CFP-2024":
            where = input_cell(bxd2, "factor_id", row)
            bxd2.set(where.sheet, where.cell, "OWN-POWER")
    result = verify_file(bxd2.save(tmp_path / "bxd2.xlsx"))
    sizes = [f for f in result.findings if f.code == "N09" and f.where == places["value"]]
    assert [(f.case, f.severity) for f in sizes if f.case == "neighbours"] == found


def test_a_copy_of_the_activities_counts_nothing(bxd2: Editor, tmp_path: Path) -> None:
    region = bxd2.schema.regions["activities"]
    with_tables = {one.sheet.name for one in bxd2.schema.regions.values()}
    other = next(s.name for s in bxd2.workbook.sheets if s.name not in with_tables)
    for column, text in region.sheet.columns.texts[region.header_row]:
        bxd2.set(other, address(80, column), text)
    quantity = address(80, region.columns["quantity"])
    bxd2.set(other, address(81, region.columns["quantity"]), 3.0)
    result = verify_file(bxd2.save(tmp_path / "bxd2.xlsx"))
    found = [f for f in result.findings if f.code == "W31"]
    assert [(f.case, f.where, f.seen) for f in found] == [("sheet", CellRef(other, quantity), "1")]


def test_a_blank_input_is_called_blank(bxd2: Editor, tmp_path: Path) -> None:
    where = factor_cell(bxd2, "year")
    bxd2.set(where.sheet, where.cell, None)
    result = verify_file(bxd2.save(tmp_path / "bxd2.xlsx"))
    (found,) = (f for f in result.findings if f.where == where and f.code == "F01")
    assert found.message("en") == (
        "year of factor CN-ELEC-CFP-2024 is blank here, 2024 in its factor set"
    )
    assert found.message("zh") == "因子 CN-ELEC-CFP-2024 的“年份”是 空白，因子集中为 2024"


@pytest.mark.parametrize(
    ("guard", "found"),
    [
        ("IFERROR(0.5*2,0)*VALUE", [("E05", "needless", Severity.INFO)]),
        ("IF(ISERROR(SQRT(4)),0,VALUE)", [("E05", "needless", Severity.INFO)]),
        ("IFERROR(1,0)*IFERROR(SQRT(-4),VALUE)", [("E05", "in_model", Severity.ERROR)]),
    ],
)
def test_a_guard_hides_something_only_where_it_can_fail(
    guard: str, found: list[tuple[str, str, Severity]], bxd2: Editor, tmp_path: Path
) -> None:
    where = guarded_quantity(guard)(bxd2)
    result = verify_file(bxd2.save(tmp_path / "bxd2.xlsx"))
    assert [(f.code, f.case, f.severity) for f in result.findings if f.where == where] == found


@pytest.mark.parametrize(
    "thing", ["native total stops short", "failing function masked", "unknown function masked"]
)
def test_the_same_without_the_seal(thing: str, bxd2: Editor, tmp_path: Path) -> None:
    change, _ = ONE_THING[thing]
    where = change(bxd2)
    bxd2.break_seal()
    result = verify_file(bxd2.save(tmp_path / "bxd2.xlsx"))
    assert result.status is FileStatus.FAILED
    assert where in {cell for _, cell in errors_of(result)}


def test_all_saved_values_absent(bxd2: Editor, tmp_path: Path) -> None:
    count = 0
    for sheet in bxd2.workbook.sheets:
        for cell in sheet.cells.values():
            if cell.formula is not None:
                bxd2.set_cached(sheet.name, cell.address, None)
                count += 1
    result = verify_file(bxd2.save(tmp_path / "bxd2.xlsx"))
    assert result.status is FileStatus.FAILED
    assert result.recalculation == "incomplete"
    assert result.cells.not_cached == count


def test_unchanged_it_passes() -> None:
    result = verify_file(BXD2)
    assert result.status is FileStatus.PASSED
    assert result.recalculation == "agrees"
    assert result.cells.matched == result.cells.formulas > 0
    assert {f.code for f in result.justified} >= {"G01", "F06", "U02", "B01"}
    assert all(f.severity is Severity.INFO for f in result.justified)
