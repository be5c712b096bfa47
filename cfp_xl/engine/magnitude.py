"""How large the operands of a sum are: what decides whether a difference is cancellation noise."""

from __future__ import annotations

import math

from cfp_xl.engine.builtin.aggregate import numbers_of
from cfp_xl.engine.evaluate import Evaluator
from cfp_xl.engine.operators import flat
from cfp_xl.engine.tree import Binary, Call, Constant, Node, Unary


def operand_magnitude(evaluator: Evaluator, tree: Node) -> float | None:
    """Σ|operands| of the outermost + − chain, sum or mean of `tree`; None where it is neither."""
    while isinstance(tree, Unary) and tree.operator in "+-":
        tree = tree.operand
    if not _is_sum(tree):
        return None
    magnitude, todo = 0.0, [tree]
    while todo:
        match node := todo.pop():
            case Binary(operator="+" | "-"):
                todo += (node.left, node.right)
            case Unary(operator="+" | "-"):
                todo.append(node.operand)
            case Call(function=name) if name in _SUMS:
                numbers = numbers_of(evaluator, node.arguments[_SUMS[name] :])
                if isinstance(numbers, list) and numbers:
                    parts = len(numbers) if _is_mean(evaluator, node) else 1
                    magnitude += math.fsum(abs(number) for number in numbers) / parts
            case _:
                values = flat(evaluator.value(node))
                magnitude += math.fsum(abs(v) for v in values if isinstance(v, float))
    return magnitude


_SUMS = {"SUM": 0, "AVERAGE": 0, "SUBTOTAL": 1, "NPV": 1}
"""Functions that add up their arguments from that one on; NPV's are discounted, thus no larger."""


def _is_sum(node: Node) -> bool:
    match node:
        case Call(function="SUBTOTAL", arguments=(Constant(value=float(kind)), *_)):
            return kind % 100 in (1, 9)
        case Binary(operator="+" | "-"):
            return True
    return isinstance(node, Call) and node.function in _SUMS and node.function != "SUBTOTAL"


def _is_mean(evaluator: Evaluator, node: Call) -> bool:
    if node.function != "SUBTOTAL" or node.arguments[0] is None:
        return node.function == "AVERAGE"
    return evaluator.value(node.arguments[0]) in (1, 101)
