"""Running an engine in a fresh process, and what that took: CPU, wall, peak memory."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.engines import NOT_INSTALLED
from benchmarks.group import Group

LIBREOFFICE = "LibreOffice"
WORTH_REPEATING_S = 2.0
"""Measurements are repeated, and the least CPU kept, while all runs took less than this."""
MOST_RUNS = 3

# Calc keeps an .xlsx file's cached values unless it is told to recalculate on load.
ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode">
<value>0</value></prop></item>
</oor:items>
"""


@dataclass(frozen=True, slots=True)
class Process:
    """What a process and those it started took, and what it said."""

    exit_code: int
    cpu_s: float
    wall_s: float
    peak_mb: float
    """Of the largest of the processes; of all together where they were watched."""
    stdout: str
    stderr: str
    timed_out: bool = False


@dataclass(frozen=True, slots=True)
class Measurement:
    """One engine on one set of workbooks; `failure` says why there are no figures."""

    engine: str
    cpu_s: float = 0.0
    wall_s: float = 0.0
    peak_mb: float = 0.0
    totals: tuple[float | None, ...] = ()
    """kgCO2e of each workbook; None from what only reads."""
    failure: str = ""


def run(command: Sequence[str], *, timeout_s: float, is_watched: bool = False) -> Process:
    """Runs a command to its end, or kills it and all it started after `timeout_s`.

    Where it `is_watched`, CPU and memory are those of all its processes together.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        started = time.perf_counter()
        process = subprocess.Popen(
            command, stdout=out, stderr=err, start_new_session=True, env=_as_installed()
        )
        late = threading.Event()

        def stop() -> None:
            late.set()
            os.killpg(process.pid, signal.SIGKILL)

        timer = threading.Timer(timeout_s, stop)
        timer.start()
        with Group(process.pid) if is_watched else nullcontext() as group:
            _, status, usage = os.wait4(process.pid, 0)
        timer.cancel()
        wall_s = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        for stream in (out, err):
            stream.seek(0)
        return Process(
            exit_code=process.returncode,
            cpu_s=usage.ru_utime + usage.ru_stime + (group.others_cpu_s if group else 0.0),
            wall_s=wall_s,
            peak_mb=max(
                usage.ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2),
                group.peak_mb if group else 0.0,
            ),
            stdout=out.read().decode(errors="replace"),
            stderr=err.read().decode(errors="replace"),
            timed_out=late.is_set(),
        )


def _as_installed() -> dict[str, str]:
    """Programs are compiled when they are installed, ours and the peers alike."""
    return {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}


def measure_engine(
    engine: str,
    warm_up: Path,
    files: Sequence[Path],
    *,
    timeout_s: float,
    change_to: float | None = None,
    draws: int | None = None,
) -> Measurement:
    """An engine of `benchmarks.engines`: the seconds of its work, the memory of its process."""
    change = [] if change_to is None else ["--change", repr(change_to)]
    change += [] if draws is None else ["--draws", str(draws)]
    command = [*_engine(engine), str(warm_up), *map(str, files), *change]

    def once() -> Measurement:
        process = run(command, timeout_s=timeout_s)
        if failure := _failure(process, timeout_s):
            return Measurement(engine, failure=failure)
        said = json.loads(process.stdout.splitlines()[-1])
        totals = tuple(said["totals"])
        return Measurement(engine, said["cpu_s"], said["wall_s"], process.peak_mb, totals)

    return _least_of_some(once)


def measure_process(
    name: str, command: Sequence[str], *, timeout_s: float, is_watched: bool = False
) -> Measurement:
    """A whole process, with its start."""

    def once() -> Measurement:
        process = run(command, timeout_s=timeout_s, is_watched=is_watched)
        if failure := _failure(process, timeout_s):
            return Measurement(name, failure=failure)
        return Measurement(name, process.cpu_s, process.wall_s, process.peak_mb)

    return _least_of_some(once)


def _least_of_some(once: Callable[[], Measurement]) -> Measurement:
    """The run that took the least CPU; what takes long, or fails, is run once only."""
    started = time.perf_counter()
    best = once()
    for _ in range(MOST_RUNS - 1):
        if best.failure or time.perf_counter() - started > WORTH_REPEATING_S:
            break
        best = min(best, once(), key=lambda one: (bool(one.failure), one.cpu_s))
    return best


def measure_libreoffice(
    warm_up: Path, files: Sequence[Path], folder: Path, *, timeout_s: float
) -> Measurement:
    """One LibreOffice process converts all files, recalculating them; its start included."""
    soffice = shutil.which("soffice")
    if soffice is None:
        return Measurement(LIBREOFFICE, failure="missing: soffice")
    profile = folder / "libreoffice-profile"
    settings = profile / "user" / "registrymodifications.xcu"
    out = folder / "converted"

    def convert(these: Sequence[Path]) -> Measurement:
        options = ["--headless", "--convert-to", "xlsx", "--outdir", str(out)]
        command = [soffice, f"-env:UserInstallation={profile.as_uri()}", *options]
        return measure_process(LIBREOFFICE, [*command, *map(str, these)], timeout_s=timeout_s)

    if not settings.exists():
        settings.parent.mkdir(parents=True)
        settings.write_text(ALWAYS_RECALCULATE, "utf-8")
        convert([warm_up])  # the first start fills the profile
    work = convert(files)
    if work.failure:
        return work
    converted = [out / file.name for file in files]
    totals = measure_engine("cached", warm_up, converted, timeout_s=timeout_s)
    return replace(work, totals=totals.totals, failure=totals.failure)


@dataclass(frozen=True, slots=True)
class Profile:
    """Where the time of our engine goes, as shares of the whole."""

    title: str
    stages: tuple[tuple[str, float], ...] = ()
    modules: tuple[tuple[str, float], ...] = ()
    failure: str = ""


def profile_ours(title: str, warm_up: Path, files: Sequence[Path], *, timeout_s: float) -> Profile:
    command = [*_engine("cfp-xl"), str(warm_up), *map(str, files), "--profile"]
    process = run(command, timeout_s=timeout_s)
    if failure := _failure(process, timeout_s):
        return Profile(title, failure=failure)
    said = json.loads(process.stdout.splitlines()[-1])
    return Profile(title, _pairs(said["stages"]), _pairs(said["modules"]))


def _pairs(shares: list[list[Any]]) -> tuple[tuple[str, float], ...]:
    return tuple((name, share) for name, share in shares)


def _engine(name: str) -> list[str]:
    return [sys.executable, "-m", "benchmarks.engines", name]


def _failure(process: Process, timeout_s: float) -> str:
    if process.timed_out:
        return f"more than {timeout_s:g} s"
    if process.exit_code == NOT_INSTALLED:
        return f"missing: {process.stderr.strip()}"
    if process.exit_code:
        last = process.stderr.strip().splitlines()[-1:] or ["no message"]
        return f"failed ({process.exit_code}): {last[0]}"
    return ""
