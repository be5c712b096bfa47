"""The server's address and its run: loopback only, unless the user says otherwise."""

from __future__ import annotations

import errno
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn
from urllib.parse import urlsplit

from cfp_xl.messages import Explained

if TYPE_CHECKING:
    from cfp_xl.hosts.officejs.app import ServerPart
    from cfp_xl.hosts.officejs.guard import Door

LOOPBACK = ("localhost", "127.0.0.1")
"""The names of this machine that the server answers to; the manifest uses the first."""
DEFAULT_PORTS = {"https": 443, "http": 80}
MAX_CONNECTIONS = 64


class NotServed(Explained):
    """An address that can't be served, or that must not be without saying more."""


class WebMissing(Explained):
    """The packages of the extra `web` are not installed."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where the server listens and how it is called: `url` is what a proxy before it is called."""

    host: str = "127.0.0.1"
    port: int = 8443
    is_https: bool = True
    url: str | None = None

    @property
    def is_loopback(self) -> bool:
        return self.host in LOOPBACK or _is_loopback(self.host)

    @property
    def names(self) -> tuple[str, ...]:
        """The names that its certificate must hold."""
        given = (urlsplit(self.url).hostname or "",) if self.url else ()
        own = LOOPBACK if self.is_loopback else (self.host,)
        return tuple(dict.fromkeys(name for name in (*given, *own, self.host) if name))

    @property
    def origins(self) -> tuple[str, ...]:
        """All addresses it answers to; the first is the manifest's."""
        scheme = "https" if self.is_https else "http"
        port = "" if self.port == DEFAULT_PORTS[scheme] else f":{self.port}"
        own = LOOPBACK if self.is_loopback else ()
        names = dict.fromkeys((*own, self.host))
        given = (_origin(self.url),) if self.url else ()
        return (*given, *(f"{scheme}://{_bracketed(name)}{port}" for name in names))

    @property
    def base(self) -> str:
        """What its pages' addresses begin with: a proxy may serve them below a path of its own."""
        return self.url.rstrip("/") if self.url else self.origins[0]


def check_address(address: Address, *, has_token: bool, may_have_path: bool = False) -> None:
    """Raises NotServed unless it is loopback, or the user named a token, and the pages' address."""
    if not address.is_loopback and not has_token:
        raise NotServed("officejs.serve.token_needed", host=address.host)
    if address.url is None:
        if address.host in ("0.0.0.0", "::"):
            raise NotServed("officejs.serve.url_needed", host=address.host)
        return
    parts = urlsplit(address.url)
    is_whole = parts.scheme in DEFAULT_PORTS and parts.hostname
    has_path = parts.path.strip("/") and not may_have_path
    if not is_whole or has_path or parts.query or parts.fragment or parts.username:
        raise NotServed("officejs.serve.bad_url", url=address.url)


def _origin(url: str) -> str:
    """As a browser writes it: a path is no part of it."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()


def listening(address: Address) -> socket.socket:
    """A socket that accepts already; port 0 takes a free one. Raises NotServed."""
    try:
        found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
        family, _, _, _, place = sorted(found)[0]
        return socket.create_server(place, family=family)
    except OSError as error:
        is_taken = error.errno == errno.EADDRINUSE
        key = "port_taken" if is_taken else "not_bound"
        where = f"{_bracketed(address.host)}:{address.port}"
        raise NotServed(f"officejs.serve.{key}", address=where, why=error) from error


def run(
    door: Door,
    own: socket.socket,
    certificate: Path | None,
    budget_s: float,
    ready: Callable[[], None],
    parts: Sequence[ServerPart] = (),
) -> None:
    """Serves until it is interrupted; `ready` is called as soon as that may happen.

    No request computes for longer than `budget_s`. `parts` are what is served besides.
    """
    with ExitStack() as at_end, suppress(KeyboardInterrupt):
        import uvicorn

        from cfp_xl.hosts.officejs.app import create_app
        from cfp_xl.hosts.officejs.workers import Workers

        _end_when_stopped()
        workers = Workers(budget_s)
        at_end.callback(workers.end)
        workers.prepare()
        for part in parts:
            at_end.callback(part.end)

        config = uvicorn.Config(
            create_app(door, workers.perform, parts),
            access_log=False,
            log_level="warning",
            server_header=False,
            proxy_headers=False,
            limit_concurrency=MAX_CONNECTIONS,
            ssl_certfile=certificate,
            timeout_graceful_shutdown=3,
        )
        ready()
        uvicorn.Server(config).run(sockets=[own])


def _end_when_stopped() -> None:
    """A server that is stopped, or whose window is closed, ends as with Ctrl+C: what it keeps of
    visitors goes too."""
    signal.signal(signal.SIGTERM, _interrupted)
    if sys.platform != "win32":
        signal.signal(signal.SIGHUP, lambda *_: signal.raise_signal(signal.SIGTERM))


def _interrupted(*_: object) -> NoReturn:
    raise KeyboardInterrupt


def require_web() -> None:
    """Raises WebMissing unless the extra `web` is installed."""
    try:
        import fastapi
        import trustme
        import uvicorn
    except ImportError as error:
        raise WebMissing("officejs.serve.web_missing", module=error.name) from error
    del fastapi, trustme, uvicorn


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
