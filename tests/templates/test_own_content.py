"""What people add to a workbook goes along when it is upgraded: each thing where it was put, with
its looks, and formulas that read the cells where they are today. What can't go is listed."""

from __future__ import annotations

import io
import struct
import zlib
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Font, PatternFill
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openxml_audit import OpenXmlValidator

from cfp_xl.schema.opened import Opened, opened
from cfp_xl.templates.carry import CannotUpgrade
from cfp_xl.templates.upgrade import Upgraded, upgrade

KETTLE = Path(__file__).parents[1] / "cases" / "model" / "kettle.xlsx"


def png() -> io.BytesIO:
    """A white picture of one point."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    parts = (chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(b"\0\xff")), chunk(b"IEND", b""))
    return io.BytesIO(b"\x89PNG\r\n\x1a\n" + b"".join(parts))


@cache
def busy() -> bytes:
    book = load_workbook(KETTLE)
    _own_sheet(book)
    book.create_sheet("底稿").sheet_state = "hidden"
    book.create_sheet("情景")["A1"] = "旧版模板里没有的表名"
    book["情景"]["A2"] = "=我的计算!B3+1"
    book.defined_names["电价"] = DefinedName("电价", attr_text="0.62")
    book.defined_names["我的合计"] = DefinedName("我的合计", attr_text="我的计算!$B$3")
    inventory = book["活动数据"]
    inventory["A7"].comment = Comment("问过车间", "王")
    inventory["E9"].value = "=我的计算!B5"
    inventory["P7"] = 5.0
    inventory["AI9"], inventory["A3"] = "张工核对过", "二车间数据"
    inventory.add_image(Image(png()), "B9")
    inventory.page_margins.left = 1.25
    header: Any = inventory.oddHeader
    header.left.text = "内部资料"
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def _own_sheet(book: Workbook) -> None:
    sheet = book.create_sheet("我的计算", 3)
    sheet["A1"] = "电缆用量"
    sheet["A1"].font, sheet["A1"].fill = (
        Font(bold=True, color="FF0000"),
        PatternFill("solid", "FFFF00"),
    )
    sheet["B1"], sheet["B1"].number_format = 0.125, '0.000" 公斤"'
    sheet["B2"] = "=活动数据!E7*2"
    sheet["B3"] = "=结果!C12+B2"
    sheet["B4"] = "=SUM(活动数据!E7:E18)*电价"
    sheet["B5"] = "=0.03+0.02"
    sheet["B6"] = "=[1]别的簿!A1"
    sheet["B7"] = "=说明!B8"
    sheet["A8"].comment = Comment("自己的批注", "李")
    sheet["A9"].hyperlink = "https://example.com/a"
    condition: Any = FormulaRule
    rule = condition(formula=["B1>活动数据!E7"], font=Font(color="0000FF"))
    sheet.conditional_formatting.add("B1:B5", rule)
    check = DataValidation("list", formula1='"是,否"')
    check.add("C1")
    sheet.add_data_validation(check)
    sheet.add_image(Image(png()), "D2")
    sheet.print_area, sheet.page_setup.orientation = "A1:C9", "landscape"


@cache
def done() -> Upgraded:
    return upgrade(busy(), KETTLE)


@cache
def made() -> Opened:
    return opened(done().data, KETTLE)


@cache
def seen() -> Any:
    return load_workbook(io.BytesIO(done().data))


def test_an_own_sheet_goes_along_with_its_looks() -> None:
    sheet = seen()["我的计算"]
    assert (sheet["A1"].value, sheet["A1"].font.b) == ("电缆用量", True)
    assert (sheet["A1"].font.color.rgb, sheet["A1"].fill.fgColor.rgb) == ("00FF0000", "00FFFF00")
    assert (sheet["B1"].value, sheet["B1"].number_format) == (0.125, '0.000" 公斤"')
    assert sheet["A8"].comment.text == "自己的批注"
    assert sheet["A9"].hyperlink.target == "https://example.com/a"
    assert sheet.data_validations.dataValidation[0].formula1 == '"是,否"'
    assert len(sheet._images) == 1
    assert sheet.print_area == "'我的计算'!$A$1:$C$9"
    assert sheet.page_setup.orientation == "landscape"
    rule = next(iter(sheet.conditional_formatting)).rules[0]
    assert (rule.formula, rule.dxf.font.color.rgb) == (["B1>活动数据!E7"], "000000FF")
    assert seen()["底稿"].sheet_state == "hidden"


def test_its_formulas_read_the_cells_where_they_are_today() -> None:
    """Total and the first quantity as the old file's own cells have them."""
    old = load_workbook(KETTLE, data_only=True)
    first, total = old["活动数据"]["E7"].value, old["结果"]["C12"].value
    sheet = made().recomputed.workbook.by_name["我的计算"].cells
    assert sheet[2, 2].value == pytest.approx(2 * first)
    at = made().recomputed.footprint
    assert at is not None
    assert at.total_kgco2e is not None
    assert at.total_kgco2e - total == pytest.approx(sheet[3, 2].value - total - 2 * first)
    quantities = [old["活动数据"][f"E{row}"].value for row in (*range(7, 9), *range(10, 19))]
    assert sheet[4, 2].value == pytest.approx(0.62 * (sum(quantities) + 0.05))
    assert made().workbook.by_name["活动数据"].cells[9, 5].formula == "我的计算!B5"


