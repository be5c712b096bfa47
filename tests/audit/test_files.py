"""The same report as Word, pdf and html gives what its text gives; a real one where it lies."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from cfp_xl.audit.audit import audit_report
from cfp_xl.audit.read import report_of
from cfp_xl.audit.reading.assemble import assemble
from cfp_xl.audit.reading.bounded import read_here
from cfp_xl.audit.record import ReadReport
from tests.audit.files import docx_of, html_of, pdf_of
from tests.audit.reports import HERE, KETTLE, LAMP, report

REAL = Path(__file__).parents[3] / "shared" / "reference" / "report-bxd2.txt"
FORMS: tuple[tuple[str, Callable[[str], bytes]], ...] = (
    ("docx", docx_of),
    ("html", html_of),
    ("pdf", pdf_of),
    ("pdf", lambda text: pdf_of(text, ruled=False)),
)


def read(data: bytes, form: str) -> ReadReport:
    return report_of(assemble(read_here(data, form), f"report.{form}", "", form))


def figures(read: ReadReport) -> list[tuple[str, str, dict[str, str]]]:
    return [(one.item, one.place, dict(one.texts)) for one in read.figures]


def findings(read: ReadReport) -> list[tuple[str, str, str | None, str | None]]:
    found = audit_report(read).findings
    return sorted((f.code, f.case, f.seen, f.expected) for f in found if f.where)


@pytest.mark.parametrize(("form", "make"), FORMS, ids=("docx", "html", "pdf", "pdf without rules"))
@pytest.mark.parametrize("text", [KETTLE, LAMP], ids=("zh", "en"))
def test_a_report_reads_alike_in_every_form(
    text: str, form: str, make: Callable[[str], bytes]
) -> None:
    ours, base = read(make(text), form), report(text)
    assert figures(ours) == figures(base)
    for name in ("boundaries", "products", "models", "standards", "dates", "exclusions"):
        assert [s.text for s in getattr(ours, name)] == [s.text for s in getattr(base, name)], name
    assert ours.document.unread == ()
    assert not any(table.is_uncertain for table in ours.document.tables)


def test_narrow_columns_subtotals_and_several_products_read_alike_in_a_pdf() -> None:
    """Cells whose exponents are broken over lines, tables below each other without a gap."""
    wrong: list[tuple[str, bool, str]] = []
    for name, is_ruled in (
        ("epd_m2", True),
        ("epd_m2", False),
        ("pcf_desktop", False),
        ("pcf_multi", False),
        ("zh_two_models", False),
        ("zh_xubiao", True),
    ):
        text = (HERE / "forms" / f"{name}.txt").read_text("utf-8")
        ours = read(pdf_of(text, ruled=is_ruled), "pdf")
        if rows(ours) != rows(report(text)):
            wrong.append((name, is_ruled, "figures"))
        if any(table.is_uncertain for table in ours.document.tables):
            wrong.append((name, is_ruled, "uncertain"))
    assert wrong == []


TWO_COLUMNS = (
    (
        "The declared unit is 1 t of glass. The boundary is cradle to gate and the data are "
        "of the calendar year 2023. All figures are per declared unit and were rounded to whole "
        "kilograms; the plant has one product only, so that nothing had to be allocated to others.",
        "The carbon footprint of 1 t of crushed glass is 84 kg CO2e. Of this, 61 kg CO2e are of "
        "the electricity of the plant and the rest is of the lorries that bring the glass from the "
        "collecting points, which are 45 km away on average and come back empty to the points.",
    ),
    (
        "The uncertainty was found to be 9 % by a simulation with 10,000 runs. The largest part of "
        "it comes from the distances, which were taken from a list of the collecting points and "
        "not measured for each tour, and from the load of the lorries on their way to the plant.",
        "Glass that is sold as filler leaves the plant without any further step. What becomes of "
        "it later, at the customer and after the use of the product, is outside of the boundary of "
        "this study and was not looked at; readers are asked not to compare it with other glass.",
    ),
)


def test_a_page_of_two_columns_is_read_column_by_column() -> None:
    """The second column does not stand on the lines of the first."""
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import BaseDocTemplate, Frame, FrameBreak, PageTemplate
    from reportlab.platypus import Paragraph as PdfParagraph

    style = ParagraphStyle("text", fontName="Helvetica", fontSize=9, leading=12, spaceAfter=5)
    file = io.BytesIO()
    made = BaseDocTemplate(file, pagesize=(595, 842), invariant=1)
    frames = [Frame(left, 50, 240, 740) for left in (50, 310)]
    made.addPageTemplates([PageTemplate(frames=frames)])
    first, second = ([PdfParagraph(text, style) for text in one] for one in TWO_COLUMNS)
    made.build([*first, FrameBreak(), *second])
    ours = read(file.getvalue(), "pdf")
    assert ours.document.tables == ()
    assert [one.plain for one in ours.document.paragraphs] == [
        text for column in TWO_COLUMNS for text in column
    ]
    assert [one.text("emission") for one in ours.figures if one.item == "total"] == ["84"]


def test_a_table_over_pages_of_a_text_keeps_its_lines() -> None:
    head = "Stage\tUnit\tEmission"
    text = f"Table 1 Results\n\n{head}\nUse\t2.0\n\n\f{head}\nTotal\tkgCO2e\t2.0\n"
    (table,) = report(text).document.tables
    assert [(row[0].text, row[0].spot.page) for row in table.rows] == [
        ("Stage", 1),
        ("Use", 1),
        ("Total", 2),
    ]


def rows(read: ReadReport) -> list[str]:
    """Its figures, whatever their tables are called."""
    return sorted(str((item, texts)) for item, _, texts in figures(read))


@pytest.mark.skipif(not REAL.exists(), reason="a report that may not be copied lies elsewhere")
@pytest.mark.parametrize(("form", "make"), FORMS[:3], ids=("docx", "html", "pdf"))
def test_a_real_report_has_the_same_findings_in_every_form(
    form: str, make: Callable[[str], bytes]
) -> None:
    text = REAL.read_text("utf-8")
    assert findings(read(make(text), form)) == findings(report(text))


@pytest.mark.skipif(not REAL.exists(), reason="a report that may not be copied lies elsewhere")
def test_the_contradictions_of_a_real_report_are_named() -> None:
    """What reading it by hand finds in its figures: see docs of the worked example."""
    result = audit_report(report(REAL.read_text("utf-8")))
    found = {(f.code, f.case, f.seen) for f in result.findings}
    assert {
        ("N04", "", "0.1852"),  # elsewhere 1.1111
        ("N03", "one_row", "0.1852"),  # the rows add to 14.0755, not to 15.0014
        ("N06", "belongs_to_another", "7.41"),
        ("N05", "rounding", "100.01"),
        ("N08", "", "[3.1108, 3.1189]"),  # one factor, two values
        ("N02", "", "1.1051"),  # 0.3570 × 0.0726 is 0.0259
        ("N02", "", "0.1573"),
        ("T01", "", "电线电缆"),
        ("N08", "known", "0.1573"),  # 0.0505 × 3.0959 is 0.1563
        ("F03", "report", "2024"),  # its data are of 2025
        ("U05", "", "kwh"),
        ("T05", "no_title", "6"),
        ("T03", "twice", "工工"),
        ("B04", "no_row", None),  # 检验、检测、包装
        ("R03", "by_iso", "GB/T 24067-2024/ISO 14067:2018"),
        ("R06", "neutral_purpose", "建立碳中和品牌"),
        ("B10", "sum_of_both", "活动水平、排放因子之和"),
        ("T04", "grouped", "原材料运输"),
        ("R03", "joined", "GB/T 24067-2024/ISO 14067:2018"),
        ("B09", "", "双基地"),  # which of two
        ("B11", "", "户外"),  # elsewhere 户内
        ("M02", "described", None),  # switches, a window, rails
        ("F10", "places", "相关行业企业温室气体核算方法与报告指南"),
        ("T03", "as_shown", "图 5.2.2 所示"),
        ("T05", "caption_form", "表 4.2.1"),
        ("T05", "caption_form", "图 5.2.2"),
    } <= found
    assert {"F10", "M05"} <= {f.code for f in result.findings}
    cases = {(f.code, f.case) for f in result.findings}
    assert {
        ("M02", "claim"),
        ("M02", "end_of_life"),
        ("R03", "no_number"),
        ("T05", "not_there"),
        ("U05", "equivalents"),
    } <= cases
    assert "产品运输" in "".join(f.seen or "" for f in result.findings if f.code == "T04")
    assert sum(f.code == "U01" for f in result.findings) == 5  # factors without unit
    assert sum(f.code == "B02" for f in result.findings) >= 3
    quotes = [getattr(f.where, "quote", "") for f in result.findings if f.where]
    assert all(quotes)
    by_code = {f.code: result.impact_kgco2e(f) for f in result.findings}
    assert by_code["N04"] == pytest.approx(1.1111 - 0.1852)
    assert by_code["U01"] is None
