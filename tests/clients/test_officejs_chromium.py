"""functions.js in headless Chromium: Microsoft's own runtime before it, the real server behind.

The runtime is the one that Excel loads; only Excel itself is imitated (`officejs_mock/`): it hands
arguments over as Excel is known to on its platforms, and shows what the runtime reports. What no
imitation can show stands in docs/hosts.md.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl.utils import get_column_letter
from playwright.sync_api import Browser, Page, Request, Route

from cfp_xl.functions.registry import all_functions
from cfp_xl.messages import Lang, say
from tests.clients.conftest import Served, npm_file
from tests.clients.panes import WAIT_MS, Book, worked_example

pytestmark = pytest.mark.client

MOCK = Path(__file__).parent / "officejs_mock"
RUNTIME = "@microsoft/office-js/dist/custom-functions-runtime.js"
SCRIPTS = (
    "/mock/book.js",
    "/mock/excel_host.js",
    "/mock/custom-functions-runtime.js",
    "/mock/office.js",
    "/functions.js",
)
PAGE = "<!doctype html>" + "".join(f'<script src="{path}"></script>' for path in SCRIPTS)
LEFT_OUT = {"omitted": True}
ERRORS = ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!")

SHEET: list[list[Any]] = [
    ["阶段", "过程", "状态", "数量", "单位", "因子编号", "理由"],
    ["生产", "组装", "数据", 10, "kWh", "CN-ELEC-CFP-2024", None],
    ["生产", "试机", "数据", 0, "kWh", "CN-ELEC-CFP-2024", None],
    ["使用", "运行", None, None, "kWh", "CN-ELEC-CFP-2024", None],
    ["原材料获取", "外购", "不适用", None, None, None, "客户供料"],
]
STAGES = "'Ann''s 表'!A1:G3"
"""The rows of production alone."""
ALL_ROWS = "'Ann''s 表'!A1:G5"


def at(address: str) -> dict[str, str]:
    return {"at": address}


def rows(*given: list[Any]) -> dict[str, Any]:
    """An argument that a formula computed, without an address."""
    return {"rows": list(given)}


def one(value: object) -> dict[str, Any]:
    return rows([value])


def error(code: str) -> dict[str, str]:
    return {"error": code}


class Excel:
    """A workbook open in the imitation of Excel, with our add-in installed."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.requests: list[Request] = []
        page.on("request", self._noted)

    def _noted(self, request: Request) -> None:
        if request.url.partition("?")[0].endswith("/functions"):
            self.requests.append(request)

    def cells(self, name: str, *args: dict[str, Any]) -> list[list[Any]]:
        """What the formula shows, as rows of cells."""
        shown: list[list[Any]] = self.page.evaluate(
            "([name, args]) => calculate(name, args)", [name, list(args)]
        )
        return shown

    def cell(self, name: str, *args: dict[str, Any]) -> Any:
        [[value]] = self.cells(name, *args)
        return value

    def all_cells(self, calls: list[tuple[str, list[dict[str, Any]]]]) -> list[Any]:
        """What many formulas show that Excel computes at once, each one cell."""
        asked = [{"name": name, "args": args} for name, args in calls]
        shown = self.page.evaluate("(calls) => calculate_all(calls)", asked)
        return [value for [[value]] in shown]


Open = Callable[..., Excel]


@pytest.fixture
def opened(browser: Browser, served: Served) -> Iterator[Open]:
    """`opened(blanks="zero")` opens the workbook on a platform that hands blanks over as 0."""
    context = browser.new_context()

    cells = {
        f"{y},{x}": {"value": value}
        for y, row in enumerate(SHEET)
        for x, value in enumerate(row)
        if value is not None
    }
    own: Book = {"sheets": [{"name": "Ann's 表", "cells": cells}], "names": {}}

    def open_book(
        workbook: Book = own,
        *,
        blanks: str = "null",
        errors: str = "code",
        lang: Lang = "en",
        token: str = served.token,
    ) -> Excel:
        book: Book = {
            **workbook,
            "active": None,
            "display_language": {"zh": "zh-CN", "en": "en-GB"}[lang],
            "blanks": blanks,
            "errors": errors,
        }
        files = {
            "/mock/page.html": PAGE,
            "/mock/book.js": f"window.book = {json.dumps(book)};",
            **{f"/mock/{file.name}": file.read_text("utf-8") for file in MOCK.glob("*.js")},
            "/mock/custom-functions-runtime.js": npm_file(RUNTIME).read_text("utf-8"),
        }

        def answer(route: Route) -> None:
            path = route.request.url.removeprefix(served.address).partition("?")[0]
            kind = "text/html" if path.endswith(".html") else "text/javascript"
            route.fulfill(body=files.get(path, ""), content_type=f"{kind}; charset=utf-8")

        page = context.new_page()
        page.set_default_timeout(WAIT_MS)
        page.route("**/mock/**", answer)
        excel = Excel(page)
        page.goto(f"{served.address}/mock/page.html?token={token}")
        installed = page.evaluate("install('/functions.json?lang=en')")
        assert installed == {"unknown": [], "count": len(all_functions())}
        return excel

    yield open_book
    context.close()


