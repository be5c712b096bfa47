"""One process for each piece of work, so that none can stop or slow the others."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkProcess
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Done(Generic[Item, Result]):
    """What came of one item: its result, or why there is none."""

    item: Item
    wall_s: float
    result: Result | None = None
    failure: str = ""
    """`timed out`, or the exit code of a process that died; its traceback is on stderr."""


@dataclass(frozen=True, slots=True)
class _Running(Generic[Item]):
    item: Item
    process: ForkProcess
    started: float


def each_isolated(
    function: Callable[[Item], Result], items: Iterable[Item], *, jobs: int, deadline_s: float
) -> Iterator[Done[Item, Result]]:
    """`function` of each item in a process of its own, `jobs` at a time, as they end.

    Processes are forked, so that what the caller has imported need not be imported again.
    """
    fork = get_context("fork")
    waiting = list(items)[::-1]
    running: dict[Connection, _Running[Item]] = {}

    while waiting or running:
        while waiting and len(running) < jobs:
            item = waiting.pop()
            ours, theirs = fork.Pipe(duplex=False)
            process = fork.Process(target=_send_result, args=(theirs, function, item))
            process.start()
            theirs.close()
            running[ours] = _Running(item, process, time.monotonic())
        oldest = min(one.started for one in running.values())
        ready = wait(list(running), timeout=max(0.0, oldest + deadline_s - time.monotonic()))
        now = time.monotonic()
        for connection, one in list(running.items()):
            if connection in ready:
                yield _received(connection, one, now)
            elif now - one.started >= deadline_s:
                one.process.kill()
                one.process.join()
                yield Done(one.item, now - one.started, failure="timed out")
            else:
                continue
            connection.close()
            del running[connection]


def _send_result(connection: Connection, function: Callable[[Item], Result], item: Item) -> None:
    connection.send(function(item))


def _received(connection: Connection, one: _Running[Item], now: float) -> Done[Item, Result]:
    try:
        result: Result = connection.recv()
    except EOFError:
        one.process.join()
        return Done(one.item, now - one.started, failure=f"died ({one.process.exitcode})")
    one.process.join()
    return Done(one.item, now - one.started, result)
