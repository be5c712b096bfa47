"""Where a number stands among others, and Roman numerals."""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections import Counter
from itertools import pairwise

import numpy as np

from cfp_xl.engine import library
from cfp_xl.engine.builtin.aggregate import numbers_of
from cfp_xl.engine.builtin.define import Nodes, given, lazy, one, scalar
from cfp_xl.engine.convert import number, text
from cfp_xl.engine.evaluate import Evaluator, Result
from cfp_xl.engine.operators import flat
from cfp_xl.functions.values import ExcelError, Scalar


@lazy("FREQUENCY", least=2, most=2)
def _frequency(evaluator: Evaluator, nodes: Nodes) -> Result:
    """How many numbers reach each bin and none below it, in the order of the bins as they are
    given; an equal bin again has none. Last, those above all bins."""
    with evaluator.arrays():
        data, bins = numbers_of(evaluator, nodes[:1]), numbers_of(evaluator, nodes[1:])
    for numbers in (data, bins):
        if isinstance(numbers, ExcelError):
            return numbers
    assert isinstance(data, list)
    assert isinstance(bins, list)
    ordered = sorted(set(bins))
    reached = Counter(bisect_left(ordered, one) for one in data)
    counts = [0.0] * (len(bins) + 1)
    places = {limit: at for at, limit in reversed([*enumerate(bins)])}
    for at, limit in enumerate(ordered):
        counts[places[limit]] = float(reached[at])
    counts[-1] = float(reached[len(ordered)])
    return np.array(counts, object).reshape(-1, 1)


def _percent_rank(*names: str, is_exclusive: bool) -> None:
    @lazy(*names, least=2, most=3)
    def function(evaluator: Evaluator, nodes: Nodes) -> Result:
        """In proportion between two neighbours, cut to so many digits."""
        numbers = numbers_of(evaluator, nodes[:1])
        places = number(one(evaluator, nodes, 2, 3.0))
        if isinstance(numbers, ExcelError):
            return numbers
        if isinstance(places, ExcelError):
            return places
        if not numbers or int(places) < 1:
            return ExcelError.NUM
        ordered = sorted(numbers)
        digits = min(int(places), 15)

        def rank(value: Scalar) -> Scalar:
            x = number(value)
            if isinstance(x, ExcelError):
                return x
            if not ordered[0] <= x <= ordered[-1]:
                return ExcelError.NA
            below = sum(n < x for n in ordered)
            position = float(below)
            if x not in ordered:
                low, high = ordered[below - 1], ordered[below]
                position = below - 1 + (x - low) / (high - low)
            if is_exclusive:
                share = (position + 1) / (len(ordered) + 1)
            else:
                share = position / (len(ordered) - 1) if len(ordered) > 1 else 1.0
            scale = 10.0**digits
            return math.floor(float(f"{share * scale:.14e}")) / scale

        return evaluator.each(rank, [evaluator.value(given(nodes, 1))])


_percent_rank("PERCENTRANK", "PERCENTRANK.INC", is_exclusive=False)
_percent_rank("PERCENTRANK.EXC", is_exclusive=True)


# Roman numerals

_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}


@scalar("ARABIC")
def _arabic(value: Scalar) -> Scalar:
    """A smaller sign before a greater one is subtracted; a minus may stand before all."""
    shown = str(text(value)).strip().upper()
    match = re.fullmatch(r"(-?)([IVXLCDM]{0,254})", shown)
    if match is None:
        return ExcelError.VALUE
    signs = [_ROMAN[sign] for sign in match[2]]
    total = sum(-a if a < b else a for a, b in pairwise([*signs, 0]))
    return float(-total if match[1] else total)


@scalar("ROMAN", most=2)
def _roman(value: Scalar, form: Scalar = 0.0) -> Scalar:
    """The library's; TRUE is the classic form, FALSE the shortest."""
    whole = number(value)
    if isinstance(whole, ExcelError):
        return whole
    style = (0.0 if form else 4.0) if isinstance(form, bool) else number(form)
    if isinstance(style, ExcelError):
        return style
    body = library.find("ROMAN")
    assert body is not None
    return flat(library.call(body, [float(int(whole)), float(int(style))]))[0]
