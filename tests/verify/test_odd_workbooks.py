"""What no spreadsheet program writes so, and rows that no table holds: it is named."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from cfp_xl.schema.opened import open_file
from cfp_xl.suppliers.intake import IntakeRun, intake
from cfp_xl.suppliers.outcomes import AnswerStatus
from cfp_xl.verify.pipeline import verify_file
from cfp_xl.workbook.address import address, cell_position
from cfp_xl.workbook.reading.container import Package, open_package
from cfp_xl.workbook.reading.read import read_workbook
from cfp_xl.workbook.writing.values import Constant, write_values
from cfp_xl.workbook.writing.zip_copy import replace_parts
from tests.cells import cell_of

WORKBOOKS = Path(__file__).parents[2] / "workbooks"
BOX = WORKBOOKS / "meter-box.xlsx"
PRODUCT = WORKBOOKS / "product-zh.xlsx"
ANSWERS = sorted((WORKBOOKS / "meter-box" / "answers").glob("*.xlsx"))
MAIN = "xl/workbook.xml"
TYPES = "[Content_Types].xml"
TOP = "_rels/.rels"
OF_MAIN = "xl/_rels/workbook.xml.rels"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def sub(package: Package, part: str, old: str, new: str) -> dict[str, bytes]:
    changed, count = re.subn(old.encode(), new.encode(), package.open(part).read(), count=1)
    assert count == 1
    return {part: changed}


def second_main(package: Package, *, is_linked: bool) -> bytes:
    declared = (
        '<Override PartName="/xl/other.xml" ContentType="application/vnd.openxmlformats-'
        'officedocument.spreadsheetml.sheet.main+xml"/></Types>'
    )
    link = f'<Relationship Id="odd" Type="{OFFICE}/officeDocument" Target="xl/other.xml"/></R'
    changed = sub(package, TYPES, "</Types>", declared)
    if is_linked:
        changed |= sub(package, TOP, "</R", link)
    return replace_parts(package, changed, added={"xl/other.xml": package.open(MAIN).read()})


def second_strings(package: Package, *, is_linked: bool) -> bytes:
    declared = (
        '<Override PartName="/xl/Strings2.xml" ContentType="application/vnd.openxmlformats-'
        'officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
    )
    link = f'<Relationship Id="odd" Type="{OFFICE}/sharedStrings" Target="Strings2.xml"/></R'
    changed = sub(package, TYPES, "</Types>", declared)
    if is_linked:
        changed |= sub(package, OF_MAIN, "</R", link)
    strings = package.open("xl/sharedStrings.xml").read()
    return replace_parts(package, changed, added={"xl/Strings2.xml": strings})


def orphan_macros(package: Package) -> bytes:
    return replace_parts(package, {}, added={"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0"})


def from_1904(package: Package) -> bytes:
    return replace_parts(package, sub(package, MAIN, "<workbookPr", '<workbookPr date1904="1"'))


ODD: dict[str, tuple[Callable[[Package], bytes], tuple[str, str]]] = {
    "a second main part": (lambda p: second_main(p, is_linked=True), ("W12", "")),
    "one that nothing leads to": (lambda p: second_main(p, is_linked=False), ("W12", "")),
    "two parts of strings": (lambda p: second_strings(p, is_linked=True), ("W12", "strings")),
    "one without a link": (lambda p: second_strings(p, is_linked=False), ("W12", "strings")),
    "macros without a link": (orphan_macros, ("W12", "macro")),
    "the other date system": (from_1904, ("W42", "date_1904")),
}


@pytest.mark.parametrize("case", ODD)
def test_verify_names_it(case: str, tmp_path: Path) -> None:
    make, expected = ODD[case]
    (tmp_path / "odd.xlsx").write_bytes(make(open_package(BOX)))
    found = [(one.code, one.case) for one in verify_file(tmp_path / "odd.xlsx").findings]
    assert expected in found
    assert expected not in [(one.code, one.case) for one in verify_file(BOX).findings]


@pytest.mark.parametrize("case", ODD)
def test_intake_refuses_it(case: str, tmp_path: Path) -> None:
    make, expected = ODD[case]
    (tmp_path / ANSWERS[0].name).write_bytes(make(open_package(ANSWERS[0])))
    result = intake([tmp_path / ANSWERS[0].name], open_file(BOX), run=IntakeRun(is_isolated=False))
    assert expected in [(one.code, one.case) for one in result.answers[0].findings]
    assert result.answers[0].status is AnswerStatus.REFUSED


def test_two_tables_of_one_name_are_refused(tmp_path: Path) -> None:
    """Excel repairs such a file; which of the two `T[x]` means, nobody knows."""
    for name, second in (("two.xlsx", "t1"), ("fine.xlsx", "T2")):
        with xlsxwriter.Workbook(str(tmp_path / "made.xlsx")) as book:
            for sheet in ("a", "b"):
                options = {"name": f"T{sheet}", "columns": [{"header": "x"}]}
                book.add_worksheet(sheet).add_table("A1:A3", options)
        package = open_package(tmp_path / "made.xlsx")
        changed = sub(package, "xl/tables/table1.xml", 'displayName="Ta"', 'displayName="T1"')
        changed |= sub(
            package, "xl/tables/table2.xml", 'displayName="Tb"', f'displayName="{second}"'
        )
        (tmp_path / name).write_bytes(replace_parts(package, changed))
    (found,) = verify_file(tmp_path / "two.xlsx").findings
    assert (found.code, found.case) == ("W08", "table")
    assert "两个表格都名为“t1”（在工作表“a”和“b”中）" in found.message("zh")
    assert "(on the sheets “a” and “b”)" in found.message("en")
    assert len(read_workbook(tmp_path / "fine.xlsx").tables) == 2


# The ending of a name, of the file that is copied under it, and of the kind that Excel knows it as.
RENAMED = {
    "a.xlsm": (BOX, "xlsx"),
    "a.XLTX": (BOX, "xlsx"),
    "a.xlsx": (WORKBOOKS / "bxd2.xlsm", "xlsm"),
    "a.xltm": (WORKBOOKS / "bxd2.xlsm", "xlsm"),
}


@pytest.mark.parametrize("name", RENAMED)
def test_a_renamed_workbook_is_read_and_what_excel_says_of_it_is_told(
    name: str, tmp_path: Path
) -> None:
    source, kind = RENAMED[name]
    (tmp_path / name).write_bytes(source.read_bytes())
    (tmp_path / f"right.{kind.upper()}").write_bytes(source.read_bytes())
    (tmp_path / "a.bak").write_bytes(source.read_bytes())
    found = [one for one in verify_file(tmp_path / name).findings if one.code == "W13"]
    assert [(one.seen, one.expected) for one in found] == [(Path(name).suffix.lower(), f".{kind}")]
    for fine in (f"right.{kind.upper()}", "a.bak"):
        assert "W13" not in [one.code for one in verify_file(tmp_path / fine).findings]


# Rows and columns beside the table of activities: `right 2` is the second free column at its right


OUTSIDE: dict[str, tuple[dict[str, Constant], tuple[str, str, str]]] = {
    "above the headings": (
        {"activity": "电力", "quantity": 120.0, "unit": "kWh", "factor_id": "CN-ELEC-CFP-2024"},
        ("W31", "above", "quantity"),
    ),
    "right of the table": (
        {"right 1": "外购电", "right 2": 120.0, "right 3": "kWh"},
        ("W31", "right", "right 2"),
    ),
}
NO_ROWS: dict[str, dict[str, Constant]] = {
    "a title and a date": {"C4": "2024 年", "E4": 2024.0},
    "a remark": {"right 1": "见电费单", "right 2": "7 月"},
    "a number and a remark": {"right 2": 120.0, "right 3": "kWh"},
    "a check of one's own": {"right 1": 1.0, "right 2": 2.0, "right 3": "相符"},
}


def place(at: str) -> str:
    """The cell two rows above the heading so called, or in the third row of the table a free
    column right of it and of our formulas beside it; an address is itself."""
    if cell_position(at) is not None:
        return at
    workbook = read_workbook(PRODUCT)
    third = cell_of(workbook, "activities", 3, "quantity")
    if at.startswith("right "):
        used = max(column for _, column in workbook.by_name[third.sheet].cells)
        return address(third.row, used + int(at.removeprefix("right ")))
    return cell_of(workbook, "activities", -2, at).cell


def outside(tmp_path: Path, cells: dict[str, Constant]) -> list[tuple[str, str, str]]:
    """Code, case and cell of what is said of rows outside, with these cells in the product."""
    placed = {cell_position(place(at)): value for at, value in cells.items()}
    values = {position: value for position, value in placed.items() if position}
    data = write_values(open_package(PRODUCT), {"活动数据": values})
    (tmp_path / "p.xlsx").write_bytes(data)
    found = verify_file(tmp_path / "p.xlsx").findings
    return [(f.code, f.case, f.where.cell) for f in found if f.code == "W31" and f.where]


@pytest.mark.parametrize("case", OUTSIDE)
def test_a_row_or_column_that_no_total_includes(case: str, tmp_path: Path) -> None:
    cells, (code, kind, cell) = OUTSIDE[case]
    assert outside(tmp_path, cells) == [(code, kind, place(cell))]


def test_a_column_right_of_the_range(tmp_path: Path) -> None:
    """This example has no column of parts; nobody reads one that the name does not cover."""
    data = write_values(open_package(WORKBOOKS / "bxd2.xlsx"), {"活动数据": {(6, 60): "part_id"}})
    (tmp_path / "p.xlsx").write_bytes(data)
    found = verify_file(tmp_path / "p.xlsx").findings
    assert [(f.case, f.where.cell) for f in found if f.code == "W31" and f.where] == [
        ("column", "BH6")
    ]


@pytest.mark.parametrize("case", NO_ROWS)
def test_what_is_no_row(case: str, tmp_path: Path) -> None:
    assert not outside(tmp_path, NO_ROWS[case])


def test_a_workbook_whose_names_are_gone(tmp_path: Path) -> None:
    """Known by its headings; without these, by its formulas."""
    package = open_package(BOX)
    xml = package.open(MAIN).read()
    nameless = re.sub(rb"<definedNames>.*</definedNames>", b"", xml, flags=re.DOTALL)
    (tmp_path / "b.xlsx").write_bytes(replace_parts(package, {MAIN: nameless}))
    found = {(f.code, f.case) for f in verify_file(tmp_path / "b.xlsx").findings}
    assert ("W33", "headings") in found
