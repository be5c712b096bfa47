"""Threads that each lead a bench (a worker process, a place on a cluster) from file to file."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from queue import SimpleQueue
from typing import Generic, Protocol, TypeVar

from cfp_xl.verify.result import FileResult, Options
from cfp_xl.work.sources import Source

AHEAD = 64
"""Results that a lane may be ahead of the oldest one still awaited."""


class Place(Protocol):
    """Where one file at a time is worked on."""

    def end(self) -> None:
        """Gives up what is being done; called from another thread."""


class Bench(Place, Protocol):
    """Where one file at a time is verified."""

    def verify(self, file: Path, options: Options) -> FileResult: ...


At = TypeVar("At", bound=Place)
Result = TypeVar("Result")


class Lanes(Generic[At, Result]):
    """A lane a bench: each takes the next file until none is left.

    `do` is what is done with a file, `arrived` is told of each result at once, in any order, by
    the thread that reads `results`.
    """

    def __init__(
        self,
        files: Sequence[Source],
        benches: Sequence[At],
        do: Callable[[Source, At], Result],
        arrived: Callable[[Result], None],
    ) -> None:
        self._files = files
        self._benches = benches
        self._do = do
        self._arrived = arrived
        self._todo = iter(range(len(files)))
        self._done: SimpleQueue[tuple[int, Result | BaseException]] = SimpleQueue()
        self._room = threading.Semaphore(AHEAD * len(benches))
        self._taking = threading.Lock()
        self._is_over = False
        self._threads = [
            threading.Thread(target=self._work, args=[bench], daemon=True) for bench in benches
        ]

    def __enter__(self) -> Lanes[At, Result]:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over = True
        for bench in self._benches:
            self._room.release()
            bench.end()
        for thread in self._threads:
            thread.join()

    def results(self) -> Iterator[Result]:
        """The results in the order of the files; raises what went wrong in a lane."""
        waiting: dict[int, Result] = {}
        following = 0
        while following < len(self._files):
            number, result = self._done.get()
            if isinstance(result, BaseException):
                raise result
            self._arrived(result)
            waiting[number] = result
            while following in waiting:
                yield waiting.pop(following)
                self._room.release()
                following += 1

    def _work(self, bench: At) -> None:
        number = -1
        try:
            while (number := self._next()) >= 0:
                self._done.put((number, self._do(self._files[number], bench)))
        except BaseException as error:  # raised again by the thread that reads the results
            self._done.put((number, error))
        finally:
            bench.end()

    def _next(self) -> int:
        """The number of the next file, or -1."""
        self._room.acquire()
        with self._taking:
            return -1 if self._is_over else next(self._todo, -1)
