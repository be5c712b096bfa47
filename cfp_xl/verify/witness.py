"""Second engines: the same workbook by another program, each formula cell held against ours.

A witness gives values and says what it could not compute. Who agrees with whom is told in full:
the value saved in the file, ours, theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from cfp_xl.data_files import read_toml
from cfp_xl.engine.areas import CellKey
from cfp_xl.engine.function_names import functions_in
from cfp_xl.engine.result import Recalculation
from cfp_xl.findings import Finding, finding
from cfp_xl.functions.values import Scalar
from cfp_xl.messages import Explained
from cfp_xl.schema.opened import Opened
from cfp_xl.verify.compare import NOISE, shown
from cfp_xl.verify.result import WitnessCounts
from cfp_xl.workbook.model import Workbook
from cfp_xl.workbook.writing.patch import patch_values

if TYPE_CHECKING:
    from cfp_xl.hosts.excel_session import ExcelSession

MOST_NAMED = 200
"""Disagreements beyond are counted, not listed."""


@dataclass(frozen=True)
class Witnessed:
    """What a witness computed."""

    values: Mapping[CellKey, Scalar]
    failed: Mapping[CellKey, str] = field(default_factory=dict)
    """Formula cells without a value, and why."""


Witness = Callable[[Opened], Witnessed]


def by_formulas(opened: Opened) -> Witnessed:
    """The stock model of the library `formulas`."""
    from cfp_xl.engine.stock import stock_values

    found = stock_values(opened.workbook)
    return Witnessed(found.values, found.failed)


def by_libreoffice(opened: Opened) -> Witnessed:
    """Real LibreOffice, with our extension where it can be installed."""
    from cfp_xl.hosts.libreoffice.recalculate import recalculated
    from cfp_xl.schema.opened import open_file

    with without_values(opened) as given, recalculated(given) as (path, has_functions):
        values = saved_values(opened.workbook, open_file(path).workbook)
    return as_far_as_known(opened, values, has_functions)


def by_excel(opened: Opened) -> Witnessed:
    """Real Excel, hidden, with our add-in where it is installed."""
    from cfp_xl.hosts.excel_install import installed_addin
    from cfp_xl.hosts.excel_session import excel

    with without_values(opened) as given, excel(installed_addin()) as session:
        with session.opened(given) as book:
            session.calculate()
            values = shown_values(opened.workbook, session, book)
        return as_far_as_known(opened, values, session.has_functions)


WITNESSES: Mapping[str, Witness] = {
    "formulas": by_formulas,
    "libreoffice": by_libreoffice,
    "excel": by_excel,
}


def witnessed(
    opened: Opened, names: tuple[str, ...], tolerance: float
) -> tuple[tuple[WitnessCounts, ...], tuple[Finding, ...]]:
    """Each witness's counts, and what it says otherwise."""
    counts: list[WitnessCounts] = []
    findings: list[Finding] = []
    for name in names:
        try:
            told = WITNESSES[name](opened)
        except Explained as why:
            keys = opened.recalculation.cells
            told = Witnessed({}, dict.fromkeys(keys, str(why)))
        one, of_one = judged(opened, name, told, tolerance)
        counts.append(one)
        findings += of_one
    return tuple(counts), tuple(findings)


def judged(
    opened: Opened, name: str, told: Witnessed, tolerance: float
) -> tuple[WitnessCounts, list[Finding]]:
    """One witness beside the recalculation: counts, and a finding for each that differs."""
    recalculation = opened.recalculation
    agreed = volatile = 0
    differing: dict[CellKey, Scalar] = {}
    lacking: dict[CellKey, str] = {}
    for key, computed in recalculation.cells.items():
        if computed.is_volatile and not computed.is_stable:
            volatile += 1
        elif not computed.is_computed or key not in told.values:
            lacking[key] = told.failed.get(key, "")
        elif _agree(told.values[key], computed.value, recalculation, key, tolerance):
            agreed += 1
        else:
            differing[key] = told.values[key]
    known = _explained(opened.workbook, recalculation, name) if differing else frozenset()
    explained = known & differing.keys()
    counts = WitnessCounts(
        name, agreed, len(differing) - len(explained), len(explained), len(lacking), volatile
    )
    return counts, list(_findings(opened, name, differing, explained, lacking))


