"""How faithful the engine is: `verify`'s own recalculation against what Excel cached.

    python benchmarks/fidelity.py --corpus DIR [--record FILE | --check FILE]

Which cells are compared: every formula cell, less the volatile ones (and what depends on them)
and those without a cached value. Cells whose value depends on the machine are not computed, and
count against us. Suspect cells stay in, as in the manifest. The one difference to the manifest:
cells that a spill fills and that the file marks with an empty formula are counted there one by
one; here, as in `verify`, a spill is one formula, all of whose cells must match. Excel's own
#NAME? never matches, as in `verify`: an unknown name on both sides proves nothing. Nor can what a
server or an add-in answered be computed from the file. Both count against us in the table; the line
"of those that can match" leaves them out, and the report lists where they are.

Exit code: 0 measured (and nothing worse than recorded); 1 a file is worse; 2 no corpus.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from benchmarks.causes import causes, most_frequent_first
from benchmarks.corpus import (
    CORPUS_VARIABLE,
    CorpusNotFound,
    Entry,
    Score,
    engines,
    find_corpus,
    read_manifest,
    score,
)
from benchmarks.isolated import Done, each_isolated
from cfp_xl.engine.recalculate import recalculate
from cfp_xl.engine.result import RecalculationTimeout
from cfp_xl.functions.values import ExcelError
from cfp_xl.schema.schema import find_schema
from cfp_xl.verify.compare import compare
from cfp_xl.verify.result import Options
from cfp_xl.workbook.model import Cell, Workbook
from cfp_xl.workbook.reading.read import Unreadable, read_workbook

DEADLINE_S = 20.0
DIGEST_DIGITS = 12
"""By so many digits of its SHA-256 a recorded file is known."""


@dataclass(frozen=True)
class Figures:
    """One workbook's cells, counted. `compared` is what could have matched."""

    sha256: str
    compared: int
    matched: int = 0
    mismatched: int = 0
    not_computed: int = 0
    left_out: int = 0
    """Volatile cells, and cells with nothing cached."""
    unknown_to_excel: int = 0
    """Formula cells whose cached value is #NAME?: they cannot match."""
    from_outside: int = 0
    """Other formula cells that show what a server or an add-in answered: neither can they."""
    causes: Counter[str] = field(default_factory=Counter)
    wall_s: float = 0.0

    @property
    def digest(self) -> str:
        return self.sha256[:DIGEST_DIGITS]


def measure(folder: Path, entry: Entry) -> Figures:
    """Recalculates one workbook of the corpus and compares it, as `verify` does."""
    path = folder / entry.file
    try:
        workbook = read_workbook(path)
        recalculation = recalculate(workbook, deadline_s=DEADLINE_S)
    except Unreadable as refusal:
        return _nothing_computed(path, entry, f"unreadable, {refusal.finding.code}")
    except RecalculationTimeout:
        return _nothing_computed(path, entry, "timed out")
    is_ours = find_schema(workbook)[0] is not None
    counts, findings = compare(workbook, recalculation, Options().tolerance, is_ours=is_ours)
    return Figures(
        sha256=workbook.sha256,
        compared=counts.matched + counts.mismatched + counts.not_computed,
        matched=counts.matched,
        mismatched=counts.mismatched,
        not_computed=counts.not_computed,
        left_out=counts.volatile + counts.not_cached,
        unknown_to_excel=_formula_cells(workbook, lambda cell: cell.value is ExcelError.NAME),
        from_outside=_formula_cells(workbook, _is_from_outside),
        causes=causes(recalculation, findings),
    )


_ANSWERED = re.compile(r"(?<![\w.])(?:WEBSERVICE|STOCKHISTORY|RTD|HSGETVALUE)\(", re.IGNORECASE)
"""Functions that ask a server; HSGETVALUE is one of an add-in for planning data."""


def _is_from_outside(cell: Cell) -> bool:
    return bool(_ANSWERED.search(cell.formula or "")) and cell.value is not ExcelError.NAME


