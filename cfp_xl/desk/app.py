"""What the desk's page asks of the server. All but the page's own files needs the token.

| request, below `/api/desk/visits` | what it does |
|---|---|
| `POST /` | begins a visit: `{"visit", "actions", "upload_limit_mib", "files"}`; each of the files
that the desk was started with is like the answer to a `PUT` |
| `DELETE /{visit}` | ends it: its files and results are removed |
| `PUT /{visit}/files?name=` | takes a file in; a job looks at it: `{"id", "name", "job"}` |
| `DELETE /{visit}/files/{id}` | removes it |
| `POST /{visit}/jobs` | `{"action", "files": [id…], "options": {…}}` → `{"id"}` |
| `GET /{visit}/jobs` | all jobs, with their states |
| `DELETE /{visit}/jobs/{id}` | cancels one |
| `GET /{visit}/jobs/{id}/result` | its document, `?lang=` |
| `GET /{visit}/jobs/{id}/files/{name}` | a file that it made |
| `POST /{visit}/jobs/{id}/keep` | `{"name"}`: makes that a file of the visit, as `PUT` does |

`GET /desk/texts.json` is the page's texts in both languages.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import ClientDisconnect

from cfp_xl.desk.actions import ACTIONS
from cfp_xl.desk.page_texts import page_texts
from cfp_xl.desk.runner import BUDGET_S, Runner
from cfp_xl.desk.task import document_file
from cfp_xl.desk.visits import (
    MAX_FILES,
    MAX_VISIT_BYTES,
    DeskFile,
    DeskJob,
    Visit,
    Visits,
)
from cfp_xl.hosts.officejs.app import ServerPart
from cfp_xl.hosts.officejs.guard import Refusal, language
from cfp_xl.inputs import why_not_read
from cfp_xl.messages import Explained, Lang

PAGE = Path(__file__).parent / "page"
MIB = 1024 * 1024
UPLOAD_LIMIT_MIB = 256
UPLOAD_S = 600.0
"""How long a file may take to arrive."""
MAX_JOBS = 10_000

__all__ = ["BUDGET_S", "UPLOAD_LIMIT_MIB", "Desk", "desk_part"]


class NotGiven(Explained):
    """A file that the desk was to start with, and that can't be read or is too large."""


class AskedJob(BaseModel):
    """What the page asks to be done."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    action: str
    files: Annotated[list[str], Field(min_length=1, max_length=MAX_FILES)]
    options: dict[str, Any] = {}


class KeptFile(BaseModel):
    """A file that an action made, to go on working with."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str


