"""Functions over ranges of which draws change some cells: a look-up that always finds the same
place, a sum of which most terms stay. None where a function must be computed draw by draw."""

from __future__ import annotations

from collections.abc import Callable
from itertools import repeat

import numpy as np

from cfp_xl.engine.areas import Area, Reference
from cfp_xl.engine.array_operators import Floats
from cfp_xl.engine.builtin.aggregate import OVER_NUMBERS, total
from cfp_xl.engine.builtin.criteria import like
from cfp_xl.engine.convert import boolean
from cfp_xl.engine.drawn import FORMS, Form, Nodes, OverDraws, is_drawn
from cfp_xl.engine.grid import as_column
from cfp_xl.engine.operators import flat
from cfp_xl.engine.tree import Call, Cells, Constant, Node
from cfp_xl.engine.whole.block import NotWhole
from cfp_xl.engine.whole.columns import Line, scalars
from cfp_xl.engine.whole.index import Criteria
from cfp_xl.engine.whole.running import add_exactly
from cfp_xl.functions.values import ExcelError, Scalar


def _form(*names: str) -> Callable[[Form], Form]:
    def declare(form: Form) -> Form:
        FORMS.update(dict.fromkeys(names, form))
        return form

    return declare


def _are_drawn(*nodes: Node | None) -> bool:
    return any(node is not None and is_drawn(node) for node in nodes)


def _area(node: Node | None) -> Area | None:
    return node.reference.area if isinstance(node, Cells) else None


# Look-ups: of a place that stays the same


@_form("INDEX")
def _index(over: OverDraws, nodes: Nodes) -> Line | None:
    if _area(nodes[0]) is None or _are_drawn(*nodes[1:]):
        return None
    found = over.cell.result(Call("INDEX", tuple(nodes)))
    trace = over.cell.trace
    if trace.failures or trace.is_volatile or any(map(over.columns_in, trace.read)):
        raise NotWhole
    if isinstance(found, ExcelError):
        return found
    if not isinstance(found, Reference) or found.area is None or not found.area.is_single:
        raise NotWhole
    return over.drawn(found.area)


@_form("XLOOKUP")
def _xlookup(over: OverDraws, nodes: Nodes) -> Line | None:
    keys, results = _area(nodes[1]), _area(nodes[2])
    if keys is None or results is None or _are_drawn(*nodes[:2], *nodes[4:]):
        return None
    if (keys.rows, keys.columns) != (results.rows, results.columns) or min(
        keys.rows, keys.columns
    ) > 1:
        return None
    at = over.once(Call("XMATCH", (*nodes[:2], *nodes[4:])))
    if isinstance(at, float):
        row, column = (int(at), 1) if keys.columns == 1 else (1, int(at))
        return over.drawn(results.part(row, column))
    missing = nodes[3] if len(nodes) > 3 else None
    is_absent = at is ExcelError.NA and missing is not None
    return None if is_absent else at


@_form("VLOOKUP")
def _vlookup(over: OverDraws, nodes: Nodes) -> Line | None:
    area = _area(nodes[1])
    if area is None or len(nodes) < 3 or _are_drawn(nodes[0], *nodes[2:]):
        return None
    first = area._replace(last_column=area.first_column)
    which = 0.0 if nodes[2] is None else over.line(nodes[2])
    ordered: Line = True if len(nodes) < 4 else over.line(nodes[3])
    if over.columns_in(first) or not isinstance(which, float) or isinstance(ordered, list):
        return None
    is_sorted = None if isinstance(ordered, np.ndarray) else boolean(ordered)
    if not isinstance(is_sorted, bool) or not 1 <= int(which) <= area.columns:
        return None
    kind = Constant(1.0 if is_sorted else 0.0)
    row = over.once(Call("MATCH", (nodes[0], Cells(Reference((first,))), kind)))
    if not isinstance(row, float):
        return row
    found = over.drawn(area.part(int(row), int(which)))
    return 0.0 if found is None else found


# Numbers of ranges


def _over_ranges(name: str) -> None:
    @_form(name)
    def over_ranges(over: OverDraws, nodes: Nodes) -> Line | None:
        if any(_area(node) is None for node in nodes):
            return None
        return over_numbers(name, [line for node in nodes for line in over.columns_of(node)])


def over_numbers(name: str, lines: list[Line]) -> Line | None:
    """A function of the numbers in ranges; None where some draw has anything else there."""
    if any(isinstance(line, list) for line in lines):
        return None
    errors = (line for line in lines if isinstance(line, ExcelError))
    if (error := next(errors, None)) is not None:
        return error
    drawn: list[Floats] = [line for line in lines if isinstance(line, np.ndarray)]
    fixed = [line for line in lines if type(line) is float]
    if not drawn:
        return OVER_NUMBERS[name](fixed)
    if name == "SUM":
        return _sums(fixed, drawn)
    if name == "AVERAGE":
        return _quotients(_sums(fixed, drawn), len(fixed) + len(drawn))
    if name in ("MAX", "MIN"):
        pick, one = (np.maximum, max) if name == "MAX" else (np.minimum, min)
        found: Floats = pick.reduce(
            [*drawn, *([np.full_like(drawn[0], one(fixed))] if fixed else [])]
        )
        return found
    numbers = [line for line in lines if isinstance(line, np.ndarray) or type(line) is float]
    columns = [line.tolist() if isinstance(line, np.ndarray) else repeat(line) for line in numbers]
    return as_column([_or_num(name, row) for row in zip(*columns, strict=False)])