def _formula_cells(workbook: Workbook, which: Callable[[Cell], bool]) -> int:
    return sum(
        cell.formula is not None and cell.is_cached and which(cell)
        for sheet in workbook.sheets
        for cell in sheet.cells.values()
    )


def _nothing_computed(path: Path, entry: Entry, why: str) -> Figures:
    """All cells that the manifest says can be compared count as not computed."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else entry.sha256
    cells = entry.compared_cells
    return Figures(
        digest, cells, not_computed=cells, causes=Counter({f"not computed: {why}": cells})
    )


def measure_all(
    folder: Path, entries: Sequence[Entry], *, jobs: int
) -> Mapping[str, tuple[Entry, Figures]]:
    """The figures of each file of the manifest, by its name, in the manifest's order."""
    _import_library()
    measured: dict[str, Figures] = {}
    largest_first = sorted(entries, key=lambda entry: -entry.formula_cells)
    for done in each_isolated(
        partial(measure, folder), largest_first, jobs=jobs, deadline_s=DEADLINE_S
    ):
        measured[done.item.file] = _figures(folder, done)
    return {entry.file: (entry, measured[entry.file]) for entry in entries}


def _figures(folder: Path, done: Done[Entry, Figures]) -> Figures:
    figures = done.result or _nothing_computed(folder / done.item.file, done.item, done.failure)
    return Figures(**{**vars(figures), "wall_s": done.wall_s})


def _import_library() -> None:
    """Loads what every child would load, once, before they are forked."""
    from cfp_xl.engine import library

    library.find("SUM")


def report(measured: Mapping[str, tuple[Entry, Figures]], wall_s: float) -> Iterator[str]:
    """The lines of the report: each file, the engines side by side, the causes."""
    all_figures = [figures for _, figures in measured.values()]
    entries = [entry for entry, _ in measured.values()]
    names = list(engines(entries))

    heads = ("compared", "matched", "mismatched", "not computed", "s", *names)
    yield "  ".join(f"{head:>12}" for head in heads) + "  file"
    for entry, figures in measured.values():
        counts = (figures.compared, figures.matched, figures.mismatched, figures.not_computed)
        columns = [f"{count:12,}" for count in counts]
        columns.append(f"{figures.wall_s:12.2f}")
        columns += [f"{entry.matched[name]:12,}" for name in names]
        yield "  ".join(columns) + f"  {entry.file}"

    yield ""
    yield f"{'engine':<14}{'cells matched':>14}{'mean over files':>17}"
    for name, one in {"cfp-xl": _our_score(all_figures), **engines(entries)}.items():
        yield f"{name:<14}{one.of_cells:>14.1%}{one.mean_over_files:>17.1%}"

    yield ""
    yield from _totals(all_figures, entries, wall_s)
    yield ""
    yield from _causes(all_figures)


def _causes(all_figures: Sequence[Figures]) -> Iterator[str]:
    """Causes, most frequent first, and what each takes from the mean over files."""
    counted: Counter[str] = sum((figures.causes for figures in all_figures), Counter())
    with_cells = [figures for figures in all_figures if figures.compared]
    yield f"{'cells':>6}{'files':>7}{'of the mean':>13}  cause"
    for cause, cells in most_frequent_first(counted):
        files = sum(cause in figures.causes for figures in all_figures)
        shares = (figures.causes[cause] / figures.compared for figures in with_cells)
        yield f"{cells:6,}{files:7}{sum(shares) / len(with_cells):13.2%}  {cause}"


def _our_score(all_figures: Iterable[Figures]) -> Score:
    return score((figures.matched, figures.compared) for figures in all_figures)


