"""The golden table: a workbook saved by any program, respelled for any other; nothing else moves.

`tests/functions/test_spelling.py` reads the spellings; here they are written to files.
"""

from __future__ import annotations

import zipfile
from functools import partial
from pathlib import Path

import pytest

from cfp_xl.functions.registry import all_functions
from cfp_xl.functions.spelling import SPELLINGS, respelled_formula
from cfp_xl.schema.opened import open_file
from cfp_xl.schema.seal import check_seal
from cfp_xl.workbook.model import Workbook
from cfp_xl.workbook.reading.read import read_workbook
from cfp_xl.workbook.writing.rebind import rebind
from tests.workbook.conftest import LINKS, MAIN, PACKAGE_LINKS, WriteParts, parts_of

BXD2 = Path(__file__).parents[2] / "workbooks" / "bxd2.xlsx"
HOSTS = tuple(SPELLINGS)

ORIGINS = {
    "VBA in the workbook": "{}",
    "add-in, linked": "[1]!{}",
    "add-in, by its path": r"'C:\Users\me\AppData\cfp.xlam'!{}",
    "add-in, by its name": "cfp.xlam!{}",
    "Office.js": "_xldudf_{}",
    "Office.js, namespace": "_xldudf_CONTOSO_{}",
    "XLL": "_xll.{}",
    "Excel without the add-in": "_xludf.{}",
    "LibreOffice 7.4": "ORG.CFPXL.ADDIN.{}",
    "LibreOffice, unresolved": "{}",
}
"""How each program spells a function in the files it saves."""
WRITTEN = {"excel": "{}", "xlam": "[1]!{}", "officejs": "_xldudf_{}", "libreoffice": "{}"}


def as_saved(origin: str, name: str) -> str:
    spelled = ORIGINS[origin].format(name.replace("_", "") if "LibreOffice 7" in origin else name)
    return spelled.lower() if origin.endswith("unresolved") else spelled


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("origin", ORIGINS)
def test_every_function_of_every_origin_for_every_host(origin: str, host: str) -> None:
    for name in all_functions():
        formula = f'IF(SUM(A1:A3)>0,{{}}(A1,"{name}(")*2,_xlfn.XLOOKUP(1,B:B,C:C))'
        saved = formula.format(as_saved(origin, name))
        wanted = formula.format(WRITTEN[host].format(name))
        assert respelled_formula(saved, partial(SPELLINGS[host].format, index=1)) == wanted


KEPT = [
    "_xlfn.XLOOKUP(A1,B:B,C:C)",
    "_xlfn._xlws.SORT(A1:A3)",
    "_xlfn.LET(_xlpm.x,1,_xlpm.x+1)",
    "_xlfn.SINGLE(A1:A3)",
    '"cfp_total(A1)"',
    "'cfp_total (x'!A1",
    "[1]Sheet1!A1",
    'IFERROR(__xludf.DUMMYFUNCTION("QUERY(A1)"),5)',
    "SUM(Table1[@[cfp_total(a)]])",
    "MYCFP_TOTAL(1)+cfp_total",
]


@pytest.mark.parametrize("formula", KEPT)
def test_what_is_not_ours_stays_letter_for_letter(formula: str) -> None:
    assert respelled_formula(formula, "_xldudf_{}".format) == formula


def test_googles_stand_in_gives_way_to_our_function() -> None:
    saved = 'IFERROR(__xludf.DUMMYFUNCTION("CFP_FACTOR(""x"")"),0.5)'
    assert respelled_formula(saved, "_xldudf_{}".format) == '_xldudf_CFP_FACTOR("x")'


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


@pytest.mark.parametrize("host", ["officejs", "libreoffice", "excel"])
def test_there_and_back_gives_the_same_parts(tmp_path: Path, host: str) -> None:
    there, back = tmp_path / "there.xlsx", tmp_path / "back.xlsx"
    count = rebind(open_file(BXD2), there, host)
    assert (count == 0) == (WRITTEN[host] == "{}")
    assert rebind(open_file(there), back, "excel") == count
    assert parts(back) == parts(BXD2)


