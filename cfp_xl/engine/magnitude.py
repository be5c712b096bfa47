"""How large the operands of a sum are: what decides whether a difference is cancellation noise."""

from __future__ import annotations

import math

from cfp_xl.engine.builtin.aggregate import numbers_of
from cfp_xl.engine.evaluate import Evaluator
from cfp_xl.engine.operators import flat
from cfp_xl.engine.tree import Binary, Call, Node, Unary


def operand_magnitude(evaluator: Evaluator, tree: Node) -> float | None:
    """Σ|operands| of the outermost + − chain or SUM of `tree`; None where it is neither."""
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
            case Call(function="SUM"):
                numbers = numbers_of(evaluator, node.arguments)
                if isinstance(numbers, list):
                    magnitude += math.fsum(abs(number) for number in numbers)
            case _:
                values = flat(evaluator.value(node))
                magnitude += math.fsum(abs(v) for v in values if isinstance(v, float))
    return magnitude


def _is_sum(node: Node) -> bool:
    match node:
        case Binary(operator="+" | "-") | Call(function="SUM"):
            return True
    return False
