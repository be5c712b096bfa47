"""What a real Excel makes of our files: opened, repaired or not, computed, how long it took.

The machines that build this project have no Excel. A person who has one runs `cfp-xl host prove
excel`; what came of it is a file, `proof.json`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from time import perf_counter
from typing import Any

from cfp_xl.functions.values import ExcelError, Scalar
from cfp_xl.hosts.excel_session import ExcelFailed, ExcelSession, versions
from cfp_xl.schema.opened import Opened, open_file
from cfp_xl.verify.witness import (
    Witnessed,
    as_far_as_known,
    judged,
    shown_values,
    without_values,
)

TOLERANCE = 1e-9
LONGEST_S = 1_200.0
"""For all files, with a person who answers."""

Ask = Callable[[str], str | None]
"""Given a file's name: what the person saw, "" for nothing; None where nobody answers."""


@dataclass(frozen=True)
class ProvenFile:
    """One file in Excel."""

    name: str
    sha256: str
    failed: str = ""
    """Why it was not opened, computed or read."""
    title: str = ""
    """Of its window: Excel adds a word to the name of a file that it repaired."""
    seen: str | None = None
    open_s: float = 0.0
    calculate_s: float = 0.0
    formulas: int = 0
    agreed: int = 0
    differing: Sequence[str] = ()
    not_computed: int = 0
    values: Mapping[str, Scalar] = field(default_factory=dict)

    @property
    def is_repaired(self) -> bool:
        """Excel puts `[Repaired]` behind the name, or its own word in the user's language."""
        stem, title = Path(self.name).stem, self.title
        return "[" in title.replace("[Read-Only]", "").replace("[只读]", "").partition(stem)[2]

    @property
    def is_proven(self) -> bool:
        is_whole = not self.failed and not self.is_repaired and not self.seen
        return is_whole and self.agreed == self.formulas


@dataclass(frozen=True)
class Proof:
    """What one Excel made of our files."""

    versions: Mapping[str, str]
    has_functions: bool
    files: Sequence[ProvenFile]

    @property
    def is_proven(self) -> bool:
        return bool(self.files) and all(one.is_proven for one in self.files)


def prove(session: ExcelSession, files: Sequence[Path], ask: Ask) -> Proof:
    """Each file opened and computed in Excel, held against our own recalculation."""
    found = [_proven(session, path, ask) for path in files]
    return Proof(versions(session), session.has_functions, found)


def _proven(session: ExcelSession, path: Path, ask: Ask) -> ProvenFile:
    digest = sha256(path.read_bytes()).hexdigest()
    try:
        opened_in, title = _opened(session, path)
        seen = ask(path.name)
        if path.suffix == ".xlam":
            return ProvenFile(path.name, digest, title=title, seen=seen, open_s=opened_in)
        ours = open_file(path)
        computed_in, told = _computed(session, ours)
    except ExcelFailed as why:
        return ProvenFile(path.name, digest, failed=str(why))
    counts, findings = judged(ours, "excel", told, TOLERANCE)
    return ProvenFile(
        path.name,
        digest,
        title=title,
        seen=seen,
        open_s=opened_in,
        calculate_s=computed_in,
        formulas=ours.workbook.formula_count,
        agreed=counts.agreed + counts.volatile,
        differing=[one.message("en") for one in findings if one.code == "V12"],
        not_computed=counts.not_computed,
        values={str(key.ref): value for key, value in told.values.items()},
    )


def _opened(session: ExcelSession, path: Path) -> tuple[float, str]:
    """The very file, as a person would open it: how long it took, and its window's title."""
    start = perf_counter()
    with session.opened(path) as book:
        return perf_counter() - start, _title(book)


def _computed(session: ExcelSession, ours: Opened) -> tuple[float, Witnessed]:
    with without_values(ours) as given, session.opened(given) as book:
        start = perf_counter()
        session.calculate()
        took = perf_counter() - start
        values = shown_values(ours.workbook, session, book)
    return took, as_far_as_known(ours, values, session.has_functions)


def _title(book: Any) -> str:
    """An add-in has no window."""
    with suppress(Exception):
        return str(book.api.Windows(1).Caption)
    return str(book.name)


def proof_document(proof: Proof) -> dict[str, object]:
    """The content of `proof.json` (`docs/proof.schema.json`)."""
    return {
        "schema": "cfp-xl/proof/1",
        "proven": proof.is_proven,
        "versions": dict(proof.versions),
        "functions": proof.has_functions,
        "files": [_file(one) for one in proof.files],
    }


def _file(one: ProvenFile) -> dict[str, object]:
    return {
        "name": one.name,
        "sha256": one.sha256,
        "proven": one.is_proven,
        "failed": one.failed,
        "title": one.title,
        "repaired": one.is_repaired,
        "seen": one.seen,
        "open_s": round(one.open_s, 3),
        "calculate_s": round(one.calculate_s, 3),
        "formulas": one.formulas,
        "agreed": one.agreed,
        "not_computed": one.not_computed,
        "differing": list(one.differing),
        "values": {cell: _value(value) for cell, value in one.values.items()},
    }


def _value(value: Scalar) -> object:
    return {"error": str(value)} if isinstance(value, ExcelError) else value


def table_row(proof: Proof) -> str:
    """The line for the table of docs/hosts.md."""
    said = proof.versions
    opened = [one for one in proof.files if not one.failed]
    whole = [one for one in opened if not one.is_repaired and not one.seen]
    agreed, formulas = (sum(getattr(o, n) for o in proof.files) for n in ("agreed", "formulas"))
    slowest = max((one.calculate_s for one in proof.files), default=0.0)
    cells = [
        f"{said['excel']} {said['excel_build']}".strip(),
        said["system"],
        said["cfp_xl"],
        "yes" if proof.has_functions else "no",
        f"{len(whole)} of {len(proof.files)}",
        f"{agreed} of {formulas}",
        f"{slowest:.1f} s",
    ]
    return f"| {' | '.join(cells)} |"


__all__ = ["Proof", "ProvenFile", "proof_document", "prove", "table_row"]
