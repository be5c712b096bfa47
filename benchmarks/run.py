"""The same workbooks through our engine and its peers, in one run; the page goes to stdout.

    python benchmarks/run.py [--quick] [--write FILE]

Peers that are not installed stand in the tables as missing: pip install -e '.[benchmarks]', and
LibreOffice as `soffice`.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path

from benchmarks.aims import aims, aims_of_changes, jobs_and_files
from benchmarks.corpus import recorded_score
from benchmarks.measure import (
    LIBREOFFICE,
    Measurement,
    Profile,
    measure_engine,
    measure_libreoffice,
    measure_process,
    profile_ours,
    run,
)
from benchmarks.page import OURS, Results, Table, digits, page
from benchmarks.workloads import DRAWN, write_bill, write_lambdas, write_supplier, write_warm_up

PEERS = ("formulas", LIBREOFFICE, "formualizer", "ironcalc", "calamine read")
BXD2 = Path(__file__).parents[1] / "workbooks" / "bxd2.xlsx"
FIDELITY = Path(__file__).with_name("fidelity.json")
SUPPLIER_ROWS = 50
CHANGED_TO = 77.0
DRAWN_ROWS = 200
LAMBDAS = 600


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured."""

    suppliers: int
    rows: tuple[int, ...]
    """Activities of the single workbooks."""
    most_rows_of: dict[str, int]
    """Engines that get no larger workbook, as they would take too long or too much memory."""
    changed_rows: int
    """Activities of the workbook in which one input changes."""
    draws: int
    """Draws of the inputs of one workbook."""
    profiled_rows: int
    timeout_s: float
    many: int
    """Files that are verified at once."""
    lines: tuple[int, ...]
    """Of the bills of material that products are filled with."""
    judges: bool = True
    """Whether it is enough to judge the engine's aims by."""


FULL = Plan(
    200,
    (200, 2_000, 20_000, 100_000),
    {"formulas": 20_000},
    2_000,
    10_000,
    20_000,
    900,
    10_000,
    (5_000, 20_000),
)
QUICK = Plan(
    suppliers=10,
    rows=(200, 2_000),
    most_rows_of={"formulas": 200},
    changed_rows=200,
    draws=200,
    profiled_rows=2_000,
    timeout_s=60,
    many=50,
    lines=(500,),
    judges=False,
)


@dataclass(frozen=True)
class Bench:
    """A folder of generated workbooks, and the engines to run over them."""

    folder: Path
    plan: Plan
    writer: Executor
    """A process of its own: a child's peak memory is never below what its parent has in use."""

    def say(self, text: str) -> None:
        print(text, file=sys.stderr, flush=True)

    @property
    def warm_up(self) -> Path:
        path = self.folder / "warm-up.xlsx"
        if not path.exists():
            write_warm_up(path)
        return path

    def supplier(self, rows: int, seed: int) -> tuple[Path, float]:
        """A workbook and its right total."""
        path = self.folder / f"{rows}-rows-{seed}.xlsx"
        return path, self.writer.submit(write_supplier, path, rows, seed=seed).result()

    def engine(self, name: str, files: Sequence[Path], rows: int) -> Measurement:
        most = self.plan.most_rows_of.get(name, rows)
        if rows > most:
            return Measurement(name, failure=f"not measured beyond {most:,} rows")
        if name == LIBREOFFICE:
            measured = measure_libreoffice(
                self.warm_up, files, self.folder, timeout_s=self.plan.timeout_s
            )
        else:
            measured = measure_engine(name, self.warm_up, files, timeout_s=self.plan.timeout_s)
        took = measured.failure or f"{digits(measured.cpu_s)} s CPU"
        self.say(f"{len(files)} of {rows:,} rows, {name}: {took}")
        return measured

    def process(self, name: str, *arguments: str, is_watched: bool = False) -> Measurement:
        """A whole `python -m …` process."""
        self.say(name)
        command = [sys.executable, "-m", *arguments]
        return measure_process(name, command, timeout_s=self.plan.timeout_s, is_watched=is_watched)

    def copies(self, files: Sequence[Path], count: int) -> Path:
        """A folder with these files under so many names."""
        folder = self.folder / f"{count}-files"
        if not folder.exists():
            folder.mkdir()
            for number in range(count):
                os.link(files[number % len(files)], folder / f"{number:06}.xlsx")
        return folder

    def profile(self, title: str, files: Sequence[Path]) -> Profile:
        self.say(f"profile: {title}")
        return profile_ours(title, self.warm_up, files, timeout_s=self.plan.timeout_s)


