"""Why a formula is an error: the operands that are errors themselves, or what it did itself."""

from __future__ import annotations

import numpy as np

from cfp_xl.engine.areas import CellKey, Reference
from cfp_xl.engine.convert import boolean
from cfp_xl.engine.operators import flat
from cfp_xl.engine.tree import Binary, Call, Cells, Constant, Node, Unary
from cfp_xl.functions.values import ExcelError, shown
from cfp_xl.messages import Text, say
from cfp_xl.why.context import TreeOpener
from cfp_xl.why.tree import Joins, Opening, Operand, Role
from cfp_xl.why.written import written

_BRANCHING = frozenset({"IF", "IFERROR", "IFNA", "CHOOSE", "SWITCH", "IFS", "N", "VALUE"})


def erroneous(opener: TreeOpener, node: Node, error: ExcelError) -> Opening:
    """What made a tree an error."""
    match node:
        case Cells():
            return _referred(opener, node)
        case Constant():
            return Opening(Joins.ERROR, (), (_text("why.error.written", error=error),))
        case Call(function, arguments) if opener.evaluator.grid.own_functions.knows(function):
            return opener.own_error(node)
        case Call(function, arguments) if function in _BRANCHING:
            if isinstance(opener.value(arguments[0]), ExcelError) and function == "IF":
                return _of(opener, node, [arguments[0]], error)
            if (taken := opener.taken(function, arguments)) is not None:
                found = erroneous(opener, taken, error)
                notes = (
                    (_branch(opener, arguments[0]), *found.notes)
                    if function == "IF"
                    else found.notes
                )
                return Opening(found.joins, found.operands, notes, found.unfollowed)
            return _of(opener, node, list(arguments), error)
        case Call(_, arguments):
            return _of(opener, node, list(arguments), error)
        case Unary(_, operand):
            return _of(opener, node, [operand], error)
        case Binary(_, left, right):
            return _of(opener, node, [left, right], error)
    return Opening(Joins.ERROR, (), (_itself(opener, node, error),))


def _of(opener: TreeOpener, node: Node, operands: list[Node | None], error: ExcelError) -> Opening:
    """Those of the operands that are errors; where none is, it is the formula's own doing."""
    causes: list[Operand] = []
    for operand in operands:
        if operand is None:
            continue
        result = opener.evaluator.result(operand)
        if isinstance(result, Reference):
            causes += _cells(opener, result)
        elif isinstance(operand, Constant) and isinstance(result, ExcelError):
            return Opening(Joins.ERROR, (), (_text("why.error.written", error=result),))
        elif isinstance(result, ExcelError):
            if len(operands) == 1 or isinstance(operand, Call | Binary | Unary):
                inner = erroneous(opener, operand, result)
                if inner.operands:
                    causes += inner.operands
                    continue
            causes.append(Operand(result, opener.item(operand), Role.CAUSE))
        elif isinstance(result, np.ndarray):
            first = next((one for one in flat(result) if isinstance(one, ExcelError)), None)
            if first is not None:
                causes.append(Operand(first, opener.item(operand), Role.CAUSE))
    notes = () if causes else (_itself(opener, node, error),)
    return Opening(Joins.ERROR, causes, notes)


def _referred(opener: TreeOpener, node: Node) -> Opening:
    result = opener.evaluator.result(node)
    causes = _cells(opener, result) if isinstance(result, Reference) else []
    return Opening(Joins.ERROR, causes)


def _cells(opener: TreeOpener, reference: Reference) -> list[Operand]:
    """The first cell of each area that is an error."""
    found = []
    for area in reference.areas:
        clipped = opener.evaluator.grid.clipped(area)
        values = opener.evaluator.part(clipped)
        for (row, column), value in np.ndenumerate(values):
            if isinstance(value, ExcelError):
                key = CellKey(area.sheet, clipped.first_row + row, clipped.first_column + column)
                found.append(_cause(opener, key, value))
                break
    return found


def _cause(opener: TreeOpener, key: CellKey, value: ExcelError) -> Operand:
    return Operand(value, lambda: opener.cells.item(key), Role.CAUSE)


def _branch(opener: TreeOpener, condition: Node | None) -> Text:
    truth = boolean(opener.value(condition))
    return _text(
        "why.error.branch", condition=written(condition, opener.evaluator), truth=shown(truth)
    )


def _itself(opener: TreeOpener, node: Node, error: ExcelError) -> Text:
    if error is ExcelError.DIV0 and isinstance(node, Binary):
        return _text("why.error.division", formula=written(node, opener.evaluator))
    return _text("why.error.itself", formula=written(node, opener.evaluator), error=error)


def _text(key: str, **values: object) -> Text:
    return Text(say(key, "zh", **values), say(key, "en", **values))
