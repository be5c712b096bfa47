"""One question put to each of many files, in a process within bounds: its answer, or why there is
none. A file that is broken, too slow or too large, or that meets a bug of ours, stops no other."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from cfp_xl.findings import Finding, finding
from cfp_xl.verify.result import FileStatus
from cfp_xl.work.bounded_process import BoundedProcess, ProcessDied
from cfp_xl.work.sources import Source, local_copy, shown
from cfp_xl.workbook.reading.container import Unreadable

MEMORY_MIB = 4096
DEADLINE_S = 60.0

Question = Callable[[Path, Any], Any]
"""A function of a module, of a file and what is given for all: what it returns goes into JSON."""


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """What became of a file instead, and why."""

    status: FileStatus
    why: Finding


def each(
    files: Iterable[Source],
    question: Question,
    given: Any,
    memory_mib: int = MEMORY_MIB,
    deadline_s: float = DEADLINE_S,
) -> Iterator[tuple[str, Any]]:
    """Each file's path as reports show it, with its answer or NoAnswer."""
    worker = BoundedProcess(memory_mib, partial(_asked, question, given), question.__module__)
    try:
        for file in files:
            yield shown(file), _answer(worker, file, deadline_s)
    finally:
        worker.end()


def _asked(question: Question, given: Any, file: Path) -> bytes:
    try:
        said = {"answer": question(file, given)}
    except MemoryError:
        raise
    except Exception as error:
        said = {"error": f"{type(error).__name__}: {error}".rstrip(": ")}
    return json.dumps(said).encode()


def _answer(worker: BoundedProcess, source: Source, deadline_s: float) -> Any:
    try:
        with local_copy(source) as file:
            said = json.loads(worker.run(file, deadline_s))
    except Unreadable as refusal:
        return NoAnswer(FileStatus.UNREADABLE, refusal.finding)
    except TimeoutError:
        return NoAnswer(FileStatus.TIMEOUT, finding("V07", seen=f"{deadline_s:g}"))
    except MemoryError:
        why = finding("W99", case="memory", seen=worker.memory_mib)
        return NoAnswer(FileStatus.INTERNAL_ERROR, why)
    except ProcessDied as death:
        why = finding("W99", case="died", seen=death.exit_code)
        return NoAnswer(FileStatus.INTERNAL_ERROR, why)
    if "error" in said:
        return NoAnswer(FileStatus.INTERNAL_ERROR, finding("W99", seen=said["error"]))
    return said["answer"]
