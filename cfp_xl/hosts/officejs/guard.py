"""Who may ask the server what: hosts, origins, the token, and how much a request may carry.

The server runs on the user's own machine, where every web page of the browser can reach it. So a
request must name this server (a foreign name in `Host` is DNS rebinding), must not come from a
page of another origin, and must bear the token, which only the add-in's own address carries.
What is the same for everyone (the functions' list, the pane's files) needs no token.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass
from hmac import compare_digest
from typing import Any, TypeAlias
from urllib.parse import parse_qs

import anyio

from cfp_xl.messages import LANGS, Explained, Lang

MAX_BODY_BYTES = 16 * 1024 * 1024
BODY_SECONDS = 30
"""How long a request may take to arrive."""
DISCARDED_BYTES = 4 * MAX_BODY_BYTES
DISCARD_SECONDS = 5

PUBLIC = ("/health", "/functions.json", "/functions.js", "/icons/", "/pane/", "/desk/")
"""What holds nothing of the user's, and needs no token."""
READ_BY_EXCEL = ("/functions.json",)
"""What Excel on the web reads from its own origin, which it must be allowed to."""

Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Headers: TypeAlias = Callable[[str], Mapping[str, str]]
"""What stands on every answer, by the path asked for."""
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
App: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]


class Refusal(Explained):
    """A request that is refused: `status` is HTTP's, `code` names the reason for programs."""

    def __init__(self, status: int, code: str, **values: object) -> None:
        super().__init__(f"officejs.refused.{code}", **values)
        self.status = status
        self.code = code

    def document(self, lang: Lang) -> dict[str, Any]:
        """What the answer says."""
        return error_document(self.code, self.say(lang))


def error_document(code: str, message: str) -> dict[str, Any]:
    """The form of every error that the server answers with."""
    return {"error": {"code": code, "message": message}}


@dataclass(frozen=True, slots=True)
class Door:
    """What the server answers to: its addresses (`https://localhost:8443`) and its token."""

    origins: tuple[str, ...]
    token: str
    lang: Lang

    @property
    def hosts(self) -> frozenset[str]:
        return frozenset(origin.partition("://")[2] for origin in self.origins)


class Guard:
    """Lets a request through to `app` with its body read, or answers why not.

    `headers` are for every answer. A `PUT` is a file: who takes it reads it piece by piece, and
    bounds it.
    """

    def __init__(self, app: App, door: Door, headers: Headers) -> None:
        self.app = app
        self.door = door
        self.headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = _headers(scope)
        own = [(n.lower().encode(), v.encode()) for n, v in self.headers(scope["path"]).items()]

        async def answered(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *own]
            await send(message)

        try:
            self._check(scope["path"], headers)
            if scope["method"] == "POST" and not _is_json(headers.get("content-type", "")):
                raise Refusal(415, "no_json")
            is_file = scope["method"] == "PUT"
            body = None if is_file else await _read_body(headers, receive)
        except Refusal as refusal:
            await _discard(receive)
            await _answer(answered, refusal, language(scope, self.door.lang))
            return

        async def replayed() -> Message:
            nonlocal body
            if body is None:
                return await receive()
            message = {"type": "http.request", "body": body, "more_body": False}
            body = None
            return message

        await self.app(scope, replayed, answered)

    def _check(self, path: str, headers: Mapping[str, str]) -> None:
        if headers.get("host", "").lower() not in self.door.hosts:
            raise Refusal(421, "foreign_host")
        origin = headers.get("origin")
        if origin is not None and origin not in self.door.origins and path not in READ_BY_EXCEL:
            raise Refusal(403, "foreign_origin")
        if path.startswith(PUBLIC):
            return
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not compare_digest(
            token.strip().encode("latin-1"), self.door.token.encode()
        ):
            raise Refusal(401, "token")


async def _read_body(headers: Mapping[str, str], receive: Receive) -> bytes | None:
    """The whole body, as long as it is within bounds; its declared length is not trusted."""
    declared = headers.get("content-length", "0").lstrip("0")
    digits = len(str(MAX_BODY_BYTES))
    if len(declared) > digits or declared.rjust(digits, "0") > str(MAX_BODY_BYTES):
        raise Refusal(413, "too_large", limit_mib=MAX_BODY_BYTES // 1024**2)
    chunks: list[bytes] = []
    size_bytes = 0
    with anyio.move_on_after(BODY_SECONDS):
        while True:
            message = await receive()
            chunks.append(message.get("body", b""))
            size_bytes += len(chunks[-1])
            if size_bytes > MAX_BODY_BYTES:
                raise Refusal(413, "too_large", limit_mib=MAX_BODY_BYTES // 1024**2)
            if not message.get("more_body"):
                return b"".join(chunks)
    raise Refusal(408, "too_slow")


async def _discard(receive: Receive) -> None:
    """What a refused request still sends, within bounds: a client reads no answer before."""
    size_bytes = 0
    with anyio.move_on_after(DISCARD_SECONDS):
        while size_bytes < DISCARDED_BYTES:
            message = await receive()
            if not message.get("more_body"):
                return
            size_bytes += len(message.get("body", b""))


def language(scope: Scope, otherwise: Lang) -> Lang:
    """The language to answer in: `?lang=`, else what the browser asks for."""
    wanted = parse_qs(scope["query_string"].decode("latin-1")).get("lang", [""])[-1]
    for text in (wanted, _headers(scope).get("accept-language", "")):
        for lang in LANGS:
            if text.lower().startswith(lang):
                return lang
    return otherwise


def _is_json(content_type: str) -> bool:
    return content_type.partition(";")[0].strip().lower() == "application/json"


def _headers(scope: Scope) -> Mapping[str, str]:
    return {name.decode("latin-1"): v.decode("latin-1") for name, v in scope["headers"]}


async def _answer(send: Send, refusal: Refusal, lang: Lang) -> None:
    body = json.dumps(refusal.document(lang), ensure_ascii=False).encode()
    headers = [
        (b"content-type", b"application/json; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),  # what is left of its body is not read
    ]
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
