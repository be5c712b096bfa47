"""Texts, pictures and translations that people write for the report, and that it takes."""

from __future__ import annotations

import io
import re
import zipfile
from base64 import b64decode
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.drawing.image import Image as Placed
from openpyxl.workbook.defined_name import DefinedName
from PIL import Image

from cfp_xl.cli import run
from cfp_xl.messages import Lang
from cfp_xl.report.document.docx_writer import write_docx
from cfp_xl.report.document.html_writer import write_html
from cfp_xl.report.document.model import (
    ReportCell,
    ReportDocument,
    ReportPhoto,
    ReportTable,
    printed,
)
from cfp_xl.report.document.outline import document_of
from cfp_xl.report.document.pdf_writer import write_pdf
from cfp_xl.report.document.photos import photos_of
from cfp_xl.schema.opened import open_file, refreshed
from cfp_xl.templates.upgrade import upgrade
from cfp_xl.workbook.writing.freeze import freeze
from tests.exchange.products import write_product
from tests.report.test_product_report import ROOT, source

BOX = ROOT / "workbooks" / "meter-box.xlsx"
TRANSLATIONS = [
    ["text", "translation"],
    ["Lamp", "台灯"],
    ["steel", "钢材"],
    ["power", "电力"],
    ["materials", "材料"],
]


def picture(kind: str, size: tuple[int, int] = (60, 30)) -> io.BytesIO:
    file = io.BytesIO()
    Image.new("RGB", size, (10, 120, 80)).save(file, kind)
    file.seek(0)
    return file


def put(book: Workbook, file: io.BytesIO, cell: str) -> None:
    placed = Placed(file)
    book["texts"].add_image(placed, cell)


@cache
def made() -> bytes:
    """An English product with a flow chart and a photo, and words in Chinese for some of it."""
    with TemporaryDirectory() as folder:
        path = write_product(Path(folder) / "lamp.xlsx")
        book = load_workbook(path)
    sheet = book.create_sheet("texts")
    for row, (name, words, other) in enumerate(
        (
            ("issuer", "Bureau", None),
            ("company_profile", "We make lamps.", "我们生产灯具。"),
            ("goal", "For buyers.", None),
            ("flow_description", "Parts, then lamps.", "先零件，后灯具。"),
        ),
        start=2,
    ):
        sheet.cell(row, 2, words)
        sheet.cell(row, 3, other)
        for suffix, column in (("", "B"), ("_translation", "C")):
            key = f"cfp_{name}{suffix}"
            book.defined_names[key] = DefinedName(key, attr_text=f"texts!${column}${row}")
    names = book.create_sheet("names")
    for line in TRANSLATIONS:
        names.append(line)
    block = f"names!$A$1:$B${len(TRANSLATIONS)}"
    book.defined_names["cfp_translations"] = DefinedName("cfp_translations", attr_text=block)
    put(book, picture("PNG"), "D3")
    put(book, picture("JPEG", (30, 90)), "A9")  # below the last text: it belongs to that
    put(book, picture("GIF"), "D5")
    put(book, picture("PNG"), "D2")  # beside the issuer, who has no pictures
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@cache
def report(lang: Lang) -> ReportDocument:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "lamp.xlsx"
        path.write_bytes(made())
        return document_of(source(path, lang))


def photos(document: ReportDocument) -> list[tuple[str, str]]:
    return [(b.caption, b.raster.kind) for b in document.blocks if isinstance(b, ReportPhoto)]


def said(document: ReportDocument) -> str:
    return printed(tuple(document.pieces()))


def test_pictures_are_taken_by_the_row_they_stand_at() -> None:
    found = photos(report("en"))
    assert [(re.sub(r"\d+", "n", caption), kind) for caption, kind in found] == [
        ("Figure n Profile of the company", "png"),
        ("Figure n Process flow", "jpeg"),
    ]
    assert report("en").left_out == (("texts!A5", "kind"), ("texts!A2", "no_text"))
    numbers = [int(n) for n in re.findall(r"Figure (\d+)", said(report("en")))]
    assert numbers == sorted(set(numbers)) == list(range(1, len(numbers) + 1))


