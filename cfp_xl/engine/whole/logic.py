"""Conditions over a block, and numbers as text. A branch is computed for all cells where any takes
it; what the others do not take does no harm."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from cfp_xl.engine.builtin.define import SCALARS
from cfp_xl.engine.builtin.logic import JUNCTIONS, TESTS
from cfp_xl.engine.builtin.number_format import shown_in
from cfp_xl.engine.convert import boolean
from cfp_xl.engine.grid import as_column
from cfp_xl.engine.tree import Binary, Call, Cells, Constant, Node, Unary
from cfp_xl.engine.whole.block import HANDLERS, NotWhole, Whole, whole_of
from cfp_xl.engine.whole.columns import Line, are_all, each, is_column, scalars, streams
from cfp_xl.functions.values import ExcelError, Scalar

Nodes = Sequence[Node | None]


def _given(whole: Whole, nodes: Nodes, position: int) -> Line:
    """The argument; one left out counts as 0."""
    node = nodes[position]
    return 0.0 if node is None else whole.line(node)


@whole_of("IF")
def _if(whole: Whole, nodes: Nodes) -> Line:
    if not 2 <= len(nodes) <= 3:
        raise NotWhole
    condition = _given(whole, nodes, 0)
    if not isinstance(condition, np.ndarray | list):
        truth = boolean(condition)
        if isinstance(truth, ExcelError):
            return truth
        if not truth and len(nodes) < 3:
            return False
        return _given(whole, nodes, 1 if truth else 2)
    truths = scalars(condition)
    if not are_all(bool, condition):
        truths = list(map(boolean, truths))
    then = otherwise = None  # where no cell takes the branch
    if True in truths:
        with whole.taken_where(truths, True):
            then = _given(whole, nodes, 1)
    if False in truths:
        with whole.taken_where(truths, False):
            otherwise = _given(whole, nodes, 2) if len(nodes) > 2 else False
    for truth, taken in ((True, then), (False, otherwise)):
        if truths.count(truth) == len(truths) and is_column(taken):
            return taken
    rows = zip(*streams([truths, then, otherwise]), strict=False)
    return as_column([a if t is True else b if t is False else t for t, a, b in rows])


@whole_of("TEXT")
def _text(whole: Whole, nodes: Nodes) -> Line:
    if len(nodes) != 2:
        raise NotWhole
    value, code = [None if node is None else whole.line(node) for node in nodes]
    shown = shown_in(whole.grid)
    if isinstance(value, np.ndarray) and isinstance(code, str):  # a factor is shown in many rows
        known = {one: shown(one, code) for one in set(value[value != 0].tolist())}
        return as_column([known[x] if x else shown(x, code) for x in value.tolist()])
    return each(shown, value, code)


@whole_of("NA")
def _na(whole: Whole, nodes: Nodes) -> Line:  # noqa: ARG001
    return ExcelError.NA


def _instead(name: str, caught: frozenset[ExcelError]) -> None:
    @whole_of(name)
    def instead(whole: Whole, nodes: Nodes) -> Line:
        if len(nodes) != 2:
            raise NotWhole
        value = _given(whole, nodes, 0)
        errors = scalars(value) if isinstance(value, np.ndarray | list) else [value]
        if not any(isinstance(one, ExcelError) and one in caught for one in errors):
            return value
        other = _given(whole, nodes, 1)
        return each(
            lambda a, b: b if isinstance(a, ExcelError) and a in caught else a, value, other
        )


_instead("IFERROR", frozenset(ExcelError))
_instead("IFNA", frozenset({ExcelError.NA}))


def _tested(name: str, test: Callable[[Scalar], Scalar]) -> None:
    @whole_of(name)
    def tested(whole: Whole, nodes: Nodes) -> Line:
        if len(nodes) != 1:
            raise NotWhole
        line = _given(whole, nodes, 0)
        if isinstance(line, np.ndarray):
            return test(0.0)  # none of them tells numbers apart
        return each(test, line)


for _name, _test in TESTS.items():
    _tested(_name, _test)


def _joined(name: str, join: Callable[[list[bool]], bool]) -> None:
    @whole_of(name)
    def joined(whole: Whole, nodes: Nodes) -> Line:
        parts: list[tuple[bool, Line]] = []
        for node in nodes:
            if isinstance(node, Cells):
                parts += [(True, line) for line in whole.columns_of(node)]
            else:
                parts.append((False, value_line(whole, node)))
        are_ranges = [is_range for is_range, _ in parts]
        if not parts:
            raise NotWhole
        lines = [line for _, line in parts]
        if any(map(is_column, lines)) and all(are_all(bool, line) for line in lines):
            together: list[Scalar] = [join([*row]) for row in zip(*streams(lines), strict=False)]
            return together

        def of_row(*values: Scalar) -> Scalar:
            found: list[bool] = []
            for value, is_range in zip(values, are_ranges, strict=True):
                if is_range and (value is None or isinstance(value, str)):
                    continue
                truth = boolean(value)
                if isinstance(truth, ExcelError):
                    return truth
                found.append(truth)
            return join(found) if found else ExcelError.VALUE

        return each(of_row, *lines)


for _name, _join in JUNCTIONS.items():
    _joined(_name, _join)


def value_line(whole: Whole, node: Node | None) -> Line:
    """The line of an argument that cannot be a reference: there a text or blank counts otherwise.

    Functions that may give a reference (IF, INDEX, CHOOSE) are left to the cells.
    """
    match node:
        case None:
            return 0.0
        case Constant() | Binary() | Unary():
            return whole.line(node)
        case Call(function=name) if name in SCALARS:
            return whole.line(node)
        case Call(function=name) if name in HANDLERS and name not in MAY_GIVE_REFERENCES:
            return whole.line(node)
    raise NotWhole


MAY_GIVE_REFERENCES = frozenset({"IF", "INDEX", "XLOOKUP"})
