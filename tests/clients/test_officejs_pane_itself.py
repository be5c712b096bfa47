"""The task pane itself in headless Chromium: languages, the keyboard, sizes, and what goes wrong.
The server is the real one; Excel is stood in for by `officejs_mock/`.
"""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from cfp_xl.messages import LANGS, Lang
from tests.clients.conftest import Served
from tests.clients.panes import (
    Book,
    Opener,
    break_rows,
    put,
    spell_as_others_do,
)

pytestmark = pytest.mark.client

HOSTILE = '<img src=x onerror="window.hacked=1"><script>window.hacked=2</script>'


def test_what_stands_in_cells_is_text_and_never_markup(pane: Opener) -> None:
    def hostile(book: Book) -> None:
        put(book, "活动数据!C7", value=HOSTILE)
        put(book, "活动数据!G7", value=HOSTILE)
        put(book, "产品!B10", value=HOSTILE)
        put(book, "产品!B15", value=HOSTILE)
        put(book, "产品!B16", value=HOSTILE)
        formula = {"formula": f'=_xll.CFP_FACTOR("{HOSTILE}")', "value": HOSTILE, "locked": False}
        cells = {"0,0": formula, "1,0": {"value": HOSTILE, "locked": False}}
        book["sheets"].append({"name": HOSTILE, "protected": False, "cells": cells})
        book["active"] = {"sheet": HOSTILE, "row": 1, "column": 0}

    opened = pane("en", hostile)
    opened.search(HOSTILE)
    expect(opened.page.locator("#found")).to_contain_text("No factor fits “<img")
    opened.search("CN-ELEC-CFP-2024")
    opened.press("factors.insert")
    expect(opened.page.locator(".notice p")).to_contain_text("onerror")
    for tab, button in (("footprint", None), ("formulas", "formulas.scan"), ("versions", None)):
        opened.open(tab)
        if button:
            opened.press(button)
        opened.shows("<script>window.hacked=2</script>")
    assert opened.page.evaluate("window.hacked") is None
    assert opened.page.locator("main img, main script, aside img").count() == 0


@pytest.mark.parametrize("lang", LANGS)
def test_a_server_that_is_away_is_said_everywhere(pane: Opener, lang: Lang, served: Served) -> None:
    opened = pane(lang)
    opened.may_be_refused = True
    opened.page.route("**/api/**", lambda route: route.abort("connectionrefused"))
    away = opened.say("problem.server_away", address=served.address)
    opened.search("diesel")
    opened.reads("problem.server_away", address=served.address)
    for tab in ("footprint", "versions"):
        opened.open(tab)
        opened.shows(away)


@pytest.mark.parametrize("lang", LANGS)
def test_a_wrong_token_is_said_with_the_cure(pane: Opener, lang: Lang) -> None:
    opened = pane(lang, token="stale")
    opened.may_be_refused = True
    opened.search("diesel")
    opened.reads("problem.token")


def test_a_fault_of_the_server_is_said(pane: Opener) -> None:
    opened = pane("zh")
    opened.may_be_refused = True
    body = json.dumps({"error": {"code": "bug", "message": "服务出错"}})
    opened.page.route("**/api/**", lambda route: route.fulfill(status=500, body=body))
    opened.search("柴油")
    opened.reads("problem.server", why="服务出错")
    opened.page.unroute("**/api/**")
    opened.search("柴油 ")
    expect(opened.page.locator(".card").first).to_contain_text("柴油")
    expect(opened.page.locator(".notice")).to_have_count(0)


@pytest.mark.parametrize("lang", LANGS)
def test_outside_excel_the_search_still_works(pane: Opener, lang: Lang) -> None:
    opened = pane(lang, office={}, locale={"zh": "zh-CN", "en": "en-GB"}[lang])
    opened.reads("problem.no_excel")
    opened.search("CN-ELEC-CFP-2024")
    expect(opened.page.locator(".card").first).to_contain_text("0.5777")
    opened.press("factors.insert")
    opened.reads("problem.no_excel")


