"""What the desk does is what the commands do: the same documents, and files that open."""

from __future__ import annotations

import json
from datetime import date
from itertools import chain, repeat
from pathlib import Path
from types import SimpleNamespace

import jsonschema
import pytest

from cfp_xl.api import open_workbook, verify
from cfp_xl.audit.reading import bounded, pdf
from cfp_xl.desk.actions import ACTIONS
from cfp_xl.desk.task import DeskWork, document_file
from cfp_xl.exchange.pact_rules import breaches
from cfp_xl.messages import LANGS, say
from tests.audit.files import pdf_of
from tests.desk.conftest import DeskClient

PROJECT = Path(__file__).parents[2]
WORKBOOKS = PROJECT / "workbooks"
PRODUCT = WORKBOOKS / "meter-box.xlsx"
ANSWERS = WORKBOOKS / "meter-box"


@pytest.fixture(scope="module")
def visit(client: DeskClient) -> str:
    return client.begin()


@pytest.fixture(scope="module")
def product(client: DeskClient, visit: str) -> str:
    return client.file(visit, PRODUCT.name, PRODUCT.read_bytes())


def assert_valid(document: object, schema: str) -> None:
    jsonschema.validate(
        document, json.loads((PROJECT / "docs" / f"{schema}.schema.json").read_text())
    )


def download(client: DeskClient, visit: str, job: dict[str, object], what: str) -> bytes:
    made = job["downloads"]
    assert isinstance(made, list)
    name = next(one["name"] for one in made if one["what"] == what)
    answer = client.ask("GET", f"{visit}/jobs/{job['id']}/files/{name}")
    assert answer.status_code == 200
    return answer.content


def test_verify_why_and_study_give_their_documents(
    client: DeskClient, visit: str, product: str, tmp_path: Path
) -> None:
    verified = client.done(visit, "verify", product)
    assert verified["facts"] == {
        "status": "passed",
        "errors": 0,
        "warnings": 0,
        "total_kgco2e": pytest.approx(64.6122974, rel=1e-8),  # as the workbook's own cell has it
    }
    for lang in LANGS:
        document = client.result(visit, verified, lang)
        assert_valid(document, "verification")
        said = {one["code"]: one["message"] for one in document["files"][0]["findings"]}
        assert ("最新" in said["G01"]) == (lang == "zh")
    table = tmp_path / "findings.xlsx"
    table.write_bytes(download(client, visit, verified, "findings"))
    assert open_workbook(table).opened.workbook.sheets
    assert_valid(client.result(visit, client.done(visit, "why", product)), "why")
    assert_valid(client.result(visit, client.done(visit, "study", product)), "study")


def test_a_mistake_is_said_in_both_languages(client: DeskClient, visit: str, product: str) -> None:
    id = client.start(visit, "why", product, cell="no such cell!A1")
    said = client.until(visit, id, "refused")["said"]
    assert set(said) == set(LANGS)
    assert "no such cell" in said["en"]
    assert said["zh"] != said["en"]


def test_answers_are_judged_then_taken_into_a_new_workbook(
    client: DeskClient, visit: str, product: str, tmp_path: Path
) -> None:
    sheets = [ANSWERS / "answers" / "V02_P02.xlsx", ANSWERS / "faulty" / "V05_P05.xlsx"]
    ids = [client.file(visit, one.name, one.read_bytes()) for one in sheets]
    day = date(2026, 11, 30).isoformat()
    judged = client.done(visit, "intake", product, *ids, day=day)
    document = client.result(visit, judged)
    assert_valid(document, "intake")
    assert document["applied"] is None
    by_name = {one["path"]: one["status"] for one in document["answers"]}
    assert by_name["V02_P02.xlsx"] == "accepted"
    assert by_name["V05_P05.xlsx"] in ("refused", "held")
    taken = client.done(visit, "intake", product, *ids, day=day, apply=True)
    new = tmp_path / "new.xlsx"
    new.write_bytes(download(client, visit, taken, "product"))
    assert verify(new).status == "passed"
    kept = client.ask(
        "POST",
        f"{visit}/jobs/{taken['id']}/keep",
        json={"name": taken["downloads"][0]["name"]},
    ).json()
    changed = client.result(visit, client.done(visit, "diff", product, kept["id"]))
    assert_valid(changed, "diff")
    assert changed["changes"]
    assert PRODUCT.read_bytes() != new.read_bytes()


