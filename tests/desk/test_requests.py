"""Whom the desk answers, what it takes in, within which bounds, and what is left afterwards."""

from __future__ import annotations

import asyncio
import re
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import pytest

from cfp_xl.desk.app import NotGiven
from cfp_xl.desk.task import PREFIX
from cfp_xl.desk.visits import Visits, safe_name
from tests.desk.conftest import NEVER_DONE, ORIGIN, TOKEN, UPLOAD_LIMIT_MIB, VISITS, DeskClient
from tests.hostile import SHEET, formula, packed, parts, sheet

WORKBOOKS = Path(__file__).parents[2] / "workbooks"
SOUND = packed(parts(sheet(formula("1+1", "2"))))


def test_nobody_is_answered_without_token_from_elsewhere_or_by_another_name(
    client: DeskClient,
) -> None:
    visit = client.begin()
    asked = [("POST", VISITS), ("PUT", f"{visit}/files?name=a.xlsx"), ("GET", f"{visit}/jobs")]
    wrong = {
        401: {"Authorization": "Bearer another-token-than-that"},
        403: {"Origin": "https://example.com"},
        421: {"Host": "example.com"},
    }
    for method, path in asked:
        for status, headers in wrong.items():
            content = {} if method == "GET" else {"content": b"{}"}
            answer = client.ask(method, path, headers=headers, **content)
            assert answer.status_code == status, (method, path, headers)
    assert client.ask("GET", f"{visit}/jobs").json() == {"jobs": []}


def test_the_page_may_ask_no_other_address(client: DeskClient) -> None:
    for path in ("/desk/", "/desk/texts.json", VISITS):
        headers = client.ask("GET", path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert not re.search(r"https?:|\*|unsafe|data:", policy), policy
        assert headers["cache-control"] == "no-store"


def test_each_kind_of_file_is_known(client: DeskClient) -> None:
    visit = client.begin()
    answer = WORKBOOKS / "meter-box" / "answers" / "V02_P02.xlsx"
    dropped = {
        "product": ("meter-box.xlsx", (WORKBOOKS / "meter-box.xlsx").read_bytes()),
        "supplier": ("answer.xlsx", answer.read_bytes()),
        "workbook": ("sums.xlsx", SOUND),
        "report": ("report.txt", "产品碳足迹报告".encode()),
        "footprint": ("pcf.json", b"{}"),
        "bundle": ("answers.zip", packed({"a.txt": "x"})),
        "other": ("picture.png", b"\x89PNG\r\n"),
    }
    for kind, (name, content) in dropped.items():
        job = client.put(visit, name, content).json()["job"]
        facts = client.until(visit, job, "done")["facts"]
        assert facts["kind"] == kind, name
        assert facts["asks_suppliers"] == (kind == "product")


def test_a_bomb_and_a_name_with_markup_are_answered_in_words(client: DeskClient) -> None:
    visit = client.begin()
    bomb = packed({**parts(), SHEET: bytes(40_000_000)})
    name = "../../<img src=x onerror=alert(1)>.xlsx"
    taken = client.put(visit, name, bomb).json()
    assert taken["name"] == "_img src=x onerror=alert(1)_.xlsx"
    job = client.done(visit, "verify", taken["id"])
    file = client.result(visit, job)["files"][0]
    assert (file["status"], [one["code"] for one in file["findings"]]) == ("unreadable", ["W06"])


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("a/b.xlsx", "a/b.xlsx"),
        ("C:\\x\\b.xlsx", "C_/x/b.xlsx"),
        ("../../../etc/passwd", "etc/passwd"),
        ("/", "file"),
        ("a\n\x00b.xlsx", "a__b.xlsx"),
        ("活动数据.xlsx", "活动数据.xlsx"),
    ],
)
def test_a_name_stays_within_its_folder(given: str, name: str) -> None:
    assert safe_name(given) == name


def test_a_long_name_keeps_its_ending_and_fits_a_file_system() -> None:
    name = safe_name("产" * 500 + ".xlsx")
    assert len(name.encode()) <= 200
    assert name.endswith("产.xlsx")


def test_a_file_above_the_limit_is_refused_and_nothing_of_it_kept(client: DeskClient) -> None:
    visit = client.begin()
    folder = client.desk.visits.get(visit.rpartition("/")[2]).folder
    refused = client.put(visit, "large.xlsx", bytes(1024 * 1024 + 1))
    assert refused.status_code == 413
    assert "1 MiB" in refused.json()["error"]["message"]
    assert list(folder.iterdir()) == []
    assert client.put(visit, "small.xlsx", SOUND).status_code == 200


def test_who_goes_away_while_a_file_arrives_leaves_nothing_of_it(
    client: DeskClient,
) -> None:
    visit = client.begin()
    here = client.desk.visits.get(visit.rpartition("/")[2])
    headers = [(b"host", ORIGIN[7:].encode()), (b"authorization", f"Bearer {TOKEN}".encode())]
    messages = iter([{"type": "http.request", "body": b"PK", "more_body": True}])

    async def receive() -> dict[str, Any]:
        return next(messages, {"type": "http.disconnect"})

    async def send(message: MutableMapping[str, Any]) -> None:
        """Nobody is there."""

    scope: dict[str, Any] = {"type": "http", "method": "PUT", "path": f"{visit}/files"}
    scope |= {
        "headers": headers,
        "query_string": b"name=half.xlsx",
        "root_path": "",
        "scheme": "http",
    }
    client.loop.run(client.app(scope, receive, send))  # raises nothing
    assert (here.files, here.bytes, list(here.folder.iterdir())) == ({}, 0, [])


