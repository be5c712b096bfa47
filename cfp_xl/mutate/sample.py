"""Which mutations are made: all, or as many of each operator, those that matter first."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cfp_xl.engine.areas import CellKey
from cfp_xl.functions.values import ExcelError
from cfp_xl.mutate.mutation import Group, Mutation, Operator, operators
from cfp_xl.mutate.subject import Subject

LEADS, SHOWS, REST = 12.0, 3.0, 1.0
"""How likely cells are: those with a number that the total comes from, with a value, without."""


@dataclass(frozen=True)
class Mutant:
    """A mutation with the operator that made it."""

    number: int
    operator: Operator
    mutation: Mutation


def mutants(
    subject: Subject, count: int, seed: int, groups: Iterable[Group] = tuple(Group)
) -> tuple[Mutant, ...]:
    """`count` mutations, evenly over the operators; what one lacks, the others have more of."""
    wanted = frozenset(groups)
    by_operator = {
        one: _ordered(subject, list(one.find(subject)), random.Random(f"{seed}/{one.code}"))
        for one in operators()
        if one.group in wanted
    }
    quotas = _quotas({one: len(found) for one, found in by_operator.items()}, count)
    chosen = ((one, m) for one, found in by_operator.items() for m in found[: quotas[one]])
    return tuple(Mutant(number, one, m) for number, (one, m) in enumerate(chosen, 1))


def _quotas(there: dict[Operator, int], count: int) -> dict[Operator, int]:
    """The largest equal share of each that `count` allows."""
    quotas = dict.fromkeys(there, 0)
    left = min(count, sum(there.values()))
    while left:
        open_ones = [one for one in there if quotas[one] < there[one]]
        share = max(left // len(open_ones), 1)
        for one in open_ones:
            more = min(share, there[one] - quotas[one], left)
            quotas[one] += more
            left -= more
    return quotas


def _ordered(
    subject: Subject, found: Sequence[Mutation], stream: random.Random
) -> Sequence[Mutation]:
    """At random, heavier ones earlier (Efraimidis and Spirakis 2006); those that a column has in
    each of its rows once before any comes twice."""
    keys = [stream.random() ** (1 / _weight(subject, one)) for one in found]
    earlier: Counter[tuple[str, int, int]] = Counter()
    ranked = []
    for at in sorted(range(len(found)), key=lambda at: -keys[at]):
        where = found[at].where or CellKey("", 0, at)
        alike = where.sheet, where.column, found[at].pattern
        ranked.append((earlier[alike], -keys[at], at))
        earlier[alike] += 1
    return [found[at] for _, _, at in sorted(ranked)]


def _weight(subject: Subject, one: Mutation) -> float:
    if one.where is None:
        return LEADS
    value = subject.value(one.where)
    if value in (None, "") or isinstance(value, ExcelError):
        return REST
    return LEADS if one.where in subject.leading and isinstance(value, float) else SHOWS
