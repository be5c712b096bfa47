"""The independent inputs of a footprint, and the total as a function of them.

One factor is one input wherever it is used, and so are one meter (`allocation_id`) and one
supplier's answer (its factor). Each other row's quantity is an input of its own. An input is a
multiple of what its cells say; with all of them 1 the total is the deterministic one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from cfp_xl.findings import CellRef
from cfp_xl.footprint.assemblies import Assemblies
from cfp_xl.footprint.calculate import Footprint
from cfp_xl.footprint.errors import FootprintError
from cfp_xl.footprint.factor import Factor, Factors
from cfp_xl.footprint.row_emission import RowResult
from cfp_xl.footprint.wording import folded, is_blank
from cfp_xl.messages import Text, text
from cfp_xl.study.spread import StudyError, Uncertainty
from cfp_xl.study.stated import stated_spread

MOST_TERMS = 200_000
"""Beyond so many products of inputs the exact variance is not worked out."""


class NoTotal(StudyError):
    """A footprint without a total."""


class SpreadInRow(StudyError):
    """What is wrong with the spread of a row, with the row's name."""

    def __init__(self, row: str, why: FootprintError, where: CellRef | None) -> None:
        super().__init__(row=row, why=why)
        self.excel = why.excel
        self.where = where


@dataclass(frozen=True, slots=True)
class Input:
    """One independent input."""

    id: str
    """Stable: `activity:生产/电力/`, `factor:CN-ELEC-CFP-2024`, `meter:B1`; its stream's name."""
    label: Text
    spread: Uncertainty | None
    where: CellRef | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """A row of the product or of an assembly: what it counts, and what that is proportional to."""

    row: RowResult
    counted_kgco2e: float
    quantity: str
    factor: str | None
    """An input; None where the row takes an assembly, …"""
    takes: str | None
    """… whose key this is."""


@dataclass(frozen=True)
class Inputs:
    """The total of a footprint as a function of its inputs."""

    by_id: Mapping[str, Input]
    """In the order of the rows, then of the factors they take."""
    terms: Mapping[str, tuple[Term, ...]]
    """By assembly, each after those that it takes; the product's own under "" at the end."""
    total_kgco2e: float

    def __iter__(self) -> Iterator[Input]:
        return iter(self.by_id.values())

    @cached_property
    def uncertain(self) -> tuple[Input, ...]:
        return tuple(one for one in self if one.spread is not None)

    @cached_property
    def shares(self) -> Mapping[str, float]:
        """The part of the total that depends on each input (its elasticity), by id."""
        found = {id: [0.0] for id in self.by_id}
        for term, share in self.term_shares():
            found[term.quantity].append(share)
            if term.factor is not None:
                found[term.factor].append(share)
        return {id: math.fsum(parts) for id, parts in found.items()}

    @cached_property
    def sums(self) -> Mapping[str, float]:
        """What the rows of each assembly, and of the product, add to."""
        return {
            key: math.fsum(term.counted_kgco2e for term in terms)
            for key, terms in self.terms.items()
        }

    def leaves(self) -> Iterator[tuple[Term, float]]:
        """The rows with a factor, each with its part of the total."""
        return ((term, share) for term, share in self.term_shares() if term.takes is None)

    def term_shares(self) -> Iterator[tuple[Term, float]]:
        """Each term with its part of the total, assemblies' through those that take them."""
        parts: dict[str, list[float]] = {"": [1.0]}
        for key in reversed(list(self.terms)):
            part, whole = math.fsum(parts.get(key, ())), self.sums[key]
            for term in self.terms[key]:
                share = part * term.counted_kgco2e / whole if part and whole else 0.0
                yield term, share
                if term.takes is not None:
                    parts.setdefault(term.takes, []).append(share)

    def total(self, multiple: Callable[[str], float]) -> float:
        """The total with each input at a multiple of what its cells say."""
        relative: dict[str, float] = {}
        for key, terms in self.terms.items():
            amounts = [
                term.counted_kgco2e
                * multiple(term.quantity)
                * (relative[term.takes] if term.takes is not None else multiple(term.factor or ""))
                for term in terms
            ]
            whole = math.fsum(amounts)
            if key == "":
                return whole
            relative[key] = whole / self.sums[key] if self.sums[key] else 1.0
        return 0.0

    def products(self) -> list[tuple[float, tuple[str, ...]]] | None:
        """The total as a sum of products: each a value and the uncertain inputs in it, an input
        twice where it comes twice. None where there are too many."""
        uncertain = {one.id for one in self.uncertain}
        made: dict[str, list[tuple[float, tuple[str, ...]]]] = {}
        for key, terms in self.terms.items():
            found: list[tuple[float, tuple[str, ...]]] = []
            for term in terms:
                own = tuple(i for i in (term.quantity, term.factor) if i in uncertain and i)
                inner = made[term.takes] if term.takes is not None else [(1.0, ())]
                whole = self.sums[term.takes] if term.takes is not None else 1.0
                scale = term.counted_kgco2e / whole if whole else 0.0
                found += [(scale * value, (*own, *ids)) for value, ids in inner]
                if len(found) > MOST_TERMS:
                    return None
            made[key] = found
        return made[""]


