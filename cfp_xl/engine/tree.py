"""The nodes of a parsed formula. References are resolved: a node knows its sheets and cells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from cfp_xl.engine.areas import Area, Reference, intersection, span
from cfp_xl.functions.values import Array, ExcelError, Scalar


class Compiled:
    """A node has a place for what it does, which `compiled.py` fills when it is first evaluated."""

    __slots__ = ("run",)
    run: Callable[[Any], Any]


Moves: TypeAlias = tuple[int, int, int, int]
"""Which edges of an area (top, left, bottom, right) move on with the cells of a block: 0 or 1."""


@dataclass(frozen=True, slots=True, eq=False)
class Constant(Compiled):
    """A number, text, truth value or error that stands in the formula; None is blank."""

    value: Scalar


@dataclass(frozen=True, slots=True, eq=False)
class ArrayConstant(Compiled):
    """`{1,2;3,4}`"""

    values: Array


@dataclass(frozen=True, slots=True, eq=False)
class Cells(Compiled):
    """A reference written in the formula, or a name or table that stands for one."""

    reference: Reference
    moves: tuple[Moves, ...] = ()
    """In a block's tree: how each area moves from cell to cell; empty where none does."""


@dataclass(frozen=True, slots=True, eq=False)
class Name(Compiled):
    """A parameter of LET or LAMBDA, or a name that the workbook does not define."""

    name: str
    is_optional: bool = False
    """Where a LAMBDA declares it: `[name]`, which a call may leave out."""


@dataclass(frozen=True, slots=True, eq=False)
class Unary(Compiled):
    """`-x`, `+x`, `@x`, `x%`, `x#`"""

    operator: str
    operand: Node


@dataclass(frozen=True, slots=True, eq=False)
class Binary(Compiled):
    """An operator between two values, or between two references (`:`, intersection, union)."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True, eq=False)
class Call(Compiled):
    """A function by its plain upper-case name; an argument left out is None."""

    function: str
    arguments: tuple[Node | None, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Invoke(Compiled):
    """A LAMBDA called at once: `LAMBDA(x, x+1)(2)`, or one that a name stands for."""

    function: Node
    arguments: tuple[Node | None, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Named(Compiled):
    """A LAMBDA that the workbook has a name for. Its body is parsed when it is first called: it may
    call itself, and names that call each other twice would double from level to level."""

    name: str
    parsed: Callable[[], Node]


Node: TypeAlias = Constant | ArrayConstant | Cells | Name | Unary | Binary | Call | Invoke | Named

INTERSECTION = " "
UNION = ","


def walk(node: Node) -> Iterator[Node]:
    """All nodes of a tree (in no particular order), without recursion: chains can be long."""
    todo: list[Node | None] = [node]
    while todo:
        match current := todo.pop():
            case None:
                continue
            case Unary():
                todo.append(current.operand)
            case Binary():
                todo += (current.left, current.right)
            case Call():
                todo += current.arguments
            case Invoke():
                todo += (current.function, *current.arguments)
        yield current


def repeated(tree: Node) -> dict[int, int]:
    """The operators and calls that a tree has more than once, by identity: one number for all
    that say the same."""
    numbers: dict[tuple[object, ...], int] = {}
    number_of: dict[int, int] = {}

    def number(part: Node | None) -> int:
        return -1 if part is None else number_of[id(part)]

    for node in reversed([*walk(tree)]):  # what a node is made of comes before it
        key: tuple[object, ...] = (id(node),)
        match node:
            case Constant():
                key = (Constant, type(node.value), node.value)
            case Cells():
                key = (Cells, node.reference, node.moves)
            case Unary():
                key = (Unary, node.operator, number(node.operand))
            case Binary():
                key = (Binary, node.operator, number(node.left), number(node.right))
            case Call():
                key = (Call, node.function, *map(number, node.arguments))
        number_of[id(node)] = numbers.setdefault(key, len(numbers))
    times = Counter(number_of.values())
    worth = {id(n) for n in walk(tree) if isinstance(n, Unary | Binary | Call)}
    return {node: one for node, one in number_of.items() if node in worth and times[one] > 1}


def areas(node: Node) -> tuple[Area, ...]:
    """The areas a formula refers to as written, each once."""
    found = [a for n in walk(node) if isinstance(n, Cells) for a in n.reference.areas]
    return tuple(dict.fromkeys(found))


def name_of(node: Node) -> str:
    """What to call a node that failed."""
    match node:
        case Call():
            return node.function
        case Unary() | Binary():
            return node.operator
    return type(node).__name__


def combined(operator: str, left: object, right: object) -> Reference | ExcelError:
    """`:`, intersection or union of two references."""
    for side in (left, right):
        if isinstance(side, ExcelError):
            return side
    if not isinstance(left, Reference) or not isinstance(right, Reference):
        return ExcelError.VALUE
    if operator == UNION:
        return Reference(left.areas + right.areas)
    pairs = [(a, b) for a in left.areas for b in right.areas]
    if operator == ":":
        joined = [s for a, b in pairs if (s := span(a, b)) is not None]
        return Reference(tuple(joined)) if joined else ExcelError.VALUE
    common = [c for a, b in pairs if (c := intersection(a, b)) is not None]
    return Reference(tuple(common)) if common else ExcelError.NULL
