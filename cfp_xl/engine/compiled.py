"""A node → a function of the evaluator, made once for all cells that share the formula.

What can be said of a node without its cell is said here, when it is first evaluated: which kind it
is, its operators, whether its references move. The cell is the evaluator's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, TypeAlias

import numpy as np

from cfp_xl.engine.areas import Reference
from cfp_xl.engine.array_operators import binary
from cfp_xl.engine.blocks import reference_at
from cfp_xl.engine.operators import BINARY, UNARY, Value, flat
from cfp_xl.engine.trace import Trace
from cfp_xl.engine.tree import (
    INTERSECTION,
    UNION,
    ArrayConstant,
    Binary,
    Call,
    Cells,
    Constant,
    Invoke,
    Name,
    Named,
    Node,
    Unary,
    combined,
)
from cfp_xl.engine.yields import Result
from cfp_xl.functions.values import Scalar

Run: TypeAlias = "Callable[[InCell], Result]"


class InCell(Protocol):
    """What a formula asks of the cell in which it is computed: the evaluator, see there."""

    offset: int
    is_array: bool
    trace: Trace
    scope: Mapping[str, Result]
    memory: Memory | None
    references: dict[Cells, Reference]
    tick: Callable[[], None]

    @property
    def builtins(self) -> Mapping[str, Callable[..., Result]]: ...
    def result(self, node: Node) -> Result: ...
    def value(self, node: Node) -> Value: ...
    def own_value(self, result: Result) -> Value: ...
    def own_cell(self, reference: Reference) -> Result: ...
    def reached(self, reference: Reference) -> Result: ...
    def spilled(self, result: Result) -> Result: ...
    def each(self, function: Callable[..., Scalar], values: Sequence[Value]) -> Value: ...
    def notice(self, result: Result) -> None: ...
    def judge(self, function: str, result: Result, before: int) -> None: ...
    def other(self, node: Call) -> Result: ...
    def named(self, name: str) -> Result: ...
    def defined(self, node: Named) -> Result: ...
    def invoke(self, node: Invoke) -> Result: ...


class Memory(Protocol):
    """What parts of a formula gave in the same cell before."""

    parts: Mapping[Node, int]

    def result(self, evaluator: InCell, node: Node, compute: Run) -> Result: ...

    def note(self, node: Cells, value: Scalar) -> None: ...


_OF_REFERENCES = (":", INTERSECTION, UNION)


def compiled(node: Node) -> Run:
    """What the node yields in a cell, references unread."""
    run = _compiled(node)
    object.__setattr__(node, "run", run)
    return run


def _compiled(node: Node) -> Run:
    match node:
        case Cells():
            return _cells(node)
        case Call():
            return _call(node)
        case Binary():
            return _binary(node)
        case Unary():
            return _unary(node)
        case Constant(value=value) | ArrayConstant(values=value):
            return lambda _: value
        case Name(name=name):
            return lambda evaluator: evaluator.named(name)
        case Invoke():
            return lambda evaluator: evaluator.invoke(node)
        case Named():
            return lambda evaluator: evaluator.defined(node)


def _cells(node: Cells) -> Run:
    """One that moves is the same for a cell whenever it is computed, and kept with the cell."""
    if not node.moves:
        return lambda evaluator: evaluator.reached(node.reference)

    def run(evaluator: InCell) -> Result:
        found = evaluator.references.get(node)
        if found is None:
            found = evaluator.references[node] = reference_at(node, evaluator.offset)
        return evaluator.reached(found)

    return run


# Operators


def _unary(node: Unary) -> Run:
    operand = node.operand
    if node.operator == "#":
        return lambda evaluator: evaluator.spilled(evaluator.result(operand))
    if node.operator == "@":
        return lambda evaluator: _implicit(evaluator, evaluator.result(operand))
    function = UNARY[node.operator]

    def run(evaluator: InCell) -> Result:
        value = evaluator.value(operand)
        if isinstance(value, np.ndarray):
            return evaluator.each(function, [value])
        return function(value)

    return run


def _implicit(evaluator: InCell, result: Result) -> Result:
    if isinstance(result, np.ndarray):
        return flat(result)[0]
    return evaluator.own_cell(result) if isinstance(result, Reference) else result


def _binary(node: Binary) -> Run:
    """A chain of operators is a loop: a sum of a thousand terms must not recurse."""
    chain: list[tuple[str, Node]] = []
    first: Node = node
    while isinstance(first, Binary):
        chain.append((first.operator, first.right))
        first = first.left
    chain.reverse()
    if any(sign in _OF_REFERENCES for sign, _ in chain):
        return lambda evaluator: _chain(evaluator, first, chain)
    if len(chain) == 1:
        return _pair(*chain[0], first)
    signs = [(sign, BINARY[sign], right) for sign, right in chain]

    def run(evaluator: InCell) -> Result:
        evaluator.tick()
        value = evaluator.value(first)
        for sign, operate, right in signs:
            other = evaluator.value(right)
            if isinstance(value, np.ndarray) or isinstance(other, np.ndarray):
                evaluator.tick()
                value = binary(sign, value, other, evaluator.each)
            else:
                value = operate(value, other)
        return value

    return run


def _pair(sign: str, right: Node, left: Node) -> Run:
    operate = BINARY[sign]

    def run(evaluator: InCell) -> Result:
        a = evaluator.value(left)
        b = evaluator.value(right)
        if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
            evaluator.tick()
            return binary(sign, a, b, evaluator.each)
        return operate(a, b)

    return run


def _chain(evaluator: InCell, first: Node, chain: list[tuple[str, Node]]) -> Result:
    """Operators of which some make references of references."""
    result = evaluator.result(first)
    for sign, right in chain:
        evaluator.tick()
        if sign in _OF_REFERENCES:
            result = combined(sign, result, evaluator.result(right))
        else:
            operand: Value = evaluator.own_value(result)
            result = binary(sign, operand, evaluator.value(right), evaluator.each)
    return result


# Functions


def _call(node: Call) -> Run:
    """Where a call's arguments failed and its value does not show it, it hides a failure, unless
    that was only in a part of a range that it did not use."""
    function, arguments = node.function, node.arguments

    def computed(evaluator: InCell) -> Result:
        evaluator.tick()
        failures = evaluator.trace.failures
        before = len(failures)
        builtin = evaluator.builtins.get(function)
        result = evaluator.other(node) if builtin is None else builtin(evaluator, arguments)
        if isinstance(result, np.ndarray):
            evaluator.notice(result)
        if len(failures) > before:
            evaluator.judge(function, result, before)
        return result

    def run(evaluator: InCell) -> Result:
        memory = evaluator.memory
        if memory is None or node not in memory.parts or evaluator.scope:
            return computed(evaluator)
        return memory.result(evaluator, node, computed)

    return run
