"""Uncertainty of the total without simulation: first order, exact mean and variance, tornado."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations

from cfp_xl.footprint.errors import NOT_FOUND
from cfp_xl.study.inputs import Input, Inputs
from cfp_xl.study.spread import Z95, StudyError, Uncertainty, gsd2_of

MOST_SUBSETS = 1_000_000
LARGEST_SHARE = 1.0 + 1e-9


class NoSpread(StudyError):
    """Nothing states an uncertainty, which does not mean that all is certain."""

    excel = NOT_FOUND


@dataclass(frozen=True, slots=True)
class Contribution:
    """An input: how much of the total depends on it, and how much of the variance."""

    input: Input
    elasticity: float
    variance_share: float


@dataclass(frozen=True, slots=True)
class Analytic:
    """The total's uncertainty by formulas; ends are those of the 95 % range."""

    deterministic: float
    """The value of the cells, which is the median of a log-normal."""
    sigma: float
    low: float
    high: float
    mean: float
    sd: float | None
    """Exact, of a sum of products; None where there are too many products."""
    low_by_moments: float | None
    high_by_moments: float | None
    """The ends of the log-normal with this mean and sd (Fenton and Wilkinson)."""
    contributions: tuple[Contribution, ...]
    """Of every input, the largest part of the variance first, then by elasticity."""
    is_lognormal: bool
    """False where shares exceed the total or it is not above 0: use simulation."""

    @property
    def gsd2(self) -> float:
        return gsd2_of(self.sigma)


def analytic(inputs: Inputs) -> Analytic:
    """First order by σ_T² = Σ (S_k σ_k)²; raises NoSpread."""
    if not inputs.uncertain:
        raise NoSpread()
    total, shares = inputs.total_kgco2e, inputs.shares
    parts = {one.id: (shares[one.id] * one.spread.sigma_ln) ** 2 for one in _spread_of(inputs)}
    variance = math.fsum(parts.values())
    sigma = math.sqrt(variance)
    mean = inputs.total(lambda id: _mean(inputs.by_id.get(id)))
    sd = _exact_sd(inputs)
    ends: tuple[float | None, float | None] = (None, None)
    if sd is not None and mean > 0:
        ends = _by_moments(mean, sd)
    contributions = [
        Contribution(one, shares[one.id], parts.get(one.id, 0.0) / variance if variance else 0.0)
        for one in inputs
    ]
    contributions.sort(key=lambda c: (-c.variance_share, -abs(c.elasticity)))
    factor = math.exp(Z95 * sigma)
    is_plain = total > 0 and all(abs(share) <= LARGEST_SHARE for share in shares.values())
    low, high = sorted((total / factor, total * factor))
    return Analytic(total, sigma, low, high, mean, sd, *ends, tuple(contributions), is_plain)


@dataclass(frozen=True, slots=True)
class Bar:
    """The total with one input at the ends of its 95 % range, all others as they are."""

    input: Input
    low: float
    high: float


def tornado(inputs: Inputs, most: int = 15) -> tuple[Bar, ...]:
    """The widest bars, the widest first."""
    bars = []
    for one in _spread_of(inputs):
        ends = [_with(inputs, one.id, one.spread.quantile(p)) for p in (0.025, 0.975)]
        bars.append(Bar(inputs.by_id[one.id], min(ends), max(ends)))
    bars.sort(key=lambda bar: (bar.low - bar.high, bar.input.id))
    return tuple(bars[:most])


@dataclass(frozen=True, slots=True)
class _Uncertain:
    id: str
    spread: Uncertainty


def _spread_of(inputs: Inputs) -> list[_Uncertain]:
    return [_Uncertain(one.id, one.spread) for one in inputs if one.spread is not None]


def _with(inputs: Inputs, changed: str, multiple: float) -> float:
    """The total is a straight line in each input, whose slope is its share."""
    return inputs.total_kgco2e * (1 + inputs.shares[changed] * (multiple - 1))


def _mean(one: Input | None) -> float:
    return one.spread.mean if one is not None and one.spread is not None else 1.0


def _exact_sd(inputs: Inputs) -> float | None:
    """Of a sum of products of independent inputs: Var = Σ_U Π_U v_k (Σ of the products that hold
    U)², over all sets U of inputs, where v is the relative variance."""
    products = inputs.products()
    if products is None:
        return None
    spreads = {one.id: one.spread for one in _spread_of(inputs)}
    sums: dict[tuple[str, ...], list[float]] = {}
    subsets = 0
    for value, ids in products:
        if len(set(ids)) < len(ids):
            return None  # an input twice in one product: its third and fourth moments come in
        mean = value * math.prod(spreads[id].mean for id in ids)
        for size in range(1, len(ids) + 1):
            for some in combinations(sorted(ids), size):
                sums.setdefault(some, []).append(mean)
                subsets += 1
        if subsets > MOST_SUBSETS:
            return None
    variances = {id: spread.relative_variance for id, spread in spreads.items()}
    return math.sqrt(
        math.fsum(
            math.prod(variances[id] for id in some) * math.fsum(means) ** 2
            for some, means in sums.items()
        )
    )


def _by_moments(mean: float, sd: float) -> tuple[float, float]:
    sigma = math.sqrt(math.log1p((sd / mean) ** 2))
    median = mean * math.exp(-(sigma**2) / 2)
    return median * math.exp(-Z95 * sigma), median * math.exp(Z95 * sigma)
