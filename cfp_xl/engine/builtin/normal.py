"""The normal distribution, whose far tails the library cuts off at 0, and the gamma function near
1 and 2, where its logarithm has few digits left."""

from __future__ import annotations

import math

from cfp_xl.engine.builtin.define import scalar
from cfp_xl.engine.builtin.numbers import all_numbers
from cfp_xl.engine.convert import boolean
from cfp_xl.functions.values import ExcelError, Scalar

_TAIL = 4.0
_TERMS = 100
"""Of the continued fraction, which has all digits from _TAIL on."""

_NEAR = 0.01
_EULER = 0.5772156649015329
_ZETA = (
    1.6449340668482264, 1.2020569031595943, 1.0823232337111382, 1.0369277551433699,
    1.0173430619844491, 1.0083492773819228, 1.0040773561979443,
)  # fmt: skip
"""ζ(2) to ζ(8), for ln Γ(1 + z) = -γz + Σ ζ(k) (-z)^k / k (Abramowitz and Stegun 6.1.33)."""


def _ln_gamma_beside_1(z: float) -> float:
    return sum((zeta * (-z) ** k / k for k, zeta in enumerate(_ZETA, 2)), -_EULER * z)


@scalar("GAMMALN", "GAMMALN.PRECISE")
def _ln_gamma(value: Scalar) -> Scalar:
    numbers = all_numbers(value)
    if isinstance(numbers, ExcelError):
        return numbers
    (x,) = numbers
    if x <= 0:
        return ExcelError.NUM
    if abs(x - 1) < _NEAR:
        return _ln_gamma_beside_1(x - 1)
    if abs(x - 2) < _NEAR:
        return math.log1p(x - 2) + _ln_gamma_beside_1(x - 2)
    return math.lgamma(x)


def _below(z: float) -> float:
    """How much of the standard distribution lies below `z`; in the tail by Laplace's continued
    fraction, and exp(-z²/2) in two parts (Cody 1969), for the digits of z² do not suffice."""
    if z > -_TAIL:
        return 0.5 * math.erfc(-z / math.sqrt(2))
    fraction = -z
    for term in range(_TERMS, 0, -1):
        fraction = -z + term / fraction
    near = round(z * 16) / 16
    exponential = math.exp(-near * near / 2) * math.exp(-(z - near) * (z + near) / 2)
    return exponential / math.sqrt(2 * math.pi) / fraction


def _density(z: float) -> float:
    return math.exp(-z * z / 2) / math.sqrt(2 * math.pi)


@scalar("NORMSDIST")
def _standard_below(value: Scalar) -> Scalar:
    numbers = all_numbers(value)
    return numbers if isinstance(numbers, ExcelError) else _below(numbers[0])


@scalar("NORM.S.DIST", least=2, most=2)
def _standard(value: Scalar, is_cumulative: Scalar) -> Scalar:
    return _distribution(value, 0.0, 1.0, is_cumulative)


@scalar("NORM.DIST", "NORMDIST", least=4, most=4)
def _distribution(value: Scalar, mean: Scalar, deviation: Scalar, is_cumulative: Scalar) -> Scalar:
    numbers, cumulative = all_numbers(value, mean, deviation), boolean(is_cumulative)
    if isinstance(numbers, ExcelError):
        return numbers
    if isinstance(cumulative, ExcelError):
        return cumulative
    x, middle, width = numbers
    if width <= 0:
        return ExcelError.NUM
    z = (x - middle) / width
    return _below(z) if cumulative else _density(z) / width
