"""The desk of an office: the container's command, behind a proxy that serves it below a path."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import create_server
from tempfile import TemporaryDirectory
from threading import Thread

import pytest
from playwright.sync_api import Browser, expect

from tests.clients.desks import DeskPage, in_memory
from tests.clients.panes import WAIT_MS
from tests.hostile import formula, packed, parts, sheet

pytestmark = pytest.mark.client

TOKEN = "at-least-16-letters-or-digits"
PATH = "/tools/cfp"


class Proxy(BaseHTTPRequestHandler):
    """Passes what is below PATH on, `Host` as it came."""

    desk_port = 0

    def pass_on(self) -> None:
        if not self.path.startswith(PATH + "/"):
            self.send_error(404)
            return
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        with closing(HTTPConnection("127.0.0.1", self.desk_port)) as desk:
            desk.request(self.command, self.path.removeprefix(PATH), body, dict(self.headers))
            answer = desk.getresponse()
            content = answer.read()
        # A browser that has left the page does not wait for the answer.
        with suppress(ConnectionError):
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in ("transfer-encoding", "connection", "content-length"):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_DELETE = pass_on  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@contextmanager
def office(folder: Path) -> Iterator[str]:
    """The page's address at the proxy; `folder` is where the desk has its temporary files."""
    proxy = ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    url = f"http://127.0.0.1:{proxy.server_port}{PATH}"
    with create_server(("127.0.0.1", 0)) as free:
        Proxy.desk_port = free.getsockname()[1]
    command = [sys.executable, "-m", "cfp_xl", "desk", "--no-browser", "--host", "127.0.0.1"]
    command += [
        "--port",
        str(Proxy.desk_port),
        "--url",
        url,
        "--token",
        TOKEN,
        "--upload-limit",
        "1",
    ]
    environment = {**os.environ, "TMPDIR": str(folder)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as server:
        assert server.stdout is not None
        said = ""
        while "#" not in said:
            said += (line := server.stdout.readline())
            assert line, said
        found = re.search(r"http\S+#\S+", said)
        assert found is not None
        Thread(target=proxy.serve_forever, daemon=True).start()
        try:
            yield found[0]
        finally:
            server.terminate()
            proxy.shutdown()
            proxy.server_close()


@pytest.fixture
def folder() -> Iterator[Path]:
    """Its name is short: below it are sockets of the desk, whose paths may not be long."""
    with TemporaryDirectory() as name:
        yield Path(name)


def test_a_page_below_a_proxys_path_verifies_and_leaves_nothing(
    browser: Browser, folder: Path
) -> None:
    with office(folder) as address:
        assert address.endswith(f"{PATH}/desk/#{TOKEN}")
        page = browser.new_page(locale="en-GB")
        page.goto(address)
        expect.set_options(timeout=WAIT_MS)
        opened = DeskPage(page, "en")
        opened.shows(opened.say("welcome.heading"))
        opened.drop(in_memory("sound.xlsx", packed(parts(sheet(formula("1+1", "2"))))))
        expect(page.locator(".files .badge")).to_have_text(opened.say("standing.passed"))
        opened.drop(in_memory("large.xlsx", bytes(1024**2 + 1)))
        opened.shows(opened.say("problem.too_large", limit_mib=1))
        assert opened.complaints == []
        assert list(folder.glob("*/visit-*/file-*"))
        page.close(run_before_unload=True)
        for _ in range(WAIT_MS // 50):
            if not list(folder.glob("*/visit-*")):
                break
            time.sleep(0.05)
        assert list(folder.glob("*/visit-*")) == []
    assert list(folder.iterdir()) == []
