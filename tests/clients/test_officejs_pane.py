"""Factors in the task pane, in headless Chromium: found, inserted, written into the sheet.

The server is the real one; Excel is stood in for by `officejs_mock/`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Request, Route, expect

from cfp_xl.messages import LANGS, Lang
from tests.clients.panes import (
    Book,
    Opener,
    Pane,
    put,
    sheet,
)

pytestmark = pytest.mark.client

SEARCHES = "**/api/factor-search?*"


@pytest.mark.parametrize(
    ("lang", "words", "name"),
    [
        ("zh", "全国电力", "全国电力平均碳足迹因子(2024年)"),
        ("zh", "electricity", "全国电力平均碳足迹因子(2024年)"),
        ("en", "electricity", "China national average electricity carbon footprint factor 2024"),
        ("en", "CN-ELEC-CFP-2024", "China national average electricity carbon footprint factor"),
    ],
)
def test_a_factor_is_found_with_its_source(pane: Opener, lang: Lang, words: str, name: str) -> None:
    opened = pane(lang)
    opened.search(words)
    first = opened.page.locator(".card").first
    expect(first.locator("h2")).to_contain_text(name)
    for text in ("0.5777 kgCO2e/kWh", "CN-ELEC-CFP-2024", "CN", "2024", "2025-09-28", "表1"):
        expect(first).to_contain_text(text)
    expect(first).to_contain_text("关于发布2024年电力碳足迹因子的公告")
    expect(first).to_contain_text("生态环境部")
    expect(first).to_contain_text(opened.say("factors.confidence.high"))


@pytest.mark.parametrize("lang", LANGS)
def test_words_that_fit_nothing_are_answered(pane: Opener, lang: Lang) -> None:
    opened = pane(lang)
    opened.search("zzqqxx")
    expect(opened.page.locator("#found")).to_have_text(opened.say("factors.none", words="zzqqxx"))
    expect(opened.page.locator(".card")).to_have_count(0)


def searched_words(opened: Pane) -> list[str]:
    """The words that the page has the server search, as they come."""
    asked: list[str] = []

    def note(request: Request) -> None:
        if request.method == "POST" and "/api/factor-search" in request.url:
            asked.append(json.loads(request.post_data or "")["words"])

    opened.page.on("request", note)
    return asked


def test_only_the_last_words_typed_are_searched(pane: Opener) -> None:
    opened = pane("zh")
    asked = searched_words(opened)
    opened.page.locator("#words").press_sequentially("diesel", delay=10)
    expect(opened.page.locator(".card").first).to_contain_text("柴油")
    assert asked == ["diesel"]


def test_a_late_answer_to_older_words_is_dropped(pane: Opener) -> None:
    opened = pane("en")
    held: list[Route] = []

    def hold(route: Route) -> None:
        is_held = "diesel" in (route.request.post_data or "")
        held.append(route) if is_held else route.continue_()

    opened.page.route(SEARCHES, hold)
    with opened.page.expect_request(SEARCHES):
        opened.search("diesel")
    opened.search("CN-ELEC-CFP-2024")
    expect(opened.page.locator(".card").first).to_contain_text("CN-ELEC-CFP-2024")
    held[0].continue_()
    opened.page.wait_for_load_state("networkidle")
    expect(opened.page.locator(".card").first).to_contain_text("CN-ELEC-CFP-2024")
    expect(opened.page.locator(".notice")).to_have_count(0)


def test_an_input_methods_letters_are_not_searched(pane: Opener) -> None:
    """Chinese is typed as pinyin first; only what is then chosen are the words."""
    opened = pane("zh")
    asked = searched_words(opened)
    keyboard = opened.page.context.new_cdp_session(opened.page)
    for letters in ("f", "feng", "fengli"):
        place = {"selectionStart": len(letters), "selectionEnd": len(letters)}
        keyboard.send("Input.imeSetComposition", {"text": letters, **place})
    opened.page.wait_for_timeout(400)  # longer than the pause before a search
    keyboard.send("Input.insertText", {"text": "风力"})
    expect(opened.page.locator(".card").first).to_contain_text("风力发电")
    assert asked == ["风力"]


@pytest.mark.parametrize(
    ("of_workbook", "is_other"), [("AR5", False), ("ar5 ", False), ("AR6", True), (None, False)]
)
def test_another_gwp_set_than_the_workbooks_is_marked(
    pane: Opener, of_workbook: str | None, is_other: bool
) -> None:
    """The British factors hold the GWPs of AR5, by their publisher's methodology paper."""
    opened = pane("en", lambda book: put(book, "产品!B15", value=of_workbook))
    opened.search("DESNZ natural gas")
    badges = opened.page.locator(".card", has_text="DESNZ2025").first.locator(".badge")
    workbook = (of_workbook or "").strip()
    marked = opened.say("factors.gwp_differs", set="AR5", workbook=workbook)
    plain = opened.say("factors.gwp", set="AR5")
    expect(badges.get_by_text(marked if is_other else plain, exact=True)).to_have_count(1)


