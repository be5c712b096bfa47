"""Level payments, and rates at which flows of money are worth nothing."""

from __future__ import annotations

import math
from collections.abc import Callable

from cfp_xl.engine.builtin.aggregate import numbers_of
from cfp_xl.engine.builtin.define import Nodes, lazy, one, scalar
from cfp_xl.engine.builtin.finance import root
from cfp_xl.engine.builtin.numbers import all_numbers
from cfp_xl.engine.convert import number
from cfp_xl.engine.evaluate import Evaluator, Result
from cfp_xl.functions.values import ExcelError, Scalar


def _declare(name: str, compute: Callable[[float, float, float, float, float], float]) -> None:
    @scalar(name, least=3, most=5)
    def function(*values: Scalar) -> Scalar:
        """Of a rate and two amounts, perhaps a third, and when payments are made: any number but
        0 is at the beginning of a period."""
        numbers = all_numbers(*values, *(0.0,) * (5 - len(values)))
        if isinstance(numbers, ExcelError):
            return numbers
        rate, second, third, fourth, kind = numbers
        try:
            result = compute(rate, second, third, fourth, 1.0 if kind else 0.0)
        except (ValueError, ZeroDivisionError):
            return ExcelError.NUM
        return result + 0.0 if math.isfinite(result) else ExcelError.NUM


def _grown(rate: float, periods: float) -> tuple[float, float]:
    """What 1 grows to, and what payments of 1 at the end of each period grow to."""
    if rate == 0:
        return 1.0, periods
    grown = math.pow(1 + rate, periods)
    return grown, (grown - 1) / rate


def _pmt(rate: float, periods: float, present: float, future: float, ahead: float) -> float:
    grown, paid = _grown(rate, periods)
    return -(present * grown + future) / (paid * (1 + rate * ahead))


def _pv(rate: float, periods: float, payment: float, future: float, ahead: float) -> float:
    grown, paid = _grown(rate, periods)
    return -(future + payment * (1 + rate * ahead) * paid) / grown


def _fv(rate: float, periods: float, payment: float, present: float, ahead: float) -> float:
    grown, paid = _grown(rate, periods)
    return -(present * grown + payment * (1 + rate * ahead) * paid)


def _nper(rate: float, payment: float, present: float, future: float, ahead: float) -> float:
    if rate == 0:
        return -(present + future) / payment
    due = payment * (1 + rate * ahead)
    return math.log((due - future * rate) / (present * rate + due)) / math.log1p(rate)


_declare("PMT", _pmt)
_declare("PV", _pv)
_declare("FV", _fv)
_declare("NPER", _nper)


@scalar("RATE", least=3, most=6)
def _rate(*values: Scalar) -> Scalar:
    numbers = all_numbers(*values, *(0.0, 0.0, 0.1)[len(values) - 3 :])
    if isinstance(numbers, ExcelError):
        return numbers
    periods, payment, present, future, kind, guess = numbers
    if periods <= 0 or guess <= -1:
        return ExcelError.NUM
    ahead = 1.0 if kind else 0.0
    found = root(lambda rate: _fv(rate, periods, payment, present, ahead) - future, guess)
    return ExcelError.NUM if found is None else found


@lazy("NPV", least=2)
def _npv(evaluator: Evaluator, nodes: Nodes) -> Result:
    """Flows at the ends of periods; blanks and text in ranges are no periods."""
    rate = number(one(evaluator, nodes, 0, 0.0))
    flows = numbers_of(evaluator, nodes[1:])
    if isinstance(rate, ExcelError):
        return rate
    if isinstance(flows, ExcelError):
        return flows
    return math.fsum(flow / (1 + rate) ** (at + 1) for at, flow in enumerate(flows))


@lazy("IRR", least=1, most=2)
def _irr(evaluator: Evaluator, nodes: Nodes) -> Result:
    flows = numbers_of(evaluator, nodes[:1])
    guess = number(one(evaluator, nodes, 1, 0.1 if len(nodes) < 2 else 0.0))
    if isinstance(flows, ExcelError):
        return flows
    if isinstance(guess, ExcelError):
        return guess
    if not any(flow > 0 for flow in flows) or not any(flow < 0 for flow in flows) or guess <= -1:
        return ExcelError.NUM

    def present(rate: float) -> float:
        return math.fsum(flow / (1 + rate) ** at for at, flow in enumerate(flows))

    found = root(present, guess)
    return ExcelError.NUM if found is None else found
