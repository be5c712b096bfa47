"""A workbook's factors replaced by those of another set: what would change, and by how much.

A factor's successor is the one that is said, else the newest in the set with the same id but for
its year, else the only one of the same name; always of the same region and kind of unit. What has
none is named and stays. The plan changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from cfp_xl.findings import CellRef
from cfp_xl.footprint.calculate import calculate
from cfp_xl.footprint.factor_choice import CHOICE, chosen_id
from cfp_xl.footprint.factors import Factor, FactorSet, layered
from cfp_xl.footprint.inventory import Inventory
from cfp_xl.footprint.units import same_dimension
from cfp_xl.footprint.wording import folded
from cfp_xl.messages import Explained, Lang
from cfp_xl.schema.schema import Schema

_YEAR = re.compile(r"(?:(?<=[A-Za-z-])|^)(?:19|20)\d\d(?=-|$)")
_PUBLISHER = re.compile(r"^[a-z]+-+(?=\d)")
COMPUTED_BEFORE = ("s-", "a-")
"""How ids begin that no set has: suppliers' answers and assemblies."""


class CannotReplace(Explained):
    """A replacement that was asked for and can't be made."""


@dataclass(frozen=True, slots=True)
class Replacement:
    """A factor that rows take, its successor, and what that makes of the total."""

    old: Factor
    new: Factor
    cells: tuple[CellRef, ...]
    change_kgco2e: float | None
    """Of the total, with this replacement alone; None where one of the totals is not known."""


@dataclass(frozen=True)
class FactorUpgrade:
    """What putting a workbook on another set comes to."""

    target: FactorSet
    replaced: tuple[Replacement, ...]
    current: tuple[Factor, ...] = ()
    """Factors that are the set's newest already."""
    without: tuple[tuple[Factor, tuple[CellRef, ...]], ...] = ()
    """Factors that have no successor in the set, or several."""
    by_formula: tuple[CellRef, ...] = ()
    """Cells in which a formula names the factor: they stay as they are."""


def parse_pairs(texts: Iterable[str]) -> dict[str, str]:
    """`OLD=NEW` pairs of ids; raises CannotReplace."""
    pairs = {}
    for text in texts:
        old, equals, new = (part.strip() for part in text.partition("="))
        if not (old and equals and new):
            raise CannotReplace("exchange.pair_not_read", pair=text)
        pairs[folded(old)] = new
    return pairs


def plan_factors(schema: Schema, target: FactorSet, said: Mapping[str, str]) -> FactorUpgrade:
    """Which rows take which factor of the set; raises CannotReplace where a said one is unknown."""
    for id in said.values():
        if not target.holds(id):
            raise CannotReplace("exchange.no_such_factor", id=id, set=target.id)
    used, by_formula = _used(schema)
    successors = _Successors(target)
    replaced, current, without = [], [], []
    for old, cells in used:
        new = target.get(said[folded(old.id)]) if folded(old.id) in said else successors.of(old)
        if new is None:
            without.append((old, cells))
        elif _is_same(old, new):
            current.append(old)
        else:
            replaced.append(Replacement(old, new, cells, _change(schema, old, new)))
    return FactorUpgrade(target, tuple(replaced), tuple(current), tuple(without), by_formula)


def named_like(typed: str, new: Factor, lang: Lang) -> str:
    """What the cell says then: an id alone, or `name [unit] | id` as a dropdown has it."""
    if CHOICE not in typed:
        return new.id
    return f"{new.label(lang).replace(CHOICE, ', ')} [{new.per_unit}]{CHOICE}{new.id}"


def _used(schema: Schema) -> tuple[list[tuple[Factor, tuple[CellRef, ...]]], tuple[CellRef, ...]]:
    """The factors that rows take, each with the cells that name it; and those a formula makes."""
    factors: dict[str, Factor] = {}
    cells: dict[str, list[CellRef]] = {}
    by_formula = []
    for record in schema.records("activities"):
        id, where = chosen_id(record.text("factor_id")), record.cell("factor_id")
        if not id or folded(id).startswith(COMPUTED_BEFORE):
            continue
        cell = record.region.sheet.cells.get((where.row, where.column))
        if cell is not None and cell.formula is not None:
            by_formula.append(where)
            continue
        try:
            factors.setdefault(folded(id), schema.factors.get(id))
        except Explained:
            continue  # a factor that is not found is `verify`'s to name
        cells.setdefault(folded(id), []).append(where)
    return [(one, tuple(cells[id])) for id, one in factors.items()], tuple(by_formula)


@dataclass(frozen=True)
class _Successors:
    """The factors of a set, by what they share with earlier ones."""

    target: FactorSet

    def of(self, old: Factor) -> Factor | None:
        by_id = self._by_stem.get(_stem(old.id), [])
        by_name = {id: one for key in _names(old) for id, one in self._by_name.get(key, {}).items()}
        for found in (by_id, list(by_name.values())):
            fitting = [one for one in found if _is_comparable(old, one)]
            newest = max((one.year or 0 for one in fitting), default=0)
            best = [one for one in fitting if (one.year or 0) == newest]
            same = [one for one in best if folded(one.id) == folded(old.id)]
            if same or len(best) == 1:
                return (same or best)[0]
        return None

    @cached_property
    def _by_stem(self) -> Mapping[str, list[Factor]]:
        found: dict[str, list[Factor]] = {}
        for one in self.target.factors.values():
            found.setdefault(_stem(one.id), []).append(one)
        return found

    @cached_property
    def _by_name(self) -> Mapping[str, dict[str, Factor]]:
        found: dict[str, dict[str, Factor]] = {}
        for one in self.target.factors.values():
            for name in _names(one):
                found.setdefault(name, {})[one.id] = one
        return found


def _stem(id: str) -> str:
    """An id without its year, and without the publisher before a number of the publisher's."""
    plain = re.sub(r"-{2,}", "-", _YEAR.sub("", id)).strip("-")
    return _PUBLISHER.sub("", folded(plain))


def _names(factor: Factor) -> set[str]:
    return {folded(one) for one in (factor.name.zh, factor.name.en, factor.translation) if one}


def _is_comparable(old: Factor, new: Factor) -> bool:
    regions = {folded(one.region) for one in (old, new) if one.region}
    return (
        len(regions) < 2
        and same_dimension(old.per_unit, new.per_unit)
        and old.is_co2_only == new.is_co2_only
        and (new.year or 9999) >= (old.year or 0)
    )


def _is_same(old: Factor, new: Factor) -> bool:
    kept = ("value", "unit", "per_unit", "parts", "gwp_set")
    return folded(old.id) == folded(new.id) and all(
        getattr(old, name) == getattr(new, name) for name in kept
    )


def _change(schema: Schema, old: Factor, new: Factor) -> float | None:
    rows = tuple(
        replace(row, factor_id=new.id)
        if isinstance(row.factor_id, str) and folded(row.factor_id) == folded(old.id)
        else row
        for row in schema.inventory.activities
    )
    with_new = layered(FactorSet("", "", {new.id: new}), schema.factors)
    before = calculate(schema.inventory, schema.factors, schema.assemblies).total_kgco2e
    after = calculate(Inventory(rows), with_new, schema.assemblies).total_kgco2e
    return None if before is None or after is None else after - before
