"""Checks and explanations: CFP_AGREES, CFP_DIAGNOSE, CFP_VERSION."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import cfp_xl
from cfp_xl.footprint import printed as printing
from cfp_xl.footprint.cells import number_not_negative, words
from cfp_xl.footprint.emission import emission_kgco2e
from cfp_xl.footprint.errors import FootprintError, label
from cfp_xl.footprint.factors import Factor, Factors
from cfp_xl.footprint.units import UnitMissing, parse
from cfp_xl.functions.emissions import emissions_of
from cfp_xl.functions.explain import OK, joined, language, range_in_words
from cfp_xl.functions.kinds import Anything, Assemblies, FactorsOrMistake, Number, PrintedNumber
from cfp_xl.functions.ranges import AssembliesRange, FactorsRange, MistakenRange, lookup
from cfp_xl.functions.registry import function
from cfp_xl.functions.values import Scalar


@function("CFP_AGREES", category="checks")
def agrees(value: Number, printed: PrintedNumber) -> bool:
    """Whether a value lies within half a unit of a printed number's last digit."""
    return printing.agrees(value, printed)


def _nothing_wrong(
    unit: Scalar,
    factor_id: Scalar,
    factors: FactorsRange | MistakenRange | None,
    lang: Scalar,  # noqa: ARG001
    assemblies: AssembliesRange | None,
) -> Callable[[float], str | None] | None:
    """CFP_DIAGNOSE as a function of the quantity, where the other cells are in order."""
    if isinstance(factors, MistakenRange):
        return None
    id = words(factor_id, label("factor_id"))
    kgco2e = emissions_of(_unit(unit), id, factors, None, None, assemblies)
    return lambda quantity: OK if kgco2e(quantity) is not None else None


@function("CFP_DIAGNOSE", category="checks", explains=True, prepared=_nothing_wrong)
def diagnose(
    quantity: Anything,
    unit: Anything,
    factor_id: Anything,
    factors: FactorsOrMistake | None = None,
    lang: Anything = None,
    assemblies: Assemblies | None = None,
) -> str:
    """What is wrong with an activity and what to do, in words; `OK` when nothing.

    Everything that is wrong is said at once, so that a row need not be mended three times.
    """
    spoken = language(lang, factors)
    if isinstance(factors, MistakenRange):
        return range_in_words("factors", factors, spoken)
    mistakes = _mistakes(quantity, unit, factor_id, lookup(factors, assemblies))
    return joined((mistake.say(spoken) for mistake in mistakes), spoken)


@function("CFP_VERSION", category="checks")
def version() -> str:
    """The version of this package."""
    return cfp_xl.__version__


def _mistakes(
    quantity: Scalar, unit: Scalar, factor_id: Scalar, factors: Factors
) -> Iterator[FootprintError]:
    """What is wrong with each cell by itself; or, where nothing is, with how they fit."""
    together = _mistake(lambda: _emission(quantity, unit, factor_id, factors))
    if together is None:
        return
    alone = [
        _mistake(lambda: number_not_negative(quantity, label("quantity"))),
        _mistake(lambda: parse(_unit(unit))),
        _mistake(lambda: _factor(factor_id, factors)),
    ]
    yield from [mistake for mistake in alone if mistake] or [together]


def _mistake(attempt: Callable[[], object]) -> FootprintError | None:
    try:
        attempt()
    except FootprintError as mistake:
        return mistake
    return None


def _unit(unit: Scalar) -> str:
    if written := words(unit, label("unit")):
        return written
    raise UnitMissing()


def _factor(factor_id: Scalar, factors: Factors) -> Factor:
    return factors.get(words(factor_id, label("factor_id")))


def _emission(quantity: Scalar, unit: Scalar, factor_id: Scalar, factors: Factors) -> float:
    amount = number_not_negative(quantity, label("quantity"))
    return emission_kgco2e(amount, _unit(unit), _factor(factor_id, factors))
