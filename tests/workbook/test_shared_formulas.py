"""Formulas written once for many cells: which may be, and what becomes of the others of a group."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from cfp_xl.workbook.formulas.shareable import is_shareable
from cfp_xl.workbook.reading.container import package_of
from cfp_xl.workbook.reading.read import read_package, sheet_parts
from cfp_xl.workbook.writing.cell_editor import edit_cells
from cfp_xl.workbook.writing.insert_rows import NewRows, insert_rows
from cfp_xl.workbook.writing.shared_formulas import apart
from cfp_xl.workbook.writing.zip_copy import replace_parts

SHAREABLE = {
    # as Excel itself writes them, in files that it saved
    "A2*$B$1": True,
    'IF(OR(K14="",L14=""),"",K14/1000*L14)': True,
    "MATCH(AS7,$AS$6:$AS$27,0)": True,
    "VLOOKUP(A2,D:E,2,FALSE)": True,
    "A2*emission_factor": True,
    # [MS-XLSB] 2.5.98.98: none of these in a shared formula
    "Factors!A2": False,
    "VLOOKUP(A2,Factors!$A:$B,2,FALSE)": False,
    "Sales[[#This Row],[kg]]": False,
    "SUM(A1:INDEX(A:A,5))": False,
    "SUM((A1,B1))": False,
    "MATCH(A1,{1,2,3},0)": False,
    "SUM(A1:B2 B1:C2)": False,
    "A1+#REF!": False,
    "_xlfn.LAMBDA(x,x)(A1)": False,
    'CFP_CONVERT(A1,"kg","t")': False,
    "[1]!CFP_CONVERT(A1)": False,
}


@pytest.mark.parametrize(("formula", "expected"), SHAREABLE.items())
def test_only_what_excel_shares_is_shared(formula: str, expected: bool) -> None:
    assert is_shareable(formula) is expected


def book(**cells: str) -> bytes:
    """Sheets with these cells; a row's cells are given by column, all alike."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as workbook:
        for name in cells:
            workbook.add_worksheet(name)
    package = package_of(made.getvalue(), Path("a.xlsx"))
    parts = sheet_parts(package)
    changed = {}
    for name, rows in cells.items():
        xml = package.open(parts[name]).read()
        changed[parts[name]] = xml.replace(
            b"<sheetData/>", f"<sheetData>{rows}</sheetData>".encode()
        )
    return replace_parts(package, changed)


def group(column: str, first: int, last: int, formula: str) -> str:
    """Rows with one shared formula."""
    ref = f"{column}{first}:{column}{last}"
    rows = [
        f'<row r="{first}"><c r="{column}{first}">'
        f'<f t="shared" ref="{ref}" si="0">{formula}</f><v>1</v></c></row>'
    ]
    rows += [
        f'<row r="{row}"><c r="{column}{row}"><f t="shared" si="0"/><v>1</v></c></row>'
        for row in range(first + 1, last + 1)
    ]
    return "".join(rows)


def formulas(data: bytes, sheet: str) -> dict[str, str]:
    """As we read them, and openpyxl, which must be the same."""
    found = read_package(package_of(data, Path("a.xlsx"))).sheet(sheet)
    assert found is not None
    ours = {cell.address: cell.formula or "" for cell in found.cells.values()}
    read = openpyxl.load_workbook(io.BytesIO(data))[sheet]
    theirs = {cell.coordinate: str(cell.value)[1:] for row in read for cell in row if cell.value}
    assert ours == theirs
    return ours


def test_rows_inserted_amid_shared_formulas() -> None:
    data = book(A=group("B", 2, 9, "A2+A1+$A$9"), B=group("C", 1, 8, "A!A1*2"))
    package = package_of(data, Path("a.xlsx"))
    data = insert_rows(package, NewRows("A", 6, 2, {2: "A5+A4+$A$9"}))
    assert formulas(data, "A") == {
        "B2": "A2+A1+$A$11",
        "B3": "A3+A2+$A$11",
        "B4": "A4+A3+$A$11",
        "B5": "A5+A4+$A$11",
        "B6": "A6+A5+$A$11",
        "B7": "A7+A6+$A$11",
        "B8": "A8+A5+$A$11",  # it was right below the place, and what it refers to above
        "B9": "A9+A8+$A$11",
        "B10": "A10+A9+$A$11",
        "B11": "A11+A10+$A$11",
    }
    assert formulas(data, "B") == {
        f"C{row}": f"A!A{row if row < 6 else row + 2}*2" for row in range(1, 9)
    }


def test_new_rows_share_what_can_be_shared() -> None:
    row = '<row r="2"><c r="B2"><f>A2*2</f><v>1</v></c><c r="C2"><f>B!A2</f><v>1</v></c></row>'
    package = package_of(book(A=row, B=""), Path("a.xlsx"))
    data = insert_rows(package, NewRows("A", 3, 3, {2: "A2*2", 3: "B!A2"}))
    rows = range(2, 6)
    assert formulas(data, "A") == {
        **{f"B{row}": f"A{row}*2" for row in rows},
        **{f"C{row}": f"B!A{row}" for row in rows},
    }
    package = package_of(data, Path("a.xlsx"))
    xml = package.open(sheet_parts(package)["A"]).read().decode()
    assert xml.count('t="shared"') == 3
    assert '<f t="shared" ref="B3:B5" si="0">A3*2</f>' in xml
    data = insert_rows(package, NewRows("A", 5, 2, {2: "A4*2", 3: "B!A4"}))
    rows = range(2, 8)
    assert formulas(data, "A") == {
        **{f"B{row}": f"A{row}*2" for row in rows},
        **{f"C{row}": f"B!A{row if row < 7 else 5}" for row in rows},
    }


@pytest.mark.parametrize("changed", [2, 3, 5])
def test_a_cell_changed_leaves_the_others_of_its_group(changed: int) -> None:
    """The first one bears the text of all."""
    package = package_of(book(A=group("B", 2, 5, "A2*2")), Path("a.xlsx"))
    part = sheet_parts(package)["A"]
    at = changed, 2
    xml = apart(package.open(part).read(), {at})
    assert formulas(replace_parts(package, {part: xml}), "A") == {
        f"B{row}": f"A{row}*2" for row in range(2, 6)
    }
    xml, _ = edit_cells(xml, {at}, lambda cell: f"<c{cell.attributes}><f>A1</f></c>")
    assert formulas(replace_parts(package, {part: xml}), "A") == {
        f"B{row}": "A1" if row == changed else f"A{row}*2" for row in range(2, 6)
    }