def suppliers(bench: Bench) -> tuple[Table, list[Path]]:
    count = bench.plan.suppliers
    made = [bench.supplier(SUPPLIER_ROWS, seed) for seed in range(1, count + 1)]
    files = [path for path, _ in made]
    rows = tuple(bench.engine(name, files, SUPPLIER_ROWS) for name in (OURS, *PEERS))
    title = f"{count} supplier workbooks of {SUPPLIER_ROWS} rows, one process"
    return Table(title, rows, tuple(total for _, total in made)), files


def single(bench: Bench, rows: int) -> tuple[Table, Path]:
    path, total = bench.supplier(rows, seed=rows)
    measured = tuple(bench.engine(name, [path], rows) for name in (OURS, *PEERS))
    return Table(f"One workbook of {rows:,} rows", measured, (total,)), path


def changed_input(bench: Bench) -> Table:
    path, _ = bench.supplier(bench.plan.changed_rows, seed=7)
    engines = (OURS, "formulas", "formualizer", "ironcalc")
    bench.say("one changed input")
    rows = tuple(
        measure_engine(
            name, bench.warm_up, [path], timeout_s=bench.plan.timeout_s, change_to=CHANGED_TO
        )
        for name in engines
    )
    expected = next((row.totals for row in rows if row.totals), ())
    return Table(
        f"One changed input in a workbook of {bench.plan.changed_rows:,} rows",
        rows,
        tuple(total for total in expected if total is not None),
        "The workbook is loaded and computed; then one quantity changes and the total is asked "
        "for again. A conversion by LibreOffice can't change an input. Totals are compared with "
        "ours.",
    )


def many_draws(bench: Bench) -> Table:
    count, rows = bench.plan.draws, DRAWN_ROWS
    path, _ = bench.supplier(rows, seed=7)
    bench.say(f"{count:,} draws")
    timeout_s = bench.plan.timeout_s
    measured = tuple(
        measure_engine(name, bench.warm_up, [path], timeout_s=timeout_s, draws=count)
        for name in (OURS, "formualizer", "ironcalc")
    )
    expected = next((row.totals for row in measured if row.totals), ())
    return Table(
        f"{count:,} draws of {len(DRAWN)} quantities in a workbook of {rows:,} rows",
        measured,
        tuple(total for total in expected if total is not None),
        "The workbook is loaded and computed; then the total is asked for with each draw's "
        "quantities. Ours computes all draws at once, the peers one after the other. The mean of "
        "the totals is compared with ours.",
    )


def lambdas(bench: Bench) -> Table:
    path = bench.folder / "lambdas.xlsx"
    total = bench.writer.submit(write_lambdas, path, LAMBDAS).result()
    engines = (OURS, "formulas", "formualizer", "ironcalc")
    rows = tuple(bench.engine(name, [path], LAMBDAS) for name in engines)
    return Table(f"{LAMBDAS} rows, each with a LAMBDA that it calls", rows, (total,))


def cold_start(bench: Bench) -> Table:
    path, _ = bench.supplier(SUPPLIER_ROWS, seed=1)
    warm_up = str(bench.warm_up)
    rows = [
        bench.process("cfp-xl --help", "cfp_xl", "--help"),
        bench.process("cfp-xl verify", "cfp_xl", "verify", str(path), is_watched=True),
        bench.process("cfp-xl verify bxd2.xlsx", "cfp_xl", "verify", str(BXD2), is_watched=True),
    ]
    rows += [
        bench.process(name, "benchmarks.engines", name, warm_up, str(path))
        for name in (OURS, *(peer for peer in PEERS if peer != LIBREOFFICE))
    ]
    bench.say(f"{LIBREOFFICE}: cold start")
    rows.append(measure_libreoffice(bench.warm_up, [path], bench.folder, timeout_s=60))
    note = (
        f"The whole process, with its imports; of `verify` all its processes. `verify` and the "
        f"engines: one workbook of {SUPPLIER_ROWS} rows, the engines after the small one."
    )
    return Table("Cold start", tuple(rows), (), note)


