"""A file returned with comments, opened and saved by LibreOffice, corrected, and sent again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook

from cfp_xl.schema.opened import open_file
from cfp_xl.suppliers.annotate import Returned, return_answers
from cfp_xl.suppliers.judge import judge
from cfp_xl.suppliers.outcomes import AnswerStatus, Judged
from cfp_xl.suppliers.product_parts import supplier_requests
from cfp_xl.workbook.reading.container import open_package
from cfp_xl.workbook.writing.values import write_values

pytestmark = pytest.mark.client

WORKBOOKS = Path(__file__).parents[2] / "workbooks"
METER_BOX = WORKBOOKS / "meter-box.xlsx"
FAULTY = WORKBOOKS / "meter-box" / "faulty" / "V05_P05.xlsx"
Convert = Callable[..., Path]


def judged(path: Path) -> Judged:
    return judge(path, supplier_requests(open_file(METER_BOX)))


def returned(answer: Judged, folder: Path) -> Path:
    [one] = list[Returned](return_answers([answer], folder))
    assert one.target is not None
    return one.target


def comments(path: Path) -> dict[str, str]:
    return {
        f"{sheet.title}!{cell.coordinate}": cell.comment.text
        for sheet in load_workbook(path)
        for row in sheet.iter_rows()
        for cell in row
        if cell.comment
    }


def marked(path: Path) -> dict[str, set[str]]:
    """Cells with a red ground by our condition, by sheet."""
    return {
        sheet.title: {str(part) for area in areas for part in area.sqref.ranges}
        for sheet in load_workbook(path)
        if (
            areas := [
                area
                for area in sheet.conditional_formatting
                if any("cfp-xl" in str(rule.formula) for rule in area.rules)
            ]
        )
    }


def position(path: Path, sheet: str, value: float) -> tuple[int, int]:
    """The cell that somebody typed this number into."""
    (found,) = (
        (cell.row, cell.column)
        for row in load_workbook(path)[sheet].iter_rows()
        for cell in row
        if cell.value == value
    )
    return found


def test_comments_and_marks_survive_calc_and_a_second_return(
    convert: Convert, tmp_path: Path
) -> None:
    first = returned(judged(FAULTY), tmp_path / "back")
    saved = convert(first, "xlsx")
    assert comments(saved) == comments(first)
    assert set(comments(first)) == {"填报!C15", "填报!C23", "活动数据!C7"}
    assert marked(saved) == marked(first)

    again = judged(saved)
    assert {one.code for one in again.findings} == {one.code for one in judged(FAULTY).findings}
    second = returned(again, tmp_path / "again")
    assert comments(second) == comments(first)
    assert marked(second) == marked(first)


def test_a_corrected_file_is_accepted_with_the_comments_still_in_it(
    convert: Convert, tmp_path: Path
) -> None:
    saved = convert(returned(judged(FAULTY), tmp_path / "back"), "xlsx")
    corrected = tmp_path / saved.name
    corrected.write_bytes(
        write_values(
            open_package(saved),
            # 120 MWh, not 120,000; a carton weighs 0.9 kg; nothing was carried in.
            {
                "活动数据": {position(saved, "活动数据", 120_000): 120.0},
                "填报": {position(saved, "填报", 900): 0.9, (23, 3): "无"},
            },
        )
    )
    answer = judged(convert(corrected, "xlsx", recalculate=True))
    assert [(one.code, one.message("en")) for one in answer.findings] == []
    assert answer.status is AnswerStatus.ACCEPTED
