"""Cash flows, where the library differs from Excel."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from cfp_xl.engine import library
from cfp_xl.engine.builtin.define import Nodes, given, lazy, one, scalar
from cfp_xl.engine.builtin.numbers import all_numbers, numbers_only
from cfp_xl.engine.convert import number
from cfp_xl.engine.evaluate import Evaluator, Result
from cfp_xl.engine.operators import Value, as_array, flat
from cfp_xl.functions.values import ExcelError, Scalar


@scalar("RRI", least=3, most=3)
def _rri(periods: Scalar, present: Scalar, future: Scalar) -> Scalar:
    numbers = all_numbers(periods, present, future)
    if isinstance(numbers, ExcelError):
        return numbers
    n, pv, fv = numbers
    if n <= 0 or pv == 0 or fv / pv < 0:
        return ExcelError.NUM
    return math.pow(fv / pv, 1 / n) - 1


@lazy("MIRR", least=3, most=3)
def _mirr(evaluator: Evaluator, nodes: Nodes) -> Result:
    """Payments financed at one rate, income reinvested at another; text and blanks left out."""
    values = flat(evaluator.whole(given(nodes, 0)))
    rates = all_numbers(one(evaluator, nodes, 1), one(evaluator, nodes, 2))
    error = next((v for v in values if isinstance(v, ExcelError)), None)
    if error is not None:
        return error
    if isinstance(rates, ExcelError):
        return rates
    flows = [v for v in values if type(v) is float]
    finance, reinvest = rates
    n = len(flows)
    if n < 2 or not any(v < 0 for v in flows):
        return ExcelError.DIV0
    try:
        income = math.fsum(v * (1 + reinvest) ** (n - 1 - i) for i, v in enumerate(flows) if v > 0)
        paid = math.fsum(v * (1 + finance) ** -i for i, v in enumerate(flows) if v < 0)
        ratio = -income / paid
    except ZeroDivisionError:
        return _without_discount(flows, finance, reinvest)
    if ratio < 0:
        return ExcelError.NUM
    return math.pow(ratio, 1 / (n - 1)) - 1


def _without_discount(flows: Sequence[float], finance: float, reinvest: float) -> Scalar:
    """At a rate of -1 only the first payment can be discounted."""
    n = len(flows)
    income = math.fsum(v * (1 + reinvest) ** (n - 1 - i) for i, v in enumerate(flows) if v > 0)
    if finance != -1 or flows[0] >= 0:
        return ExcelError.DIV0
    ratio = -income / flows[0]
    return math.pow(ratio, 1 / (n - 1)) - 1 if ratio >= 0 else ExcelError.NUM


# Flows at dates

_LAST_DAY = 2_958_465


_Keeps = Callable[[Sequence[Scalar]], list[float] | ExcelError]


def _flows(
    evaluator: Evaluator, values: Nodes, keeps: _Keeps
) -> tuple[list[float], list[float]] | ExcelError:
    """Amounts and years since the first date."""
    amounts = keeps(flat(evaluator.whole(given(values, 0))))
    dates = keeps(flat(evaluator.whole(given(values, 1))))
    if isinstance(amounts, ExcelError):
        return amounts
    if isinstance(dates, ExcelError):
        return dates
    if len(amounts) != len(dates) or not all(0 <= d <= _LAST_DAY for d in dates):
        return ExcelError.NUM
    days = [math.floor(d) for d in dates]
    if any(day < days[0] for day in days):
        return ExcelError.NUM
    return amounts, [(day - days[0]) / 365 for day in days]


def _all(values: Sequence[Scalar]) -> list[float] | ExcelError:
    """For XIRR a blank is 0, text an error."""
    return numbers_only([0.0 if value is None else value for value in values])


def _only_numbers(values: Sequence[Scalar]) -> list[float] | ExcelError:
    """For XNPV whatever is no number is left out."""
    error = next((v for v in values if isinstance(v, ExcelError)), None)
    return error or [v for v in values if type(v) is float]


def _present(amounts: Sequence[float], years: Sequence[float], rate: float) -> float:
    return math.fsum(a * (1 + rate) ** -t for a, t in zip(amounts, years, strict=True))


@lazy("XNPV", least=3, most=3)
def _xnpv(evaluator: Evaluator, nodes: Nodes) -> Result:
    rate = one(evaluator, nodes, 0)
    interest = ExcelError.VALUE if isinstance(rate, bool) else number(rate)
    if isinstance(interest, ExcelError):
        return interest
    flows = _flows(evaluator, nodes[1:], keeps=_only_numbers)
    if isinstance(flows, ExcelError):
        return flows
    return ExcelError.NUM if interest <= 0 else _present(*flows, interest)


_Function = Callable[[float], float]


def root(function: _Function, guess: float) -> float | None:
    """Where `function` of a rate above -1 is 0: Newton's way from the guess, else by halving."""
    x = guess
    for _ in range(100):
        step = 1e-6 * max(abs(x), 1e-3)
        try:
            value = function(x)
            slope = (function(x + step) - function(x - step)) / (2 * step)
            new = x - value / slope
        except (ZeroDivisionError, OverflowError, TypeError):
            break
        if not new > -1:
            break
        if abs(new - x) <= 1e-14 * max(abs(new), 1e-3):
            return new
        x = new
    return _halved(function)


