"""Sums and counts over ranges: numbers in ranges count, text and TRUE in them do not; given
directly, both are converted. Sums are rounded once (fsum), so the order of rows cannot matter."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from statistics import median

import numpy as np

from cfp_xl.engine.areas import Reference
from cfp_xl.engine.builtin.define import Nodes, given, lazy
from cfp_xl.engine.convert import number
from cfp_xl.engine.evaluate import Evaluator, Result
from cfp_xl.engine.operators import Value, as_array, flat
from cfp_xl.engine.tree import Node
from cfp_xl.engine.yields import References, SeveralReferences
from cfp_xl.functions.values import ExcelError, Scalar


def total(numbers: Iterable[float]) -> Scalar:
    """The sum, correctly rounded."""
    try:
        result = math.fsum(numbers)
    except (OverflowError, ValueError):
        return ExcelError.NUM
    return result + 0.0


def _product(numbers: Sequence[float]) -> Scalar:
    result = math.prod(numbers) if numbers else 0.0
    return result + 0.0 if math.isfinite(result) else ExcelError.NUM


def _average(numbers: Sequence[float]) -> Scalar:
    if not numbers:
        return ExcelError.DIV0
    summed = total(numbers)
    return summed if isinstance(summed, ExcelError) else float(summed or 0) / len(numbers)


def _variance(numbers: Sequence[float], spare: int) -> Scalar:
    if len(numbers) <= spare:
        return ExcelError.DIV0
    mean = math.fsum(numbers) / len(numbers)
    return math.fsum((n - mean) ** 2 for n in numbers) / (len(numbers) - spare)


def _root(value: Scalar) -> Scalar:
    return math.sqrt(value) if isinstance(value, float) else value


OVER_NUMBERS: dict[str, Callable[[Sequence[float]], Scalar]] = {
    "SUM": total,
    "PRODUCT": _product,
    "AVERAGE": _average,
    "MAX": lambda numbers: max(numbers, default=0.0),
    "MIN": lambda numbers: min(numbers, default=0.0),
    "MEDIAN": lambda numbers: median(numbers) if numbers else ExcelError.NUM,
    "SUMSQ": lambda numbers: total(n * n for n in numbers),
    "STDEV": lambda numbers: _root(_variance(numbers, 1)),
    "STDEV.S": lambda numbers: _root(_variance(numbers, 1)),
    "STDEVP": lambda numbers: _root(_variance(numbers, 0)),
    "STDEV.P": lambda numbers: _root(_variance(numbers, 0)),
    "VAR": lambda numbers: _variance(numbers, 1),
    "VAR.S": lambda numbers: _variance(numbers, 1),
    "VARP": lambda numbers: _variance(numbers, 0),
    "VAR.P": lambda numbers: _variance(numbers, 0),
}


def over_values(
    function: Callable[[Sequence[float]], Scalar],
    values: Sequence[Scalar],
    are_in_ranges: Sequence[bool],
) -> Scalar:
    """One of these functions of single values: text and TRUE count only where they are given
    directly. The first error is the result."""
    found: list[float] = []
    for value, is_range in zip(values, are_in_ranges, strict=True):
        if type(value) is float:
            found.append(value)
        elif isinstance(value, ExcelError):
            return value
        elif not is_range:
            converted = number(value)
            if isinstance(converted, ExcelError):
                return converted
            found.append(converted)
    try:
        return function(found)
    except OverflowError:
        return ExcelError.NUM


def arguments(evaluator: Evaluator, nodes: Nodes) -> Iterator[tuple[Value, bool]]:
    """The arguments' values, and whether each is a range or array."""
    for node in nodes:
        if node is None:
            yield None, False
            continue
        result = evaluator.result(node)
        if isinstance(result, Reference):
            yield evaluator.read(result), True
        else:
            value = evaluator.read(result)
            yield value, isinstance(value, np.ndarray)


def numbers_of(evaluator: Evaluator, nodes: Nodes) -> list[float] | ExcelError:
    """The numbers of the arguments, or the first error among them."""
    found: list[float] = []
    for value, is_range in arguments(evaluator, nodes):
        if not is_range:
            converted = number(value)  # type: ignore[arg-type]
            if isinstance(converted, ExcelError):
                return converted
            found.append(converted)
            continue
        scalars = flat(value)
        if (error := _first_error(scalars)) is not None:
            return error
        found += [scalar for scalar in scalars if isinstance(scalar, float)]
    return found


