"""What a formula's value is made of: sums and products taken apart, branches followed.

Everything is evaluated by the engine's own evaluator, in the place of the formula. What comes out
as a sum is held against the value: where the parts do not add to it, they are only what it reads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

import numpy as np

from cfp_xl.engine.areas import CellKey, Reference
from cfp_xl.engine.convert import boolean, compare, number
from cfp_xl.engine.evaluate import UNDERSTOOD, Evaluator, Result
from cfp_xl.engine.operators import scalar_of
from cfp_xl.engine.tree import Binary, Call, Cells, Constant, Node, Unary, walk
from cfp_xl.functions.values import ExcelError, Scalar, shown
from cfp_xl.messages import Text, text
from cfp_xl.why.aggregates import AGGREGATES, cell_node
from cfp_xl.why.context import CellSource
from cfp_xl.why.errors import erroneous
from cfp_xl.why.functions import OwnFunctionOpener
from cfp_xl.why.tree import (
    Joins,
    Opening,
    Operand,
    Role,
    WhyItem,
    WhyKind,
    closes,
    leaf,
    plain,
    product,
    same,
)
from cfp_xl.why.written import shape, written

MOST_READ = 200
"""So many ranges and cells that a formula reads otherwise are named."""
_ROUNDING = frozenset(
    {"ROUND", "ROUNDUP", "ROUNDDOWN", "TRUNC", "INT", "MROUND", "CEILING", "FLOOR"}
)
_SELECTING = frozenset({"INDEX", "OFFSET", "INDIRECT", "CHOOSE"})
"""Functions that give a reference."""
_COMPUTED = frozenset({"OFFSET", "INDIRECT"})


class FormulaOpener:
    """Takes the formula of one cell apart."""

    def __init__(
        self, cells: CellSource, evaluator: Evaluator, own_functions: OwnFunctionOpener
    ) -> None:
        self.cells = cells
        self.evaluator = evaluator
        self._own_functions = own_functions

    def own_error(self, node: Call) -> Opening:
        """Why a CFP_* function is an error."""
        return self._own_functions.erroneous(self, node)

    def opening(self, node: Node) -> Opening:
        """What is below the value of a tree."""
        try:
            value = self.value(node)
            if isinstance(value, ExcelError):
                return erroneous(self, node, value)
            if not isinstance(value, float):
                return self._words(node, value)
            return self._number(node, value)
        except UNDERSTOOD as problem:
            return Opening(unfollowed=(text("why.not_computed_inside"),), notes=_said(problem))

    def _number(self, node: Node, value: float) -> Opening:
        match node:
            case Cells():
                return self._reference(node, value)
            case Unary("+" | "@", operand):
                return self.opening(operand)
            case Unary("%", operand):
                hundredth = partial(leaf, WhyKind.CONSTANT, "%", plain("%"), 0.01)
                return product(
                    [(value / 0.01, False, self.item(operand)), (0.01, False, hundredth)]
                )
            case Unary("-", _) | Binary("+" | "-", _, _):
                return self._sum(node, value)
            case Binary("*" | "/", _, _):
                return self._product(node)
            case Call(function, arguments):
                return self._call(node, function, arguments, value)
        return self.reads(node)

    def _words(self, node: Node, value: Scalar) -> Opening:
        """A text or a truth value: the branch taken, the cell found, or all that is read."""
        if isinstance(node, Call):
            if (taken := self.taken(node.function, node.arguments)) is not None:
                return self.opening(taken)
            key = self._selected(node, node.function, node.arguments)
        else:
            key = self.single(node) if isinstance(node, Cells) else None
        return self.reads(node) if key is None else same(value, partial(self.cells.item, key))

    # Values

    def value(self, node: Node | None) -> Scalar:
        """The value of a tree in its place."""
        return None if node is None else scalar_of(self.evaluator.value(node))

    def number(self, node: Node | None) -> float | None:
        found = number(self.value(node))
        return found if isinstance(found, float) else None

    def item(self, node: Node | None) -> Callable[[], WhyItem]:
        """What shows a tree as a number of its own: its cell where it is just one."""
        return partial(self._item, node)

    def _item(self, node: Node | None) -> WhyItem:
        inner = node
        while isinstance(inner, Unary) and inner.operator in "+@":
            inner = inner.operand
        if isinstance(inner, Cells) and (cell := self.single(inner)) is not None:
            return self.cells.item(cell)
        value = self.value(node)
        label = plain(written(node, self.evaluator))
        key = f"={shape(node)}"
        if node is None or isinstance(inner, Constant):
            return leaf(WhyKind.CONSTANT, key, label, value)
        return WhyItem(key, WhyKind.EXPRESSION, label, value, open=partial(self.opening, node))

    def single(self, node: Node) -> CellKey | None:
        """The one cell that a tree refers to here; None where it is no such reference."""
        result = self.evaluator.result(node)
        return self._one_cell(result)

    def _one_cell(self, result: Result) -> CellKey | None:
        if isinstance(result, Reference) and not self.evaluator.is_array:
            result = self.evaluator.own_cell(result)
        area = result.area if isinstance(result, Reference) else None
        return CellKey(*area[:3]) if area is not None and area.is_single else None

    # Kinds of formulas

    def _reference(self, node: Cells, value: float) -> Opening:
        key = self.single(node)
        if key is None:
            return self.reads(node)
        return same(value, partial(self.cells.item, key))

    def _sum(self, node: Node, value: float) -> Opening:
        operands = tuple(self._terms(node, 1.0))
        return self.checked(operands, value, node)

    def _terms(self, node: Node, sign: float) -> Iterator[Operand]:
        """The summands of a chain of + and −, sums within it too."""
        todo: list[tuple[Node, float]] = [(node, sign)]
        while todo:
            current, weight = todo.pop()
            match current:
                case Binary("+", left, right):
                    todo += [(right, weight), (left, weight)]
                case Binary("-", left, right):
                    todo += [(right, -weight), (left, weight)]
                case Unary("-", operand):
                    todo.append((operand, -weight))
                case Unary("+", operand):
                    todo.append((operand, weight))
                case Call("SUM", arguments):
                    opening = AGGREGATES["SUM"](self, arguments)
                    for one in opening or ():
                        yield Operand(one.value, one.item, one.role, weight * (one.weight or 0.0))
                case _:
                    found = self.number(current)
                    shown_value = self.value(current) if found is None else found
                    yield Operand(shown_value, self.item(current), Role.SUMMAND, weight)

    def _product(self, node: Node) -> Opening:
        factors: list[tuple[float, bool, Callable[[], WhyItem]]] = []
        todo: list[tuple[Node, bool]] = [(node, False)]
        while todo:
            current, divides = todo.pop()
            match current:
                case Binary("*", left, right):
                    todo += [(right, divides), (left, divides)]
                case Binary("/", left, right):
                    todo += [(right, not divides), (left, divides)]
                case _:
                    found = self.number(current)
                    if found is None:
                        return self.reads(node)
                    factors.append((found, divides, self.item(current)))
        return product(factors)

    def _call(
        self, node: Call, function: str, arguments: Sequence[Node | None], value: float
    ) -> Opening:
        if self.evaluator.grid.own_functions.knows(function):
            return self._own_functions.opening(self, node, value)
        if (taken := self.taken(function, arguments)) is not None:
            return self.opening(taken)
        if (aggregate := AGGREGATES.get(function)) is not None:
            operands = aggregate(self, arguments)
            return self.reads(node) if operands is None else self.checked(operands, value, node)
        if function in _ROUNDING and arguments and (inner := self.number(arguments[0])) is not None:
            return self._rounded(arguments[0], inner, value)
        if function == "PRODUCT" and all(self._is_single(one) for one in arguments):
            numbers = [(self.number(one) or 0.0, False, self.item(one)) for one in arguments]
            return product(numbers)
        if (key := self._selected(node, function, arguments)) is not None:
            opening = same(value, partial(self.cells.item, key))
            notes = (text("why.computed_reference"),) if function in _COMPUTED else ()
            return Opening(opening.joins, opening.operands, notes)
        return self.reads(node)

    def taken(self, function: str, arguments: Sequence[Node | None]) -> Node | None:
        """The branch that a function of conditions took, or the argument that it passes on."""
        match function:
            case "IF" if len(arguments) > 1:
                truth = boolean(self.value(arguments[0]))
                if isinstance(truth, bool):
                    branch = 1 if truth else 2
                    return arguments[branch] if branch < len(arguments) else None
            case "IFERROR" | "IFNA" if len(arguments) == 2:
                caught = isinstance(self.value(arguments[0]), ExcelError)
                return arguments[1 if caught else 0]
            case "IFS":
                pairs = zip(arguments[::2], arguments[1::2], strict=False)
                return next((r for c, r in pairs if boolean(self.value(c)) is True), None)
            case "CHOOSE":
                at = self.number(arguments[0])
                return arguments[int(at)] if at and 1 <= int(at) < len(arguments) else None
            case "SWITCH":
                return self._switched(arguments)
            case "N" | "VALUE" | "NUMBERVALUE":
                return arguments[0]
            case "MIN" | "MAX" if all(self._is_single(one) for one in arguments):
                pick = min if function == "MIN" else max
                numbers = [found for one in arguments if (found := self.number(one)) is not None]
                return next((one for one in arguments if self.number(one) == pick(numbers)), None)
        return None

    def _switched(self, arguments: Sequence[Node | None]) -> Node | None:
        wanted, rest = self.value(arguments[0]), arguments[1:]
        for at in range(0, len(rest) - 1, 2):
            if compare(wanted, self.value(rest[at])) == 0:
                return rest[at + 1]
        return rest[-1] if len(rest) % 2 else None

    def _is_single(self, node: Node | None) -> bool:
        if node is None:
            return False
        result = self.evaluator.result(node)
        if isinstance(result, Reference):
            return result.area is not None and result.area.is_single
        return not isinstance(result, np.ndarray)

    def _rounded(self, node: Node | None, inner: float, value: float) -> Opening:
        label, rest = text("why.rounding"), value - inner
        operands = [Operand(inner, self.item(node), Role.SUMMAND, 1.0)]
        if rest:
            item = partial(leaf, WhyKind.REMAINDER, "rounding", label, rest)
            operands.append(Operand(rest, item, Role.SUMMAND, 1.0))
        return Opening(Joins.SUM, tuple(operands))

    def _selected(
        self, node: Call, function: str, arguments: Sequence[Node | None]
    ) -> CellKey | None:
        """The cell that a look-up found."""
        if function in _SELECTING:
            return self.single(node)
        position, results = _LOOKUPS.get(function, _nowhere)(self, arguments)
        if position is None or results is None:
            return None
        found = self.single(Call("INDEX", (results, position)))
        return found if found and self.value(cell_node(found)) == self.value(node) else None

    # What could not be taken apart

    def checked(self, operands: Sequence[Operand], value: float, node: Node) -> Opening:
        """A sum, where the operands add to it."""
        return Opening(Joins.SUM, operands) if closes(operands, value) else self.reads(node)

    def reads(self, node: Node) -> Opening:
        """The cells that a tree refers to, without what each adds."""
        operands: list[Operand] = []
        unfollowed: list[Text] = []
        for one in walk(node):
            if isinstance(one, Call) and one.function in ("LET", "LAMBDA", *_COMPUTED):
                unfollowed.append(text(f"why.unfollowed.{one.function.lower()}"))
            if not isinstance(one, Cells):
                continue
            result = self.evaluator.result(one)
            for area in result.areas if isinstance(result, Reference) else ():
                if area.is_external:
                    unfollowed.append(text("why.unfollowed.external"))
                    continue
                operands += self.cells.read(area)
        kept = tuple(reversed(operands))[:MOST_READ]
        joins = Joins.READS if kept else Joins.NOTHING
        return Opening(joins, kept, (), tuple(dict.fromkeys(unfollowed)))


_Lookup = Callable[[FormulaOpener, "Sequence[Node | None]"], "tuple[Node | None, Node | None]"]


def _nowhere(_: FormulaOpener, __: Sequence[Node | None]) -> tuple[Node | None, Node | None]:
    return None, None


def _by_first_column(
    opener: FormulaOpener, arguments: Sequence[Node | None], *, across: bool
) -> tuple[Node | None, Node | None]:
    """VLOOKUP and HLOOKUP: where they look, and the column or row they take from."""
    result = opener.evaluator.result(arguments[1]) if len(arguments) > 2 and arguments[1] else None
    area = result.area if isinstance(result, Reference) else None
    wanted = opener.number(arguments[2]) if len(arguments) > 2 else None
    if area is None or wanted is None:
        return None, None
    mode = opener.value(arguments[3]) if len(arguments) > 3 else True
    how = Constant(1.0 if boolean(mode) is True else 0.0)
    line, at = int(wanted), (1, 0) if across else (0, 1)
    keys = Cells(Reference((area.part(*at),)))
    results = Cells(Reference((area.part(line, 0) if across else area.part(0, line),)))
    return Call("MATCH", (arguments[0], keys, how)), results


def _by_xlookup(
    _: FormulaOpener, arguments: Sequence[Node | None]
) -> tuple[Node | None, Node | None]:
    found = Call("XMATCH", (arguments[0], arguments[1], *arguments[4:6]))
    return found, arguments[2] if len(arguments) > 2 else None


def _by_lookup(
    _: FormulaOpener, arguments: Sequence[Node | None]
) -> tuple[Node | None, Node | None]:
    if len(arguments) < 3:
        return None, None
    return Call("MATCH", (arguments[0], arguments[1], Constant(1.0))), arguments[2]


_LOOKUPS: Mapping[str, _Lookup] = {
    "VLOOKUP": partial(_by_first_column, across=False),
    "HLOOKUP": partial(_by_first_column, across=True),
    "XLOOKUP": _by_xlookup,
    "LOOKUP": _by_lookup,
}


def _said(problem: BaseException) -> tuple[Text, ...]:
    words = shown(getattr(problem, "what", "")) or type(problem).__name__
    return (plain(words),)
