"""The page of results: measurements as Markdown tables, with ratios and what was aimed at."""

from __future__ import annotations

import math
import os
import platform
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import PackageNotFoundError, version

from benchmarks.corpus import Score
from benchmarks.measure import Measurement, Profile

OURS = "cfp-xl"
PACKAGES = ("cfp-xl", "formulas", "formualizer", "ironcalc", "python-calamine", "numpy")


@dataclass(frozen=True)
class Table:
    """One set of workbooks and what each engine took for it."""

    title: str
    rows: tuple[Measurement, ...]
    expected: tuple[float, ...] = ()
    """The right total of each workbook, kgCO2e, from plain arithmetic."""
    note: str = ""

    def of(self, engine: str) -> Measurement | None:
        """An engine's figures, if it has any."""
        return next((row for row in self.rows if row.engine == engine and not row.failure), None)


@dataclass(frozen=True, slots=True)
class Aim:
    """A ratio or bound that the engine is to reach, and what it reached."""

    what: str
    wanted: str
    reached: str
    holds: bool


@dataclass(frozen=True)
class Results:
    tables: tuple[Table, ...]
    aims: tuple[Aim, ...] = ()
    profiles: tuple[Profile, ...] = ()
    fidelity: Score | None = None
    """How faithful to Excel the engine was when that was last measured."""


def page(results: Results, command: str) -> str:
    return "\n".join([*_head(command), *_body(results)]) + "\n"


def _head(command: str) -> Iterator[str]:
    yield "# Benchmarks"
    yield ""
    yield (
        "The same workbooks through this engine and its peers, one after the other in one run. "
        "Figures of a shared machine vary by a quarter: read the ratios. Repeat with:"
    )
    yield ""
    yield "```bash"
    yield "pip install -e '.[benchmarks]'"
    yield command
    yield "```"
    yield ""
    yield (
        f"Measured on {date.today()} on {os.cpu_count()} cores, {platform.system()} "
        f"{platform.machine()}, Python {platform.python_version()}; {', '.join(_versions())}. "
        f"Load average after the run: {os.getloadavg()[0]:.1f}; above 1, other work ran beside it, "
        "and walls, most of all those of two workers, are longer than on a free machine."
    )
    yield ""
    yield (
        "CPU and wall are those of the work: reading the files, computing every formula, and in "
        "our case comparing each result with the cached value. Start of the process and imports "
        "are left out and shown under “cold start”, but for LibreOffice, where they can't be "
        "told apart. Every engine runs in a fresh process and has computed one small workbook "
        "before. Peak memory is the whole process's. “× cfp-xl” is CPU against ours: above 1 is "
        "slower than we are. Totals are compared with plain arithmetic, to 1e-9."
    )


def _body(results: Results) -> Iterator[str]:
    if results.aims:
        yield from ("", "## What was aimed at", "")
        yield "| aim | wanted | reached | |"
        yield "|---|---|---|---|"
        for aim in results.aims:
            yield f"| {aim.what} | {aim.wanted} | {aim.reached} | {'✓' if aim.holds else '✗'} |"
    for table in results.tables:
        yield from ("", f"## {table.title}", "")
        if table.note:
            yield from (table.note, "")
        yield from _table(table)
    if results.fidelity:
        yield from ("", "## Against what Excel computed", "", _fidelity(results.fidelity))
    if results.profiles:
        yield from ("", "## Where our time goes", "")
        yield "Shares under cProfile, which slows Python code more than C code."
    for profile in results.profiles:
        yield from ("", f"### {profile.title}", "")
        if profile.failure:
            yield profile.failure
            continue
        yield from _shares("stage, with all it calls", profile.stages)
        yield ""
        yield from _shares("module, or C function, by itself", profile.modules)


def _fidelity(found: Score) -> str:
    return (
        f"Of the cells of public workbooks that Excel itself had computed, the engine matches "
        f"{found.of_cells:.1%}; as mean over files {found.mean_over_files:.1%}. Recorded in "
        "`benchmarks/fidelity.json` by `python benchmarks/fidelity.py --corpus DIR`, which also "
        "says why the others do not match."
    )


def _shares(head: str, shares: Iterable[tuple[str, float]]) -> Iterator[str]:
    yield f"| {head} | share |"
    yield "|---|---:|"
    for name, share in shares:
        yield f"| `{name}` | {share:.0%} |"


def _table(table: Table) -> Iterator[str]:
    yield "| engine | CPU s | wall s | peak MB | × cfp-xl | totals |"
    yield "|---|---:|---:|---:|---:|---|"
    ours = table.of(OURS)
    for row in table.rows:
        if row.failure:
            yield f"| {row.engine} | – | – | – | – | {row.failure} |"
            continue
        ratio = digits(row.cpu_s / ours.cpu_s, 2) if ours else "–"
        yield (
            f"| {row.engine} | {digits(row.cpu_s)} | {digits(row.wall_s)} | {row.peak_mb:,.0f} "
            f"| {ratio} | {_agreement(row, table.expected)} |"
        )


def _agreement(row: Measurement, expected: Sequence[float]) -> str:
    if not expected or not row.totals or row.totals[0] is None:
        return "–"
    off = sum(
        total is None or not math.isclose(total, right, rel_tol=1e-9)
        for total, right in zip(row.totals, expected, strict=True)
    )
    return "same" if not off else f"{off} of {len(expected)} differ"


def digits(value: float, significant: int = 3) -> str:
    """A number above 0 in so many significant digits, never in powers of ten."""
    places = significant - 1 - math.floor(math.log10(value))
    return f"{value:,.{max(0, places)}f}"


def _versions() -> Iterable[str]:
    for package in PACKAGES:
        try:
            yield f"{package} {version(package)}"
        except PackageNotFoundError:
            yield f"{package} missing"
