"""A colleague opens the report in LibreOffice Writer and saves it: nothing of it is lost."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from lxml import etree

from cfp_xl.cli import run

pytestmark = pytest.mark.client
METER_BOX = Path(__file__).parents[2] / "workbooks" / "meter-box-with-suppliers.xlsx"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "report.docx"
    assert run(["report", str(METER_BOX), "-o", str(path), "--lang", "zh"]) == 0
    return path


def texts(path: Path) -> list[str]:
    """Of every paragraph: contents, tables, captions too; a line break is a blank."""
    body = docx.Document(str(path)).element.body
    return ["".join(one.itertext(f"{W}t")) for one in body.iter(f"{W}p")]


def styles(path: Path) -> list[tuple[str, str]]:
    """Headings and captions with the styles that contents and lists of tables go by."""
    document = docx.Document(str(path))
    found = ((one.style, one.text) for one in document.paragraphs)
    named = ((style.name or "", text) for style, text in found if style is not None)
    return [(name, text) for name, text in named if name.startswith(("Heading", "Caption"))]


def descriptions(path: Path) -> list[str]:
    """What pictures are said to show to those who don't see them."""
    with zipfile.ZipFile(path) as package:
        root = etree.fromstring(package.read("word/document.xml"))
    found = (one.get("descr") for one in root.iter("{*}docPr"))
    return [one for one in found if one]


def tables(path: Path) -> list[list[list[str]]]:
    """The texts of cells by table and row."""
    body = docx.Document(str(path)).element.body
    return [
        [["".join(c.itertext(f"{W}t")) for c in row.iter(f"{W}tc")] for row in one.iter(f"{W}tr")]
        for one in body.iter(f"{W}tbl")
    ]


def margins(path: Path) -> list[str]:
    """What is printed at the top and bottom of each page, numbers of pages aside."""
    section = docx.Document(str(path)).sections[0]
    places = (section.header, section.footer)
    return [re.sub(r"第.*", "", " ".join(p.text for p in one.paragraphs)) for one in places]


def test_writer_keeps_what_it_opens(
    report: Path, convert: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    saved = convert(report, "docx")
    assert texts(saved) == texts(report)
    assert styles(saved) == styles(report)
    assert descriptions(saved) == descriptions(report)
    assert len(descriptions(report)) == 4
    assert margins(saved) == margins(report)
    assert tables(saved) == tables(report)
    assert len(docx.Document(str(saved)).inline_shapes) == 4
    capsys.readouterr()
    assert run(["report", str(METER_BOX), "--check", str(saved), "--lang", "zh"]) in (0, 1)
    assert "报告中的数字都与工作簿相同" in capsys.readouterr().out
