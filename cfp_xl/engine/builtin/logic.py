"""Conditions. The branch that is not taken is not computed, as in Excel."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from cfp_xl.engine.areas import Reference
from cfp_xl.engine.builtin.define import Nodes, lazy, one, scalar
from cfp_xl.engine.convert import boolean, compare, number
from cfp_xl.engine.evaluate import Evaluator, Lambda, Result
from cfp_xl.engine.operators import flat
from cfp_xl.engine.tree import Constant, Node
from cfp_xl.functions.values import ExcelError, Scalar


@lazy("IF", least=2)
def _if(evaluator: Evaluator, nodes: Nodes) -> Result:
    condition = evaluator.value(_given(nodes[0]))
    if type(condition) is bool:
        truth: bool | ExcelError = condition
    elif isinstance(condition, np.ndarray):
        then = evaluator.value(_given(nodes[1]))
        otherwise = evaluator.value(_given(nodes[2])) if len(nodes) > 2 else False
        return evaluator.each(_choose, [condition, then, otherwise])
    else:
        truth = boolean(condition)
        if isinstance(truth, ExcelError):
            return truth
    if not truth and len(nodes) < 3:
        return False
    return evaluator.result(_given(nodes[1 if truth else 2]))


def _choose(condition: Scalar, then: Scalar, otherwise: Scalar) -> Scalar:
    truth = boolean(condition)
    if isinstance(truth, ExcelError):
        return truth
    return then if truth else otherwise


_ZERO = Constant(0.0)


def _given(node: Node | None) -> Node:
    """An argument left out counts as 0."""
    return _ZERO if node is None else node


@lazy("IFS", least=2)
def _ifs(evaluator: Evaluator, nodes: Nodes) -> Result:
    for condition, result in zip(nodes[::2], nodes[1::2], strict=False):
        value = evaluator.value(_given(condition))
        if isinstance(value, np.ndarray):
            rest = _ifs(evaluator, nodes[2:]) if len(nodes) > 2 else ExcelError.NA
            return evaluator.each(
                _choose, [value, evaluator.value(_given(result)), evaluator.read(rest)]
            )
        truth = boolean(value)
        if isinstance(truth, ExcelError):
            return truth
        if truth:
            return evaluator.result(_given(result))
        nodes = nodes[2:]
    return ExcelError.NA


@lazy("SWITCH", least=3)
def _switch(evaluator: Evaluator, nodes: Nodes) -> Result:
    wanted = one(evaluator, nodes, 0)
    if isinstance(wanted, ExcelError):
        return wanted
    rest = nodes[1:]
    for at in range(0, len(rest) - 1, 2):
        value = one(evaluator, rest, at)
        if isinstance(value, ExcelError):
            return value
        if compare(wanted, value) == 0:
            return evaluator.result(_given(rest[at + 1]))
    return evaluator.result(_given(rest[-1])) if len(rest) % 2 else ExcelError.NA


@lazy("CHOOSE", least=2)
def _pick(evaluator: Evaluator, nodes: Nodes) -> Result:
    index = evaluator.value(_given(nodes[0]))
    if isinstance(index, np.ndarray):
        choices = [evaluator.value(_given(node)) for node in nodes[1:]]
        return evaluator.each(_nth, [index, *choices])
    position = number(index)
    if isinstance(position, ExcelError):
        return position
    if not 1 <= int(position) < len(nodes):
        return ExcelError.VALUE
    return evaluator.result(_given(nodes[int(position)]))


def _nth(index: Scalar, *choices: Scalar) -> Scalar:
    position = number(index)
    if isinstance(position, ExcelError):
        return position
    return choices[int(position) - 1] if 1 <= int(position) <= len(choices) else ExcelError.VALUE


@lazy("IFERROR", least=2)
def _iferror(evaluator: Evaluator, nodes: Nodes) -> Result:
    return _instead(evaluator, nodes, frozenset(ExcelError))


@lazy("IFNA", least=2)
def _ifna(evaluator: Evaluator, nodes: Nodes) -> Result:
    return _instead(evaluator, nodes, frozenset({ExcelError.NA}))


def _instead(evaluator: Evaluator, nodes: Nodes, caught: frozenset[ExcelError]) -> Result:
    with evaluator.guarded():
        value = evaluator.value(_given(nodes[0]))
    if not any(s in caught for s in flat(value)):
        return value
    instead = evaluator.value(_given(nodes[1]))

    def swapped(a: Scalar, b: Scalar) -> Scalar:
        return b if a in caught else a

    return evaluator.each(swapped, [value, instead])


def _truths(evaluator: Evaluator, nodes: Nodes) -> list[bool] | ExcelError:
    """The conditions among the arguments; text and blanks in ranges are passed over."""
    found: list[bool] = []
    for node in nodes:
        result = evaluator.result(_given(node))
        if type(result) is bool:
            found.append(result)
            continue
        is_range = isinstance(result, Reference | np.ndarray)
        value = evaluator.array(result) if isinstance(result, Reference) else evaluator.read(result)
        for one_value in flat(value):
            if isinstance(one_value, ExcelError):
                return one_value
            if is_range and (one_value is None or isinstance(one_value, str)):
                continue
            truth = boolean(one_value)
            if isinstance(truth, ExcelError):
                return truth
            found.append(truth)
    return found or ExcelError.VALUE


def _junction(name: str, join: Callable[[list[bool]], bool]) -> None:
    @lazy(name, least=1)
    def junction(evaluator: Evaluator, nodes: Nodes) -> Result:
        truths = _truths(evaluator, nodes)
        return truths if isinstance(truths, ExcelError) else join(truths)


JUNCTIONS: dict[str, Callable[[list[bool]], bool]] = {
    "AND": all,
    "OR": any,
    "XOR": lambda truths: sum(truths) % 2 == 1,
}

for _name, _join in JUNCTIONS.items():
    _junction(_name, _join)


@scalar("NOT")
def _not(value: Scalar) -> Scalar:
    truth = boolean(value)
    return truth if isinstance(truth, ExcelError) else not truth


@lazy("TRUE")
def _true(evaluator: Evaluator, nodes: Nodes) -> Result:  # noqa: ARG001
    return True


@lazy("FALSE")
def _false(evaluator: Evaluator, nodes: Nodes) -> Result:  # noqa: ARG001
    return False


@lazy("NA")
def _na(evaluator: Evaluator, nodes: Nodes) -> Result:  # noqa: ARG001
    return ExcelError.NA


TESTS: dict[str, Callable[[Scalar], Scalar]] = {
    "ISERROR": lambda v: isinstance(v, ExcelError),
    "ISERR": lambda v: isinstance(v, ExcelError) and v is not ExcelError.NA,
    "ISNA": lambda v: v is ExcelError.NA,
    "ISNUMBER": lambda v: isinstance(v, float | int) and not isinstance(v, bool),
    "ISTEXT": lambda v: isinstance(v, str),
    "ISNONTEXT": lambda v: not isinstance(v, str),
    "ISLOGICAL": lambda v: isinstance(v, bool),
    "ISBLANK": lambda v: v is None,
    "ERROR.TYPE": lambda v: _error_type(v),
}


_ERROR_TYPES = {
    ExcelError.NULL: 1.0, ExcelError.DIV0: 2.0, ExcelError.VALUE: 3.0, ExcelError.REF: 4.0,
    ExcelError.NAME: 5.0, ExcelError.NUM: 6.0, ExcelError.NA: 7.0, ExcelError.GETTING_DATA: 8.0,
    ExcelError.SPILL: 9.0, ExcelError.CONNECT: 10.0, ExcelError.BLOCKED: 11.0,
    ExcelError.UNKNOWN: 12.0, ExcelError.FIELD: 13.0, ExcelError.CALC: 14.0,
}  # fmt: skip


def _error_type(value: Scalar) -> Scalar:
    """The numbers of Excel's documentation of ERROR.TYPE."""
    return _ERROR_TYPES[value] if isinstance(value, ExcelError) else ExcelError.NA


def _type(value: Scalar) -> float:
    match value:
        case ExcelError():
            return 16.0
        case bool():
            return 4.0
        case str():
            return 2.0
        case _:
            return 1.0


@lazy("TYPE", least=1, most=1)
def _type_of(evaluator: Evaluator, nodes: Nodes) -> Result:
    """1 number, 2 text, 4 truth, 16 error, 64 array, 128 LAMBDA."""
    with evaluator.guarded():
        result = evaluator.result(_given(nodes[0]))
        if isinstance(result, Lambda):
            return 128.0
        value = evaluator.read(result)
    return 64.0 if isinstance(value, np.ndarray) else _type(value)


def _test(name: str, test: Callable[[Scalar], Scalar]) -> None:
    @lazy(name, least=1)
    def tested(evaluator: Evaluator, nodes: Nodes) -> Result:
        with evaluator.guarded():
            value = evaluator.value(_given(nodes[0]))  # of a LAMBDA #CALC!
        return evaluator.each(test, [value])


for _name, _function in TESTS.items():
    _test(_name, _function)
