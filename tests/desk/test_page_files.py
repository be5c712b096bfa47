"""The page's files: every text is in the catalogue, nothing inline, nothing from elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

import cfp_xl
from cfp_xl.desk.page_texts import PAGE_TEXTS, page_texts
from cfp_xl.messages import catalogue

PAGE = Path(cfp_xl.__file__).parent / "desk" / "page"
SCRIPTS = "".join(file.read_text("utf-8") for file in sorted(PAGE.glob("*.js")))
HTML = (PAGE / "index.html").read_text("utf-8")
LOOKS_LIKE_A_KEY = r"[a-z_]+(?:\.[a-z_-]+)*"
OF_THE_PANES_MODULES = {"close", "problem.server_away", "problem.copy_refused", "problem.bug"}


def test_every_text_is_in_the_catalogue_and_every_one_is_used() -> None:
    known = set(page_texts()["en"])
    used = set(re.findall(r'data-(?:text|label)="([\w.]+)"', HTML)) | OF_THE_PANES_MODULES
    used |= set(re.findall(r'say\(\s*"([^"]+)"', SCRIPTS))
    used |= {f"problem.{key}" for key in re.findall(r'Problem\("(\w+)"', SCRIPTS)}
    for condition in re.findall(r'say\([^()"`]+\? ("[^"]+" : "[^"]+")', SCRIPTS):
        used |= set(re.findall(LOOKS_LIKE_A_KEY, condition))
    assert used <= known
    computed = tuple(set(re.findall(r"say\(\s*`([^`$]+)\$", SCRIPTS)))
    assert {one for one in computed if not any(key.startswith(one) for key in known)} == set()
    own = {key.removeprefix(PAGE_TEXTS) for key in catalogue() if key.startswith(PAGE_TEXTS)}
    ends = tuple(set(re.findall(r"say\(`\$\{[\w.]+\}(\.\w+)`", SCRIPTS)))
    unused = own - used
    assert {k for k in unused if not k.startswith(computed) and not k.endswith(ends)} == set()


def test_nothing_is_inline_and_nothing_comes_from_elsewhere() -> None:
    assert re.findall(r"https?:|//\w", HTML) == []
    assert set(re.findall(r"https?://[^\s\"]+", SCRIPTS)) == {"http://www.w3.org/2000/svg"}
    assert not re.search(r"[\"'`(]/(?:pane|desk|api)\b", HTML + SCRIPTS), "below a proxy's path"
    assert not re.search(r"<style|style=|\son\w+=|<script(?![^>]*src=)", HTML)
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", SCRIPTS)
