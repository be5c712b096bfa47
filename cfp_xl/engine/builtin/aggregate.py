"""Sums and counts over ranges: numbers in ranges count, text and TRUE in them do not; given
directly, both are converted. Sums are rounded once (fsum), so the order of rows cannot matter."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from statistics import median

import numpy as np

from cfp_xl.engine.areas import Area, Reference
from cfp_xl.engine.builtin.define import Nodes, given, lazy, one
from cfp_xl.engine.convert import number
from cfp_xl.engine.evaluate import Evaluator, Lambda, Result
from cfp_xl.engine.operators import Value, as_array, elementwise, flat
from cfp_xl.engine.parse import NotAFormula, parse
from cfp_xl.engine.result import CellKey
from cfp_xl.engine.tree import Call, Node, walk
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


def arguments(evaluator: Evaluator, nodes: Nodes) -> Iterator[tuple[Value, bool]]:
    """The arguments' values, and whether each is a range or array."""
    for node in nodes:
        if node is None:
            yield None, False
            continue
        result = evaluator.result(node)
        if isinstance(result, Reference):
            yield evaluator.array(result), True
        elif isinstance(result, Lambda):
            yield ExcelError.CALC, False
        else:
            yield result, isinstance(result, np.ndarray)


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
        for scalar in flat(value):
            if isinstance(scalar, ExcelError):
                return scalar
            if isinstance(scalar, float):
                found.append(scalar)
    return found


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
    count = 0
    with evaluator.guarded():
        for value, is_range in arguments(evaluator, nodes):
            count += sum(s is not None for s in flat(value)) if is_range else 1
    return float(count)


@lazy("COUNTBLANK", least=1)
def _countblank(evaluator: Evaluator, nodes: Nodes) -> Result:
    """Also of whole columns: what lies below the used part of the sheet is blank."""
    result = evaluator.result(given(nodes, 0))
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
    products: list[float] = []
    for row in zip(*(flat(array) for array in arrays), strict=True):
        error = next((s for s in row if isinstance(s, ExcelError)), None)
        if error is not None:
            return error
        products.append(math.prod(s if type(s) is float else 0.0 for s in row))
    return total(products)


# SUBTOTAL and AGGREGATE, whose function numbers are those of Excel's documentation.

_NUMBERED = (
    "AVERAGE", "COUNT", "COUNTA", "MAX", "MIN", "PRODUCT", "STDEV", "STDEVP", "SUM", "VAR",
    "VARP", "MEDIAN", "MODE", "LARGE", "SMALL", "PERCENTILE", "QUARTILE", "PERCENTILE.EXC",
    "QUARTILE.EXC",
)  # fmt: skip


@lazy("SUBTOTAL", least=2)
def _subtotal(evaluator: Evaluator, nodes: Nodes) -> Result:
    """Leaves out other SUBTOTALs; from 101 on, hidden rows too."""
    which = number(one(evaluator, nodes, 0))
    if isinstance(which, ExcelError):
        return which
    kind = int(which)
    if not (1 <= kind <= 11 or 101 <= kind <= 111):
        return ExcelError.VALUE
    values = _visible(evaluator, nodes[1:], no_hidden=kind > 100, no_nested=True)
    return _numbered(kind % 100, values)


@lazy("AGGREGATE", least=3)
def _aggregate(evaluator: Evaluator, nodes: Nodes) -> Result:
    """Options: 1, 3, 5, 7 leave hidden rows out; 2, 3, 6, 7 errors; 0–3 nested ones."""
    kind, option = number(one(evaluator, nodes, 0)), number(one(evaluator, nodes, 1))
    if isinstance(kind, ExcelError) or isinstance(option, ExcelError):
        return kind if isinstance(kind, ExcelError) else option
    if not (1 <= int(kind) <= 19 and 0 <= int(option) <= 7):
        return ExcelError.VALUE
    ranges = nodes[2:3] if int(kind) > 13 else nodes[2:]
    with evaluator.guarded():
        values = _visible(
            evaluator, ranges, no_hidden=int(option) in (1, 3, 5, 7), no_nested=option < 4
        )
    if int(option) in (2, 3, 6, 7):
        values = [value for value in values if not isinstance(value, ExcelError)]
    if int(kind) > 12:
        return _sorted(evaluator, nodes, int(kind), values)
    return _numbered(int(kind), values)


def _sorted(evaluator: Evaluator, nodes: Nodes, kind: int, values: list[Scalar]) -> Result:
    """MODE.SNGL, and the functions that take a further argument."""
    from cfp_xl.engine.builtin.statistics import OF_SORTED, at_each, mode  # it needs this module

    error = next((value for value in values if isinstance(value, ExcelError)), None)
    if error is not None:
        return error
    numbers = [value for value in values if type(value) is float]
    if kind == 13:
        return mode(numbers)
    if len(nodes) < 4:
        return ExcelError.VALUE
    pick = OF_SORTED[_NUMBERED[kind - 1]]
    return elementwise(lambda k: at_each(pick, numbers, k), [evaluator.value(given(nodes, 3))])


def _numbered(kind: int, values: list[Scalar]) -> Scalar:
    name = _NUMBERED[kind - 1]
    if name == "COUNT":
        return float(sum(type(value) is float for value in values))
    if name == "COUNTA":
        return float(sum(value is not None for value in values))
    for value in values:
        if isinstance(value, ExcelError):
            return value
    return OVER_NUMBERS[name]([value for value in values if type(value) is float])


def _visible(
    evaluator: Evaluator, nodes: Nodes, *, no_hidden: bool, no_nested: bool
) -> list[Scalar]:
    found: list[Scalar] = []
    for node in nodes:
        result = None if node is None else evaluator.result(node)
        if isinstance(result, Reference):
            for area in result.areas:
                found += _visible_cells(evaluator, area, no_hidden=no_hidden, no_nested=no_nested)
        else:
            found += flat(evaluator.read(result))
    return found


def _visible_cells(
    evaluator: Evaluator, area: Area, *, no_hidden: bool, no_nested: bool
) -> Iterator[Scalar]:
    sheet = evaluator.grid.workbook.sheet(area.sheet)
    hidden = sheet.hidden_rows if sheet is not None and no_hidden else frozenset()
    values = evaluator.array(Reference((area,)))
    for (i, j), value in np.ndenumerate(values):
        key = CellKey(area.sheet, area.first_row + i, area.first_column + j)
        if key.row in hidden or (no_nested and _is_subtotal(evaluator, key)):
            continue
        yield value


def _is_subtotal(evaluator: Evaluator, key: CellKey) -> bool:
    cell = evaluator.grid.formulas.get(key)
    if cell is None or cell.formula is None:
        return False
    folded = cell.formula.upper()
    if "SUBTOTAL(" not in folded and "AGGREGATE(" not in folded:
        return False
    try:
        tree: Node = parse(cell.formula, evaluator.place)
    except NotAFormula:
        return False
    return any(isinstance(n, Call) and n.function in ("SUBTOTAL", "AGGREGATE") for n in walk(tree))
