"""The report as html, docx and pdf: the same numbers, the same bytes again, and an audit of it."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from cfp_xl.audit.audit import AuditResult, audit_file
from cfp_xl.audit.document import Document
from cfp_xl.audit.read import read_report
from cfp_xl.cli import run
from cfp_xl.exchange.out.study import AUDIENCES
from cfp_xl.findings import Severity
from cfp_xl.report.document.changed import changes_between
from cfp_xl.report.document.fonts import font_for
from cfp_xl.report.document.formats import DOCUMENT_FORMATS
from cfp_xl.report.document.html_writer import write_html
from cfp_xl.report.document.model import (
    CannotReport,
    ReportCell,
    ReportDocument,
    ReportTable,
    ReportText,
)
from cfp_xl.report.document.outline import document_of
from cfp_xl.report.document.pdf_writer import write_pdf
from cfp_xl.report.document.withheld import withheld_words, without
from tests.audit.reports import document as report_text
from tests.exchange.products import ROWS, Cell, write_product
from tests.report.test_product_report import BXD2, ROOT, rows, source, table

KETTLE = ROOT / "tests" / "cases" / "model" / "kettle.xlsx"
METER_BOX = ROOT / "workbooks" / "meter-box-with-suppliers.xlsx"
WORDS = {
    "report_number": "CFP-2026-017",
    "issuer": "某检测有限公司",
    "producer_address": "某省某市某路",
    "company_profile": "生产电器。",
    "product_description": "供家庭使用。",
    "goal": "了解产品各阶段的排放。",
    "limitations": "未包括办公活动。",
    "improvement": "改用绿色电力。",
    "prepared_by": "张三丰",
    "reviewed_by": "李四光",
    "approved_by": "王五郎",
}
OF_KETTLE = {
    "model": "SK-1",
    "standard": "GB/T 24067-2024",
    "allocation_method": "按产量分摊",
    "cut_off": "没有舍去任何排放。",
    "mass_kg": 1.2,
    "site": "CN-ZJ",
    "report_date": "2026-03-01",
    "function": "烧水，使用寿命 5 年",
}


def filled(path: Path, target: Path, facts: Mapping[str, object]) -> Path:
    """A copy of a workbook that states what it lacks, as names that hold constants."""
    made = io.BytesIO()
    constants = {n: v if isinstance(v, float) else f'"{v}"' for n, v in facts.items()}
    names = "".join(
        f'<definedName name="cfp_{name}">{value}</definedName>' for name, value in constants.items()
    )
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            content = old.read(part)
            if part == "xl/workbook.xml":
                for name in constants:
                    own = rf'<definedName name="cfp_{name}"[^>]*>[^<]*</definedName>'
                    content = re.sub(own.encode(), b"", content)
                content = content.replace(b"</definedNames>", names.encode() + b"</definedNames>")
            new.writestr(part, content)
    target.write_bytes(made.getvalue())
    return target


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("reports")


@pytest.fixture(scope="module")
def kettle(folder: Path) -> Path:
    return filled(KETTLE, folder / "kettle.xlsx", WORDS | OF_KETTLE)


@pytest.fixture(scope="module")
def document(kettle: Path) -> ReportDocument:
    return document_of(source(kettle))


@pytest.fixture(scope="module")
def files(folder: Path, document: ReportDocument) -> Mapping[str, Path]:
    found = {}
    for name, form in DOCUMENT_FORMATS.items():
        found[name] = folder / f"report.{name}"
        found[name].write_bytes(form.load()(document))
    return found


@pytest.fixture(scope="module")
def audits(files: Mapping[str, Path], kettle: Path) -> Mapping[str, AuditResult]:
    return {name: audit_file(path, product=kettle) for name, path in files.items()}


def numbers(document: Document) -> Counter[str]:
    """The decimal numbers of paragraphs and tables, each as often as it is printed."""
    text = "\n".join(re.sub(r"\s*\n\s*", " ", one.text) for one in document.texts)
    return Counter(re.findall(r"(?<![\d.#-])\d+\.\d+%?(?![\d.])", text))


def test_the_formats_print_the_same_numbers(
    audits: Mapping[str, AuditResult], document: ReportDocument
) -> None:
    found = {name: numbers(one.report.document) for name, one in audits.items() if one.report}
    assert found["docx"] == found["html"]
    assert found["pdf"] == found["html"]
    stated = Counter(one.text for one in document.numbers if "." in one.text)
    lacks = stated - found["html"]
    assert not lacks, "each number of the model once per mention"


def test_a_gap_is_no_number_left_out(document: ReportDocument) -> None:
    assert not document.gaps


def test_the_audit_is_content_with_the_report(audits: Mapping[str, AuditResult]) -> None:
    """The circle: written, read and audited against the workbook, in all formats."""
    for name, result in audits.items():
        assert result.is_read
        open_ones = [f.message("en") for f in result.findings if f.severity is not Severity.INFO]
        assert open_ones == [], name


def test_the_audit_names_what_the_study_itself_lacks(folder: Path) -> None:
    """The meter box has no bills to allocate (L02). The published report that bxd2 retells left out
    the materials (M02), listed nothing that was cut off (C01), gave no bills (L02), and its service
    life has no use stage (B06); mass, site and day are gaps."""
    for path, known in ((METER_BOX, {"L02"}), (BXD2, {"M02", "C01", "L02", "B06", "R02"})):
        copy = filled(path, folder / path.name, WORDS)
        out = folder / f"{path.stem}.html"
        out.write_bytes(DOCUMENT_FORMATS["html"].load()(document_of(source(copy))))
        result = audit_file(out, product=copy)
        assert {f.code for f in result.findings if f.severity is not Severity.INFO} == known


def test_a_changed_number_is_named_with_its_place(files: Mapping[str, Path], kettle: Path) -> None:
    """463.89 kgCO2e of use, printed in several places: one of them is changed."""
    page = files["html"].read_text("utf-8")
    assert page.count("463.89") > 2
    changed = files["html"].with_name("changed.html")
    changed.write_text(page.replace("463.89", "436.89", 1), "utf-8")
    found = audit_file(changed, product=kettle).findings
    named = [f for f in found if f.severity is Severity.ERROR and "436.89" in f.message("en")]
    assert named


def test_the_same_report_has_the_same_bytes(
    files: Mapping[str, Path], kettle: Path, folder: Path
) -> None:
    """In another process, with another clock, hash seed, folder and locale."""
    code = (
        "import sys, time; real = time.time; time.time = lambda: real() + 4e7\n"
        "from cfp_xl.cli import run\n"
        "for name in ('html', 'docx', 'pdf'):\n"
        "    assert run(['report', sys.argv[1], '-o', f'again.{name}', '--for', 'own']) == 0\n"
    )
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()
    env = os.environ | {"PYTHONHASHSEED": "7", "TZ": "Asia/Shanghai", "LC_ALL": "C.UTF-8"}
    env |= {"PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", code, str(kettle)], cwd=elsewhere, env=env, check=True)
    for name, path in files.items():
        assert (elsewhere / f"again.{name}").read_bytes() == path.read_bytes(), name


def test_a_word_document_names_a_font_for_each_script(files: Mapping[str, Path]) -> None:
    with zipfile.ZipFile(files["docx"]) as package:
        styles = package.read("word/styles.xml").decode()
        body = package.read("word/document.xml").decode()
        assert {one.date_time for one in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    for fonts in re.findall(r"<w:rFonts ([^/]*)/>", styles):
        if "Arial" in fonts:
            assert "w:eastAsia" in fonts
    assert 'descr="' in body
    assert "TOC \\o" in body
    assert "NUMPAGES" in zipfile.ZipFile(files["docx"]).read("word/footer1.xml").decode()


def test_a_pdf_embeds_the_chinese_font(files: Mapping[str, Path], document: ReportDocument) -> None:
    assert b"CJK" in files["pdf"].read_bytes() or "CJK" not in font_for(document).family


def test_without_a_chinese_font_it_says_so(
    document: ReportDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cfp_xl.report.document.fonts._families", dict)
    with pytest.raises(CannotReport, match="No font with Chinese characters was found"):
        DOCUMENT_FORMATS["docx"].load()(document)


def test_a_draft_says_so_in_every_format(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    false = ROOT / "workbooks" / "bxd2-as-published.xlsx"
    for name in ("docx", "pdf"):
        out = folder / f"draft.{name}"
        assert run(["report", str(false), "-o", str(out), "--draft", "--lang", "zh"]) == 0
        assert "字体" in capsys.readouterr().out
    header = zipfile.ZipFile(folder / "draft.docx").read("word/header1.xml").decode()
    assert "草稿，不得对外使用" in header
    import pypdfium2

    pages = pypdfium2.PdfDocument(folder / "draft.pdf")
    assert all("草稿" in page.get_textpage().get_text_range() for page in pages)


STEEL: list[Cell] = ["raw material acquisition", "parts", "part", 2.0, "kg", "STEEL", *[None] * 6]


def test_a_long_inventory_has_all_its_rows(folder: Path) -> None:
    """500 rows of 2 kg of steel at 2 kgCO2e: 2000 kgCO2e, printed with five digits. A hundred are
    in the text, all of them in an annex."""
    found = document_of(source(write_product(folder / "long.xlsx", rows=[STEEL] * 500), "en"))
    inventory = rows(table(found, "Life cycle inventory and emissions"))
    line = [*("raw material acquisition", "part", "2", "kg", "2", "kgCO2e/kg", "4.0")]
    assert inventory[:100] == [line] * 100
    assert inventory[100:] == [
        ["", "others (400)", "", "", "", "", "1600.0"],
        ["Total", "", "", "", "", "", "2000.0"],
    ]
    annex = rows(table(found, "All activities"))
    assert len(annex) == 500
    assert annex[499][2:6] == ["part", "2", "kg", "STEEL"]
    assert annex[499][-1] == "4.0"


def test_no_page_begins_with_the_total_alone(document: ReportDocument) -> None:
    """Whatever the number of rows: one of them comes before the total on its page."""
    import pypdfium2

    head = (tuple(ReportCell((name,)) for name in ("name", "amount")),)
    last = set()
    for count in range(40, 52):
        lines = [(f"row{n}", str(n)) for n in range(count)] + [("SUM", "9")]
        cells = tuple(tuple(ReportCell((words,)) for words in line) for line in lines)
        made = ReportTable("T", head, cells, (0.5, 0.5), frozenset({1}), has_total=True)
        pdf = pypdfium2.PdfDocument(write_pdf(replace(document, cover=(), blocks=(made,))))
        page = pdf[len(pdf) - 1].get_textpage().get_text_range()
        assert "SUM" in page
        assert f"row{count - 1}" in page
        last.add(len(pdf))
    assert len(last) > 1  # some of these tables end on a page of their own


def test_every_kind_of_carbon_has_its_place(folder: Path) -> None:
    """The lamp of tests/exchange/products.py: 557.85 fossil with land use change and methane apart;
    uptake 1.5 and 0.3 burnt lie beside the total of 559.8; motors are made of copper."""
    found = document_of(source(write_product(folder / "lamp.xlsx"), "en"))
    kinds = {row[0]: row[1] for row in rows(table(found, "Result by kind of carbon"))}
    assert kinds["fossil"] == "559.50"
    assert kinds["land use change"] == "0.25"
    assert kinds["biogenic other than CO₂"] == "0.050"
    assert kinds["biogenic CO₂ emitted"] == "0.30"
    assert kinds["biogenic CO₂ taken up"] == "1.50"
    assert kinds["of which aircraft"] == "0.80"
    assert kinds["result (without biogenic CO₂)"] == "559.80"
    assert kinds["with biogenic CO₂"] == "558.60"
    assert rows(table(found, "What the assemblies are made of")) == [
        ["M", "copper", "3", "kg", "7.50"]
    ]
    assert [row[1] for row in rows(table(found, "Emissions and removals beside the result"))] == [
        "wood",
        "wood chips",
    ]


def test_suppliers_are_not_named_to_customers() -> None:
    """Not where somebody typed the name into a reason or an activity either."""
    found = source(METER_BOX, "zh", "customer")
    names = {row.text("supplier") for row in found.product.rows("parts")}
    assert names
    words = withheld_words(found.product)
    assert names <= set(words)
    document = document_of(found)
    typed = ReportText((f"因子取自 {min(names)} 的答复",))
    with_name = replace(document, blocks=(*document.blocks, typed))
    page = write_html(without(with_name, words, "（略）")).decode()
    assert not [name for name in words if name in page]
    assert "因子取自 （略） 的答复" in page


def test_a_name_that_a_picture_cuts_short_is_withheld(folder: Path) -> None:
    """Nor are the letters of it that fit."""
    other = "Lampmakers of the Northern Province Ltd"
    lines = [[*line] for line in ROWS]
    lines[0][2] = f"steel of {other}"
    lines[1][2] = f"wood, as for {other}"
    path = write_product(folder / "named.xlsx", rows=lines, products=("Lamp", other))
    pages = {one: write_html(document_of(source(path, "en", one))).decode() for one in AUDIENCES}
    assert "steel of Lampmakers" in pages["own"]
    assert "Lampm" not in pages["customer"]
    assert "steel of" in pages["customer"]


def test_every_number_that_was_edited_is_named(
    files: Mapping[str, Path], kettle: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A factor that stands in one place only, and a result; what people add is no change."""
    check = ["report", str(kettle), "--for", "own", "--lang", "en", "--check"]
    assert run([*check, str(files["html"])]) == 0
    assert "All numbers of the report are those of the workbook." in capsys.readouterr().out
    page = files["html"].read_text("utf-8")
    head, inventory = page.split("生命周期碳排放清单说明", 1)
    inventory = inventory.replace(">0.5777<", ">0.5779<", 1)
    page = f"{head}生命周期碳排放清单说明{inventory}".replace("463.89", "436.89", 1)
    edited = files["html"].with_name("edited.html")
    edited.write_text(page.replace("<h1 id", "<p>另行说明：共 3 页。</p><h1 id", 1), "utf-8")
    assert run([*check, str(edited)]) == 1
    said = capsys.readouterr().out
    assert "2 numbers of the report are not those of the workbook" in said
    assert "436.89 in the report, 463.89 in the workbook" in said
    assert "0.5779 in the report, 0.5777 in the workbook" in said


