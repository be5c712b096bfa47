"""Measures of a sample: which values count is as in the sums of `aggregate`."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from cfp_xl.engine.builtin.aggregate import arguments, numbers_of
from cfp_xl.engine.builtin.define import Nodes, given, lazy, one
from cfp_xl.engine.convert import number
from cfp_xl.engine.evaluate import Evaluator, Result
from cfp_xl.engine.operators import flat
from cfp_xl.functions.values import ExcelError, Scalar

Numbers = Sequence[float]


def _mean(numbers: Numbers) -> float:
    return math.fsum(numbers) / len(numbers)


def _deviations(numbers: Numbers, power: int) -> float:
    mean = _mean(numbers)
    return math.fsum((x - mean) ** power for x in numbers)


def _avedev(numbers: Numbers) -> Scalar:
    mean = _mean(numbers) if numbers else 0.0
    return math.fsum(abs(x - mean) for x in numbers) / len(numbers) if numbers else ExcelError.NUM


def _devsq(numbers: Numbers) -> Scalar:
    return _deviations(numbers, 2) if numbers else ExcelError.NUM


def _geomean(numbers: Numbers) -> Scalar:
    if not numbers or min(numbers) <= 0:
        return ExcelError.NUM
    return math.exp(math.fsum(math.log(x) for x in numbers) / len(numbers))


def _harmean(numbers: Numbers) -> Scalar:
    if not numbers or min(numbers) <= 0:
        return ExcelError.NUM
    return len(numbers) / math.fsum(1 / x for x in numbers)


def _kurtosis(numbers: Numbers) -> Scalar:
    n = len(numbers)
    if n < 4 or (squares := _deviations(numbers, 2)) == 0:
        return ExcelError.DIV0
    fourth = _deviations(numbers, 4) / (squares / (n - 1)) ** 2
    scale = n * (n + 1) / ((n - 1) * (n - 2) * (n - 3))
    return scale * fourth - 3 * (n - 1) ** 2 / ((n - 2) * (n - 3))


def _skew(numbers: Numbers) -> Scalar:
    n = len(numbers)
    if n < 3 or (squares := _deviations(numbers, 2)) == 0:
        return ExcelError.DIV0
    return n * _deviations(numbers, 3) / ((n - 1) * (n - 2) * math.sqrt(squares / (n - 1)) ** 3)


def _skew_of_population(numbers: Numbers) -> Scalar:
    n = len(numbers)
    if n < 3 or (squares := _deviations(numbers, 2)) == 0:
        return ExcelError.DIV0
    return _deviations(numbers, 3) / n / math.sqrt(squares / n) ** 3


def _of_sample(name: str, measure: Callable[[Numbers], Scalar]) -> None:
    @lazy(name, least=1)
    def function(evaluator: Evaluator, nodes: Nodes) -> Result:
        numbers = numbers_of(evaluator, nodes)
        try:
            return numbers if isinstance(numbers, ExcelError) else measure(numbers)
        except OverflowError:
            return ExcelError.NUM


for _name, _measure in {
    "AVEDEV": _avedev,
    "DEVSQ": _devsq,
    "GEOMEAN": _geomean,
    "HARMEAN": _harmean,
    "KURT": _kurtosis,
    "SKEW": _skew,
    "SKEW.P": _skew_of_population,
}.items():
    _of_sample(_name, _measure)


# The k-th of sorted numbers. They also serve AGGREGATE 14 to 19.


def _large(numbers: Numbers, k: float) -> Scalar:
    at = math.ceil(k)
    return sorted(numbers)[-at] if 1 <= at <= len(numbers) else ExcelError.NUM


def _small(numbers: Numbers, k: float) -> Scalar:
    at = int(k)
    return sorted(numbers)[at - 1] if 1 <= at <= len(numbers) else ExcelError.NUM


def _between(numbers: Numbers, position: float) -> float:
    """The value at a position counted from 0, between two neighbours in proportion."""
    ordered = sorted(numbers)
    below = math.floor(position)
    rest = position - below
    return ordered[below] + (rest * (ordered[below + 1] - ordered[below]) if rest else 0.0)


def _percentile(numbers: Numbers, k: float) -> Scalar:
    if not numbers or not 0 <= k <= 1:
        return ExcelError.NUM
    return _between(numbers, k * (len(numbers) - 1))


def _percentile_exclusive(numbers: Numbers, k: float) -> Scalar:
    n = len(numbers)
    if not numbers or not 1 / (n + 1) <= k <= n / (n + 1):
        return ExcelError.NUM
    return _between(numbers, min(max(k * (n + 1) - 1, 0.0), n - 1.0))


def _quartile(numbers: Numbers, k: float) -> Scalar:
    return _percentile(numbers, int(k) / 4) if 0 <= int(k) <= 4 else ExcelError.NUM


def _quartile_exclusive(numbers: Numbers, k: float) -> Scalar:
    return _percentile_exclusive(numbers, int(k) / 4) if 1 <= int(k) <= 3 else ExcelError.NUM


OF_SORTED: dict[str, Callable[[Numbers, float], Scalar]] = {
    "LARGE": _large,
    "SMALL": _small,
    "PERCENTILE": _percentile,
    "PERCENTILE.INC": _percentile,
    "PERCENTILE.EXC": _percentile_exclusive,
    "QUARTILE": _quartile,
    "QUARTILE.INC": _quartile,
    "QUARTILE.EXC": _quartile_exclusive,
}


def at_each(pick: Callable[[Numbers, float], Scalar], numbers: Numbers, k: Scalar) -> Scalar:
    """`pick` with its second argument converted."""
    which = number(k)
    return which if isinstance(which, ExcelError) else pick(numbers, which)


def _of_position(name: str, pick: Callable[[Numbers, float], Scalar]) -> None:
    @lazy(name, least=2, most=2)
    def function(evaluator: Evaluator, nodes: Nodes) -> Result:
        numbers = numbers_of(evaluator, nodes[:1])
        if isinstance(numbers, ExcelError):
            return numbers
        return evaluator.each(
            lambda k: at_each(pick, numbers, k), [evaluator.value(given(nodes, 1))]
        )


for _name, _pick in OF_SORTED.items():
    _of_position(_name, _pick)


# The most frequent number, at its first occurrence


def mode(numbers: Numbers) -> Scalar:
    """#N/A where no number occurs twice."""
    counts: dict[float, int] = {}
    for x in numbers:
        counts[x] = counts.get(x, 0) + 1
    most = max(counts.values(), default=0)
    return next(x for x, n in counts.items() if n == most) if most > 1 else ExcelError.NA


