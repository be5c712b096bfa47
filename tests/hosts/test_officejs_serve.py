"""`cfp-xl host serve` as users run it: what it writes, how it answers, and when it does not."""

from __future__ import annotations

import http.client
import re
import signal
import socket
import ssl
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner
from cryptography import x509

from cfp_xl.cli.commands import cfp_xl
from cfp_xl.hosts.officejs.guard import MAX_BODY_BYTES
from cfp_xl.hosts.officejs.server import Address, NotServed, check_address, listening
from cfp_xl.hosts.officejs.server_files import ServerFiles, certificate_in, token_in
from cfp_xl.messages import Explained, say
from cfp_xl.outputs import NotWritten

FACTOR = {"calls": [{"name": "CFP_FACTOR", "args": ["CN-ELEC-CFP-2024"]}]}


class Server:
    """A server that runs by itself; its folder is the user's."""

    def __init__(self, home: Path, *options: str) -> None:
        self.kept = ServerFiles(home)
        command = [sys.executable, "-m", "cfp_xl", "host", "serve", "--lang", "en"]
        command += ["--port", "0", "--home", str(home), *options]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        self.said = ""
        for line in self.process.stdout:
            self.said += line
            if "Ctrl+C" in line:
                break
        found = re.search(r"https://localhost:(\d+)", self.said)
        assert found, self.said
        self.address, self.port = found[0], int(found[1])

    @property
    def trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.kept.authority))

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.kept.token.read_text()}"}

    def connect(self) -> ssl.SSLSocket:
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=300)
        return self.trust.wrap_socket(plain, server_hostname="localhost")

    def factor(self) -> object:
        answer = httpx.post(
            f"{self.address}/functions",
            json=FACTOR,
            headers=self.headers,
            verify=self.trust,
            timeout=300,
        )
        return answer.json()

    def interrupt(self, by: signal.Signals = signal.SIGINT) -> tuple[int, str]:
        """Ctrl+C: the exit code, and what was written to stderr."""
        self.process.send_signal(by)
        _, complaints = self.process.communicate(timeout=300)
        return self.process.returncode, complaints


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("home"))
    yield running
    if running.process.poll() is None:
        running.process.kill()
        running.process.communicate()


def test_it_answers_over_a_certificate_that_the_client_verifies(server: Server) -> None:
    assert server.factor() == {"results": [0.5777]}
    for name in ("localhost", "127.0.0.1"):
        url = f"https://{name}:{server.port}/health"
        assert httpx.get(url, verify=server.trust, timeout=300).json()["status"] == "ok"
    with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
        httpx.get(f"{server.address}/health", verify=ssl.create_default_context())


def test_it_says_what_to_trust_and_install(server: Server) -> None:
    assert str(server.kept.authority) in server.said
    assert str(server.kept.manifest) in server.said
    token = server.kept.token.read_text()
    assert token not in server.said
    manifest = server.kept.manifest.read_text("utf-8")
    assert f"{server.address}/pane/index.html?token={token}" in manifest


def test_what_is_secret_is_the_users_alone(server: Server) -> None:
    for path in (server.kept.token, server.kept.certificate, server.kept.manifest):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(server.kept.folder.stat().st_mode) == 0o700
    written = b"".join(path.read_bytes() for path in server.kept.folder.iterdir())
    assert written.count(b"PRIVATE KEY-----\n") == 2, "one key: the server's, not the authority's"


def test_the_certificate_is_for_this_machine_and_not_too_long(server: Server) -> None:
    own = x509.load_pem_x509_certificate(server.kept.certificate.read_bytes())
    names = own.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert {str(name.value) for name in names} == {"localhost", "127.0.0.1"}
    # Apple, "Requirements for trusted certificates in iOS 13 and macOS 10.15": 825 days or fewer
    assert (own.not_valid_after_utc - own.not_valid_before_utc).days <= 825


