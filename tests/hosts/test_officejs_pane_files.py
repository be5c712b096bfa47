"""The task pane's files: no text of their own, nothing inline, nothing from elsewhere."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

import cfp_xl
from cfp_xl.hosts.officejs.pane_api import DESK_TEXTS, OF_THE_DESK
from cfp_xl.messages import catalogue
from cfp_xl.report.document.formats import DOCUMENT_FORMATS

PANE = Path(cfp_xl.__file__).parent / "hosts" / "officejs" / "pane"
SCRIPTS = {file.name: file.read_text("utf-8") for file in sorted(PANE.glob("*.js"))}
PAGE = (PANE / "index.html").read_text("utf-8")
ROOM = "officejs_pane."

# say("key"), say(`key.${…}`), new Problem("key"), and keys that a table or `fact` hands on.
SAID = re.compile(r"""(?:say|fact)\(\s*(["`])([^"`]+)\1""")
PROBLEMS = re.compile(r"""new Problem\("(\w+)\"""")
LISTED = re.compile(r'"((?:factors|formulas|versions|footprint|check|study)\.\w+)"')
MADE_OF = {
    "factors.${key}": ("factors.none", "factors.found_more", "factors.found"),
    "problem.${error.key}": (),
}


def keys_used() -> set[str]:
    """Every key of a text that the page and the scripts name; `…*` where its end is computed."""
    used = set(re.findall(r'data-(?:text|label|placeholder)="([\w.]+)"', PAGE))
    for script in SCRIPTS.values():
        for _, key in SAID.findall(script):
            used.update(MADE_OF.get(key, [re.sub(r"\$\{.*", "*", key)]))
        used.update(f"problem.{key}" for key in PROBLEMS.findall(script))
        used.update(LISTED.findall(script))
    table = re.search(r"const PROBLEMS = \{(.*?)\};", SCRIPTS["excel.js"], re.DOTALL)
    assert table is not None
    used.update(f"problem.{key}" for key in re.findall(r': "(\w+)"', table[1]))
    conditional = r'\? "(\w+)" : "(\w+)", \{ why \}'
    for pair in re.findall(conditional, SCRIPTS["server.js"]):
        used.update(f"problem.{key}" for key in pair)
    return used


def test_every_text_is_in_the_catalogue_and_every_one_is_used() -> None:
    known = {key.removeprefix(ROOM) for key in catalogue() if key.startswith(ROOM)}
    used = keys_used()
    prefixes = tuple(key.removesuffix("*") for key in used if key.endswith("*"))
    exact = {key for key in used if not key.endswith("*")}
    of_the_desk = {k.removeprefix(DESK_TEXTS) for k in catalogue() if k.startswith(OF_THE_DESK)}
    known |= of_the_desk & exact | {key for key in of_the_desk if key.startswith(prefixes)}
    assert exact <= known
    assert {p for p in prefixes if not any(key.startswith(p) for key in known)} == set()
    assert {key for key in known - exact if not key.startswith(prefixes)} == set()


def test_the_pane_offers_every_format_of_the_report() -> None:
    offered = re.search(r"const FORMATS = \[(.*?)\]", SCRIPTS["verify.js"])
    assert offered is not None
    assert set(re.findall(r'"(\w+)"', offered[1])) == set(DOCUMENT_FORMATS)


class Page(HTMLParser):
    """What a page runs, loads and says."""

    def __init__(self) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.inline: list[str] = []
        self.words: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        given = dict(attrs)
        self.loaded += [value for name in ("src", "href") if (value := given.get(name))]
        if tag == "style" or (tag == "script" and "src" not in given):
            self.inline.append(tag)
        self.inline += [name for name in given if name.startswith("on") or name == "style"]

    def handle_data(self, data: str) -> None:
        if data.strip() and "title" not in self.open[-1:]:
            self.words.append(data.strip())


def test_the_page_holds_no_text_and_nothing_inline_or_foreign() -> None:
    page = Page()
    page.feed(PAGE)
    assert page.inline == []
    assert page.words == ["中", "EN"], "the languages' own names need no translation"
    [foreign] = [address for address in page.loaded if "//" in address]
    assert foreign == "https://appsforoffice.microsoft.com/lib/1/hosted/office.js"
    # One page runs the pane and the functions: Excel's shared runtime.
    ours = [address for address in page.loaded if address not in (foreign, "/functions.js")]
    assert [name for name in ours if not (PANE / name).is_file()] == []


@pytest.mark.parametrize("name", SCRIPTS)
def test_scripts_make_no_markup_and_stand_alone(name: str) -> None:
    script = SCRIPTS[name]
    forbidden = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function"
    assert re.findall(forbidden, script) == []
    assert re.findall(r"""["'`]https?://""", script) == []
    modules = re.findall(r"""from "([^"]+)\"""", script)
    assert [module for module in modules if not (PANE / module).is_file()] == []
    assert re.findall(r"[\u3400-\u9fff]", re.sub(r"/\*.*?\*/|//.*", "", script, flags=re.S)) == []