FORMULAS: list[tuple[str, list[dict[str, Any]], object]] = [
    # announced for 2024: 0.5777 kgCO2e/kWh
    ("CFP_FACTOR", [one("CN-ELEC-CFP-2024")], 0.5777),
    ("CFP_FACTOR", [one("CN-ELEC-CFP-2024"), one("MWh")], 577.7),
    ("CFP_FACTOR", [one("CN-ELEC-CFP-2024"), LEFT_OUT], 0.5777),
    ("CFP_FACTOR", [one("CN-ELEC-CFP-2024"), one("")], 0.5777),
    ("CFP_FACTOR", [one("CN-ELEC-CFP-2024"), one("kg")], error("#VALUE!")),
    ("CFP_FACTOR", [one("nothing of this name")], error("#N/A")),
    ("CFP_CONVERT", [one(2.5), one("t"), one("kg")], 2500),
    ("CFP_CONVERT", [one(0), one("t"), one("kg")], 0),
    ("CFP_CONVERT", [one(True), one("t"), one("kg")], error("#VALUE!")),
    ("CFP_CONVERT", [one("2"), one("t"), one("kg")], error("#VALUE!")),
    ("CFP_FUEL_FACTOR", [one(20), one(26), one(1.5)], error("#NUM!")),
    ("CFP_AGREES", [one(25.721), one("25.72")], True),
    ("CFP_DIAGNOSE", [one(1), one("kWh"), one("CN-ELEC-CFP-2024")], "OK"),
    ("CFP_NO_SUCH", [], error("#NAME?")),
]


def test_single_values(opened: Open) -> None:
    given = opened().all_cells([(name, args) for name, args, _ in FORMULAS])
    assert given == [shown for _, _, shown in FORMULAS]


def test_tables_come_back_cell_by_cell(opened: Open) -> None:
    excel = opened()
    column = rows([1], ["x"], [None], [error("#REF!")], [2])
    assert excel.cells("CFP_CONVERT", column, one("t"), one("kg")) == [
        [1000],
        [error("#VALUE!")],
        [error("#VALUE!")],
        [error("#REF!")],
        [2000],
    ]
    found = excel.cells("CFP_FACTOR_SEARCH", one("全国电力平均碳足迹"), one(2))
    assert found[0][0] == "CN-ELEC-CFP-2024"
    assert len(found) == 2


@pytest.mark.parametrize("errors", ["code", "cell", "text"])
def test_errors_pass_through_however_excel_hands_them_over(opened: Open, errors: str) -> None:
    excel = opened(errors=errors)
    given = excel.all_cells(
        [("CFP_CONVERT", [one(error(code)), one("t"), one("kg")]) for code in ERRORS]
    )
    assert given == [error(code) for code in ERRORS]
    # a custom function has no #SPILL! to give
    spill = excel.cell("CFP_CONVERT", one(error("#SPILL!")), one("t"), one("kg"))
    assert spill == {"error": "#VALUE!", "message": "#SPILL!"}
    told = excel.cell("CFP_DIAGNOSE", one(error("#REF!")), one("kWh"), one("CN-ELEC-CFP-2024"))
    assert "#REF!" in told


def test_an_error_that_is_newer_than_ours_is_still_an_error(opened: Open) -> None:
    excel = opened(errors="cell")
    assert excel.cell("CFP_FACTOR", one(error("#PYTHON!"))) == error("#VALUE!")


