"""Files of strangers: what is no report, too much, or hostile is refused with words, not read."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest

from cfp_xl.audit.audit import audit_file, audit_report
from cfp_xl.audit.read import read_report, report_of
from cfp_xl.audit.reading.assemble import assemble
from cfp_xl.audit.reading.bounded import read_bounded, read_here
from cfp_xl.audit.reading.files import within_length
from cfp_xl.cli import run
from cfp_xl.workbook.reading.container import Unreadable
from tests.audit.files import docx_of, html_of, pdf_of
from tests.audit.reports import KETTLE

TINY = "1 结果\n\n碳足迹为 2.0 kgCO2e。\n"


def changed(docx: bytes, name: str, content: bytes) -> bytes:
    """A Word file with a part put in the place of its own."""
    names = {f"word/{name}": content}
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx)) as old, zipfile.ZipFile(file, "w", 8) as new:
        for name in old.namelist():
            if name not in names:
                new.writestr(name, old.read(name))
        for name, data in names.items():
            new.writestr(name, data)
    return file.getvalue()


def refusal(data: bytes, form: str) -> tuple[str, str]:
    with pytest.raises(Unreadable) as caught:
        read_here(data, form)
    return caught.value.finding.code, caught.value.finding.case


def test_word_files_with_what_a_report_does_not_need() -> None:
    docx = docx_of(TINY)
    assert refusal(changed(docx, "vbaProject.bin", b"x"), "docx") == ("W80", "macros")
    entity = b'<!DOCTYPE a [<!ENTITY b "c">]><w:document xmlns:w="x">&b;</w:document>'
    assert refusal(changed(docx, "document.xml", entity), "docx")[0] == "W07"
    bomb = changed(docx, "document.xml", b"<a>" + b" " * 30_000_000 + b"</a>")
    assert refusal(bomb, "docx")[0] == "W06"
    w = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    deep = "<w:tbl><w:tr><w:tc>" * 40 + "</w:tc></w:tr></w:tbl>" * 40
    nested = f'<w:document xmlns:w="{w}"><w:body>{deep}</w:body></w:document>'.encode()
    assert refusal(changed(docx, "document.xml", nested), "docx") == ("W80", "too_deep")
    far = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        b'<Relationship Id="r1" Type="x/attachedTemplate" Target="http://a.invalid/t.dotm"'
        b' TargetMode="External"/></Relationships>'
    )
    rels = changed(docx, "_rels/settings.xml.rels", far)
    assert refusal(rels, "docx") == ("W80", "external")


def test_pdf_files_that_are_damaged_or_do_something() -> None:
    assert refusal(b"%PDF-1.7\n" + b"\0" * 500, "pdf") == ("W80", "damaged")
    script = pdf_of(TINY).replace(b"/Type /Catalog", b"/OpenAction << /S /JavaScript /JS (x) >>")
    assert refusal(script, "pdf") == ("W80", "script")


def test_a_file_is_known_by_its_content(tmp_path: Path) -> None:
    for data, case in (
        (b"\x89PNG\r\n\x1a\n\0\0\0", ""),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old_word"),
        (b"", "not_text"),
    ):
        file = tmp_path / "report.pdf"
        file.write_bytes(data)
        result = audit_file(file)
        if data:
            assert [(f.code, f.case) for f in result.findings] == [("W80", case)]
        assert result.exit_code() == 2
    assert audit_file(tmp_path / "none.pdf").findings[0].case == "no_file"


def test_without_a_figure_nothing_passes(tmp_path: Path) -> None:
    file = tmp_path / "report.txt"
    file.write_text("1 概况\n\n本报告没有数字。\n", "utf-8")
    result = audit_file(file)
    assert (result.exit_code(), [f.code for f in result.findings]) == (2, ["W81"])
    assert run(["audit", str(file), "--fail-on", "never"]) == 2


def test_of_an_ocr_nothing_is_sure(tmp_path: Path) -> None:
    scan, text = tmp_path / "scan.pdf", tmp_path / "ocr.txt"
    scan.write_bytes(pdf_of(TINY))
    text.write_text(KETTLE, "utf-8")
    report = read_report(scan, text)
    assert report.figures
    assert all(one.is_uncertain for one in report.figures)


def test_a_pdf_is_read_in_a_process_of_its_own() -> None:
    raw = read_bounded(pdf_of(TINY), "pdf")
    assert raw.pages == 1
    assert raw == read_here(pdf_of(TINY), "pdf")
    with pytest.raises(Unreadable) as caught:
        read_bounded(b"%PDF-1.7\n" + b"\0" * 500, "pdf")
    assert caught.value.finding.case == "damaged"


def test_pages_beyond_the_limit_and_out_of_time_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    from cfp_xl.audit.reading import pdf

    monkeypatch.setattr(pdf, "MAX_PAGES", 2)
    raw = read_here(pdf_of(TINY, times=4), "pdf")
    assert (raw.pages, raw.unread) == (4, ((3, "limit"), (4, "limit")))
    late = pdf.read_pdf(pdf_of(TINY, times=2), 0.0)
    assert [why for _, why in late.unread][-1:] == ["too_slow"]


@pytest.mark.parametrize(("make", "form"), [(docx_of, "docx"), (html_of, "html")])
def test_without_pages_the_rest_is_named(make: Callable[[str], bytes], form: str) -> None:
    assert read_here(make(KETTLE), form, 0.0).unread == ((0, "rest"),)
    whole = read_here(make(KETTLE), form)
    half = within_length(whole, 300)
    assert (half.blocks, half.unread) == (whole.blocks[: len(half.blocks)], ((0, "too_long"),))
    assert 0 < len(half.blocks) < len(whole.blocks)
    report = report_of(assemble(half, f"report.{form}", "", form))
    said = [(one.case, one.say("en")) for one in audit_report(report).findings if one.code == "W82"]
    assert [case for case, _ in said] == ["too_long"]
    assert "1.7 million characters" in said[0][1]


def test_damaged_bytes_end_in_words() -> None:
    """40 files with bytes changed, cut, doubled or moved: each is read or refused."""
    random = Random(18)
    docx, pdf = docx_of(KETTLE), pdf_of(TINY)
    with zipfile.ZipFile(io.BytesIO(docx)) as parts:
        xml = parts.read("word/document.xml")
    refused = []
    for number in range(40):
        data, form = damaged(pdf, random), "pdf"
        if number % 2:
            inner = changed(docx, "document.xml", damaged(xml, random))
            data, form = (inner if number % 4 == 1 else damaged(docx, random)), "docx"
        with suppress(Unreadable):
            read_here(data, form)
            continue
        refused.append(number)
    assert 0 < len(refused) < 40


def damaged(data: bytes, random: Random) -> bytes:
    """The bytes with a few slips of one kind."""
    found = bytearray(data)
    kind = random.randrange(4)
    for _ in range(random.randrange(1, 12)):
        at = random.randrange(len(found))
        length = random.randrange(1, 40)
        if kind == 0:
            found[at] = random.randrange(256)
        elif kind == 1:
            del found[at : at + length]
        elif kind == 2:
            found[at:at] = found[at : at + length]
        else:
            found[at : at + length] = bytes(random.randrange(256) for _ in range(length))
    return bytes(found)
