"""The task pane held against others' work: Microsoft's types and script, and axe's rules.

The stand-in for Excel is ours, so what the pane asks of Excel is also checked by the types that
Microsoft publishes; and the page runs under Microsoft's own office.js, as far as that goes
without Excel.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route, expect

import cfp_xl
from cfp_xl.functions.registry import all_functions
from cfp_xl.messages import Lang, say
from tests.clients.conftest import HANGS_S, MODULES, Served, npm_file
from tests.clients.panes import OFFICE_JS, Book, Opener, break_rows, put, spell_as_others_do
from tests.programs import program

pytestmark = pytest.mark.client

PANE = Path(cfp_xl.__file__).parent / "hosts" / "officejs" / "pane"
MOCK = Path(__file__).parent / "officejs_mock"
RUNTIME = "custom-functions-runtime.js"


def types_complaints(folder: Path) -> str:
    """What TypeScript says of the pane's use of Excel, with the types of Microsoft."""
    program("node", package="nodejs npm")
    npm_file("@types/office-js/index.d.ts")
    options = {
        "allowJs": True,
        "checkJs": True,
        "noEmit": True,
        "skipLibCheck": True,
        "target": "es2022",
        "module": "es2022",
        "moduleResolution": "bundler",
        "lib": ["es2022", "dom", "dom.iterable"],
        "types": ["office-js"],
        "typeRoots": [str(MODULES / "@types")],
    }
    project = {"compilerOptions": options, "files": ["excel.js"]}
    (folder / "tsconfig.json").write_text(json.dumps(project), "utf-8")
    tsc = [str(npm_file(".bin/tsc")), "--project", str(folder)]
    done = subprocess.run(tsc, capture_output=True, text=True, check=False, timeout=HANGS_S)
    return done.stdout


def copied(folder: Path, change: tuple[str, str] = ("", "")) -> Path:
    """The pane's modules for Excel in `folder`, with one thing changed."""
    for name in ("excel.js", "dom.js"):
        script = (PANE / name).read_text("utf-8")
        (folder / name).write_text(script.replace(*change, 1) if change[0] else script, "utf-8")
    return folder


def test_excel_has_what_the_pane_asks_of_it(tmp_path: Path) -> None:
    assert types_complaints(copied(tmp_path)) == ""


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("getSpillParentOrNullObject()", "getSpillOwnerOrNullObject()"),
        ("getUsedRangeOrNullObject(true)", 'getUsedRangeOrNullObject("values")'),
        ("cells[at].formulas = [[change.after]]", "cells[at].formulae = [[change.after]]"),
    ],
)
def test_the_types_would_find_a_mistake(tmp_path: Path, right: str, wrong: str) -> None:
    assert right in (PANE / "excel.js").read_text("utf-8")
    assert "error TS" in types_complaints(copied(tmp_path, (right, wrong)))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_pane_runs_under_microsofts_own_script(
    browser: Browser, served: Served, lang: Lang
) -> None:
    """Only telemetry is stopped, by the content security policy: a frame and its styling."""
    script = npm_file("@microsoft/office-js/dist/office.js")

    def serve(route: Route) -> None:
        name = route.request.url.removeprefix(OFFICE_JS).partition("?")[0]
        route.fulfill(path=script.parent / name, content_type="text/javascript")

    context = browser.new_context(locale={"zh": "zh-CN", "en": "en-GB"}[lang])
    page = context.new_page()
    stopped: list[str] = []
    faults: list[str] = []
    page.on("console", lambda m: stopped.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.route(f"{OFFICE_JS}*", serve)
    page.goto(served.pane)
    expect(page.locator(".notice p")).to_have_text(say("officejs_pane.problem.no_excel", lang))
    page.fill("#words", "CN-ELEC-CFP-2024")
    expect(page.locator(".card").first).to_contain_text("0.5777")
    assert page.evaluate("typeof Office.context") == "object"
    assert faults == []
    assert [t for t in stopped if "inline style" not in t and "telemetryservice" not in t] == []
    context.close()


def test_one_page_runs_the_pane_and_the_functions(pane: Opener) -> None:
    """Excel's shared runtime: Microsoft's runtime calls the functions in the page of the pane."""
    scripts = {path.name: path.read_text("utf-8") for path in MOCK.glob("*.js")}
    # As Microsoft's office.js does, one script brings the others along.
    written = "".join(
        f'<script src="{OFFICE_JS}{name}"></script>' for name in (RUNTIME, "excel.js")
    )
    office = {
        "office.js": f"{scripts['excel_host.js']}; document.write({written!r})",
        RUNTIME: npm_file(f"@microsoft/office-js/dist/{RUNTIME}").read_text("utf-8"),
        "excel.js": scripts["office.js"],
    }
    opened = pane("zh", office=office)
    installed = opened.page.evaluate("install('/functions.json?lang=zh')")
    assert installed == {"unknown": [], "count": len(all_functions())}
    opened.search("CN-ELEC-CFP-2024")
    opened.press("factors.insert")
    formula = '=CFP_FACTOR("CN-ELEC-CFP-2024","kWh")'
    opened.reads("factors.inserted", where="活动数据!E17", formula=formula)
    arguments = [{"rows": [[text]]} for text in ("CN-ELEC-CFP-2024", "kWh")] + [{"omitted": True}]
    script = "(args) => calculate('CFP_FACTOR', args)"
    assert opened.page.evaluate(script, arguments) == [[0.5777]]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_panel_is_accessible(pane: Opener, lang: Lang, theme: str) -> None:
    """axe's rules of WCAG and good practice: names, roles, landmarks, contrast, focus order."""

    def everything(book: Book) -> None:
        spell_as_others_do(book)
        break_rows(book)
        put(book, "产品!B15", value="AR4")
        put(book, "产品!B16", value="cn-2026@1 sha256:0000000000000000")

    axe = npm_file("axe-core/axe.min.js").read_text("utf-8")
    opened = pane(lang, everything, color_scheme=theme)
    page = opened.page
    page.evaluate(axe)

    def complaints() -> list[str]:
        found = page.evaluate("axe.run()")
        assert found["passes"]
        return [f"{v['id']}: {v['nodes'][0]['html']}" for v in found["violations"]]

    opened.search("CN-ELEC")
    opened.press("factors.insert")
    expect(page.locator(".notice")).to_be_visible()
    assert complaints() == []
    for tab, seen in (("footprint", ".problem"), ("formulas", ".changes"), ("versions", "dl")):
        opened.open(tab)
        if tab == "formulas":
            opened.press("formulas.scan")
        expect(page.locator(seen).first).to_be_visible()
        assert complaints() == []
