"""The desk in headless Chromium, tried as an accountant, a buyer and a verifier would."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest
from docx import Document as DocxDocument
from playwright.sync_api import Browser, Route, expect
from reportlab.pdfgen.canvas import Canvas

from cfp_xl.api import open_workbook, verify
from cfp_xl.desk.visits import safe_name
from cfp_xl.messages import LANGS, Lang, say
from tests.clients.conftest import npm_file
from tests.clients.desks import PROJECT, WORKBOOKS, DeskOpener, for_minutes, in_memory
from tests.hostile import SHEET, packed, parts

pytestmark = pytest.mark.client

MIXED = PROJECT / "tests" / "cases" / "suppliers" / "mixed-inbox"


def test_an_accountant_gets_verdict_cells_reasons_and_files(
    desk: DeskOpener, tmp_path: Path
) -> None:
    opened = desk("zh")
    opened.drop(WORKBOOKS / "bxd2-as-published.xlsx")
    opened.shows(opened.say("verify.recalculation.agrees", formulas=973))
    opened.shows("15.0006")
    finding = opened.page.locator(".finding", has_text="报告所载值!K21").first
    expect(finding).to_be_visible()
    opened.page.fill(".tools input", "报告所载值!H7")
    expect(opened.page.locator(".finding")).to_have_count(1)
    table = opened.downloads("download.findings", tmp_path)
    assert table.read_bytes().startswith(b"PK")
    opened.page.locator(".finding .where").click()
    expect(opened.page.locator("#cell")).to_have_value("报告所载值!H7")
    opened.page.fill("#cell", "活动数据!E7")
    opened.press("why.go")
    expect(opened.page.locator(".tree")).to_contain_text("活动数据!E7")
    opened.tab("study")
    opened.shows(opened.say("study.none_stated"))
    for tab in ("report", "export"):
        opened.tab(tab)
        opened.page.click(f".ask button[type=submit]:has-text('{opened.say(f'{tab}.go')}')")
        opened.shows(say("desk.out.errors_first", "zh").split("。")[0])


def test_a_buyer_takes_answers_in_and_checks_the_new_workbook(
    desk: DeskOpener, tmp_path: Path
) -> None:
    opened = desk("en")
    product = WORKBOOKS / "meter-box.xlsx"
    answers = WORKBOOKS / "meter-box"
    sheets = [answers / "answers" / "V02_P02.xlsx", answers / "faulty" / "V04_P04.xlsx"]
    opened.drop(product, *sheets)
    opened.press("together.intake")
    expect(opened.page.locator(".answers .card")).to_have_count(2)
    opened.shows(opened.say("answer.accepted"))
    expect(opened.page.locator(".files")).to_contain_text(opened.say("answer.accepted"))
    opened.press("intake.take_in", count=1)
    new = opened.downloads("intake.save", tmp_path)
    assert verify(new).status == "passed"
    opened.press("intake.check")
    opened.shows(opened.say("verify.verdict.recalculation").strip())
    opened.press("together.diff")
    opened.page.select_option("select[name=old]", label=product.name)
    opened.page.select_option("select[name=new]", label=new.name)
    opened.press("diff.go")
    expect(opened.page.locator("table")).to_contain_text("S-P02")


def test_a_verifier_reads_the_quotes_beside_the_findings(desk: DeskOpener, tmp_path: Path) -> None:
    opened = desk("zh")
    opened.drop(PROJECT / "tests" / "audit" / "kettle.txt")
    expect(opened.page.locator("blockquote").first).to_contain_text("功能单位为1台不锈钢水壶")
    opened.page.click("[data-lang=en]")
    opened.lang = "en"
    opened.shows(opened.say("audit.add_product"))
    expect(opened.page.locator(".verdict .headline")).to_contain_text("warnings: 3")
    check = opened.downloads("download.check", tmp_path)
    assert open_workbook(check).opened.workbook.sheets
    opened.drop(WORKBOOKS / "bxd2.xlsx")
    opened.press("together.audit")
    opened.shows(opened.say("audit.with", product="bxd2.xlsx"))
    expect(opened.listed("kettle.txt")).to_contain_text(opened.say("standing.errors", count=""))


def test_twelve_files_of_each_kind_let_fall_at_once_are_known_for_what_they_are(
    desk: DeskOpener,
) -> None:
    answer = WORKBOOKS / "meter-box" / "answers" / "V02_P02.xlsx"
    kettle = (PROJECT / "tests" / "audit" / "kettle.txt").read_text("utf-8")
    html = "".join(f"<p>{line}</p>" for line in kettle.splitlines())
    report = io.BytesIO()
    document = DocxDocument()
    for line in kettle.splitlines():
        document.add_paragraph(line)
    document.save(report)
    pages = Canvas(pdf := io.BytesIO())
    pages.drawString(72, 700, "The product carbon footprint is 12.5 kgCO2e.")
    pages.save()
    dropped = {
        "product.xlsx": ("product", (WORKBOOKS / "bxd2.xlsx").read_bytes()),
        "answer.xlsx": ("supplier", answer.read_bytes()),
        "sums.xlsx": ("workbook", packed(parts())),
        "report.txt": ("report", kettle.encode()),
        "report.html": ("report", f"<html><body>{html}</body></html>".encode()),
        "report.docx": ("report", report.getvalue()),
        "report.pdf": ("report", pdf.getvalue()),
        "pcf.json": ("footprint", b"{}"),
        "answers.zip": ("bundle", packed({"a.txt": "x"})),
        "mail.eml": ("bundle", (MIXED / "mail.eml").read_bytes()),
        "answer.ods": ("bundle", (MIXED / "S01_P-101.ods").read_bytes()),
        "picture <b>of<b>.png": ("other", b"\x89PNG\r\n"),
    }
    opened = desk("zh")
    opened.drag_and_drop({name: content for name, (_, content) in dropped.items()})
    for lang in ("zh", "en"):
        opened.page.click(f"[data-lang={lang}]")
        opened.lang = lang
        for name, (kind, _) in dropped.items():
            expect(opened.listed(safe_name(name))).to_contain_text(opened.say(f"kind.{kind}"))
    expect(opened.listed("product.xlsx")).to_contain_text(opened.say("standing.passed"))
    for form in ("txt", "html", "docx", "pdf"):
        expect(opened.listed(f"report.{form}").locator(".badge")).to_have_text(
            re.compile(
                f"^{opened.say('standing.passed')}|^{opened.say('standing.errors', count='')}"
            )
        )
    opened.listed("picture").locator(".file").click()
    opened.shows(opened.say("nothing.other"))
    opened.press("files.remove", name="product.xlsx")
    for kind, name in (("footprint", "pcf.json"), ("bundle", "answers.zip")):
        opened.listed(name).locator(".file").click()
        opened.shows(opened.say(f"nothing.{kind}"))
    expect(opened.page.locator("#summary progress")).to_have_count(0)
    opened.press("files.remove", name="pcf.json")
    expect(opened.page.locator(".files li")).to_have_count(10)


def test_what_is_downloaded_opens_and_verifies(desk: DeskOpener, tmp_path: Path) -> None:
    """Each tab's files, of a product that has no errors."""
    opened = desk("en")
    opened.drop(WORKBOOKS / "bxd2.xlsx")
    opened.shows(opened.say("verify.conformity.conforms"))
    assert "15.0" in opened.downloads("download.markdown", tmp_path).read_text("utf-8")
    opened.tab("why")
    opened.shows("kgCO2e")
    assert "<html" in opened.downloads("download.html", tmp_path).read_text("utf-8")
    opened.tab("study")
    opened.shows(opened.say("study.hotspots"))
    assert open_workbook(opened.downloads("download.xlsx", tmp_path)).opened.workbook.sheets
    opened.tab("report")
    for form, begin in (("html", b"<!doctype"), ("docx", b"PK"), ("pdf", b"%PDF")):
        opened.page.select_option("select[name=format]", form)
        opened.press("report.go")
        expect(opened.page.locator(".busy")).to_have_count(0)
        saved = opened.downloads("download.report", tmp_path)
        assert saved.suffix == f".{form}"
        assert saved.read_bytes().lstrip()[: len(begin)] == begin
    opened.tab("export")
    opened.press("export.go")
    opened.shows("is blank")
    opened.page.select_option("select[name=format]", "openlca")
    opened.press("export.go")
    with zipfile.ZipFile(opened.downloads("download.export", tmp_path)) as archive:
        assert "olca-schema.json" in archive.namelist()


