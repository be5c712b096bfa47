"""Tables that people lengthen in LibreOffice: rows inserted, pasted, sorted, deleted, typed below.

The native edition of the worked example is computed by Calc itself; its total is 15.000560117
kgCO2e, and a new row of 1 kWh adds 0.5777.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cfp_xl.functions.values import ExcelError
from cfp_xl.templates.grow import grow
from cfp_xl.verify.pipeline import verify_file
from cfp_xl.verify.result import FileResult, FileStatus
from cfp_xl.workbook.reading.read import read_workbook
from tests.clients.calc_macro import MacroCalc

pytestmark = pytest.mark.client
BXD2 = Path(__file__).parents[2] / "workbooks" / "bxd2-native.xlsx"
SHEET = "活动数据"
TOTAL, POWER = 15.000560117, 0.5777
CLOSING = 31
"""The closing row of the activities; their rows are 7 to 30, the first eight filled."""


@pytest.fixture(scope="module")
def calc(soffice: str, tmp_path_factory: pytest.TempPathFactory) -> MacroCalc:
    calc = MacroCalc(soffice, tmp_path_factory.mktemp("calc") / "profile")
    calc.start()
    return calc


def lighting(row: int) -> list[tuple[object, ...]]:
    """A further activity typed into a row: 1 kWh of the pinned electricity."""
    texts = {"A": "生产", "B": "照明", "C": "外购电力", "D": "数据", "F": "kWh"}
    texts["G"] = "CN-ELEC-CFP-2024"
    typed: list[tuple[object, ...]] = [
        ("type", SHEET, f"{column}{row}", text) for column, text in texts.items()
    ]
    return [*typed, ("number", SHEET, f"E{row}", 1)]


def edited(calc: MacroCalc, tmp_path: Path, *commands: tuple[object, ...]) -> Path:
    book = tmp_path / "bxd2.xlsx"
    shutil.copy(BXD2, book)
    return calc.edited(book, commands)


def shown_total(path: Path) -> object:
    """The total as the program that saved the file computed it."""
    results = read_workbook(path).sheet("结果")
    assert results is not None
    return results.cells[12, 3].value


def above_info(result: FileResult) -> set[tuple[str, str | None]]:
    return {(f.code, f.case) for f in result.findings if f.is_open and f.severity != "info"}


def test_rows_inserted_with_their_formulas_sorted_and_deleted(
    calc: MacroCalc, tmp_path: Path
) -> None:
    """A copied row goes in above another, blank rows go, and the table is sorted by quantity: the
    seal and the reasons hold, and nothing is said of them."""
    path = edited(
        calc,
        tmp_path,
        ("insert rows", SHEET, 10, 1),
        ("copy", SHEET, "A9:BG9", "A10"),
        *lighting(10),
        ("delete rows", SHEET, 25, 2),
        ("sort", SHEET, "A7:BG29", 4),
    )
    assert shown_total(path) == pytest.approx(TOTAL + POWER)
    result = verify_file(path)
    assert (result.status, above_info(result)) == (FileStatus.PASSED, set())
    assert sum(not f.is_open for f in result.findings) == 8


@pytest.mark.parametrize("row", [CLOSING, CLOSING + 1], ids=["inserted bare", "typed below"])
def test_a_row_without_formulas_is_an_error_until_it_is_completed(
    calc: MacroCalc, tmp_path: Path, row: int
) -> None:
    """The sheet itself shows no result, `verify` names the row, `grow` completes it."""
    inserted = [("insert rows", SHEET, CLOSING, 1)] if row == CLOSING else []
    path = edited(calc, tmp_path, *inserted, *lighting(row))
    assert shown_total(path) == ExcelError.NA
    result = verify_file(path)
    assert result.status is FileStatus.FAILED
    assert (("W41", "row") if inserted else ("W31", "")) in above_info(result)

    data, done = grow(path.read_bytes(), path, {})
    # What was typed below moves into a new row, which has its formulas.
    expected = ((CLOSING,), 0) if inserted else ((), 1)
    assert [(one.completed, one.moved_in) for one in done] == [expected]
    mended = tmp_path / "complete.xlsx"
    mended.write_bytes(data)
    assert shown_total(mended) == pytest.approx(TOTAL + POWER)
    result = verify_file(mended)
    assert (result.status, above_info(result)) == (FileStatus.PASSED, set())