BILL: dict[int, object] = {1: "2025-12", 2: "V-99", 3: "电力", 4: "=400*2", 5: "kWh", 6: "电水壶"}
USE: dict[int, object] = {1: "生产", 2: "电力", 3: "冲压机", 4: "数据", 5: "=0.5*2", 6: "kWh",
                          7: "CN-ELEC-CFP-2024", 10: "车间抄表"}  # fmt: skip


def with_row(sheet: str, row: int, cells: dict[int, object]) -> bytes:
    """The kettle, whose tables end in rows 42 (分摊) and 66 (活动数据), with one row more."""
    book = load_workbook(KETTLE)
    for column, value in cells.items():
        book[sheet].cell(row, column).value = value  # type: ignore[assignment]
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


@pytest.mark.parametrize(
    ("sheet", "typed", "columns"),
    [("分摊", BILL, {1: 2, 2: 3, 3: 4, 4: 5, 5: 6, 6: 7}), ("活动数据", USE, {10: 16})],
    ids=["bill", "activity"],
)
def test_rows_far_below_a_table_are_below_todays_in_its_columns(
    sheet: str, typed: dict[int, object], columns: dict[int, int]
) -> None:
    """All of the row goes along, 电力 and kWh too, which are texts of the template's own. Today's
    tables end a row later and have columns that the former had not: the first of the bills, and
    before the notes of the activities."""
    made = upgrade(with_row(sheet, 300, typed), KETTLE)
    new = load_workbook(io.BytesIO(made.data))[sheet]
    was = {columns.get(column, column): value for column, value in typed.items()}
    assert {cell.column: cell.value for cell in new[301] if cell.value is not None} == was
    old = load_workbook(KETTLE)[sheet]
    for column in typed:
        headings = old.cell(6, column).value, new.cell(6, columns.get(column, column)).value
        was_called, is_called = (str(heading).splitlines()[0] for heading in headings)
        assert is_called == was_called
    assert made.left_out == ()


@pytest.mark.parametrize(("sheet", "row", "typed"), [("分摊", 45, BILL), ("活动数据", 70, USE)])
def test_rows_below_a_table_are_moved_in_first(
    sheet: str, row: int, typed: dict[int, object]
) -> None:
    """The former template left them out of the total, today's makes the total an error."""
    with pytest.raises(CannotUpgrade) as refused:
        upgrade(with_row(sheet, row, typed), KETTLE)
    assert refused.value.key == "templates.upgrade.rows_below"
    assert f"{sheet}!" in refused.value.say("en")


def test_a_sheet_whose_name_a_newer_template_took_gets_another() -> None:
    assert made().workbook.by_name["情景 2"].cells[2, 1].formula == "我的计算!B3+1"
    assert seen()["情景 2"]["A1"].value == "旧版模板里没有的表名"


def test_names_notes_pictures_and_page_of_the_templates_sheets() -> None:
    names = {one.name: one.formula for one in made().workbook.names}
    assert (names["电价"], names["我的合计"]) == ("0.62", "我的计算!$B$3")
    inventory = seen()["活动数据"]
    assert (inventory["A7"].comment.text, inventory["A7"].comment.author) == ("问过车间", "王")
    anchor = inventory._images[0].anchor._from
    assert (anchor.row, anchor.col) == (8, 1)
    assert inventory.page_margins.left == 1.25
    assert inventory.oddHeader.left.text == "内部资料"
    assert inventory.page_margins.right == 0.4
    assert inventory["A3"].value == "二车间数据"
    assert [c.value for row in inventory.iter_rows() for c in row].count("张工核对过") == 1


def test_what_can_not_go_is_listed_by_its_cell() -> None:
    left = "\n".join(done().left_out)
    for place in ("我的计算!B6 =[1]别的簿!A1", "我的计算!B7 =说明!B8", "活动数据!P7"):
        assert place in left
    assert len(done().left_out) == 3, left


def test_the_new_file_is_whole_and_stays_as_it_is(tmp_path: Path) -> None:
    target = tmp_path / "kettle.xlsx"
    target.write_bytes(done().data)
    assert [str(error) for error in OpenXmlValidator().validate(str(target)).errors] == []
    assert upgrade(done().data, KETTLE).data == done().data
