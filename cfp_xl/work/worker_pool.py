"""Threads that each lead a worker (a bounded process, a slot of a cluster) from job to job."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from queue import SimpleQueue
from typing import Generic, Protocol, TypeVar

AHEAD = 64
"""Results that a worker may be ahead of the oldest one still awaited."""


class Worker(Protocol):
    """Who does one job at a time."""

    def end(self) -> None:
        """Gives up what is being done; called from another thread."""


Job = TypeVar("Job")
Works = TypeVar("Works", bound=Worker)
Result = TypeVar("Result")


class WorkerPool(Generic[Job, Works, Result]):
    """A thread a worker: each takes the next job until none is left.

    `do` does a job with a worker, `arrived` gets each result at once, in any order, in the thread
    that reads `results`.
    """

    def __init__(
        self,
        jobs: Sequence[Job],
        workers: Sequence[Works],
        do: Callable[[Job, Works], Result],
        arrived: Callable[[Result], None],
    ) -> None:
        self._jobs = jobs
        self._workers = workers
        self._do = do
        self._arrived = arrived
        self._todo = iter(range(len(jobs)))
        self._done: SimpleQueue[tuple[int, Result | BaseException]] = SimpleQueue()
        self._room = threading.Semaphore(AHEAD * len(workers))
        self._taking = threading.Lock()
        self._is_over = False
        self._threads = [
            threading.Thread(target=self._lead, args=[worker], daemon=True) for worker in workers
        ]

    def __enter__(self) -> WorkerPool[Job, Works, Result]:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over = True
        for worker in self._workers:
            self._room.release()
            worker.end()
        for thread in self._threads:
            thread.join()

    def results(self) -> Iterator[Result]:
        """The results in the order of the jobs; raises what went wrong in a thread."""
        waiting: dict[int, Result] = {}
        following = 0
        while following < len(self._jobs):
            number, result = self._done.get()
            if isinstance(result, BaseException):
                raise result
            self._arrived(result)
            waiting[number] = result
            while following in waiting:
                yield waiting.pop(following)
                self._room.release()
                following += 1

    def _lead(self, worker: Works) -> None:
        number = -1
        try:
            while (number := self._next()) >= 0:
                self._done.put((number, self._do(self._jobs[number], worker)))
        except BaseException as error:  # raised again by the thread that reads the results
            self._done.put((number, error))
        finally:
            worker.end()

    def _next(self) -> int:
        """The number of the next job, or -1."""
        self._room.acquire()
        with self._taking:
            return -1 if self._is_over else next(self._todo, -1)
