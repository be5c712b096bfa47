"""Simulation of the total: one draw of each input a run, each from a stream of its own.

A stream is PCG64, seeded by the seed and the input's id: a new row changes no other draw, and
scenarios compare like with like. numpy promises the bits of the stream, not those of its normals
across versions, so the version is part of the result.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cfp_xl.study.inputs import Inputs
from cfp_xl.study.spread import Distribution, Uncertainty

DRAWS = 10_000
SEED = 12345
MOST_DRAWS = 1_000_000
RANKED = 20
"""So many inputs, those with the largest part of the variance, are ranked against the total."""

Draws = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Simulated:
    """The total over all draws, in their order."""

    values: Draws
    seed: int
    numpy_version: str

    @property
    def draws(self) -> int:
        return len(self.values)

    @property
    def mean(self) -> float:
        return float(self.values.mean())

    @property
    def sd(self) -> float:
        return float(self.values.std(ddof=1))

    @property
    def standard_error(self) -> float:
        """Of the mean."""
        return self.sd / float(np.sqrt(self.draws))

    @property
    def median(self) -> float:
        return self.quantile(0.5)

    @property
    def low(self) -> float:
        return self.quantile(0.025)

    @property
    def high(self) -> float:
        return self.quantile(0.975)

    def quantile(self, p: float) -> float:
        return float(np.quantile(self.values, p))

    def histogram(self, bins: int = 30) -> tuple[tuple[float, int], ...]:
        """The middle of each bin and the number of draws in it."""
        counts, edges = np.histogram(self.values, bins)
        middles = (edges[:-1] + edges[1:]) / 2
        return tuple(zip(middles.tolist(), counts.tolist(), strict=True))


def simulate(inputs: Inputs, draws: int = DRAWS, seed: int = SEED) -> Simulated:
    """`draws` totals; the same inputs and seed give the same bytes."""
    return Simulated(totals(inputs, draws, seed), seed, np.__version__)


def totals(inputs: Inputs, draws: int, seed: int) -> Draws:
    """The total in each draw. Rows that share a factor are added before it multiplies them."""
    relative: dict[str, Draws | float] = {}
    quantities: dict[str, Draws | float] = {}
    one_each = _used_once(inputs)

    def quantity(id: str) -> Draws | float:
        if id in quantities:
            return quantities[id]
        found = multiples(inputs, id, draws, seed)
        if id not in one_each:
            quantities[id] = found
        return found

    whole: Draws | float = 0.0
    for key, terms in inputs.terms.items():
        groups: dict[tuple[str | None, str | None], Draws | float] = {}
        for term in terms:
            group = (term.factor, term.takes)
            groups[group] = groups.get(group, 0.0) + term.counted_kgco2e * quantity(term.quantity)
        whole = 0.0
        for (factor, takes), amount in groups.items():
            if takes is not None:
                whole = whole + amount * relative[takes]
            else:
                whole = whole + amount * quantity(factor or "")
        relative[key] = whole / inputs.sums[key] if inputs.sums[key] else 1.0
    return np.broadcast_to(np.asarray(whole, np.float64), (draws,)).copy()


def multiples(inputs: Inputs, id: str, draws: int, seed: int) -> Draws | float:
    """The multiples of an input in each draw; 1 where it states no spread."""
    one = inputs.by_id.get(id)
    if one is None or one.spread is None:
        return 1.0
    return drawn(one.spread, stream(seed, id), draws)


def stream(seed: int, name: str) -> np.random.Generator:
    """The stream of one input."""
    digest = hashlib.sha256(f"{seed}\n{name}".encode()).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest[:16], "big")))


def drawn(spread: Uncertainty, rng: np.random.Generator, draws: int) -> Draws:
    """Multiples of a value by its distribution."""
    match spread.distribution:
        case Distribution.LOGNORMAL:
            return np.exp(rng.standard_normal(draws) * spread.sigma)
        case Distribution.NORMAL:
            return 1.0 + rng.standard_normal(draws) * spread.sigma
        case Distribution.UNIFORM:
            return spread.low + rng.random(draws) * (spread.high - spread.low)
        case Distribution.TRIANGULAR:
            return _triangular(spread, rng.random(draws))


def _triangular(spread: Uncertainty, p: Draws) -> Draws:
    width, left = spread.high - spread.low, spread.mode - spread.low
    below = spread.low + np.sqrt(p * width * left)
    above = spread.high - np.sqrt((1 - p) * width * (width - left))
    return np.where(p * width <= left, below, above)


def spearman(inputs: Inputs, simulated: Simulated, ids: list[str]) -> dict[str, float]:
    """Rank correlation of some inputs with the total, over the very draws."""
    found: dict[str, float] = {}
    for id in ids[:RANKED]:
        own = multiples(inputs, id, simulated.draws, simulated.seed)
        if not isinstance(own, float):
            found[id] = rank_correlation(own, simulated.values)
    return found


def rank_correlation(one: Draws, other: Draws) -> float:
    """Spearman's ρ of two columns of draws; 0 where one of them never moves."""
    if len(one) < 2 or np.ptp(one) == 0 or np.ptp(other) == 0:
        return 0.0
    return float(np.corrcoef(_ranks(one), _ranks(other))[0, 1])


def _ranks(values: Draws) -> Draws:
    order = np.argsort(values, kind="stable")
    ranks = np.empty(len(values), np.float64)
    ranks[order] = np.arange(len(values))
    return ranks


def _used_once(inputs: Inputs) -> set[str]:
    """The inputs that one term needs, and no other: their draws need not be held."""
    seen: dict[str, int] = {}
    for terms in inputs.terms.values():
        for term in terms:
            seen[term.quantity] = seen.get(term.quantity, 0) + 1
    return {id for id, count in seen.items() if count == 1}
