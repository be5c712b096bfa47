"""The task pane on the open workbook: its footprint, its formulas, its factor set."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from cfp_xl import __version__
from cfp_xl.footprint.factors import builtin
from cfp_xl.messages import Lang
from tests.clients.panes import (
    FOREIGN,
    Book,
    Opener,
    Pane,
    break_rows,
    key_of,
    put,
    sheet,
    spell_as_others_do,
    worked_example,
)

pytestmark = pytest.mark.client


# The footprint


def amounts(opened: Pane) -> list[str]:
    return [row.inner_text() for row in opened.page.locator(".bar .amount").all()]


@pytest.mark.parametrize(
    ("lang", "not_applicable", "unit"),
    [("zh", "不适用", "每 1 台"), ("en", "not applicable", "per 1 台")],
)
def test_the_footprint_of_the_worked_example(
    pane: Opener, lang: Lang, not_applicable: str, unit: str
) -> None:
    """By hand: 4.6241, 17.2348 and 1.9233 kWh at 0.5777, 0.4075 kg diesel at 3.0959096."""
    opened = pane(lang)
    opened.open("footprint")
    expect(opened.page.locator(".total .value")).to_have_text("15.0006 kgCO2e")
    expect(opened.page.locator(".total .hint")).to_have_text(unit)
    assert amounts(opened) == [
        "2.67134 kgCO2e · 17.8%",
        "9.95654 kgCO2e · 66.4%",
        "1.26158 kgCO2e · 8.4%",
        not_applicable,
        "1.11109 kgCO2e · 7.4%",
    ]
    opened.shows(opened.say("footprint.fine"))


def test_rows_that_are_missing_or_fail_are_named_and_shown(pane: Opener) -> None:
    opened = pane("zh", break_rows)
    opened.open("footprint")
    expect(opened.page.locator(".total")).to_have_text(re.compile("合计未知：有行算不出"))
    state = {key: opened.say(f"footprint.state.{key}") for key in ("missing", "failed")}
    assert amounts(opened) == [
        state["missing"],
        state["failed"],
        "1.26158 kgCO2e",
        opened.say("footprint.state.not_applicable"),
        state["failed"],
    ]
    problems = opened.page.locator(".problem")
    for at, (where, words) in enumerate(
        [
            ("活动数据!E7", "缺失不等于零"),
            ("活动数据!G8", "未找到因子“CN-ELEC-CFP-2042”"),
            ("活动数据!E14", "单元格为错误值 #REF!"),
        ]
    ):
        expect(problems.nth(at)).to_contain_text(where)
        expect(problems.nth(at)).to_contain_text(words)
    problems.nth(1).click()
    opened.page.wait_for_function("window.book.shown_sheet === '活动数据'")
    assert opened.book("active") == {"sheet": "活动数据", "row": 7, "column": 6}


def test_an_edit_in_the_sheet_is_followed(pane: Opener) -> None:
    opened = pane("en")
    opened.open("footprint")
    expect(opened.page.locator(".total .value")).to_have_text("15.0006 kgCO2e")
    opened.change("sheet('活动数据').cells['6,4'].value = 0")
    expect(opened.page.locator(".total .value")).to_have_text("12.3292 kgCO2e")


def test_an_answer_that_a_newer_one_overtook_is_dropped(pane: Opener) -> None:
    opened = pane("en")
    held: list[Route] = []
    opened.page.route(
        "**/api/footprint*",
        lambda route: route.continue_() if held else held.append(route),
    )
    with opened.page.expect_request("**/api/footprint*"):
        opened.open("footprint")
    opened.change("sheet('活动数据').cells['6,4'].value = 0")
    expect(opened.page.locator(".total .value")).to_have_text("12.3292 kgCO2e")
    with opened.page.expect_response("**/api/footprint*"):
        held[0].continue_()
    opened.page.wait_for_load_state("networkidle")
    expect(opened.page.locator(".total .value")).to_have_text("12.3292 kgCO2e")


@pytest.mark.parametrize(
    ("lang", "change", "words"),
    [
        ("zh", lambda book: book["names"].pop("cfp_activities"), "没有名称 cfp_activities"),
        (
            "en",
            lambda book: put(book, "活动数据!E6", value="how many"),
            "The table named cfp_activities: the header row lacks: quantity.",
        ),
        (
            "zh",
            lambda book: put(book, "因子!A6", value="which"),
            "名称 cfp_factors 所指的表：表头缺少以下列：编号。",
        ),
    ],
    ids=["no_name", "no_quantity_heading", "no_id_heading"],
)
def test_a_workbook_that_is_no_inventory_is_explained(
    pane: Opener, lang: Lang, change: Callable[[Book], object], words: str
) -> None:
    opened = pane(lang, change)
    opened.may_be_refused = True
    opened.open("footprint")
    opened.shows(words)


# Formulas


def formulas(opened: Pane) -> list[str]:
    found = [opened.cell(*where.split("!"))["formula"] for where in FOREIGN]
    assert all(isinstance(formula, str) for formula in found)
    return found


def test_foreign_spellings_are_listed_rewritten_and_put_back(pane: Opener) -> None:
    opened = pane("zh", spell_as_others_do)
    before, after = ([pair[at] for pair in FOREIGN.values()] for at in (0, 1))
    opened.open("formulas")
    opened.press("formulas.scan")
    opened.shows(opened.say("formulas.found", count=6))
    assert formulas(opened) == before, "a scan changes nothing"
    listed = [item.inner_text() for item in opened.page.locator(".changes li").all()]
    for where, (foreign, plain) in list(FOREIGN.items())[:-1]:
        assert f"{where}\n{foreign}\n{plain}" in listed
    opened.shows(opened.say("formulas.obstacle.protected"))

    opened.press("formulas.rewrite", count=5)
    opened.shows(opened.say("formulas.rewritten", count=5))
    opened.shows(opened.say("formulas.left", count=1))
    assert formulas(opened) == [*after[:-1], before[-1]]

    opened.press("formulas.undo", count=5)
    opened.reads("formulas.undone", count=5)
    assert formulas(opened) == before


def test_protected_sheets_are_rewritten_only_when_told_and_stay_protected(pane: Opener) -> None:
    opened = pane("en", spell_as_others_do)
    opened.open("formulas")
    opened.press("formulas.scan")
    opened.press("formulas.lift", count=6)
    opened.shows(opened.say("formulas.rewritten", count=6))
    assert formulas(opened) == [plain for _, plain in FOREIGN.values()]
    protected = {one["name"]: one["protected"] for one in opened.book("sheets")}
    assert (protected["结果"], protected["活动数据"]) == (True, False)
    opened.press("formulas.undo", count=6)
    opened.reads("formulas.undone", count=6)
    assert formulas(opened) == [foreign for foreign, _ in FOREIGN.values()]


def test_what_cannot_be_rewritten_is_left_with_the_reason(pane: Opener) -> None:
    """A cell of an array formula, one that a neighbour spills into, and one edited meanwhile."""

    def change(book: Book) -> None:
        spell_as_others_do(book)
        sheet(book, "活动数据")["cells"][key_of("K7")]["array"] = True
        sheet(book, "活动数据")["cells"][key_of("K8")]["parent"] = {"row": 6, "column": 10}

    opened = pane("en", change)
    opened.open("formulas")
    opened.press("formulas.scan")
    opened.change(f"sheet('活动数据').cells['{key_of('K9')}'].formula = '=1+1'")
    lift = opened.page.get_by_role("button", name=opened.say("formulas.lift", count=5))
    expect(lift).to_be_visible()
    opened.press("formulas.rewrite", count=4)
    opened.shows(opened.say("formulas.rewritten", count=2))
    refusal = opened.say("formulas.obstacle.refused", why="You can't change part of an array.")
    for reason in (
        refusal,
        *(opened.say(f"formulas.obstacle.{o}") for o in ("spilled", "changed")),
    ):
        opened.shows(reason)
    before, after = ([pair[at] for pair in FOREIGN.values()] for at in (0, 1))
    assert formulas(opened) == [*before[:2], "=1+1", *after[3:5], before[5]]


def test_an_undo_leaves_what_was_edited_since(pane: Opener) -> None:
    opened = pane("zh", spell_as_others_do)
    opened.open("formulas")
    opened.press("formulas.scan")
    opened.press("formulas.rewrite", count=5)
    opened.shows(opened.say("formulas.rewritten", count=5))
    opened.change(f"sheet('活动数据').cells['{key_of('K7')}'].formula = '=2+2'")
    opened.press("formulas.undo", count=5)
    opened.reads("formulas.undone_in_part", count=4, kept=1)
    assert formulas(opened)[0] == "=2+2"


def test_a_workbook_of_ours_needs_no_rewriting(pane: Opener) -> None:
    """The worked example has a row of formulas for each activity, and its results."""
    opened = pane("en")
    ours = sum(
        "CFP_" in cell.get("formula", "")
        for one in worked_example()["sheets"]
        for cell in one["cells"].values()
    )
    opened.open("formulas")
    opened.press("formulas.scan")
    opened.shows(opened.say("formulas.all_fine", count=ours))


def test_many_formulas_are_rewritten_in_parts(pane: Opener) -> None:
    def many(book: Book) -> None:
        cells = {
            f"{row},{column}": {"formula": f"=_xll.CFP_FACTOR(Z{row})", "value": 1, "locked": True}
            for row in range(3_000)
            for column in range(2)
        }
        book["sheets"].append({"name": "Many", "protected": False, "cells": cells})

    opened = pane("en", many)
    opened.open("formulas")
    opened.press("formulas.scan")
    opened.shows(opened.say("formulas.more", count=5_800))
    opened.press("formulas.rewrite", count=6_000)
    opened.shows(opened.say("formulas.rewritten", count=6_000))
    assert opened.cell("Many", "B3000")["formula"] == "=CFP_FACTOR(Z2999)"


# Versions


@pytest.mark.parametrize(
    ("lang", "pin", "state"),
    [
        ("zh", ..., "same"),
        ("en", ..., "same"),
        ("zh", "cn-2026@1 sha256:0000000000000000", "differs"),
        ("en", "us-2020@7 sha256:0123456789abcdef", "differs"),
        ("zh", None, "not_pinned"),
        ("en", "the newest", "not_understood"),
    ],
)
def test_the_pinned_set_is_held_against_the_shipped_one(
    pane: Opener, lang: Lang, pin: Any, state: str
) -> None:
    def change(book: Book) -> None:
        if pin is not ...:
            put(book, "产品!B16", value=pin)

    opened = pane(lang, change)
    opened.open("versions")
    for part in ("state", "next"):
        opened.shows(opened.say(f"versions.{part}.{state}"))
    opened.shows(__version__)
    opened.shows(builtin("cn-2026").pin)
    if pin not in (None, ...):
        opened.shows(pin)
    opened.press("versions.show_cell")
    opened.page.wait_for_function("window.book.shown_sheet === '产品'")
    assert opened.book("active") == {"sheet": "产品", "row": 15, "column": 1}


def test_a_workbook_without_the_name_pins_nothing(pane: Opener) -> None:
    opened = pane("zh", lambda book: book["names"].pop("cfp_factor_set"))
    opened.open("versions")
    opened.shows(opened.say("versions.state.not_pinned"))
