"""What a cell's XML means: values of every type, formulas of every kind, rows and columns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from cfp_xl.functions.values import ExcelError
from cfp_xl.workbook.model import Sheet, Workbook

SheetOf = Callable[..., Sheet]

STRINGS = (
    "<si><t>plain</t></si>"
    '<si><r><t>kg</t></r><r><rPr><b/></rPr><t xml:space="preserve"> CO2</t></r>'
    '<rPh sb="0" eb="1"><t>phonetic</t></rPh></si>'
    "<si><t>4.62</t></si>"
    "<si><t>a_x000D_b_x005F_x0041_</t></si>"
)

VALUES = [
    # XML of the cell, its value
    ('<c r="A1"><v>4.6241</v></c>', 4.6241),
    ('<c r="A1" t="n"><v>1E3</v></c>', 1000.0),
    ('<c r="A1" t="s"><v>0</v></c>', "plain"),
    ('<c r="A1" t="s"><v>1</v></c>', "kg CO2"),
    ('<c r="A1" t="s"><v>3</v></c>', "a\rb_x0041_"),
    ('<c r="A1" t="b"><v>1</v></c>', True),
    ('<c r="A1" t="b"><v>0</v></c>', False),
    ('<c r="A1" t="e"><v>#DIV/0!</v></c>', ExcelError.DIV0),
    ('<c r="A1" t="e"><v>#SPILL!</v></c>', ExcelError.SPILL),
    ('<c r="A1" t="e"><v>Err:508</v></c>', ExcelError.UNKNOWN),
    ('<c r="A1" t="inlineStr"><is><t>电力</t></is></c>', "电力"),
    ('<c r="A1" t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r></is></c>', "ab"),
    # Excel counts 1900-01-01 as 1 and, wrongly, 1900-02-29 as 60; so 1900-03-01 is 61.
    ('<c r="A1" t="d"><v>1900-01-01</v></c>', 1.0),
    ('<c r="A1" t="d"><v>1900-03-01</v></c>', 61.0),
    ('<c r="A1" t="d"><v>2025-01-01T12:00:00</v></c>', 45658.5),
    ('<c r="A1" t="d"><v>2025-01-01T12:00:00Z</v></c>', 45658.5),
]


@pytest.mark.parametrize(("xml", "expected"), VALUES)
def test_constants(sheet_of: SheetOf, xml: str, expected: object) -> None:
    cell = sheet_of(f'<row r="1">{xml}</row>', strings=STRINGS).cells[1, 1]
    assert cell.value == expected
    assert type(cell.value) is type(expected)
    assert cell.formula is None
    assert not cell.is_text_number


@pytest.mark.parametrize("number", ["1E400", "-1E400", "NaN", "INF", "1_000", "12kg", "０.5"])
def test_a_number_that_no_float_holds_is_an_error_and_told(sheet_of: SheetOf, number: str) -> None:
    cell = sheet_of(f'<row r="1"><c r="A1"><v>{number}</v></c></row>').cells[1, 1]
    assert cell.value is ExcelError.NUM
    assert not cell.is_finite


@pytest.mark.parametrize(
    ("text", "is_number"),
    [
        ("4.62", True),
        (" 1,234.5 ", True),
        ("-3", True),
        ("7.41 %", True),
        ("1e-3", True),
        ("4.62 kWh", False),
        ("1.2.3", False),
        ("2025-01-01", False),
        ("", False),
    ],
)
def test_a_number_stored_as_text_is_told(sheet_of: SheetOf, text: str, is_number: bool) -> None:
    xml = f'<row r="1"><c r="A1" t="inlineStr"><is><t>{text}</t></is></c></row>'
    cell = sheet_of(xml).cells[1, 1]
    assert cell.value == text
    assert cell.is_text_number is is_number


CACHED = [
    # XML after the start tag, t attribute, value, whether there is anything to compare with
    ("<v>1.5</v>", "", 1.5, True),
    ("", "", None, False),
    ("<v/>", "", None, False),
    ("<v></v>", ' t="str"', "", True),
    ("<v/>", ' t="str"', "", True),
    ("", ' t="str"', None, False),
    ("<v>#N/A</v>", ' t="e"', ExcelError.NA, True),
    ("<v>1</v>", ' t="b"', True, True),
]


@pytest.mark.parametrize(("xml", "kind", "value", "is_cached"), CACHED)
def test_cached_values_of_formulas(
    sheet_of: SheetOf, xml: str, kind: str, value: object, is_cached: bool
) -> None:
    cell = sheet_of(f'<row r="1"><c r="A1"{kind}><f>B1*2</f>{xml}</c></row>').cells[1, 1]
    assert (cell.formula, cell.value, cell.is_cached) == ("B1*2", value, is_cached)


def formulas(sheet: Sheet) -> dict[str, str]:
    return {c.address: c.formula for c in sheet.cells.values() if c.formula is not None}


def test_shared_formulas_are_written_out(sheet_of: SheetOf) -> None:
    sheet = sheet_of(
        """<row r="1"><c r="C1"><f t="shared" ref="C1:D2" si="0">A1*$F1+B$1+$F$1</f></c>
                      <c r="D1"><f t="shared" si="0"/></c></row>
           <row r="2"><c r="C2"><f t="shared" si="0"></f></c></row>"""
    )
    assert formulas(sheet) == {
        "C1": "A1*$F1+B$1+$F$1",
        "D1": "B1*$F1+C$1+$F$1",
        "C2": "A2*$F2+B$1+$F$1",
    }


def test_a_shared_formula_may_come_before_its_first_cell_and_be_defined_again(
    sheet_of: SheetOf,
) -> None:
    sheet = sheet_of(
        """<row r="1"><c r="A1"><f t="shared" si="3"/></c></row>
           <row r="2"><c r="A2"><f t="shared" si="3">B2</f></c></row>
           <row r="3"><c r="A3"><f t="shared" si="3">C3</f></c></row>
           <row r="4"><c r="A4"><f t="shared" si="3"/></c>
                      <c r="B4"><f t="shared" si="9"/></c></row>"""
    )
    assert formulas(sheet) == {"A1": "C1", "A2": "B2", "A3": "C3", "A4": "C4", "B4": ""}


def test_a_formula_cell_without_text_is_kept_as_one(sheet_of: SheetOf) -> None:
    cell = sheet_of('<row r="1"><c r="A1"><f/><v>5</v></c></row>').cells[1, 1]
    assert cell.formula == ""


def test_cells_a_formula_spills_into_are_no_formulas(
    workbook_of: Callable[..., Workbook],
) -> None:
    """`cm="1"` points to metadata XLDAPR; Excel may mark children with an empty <f ca="1"/>."""
    metadata = (
        '<metadata xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        '<metadataTypes count="1"><metadataType name="XLDAPR"/></metadataTypes>'
        '<cellMetadata count="1"><bk><rc t="1" v="0"/></bk></cellMetadata></metadata>'
    )
    link = (
        '<Relationship Id="rIdM" Target="metadata.xml" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sheetMetadata"/>'
    )
    rows = """<row r="1"><c r="A1" cm="1"><f t="array" ref="A1:A3">B1:B3</f><v>1</v></c></row>
              <row r="2"><c r="A2"><f ca="1"/><v>2</v></c></row>
              <row r="3"><c r="A3"><v>3</v></c></row>
              <row r="4"><c r="A4"><f t="array" ref="A4">SUM(B1:B3*C1:C3)</f><v>0</v></c></row>"""
    book = workbook_of(
        {"S": f"<sheetData>{rows}</sheetData>"},
        more={"xl/metadata.xml": metadata},
        more_links=link,
    )
    cells = book.sheets[0].cells
    assert formulas(book.sheets[0]) == {"A1": "B1:B3", "A4": "SUM(B1:B3*C1:C3)"}
    assert (cells[1, 1].array_ref, cells[1, 1].is_dynamic_array) == ("A1:A3", True)
    assert (cells[4, 1].array_ref, cells[4, 1].is_dynamic_array) == ("A4", False)
    assert [cells[row, 1].value for row in (1, 2, 3)] == [1.0, 2.0, 3.0]


@pytest.mark.parametrize(
    ("attributes", "formula"),
    [
        ('dt2D="1" dtr="1" r1="A1" r2="A2"', "TABLE(A1,A2)"),
        ('dtr="1" r1="A1"', "TABLE(A1,)"),
        ('dtr="0" r1="A1"', "TABLE(,A1)"),
    ],
)
def test_a_what_if_table_is_a_formula(sheet_of: SheetOf, attributes: str, formula: str) -> None:
    xml = f'<row r="1"><c r="B1"><f t="dataTable" ref="B1:C2" {attributes}/><v>1</v></c></row>'
    cell = sheet_of(xml).cells[1, 2]
    assert (cell.formula, cell.array_ref) == (formula, "B1:C2")


def test_addresses_may_be_left_out(sheet_of: SheetOf) -> None:
    sheet = sheet_of(
        "<row><c><v>1</v></c><c><v>2</v></c></row>"
        '<row r="5"><c r="D5"><v>3</v></c><c><v>4</v></c></row><row><c><v>5</v></c></row>'
    )
    assert {c.address: c.value for c in sheet.cells.values()} == {
        "A1": 1.0,
        "B1": 2.0,
        "D5": 3.0,
        "E5": 4.0,
        "A6": 5.0,
    }


def test_hidden_rows_and_columns(sheet_of: SheetOf) -> None:
    sheet = sheet_of(
        """<row r="1"/><row r="2" hidden="1"/><row r="3" ht="0" customHeight="1"/>
           <row r="4" hidden="true"/><row r="5" hidden="0"/>""",
        before='<cols><col min="2" max="3" hidden="1"/><col min="5" max="5" width="0"/>'
        '<col min="6" max="6" width="9"/></cols>',
    )
    assert sheet.hidden_rows == {2, 3, 4}
    assert sheet.hidden_columns == {2, 3, 5}


def test_rows_hidden_by_default(sheet_of: SheetOf) -> None:
    sheet = sheet_of(
        '<row r="1"/><row r="2" ht="15"/><row r="3" hidden="0"/>',
        before='<sheetFormatPr defaultRowHeight="15" zeroHeight="1"/>',
    )
    assert sheet.hidden_rows == {1}


ODD_SPELLINGS: list[tuple[str, dict[str, Any]]] = [
    (
        '<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        '<x:sheetData><x:row r="1"><x:c r="A1"><x:f>B1</x:f><x:v>7</x:v></x:c></x:row>'
        "</x:sheetData></x:worksheet>",
        {},
    ),
    (
        '<worksheet xmlns="http://purl.oclc.org/ooxml/spreadsheetml/main">'
        '<!-- strict --><sheetData><row r="1"><c r="A1"><!-- c --><f>B1</f><v>7</v></c></row>'
        "</sheetData></worksheet>",
        {},
    ),
    (
        '<?xml version="1.0" encoding="UTF-16"?><worksheet><sheetData><row r="1"><c r="A1">'
        "<f>B1</f><v>7</v></c></row></sheetData></worksheet>",
        {"encoding": "utf-16"},
    ),
]


@pytest.mark.parametrize(("xml", "how"), ODD_SPELLINGS)
def test_prefixes_strict_names_and_encodings(
    workbook_of: Callable[..., Workbook], xml: str, how: dict[str, str]
) -> None:
    content = xml.encode(how.get("encoding", "utf-8"))
    book = workbook_of({"S": ""}, more={"xl/worksheets/sheet1.xml": content})
    cell = book.sheets[0].cells[1, 1]
    assert (cell.formula, cell.value) == ("B1", 7.0)


def test_what_is_no_position_is_in_no_sheet(workbook_of: Callable[..., Workbook]) -> None:
    """A cell of a row that was put in comes from no cell of the template."""
    cells = workbook_of({"S": '<row r="1"><c r="A1"><v>7</v></c></row>'}).sheets[0].cells
    assert [place in cells for place in ((1, 1), (2, 1), None)] == [True, False, False]
