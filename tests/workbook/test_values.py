"""Constants written into prepared cells: those, and not one byte besides."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from pathlib import Path

import pytest

from cfp_xl.workbook.reading.container import package_of
from cfp_xl.workbook.reading.read import read_package
from cfp_xl.workbook.writing.values import Constant, FormulaInTheWay, write_into_sheet, write_values

ROWS = [
    # what stands in <sheetData>, what is written, what stands there afterwards
    (
        '<row r="2"><c r="B2" s="3"/></row>',
        {(2, 2): 1.5},
        '<row r="2"><c r="B2" s="3"><v>1.5</v></c></row>',
    ),
    (
        '<row r="2"><c r="B2" s="3" t="s"><v>7</v></c></row>',
        {(2, 2): 4.0},
        '<row r="2"><c r="B2" s="3"><v>4</v></c></row>',
    ),
    (
        '<row r="2"><c r="B2" s="3"><v>7</v></c></row>',
        {(2, 2): "=cmd|'/c calc'!A1"},
        '<row r="2"><c r="B2" s="3" t="inlineStr"><is><t xml:space="preserve">'
        "=cmd|'/c calc'!A1</t></is></c></row>",
    ),
    (
        '<row r="2"><c r="B2" s="3"><v>7</v></c><c r="C2"><v>8</v></c></row>',
        {(2, 2): None, (2, 3): ""},
        '<row r="2"><c r="B2" s="3"/><c r="C2"/></row>',
    ),
    # 2026-11-23 is day 46349 in Excel
    (
        '<row r="1"><c r="A1" s="9"/></row>',
        {(1, 1): date(2026, 11, 23)},
        '<row r="1"><c r="A1" s="9"><v>46349</v></c></row>',
    ),
    (
        '<row r="1"><c r="A1"/></row>',
        {(1, 1): True},
        '<row r="1"><c r="A1" t="b"><v>1</v></c></row>',
    ),
    # cells and rows that the file lacks, each in its place
    (
        '<row r="2"><c r="B2"/><c r="D2"/></row>',
        {(2, 1): 1.0, (2, 3): 3.0, (2, 5): 5.0},
        '<row r="2"><c r="A2"><v>1</v></c><c r="B2"/><c r="C2"><v>3</v></c><c r="D2"/>'
        '<c r="E2"><v>5</v></c></row>',
    ),
    (
        '<row r="2"/><row r="4"><c r="A4"/></row>',
        {(1, 1): 1.0, (2, 1): 2.0, (3, 1): 3.0, (5, 1): 5.0, (6, 1): None},
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A2"><v>2</v></c></row>'
        '<row r="3"><c r="A3"><v>3</v></c></row><row r="4"><c r="A4"/></row>'
        '<row r="5"><c r="A5"><v>5</v></c></row>',
    ),
    # rows and cells without an address
    ('<row><c/><c s="1"/></row>', {(1, 2): 2.0}, '<row><c/><c s="1"><v>2</v></c></row>'),
]


@pytest.mark.parametrize(("before", "values", "after"), ROWS)
def test_cells(before: str, values: dict[tuple[int, int], Constant], after: str) -> None:
    sheet = "<worksheet><sheetData>{}</sheetData><hyperlinks/></worksheet>"
    written = write_into_sheet(sheet.format(before).encode(), values)
    assert written.decode() == sheet.format(after)


def test_an_empty_sheet_and_a_prefix() -> None:
    xml = b"<x:worksheet><x:sheetData/></x:worksheet>"
    assert write_into_sheet(xml, {(1, 1): 1.0}) == (
        b'<x:worksheet><x:sheetData><x:row r="1"><x:c r="A1"><x:v>1</x:v></x:c></x:row>'
        b"</x:sheetData></x:worksheet>"
    )


def test_a_formula_is_never_overwritten() -> None:
    xml = b'<worksheet><sheetData><row r="1"><c r="A1"><f>B1</f></c></row></sheetData></worksheet>'
    with pytest.raises(FormulaInTheWay, match="A1"):
        write_into_sheet(xml, {(1, 1): 1.0})


@pytest.mark.parametrize("value", [float("inf"), float("nan")])
def test_what_no_cell_can_hold_is_not_written(value: float) -> None:
    with pytest.raises(ValueError, match="no cell"):
        write_into_sheet(b"<worksheet><sheetData/></worksheet>", {(1, 1): value})


def test_other_parts_stay_and_the_text_is_read_back() -> None:
    path = Path(__file__).parents[2] / "workbooks" / "product-zh.xlsx"
    before = package_of(path.read_bytes(), path)
    changed = write_values(before, {"产品": {(7, 2): " 箱<&>\n二 "}})
    after = package_of(changed, path)
    sheet = read_package(after).sheet("产品")
    assert sheet is not None
    assert sheet.cells[7, 2].value == " 箱<&>\n二 "
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(io.BytesIO(changed)) as new:
        assert old.namelist() == new.namelist()
        changed_parts = [name for name in old.namelist() if old.read(name) != new.read(name)]
    assert changed_parts == [sheet.part]