def test_hostile_files_are_answered_in_words_and_long_work_is_cancelled(desk: DeskOpener) -> None:
    opened = desk("en")
    name = "<img src=x onerror=alert(1)>.xlsx"
    bomb = packed({**parts(), SHEET: bytes(40_000_000)})
    opened.drop(in_memory(name, bomb))
    opened.shows(opened.say("verify.status.unreadable"))
    expect(opened.page.locator("img[src=x]")).to_have_count(0)
    opened.drop(in_memory("slow.xlsx", for_minutes()))
    opened.shows(opened.say("busy.verify"))
    opened.press("cancel")
    opened.shows(opened.say("cancelled"))
    expect(opened.page.locator(".files")).to_contain_text(opened.say("standing.cancelled"))


def test_twenty_thousand_findings_are_shown_a_part_at_a_time(desk: DeskOpener) -> None:
    opened = desk("en")

    def many(route: Route) -> None:
        document = route.fetch().json()
        [file] = document["files"]
        one = file["findings"][0]
        file["findings"] = [{**one, "severity": "error", "cell": f"B{n}"} for n in range(20_000)]
        route.fulfill(json=document)

    opened.page.route("**/result?*", many)
    opened.drop(WORKBOOKS / "bxd2.xlsx")
    expect(opened.page.locator(".finding")).to_have_count(100)
    opened.shows(opened.say("findings.shown", shown=100, count=20_000))
    opened.press("findings.more", count=100)
    expect(opened.page.locator(".finding")).to_have_count(200)
    opened.page.fill(".tools input", "B19999")
    expect(opened.page.locator(".finding")).to_have_count(1)


