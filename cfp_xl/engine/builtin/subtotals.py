"""SUBTOTAL and AGGREGATE: one of many functions by its number, over what is to be counted."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum, auto

import numpy as np

from cfp_xl.engine.areas import Area, CellKey, Reference
from cfp_xl.engine.builtin.aggregate import OVER_NUMBERS
from cfp_xl.engine.builtin.define import Nodes, given, lazy, one
from cfp_xl.engine.builtin.statistics import OF_SORTED, at_each, mode
from cfp_xl.engine.convert import number
from cfp_xl.engine.evaluate import Evaluator, Result
from cfp_xl.engine.operators import flat
from cfp_xl.engine.parse import NotAFormula, parse
from cfp_xl.engine.tree import Call, Node, walk
from cfp_xl.functions.values import ExcelError, Scalar
from cfp_xl.workbook.model import Sheet

_NUMBERED = (
    "AVERAGE", "COUNT", "COUNTA", "MAX", "MIN", "PRODUCT", "STDEV", "STDEVP", "SUM", "VAR",
    "VARP", "MEDIAN", "MODE", "LARGE", "SMALL", "PERCENTILE", "QUARTILE", "PERCENTILE.EXC",
    "QUARTILE.EXC",
)  # fmt: skip
"""The functions by the numbers of Excel's documentation."""


@lazy("SUBTOTAL", least=2, for_each=True)
def _subtotal(evaluator: Evaluator, nodes: Nodes) -> Result:
    """Leaves out other SUBTOTALs and rows that a filter hides; from 101 on, all hidden rows."""
    which = number(one(evaluator, nodes, 0))
    if isinstance(which, ExcelError):
        return which
    kind = int(which)
    if not (1 <= kind <= 11 or 101 <= kind <= 111):
        return ExcelError.VALUE
    without = Rows.NOT_HIDDEN if kind > 100 else Rows.NOT_FILTERED
    values = _visible(evaluator, nodes[1:], without, no_nested=True)
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
        which = Rows.NOT_HIDDEN if int(option) in (1, 3, 5, 7) else Rows.ALL
        values = _visible(evaluator, ranges, which, no_nested=option < 4)
    if int(option) in (2, 3, 6, 7):
        values = [value for value in values if not isinstance(value, ExcelError)]
    if int(kind) > 12:
        return _sorted(evaluator, nodes, int(kind), values)
    return _numbered(int(kind), values)


def _sorted(evaluator: Evaluator, nodes: Nodes, kind: int, values: list[Scalar]) -> Result:
    """MODE.SNGL, and the functions that take a further argument."""
    error = next((value for value in values if isinstance(value, ExcelError)), None)
    if error is not None:
        return error
    numbers = [value for value in values if type(value) is float]
    if kind == 13:
        return mode(numbers)
    if len(nodes) < 4:
        return ExcelError.VALUE
    pick = OF_SORTED[_NUMBERED[kind - 1]]
    return evaluator.each(lambda k: at_each(pick, numbers, k), [evaluator.value(given(nodes, 3))])


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


class Rows(Enum):
    """Which rows of a range count."""

    ALL = auto()
    NOT_FILTERED = auto()
    NOT_HIDDEN = auto()

    def left_out(self, sheet: Sheet | None) -> frozenset[int]:
        if sheet is None or self is Rows.ALL:
            return frozenset()
        return sheet.hidden_rows if self is Rows.NOT_HIDDEN else sheet.filtered_rows


def _visible(evaluator: Evaluator, nodes: Nodes, rows: Rows, *, no_nested: bool) -> list[Scalar]:
    found: list[Scalar] = []
    for node in nodes:
        result = None if node is None else evaluator.result(node)
        if isinstance(result, Reference):
            for area in result.areas:
                found += _visible_cells(evaluator, area, rows, no_nested=no_nested)
        else:
            found += flat(evaluator.read(result))
    return found


def _visible_cells(
    evaluator: Evaluator, area: Area, rows: Rows, *, no_nested: bool
) -> Iterator[Scalar]:
    left_out = rows.left_out(evaluator.grid.workbook.sheet(area.sheet))
    values = evaluator.array(Reference((area,)))
    for (i, j), value in np.ndenumerate(values):
        key = CellKey(area.sheet, area.first_row + i, area.first_column + j)
        if key.row in left_out or (no_nested and _is_subtotal(evaluator, key)):
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
