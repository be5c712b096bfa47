"""The pane's verification of the open workbook: its bytes in slices to the desk, findings back."""

from __future__ import annotations

import base64
import io
import random
import re
import zipfile
from functools import partial
from pathlib import Path

import pytest
from docx import Document
from playwright.sync_api import expect

from cfp_xl.messages import say
from tests.clients.panes import BXD2, Book, Opener
from tests.verify.conftest import Editor

pytestmark = pytest.mark.client

ELECTRICITY = (4.6241 + 17.2348 + 1.9233) * 0.5777
TOTAL = 15.0006
"""kgCO2e of bxd2 as its report prints it, and what its three rows of electricity make of that."""
PUBLISHED = Path(__file__).parents[2] / "workbooks" / "bxd2-as-published.xlsx"


def holding(book: Book, *, is_dirty: bool = True, workbook: Path = PUBLISHED) -> None:
    """The stand-in hands out a workbook, made longer than two slices by a picture."""
    file = io.BytesIO(workbook.read_bytes())
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("xl/media/picture.bin", random.Random(1).randbytes(600_000))
    book["file"] = base64.b64encode(file.getvalue()).decode()
    book.update(file_name="计量箱.xlsx", is_dirty=is_dirty)


def test_the_open_workbook_is_verified_and_a_click_selects_the_cell(pane: Opener) -> None:
    opened = pane("zh", holding)
    opened.open("verify")
    opened.press("check.verify")
    opened.shows(say("desk.page.verify.recalculation.agrees", "zh", formulas=973))
    opened.shows(opened.say("check.unsaved"))
    opened.page.locator("button.problem", has_text="报告所载值!H7").first.click()
    expect(opened.page.locator(".notice")).to_have_count(0)
    assert opened.book("active") == {"sheet": "报告所载值", "row": 6, "column": 7}
    assert opened.book("open_files") == 0, "Excel keeps two files at most"
    opened.open("factors")
    opened.open("verify")
    opened.shows(opened.say("check.unsaved"))


def test_why_the_active_cell_is_what_it_is(pane: Opener) -> None:
    """Row 8 of the activities is the production's electricity: 17.2348 kWh x 0.5777."""

    def at_production(book: Book) -> None:
        holding(book, is_dirty=False)
        book["active"] = {"sheet": "结果", "row": 8, "column": 2}

    opened = pane("en", at_production)
    opened.open("verify")
    opened.press("check.why")
    expect(opened.page.locator("#checked .verdict")).to_contain_text("kgCO2e")
    opened.shows(opened.say("check.saved"))


def test_the_report_of_the_open_workbook_is_saved(pane: Opener, tmp_path: Path) -> None:
    opened = pane("zh", partial(holding, workbook=BXD2))
    opened.open("verify")
    opened.page.select_option("select[name=format]", "docx")
    opened.press_of_the_desk("report.go")
    opened.shows(say("desk.page.report.made", "zh"))
    opened.shows(opened.say("check.unsaved"))
    with opened.page.expect_download() as saved:
        opened.press("check.save", name="计量箱-report.docx")
    report = tmp_path / saved.value.suggested_filename
    saved.value.save_as(report)
    words = "\n".join(paragraph.text for paragraph in Document(str(report)).paragraphs)
    assert "15.001 kgCO₂e" in words, "the published report states 15.0006"


def test_a_report_of_a_workbook_with_errors_is_refused_with_its_cells(pane: Opener) -> None:
    opened = pane("en", holding)
    opened.open("verify")
    opened.press_of_the_desk("report.go")
    expect(opened.page.locator("#checked .verdict.problem")).to_contain_text("U01")


def test_the_range_of_the_total_and_what_it_comes_from(pane: Opener, tmp_path: Path) -> None:
    """All electricity has one factor, which is said to be right within 20 %."""
    book = Editor(BXD2)
    book.set("因子", "AC7", 20.0)
    book.save(tmp_path / "uncertain.xlsx")
    opened = pane("zh", partial(holding, workbook=tmp_path / "uncertain.xlsx"))
    opened.open("verify")
    opened.press("check.study")
    said = opened.page.locator("#checked .range")
    expect(said).to_contain_text("模拟 10,000 次")
    low, high = map(float, re.findall(r"[\d.]+", said.inner_text().partition("：")[2])[:2])
    rest = TOTAL - ELECTRICITY
    assert low == pytest.approx(rest + ELECTRICITY / 1.2, rel=0.01)
    assert high == pytest.approx(rest + ELECTRICITY * 1.2, rel=0.01)
    first = opened.page.locator("#checked .bars").first.locator(".bar")
    expect(first).to_have_count(1)
    expect(first).to_contain_text("全国电力平均碳足迹因子")
    expect(first).to_contain_text("100%")


def test_without_stated_uncertainty_there_is_no_range(pane: Opener) -> None:
    opened = pane("en", partial(holding, is_dirty=False, workbook=BXD2))
    opened.open("verify")
    opened.press("check.study")
    opened.shows(opened.say("study.no_range"))
    opened.shows(opened.say("check.saved"))
    expect(opened.page.locator("#checked .bars")).to_have_count(1)


def test_a_workbook_that_excel_does_not_hand_over_is_said(pane: Opener) -> None:
    opened = pane("en")
    opened.open("verify")
    opened.press("check.verify")
    expect(opened.page.locator(".notice.problem")).to_contain_text("5001")
    opened.shows(opened.say("check.verify"))
