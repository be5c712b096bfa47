"""An explanation as a tree, and how it grows: what each part adds, how deep, how wide.

Whoever knows a kind of number (a cell, a row of activities, a factor) gives a `WhyItem`, which
opens into `Operand`s when it is asked for. Growing needs nothing else: an operand's part of the
root is its value times how much the root moves with it, which multiplies along the way down.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256

from cfp_xl.findings import CellRef
from cfp_xl.functions.values import ExcelError, Scalar
from cfp_xl.messages import Text, text

MOST_NODES = 20_000
"""A tree of more is cut, whatever depth was asked for."""
WITHOUT_PART = 2
"""So many levels are shown below a number whose part of the root is not known."""
CLOSES = 1e-12
"""What is called a sum adds to its value, relative to the largest of its parts."""


class Joins(StrEnum):
    """How a number comes from those below it."""

    SUM = "sum"
    """They add to it, and so do their contributions."""
    PRODUCT = "product"
    """It is proportional to each that is not a divisor: all of it goes through each of these."""
    SAME = "same"
    """It is the one below."""
    READS = "reads"
    """It depends on them in another way, which can't be shared out."""
    ERROR = "error"
    """It is an error because of them."""
    NOTHING = "nothing"
    """There is nothing below."""


class Role(StrEnum):
    """What a number is to the one above it."""

    RESULT = "result"
    SUMMAND = "summand"
    FACTOR = "factor"
    DIVISOR = "divisor"
    INPUT = "input"
    CAUSE = "cause"


class WhyKind(StrEnum):
    """What is explained."""

    TOTAL = "total"
    STAGE = "stage"
    ROW = "row"
    QUANTITY = "quantity"
    FACTOR = "factor"
    CONVERSION = "conversion"
    SIGN = "sign"
    ASSEMBLY = "assembly"
    SUPPLIER_LINE = "supplier_line"
    ALLOCATION = "allocation"
    CELL = "cell"
    CONSTANT = "constant"
    EXPRESSION = "expression"
    REMAINDER = "remainder"

    @property
    def text(self) -> Text:
        return text(f"why.kind.{self.value}")


@dataclass(frozen=True, slots=True)
class Opening:
    """What is below an item."""

    joins: Joins = Joins.NOTHING
    operands: Sequence[Operand] = ()
    notes: tuple[Text, ...] = ()
    unfollowed: tuple[Text, ...] = ()
    """What could not be gone into, and why."""


@dataclass(frozen=True, slots=True)
class WhyItem:
    """A number that can be explained."""

    key: str
    """What it is called wherever it moves, such as `activities:生产/焊接/电力`."""
    kind: WhyKind
    label: Text
    value: Scalar
    unit: str = ""
    where: CellRef | None = None
    formula: str = ""
    notes: tuple[Text, ...] = ()
    open: Callable[[], Opening] = Opening


@dataclass(frozen=True, slots=True)
class Operand:
    """A number below another; its item is made when it is shown."""

    value: Scalar
    item: Callable[[], WhyItem]
    role: Role = Role.SUMMAND
    weight: float | None = None
    """By how much the number above moves when this one moves by 1; None where that is no use."""


@dataclass(frozen=True, slots=True)
class Unshown:
    """The operands that are not shown."""

    count: int
    contribution: float | None
    share: float | None


@dataclass(frozen=True, slots=True)
class WhyNode:
    """An item in its place in the tree."""

    id: str
    """Stable under inserted rows: made of the keys from the root down."""
    item: WhyItem
    role: Role
    contribution: float | None
    """In the unit of the root."""
    share: float | None
    """Of the root, 1 for all of it."""
    joins: Joins = Joins.NOTHING
    notes: tuple[Text, ...] = ()
    unfollowed: tuple[Text, ...] = ()
    children: tuple[WhyNode, ...] = ()
    left_out: Unshown | None = None
    is_cut: bool = False
    """Whether there is more below than the depth allowed."""

    def walk(self) -> Iterator[WhyNode]:
        """It and all below it, from the top."""
        todo = [self]
        while todo:
            node = todo.pop()
            yield node
            todo.extend(reversed(node.children))


@dataclass(frozen=True, slots=True)
class Limits:
    """How deep and how wide a tree may grow."""

    depth: int = 8
    top: int = 10
    """So many operands of one number are shown, the largest first."""


