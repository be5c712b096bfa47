"""The Office.js add-in's server, asked without a network between."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from cfp_xl.hosts.officejs.app import create_app
from cfp_xl.hosts.officejs.guard import Door
from cfp_xl.hosts.officejs.jobs import Answer, Job, perform

ORIGIN = "https://localhost:8443"
TOKEN = "a-token-for-this-test"


async def here(job: Job) -> Answer:
    """Does a job without a process of its own; test_officejs_serve has the real ones."""
    return perform(job)


class Client:
    """Asks the application, without a network between."""

    def __init__(self) -> None:
        self.app = create_app(Door((ORIGIN, "https://127.0.0.1:8443"), TOKEN, "en"), here)
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
        self.http = httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers=headers)
        self.runner = asyncio.Runner()

    def request(self, method: str, path: str, **settings: Any) -> httpx.Response:
        return self.runner.run(self.http.request(method, path, **settings))

    def get(self, path: str, **settings: Any) -> httpx.Response:
        return self.request("GET", path, **settings)

    def post(self, path: str, **settings: Any) -> httpx.Response:
        return self.request("POST", path, **settings)


@pytest.fixture
def client() -> Iterator[Client]:
    client = Client()
    with client.runner:
        yield client
