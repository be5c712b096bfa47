"""A corpus of workbooks that Excel computed: a folder of .xlsx files with a MANIFEST.tsv.

The manifest says of each file how many formula cells it has, how many of them can be compared,
and how many of these other engines matched. The files stay where they are.
"""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

MANIFEST = "MANIFEST.tsv"
CORPUS_VARIABLE = "CFP_XL_CORPUS"
"""The environment variable that says where the corpus lies."""


class CorpusNotFound(Exception):
    """No folder with a manifest where the corpus was said to be."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What the manifest says of one workbook."""

    file: str
    sha256: str
    formula_cells: int
    compared_cells: int
    """Without volatile, environment-dependent and data-table cells."""
    suspect_cells: int
    """Comparable cells whose cached value is stale or not Excel's."""
    matched: Mapping[str, int]
    """Comparable cells matched, by engine."""


@dataclass(frozen=True, slots=True)
class Score:
    """How much of a corpus an engine matches, as shares of 1."""

    of_cells: float
    mean_over_files: float


def find_corpus(given: Path | None) -> Path | None:
    """The folder that holds the manifest: the one given, else the one the environment names.

    The manifest may lie one folder deeper. None where neither names a folder; raises
    CorpusNotFound where it holds no manifest, or several.
    """
    named = given or os.environ.get(CORPUS_VARIABLE)
    if not named:
        return None
    folder = Path(named)
    if (folder / MANIFEST).is_file():
        return folder
    below = sorted(folder.glob(f"*/{MANIFEST}"))
    if len(below) != 1:
        raise CorpusNotFound(f"{folder} holds {len(below) or 'no'} {MANIFEST}")
    return below[0].parent


def read_manifest(folder: Path) -> tuple[Entry, ...]:
    """The manifest's rows in its order."""
    with (folder / MANIFEST).open(encoding="utf-8", newline="") as file:
        return tuple(_entry(row) for row in csv.DictReader(file, delimiter="\t"))


def score(matched_of: Iterable[tuple[int, int]]) -> Score:
    """From (matched, comparable) cells of each file; files with nothing to compare say nothing."""
    files = [(matched, cells) for matched, cells in matched_of if cells]
    return Score(
        of_cells=sum(matched for matched, _ in files) / sum(cells for _, cells in files),
        mean_over_files=sum(matched / cells for matched, cells in files) / len(files),
    )


def engines(entries: Iterable[Entry]) -> dict[str, Score]:
    """The other engines' scores, by name, from the manifest's figures."""
    known = list(entries)
    return {
        name: score((entry.matched[name], entry.compared_cells) for entry in known)
        for name in (known[0].matched if known else ())
    }


def recorded_score(record: str) -> Score:
    """Our own score as `fidelity.py --record` has kept it."""
    files = json.loads(record)["files"].values()
    return score((file["matched"], file["compared"]) for file in files)


def _entry(row: Mapping[str, str]) -> Entry:
    suffix = "_matched"
    return Entry(
        file=row["file"],
        sha256=row["sha256"],
        formula_cells=int(row["formula_cells"]),
        compared_cells=int(row["compared_cells"]),
        suspect_cells=int(row["suspect_cells"]),
        matched={k.removesuffix(suffix): int(v) for k, v in row.items() if k.endswith(suffix)},
    )