@pytest.mark.parametrize("blanks", ["null", "zero"])
def test_a_blank_cell_is_missing_and_a_zero_is_zero(opened: Open, blanks: str) -> None:
    excel = opened(blanks=blanks)
    production, use, materials, total, one_blank, status = excel.all_cells(
        [
            ("CFP_STAGE", [one("生产"), at(ALL_ROWS)]),
            ("CFP_STAGE", [one("使用"), at(ALL_ROWS)]),
            ("CFP_STAGE", [one("原材料获取"), at(ALL_ROWS)]),
            ("CFP_TOTAL", [at(ALL_ROWS)]),
            ("CFP_CONVERT", [at("'Ann''s 表'!D4"), one("t"), one("kg")]),
            ("CFP_STATUS", [at(STAGES)]),
        ]
    )
    assert production == pytest.approx(5.777, rel=1e-15)
    assert use == error("#N/A")
    assert materials == 0, "not applicable, with a reason"
    assert total == error("#N/A")
    assert one_blank == error("#VALUE!")
    assert status == "OK", "a quantity of 0 is a number"
    assert len(excel.requests) == 1
    assert excel.requests[0].post_data is not None
    body = json.loads(excel.requests[0].post_data)
    assert len(body["ranges"]) == 2, "a range that formulas share travels once"


def test_zeros_that_were_computed_are_zeros(opened: Open) -> None:
    excel = opened(blanks="zero")
    assert excel.cells("CFP_CONVERT", rows([0], [1]), one("t"), one("kg")) == [[0], [1000]]


def test_a_whole_column_ends_with_its_last_cell(opened: Open) -> None:
    excel = opened(blanks="null")
    shown = excel.cells("CFP_FACTOR", at("'Ann''s 表'!F:F"))
    assert shown == [[error("#N/A")], [0.5777], [0.5777], [0.5777]]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_cells_that_cannot_be_read_are_no_zeros(opened: Open, lang: Lang) -> None:
    excel = opened(blanks="zero", lang=lang)
    elsewhere = {**at("'[other.xlsx]Sheet'!A1"), **one(0)}
    doubtful, certain = excel.all_cells(
        [
            ("CFP_CONVERT", [elsewhere, one("t"), one("kg")]),
            ("CFP_CONVERT", [one(1), one("t"), one("kg")]),
        ]
    )
    assert doubtful == {"error": "#N/A", "message": say("officejs.call.blanks_unknown", lang)}
    assert certain == 1000


def test_while_a_cell_is_edited_formulas_wait(opened: Open) -> None:
    excel = opened(blanks="zero")
    excel.page.evaluate("book.is_editing = true")
    excel.page.evaluate("(at) => {window.asked = calculate('CFP_TOTAL', [{at}])}", STAGES)
    excel.page.wait_for_timeout(200)
    assert not excel.requests
    excel.page.evaluate("book.is_editing = false")
    assert excel.page.evaluate("window.asked") == [[pytest.approx(5.777, rel=1e-15)]]


def test_five_thousand_formulas_take_few_requests(opened: Open) -> None:
    excel = opened()
    shown = excel.page.evaluate(
        """() => calculate_all(Array.from({length: 5000}, (_, n) => (
            {name: "CFP_CONVERT", args: [n, "t", "kg"].map((value) => ({rows: [[value]]}))})))"""
    )
    assert shown == [[[n * 1000]] for n in range(5000)]
    assert len(excel.requests) == 5


def test_large_ranges_are_spread_over_requests(opened: Open) -> None:
    excel = opened()
    shown = excel.page.evaluate(
        """() => calculate_all(Array.from({length: 5}, (_, n) => ({name: "CFP_CONVERT", args: [
            {rows: Array.from({length: 60}, () => [`${n}`.padEnd(30000, "x")])},
            {rows: [["t"]]}, {rows: [["kg"]]}]})))"""
    )
    assert shown == [[[error("#VALUE!")]] * 60] * 5
    lengths = [len(request.post_data or "") for request in excel.requests]
    assert len(lengths) == 3, "two ranges of 1.8 million letters in each"
    assert max(lengths) < 4_100_000


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_without_the_server_formulas_are_na_and_say_why(
    opened: Open, served: Served, lang: Lang
) -> None:
    excel = opened(lang=lang)
    excel.page.route("**/functions?*", lambda route: route.abort())
    calls = [("CFP_CONVERT", [one(n), one("t"), one("kg")]) for n in range(3)]
    why = say("officejs.call.server_away", lang, address=served.address)
    assert excel.all_cells(calls) == [{"error": "#N/A", "message": why}] * 3
    excel.page.unroute("**/functions?*")
    assert excel.all_cells(calls) == [0, 1000, 2000]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_wrong_token_is_na_and_says_what_to_do(opened: Open, lang: Lang) -> None:
    excel = opened(token="another-token-altogether", lang=lang)
    shown = excel.cell("CFP_VERSION")
    assert shown == {"error": "#N/A", "message": say("officejs.refused.token", lang)}


