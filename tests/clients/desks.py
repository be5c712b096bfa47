"""The desk in a browser: its page, and what tests do there."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

from cfp_xl.messages import Lang, say
from tests.hostile import packed, parts, sheet

PROJECT = Path(__file__).parents[2]
WORKBOOKS = PROJECT / "workbooks"
DeskOpener = Callable[..., "DeskPage"]


def for_minutes() -> bytes:
    """No two formulas are alike, and each takes a while: computed until the time-out of 60 s."""
    rows = (
        f'<row r="{n}"><c r="A{n}"><f>DB(1,1,1E9,{10**9 - n})</f></c></row>' for n in range(1, 2001)
    )
    return packed(parts(sheet("".join(rows))))


def in_memory(name: str, content: bytes) -> dict[str, Any]:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


class DeskPage:
    """The page, and what it complains of."""

    def __init__(self, page: Page, lang: Lang) -> None:
        self.page, self.lang = page, lang
        self.complaints: list[str] = []
        self.asked: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda m: self.complaints.append(m.text) if m.type == "error" else None)
        page.on("request", lambda request: self.asked.append(request.url))

    def say(self, key: str, **values: object) -> str:
        return say(f"desk.page.{key}", self.lang, **values)

    def drop(self, *files: Any) -> None:
        """Paths, or a file in memory."""
        self.page.set_input_files("#files", list(files))

    def drag_and_drop(self, files: Mapping[str, bytes]) -> None:
        """Files dragged over the page and let fall there, as the browser's own events say it."""
        given = [[name, base64.b64encode(content).decode()] for name, content in files.items()]
        transfer = self.page.evaluate_handle(
            """(given) => {
                const transfer = new DataTransfer();
                for (const [name, content] of given) {
                    const bytes = Uint8Array.from(atob(content), (one) => one.charCodeAt(0));
                    transfer.items.add(new File([bytes], name));
                }
                return transfer;
            }""",
            given,
        )
        for event in ("dragenter", "dragover"):
            self.page.dispatch_event("main", event, {"dataTransfer": transfer})
        expect(self.page.locator("#drop.over")).to_be_visible()
        self.page.dispatch_event("main", "drop", {"dataTransfer": transfer})
        expect(self.page.locator("#drop.over")).to_have_count(0)

    def listed(self, name: str) -> Locator:
        """A file at the side."""
        return self.page.locator(".files li", has_text=name)

    def press(self, key: str, more: str = "", **values: object) -> None:
        name = self.say(key, **values) + more
        self.page.get_by_role("button", name=name, exact=True).first.click()

    def tab(self, name: str) -> None:
        self.page.click(f"#tab-{name}")

    def shows(self, text: str) -> None:
        expect(self.page.locator("main")).to_contain_text(text)

    def downloads(self, key: str, folder: Path) -> Path:
        """What a button saves."""
        with self.page.expect_download() as saved:
            self.press(key)
        target = folder / saved.value.suggested_filename
        saved.value.save_as(target)
        return target