@lazy("MODE", "MODE.SNGL", least=1)
def _mode(evaluator: Evaluator, nodes: Nodes) -> Result:
    """A single value that is no number is #VALUE!; in ranges it is passed over."""
    for value, _ in arguments(evaluator, nodes):
        single = flat(value)
        if len(single) == 1 and (single[0] is None or isinstance(single[0], str)):
            return ExcelError.VALUE
    numbers = numbers_of(evaluator, nodes)
    return numbers if isinstance(numbers, ExcelError) else mode(numbers)


@lazy("TRIMMEAN", least=2, most=2)
def _trimmean(evaluator: Evaluator, nodes: Nodes) -> Result:
    """Without a share of the values, rounded down to an even number of them."""
    numbers, share = numbers_of(evaluator, nodes[:1]), number(one(evaluator, nodes, 1))
    if isinstance(numbers, ExcelError):
        return numbers
    if isinstance(share, ExcelError):
        return share
    if not numbers or not 0 <= share < 1:
        return ExcelError.NUM
    cut = int(len(numbers) * share / 2)
    return _mean(sorted(numbers)[cut : len(numbers) - cut])


# Two samples, pair by pair


def _pairs(evaluator: Evaluator, nodes: Nodes) -> list[tuple[float, float]] | ExcelError:
    """The pairs of which both are numbers; #N/A where there are not as many of each."""
    first, second = (flat(evaluator.whole(given(nodes, at))) for at in (0, 1))
    error = next((v for v in (*first, *second) if isinstance(v, ExcelError)), None)
    if error is not None:
        return error
    if len(first) != len(second):
        return ExcelError.NA
    both = zip(first, second, strict=True)
    return [(a, b) for a, b in both if type(a) is float and type(b) is float]


def _correlation(pairs: Sequence[tuple[float, float]]) -> Scalar:
    if not pairs:
        return ExcelError.DIV0
    x_mean, y_mean = (_mean(sample) for sample in zip(*pairs, strict=True))
    products = math.fsum((x - x_mean) * (y - y_mean) for x, y in pairs)
    squares = [math.fsum((p[at] - m) ** 2 for p in pairs) for at, m in ((0, x_mean), (1, y_mean))]
    if 0 in squares:
        return ExcelError.DIV0
    return products / math.sqrt(squares[0]) / math.sqrt(squares[1])


def _of_pairs(*names: str, power: int) -> None:
    @lazy(*names, least=2, most=2)
    def function(evaluator: Evaluator, nodes: Nodes) -> Result:
        with evaluator.arrays():
            pairs = _pairs(evaluator, nodes)
        if isinstance(pairs, ExcelError):
            return pairs
        found = _correlation(pairs)
        return found**power if isinstance(found, float) else found


_of_pairs("CORREL", "PEARSON", power=1)
_of_pairs("RSQ", power=2)