def _halved(function: _Function) -> float | None:
    places = [-0.999999, *(i / 20 - 1 for i in range(1, 60)), 2.0, 5.0, 10.0, 100.0, 1e4, 1e6]
    try:
        values = [function(place) for place in places]
    except OverflowError:
        return None
    for low, high, a, b in zip(places, places[1:], values, values[1:], strict=False):
        if a == 0:
            return low
        if a * b < 0:
            return _between(function, low, high, a)
    return None


def _between(function: _Function, low: float, high: float, at_low: float) -> float:
    for _ in range(200):
        middle = (low + high) / 2
        value = function(middle)
        if value == 0 or middle in (low, high):
            return middle
        if (value < 0) == (at_low < 0):
            low = middle
        else:
            high = middle
    return (low + high) / 2


@lazy("XIRR", least=2, most=3)
def _xirr(evaluator: Evaluator, nodes: Nodes) -> Result:
    """Where Excel's halving stops, about 1E-8 from the exact rate."""
    guess = one(evaluator, nodes, 2, 0.1)
    start = ExcelError.VALUE if isinstance(guess, bool) else number(guess)
    if isinstance(start, ExcelError):
        return start
    flows = _flows(evaluator, nodes[:2], keeps=_all)
    if isinstance(flows, ExcelError):
        return flows
    amounts = flows[0]
    if start <= -1 or not any(a > 0 for a in amounts) or not any(a < 0 for a in amounts):
        return ExcelError.NUM

    def present(rate: float) -> float:
        evaluator.tick()
        return _present(*flows, rate)

    bracket = _bracket(present, start)
    if bracket is not None:
        return _halved_as_excel(present, *bracket, math.fsum(map(abs, amounts)))
    found = root(present, start)
    return ExcelError.NUM if found is None else found


# How Excel searches is read off values that it cached in public workbooks: each lies on the grid
# of an interval halved 27 times, or more until so many flows are worth nothing within 2^-26.

_FIRST_STEP = 0.8
_LARGEST_STEP = 0.8 * 2**20
_NEGATIVE = (-1.0, -0.1)
_HALVINGS = 27
_STILL = 2.0**-26


def _bracket(function: _Function, guess: float) -> tuple[float, float] | None:
    """From the guess up, or down to no less than 0, by doubled steps; else of negative rates."""
    at_guess, step = function(guess), _FIRST_STEP
    try:
        while step <= _LARGEST_STEP:
            if at_guess * function(guess + step) <= 0:
                return guess, guess + step
            if guess - step >= 0 and at_guess * function(guess - step) <= 0:
                return guess - step, guess
            step *= 2
        is_between = function(-0.999999) * function(_NEGATIVE[1]) <= 0
    except OverflowError:
        return None
    return _NEGATIVE if is_between else None


