"""Errors newer than the file format, which files store as #VALUE! with a rich value beside it."""

from __future__ import annotations

from collections.abc import Callable

from cfp_xl.functions.values import ExcelError
from cfp_xl.workbook.model import Workbook

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RICH = "http://schemas.microsoft.com/office/spreadsheetml/2017/richdata"
LINKS = "http://schemas.microsoft.com/office/2017/06/relationships"

METADATA = (
    f'<metadata xmlns="{MAIN}" xmlns:x="{RICH}">'
    '<metadataTypes count="1"><metadataType name="XLRICHVALUE"/></metadataTypes>'
    '<futureMetadata name="XLRICHVALUE" count="2">'
    '<bk><extLst><ext uri="{}"><x:rvb i="0"/></ext></extLst></bk>'
    '<bk><extLst><ext uri="{}"><x:rvb i="1"/></ext></extLst></bk></futureMetadata>'
    '<valueMetadata count="2"><bk><rc t="1" v="0"/></bk><bk><rc t="1" v="1"/></bk>'
    "</valueMetadata></metadata>"
)
VALUES = (
    f'<rvData xmlns="{RICH}" count="2"><rv s="0"><v>13</v><v>0</v></rv>'
    '<rv s="0"><v>8</v><v>0</v></rv></rvData>'
)
STRUCTURES = (
    f'<rvStructures xmlns="{RICH}" count="1"><s t="_error"><k n="errorType" t="i"/>'
    '<k n="subType" t="i"/></s></rvStructures>'
)
ROWS = """<row r="1"><c r="A1" t="e" vm="1"><f>FILTER(B1:B3,C1:C3)</f><v>#VALUE!</v></c>
                     <c r="B1" t="e" vm="2"><v>#VALUE!</v></c>
                     <c r="C1" t="e" vm="3"><v>#VALUE!</v></c>
                     <c r="D1" t="e"><v>#VALUE!</v></c></row>"""


def _values(workbook_of: Callable[..., Workbook], structures: str) -> list[object]:
    links = "".join(
        f'<Relationship Id="rId{kind}" Target="{target}" Type="{LINKS}/{kind}"/>'
        for kind, target in (
            ("sheetMetadata", "metadata.xml"),
            ("rdRichValue", "richData/rdrichvalue.xml"),
            ("rdRichValueStructure", "richData/rdrichvaluestructure.xml"),
        )
    )
    more = {
        "xl/metadata.xml": METADATA,
        "xl/richData/rdrichvalue.xml": VALUES,
        "xl/richData/rdrichvaluestructure.xml": structures,
    }
    book = workbook_of({"S": f"<sheetData>{ROWS}</sheetData>"}, more=more, more_links=links)
    return [book.sheets[0].cells[1, column].value for column in range(1, 5)]


def test_a_rich_error_is_read_as_the_error_it_stands_for(
    workbook_of: Callable[..., Workbook],
) -> None:
    """errorType 13 is #CALC!, 8 is #SPILL!; an index that leads nowhere changes nothing."""
    assert _values(workbook_of, STRUCTURES) == [
        ExcelError.CALC,
        ExcelError.SPILL,
        ExcelError.VALUE,
        ExcelError.VALUE,
    ]


def test_a_rich_value_that_is_no_error_leaves_the_cell_as_it_is(
    workbook_of: Callable[..., Workbook],
) -> None:
    other = STRUCTURES.replace("_error", "_entity")
    assert _values(workbook_of, other) == [ExcelError.VALUE] * 4
    assert _values(workbook_of, STRUCTURES.replace("errorType", "x")) == [ExcelError.VALUE] * 4
