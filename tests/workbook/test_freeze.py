"""Frozen: what a colleague without any add-in gets. Thawed: the file as it was."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from openpyxl import load_workbook

from cfp_xl.findings import CellRef
from cfp_xl.functions.spelling import holds_ours
from cfp_xl.schema.opened import open_file
from cfp_xl.schema.seal import check_seal
from cfp_xl.workbook.address import address
from cfp_xl.workbook.reading.read import read_workbook
from cfp_xl.workbook.writing.freeze import CannotFreeze, cells_to_freeze, freeze, thaw
from cfp_xl.workbook.writing.frozen import CannotThaw, listing_of
from tests.workbook.conftest import LINKS, WriteParts, parts_of

WORKBOOKS = Path(__file__).parents[2] / "workbooks"
NOTE = ("2026-11-23", "cn-2026@1")


@pytest.mark.parametrize("name", ["bxd2", "bxd2-as-published", "product-zh", "product-en"])
def test_thawing_gives_the_very_file_that_was_frozen(tmp_path: Path, name: str) -> None:
    source = WORKBOOKS / f"{name}.xlsx"
    frozen, thawed = tmp_path / "frozen.xlsx", tmp_path / "thawed.xlsx"
    count = freeze(open_file(source), frozen, NOTE, "zh")
    assert count == len(cells_to_freeze(read_workbook(source))) > 0
    assert thaw(open_file(frozen), thawed) == (count, ())
    assert thawed.read_bytes() == source.read_bytes()


def test_frozen_cells_keep_their_values_and_say_so(tmp_path: Path) -> None:
    source, frozen = WORKBOOKS / "bxd2.xlsx", tmp_path / "frozen.xlsx"
    freeze(open_file(source), frozen, NOTE, "zh")
    before, after = read_workbook(source), read_workbook(frozen)
    for (sheet, row, column), cell in cells_to_freeze(before).items():
        now = after.by_name[sheet.casefold()].cells.get((row, column))
        assert now is None or now.formula is None
        assert (now.value if now else None) in (
            cell.value,
            None if cell.value == "" else cell.value,
        )
    assert not cells_to_freeze(after)
    listing = listing_of(after)
    assert listing is not None
    assert (listing.name, listing.state) == ("固化说明", "visible")
    assert [listing.cells[row, 1].value for row in (1, 2, 3)] == ["本工作簿已固化为数值", *NOTE]
    native = [c for s in before.sheets for c in s.cells.values() if c.formula]
    kept = [c for s in after.sheets for c in s.cells.values() if c.formula]
    assert kept == [c for c in native if not holds_ours(c.formula or "")]


def test_the_same_file_freezes_to_the_same_bytes(tmp_path: Path) -> None:
    one, other = tmp_path / "one.xlsx", tmp_path / "other.xlsx"
    for target in (one, other):
        freeze(open_file(WORKBOOKS / "bxd2.xlsx"), target, NOTE, "en")
    assert one.read_bytes() == other.read_bytes()


def test_saved_by_another_program_in_between(tmp_path: Path) -> None:
    """openpyxl writes every part anew, as Excel would; formulas come back from their text."""
    source, frozen = WORKBOOKS / "bxd2.xlsx", tmp_path / "frozen.xlsx"
    freeze(open_file(source), frozen, NOTE, "zh")
    saved, thawed = tmp_path / "saved.xlsx", tmp_path / "thawed.xlsx"
    sheet, row, column = next(k for k in cells_to_freeze(read_workbook(source)) if k[0] == "结果")
    book = load_workbook(frozen)
    book[sheet].cell(row, column).value = 1.25
    book.save(saved)
    count, edited = thaw(open_file(saved), thawed)
    assert edited == ((CellRef(sheet, address(row, column)), 1.25),)
    before, after = read_workbook(source), read_workbook(thawed)
    assert {k: c.formula for k, c in cells_to_freeze(after).items()} == {
        k: c.formula for k, c in cells_to_freeze(before).items()
    }
    assert count == len(cells_to_freeze(before))
    assert listing_of(after) is None


SPILLED = (
    '<sheetData><row r="1"><c r="A1" cm="1"><f t="array" ref="A1:A2">CFP_GWP(B1:B2,"AR6")</f>'
    '<v>1</v></c><c r="C1" t="e"><f>CFP_FACTOR("x")</f><v>#N/A</v></c></row>'
    '<row r="2"><c r="A2"><v>29.8</v></c>'
    '<c r="D2"><f>SUM(A1:A2)</f><v>30.8</v></c></row></sheetData>'
)
CHAIN = '<calcChain xmlns="x"><c r="A1" i="1"/></calcChain>'


def test_spills_errors_and_the_calculation_chain(write_parts: WriteParts, tmp_path: Path) -> None:
    source = write_parts(
        parts_of(
            {"S": SPILLED},
            more={
                "xl/calcChain.xml": CHAIN,
                "[Content_Types].xml": "<Types xmlns='t'><Override "
                "PartName='/xl/calcChain.xml' ContentType='c'/></Types>",
            },
            more_links=f'<Relationship Id="rId9" Type="{LINKS}/calcChain" Target="calcChain.xml"/>',
        )
    )
    frozen, thawed = tmp_path / "frozen.xlsx", tmp_path / "thawed.xlsx"
    assert freeze(open_file(source), frozen, NOTE, "en") == 2
    with zipfile.ZipFile(frozen) as package:
        sheet = package.read("xl/worksheets/sheet1.xml").decode()
        assert "xl/calcChain.xml" not in package.namelist()
        assert b"calcChain" not in package.read("[Content_Types].xml")
    # A cell marked as an array without a formula would be repaired by Excel; an error stays one.
    assert '<c r="A1"><v>1</v></c><c r="C1" t="e"><v>#N/A</v></c>' in sheet
    assert '<c r="D2"><f>SUM(A1:A2)</f><v>30.8</v></c>' in sheet
    assert thaw(open_file(frozen), thawed) == (2, ())
    with zipfile.ZipFile(thawed) as package:
        assert SPILLED in package.read("xl/worksheets/sheet1.xml").decode()


def test_a_frozen_workbook_is_never_green(write_parts: WriteParts, tmp_path: Path) -> None:
    """Its values do not follow the inputs; said once, also where nothing was ever sealed."""
    frozen = tmp_path / "frozen.xlsx"
    freeze(open_file(WORKBOOKS / "bxd2.xlsx"), frozen, NOTE, "zh")
    found = check_seal(read_workbook(frozen))
    assert [(f.code, f.severity, f.where) for f in found] == [
        ("W44", "error", CellRef("固化说明", "A1"))
    ]
    unsealed = write_parts(
        parts_of(
            {"S": "<sheetData><row><c><f>CFP_VERSION()</f><v>1</v></c></row></sheetData>"},
            more={"[Content_Types].xml": "<Types xmlns='t'></Types>"},
        )
    )
    freeze(open_file(unsealed), frozen, NOTE, "en")
    assert [f.code for f in check_seal(read_workbook(frozen))] == ["W44"]


def test_a_formula_lost_in_a_frozen_workbook_is_still_found(tmp_path: Path) -> None:
    frozen, edited = tmp_path / "frozen.xlsx", tmp_path / "edited.xlsx"
    freeze(open_file(WORKBOOKS / "bxd2.xlsx"), frozen, NOTE, "zh")
    native = next(
        (sheet.name, cell)
        for sheet in read_workbook(frozen).sheets
        for cell in sheet.cells.values()
        if cell.formula is not None
    )
    book = load_workbook(frozen)
    book[native[0]][native[1].address] = 4.62
    book.save(edited)
    assert {f.code for f in check_seal(read_workbook(edited))} == {"W44", "N01"}


def test_what_cannot_be_frozen(write_parts: WriteParts, tmp_path: Path) -> None:
    target = tmp_path / "out.xlsx"
    frozen = tmp_path / "frozen.xlsx"
    freeze(open_file(WORKBOOKS / "bxd2.xlsx"), frozen, NOTE, "zh")
    with pytest.raises(CannotFreeze, match="frozen already"):
        freeze(open_file(frozen), target, NOTE, "zh")
    cell = "<sheetData><row><c><f>{}</f>{}</c></row></sheetData>"
    native = write_parts(parts_of({"S": cell.format("SUM(A1)", "<v>1</v>")}), "native.xlsx")
    with pytest.raises(CannotFreeze, match="need not be frozen"):
        freeze(open_file(native), target, NOTE, "zh")
    unstored = write_parts(parts_of({"S": cell.format("CFP_VERSION()", "")}), "unstored.xlsx")
    with pytest.raises(CannotFreeze, match="S!A1"):
        freeze(open_file(unstored), target, NOTE, "zh")
    assert not target.exists()


def test_what_cannot_be_thawed(tmp_path: Path) -> None:
    target = tmp_path / "out.xlsx"
    with pytest.raises(CannotThaw, match="not a frozen"):
        thaw(open_file(WORKBOOKS / "bxd2.xlsx"), target)
    frozen, changed = tmp_path / "frozen.xlsx", tmp_path / "changed.xlsx"
    freeze(open_file(WORKBOOKS / "bxd2.xlsx"), frozen, NOTE, "zh")
    book = load_workbook(frozen)
    book["固化说明"]["B9"] = "nowhere"
    book.save(changed)
    with pytest.raises(CannotThaw, match="row 9"):
        thaw(open_file(changed), target)
    assert not target.exists()