def inputs_of(footprint: Footprint, factors: Factors, assemblies: Assemblies) -> Inputs:
    """The inputs of a footprint. Raises NoTotal, and SpreadInRow where a row states no spread that
    can be understood."""
    if footprint.total_kgco2e is None:
        raise NoTotal(why=footprint.problems[:1])
    quantities: dict[str, Input] = {}
    used: dict[str, Input] = {}
    terms: dict[str, list[Term]] = {folded(id): [] for id in footprint.assemblies}
    terms[""] = []
    for row in footprint.rows:
        counted = row.counted_kgco2e
        if not counted or (key := folded(row.assembly)) not in terms:
            continue
        quantity = _quantity_input(row, quantities)
        takes = assemblies.key_of_factor(row.activity.factor_id)
        factor = None if takes is not None else _factor_input(row, factors, used)
        terms[key].append(Term(row, counted, quantity, factor, takes))
    return Inputs(
        {**quantities, **used},
        {key: tuple(of_key) for key, of_key in terms.items()},
        footprint.total_kgco2e,
    )


def _quantity_input(row: RowResult, known: dict[str, Input]) -> str:
    activity = row.activity
    meter = activity.more.get("allocation_id")
    spread = _spread(row, "activities", activity.more, activity.quantity, activity.origin)
    if not is_blank(meter):
        id = f"meter:{meter}"
        if id not in known or known[id].spread is None:
            known[id] = Input(id, _meter(str(meter)), spread, activity.origin)
        return id
    id = f"activity:{activity.identity}"
    if id in known:
        id = next(name for name in _numbered(id) if name not in known)
    label = activity.label
    known[id] = Input(id, Text(label, label), spread, activity.origin)
    return id


def _numbered(base: str) -> Iterator[str]:
    number = 1
    while True:
        number += 1
        yield f"{base}#{number}"


def _meter(id: str) -> Text:
    words = text("study.meter")
    return Text(words.zh.format(id=id), words.en.format(id=id))


def _factor_input(row: RowResult, factors: Factors, known: dict[str, Input]) -> str:
    factor = factors.get(str(row.activity.factor_id))
    id = f"factor:{factor.id}"
    if id not in known:
        known[id] = Input(id, _factor_label(factor), _factor_spread(row, factor), factor.origin)
    return id


def _factor_label(factor: Factor) -> Text:
    return Text(f"{factor.id} {factor.name.zh}".strip(), f"{factor.id} {factor.name.en}".strip())


def _factor_spread(row: RowResult, factor: Factor) -> Uncertainty | None:
    return _spread(row, "factors", factor.more, factor.value, factor.origin, factor.id)


def _spread(
    row: RowResult,
    table: str,
    cells: Mapping[str, object],
    value: object,
    where: CellRef | None,
    name: str = "",
) -> Uncertainty | None:
    figure = value if isinstance(value, float | int) else 0.0
    try:
        return stated_spread(table, cells, float(figure))
    except FootprintError as why:
        raise SpreadInRow(name or row.activity.label, why, where) from why
