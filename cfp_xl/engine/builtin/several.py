"""Functions that take an array of references once for each: `SUBTOTAL(9,OFFSET(A1,{0;1},0))`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from cfp_xl.engine.areas import Reference
from cfp_xl.engine.evaluate import Builtin, Evaluator, Result
from cfp_xl.engine.operators import as_array, check_size, stretch
from cfp_xl.engine.tree import Cells, Constant, Node
from cfp_xl.engine.yields import References, SeveralReferences
from cfp_xl.functions.values import Array, ExcelError


def once_for_each(function: Builtin) -> Builtin:
    """The function, which in an array of references gives an array of its results."""

    def called(evaluator: Evaluator, nodes: Sequence[Node | None]) -> Result:
        try:
            return function(evaluator, nodes)
        except SeveralReferences:
            return _each(function, evaluator, nodes)

    return called


def _each(function: Builtin, evaluator: Evaluator, nodes: Sequence[Node | None]) -> Result:
    """Arrays of references and of values are stretched to one shape, as under an operator."""
    results = [None if node is None else evaluator.result(node) for node in nodes]
    arrays: dict[int, Array] = {}
    for at, result in enumerate(results):
        if isinstance(result, References):
            arrays[at] = result.each
        elif isinstance(result, np.ndarray):
            arrays[at] = result
    if not any(isinstance(result, References) for result in results):
        raise SeveralReferences("")
    rows, columns = (max(array.shape[axis] for array in arrays.values()) for axis in (0, 1))
    check_size(rows, columns)
    stretched = {at: stretch(array, (rows, columns)) for at, array in arrays.items()}
    made = np.empty((rows, columns), object)
    for position in np.ndindex(made.shape):
        evaluator.tick()
        own: list[Node | None] = list(nodes)
        for at, array in stretched.items():
            one: Any = array[position]
            own[at] = Cells(one) if isinstance(one, Reference) else Constant(one)
        made[position] = _error_of(own) or _first(evaluator, function(evaluator, own))
    return made


def _error_of(nodes: list[Node | None]) -> ExcelError | None:
    values = [node.value for node in nodes if isinstance(node, Constant)]
    return next((value for value in values if isinstance(value, ExcelError)), None)


def _first(evaluator: Evaluator, result: Result) -> object:
    return as_array(evaluator.read(result))[0, 0]
