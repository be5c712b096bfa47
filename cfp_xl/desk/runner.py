"""Who does the desk's jobs: a few bounded processes, shared fairly among the visits."""

from __future__ import annotations

import asyncio
import json
import time
import traceback
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from cfp_xl.desk.task import DeskOutcome, DeskWork
from cfp_xl.desk.visits import CANCELLED, RUNNING, DeskJob, Visit
from cfp_xl.desk.work import performed
from cfp_xl.messages import Lang, Text, fill, text
from cfp_xl.work import bounded_process
from cfp_xl.work.bounded_process import BoundedProcess, ProcessDied

PRELOADED = "cfp_xl.desk.work"
PROCESSES = 10
"""Of all visits together: so many files may be looked at at once."""
MEMORY_MIB = 4096
BUDGET_S = 300.0
"""What an action may take."""


class Runner:
    """Does jobs, each in a process of its own, within `budget_s`."""

    def __init__(self, budget_s: float = BUDGET_S) -> None:
        self.budget_s = budget_s
        self._free = [_process() for _ in range(PROCESSES)]
        self._all = set(self._free)
        self._threads = ThreadPoolExecutor(PROCESSES)
        self._places = asyncio.Semaphore(PROCESSES)

    def start(self, visit: Visit, job: DeskJob, options: Mapping[str, Any], lang: Lang) -> None:
        """Begins the job; what comes of it is in `job` as soon as it is there."""
        job.task = asyncio.create_task(self._do(visit, job, options, lang))

    async def _do(self, visit: Visit, job: DeskJob, options: Mapping[str, Any], lang: Lang) -> None:
        try:
            async with visit.turns, self._places:
                visit.lay_out(job)
                inputs = job.folder / "in"
                work = DeskWork(job.action, inputs, job.names, job.outputs, options, lang)
                job.state, begun_s = RUNNING, time.monotonic()
                job.outcome = await self._outcome(work)
                job.seconds = time.monotonic() - begun_s
                job.state = str(job.outcome.pop("state"))
        except asyncio.CancelledError:
            job.state = CANCELLED
        except Exception:
            traceback.print_exc()  # in the window of the server
            job.outcome = _said("bug")
            job.state = str(job.outcome.pop("state"))

    async def _outcome(self, work: DeskWork) -> dict[str, Any]:
        process = self._free.pop()
        running = asyncio.get_running_loop().run_in_executor(
            self._threads, process.run, work, self.budget_s
        )
        running.add_done_callback(_looked_at)
        try:
            raw = await asyncio.shield(running)
            outcome: dict[str, Any] = json.loads(raw)
            return outcome
        except asyncio.CancelledError:
            process.end()
            self._all.discard(process)
            process = _process()
            self._all.add(process)
            await asyncio.wait([running])  # may be cancelled once more: the page is closed too
            raise
        except TimeoutError:
            return _said("too_long", seconds=f"{self.budget_s:g}")
        except MemoryError:
            return _said("memory", limit_mib=MEMORY_MIB)
        except ProcessDied:
            return _said("bug")
        finally:
            self._free.append(process)

    def prepare(self) -> None:
        """Imports what the processes need while the server starts. Only where the desk is all that
        is served: the processes of Excel's functions start from the same server of forks, and must
        not wait for this."""
        bounded_process.prepare(PRELOADED)

    def end(self) -> None:
        """For good, at once."""
        for process in self._all:
            process.end()
        self._threads.shutdown(wait=False, cancel_futures=True)


def _process() -> BoundedProcess:
    return BoundedProcess(MEMORY_MIB, performed, PRELOADED, 0.0)


def _looked_at(done: asyncio.Future[bytes]) -> None:
    """Nobody waits for what a cancelled job raises when its process ends."""
    if not done.cancelled():
        done.exception()


def _said(key: str, **values: object) -> dict[str, Any]:
    template = text(f"desk.said.{key}")
    words = Text(fill(template, "zh", values), fill(template, "en", values))
    outcome: dict[str, Any] = json.loads(DeskOutcome("failed", (words,)).to_json())
    return outcome