def _findings(
    opened: Opened,
    name: str,
    differing: Mapping[CellKey, Scalar],
    explained: frozenset[CellKey],
    lacking: Mapping[CellKey, str],
) -> Iterator[Finding]:
    cells = opened.recalculation.cells
    for key in list(differing)[:MOST_NAMED]:
        cell = opened.workbook.by_name[key.sheet.casefold()].cells[key.row, key.column]
        yield finding(
            "V12", key.ref, case="explained" if key in explained else "", witness=name,
            seen=shown(differing[key]), expected=shown(cells[key].value),
            cached=shown(cell.value), formula=f"={cell.formula}",
        )  # fmt: skip
    if lacking:
        first, why = next(iter(lacking.items()))
        case = "none" if len(lacking) == len(cells) else ""
        yield finding(
            "V13", case=case, witness=name, count=len(lacking), first_cell=first.ref, why=why
        )


def _agree(
    theirs: Scalar, ours: Scalar, recalculation: Recalculation, key: CellKey, tolerance: float
) -> bool:
    if isinstance(theirs, float) and isinstance(ours, float):
        difference = abs(theirs - ours)
        if difference <= tolerance * max(abs(theirs), abs(ours)):
            return True
        magnitude = recalculation.operand_magnitude(key)
        return magnitude is not None and difference <= NOISE * magnitude
    if theirs in (None, "") and ours in (None, ""):
        return True
    return type(theirs) is type(ours) and theirs == ours


def _explained(workbook: Workbook, recalculation: Recalculation, name: str) -> frozenset[CellKey]:
    """The cells that call a function which this witness is known to compute otherwise, and those
    that depend on them."""
    known = _known(name)
    roots = [key for key in recalculation.cells if functions_in(workbook, key) & known]
    found = set(roots)
    for root in roots:
        found |= recalculation.dependents(root)
    return frozenset(found)


@cache
def _known(name: str) -> frozenset[str]:
    return frozenset(read_toml("witness.toml")[name])


def _with_own_functions(workbook: Workbook, recalculation: Recalculation) -> frozenset[CellKey]:
    """The cells with a CFP_* function, and those that depend on them."""
    roots = [
        key
        for key in recalculation.cells
        if any(one.startswith("CFP_") for one in functions_in(workbook, key))
    ]
    found = set(roots)
    for root in roots:
        if root in found:
            found |= recalculation.dependents(root)
    return frozenset(found)


def saved_values(ours: Workbook, theirs: Workbook) -> Mapping[CellKey, Scalar]:
    """What another program saved in the formula cells of a workbook."""
    found: dict[CellKey, Scalar] = {}
    for sheet in ours.sheets:
        other = theirs.sheet(sheet.name)
        for (row, column), cell in sheet.cells.items() if other is not None else ():
            if cell.formula is not None and other is not None:
                found[CellKey(sheet.name, row, column)] = other.columns.value((row, column))
    return found


def shown_values(ours: Workbook, session: ExcelSession, book: Any) -> Mapping[CellKey, Scalar]:
    """What Excel computed in the formula cells of a workbook that it has open."""
    found: dict[CellKey, Scalar] = {}
    for sheet in ours.sheets:
        places = [at for at, cell in sheet.cells.items() if cell.formula is not None]
        if not places:
            continue
        rows, columns = zip(*places, strict=True)
        top, left = min(rows), min(columns)
        table = list(session.values(book, sheet.name, (top, left, max(rows), max(columns))))
        for row, column in places:
            found[CellKey(sheet.name, row, column)] = table[row - top][column - left]
    return found


@contextmanager
def without_values(opened: Opened) -> Iterator[Path]:
    """A copy whose formula cells hold no values: what they have afterwards was computed."""
    cells = {(key.sheet, key.row, key.column): None for key in opened.recalculation.cells}
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"book{opened.package.path.suffix}"
        patch_values(opened.package, path, cells)
        yield path


def as_far_as_known(
    opened: Opened, values: Mapping[CellKey, Scalar], has_functions: bool
) -> Witnessed:
    """What a program without our functions makes of them is no result."""
    if has_functions:
        return Witnessed(values)
    lost = _with_own_functions(opened.workbook, opened.recalculation)
    known = {key: value for key, value in values.items() if key not in lost}
    return Witnessed(known, dict.fromkeys(lost, "CFP_*"))


__all__ = [
    "WITNESSES",
    "Witness",
    "Witnessed",
    "as_far_as_known",
    "judged",
    "saved_values",
    "shown_values",
    "without_values",
    "witnessed",
]
