"""Links that Excel could not refresh and rows that a saved filter hides, in files as Excel writes
them: the XML is that of the specification (ECMA-376, 18.14.15, 18.3.1.2, 18.5.1.2)."""

from __future__ import annotations

from pathlib import Path

import pytest

from cfp_xl.engine.recalculate import recalculate
from cfp_xl.functions.values import ExcelError
from cfp_xl.verify.pipeline import verify_file
from cfp_xl.workbook.reading.read import read_workbook
from tests.engine.conftest import Result
from tests.hostile import MAIN, OFFICE, RELS, packed, parts, sheet

LINK = "xl/externalLinks/externalLink1.xml"


def linked(folder: Path, sheet_data: str, names: str = "", more: str = "") -> Path:
    """A1 and A2 refer to another workbook; its cache is `sheet_data`."""
    cells = more or (
        '<row r="1"><c r="A1"><f>[1]Prices!B2</f><v>0</v></c></row>'
        '<row r="2"><c r="A2"><f>SUM([1]Prices!B2:B3)*2</f><v>0</v></c></row>'
    )
    content = parts(sheet(cells), '<externalReferences><externalReference r:id="x"/>'
                    "</externalReferences>")  # fmt: skip
    links = "xl/_rels/workbook.xml.rels"
    content[links] = str(content[links]).replace(
        "</Relationships>",
        f'<Relationship Id="x" Type="{OFFICE}/externalLink" '
        'Target="externalLinks/externalLink1.xml"/></Relationships>',
    )
    content[LINK] = (
        f'<externalLink xmlns="{MAIN}" xmlns:r="{OFFICE}"><externalBook r:id="rId1">'
        f'<sheetNames><sheetName val="Prices"/></sheetNames>{names}<sheetDataSet>{sheet_data}'
        "</sheetDataSet></externalBook></externalLink>"
    )
    content["xl/externalLinks/_rels/externalLink1.xml.rels"] = (
        f'<Relationships xmlns="{RELS}"><Relationship Id="rId1" Type="{OFFICE}/externalLinkPath" '
        'Target="prices.xlsx" TargetMode="External"/></Relationships>'
    )
    path = folder / "linked.xlsx"
    path.write_bytes(packed(content))
    return path


CACHED = (
    '<row r="2"><cell r="B2"><v>3</v></cell></row><row r="3"><cell r="B3"><v>4</v></cell></row>'
)
CACHES = [
    ('<sheetData sheetId="0" refreshError="1"/>', (ExcelError.REF, ExcelError.REF)),
    (f'<sheetData sheetId="0" refreshError="1">{CACHED}</sheetData>', (3, 14)),
    (f'<sheetData sheetId="0">{CACHED}</sheetData>', (3, 14)),
    ('<sheetData sheetId="0"/>', (0, 0)),
]


@pytest.mark.parametrize(("sheet_data", "values"), CACHES)
def test_a_link_that_could_not_be_refreshed(
    tmp_path: Path, sheet_data: str, values: tuple[object, object]
) -> None:
    path = linked(tmp_path, sheet_data)
    found = Result(recalculate(read_workbook(path)))
    assert (found["S!A1"], found["S!A2"]) == values
    # the cells hold 0: that is never the value of what could not be refreshed
    differing = {str(f.where) for f in verify_file(path).findings if f.code in ("V01", "V04")}
    is_zero = values == (0, 0)
    assert differing == (set() if is_zero else {"S!A1", "S!A2"})


def test_names_of_a_linked_workbook(tmp_path: Path) -> None:
    """18.14.5: `refersTo` of the linked workbook's names, whose cells are cached."""
    names = (
        """<definedNames><definedName name="Rate" refersTo="='Prices'!$B$2"/>"""
        '<definedName name="Both" refersTo="=Prices!$B$2:$B$3"/></definedNames>'
    )
    cells = "".join(
        f'<row r="{row}"><c r="A{row}"><f>{text}</f><v>0</v></c></row>'
        for row, text in enumerate(("[1]!Rate*2", "SUM([1]!Both)", "[1]!Absent"), 1)
    )
    cached = f'<sheetData sheetId="0">{CACHED}</sheetData>'
    found = Result(recalculate(read_workbook(linked(tmp_path, cached, names, cells))))
    assert (found["S!A1"], found["S!A2"]) == (6, 7)
    assert found.codes() == [("E02", "A3")]


