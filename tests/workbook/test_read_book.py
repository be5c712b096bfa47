"""What a workbook holds besides cells: names, tables, settings, links, macros, properties."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cfp_xl.functions.values import ExcelError
from cfp_xl.workbook.model import DefinedName, ListTable, Workbook
from cfp_xl.workbook.notices import notices

WorkbookOf = Callable[..., Workbook]
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
LINK = f'<Relationship Id="rIdX" Type="{LINKS}/%s" Target="%s"/>'
ONE_LINK = (
    f'<Relationships><Relationship Id="rId1" Type="{LINKS}/%s" Target="%s"%s/></Relationships>'
)


def test_defined_names(workbook_of: WorkbookOf) -> None:
    names = """<definedNames>
      <definedName name="rate">Data!$B$1</definedName>
      <definedName name="local" localSheetId="1" hidden="1">Data!$A$1</definedName>
    </definedNames>"""
    book = workbook_of({"Data": "", "Other": ""}, workbook=names)
    assert book.names == (
        DefinedName("rate", "Data!$B$1"),
        DefinedName("local", "Data!$A$1", sheet="Other", is_hidden=True),
    )


def test_settings(workbook_of: WorkbookOf) -> None:
    book = workbook_of(
        {"S": ""},
        workbook='<calcPr calcMode="manual" iterate="1" iterateCount="50" iterateDelta="1E-4" '
        'fullCalcOnLoad="1"/>'
        '<workbookPr date1904="1"/>',
    )
    assert (book.calculation_mode, book.iterates) == ("manual", True)
    assert (book.iterate_count, book.iterate_delta) == (50, 1e-4)
    assert (book.recalculates_on_load, book.date_1904) == (True, True)
    assert [finding.code for finding in notices(book)] == ["W22"]


def test_precision_as_displayed(workbook_of: WorkbookOf) -> None:
    book = workbook_of({"S": ""}, workbook='<calcPr fullPrecision="0"/>')
    assert book.is_as_displayed
    assert [finding.code for finding in notices(book)] == ["W23"]
    assert not workbook_of({"S": ""}, workbook='<calcPr fullPrecision="1"/>').is_as_displayed


def test_dates_that_count_from_1904(workbook_of: WorkbookOf) -> None:
    row = '<sheetData><row r="1"><c r="A1" t="d"><v>1904-01-02</v></c></row></sheetData>'
    book = workbook_of({"S": row}, workbook='<workbookPr date1904="1"/>')
    assert book.sheets[0].cells[1, 1].value == 1.0


def test_protection_and_custom_properties(workbook_of: WorkbookOf) -> None:
    book = workbook_of(
        {"S": '<sheetData/><sheetProtection sheet="1"/>', "T": "<sheetData/>"},
        more={
            "docProps/custom.xml": '<Properties xmlns:vt="urn:vt"><property name="cfp_template">'
            "<vt:lpwstr>bxd2</vt:lpwstr></property></Properties>"
        },
    )
    assert [sheet.is_protected for sheet in book.sheets] == [True, False]
    assert book.properties == {"cfp_template": "bxd2"}
    assert book.sheet("t") is book.sheets[1]


def test_tables(workbook_of: WorkbookOf) -> None:
    table = """<table name="t1" displayName="Sales" ref="A1:B4" totalsRowCount="1"><tableColumns>
      <tableColumn name="Qty"/><tableColumn name="Amount_x000a_kg"/></tableColumns></table>"""
    book = workbook_of(
        {"S": "<sheetData/>"},
        more={
            "xl/tables/table1.xml": table,
            "xl/worksheets/_rels/sheet1.xml.rels": ONE_LINK % ("table", "../tables/table1.xml", ""),
        },
    )
    assert book.tables == (ListTable("Sales", "S", "A1:B4", ("Qty", "Amount\nkg"), 1, 1),)


def test_links_to_other_workbooks_with_what_was_cached(workbook_of: WorkbookOf) -> None:
    link = """<externalLink><externalBook><sheetNames><sheetName val="Data"/></sheetNames>
      <sheetDataSet><sheetData sheetId="0"><row r="2">
        <cell r="B2"><v>4.5</v></cell><cell r="C2" t="str"><v>kg</v></cell>
        <cell r="D2" t="e"><v>#REF!</v></cell><cell r="E2" t="b"><v>1</v></cell>
      </row></sheetData></sheetDataSet></externalBook></externalLink>"""
    external = ' TargetMode="External"'
    book = workbook_of(
        {"S": "<sheetData/>"},
        workbook='<externalReferences><externalReference r:id="rIdX"/></externalReferences>',
        more={
            "xl/externalLinks/externalLink1.xml": link,
            "xl/externalLinks/_rels/externalLink1.xml.rels": ONE_LINK
            % ("externalLinkPath", "factors.xlsx", external),
        },
        more_links=LINK % ("externalLink", "externalLinks/externalLink1.xml"),
    )
    assert book.external_links == ("factors.xlsx",)
    assert book.external_values[1, "Data"] == {
        (2, 2): 4.5,
        (2, 3): "kg",
        (2, 4): ExcelError.REF,
        (2, 5): True,
    }
    assert [(f.code, f.seen) for f in notices(book)] == [("W21", "factors.xlsx")]


def test_macros_are_told(workbook_of: WorkbookOf) -> None:
    book = workbook_of({"S": "<sheetData/>"}, more={"xl/vbaProject.bin": b"\xd0\xcf"})
    assert book.has_macros
    # The part has no relationship of its own: W12 says so besides.
    assert [finding.code for finding in notices(book)] == ["W12", "W20"]


def test_sheet_states_and_chart_sheets(workbook_of: WorkbookOf) -> None:
    """Names count chart sheets among the positions of sheets, though none is a worksheet."""
    book = workbook_of(
        {"A": "<sheetData/>", "B": "<sheetData/>"},
        more={
            "xl/workbook.xml": f"""<workbook xmlns:r="{LINKS}"><sheets>
              <sheet name="Chart" r:id="rIdX"/><sheet name="A" state="hidden" r:id="rId1"/>
              <sheet name="B" state="veryHidden" r:id="rId2"/></sheets>
              <definedNames><definedName name="n" localSheetId="2">B!$A$1</definedName>
              </definedNames></workbook>"""
        },
        more_links=LINK % ("chartsheet", "chartsheets/sheet1.xml"),
    )
    assert [(sheet.name, sheet.state) for sheet in book.sheets] == [
        ("A", "hidden"),
        ("B", "veryHidden"),
    ]
    assert book.names[0].sheet == "B"


@pytest.mark.parametrize("target", ["/xl/worksheets/sheet1.xml", "worksheets\\sheet1.xml"])
def test_targets_as_various_programs_write_them(workbook_of: WorkbookOf, target: str) -> None:
    rels = ONE_LINK % ("worksheet", target, "")
    row = '<sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData>'
    book = workbook_of({"S": row}, more={"xl/_rels/workbook.xml.rels": rels})
    assert book.sheets[0].cells[1, 1].value == 1.0