def test_every_format_has_the_pictures() -> None:
    document = report("en")
    files = [b.raster.data for b in document.blocks if isinstance(b, ReportPhoto)]
    page = write_html(document).decode()
    shown = re.findall('src="data:image/[a-z]+;base64,([^"]+)"', page)
    assert [b64decode(one) for one in shown] == files
    with zipfile.ZipFile(io.BytesIO(write_docx(document))) as package:
        media = [package.read(name) for name in package.namelist() if "/media/" in name]
    assert all(one in media for one in files)
    assert write_pdf(document).startswith(b"%PDF")
    assert write_html(report("en")) == page.encode()


def test_a_report_in_the_other_language_takes_translations_and_marks_what_lacks() -> None:
    document = report("zh")
    words = said(document)
    assert "我们生产灯具。" in words
    assert "We make lamps." not in words
    assert "先零件，后灯具。" in words
    assert {"钢材", "材料"} <= {printed(c.pieces) for c in cells(document)}
    gaps: Mapping[str, str] = {one.text: one.place("zh") for one in document.gaps}
    assert gaps["motor（待译）"] == "写入工作簿的“译名”表"
    assert gaps["For buyers.（待译）"] == "填 texts!C4"
    assert not any("steel" in one or "L-1" in one for one in gaps)


def cells(document: ReportDocument) -> Iterator[ReportCell]:
    for block in document.blocks:
        if isinstance(block, ReportTable):
            yield from (cell for row in block.rows for cell in row)


def test_in_its_own_language_nothing_is_translated() -> None:
    words = said(report("en"))
    assert "We make lamps." in words
    assert "钢材" not in words
    assert not [one for one in report("en").gaps if "translat" in one.text]


@pytest.mark.parametrize("audience", ["customer", "own"])
def test_the_example_in_english_has_no_chinese_of_its_own(audience: str) -> None:
    """Publishers of factors are called as they call themselves."""
    document = document_of(source(BOX, "en", audience))
    assert document.gaps == ()
    left = set(re.findall("[\u4e00-\u9fff]+", said(document)))
    assert left & {"零部件", "钢板箱体", "外购电力", "电能计量箱", "台", "示例"} == set()
    assert "Freighting goods / HGV (all diesel) / All HGVs / Average laden" in said(document)
    assert left & {"货运", "材料", "公路货车", "全国电力平均碳足迹因子", "年"} == set()


def test_texts_pictures_and_translations_survive_upgrade_freeze_and_archive(
    tmp_path: Path,
) -> None:
    """Word for word and pixel for pixel, as the report takes them."""
    book = load_workbook(ROOT / "workbooks" / "bxd2.xlsx")
    sheet = book["报告文字"]
    sheet["B18"], sheet["C18"] = "供客户比较", "For customers to compare"
    sheet.add_image(Placed(picture("PNG")), "E19")
    book["译名"]["A7"], book["译名"]["B7"] = "柴油", "diesel of our own"
    source_file, frozen, packed = (tmp_path / n for n in ("a.xlsx", "frozen.xlsx", "a.zip"))
    book.save(source_file)
    upgraded = tmp_path / "upgraded.xlsx"
    upgraded.write_bytes(refreshed(upgrade(source_file.read_bytes(), source_file).data, upgraded))
    freeze(open_file(upgraded), frozen, ("2026-11-23", "cn-2026@1"), "zh")
    assert run(["archive", str(upgraded), "-o", str(packed)]) in (0, 1)
    with zipfile.ZipFile(packed) as package:
        (name,) = (n for n in package.namelist() if n.endswith("upgraded.xlsx"))
        assert package.read(name) == upgraded.read_bytes()
    for path in (source_file, upgraded, frozen):
        opened = open_file(path)
        product = opened.cached.product
        assert product is not None
        assert product.other_facts["goal"].text == "供客户比较"
        assert product.other_facts["goal_translation"].text == "For customers to compare"
        named = {row.text("text"): row.text("translation") for row in product.rows("translations")}
        assert named["柴油"] == "diesel of our own"
        found = photos_of(opened, product).by_entry
        assert {entry: [one.raster.data for one in those] for entry, those in found.items()} == {
            "flow_description": [picture("PNG").getvalue()]
        }
