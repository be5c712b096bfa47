"""What the rows of each assembly make, and the rows that take it: any depth, loops named.

Assemblies are computed before the rows that take them, in an order found without recursion, so
that depth is bounded by nothing. One that cannot be computed fails the rows that take it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter

from cfp_xl.footprint.assemblies import ASSEMBLY_PREFIX, Assemblies, Assembly, AssemblyNotKnown
from cfp_xl.footprint.carbon_balance import with_balance
from cfp_xl.footprint.cells import number_not_negative
from cfp_xl.footprint.columns import column
from cfp_xl.footprint.errors import (
    BAD_NUMBER,
    NOT_FOUND,
    FootprintError,
    NumberNotFinite,
    label,
)
from cfp_xl.footprint.factor import Factor, Factors
from cfp_xl.footprint.inventory import Activity, Inventory
from cfp_xl.footprint.parts import Parts, total_parts
from cfp_xl.footprint.row_emission import RowResult, calculate_row, calculate_rows
from cfp_xl.footprint.wording import folded
from cfp_xl.messages import Text


class AssemblyWithoutRows(FootprintError):
    """An assembly that no activity belongs to."""

    excel = NOT_FOUND


class AssemblyLoop(FootprintError):
    """Assemblies that contain each other."""

    excel = BAD_NUMBER


class AssemblyFailed(FootprintError):
    """An assembly of which a row cannot be calculated; `excel` is that mistake's."""

    def __init__(self, id: str, row: RowResult, why: FootprintError) -> None:
        super().__init__(id=id, row=row.activity.label, why=why)
        self.excel = why.excel


@dataclass(frozen=True, slots=True)
class AssemblyResult:
    """An assembly: the factor that other rows take, or why there is none."""

    assembly: Assembly
    factor: Factor | None = None
    problem: FootprintError | None = None

    @property
    def kgco2e_per_unit(self) -> float | None:
        return self.factor.value if self.factor else None


def assembled(
    inventory: Inventory, factors: Factors, assemblies: Assemblies
) -> tuple[tuple[RowResult, ...], Mapping[str, AssemblyResult]]:
    """Every row in its order, and what each assembly makes, by its id."""
    of_assembly: dict[str, list[Activity]] = {}
    for row in inventory:
        of_assembly.setdefault(folded(row.assembly_id), []).append(row)
    made: dict[str, AssemblyResult] = {}
    results: dict[int, RowResult] = {}
    look_up = WithAssemblies(factors, made)
    for key, loop in _in_order(of_assembly, assemblies):
        found = list(calculate_rows(of_assembly.get(key, ()), look_up))
        found = list(with_balance(found, look_up))
        results |= {id(row.activity): row for row in found}
        made[key] = _made(assemblies, key, found, loop)
    for key in of_assembly.keys() - made.keys() - {""}:
        for activity in of_assembly[key]:
            results[id(activity)] = _homeless(activity, factors, assemblies)
    own = list(calculate_rows(of_assembly.get("", ()), look_up))
    results |= {id(row.activity): row for row in with_balance(own, look_up)}
    rows = tuple(results[id(row)] for row in inventory)
    return rows, {result.assembly.id: result for result in made.values()}


@dataclass(frozen=True)
class WithAssemblies:
    """Factors, and before them those of assemblies."""

    factors: Factors
    made: Mapping[str, AssemblyResult]
    """By folded id."""

    def get(self, id: str) -> Factor:
        key, prefix = folded(id), folded(ASSEMBLY_PREFIX)
        result = self.made.get(key.removeprefix(prefix)) if key.startswith(prefix) else None
        if result is None:
            return self.factors.get(id)
        if result.factor is None:
            assert result.problem is not None
            raise result.problem
        return result.factor

    def ids(self) -> Sequence[str]:
        own = (f"{ASSEMBLY_PREFIX}{result.assembly.id}" for result in self.made.values())
        return (*own, *self.factors.ids())

    def search(self, words: str, limit: int = 10) -> tuple[Factor, ...]:
        return self.factors.search(words, limit)