def test_the_language_is_excels_until_another_is_chosen(pane: Opener) -> None:
    opened = pane("zh")
    expect(opened.page.locator("h1")).to_have_text("产品碳足迹")
    opened.search("全国电力")
    opened.page.get_by_role("button", name="EN", exact=True).click()
    expect(opened.page.locator("h1")).to_have_text("Carbon footprint")
    expect(opened.page.locator(".card").first).to_contain_text("China national average")
    assert opened.page.locator("html").get_attribute("lang") == "en"
    opened.page.reload()
    expect(opened.page.locator("h1")).to_have_text("Carbon footprint")


def test_the_tabs_are_worked_by_the_keyboard(pane: Opener) -> None:
    opened = pane("en")
    expect(opened.page.locator("#words")).to_be_focused()
    opened.page.focus("#tab-factors")
    for key, tab in [
        ("ArrowRight", "footprint"),
        ("ArrowLeft", "factors"),
        ("ArrowLeft", "versions"),
        ("Home", "factors"),
        ("End", "versions"),
    ]:
        opened.page.keyboard.press(key)
        expect(opened.page.locator(f"#tab-{tab}")).to_be_focused()
        expect(opened.page.locator(f"#panel-{tab}")).to_be_visible()
        expect(opened.page.locator("[role=tabpanel]:visible")).to_have_count(1)


def test_a_factor_is_found_and_inserted_by_the_keyboard_alone(pane: Opener) -> None:
    opened = pane("en")
    opened.page.keyboard.type("CN-ELEC-CFP-2024")
    expect(opened.page.locator(".card").first).to_contain_text("0.5777")
    opened.page.keyboard.press("ArrowDown")
    opened.page.keyboard.press("Tab")
    expect(opened.page.locator(":focus")).to_have_text(opened.say("factors.insert"))
    opened.page.keyboard.press("Enter")
    expect(opened.page.locator(".notice p")).to_contain_text("活动数据!E17")


def test_the_keyboards_focus_is_not_lost(pane: Opener) -> None:
    """A question takes it and gives it back; a panel that is made anew keeps it."""
    opened = pane(
        "en", lambda book: book.update(active={"sheet": "活动数据", "row": 6, "column": 4})
    )
    opened.search("CN-ELEC-CFP-2024")
    insert = opened.page.get_by_role("button", name=opened.say("factors.insert")).first
    insert.press("Enter")
    expect(opened.page.locator(":focus")).to_have_text(opened.say("factors.overwrite"))
    opened.page.keyboard.press("Escape")
    expect(insert).to_be_focused()
    opened.open("footprint")
    with opened.page.expect_response("**/api/footprint*"):
        opened.page.get_by_role("button", name=opened.say("footprint.refresh")).press("Enter")
    expect(opened.page.locator("#panel-footprint")).to_be_focused()
    opened.open("formulas")
    opened.page.get_by_role("button", name=opened.say("formulas.scan")).press("Enter")
    expect(opened.page.locator("#panel-formulas .fine")).to_be_visible()
    expect(opened.page.locator("#panel-formulas")).to_be_focused()


@pytest.mark.parametrize("width_px", [320, 450])
@pytest.mark.parametrize("lang", LANGS)
def test_nothing_is_wider_than_the_pane(pane: Opener, lang: Lang, width_px: int) -> None:
    def change(book: Book) -> None:
        spell_as_others_do(book)
        break_rows(book)

    opened = pane(lang, change, viewport={"width": width_px, "height": 760})
    wider = "document.documentElement.scrollWidth > window.innerWidth"
    opened.search("diesel")
    expect(opened.page.locator(".card").first).to_be_visible()
    assert not opened.page.evaluate(wider)
    for tab, seen in (("footprint", ".problem"), ("formulas", ".changes"), ("versions", "dl")):
        opened.open(tab)
        if tab == "formulas":
            opened.press("formulas.scan")
        expect(opened.page.locator(seen).first).to_be_visible()
        assert not opened.page.evaluate(wider), tab


@pytest.mark.parametrize(
    ("system", "excels", "theme"),
    [
        ("light", None, "light"),
        ("dark", None, "dark"),
        ("light", "#262626", "dark"),
        ("dark", "#FFFFFF", "light"),
    ],
)
def test_the_theme_is_excels_else_the_systems(
    pane: Opener, system: str, excels: str | None, theme: str
) -> None:
    colours = {"bodyBackgroundColor": excels} if excels else None
    opened = pane("en", lambda book: book.update(theme=colours), color_scheme=system)
    assert opened.page.locator("html").get_attribute("data-theme") == theme