def _first_error(scalars: Sequence[Scalar]) -> ExcelError | None:
    if ExcelError not in set(map(type, scalars)):
        return None
    return next(scalar for scalar in scalars if isinstance(scalar, ExcelError))


def _over_numbers(name: str, function: Callable[[Sequence[float]], Scalar]) -> None:
    @lazy(name, least=1)
    def aggregate(evaluator: Evaluator, nodes: Nodes) -> Result:
        numbers = numbers_of(evaluator, nodes)
        try:
            return numbers if isinstance(numbers, ExcelError) else function(numbers)
        except OverflowError:
            return ExcelError.NUM


for _name, _function in OVER_NUMBERS.items():
    _over_numbers(_name, _function)


@lazy("PERCENTOF", least=2, most=2)
def _percentof(evaluator: Evaluator, nodes: Nodes) -> Result:
    """The sum of a part by the sum of all."""
    part, whole = numbers_of(evaluator, nodes[:1]), numbers_of(evaluator, nodes[1:])
    for numbers in (part, whole):
        if isinstance(numbers, ExcelError):
            return numbers
    assert isinstance(part, list)
    assert isinstance(whole, list)
    above, below = total(part), total(whole)
    if isinstance(above, float) and isinstance(below, float):
        return above / below if below else ExcelError.DIV0
    return ExcelError.NUM


@lazy("COUNT", least=1)
def _count(evaluator: Evaluator, nodes: Nodes) -> Result:
    count = 0
    with evaluator.guarded():
        for value, is_range in arguments(evaluator, nodes):
            if is_range:
                count += sum(type(scalar) is float for scalar in flat(value))
            else:
                count += not isinstance(number(value), ExcelError)  # type: ignore[arg-type]
    return float(count)


@lazy("COUNTA", least=1)
def _counta(evaluator: Evaluator, nodes: Nodes) -> Result:
    with evaluator.guarded():
        return float(sum(_filled(evaluator, node) for node in nodes))


def _filled(evaluator: Evaluator, node: Node | None) -> int:
    """How many cells of a range are not blank; any other argument counts."""
    result = None if node is None else evaluator.result(node)
    if isinstance(result, Reference):
        areas = result.areas
        if len(areas) == 1 and not areas[0].is_single:
            return evaluator.reading(areas[0]).filled
        values = flat(evaluator.read(result))
    elif isinstance(value := evaluator.read(result), np.ndarray):
        values = flat(value)
    else:
        return 1
    return len(values) - values.count(None)


@lazy("COUNTBLANK", least=1, for_each=True)
def _countblank(evaluator: Evaluator, nodes: Nodes) -> Result:
    """Also of whole columns: what lies below the used part of the sheet is blank."""
    result = evaluator.result(given(nodes, 0))
    if isinstance(result, References):
        raise SeveralReferences(result.function)
    if not isinstance(result, Reference) or result.area is None:
        return ExcelError.VALUE
    values = evaluator.array(result)
    filled = sum(scalar not in (None, "") for scalar in values.flat)
    return float(result.area.rows * result.area.columns - filled)


@lazy("SUMPRODUCT", least=1)
def _sumproduct(evaluator: Evaluator, nodes: Nodes) -> Result:
    """Entries that are not numbers count as 0; the arrays must have one shape."""
    with evaluator.arrays():
        arrays = [as_array(value) for value, _ in arguments(evaluator, nodes)]
    if len({array.shape for array in arrays}) > 1:
        return ExcelError.VALUE
    if any(array.size == 1 and isinstance(array[0, 0], str) for array in arrays):
        return ExcelError.VALUE  # a single cell counts as a value, not as a range
    lines = [flat(array) for array in arrays]
    if any(_first_error(line) is not None for line in lines):
        rows = zip(*lines, strict=True)
        return next(s for row in rows for s in row if isinstance(s, ExcelError))
    numbers = [[s if type(s) is float else 0.0 for s in line] for line in lines]
    return total(map(math.prod, zip(*numbers, strict=True)) if len(numbers) > 1 else numbers[0])
