"""The buttons of the desk that the other visits do not press, in both languages."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from playwright.sync_api import expect

from cfp_xl.api import verify
from cfp_xl.messages import LANGS, Lang
from tests.clients.desks import PROJECT, DeskOpener, for_minutes
from tests.hostile import packed, parts, sheet

pytestmark = pytest.mark.client

SUPPLIERS = PROJECT / "tests" / "cases" / "suppliers"
CELLS = 40
"""A chain longer than a tree shows at once."""


def chain(first: int, saved: Mapping[int, int] | None = None) -> bytes:
    """A1 is a number, each cell below it the one above and 1; `saved` are values that differ."""
    values = {n: first + n - 1 for n in range(1, CELLS + 1)} | dict(saved or {})
    cells = [f'<c r="A1"><v>{values[1]}</v></c>']
    cells += [f'<c r="A{n}"><f>A{n - 1}+1</f><v>{values[n]}</v></c>' for n in range(2, CELLS + 1)]
    rows = "".join(f'<row r="{n}">{cell}</row>' for n, cell in enumerate(cells, 1))
    return packed(parts(sheet(rows)))


@pytest.mark.parametrize("lang", LANGS)
def test_a_list_is_copied_a_chain_followed_and_two_versions_swapped(
    desk: DeskOpener, lang: Lang, tmp_path: Path
) -> None:
    old, new = tmp_path / "old.xlsx", tmp_path / "new.xlsx"
    old.write_bytes(chain(1, saved={7: 70}))
    new.write_bytes(chain(2))
    opened = desk(lang, permissions=["clipboard-read", "clipboard-write"])
    page = opened.page
    with page.expect_file_chooser() as chosen:
        opened.press("drop.files")
    chosen.value.set_files(old)
    expect(page.locator(".finding")).to_have_count(1)
    opened.press("findings.copy")
    expect(page.locator(".notice")).to_contain_text(opened.say("findings.copied", count=1))
    [copied] = page.evaluate("navigator.clipboard.readText()").splitlines()
    assert "!A7  " in copied
    assert opened.say("severity.error") in copied
    assert page.locator(".finding .what").inner_text() in copied
    opened.press("close")
    expect(page.locator(".notice")).to_have_count(0)
    opened.press("severity.error", more=" 1")
    opened.shows(opened.say("findings.none_shown"))

    page.locator("#tab-verify").press("ArrowRight")
    expect(page.locator("#tab-why")).to_be_focused()
    page.fill("#cell", f"S!A{CELLS}")
    opened.press("why.go")
    expect(page.locator(".tree")).to_contain_text(f"A{CELLS}")
    page.evaluate("document.querySelectorAll('.tree details').forEach((one) => (one.open = true))")
    opened.press("why.deeper")
    expect(page.locator("#cell")).not_to_have_value(f"S!A{CELLS}")
    row = int(page.input_value("#cell").rpartition("A")[2])
    assert 1 < row < CELLS
    expect(page.locator(".tree .amount").first).to_have_text(str(70 if row == 7 else row))
    opened.press("why.total")
    expect(page.locator("#panel [role=alert]")).to_be_visible()
    opened.press("again")
    expect(page.locator("#panel [role=alert]")).to_be_visible()

    opened.drop(new)
    opened.press("together.diff")
    opened.press("diff.swap")
    opened.press("diff.go")
    cells = page.locator("tbody tr", has_text="S!A1").first.locator("td")
    expect(cells.nth(3)).to_have_text("2")
    expect(cells.nth(4)).to_have_text("1")


@pytest.mark.parametrize("lang", LANGS)
def test_a_folder_is_chosen_and_all_that_is_done_with_it_cancelled(
    desk: DeskOpener, lang: Lang, tmp_path: Path
) -> None:
    folder = tmp_path / "账册 & <b>"
    folder.mkdir()
    for name in ("1.xlsx", "2.xlsx", "3.xlsx", "4.xlsx", "5.xlsx"):
        (folder / name).write_bytes(for_minutes())
    (folder / ".hidden").write_text("not taken")
    opened = desk(lang)
    with opened.page.expect_file_chooser() as chosen:
        opened.press("drop.folder")
    chosen.value.set_files(folder)
    opened.shows(opened.say("busy.verify"))
    expect(opened.page.locator("#summary progress")).to_be_visible()
    begun = "|".join(opened.say(f"standing.{name}") for name in ("waiting", "running"))
    expect(opened.listed("2.xlsx").locator(".badge")).to_have_text(re.compile(f"^({begun})$"))
    opened.press("cancel_all")
    badges = opened.page.locator(".files .badge")
    expect(badges).to_have_text([opened.say("standing.cancelled")] * 5)
    expect(opened.page.locator("#summary progress")).to_have_count(0)
    expect(opened.listed("3.xlsx").locator(".file")).to_have_attribute("title", "账册 & _b_/3.xlsx")
    opened.listed("2.xlsx").locator(".file").click()
    opened.press("again")
    opened.shows(opened.say("busy.verify"))
    opened.press("files.remove", name="2.xlsx")
    expect(badges).to_have_count(4)


def test_an_answer_held_back_is_accepted_with_a_reason(desk: DeskOpener, tmp_path: Path) -> None:
    opened = desk("zh")
    opened.drop(SUPPLIERS / "x10out.xlsx")
    opened.shows(opened.say("nothing.supplier"))
    opened.drop(SUPPLIERS / "box.xlsx")
    opened.press("together.intake")
    answer = opened.page.locator(".answers .card .badge").first
    expect(answer).to_have_text(opened.say("answer.held"))
    reason = "供应商来电确认：全部外购半成品"
    fields = opened.page.locator(".doubts input")
    for n in range(fields.count()):
        fields.nth(n).fill(reason)
    opened.press("intake.accept")
    expect(answer).to_have_text(opened.say("answer.accepted"))
    opened.shows(opened.say("intake.with_reason", code="S36", reason=reason))
    opened.press("intake.take_in", count=1)
    new = opened.downloads("intake.save", tmp_path)
    assert verify(new).status == verify(SUPPLIERS / "box.xlsx").status
    assert "P-102" in opened.downloads("download.csv", tmp_path).read_text("utf-8-sig")
    with zipfile.ZipFile(new) as archive:
        texts = [archive.read(name).decode(errors="ignore") for name in archive.namelist()]
    assert any(reason in text for text in texts)