def test_a_body_in_chunks_is_cut_off_at_the_limit(server: Server) -> None:
    mebibyte = b"100000\r\n" + b" " * 2**20 + b"\r\n"
    with server.connect() as connection:
        head = f"POST /functions HTTP/1.1\r\nHost: localhost:{server.port}\r\n"
        head += f"Authorization: {server.headers['Authorization']}\r\n"
        head += "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
        connection.sendall(head.encode())
        for _ in range(MAX_BODY_BYTES // 2**20 + 1):
            connection.sendall(mebibyte)
        connection.sendall(b"0\r\n\r\n")
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        assert answer.status == 413
        assert b'"too_large"' in answer.read()
    assert server.factor() == {"results": [0.5777]}


def test_a_body_larger_than_it_may_be_is_refused_in_words(server: Server) -> None:
    url = f"{server.address}/functions?lang=zh"
    too_much = b" " * (MAX_BODY_BYTES + 1)
    headers = {**server.headers, "Content-Type": "application/json"}
    answer = httpx.post(url, content=too_much, headers=headers, verify=server.trust, timeout=300)
    assert answer.status_code == 413
    assert answer.json()["error"] == {
        "code": "too_large",
        "message": say("officejs.refused.too_large", "zh", limit_mib=16),
    }
    answer = httpx.post(url, content=b" " * 10**6, headers={}, verify=server.trust, timeout=300)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "token")


@pytest.mark.parametrize(
    "sent",
    [
        b"\x00\xff garbage\r\n\r\n",
        b"GET /health HTTP/1.1\r\n\r\n",
        b"POST /functions HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
    ],
    ids=lambda sent: repr(sent[:20]),
)
def test_what_is_no_request_does_not_disturb_it(server: Server, sent: bytes) -> None:
    with server.connect() as connection:
        connection.sendall(sent)
        assert connection.recv(4096).startswith(b"HTTP/1.1 4")
    assert server.factor() == {"results": [0.5777]}


def test_a_half_sent_request_does_not_hold_others_up(server: Server) -> None:
    with server.connect() as slow:
        slow.sendall(f"POST /functions HTTP/1.1\r\nHost: localhost:{server.port}\r\n".encode())
        assert server.factor() == {"results": [0.5777]}


def test_the_second_start_keeps_token_and_certificate_and_ctrl_c_ends_it(tmp_path: Path) -> None:
    first = Server(tmp_path)
    assert first.factor() == {"results": [0.5777]}
    kept = {path: path.read_bytes() for path in (first.kept.token, first.kept.certificate)}
    assert first.interrupt() == (0, "")
    second = Server(tmp_path)
    assert {path: path.read_bytes() for path in kept} == kept
    assert str(second.kept.authority) not in second.said, "nothing to trust anew"
    assert second.factor() == {"results": [0.5777]}
    assert second.interrupt(signal.SIGHUP) == (0, ""), "its window was closed"


def test_another_name_takes_another_certificate(tmp_path: Path) -> None:
    kept = ServerFiles(tmp_path)
    assert certificate_in(kept, ("localhost",))
    assert not certificate_in(kept, ("localhost",))
    assert certificate_in(kept, ("cfp.example.com", "localhost"))
    assert not certificate_in(kept, ("localhost", "cfp.example.com"))


def test_a_token_is_made_once_and_is_long(tmp_path: Path) -> None:
    token = token_in(ServerFiles(tmp_path), None)
    assert len(token) >= 32
    assert token_in(ServerFiles(tmp_path), None) == token
    assert token_in(ServerFiles(tmp_path / "other"), None) != token
    assert token_in(ServerFiles(tmp_path), "x" * 16) == "x" * 16
    ServerFiles(tmp_path).token.write_text("")
    assert len(token_in(ServerFiles(tmp_path), None)) >= 32


@pytest.mark.parametrize("token", ["", "short", "x" * 200, "with a space in it", "令牌" * 10])
def test_a_token_that_guards_nothing_is_refused(tmp_path: Path, token: str) -> None:
    with pytest.raises(Explained):
        token_in(ServerFiles(tmp_path), token)


@pytest.mark.parametrize(
    ("address", "has_token", "key"),
    [
        (Address("192.168.1.5"), False, "token_needed"),
        (Address("0.0.0.0"), False, "token_needed"),
        (Address("0.0.0.0"), True, "url_needed"),
        (Address("::"), True, "url_needed"),
        (Address(url="cfp.example.com"), True, "bad_url"),
        (Address(url="ftp://cfp.example.com"), True, "bad_url"),
        (Address(url="https://cfp.example.com/below"), True, "bad_url"),
        (Address(url="https://user@cfp.example.com"), True, "bad_url"),
    ],
)
def test_addresses_that_are_not_served(address: Address, has_token: bool, key: str) -> None:
    with pytest.raises(NotServed) as refused:
        check_address(address, has_token=has_token)
    assert refused.value.key == f"officejs.serve.{key}"


