"""Renders the pictures of the desk, by Chromium, with the worked examples:

    .venv/bin/python -m docs.images.render_desk

Needs Chromium and a Noto CJK font.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from cfp_xl.messages import LANGS, Lang

HERE = Path(__file__).parent
WORKBOOKS = HERE.parents[1] / "workbooks"
LOCALES: dict[Lang, str] = {"zh": "zh-CN", "en": "en-GB"}
COLOURS = 128
WAIT_MS = 120_000


@contextmanager
def served() -> Iterator[str]:
    """The address of a desk."""
    command = [sys.executable, "-m", "cfp_xl", "desk", "--no-browser", "--lang", "en"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        found = None
        while not found:
            found = re.search(r"http://\S+#\S+", server.stdout.readline())
        try:
            yield found[0]
        finally:
            server.terminate()


def picture(page: Page, name: str) -> None:
    """A screenshot, in few colours so that it is small."""
    file = HERE / f"{name}.png"
    page.screenshot(path=file)
    with Image.open(file) as shot:
        small = shot.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    small.save(file, optimize=True)


def render(page: Page, address: str, lang: Lang) -> None:
    """A verdict with errors; why a total is what it is."""
    page.set_default_timeout(WAIT_MS)
    page.goto(address)
    page.wait_for_selector("main .cards")
    page.set_input_files("#files", [WORKBOOKS / "bxd2-as-published.xlsx"])
    page.wait_for_selector(".finding")
    picture(page, f"desk-verify-{lang}")
    page.click("#tab-why")
    page.wait_for_selector(".tree")
    picture(page, f"desk-why-{lang}")


def main() -> None:
    """Draws all of them: Chinese in light colours, English in dark ones."""
    with served() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        for lang in LANGS:
            context = browser.new_context(
                locale=LOCALES[lang],
                color_scheme="light" if lang == "zh" else "dark",
                viewport={"width": 1180, "height": 760},
            )
            render(context.new_page(), address, lang)
            context.close()
        browser.close()


if __name__ == "__main__":
    main()