NUMBER_IN_WORD = re.compile(r"\d+(?:[.,]\d+)*")
TEXT_IN_WORD = re.compile(r"<w:t(?: [^>]*)?>([^<]*)</w:t>")


def edited_in_word(path: Path, turn: int) -> tuple[bytes, Counter[tuple[str, str]]]:
    """A Word document whose every third number has another first digit, from the given one on;
    each number that was changed, before and after. The contents and pages are Word's own fields."""
    changed = Counter[tuple[str, str]]()
    seen = 0

    def edit(number: re.Match[str]) -> str:
        nonlocal seen
        seen += 1
        if seen % 3 != turn:
            return number[0]
        other = str(int(number[0][0]) % 9 + 1) + number[0][1:]
        changed[number[0], other] += 1
        return other

    def in_paragraph(paragraph: re.Match[str]) -> str:
        if 'w:val="TOC' in paragraph[0] or " PAGE " in paragraph[0]:
            return paragraph[0]
        return TEXT_IN_WORD.sub(
            lambda text: text[0].replace(text[1], NUMBER_IN_WORD.sub(edit, text[1])), paragraph[0]
        )

    made = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(made, "w") as new:
        for part in old.namelist():
            content = old.read(part)
            if part == "word/document.xml":
                words = re.sub(r"<w:p[ >].*?</w:p>", in_paragraph, content.decode(), flags=re.S)
                content = words.encode()
            new.writestr(part, content)
    return made.getvalue(), changed