def test_a_report_is_audited_with_quotes_and_against_a_product(
    client: DeskClient, visit: str, product: str
) -> None:
    text = (PROJECT / "tests/audit/kettle.txt").read_text("utf-8")
    page = "".join(f"<p>{line}</p>" for line in text.splitlines())
    html = f"<html><body>{page}</body></html>"  # read in a process of its own elsewhere
    report = client.file(visit, "kettle.html", html.encode())
    alone = client.result(visit, client.done(visit, "audit", report))
    assert_valid(alone, "audit")
    assert any(one["quote"] for one in alone["findings"])
    both = client.result(visit, client.done(visit, "audit", report, product))
    assert both["product"] == PRODUCT.name
    assert len(both["findings"]) > len(alone["findings"])


def test_pages_that_a_long_pdf_leaves_unread_are_named_in_the_verdict(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """In this process, so that the bound can be small: two pages instead of 300."""
    monkeypatch.setattr(bounded, "read_bounded", bounded.read_here)
    monkeypatch.setattr(pdf, "MAX_PAGES", 2)
    monkeypatch.chdir(tmp_path)
    Path("out").mkdir()
    Path("long.pdf").write_bytes(pdf_of("The report of a kettle. Total: 4.62 kgCO2e.", times=4))
    work = DeskWork("audit", tmp_path, ("long.pdf",), tmp_path / "out", {}, "en")
    assert ACTIONS["audit"].do(work).facts["warnings"] == 1
    document = json.loads(document_file(work.outputs, "en").read_text("utf-8"))
    assert [one["page"] for one in document["read"]["unread"]] == [3, 4]
    found = [one for one in document["findings"] if one["severity"] == "warning"]
    assert [(one["code"], one["case"], one["seen"]) for one in found] == [("W82", "limit", "3–4")]


def test_an_audit_out_of_time_names_the_pages_left_and_keeps_the_first(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """By a clock that jumps after the first page, so that no machine is too quick or too slow."""
    clock = chain((0.0, 0.0), repeat(1e6))
    monkeypatch.setattr(bounded, "read_bounded", bounded.read_here)
    monkeypatch.setattr(pdf, "time", SimpleNamespace(monotonic=clock.__next__))
    monkeypatch.chdir(tmp_path)
    Path("out").mkdir()
    Path("slow.pdf").write_bytes(pdf_of("The report of a kettle. Total: 4.62 kgCO2e.", times=3))
    work = DeskWork("audit", tmp_path, ("slow.pdf",), tmp_path / "out", {}, "en")
    assert ACTIONS["audit"].do(work).facts["warnings"] == 1
    document = json.loads(document_file(work.outputs, "en").read_text("utf-8"))
    found = [one for one in document["findings"] if one["severity"] == "warning"]
    assert [(one["code"], one["case"], one["seen"]) for one in found] == [
        ("W82", "too_slow", "2–3")
    ]
    assert document["read"]["figures"] == 1


def test_export_and_report_give_a_file_or_say_what_lacks(
    client: DeskClient, visit: str, product: str
) -> None:
    options = {"format": "pact", "audience": "customer", "draft": False}
    id = client.start(visit, "export", product, **options)
    job = client.until(visit, id, "done", "refused")
    if job["state"] == "done":
        assert breaches(json.loads(download(client, visit, job, "export"))) == ()
    report = client.done(visit, "report", product, format="html", audience="verifier")
    assert "64.6" in download(client, visit, report, "report").decode()
    report = client.done(visit, "report", product, format="pdf", audience="verifier")
    assert download(client, visit, report, "report").startswith(b"%PDF")
    wrong = WORKBOOKS / "bxd2-as-published.xlsx"
    file = client.file(visit, wrong.name, wrong.read_bytes())
    refused = client.until(visit, client.start(visit, "export", file, **options), "refused")
    first, *errors = refused["said"]["en"].split("\n")
    assert first == say("desk.out.errors_first", "en")
    assert any(" U01 " in one for one in errors)