def test_one_visitors_long_work_blocks_no_other_and_is_cancelled_at_once(
    client: DeskClient,
) -> None:
    busy = client.begin()
    slow = client.file(busy, NEVER_DONE, SOUND)
    jobs = [client.start(busy, "verify", slow) for _ in range(4)]
    for id in jobs[:3]:
        client.until(busy, id, "running")
    for visit in [client.begin() for _ in range(9)]:
        file = client.file(visit, "sound.xlsx", SOUND)
        assert client.done(visit, "look", file)["facts"]["kind"] == "workbook"
    assert [client.job(busy, id)["state"] for id in jobs] == ["running"] * 3 + ["waiting"]
    for id in reversed(jobs):
        client.ask("DELETE", f"{busy}/jobs/{id}")
    for id in jobs:
        client.until(busy, id, "cancelled")
    sound = client.file(busy, "sound.xlsx", SOUND)
    assert client.done(busy, "verify", sound)["facts"]["errors"] == 0


def test_a_job_cancelled_twice_leaves_its_place_in_order(client: DeskClient) -> None:
    """The visitor cancels it and closes the page before its process has ended."""
    visit = client.begin()
    here = client.desk.visits.get(visit.rpartition("/")[2])
    id = client.start(visit, "verify", client.file(visit, NEVER_DONE, SOUND))
    client.until(visit, id, "running")

    async def twice() -> None:
        here.jobs[id].cancel()
        for _ in range(3):  # until it waits for its process to end
            await asyncio.sleep(0)
        here.jobs[id].cancel()

    client.loop.run(twice())
    client.until(visit, id, "cancelled")
    job = client.put(visit, "sound.xlsx", SOUND).json()["job"]  # its place is the next one taken
    assert client.until(visit, job, "done")["facts"]["kind"] == "workbook"


def test_a_visit_that_ends_leaves_nothing_and_its_work_stops(client: DeskClient) -> None:
    visit, other = client.begin(), client.begin()
    here = client.desk.visits.get(visit.rpartition("/")[2])
    slow = client.file(visit, NEVER_DONE, SOUND)
    id = client.start(visit, "verify", slow)
    client.until(visit, id, "running")
    tasks = [job.task for job in here.jobs.values() if job.task]
    assert client.ask("DELETE", visit).status_code == 200
    client.loop.run(asyncio.wait(tasks))
    assert here.jobs[id].state == "cancelled"
    assert not here.folder.exists()
    assert here.folder.parent.name.startswith(PREFIX)
    gone = client.ask("GET", f"{visit}/jobs")
    assert (gone.status_code, gone.json()["error"]["code"]) == (404, "desk_over")
    assert client.ask("GET", f"{other}/jobs").status_code == 200


def test_a_visit_cannot_reach_anothers_files_or_any_file(client: DeskClient) -> None:
    mine, theirs = client.begin(), client.begin()
    file = client.file(theirs, "theirs.xlsx", SOUND)
    job = client.done(theirs, "verify", file)
    asked = {"action": "verify", "files": [file], "options": {}}
    assert client.ask("POST", f"{mine}/jobs", json=asked).status_code == 422
    assert client.ask("GET", f"{mine}/jobs/{job['id']}/result").status_code == 404
    for name in ("result.en.json", "..%2F..%2Fin%2Ftheirs.xlsx", "theirs.xlsx"):
        path = f"{theirs}/jobs/{job['id']}/files/{name}"
        assert client.ask("GET", path).status_code == 404
    assert client.ask("GET", VISITS, headers={"Origin": ORIGIN}).status_code == 405


def test_files_of_the_command_line_are_there_from_the_start_on_every_page(
    client: DeskClient, tmp_path: Path
) -> None:
    odd = tmp_path / "杯 子's & co;$(x).xlsx"
    odd.write_bytes(SOUND)
    client.desk.give([odd])
    odd.unlink()  # they are taken as they were
    try:
        for _ in range(2):
            begun = client.ask("POST", VISITS, json={}).json()
            (given,) = begun["files"]
            visit = f"{VISITS}/{begun['visit']}"
            assert given["name"] == odd.name
            assert client.until(visit, given["job"], "done")["facts"]["kind"] == "workbook"
            result = client.result(visit, client.done(visit, "verify", given["id"]))
            assert result["files"][0]["status"] == "passed"
    finally:
        client.desk.given.clear()


def test_a_file_that_the_desk_cannot_start_with_is_said(client: DeskClient, tmp_path: Path) -> None:
    large = tmp_path / "large.xlsx"
    large.write_bytes(bytes(UPLOAD_LIMIT_MIB * 1024**2 + 1))
    for file, key in ((large, "too_large"), (tmp_path, "not_read"), (tmp_path / "x", "not_read")):
        with pytest.raises(NotGiven) as caught:
            client.desk.give([file])
        assert caught.value.key == f"desk.serve.{key}"
        assert not re.search("No such|Is a dir", caught.value.say("zh")), "the system's words"
    assert not client.desk.given


def test_the_desk_knows_when_its_last_page_is_closed() -> None:
    visits = Visits()
    try:
        assert not visits.is_left(3600.0), "the browser may still be starting"
        visit = visits.begin()
        visits.left_s -= 7200.0
        assert not visits.is_left(3600.0)
        visits.end(visit)
        assert not visits.is_left(3600.0), "it may be loaded anew"
        visits.left_s -= 7200.0
        assert visits.is_left(3600.0)
    finally:
        visits.close()
