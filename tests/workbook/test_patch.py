"""Patched values: those of the cells named, and not one byte besides."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cfp_xl.functions.values import ExcelError, Scalar
from cfp_xl.outputs import NotWritten, WouldOverwrite
from cfp_xl.workbook.reading.container import open_package
from cfp_xl.workbook.reading.read import read_workbook
from cfp_xl.workbook.writing.patch import patch_sheet, patch_values

CELLS = [
    # a cell, the value, the same cell afterwards
    ('<c r="A1" s="3"><f>B1</f><v>1</v></c>', 2.5, '<c r="A1" s="3"><f>B1</f><v>2.5</v></c>'),
    ('<c r="A1"><f>B1</f><v>0.1000</v></c>', 0.1, '<c r="A1"><f>B1</f><v>0.1000</v></c>'),
    ('<c r="A1"><f>B1</f></c>', 3.0, '<c r="A1"><f>B1</f><v>3</v></c>'),
    ('<c r="A1"><f>B1</f><v/></c>', 3.0, '<c r="A1"><f>B1</f><v>3</v></c>'),
    ('<c r="A1"><f si="0" t="shared"/></c>', 1.0, '<c r="A1"><f si="0" t="shared"/><v>1</v></c>'),
    (
        '<c r="A1" t="str" s="1"><f>B1</f><v>x</v></c>',
        1.0,
        '<c r="A1" s="1"><f>B1</f><v>1</v></c>',
    ),
    (
        '<c r="A1"><f>B1</f><v>1</v></c>',
        ExcelError.NA,
        '<c r="A1" t="e"><f>B1</f><v>#N/A</v></c>',
    ),
    (
        "<c t='e' r='A1'><f>B1</f><v>#N/A</v></c>",
        True,
        "<c t=\"b\" r='A1'><f>B1</f><v>1</v></c>",
    ),
    (
        '<c r="A1"><f>B1</f><v>1</v></c>',
        "a<b & c",
        '<c r="A1" t="str"><f>B1</f><v>a&lt;b &amp; c</v></c>',
    ),
    (
        '<c r="A1" t="str"><f>B1</f><v>1</v></c>',
        " x ",
        '<c r="A1" t="str"><f>B1</f><v xml:space="preserve"> x </v></c>',
    ),
    ('<c r="A1"><f>B1</f><v>1</v></c>', "", '<c r="A1" t="str"><f>B1</f><v/></c>'),
    ('<c r="A1"><f>B1</f><v>1</v></c>', None, '<c r="A1"><f>B1</f></c>'),
    (
        '<x:c r="A1"><x:f>"&lt;v>"</x:f><x:v>1</x:v></x:c>',
        2.0,
        '<x:c r="A1"><x:f>"&lt;v>"</x:f><x:v>2</x:v></x:c>',
    ),
    ('<c r="A1" s="2"/>', 2.0, '<c r="A1" s="2"><v>2</v></c>'),
]


@pytest.mark.parametrize(("cell", "value", "expected"), CELLS)
def test_one_cell(cell: str, value: Scalar, expected: str) -> None:
    around = '<?xml version="1.0"?>\r\n<!-- <c r="A1"/> --><s><row r="1" >%s<c r="B1"/></row></s>'
    patched, missing = patch_sheet((around % cell).encode(), {(1, 1): value})
    assert patched.decode() == around % expected
    assert missing == []


def test_cells_without_addresses_and_cells_that_are_not_there() -> None:
    xml = b"<s><row><c><v>1</v></c><c><f>A1</f><v>1</v></c></row><row><c><f>B1</f></c></row></s>"
    patched, missing = patch_sheet(xml, {(1, 2): 7.0, (2, 1): 8.0, (5, 5): 9.0})
    assert patched == (
        b"<s><row><c><v>1</v></c><c><f>A1</f><v>7</v></c></row>"
        b"<row><c><f>B1</f><v>8</v></c></row></s>"
    )
    assert missing == [(5, 5)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_the_encoding_stays(encoding: str) -> None:
    declared = {"gb18030": '<?xml version="1.0" encoding="gb18030"?>'}.get(encoding, "")
    xml = declared + '<s><row r="1"><c r="A1"><f>"电力"</f><v>%s</v></c></row></s>'
    patched, _ = patch_sheet((xml % "1").encode(encoding), {(1, 1): 2.0})
    assert patched == (xml % "2").encode(encoding)


@pytest.fixture
def source(write_sheets: Callable[..., Path]) -> Path:
    rows = (
        '<row r="1"><c r="A1"><v>2</v></c><c r="B1"><f>A1*2</f><v>4</v></c></row>'
        '<row r="2"><c r="B2"><f>A1*3</f><v>6</v></c></row>'
    )
    path = write_sheets(
        {"数据": f"<sheetData>{rows}</sheetData>", "T": "<sheetData/>"},
        more={"xl/media/image1.png": bytes(range(256)) * 9},
    )
    with zipfile.ZipFile(path, "a") as archive:
        archive.comment = b"a comment"
        stored = zipfile.ZipInfo("stored.txt", (1999, 12, 31, 23, 59, 58))
        stored.extra = b"\x99\x99\x02\x00ok"
        archive.writestr(stored, b"as it is")
    return path


def records(path: Path) -> dict[str, tuple[bytes, object]]:
    """Each part's compressed bytes as they lie, and what the directory says of it."""
    data = path.read_bytes()
    found: dict[str, tuple[bytes, object]] = {}
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            name, extra = struct.unpack_from("<2H", data, info.header_offset + 26)
            start = info.header_offset + 30 + name + extra
            local = data[info.header_offset : start]
            about = (info.date_time, info.compress_type, info.extra, info.external_attr)
            found[info.filename] = (local + data[start : start + info.compress_size], about)
    return found