@pytest.mark.parametrize("host", HOSTS)
def test_only_formulas_differ(tmp_path: Path, host: str) -> None:
    there = tmp_path / "there.xlsx"
    rebind(open_file(BXD2), there, host)
    before, after = read_workbook(BXD2), read_workbook(there)
    assert cells(after, formulas=False) == cells(before, formulas=False)
    assert check_seal(after) == ()


def cells(book: Workbook, *, formulas: bool) -> dict[str, object]:
    return {
        f"{sheet.name}!{cell.address}": cell.formula if formulas else cell.value
        for sheet in book.sheets
        for cell in sheet.cells.values()
    }


def test_an_addins_functions_are_linked_without_a_path(tmp_path: Path) -> None:
    there, again = tmp_path / "there.xlsx", tmp_path / "again.xlsx"
    assert rebind(open_file(BXD2), there, "xlam") > 0
    assert read_workbook(there).external_links == ("cfp.xlam",)
    assert rebind(open_file(there), again, "xlam") == 0
    assert again.read_bytes() == there.read_bytes()


def test_the_link_a_workbook_has_is_used_again(write_parts: WriteParts, tmp_path: Path) -> None:
    """Links keep their index; ours is the second here, from another user's folder."""
    link = (
        f'<externalLink xmlns="{MAIN}"><externalBook xmlns:r="{LINKS}" r:id="rId1"/></externalLink>'
    )
    rels = (
        f'<Relationships xmlns="{PACKAGE_LINKS}"><Relationship Id="rId1" '
        f'Type="{LINKS}/externalLinkPath" Target="{{}}" '
        'TargetMode="External"/></Relationships>'
    )
    more = {
        "xl/externalLinks/externalLink1.xml": link,
        "xl/externalLinks/_rels/externalLink1.xml.rels": rels.format("other.xlsx"),
        "xl/externalLinks/externalLink2.xml": link,
        "xl/externalLinks/_rels/externalLink2.xml.rels": rels.format("file:///C:\\x\\CFP.xlam"),
    }
    formula = "cfp_gwp(A1,B1)+[1]!X(1)"
    book = write_parts(
        parts_of(
            {"S": f"<sheetData><row><c><f>{formula}</f><v>1</v></c></row></sheetData>"},
            workbook=(
                '<externalReferences><externalReference r:id="rIdA"/>'
                '<externalReference r:id="rIdB"/></externalReferences>'
            ),
            more=more,
            more_links="".join(
                f'<Relationship Id="rId{x}" Type="{LINKS}/externalLink" '
                f'Target="externalLinks/externalLink{n}.xml"/>'
                for n, x in enumerate("AB", 1)
            ),
        )
    )
    there = tmp_path / "there.xlsx"
    assert rebind(open_file(book), there, "xlam") == 1
    with zipfile.ZipFile(there) as package:
        sheet = package.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>[2]!CFP_GWP(A1,B1)+[1]!X(1)</f>" in sheet


def test_names_validations_and_shared_formulas_too(write_parts: WriteParts, tmp_path: Path) -> None:
    book = write_parts(
        parts_of(
            {
                "S": '<sheetData><row r="1"><c r="A1"><f t="shared" si="0" ref="A1:A2">'
                '_xldudf_CFP_GWP(&quot;CH4&quot;,B1)&lt;1</f><v>1</v></c></row><row r="2">'
                '<c r="A2"><f t="shared" si="0"/><v>1</v></c></row></sheetData>'
                "<dataValidations><dataValidation><formula1>_xll.CFP_TOTAL(A1)&gt;0</formula1>"
                "</dataValidation></dataValidations>"
            },
            workbook=(
                "<definedNames><definedName name='t'>cfp_total(S!$A$1)</definedName></definedNames>"
            ),
        )
    )
    there = tmp_path / "there.xlsx"
    assert rebind(open_file(book), there, "excel") == 3
    with zipfile.ZipFile(there) as package:
        sheet = package.read("xl/worksheets/sheet1.xml").decode()
        main = package.read("xl/workbook.xml").decode()
    assert '<f t="shared" si="0" ref="A1:A2">CFP_GWP("CH4",B1)&lt;1</f>' in sheet
    assert '<f t="shared" si="0"/>' in sheet
    assert "<formula1>CFP_TOTAL(A1)&gt;0</formula1>" in sheet
    assert "<definedName name='t'>CFP_TOTAL(S!$A$1)</definedName>" in main
