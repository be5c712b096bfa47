"""The processes that do requests' jobs: each job has a time budget, and none holds up another.

A small body is tried in the quick lane first, where it may take `QUICK_S`. What takes longer, and
every large body, waits for a place in the long lane. So a quick question is answered at once,
however many long ones are being computed.
"""

from __future__ import annotations

from functools import partial
from math import inf

import anyio
from anyio import to_thread

from cfp_xl.hosts.officejs.guard import Refusal
from cfp_xl.hosts.officejs.jobs import Answer, Job, performed, received, refused
from cfp_xl.work import bounded_process
from cfp_xl.work.bounded_process import BoundedProcess, ProcessDied

BUDGET_S = 10.0
"""What a request may take unless the user says otherwise."""
QUICK_S = 1.0
QUICK_BYTES = 64 * 1024
QUICK_WORKERS = 4
LONG_WORKERS = 2
MEMORY_MIB = 1024
PRELOADED = "cfp_xl.hosts.officejs.jobs"


class Lane:
    """A few processes, and those who wait for one."""

    def __init__(self, size: int) -> None:
        self.free = [BoundedProcess(MEMORY_MIB, performed, PRELOADED, 0.0) for _ in range(size)]
        self._all = tuple(self.free)
        self._places = anyio.Semaphore(size)
        self._threads = anyio.CapacityLimiter(size)

    async def perform(self, job: Job, end: float, most_s: float = inf) -> Answer:
        """Waits and computes until `end`, and computes for `most_s`.

        Raises TimeoutError, as `BoundedProcess.run` does, and Refusal if no process is free.
        """
        with anyio.move_on_after(end - anyio.current_time()) as waiting:
            await self._places.acquire()
        if waiting.cancelled_caught:
            raise Refusal(503, "busy")
        process = self.free.pop()
        try:
            run = partial(process.run, job, min(most_s, max(end - anyio.current_time(), 0.01)))
            return received(await to_thread.run_sync(run, limiter=self._threads))
        finally:
            self.free.append(process)
            self._places.release()

    def end(self) -> None:
        for process in self._all:
            process.end()


class Workers:
    """Does jobs in processes of their own, each within `budget_s`."""

    def __init__(self, budget_s: float = BUDGET_S) -> None:
        self.budget_s = budget_s
        self._quick, self._long = Lane(QUICK_WORKERS), Lane(LONG_WORKERS)

    async def perform(self, job: Job) -> Answer:
        """The job's answer; 504 where it takes too long, 503 where others are before it."""
        try:
            return await self._perform(job)
        except Refusal as refusal:
            return refused(refusal, job.lang)
        except TimeoutError:
            return refused(Refusal(504, "too_long", seconds=f"{self.budget_s:g}"), job.lang)
        except MemoryError:
            return refused(Refusal(503, "memory", limit_mib=MEMORY_MIB), job.lang)
        except ProcessDied:
            return refused(Refusal(500, "bug"), job.lang)

    async def _perform(self, job: Job) -> Answer:
        end = anyio.current_time() + self.budget_s
        if len(job.body) <= QUICK_BYTES:
            try:
                return await self._quick.perform(job, end, QUICK_S)
            except TimeoutError:
                if anyio.current_time() >= end:
                    raise
        return await self._long.perform(job, end)

    def prepare(self) -> None:
        """Imports what the processes need while the server starts."""
        bounded_process.prepare(PRELOADED)

    def end(self) -> None:
        """For good, at once: Ctrl+C waits for no computation."""
        self._quick.end()
        self._long.end()