@pytest.mark.parametrize(
    ("address", "origins"),
    [
        (Address(), ("https://localhost:8443", "https://127.0.0.1:8443")),
        (Address(port=443), ("https://localhost", "https://127.0.0.1")),
        (Address("::1", 80, False), ("http://localhost", "http://127.0.0.1", "http://[::1]")),
        (Address("192.168.1.5"), ("https://192.168.1.5:8443",)),
        (
            Address("0.0.0.0", url="https://CFP.example.com/"),
            ("https://cfp.example.com", "https://0.0.0.0:8443"),
        ),
    ],
)
def test_what_the_server_answers_to(address: Address, origins: tuple[str, ...]) -> None:
    check_address(address, has_token=True)
    assert address.origins == origins


def test_a_port_in_use_is_said_in_words(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(NotServed) as refused:
            listening(Address(port=port))
        assert refused.value.say("en") == say(
            "officejs.serve.port_taken", "en", address=f"127.0.0.1:{port}"
        )
    assert not list(tmp_path.iterdir())


def test_a_folder_that_can_not_be_written_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / ".cfp_xl").write_text("in the way")
    with pytest.raises(NotWritten) as refused:
        token_in(ServerFiles(tmp_path), None)
    assert str(tmp_path) in refused.value.say("en")


@pytest.mark.parametrize("port", ["-1", "65536", "x", "80.5"])
def test_what_is_no_port_is_refused(port: str) -> None:
    run = CliRunner().invoke(cfp_xl("en"), ["host", "serve", "--port", port])
    assert run.exit_code == 2


def slow(spare_cells: int) -> dict[str, object]:
    """A column by a row of shares, a million cells a call; an hour for the whole."""
    args = [{"range": 0}, 1, {"range": 1}]
    column, row = [[n] for n in range(2000)], [list(range(1, 501))]
    ranges = [column, row, [[0.123456789] * spare_cells]]
    return {"calls": [{"name": "CFP_ALLOCATE", "args": args}] * 100, "ranges": ranges}


SMALL, LARGE = slow(1), slow(20_000)
TEN = [SMALL, LARGE] * 5


def test_long_requests_hold_no_other_up_and_ctrl_c_does_not_wait_for_them(tmp_path: Path) -> None:
    """However busy the machine is: the long ones take longer than this test waits."""
    running = Server(tmp_path, "--budget", "600")
    ask = partial(httpx.post, headers=running.headers, verify=running.trust, timeout=900)
    with ThreadPoolExecutor(10) as pool:
        try:
            asked = [pool.submit(ask, f"{running.address}/functions", json=one) for one in TEN]
            time.sleep(0.5)
            assert running.factor() == {"results": [0.5777]}
            assert not any(one.done() for one in asked)
            code, _ = running.interrupt()
            assert code == 0
        finally:
            running.process.kill()
            running.process.communicate()


def test_long_requests_end_in_words_and_it_goes_on(tmp_path: Path) -> None:
    running = Server(tmp_path, "--budget", "2")
    try:
        url = f"{running.address}/functions?lang=zh"
        ask = partial(httpx.post, headers=running.headers, verify=running.trust, timeout=900)
        with ThreadPoolExecutor(10) as pool:
            answers = list(pool.map(lambda one: ask(url, json=one), TEN))
        said = {(one.status_code, one.json()["error"]["message"]) for one in answers}
        assert said <= {
            (504, say("officejs.refused.too_long", "zh", seconds="2")),
            (503, say("officejs.refused.busy", "zh")),
        }
        assert 504 in {status for status, _ in said}
        end_s = time.monotonic() + 300
        while running.factor() != {"results": [0.5777]}:  # within the 2 s on a busy machine
            assert time.monotonic() < end_s
        assert running.interrupt() == (0, "")
    finally:
        running.process.kill()
        running.process.communicate()
