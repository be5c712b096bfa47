"""What requests have computed: a job is the request's body, its answer is status and JSON.

Jobs are read, done and answered in a process of their own (`workers`), so that neither a large
body nor a long computation holds up the server itself.
"""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from cfp_xl.footprint.factors import library
from cfp_xl.functions.registry import all_functions
from cfp_xl.hosts.officejs import pane_jobs as pane
from cfp_xl.hosts.officejs.guard import Refusal, error_document
from cfp_xl.hosts.officejs.wire import Batch, answered
from cfp_xl.messages import Explained, Lang


@dataclass(frozen=True, slots=True)
class Job:
    """What was posted to `path`, and the language to answer in."""

    path: str
    body: bytes
    lang: Lang


@dataclass(frozen=True, slots=True)
class Answer:
    """HTTP's status, and the document as JSON."""

    status: int
    document: bytes


def functions(batch: Batch, lang: Lang) -> dict[str, Any]:  # noqa: ARG001
    """The results of a batch of calls, in its order."""
    return {"results": answered(batch)}


JOBS: Mapping[str, tuple[type[BaseModel], Callable[[Any, Lang], dict[str, Any]]]] = {
    "/functions": (Batch, functions),
    "/api/factor-search": (pane.Words, pane.factor_search),
    "/api/factor-row": (pane.FactorRow, pane.factor_row),
    "/api/rebind": (pane.Formulas, pane.rebind),
    "/api/footprint": (pane.InventoryBody, pane.overview),
    "/api/factor-set": (pane.Pinned, pane.factor_set),
}
"""By their address: the form of the body, and what is done with it."""


def perform(job: Job) -> Answer:
    """The job's answer, whatever happens; a traceback goes to the server's own window."""
    form, work = JOBS[job.path]
    try:
        try:
            body = form.model_validate(_read(job.body))
        except ValidationError as mistake:
            where = ".".join(str(step) for step in mistake.errors()[0]["loc"]) or "body"
            raise Refusal(422, "shape", where=where) from mistake
        return _answer(200, work(body, job.lang))
    except MemoryError:
        raise
    except Refusal as refusal:
        return refused(refusal, job.lang)
    except Explained as mistake:
        code = mistake.key.rpartition(".")[2]
        return _answer(422, error_document(code, mistake.say(job.lang)))
    except Exception:
        traceback.print_exc()
        return refused(Refusal(500, "bug"), job.lang)


def performed(job: Job) -> bytes:
    """`perform` for a worker: the status in three digits, then the document."""
    answer = perform(job)
    return b"%03d" % answer.status + answer.document


def received(sent: bytes) -> Answer:
    """What `performed` sent."""
    return Answer(int(sent[:3]), sent[3:])


def refused(refusal: Refusal, lang: Lang) -> Answer:
    """The answer to a request that breaks a limit or a rule of `guard.py`."""
    return _answer(refusal.status, refusal.document(lang))


def _read(body: bytes) -> Any:
    if not body:
        raise Refusal(422, "shape", where="body")
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as mistake:
        raise Refusal(400, "malformed") from mistake


def _answer(status: int, document: dict[str, Any]) -> Answer:
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Answer(status, text.encode())


def _prepare() -> None:
    """Reads what most calls need, so that a process forked here answers its first one at once."""
    all_functions()
    library()


_prepare()