def test_a_formula_goes_into_the_active_cell(pane: Opener) -> None:
    opened = pane("zh")
    opened.search("全国电力")
    opened.press("factors.insert")
    formula = '=CFP_FACTOR("CN-ELEC-CFP-2024","kWh")'
    opened.reads("factors.inserted", where="活动数据!E17", formula=formula)
    assert opened.cell("活动数据", "E17")["formula"] == formula


def test_a_cell_that_holds_something_is_overwritten_only_when_told(pane: Opener) -> None:
    opened = pane(
        "en", lambda book: book.update(active={"sheet": "活动数据", "row": 6, "column": 4})
    )
    opened.search("CN-ELEC-CFP-2024")
    opened.press("factors.insert")
    opened.reads("factors.occupied", where="活动数据!E7", content="4.6241")
    assert "formula" not in opened.cell("活动数据", "E7")
    opened.page.keyboard.press("Escape")
    expect(opened.page.locator(".notice")).to_have_count(0)
    opened.press("factors.insert")
    opened.press("factors.overwrite")
    opened.reads(
        "factors.inserted", where="活动数据!E7", formula='=CFP_FACTOR("CN-ELEC-CFP-2024","kWh")'
    )


@pytest.mark.parametrize(
    ("lang", "change", "key"),
    [
        ("zh", {"active": None}, "problem.no_cell"),
        ("en", {"is_editing": True}, "problem.editing"),
        ("zh", {"active": {"sheet": "结果", "row": 130, "column": 0}}, "problem.protected"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_excel_refuses_is_said_with_the_next_step(
    pane: Opener, lang: Lang, change: dict[str, Any], key: str
) -> None:
    opened = pane(lang)
    opened.search("CN-ELEC-CFP-2024")
    opened.change(f"Object.assign(book, {json.dumps(change)})")
    opened.press("factors.insert")
    opened.reads(key)


def test_a_formula_of_functions_that_are_not_loaded_is_said(pane: Opener) -> None:
    opened = pane("zh", lambda book: book.update(has_functions=False))
    opened.search("全国电力")
    opened.press("factors.insert")
    opened.reads("factors.not_loaded", where="活动数据!E17")


def test_a_factors_id_is_copied(pane: Opener) -> None:
    opened = pane("en")
    opened.search("CN-ELEC-CFP-2024")
    opened.press("factors.copy_label", id="CN-ELEC-CFP-2024")
    opened.reads("factors.copied", id="CN-ELEC-CFP-2024")
    assert opened.page.evaluate("navigator.clipboard.readText()") == "CN-ELEC-CFP-2024"


def unprotected(book: Book) -> None:
    for one in book["sheets"]:
        one["protected"] = False


def test_a_factor_becomes_a_row_of_the_factor_sheet(pane: Opener) -> None:
    """Texts stay texts: the day of publication is no date, and nothing becomes a formula."""
    opened = pane("zh", unprotected)
    opened.search("风力发电碳足迹 2024")
    opened.press("factors.add")
    opened.reads("factors.added", id="CN-ELEC-CFP-2024-WIND", where="因子!A13")
    row = [opened.cell("因子", f"{column}13").get("value") for column in "ABCDEFGHIJKLMNO"]
    assert row == [
        "CN-ELEC-CFP-2024-WIND",
        "风力发电碳足迹因子(2024年)",
        "electricity_footprint",
        0.0324,
        "kgCO2e",
        "kWh",
        "CN",
        2024,
        None,
        "关于发布2024年电力碳足迹因子的公告（附件）",
        "生态环境部 国家统计局 国家能源局",
        "2025-09-28",
        "表2",
        "official announcement, no licence stated",
        "high",
    ]
    assert opened.book("active") == {"sheet": "因子", "row": 12, "column": 0}


def test_a_factor_is_written_below_its_headings_in_any_order(pane: Opener) -> None:
    def english(book: Book) -> None:
        unprotected(book)
        for at, heading in enumerate(["note", "unit", "per_unit", "value", "id", "date"]):
            put(book, f"因子!{'CDEFGH'[at]}30", value=heading)
        place = {"sheet": "因子", "row": 29, "column": 2, "rows": 5, "columns": 6}
        book["names"]["cfp_factors"] = place

    opened = pane("en", english)
    opened.search("CN-ELEC-CFP-2023-COAL")
    opened.press("factors.add")
    opened.reads("factors.added", id="CN-ELEC-CFP-2023-COAL", where="因子!G31")
    row = [opened.cell("因子", f"{column}31").get("value") for column in "CDEFGH"]
    assert row == [None, "kgCO2e", "kWh", 0.944, "CN-ELEC-CFP-2023-COAL", "2025-01-17"]


def test_formulas_in_the_factor_sheet_stay(pane: Opener) -> None:
    """A column of its own, filled down, and a date that the sheet computes."""

    def fill_down(book: Book) -> None:
        unprotected(book)
        for row in range(7, 19):
            put(book, f"因子!L{row}", formula=f'=IF(A{row}="","",TODAY())', value="")

    opened = pane("zh", fill_down)
    opened.search("CN-ELEC-CFP-2024-WIND")
    opened.press("factors.add")
    opened.reads("factors.added", id="CN-ELEC-CFP-2024-WIND", where="因子!A13")
    assert opened.cell("因子", "L13")["formula"] == '=IF(A13="","",TODAY())'
    assert opened.cell("因子", "D13")["value"] == 0.0324


def test_a_factor_that_is_there_is_shown_instead(pane: Opener) -> None:
    opened = pane("zh")
    opened.search("CN-ELEC-CFP-2023")
    opened.press("factors.add")
    opened.reads("factors.already", id="CN-ELEC-CFP-2023", where="因子!A9")
    assert opened.book("active") == {"sheet": "因子", "row": 8, "column": 0}


def _lock(book: Book) -> None:
    """Our template leaves the sheet open; its user may not."""
    sheet(book, "因子")["protected"] = True
    for cell in sheet(book, "因子")["cells"].values():
        cell["locked"] = True


def _lock_with_password(book: Book) -> None:
    _lock(book)
    sheet(book, "因子")["password"] = "secret"


def test_protection_is_lifted_only_when_told_and_restored(pane: Opener) -> None:
    opened = pane("zh", _lock)
    opened.search("风力发电碳足迹 2024")
    opened.press("factors.add")
    opened.reads("factors.protected", sheet="因子")
    assert opened.cell("因子", "A13")["value"] is None
    opened.press("factors.lift")
    opened.reads("factors.added", id="CN-ELEC-CFP-2024-WIND", where="因子!A13")
    [factors] = [one for one in opened.book("sheets") if one["name"] == "因子"]
    assert (factors["protected"], factors["options"]) == (True, {"allowFormatColumns": True})


def test_a_password_keeps_its_sheet_as_it_is(pane: Opener) -> None:
    opened = pane("en", _lock_with_password)
    opened.search("CN-ELEC-CFP-2024-WIND")
    opened.press("factors.add")
    opened.press("factors.lift")
    opened.reads("problem.protected")
    assert opened.cell("因子", "A13")["value"] is None


def _fill(book: Book) -> None:
    for row in range(7, 19):
        put(book, f"因子!A{row}", value=f"MINE-{row}")


@pytest.mark.parametrize(
    ("lang", "change", "key"),
    [
        ("zh", lambda book: book["names"].pop("cfp_factors"), "problem.no_factor_sheet"),
        ("en", lambda book: book["names"]["cfp_factors"].update(row=50), "problem.no_headings"),
        ("zh", _fill, "problem.factor_sheet_full"),
    ],
    ids=["no_name", "no_headings", "full"],
)
def test_a_factor_sheet_that_takes_no_row_is_explained(
    pane: Opener, lang: Lang, change: Callable[[Book], object], key: str
) -> None:
    opened = pane(lang, change)
    opened.search("CN-ELEC-CFP-2024-WIND")
    opened.press("factors.add")
    opened.reads(key, name="cfp_factors")
