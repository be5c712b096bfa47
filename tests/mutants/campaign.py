"""Runs mutants: each is verified with its saved values left as they were, and recalculated.

A mutant is caught by an error or a warning at a cell it is about or at one that depends on it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from cfp_xl.engine.areas import CellKey
from cfp_xl.engine.result import Recalculation
from cfp_xl.findings import CellRef, Finding, Severity
from cfp_xl.schema.opened import Opened, opened, with_recomputed_values
from cfp_xl.verify.pipeline import verify_opened
from cfp_xl.verify.result import Options
from cfp_xl.workbook.address import cell_position, range_bounds
from tests.mutants import bases, of_any_workbook, of_formulas, of_inputs, of_looks, of_package
from tests.mutants.edits import Base, Book
from tests.mutants.model import Kind, Mutant, spread, without_seal
from tests.suppliers.returned import freight, shell

STALE, FRESH = "stale", "recalculated"
EDITIONS = ("zh", "en", "zh-native", "en-native")


@dataclass(frozen=True)
class Outcome:
    mutant: Mutant
    state: str
    cells: tuple[CellRef, ...]
    alarms: tuple[Finding, ...]
    """All errors and warnings."""
    is_caught: bool

    @property
    def name(self) -> str:
        return f"{self.mutant.name} {self.state}"


@cache
def all_bases() -> tuple[Base, ...]:
    return (
        *(Base(edition, *bases.lamp(edition)) for edition in EDITIONS),
        Base("answered", *bases.answered_lamp()),
        Base("bxd2", *bases.meter_box()),
        Base("part's sheet", shell()),
        Base("carrier's sheet", freight()),
        Base("stranger's table", bases.strangers_workbook()),
        Base("stranger's model", bases.strangers_model()),
    )


def all_kinds() -> list[Kind]:
    lamps, answered = frozenset(EDITIONS), frozenset({"answered"})
    products = lamps | answered | {"bxd2"}
    of_formula = list(of_formulas.kinds(products, lamps | answered))
    # What a recalculation gives again is no mutant where no seal says that it was a formula.
    unsealed = [one for one in of_formula if one.operator not in ("typed over", "no saved value")]
    return [
        *of_formula,
        *map(without_seal, unsealed),
        *of_inputs.kinds(lamps | answered),
        *of_looks.kinds(lamps | answered),
        *of_package.kinds(lamps, answered),
        *of_any_workbook.kinds(),
    ]


@cache
def mutants() -> tuple[Mutant, ...]:
    return tuple(spread(all_kinds(), all_bases()))


def run(mutant: Mutant) -> Iterator[Outcome]:
    """The mutant stale and, where its change may alter a value, freshly recalculated."""
    base = mutant.base
    book = Book(base)
    cells = tuple(mutant.kind.change(book))
    path = Path(f"{base.name}.xlsx")
    already = None if book.touches_values else base.opened.recalculation
    changed = opened(book.bytes(), path, already)
    yield _judged(mutant, STALE, changed, cells)
    if book.touches_values and not mutant.kind.heals:
        yield _judged(mutant, FRESH, saved(changed), cells)


def saved(changed: Opened) -> Opened:
    """The same workbook as a program leaves it that recalculates when it saves."""
    recalculation = changed.recalculation
    return replace(
        changed,
        workbook=with_recomputed_values(changed.workbook, recalculation),
        already=recalculation,
    )


def alarms_of(changed: Opened, name: str) -> tuple[Finding, ...]:
    result = verify_opened(changed, Path(f"{name}.xlsx"), Options())
    return tuple(f for f in result.findings if f.severity is not Severity.INFO)


def _judged(mutant: Mutant, state: str, changed: Opened, cells: tuple[CellRef, ...]) -> Outcome:
    alarms = alarms_of(changed, mutant.base.name)
    if cells:
        about = {*cells, *dependents(changed.recalculation, cells)}
        places = [one.where for f in alarms for one in f.each if one.where]
        is_caught = any(_meets(where, about) for where in places)
    else:
        is_caught = len(alarms) > len(usual_alarms(mutant.base))
    return Outcome(mutant, state, cells, alarms, is_caught)


@cache
def usual_alarms(base: Base) -> tuple[Finding, ...]:
    """What the right workbook gives: a sheet whose fuel factors are CO2 only says so."""
    return alarms_of(base.opened, base.name)


def dependents(recalculation: Recalculation, cells: Iterable[CellRef]) -> set[CellRef]:
    positions = [(where.sheet, cell_position(where.cell)) for where in cells]
    keys = [CellKey(sheet, *position) for sheet, position in positions if position is not None]
    assert len(keys) == len(positions)
    return {key.ref for key in recalculation.dependents(*keys)}


def _meets(where: CellRef, about: Iterable[CellRef]) -> bool:
    """Whether a finding's cell or range holds one of the cells."""
    bounds = range_bounds(where.cell)
    if bounds is None:
        return False
    top, left, bottom, right = bounds
    for one in about:
        position = cell_position(one.cell)
        if (
            one.sheet == where.sheet
            and position is not None
            and top <= position[0] <= bottom
            and left <= position[1] <= right
        ):
            return True
    return False


def survivors(chosen: Iterable[Mutant]) -> Iterator[Outcome]:
    return (outcome for one in chosen for outcome in run(one) if not outcome.is_caught)


def known_survivors() -> dict[str, str]:
    """By outcome: the heading of `survivors.toml` under which it is listed."""
    listed = tomllib.loads((Path(__file__).parent / "survivors.toml").read_text("utf-8"))
    return {name: heading for heading, names in listed.items() for name in names["mutants"]}
