"""A computed workbook with another formula, or a constant, in the place of a formula.

The new formula is computed over the workbook as it is; what depends on the cell is computed again
from its result on, as for other inputs (`whatif.py`). Where that could miss something, there is no
answer, and the changed workbook is to be computed whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from cfp_xl.engine.areas import Area, CellKey, intersection
from cfp_xl.engine.bindings import plain_formula
from cfp_xl.engine.dependents import unwritten_of
from cfp_xl.engine.lexer import NotAFormula
from cfp_xl.engine.outcome import ReferencedRanges
from cfp_xl.engine.parse import FormulaPlace, parse
from cfp_xl.engine.problems import Needs
from cfp_xl.engine.recalculate import deadline, recalculation_of
from cfp_xl.engine.result import Computed, Recalculation
from cfp_xl.engine.schedule import Schedule
from cfp_xl.engine.tree import Node, areas
from cfp_xl.engine.whatif import MustBeWhole, Spread, Values, WhatIf, as_scalar

NOTHING: Values = MappingProxyType({})


@dataclass(frozen=True)
class ReplacedCells:
    """A workbook with some cells replaced: its results, and the formula cells that gave others."""

    recalculation: Recalculation
    moved: tuple[CellKey, ...]


def replaced(
    book: WhatIf, values: Values = NOTHING, formulas: Mapping[CellKey, str] = MappingProxyType({})
) -> ReplacedCells | None:
    """The results with constants in some cells (of formulas or not), and other formulas in others.

    None where the changed workbook must be computed whole. Raises RecalculationTimeout.
    """
    held = book.computed.grid.formulas
    if book.is_only_whole or any(key in book.computed.grid.plan.array_refs for key in formulas):
        return None
    pinned = {key: Computed(as_scalar(key, value)) for key, value in values.items() if key in held}
    constants = {key: as_scalar(key, v) for key, v in values.items() if key not in held}
    if not all(book.is_within(key) for key in constants):
        return None
    trees: list[Node] = []
    for key, formula in formulas.items():
        found = _computed(book, key, formula)
        if found is None:
            return None
        pinned[key] = found[0]
        trees.append(found[1])
    spread = Spread(book, constants, pinned)
    try:
        spread.run()
    except MustBeWhole:
        return None
    changed = [*constants, *pinned, *spread.moved]
    read = [area for tree in trees for area in areas(tree)]
    if any(intersection(area, Area(*key, *key[1:])) for area in read for key in changed):
        return None  # it refers to itself, or to what depends on it
    return ReplacedCells(_recalculation(book, spread), (*pinned, *spread.moved))


def _computed(book: WhatIf, key: CellKey, formula: str) -> tuple[Computed, Node] | None:
    """What a formula gives in a cell of the workbook as it is."""
    computed_before = book.computed
    schedule = Schedule(computed_before.grid, computed_before.moment, deadline(book.deadline_s))
    schedule.read = computed_before.schedule.read
    before: Mapping[Area, None] | None = schedule.read.get(key)
    try:
        plain = plain_formula(formula).removeprefix("=")
        tree = parse(plain, FormulaPlace(book.workbook, *key))
        computed = schedule.compute_tree(key, tree)
    except (NotAFormula, Needs):
        return None
    finally:
        found = schedule.read.pop(key, None)
        if before is not None:
            schedule.read[key] = before
    if computed.is_volatile or computed.children or unwritten_of(found or (), areas(tree)):
        return None
    return computed, tree


def _recalculation(book: WhatIf, spread: Spread) -> Recalculation:
    read = {**book.computed.schedule.read, **spread.schedule.read}
    made = recalculation_of(spread.grid, spread.schedule)
    return replace(made, referenced_ranges=ReferencedRanges(spread.grid.plan, read))
