"""The pane's verification of the open workbook: its bytes in slices to the desk, findings back."""

from __future__ import annotations

import base64
import io
import random
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import expect

from cfp_xl.messages import say
from tests.clients.panes import Book, Opener

pytestmark = pytest.mark.client

PUBLISHED = Path(__file__).parents[2] / "workbooks" / "bxd2-as-published.xlsx"


def holding(book: Book, *, is_dirty: bool = True) -> None:
    """The stand-in hands out the published example, made longer than two slices by a picture."""
    file = io.BytesIO(PUBLISHED.read_bytes())
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("xl/media/picture.bin", random.Random(1).randbytes(600_000))
    book["file"] = base64.b64encode(file.getvalue()).decode()
    book.update(file_name="计量箱.xlsx", is_dirty=is_dirty)


def test_the_open_workbook_is_verified_and_a_click_selects_the_cell(pane: Opener) -> None:
    opened = pane("zh", holding)
    opened.open("verify")
    opened.press("check.verify")
    opened.shows(say("desk.page.verify.recalculation.agrees", "zh", formulas=843))
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


def test_a_workbook_that_excel_does_not_hand_over_is_said(pane: Opener) -> None:
    opened = pane("en")
    opened.open("verify")
    opened.press("check.verify")
    expect(opened.page.locator(".notice.problem")).to_contain_text("5001")
    opened.shows(opened.say("check.verify"))
