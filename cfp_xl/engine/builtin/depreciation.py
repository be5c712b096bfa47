"""What a thing loses in worth, where the library differs from Excel or goes too deep."""

from __future__ import annotations

import math

from cfp_xl.engine import library
from cfp_xl.engine.builtin.define import scalar
from cfp_xl.engine.builtin.numbers import all_numbers
from cfp_xl.engine.operators import TooLarge, flat
from cfp_xl.functions.values import ExcelError, Scalar


def _of_no_cost(name: str, least: int, most: int) -> None:
    """Depreciation of what cost nothing is 0, where the library divides by the cost."""

    @scalar(name, least=least, most=most)
    def depreciation(*values: Scalar) -> Scalar:
        numbers = all_numbers(*values)
        if isinstance(numbers, list) and numbers[0] == 0:
            _, salvage, life, period = numbers[:4]
            return 0.0 if salvage >= 0 and 0 < period <= life else ExcelError.NUM
        function = library.find(name)
        assert function is not None
        found = library.call(function, values)
        return flat(found)[0]


_of_no_cost("DB", 4, 5)
_of_no_cost("DDB", 4, 5)


@scalar("VDB", least=5, most=7)
def _vdb(
    cost: Scalar,
    salvage: Scalar,
    life: Scalar,
    start: Scalar,
    end: Scalar,
    factor: Scalar = 2.0,
    no_switch: Scalar = False,
) -> Scalar:
    """Between two times: by a declining balance, by equal parts once those are larger."""
    numbers = all_numbers(cost, salvage, life, start, end, 2.0 if factor is None else factor,
                          no_switch)  # fmt: skip
    if isinstance(numbers, ExcelError):
        return numbers
    at_first, at_last, lives, begins, ends, rate, stays = numbers
    is_possible = at_first >= 0 and at_last >= 0 and lives > 0 and 0 <= begins <= ends <= lives
    if not is_possible or rate <= 0:
        return ExcelError.NUM
    lost = (
        _lost(at_first, at_last, lives, time, rate / lives, switches=not stays)
        for time in (ends, begins)
    )
    return next(lost) - next(lost)


def _lost(
    cost: float, salvage: float, life: float, time: float, rate: float, *, switches: bool
) -> float:
    """What is lost until `time`, whose last period counts for its part. Raises TooLarge."""
    if time > library.MOST_PERIODS:
        raise TooLarge
    whole = math.floor(time)
    lost = 0.0
    for period in range(whole + 1):
        declining = min((cost - lost) * rate, cost - lost - salvage)
        equal = (cost - lost - salvage) / (life - period) if switches and life > period else 0.0
        in_period = max(declining, equal)
        lost += in_period * min(time - period, 1.0)
    return lost
