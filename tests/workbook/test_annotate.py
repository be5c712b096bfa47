"""Annotating: cells marked and commented on, everything else as it was, and off again."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment

from cfp_xl.workbook.reading.container import open_package
from cfp_xl.workbook.writing.annotate import annotate
from tests.workbook.conftest import LINKS, MAIN, WriteParts, parts_of

WORKBOOKS = Path(__file__).parents[2] / "workbooks"
TEMPLATE = WORKBOOKS / "product-zh.xlsx"
NOTES = {"活动数据": {(7, 5): "请填写数量。", (9, 6): "单位不适用"}, "产品": {(8, 2): "缺少名称"}}
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><fonts/><cellXfs><xf numFmtId="0"/></cellXfs>'
    '<cellStyles count="0"/>{dxfs}<tableStyles/></styleSheet>'
)


def annotated(
    tmp_path: Path, source: Path, notes: Mapping[str, Mapping[tuple[int, int], str]]
) -> Path:
    target = tmp_path / f"annotated-{source.name}"
    target.write_bytes(annotate(open_package(source), notes))
    return target


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def comments(path: Path) -> dict[tuple[str, str], str]:
    """By sheet and cell, as another program reads them."""
    return {
        (sheet.title, cell.coordinate): cell.comment.text
        for sheet in load_workbook(path)
        for row in sheet.iter_rows()
        for cell in row
        if cell.comment
    }


def marks(path: Path) -> dict[str, str]:
    """Marked cells and the colour behind them, by sheet."""
    return {
        sheet.title: f"{area.sqref} {rule.dxf.fill.bgColor.rgb}"
        for sheet in load_workbook(path)
        for area in sheet.conditional_formatting
        for rule in area.rules
        if rule.formula == ['N("cfp-xl")=0']
    }


def test_cells_are_marked_and_commented_on(tmp_path: Path) -> None:
    made = annotated(tmp_path, TEMPLATE, NOTES)
    assert comments(made) == {
        ("活动数据", "E7"): "cfp-xl:\n请填写数量。",
        ("活动数据", "F9"): "cfp-xl:\n单位不适用",
        ("产品", "B8"): "cfp-xl:\n缺少名称",
    }
    assert marks(made) == {"活动数据": "E7 F9 FFFFC7CE", "产品": "B8 FFFFC7CE"}


def test_no_cell_and_no_other_part_changes(tmp_path: Path) -> None:
    before, after = parts(TEMPLATE), parts(annotated(tmp_path, TEMPLATE, NOTES))
    sheets = {"xl/worksheets/sheet2.xml", "xl/worksheets/sheet4.xml"}
    changed = {name for name in before if after[name] != before[name]}
    assert changed <= {"[Content_Types].xml", "xl/styles.xml", *sheets} | {
        f"xl/worksheets/_rels/{Path(sheet).name}.rels" for sheet in sheets
    }
    cells = re.compile(rb"^.*</sheetData>", re.DOTALL)
    for sheet in sheets:
        old, new = cells.match(before[sheet]), cells.match(after[sheet])
        assert old
        assert new
        assert old[0] == new[0]
    assert set(after) - set(before) == {
        "xl/comments1.xml",
        "xl/drawings/vmlDrawing1.vml",
        "xl/comments2.xml",
        "xl/drawings/vmlDrawing2.vml",
    } | set(changed_rels(before, sheets))


def changed_rels(before: Mapping[str, bytes], sheets: set[str]) -> list[str]:
    rels = [f"xl/worksheets/_rels/{Path(sheet).name}.rels" for sheet in sheets]
    return [name for name in rels if name not in before]


def test_annotating_again_replaces_what_was_annotated(tmp_path: Path) -> None:
    first = annotated(tmp_path, TEMPLATE, NOTES)
    assert annotate(open_package(first), NOTES) == first.read_bytes()
    second = annotated(tmp_path, first, {"活动数据": {(7, 5): "还缺单位"}})
    assert comments(second) == {("活动数据", "E7"): "cfp-xl:\n还缺单位"}
    assert marks(second) == {"活动数据": "E7 FFFFC7CE"}
    cleared = annotated(tmp_path, second, {})
    assert (comments(cleared), marks(cleared)) == ({}, {})
    assert b"v:shape " not in b"".join(d for n, d in parts(cleared).items() if n.endswith(".vml"))


def test_other_peoples_comments_stay(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "S"
    sheet["A1"].comment = Comment("我的备注", "王工")
    sheet["B2"].comment = Comment("see mail", "Li")
    source = tmp_path / "theirs.xlsx"
    book.save(source)
    made = annotated(tmp_path, source, {"S": {(1, 1): "one", (3, 3): "two"}})
    assert comments(made) == {
        ("S", "A1"): "我的备注\n———\ncfp-xl:\none",
        ("S", "B2"): "see mail",
        ("S", "C3"): "cfp-xl:\ntwo",
    }
    assert comments(annotated(tmp_path, made, {"S": {(1, 1): "three"}})) == {
        ("S", "A1"): "我的备注\n———\ncfp-xl:\nthree",
        ("S", "B2"): "see mail",
    }
    assert comments(annotated(tmp_path, made, {})) == {
        ("S", "A1"): "我的备注",
        ("S", "B2"): "see mail",
    }


# Excel's own drawings are no well-formed XML.
LOOSE = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml"><v:shape id="_x0000_s2051"><v:textbox><br>'
    "</v:textbox><x:ClientData><x:Row>8</x:Row><x:Column>5</x:Column></x:ClientData></v:shape></xml>"
)


@pytest.mark.parametrize(
    ("after_data", "dxfs", "children"),
    [
        ("", "", "sheetData conditionalFormatting legacyDrawing"),
        (
            "<pageMargins/>",
            '<dxfs count="0"/>',
            "sheetData conditionalFormatting pageMargins legacyDrawing",
        ),
        (
            '<sheetProtection sheet="1"/><conditionalFormatting sqref="A1"/><dataValidations/>'
            "<drawing/><tableParts/><extLst/>",
            '<dxfs count="1"><dxf><font/></dxf></dxfs>',
            "sheetData sheetProtection conditionalFormatting conditionalFormatting dataValidations "
            "drawing legacyDrawing tableParts extLst",
        ),
    ],
)
def test_elements_stand_where_excel_wants_them(
    write_parts: WriteParts, tmp_path: Path, after_data: str, dxfs: str, children: str
) -> None:
    source = write_parts(
        parts_of(
            {"S": f"<sheetData/>{after_data}"},
            more={
                "xl/styles.xml": STYLES.format(dxfs=dxfs),
                "[Content_Types].xml": "<Types></Types>",
            },
            more_links=f'<Relationship Id="st" Type="{LINKS}/styles" Target="styles.xml"/>',
        )
    )
    made = parts(annotated(tmp_path, source, {"S": {(9, 6): "look"}}))
    sheet = made["xl/worksheets/sheet1.xml"].decode()
    found = re.findall(r"<(\w+)[^>]*>", re.sub(r"<cfRule.*?</cfRule>", "", sheet))[1:]
    assert " ".join(found).startswith(children)
    styles = made["xl/styles.xml"].decode()
    count = styles.count("<dxf>")
    assert f'<dxfs count="{count}">' in styles
    assert f'dxfId="{count - 1}"' in sheet
    assert styles.index("cellStyles") < styles.index("<dxfs") < styles.index("tableStyles")


def test_a_drawing_that_is_no_xml_is_kept_to_the_byte(
    write_parts: WriteParts, tmp_path: Path
) -> None:
    rels = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{LINKS}/vmlDrawing" Target="../drawings/v.vml"/>'
        "</Relationships>"
    )
    source = write_parts(
        parts_of(
            {"S": f'<sheetData/><legacyDrawing xmlns:r="{LINKS}" r:id="rId1"/>'},
            more={
                "xl/styles.xml": STYLES.format(dxfs=""),
                "[Content_Types].xml": "<Types></Types>",
                "xl/worksheets/_rels/sheet1.xml.rels": rels,
                "xl/drawings/v.vml": LOOSE,
            },
            more_links=f'<Relationship Id="st" Type="{LINKS}/styles" Target="styles.xml"/>',
        )
    )
    made = annotated(tmp_path, source, {"S": {(1, 1): "look"}})
    drawing = parts(made)["xl/drawings/v.vml"].decode()
    assert drawing.startswith(LOOSE.removesuffix("</xml>"))
    assert 'id="_x0000_s2052"' in drawing
    assert (
        parts(annotated(tmp_path, made, {}))["xl/drawings/v.vml"].decode().count("<v:shape ") == 1
    )


def test_a_workbook_without_styles_gets_comments_only(
    write_parts: WriteParts, tmp_path: Path
) -> None:
    types = {"[Content_Types].xml": "<Types></Types>"}
    source = write_parts(parts_of({"S": "<sheetData/>"}, more=types))
    made = parts(annotated(tmp_path, source, {"S": {(1, 1): "look"}}))
    assert "cfp-xl:\nlook" in made["xl/comments1.xml"].decode()
    assert "conditionalFormatting" not in made["xl/worksheets/sheet1.xml"].decode()


@pytest.mark.parametrize(
    ("comments_part", "drawing"),
    [
        (f'<comments xmlns="{MAIN}"/>', b""),
        (f'<comments xmlns="{MAIN}"><commentList/></comments>', b"<xml>\xd6\xd0</xml>"),
        (
            f'<comments xmlns="{MAIN}"><commentList><comment ref="A1"/></commentList></comments>',
            '<?xml version="1.0" encoding="UTF-16"?><xml></xml>'.encode("utf-16"),
        ),
    ],
    ids=["empty", "another encoding", "utf-16"],
)
def test_what_strangers_programs_write_is_borne(
    write_parts: WriteParts, tmp_path: Path, comments_part: str, drawing: bytes
) -> None:
    rels = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{LINKS}/vmlDrawing" Target="../v.vml"/>'
        f'<Relationship Id="rId2" Type="{LINKS}/comments" Target="../comments9.xml"/>'
        "</Relationships>"
    )
    more: dict[str, str | bytes] = {
        "[Content_Types].xml": "<Types></Types>",
        "xl/worksheets/_rels/sheet1.xml.rels": rels,
        "xl/comments9.xml": comments_part,
        "xl/v.vml": drawing,
    }
    source = write_parts(parts_of({"S": "<sheetData/>"}, more=more))
    made = parts(annotated(tmp_path, source, {"S": {(1, 1): "look", (2, 2): "too"}}))
    assert "too" in made["xl/comments9.xml"].decode()
    encoding = "utf-16" if drawing.startswith(b"\xff\xfe") else "latin-1"
    assert "<x:Row>1</x:Row>" in made["xl/v.vml"].decode(encoding)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a < b & c", "a < b & c"),
        ("=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0"),
        ("bell \x07", "bell _x0007_"),
        ("长" * 3000, "长" * 1999 + "…"),
    ],
    ids=["markup", "formula", "control", "long"],
)
def test_any_text_can_stand_in_a_comment(tmp_path: Path, text: str, shown: str) -> None:
    made = annotated(tmp_path, TEMPLATE, {"产品": {(8, 2): text}})
    assert comments(made) == {("产品", "B8"): f"cfp-xl:\n{shown}"}