@dataclass(slots=True)
class _Growth:
    """The tree while it grows."""

    root: float | None
    limits: Limits
    path: list[tuple[str, str]] = field(default_factory=list)
    nodes: int = 0
    apart: int = 0
    """How many numbers above this one have no known part of the root, and are no errors."""

    def node(
        self, item: WhyItem, value: Scalar, role: Role, scale: float | None, id_path: str
    ) -> WhyNode:
        self.nodes += 1
        part = scale * value if isinstance(value, float) and scale is not None else None
        seed = WhyNode(_id(id_path), item, role, part, self._share(part), notes=item.notes)
        place = (item.kind.value, str(item.where or item.key))
        if item.where is not None and place in self.path:
            return _with(seed, Opening(unfollowed=(text("why.circle"),)))
        opening = item.open()
        is_deep = len(self.path) >= self.limits.depth or self.nodes > MOST_NODES
        is_apart = scale is None and not is_error(value) and bool(self.path)
        if is_deep or self.apart + is_apart >= WITHOUT_PART or not opening.operands:
            bare = Opening(opening.joins, (), opening.notes, opening.unfollowed)
            return _with(seed, bare, is_cut=bool(opening.operands))
        self.path.append(place)
        self.apart += is_apart
        children, left_out = self._below(opening, scale, id_path)
        self.apart -= is_apart
        self.path.pop()
        return _with(seed, opening, children, left_out)

    def _below(
        self, opening: Opening, scale: float | None, id_path: str
    ) -> tuple[tuple[WhyNode, ...], Unshown | None]:
        parts = [(operand, _scaled(scale, operand)) for operand in opening.operands]
        if opening.joins is Joins.SUM:
            parts.sort(key=lambda part: -abs(_contribution(*part) or 0.0))
        shown, others = parts[: self.limits.top], parts[self.limits.top :]
        if len(others) == 1:  # “and 1 more” takes the same line
            shown, others = parts, []
        children: list[WhyNode] = []
        seen: dict[str, int] = {}
        for operand, scaled in shown:
            item = operand.item()
            seen[item.key] = number = seen.get(item.key, 0) + 1
            own = item.key if number == 1 else f"{item.key}#{number}"
            path = f"{id_path}\n{own}"
            children.append(self.node(item, operand.value, operand.role, scaled, path))
        return tuple(children), self._left_out(others) if others else None

    def _left_out(self, others: Sequence[tuple[Operand, float | None]]) -> Unshown:
        parts = [_contribution(*other) for other in others]
        known = [part for part in parts if part is not None]
        total = math.fsum(known) if len(known) == len(parts) else None
        return Unshown(len(others), total, self._share(total))

    def _share(self, part: float | None) -> float | None:
        return part / self.root if part is not None and self.root else None


def grown(item: WhyItem, limits: Limits) -> WhyNode:
    """The tree of an item."""
    root = item.value if isinstance(item.value, float) else None
    scale = None if root is None else 1.0
    return _Growth(root, limits).node(item, item.value, Role.RESULT, scale, item.key)


def closes(operands: Sequence[Operand], value: Scalar) -> bool:
    """Whether the operands of a sum add to its value."""
    parts = [_contribution(operand, operand.weight) for operand in operands]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts) or not isinstance(value, float):
        return False
    size = max([abs(value), *map(abs, known)])
    return abs(math.fsum(known) - value) <= CLOSES * max(size, 1e-300)


def product(operands: Sequence[tuple[float, bool, Callable[[], WhyItem]]]) -> Opening:
    """Numbers that are multiplied, or divided by where the second says so."""
    return Opening(Joins.PRODUCT, tuple(_multiplied(operands)))


def _multiplied(
    operands: Sequence[tuple[float, bool, Callable[[], WhyItem]]],
) -> Iterator[Operand]:
    for at, (value, is_divisor, item) in enumerate(operands):
        if is_divisor:
            yield Operand(value, item, Role.DIVISOR)
            continue
        weight = 1.0
        for other, (number, divides, _) in enumerate(operands):
            if other != at:
                weight = weight / number if divides else weight * number
        yield Operand(value, item, Role.FACTOR, weight)


def same(value: Scalar, item: Callable[[], WhyItem]) -> Opening:
    """A number that is another one."""
    return Opening(Joins.SAME, (Operand(value, item, Role.INPUT, 1.0),))


def leaf(kind: WhyKind, key: str, label: Text, value: Scalar, unit: str = "") -> WhyItem:
    """A number with nothing below it and no cell."""
    return WhyItem(key, kind, label, value, unit)


def is_error(value: Scalar) -> bool:
    """Whether a cell would show an error."""
    return isinstance(value, ExcelError)


def plain(words: str) -> Text:
    """A workbook's words, which are the same in both languages."""
    return Text(words, words)


def _with(
    seed: WhyNode,
    opening: Opening,
    children: tuple[WhyNode, ...] = (),
    left_out: Unshown | None = None,
    *,
    is_cut: bool = False,
) -> WhyNode:
    return WhyNode(
        seed.id,
        seed.item,
        seed.role,
        seed.contribution,
        seed.share,
        opening.joins,
        (*seed.notes, *opening.notes),
        opening.unfollowed,
        children,
        left_out,
        is_cut,
    )


def _scaled(scale: float | None, operand: Operand) -> float | None:
    return None if scale is None or operand.weight is None else scale * operand.weight


def _contribution(operand: Operand, scale: float | None) -> float | None:
    value = operand.value
    return scale * value if isinstance(value, float) and scale is not None else None


def _id(path: str) -> str:
    return "n" + sha256(path.encode()).hexdigest()[:12]