def test_every_number_that_was_changed_in_word_is_named(
    files: Mapping[str, Path], folder: Path
) -> None:
    """All of them, a third at a time; nothing else is named. Signs and footers too."""
    right, path = read_report(files["docx"]).document, folder / "in-word.docx"
    for turn in range(3):
        made, changed = edited_in_word(files["docx"], turn)
        assert len(changed) > 50
        path.write_bytes(made)
        found = changes_between(right, read_report(path).document)
        named = Counter((one.expected.strip("-−%"), one.seen.strip("-−%")) for one in found)
        assert named == changed
    with zipfile.ZipFile(files["docx"]) as old, zipfile.ZipFile(path, "w") as new:
        for part in old.namelist():
            new.writestr(part, old.read(part).replace(b"CFP-2026-017", b"CFP-2026-018"))
    found = changes_between(right, read_report(path).document)
    assert {(one.expected, one.seen) for one in found} == {("017", "018")}
    assert len(found) > 1


def test_a_lost_sign_is_a_changed_number() -> None:
    right, edited = (
        report_text(f"# 1 结果\n\n避免的排放 {number} kgCO2e，2025-09-28，1–3 月。\n")
        for number in ("-1.25", "1.25")
    )
    (found,) = changes_between(right, edited)
    assert (found.expected, found.seen) == ("-1.25", "1.25")


