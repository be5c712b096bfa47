"""Sums over ranges: SUM, SUMIFS, SUMPRODUCT, AVERAGE, SUBTOTAL, cell by cell."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import TypeAlias

import numpy as np

from cfp_xl.engine.areas import Area, CellKey, Reference
from cfp_xl.engine.builtin.criteria import criterion
from cfp_xl.engine.operators import as_array, flat
from cfp_xl.engine.tree import Binary, Cells, Constant, Node
from cfp_xl.functions.values import Array
from cfp_xl.why.context import TreeOpener
from cfp_xl.why.tree import Operand, Role, WhyItem

Nodes: TypeAlias = "Sequence[Node | None]"
_SUBTOTAL_SUMS = (9, 109)


def cell_node(key: CellKey) -> Cells:
    """A reference to one cell."""
    return Cells(Reference((Area(*key, *key[1:]),)))


def _sum(opener: TreeOpener, arguments: Nodes) -> list[Operand] | None:
    return list(_numbers(opener, arguments, 1.0))


def _average(opener: TreeOpener, arguments: Nodes) -> list[Operand] | None:
    count = sum(1 for _ in _numbers(opener, arguments, 1.0))
    return list(_numbers(opener, arguments, 1.0 / count)) if count else None


def _subtotal(opener: TreeOpener, arguments: Nodes) -> list[Operand] | None:
    """Sums only; where hidden rows or subtotals within are passed over, it does not close."""
    if opener.number(arguments[0]) not in _SUBTOTAL_SUMS:
        return None
    return _sum(opener, arguments[1:])


def _numbers(opener: TreeOpener, arguments: Nodes, weight: float) -> Iterator[Operand]:
    for node in arguments:
        if node is None:
            continue
        result = opener.evaluator.result(node)
        if isinstance(result, Reference):
            for area in result.areas:
                yield from _of_area(opener, area, weight)
        elif isinstance(result, np.ndarray):
            yield Operand(_total(result), opener.item(node), Role.SUMMAND, weight)
        elif (found := opener.number(node)) is not None:
            yield Operand(found, opener.item(node), Role.SUMMAND, weight)


def _of_area(opener: TreeOpener, area: Area, weight: float) -> Iterator[Operand]:
    first, values = _cells(opener, area)
    for (row, column), value in np.ndenumerate(values):
        if isinstance(value, float):
            key = CellKey(area.sheet, first[0] + row, first[1] + column)
            yield Operand(value, partial(opener.cells.item, key), Role.SUMMAND, weight)


def _cells(opener: TreeOpener, area: Area) -> tuple[tuple[int, int], Array]:
    clipped = opener.evaluator.grid.clipped(area)
    return (clipped.first_row, clipped.first_column), opener.evaluator.part(clipped)


def _total(values: Array) -> float:
    return sum(value for value in flat(values) if isinstance(value, float))


def _sumif(opener: TreeOpener, arguments: Nodes) -> list[Operand] | None:
    sums = arguments[2] if len(arguments) > 2 and arguments[2] is not None else arguments[0]
    return _where(opener, sums, [(arguments[0], arguments[1])], is_stretched=True)


def _sumifs(opener: TreeOpener, arguments: Nodes) -> list[Operand] | None:
    pairs = list(zip(arguments[1::2], arguments[2::2], strict=False))
    return _where(opener, arguments[0], pairs)


def _where(
    opener: TreeOpener,
    sums: Node | None,
    criteria: Sequence[tuple[Node | None, Node | None]],
    *,
    is_stretched: bool = False,
) -> list[Operand] | None:
    """The cells that meet all criteria. A range of sums takes the size of SUMIF's range."""
    area = _area(opener, sums)
    if area is None:
        return None
    mask: list[bool] = []
    shape: tuple[int, ...] = ()
    for at, (where, wanted) in enumerate(criteria):
        tested = _area(opener, where)
        if tested is None or wanted is None:
            return None
        if at == 0 and is_stretched:
            area = area._replace(
                last_row=area.first_row + tested.rows - 1,
                last_column=area.first_column + tested.columns - 1,
            )
        meets = criterion(opener.value(wanted))
        _, values = _cells(opener, tested)
        met = [meets(value) for value in flat(values)]
        if at > 0 and values.shape != shape:
            return None
        mask = [a and b for a, b in zip(mask, met, strict=True)] if at else met
        shape = values.shape
    (top, left), values = _cells(opener, area)
    if values.shape != shape:
        return None
    found = []
    for at, (is_met, value) in enumerate(zip(mask, flat(values), strict=True)):
        if is_met and isinstance(value, float):
            row, column = divmod(at, shape[1])
            key = CellKey(area.sheet, top + row, left + column)
            found.append(Operand(value, partial(opener.cells.item, key), Role.SUMMAND, 1.0))
    return found


def _area(opener: TreeOpener, node: Node | None) -> Area | None:
    result = None if node is None else opener.evaluator.result(node)
    return result.area if isinstance(result, Reference) else None


def _sumproduct(opener: TreeOpener, arguments: Nodes) -> list[Operand] | None:
    """One product a position, of cells where the factor is a range and of its value elsewhere."""
    factors = [factor for node in arguments if node is not None for factor in _factors(node)]
    lines: list[tuple[Area | None, Array]] = []
    for factor in factors:
        with opener.evaluator.arrays():
            values = as_array(opener.evaluator.whole(factor))
        lines.append((_area(opener, factor) if isinstance(factor, Cells) else None, values))
    shapes = {values.shape for _, values in lines}
    if len(shapes) != 1:
        return None
    operands = []
    for at in np.ndindex(*next(iter(shapes))):
        numbers = [_number(values[at]) for _, values in lines]
        value = float(np.prod(numbers))
        if value:
            operands.append(Operand(value, _position(opener, lines, at), Role.SUMMAND, 1.0))
    return operands


def _factors(node: Node) -> Iterator[Node]:
    if isinstance(node, Binary) and node.operator == "*":
        yield from _factors(node.left)
        yield from _factors(node.right)
    else:
        yield node


def _number(value: object) -> float:
    return float(value) if isinstance(value, float | bool) else 0.0


def _position(
    opener: TreeOpener, lines: Sequence[tuple[Area | None, Array]], at: tuple[int, ...]
) -> Callable[[], WhyItem]:
    """The product at one position; factors of 1, such as a condition that holds, are left out."""
    nodes: list[Node] = []
    for area, values in lines:
        clipped = None if area is None else opener.evaluator.grid.clipped(area)
        if clipped is not None:
            key = CellKey(clipped.sheet, clipped.first_row + at[0], clipped.first_column + at[1])
            nodes.append(cell_node(key))
        elif (number := _number(values[at])) != 1.0:
            nodes.append(Constant(number))
    node: Node = nodes[0] if nodes else Constant(1.0)
    for other in nodes[1:]:
        node = Binary("*", node, other)
    return opener.item(node)


AGGREGATES: Mapping[str, Callable[[TreeOpener, Nodes], list[Operand] | None]] = {
    "SUM": _sum,
    "AVERAGE": _average,
    "SUBTOTAL": _subtotal,
    "SUMIF": _sumif,
    "SUMIFS": _sumifs,
    "SUMPRODUCT": _sumproduct,
}
