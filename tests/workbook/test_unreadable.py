"""What is no workbook, or a hostile one, is refused with a finding that says what to do."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from cfp_xl.findings import kinds
from cfp_xl.workbook.reading import container
from cfp_xl.workbook.reading.read import Unreadable, read_workbook

OLE = container.OLE_MAGIC + bytes(504)


def directory(*names: str) -> bytes:
    """An OLE file with streams of these names."""
    return OLE + b"".join(name.encode("utf-16-le").ljust(64, b"\0") for name in names)


def zipped(**parts: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, content in parts.items():
            archive.writestr(part.replace("__", "/").replace("_dot_", "."), content)
    return buffer.getvalue()


NOT_WORKBOOKS = [
    # name of the file, content, code, case
    ("a.xlsx", b"", "W04", ""),
    ("a.xlsx", b"%PDF-1.7 \xe2\xe3", "W01", "pdf"),
    ("a.xls", b"<html><body><table>", "W01", "html"),
    ("a.csv", "日期,数量\n2025-01-01,5\n".encode(), "W01", "text"),
    ("a.csv", "日期,数量\n".encode("gbk"), "W01", "text"),
    ("~$a.xlsx", b"\x05Owner" + bytes(159), "W01", "lock"),
    ("a.xlsx", bytes(range(256)), "W01", ""),
    ("a.xls", directory("Root Entry", "Workbook"), "W02", ""),
    ("a.xlsx", directory("Root Entry", "Workbook"), "W02", "disguised"),
    ("a.xls", directory("Root Entry", "Book"), "W02", ""),
    ("a.xls", b"\x09\x08\x10\x00\x00\x06", "W02", ""),
    ("a.xls", b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>', "W02", "xml2003"),
    ("a.xlsx", directory("Root Entry", "EncryptionInfo", "EncryptedPackage"), "W03", ""),
    ("a.doc", directory("Root Entry", "WordDocument"), "W01", "office97"),
    ("a.xlsx", b"PK\x05\x06" + bytes(18), "W01", "zip"),
    ("a.zip", zipped(readme=b"hello"), "W01", "zip"),
    ("a.docx", zipped(word__document_dot_xml=b"<x/>"), "W01", "docx"),
    ("a.ods", zipped(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"), "W01", "ods"),
    ("a.xlsb", zipped(xl__workbook_dot_bin=b"\x83\x01"), "W01", "xlsb"),
    ("a.xlsx", zipped(xl__styles_dot_xml=b"<x/>"), "W08", ""),
    ("a.xlsx", b"PK\x03\x04 and nothing more", "W05", ""),
]


def refusal(path: Path) -> tuple[str, str]:
    with pytest.raises(Unreadable) as caught:
        read_workbook(path)
    finding = caught.value.finding
    for lang in ("zh", "en"):
        assert finding.message(lang)
        assert finding.hint(lang)
        assert "{" not in caught.value.say(lang)
    return finding.code, finding.case


@pytest.mark.parametrize(("name", "content", "code", "case"), NOT_WORKBOOKS)
def test_other_files_are_called_by_their_name(
    tmp_path: Path, name: str, content: bytes, code: str, case: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert refusal(path) == (code, case)


def test_paths_that_lead_to_no_file(tmp_path: Path) -> None:
    assert refusal(tmp_path / "absent.xlsx") == ("W10", "")
    assert refusal(tmp_path) == ("W10", "folder")


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.xlsx")
    assert refusal(tmp_path / "a.xlsx") == ("W10", "no_file")


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><c r="A1"><v>15</v></c><c r="A1"><v>99</v></c></row>',
        '<row r="1"><c r="A1"><v>15</v></c></row><row r="1"><c r="A1"><v>99</v></c></row>',
        '<row r="1"><c r="A1"><f>1+1</f><f>A2</f><v>2</v></c></row>',
        '<row r="1"><c r="A1"><f>1+1</f><v>2</v><v>99</v></c></row>',
        '<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is><is><t>b</t></is></c></row>',
        '<row r="1"><c r="A1"><v>15</v></c></row></sheetData><sheetData>'
        '<row r="1"><c r="A1"><v>99</v></c></row>',
    ],
)
def test_what_stands_twice_is_not_read_either_way(
    write_sheets: Callable[..., Path], rows: str
) -> None:
    """Excel, LibreOffice and we might each show another of the two."""
    assert refusal(write_sheets({"S": f"<sheetData>{rows}</sheetData>"})) == ("W08", "twice")


@pytest.fixture
def good(write_sheets: Callable[..., Path]) -> Path:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n * 7919}</v></c></row>' for n in range(1, 200))
    return write_sheets({"S": f"<sheetData>{rows}</sheetData>"})


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_truncated_file(good: Path, share: float) -> None:
    data = good.read_bytes()
    good.write_bytes(data[: int(len(data) * share)])
    assert refusal(good) == ("W05", "")


def test_every_single_flipped_byte_in_a_part_is_noticed(good: Path) -> None:
    """A wrong byte in compressed data must never be read as another number."""
    data = bytearray(good.read_bytes())
    with zipfile.ZipFile(good) as archive:
        info = archive.getinfo("xl/worksheets/sheet1.xml")
    start = info.header_offset + 30 + len(info.filename)
    for at in range(start, start + info.compress_size, 37):
        broken = bytearray(data)
        broken[at] ^= 0x10
        good.write_bytes(broken)
        assert refusal(good)[0] in {"W05", "W07"}


def test_a_part_without_a_name(good: Path) -> None:
    """Found by fuzzing: `zipfile` itself fails on it."""
    data = bytearray(good.read_bytes())
    record = data.index(b"PK\x01\x02")
    name_length, extra_length = (data[record + 28], data[record + 30])
    name = data[record + 46 : record + 46 + name_length]
    data[record + 46 : record + 46 + name_length] = b"\0" + name[1:]  # ends the name for zipfile
    assert not extra_length
    good.write_bytes(data)
    assert refusal(good) == ("W05", "")


def test_two_parts_of_one_name(good: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(good, "a") as archive:
        archive.writestr("xl/worksheets/sheet1.xml", "<worksheet/>")
    assert refusal(good) == ("W05", "duplicate")


def test_two_parts_whose_names_differ_in_case_only(good: Path) -> None:
    with zipfile.ZipFile(good, "a") as archive:
        archive.writestr("XL/Worksheets/Sheet1.xml", "<worksheet/>")
    assert refusal(good) == ("W05", "duplicate")


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/media/image1.png"])
def test_a_zip_bomb(write_sheets: Callable[..., Path], part: str) -> None:
    path = write_sheets({"S": "<sheetData/>"}, more={part: b" " * (container.RATIO_FREE_BYTES * 2)})
    assert refusal(path) == ("W06", "")


def test_a_zip_bomb_that_lies_about_its_size(write_sheets: Callable[..., Path]) -> None:
    """The directory claims 100 bytes; what comes out is measured, or fails its checksum."""
    bomb = b"<worksheet>" + b" " * (container.RATIO_FREE_BYTES * 2)
    path = write_sheets({"S": ""}, more={"xl/worksheets/sheet1.xml": bomb})
    size = len(bomb).to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(size, (100).to_bytes(4, "little")))
    assert refusal(path)[0] in {"W05", "W06"}


def test_too_many_parts(write_parts: Callable[..., Path]) -> None:
    path = write_parts({f"p{n}": b"" for n in range(container.MAX_PARTS + 1)})
    assert refusal(path) == ("W06", "parts")


BOMB = '<!DOCTYPE worksheet [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
FILE = '<!DOCTYPE worksheet [<!ENTITY f SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize("doctype", [BOMB, FILE, "<!DOCTYPE worksheet>"])
@pytest.mark.parametrize(
    "part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "_rels/.rels", "docProps/custom.xml"]
)
def test_a_doctype_is_refused(write_sheets: Callable[..., Path], doctype: str, part: str) -> None:
    content = f"{doctype}<worksheet><sheetData/></worksheet>"
    assert refusal(write_sheets({"S": ""}, more={part: content})) == ("W07", "")


@pytest.mark.parametrize(
    "xml", ["<worksheet><sheetData>", "", "text", "<worksheet>\x01</worksheet>"]
)
def test_broken_xml(write_sheets: Callable[..., Path], xml: str) -> None:
    path = write_sheets({"S": ""}, more={"xl/worksheets/sheet1.xml": xml})
    assert refusal(path) == ("W07", "syntax")


BAD_CELLS = [
    ('<row r="1048577"/>', "W09", ""),
    ('<row r="0"/>', "W09", ""),
    ('<row r="1"><c r="XFE1"><v>1</v></c></row>', "W09", ""),
    ('<row r="1"><c r="A1048577"><v>1</v></c></row>', "W09", ""),
    ('<row r="1"><c r="1A"><v>1</v></c></row>', "W08", "cell"),
    ('<row r="one"/>', "W08", "number"),
    (f'<row r="{"9" * 5000}"/>', "W08", "number"),
    ('<row r="1"><c r="A1" t="s"><v>7</v></c></row>', "W08", "string"),
    ('<row r="1"><c r="A1" cm="x"><f>1</f></c></row>', "W08", "number"),
]


@pytest.mark.parametrize(("rows", "code", "case"), BAD_CELLS)
def test_cells_where_none_can_be(
    write_sheets: Callable[..., Path], rows: str, code: str, case: str
) -> None:
    assert refusal(write_sheets({"S": f"<sheetData>{rows}</sheetData>"})) == (code, case)


def test_a_sheet_without_its_part(write_parts: Callable[..., Path], good: Path) -> None:
    with zipfile.ZipFile(good) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    del parts["xl/worksheets/sheet1.xml"]
    assert refusal(write_parts(parts)) == ("W08", "")
    del parts["xl/_rels/workbook.xml.rels"]
    assert refusal(write_parts(parts)) == ("W08", "sheet")


def test_more_cells_than_memory_should_hold(
    write_sheets: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cfp_xl.workbook.reading.read.MAX_CELLS", 3)
    two = '<sheetData><row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>1</v></c></row></sheetData>'
    assert refusal(write_sheets({"S": two, "T": two})) == ("W06", "cells")


def test_every_refusal_is_in_the_catalogue_with_both_languages() -> None:
    for code in (f"W{n:02}" for n in range(1, 12)):
        kind = kinds()[code]
        assert all(text.zh and text.en for text in kind.messages.values())