def test_a_document_of_ones_own_takes_the_report(kettle: Path, folder: Path) -> None:
    """Cover, header and styles stay; the report is where the marker was, as wide as the page."""
    import docx

    own = docx.Document()
    own.add_paragraph("认证机构的封面")
    own.add_paragraph("{{报告}}")
    own.add_paragraph("认证机构的尾页")
    own.sections[0].header.paragraphs[0].text = "认证机构页眉"
    own.styles["Heading 1"].font.name = "Courier New"
    base, out = folder / "base.docx", folder / "based.docx"
    own.save(str(base))
    assert run(["report", str(kettle), "-o", str(out), "--base", str(base), "--lang", "zh"]) == 0
    made = docx.Document(str(out))
    words = [paragraph.text for paragraph in made.paragraphs]
    assert words[0] == "认证机构的封面"
    assert words[-1] == "认证机构的尾页"
    assert "一、概况" in words
    assert "{{报告}}" not in words
    assert made.sections[0].header.paragraphs[0].text == "认证机构页眉"
    assert made.styles["Heading 1"].font.name == "Courier New"
    assert made.tables[0].columns[1].width.inches < 4.33  # of the 6 inches between its margins
    assert run(["report", str(kettle), "-o", str(folder / "x.docx"), "--base", str(out)]) == 2
