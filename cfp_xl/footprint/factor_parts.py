"""The parts of a factor as its row in a sheet gives them, which its value must be the sum of."""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal

from cfp_xl.footprint.cells import number, number_not_negative
from cfp_xl.footprint.columns import column
from cfp_xl.footprint.errors import BAD_NUMBER, FootprintError
from cfp_xl.footprint.parts import Parts
from cfp_xl.footprint.wording import is_blank

IN_VALUE = ("fossil", "land_use_change", "biogenic_other")
BESIDE = ("biogenic_co2", "uptake")
SHARE = "biogenic_share"


class FactorParts(FootprintError):
    """Parts that do not add to the value."""


class BiogenicShareRange(FootprintError):
    """A share of biogenic carbon that is none, or all: then its CO2 is given itself."""

    excel = BAD_NUMBER


def factor_parts(value: float, cells: Mapping[str, object]) -> Parts | None:
    """A factor's parts from its cells, None where it gives none.

    What is left blank of the value's parts is 0, but for fossil, which is then the rest. Uptake is
    the amount taken up, written above zero or, as PACT does, below. Raises FactorParts where the
    sum misses the value by more than the last digits of all of them.

    Of a fuel with a biogenic share of its carbon the value counts the fossil part, so that the rest
    is value × share / (1 − share), unless it is given itself.
    """
    given = {id: cells[id] for id in (*IN_VALUE, *BESIDE) if not is_blank(cells.get(id))}
    if not is_blank(cells.get(SHARE)) and "biogenic_co2" not in given:
        given["biogenic_co2"] = _biogenic_co2(value, cells[SHARE])
    if not given:
        return None
    found = {
        id: (number if id == "uptake" else number_not_negative)(cell, column("factors", id).heading)
        for id, cell in given.items()
    }
    if "fossil" not in found:
        rest = math.fsum((value, *(-found.get(id, 0.0) for id in IN_VALUE[1:])))
        found["fossil"] = max(rest, 0.0)
    added = math.fsum(found.get(id, 0.0) for id in IN_VALUE)
    printed = [value, *(found[id] for id in IN_VALUE if id in given)]
    if abs(added - value) > math.fsum(map(_half_of_last_digit, printed)):
        raise FactorParts(seen=added, value=value)
    found["uptake"] = abs(found.get("uptake", 0.0))
    return Parts(excluding=value, **found)


def _biogenic_co2(value: float, cell: object) -> float:
    share = number(cell, column("factors", SHARE).heading)
    if not 0 <= share < 1:
        raise BiogenicShareRange(seen=share)
    return value * share / (1 - share)


def _half_of_last_digit(number: float) -> float:
    """Of a number without decimals that of its first: a cell does not say how it was rounded."""
    exponent = Decimal(repr(number)).as_tuple().exponent
    return 0.5 * 10.0 ** min(int(exponent), -1)