ROWS = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>kWh</t></is></c></row>'
    '<row r="2"><c r="A2"><v>10</v></c></row>'
    '<row r="3" hidden="1"><c r="A3"><v>20</v></c></row>'
    '<row r="4"><c r="A4"><v>40</v></c></row>'
    '<row r="6" hidden="1"><c r="A6"><v>7</v></c></row>'
    '<row r="8"><c r="B8"><f>SUBTOTAL(9,A2:A6)</f><v>57</v></c>'
    '<c r="C8"><f>SUBTOTAL(109,A2:A6)</f><v>50</v></c><c r="D8"><f>SUM(A2:A6)</f>'
    "<v>77</v></c></row>"
)
"""Rows 3 and 6 are hidden: 3 by the filter, 6, below it, by hand."""
CRITERIA = '<filterColumn colId="0"><customFilters><customFilter operator="notEqual" val="20"/>'
CRITERIA += "</customFilters></filterColumn>"
DATABASE = (
    '<definedNames><definedName name="_xlnm._FilterDatabase" localSheetId="0" hidden="1">'
    "S!$A$1:$A$4</definedName></definedNames>"
)


def of_sheet() -> dict[str, str | bytes]:
    filter_xml = f'<autoFilter ref="A1:A4">{CRITERIA}</autoFilter>'
    return parts(sheet(ROWS, after=filter_xml), DATABASE)


def advanced() -> dict[str, str | bytes]:
    """The Advanced Filter leaves no `autoFilter`, only its name and the sheet's mark."""
    return parts(sheet(ROWS, '<sheetPr filterMode="1"/>'), DATABASE)


def of_table() -> dict[str, str | bytes]:
    parts_list = '<tableParts count="1"><tablePart r:id="rId1"/></tableParts>'
    content = parts(sheet(ROWS, after=parts_list))
    content["xl/worksheets/_rels/sheet1.xml.rels"] = (
        f'<Relationships xmlns="{RELS}"><Relationship Id="rId1" Type="{OFFICE}/table" '
        'Target="../tables/table1.xml"/></Relationships>'
    )
    content["xl/tables/table1.xml"] = (
        f'<table xmlns="{MAIN}" id="1" name="T" displayName="T" ref="A1:A4">'
        f'<autoFilter ref="A1:A4">{CRITERIA}</autoFilter><tableColumns count="1">'
        '<tableColumn id="1" name="kWh"/></tableColumns></table>'
    )
    return content


@pytest.mark.parametrize("make", [of_sheet, advanced, of_table])
def test_rows_that_a_saved_filter_hides(tmp_path: Path, make: object) -> None:
    """SUBTOTAL(9) leaves out what a filter hides and keeps what a hand hid; 109 neither."""
    assert callable(make)
    path = tmp_path / "filtered.xlsx"
    path.write_bytes(packed(make()))
    found = Result(recalculate(read_workbook(path)))
    assert (found["S!B8"], found["S!C8"], found["S!D8"]) == (57, 50, 77)
    assert [f.code for f in verify_file(path).findings if f.code.startswith("V")] == []


def test_a_name_left_of_an_old_filter_hides_nothing(tmp_path: Path) -> None:
    """The name stays when the filter is taken off: then hidden rows are somebody's own."""
    path = tmp_path / "old.xlsx"
    path.write_bytes(packed(parts(sheet(ROWS), DATABASE)))
    found = Result(recalculate(read_workbook(path)))
    assert (found["S!B8"], found["S!C8"]) == (77, 50)
