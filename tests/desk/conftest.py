"""The desk's requests asked without a network between; its processes are the real ones."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from cfp_xl.desk import runner
from cfp_xl.desk.app import Desk, desk_part
from cfp_xl.desk.task import DeskWork
from cfp_xl.desk.work import performed
from cfp_xl.hosts.officejs.app import create_app
from cfp_xl.hosts.officejs.guard import Door
from cfp_xl.hosts.officejs.jobs import Answer, Job, perform

ORIGIN = "http://127.0.0.1:8500"
TOKEN = "a-token-for-this-test"
UPLOAD_LIMIT_MIB = 1
VISITS = "/api/desk/visits"
NEVER_DONE = "never-done.xlsx"
"""The name of a file whose verification does not end by itself."""


async def here(job: Job) -> Answer:
    """Nothing here asks for functions."""
    return perform(job)


def performed_or_not(work: DeskWork) -> bytes:
    """As the desk's processes do it, but for one file."""
    while work.action == "verify" and work.names[0] == NEVER_DONE:
        time.sleep(1)
    return performed(work)


class DeskClient:
    """Asks the application as the page does."""

    def __init__(self) -> None:
        self.desk = Desk(3000.0, UPLOAD_LIMIT_MIB, "en")
        self.desk.runner.prepare()
        self.app = create_app(Door((ORIGIN,), TOKEN, "en"), here, [desk_part(self.desk)])
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        headers = {"Authorization": f"Bearer {TOKEN}"}
        self.http = httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers=headers)
        self.loop = asyncio.Runner()

    def ask(self, method: str, path: str, **settings: Any) -> httpx.Response:
        return self.loop.run(self.http.request(method, path, **settings))

    def begin(self) -> str:
        """A visit's own address."""
        return f"{VISITS}/{self.ask('POST', VISITS, json={}).json()['visit']}"

    def put(self, visit: str, name: str, content: bytes) -> httpx.Response:
        return self.ask("PUT", f"{visit}/files", params={"name": name}, content=content)

    def file(self, visit: str, name: str, content: bytes) -> str:
        """A file taken in; its id."""
        return str(self.put(visit, name, content).json()["id"])

    def start(self, visit: str, action: str, *files: str, **options: object) -> str:
        """The id of a job."""
        asked = {"action": action, "files": files, "options": options}
        answer = self.ask("POST", f"{visit}/jobs", json=asked)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["id"])

    def job(self, visit: str, id: str) -> dict[str, Any]:
        jobs = self.ask("GET", f"{visit}/jobs").json()["jobs"]
        return next(job for job in jobs if job["id"] == id)

    def until(self, visit: str, id: str, *states: str) -> dict[str, Any]:
        """The job as soon as it is in one of these states."""
        while (job := self.job(visit, id))["state"] not in states:
            assert job["state"] in ("waiting", "running"), job
            self.loop.run(asyncio.sleep(0.02))
        return job

    def done(self, visit: str, action: str, *files: str, **options: object) -> dict[str, Any]:
        """A job that was done."""
        return self.until(visit, self.start(visit, action, *files, **options), "done")

    def result(self, visit: str, job: dict[str, Any], lang: str = "en") -> dict[str, Any]:
        answer = self.ask("GET", f"{visit}/jobs/{job['id']}/result", params={"lang": lang})
        document: dict[str, Any] = answer.json()
        return document


@pytest.fixture(scope="module")
def client() -> Iterator[DeskClient]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runner, "performed", performed_or_not)
        client = DeskClient()
    with client.loop:
        yield client
        client.loop.run(asyncio.sleep(0))
        client.desk.end()
