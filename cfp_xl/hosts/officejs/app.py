"""The server that an Office.js add-in talks to: its files, the functions, and what the pane asks.

| request | what it gives |
|---|---|
| `GET /health` | that the server runs, and its version |
| `GET /functions.json` | the functions' metadata in the language of `?lang=` |
| `GET /functions.js` | the script that makes them known to Excel and gathers their calls |
| `GET /icons/80.png`, `GET /pane/…` | the add-in's pictures; the task pane's files and texts |
| `POST /functions` | many calls at once, and their results (`wire.Batch`) |
| `/api/…` | what the pane asks (`pane_api`) |

What is posted is a job (`jobs`), done beside the server within a time budget (`workers`).

Every error is `{"error": {"code", "message"}}`, the message in the user's language.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from cfp_xl import __version__
from cfp_xl.hosts.officejs.guard import Door, Guard, Refusal, error_document, language
from cfp_xl.hosts.officejs.icons import SIZES, icon_png
from cfp_xl.hosts.officejs.jobs import JOBS, Answer, Job
from cfp_xl.hosts.officejs.metadata import render_metadata, render_script
from cfp_xl.hosts.officejs.pane_api import pane_routes
from cfp_xl.messages import Explained, Lang

PANE = Path(__file__).parent / "pane"
OFFICE = "https://appsforoffice.microsoft.com"
"""Where Office.js comes from: Excel requires its own copy."""
MAY_FRAME = (
    "https://*.officeapps.live.com",
    "https://*.office.com",
    "https://*.sharepoint.com",
    "https://*.cloud.microsoft",
    "https://*.microsoft365.com",
    "https://*.live.com",
)
"""Excel on the web shows the pane in a frame."""


def _policy(scripts: str, frames: str) -> str:
    """What a page of ours may load, ask and be shown in: nothing that is not named."""
    allowed = (
        "default-src 'none'",
        f"script-src 'self'{scripts}",
        "style-src 'self'",
        "img-src 'self'",
        f"connect-src 'self'{scripts}",
        "base-uri 'none'",
        "form-action 'none'",
        f"frame-ancestors {frames}",
    )
    return "; ".join(allowed)


IN_EXCEL = _policy(f" {OFFICE}", f"'self' {' '.join(MAY_FRAME)}")
ALONE = _policy("", "'none'")
"""The desk: no other address at all."""


def headers_for(path: str) -> Mapping[str, str]:
    """What stands on the answer to a request for `path`."""
    return {
        "Content-Security-Policy": ALONE if path.startswith(("/desk", "/api/desk")) else IN_EXCEL,
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }


STATUS_CODES = {400: "malformed", 404: "no_such_page", 405: "wrong_method"}
"""What the framework refuses by itself."""

Perform: TypeAlias = Callable[[Job], Awaitable[Answer]]

routes = APIRouter()


@routes.get("/health")
async def health() -> dict[str, Any]:
    """Whether the server runs, and its version: what monitoring asks."""
    return {"status": "ok", "version": __version__}


@routes.get("/functions.json")
async def metadata(request: Request) -> Response:
    """Excel on the web reads it from its own origin; nothing in it is the user's."""
    anyone = {"Access-Control-Allow-Origin": "*"}
    return Response(render_metadata(_lang(request)), media_type="application/json", headers=anyone)


@routes.get("/functions.js")
async def script() -> Response:
    """The custom functions in JavaScript, made from the registry."""
    return Response(render_script(), media_type="text/javascript")


@routes.get("/icons/{size_px}.png")
async def icon(size_px: int) -> Response:
    """The add-in's icon; 404 for a size that no manifest names."""
    if size_px not in SIZES:
        raise HTTPException(404)
    return Response(icon_png(size_px), media_type="image/png")


async def posted(request: Request) -> Response:
    """A job of `JOBS`, and its answer."""
    job = Job(request.url.path, await request.body(), _lang(request))
    answer = await request.app.state.perform(job)
    return Response(answer.document, answer.status, media_type="application/json")


for path in JOBS:
    routes.add_api_route(path, posted, methods=["POST"])


@dataclass(frozen=True, slots=True)
class ServerPart:
    """What a server offers beside functions and pane: addresses, and a folder of page files."""

    routes: APIRouter
    page: Path
    at: str
    """Where the page's files are: `/desk`."""
    end: Callable[[], None]
    """Called when the server ends."""


def create_app(door: Door, perform: Perform, parts: Sequence[ServerPart] = ()) -> FastAPI:
    """The server's application; `door` says what it answers to, `perform` does its jobs."""
    app = FastAPI(title="cfp-xl", version=__version__, openapi_url=None)
    app.state.door = door
    app.state.perform = perform
    app.include_router(routes)
    app.include_router(pane_routes)
    app.mount("/pane", StaticFiles(directory=PANE, html=True), "pane")
    for part in parts:
        app.include_router(part.routes)
        app.mount(part.at, StaticFiles(directory=part.page, html=True), part.at)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _wrong_shape)
    app.add_exception_handler(Explained, _explained)
    app.add_exception_handler(Exception, _bug)
    app.add_middleware(Guard, door=door, headers=headers_for)
    return app


def _lang(request: Request) -> Lang:
    return language(request.scope, request.app.state.door.lang)


def _refused(request: Request, refusal: Refusal) -> JSONResponse:
    return JSONResponse(refusal.document(_lang(request)), refusal.status)


async def _http_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    code = STATUS_CODES.get(error.status_code, "malformed")
    return _refused(request, Refusal(error.status_code, code))


async def _wrong_shape(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    if first["type"] == "json_invalid":
        return _refused(request, Refusal(400, "malformed"))
    where = ".".join(str(step) for step in first["loc"][1:]) or "body"
    return _refused(request, Refusal(422, "shape", where=where))


async def _explained(request: Request, error: Exception) -> JSONResponse:
    """A mistake of the user's, in words."""
    assert isinstance(error, Explained)
    if isinstance(error, Refusal):
        return _refused(request, error)
    document = error_document(error.key.rpartition(".")[2], error.say(_lang(request)))
    return JSONResponse(document, 422)


async def _bug(request: Request, error: Exception) -> JSONResponse:  # noqa: ARG001
    """The traceback goes to the server's own log, not to who asks."""
    return _refused(request, Refusal(500, "bug"))