class Desk:
    """The requests of the desk, over its visits and the processes that do their jobs."""

    def __init__(self, budget_s: float, upload_limit_mib: int, lang: Lang) -> None:
        self.visits, self.runner = Visits(), Runner(budget_s)
        self.upload_limit_mib, self.lang = upload_limit_mib, lang
        self.given: list[Path] = []

    def give(self, files: Sequence[Path]) -> None:
        """Files that each page has from the start, as they are now. Raises NotGiven."""
        for number, file in enumerate(files):
            try:
                if file.stat().st_size > self.upload_limit_mib * MIB:
                    raise NotGiven(
                        "desk.serve.too_large", file=file, limit_mib=self.upload_limit_mib
                    )
                target = self.visits.root / f"given-{number}" / file.name
                target.parent.mkdir()
                self.given.append(Path(shutil.copyfile(file, target)))
            except OSError as error:
                why = why_not_read(error)
                raise NotGiven("desk.serve.not_read", file=file, why=why) from error

    async def begin(self, request: Request) -> dict[str, Any]:
        """A visit, and what is offered."""
        offered = {name: one.document() for name, one in ACTIONS.items() if one.takes}
        visit = self.visits.begin()
        return {
            "visit": visit.id,
            "actions": offered,
            "upload_limit_mib": self.upload_limit_mib,
            "files": [self._put(visit, file, file.name, request) for file in self.given],
        }

    async def end_visit(self, visit: str) -> dict[str, Any]:
        """The page was closed."""
        self.visits.end(self.visits.get(visit))
        return {}

    async def upload(self, visit: str, request: Request, name: str) -> dict[str, Any]:
        """A file, piece by piece, within bounds. Raises Refusal."""
        here = self.visits.get(visit)
        file = here.place_for(name)
        try:
            await self._receive(here, file, request)
        except ClientDisconnect:  # who goes away in the middle hears nothing
            here.remove(file)
            raise Refusal(408, "too_slow") from None
        except BaseException:
            here.remove(file)
            raise
        return self._taken(here, file, self._lang(request))

    async def _receive(self, visit: Visit, file: DeskFile, request: Request) -> None:
        size_bytes, end_s = 0, time.monotonic() + UPLOAD_S
        with file.path.open("wb") as target:
            async for chunk in request.stream():
                size_bytes += len(chunk)
                visit.bytes += len(chunk)
                if size_bytes > self.upload_limit_mib * MIB:
                    raise Refusal(413, "desk_large", limit_mib=self.upload_limit_mib)
                if visit.bytes > MAX_VISIT_BYTES:
                    raise Refusal(413, "desk_much", limit_mib=MAX_VISIT_BYTES // MIB)
                if time.monotonic() > end_s:
                    raise Refusal(408, "too_slow")
                target.write(chunk)

    def _taken(self, visit: Visit, file: DeskFile, lang: Lang) -> dict[str, Any]:
        visit.files[file.id] = file
        job = self._started(visit, AskedJob(action="look", files=[file.id]), lang)
        return {"id": file.id, "name": file.name, "job": job.id}

    async def remove(self, visit: str, file: str) -> dict[str, Any]:
        """Forgets a file, and what is being done with it."""
        here = self.visits.get(visit)
        if known := here.files.get(file):
            for job in here.jobs.values():
                if file in job.files:
                    job.cancel()
            here.remove(known)
        return {}

    async def job(self, visit: str, asked: AskedJob, request: Request) -> dict[str, Any]:
        """Begins an action."""
        return {"id": self._started(self.visits.get(visit), asked, self._lang(request)).id}

    def _started(self, visit: Visit, asked: AskedJob, lang: Lang) -> DeskJob:
        action = ACTIONS.get(asked.action)
        if action is None:
            raise Refusal(422, "shape", where="action")
        count = len(asked.files)
        is_known = all(id in visit.files for id in asked.files)
        if not is_known or not action.least <= count <= action.most:
            raise Refusal(422, "shape", where="files")
        if len(visit.jobs) >= MAX_JOBS:
            raise Refusal(413, "desk_files", most=MAX_JOBS)
        id = visit.number()
        job = DeskJob(id, asked.action, tuple(asked.files), visit.folder / f"job-{id}")
        visit.jobs[id] = job
        self.runner.start(visit, job, asked.options, lang)
        return job

    async def jobs(self, visit: str) -> dict[str, Any]:
        """The states of all."""
        return {"jobs": [job.document() for job in self.visits.get(visit).jobs.values()]}

    async def cancel(self, visit: str, job: str) -> dict[str, Any]:
        """Stops a job, which frees its process at once."""
        self._job(visit, job).cancel()
        return {}

    async def result(self, visit: str, job: str, request: Request) -> Response:
        """What the page shows of a job."""
        return _file(document_file(self._job(visit, job).outputs, self._lang(request)))

    async def download(self, visit: str, job: str, name: str) -> Response:
        """A file that a job made."""
        return _file(self._made(self._job(visit, job), name))

    async def keep(self, visit: str, job: str, asked: KeptFile, request: Request) -> dict[str, Any]:
        """A file that a job made becomes one of the visit's."""
        here = self.visits.get(visit)
        source = self._made(self._job(visit, job), asked.name)
        return self._put(here, source, asked.name, request)

    def _put(self, visit: Visit, source: Path, name: str, request: Request) -> dict[str, Any]:
        """A copy of a file that lies here already, as one of the visit's."""
        file = visit.place_for(name)
        shutil.copyfile(source, file.path)
        visit.bytes += file.path.stat().st_size
        return self._taken(visit, file, self._lang(request))

    def _job(self, visit: str, job: str) -> DeskJob:
        known = self.visits.get(visit).jobs.get(job)
        if known is None:
            raise Refusal(404, "no_such_page")
        return known

    def _made(self, job: DeskJob, name: str) -> Path:
        """Only what the job says that it made."""
        if name not in [one["name"] for one in job.outcome.get("downloads", ())]:
            raise Refusal(404, "no_such_page")
        return job.outputs / name

    def _lang(self, request: Request) -> Lang:
        return language(request.scope, self.lang)

    def end(self) -> None:
        """The server ends."""
        self.runner.end()
        self.visits.close()


def _file(path: Path) -> Response:
    if not path.is_file():
        raise Refusal(404, "no_such_page")
    return FileResponse(path)


async def texts() -> dict[str, Any]:
    """The page's texts: nothing of a user's."""
    return page_texts()


def desk_part(desk: Desk) -> ServerPart:
    """The desk for a server."""
    routes = APIRouter()
    routes.add_api_route("/desk/texts.json", texts)
    at = "/api/desk/visits"
    asked: tuple[tuple[str, str, Callable[..., Any]], ...] = (
        ("POST", at, desk.begin),
        ("DELETE", at + "/{visit}", desk.end_visit),
        ("PUT", at + "/{visit}/files", desk.upload),
        ("DELETE", at + "/{visit}/files/{file}", desk.remove),
        ("GET", at + "/{visit}/jobs", desk.jobs),
        ("POST", at + "/{visit}/jobs", desk.job),
        ("DELETE", at + "/{visit}/jobs/{job}", desk.cancel),
        ("GET", at + "/{visit}/jobs/{job}/result", desk.result),
        ("GET", at + "/{visit}/jobs/{job}/files/{name}", desk.download),
        ("POST", at + "/{visit}/jobs/{job}/keep", desk.keep),
    )
    for method, path, answer in asked:
        routes.add_api_route(path, answer, methods=[method], response_model=None)
    return ServerPart(routes, PAGE, "/desk", desk.end)