def _or_num(name: str, numbers: tuple[float, ...]) -> Scalar:
    try:
        return OVER_NUMBERS[name](numbers)
    except OverflowError:
        return ExcelError.NUM


def _sums(fixed: list[float], drawn: list[Floats]) -> Line:
    """Sums rounded once: what stays is added up exactly before."""
    partials: list[float] = []
    for number in fixed:
        add_exactly(partials, number)
    rows = np.column_stack(drawn).tolist()
    return as_column([total([*partials, *row]) for row in rows])


def _quotients(sums: Line, count: int) -> Line:
    if isinstance(sums, np.ndarray):
        return sums / count
    return [s / count if isinstance(s, float) else s for s in scalars(sums)]  # type: ignore[arg-type]


for _name in OVER_NUMBERS:
    _over_ranges(_name)


def _counting(name: str, counts: Callable[[Scalar], bool]) -> None:
    @_form(name)
    def counting(over: OverDraws, nodes: Nodes) -> Line | None:
        if any(_area(node) is None for node in nodes):
            return None
        lines = [line for node in nodes for line in over.columns_of(node)]
        fixed = sum(counts(one) for one in lines if not isinstance(one, np.ndarray | list))
        fixed += sum(counts(0.0) for line in lines if isinstance(line, np.ndarray))
        mixed = [line for line in lines if isinstance(line, list)]
        if not mixed:
            return float(fixed)
        return as_column([float(fixed + sum(map(counts, row))) for row in zip(*mixed, strict=True)])


_counting("COUNT", lambda value: type(value) is float)
_counting("COUNTA", lambda value: value is not None)


@_form("SUMPRODUCT")
def _sumproduct(over: OverDraws, nodes: Nodes) -> Line | None:
    areas = [_area(node) for node in nodes]
    if any(area is None or area.is_single for area in areas):
        return None
    if len({(area.rows, area.columns) for area in areas if area is not None}) > 1:
        return None
    drawn: list[Floats] = []
    fixed: list[float] = []
    for lines in zip(*(over.columns_of(node) for node in nodes), strict=True):
        if any(isinstance(line, list | ExcelError) for line in lines):
            return None
        product: Line = 1.0
        for line in lines:
            factor = line if isinstance(line, np.ndarray) or type(line) is float else 0.0
            product = product * factor  # type: ignore[operator]
        if isinstance(product, np.ndarray):
            drawn.append(product)
        else:
            fixed.append(product)  # type: ignore[arg-type]
    if not drawn or not all(map(np.isfinite, (one for column in drawn for one in column))):
        return None
    return _sums(fixed, drawn)


# By criteria that stay the same, over values that do not


def _conditional(name: str, function: str) -> None:
    @_form(name)
    def conditional(over: OverDraws, nodes: Nodes) -> Line | None:
        summed, pairs = _area(nodes[0]), nodes[1:]
        if summed is None or len(pairs) < 2 or len(pairs) % 2:
            return None
        return _picked(over, summed, pairs, function)


def _single(name: str, function: str) -> None:
    @_form(name)
    def conditional(over: OverDraws, nodes: Nodes) -> Line | None:
        tested = _area(nodes[0])
        summed = _area(nodes[2]) if len(nodes) > 2 else None
        if tested is None or summed is None:
            return None
        return _picked(over, like(over.grid.clipped(tested), summed), nodes[:2], function)


for _name, _of in {
    "SUMIFS": "SUM",
    "AVERAGEIFS": "AVERAGE",
    "MAXIFS": "MAX",
    "MINIFS": "MIN",
}.items():
    _conditional(_name, _of)
_single("SUMIF", "SUM")
_single("AVERAGEIF", "AVERAGE")


def _picked(over: OverDraws, summed: Area, pairs: Nodes, function: str) -> Line | None:
    if _are_drawn(*pairs):
        return None
    lines, shape = over.lines_in(summed), over.grid.clipped(summed)
    positions: set[int] = set(range(len(lines)))
    for node, criterion in zip(pairs[::2], pairs[1::2], strict=True):
        tested = over.fixed(node)
        values, wanted = over.values(tested), over.line(criterion)
        if values.shape != (shape.rows, shape.columns) or isinstance(wanted, np.ndarray | list):
            return None
        index = over.grid.kept(Criteria, tested, flat(values))
        positions &= set(index.positions(wanted))
    return over_numbers(function, [lines[at] for at in sorted(positions)])
