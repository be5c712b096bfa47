"""Input checks, links and acting parts, as Excel, LibreOffice and strangers write them."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from xlsxwriter import Workbook as NewWorkbook

from cfp_xl.workbook.reading.container import Package, package_of
from cfp_xl.workbook.reading.extras import Active, Link, Validation, active_parts, sheet_extras

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
X14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
XM = "http://schemas.microsoft.com/office/excel/2006/main"
KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SHEET = "xl/worksheets/sheet1.xml"


def package(parts: dict[str, str]) -> Package:
    data = BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return package_of(data.getvalue(), Path("book.xlsx"))


def test_what_xlsxwriter_writes() -> None:
    data = BytesIO()
    with NewWorkbook(data, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_url("A1", "https://x.example/?a=1&b=2")
        sheet.write_url("A2", "internal:Sheet1!C3")
        sheet.data_validation("B2:B9", {"validate": "list", "source": "=$D$1:$D$3"})
        sheet.data_validation(
            "C2", {"validate": "decimal", "criteria": "between", "minimum": 1, "maximum": 2}
        )
    extras = sheet_extras(package_of(data.getvalue(), Path("book.xlsx")), SHEET)
    assert extras.links == (
        Link((1, 1, 1, 1), "https://x.example/?a=1&b=2", is_external=True),
        Link((2, 1, 2, 1), "Sheet1!C3", is_external=False),
    )
    assert extras.validations == (
        Validation("list", "between", ("$D$1:$D$3",), ((2, 2, 9, 2),)),
        Validation("decimal", "between", ("1", "2"), ((2, 3, 2, 3),)),
    )


@pytest.mark.parametrize("prefix", ["", "x:"])
def test_lists_of_another_sheet_as_excel_2010_saves_them(prefix: str) -> None:
    """Such a check stands in an extension, its ranges inside of it ([MS-XLSX] 2.6.4)."""
    xmlns = f'xmlns="{MAIN}"' if not prefix else f'xmlns:x="{MAIN}"'
    xml = (
        f'<{prefix}worksheet {xmlns}><{prefix}sheetData><{prefix}row r="1"/></{prefix}sheetData>'
        f'<{prefix}extLst><{prefix}ext xmlns:x14="{X14}"><x14:dataValidations xmlns:xm="{XM}">'
        '<x14:dataValidation type="list"><x14:formula1><xm:f>Lists!$A$1:$A$3</xm:f></x14:formula1>'
        "<xm:sqref>C7:C9 C12</xm:sqref></x14:dataValidation></x14:dataValidations>"
        f"</{prefix}ext></{prefix}extLst></{prefix}worksheet>"
    )
    extras = sheet_extras(package({SHEET: xml}), SHEET)
    expected = Validation("list", "between", ("Lists!$A$1:$A$3",), ((7, 3, 9, 3), (12, 3, 12, 3)))
    assert extras.validations == (expected,)


def related(source: str, *links: tuple[str, str, bool]) -> tuple[str, str]:
    """The .rels part of `source`: kind, target, whether external."""
    folder, _, name = source.rpartition("/")
    ends = {True: ' TargetMode="External"', False: ""}
    inner = "".join(
        f'<Relationship Id="r{n}" Type="{KIND}/{kind}" Target="{target}"{ends[is_external]}/>'
        for n, (kind, target, is_external) in enumerate(links)
    )
    xmlns = "http://schemas.openxmlformats.org/package/2006/relationships"
    rels = f"{folder}/_rels/{name}.rels".lstrip("/")
    return rels, f'<Relationships xmlns="{xmlns}">{inner}</Relationships>'


DDE = f'<externalLink xmlns="{MAIN}"><ddeLink ddeService="cmd" ddeTopic="/c calc"/></externalLink>'
BOOK = f'<externalLink xmlns="{MAIN}"><externalBook/></externalLink>'
ACTING = [
    (("xl/workbook.xml", ("vbaProject", "vbaProject.bin", False)), "macro"),
    (("xl/workbook.xml", ("connections", "connections.xml", False)), "connection"),
    (("xl/workbook.xml", ("externalLink", "externalLinks/book.xml", False)), "link"),
    (("xl/workbook.xml", ("externalLink", "externalLinks/dde.xml", False)), "dde"),
    (("xl/workbook.xml", ("externalLink", "externalLinks/gone.xml", False)), "link"),
    ((SHEET, ("oleObject", "../embeddings/o.bin", False)), "object"),
    ((SHEET, ("control", "../activeX/a.xml", False)), "object"),
    (("xl/drawings/drawing1.xml", ("image", "https://x.example/i.png", True)), "link"),
    (("xl/drawings/drawing1.xml", ("hyperlink", "https://x.example/", True)), "link"),
    (("", ("attachedTemplate", "file:///x.xltm", True)), "link"),
]


@pytest.mark.parametrize(("relationship", "kind"), ACTING)
def test_what_acts_or_leads_outside(
    relationship: tuple[str, tuple[str, str, bool]], kind: str
) -> None:
    parts = dict([related(*relationship)])
    parts |= {"xl/externalLinks/dde.xml": DDE, "xl/externalLinks/book.xml": BOOK}
    assert [one.kind for one in active_parts(package(parts))] == [kind]


def test_links_of_cells_and_quiet_parts_are_not_told_here() -> None:
    parts = dict(
        [
            related(SHEET, ("hyperlink", "https://x.example/", True), ("table", "../t.xml", False)),
            related("xl/workbook.xml", ("worksheet", "worksheets/sheet1.xml", False)),
            related("xl/externalLinks/book.xml", ("externalLinkPath", "b.xlsx", True)),
        ]
    )
    assert list(active_parts(package(parts))) == []


def test_an_external_image_is_named() -> None:
    parts = dict([related("xl/drawings/d.xml", ("image", "https://x.example/i.png", True))])
    assert list(active_parts(package(parts))) == [Active("link", "https://x.example/i.png")]
