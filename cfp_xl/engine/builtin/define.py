"""How a built-in function is declared: what it wants of its arguments happens here, once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias, TypeVar

from cfp_xl.engine.builtin.several import once_for_each
from cfp_xl.engine.evaluate import Builtin, Evaluator, Result
from cfp_xl.engine.operators import Value, check_total, flat
from cfp_xl.engine.problems import Uncomputable
from cfp_xl.engine.tree import Constant, Node
from cfp_xl.functions.values import ExcelError, Scalar

BUILTINS: dict[str, Builtin] = {}

SCALARS: dict[str, tuple[Callable[..., Scalar], int, int]] = {}
"""Functions of scalars: what they do to each element, least and most arguments."""

Nodes: TypeAlias = Sequence[Node | None]
F = TypeVar("F", bound=Callable[..., object])


def in_numbers(compute: Callable[..., Any], *arguments: object) -> Any:
    """What `compute` gives; a result that no float can hold is #NUM!, a division by 0 #DIV/0!."""
    try:
        return compute(*arguments)
    except OverflowError:
        return ExcelError.NUM
    except ZeroDivisionError:
        return ExcelError.DIV0


def lazy(
    *names: str, least: int = 0, most: int = 255, for_each: bool = False
) -> Callable[[Builtin], Builtin]:
    """A function that gets its arguments as trees and decides what to compute; of an array of
    references computed `for_each`."""

    def declare(function: Builtin) -> Builtin:
        def checked(evaluator: Evaluator, nodes: Nodes) -> Result:
            if not least <= len(nodes) <= most:
                raise Uncomputable("E04", names[0], case="arguments", name=names[0])
            try:
                return function(evaluator, nodes)
            except OverflowError:
                return ExcelError.NUM
            except ZeroDivisionError:
                return ExcelError.DIV0

        for name in names:
            BUILTINS[name] = once_for_each(checked) if for_each else checked
        return function

    return declare


def scalar(
    *names: str, least: int = 1, most: int = 1, sees_errors: bool = False
) -> Callable[[F], F]:
    """A function of scalars: ranges and arrays element by element, errors passed through."""

    def declare(function: F) -> F:
        def each(*values: Scalar) -> Scalar:
            if not sees_errors:
                for value in values:
                    if isinstance(value, ExcelError):
                        return value
            result: Scalar = in_numbers(function, *values)
            return result

        def builtin(evaluator: Evaluator, nodes: Nodes) -> Result:
            if not least <= len(nodes) <= most:
                raise Uncomputable("E04", names[0], case="arguments", name=names[0])
            values = [None if node is None else evaluator.value(node) for node in nodes]
            return evaluator.each(each, values)

        for name in names:
            BUILTINS[name] = builtin
            SCALARS[name] = (each, least, most)
        return function

    return declare


def whole(*names: str, least: int = 1, most: int = 255) -> Callable[[F], F]:
    """A function of values, arrays and ranges whole; an argument left out is None."""

    def declare(function: F) -> F:
        def builtin(evaluator: Evaluator, nodes: Nodes) -> Result:
            if not least <= len(nodes) <= most:
                raise Uncomputable("E04", names[0], case="arguments", name=names[0])
            values: list[Value] = []
            for node in nodes:
                values.append(None if node is None else evaluator.whole(node))
                check_total(values)
            result: Result = in_numbers(function, *values)
            return result

        for name in names:
            BUILTINS[name] = builtin
        return function

    return declare


def one(evaluator: Evaluator, nodes: Nodes, position: int, default: Scalar = None) -> Scalar:
    """The argument at `position` as one scalar: of an array its first; `default` if not given."""
    node = nodes[position] if position < len(nodes) else None
    if node is None:
        return default
    value = evaluator.value(node)
    return flat(value)[0]


def given(nodes: Nodes, position: int) -> Node:
    """The argument at `position`; one left out between commas counts as blank."""
    node = nodes[position]
    return Constant(None) if node is None else node