def _halved_as_excel(function: _Function, low: float, high: float, amounts: float) -> float:
    is_high_negative = function(high) < 0
    middle = high
    for halving in range(1, 200):
        middle = (low + high) / 2
        value = function(middle)
        if value == 0 or (halving >= _HALVINGS and abs(value) <= _STILL * amounts):
            break
        if (value < 0) == is_high_negative:
            high = middle
        else:
            low = middle
    return middle


# Loans


def _cumulated(name: str, *, is_interest: bool) -> None:
    @scalar(name, least=6, most=6)
    def function(*values: Scalar) -> Scalar:
        numbers = all_numbers(*values)
        if isinstance(numbers, ExcelError):
            return numbers
        rate, periods, present, first, last, kind = numbers
        start, end = math.ceil(first), int(last)
        if rate <= 0 or periods <= 0 or present <= 0 or kind not in (0, 1):
            return ExcelError.NUM
        if start < 1 or end < start or end > periods or end - start > _MOST_PERIODS:
            return ExcelError.NUM
        payment = _level_payment(rate, periods, present, 0.0, kind)
        interest = math.fsum(
            _interest_within(rate, period, payment, present, kind)
            for period in range(start, end + 1)
        )
        return interest if is_interest else payment * (end - start + 1) - interest


_MOST_PERIODS = 1_000_000

_cumulated("CUMIPMT", is_interest=True)
_cumulated("CUMPRINC", is_interest=False)


def _part(name: str, *, is_interest: bool) -> None:
    @scalar(name, least=4, most=6)
    def function(*values: Scalar) -> Scalar:
        """The interest, or the repayment, in the payment of one period."""
        numbers = all_numbers(*values, *(0.0,) * (6 - len(values)))
        if isinstance(numbers, ExcelError):
            return numbers
        rate, period, periods, present, future, kind = numbers
        if periods <= 0 or not 1 <= period < periods + 1:
            return ExcelError.NUM
        ahead = 1.0 if kind else 0.0
        try:
            payment = _level_payment(rate, periods, present, future, ahead)
            interest = _interest_within(rate, period, payment, present, ahead)
        except (ValueError, OverflowError, ZeroDivisionError):
            return ExcelError.NUM
        return interest if is_interest else payment - interest


def _level_payment(
    rate: float, periods: float, present: float, future: float, ahead: float
) -> float:
    if rate == 0:
        return -(present + future) / periods
    grown = math.pow(1 + rate, periods)
    return -(future + present * grown) * rate / (1 + rate * ahead) / (grown - 1)


def _interest_within(
    rate: float, period: float, payment: float, present: float, ahead: float
) -> float:
    if rate == 0 or (ahead and period < 2):
        return 0.0
    grown = math.pow(1 + rate, period - 1 - ahead)
    owed = -(present * grown + payment * (1 + rate * ahead) * (grown - 1) / rate)
    return (owed - payment * ahead) * rate


_part("IPMT", is_interest=True)
_part("PPMT", is_interest=False)


@lazy("T.TEST", "TTEST", least=4, most=4)
def _t_test(evaluator: Evaluator, nodes: Nodes) -> Result:
    """Tails and type are cut to integers."""
    modes = all_numbers(one(evaluator, nodes, 2), one(evaluator, nodes, 3))
    if isinstance(modes, ExcelError):
        return modes
    samples = [as_array(evaluator.whole(given(nodes, at))) for at in (0, 1)]
    return _library("T.TEST", [*samples, *(float(int(mode)) for mode in modes)])


def _library(name: str, arguments: Sequence[Value]) -> Scalar:
    function = library.find(name)
    assert function is not None, name
    return flat(library.call(function, arguments))[0]
