"""Renders the pictures of the task pane, with the tests' stand-in for Excel over bxd2.xlsx:

    cfp-xl host serve --no-https --port 8444 --token task-pane-pictures
    .venv/bin/python -m docs.images.render_pane http://localhost:8444 task-pane-pictures

Needs Chromium, ImageMagick and a Noto CJK font.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from cfp_xl.messages import Lang
from tests.clients.panes import Book, Opener, panes, put, spell_as_others_do

HERE = Path(__file__).parent
WORDS: dict[Lang, str] = {"zh": "全国电力", "en": "electricity China 2024"}
SIZE = {"width": 350, "height": 700}


def with_mistakes(book: Book) -> None:
    """A missing quantity, a wrong factor, and formulas as other programs spell them."""
    spell_as_others_do(book)
    put(book, "活动数据!E7", value=None)
    put(book, "活动数据!G14", value="CN-ELEC-CFP-2042")


def render(
    opener: Opener, lang: Lang, theme: str, workbook: Callable[[Book], None], folder: Path
) -> None:
    """One picture of three panels, each with something done in it."""
    pane = opener(lang, workbook, color_scheme=theme, viewport=SIZE, device_scale_factor=2)
    pictures = [folder / f"{lang}-{at}.png" for at in range(3)]
    pane.search(WORDS[lang])
    pane.page.wait_for_selector(".card")
    pane.press("factors.insert")
    pane.page.wait_for_selector(".notice")
    pane.page.screenshot(path=pictures[0])
    pane.change("sheet('活动数据').cells['16,4'] = {}")
    pane.open("footprint")
    pane.page.wait_for_selector(".bar")
    pane.page.screenshot(path=pictures[1])
    pane.open("formulas")
    pane.press("formulas.scan")
    pane.page.wait_for_selector(".changes")
    pane.page.screenshot(path=pictures[2])
    made = HERE / f"pane-{lang}.png"
    small = [
        "-bordercolor",
        "#8a8886",
        "-border",
        "1",
        "+append",
        "+dither",
        "-colors",
        "128",
        "-strip",
    ]
    subprocess.run(["convert", *map(str, pictures), *small, str(made)], check=True)


def main(address: str, token: str) -> None:
    """Draws the pictures of the pane in both languages, by Chromium."""
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser: Browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        with panes(browser, address, token) as opener:
            render(opener, "zh", "light", with_mistakes, Path(folder))
            render(opener, "en", "dark", spell_as_others_do, Path(folder))
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