def many_files(bench: Bench, files: Sequence[Path]) -> Table:
    """`verify` over a folder of many: one worker and two, and a tenth of the files."""
    many, few = bench.plan.many, bench.plan.many // 10
    rows = tuple(
        bench.process(
            jobs_and_files(jobs, count), "cfp_xl", "verify", str(bench.copies(files, count)),
            "--jobs", str(jobs), is_watched=True,
        )
        for jobs, count in ((1, few), (1, many), (2, many))
    )  # fmt: skip
    return Table(
        f"cfp-xl verify, {many:,} supplier workbooks of {SUPPLIER_ROWS} rows",
        rows,
        (),
        "The whole command, with its imports and its report; CPU and memory of its processes "
        f"together, looked at ten times a second. The files are the {len(files)} of above, each "
        "under many names.",
    )


def listed(bench: Bench, lines: int) -> Table:
    """A bill of material into a blank product, and the product verified."""
    blank, bill, filled = (
        str(bench.folder / f"{lines}-{name}") for name in ("blank.xlsx", "bill.csv", "filled.xlsx")
    )
    write_bill(Path(bill), lines)
    making = ("cfp_xl", "new", "product", "--lang", "en", "-o", blank)
    run([sys.executable, "-m", *making], timeout_s=bench.plan.timeout_s)
    filling = ("cfp_xl", "fill", blank, "--from", bill, "--apply", "-o", filled)
    verifying = ("cfp_xl", "verify", filled, "--fail-on", "never")
    rows = (
        bench.process("cfp-xl fill --apply", *filling, is_watched=True),
        bench.process("cfp-xl verify", *verifying, is_watched=True),
    )
    note = "The whole commands. The product is one of `cfp-xl new`, which `fill` makes longer."
    return Table(f"A bill of material of {lines:,} lines", rows, (), note)


def measure_everything(bench: Bench) -> Results:
    of_suppliers, files = suppliers(bench)
    singles: dict[int, Table] = {}
    paths: dict[int, Path] = {}
    for rows in bench.plan.rows:
        singles[rows], paths[rows] = single(bench, rows)
    changed, drawn = changed_input(bench), many_draws(bench)
    many = many_files(bench, files)
    profiled = bench.plan.profiled_rows
    return Results(
        tables=(
            of_suppliers,
            *singles.values(),
            changed,
            drawn,
            lambdas(bench),
            cold_start(bench),
            many,
            *(listed(bench, lines) for lines in bench.plan.lines),
        ),
        aims=(
            *aims(of_suppliers, singles, many, bench.plan.many),
            *aims_of_changes(changed, drawn),
        )
        if bench.plan.judges
        else (),
        profiles=(
            bench.profile(of_suppliers.title, files),
            bench.profile(singles[profiled].title, [paths[profiled]]),
        ),
        fidelity=recorded_score(FIDELITY.read_text(encoding="utf-8")),
    )


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a subset, a minute or so")
    parser.add_argument("--suppliers", type=int, metavar="N", help="how many supplier workbooks")
    parser.add_argument(
        "--formulas-up-to", type=int, metavar="ROWS", help="no larger workbook for stock formulas"
    )
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the page there too")
    options = parser.parse_args(arguments)
    with (
        tempfile.TemporaryDirectory() as folder,
        ProcessPoolExecutor(1, get_context("spawn")) as writer,
    ):
        results = measure_everything(Bench(Path(folder), _plan(options), writer))
    text = page(results, _command(options))
    print(text, end="")
    if options.write:
        options.write.write_text(text, encoding="utf-8")
    return 0


def _plan(options: argparse.Namespace) -> Plan:
    plan = QUICK if options.quick else FULL
    if options.suppliers:
        plan = replace(plan, suppliers=options.suppliers)
    if options.formulas_up_to:
        plan = replace(plan, most_rows_of={"formulas": options.formulas_up_to})
    return plan


def _command(options: argparse.Namespace) -> str:
    """What repeats this run."""
    given = ["--quick"] if options.quick else []
    given += [f"--suppliers {options.suppliers}"] if options.suppliers else []
    given += [f"--formulas-up-to {options.formulas_up_to}"] if options.formulas_up_to else []
    return " ".join(["python benchmarks/run.py", *given])


if __name__ == "__main__":
    sys.exit(main())