def _totals(
    all_figures: Sequence[Figures], entries: Sequence[Entry], wall_s: float
) -> Iterator[str]:
    def total(name: str) -> int:
        return sum(getattr(figures, name) for figures in all_figures)

    compared, of_manifest = total("compared"), sum(entry.compared_cells for entry in entries)
    yield (
        f"{len(entries)} files, {compared:,} cells compared: {total('matched'):,} matched, "
        f"{total('mismatched'):,} mismatched, {total('not_computed'):,} not computed; "
        f"{total('left_out'):,} volatile or not cached, left out"
    )
    yield (
        f"{total('unknown_to_excel'):,} of them can't match, as Excel too has {ExcelError.NAME}, "
        f"{total('from_outside'):,} as a server or an add-in gave their values; "
        f"{sum(entry.suspect_cells for entry in entries):,} cached values are suspect"
    )
    can = [(f.matched, f.compared - f.unknown_to_excel - f.from_outside) for f in all_figures]
    shares = [min(matched / cells, 1) for matched, cells in can if cells > 0]
    yield (
        f"of those that can match {total('matched') / sum(cells for _, cells in can):.2%} do, "
        f"as mean over files {sum(shares) / len(shares):.2%}"
    )
    slowest = max(figures.wall_s for figures in all_figures)
    yield f"{wall_s:.1f} s in all, {slowest:.1f} s the slowest file"
    for entry, figures in zip(entries, all_figures, strict=True):
        if figures.unknown_to_excel or figures.from_outside:
            yield (
                f"  can't match: {figures.unknown_to_excel:,} {ExcelError.NAME}, "
                f"{figures.from_outside:,} from outside  {entry.file}"
            )
    if compared != of_manifest:
        yield f"the manifest counts {of_manifest:,} cells; the difference is in:"
    for entry, figures in zip(entries, all_figures, strict=True):
        if entry.compared_cells != figures.compared:
            yield f"  {figures.compared:,} for {entry.compared_cells:,}  {entry.file}"
        if entry.sha256 != figures.sha256:
            yield f"  not the manifest's file: {entry.file}"


def recorded(measured: Iterable[Figures]) -> str:
    """What is kept of a run: counts by file, a file a line, nothing of what it holds."""
    lines = ",\n".join(
        f'  "{figures.digest}": '
        + json.dumps({"compared": figures.compared, "matched": figures.matched})
        for figures in sorted(measured, key=lambda figures: figures.digest)
    )
    return f'{{"schema": "cfp-xl/fidelity/1", "files": {{\n{lines}\n}}}}\n'


def worse(measured: Mapping[str, tuple[Entry, Figures]], record: str) -> list[str]:
    """The files that match fewer cells, or leave more of them out, than the record says.

    A recorded file that was not measured is worse too; one not recorded yet is not.
    """
    before: dict[str, dict[str, int]] = json.loads(record)["files"]
    found = []
    for entry, figures in measured.values():
        last = before.pop(figures.digest, {"matched": 0, "compared": 0})
        for name in ("matched", "compared"):
            now = getattr(figures, name)
            if now < last[name]:
                found.append(f"{entry.file}: {now:,} cells {name}, {last[name]:,} recorded")
    found += [f"{digest}…: recorded, but not in the corpus" for digest in before]
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    try:
        folder = find_corpus(options.corpus)
    except CorpusNotFound as missing:
        print(f"no corpus: {missing}", file=sys.stderr)
        return 2
    if folder is None:
        say = f"no corpus: neither --corpus nor {CORPUS_VARIABLE} says where it lies"
        print(say, file=sys.stderr)
        return 0 if options.if_present else 2
    entries = read_manifest(folder)

    started = time.monotonic()
    measured = measure_all(folder, entries, jobs=options.jobs)
    for line in report(measured, time.monotonic() - started):
        print(line)
    if options.record:
        options.record.write_text(recorded(figures for _, figures in measured.values()))
    if options.check:
        complaints = worse(measured, options.check.read_text())
        for line in complaints:
            print(f"worse: {line}", file=sys.stderr)
        return 1 if complaints else 0
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--corpus", type=Path, help=f"folder with MANIFEST.tsv (default: ${CORPUS_VARIABLE})"
    )
    parser.add_argument(
        "--if-present", action="store_true", help="exit 0 where no corpus is named (for CI)"
    )
    parser.add_argument("--record", type=Path, metavar="FILE", help="keep this run's figures")
    parser.add_argument(
        "--check", type=Path, metavar="FILE", help="exit 1 if a file is worse than recorded there"
    )
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
