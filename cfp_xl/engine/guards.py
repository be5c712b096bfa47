"""What IFERROR and its like guard, where it refers to no cell: whether it fails is decided."""

from __future__ import annotations

from collections.abc import Iterator

from cfp_xl.engine.evaluate import Evaluator
from cfp_xl.engine.operators import flat
from cfp_xl.engine.tree import Call, Cells, Invoke, Name, Named, Node, walk
from cfp_xl.functions.values import ExcelError

GUARDS = frozenset({"IFERROR", "IFNA", "ISERROR", "ISERR", "ISNA"})


def guarded_constant_fails(evaluator: Evaluator, tree: Node) -> bool:
    """Whether a guard in the tree is around constants that give an error."""
    values = (evaluator.whole(node) for node in _guarded(tree))
    return any(isinstance(one, ExcelError) for value in values for one in flat(value))


def _guarded(tree: Node) -> Iterator[Node]:
    for node in walk(tree):
        first = node.arguments[0] if isinstance(node, Call) and node.arguments else None
        if first is None or not isinstance(node, Call) or node.function not in GUARDS:
            continue
        if not any(isinstance(part, Cells | Name | Invoke | Named) for part in walk(first)):
            yield first
