"""A part of a formula as people would write it, for the label of what it comes to."""

from __future__ import annotations

from cfp_xl.engine.areas import Area, Reference
from cfp_xl.engine.evaluate import Evaluator
from cfp_xl.engine.tree import Binary, Call, Cells, Constant, Invoke, Name, Named, Node, Unary
from cfp_xl.functions.values import shown
from cfp_xl.workbook.address import range_address

LONGEST = 80
LEVELS = 6
_TIGHT = {"=": 1, "<>": 1, "<": 1, ">": 1, "<=": 1, ">=": 1, "&": 2, "+": 3, "-": 3}
_TIGHT |= {"*": 4, "/": 4, "^": 5}


def written(node: Node | None, evaluator: Evaluator) -> str:
    """The text of a tree, its references as seen from the evaluator's cell; cut where long."""
    text = _text(node, evaluator, LEVELS)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def shape(node: Node | None) -> str:
    """The same without references, which change where rows are inserted."""
    return _text(node, None, LEVELS)


def _text(node: Node | None, evaluator: Evaluator | None, levels: int) -> str:
    if levels == 0:
        return "…"
    deeper = levels - 1
    match node:
        case None:
            return ""
        case Constant(value):
            return f'"{value}"' if isinstance(value, str) else shown(value)
        case Cells():
            if evaluator is None:
                return "□"
            result = evaluator.result(node)
            areas = result.areas if isinstance(result, Reference) else ()
            return ",".join(_area(area, evaluator.key.sheet) for area in areas[:2])
        case Unary(operator, operand):
            inner = _text(operand, evaluator, deeper)
            return f"{inner}{operator}" if operator in "%#" else f"{operator}{inner}"
        case Binary(operator, left, right):
            tight = _TIGHT.get(operator, 6)
            return f"{_side(left, tight, evaluator, deeper)}{operator}" + _side(
                right, tight + 1, evaluator, deeper
            )
        case Call(function, arguments):
            return f"{function}({','.join(_text(one, evaluator, deeper) for one in arguments)})"
        case Name(name) | Named(name):
            return name
        case Invoke(function, arguments):
            inner = ",".join(_text(one, evaluator, deeper) for one in arguments)
            return f"{_text(function, evaluator, deeper)}({inner})"
    return "{…}"


def _side(node: Node, tight: int, evaluator: Evaluator | None, levels: int) -> str:
    text = _text(node, evaluator, levels)
    is_loose = isinstance(node, Binary) and _TIGHT.get(node.operator, 6) < tight
    return f"({text})" if is_loose else text


def _area(area: Area, own: str) -> str:
    cells = range_address(area[1:])
    return cells if area.sheet == own else f"{area.sheet}!{cells}"