@pytest.mark.parametrize(
    ("status", "body"),
    [(500, "<html>oops"), (200, "not json"), (200, "{}"), (200, '{"results":[]}')],
)
def test_whatever_the_server_answers_no_formula_shows_a_blank(
    opened: Open, status: int, body: str
) -> None:
    excel = opened()
    excel.page.route("**/functions?*", lambda route: route.fulfill(status=status, body=body))
    shown = excel.cell("CFP_VERSION")
    assert shown["error"] == "#N/A"
    assert shown["message"]


CALL = re.compile(r"(CFP_\w+)\(([^()]*)\)")
WHOLE = re.compile(rf'=(?:IF\([A-Z]+\d+="","",)?(?:IF\([^,]*>0,NA\(\),)?{CALL.pattern}\)*')
"""A formula that shows what one of our functions gives: nothing where its row is empty, and #N/A
where rows of the tables are incomplete."""


def calls_in(book: Book) -> Iterator[tuple[str, str, list[dict[str, Any]], object]]:
    """The calls whose values cells of the workbook hold: cell, name, arguments, value."""
    for sheet in book["sheets"]:
        for key, cell in sheet["cells"].items():
            formula, value = cell.get("formula", ""), cell["value"]
            is_emission = "CFP_EMISSION" in formula and isinstance(value, float) and value != 0
            found = CALL.search(formula) if is_emission else WHOLE.fullmatch(formula)
            if found and value not in ("", None):
                args = [argument(text, sheet["name"], book) for text in found[2].split(",")]
                yield f"{sheet['name']} {key}", found[1], args, value


def argument(text: str, sheet: str, book: Book) -> dict[str, Any]:
    if not text:
        return LEFT_OUT
    if text.startswith('"'):
        return one(text.strip('"'))
    if (area := book["names"].get(text)) is None:
        return at(f"'{sheet}'!{text}")
    left, top = area["column"] + 1, area["row"] + 1
    right, bottom = left + area["columns"] - 1, top + area["rows"] - 1
    corners = f"{get_column_letter(left)}{top}:{get_column_letter(right)}{bottom}"
    return at(f"'{area['sheet']}'!{corners}")


@pytest.mark.parametrize("blanks", ["null", "zero"])
def test_the_worked_example_computes_the_same(opened: Open, blanks: str) -> None:
    book = worked_example()
    calls = list(calls_in(book))
    counted = Counter(name for _, name, _, _ in calls)
    assert counted == {"CFP_STAGE": 13, "CFP_SHARE": 13, "CFP_EMISSION": 5, "CFP_TOTAL": 1}
    given = opened(book, blanks=blanks).all_cells([(name, args) for _, name, args, _ in calls])
    for (cell, name, _, held), shown in zip(calls, given, strict=True):
        assert shown == pytest.approx(held, rel=1e-12), f"{cell} {name}"


def test_offices_own_script_learns_the_functions_as_the_page_loads(
    browser: Browser, served: Served
) -> None:
    office = npm_file("@microsoft/office-js/dist/office.js").read_text("utf-8")
    page = browser.new_page()
    page.route("**/mock/office.js", lambda route: route.fulfill(body=office))
    scripts = '<script src="/mock/office.js"></script><script src="/functions.js"></script>'
    page.route(
        "**/mock/page.html", lambda route: route.fulfill(body=scripts, content_type="text/html")
    )
    page.goto(f"{served.address}/mock/page.html")
    known = page.evaluate("Object.keys(CustomFunctions._association.mappings)")
    page.close()
    assert known == list(all_functions())