@dataclass(frozen=True)
class WithComputed:
    """Factors, and before them those of assemblies by what their sheet computed for them."""

    factors: Factors
    assemblies: Assemblies

    def get(self, id: str) -> Factor:
        if (key := self.assemblies.key_of_factor(id)) is None:
            return self.factors.get(id)
        one = self.assemblies.get(key)
        value = number_not_negative(
            one.kgco2e_per_unit, column("assemblies", "kgco2e_per_unit").heading
        )
        return Factor(id, Text(one.name, one.name), "", value, "kgCO2e", one.output_and_unit()[1])

    def ids(self) -> Sequence[str]:
        own = (f"{ASSEMBLY_PREFIX}{one.id}" for one in self.assemblies)
        return (*own, *self.factors.ids())

    def search(self, words: str, limit: int = 10) -> tuple[Factor, ...]:
        return self.factors.search(words, limit)


def _in_order(
    rows: Mapping[str, Sequence[Activity]], assemblies: Assemblies
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The keys of all assemblies, each after those that its rows take; and the loop it is in or
    waits for, by ids, where there is one."""
    takes = {folded(one.id): _taken(rows.get(folded(one.id), ()), assemblies) for one in assemblies}
    sorter = TopologicalSorter(takes)
    with suppress(CycleError):  # what waits for no loop comes out all the same
        sorter.prepare()
    done: set[str] = set()
    while ready := sorter.get_ready():
        for key in ready:
            done.add(key)
            sorter.done(key)
            yield key, ()
    names = {folded(one.id): one.id for one in assemblies}
    for key in [one for one in takes if one not in done]:
        yield key, tuple(names[one] for one in _loop(key, takes, done))


def _taken(rows: Sequence[Activity], assemblies: Assemblies) -> tuple[str, ...]:
    keys = (assemblies.key_of_factor(row.factor_id) for row in rows)
    return tuple(dict.fromkeys(key for key in keys if key is not None))


def _loop(start: str, takes: Mapping[str, Sequence[str]], done: set[str]) -> list[str]:
    """The way from an assembly that waits into its loop, back to where the loop began."""
    way = [start]
    while True:
        ahead = next(key for key in takes[way[-1]] if key not in done)
        if ahead in way:
            return [*way[way.index(ahead) :], ahead]
        way.append(ahead)


def _made(
    assemblies: Assemblies, key: str, rows: Sequence[RowResult], loop: Sequence[str]
) -> AssemblyResult:
    one = next(assembly for assembly in assemblies if folded(assembly.id) == key)
    try:
        assemblies.get(one.id)
        if loop:
            raise AssemblyLoop(path=Text(*[" → ".join(loop)] * 2))
        output, unit = one.output_and_unit()
        if not rows:
            raise AssemblyWithoutRows(id=one.id)
        for row in rows:
            if row.problem is not None:
                raise AssemblyFailed(one.id, row, row.problem)
        return AssemblyResult(one, _factor(one, output, unit, rows))
    except FootprintError as problem:
        return AssemblyResult(one, problem=problem)


def _factor(one: Assembly, output: float, unit: str, rows: Sequence[RowResult]) -> Factor:
    try:
        total = total_parts(row.addend for row in rows)
    except OverflowError:
        raise NumberNotFinite(column=label("emission"), seen=math.inf) from None
    parts = Parts(*(part / output for part in _values(total)))
    name = one.name or one.id
    return Factor(
        id=f"{ASSEMBLY_PREFIX}{one.id}",
        name=Text(name, name),
        category="",
        value=parts.excluding,
        unit="kgCO2e",
        per_unit=unit,
        set_id="sheet",
        origin=one.origin,
        parts=parts,
    )


def _values(parts: Parts) -> Iterator[float]:
    return (getattr(parts, name) for name in Parts.__slots__)


def _homeless(activity: Activity, factors: Factors, assemblies: Assemblies) -> RowResult:
    """A row of an assembly that the table lacks: it fails the total, for it counts nowhere."""
    row = calculate_row(replace(activity, assembly=None), factors)
    known = tuple(one.id for one in assemblies)
    problem = AssemblyNotKnown(id=activity.assembly_id, known=known)
    return replace(row.failed(problem), activity=activity)