def test_the_page_asks_nobody_else_and_cannot(desk: DeskOpener, desk_address: str) -> None:
    opened = desk("en")
    opened.drop(WORKBOOKS / "bxd2.xlsx")
    opened.shows(opened.say("verify.conformity.conforms"))
    origin = desk_address.partition("/desk/")[0]
    assert {url for url in opened.asked if not url.startswith((origin, f"blob:{origin}"))} == set()
    assert "#" not in opened.page.url, "the token is left in the address"
    script = "fetch('https://example.com').then(() => 'answered', () => 'refused')"
    assert opened.page.evaluate(script) == "refused"
    assert any("Content Security Policy" in one for one in opened.complaints)
    opened.complaints.clear()


@pytest.mark.parametrize(("lang", "theme"), [*zip(LANGS, ("light", "dark"), strict=True)])
def test_every_view_is_accessible_on_a_phone_too(desk: DeskOpener, lang: Lang, theme: str) -> None:
    axe = npm_file("axe-core/axe.min.js").read_text("utf-8")
    opened = desk(lang, color_scheme=theme, viewport={"width": 390, "height": 844})
    page = opened.page
    page.evaluate(axe)

    def complaints() -> list[str]:
        found = page.evaluate("axe.run()")
        assert found["passes"]
        return [f"{v['id']}: {v['nodes'][0]['html']}" for v in found["violations"]]

    assert complaints() == []
    opened.drop(WORKBOOKS / "bxd2-as-published.xlsx")
    expect(page.locator(".finding").first).to_be_visible()
    assert complaints() == []
    wide = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    assert page.evaluate(wide)
    for tab, seen in (("why", ".tree"), ("study", ".bars"), ("report", ".ask"), ("export", ".ask")):
        opened.tab(tab)
        expect(page.locator(seen).first).to_be_visible()
        assert complaints() == []
        assert page.evaluate(wide), tab
    opened.press("export.go")
    expect(page.locator("#panel .verdict.problem")).to_be_visible()
    assert complaints() == []
    opened.drop(PROJECT / "tests" / "audit" / "kettle.txt")
    expect(page.locator("blockquote").first).to_be_visible()
    assert complaints() == []
    answers = WORKBOOKS / "meter-box"
    opened.drop(answers.with_suffix(".xlsx"), answers / "faulty" / "V04_P04.xlsx")
    opened.press("together.intake")
    expect(page.locator(".answers .card").first).to_be_visible()
    assert complaints() == []
    opened.press("together.diff")
    opened.press("diff.go")
    expect(page.locator("table")).to_be_visible()
    assert complaints() == []
    assert page.evaluate(wide)


def test_a_wrong_token_is_said(browser: Browser, desk_address: str) -> None:
    page = browser.new_context(locale="en-GB").new_page()
    page.goto(f"{desk_address.partition('#')[0]}#{'x' * 32}")
    expect(page.locator("[role=alert]")).to_have_text(say("desk.page.problem.token", "en"))
    page.context.close()
