"""The task pane of the Office.js add-in opened in a browser, with a workbook behind it.

The workbook is the worked example, held by the stand-in for Excel in `officejs_mock/`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import openpyxl
from openpyxl.utils import range_boundaries
from playwright.sync_api import Browser, ConsoleMessage, Page, Route, expect

from cfp_xl.messages import Lang, say

BXD2 = Path(__file__).parents[2] / "workbooks" / "bxd2.xlsx"
OFFICE = Path(__file__).parent / "officejs_mock" / "office.js"
OFFICE_JS = "https://appsforoffice.microsoft.com/lib/1/hosted/"
WAIT_MS = 60_000
"""For what a page shall show: longer than a busy machine takes."""

Book = dict[str, Any]


@cache
def worked_example() -> Book:
    """bxd2.xlsx as the stand-in for Excel holds it."""
    formulas, values = openpyxl.load_workbook(BXD2), openpyxl.load_workbook(BXD2, data_only=True)
    sheets = [
        {
            "name": sheet.title,
            "protected": sheet.protection.sheet,
            "options": {"allowFormatColumns": True},
            "cells": {
                key_of(cell.coordinate): _cell(cell, values[sheet.title])
                for row in sheet.iter_rows()
                for cell in row
                if cell.value is not None or not cell.protection.locked
            },
        }
        for sheet in formulas
    ]
    names = {}
    for name, defined in formulas.defined_names.items():
        [(title, area)] = defined.destinations
        names[name] = {"sheet": title, **place(area)}
    return {"sheets": sheets, "names": names}


def place(area: str) -> dict[str, int]:
    """Where a range stands, from 0, and how large it is."""
    left, top, right, bottom = (int(edge or 1) for edge in range_boundaries(area))
    corner = {"row": top - 1, "column": left - 1}
    return {**corner, "rows": bottom - top + 1, "columns": right - left + 1}


def key_of(address: str) -> str:
    """A cell's key in the stand-in's sheet."""
    at = place(address)
    return f"{at['row']},{at['column']}"


def _cell(cell: Any, values: Any) -> dict[str, Any]:
    value = values[cell.coordinate].value
    if isinstance(value, str) and value.startswith("#"):
        value = {"error": value}
    elif value is not None and not isinstance(value, str | int | float | bool):
        value = str(value)
    held = {"value": value, "locked": bool(cell.protection.locked)}
    if isinstance(cell.value, str) and cell.value.startswith("="):
        held["formula"] = cell.value
    return held


class Pane:
    """The pane in a page, with the workbook behind it."""

    def __init__(self, page: Page, lang: Lang) -> None:
        self.page = page
        self.lang = lang
        self.complaints: list[str] = []
        self.may_be_refused = False
        """Whether the test provokes refusals, which the browser puts on its console."""
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _heard(self, message: ConsoleMessage) -> None:
        is_refusal = message.text.startswith("Failed to load resource")
        if message.type == "error" and not (is_refusal and self.may_be_refused):
            self.complaints.append(message.text)

    def say(self, key: str, **values: object) -> str:
        return say(f"officejs_pane.{key}", self.lang, **values)

    def open(self, tab: str) -> None:
        self.page.click(f"#tab-{tab}")

    def press(self, key: str, **values: object) -> None:
        """The first button with this text."""
        self._press(self.say(key, **values))

    def press_of_the_desk(self, key: str) -> None:
        """The first button with a text that the desk has too."""
        self._press(say(f"desk.page.{key}", self.lang))

    def _press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).first.click()

    def search(self, words: str) -> None:
        self.page.fill("#words", words)

    def reads(self, key: str, **values: object) -> None:
        """The notice says this."""
        expect(self.page.locator(".notice p")).to_have_text(self.say(key, **values))

    def shows(self, text: str) -> None:
        expect(self.page.locator("main")).to_contain_text(text)

    def cell(self, sheet: str, address: str) -> dict[str, Any]:
        """A cell of the workbook as it now is."""
        script = """([sheet, place]) => window.book.sheets
            .find((one) => one.name === sheet).cells[place] ?? {}"""
        return dict(self.page.evaluate(script, [sheet, key_of(address)]))

    def book(self, name: str) -> Any:
        return self.page.evaluate(f"() => window.book.{name}")

    def change(self, script: str) -> None:
        """Something that happens in the workbook: `book` and `sheet(name)` are at hand."""
        self.page.evaluate(
            f"""() => {{
                const book = window.book;
                const sheet = (name) => book.sheets.find((one) => one.name === name);
                {script};
                book.edited.forEach((handler) => handler());
            }}"""
        )


def sheet(book: Book, name: str) -> dict[str, Any]:
    return next(one for one in book["sheets"] if one["name"] == name)


def put(book: Book, where: str, **cell: Any) -> None:
    """Sets a cell: `put(book, "活动数据!E7", value=None)`."""
    name, _, address = where.partition("!")
    sheet(book, name)["cells"][key_of(address)] = {"locked": True, "value": None} | cell


FOREIGN = {
    "活动数据!K7": ("='C:\\Users\\李\\cfp.xlam'!CFP_EMISSION(E7,F7)", "=CFP_EMISSION(E7,F7)"),
    "活动数据!K8": ('=[1]!CFP_GWP("CH4","AR6")', '=CFP_GWP("CH4","AR6")'),
    "活动数据!K9": ("=_xldudf_CFP_TOTAL(A1:J9)*2", "=CFP_TOTAL(A1:J9)*2"),
    "活动数据!K10": ("=SUM(_xll.CFP_FACTOR(A1),2)", "=SUM(CFP_FACTOR(A1),2)"),
    "活动数据!K11": ("=ORG.CFPXL.FUNCTIONS.CFPFACTORINFO(A1)", "=CFP_FACTOR_INFO(A1)"),
    "结果!C9": ("=cfp_total(cfp_activities)", "=CFP_TOTAL(cfp_activities)"),
}
"""As in the table of docs/hosts.md: what other programs write, and what is typed here."""


def spell_as_others_do(book: Book) -> None:
    sheet(book, "活动数据")["protected"] = False
    for where, (formula, _) in FOREIGN.items():
        put(book, where, formula=formula, value={"error": "#NAME?"})


def break_rows(book: Book) -> None:
    put(book, "活动数据!E7", value=None)
    put(book, "活动数据!G8", value="CN-ELEC-CFP-2042")
    put(book, "活动数据!E14", value={"error": "#REF!"})


class Opener(Protocol):
    """`pane("zh", change)`: the pane in a language, over a workbook that `change` has altered.

    `office` holds what the page finds at Microsoft's address, by its names: the stand-in for
    Excel unless told otherwise; nothing in a plain browser.
    """

    def __call__(
        self,
        lang: Lang = "zh",
        change: Callable[[Book], object] | None = None,
        *,
        token: str | None = None,
        office: Mapping[str, str] | None = None,
        **options: Any,
    ) -> Pane: ...


@contextmanager
def panes(browser: Browser, address: str, right_token: str) -> Iterator[Opener]:
    """Opens panes, and looks at their consoles when they are closed.

    An error there, or anything that the content security policy stopped, fails the test.
    """
    opened: list[Pane] = []
    expect.set_options(timeout=WAIT_MS)

    def open_pane(
        lang: Lang = "zh",
        change: Callable[[Book], object] | None = None,
        *,
        token: str | None = None,
        office: Mapping[str, str] | None = None,
        **options: Any,
    ) -> Pane:
        book = deepcopy(worked_example())
        book["active"] = {"sheet": "活动数据", "row": 16, "column": 4}
        book["has_functions"] = True
        book["display_language"] = {"zh": "zh-CN", "en": "en-US"}[lang]
        if change is not None:
            change(book)
        context = browser.new_context(**{"viewport": {"width": 350, "height": 760}, **options})
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        page = context.new_page()
        page.set_default_timeout(WAIT_MS)
        scripts = {"office.js": OFFICE.read_text("utf-8")} if office is None else office

        def serve(route: Route) -> None:
            name = route.request.url.removeprefix(OFFICE_JS)
            route.fulfill(body=scripts.get(name, ""), content_type="text/javascript")

        page.route(f"{OFFICE_JS}*", serve)
        page.add_init_script(f"window.book = {json.dumps(book)}")
        pane = Pane(page, lang)
        opened.append(pane)
        page.goto(f"{address}/pane/index.html?token={right_token if token is None else token}")
        page.wait_for_selector("#found:not(:empty)")
        return pane

    yield open_pane
    for pane in opened:
        pane.page.context.close()
        assert not pane.complaints, pane.complaints