def test_every_other_part_stays_byte_for_byte(source: Path, tmp_path: Path) -> None:
    before = source.read_bytes()
    target = tmp_path / "out.xlsx"
    left = patch_values(open_package(source), target, {("数据", 1, 2): 5.0, ("数据", 9, 9): 1.0})
    assert left == (("数据", 9, 9),)
    assert source.read_bytes() == before
    old, new = records(source), records(target)
    assert list(old) == list(new)
    assert {name for name in old if old[name] != new[name]} == {"xl/worksheets/sheet1.xml"}
    assert old["xl/worksheets/sheet1.xml"][1] == new["xl/worksheets/sheet1.xml"][1]
    with zipfile.ZipFile(source) as a, zipfile.ZipFile(target) as b:
        part = "xl/worksheets/sheet1.xml"
        assert b.read(part) == a.read(part).replace(b"<v>4</v>", b"<v>5</v>")
        assert b.comment == b"a comment"
        assert b.testzip() is None


def test_nothing_to_write_gives_the_same_file(source: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.xlsx"
    patch_values(open_package(source), target, {})
    assert target.read_bytes() == source.read_bytes()


@given(
    st.lists(
        st.one_of(
            st.floats(allow_nan=False, allow_infinity=False),
            st.text(st.characters(exclude_categories=["Cs"])),
            st.booleans(),
            st.sampled_from(list(ExcelError)),
        ),
        min_size=2,
        max_size=2,
    )
)
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, values: list[Scalar]
) -> None:
    folder = tmp_path_factory.mktemp("patch")
    cells = {(1, 2): values[0], (2, 2): values[1]}
    xml = (
        '<worksheet><sheetData><row r="1"><c r="B1"><f>A1</f></c></row>'
        '<row r="2"><c r="B2" t="str"><f>A1</f><v>x</v></c></row></sheetData></worksheet>'
    )
    patched, _ = patch_sheet(xml.encode(), cells)
    path = folder / "b.xlsx"
    links = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("_rels/.rels", "<Relationships/>")
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns:r="{links}"><sheets><sheet name="S" r:id="a"/></sheets></workbook>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships><Relationship Id="a" Type="{links}/worksheet" '
            'Target="worksheets/sheet1.xml"/></Relationships>',
        )
        archive.writestr("xl/worksheets/sheet1.xml", patched)
    read = read_workbook(path).sheets[0].cells
    assert {key: cell.value for key, cell in read.items()} == cells


def test_a_source_is_never_overwritten(source: Path) -> None:
    before = source.read_bytes()
    with pytest.raises(WouldOverwrite):
        patch_values(open_package(source), source, {("数据", 1, 2): 5.0})
    assert source.read_bytes() == before


def test_a_target_that_cannot_be_written(source: Path, tmp_path: Path) -> None:
    with pytest.raises(NotWritten):
        patch_values(open_package(source), tmp_path / "absent" / "out.xlsx", {})
